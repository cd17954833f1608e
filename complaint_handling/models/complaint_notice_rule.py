from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .complaint_notice_mixin import STAGES


class ComplaintNoticeRule(models.Model):
    """Who is told of which cases at which stage, and how. Kept by a complaint manager
    or brought by a policy; the notices it caused are kept as evidence."""

    _name = "complaint.notice.rule"
    _description = "Notice Rule"
    _inherit = ["complaint.rule.mixin"]
    _order = "sequence, id"
    _pack_fields = (
        "name",
        "sequence",
        "stage",
        "automatic",
        "domain",
        "role_ids",
        "to_branch",
        "by_mail",
        "by_sms",
        "text",
    )

    stage = fields.Selection(STAGES, required=True, default="told", index=True)
    automatic = fields.Boolean(
        string="At once",
        help="Sent by itself as soon as the condition holds. Otherwise somebody sends "
        "it by the button of the case.",
    )
    domain = fields.Char(
        string="Cases concerned", default="[]", help="Empty: every case."
    )
    role_ids = fields.Many2many("care.role", string="Roles told")
    to_branch = fields.Boolean(string="Branch manager is told")
    by_mail = fields.Boolean(
        string="By message",
        default=True,
        help="Odoo's inbox or an e-mail, as the person has chosen.",
    )
    by_sms = fields.Boolean(
        string="By text message",
        help="Where text messages are installed and a number is known; an activity "
        "and the message go out in any case.",
    )
    text = fields.Text(
        translate=True,
        help="What is sent. {number}, {customer}, {plate}, {branch} and {subject} are "
        "filled in.",
    )

    @api.constrains("role_ids", "to_branch")
    def _check_somebody_is_told(self):
        for rule in self:
            if not rule.role_ids and not rule.to_branch:
                raise ValidationError(
                    self.env._(
                        "%(rule)s tells nobody. Name roles or the branch manager.",
                        rule=rule.display_name,
                    )
                )

    def _reads_of_one(self):
        return super()._reads_of_one() if self.automatic else set()
