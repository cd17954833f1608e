from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .team_common import TeamCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-25 04:00:00")
class TestAttribution(TeamCase):
    """Every change of the person in charge is kept, by whatever door it comes."""

    def test_code_moves_customers_and_says_why(self):
        nobody = self.env["res.users"]
        moved = self.acme._care_assign(self.ben, "Ruling 7", at="2026-03-02 08:00:00")
        self.assertEqual(moved, self.acme)
        self.assertEqual(self.acme.user_id, self.ben)
        self.assertEqual(
            self.history(self.acme),
            [
                (nobody, self.ann, "First entered"),
                (self.ann, self.ben, "Ruling 7"),
            ],
        )
        row = self.env["care.attribution"].search([], limit=1)
        self.assertEqual(str(row.at), "2026-03-25 04:00:00")
        row = row.search([("reason", "=", "Ruling 7")])
        self.assertEqual(str(row.at), "2026-03-02 08:00:00")
        self.assertFalse(self.acme._care_assign(self.ben, "Again"))
        self.acme._care_assign(None, "Released")
        self.assertEqual(self.history(self.acme)[-1], (self.ben, nobody, "Released"))
        self.assertEqual(self.acme.care_attribution_count, 3)

    def test_the_contact_form_writes_the_same_history(self):
        with Form(self.acme.with_user(self.ann)) as form:
            form.user_id = self.ben
        self.assertEqual(
            self.history(self.acme)[-1], (self.ann, self.ben, "Changed on the customer")
        )
        row = self.env["care.attribution"].search([], limit=1, order="id desc")
        self.assertEqual(row.by_id, self.ann)

    def test_an_import_writes_the_same_history(self):
        self.env["ir.model.data"].create(
            {
                "module": "care_t",
                "name": "acme",
                "model": "res.partner",
                "res_id": self.acme.id,
            }
        )
        partners = self.env["res.partner"].with_user(self.ann)
        result = partners.with_context(import_file=True).load(
            ["id", "name", "user_id/.id"],
            [["care_t.acme", "Acme", str(self.ben.id)]],
        )
        self.assertFalse(result["messages"])
        self.assertEqual(self.history(self.acme)[-1], (self.ann, self.ben, "Import"))

    def test_contacts_go_along_and_are_no_customers(self):
        contact = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.acme.id}
        )
        other = self.make_customer("Branch", self.ben, parent_id=self.acme.id)
        self.assertEqual(contact.user_id, self.ann)
        self.assertFalse(self.history(contact))
        self.acme._care_assign(self.cai, "Moved")
        self.assertEqual(contact.user_id, self.cai)
        self.assertEqual(other.user_id, self.ben)
        self.assertFalse(self.history(contact))

    def test_only_people_of_ours_take_over(self):
        portal = new_test_user(self.env, "team_portal", groups="base.group_portal")
        gone = new_test_user(self.env, "team_gone", groups="base.group_user")
        gone.active = False
        for user in (portal, gone):
            with self.assertRaises(UserError):
                self.acme._care_assign(user, "No")
        other = self.env["res.company"].create({"name": "Other firm"})
        theirs = self.make_customer("Theirs", company_id=other.id)
        with self.assertRaises(UserError):
            theirs._care_assign(self.ben, "No")

    def test_nobody_writes_history_by_hand(self):
        row = self.env["care.attribution"].search([], limit=1)
        for user in (self.ann, self.mia, self.env.user):
            rows = row.with_user(user)
            for forge in (
                lambda rows=rows: rows.write({"reason": "x"}),
                lambda rows=rows: rows.unlink(),
                lambda rows=rows: rows.create({"partner_id": self.acme.id}),
            ):
                with self.assertRaises(AccessError):
                    forge()

    def test_a_forged_reason_is_not_believed(self):
        acme = self.acme.with_user(self.ann)
        acme.with_context(care_move=["Ruling", None, None, None]).user_id = self.ben
        self.assertEqual(self.history(self.acme)[-1][2], "Changed on the customer")

    def test_a_thousand_customers_cost_no_query_each(self):
        partners = self.env["res.partner"]
        few = partners.create([{"name": f"F{n}", "is_company": True} for n in range(5)])
        many = partners.create(
            [{"name": f"M{n}", "is_company": True} for n in range(200)]
        )
        self.env.flush_all()
        counts = []
        for batch in (few, many):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            batch._care_assign(self.ben, "Territory")
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        rows = self.env["care.attribution"].search_count(
            [("user_id", "=", self.ben.id)]
        )
        self.assertEqual(rows, 205)
        self.assertLess(counts[1] - counts[0], 1 * len(many))

    def test_a_contact_costs_one_query_more_where_somebody_is_in_charge(self):
        # Odoo's own messages to the person are not counted
        partners = self.env["res.partner"].with_context(tracking_disable=True)
        counts = []
        for vals in ({}, {}, {"user_id": self.ben.id}):
            self.env.flush_all()
            before = self.cr.sql_log_count
            partners.create({"name": "New", "is_company": True, **vals})
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[2], counts[1] + 1)
