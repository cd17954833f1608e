from datetime import date

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .pack_common import PackCase

LAST_YEAR = date(2025, 1, 1), date(2025, 12, 31)


@tagged("post_install", "-at_install")
class TestPackP20(PackCase):
    """The manufacturer of policy P20 grades its customers A, B or C once a year."""

    PACK = "P20"
    ROLES = (
        "general_manager",
        "department_head",
        "sales_director",
        "sales_section_head",
    )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scheme = cls.env["care.tier.scheme"].search(
            [("code", "=", "p20_scheme"), ("company_id", "=", cls.company.id)]
        )
        cls.acme, cls.bolt, cls.cord = (
            cls.new_customer(name) for name in ("Acme", "Bolt", "Cord")
        )
        cls.director = cls.holders["sales_director"]
        cls.head = cls.holders["department_head"]

    @classmethod
    def new_customer(cls, name):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "company_id": cls.company.id,
                "user_id": cls.clerk.id,
            }
        )

    def enter(self, partner, sales, price, payment, combined, day="2025-12-31"):
        """The head of the section enters the year's figures of a customer."""
        card = self.rule("care.scorecard", "p20_value")
        lines = {line.code: line for line in card.line_ids}
        figures = {
            "sales_entered": sales,
            "price_entered": price,
            "payment_entered": payment,
            "combined": combined,
        }
        entries = self.env["care.scorecard.entry"]
        entries.with_user(self.holders["sales_section_head"]).create(
            [
                {
                    "scorecard_id": card.id,
                    "line_id": lines[code].id,
                    "res_id": partner.id,
                    "date": day,
                    "value": value,
                    "company_id": self.company.id,
                }
                for code, value in figures.items()
            ]
        )

    def run_year(self, span=LAST_YEAR):
        card = self.rule("care.scorecard", "p20_value")
        card._run(*span, company=self.company)
        scores = self.env["care.score"].search(
            [("scorecard_id", "=", card.id), ("date_to", "=", span[1])]
        )
        return {score.partner_id: score for score in scores.filtered("is_latest")}

    def figures_of_2025(self):
        self.enter(self.acme, 2_000_000, 90, 100, 80)
        self.enter(self.bolt, 600_000, 70, 80, 60)
        self.enter(self.cord, 100_000, 40, 60, 50)
        return self.run_year()

    def open_evaluation(self):
        return self.env["care.evaluation"].search(
            [("scheme_id", "=", self.scheme.id), ("year", "=", 2026)]
        )

    def campaign(self):
        """From the first day of the window to the decision of the meeting."""
        self.figures_of_2025()
        with freeze_time("2026-03-25 04:00:00"):
            self.env["care.evaluation"]._open_due()
        evaluation = self.open_evaluation().with_user(self.manager)
        evaluation.user_id = self.director
        return evaluation.with_user(self.director)

    def hold_meeting(self, evaluation):
        evaluation.write(
            {
                "meeting_at": "2026-03-28 06:00:00",
                "participant_ids": [Command.set(self.head.ids)],
                "minutes": "<p>Agreed.</p>",
            }
        )

    def apply_all(self):
        evaluation = self.campaign()
        with freeze_time("2026-03-28 04:00:00"):
            for section in evaluation.sudo().section_ids:
                section.with_user(section.user_id).action_submit()
            evaluation.action_review()
            self.hold_meeting(evaluation)
            evaluation.action_submit()
            self.decide(evaluation, self.holders["general_manager"])
            evaluation.action_apply()
        return evaluation

    def line(self, evaluation, partner):
        return evaluation.sudo().line_ids.filtered(
            lambda row: row.partner_id == partner
        )

    def request(self, kind, partner, user=None, **vals):
        return (
            self.env["care.tier.request"]
            .with_user(user or self.clerk)
            .create(
                {
                    "partner_id": partner.id,
                    "kind": kind,
                    "scheme_id": self.scheme.id,
                    "company_id": self.company.id,
                    "reason": "Asked by the customer",
                    **vals,
                }
            )
        )

    def test_every_clause_has_a_rule_that_carries_it_out(self):
        bare = self.policy.clause_ids.filtered(lambda clause: not clause.rule_count)
        self.assertFalse(bare.mapped("code"))
        self.assertEqual(len(self.policy.clause_ids), 10)

    def test_p20_01_three_classes_by_sales_price_payment_and_the_rest(self):
        """P20.01"""
        scores = self.figures_of_2025()
        bands = [scores[p].band_code for p in (self.acme, self.bolt, self.cord)]
        self.assertEqual(bands, ["A", "B", "C"])
        acme = scores[self.acme]
        self.assertEqual(acme.value, 0.4 * 100 + 0.2 * 90 + 0.25 * 100 + 0.15 * 80)
        with self.assertRaises(AccessError):
            self.env["care.scorecard.entry"].with_user(self.clerk).create(
                {
                    "scorecard_id": acme.scorecard_id.id,
                    "line_id": acme.scorecard_id.line_ids[-1].id,
                    "res_id": self.cord.id,
                    "value": 100,
                    "company_id": self.company.id,
                }
            )

    def test_p20_01_invoices_and_orders_are_counted_where_they_are_kept(self):
        """P20.01"""
        for code in ("p20_sales", "p20_price", "p20_payment"):
            indicator = self.rule("care.indicator", code)
            installed = indicator.model_name in self.env
            waiting = self.env["care.pack.waiting"].search(
                [("res_id", "=", indicator.id), ("code", "=", code)]
            )
            with self.subTest(code=code):
                self.assertEqual(indicator.dormant, not installed)
                self.assertEqual(bool(waiting), not installed)

    def test_p20_02_once_a_year_from_25_to_30_march_with_the_credit_grade(self):
        """P20.02"""
        occurrence = self.start_duty("p20_yearly", "2026-03-25 02:00:00")
        self.assertEqual(self.day(occurrence.due_at), "2026-03-30")
        self.assertEqual(occurrence.user_id, self.director)
        with freeze_time("2026-03-24 04:00:00"):
            self.env["care.evaluation"]._open_due()
        self.assertFalse(self.open_evaluation())
        evaluation = self.apply_all()
        window = (evaluation.window_from, evaluation.window_to)
        self.assertEqual(window, (date(2026, 3, 25), date(2026, 3, 30)))
        with freeze_time("2026-03-29 02:00:00"):
            self.env["care.duty"].with_user(self.director)._fulfil(
                "p20_yearly", evaluation.sudo(), self.company
            )
        self.assertEqual(occurrence.state, "met")

    def test_p20_03_sections_grade_the_meeting_corrects_and_it_is_approved(self):
        """P20.03"""
        self.graded_before(self.acme, "p20_a")
        evaluation = self.campaign()
        with freeze_time("2026-03-27 04:00:00"):
            section = evaluation.sudo().section_ids
            mine = self.line(evaluation, self.bolt).with_user(self.clerk)
            mine.write(
                {
                    "proposed_tier_id": self.rule("care.tier", "p20_c").id,
                    "proposed_reason": "Late payments in March",
                }
            )
            section.with_user(section.user_id[:1]).action_submit()
            evaluation.action_review()
            self.line(evaluation, self.bolt).with_user(self.director).write(
                {
                    "reviewed_tier_id": self.rule("care.tier", "p20_b").id,
                    "reviewed_reason": "They were ours",
                }
            )
            with self.assertRefused("minutes"):
                evaluation.action_submit()
            self.hold_meeting(evaluation)
            evaluation.action_submit()
            self.assertEqual(evaluation.state, "approval")
            self.decide(evaluation, self.holders["general_manager"])
            evaluation.action_apply()
        self.assertEqual(self.line(evaluation, self.bolt).final_tier_id.code, "p20_b")
        self.assertEqual(evaluation.state, "applied")
        approval = evaluation.sudo().approval_ids
        self.assertEqual(
            (approval.clause_id.code, approval.state), ("P20.03", "approved")
        )
        kinds = {line.partner_id: line.list_kind for line in evaluation.sudo().line_ids}
        self.assertEqual(kinds[self.acme], "support", "A customers have their plan")
        self.assertEqual(kinds[self.cord], "new")

    def graded_before(self, partner, code):
        tier = self.rule("care.tier", code)
        self.env["care.tier.grant"]._give(
            [
                {
                    "partner_id": partner.id,
                    "scheme_id": self.scheme.id,
                    "company_id": self.company.id,
                    "tier_id": tier.id,
                    "kind": "regular",
                    "source": "evaluation",
                    "valid_from": date(2025, 4, 1),
                    "valid_to": date(2026, 4, 9),
                }
            ]
        )

    def test_p20_04_provisional_for_six_months_then_evaluated(self):
        """P20.04"""
        with freeze_time("2026-04-10 02:00:00"):
            request = self.request(
                "provisional", self.bolt, tier_id=self.rule("care.tier", "p20_b").id
            )
            request.action_submit()
            self.env.flush_all()
        grant = request.sudo().grant_ids
        self.assertEqual(grant.valid_to, date(2026, 10, 9))
        owed = self.owed("P20.04", grant)
        self.assertEqual(self.day(owed.due_at)[:7], "2026-10")
        self.assertEqual(owed.user_id, self.clerk)
        self.sweep("2026-10-12 02:00:00")
        owed = self.owed("P20.04", grant)
        self.assertEqual(owed.state, "missed")
        with freeze_time("2026-10-12 02:00:00"):
            grants = self.env["care.tier.grant"]
            today = date(2026, 10, 12)
            grants._expired(self.company, today)._expire(today)
        self.assertEqual(self.tier_of(self.bolt, "2026-10-12"), "p20_c")

    def tier_of(self, partner, day):
        self.env.invalidate_all()
        on = date.fromisoformat(day)
        found = partner._care_privileges(self.scheme, on)[partner.id]
        return found.code

    def test_p20_05_no_grade_for_life(self):
        """P20.05"""
        self.apply_all()
        grants = self.env["care.tier.grant"].search(
            [("scheme_id", "=", self.scheme.id), ("partner_id", "=", self.acme.id)]
        )
        self.assertEqual(grants.tier_id.code, "p20_a")
        self.assertEqual(grants.valid_to, date(2027, 4, 9))
        self.enter(self.acme, 100_000, 40, 50, 50, day="2026-12-31")
        self.run_year((date(2026, 1, 1), date(2026, 12, 31)))
        rating = self.scheme._rate(self.acme.ids, date(2027, 3, 25), self.company)
        tier = self.env["care.tier"].browse(rating.tier_id(self.acme.id))
        self.assertEqual(tier.code, "p20_c", "the figures of the next year decide")

    def test_p20_06_agreement_and_refusal_take_the_head_of_department(self):
        """P20.06"""
        request = self.request("refuse_order", self.acme, order_ref="SO12")
        request.action_submit()
        self.assertEqual(request.state, "requested")
        approval = request.sudo().approval_ids
        with self.assertRefused(""):
            approval.with_user(self.director).action_approve()
        self.decide(request, self.head)
        self.assertEqual(request.state, "approved")
        self.assertEqual(approval.clause_id.code, "P20.06")
        fact = self.rule("care.tier.fact", "p20_agreement")
        vals = {
            "partner_id": self.acme.id,
            "fact_id": fact.id,
            "statement": "Signed by both",
            "company_id": self.company.id,
        }
        statements = self.env["care.tier.attestation"]
        with self.assertRefused("department"):
            statements.with_user(self.clerk).create(
                vals | {"attachment_ids": [Command.set(self.file().ids)]}
            )

    def test_p20_07_a_goes_first(self):
        """P20.07"""
        self.apply_all()
        tiers = (self.acme + self.bolt + self.cord)._care_privileges(
            self.scheme, date(2026, 4, 1)
        )
        best = tiers[self.acme.id]
        self.assertEqual(
            [best.production_priority, best.complaint_priority, best.visit_per_year],
            [3, 3, 4],
        )
        self.assertEqual(best.visitor_rank, "manager")
        self.assertEqual(best.clause_id.code, "P20.07")

    def test_p20_08_b_comes_after_a_and_c_takes_the_ordinary_way(self):
        """P20.08"""
        tiers = [self.rule("care.tier", f"p20_{code}") for code in "abc"]
        self.assertEqual([t.complaint_priority for t in tiers], [3, 2, 0])
        self.assertEqual([t.production_priority for t in tiers], [3, 2, 0])
        self.apply_all()
        self.assertEqual(self.tier_of(self.bolt, "2026-04-01"), "p20_b")
        self.assertEqual(self.tier_of(self.cord, "2026-04-01"), "p20_c")

    def test_p20_09_an_order_is_raised_to_a_treatment_on_application(self):
        """P20.09"""
        self.apply_all()
        with freeze_time("2026-04-10 02:00:00"):
            vals = {"tier_id": self.rule("care.tier", "p20_a").id}
            with self.assertRefused("Name the order"):
                self.request("raise_treatment", self.bolt, **vals)
            request = self.request(
                "raise_treatment", self.bolt, order_ref="SO7", amount=90000, **vals
            )
            request.action_submit()
            self.assertEqual(self.tier_of(self.bolt, "2026-04-10"), "p20_b")
            self.decide(request, self.head)
        self.assertEqual(self.tier_of(self.bolt, "2026-04-10"), "p20_a")
        self.assertEqual(request.sudo().approval_ids.clause_id.code, "P20.09")

    def test_p20_10_a_customers_are_watched_each_quarter(self):
        """P20.10"""
        self.apply_all()
        occurrence = self.start_duty("p20_watch_a", "2026-04-01 02:00:00")
        notes = self.env["care.alert.note"].with_user(self.director)
        vals = {"kind": "personnel", "date": "2026-04-10"}
        with freeze_time("2026-04-10 02:00:00"):
            self.acme._care_refresh(self.company)
            self.env.flush_all()
            other = notes.create(
                {"name": "New buyer", "partner_id": self.cord.id, **vals}
            )
            duties = self.env["care.duty"].with_user(self.director)
            with self.assertRefused("is not the evidence"):
                duties._fulfil("p20_watch_a", other, self.company)
            note = notes.create(
                {"name": "The chairman left", "partner_id": self.acme.id, **vals}
            )
            duties._fulfil("p20_watch_a", note, self.company)
        self.assertEqual(occurrence.state, "met")
