from odoo import api, fields, models

from .care_inspection_template_item import SEVERITIES

RESULTS = [("passed", "Passed"), ("failed", "Failed"), ("na", "Not applicable")]


class CareInspectionItem(models.Model):
    """What an inspection looked at and found; the inspectors write it."""

    _name = "care.inspection.item"
    _description = "Item of an inspection"
    _order = "inspection_id, sequence, id"

    inspection_id = fields.Many2one(
        "care.inspection", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="inspection_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    name = fields.Char("What to look at", required=True)
    hint = fields.Char()
    severity = fields.Selection(
        SEVERITIES, "Weight of a failure", required=True, default="minor"
    )
    result = fields.Selection(RESULTS, copy=False)
    note = fields.Text(copy=False)
    photo = fields.Image(max_width=1920, max_height=1920, copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        items.inspection_id._check_not_ended()
        return items

    def write(self, vals):
        self.inspection_id._check_not_ended()
        result = super().write(vals)
        self.inspection_id._check_not_ended()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ended(self):
        self.inspection_id._check_not_ended()

    def action_passed(self):
        self.write({"result": "passed"})

    def action_failed(self):
        self.write({"result": "failed"})

    def action_na(self):
        self.write({"result": "na"})
