from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ComplaintCrisisMember(models.Model):
    """One member of a crisis group and the role he was called for; written by the
    call and by the group."""

    _name = "complaint.crisis.member"
    _description = "Member of a Crisis Group"
    _inherit = ["care.secrecy.follow.mixin"]
    _order = "crisis_id, id"
    _rec_name = "user_id"

    crisis_id = fields.Many2one(
        "complaint.crisis", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="crisis_id.company_id", store=True, index=True)
    user_id = fields.Many2one(
        "res.users", required=True, index=True, domain="[('share', '=', False)]"
    )
    role_id = fields.Many2one("care.role", string="Called as", ondelete="restrict")
    attended = fields.Boolean()

    _once = models.UniqueIndex(
        "(crisis_id, user_id)", "This person is in the group already."
    )

    @api.constrains("user_id", "crisis_id")
    def _check_not_accused(self):
        for member in self:
            case = member.crisis_id.sudo().case_id
            if member.user_id in case.accused_ids:
                raise ValidationError(
                    self.env._(
                        "%(user)s is complained about in %(case)s and takes no part. "
                        "Call somebody else.",
                        user=member.user_id.name,
                        case=case.display_name,
                    )
                )
