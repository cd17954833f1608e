from datetime import date

from odoo.tests import freeze_time, tagged

from odoo.addons.customer_care.tests.policy_common import PolicyCase

# The rules of P07.07-P07.12 in small, and an improvement rule beside them.
PACK = """\
format: 1
policy:
  code: P07
  version: 1
  name: Hand-over of papers
clauses:
  - code: P07.08
    kind: sanction
    name: Late hand-over
  - code: P07.09
    kind: sanction
    name: Repeat in a month
  - code: P07.12
    kind: sanction
    name: Again until put right
  - code: P07.13
    kind: score
    name: Improvement
rules:
  care.obligation.rule:
    - code: hand_over
      clause: P07.08
      name: Hand-over within a working day
      model_name: test.hand.over
      start_field: happened_on
      done_field: right_at
      responsible_path: user_id
      sanction_rule_id: late_hand_over
  care.cause.category:
    - code: papers
      clause: P07.13
      name: Papers
  care.improvement.rule:
    - code: third
      clause: P07.13
      name: The third time
      trigger: repeat
      model_name: test.hand.over
      date_field: happened_on
      repeat_path: topic
      repeat_days: 30
      cause_category_id: papers
  care.inspection.template:
    - code: papers_check
      clause: P07.08
      name: Check of the papers
      item_ids:
        - name:
            en_US: Signed by the customer
            zh_CN: 客户已签字
          severity: major
  care.sanction.group:
    - code: sales
      clause: P07.09
      name:
        en_US: Sales
        zh_CN: 销售部
      scope: department
    - code: service
      clause: P07.09
      name: Service
      scope: department
      from_nth: 3
      pay_min_pct: 10
      pay_max_pct: 30
  care.sanction.rule:
    - code: late_hand_over
      clause: P07.08
      name:
        en_US: Late hand-over
        zh_CN: 交接逾期
      recur_days: 1
      amount: 50
      group_id: sales
"""


@tagged("post_install", "-at_install")
class TestSanctionPack(PolicyCase):
    """Sanctions, improvements and inspections as rows of a policy pack."""

    def setUp(self):
        super().setUp()
        with freeze_time("2026-03-01 01:00:00"):
            self.policy, self.outcomes = self.load(PACK)
        self.chinese = self.env["res.lang"]._activate_lang("zh_CN")

    def rule(self, model, code):
        return self.env[model].search(
            [("code", "=", code), ("company_id", "=", self.company.id)]
        )

    def test_the_rows_are_linked_by_their_codes(self):
        fine = self.rule("care.sanction.rule", "late_hand_over")
        deadline = self.rule("care.obligation.rule", "hand_over")
        self.assertEqual(deadline.sanction_rule_id, fine)
        self.assertEqual(fine.group_id, self.rule("care.sanction.group", "sales"))
        self.assertEqual(fine.clause_id.code, "P07.08")
        self.assertEqual(fine.company_id, self.company)
        template = self.rule("care.inspection.template", "papers_check")
        self.assertEqual(template.item_ids.severity, "major")
        third = self.rule("care.improvement.rule", "third")
        self.assertEqual(third.cause_category_id.code, "papers")

    def test_it_round_trips(self):
        text = self.Pack.env["care.policy.pack"].export(self.policy)
        outcomes = set(self.load(text)[1].values())
        self.assertEqual(outcomes, {"unchanged"})

    def test_a_missed_hand_over_is_charged_in_the_reader_s_language(self):
        sanctions = self.env["care.sanction"]
        with freeze_time("2026-03-02 01:00:00"):
            self.env["test.hand.over"].create(
                {
                    "name": "Car",
                    "happened_on": date(2026, 3, 2),
                    "user_id": self.user.id,
                    "company_id": self.company.id,
                }
            )
        with freeze_time("2026-03-04 01:00:00"):
            self.env["care.obligation"]._sweep_batch()
        sanction = sanctions.search([("company_id", "=", self.company.id)])
        self.assertEqual(sanction.with_context(lang="zh_CN").name, "交接逾期")
        self.assertEqual(sanction.with_context(lang="en_US").name, "Late hand-over")
        self.assertEqual(sanction.clause_id.code, "P07.08")
        self.assertTrue(sanction.next_at)
        self.figures(sanction, open=1)
        sanction.with_user(self.manager)._decide("confirm")
        self.figures(sanction, met=1)

    def figures(self, sanction, **wanted):
        """Check what the clause's compliance says, and what its row opens."""
        self.env.invalidate_all()
        row = (
            self.env["care.clause.compliance"]
            .with_user(self.manager)
            .search(
                [
                    ("clause_id", "=", sanction.clause_id.id),
                    ("source", "=", "sanction"),
                ]
            )
        )
        self.assertEqual({name: row[name] for name in wanted}, wanted)
        self.assertEqual(row.month, date(2026, 3, 1))
        domain = row.action_open_records()["domain"]
        self.assertEqual(self.env["care.sanction"].search(domain), sanction)

    def test_improvements_and_inspections_count_for_their_clause(self):
        clause = self.policy.clause_ids.filtered(lambda c: c.code == "P07.13")
        values = {"clause_id": clause.id, "company_id": self.company.id}
        improvement = self.env["care.improvement"].create({"name": "I", **values})
        inspection = self.env["care.inspection"].create(
            {"name": "J", "date_planned": date(2026, 3, 5), **values}
        )
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.env["care.clause.compliance"].with_user(self.manager)
        rows = rows.search([("clause_id", "=", clause.id)])
        found = {row.source: row for row in rows}
        self.assertEqual((found["improvement"].open, found["inspection"].open), (1, 1))
        for source, record in (
            ("improvement", improvement),
            ("inspection", inspection),
        ):
            domain = found[source].action_open_records()["domain"]
            self.assertEqual(record.search(domain), record)
