from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..models import care_evaluation_apply
from .evaluation_common import EvaluationCase
from .tier_common import DAY


@tagged("post_install", "-at_install")
@freeze_time("2026-03-25 04:00:00")
class TestEvaluation(EvaluationCase):
    """From the figures over sections, review and approval to grades in force."""

    def test_dates_come_from_the_window_of_the_scheme(self):
        found = self.evaluation
        self.assertEqual(found.window_from, DAY)
        self.assertEqual(found.window_to, date(2026, 3, 30))
        self.assertEqual(found.valid_from, date(2026, 3, 31))
        self.assertEqual(found.valid_to, date(2027, 3, 30))

    def test_a_day_that_is_given_leaves_the_others_to_the_window(self):
        new = self.evaluation.create(
            {"scheme_id": self.scheme.id, "year": 2027, "valid_from": "2027-05-01"}
        )
        self.assertEqual(new.date_figures, date(2027, 3, 25))
        self.assertEqual(new.valid_to, date(2028, 4, 30))

    def test_a_copy_is_for_the_year_after(self):
        self.evaluation.action_open()
        copy = self.evaluation.copy()
        self.assertEqual((copy.year, copy.state), (2027, "draft"))
        self.assertEqual(copy.window_from, date(2027, 3, 25))
        self.assertFalse(copy.line_ids)

    def test_opening_rates_all_and_deals_them_to_sections(self):
        self.evaluation.action_open()
        self.assertEqual(self.evaluation.state, "pregrading")
        self.assertEqual(
            self.evaluation.line_ids.sorted("id").mapped("computed_tier_id.name"),
            ["A", "B", "C"],
        )
        self.assertEqual(self.line(self.bolt).previous_tier_id, self.tier_a)
        self.assertTrue(self.line(self.bolt).is_changed)
        sections = self.evaluation.section_ids
        self.assertEqual(
            sorted(sections.mapped("user_id.login")), ["tier_clerk", "tier_other"]
        )
        self.assertIn("t_sound", self.line(self.bolt).explanation_html)
        with self.assertRaises(UserError):
            self.evaluation.action_open()

    def test_lists_are_owed_by_those_who_lead_the_sections(self):
        self.evaluation.action_open()
        section = self.evaluation.section_ids[0]
        duty = section.obligation_ids
        self.assertEqual(duty.user_id, section.user_id)
        section.with_user(section.user_id).action_submit()
        self.assertEqual(duty.state, "met")

    def test_sections_see_and_grade_their_own_customers_alone(self):
        self.evaluation.action_open()
        self.env.invalidate_all()
        lines = self.env["care.evaluation.line"].with_user(self.clerk)
        mine = lines.search([("evaluation_id", "=", self.evaluation.id)])
        self.assertEqual(mine.partner_id, self.acme | self.bolt)
        with self.assertRaises(AccessError):
            self.line(self.cord, self.clerk).read(["computed_tier_id"])
        with self.assertRaises(AccessError):
            self.line(self.cord, self.clerk).write({"credit_grade": "AAA"})
        self.assertFalse(
            self.env["care.evaluation.decision"]
            .with_user(self.clerk)
            .search([("line_id.partner_id", "=", self.cord.id)])
        )

    def test_another_grade_needs_a_reason_and_is_kept(self):
        self.evaluation.action_open()
        line = self.line(self.acme, self.clerk)
        with self.assertRaises(ValidationError):
            line.proposed_tier_id = self.tier_b
        line.write({"proposed_tier_id": self.tier_b.id, "proposed_reason": "Shrinks"})
        self.assertEqual(line.final_tier_id, self.tier_b)
        decision = line.decision_ids
        self.assertEqual(
            (decision.before, decision.after, decision.reason, decision.user_id),
            ("", "B", "Shrinks", self.clerk),
        )
        with self.assertRaises(AccessError):
            decision.with_user(self.manager).sudo().write({"reason": "x"})

    def test_each_step_opens_its_own_fields(self):
        self.evaluation.action_open()
        line = self.line(self.acme, self.clerk)
        for vals in (
            {"reviewed_tier_id": self.tier_b.id, "reviewed_reason": "x"},
            {"computed_tier_id": self.tier_b.id},
            {"final_tier_id": self.tier_b.id},
            {"is_proposed": True},
            {"evaluation_id": self.evaluation.id},
            {"explanation": []},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                line.write(vals)
        self.hand_in()
        with self.assertRaises(UserError):
            line.write({"proposed_tier_id": self.tier_b.id, "proposed_reason": "x"})

    def test_lines_are_made_and_kept_by_the_engine(self):
        self.evaluation.action_open()
        with self.assertRaises(UserError):
            self.line(self.acme).copy()
        with self.assertRaises(UserError):
            self.line(self.acme).sudo().unlink()
        with self.assertRaises(UserError):
            self.evaluation.write(
                {"line_ids": [Command.create({"partner_id": self.acme.id})]}
            )
        with self.assertRaises(AccessError):
            self.evaluation.sudo().write({"state": "applied"})

    def test_the_review_waits_for_all_sections(self):
        self.evaluation.action_open()
        with self.assertRaises(UserError) as caught:
            self.evaluation.action_review()
        self.assertIn("tier_clerk", str(caught.exception))

    def test_participants_correct_with_a_reason(self):
        self.to_review()
        self.hold_meeting()
        line = self.line(self.bolt, self.head)
        line.write({"reviewed_tier_id": self.tier_a.id, "reviewed_reason": "Growing"})
        self.assertEqual(line.final_tier_id, self.tier_a)
        self.assertEqual(line._final_reason(), "Growing")
        with self.assertRaises(UserError):
            self.line(self.acme, self.clerk).write({"credit_grade": "A"})

    def test_the_meeting_gets_into_the_calendar_once(self):
        self.to_review()
        self.hold_meeting()
        self.evaluation.action_plan_meeting()
        self.evaluation.action_plan_meeting()
        event = self.evaluation.calendar_event_id
        self.assertIn(self.head.partner_id, event.partner_ids)
        self.assertEqual(
            event.search_count([("name", "=", event.name)]),
            1,
        )

    def test_minutes_are_wanted_before_the_approval(self):
        self.to_review()
        with self.assertRaises(UserError):
            self.evaluation.action_submit()
        self.hold_meeting()
        self.evaluation.action_submit()
        self.assertEqual(self.evaluation.state, "approval")
        with self.assertRaises(UserError):
            self.evaluation.minutes = "<p>Other</p>"
        with self.assertRaises(UserError):
            self.line(self.acme).write({"credit_grade": "A"})

    def test_grades_come_into_force_with_their_approval_alone(self):
        self.rule()
        self.to_review()
        self.hold_meeting()
        self.line(self.acme).write({"credit_grade": "AA"})
        self.evaluation.action_submit()
        with self.assertRaises(UserError):
            self.evaluation.action_apply()
        self.evaluation.sudo().approval_ids.with_user(self.head)._decide("approve")
        self.env.invalidate_all()
        self.evaluation.action_apply()
        self.assertEqual(self.evaluation.state, "applied")
        grants = self.env["care.tier.grant"].search(
            [("evaluation_id", "=", self.evaluation.id)]
        )
        self.assertEqual(len(grants), 3)
        self.assertEqual(set(grants.mapped("valid_to")), {date(2027, 3, 30)})
        self.assertTrue(all(grants.mapped("explanation")))
        with self.assertRaises(UserError):
            self.evaluation.action_apply()
        with freeze_time("2026-03-31 04:00:00"):
            self.env["res.partner"]._care_refresh(self.company)
            self.env.invalidate_all()
            self.assertEqual(self.acme.care_tier_id, self.tier_a)
            self.assertEqual(self.acme.care_credit_grade, "AA")
            self.assertEqual(self.bolt.care_tier_id, self.tier_b)

    def test_whoever_earns_nothing_keeps_nothing(self):
        self.tier_c.rule_ids.active = False
        self.give(self.cord, self.tier_a, date(2025, 4, 1), date(2027, 1, 1))
        self.to_review()
        self.hold_meeting()
        self.evaluation.action_submit()
        self.evaluation.action_apply()
        after = self.env["res.partner"]._tier_on(self.cord, date(2026, 4, 1))
        self.assertFalse(after[self.cord.id])

    def test_an_approval_given_before_going_back_is_void(self):
        self.rule()
        self.to_review()
        self.hold_meeting()
        self.evaluation.action_submit()
        self.evaluation.sudo().approval_ids.with_user(self.head)._decide("approve")
        self.evaluation.action_reopen()
        self.line(self.acme).write(
            {"reviewed_tier_id": self.tier_c.id, "reviewed_reason": "x"}
        )
        self.evaluation.action_submit()
        with self.assertRaises(UserError):
            self.evaluation.action_apply()

    def test_who_decides_reads_the_list_meanwhile(self):
        rule = self.rule()
        rule.step_ids.user_id = self.other
        self.cord.user_id = self.clerk
        self.to_review()
        self.hold_meeting()
        lines = self.env["care.evaluation.line"].with_user(self.other)
        domain = [("evaluation_id", "=", self.evaluation.id)]
        self.assertFalse(lines.search(domain))
        self.evaluation.action_submit()
        self.env.invalidate_all()
        self.assertEqual(len(lines.search(domain)), 3)
        lines.search(domain).read(["final_tier_id"])
        self.evaluation.sudo().approval_ids.with_user(self.other)._decide("approve")
        self.env.invalidate_all()
        self.assertFalse(lines.search(domain))

    def test_an_approval_withdrawn_while_applying_does_not_stop_half_way(self):
        self.rule()
        self.to_review()
        self.hold_meeting()
        self.evaluation.action_submit()
        approval = self.evaluation.sudo().approval_ids
        approval.with_user(self.head)._decide("approve")
        self.patch(care_evaluation_apply, "_BATCH", 1)
        self.patch(care_evaluation_apply, "_AT_ONCE", 1)
        self.evaluation.action_apply()
        approval._end("withdrawn")
        self.assertEqual(self.evaluation.state, "approval")
        with self.enter_registry_test_mode():
            cron = self.env.ref("customer_care.care_evaluation_cron_apply")
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.evaluation.state, "applied")

    def test_a_refusal_sends_it_back_to_the_review(self):
        self.rule()
        self.to_review()
        self.hold_meeting()
        self.evaluation.action_submit()
        approval = self.evaluation.sudo().approval_ids
        approval.with_user(self.head)._decide("reject", "Look at Acme again")
        self.env.invalidate_all()
        self.assertEqual(self.evaluation.state, "review")

    def test_applying_goes_on_where_it_was_killed(self):
        self.to_review()
        self.hold_meeting()
        self.evaluation.action_submit()
        self.patch(care_evaluation_apply, "_BATCH", 1)
        self.patch(care_evaluation_apply, "_AT_ONCE", 1)
        self.evaluation.action_apply()
        self.assertEqual(self.evaluation.state, "approval")
        for name in ("action_apply", "action_reopen", "action_cancel"):
            with self.subTest(name=name), self.assertRaises(UserError):
                getattr(self.evaluation, name)()
        with self.enter_registry_test_mode():
            cron = self.env.ref("customer_care.care_evaluation_cron_apply")
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.evaluation.state, "applied")
        grants = self.env["care.tier.grant"].search(
            [("evaluation_id", "=", self.evaluation.id)]
        )
        self.assertEqual(grants.mapped("partner_id.name"), ["Cord", "Bolt", "Acme"])

    def test_the_chair_alone_leads(self):
        self.evaluation.action_open()
        for name in ("action_cancel", "action_review", "action_reopen"):
            with self.subTest(name=name), self.assertRaises(UserError):
                getattr(self.evaluation.with_user(self.clerk), name)()
        with self.assertRaises(UserError):
            self.evaluation.with_user(self.clerk).user_id = self.clerk
        with self.assertRaises(UserError):
            section = self.evaluation.section_ids.filtered(
                lambda s: s.user_id == self.clerk
            )
            section.with_user(self.clerk).user_ids = [Command.link(self.head.id)]

    def test_cancelled_writes_nothing_and_leaves_room_for_another(self):
        self.evaluation.action_open()
        self.evaluation.action_cancel()
        again = self.env["care.evaluation"]._of_year(self.scheme, self.company, 2026)
        self.assertNotEqual(again, self.evaluation)
        self.assertFalse(self.acme.care_tier_id)

    def test_the_job_opens_what_is_due_once(self):
        self.scheme.auto_open = True
        self.evaluation.unlink()
        with self.enter_registry_test_mode():
            cron = self.env.ref("customer_care.care_evaluation_cron_open")
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        found = self.env["care.evaluation"].search(
            [("scheme_id", "=", self.scheme.id), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(found.mapped("state"), ["pregrading"])
        with freeze_time("2026-05-02 04:00:00"):
            self.env["care.evaluation"]._open_due()
        self.assertEqual(
            self.env["care.evaluation"].search_count(
                [("scheme_id", "=", self.scheme.id), ("state", "=", "draft")]
            ),
            0,
        )

    def test_lists_say_what_is_new_special_or_supported(self):
        self.tier_a.wants_support_plan = True
        self.evaluation.action_open()
        self.give(self.cord, self.tier_c, date(2025, 4, 1), date(2026, 12, 30))
        self.line(self.bolt, self.clerk).special_policy = "keep"
        self.assertEqual(self.line(self.acme).list_kind, "new")
        self.assertEqual(self.line(self.bolt).list_kind, "special")

    def test_departments_and_teams_make_sections(self):
        department = self.env["hr.department"].create({"name": "Key accounts"})
        boss = self.env["hr.employee"].create(
            {"name": "Boss", "user_id": self.head.id, "department_id": department.id}
        )
        department.manager_id = boss
        self.env["hr.employee"].create(
            {
                "name": "Clerk",
                "user_id": self.clerk.id,
                "department_id": department.id,
            }
        )
        self.scheme.section_by = "department"
        self.evaluation.action_open()
        section = self.line(self.acme).section_id
        self.assertEqual(section.department_id, department)
        self.assertEqual(section.user_id, self.head)
        self.assertIn(self.clerk, section.user_ids)
        without = self.line(self.cord).section_id
        self.assertEqual(without.user_id, self.manager)

    def test_opening_costs_no_query_per_customer(self):
        self.evaluation.action_open()
        self.evaluation.action_cancel()
        counts = []
        for size in (50, 450):
            self.make_customers(*(f"S{size} {n}" for n in range(size)))
            new = self.env["care.evaluation"]._of_year(self.scheme, self.company, 2026)
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            new.action_open()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - start)
            new.action_cancel()
        self.assertLess(counts[1], counts[0] + 40)
