from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .duplicate_common import CODE, USER, DuplicateCase


@tagged("post_install", "-at_install")
class TestCustomerDuplicate(DuplicateCase):
    """P03.01: the base of customers is exact: one that is there already is found
    before it is entered again."""

    def test_p03_01_a_short_name_finds_the_firm_and_warns(self):
        found = self.check(name="海康威视")
        self.assertEqual([f["partner_id"] for f in found], self.hik.ids)
        self.assertEqual(found[0]["verdict"], "warn")
        self.assertIn("海康威视", found[0]["message"])

    def test_the_name_alone_never_refuses(self):
        for name in (self.hik.name, "海康威视", "杭州海康微视数字技术有限公司"):
            with self.subTest(name=name):
                verdicts = {found["verdict"] for found in self.check(name=name)}
                self.assertLessEqual(verdicts, {"warn"})

    def test_another_brand_is_another_firm(self):
        self.partners.create({"name": "杭州华信科技有限公司", "is_company": True})
        self.assertFalse(self.check(name="杭州华新科技有限公司"))
        self.assertTrue(self.check(name="华信科技（杭州）有限公司"))

    def test_the_same_brand_in_another_town_is_no_duplicate(self):
        self.partners.create({"name": "杭州华信科技有限公司", "is_company": True})
        self.assertFalse(self.check(name="成都华信科技有限公司"))

    def test_hard_evidence(self):
        for vals, verdict, evidence in [
            ({"credit_code": CODE}, "refuse", ["credit"]),
            ({"vat": f" {CODE.lower()}"}, "refuse", ["credit"]),
            ({"phone": "+86 571 8807 5998 ext. 8001"}, "warn", ["phone"]),
            ({"email": "Sales <SALES@hik.example>"}, "warn", ["email"]),
            (
                {"phone": "057188075998", "name": "海康威视"},
                "refuse",
                ["phone", "name"],
            ),
        ]:
            with self.subTest(vals=vals):
                found = self.check(**vals)
                self.assertEqual([f["partner_id"] for f in found], self.hik.ids)
                self.assertEqual(found[0]["verdict"], verdict)
                self.assertEqual(found[0]["evidence"], evidence)

    def test_the_phone_of_a_contact_leads_to_its_firm(self):
        self.partners.create(
            {"name": "李伟", "parent_id": self.hik.id, "phone": "138 0571 2345"}
        )
        found = self.check(name="某某", phone="13805712345")
        self.assertEqual([f["partner_id"] for f in found], self.hik.ids)

    def test_what_everybody_has_says_nothing(self):
        self.partners.create(
            [{"name": f"Tenant {n}", "phone": "021 5555 0000"} for n in range(60)]
        )
        self.assertFalse(self.check(name="Nobody's name", phone="021 5555 0000"))

    def test_a_customer_is_no_duplicate_of_itself_or_its_contacts(self):
        self.assertFalse(self.check(name=self.hik.name, id=self.hik.id))
        self.assertFalse(
            self.check(name="李", phone=self.hik.phone, parent_id=self.hik.id)
        )

    def test_people_who_work_here_are_no_customers(self):
        self.other.partner_id.phone = "13800001111"
        self.assertFalse(self.check(phone="13800001111"))

    def test_rules_are_data(self):
        rule = self.env.ref("customer_care.care_duplicate_rule_name_alike")
        rule.active = False
        self.assertFalse(self.check(name="海康威视"))
        rule.write({"active": True, "score": 61})
        self.assertEqual(self.check(name="海康威视")[0]["score"], 61)
        for vals in ({"likeness": 0}, {"verdict": "refuse"}):
            with self.subTest(vals=vals), self.assertRaises(ValidationError):
                rule.write(vals)

    # ---- what may be told

    def test_of_hidden_and_archived_customers_only_the_department_is_told(self):
        message = "Registered by Sales East."
        self.hik.active = False
        for found in (self.check(name="海康威视"), self.check(credit_code=CODE)):
            self.assertEqual(found[0]["message"], message)
            self.assertEqual((found[0]["partner_id"], found[0]["name"]), (False,) * 2)
        self.hik.active = True
        self.assertEqual(self.check(name="海康威视")[0]["partner_id"], self.hik.id)
        self.hide_from_clerk()
        found = self.check(name="海康威视")[0]
        self.assertEqual(found["message"], message)
        self.assertNotIn(self.hik.id, found.values())
        self.assertNotIn(self.hik.name, found.values())
        self.assertEqual(
            self.check(user=self.other, name="海康威视")[0]["partner_id"], self.hik.id
        )

    def test_until_when_it_is_protected_is_told(self):
        self.env.cr.execute(
            "UPDATE res_partner SET protected_until = '2026-12-24 10:00',"
            " registered_department_id = %s, active = FALSE WHERE id = %s",
            [self.department.id, self.hik.id],
        )
        self.env.invalidate_all()
        found = self.check(credit_code=CODE)[0]
        self.assertEqual(
            found["message"], "Registered by Sales East, protected until 12/24/2026."
        )

    def test_nothing_is_told_of_what_is_classified_above_the_reader(self):
        self.hik.secrecy_own = 2
        for vals in (
            {"name": "海康威视"},
            {"credit_code": CODE},
            {"phone": "057188075998"},
        ):
            with self.subTest(vals=vals):
                self.assertEqual(self.check(**vals), [])
        clerk = self.partners.with_user(self.clerk)
        vals = {"name": "海康威视", "is_company": True, "phone": "057188075998"}
        hidden = clerk._care_duplicates_hidden(vals)
        self.assertEqual([f["partner_id"] for f in hidden], self.hik.ids)
        self.assertEqual(hidden[0]["verdict"], "refuse")
        self.clear(self.clerk, 2)
        self.assertEqual(self.check(**vals)[0]["partner_id"], self.hik.id)
        self.assertEqual(clerk._care_duplicates_hidden(vals), [])

    def test_a_secret_contact_does_not_lead_to_its_firm(self):
        self.partners.create(
            {
                "name": "李伟",
                "parent_id": self.hik.id,
                "phone": "138 0571 2345",
                "secrecy_own": 2,
            }
        )
        self.assertEqual(self.check(name="某某", phone="13805712345"), [])

    def test_what_may_not_be_told_asks_the_database_as_much_as_nothing(self):
        self.hik.secrecy_own = 2
        counts = []
        for name in ("海康威视", "无此客户", "海康威视"):
            vals = {"name": name, "phone": "057188075998", "is_company": True}
            vals["phone"] = "057188075998" if name == "海康威视" else "057188070000"
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(self.check(**vals), [])
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
        self.assertLessEqual(max(counts[1:]), 16)

    def test_customers_of_a_company_where_one_does_not_work_are_not_told(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.hik.company_id = company
        self.assertEqual(self.check(name="海康威视"), [])

    def test_nobody_reads_the_keys(self):
        for user in (self.clerk, self.manager, self.env.ref("base.user_admin")):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["care.customer.key"].with_user(user).search([])

    # ---- the credit code

    def test_a_wrong_credit_code_is_refused_with_the_reason(self):
        for code, words in [
            ("91330100MA2ABCDE1Q", "mistyped"),
            ("9133O1OOMA2ABCDE1R", "Is 91330100MA2ABCDE1R meant"),
            ("330100000012345", "before 2015"),
            ("9133", "has 4 signs"),
        ]:
            with (
                self.subTest(code=code),
                self.assertRaisesRegex(ValidationError, words),
            ):
                self.partners.create({"name": "Other firm", "credit_code": code})

    def test_a_credit_code_is_one_customer_s(self):
        firm = self.partners.create({"name": "Other firm", "is_company": True})
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            firm.credit_code = " 9133 0100-ma2a bcde1r"
            firm.flush_recordset()

    def test_a_code_of_a_secret_customer_may_be_entered_again(self):
        self.hik.secrecy_own = 2
        firm = self.partners.with_user(self.clerk).create(
            {"name": "Other firm", "is_company": True, "credit_code": CODE.lower()}
        )
        self.assertEqual(firm.credit_code, CODE)

    # ---- on the contact form

    def test_the_form_warns_before_it_is_saved(self):
        with Form(self.partners.with_user(self.clerk)) as form:
            form.name = "Li Wei"
            self.assertFalse(form.care_duplicate_warning)
            form.phone = "(0571) 8807 5998"
            self.assertIn(
                f"/odoo/res.partner/{self.hik.id}", form.care_duplicate_warning
            )
            self.hik.active = False
            form.email = "sales@hik.example"
            self.assertEqual(
                form.care_duplicate_warning, "<span>Registered by Sales East.</span>"
            )
        self.assertFalse(form.record.care_duplicate_warning)

    def test_an_opened_contact_asks_nothing(self):
        self.assertFalse(self.hik.care_duplicate_warning)
        self.assertIn(USER, self.partners._fields["care_duplicate_warning"].groups)
