from odoo import fields, models


class CareProjectMember(models.Model):
    """Who works on a cooperation project, in which role and with which duties. The
    leader is the project's manager. The team writes it."""

    _name = "care.project.member"
    _description = "Member of a project team"
    _inherit = [
        "care.host.row.mixin",
        "care.link.mixin",
        "care.secrecy.follow.mixin",
    ]
    _order = "project_id, sequence, id"
    _rec_name = "user_id"

    project_id = fields.Many2one(
        "project.project", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        related="project_id.partner_id", store=True, index=True
    )
    company_id = fields.Many2one(related="project_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    user_id = fields.Many2one(
        "res.users",
        "Member",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('share', '=', False)]",
    )
    role_id = fields.Many2one("care.team.role", ondelete="restrict")
    duties = fields.Text("Responsibilities")
    active = fields.Boolean(default=True)

    _once = models.UniqueIndex(
        "(project_id, user_id) WHERE active", "This person is in the team already."
    )
