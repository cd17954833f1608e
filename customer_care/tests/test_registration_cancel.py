import io

from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .registration_common import RegistrationCase, at


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 02:00:00")
class TestRegistrationCancel(RegistrationCase):
    """A line that should not be there is struck through, and the customer is free."""

    def cancel(self, user, line, reason="Typed twice"):
        window = self.env["care.registration.cancel"].with_user(user)
        window = window.create({"registration_id": line.id, "reason": reason})
        window.action_cancel_line()
        self.env.flush_all()
        self.env.invalidate_all()

    def test_the_line_stays_and_the_customer_is_free(self):
        self.term()
        __, line = self.enter(self.wang, origin="own", care_need="Two rooms")
        customer = line.partner_id
        self.assertEqual(customer.care_pool_state, "owned")
        before = line.read(["name", "outcome", "user_id", "registered_at", "care_need"])
        self.assertTrue(line.with_user(self.boss).may_cancel)
        self.cancel(self.boss, line)
        after = line.read(["name", "outcome", "user_id", "registered_at", "care_need"])
        self.assertEqual(before, after, "what was written is not rewritten")
        self.assertEqual(line.cancelled_at, at("2026-03-02 02:00:00"))
        self.assertEqual(line.cancelled_by_id, self.boss)
        self.assertEqual(line.cancel_reason, "Typed twice")
        for name in ("registered_at", "registered_by", "protected_until", "user_id"):
            self.assertFalse(customer[name], name)
        self.assertFalse(customer.care_pool_state)
        moves = self.env["care.attribution"].search([("partner_id", "=", customer.id)])
        self.assertIn(line.name, moves.sorted("id")[-1].reason)

    def test_another_registers_the_customer_then(self):
        self.term()
        __, line = self.enter(self.wang, origin="own")
        self.cancel(self.boss, line)
        with freeze_time("2026-03-03 02:00:00"):
            __, again = self.enter(self.li, origin="own")
        self.assertEqual(again.outcome, "new")
        self.assertEqual(again.partner_id, line.partner_id)
        self.assertEqual(again.partner_id.user_id, self.li)
        self.assertEqual(again.partner_id.registered_at, at("2026-03-03 02:00:00"))
        self.assertEqual(again.partner_id.contact_by, self.li)
        self.cancel(self.boss, again, "Again a mistake")
        self.assertFalse(again.partner_id.user_id)

    def test_who_entered_it_and_who_is_no_manager_cannot(self):
        __, line = self.enter(self.wang, origin="own")
        with self.assertRaises(AccessError):
            self.cancel(self.wang, line)
        with self.assertRaises(AccessError):
            line.with_user(self.wang)._cancel("No")
        with self.assertRaises(AccessError):
            line.with_user(self.li)._cancel("Not mine to see")
        __, own = self.enter(
            self.boss, origin="own", name="Mr Zhou", phone="13800000002"
        )
        self.assertFalse(own.with_user(self.boss).may_cancel)
        with self.assertRaises(AccessError):
            own.with_user(self.boss)._cancel("My own")
        for vals in ({"cancelled_at": False}, {"cancel_reason": "x"}):
            with self.assertRaises(AccessError):
                line.with_user(self.boss).sudo().write(vals)

    def test_a_reason_is_needed_and_once_is_enough(self):
        __, line = self.enter(self.wang, origin="own")
        with self.assertRaises(UserError):
            line.with_user(self.boss)._cancel("  ")
        self.cancel(self.boss, line)
        with self.assertRaises(UserError):
            line.with_user(self.boss)._cancel("Once more")
        self.assertEqual(line.cancel_reason, "Typed twice")

    def test_a_customer_who_moved_on_stays_where_he_is(self):
        self.term()
        __, line = self.enter(self.wang, origin="own")
        line.partner_id._care_assign(self.li, "By hand")
        self.cancel(self.boss, line)
        self.assertTrue(line.cancelled_at)
        self.assertEqual(line.partner_id.user_id, self.li)
        self.assertTrue(line.partner_id.registered_at)

    def test_a_line_of_a_known_customer_frees_nobody(self):
        __, line = self.enter(self.wang, origin="own")
        __, again = self.enter(self.li, origin="own")
        self.assertEqual(again.outcome, "known")
        self.cancel(self.boss, again)
        self.assertEqual(line.partner_id.user_id, self.wang)
        self.assertTrue(line.partner_id.registered_at)

    def test_an_open_claim_is_ruled_first(self):
        __, line = self.enter(self.wang, origin="own")
        __, again = self.enter(self.li, origin="own")
        claims = self.env["care.registration.claim"].with_user(self.li)
        claims = claims.with_company(self.company)
        claim = claims._open(line.partner_id, again, "earlier", "Met him before")
        for one in (line, again):
            with self.assertRaisesRegex(UserError, claim.name):
                one.with_user(self.boss)._cancel("Wrong")
        claim.with_user(self.li).action_withdraw()
        self.cancel(self.boss, line)
        self.assertFalse(line.partner_id.registered_at)

    def test_a_cancelled_line_proves_nothing(self):
        __, line = self.enter(self.wang, origin="own")
        self.cancel(self.boss, line)
        __, new = self.enter(self.li, origin="own")
        __, again = self.enter(self.wang, origin="own")
        claims = self.env["care.registration.claim"].with_user(self.wang)
        claims = claims.with_company(self.company)
        claim = claims._open(new.partner_id, again, "earlier", "I was first")
        self.assertEqual(claim.sudo().earlier_id, new)
        self.assertEqual(claim.sudo().proposal, "refused")

    def test_both_are_told(self):
        __, line = self.enter(self.wang, origin="own")
        self.cancel(self.boss, line)
        told = self.env["mail.message"].search(
            [("notified_partner_ids", "in", self.wang.partner_id.ids)], limit=1
        )
        self.assertIn("Typed twice", told.body)

    def test_the_register_on_paper_shows_it_struck_through(self):
        __, line = self.enter(self.wang, origin="own")
        self.cancel(self.boss, line)
        sheet = (
            self.env["care.registration.sheet"]
            .with_user(self.boss)
            .with_company(self.company)
            .create({"day": "2026-03-02", "company_id": self.company.id})
        )
        row = sheet._rows("print")[0]
        self.assertTrue(row.cancelled)
        self.assertEqual(row.outcome, "Cancelled: Typed twice")
        page = load_workbook(io.BytesIO(sheet._workbook())).active
        self.assertTrue(page.cell(4, 4).font.strike)
        self.assertFalse(page.cell(4, 15).font.strike)
        html = self.env["ir.actions.report"]._render_qweb_html(
            "customer_care.care_registration_sheet_report", sheet.ids
        )[0]
        self.assertIn(b"line-through", html)
