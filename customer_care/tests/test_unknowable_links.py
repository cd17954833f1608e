from odoo.exceptions import MissingError
from odoo.service.model import call_kw
from odoo.tests import Form, tagged

from ..models.care_mask import MASKED
from .common_unknowable import UnknowableCase, never_existed

WORD = "Restricted"


@tagged("post_install", "-at_install")
class TestUnknowableLinks(UnknowableCase):
    """What leads to a hidden customer: `intermediary` stands for any link that does
    not pass the level on. Here it is the buyer of a partner, a company-wide link."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # a link of a visible record to a hidden one: an employee's own contact takes
        # no level from the customer it is put under
        cls.worker = cls.plain.partner_id
        cls.plain.group_ids += cls.env.ref("base.group_allow_export")
        cls.worker.parent_id = cls.secret
        cls.env.flush_all()
        cls.env.invalidate_all()
        cls.partners = cls.env["res.partner"].with_user(cls.plain)
        cls.mine = cls.partners.browse(cls.worker.id)

    def call(self, name, *args, ids=None, **kwargs):
        self.env.invalidate_all()
        ids = self.worker.ids if ids is None else ids
        return call_kw(self.partners, name, [ids, *args], kwargs)

    def test_the_link_is_open(self):
        self.assertEqual(self.worker.secrecy_level, 0)
        self.assertEqual(self.worker.sudo().parent_id, self.secret)

    def test_read_shows_one_text(self):
        [row] = self.call("read", ["parent_id", "name"])
        self.assertEqual(row["parent_id"], (MASKED, WORD))
        [row] = self.call("read", ["parent_id"], load=None)
        self.assertEqual(row["parent_id"], MASKED)
        domain = [("id", "=", self.worker.id)]
        [row] = call_kw(self.partners, "search_read", [domain, ["parent_id"]], {})
        self.assertEqual(row["parent_id"], (MASKED, WORD))

    def test_form_and_list_show_one_text(self):
        spec = {"parent_id": {"fields": {"display_name": {}, "phone": {}}}, "name": {}}
        [row] = self.call("web_read", spec)
        masked = {"id": MASKED, "display_name": WORD, "phone": False}
        self.assertEqual(row["parent_id"], masked)
        found = call_kw(
            self.partners, "web_search_read", [[("id", "=", self.worker.id)], spec], {}
        )
        self.assertEqual(found["records"][0]["parent_id"], masked)

    def test_cleared_people_see_the_link(self):
        partners = self.env["res.partner"].with_user(self.cleared)
        [row] = call_kw(partners, "read", [self.worker.ids, ["parent_id"]], {})
        self.assertEqual(row["parent_id"], (self.secret.id, "LV Secret"))

    def test_grouping_takes_it_for_none(self):
        domain = [("id", "=", self.worker.id)]
        groups = self.partners.formatted_read_group(domain, ["parent_id"], ["__count"])
        self.assertEqual([g["parent_id"] for g in groups], [False])
        [group] = groups
        inside = self.partners.search(domain + group["__extra_domain"])
        self.assertEqual(inside, self.worker)
        [(ids, count)] = self.partners._read_group(
            domain, [], ["parent_id:array_agg", "parent_id:count_distinct"]
        )
        self.assertEqual((ids, count), ([None], 0))

    def test_conditions_take_it_for_none(self):
        gone = never_existed(self.secret)
        child = self.secret.id
        tables = [
            lambda id_: [("parent_id", "=", id_)],
            lambda id_: [("parent_id", "!=", id_)],
            lambda id_: [("parent_id", "in", [id_, self.open.id])],
            lambda id_: [("parent_id", "in", [id_, False])],
            lambda id_: [("parent_id", "not in", [id_])],
            lambda id_: [("parent_id", "child_of", id_)],
            lambda id_: [("parent_id", "parent_of", id_)],
            lambda id_: [("id", "child_of", id_)],
            lambda id_: [("child_ids", "in", [id_])],
            lambda id_: [("child_ids", "not in", [id_])],
            lambda id_: [("message_partner_ids", "in", [id_])],
            lambda id_: ["!", ("parent_id", "=", id_)],
            lambda id_: ["|", ("parent_id", "=", id_), ("parent_id.id", "=", id_)],
        ]
        for make in tables:
            with self.subTest(domain=make(0)):
                answers = [self.partners.search(make(id_)).ids for id_ in (child, gone)]
                self.assertEqual(*answers)

    def test_no_oracle(self):
        mine = [("id", "=", self.worker.id)]
        for domain in [
            [("parent_id", "!=", False)],
            [("parent_id", ">", 0)],
            [("parent_id", "ilike", "LV")],
            [("parent_id.name", "=", "LV Secret")],
            [("parent_id", "any", [("name", "=", "LV Secret")])],
            [("parent_name", "=", "LV Secret")],
            [("parent_name", "like", "LV")],
            [("parent_id", "child_of", self.secret.id)],
        ]:
            with self.subTest(domain=domain):
                self.assertFalse(self.partners.search(mine + domain))
                self.assertFalse(self.partners.search_count(mine + domain))
        for domain in [
            [("parent_id", "=", False)],
            [("parent_name", "=", False)],
            [("parent_id", "not ilike", "LV")],
            [("parent_id", "not any", [("name", "=", "LV Secret")])],
        ]:
            with self.subTest(domain=domain):
                self.assertEqual(self.partners.search(mine + domain), self.worker)

    def test_values_over_the_link(self):
        [row] = self.call("read", ["parent_name"])
        self.assertIs(row["parent_name"], False)

    def test_order_tells_nothing(self):
        others = self.env["res.partner"].create(
            [
                {"name": "Z", "parent_id": self.env["res.partner"].create(vals).id}
                for vals in ({"name": "AAA"}, {"name": "ZZZ"})
            ]
        )
        domain = [("id", "in", (others + self.worker).ids)]
        for order in ("parent_id", "parent_id desc", "parent_name", "parent_id, id"):
            with self.subTest(order=order):
                before = self.partners.search(domain, order=order).ids
                self.secret.name = "ZZZZZ" if self.secret.name < "M" else "AAAAA"
                self.env.flush_all()
                self.assertEqual(self.partners.search(domain, order=order).ids, before)

    def test_export_gives_one_text(self):
        rows = self.call("export_data", ["name", "parent_id", "parent_id/.id"])["datas"]
        self.assertEqual(rows[0][1:], [WORD, WORD])
        rows = self.call("export_data", ["parent_id/id", "parent_id/name"])["datas"]
        self.assertEqual(rows[0], [WORD, WORD])

    def test_saving_keeps_the_link(self):
        self.mine.web_save({"comment": "x"}, {})
        self.mine.write({"parent_id": MASKED, "function": "y"})
        self.assertEqual(self.worker.sudo().parent_id, self.secret)
        self.assertEqual(self.worker.function, "y")

    def test_a_form_keeps_the_link(self):
        self.env.invalidate_all()
        result = self.mine.onchange(
            {"parent_id": MASKED, "name": "x", "phone": "1"},
            ["phone"],
            {"parent_id": {"fields": {"display_name": {}}}, "name": {}, "phone": {}},
        )
        self.assertNotIn("parent_id", result.get("value", {}))
        self.assertNotIn("LV Secret", str(result))

    def test_setting_a_link(self):
        """However it is set: a hidden customer is no other than a missing one."""
        partners = self.partners
        spec = {"parent_id": {"fields": {"display_name": {}}}, "name": {}}
        mine = self.open.with_user(self.plain)
        calls = {
            "create": lambda id_: partners.create({"name": "n", "parent_id": id_}),
            "write": lambda id_: mine.write({"parent_id": id_}),
            "web_save": lambda id_: mine.web_save({"parent_id": id_}, spec),
            "web_save new": lambda id_: partners.web_save(
                {"name": "n", "parent_id": id_}, spec
            ),
            "lines": lambda id_: mine.write({"child_ids": [(4, id_)]}),
            "set": lambda id_: mine.write({"child_ids": [(6, 0, [id_])]}),
            "update": lambda id_: mine.write({"child_ids": [(1, id_, {"name": "n"})]}),
            "delete": lambda id_: mine.write({"child_ids": [(2, id_)]}),
            "onchange": lambda id_: mine.onchange(
                {"parent_id": id_}, ["parent_id"], spec
            ),
            "onchange new": lambda id_: partners.onchange(
                {"parent_id": id_}, ["parent_id"], spec
            ),
            "defaults": lambda id_: partners.with_context(
                default_parent_id=id_
            ).default_get(["parent_id"]),
            "new with defaults": lambda id_: partners.with_context(
                default_parent_id=id_
            ).onchange({}, [], spec),
            "create with defaults": lambda id_: (
                partners.with_context(default_parent_id=id_)
                .create({"name": "n"})
                .parent_id
            ),
            "name_create": lambda id_: partners.with_context(
                default_parent_id=id_
            ).name_create("n")[1],
            "import by id": lambda id_: partners.load(
                ["name", "parent_id/.id"], [["n", str(id_)]]
            )["messages"],
            "copy": lambda id_: mine.copy({"parent_id": id_}).parent_id,
        }
        for name, call in calls.items():
            with self.subTest(call=name):
                self.assert_unknowable(call, self.secret, ["LV Secret"])

    def test_import_by_name_and_external_id(self):
        self.env["ir.model.data"].create(
            {
                "module": "un",
                "name": "here",
                "model": "res.partner",
                "res_id": self.secret.id,
            }
        )
        self.env.flush_all()

        def load(column, value):
            result = self.partners.load(["name", column], [["n", value]])
            return str(result).replace(value, "<value>")

        self.assertEqual(load("parent_id/id", "un.here"), load("parent_id/id", "un.no"))
        self.assertEqual(load("parent_id", "LV Secret"), load("parent_id", "LV Nobody"))

    def test_duplicating_leaves_the_link_behind(self):
        self.env.invalidate_all()
        self.assertFalse(self.mine.copy_data()[0].get("parent_id"))

    def test_a_mask_is_no_record(self):
        with self.assertRaises(MissingError):
            self.partners.create({"name": "n", "parent_id": MASKED})
        with self.assertRaises(MissingError):
            self.open.with_user(self.plain).write({"parent_id": MASKED})

    def test_a_form_in_memory(self):
        """Odoo's own form of the tests reads and saves as the web client does."""
        self.env.invalidate_all()
        with Form(self.open.with_user(self.plain)) as form:
            form.comment = "x"

    def test_our_people_do_not_carry_the_name(self):
        [row] = self.call("read", ["display_name", "commercial_company_name"])
        self.assertNotIn("LV Secret", str(row))
        self.assertFalse(self.partners.search([("complete_name", "like", "LV Secret")]))
        employer = self.env["res.partner"].create({"name": "LV Later"})
        self.worker.parent_id = employer
        self.assertIn("LV Later", self.worker.complete_name)
        employer.secrecy_own = 2
        self.assertNotIn("LV Later", self.worker.complete_name)
        self.assertIn("LV Secret", self.contacts[1].complete_name)

    def test_the_name_is_neutral_with_all_rights_too(self):
        hidden = self.secret.with_user(self.plain).sudo()
        self.assertEqual(hidden.display_name, WORD)
        self.assertEqual(hidden.name, "LV Secret")
        seen = self.secret.with_user(self.cleared).sudo()
        self.assertEqual(seen.display_name, "LV Secret")

    def test_what_is_in_memory_is_not_read(self):
        self.assertEqual(self.secret.name, "LV Secret")
        self.assertEqual(self.secret.with_user(self.plain).read(["name"]), [])

    def test_a_default_is_left_out(self):
        partners = self.partners.with_context(default_parent_id=self.secret.id)
        self.assertNotIn("parent_id", partners.default_get(["parent_id"]))

    def test_no_access_error_names_a_hidden_record(self):
        self.worker.parent_id = False
        self.plain.group_ids += self.env.ref("base.group_no_one")
        rules = self.env["ir.rule"].with_user(self.plain)
        for operation in ("read", "write", "unlink"):
            records = (self.open + self.secret).with_user(self.plain)
            error = rules._make_access_error(operation, records)
            with self.subTest(operation=operation):
                self.assertIsInstance(error, MissingError)
                self.assertNotIn("LV", str(error))

    def test_twins_are_not_shown(self):
        self.secret.vat = self.open.vat = "CN123"
        self.env.flush_all()
        self.env.invalidate_all()
        [row] = call_kw(
            self.partners, "read", [self.open.ids, ["same_vat_partner_id"]], {}
        )
        self.assertIs(row["same_vat_partner_id"], False)
