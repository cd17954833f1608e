from odoo import fields, models

from ..logic import quorum
from .care_approval_step import MODES


class CareApprovalLine(models.Model):
    """One step of a requested approval with the people who may decide it.

    The approval engine copies it from the rule's step at the request.
    """

    _name = "care.approval.line"
    _description = "Line of an approval"
    _inherit = ["care.engine.mixin", "care.secrecy.follow.mixin"]
    _order = "approval_id, sequence, id"

    approval_id = fields.Many2one(
        "care.approval", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="approval_id.company_id", store=True)
    step_id = fields.Many2one("care.approval.step", ondelete="set null")
    sequence = fields.Integer()
    name = fields.Char(required=True, translate=True)
    user_ids = fields.Many2many(
        "res.users", "care_approval_line_user_rel", string="May decide"
    )
    mode = fields.Selection(MODES, "How many", required=True)
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("pending", "To decide"),
            ("approved", "Approved"),
            ("rejected", "Rejected"),
            ("skipped", "Not needed"),
        ],
        required=True,
    )
    attachment_wanted = fields.Boolean("File wanted")
    decision_ids = fields.One2many(
        "care.approval.decision", "line_id", "Decisions", readonly=True
    )

    def _quorum(self):
        """Return the lines as the decision arithmetic reads them. Who has left keeps
        the seat until others are asked: it is not decided by being empty."""
        lines = []
        for line in self.with_context(active_test=False):
            given = line.decision_ids.filtered(lambda row: row.decision == "approve")
            lines.append(
                quorum.Line(
                    line.mode,
                    frozenset(line.user_ids.ids),
                    frozenset((row.on_behalf_of_id or row.user_id).id for row in given),
                    frozenset(given.user_id.ids),
                )
            )
        return lines
