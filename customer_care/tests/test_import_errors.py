from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .duplicate_common import CODE, MANAGER, USER, DuplicateCase
from .import_common import execute, rows_of, workbook

_ROLE = "<a role>"
_KEEPER = "<the key user>"
_BOSS = "<the manager>"
# (model, columns, a right row, a wrong one, what is said of it)
_HANGING = [
    (
        "care.team.member",
        ["partner_id", "user_id", "role_id", "date_from", "date_to"],
        [CODE, _KEEPER, _ROLE, "2026-01-05", ""],
        [CODE, _BOSS, _ROLE, "2026-01-05", "2026-01-04"],
        "on or after the day he joins",
    ),
    (
        "care.credit.note",
        ["partner_id", "name", "standing", "limit", "date"],
        [CODE, "Pays (test)", "Sound", "50,000.00", "2026/1/5"],
        [CODE, "Owes (test)", "Sound", "lots", "2026/1/5"],
        "'lots' does not seem to be a number",
    ),
    (
        "care.occasion.date",
        ["partner_id", "name", "kind", "calendar", "date"],
        [CODE, "Founded", "Founding day", "Solar", "2008-08-08"],
        ["", "Founded", "Founding day", "Solar", "2008-08-08"],
        "“Customer” is empty",
    ),
    (
        "care.opt.out",
        ["partner_id", "scope", "source"],
        [CODE, "No advertising", "By phone"],
        [CODE, "No calls", "By phone"],
        "'No calls' not found in selection",
    ),
    (
        "care.gift",
        ["name", "code", "value"],
        ["Tea (test)", "im_tea", "80"],
        ["Gold (test)", "im_gold", "-1"],
        "must not be negative",
    ),
    (
        "care.market.note",
        ["name", "kind", "date"],
        ["A rival lowers prices", "Competitor", "2026-01-05"],
        ["A rival lowers prices", "Competitor", "5th of May"],
        "“5th of May” is no day of the calendar",
    ),
]


@tagged("post_install", "-at_install")
class TestImportErrors(DuplicateCase):
    """A key user imports workbooks: each wrong row is one sentence, nothing is half
    done."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rights = f"{USER},base.group_partner_manager"
        cls.keeper = new_test_user(cls.env, "im_keeper", rights)
        cls.boss = new_test_user(cls.env, "im_boss", MANAGER)
        cls.large, cls.regular = cls.env["care.segment"].create(
            [
                {"name": "Large (test)", "code": "im_large", "kind": "size"},
                {"name": "Regular (test)", "code": "im_regular", "kind": "relation"},
            ]
        )

    def load(self, *rows, model="res.partner", user=None, dryrun=False, names=None):
        env = self.env(user=(user or self.keeper).id)
        result, _found = execute(env, model, workbook(*rows), dryrun, names)
        return result

    def refused(self, *rows, **how):
        """Import rows that are wrong, as test and for good; return {row: sentences}."""
        model = how.get("model", "res.partner")
        self.env.flush_all()  # a test takes back what was not written before it
        before = self.env[model].with_context(active_test=False).search_count([])
        tested = rows_of(self.load(*rows, dryrun=True, **how))
        with mute_logger("odoo.sql_db"):
            result = self.load(*rows, **how)
        self.assertFalse(result["ids"])
        self.assertEqual(rows_of(result), tested)
        after = self.env[model].with_context(active_test=False).search_count([])
        self.assertEqual(after, before, "nothing is half done")
        return tested

    # ---- customers

    def test_every_wrong_row_of_customers_has_one_sentence(self):
        told = self.refused(
            ["name", "company_type", "credit_code", "phone", "contact_at"],
            ["First Ltd", "Company", "", "", ""],
            ["Second Ltd", "Company", "91330100MA2ABCDE1Q", "", ""],
            ["Third Ltd", "Company", "", "ask at desk", ""],
            ["Fourth Ltd", "Company", 913301000000000000, "", ""],
            ["海康威视", "Company", "", "0571 8807 5998", ""],
            ["Fifth Ltd", "Company", "", "", "2099-01-01"],
        )
        self.assertEqual(sorted(told), [3, 4, 5, 6, 7])
        self.assertTrue(all(len(sentences) == 1 for sentences in told.values()), told)
        self.assertIn("credit code 91330100MA2ABCDE1Q of “Second Ltd”", told[3][0])
        self.assertIn("“ask at desk” of “Third Ltd” is no telephone", told[4][0])
        self.assertIn("Excel has rounded", told[5][0])
        self.assertIn("“海康威视” is not imported", told[6][0])
        self.assertIn("Fifth Ltd cannot have been met in the future", told[7][0])

    def test_one_wrong_row_is_told_at_its_row_alone(self):
        """Odoo repeats it at the first row of the file."""
        rows = [[f"Firm{n} Ltd", ""] for n in range(5)]
        rows[3][1] = "91330100MA2ABCDE1Q"
        told = self.refused(["name", "credit_code"], *rows)
        self.assertEqual({row: len(s) for row, s in told.items()}, {5: 1})

    def test_a_customer_twice_in_the_file_and_one_that_may_be_there(self):
        told = self.refused(
            ["name", "company_type", "phone"],
            ["Alpha Trading Ltd", "Company", "021 6000 0001"],
            ["Beta Trading Ltd", "Company", ""],
            ["Alpha Trading Ltd", "Company", "021 6000 0001"],
        )
        self.assertEqual(list(told), [4])
        result = self.load(["name", "company_type"], ["海康威视有限公司", "Company"])
        self.assertEqual(len(result["ids"]), 1)
        self.assertEqual(result["messages"][0]["type"], "warning")

    def test_numbers_of_banks_are_telephone_numbers(self):
        result = self.load(["name", "phone"], ["Bank (test)", "95588"])
        self.assertEqual(result["messages"], [])

    def test_what_the_register_and_the_grades_write_is_refused(self):
        scheme = self.env["care.tier.scheme"].create({"name": "Im", "code": "im_s"})
        grades = self.env["care.tier"].create(
            {"name": "A (test)", "code": "im_a", "scheme_id": scheme.id}
        )
        told = self.refused(
            ["Name", "Grade"],
            ["First Ltd", grades.name],
            names=["name", "care_tier_id"],
        )
        self.assertIn("comes from an evaluation", told[2][0])
        told = self.refused(
            ["Name", "Registered"],
            ["First Ltd", "2020-01-01 00:00:00"],
            names=["name", "registered_at"],
        )
        self.assertIn("comes from the register", told[2][0])

    # ---- classes, birthdays and preferences of contacts

    def test_a_class_is_of_the_kind_of_its_column(self):
        self.regular.name = self.large.name  # one name in two kinds
        rows = [["Name", "Size"], ["First Ltd", "Large (test)"]]
        result = self.load(*rows, names=["name", "care_size_id"])
        self.assertEqual(result["messages"], [])
        partner = self.env["res.partner"].browse(result["ids"])
        self.assertEqual(partner.care_size_id, self.large)
        self.regular.name = "Regular (test)"
        rows[1] = ["Second Ltd", "Regular (test)"]
        told = self.refused(*rows, names=["name", "care_size_id"])
        self.assertIn("No matching record found for name 'Regular (test)'", told[2][0])

    def test_birthdays_in_both_calendars(self):
        likes = self.env["care.preference"].create(
            [{"name": f"Like {n}", "code": f"im_{n}"} for n in range(2)]
        )
        fields = ["name", "parent_id", "birthday_date", "birthday_calendar"]
        fields += ["birthday_lunar_month", "birthday_lunar_day", "care_preference_ids"]
        result = self.load(
            fields,
            ["Li", CODE, "1985年2月28日", "Solar", "", "", "Like 0,Like 1"],
            ["Ma", self.hik.name, "", "Lunar", "8", "15", "Like 1"],
            ["Wu", "", "31106", "", "", "", ""],
            names=fields,
        )
        self.assertEqual(result["messages"], [])
        li, ma, wu = self.env["res.partner"].browse(result["ids"])
        self.assertEqual((li + ma).parent_id, self.hik)
        self.assertEqual(li.birthday_date, wu.birthday_date)
        self.assertEqual((ma.birthday_lunar_month, ma.birthday_lunar_day), (8, 15))
        self.assertEqual(li.care_preference_ids, likes)

    def test_wrong_birthdays(self):
        fields = ["name", "birthday_date", "birthday_calendar"]
        fields += ["birthday_lunar_month", "birthday_lunar_day"]
        told = self.refused(
            fields,
            ["Li", "1985-02-28", "Solar", "", ""],
            ["Ma", "2月30日", "Solar", "", ""],
            ["Wu", "1985-02-30", "Solar", "", ""],
            ["Xu", "", "Lunar", "13", "31"],
            names=fields,
        )
        self.assertEqual(sorted(told), [3, 4, 5])
        self.assertIn("“2月30日” is no day of the calendar", told[3][0])
        self.assertIn("like 1985-02-28", told[4][0])
        self.assertIn("13/31 is no day of the lunar calendar (Xu)", told[5][0])

    def test_of_several_customers_of_one_name_none_is_taken(self):
        self.partners.create([{"name": "Same (test)"}, {"name": "Same (test)"}])
        told = self.refused(
            ["name", "parent_id"],
            ["Li", "Same (test)"],
            ["Ma", "Nobody (test)"],
            names=["name", "parent_id"],
        )
        self.assertIn("Several customers are called “Same (test)”", told[2][0])
        self.assertIn("No matching record found", told[3][0])

    def test_a_secret_customer_is_as_good_as_none(self):
        self.hik.secrecy_own = 2
        names = ["name", "parent_id"]
        hidden = self.refused(names, ["Li", CODE], names=names)
        other = self.refused(names, ["Li", "91330100MA2ABCDE1X"], names=names)
        self.assertEqual(
            hidden[2][0].replace(CODE, ""),
            other[2][0].replace("91330100MA2ABCDE1X", ""),
        )

    # ---- what hangs on customers

    def test_members_notes_events_opt_outs_and_gifts(self):
        role = self.env["care.team.role"].search([], limit=1)
        lead = self.hik.user_id
        said = {_ROLE: role.name, _KEEPER: self.keeper.name, _BOSS: self.boss.name}
        for model, fields, *rows, why in _HANGING:
            right, wrong = ([said.get(one, one) for one in row] for row in rows)
            user = self.boss if model == "care.gift" else lead
            with self.subTest(model=model), mute_logger("odoo.sql_db"):
                told = self.refused(
                    fields, right, wrong, model=model, user=user, names=fields
                )
                self.assertEqual(list(told), [3])
                self.assertEqual(len(told[3]), 1, told)
                self.assertIn(why, told[3][0])
                how = {"model": model, "user": user, "names": fields}
                self.assertEqual(self.load(fields, right, **how)["messages"], [])

    def test_weights_that_do_not_make_a_hundred(self):
        scale = self.env["care.satisfaction.scale"].create(
            {"name": "Scale (test)", "code": "im_scale"}
        )
        fields = ["name", "code", "scale_id", "factor_ids/code"]
        fields += ["factor_ids/name", "factor_ids/weight"]
        told = self.refused(
            fields,
            ["Yearly (test)", "im_yearly", scale.name, "quality", "Quality", "60"],
            ["", "", "", "price", "Price", "30"],
            model="care.satisfaction.programme",
            user=self.boss,
            names=fields,
        )
        self.assertEqual(list(told), [2])
        self.assertIn("100", told[2][0])

    def test_records_of_engines_are_not_imported(self):
        for model, fields, row in [
            ("care.registration", ["name"], ["R-1"]),
            ("care.score", ["partner_id"], [CODE]),
            ("care.tier.grant", ["partner_id"], [CODE]),
            ("care.touch", ["partner_id"], [CODE]),
            ("care.merge.log", ["source_names"], ["X"]),
        ]:
            with self.subTest(model=model), mute_logger("odoo.addons.base.models"):
                told = self.refused(
                    fields, row, model=model, user=self.boss, names=fields
                )
                self.assertTrue(told)

    # ---- many rows

    def test_rows_beyond_the_first_hundred_cost_as_little(self):
        def rows(first, count):
            return [
                [f"Firm{n} Ltd", "Company", f"021 6{n:07}", self.large.name]
                for n in range(first, first + count)
            ]

        names = ["name", "company_type", "phone", "care_size_id"]
        self.load(names, *rows(0, 2), names=names)
        costs = []
        for first, count in ((1000, 100), (2000, 200)):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            result = self.load(names, *rows(first, count), names=names)
            self.env.flush_all()
            self.assertEqual(len(result["ids"]), count, result["messages"])
            costs.append(self.env.cr.sql_log_count - before)
        # a name in a column of links is looked up, and nothing else by row
        self.assertLess(costs[1] - costs[0], 120, costs)
