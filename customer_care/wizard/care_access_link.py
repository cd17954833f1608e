from odoo import fields, models
from odoo.exceptions import UserError


class CareAccessLink(models.TransientModel):
    """Who decides an access request says which record is meant."""

    _name = "care.access.link"
    _description = "Record of an access request"
    _inherit = ["care.link.mixin"]

    request_id = fields.Many2one("care.access.request", required=True, readonly=True)
    what = fields.Char(related="request_id.what")
    record_ref = fields.Reference("_selection_record_ref", "Record", required=True)

    def _selection_record_ref(self):
        models_ = self.env["care.access.request"]._link_models()
        known = self.env["ir.model"].sudo()
        return [(name, known._get(name).name) for name in models_]

    def action_confirm(self):
        """Link the record."""
        self.ensure_one()
        if not self.record_ref:
            raise UserError(self.env._("Choose the record that is meant."))
        self.request_id._link(self.record_ref.sudo(False))
        return {"type": "ir.actions.act_window_close"}
