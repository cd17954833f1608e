from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .registration_common import RegistrationCase, at


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 02:00:00")
class TestCarePool(RegistrationCase):
    """Thirty days of protection, five days of warning; Wang registered Ms Chen."""

    def setUp(self):
        super().setUp()
        self.rule = self.term(quota_per_day=1, retake_days=20)
        __, line = self.enter(self.wang, origin="own")
        self.customer = line.partner_id

    def run_on(self, day):
        with freeze_time(f"{day} 02:00:00"), self.enter_registry_test_mode():
            self.env.ref("customer_care.care_pool_cron").method_direct_trigger()
            self.env.flush_all()
        self.env.invalidate_all()
        return self.customer.care_pool_state

    def log(self):
        entries = self.env["care.pool.entry"].search(
            [("partner_id", "=", self.customer.id)], order="id"
        )
        return entries.mapped("kind")

    def test_warned_then_released(self):
        self.assertEqual(self.run_on("2026-03-20"), "owned")
        self.assertEqual(self.run_on("2026-03-28"), "warned")
        told = self.env["mail.message"].search(
            [("notified_partner_ids", "in", self.wang.partner_id.ids)], limit=1
        )
        self.assertIn("Ms Chen", told.body)
        self.assertEqual(self.customer.protected_until, at("2026-04-02 02:00:00"))
        self.assertEqual(self.run_on("2026-04-01"), "warned")
        self.assertEqual(self.run_on("2026-04-03"), "pool")
        self.assertFalse(self.customer.user_id)
        self.assertEqual(self.log(), ["warned", "released"])

    def test_run_twice_it_warns_and_releases_once(self):
        for day in ("2026-03-28", "2026-03-28", "2026-04-03", "2026-04-03"):
            self.run_on(day)
        self.assertEqual(self.log(), ["warned", "released"])

    def test_a_job_that_comes_late_still_gives_the_time_of_the_warning(self):
        self.assertEqual(self.run_on("2026-06-01"), "warned")
        self.assertEqual(self.customer.protected_until, at("2026-06-06 02:00:00"))
        self.assertEqual(self.run_on("2026-06-07"), "pool")

    def test_who_attends_keeps_the_customer(self):
        self.run_on("2026-03-28")
        with freeze_time("2026-03-30 02:00:00"):
            activity = self.customer.activity_schedule(
                "mail.mail_activity_data_call", user_id=self.wang.id
            )
            activity.with_user(self.wang).action_feedback(feedback="Spoke")
        self.assertEqual(self.run_on("2026-03-31"), "owned")
        self.assertEqual(self.log(), ["warned", "renewed"])
        self.assertGreaterEqual(
            self.customer.protected_until, at("2026-04-29 00:00:00")
        )

    def test_what_happened_to_a_contact_counts_for_the_customer(self):
        contact = self.env["res.partner"].create(
            {"name": "Her son", "parent_id": self.customer.id}
        )
        with freeze_time("2026-03-20 02:00:00"):
            self.env["calendar.event"].with_context(no_mail_to_attendees=True).create(
                {
                    "name": "Viewing",
                    "start": "2026-03-20 01:00:00",
                    "stop": "2026-03-20 01:30:00",
                    "partner_ids": contact.ids,
                }
            )
        self.run_on("2026-03-28")
        self.assertEqual(self.customer.protected_until, at("2026-04-19 01:30:00"))

    def test_what_counts_as_attending_is_data(self):
        event = self.env.ref("customer_care.care_registration_event_meeting")
        self.rule.event_ids = event
        with freeze_time("2026-03-20 02:00:00"):
            activity = self.customer.activity_schedule("mail.mail_activity_data_call")
            activity.action_feedback(feedback="Spoke")
        self.assertEqual(self.run_on("2026-03-29"), "warned")

    def to_pool(self):
        self.run_on("2026-03-28")
        self.run_on("2026-04-03")

    @freeze_time("2026-04-03 06:00:00")
    def take(self, user):
        return self.customer.with_user(user).action_take_from_pool()

    def test_taken_from_the_pool_once(self):
        self.to_pool()
        self.take(self.li)
        self.assertEqual(self.customer.user_id, self.li)
        self.assertEqual(self.customer.care_pool_state, "owned")
        self.assertEqual(self.customer.protected_until, at("2026-05-03 06:00:00"))
        with self.assertRaisesRegex(UserError, "no longer in the pool"):
            self.take(self.duty)
        self.assertEqual(self.log()[-1], "taken")

    def test_the_quota_of_a_day(self):
        self.to_pool()
        self.take(self.li)
        with freeze_time("2026-04-03 07:00:00"):
            self.customer.with_user(self.li).action_give_back()
        with self.assertRaisesRegex(UserError, "today"):
            self.take(self.li)

    def test_who_lost_it_does_not_take_it_back_at_once(self):
        self.to_pool()
        with self.assertRaisesRegex(UserError, "Let a colleague"):
            self.take(self.wang)
        with freeze_time("2026-04-30 06:00:00"):
            self.customer.with_user(self.wang).action_take_from_pool()
        self.assertEqual(self.customer.user_id, self.wang)

    def test_the_cap_of_a_person(self):
        self.rule.cap_per_user = 1
        self.to_pool()
        self.enter(self.li, origin="own", name="Mr Zhou", phone="13800000077")
        with self.assertRaisesRegex(UserError, "holds 1 customers, and 1"):
            self.take(self.li)
        with self.assertRaisesRegex(UserError, "holds 1 customers, and 1"):
            self.enter(self.li, origin="own", name="Mr Wu", phone="13800000078")

    def test_given_to_somebody_by_hand_it_leaves_the_pool(self):
        self.to_pool()
        with freeze_time("2026-04-03 06:00:00"):
            self.customer.user_id = self.li
        self.assertEqual(self.customer.care_pool_state, "owned")
        self.assertEqual(self.customer.protected_until, at("2026-05-03 06:00:00"))

    def test_who_takes_over_has_the_whole_time(self):
        with freeze_time("2026-03-20 06:00:00"):
            self.customer._care_assign(self.li, "Wang leaves")
        self.assertEqual(self.run_on("2026-03-28"), "owned")
        self.assertEqual(self.customer.protected_until, at("2026-04-19 06:00:00"))

    def test_only_ones_own_are_given_back(self):
        with self.assertRaises(UserError):
            self.customer.with_user(self.li).action_give_back()
        self.customer.with_user(self.wang).action_give_back()
        self.assertEqual(self.customer.care_pool_state, "pool")
        self.assertEqual(self.log(), ["given_back"])

    def test_entering_one_of_the_pool_offers_to_take_it(self):
        self.to_pool()
        with freeze_time("2026-04-03 06:00:00"):
            window, __ = self.enter(self.li, origin="own")
            self.assertEqual(window.state, "pool")
            window.action_take()
        self.assertEqual(self.customer.user_id, self.li)

    def test_without_a_term_nobody_loses_a_customer(self):
        self.rule.active = False
        self.assertEqual(self.run_on("2026-12-01"), "owned")
        self.assertFalse(self.customer.protected_until)

    def test_the_job_costs_as_much_for_forty_as_for_ten(self):
        def cost(number, day):
            for _n in range(number):
                partner = self.env["res.partner"]._register_create(
                    {
                        "name": f"Many {number}",
                        "user_id": self.wang.id,
                        "care_pool_state": "warned",
                        "protected_until": at("2026-04-02 02:00:00"),
                    }
                )
                self.assertTrue(partner)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with freeze_time(f"{day} 02:00:00"), self.enter_registry_test_mode():
                self.env.ref("customer_care.care_pool_cron").method_direct_trigger()
                self.env.flush_all()
            return self.env.cr.sql_log_count - before

        few = cost(10, "2026-03-30")
        self.assertLessEqual(cost(40, "2026-03-30"), few + 10)
