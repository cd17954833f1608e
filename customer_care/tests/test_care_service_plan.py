from datetime import date

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .plan_common import PlanCase


@tagged("post_install", "-at_install")
@freeze_time("2026-01-10 01:00:00")
class TestCareServicePlan(PlanCase):
    """P04.04-05: worked out, approved twice, kicked off, reviewed at intervals."""

    def test_worked_out_then_approved_by_the_head_and_the_executive(self):
        plan = self.make_plan()
        self.assertEqual(plan.user_id, self.people["ann"])
        self.assertEqual(plan.department_id, self.sales)
        self.assertEqual(plan.date_to, date(2026, 12, 31))
        self.assertEqual(plan.team_ids, self.member)
        self.assertEqual(plan.budget, 5000)
        with self.refused("Minutes of the workshop"):
            plan.action_workshop()
        self.hold_workshop(plan)
        plan.action_submit()
        self.assertEqual(plan.state, "head")
        with self.assertRaises(UserError):
            self.decide(plan, "gao")
        self.decide(plan, "han")
        self.assertEqual(plan.state, "executive")
        self.decide(plan, "gao")
        self.assertEqual(plan.state, "running")
        self.assertEqual(plan.approved_on, date(2026, 1, 10))
        self.assertEqual(plan.step_ids.state, "todo")
        self.assertEqual(plan.review_ids.date_due, date(2026, 4, 10))
        self.assertEqual(plan.review_ids.user_id, self.people["ann"])
        owed = self.env["care.obligation"].search(
            [
                ("res_model", "=", "care.service.review"),
                ("res_id", "=", plan.review_ids.id),
            ]
        )
        self.assertEqual(owed.user_id, self.people["ann"])
        steps = self.env["care.obligation"].search(
            [("res_model", "=", plan.step_ids._name), ("res_id", "=", plan.step_ids.id)]
        )
        self.assertEqual(steps.user_id, self.people["ben"])

    def test_what_is_handed_in_is_fixed_until_it_is_taken_back(self):
        plan = self.make_plan()
        self.hold_workshop(plan)
        plan.action_submit()
        for change in (
            lambda: plan.write({"contents": "More"}),
            lambda: plan.line_ids[0].write({"target": 9}),
            lambda: plan.cost_ids.write({"budget": 9}),
            lambda: plan.line_ids[0].unlink(),
            lambda: plan.cost_ids.create({"plan_id": plan.id, "name": "New"}),
        ):
            with self.refused("handed in"):
                change()
        self.decide(plan, "han")
        plan.action_rework()
        self.assertEqual(plan.state, "workshop")
        plan.line_ids[0].target = 3
        plan.action_submit()
        self.assertEqual(plan.state, "head")  # what was decided is void

    def test_refused_goes_back_to_the_workshop(self):
        plan = self.make_plan()
        self.hold_workshop(plan)
        plan.action_submit()
        self.decide(plan, "han", "reject")
        self.assertEqual(plan.state, "workshop")

    def test_the_keeper_of_a_plan_does_not_decide_it(self):
        plan = self.make_plan()
        plan.sudo().user_id = self.people["han"]
        self.hold_workshop(plan.sudo())
        with self.refused("Nobody can decide"):
            self.by("mia", plan).action_submit()
        plan.sudo().user_id = self.people["ann"]
        self.by("mia", plan).action_submit()
        self.decide(plan, "han")

    def test_state_and_stamps_are_not_forged(self):
        plan = self.make_plan()
        for vals in ({"state": "running"}, {"approved_on": "2026-01-01"}):
            with self.assertRaises(AccessError):
                plan.write(vals)
            with self.assertRaises(AccessError):
                self.make_plan(**vals)
        with self.assertRaises(AccessError):
            plan.step_ids.write({"state": "done"})
        with self.assertRaises(AccessError):
            plan.line_ids[0].write({"verdict": "met"})

    def test_whoever_has_nothing_to_do_with_it_changes_nothing(self):
        plan = self.by("zoe", self.make_plan())
        self.assertTrue(plan.read(["name"]))
        for change in (
            lambda: plan.write({"contents": "Mine"}),
            lambda: plan.line_ids[0].write({"target": 1}),
            lambda: plan.cost_ids.create({"plan_id": plan.id, "name": "New"}),
            lambda: plan.action_cancel(),
        ):
            with self.assertRaises(AccessError):
                change()
        self.by("ben", plan).write({"contents": "Ben is in the team"})

    def test_a_standard_says_how_it_is_measured(self):
        plan = self.make_plan()
        with self.refused("cannot be measured"):
            plan.line_ids = [Command.create({"name": "Good service", "target": 1})]

    def test_people_of_other_customers_are_refused(self):
        plan, other = self.make_plan(), self.make_customer("Other")
        guest = self.env["res.partner"].create({"name": "Guest", "parent_id": other.id})
        with self.refused("does not belong to"):
            plan.workshop_partner_ids = guest

    def test_spending_is_held_against_the_budget(self):
        plan = self.run_plan()
        self.by("ben", plan.cost_ids).write({"actual": 5200, "note": "Bill 7"})
        self.assertEqual(plan.actual, 5200)
        self.assertTrue(plan.is_over)
        with self.refused("fixed"):
            plan.cost_ids.budget = 6000

    def test_steps_are_done_by_whoever_has_them(self):
        plan = self.run_plan()
        with self.assertRaises(AccessError):
            self.by("zoe", plan.step_ids).action_done()
        step = self.by("ben", plan.step_ids)
        step.result = "Twelve people"
        step.action_done()
        self.assertEqual(step.done_by_id, self.people["ben"])
        owed = self.env["care.obligation"].search(
            [("res_model", "=", step._name), ("res_id", "=", step.id)]
        )
        self.assertEqual(owed.state, "met")
        plan.invalidate_recordset()
        step.action_reopen()
        self.assertEqual(step.state, "todo")

    # ---- kickoff

    def test_kickoff_is_a_meeting_of_the_team_with_the_customer(self):
        guest = self.env["res.partner"].create(
            {"name": "Director Wang", "parent_id": self.acme.id}
        )
        plan = self.make_plan(workshop_partner_ids=[Command.link(guest.id)])
        self.hold_workshop(plan)
        plan.action_submit()
        self.decide(plan, "han")
        self.decide(plan, "gao")
        context = plan.action_kickoff()["context"] | {"no_mail_to_attendees": True}
        events = self.env["calendar.event"].with_user(self.people["ann"])
        with Form(events.with_context(**context)) as form:
            form.start = fields.Datetime.to_datetime("2026-01-20 01:00:00")
            form.stop = fields.Datetime.to_datetime("2026-01-20 02:00:00")
        event = form.record
        self.assertEqual(plan.kickoff_id, event)
        self.assertIn(guest, event.partner_ids)
        self.assertIn(self.people["ben"].partner_id, event.partner_ids)
        self.assertEqual(plan.action_kickoff()["res_id"], event.id)
        with self.refused("was not held yet"):
            plan.kickoff_on = "2026-01-20"

    def test_a_meeting_leads_to_no_plan_that_its_author_may_not_read(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        plan = (
            self.env["care.service.plan"]
            .sudo()
            .create(
                {
                    "name": "Hidden",
                    "partner_id": self.make_customer("Far", company_id=False).id,
                    "company_id": other.id,
                    "user_id": self.people["ann"].id,
                }
            )
        )
        events = self.env["calendar.event"].with_user(self.people["ann"])
        with self.assertRaises(AccessError):
            events.create(
                {
                    "name": "Guess",
                    "start": "2026-01-20 01:00:00",
                    "stop": "2026-01-20 02:00:00",
                    "care_plan_id": plan.id,
                }
            )

    # ---- reviews

    def hold_review(self, plan, day, found):
        review = plan.review_ids.filtered(lambda row: row.state == "planned")
        review = self.by("ann", review)
        for row, figure in zip(review.line_ids.sorted("id"), found, strict=True):
            if figure is None:
                row.verdict = "na"
            else:
                row.found = figure
        review.write(
            {
                "date_done": day,
                "quality": "Steady",
                "satisfaction": "They are content",
                "measures": "One more engineer",
            }
        )
        with freeze_time(f"{day} 08:00:00"):
            review.action_done()
        return review

    def test_reviews_follow_one_another_until_the_plan_ends(self):
        plan = self.run_plan(review_months=6)
        first = self.hold_review(plan, "2026-07-08", [5, 97])
        self.assertEqual(first.line_ids.mapped("verdict"), ["missed", "met"])
        self.assertEqual((first.share_met, plan.share_met), (50, 50))
        self.assertEqual(plan.line_ids.mapped("reading"), [5, 97])
        second = plan.review_ids.filtered(lambda row: row.state == "planned")
        self.assertEqual(second.date_due, date(2026, 12, 31))
        self.hold_review(plan, "2026-12-30", [None, 99])
        self.assertEqual(plan.share_met, 100)
        self.assertEqual(len(plan.review_ids), 2)
        with self.refused("stays as it was found"):
            first.quality = "Better"
        with self.refused("stays as it was found"):
            first.line_ids[0].found = 3

    def test_a_review_says_what_was_found_and_what_changes(self):
        plan = self.run_plan()
        review = self.by("ann", plan.review_ids)
        review.write({"quality": "Fair", "satisfaction": "Fair"})
        review.date_done = "2026-01-09"
        with self.refused("whether “Answer” is met"):
            review.action_done()
        review.line_ids[0].found = 9
        with self.refused("Measures"):
            review.action_done()
        with self.assertRaises(AccessError):
            self.by("zoe", review).write({"quality": "Bad"})

    def test_figures_of_indicators_are_taken(self):
        figure = self.env["care.indicator"].create(
            {
                "code": "t_leads",
                "name": "Leads",
                "model_name": "crm.lead",
                "date_field": "date_deadline",
                "subject_path": "partner_id",
                "period": "quarter",
                "company_id": self.company.id,
            }
        )
        self.env["crm.lead"].create(
            {
                "name": "Ask",
                "partner_id": self.acme.id,
                "company_id": self.company.id,
                "date_deadline": "2026-01-05",
            }
        )
        line = Command.create({"name": "Leads", "indicator_id": figure.id, "target": 2})
        plan = self.run_plan(line_ids=[line])
        review = self.by("ann", plan.review_ids)
        review.date_done = "2026-01-10"
        review.action_fill()
        self.assertEqual(review.line_ids.found, 1)
        self.assertEqual(review.line_ids.verdict, "missed")

    def test_missed_standards_lead_to_an_improvement(self):
        plan = self.run_plan()
        review = self.hold_review(plan, "2026-01-10", [9, 99])
        review.action_open_improvement()
        self.assertEqual(review.improvement_count, 1)
        improvement = self.env["care.improvement"].search(
            [("res_model", "=", review._name), ("res_id", "=", review.id)]
        )
        self.assertEqual(improvement.partner_id, self.acme)

    # ---- end, copy, template

    def test_closed_with_a_conclusion_and_what_is_open_is_dropped(self):
        plan = self.run_plan()
        with self.refused("conclusion"):
            plan.action_close()
        plan.conclusion = "Most was reached"
        plan.action_close()
        self.assertEqual(plan.step_ids.state, "dropped")
        self.assertEqual(plan.review_ids.state, "cancelled")
        with self.assertRaises(AccessError):
            plan.action_reopen()
        self.by("mia", plan).action_reopen()
        self.assertEqual(plan.step_ids.state, "todo")
        self.assertIn("planned", plan.review_ids.mapped("state"))
        with self.assertRaises(UserError):
            plan.unlink()

    def test_the_plan_of_the_next_year_begins_where_this_one_ends(self):
        plan = self.run_plan()
        plan.cost_ids.actual = 10
        following = self.env["care.service.plan"].browse(
            plan.action_next_plan()["res_id"]
        )
        self.assertEqual(following.state, "draft")
        self.assertEqual(following.previous_id, plan)
        self.assertEqual(
            (following.date_from, following.date_to),
            (date(2027, 1, 1), date(2027, 12, 31)),
        )
        self.assertEqual(following.step_ids.date_due, date(2027, 3, 31))
        self.assertEqual(following.step_ids.state, "planned")
        self.assertEqual(following.actual, 0)
        self.assertFalse(following.minutes)
        self.assertEqual(plan.action_next_plan()["res_id"], following.id)

    def test_a_template_fills_the_plan(self):
        post = self.env.ref("customer_care.care_team_role_after_sales")
        template = self.env["care.service.plan.template"].create(
            {
                "code": "t_plan",
                "name": "Key account",
                "months": 6,
                "review_months": 2,
                "line_ids": [
                    Command.create({"name": "Calls", "measure": "Kept", "target": 90})
                ],
                "step_ids": [
                    Command.create({"name": "Visit", "role_id": post.id, "days": 20})
                ],
                "cost_ids": [Command.create({"name": "Travel", "budget": 800})],
            }
        )
        form = Form(self.env["care.service.plan"].with_user(self.people["ann"]))
        form.partner_id = self.acme
        form.template_id = template
        plan = form.save()
        self.assertEqual(plan.name, "Key account")
        self.assertEqual((plan.line_ids.target, plan.budget), (90, 800))
        self.assertEqual(plan.step_ids.user_id, self.people["ben"])
        self.assertEqual(plan.step_ids.date_due, date(2026, 1, 30))
        self.assertEqual((plan.review_months, plan.date_to), (2, date(2026, 7, 9)))
        by_import = self.env["care.service.plan"].create(
            {"name": "B", "partner_id": self.acme.id, "template_id": template.id}
        )
        self.assertEqual(by_import.line_ids.name, "Calls")

    def test_print_smart_button_and_timeline(self):
        plan = self.run_plan()
        report = self.env["ir.actions.report"].with_user(self.people["ann"])
        name = "customer_care.care_service_plan_report"
        page = report._render_qweb_html(name, plan.ids)[0].decode()
        for words in ("Acme", "Train the users", "Deliveries", "four hours"):
            self.assertIn(words, page)
        acme = self.by("ann", self.acme)
        self.assertEqual(acme.care_plan_count, 1)
        rows = self.env["care.timeline"].with_user(self.people["ann"])
        found = rows.search(
            [("partner_id", "=", acme.id), ("kind", "=", "service_plan")]
        )
        self.assertEqual(found.res_id, plan.id)

    def test_the_list_costs_the_same_for_any_number_of_plans(self):
        self.make_plan()
        self.make_plan()
        names = ["name", "partner_id", "next_review", "budget", "actual", "state"]
        spec = {name: {} for name in names}
        plans = self.env["care.service.plan"].with_user(self.people["ann"])
        plans.web_search_read([], spec)
        self.env.invalidate_all()
        with self.assertQueryCount(14):
            plans.web_search_read([], spec)

    def test_a_secret_customers_plan_is_not_there_for_others(self):
        plan = self.make_plan()
        self.acme.secrecy_own = 2
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(plan.sudo().secrecy_level, 2)
        self.assertEqual(plan.sudo().line_ids.mapped("secrecy_level"), [2, 2])
        found = self.env["care.service.plan"].with_user(self.people["zoe"])
        self.assertFalse(found.search([("id", "=", plan.id)]))
