from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.customer_care.tests.policy_common import PolicyCase

# A canonical pack: the gauge comes before the scheme it names, the scheme names the
# gauge in turn, and levels name each other.
PACK = """\
format: 1
policy:
  code: L01
  version: 1
  name: Linked rules
clauses:
  - code: L01.01
    kind: score
    name: Levels
rules:
  test.pack.gauge:
    - code: l_gauge
      clause: L01.01
      name: Gauge
      scheme_id: l_scheme
      level_id: l_scheme/low
  test.pack.scheme:
    - code: l_scheme
      clause: L01.01
      name: Scheme
      share: 0.35
      since: '2026-03-25'
      currency_id: EUR
      group_ids:
        - base.group_user
        - customer_care.customer_care_group_user
      gauge_id: l_gauge
      best_id: high
      level_ids:
        - code: high
          name:
            en_US: High
            zh_CN: 高
          value: 90
          below_id: low
          note_ids:
            - name: One
            - name:
                en_US: Two
                zh_CN: 二
              level_ref_id: low
        - code: low
          name:
            en_US: Low
            zh_CN: 低
          value: 10
"""


@tagged("post_install", "-at_install")
class TestPackLinks(PolicyCase):
    """Rules and lines of a pack name each other by their codes, in any order."""

    def scheme(self):
        return self.rule("test.pack.scheme", "l_scheme")

    def levels(self):
        return {level.code: level for level in self.scheme().level_ids}

    def assertRefusedAt(self, text, fragment, *words):
        line = text[: text.index(fragment)].count("\n") + 1
        with self.assertRaises(UserError) as refusal:
            self.load(text)
        for word in (f"Line {line}:", *words):
            self.assertIn(word, str(refusal.exception))

    def test_links_arrive_although_they_run_in_a_circle(self):
        __, outcomes = self.load(PACK)
        self.assertEqual(set(outcomes.values()), {"created"})
        scheme, levels = self.scheme(), self.levels()
        gauge = self.rule("test.pack.gauge", "l_gauge")
        self.assertEqual((gauge.scheme_id, scheme.gauge_id), (scheme, gauge))
        self.assertEqual(gauge.level_id, levels["low"])
        self.assertEqual(scheme.best_id, levels["high"])
        self.assertEqual(levels["high"].below_id, levels["low"])
        self.assertEqual(levels["high"].note_ids[1].level_ref_id, levels["low"])
        self.assertEqual(scheme.currency_id.name, "EUR")
        self.assertEqual(len(scheme.group_ids), 2)
        chinese = levels["high"].note_ids[1].with_context(lang="zh_CN")
        self.assertEqual(chinese.name, "二")

    def test_it_comes_back_byte_by_byte(self):
        policy, __ = self.load(PACK)
        self.assertEqual(self.Pack.export(policy), PACK)
        __, outcomes = self.load(PACK)
        self.assertEqual(set(outcomes.values()), {"unchanged"})

    def test_another_company_has_links_of_its_own(self):
        self.load(PACK)
        other = self.env["res.company"].create({"name": "Second shop"})
        self.manager.company_ids += other
        self.Pack.load_yaml(PACK, other.id)
        theirs = self.env["test.pack.gauge"].search(
            [("code", "=", "l_gauge"), ("company_id", "=", other.id)]
        )
        self.assertEqual(theirs.scheme_id.company_id, other)
        self.assertEqual(theirs.level_id.scheme_id, theirs.scheme_id)
        self.assertEqual(theirs.scheme_id.best_id.scheme_id, theirs.scheme_id)

    def test_a_line_that_changed_stays_the_same_record(self):
        policy, __ = self.load(PACK)
        levels, notes = self.levels(), self.levels()["high"].note_ids
        changed = PACK.replace("value: 10", "value: 20").replace(
            "name: One", "name: First"
        )
        changed = changed.replace("zh_CN: 低", "zh_CN: 低级")
        __, outcomes = self.load(changed)
        self.assertEqual(outcomes["l_scheme"], "changed")
        self.assertEqual(self.levels(), levels)
        self.assertEqual(levels["low"].value, 20)
        self.assertEqual(levels["low"].with_context(lang="zh_CN").name, "低级")
        self.assertEqual(levels["high"].note_ids, notes)
        self.assertEqual(self.Pack.export(policy), changed)

    def test_a_line_put_in_front_stands_in_front(self):
        policy, __ = self.load(PACK)
        changed = PACK.replace("- name: One", "- name: Zero\n            - name: One")
        self.load(changed)
        self.assertEqual(self.Pack.export(policy), changed)

    def test_a_line_in_use_elsewhere_is_not_dropped(self):
        self.load(PACK)
        start = PACK.index("        - code: low")
        without = PACK[:start].replace("          below_id: low\n", "")
        without = without.replace("              level_ref_id: low\n", "")
        self.assertRefusedAt(without, "level_id: l_scheme/low", "l_scheme/low")

    def test_a_name_nobody_has_is_refused_with_its_line(self):
        for old, new in [
            ("scheme_id: l_scheme", "scheme_id: l_nothing"),
            ("level_id: l_scheme/low", "level_id: l_scheme/middle"),
            ("level_id: l_scheme/low", "level_id: low"),
            ("best_id: high", "best_id: highest"),
            ("currency_id: EUR", "currency_id: TALER"),
            ("base.group_user", "base.group_nobody"),
            ("level_ref_id: low", "level_ref_id: lower"),
        ]:
            with self.subTest(new=new):
                broken = PACK.replace(old, new, 1)
                self.assertRefusedAt(broken, new, new.split(": ")[-1])
