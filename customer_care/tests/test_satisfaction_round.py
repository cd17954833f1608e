from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .satisfaction_common import USER, SatisfactionCase


@tagged("post_install", "-at_install")
class TestSatisfactionRound(SatisfactionCase):
    """Who is asked when, and what freezing means."""

    def cron(self, moment):
        with freeze_time(moment):
            self.env["care.satisfaction.programme"]._cron_rounds()
        self.env.flush_all()

    def rounds(self, programme=None):
        return self.env["care.satisfaction.round"].search(
            [("programme_id", "=", (programme or self.programme).id)]
        )

    # ---- when

    def test_the_round_opens_in_the_last_month_of_the_quarter(self):
        self.cron("2026-02-28 15:00:00")  # 23:00 there
        self.assertFalse(self.rounds())
        self.cron("2026-02-28 17:00:00")  # 1 March there
        wave = self.rounds()
        self.assertEqual((wave.state, wave.date_to), ("running", date(2026, 3, 31)))
        projects = self.bridge | self.tunnel
        self.assertEqual(wave.request_ids.project_id, projects)
        self.assertEqual(wave.request_ids.mapped("due_on"), [date(2026, 3, 31)] * 2)
        self.cron("2026-03-05 02:00:00")
        self.assertEqual(len(wave.request_ids), 2, "nobody twice")
        self.project("Late project")
        self.cron("2026-03-06 02:00:00")
        self.assertEqual(len(wave.request_ids), 2, "those of the opening are frozen")
        with freeze_time("2026-03-07 02:00:00"):
            wave.with_user(self.manager).action_open()
        self.assertEqual(len(wave.request_ids), 3, "unless somebody adds who is new")
        self.cron("2026-06-01 02:00:00")
        self.assertEqual(len(self.rounds()), 2)

    def test_each_is_asked_after_its_own_event(self):
        settled = self.new_programme(
            "sa_settled",
            timing="event",
            start_field="care_settlement_date",
            amount=1,
            unit="month",
        )
        self.cron("2026-03-20 02:00:00")
        self.assertFalse(self.rounds(settled))
        self.bridge.care_settlement_date = "2026-03-20"
        self.tunnel.care_settlement_date = "2026-04-02"
        self.cron("2026-03-20 02:00:00")
        request = self.rounds(settled).request_ids
        self.assertEqual(request.project_id, self.bridge)
        self.assertEqual(request.event_on, date(2026, 3, 20))
        self.assertEqual(request.due_on, date(2026, 4, 20))
        self.cron("2026-03-21 02:00:00")
        self.assertEqual(len(self.rounds(settled).request_ids), 1)
        self.cron("2026-04-02 02:00:00")
        self.assertEqual(len(self.rounds(settled)), 2)

    def test_housing_is_asked_between_hand_over_and_title(self):
        housing = self.new_programme(
            "sa_housing",
            domain="[('care_kind', '=', 'housing')]",
            timing="event",
            start_field="care_handover_date",
            end_field="care_title_date",
        )
        estate = self.project(
            "Estate",
            care_kind="housing",
            care_handover_date="2026-03-10",
            care_title_date="2026-06-30",
        )
        self.cron("2026-03-10 02:00:00")
        request = self.rounds(housing).request_ids
        self.assertEqual(
            (request.project_id, request.due_on), (estate, date(2026, 6, 30))
        )
        with freeze_time("2026-05-12 02:00:00"):
            answer = self.answer(request, quality=90, progress=90)
        self.assertEqual(
            answer.round_id.name, "sa_housing 2026 Q2", "when it was given"
        )
        self.assertEqual(estate.care_surveyed_on, date(2026, 5, 12))
        self.assertEqual(estate.care_handover_survey_on, date(2026, 5, 12))

    def test_a_customer_rests_between_two_surveys(self):
        yearly = self.new_programme(
            "sa_yearly",
            model_name="res.partner",
            domain="[('is_company', '=', True)]",
            partner_path=False,
            period="year",
            timing="hand",
            rest_months=12,
            excluded_paths="user_id",
        )
        with freeze_time("2026-05-01 02:00:00"):
            first = self.open_round(yearly, date(2026, 5, 1))
        asked = first.request_ids.partner_id
        self.assertTrue(self.bridge.partner_id in asked)
        fresh = self.customer("Newcomer")
        with freeze_time("2027-04-30 02:00:00"):
            second = self.open_round(yearly, date(2027, 4, 30))
        self.assertEqual(second.request_ids.partner_id, fresh)
        with freeze_time("2027-05-02 02:00:00"):
            second.action_open()
        self.assertTrue(self.bridge.partner_id in second.request_ids.partner_id)

    def test_what_a_programme_needs_is_said(self):
        for vals in (
            {"timing": "event"},
            {"timing": "event", "start_field": "nowhere"},
            {"partner_path": "name"},
            {"domain": "[('nowhere', '=', 1)]"},
        ):
            with self.subTest(vals=vals), self.assertRaises(ValidationError):
                self.new_programme("sa_bad", **vals)
        bare = self.new_programme("sa_bare", weights={})
        with self.assertRaises(UserError) as refusal:
            self.open_round(bare)
        self.assertIn("sa_bare has no factors", str(refusal.exception))

    def test_a_programme_with_rounds_keeps_its_period(self):
        with freeze_time("2026-03-10 02:00:00"):
            self.open_round()
        with self.assertRaises(ValidationError):
            self.programme.period = "year"
        with self.assertRaises(ValidationError):
            self.programme.model_name = "res.partner"

    # ---- freezing

    @freeze_time("2026-04-10 02:00:00")
    def closed(self):
        wave = self.open_round()
        self.answer(self.request_of(wave, self.bridge), quality=90, progress=90)
        wave.action_close()
        return wave

    def test_frozen_scores_stay_whatever_comes(self):
        wave = self.closed()
        before = self.score(wave, self.bridge), self.score(wave)
        self.assertEqual([row.value for row in before], [90, 90])
        self.assertTrue(all(row.frozen_at and row.version == 1 for row in before))
        late = self.answer(self.request_of(wave, self.tunnel), quality=50, progress=50)
        self.assertEqual((late.state, late.reason), ("late", "closed"))
        self.programme.factor_ids = [
            Command.update(factor.id, {"weight": weight})
            for factor, weight in zip(self.programme.factor_ids, (10, 90), strict=True)
        ]
        answers = self.env["care.satisfaction.answer"]
        counted = [("round_id", "=", wave.id), ("state", "=", "counted")]
        answers.search(counted)._engine().write({"score": 10})
        self.env["care.satisfaction.score"]._reckon_round(wave)
        with self.assertRaises(UserError):
            wave.action_reckon()
        self.env.invalidate_all()
        self.assertEqual((self.score(wave, self.bridge), self.score(wave)), before)
        self.assertEqual([row.value for row in before], [90, 90])
        self.assertEqual(wave.late_count, 1)

    def test_a_correction_is_a_new_version_with_its_reason(self):
        wave = self.closed()
        kept, company = self.score(wave, self.bridge), self.score(wave)
        self.answer(self.request_of(wave, self.tunnel), quality=50, progress=50)
        for user, reason, error in (
            (self.clerk, "Lost in the post", AccessError),
            (self.manager, "  ", UserError),
        ):
            with self.subTest(user=user.login), self.assertRaises(error):
                wave.with_user(user)._correct(reason)
        with freeze_time("2026-05-03 02:00:00"):
            window = (
                self.env["care.satisfaction.correct"]
                .with_user(self.manager)
                .create({"round_id": wave.id, "reason": "Lost in the post"})
            )
            window.action_correct()
        new = self.score(wave)
        self.assertEqual((new, new.value, new.version), (company, 70, 2))
        self.assertEqual(new.correction, "Lost in the post")
        before = new.previous_id
        self.assertEqual((before.value, before.version), (90, 1), "to be read still")
        self.assertFalse(before.is_latest)
        self.assertEqual(
            self.score(wave, self.bridge), kept, "unchanged: no new version"
        )
        self.assertEqual(self.score(wave, self.tunnel).value, 50)
        self.assertEqual(wave.version, 2)
        running = self.rounds() - wave
        with self.assertRaises(UserError):
            (running or self.open_round(day=date(2026, 4, 1)))._correct("Because")

    def test_a_round_closes_by_itself_where_the_programme_says_so(self):
        self.programme.freeze_days = 10
        with freeze_time("2026-03-10 02:00:00"):
            wave = self.open_round()
        self.cron("2026-04-10 02:00:00")
        self.assertEqual(wave.state, "running")
        self.cron("2026-04-11 02:00:00")
        self.assertEqual(wave.state, "closed")

    def test_the_job_reckons_where_something_was_answered(self):
        with freeze_time("2026-03-10 02:00:00"):
            wave = self.open_round()
            self.answer(self.request_of(wave, self.bridge), quality=90, progress=90)
        with freeze_time("2026-03-10 03:00:00"), self.enter_registry_test_mode():
            self.env.ref(
                "customer_care.care_satisfaction_reckon_cron"
            ).method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.score(wave).value, 90)
        for moment, stale in (("03:30", False), ("20:00", True)):  # the next day there
            with freeze_time(f"2026-03-10 {moment}:00"):
                self.assertEqual(wave._is_stale(), stale)

    # ---- the year

    @freeze_time("2026-12-10 02:00:00")
    def test_the_year_is_the_weighted_mean_of_its_quarters(self):
        self.programme.write(
            {"weight_q1": 10, "weight_q2": 20, "weight_q3": 30, "weight_q4": 40}
        )
        for month, value in ((1, 100), (4, 90), (10, 70)):
            wave = self.open_round(day=date(2026, month, 1))
            self.answer(
                self.request_of(wave, self.bridge), quality=value, progress=value
            )
            wave.action_close()
        # (100*10 + 90*20 + 70*40) / 70: the third quarter is not known
        self.assertEqual(self.year().value, 80)
        self.assertEqual(self.year().answered, 3)

    def subsidiary(self, name, parent=None):
        company = self.env["res.company"].create(
            {"name": name, "parent_id": (parent or self.company).id}
        )
        self.env.user.company_ids += company
        self.manager.company_ids += company
        return company

    @freeze_time("2026-12-10 02:00:00")
    def test_subsidiaries_weigh_in_the_year_of_the_group(self):
        """P03.15: from below upwards, each with its weight."""
        self.programme.write({"own_weight": 60, "below_weight": 40})
        east, west = self.subsidiary("East"), self.subsidiary("West")
        north = self.subsidiary("North", east)
        for company in (east, west, north):
            self.programme.copy({"code": "sa_works", "company_id": company.id})
        self.programme.share_ids = [
            Command.create({"company_id": east.id, "weight": 3}),
            Command.create({"company_id": west.id, "weight": 1}),
        ]
        companies = self.company | east | west | north
        self.env = self.env(
            context=dict(self.env.context, allowed_company_ids=companies.ids)
        )
        for company, value in ((self.company, 90), (east, 80), (west, 60), (north, 40)):
            mine = self.programme._twin(company)
            project = self.project(
                f"{company.name} site",
                company_id=company.id,
                partner=self.customer(company.name, company_id=company.id),
            )
            wave = mine._round_of(company, date(2026, 10, 1))
            wave._open()
            request = wave.request_ids.filtered(lambda r, p=project: r.res_id == p.id)
            self.answer(request, quality=value, progress=value)
            wave._close()
        # the east has 60 % of its own 80 and 40 % of the north's 40; west has no below
        self.assertEqual(self.year(east).value, 64)
        self.assertEqual(self.year().value, 0.6 * 90 + 0.4 * 63)
        self.assertFalse(self.year().is_passed)
        self.assertIn("East", self.year().details_html)

    @freeze_time("2026-12-10 02:00:00")
    def test_a_frozen_year_changes_by_a_correction_alone(self):
        wave = self.closed()
        frozen = self.year().with_user(self.manager)
        later = self.open_round(day=date(2026, 4, 1))
        with self.assertRaises(UserError) as refusal:
            frozen.action_freeze()
        self.assertIn("not closed yet", str(refusal.exception))
        later.action_close()
        with self.assertRaises(AccessError):
            frozen.with_user(self.clerk).action_freeze()
        frozen = self.year().with_user(self.manager)
        frozen.action_freeze()
        self.score(wave)._engine().write({"value": 60})
        self.env["care.satisfaction.score"]._reckon_years(
            self.programme, self.company, 2026
        )
        self.env.invalidate_all()
        self.assertEqual(self.year(), frozen)
        self.assertEqual(frozen.value, 90)
        self.answer(self.request_of(wave, self.tunnel), quality=50, progress=50)
        wave._correct("Lost in the post")
        self.assertEqual((self.year().value, self.year().version), (70, 2))
        self.assertEqual(self.year().previous_id.value, 90)

    # ---- rights

    @freeze_time("2026-03-10 02:00:00")
    def test_who_opens_closes_and_cancels(self):
        wave = self.open_round()
        for step in ("action_open", "action_close", "action_reckon", "action_cancel"):
            with self.subTest(step=step), self.assertRaises(UserError):
                getattr(wave.with_user(self.clerk), step)()
        with self.assertRaises(UserError):
            wave.unlink()
        with self.assertRaises(AccessError):
            wave.state = "closed"
        stranger = self.person("sa_stranger", USER, self.env.ref("base.main_company"))
        for record in (wave, wave.request_ids[0], self.programme):
            with self.subTest(record=record._name):
                theirs = record.with_user(stranger).with_context(
                    allowed_company_ids=stranger.company_ids.ids
                )
                self.assertFalse(theirs.has_access("read"))

    @freeze_time("2026-03-10 02:00:00")
    def test_the_plan_of_the_year_and_how_far_it_is_carried_out(self):
        plan = (
            self.env["care.satisfaction.plan"]
            .with_user(self.manager)
            .create({"year": 2026, "company_id": self.company.id})
        )
        with self.assertRaises(UserError):
            plan.action_confirm()
        plan.action_propose()
        plan.action_propose()
        self.assertEqual(
            sorted(plan.round_ids.mapped("planned_on")),
            [date(2026, month, 1) for month in (3, 6, 9, 12)],
        )
        plan.action_confirm()
        self.assertEqual(plan.confirmed_on, date(2026, 3, 10))
        self.assertEqual((plan.late_count, plan.held_pct), (1, 0))
        plan.round_ids.filtered(lambda w: w.planned_on.month == 3).action_open()
        plan.invalidate_recordset()
        self.assertEqual((plan.late_count, plan.held_pct), (0, 25))
        with self.assertRaises(UserError):
            plan.action_propose()
