from odoo.tests import freeze_time, tagged

from .test_pack_p14_registration import RegistrationPackCase


@tagged("post_install", "-at_install")
class TestPackP19(RegistrationPackCase):
    """Policy P19: registration within five working days, by classes."""

    PACK = "P19"

    def met(self, moment):
        with freeze_time(moment):
            partner = (
                self.env["res.partner"]
                .with_user(self.clerk)
                .create(
                    {
                        "name": "Harbour Works",
                        "is_company": True,
                        "phone": "021 5550 1234",
                        "contact_at": moment,
                        "contact_by": self.wang.id,
                    }
                )
            )
            self.env.flush_all()
        return partner

    def run_job(self, name, moment):
        with freeze_time(moment), self.enter_registry_test_mode():
            self.env.ref(f"customer_care.{name}").method_direct_trigger()
        self.env.invalidate_all()

    def test_p19_02_registered_within_five_working_days(self):
        """P19.02: Monday to Monday, the weekend is not counted."""
        partner = self.met("2026-03-02 02:00:00")
        owed = self.owed("P19.02", partner)
        self.assertEqual(self.day(owed.due_at), "2026-03-09")
        __, line = self.enter(self.wang, "2026-03-09 01:00:00", partner_id=partner.id)
        self.env.invalidate_all()
        self.assertEqual((owed.state, line.late), ("met", False))

    def test_p19_10_late_in_spite_of_reminders_costs_points(self):
        """P19.10"""
        partner = self.met("2026-03-02 02:00:00")
        self.run_job("ir_cron_obligation_sweep", "2026-03-06 10:00:00")
        self.run_job("ir_cron_obligation_sweep", "2026-03-10 02:00:00")
        owed = self.owed("P19.02", partner)
        self.assertEqual(owed.state, "missed")
        self.assertIn("remind", owed.event_ids.mapped("kind"))
        self.run_job("care_sanction_propose_cron", "2026-03-10 03:00:00")
        sanction = self.charged("p19_late")
        self.assertEqual((sanction.user_id, sanction.points), (self.wang, 2))

    def test_p19_10_without_a_reminder_it_is_late_but_costs_nothing(self):
        """P19.10: entered late at once; nobody could remind."""
        __, line = self.enter(
            self.wang, "2026-03-20 02:00:00", contact_at="2026-03-02 02:00:00"
        )
        self.assertTrue(line.late)
        self.run_job("care_sanction_propose_cron", "2026-03-20 03:00:00")
        self.assertFalse(self.charged("p19_late"))

    def test_p19_01_the_class_decides_the_plan(self):
        """P19.01"""
        scheme = self.rule("care.tier.scheme", "p19_scheme")
        visits = {t.code: t.visit_per_year for t in scheme.tier_ids}
        self.assertEqual(
            visits,
            {"p19_key": 4, "p19_target": 2, "p19_general": 1, "p19_potential": 1},
        )

    def test_p19_05_who_lets_read(self):
        """P19.05"""
        own = self.rule("care.approval.rule", "p19_read_own")
        other = self.rule("care.approval.rule", "p19_read_other")
        self.assertEqual(own.step_ids.role_id.code, "department_head")
        self.assertEqual(other.step_ids.role_id.code, "general_manager")

    def test_p19_06_key_customers_have_two_contact_persons(self):
        """P19.06"""
        key = self.rule("care.tier", "p19_key")
        self.assertEqual(key.team_min, 2)
        self.assertEqual(key.clause_id.code, "P19.06")
