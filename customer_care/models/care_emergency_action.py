from odoo import api, fields, models


class CareEmergencyAction(models.Model):
    """One measure in an emergency, taken from its plan or added by whoever commands."""

    _name = "care.emergency.action"
    _description = "Measure in an emergency"
    _inherit = ["care.step.mixin", "care.obligation.mixin", "care.secrecy.follow.mixin"]
    _order = "activation_id, sequence, id"
    _step_fields = {"done_at": False, "done_by_id": False}

    activation_id = fields.Many2one(
        "care.emergency.activation", "Emergency", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="activation_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    name = fields.Char("What is done", required=True)
    hint = fields.Text("How")
    user_id = fields.Many2one(
        "res.users", "By", ondelete="restrict", domain="[('share', '=', False)]"
    )
    due_at = fields.Datetime("Until")
    note = fields.Text("Outcome")
    done_at = fields.Datetime("Done on", readonly=True, copy=False)
    done_by_id = fields.Many2one(
        "res.users", "Done by", readonly=True, copy=False, ondelete="restrict"
    )

    _activation_idx = models.Index("(activation_id)")

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows.activation_id._check_not_ended()
        return rows

    def write(self, vals):
        self.check_access("write")
        self.activation_id._check_not_ended()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_while_open(self):
        self.activation_id._check_not_ended()

    def action_done(self):
        """It is done."""
        for row in self.filtered(lambda row: not row.done_at):
            row.check_access("write")
            row.activation_id._check_not_ended()
            row._step_write(
                {"done_at": fields.Datetime.now(), "done_by_id": self.env.uid}
            )
        return True
