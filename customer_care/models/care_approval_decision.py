from odoo import api, fields, models
from odoo.exceptions import AccessError

DECISIONS = [
    ("approve", "Approved"),
    ("reject", "Rejected"),
    ("return", "Returned for rework"),
]


class CareApprovalDecision(models.Model):
    """What one person decided on one line of an approval, when and why.

    The approval engine writes it once, through the buttons; nobody edits or deletes it.
    """

    _name = "care.approval.decision"
    _description = "Decision on an approval"
    _inherit = ["care.engine.mixin", "care.secrecy.follow.mixin"]
    _order = "at desc, id desc"
    _rec_name = "decision"
    _secrecy_skip_links = ("attachment_id",)

    approval_id = fields.Many2one(
        "care.approval", required=True, index=True, ondelete="restrict"
    )
    line_id = fields.Many2one(
        "care.approval.line", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="approval_id.company_id", store=True)
    user_id = fields.Many2one(
        "res.users", "Decided by", required=True, index=True, ondelete="restrict"
    )
    on_behalf_of_id = fields.Many2one(
        "res.users",
        "Signed for",
        index="btree_not_null",
        ondelete="restrict",
        help="The person of the step, when somebody stood in.",
    )
    at = fields.Datetime("Decided at", required=True)
    decision = fields.Selection(DECISIONS, required=True)
    comment = fields.Text()
    attachment_id = fields.Many2one("ir.attachment", ondelete="restrict")
    file_digest = fields.Char(help="Checksum of the file as it was attached.")

    _one_per_person = models.UniqueIndex(
        "(approval_id, user_id)",
        "This person has decided in this approval before.",
    )

    _one_per_seat = models.UniqueIndex(
        "(approval_id, (COALESCE(on_behalf_of_id, user_id)))",
        "Somebody has decided for this person in this approval before.",
    )

    def write(self, vals):
        self._check_engine()
        self._refuse_change()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _refuse_change(self):
        """A decision is written once, by the engine too."""
        raise AccessError(
            self.env._("A decision stays as it was made. Ask for a new approval.")
        )
