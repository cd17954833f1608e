from datetime import date

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .score_common import ScoreCase


@tagged("post_install", "-at_install")
class TestIndicator(ScoreCase):
    """What an indicator measures, and what it refuses to guess."""

    def test_orders_are_counted_for_each_customer_in_one_query(self):
        indicator = self.indicator("orders")
        for day in ("2026-03-02", "2026-03-20"):
            self.order(self.ada, f"{day} 08:00:00")
        self.order(self.bela, "2026-03-05 08:00:00")
        self.figures(indicator)
        with self.assertQueryCount(1):
            found = self.figures(indicator)
        self.assertEqual(found[self.ada.id].value, 2)
        self.assertEqual(found[self.bela.id].value, 1)

    def test_no_order_of_a_customer_who_is_there_is_a_true_zero(self):
        found = self.figures(self.indicator("orders"))
        self.assertEqual(found[self.cem.id].value, 0)
        self.assertFalse(found[self.cem.id].reason)

    def test_who_is_not_there_has_no_figure_but_a_reason(self):
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        gone = stranger.id + 1000
        found = self.figures(self.indicator("orders"), ids=[stranger.id, gone])
        for id_ in (stranger.id, gone):
            self.assertIsNone(found[id_].value)
            self.assertEqual(found[id_].reason, "Not among those measured")

    def test_zero_can_be_switched_off(self):
        indicator = self.indicator(
            "orders", zero_when_none=False, missing_reason="Never ordered"
        )
        value = self.figures(indicator)[self.ada.id]
        self.assertIsNone(value.value)
        self.assertEqual(value.reason, "Never ordered")

    def test_a_month_is_the_month_of_the_company(self):
        self.order(self.ada, "2026-02-28 16:00:00")  # 1 March, 00:00 in Shanghai
        self.order(self.bela, "2026-03-31 16:00:00")  # 1 April
        found = self.figures(self.indicator("orders"))
        self.assertEqual(found[self.ada.id].value, 1)
        self.assertEqual(found[self.bela.id].value, 0)

    def test_a_rate_keeps_numerator_and_denominator(self):
        for state in ("sale", "sale", "cancel"):
            self.order(self.ada, "2026-03-02 08:00:00", state=state)
        indicator = self.indicator(
            "kept", aggregate="rate", numerator_domain="[('state', '=', 'sale')]"
        )
        value = self.figures(indicator)[self.ada.id]
        self.assertAlmostEqual(value.value, 66.666667)
        self.assertEqual((value.numerator, value.denominator), (2, 3))

    def test_a_rate_of_nothing_is_unknown(self):
        indicator = self.indicator(
            "kept", aggregate="rate", numerator_domain="[('state', '=', 'sale')]"
        )
        value = self.figures(indicator)[self.ada.id]
        self.assertIsNone(value.value)
        self.assertEqual(value.reason, "No record in the period")

    def test_a_rate_of_amounts_is_the_share_of_the_sum(self):
        self.order(self.ada, "2026-03-02 08:00:00", 300)
        self.order(self.ada, "2026-03-02 08:00:00", 100, state="cancel")
        indicator = self.indicator(
            "kept",
            aggregate="rate",
            field_name="amount_total",
            numerator_domain="[('state', '=', 'sale')]",
        )
        self.assertEqual(self.figures(indicator)[self.ada.id].value, 75)

    def test_amounts_in_several_currencies_are_not_added_up(self):
        euro, dollar = self.env.ref("base.EUR"), self.env.ref("base.USD")
        for currency in (euro, dollar):
            self.order(self.ada, "2026-03-02 08:00:00", 5, currency_id=currency.id)
        self.order(self.bela, "2026-03-02 08:00:00", 5, currency_id=euro.id)
        found = self.figures(
            self.indicator("sum", aggregate="sum", field_name="amount_total")
        )
        self.assertEqual(found[self.ada.id].reason, "Amounts in several currencies")
        self.assertIsNone(found[self.ada.id].value)
        self.assertEqual(found[self.bela.id].value, 5)

    def test_every_aggregate(self):
        for amount in (10, 30):
            self.order(
                self.ada, "2026-03-30 20:00:00", amount, quantity=amount, user_id=1
            )
        for aggregate, field, wanted in (
            ("count", False, 2),
            ("sum", "amount_total", 40),
            ("avg", "quantity", 20),
            ("min", "quantity", 10),
            ("max", "quantity", 30),
            ("count_distinct", "user_id", 1),
            ("days_since", False, 0),  # 31 March in Shanghai
        ):
            with self.subTest(aggregate=aggregate):
                indicator = self.indicator(
                    f"i_{aggregate}", aggregate=aggregate, field_name=field
                )
                found = self.figures(indicator)
                self.assertEqual(found[self.ada.id].value, wanted)
                known = aggregate in ("count", "sum", "count_distinct")
                self.assertEqual(found[self.bela.id].value, 0 if known else None)

    def test_cooperations_of_three_years_look_back_from_the_period(self):
        indicator = self.indicator("coop", period="rolling", rolling_months=36)
        days = indicator._window(date(2026, 3, 1), self.day)
        self.assertEqual(days, (date(2023, 4, 1), self.day))
        for at in ("2023-03-31 10:00:00", "2023-04-01 10:00:00", "2025-01-01 10:00:00"):
            self.order(self.ada, at)
        self.assertEqual(indicator._evaluate(*days)[self.ada.id].value, 2)

    def test_the_company_as_a_whole_is_subject_0(self):
        self.order(self.ada, "2026-03-02 08:00:00")
        other = self.env["res.company"].create({"name": "Other"})
        self.order(self.ada, "2026-03-02 08:00:00", company_id=other.id)
        found = self.figures(self.indicator("all", subject_path=False))
        self.assertEqual({id_: value.value for id_, value in found.items()}, {0: 1})

    def test_archived_records_do_not_count(self):
        self.order(self.ada, "2026-03-02 08:00:00").active = False
        self.assertEqual(self.figures(self.indicator("o"))[self.ada.id].value, 0)

    def test_change_to_the_month_before_and_to_a_year_before(self):
        for at in ("2026-02-10", "2026-03-10", "2026-03-11", "2025-03-10"):
            self.order(self.ada, f"{at} 08:00:00")
        for compare, wanted in (("previous", 100), ("year", 100)):
            indicator = self.indicator(f"c_{compare}", compare=compare)
            value = self.figures(indicator)[self.ada.id]
            self.assertEqual(value.value, wanted)
            self.assertEqual((value.numerator, value.denominator), (2, 1))

    def test_growth_from_nothing_is_unknown(self):
        self.order(self.ada, "2026-03-10 08:00:00")
        value = self.figures(self.indicator("g", compare="previous"))[self.ada.id]
        self.assertIsNone(value.value)
        self.assertIn("base is 0", value.reason)

    def test_a_share_of_the_customers_themselves(self):
        self.order(self.ada, "2026-03-10 08:00:00")
        self.order(self.bela, "2026-02-10 08:00:00")
        self.env["res.partner"].flush_model()
        indicator = self.indicator(
            "coverage",
            model_name="res.partner",
            date_field=False,
            subject_path=False,
            domain="[('ref', '=', 'scored')]",
            aggregate="rate",
            numerator_domain=f"[('id', 'in', [{self.ada.id}])]",
        )
        value = self.figures(indicator)[0]
        self.assertEqual((value.numerator, value.denominator), (1, 3))

    def test_customers_with_an_order_in_percent_of_all_customers(self):
        self.order(self.ada, "2026-03-10 08:00:00")
        self.order(self.ada, "2026-03-11 08:00:00")
        everybody = self.indicator(
            "everybody",
            model_name="res.partner",
            domain="[('ref', '=', 'scored')]",
            date_field=False,
            subject_path=False,
        )
        coverage = self.indicator(
            "coverage",
            subject_path=False,
            aggregate="count_distinct",
            field_name="partner_id",
            base_id=everybody.id,
        )
        value = self.figures(coverage)[0]
        self.assertAlmostEqual(value.value, 33.333333)
        self.assertEqual((value.numerator, value.denominator), (1, 3))
        self.assertEqual(self.figures(coverage, "2026-01-01", "2026-01-31")[0].value, 0)
        version = coverage.formula_version
        everybody.domain = "[('ref', '=', 'nobody')]"
        self.assertEqual(coverage.formula_version, version + 1)
        self.assertIn("base is 0", self.figures(coverage)[0].reason)
        with self.assertRaisesRegex(ValidationError, "in percent of"):
            self.indicator("chain", base_id=coverage.id, subject_path=False)

    def test_days_of_the_period_stand_in_a_condition(self):
        self.order(self.ada, "2026-03-10 08:00:00", date_due="2026-03-31")
        self.order(self.ada, "2026-03-10 08:00:00", date_due="2026-04-01")
        indicator = self.indicator("due", domain="[('date_due', '<=', '{to}')]")
        self.assertEqual(self.figures(indicator)[self.ada.id].value, 1)

    def test_an_indicator_of_an_addon_not_installed_waits(self):
        indicator = self.indicator("later", model_name="not.installed", date_field="x")
        self.assertTrue(indicator.dormant)
        value = self.figures(indicator, ids=[self.ada.id])[self.ada.id]
        self.assertIsNone(value.value)
        self.assertIn("not installed", value.reason)

    def test_what_cannot_be_measured_is_refused_in_a_sentence(self):
        for number, (vals, words) in enumerate(
            [
                ({"subject_path": "currency_id"}, "must lead from"),
                ({"subject_path": "nothing"}, "must lead from"),
                ({"date_field": "name"}, "is no date"),
                ({"aggregate": "sum", "field_name": "name"}, "holds numbers"),
                ({"aggregate": "rate"}, "is a share"),
                ({"period": "rolling"}, "looks back over a window"),
                ({"compare": "year", "date_field": False}, "compares two periods"),
                ({"domain": "[('nothing', '=', 1)]"}, "cannot be used"),
                ({"subject_domain": "[('nothing', '=', 1)]"}, "cannot be used"),
                (
                    {"model_name": "res.users", "date_field": False},
                    "part of the system",
                ),
                ({"aggregate": "max", "field_name": "secret"}, "may not see"),
                ({"domain": "[('secret', '>', 1)]"}, "may not see"),
            ]
        ):
            with (
                self.subTest(vals=vals),
                self.assertRaisesRegex(ValidationError, words),
            ):
                self.indicator(f"wrong{number}", **vals)

    def test_a_change_of_the_formula_is_a_new_version_a_new_name_is_not(self):
        indicator = self.indicator("orders")
        indicator.name = "Number of orders"
        self.assertEqual(indicator.formula_version, 1)
        indicator.domain = "[('state', '=', 'sale')]"
        self.assertEqual(indicator.formula_version, 2)
        indicator.domain = "[('state', '=', 'sale')]"
        self.assertEqual(indicator.formula_version, 2)
