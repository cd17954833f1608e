from odoo.tests import tagged

from odoo.addons.customer_care.tests.policy_common import PolicyCase

PACK = """\
format: 1
policy:
  code: S01
  version: 1
  name: Scored customers
  addons: [not_installed]
clauses:
  - code: S01.01
    kind: score
    name: Yearly value
rules:
  care.indicator:
    - code: s_orders
      clause: S01.01
      name: Orders
      model_name: test.sale.host
      date_field: date_order
      subject_path: partner_id
      period: rolling
      rolling_months: 36
    - code: s_waits
      clause: S01.01
      name: Waits for an add-on
      model_name: not.installed
      subject_path: partner_id
  care.scorecard:
    - code: s_value
      clause: S01.01
      name: Value
      line_ids:
        - code: orders
          name:
            en_US: Orders
            zh_CN: 订单
            zh_TW: 訂單
          indicator_id: s_orders
          weight: 50
          curve: steps
          step_ids:
            - value: 1
              points: 40
            - value: 3
              points: 100
        - code: waits
          name: Waits
          indicator_id: s_waits
          weight: 20
        - code: judged
          name: Judged
          evidence_wanted: true
          weight: 30
          missing: zero
      band_ids:
        - code: a
          name: A
          value: 80
        - code: b
          name: B
"""


@tagged("post_install", "-at_install")
class TestScorePack(PolicyCase):
    """Indicators and scorecards travel in packs, with lines, steps and bands."""

    def test_a_pack_brings_a_scorecard_that_runs(self):
        self.load(PACK)
        card = self.rule("care.scorecard", "s_value")
        self.assertEqual(card.line_ids.mapped("weight"), [50, 20, 30])
        self.assertEqual(card.line_ids[0].step_ids.mapped("points"), [40, 100])
        self.assertEqual(card.line_ids[0].with_context(lang="zh_CN").name, "订单")
        self.assertTrue(card.line_ids[1].dormant)
        self.assertIn("add-on", card.warning)
        partner = self.env["res.partner"].create(
            {"name": "Scored", "company_id": self.company.id}
        )
        start, end = card._period(self.env.cr.now().date())
        card._run(start, end, partner.ids)
        score = self.env["care.score"].search([("scorecard_id", "=", card.id)])
        self.assertEqual(score.partner_id, partner)
        self.assertEqual(score.details[1]["reason"], "dormant")

    def test_loaded_again_nothing_changes(self):
        self.load(PACK)
        card = self.rule("care.scorecard", "s_value")
        version = card.formula_version
        __, outcomes = self.load(PACK)
        self.assertEqual(
            {outcomes[code] for code in ("s_orders", "s_waits", "s_value")},
            {"unchanged"},
        )
        self.assertEqual(card.formula_version, version)

    def test_entries_survive_a_pack_that_writes_the_lines_anew(self):
        self.load(PACK)
        card = self.rule("care.scorecard", "s_value")
        partner = self.env["res.partner"].create({"name": "Scored"})
        entry = self.env["care.scorecard.entry"].create(
            {
                "scorecard_id": card.id,
                "line_id": card.line_ids[2].id,
                "company_id": self.company.id,
                "res_id": partner.id,
                "value": 70,
                "attachment_ids": [(0, 0, {"name": "scan.txt", "raw": b"x"})],
            }
        )
        self.load(
            PACK.replace("weight: 50", "weight: 40").replace("weight: 20", "weight: 30")
        )
        self.assertEqual(card.line_ids.mapped("weight"), [40, 30, 30])
        start, end = card._period(entry.date)
        card._run(start, end, partner.ids)
        score = self.env["care.score"].search([("scorecard_id", "=", card.id)])
        self.assertEqual(score.details[2]["raw"], 70)
