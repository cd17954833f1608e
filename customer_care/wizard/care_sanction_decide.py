from odoo import api, fields, models

from ..models.care_sanction_decision import DECISIONS


class CareSanctionDecide(models.TransientModel):
    """What somebody says with a decision on sanctions, and what the rule lets him set.

    The deciding person fills it in; it hands the decision over.
    """

    _name = "care.sanction.decide"
    _description = "Decision on sanctions"
    _inherit = ["care.link.mixin"]

    sanction_ids = fields.Many2many("care.sanction", required=True, readonly=True)
    decision = fields.Selection(DECISIONS, required=True, readonly=True)
    reason = fields.Text()
    is_single = fields.Boolean(compute="_compute_sets")
    asks_user = fields.Boolean(compute="_compute_sets")
    asks_amount = fields.Boolean(compute="_compute_sets")
    asks_points = fields.Boolean(compute="_compute_sets")
    asks_pay = fields.Boolean(compute="_compute_sets")
    limits = fields.Char("Within", compute="_compute_sets")
    user_id = fields.Many2one(
        "res.users", "Person concerned", domain="[('share', '=', False)]"
    )
    currency_id = fields.Many2one(related="sanction_ids.currency_id", string="Currency")
    amount = fields.Monetary(
        compute="_compute_amounts",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    points = fields.Float(
        compute="_compute_amounts",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    pay_pct = fields.Float(
        "Performance pay (%)",
        compute="_compute_amounts",
        compute_sudo=False,
        store=True,
        readonly=False,
    )

    @api.depends("sanction_ids", "decision")
    def _compute_amounts(self):
        for wizard in self:
            one = wizard.sanction_ids[:1]
            wizard.amount, wizard.points = one.amount, one.points
            confirming = wizard.decision == "confirm"
            wizard.pay_pct = one.pay_min_pct if confirming else one.pay_pct

    @api.depends("sanction_ids", "decision")
    def _compute_sets(self):
        for wizard in self:
            one = wizard.sanction_ids[:1]
            wizard.is_single = len(wizard.sanction_ids) == 1
            confirming = wizard.decision == "confirm" and wizard.is_single
            reducing = wizard.decision == "reduce" and wizard.is_single
            wizard.asks_user = confirming and not one.user_id
            wizard.asks_amount = bool(
                (confirming and one.amount_max) or (reducing and one.amount)
            )
            wizard.asks_points = bool(reducing and one.points)
            wizard.asks_pay = bool(
                (confirming and one.pay_max_pct) or (reducing and one.pay_pct)
            )
            limits = []
            if confirming and one.amount_max:
                limits.append(f"{one.amount_min:.2f} - {one.amount_max:.2f}")
            if confirming and one.pay_max_pct:
                limits.append(f"{one.pay_min_pct:g} - {one.pay_max_pct:g} %")
            wizard.limits = ", ".join(limits)

    def action_confirm(self):
        """Decide as the current user."""
        self.ensure_one()
        given = {}
        if self.asks_user:
            given["person"] = self.user_id
        if self.asks_amount:
            given["amount"] = self.amount
        if self.asks_points:
            given["points"] = self.points
        if self.asks_pay:
            given["pay_pct"] = self.pay_pct
        for sanction in self.sanction_ids:
            sanction._decide(self.decision, self.reason, **given)
        return {"type": "ir.actions.act_window_close"}
