from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .tier_common import DAY, TierCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-25 04:00:00")
class TestTierRating(TierCase):
    """Which grade the facts give, and what is said about it."""

    def rate(self, on=DAY):
        ids = (self.acme | self.bolt | self.cord).ids
        rating = self.scheme._rate(ids, on)
        names = {tier.id: tier.name for tier in self.scheme.tier_ids}
        return [names.get(rating.tier_id(id_)) for id_ in ids]

    def test_all_conditions_of_one_way_give_the_grade(self):
        self.state(self.acme, "t_will", "t_sound")
        self.state(self.bolt, "t_sound")
        self.assertEqual(self.rate(), ["A", "B", "C"])

    def test_any_of_the_ways_gives_the_grade(self):
        self.state(self.bolt, "t_signed")
        self.assertEqual(self.rate(), ["C", "A", "C"])

    def test_a_later_statement_counts(self):
        self.state(self.acme, "t_signed")
        self.state(self.acme, "t_signed", on=date(2026, 2, 1), holds=False)
        self.assertEqual(self.rate()[0], "C")

    def test_a_statement_ends(self):
        self.state(self.acme, "t_signed", valid_to=date(2026, 3, 24))
        self.assertEqual(self.rate()[0], "C")
        self.assertEqual(self.rate(on=date(2026, 3, 24))[0], "A")

    def test_a_statement_of_another_company_does_not_count(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.state(self.acme, "t_signed", company_id=other.id)
        self.assertEqual(self.rate()[0], "C")

    def test_a_condition_may_be_about_the_customers_data(self):
        self.tier_a.rule_ids[1].condition_ids.write(
            {"kind": "domain", "domain": "[('city', '=', 'Wuhan')]"}
        )
        self.cord.city = "Wuhan"
        self.assertEqual(self.rate(), ["C", "C", "A"])
        rows = self.scheme._explain(self.cord)
        self.assertIn("City: Wuhan", [row["value"] for row in rows])

    def test_a_condition_may_be_turned_round(self):
        self.tier_a.rule_ids[1].condition_ids.is_negated = True
        self.state(self.acme, "t_signed")
        self.assertEqual(self.rate(), ["C", "A", "A"])

    def test_explain_shows_each_fact_of_this_grade_and_the_next_better(self):
        self.state(self.bolt, "t_sound")
        rows = self.scheme.with_user(self.clerk)._explain(self.bolt)
        shown = [(row["tier"], row["condition"], row["met"]) for row in rows]
        self.assertEqual(
            shown,
            [
                ("A", "t_will", False),
                ("A", "t_sound", True),
                ("A", "t_signed", False),
                ("B", "t_sound", True),
            ],
        )
        self.assertEqual([row["earned"] for row in rows], [False] * 3 + [True])
        self.assertEqual(rows[0]["value"], "unknown")
        self.assertIn("until 2027-01-04", rows[1]["value"])

    def test_the_window_shows_what_the_figures_say(self):
        self.state(self.bolt, "t_sound")
        window = Form(
            self.env["care.tier.why"]
            .with_user(self.clerk)
            .with_context(default_partner_id=self.bolt.id)
        )
        self.assertEqual(window.scheme_id, self.scheme)
        self.assertIn("t_will", window.explanation_html)
        window.date = date(2026, 1, 1)
        self.assertIn("Everybody", window.explanation_html)

    def test_rating_costs_no_query_per_customer(self):
        few = self.make_customers(*(f"F{n}" for n in range(5))).ids
        many = self.make_customers(*(f"M{n}" for n in range(200))).ids
        self.env.invalidate_all()
        self.scheme._rate(few, DAY)
        start = self.env.cr.sql_log_count
        self.scheme._rate(few, DAY)
        first = self.env.cr.sql_log_count - start
        self.scheme._rate(many, DAY)
        self.assertLessEqual(self.env.cr.sql_log_count - start - first, first)

    def test_a_copy_of_a_scheme_has_its_grades_and_rules(self):
        copy = self.scheme.copy()
        self.assertEqual(copy.tier_ids.mapped("name"), ["A", "B", "C"])
        self.assertFalse(copy.is_main)
        self.assertEqual(
            copy.tier_ids[0].rule_ids.mapped("condition_ids.fact_id"),
            self.scheme.tier_ids[0].rule_ids.mapped("condition_ids.fact_id"),
        )
        self.assertNotEqual(copy.tier_ids[0].code, "t_a")

    def test_window_must_be_days(self):
        with self.assertRaises(ValidationError):
            self.scheme.window_from = "13-40"


@tagged("post_install", "-at_install")
@freeze_time("2026-03-25 04:00:00")
class TestTierAttestation(TierCase):
    """Statements are made by a person, once, with an end."""

    def say(self, user, **vals):
        return (
            self.env["care.tier.attestation"]
            .with_user(user)
            .create(
                {
                    "partner_id": self.acme.id,
                    "fact_id": self.facts["t_will"].id,
                    "statement": "They said so",
                    **vals,
                }
            )
        )

    def test_who_states_is_who_writes(self):
        row = self.say(self.clerk)
        self.assertEqual(row.stated_by_id, self.clerk)
        self.assertEqual(row.valid_to, date(2027, 3, 24))
        with self.assertRaises(AccessError):
            self.say(self.clerk, stated_by_id=self.head.id)
        forged = row.with_context(default_stated_by_id=self.head.id)
        self.assertEqual(
            forged.create(
                {
                    "partner_id": self.bolt.id,
                    "fact_id": self.facts["t_will"].id,
                    "statement": "x",
                }
            ).stated_by_id,
            self.clerk,
        )

    def test_what_was_stated_stays(self):
        row = self.say(self.clerk)
        with self.assertRaises(UserError):
            row.statement = "Something else"
        with self.assertRaises(UserError):
            row.sudo().unlink()
        with self.assertRaises(UserError):
            row.with_user(self.head).action_withdraw()
        row.action_withdraw()
        self.assertFalse(row.is_current)
        self.assertEqual(row.withdrawn_by_id, self.clerk)

    def test_no_statement_without_an_end_or_for_a_day_to_come(self):
        with self.assertRaises(ValidationError):
            self.say(self.clerk, valid_to=date(2030, 1, 1))
        with self.assertRaises(ValidationError):
            self.say(self.clerk, stated_on=date(2026, 4, 1))

    def test_evidence_where_it_is_wanted(self):
        self.facts["t_will"].evidence_wanted = True
        with self.assertRaises(ValidationError):
            self.say(self.clerk)
        file = self.env["ir.attachment"].with_user(self.clerk)
        file = file.create({"name": "scan.txt", "raw": b"x"})
        row = self.say(self.clerk, attachment_ids=[(4, file.id)])
        self.env.invalidate_all()
        self.assertEqual(row.with_user(self.head).attachment_ids.raw, b"x")

    def test_only_the_role_states_where_one_is_named(self):
        role = self.env["care.role"].create({"code": "t_role", "name": "Sayer"})
        self.facts["t_will"].role_id = role
        with self.assertRaises(UserError):
            self.say(self.clerk)
        self.env["care.role.assignment"].create(
            {"role_id": role.id, "user_id": self.clerk.id}
        )
        self.assertTrue(self.say(self.clerk))

    def test_statements_are_imported_and_exported(self):
        names = ["partner_id/.id", "fact_id/.id", "statement", "stated_on"]
        fact = self.facts["t_signed"].id
        rows = [[str(self.acme.id), str(fact), "Signed in May", "2026-01-15"]]
        load = self.env["care.tier.attestation"].with_user(self.clerk).load(names, rows)
        self.assertFalse(load["messages"])
        row = self.env["care.tier.attestation"].browse(load["ids"])
        self.assertEqual(
            row.export_data(["partner_id/name", "statement", "valid_to"])["datas"],
            [["Acme", "Signed in May", date(2027, 1, 14)]],
        )
