from odoo import api, fields, models


class CareSanctionManual(models.TransientModel):
    """A violation or merit that somebody enters by hand; the rule says what it costs.

    Managers and heads of departments fill it in; another person confirms it.
    """

    _name = "care.sanction.manual"
    _description = "Sanction entered by hand"
    _inherit = ["care.link.mixin"]

    rule_id = fields.Many2one(
        "care.sanction.rule", required=True, domain="[('trigger', '=', 'manual')]"
    )
    basis = fields.Selection(related="rule_id.basis")
    user_id = fields.Many2one(
        "res.users", "Person concerned", required=True, domain="[('share', '=', False)]"
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    happened_on = fields.Date(
        required=True, default=lambda self: fields.Date.context_today(self)
    )
    item_count = fields.Integer("Items", default=1)
    loss = fields.Monetary()
    note = fields.Text("What happened", required=True)
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    document = fields.Char("Record", compute="_compute_document")

    @api.depends("res_model", "res_id")
    def _compute_document(self):
        for wizard in self:
            record = wizard._record()
            wizard.document = record.display_name if record else False

    def _record(self):
        """Return the record it was entered from, for those who may read it."""
        if not self.res_model or self.res_model not in self.env or not self.res_id:
            return None
        record = self.env[self.res_model].browse(self.res_id).exists()
        record.check_access("read")
        return record

    def action_propose(self):
        """Propose it and show what the rule makes of it."""
        self.ensure_one()
        sanction = self.env["care.sanction"]._propose_by_hand(
            self.rule_id,
            self.user_id,
            self.happened_on,
            self.note,
            company=self.company_id,
            record=self._record(),
            count=self.item_count,
            loss=self.loss,
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "care.sanction",
            "res_id": sanction.id,
            "views": [(False, "form")],
        }
