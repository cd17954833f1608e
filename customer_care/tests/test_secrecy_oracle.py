from datetime import date

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .evaluation_common import EvaluationCase
from .secrecy_common import SecrecyCase

MANAGER = "customer_care.customer_care_group_manager"
MARCH = (date(2026, 3, 1), date(2026, 3, 31))


@tagged("post_install", "-at_install")
class TestSecrecyOracle(SecrecyCase):
    """What an engine counts with all rights tells nobody of a secret customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for user in cls.plain, cls.cleared, cls.top:
            user.group_ids += cls.env.ref(MANAGER)

    def occasion(self, partner):
        return self.env["care.callback.occasion"].create(
            {
                "partner_id": partner.id,
                "date": "2026-03-10",
                "company_id": self.company.id,
            }
        )

    def indicator(self, user, **vals):
        rows = self.env["care.indicator"].with_user(user)
        return rows.create(
            {
                "code": "oracle",
                "name": "Oracle",
                "company_id": self.company.id,
                "model_name": "care.callback.occasion",
                "domain": "[('partner_id.name', 'ilike', 'LV')]",
                "date_field": "date",
                **vals,
            }
        )

    def figure(self, indicator, subject=0):
        return indicator.sudo()._evaluate(*MARCH)[subject].value

    def kept(self, indicator):
        """Return what the job writes down, as its manager reads it."""
        runs = self.env["care.score.run"]
        run = runs._queue(indicator, self.company, *MARCH)
        run._take(run)._advance()
        run.invalidate_recordset()
        results = self.env["care.indicator.result"].with_user(self.plain)
        found = results.search([("indicator_id", "=", indicator.id)])
        return run.with_user(self.plain).written, found

    # ---- what is counted

    def test_a_condition_on_a_name_finds_no_secret_customer(self):
        indicator = self.indicator(self.plain)
        self.assertEqual(self.figure(indicator), 0)
        self.occasion(self.secret)
        self.assertEqual(self.figure(indicator), 0)
        self.occasion(self.open)
        self.assertEqual(self.figure(indicator), 1)

    def test_nor_does_a_condition_over_links(self):
        category = self.env["res.partner.category"].create({"name": "Odd"})
        asked = [
            ("res.partner.category", "[('partner_ids.name', 'ilike', 'LV S')]"),
            ("res.partner.category", "[('partner_ids', 'ilike', 'LV S')]"),
            ("res.partner.category", "[('partner_ids', '!=', False)]"),
            ("res.partner.category", f"[('partner_ids', 'in', {self.secret.ids})]"),
            (
                "res.partner.category",
                "[('partner_ids', 'any', [('child_ids.name', 'ilike', 'LV S')])]",
            ),
            ("res.partner", "[('ref', '=', 'LVSECRET')]"),
            ("res.partner", "[('parent_id.name', '=', 'LV Secret')]"),
            ("mail.message", f"[('res_id', '=', {self.secret.id})]"),
        ]
        domain = f"[('id', '=', {category.id})]"
        for number, (model, condition) in enumerate(asked):
            if model == "res.partner.category":
                condition = f"{domain[:-1]}, {condition[1:]}"
            with self.subTest(model=model, condition=condition):
                indicator = self.indicator(
                    self.plain,
                    code=f"oracle_{number}",
                    model_name=model,
                    domain=condition,
                    date_field=False,
                )
                self.secret.category_id = False
                before = self.figure(indicator)
                self.secret.category_id = category
                self.secret.message_post(body="Met")
                self.assertEqual(self.figure(indicator), before)

    def test_a_share_counts_no_secret_part(self):
        indicator = self.indicator(
            self.plain,
            domain="[]",
            aggregate="rate",
            numerator_domain="[('partner_id.name', 'ilike', 'LV')]",
        )
        self.occasion(self.open)
        self.occasion(self.secret)
        value = indicator.sudo()._evaluate(*MARCH)[0]
        self.assertEqual((value.numerator, value.denominator), (1, 1))

    def test_a_share_is_blind_over_links_too(self):
        tag = self.env["res.partner.category"].create({"name": "Odd"})
        indicator = self.indicator(
            self.plain,
            model_name="res.partner.category",
            domain=f"[('id', '=', {tag.id})]",
            date_field=False,
            aggregate="rate",
            numerator_domain="[('partner_ids.name', 'ilike', 'LV')]",
        )
        self.secret.category_id = tag
        self.assertEqual(self.figure(indicator), 0)
        self.open.category_id = tag
        self.assertEqual(self.figure(indicator), 100)

    def test_a_share_is_blind_over_a_single_link(self):
        ours = self.plain.partner_id  # takes no level from its parent
        indicator = self.indicator(
            self.plain,
            model_name="res.partner",
            domain=f"[('id', '=', {ours.id})]",
            date_field=False,
            aggregate="rate",
            numerator_domain="[('parent_id.name', '=', 'LV Secret')]",
        )
        ours.parent_id = self.secret
        self.env.flush_all()
        self.assertEqual(self.figure(indicator), 0)

    def test_a_field_is_followed_beside_a_condition_on_its_link(self):
        indicator = self.indicator(
            self.plain, aggregate="max", field_name="partner_id.color"
        )
        self.open.color, self.secret.color = 3, 7
        self.occasion(self.open)
        self.occasion(self.secret)
        self.assertEqual(self.figure(indicator), 3)

    def test_a_secret_customer_keeps_figures_of_its_own(self):
        indicator = self.indicator(
            self.plain,
            subject_path="partner_id",
            subject_domain="[('ref', 'like', 'LV%')]",
        )
        for customer in self.open, self.secret, self.topsecret:
            self.occasion(customer)
        for customer in self.open, self.secret, self.topsecret:
            self.assertEqual(self.figure(indicator, customer.id), 1)
        written, results = self.kept(indicator)
        self.assertEqual(written, 1)
        self.assertEqual(results.mapped("subject_id"), self.open.ids)
        self.assertEqual(results.with_user(self.top).search_count([]), 3)

    def test_the_mean_of_all_scores_holds_no_secret_one(self):
        cards = self.env["care.scorecard"].with_user(self.plain)
        base = {"company_id": self.company.id, "period": "month"}
        names = {"subject_domain": "[('ref', 'like', 'LV%')]"}
        card = cards.create(base | names | {"code": "each", "name": "Each"})
        line = {"code": "mean", "name": "Mean", "weight": 100, "source_id": card.id}
        every = cards.create(
            base
            | {
                "code": "all",
                "name": "All",
                "subject_model": "res.company",
                "line_ids": [(0, 0, line | {"source_scope": "company"})],
            }
        )
        rows = self.env["care.score"]._engine()
        for customer, value in (self.open, 40), (self.secret, 80):
            rows.create(
                {
                    "scorecard_id": card.id,
                    "company_id": self.company.id,
                    "res_model": "res.partner",
                    "res_id": customer.id,
                    "partner_id": customer.id,
                    "date_from": MARCH[0],
                    "date_to": MARCH[1],
                    "value": value,
                    "state": "complete",
                    "is_latest": True,
                }
            )
        self.env.flush_all()
        query = every.sudo().line_ids._source_query(*MARCH, self.company, None)
        self.assertEqual(self.env.execute_query(query)[0][1], 40)

    # ---- who decides

    def test_somebody_cleared_decides_that_secret_records_count(self):
        self.occasion(self.secret)
        indicator = self.indicator(self.plain)
        version = indicator.formula_version
        with self.assertRaises(UserError):
            indicator.counts_up_to = "2"
        with self.assertRaises(UserError):
            indicator.with_user(self.cleared).counts_up_to = "3"
        indicator.with_user(self.cleared).counts_up_to = "2"
        self.assertEqual(indicator.formula_version, version + 1)
        self.assertEqual(self.figure(indicator), 1)
        indicator.name = "Called otherwise"
        self.assertEqual(indicator.counts_up_to, "2")

    def test_who_changes_what_is_counted_takes_the_level_down(self):
        self.occasion(self.secret)
        wide = "[('partner_id', '!=', False)]"
        for vals in {"domain": wide}, {"period": "year"}, {"date_field": False}:
            indicator = self.indicator(
                self.cleared, code=f"of_{next(iter(vals))}", counts_up_to="2"
            )
            self.assertEqual(self.figure(indicator), 1)
            version = indicator.formula_version
            mine = indicator.with_user(self.plain)
            mine.write(vals | {"counts_up_to": "2"})
            self.assertEqual(indicator.counts_up_to, "1")
            self.assertGreater(indicator.formula_version, version)
            self.assertEqual(self.figure(indicator), 0)

    def test_a_job_decides_nothing(self):
        indicator = self.indicator(self.cleared, counts_up_to="2").with_user(1)
        indicator.write({"name": "Other", "period": indicator.period})
        self.assertEqual(indicator.counts_up_to, "2")
        indicator.write({"domain": "[]"})
        self.assertEqual(indicator.counts_up_to, "1")

    def test_no_other_door_raises_it(self):
        mine = self.env["care.indicator"].with_user(self.plain)
        with self.assertRaises(UserError):
            self.indicator(self.plain, counts_up_to="2")
        form = Form(mine.with_context(default_counts_up_to="2"))
        form.code = form.name = "x"
        form.model_id = self.env["ir.model"]._get("care.callback.occasion")
        with self.assertRaises(UserError):
            form.save()
        theirs = self.indicator(self.cleared, counts_up_to="2")
        copy = theirs.with_user(self.plain).copy()
        self.assertEqual(copy.counts_up_to, "1")
        self.assertEqual(theirs.copy().counts_up_to, "2")
        fields_ = [
            "code",
            "name",
            "model_name",
            "aggregate",
            "period",
            "better",
            "counts_up_to",
        ]
        row = ["new", "New", "care.callback.occasion", "count", "month", "higher", "2"]
        loaded = mine.load(fields_, [row])
        self.assertFalse(loaded["ids"])
        self.assertFalse(mine.search([("code", "=", "new")]))

    # ---- improvements

    def test_a_repeat_of_secret_records_opens_nothing_that_others_see(self):
        rule = self.env["care.improvement.rule"].create(
            {
                "code": "oracle",
                "name": "Oracle",
                "trigger": "repeat",
                "model_name": "care.callback.occasion",
                "domain": "[('partner_id.name', 'ilike', 'LV')]",
                "repeat_path": "kind",
                "repeat_count": 1,
                "repeat_days": 30,
                "date_field": "date",
                "date_from": False,
                "company_id": self.company.id,
            }
        )
        self.occasion(self.secret)
        self.assertFalse(rule._look())
        about = rule.copy({"code": "about", "repeat_path": "partner_id"})
        opened = about._look()
        self.assertEqual(opened.partner_id, self.secret)
        self.assertFalse(opened.with_user(self.plain)._filtered_access("read"))
        self.occasion(self.open)
        self.assertEqual(len(rule._look()), 1)
        one = rule.copy({"code": "one", "trigger": "record", "repeat_path": False})
        levels = one._look().mapped("secrecy_level")
        self.assertEqual(sorted(levels), [0, 2])


@tagged("post_install", "-at_install")
class TestEvaluationOracle(EvaluationCase):
    """Whether an evaluation opens tells whether its scheme fits anybody."""

    def opens(self):
        """Return the refusal its chair reads, nothing where it opens."""
        try:
            self.evaluation.action_open()
        except UserError as error:
            return error.args[0]
        return ""

    def test_it_opens_for_nobody_alone_who_is_hidden(self):
        self.scheme.partner_domain = "[('name', '=', 'Nobody')]"
        refused = self.opens()
        self.assertIn("fits no customer", refused)
        self.acme.write({"name": "Nobody", "secrecy_own": 2})
        self.env.flush_all()
        self.assertEqual(self.opens(), refused)
        self.assertEqual(self.evaluation.state, "draft")
        self.assertFalse(self.scheme.with_user(1)._fits_seen(self.acme.ids))
        self.bolt.name = "Nobody"
        self.assertFalse(self.opens())
        lines = self.env["care.evaluation.line"].search(
            [("evaluation_id", "=", self.evaluation.id)]
        )
        self.assertEqual(lines.partner_id, self.acme | self.bolt)
        self.assertEqual(self.evaluation.line_count, 1)
