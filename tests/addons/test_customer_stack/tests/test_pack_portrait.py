from odoo.tests import freeze_time, tagged

from .pack_common import MANAGER, PackCase
from .pack_secrecy_common import OFFICER


class PortraitPackCase(PackCase):
    """A customer of the clerk, in a company that loaded the pack."""

    LOADER = f"{MANAGER},{OFFICER}"

    def setUp(self):
        super().setUp()
        self.customer = self.env["res.partner"].create(
            {
                "name": "Harbour Works",
                "is_company": True,
                "phone": "021-5550",
                "company_id": self.company.id,
                "user_id": self.clerk.id,
            }
        )

    def change(self, moment, known_on, **said):
        """The clerk reports a change at the customer."""
        with freeze_time(moment):
            plain = self.customer.with_user(self.clerk)
            window = self.env["care.data.change"].with_user(self.clerk)
            window = window.browse(plain.action_report_care_change()["res_id"])
            window.known_on = known_on
            for line in window.line_ids:
                line.new_value = said.get(line.name)
            review = self.env["care.data.review"].browse(
                window.action_confirm()["res_id"]
            )
            self.env.flush_all()
        return review.with_user(self.clerk)


@tagged("post_install", "-at_install")
class TestPackP19Data(PortraitPackCase):
    """Policy P19: changes and the contents of the file."""

    PACK = "P19"

    def test_p19_03_a_change_is_reported_within_five_working_days(self):
        """P19.03"""
        review = self.change("2026-03-06 02:00:00", "2026-03-02", phone="021-7")
        owed = self.owed("P19.03", review)
        self.assertEqual((len(owed), owed.state), (1, "met"))
        self.assertEqual(owed.user_id, self.clerk)
        review.action_accept_all()
        self.assertEqual(self.customer.phone, "021-7")

    def test_p19_03_one_reported_later_is_missed(self):
        """P19.03"""
        review = self.change("2026-03-20 02:00:00", "2026-03-02", phone="021-7")
        self.assertEqual(self.owed("P19.03", review).state, "missed")

    def test_p19_04_the_file_holds_nature_parent_and_what_was_said(self):
        """P19.04"""
        state = self.rule("care.segment", "p19_state")
        parent = self.env["res.partner"].create({"name": "Group", "is_company": True})
        subsidiary = self.env["res.partner"].create(
            {
                "name": "Works of the group",
                "is_company": True,
                "parent_id": parent.id,
                "care_nature_id": state.id,
            }
        )
        self.env.flush_all()
        found = parent.search([("care_nature_id", "=", state.id)])
        self.assertEqual((found, found.parent_id), (subsidiary, parent))
        self.customer.with_user(self.clerk).message_post(
            body="A fax of today", message_type="comment"
        )
        self.env.flush_all()
        rows = self.env["care.timeline"].with_user(self.clerk)
        rows = rows.search([("partner_id", "=", self.customer.id)])
        self.assertIn("A fax of today", rows.mapped("name"))


@tagged("post_install", "-at_install")
class TestPackP12Cards(PortraitPackCase):
    """Policy P12: the relationship card."""

    PACK = "P12"

    def test_p12_05_cards_are_printed_and_their_data_checked(self):
        """P12.05"""
        rule = self.rule("care.data.review.rule", "p12_card")
        rule.domain = f"[('id', '=', {self.customer.id})]"
        review = rule._open_due()
        self.assertEqual(review.partner_id, self.customer)
        person = self.env["res.partner"].create(
            {
                "name": "Chen Li",
                "function": "Head of purchasing",
                "parent_id": self.customer.id,
                "phone": "139",
                "street": "1 Long Road",
            }
        )
        reports = self.env["ir.actions.report"].with_user(self.clerk)
        html = reports._render_qweb_html(
            "customer_care.care_relationship_card_report", person.ids
        )[0].decode()
        for words in (
            "Chen Li",
            "Harbour Works",
            "Head of purchasing",
            "1 Long Road",
            "139",
        ):
            self.assertIn(words, html)


@tagged("post_install", "-at_install")
class TestPackP04Profile(PortraitPackCase):
    """Policy P04: the profile of a key account."""

    PACK = "P04"

    def test_p04_03_the_profile_of_a_key_account_is_completed(self):
        """P04.03"""
        with freeze_time("2026-03-02 02:00:00"):
            self.customer = self.customer.copy({"name": "Key account"})
            self.customer.user_id = self.clerk
            self.env.flush_all()
        owed = self.owed("P04.03", self.customer)
        self.assertEqual((owed.state, owed.user_id), ("open", self.clerk))
        with freeze_time("2026-03-05 02:00:00"):
            trade = self.env["res.partner.industry"].create({"name": "Harbours"})
            self.customer.with_user(self.clerk).write(
                {
                    "care_overview": "Builds harbours",
                    "industry_id": trade.id,
                    "child_ids": [(0, 0, {"name": "Chen Li"})],
                }
            )
            self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(owed.state, "met")
