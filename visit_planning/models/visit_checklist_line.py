from odoo import fields, models

from .visit_checklist import PHASES


class VisitChecklistLine(models.Model):
    """One point of a checklist template. Managers write it."""

    _name = "visit.checklist.line"
    _description = "Visit checklist point"
    _order = "checklist_id, sequence, id"

    name = fields.Char("Point", required=True, translate=True)
    checklist_id = fields.Many2one(
        "visit.checklist", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="checklist_id.company_id", store=True, index=True
    )
    sequence = fields.Integer(default=10)
    phase = fields.Selection(PHASES, required=True, default="before")

    def _prepare_visit_line_vals(self):
        self.ensure_one()
        return {"name": self.name, "sequence": self.sequence, "phase": self.phase}
