from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

KINDS = [
    ("cash", "Cash"),
    ("discount", "Discount"),
    ("certificate", "Certificate"),
    ("referral", "Referral reward"),
]
BASES = [
    ("indicator", "A figure"),
    ("score", "A score"),
    ("tier", "A grade"),
    ("deal", "A closed deal"),
    ("referral", "A customer brought, with a closed deal"),
    ("manual", "By hand"),
]
PERIODS = [("month", "Month"), ("quarter", "Quarter"), ("year", "Year")]
_NEEDS = {"indicator": "indicator_id", "score": "scorecard_id", "tier": "tier_ids"}
_MONEY = ("indicator", "deal", "referral")  # what a percentage can be taken of


class CareIncentiveRule(models.Model):
    """Which customers earn what: cash, a discount, a certificate, a reward for bringing
    a customer (P04.17). Managers and policy packs write it; the job proposes by it."""

    _name = "care.incentive.rule"
    _description = "Incentive rule"
    _inherit = ["care.incentive.make", "care.pack.row.mixin"]
    _order = "sequence, id"
    _pack_fields = (
        "name",
        "sequence",
        "kind",
        "basis",
        "domain",
        "indicator_id",
        "scorecard_id",
        "better",
        "threshold",
        "tier_ids",
        "period",
        "amount",
        "percent",
        "cap_amount",
        "cap_count",
        "valid_months",
        "date_from",
        "date_to",
        "words",
    )
    _domain_fields = ("domain",)

    kind = fields.Selection(KINDS, required=True, default="cash")
    basis = fields.Selection(BASES, "Earned by", required=True, default="manual")
    domain = fields.Char(
        "Customers", default="[]", help="Who can earn it. Empty: all customers."
    )
    indicator_id = fields.Many2one(
        "care.indicator",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('subject_model', '=', 'res.partner')]",
        help="A figure of customers whose results are kept.",
    )
    scorecard_id = fields.Many2one(
        "care.scorecard",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('subject_model', '=', 'res.partner')]",
    )
    better = fields.Selection(
        [("higher", "At least"), ("lower", "At most")], required=True, default="higher"
    )
    threshold = fields.Float("Value")
    tier_ids = fields.Many2many(
        "care.tier", "care_incentive_rule_tier_rel", string="Grades"
    )
    period = fields.Selection(PERIODS, required=True, default="year")
    amount = fields.Float(
        digits=(16, 2), help="In the currency of the company that gives it."
    )
    percent = fields.Float(
        digits=(16, 2),
        help="The discount; for money, what part of the deal or the figure is paid on "
        "top of the amount.",
    )
    cap_amount = fields.Float(
        "At most a year",
        digits=(16, 2),
        help="Per customer and calendar year. 0: no limit.",
    )
    cap_count = fields.Integer("Times a year", help="Per customer. 0: no limit.")
    valid_months = fields.Integer(
        "Valid for months",
        help="How long a discount or certificate holds once granted. 0: for good.",
    )
    date_from = fields.Date(
        "In force from",
        help="What was earned before is not looked at. Empty: from when the rule was "
        "entered.",
    )
    date_to = fields.Date("In force until")
    words = fields.Text(
        "Words of the certificate",
        translate=True,
        help="Printed below the customer's name.",
    )
    incentive_ids = fields.One2many("care.incentive", "rule_id")
    incentive_count = fields.Integer("Incentives", compute="_compute_incentive_count")

    _numbers_positive = models.Constraint(
        "CHECK (amount >= 0 AND percent BETWEEN 0 AND 100 AND cap_amount >= 0 "
        "AND cap_count >= 0 AND valid_months >= 0)",
        "Amounts are not negative, and percentages lie between 0 and 100.",
    )
    _dates_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_from IS NULL OR date_from <= date_to)",
        "A rule ends on or after the day it begins. Correct the two days.",
    )

    def _domain_model(self):
        return self.env["res.partner"]

    def _domain_constrained_fields(self):
        return self._domain_fields

    def _compute_incentive_count(self):
        found = self.env["care.incentive"]._read_group(
            [("rule_id", "in", self.ids)], ["rule_id"], ["__count"]
        )
        counts = {rule.id: count for rule, count in found}
        for rule in self:
            rule.incentive_count = counts.get(rule.id, 0)

    @api.constrains("basis", "indicator_id", "scorecard_id", "tier_ids")
    def _check_basis(self):
        for rule in self:
            name = _NEEDS.get(rule.basis)
            if name and not rule[name]:
                words = rule.fields_get([name], ["string"])[name]["string"]
                raise ValidationError(
                    self.env._(
                        "%(rule)s does not say which one it goes by. Fill in: "
                        "%(field)s.",
                        rule=rule.name,
                        field=words,
                    )
                )
            measure = rule.sudo()
            for one in (measure.indicator_id, measure.scorecard_id):
                if one and one.subject_model != "res.partner":
                    raise ValidationError(
                        self.env._(
                            "%(rule)s: %(measure)s is not about customers. Choose one "
                            "that is.",
                            rule=rule.name,
                            measure=one.name,
                        )
                    )

    @api.constrains("kind", "basis", "amount", "percent")
    def _check_reward(self):
        for rule in self:
            refusal = rule._refusal()
            if refusal:
                raise ValidationError(refusal)

    def _refusal(self):
        """Return what is wrong with the reward, "" for nothing."""
        values = {"rule": self.name}
        if self.kind == "referral" and self.basis != "referral":
            return self.env._(
                "%(rule)s rewards a referral: it is earned by a customer brought.",
                **values,
            )
        if self.kind == "discount" and not self.percent:
            return self.env._(
                "%(rule)s gives a discount of nothing. Enter the percentage.", **values
            )
        if self.kind in ("cash", "referral") and not (self.amount or self.percent):
            return self.env._(
                "%(rule)s pays nothing. Enter an amount or a percentage.", **values
            )
        paid = self.kind in ("cash", "referral") and self.percent
        if paid and self.basis not in _MONEY:
            return self.env._(
                "%(rule)s has no sum to take a percentage of. Enter an amount.",
                **values,
            )
        return ""

    def action_propose(self):
        """Look at once who has earned it, in the user's company."""
        self.check_access("write")
        found = self._propose(self.env.company)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_incentive_action"
        )
        if not found:
            raise UserError(
                self.env._("Nobody has earned more by it than is proposed already.")
            )
        return action | {"domain": [("id", "in", found.ids)], "context": {}}

    def action_view_incentives(self):
        """Open what was proposed and given by it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_incentive_action"
        )
        return action | {
            "domain": [("rule_id", "=", self.id)],
            "context": {"default_rule_id": self.id},
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for rule in self.filtered("incentive_ids"):
            raise UserError(
                self.env._(
                    "%(rule)s was used and stays on record. Archive it instead.",
                    rule=rule.name,
                )
            )
