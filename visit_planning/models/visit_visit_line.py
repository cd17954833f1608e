from odoo import api, fields, models
from odoo.exceptions import UserError

from .visit_checklist import PHASES


class VisitVisitLine(models.Model):
    """One point of a visit's own checklist, ticked by its visitors."""

    _name = "visit.visit.line"
    _description = "Visit checklist answer"
    _inherit = ["care.secrecy.follow.mixin"]
    _order = "visit_id, sequence, id"

    name = fields.Char("Point", required=True)
    visit_id = fields.Many2one(
        "visit.visit", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="visit_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="visit_id.partner_id", store=True, index=True)
    planned_at = fields.Datetime(related="visit_id.planned_at", store=True)
    sequence = fields.Integer(default=10)
    phase = fields.Selection(PHASES, required=True, default="before")
    is_done = fields.Boolean("Done")
    note = fields.Char()

    def write(self, vals):
        if {"name", "visit_id", "phase", "is_done", "note"} & set(vals):
            self._check_visit_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        self._check_visit_open()

    def _check_visit_open(self):
        for visit in self.visit_id:
            if visit.state == "done":
                raise UserError(
                    self.env._(
                        "%(visit)s is done, so its checklist stays as it is. Ask a "
                        "manager of visits to reopen it.",
                        visit=visit.display_name,
                    )
                )
