from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestSeverity(ComplaintCommon):
    """Rules raise a severity and say so; lowering it needs a reason."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        severity = "complaint_handling.complaint_severity_"
        cls.minor, cls.major, cls.critical = (
            cls.env.ref(severity + code) for code in ("minor", "major", "critical")
        )
        cls.flag = cls.env["complaint.flag"].create(
            {"code": "t_crowd", "name": "Crowd at the door"}
        )

    def rule(self, code, **values):
        return (
            self.env["complaint.severity.rule"]
            .with_user(self.manager)
            .create(
                {
                    "code": code,
                    "name": code.title(),
                    "severity_id": self.major.id,
                    **values,
                }
            )
        )

    def test_words_circumstances_and_conditions(self):
        self.rule("t_press", keywords="Newspaper，记者, television")
        self.rule("t_flag", flag_ids=[(6, 0, self.flag.ids)])
        self.rule("t_return", domain="[('demand', '=', 'return')]")
        for values, expected in [
            ({}, self.minor.browse()),
            ({"description": "I shall call the ＮＥＷＳＰＡＰＥＲ"}, self.major),
            ({"name": "已联系记者"}, self.major),
            ({"flag_ids": [(6, 0, self.flag.ids)]}, self.major),
            ({"demand": "return"}, self.major),
            ({"demand": "return", "kind": "suggestion"}, self.minor.browse()),
        ]:
            with self.subTest(**values):
                self.assertEqual(self._new_case(**values).severity_id, expected)

    def test_all_that_a_rule_says_must_hold(self):
        self.rule("t_both", keywords="press", domain="[('demand', '=', 'return')]")
        case = self._new_case(description="press")
        self.assertFalse(case.severity_id)
        case.demand = "return"
        self.assertTrue(case.is_major)
        self.assertTrue(case.major_since)
        change = case.severity_change_ids
        self.assertEqual(change.rule_id.code, "t_both")
        self.assertEqual(change.user_id, self.clerk)

    def test_the_worst_rule_wins_and_none_lowers(self):
        self.rule("t_a", domain="[('demand', '=', 'return')]")
        self.rule(
            "t_b",
            domain="[('demand', '=', 'return')]",
            severity_id=self.critical.id,
        )
        case = self._new_case(demand="return")
        self.assertEqual(case.severity_id, self.critical)
        self.assertEqual(case.severity_change_ids.rule_id.code, "t_b")
        self.assertEqual(
            self._new_case(demand="return", severity_id=self.critical.id).severity_id,
            self.critical,
        )

    def test_lowering_needs_a_reason_and_stands(self):
        self.rule("t_return", domain="[('demand', '=', 'return')]")
        case = self._new_case(demand="return")
        with self.assertRaisesRegex(UserError, "with the reason"):
            case.severity_id = self.minor
        with self.assertRaisesRegex(UserError, "with the reason"):
            case.severity_id = False
        opened = case.action_lower_severity()
        wizard = self.env[opened["res_model"]].with_user(self.clerk)
        wizard = wizard.with_context(**opened["context"])
        with self.assertRaises(UserError):
            wizard.create({"severity_id": self.minor.id, "reason": " "}).action_lower()
        wizard.create(
            {"severity_id": self.minor.id, "reason": "Misunderstood"}
        ).action_lower()
        case.write({"demand": "exchange"})
        case.write({"demand": "return"})
        self.assertEqual(case.severity_id, self.minor)
        self.assertFalse(case.is_major)
        self.assertEqual(case.severity_change_ids[0].reason, "Misunderstood")

    def test_raising_by_hand_is_kept(self):
        case = self._new_case(severity_id=self.minor.id)
        case.severity_id = self.critical
        change = case.severity_change_ids
        self.assertEqual((change.old_id, change.new_id), (self.minor, self.critical))
        with self.assertRaises(AccessError):
            change.with_user(self.manager).write({"reason": "x"})
        with self.assertRaises(AccessError):
            change.sudo().unlink()

    def test_a_rule_that_says_nothing_is_refused(self):
        with self.assertRaises(ValidationError):
            self.rule("t_empty")
        with self.assertRaises(ValidationError):
            self.rule("t_bad", domain="[('no_field', '=', 1)]")

    def test_another_companys_rule_raises_nothing(self):
        company = self.env["res.company"].create({"name": "Other company"})
        self.rule("t_x", domain="[('demand', '=', 'return')]").sudo().write(
            {"company_id": company.id}
        )
        self.assertFalse(self._new_case(demand="return").severity_id)

    def test_a_repeat_may_be_major(self):
        self.rule("t_repeat", domain="[('repeat_count', '>', 0)]")
        category = self.env.ref("complaint_handling.complaint_category_quality")
        first, again = (self._new_case(category_id=category.id) for _number in range(2))
        self.assertFalse(first.is_major)
        self.assertTrue(again.is_major)

    def test_the_customers_grade_cannot_be_forged(self):
        case = self._new_case()
        self.assertEqual(case.priority, "0")
        for name, value in [("priority", "3"), ("is_major", True)]:
            with self.subTest(name=name), self.assertRaises(UserError):
                case.write({name: value})

    def test_the_grade_of_the_customer_decides_whose_turn_it_is(self):
        important = self.important(graded=True)
        contact = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": important.id}
        )
        first = self._new_case(partner_id=contact.id)
        later = self._new_case()
        self.assertEqual((first.priority, later.priority), ("3", "0"))
        cases = self.env["complaint.case"].with_user(self.clerk)
        found = cases.search([("id", "in", (first | later).ids)])
        self.assertEqual(found, first + later)

    def test_a_grade_given_later_moves_open_cases_alone(self):
        important = self.important()
        case = self._new_case(partner_id=important.id)
        over = self._new_case(partner_id=important.id)
        over._move_to("cancelled")
        self.grade(important)
        self.assertEqual((case.priority, over.priority), ("3", "0"))

    def important(self, graded=False):
        customer = self.env["res.partner"].create(
            {"name": "Important Ltd", "is_company": True}
        )
        if graded:
            self.grade(customer)
        return customer

    def grade(self, customer):
        """Give the customer the best grade, whose complaints are handled first."""
        scheme = self.env["care.tier.scheme"].search([("is_main", "=", True)])
        scheme.is_main = False
        scheme = scheme.create({"code": "t_abc", "name": "ABC", "is_main": True})
        tier = self.env["care.tier"].create(
            {
                "scheme_id": scheme.id,
                "code": "t_a",
                "name": "A",
                "sequence": 1,
                "complaint_priority": 3,
            }
        )
        self.env["care.tier.grant"]._give(
            [
                {
                    "partner_id": customer.id,
                    "scheme_id": scheme.id,
                    "company_id": self.company.id,
                    "tier_id": tier.id,
                    "kind": "regular",
                    "source": "request",
                    "valid_from": date(2020, 1, 1),
                    "valid_to": date(2099, 12, 31),
                }
            ]
        )
