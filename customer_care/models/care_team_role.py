from odoo import api, fields, models


class CareTeamRole(models.Model):
    """A post in the team of a customer, with its duties (account manager, technical
    support). Managers and policy packs write it.

    Each goes with a role of its own, by which deadlines, approvals and calls find the
    member of the customer's team.
    """

    _name = "care.team.role"
    _description = "Role in a customer's team"
    _inherit = ["care.pack.row.mixin"]
    _order = "sequence, id"
    _pack_fields = ("name", "sequence", "role_id", "is_lead", "duties")

    duties = fields.Text(
        "Responsibilities",
        translate=True,
        help="What the member does for the customer, line by line.",
    )
    role_id = fields.Many2one(
        "care.role",
        "Role in rules",
        required=True,
        index=True,
        ondelete="restrict",
        help="Rules that name this role find the member of the customer's team. "
        "Left empty, one is made.",
    )
    is_lead = fields.Boolean(
        "Held by the person in charge",
        help="The customer's person in charge holds it without being entered.",
    )
    member_count = fields.Integer("Members", compute="_compute_member_count")

    _lead_uniq = models.UniqueIndex(
        "(company_id) NULLS NOT DISTINCT WHERE is_lead AND active",
        "Another role is held by the person in charge already. Untick that one first.",
    )

    def _compute_member_count(self):
        counts = dict(
            self.env["care.team.member"]._read_group(
                [("role_id", "in", self.ids), ("is_current", "=", True)],
                ["role_id"],
                ["__count"],
            )
        )
        for role in self:
            role.member_count = counts.get(role, 0)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not vals.get("role_id") and vals.get("code"):
                vals["role_id"] = self._twin(vals).id
        return super().create(vals_list)

    @api.model
    def _twin(self, vals):
        """Return the role of the same code, made where there is none."""
        roles = self.env["care.role"].with_context(active_test=False)
        company_id = vals.get("company_id", self.env.company.id)
        domain = [
            ("code", "=", vals["code"]),
            ("company_id", "in", [False, company_id]),
        ]
        return roles.search(domain, order="company_id", limit=1) or roles.create(
            {
                "code": vals["code"],
                "name": vals.get("name"),
                "company_id": company_id,
                "description": vals.get("duties"),
            }
        )

    def action_view_members(self):
        """Open who holds it for whom."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_team_member_action"
        )
        return action | {
            "domain": [("role_id", "=", self.id)],
            "context": {"search_default_current": 1, "default_role_id": self.id},
        }
