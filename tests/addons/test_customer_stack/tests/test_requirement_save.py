from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user, tagged

from odoo.addons.customer_care.tests.policy_common import PolicyCase


@tagged("post_install", "-at_install")
class TestRequirementSave(PolicyCase):
    """What must hold whenever a record is saved, and conditions at a gate."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = new_test_user(
            cls.env,
            "requirement_clerk",
            groups="customer_care.customer_care_group_user,base.group_partner_manager,"
            "sales_team.group_sale_salesman",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def requirement(self, model, gate="save", **values):
        return self.env["care.requirement"].create(
            {
                "code": f"t_{gate}_{len(values)}",
                "name": "As the policy wants it",
                "model_name": model,
                "gate": gate,
                "company_id": self.company.id,
                **values,
            }
        )

    def host(self, **values):
        Host = self.env["test.requirement.host"].with_user(self.clerk)
        return Host.create({"name": "Case 7", "company_id": self.company.id, **values})

    def checks(self, records):
        return self.env["care.requirement.check"].search(
            [("res_model", "=", records._name), ("res_id", "in", records.ids)]
        )

    def test_a_lead_without_its_source_is_not_saved(self):
        self.requirement("crm.lead", field_names="source_id")
        Lead = self.env["crm.lead"].with_user(self.clerk)
        with self.assertRaisesRegex(UserError, "New mall.*Source"):
            Lead.create({"name": "New mall"})
        source = self.env["utm.source"].create({"name": "Land notice"})
        lead = Lead.create({"name": "New mall", "source_id": source.id})
        self.assertEqual(len(self.checks(lead)), 1)
        with self.assertRaises(UserError):
            lead.source_id = False

    def test_a_customer_is_asked_when_what_is_looked_at_changes(self):
        partner = self.env["res.partner"].create({"name": "Old one"})
        self.requirement(
            "res.partner",
            field_names="phone",
            domain="[('is_company', '=', True)]",
        )
        mine = partner.with_user(self.clerk)
        mine.comment = "Nothing that is looked at"
        with self.assertRaisesRegex(UserError, "Phone"):
            mine.is_company = True
        mine.write({"is_company": True, "phone": "010 5550"})
        self.assertEqual(self.checks(partner).user_id, self.clerk)

    def test_what_the_system_writes_is_not_asked(self):
        self.requirement("crm.lead", field_names="source_id")
        lead = self.env["crm.lead"].sudo().create({"name": "By mail"})
        self.assertFalse(self.checks(lead))

    def test_a_computed_field_is_looked_at_when_its_source_changes(self):
        self.requirement("test.requirement.host", condition="[('total', '<', 100)]")
        host = self.host(amount=1)
        with self.assertRaisesRegex(UserError, "As the policy wants it"):
            host.amount = 50

    def test_a_condition_says_its_message(self):
        self.requirement(
            "test.requirement.host",
            "close",
            condition="[('amount', '>', 0)]",
            message="Enter what it cost.",
        )
        with self.assertRaises(UserError) as refusal:
            self.host().action_close()
        self.assertEqual(
            str(refusal.exception), "Case 7 cannot go on: Enter what it cost."
        )
        self.host(amount=3).action_close()

    def test_fields_and_condition_are_told_together(self):
        self.requirement(
            "test.requirement.host",
            "close",
            field_names="cause",
            condition="[('amount', '>', 0)]",
        )
        with self.assertRaisesRegex(UserError, "Fill in: Cause of it.*policy wants"):
            self.host().action_close()

    def test_the_accused_takes_no_part(self):
        self.requirement(
            "test.requirement.host",
            "close",
            condition="[('accused_ids', 'not in', ['uid'])]",
        )
        host = self.host(accused_ids=[(6, 0, self.clerk.ids)])
        with self.assertRaises(UserError):
            host.action_close()
        host.with_user(self.user).action_close()
        self.assertEqual(self.checks(host).user_id, self.user)

    def test_something_must_be_asked(self):
        for values in ({}, {"condition": "[]"}, {"condition": "[('x', '=', 1)]"}):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.requirement("test.requirement.host", **values)

    def test_many_records_cost_no_more_questions_than_one(self):
        self.requirement("test.requirement.host", field_names="cause")
        Host = self.env["test.requirement.host"].with_user(self.clerk)

        def queries(count):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows = [{"name": "x", "cause": "y", "company_id": self.company.id}] * count
            Host.create(rows)
            return self.env.cr.sql_log_count - before

        queries(1)
        self.assertLessEqual(queries(50), queries(1) + 2)

    def test_a_model_nobody_asks_about_pays_nothing(self):
        partner = self.env["res.partner"].create({"name": "Plain"})
        mine = partner.with_user(self.clerk)
        mine.comment = "warm"
        self.env.flush_all()
        with self.assertQueryCount(1):
            mine.comment = "cold"
            self.env.flush_all()
