from odoo import api, fields, models


class CarePolicyClause(models.Model):
    """One clause of one version of a policy; rules, deadlines, duties, approvals and
    requirements hang on it. Managers write it, or load it from a pack."""

    _name = "care.policy.clause"
    _description = "Policy clause"
    _order = "policy_id, sequence, code, id"
    _rec_names_search = ["code", "name"]

    policy_id = fields.Many2one(
        "care.policy", string="Policy", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="policy_id.company_id", store=True, index=True, precompute=True
    )
    policy_state = fields.Selection(related="policy_id.state", string="Policy state")
    code = fields.Char(required=True, index=True)
    name = fields.Char(required=True, translate=True)
    text = fields.Text(translate=True, help="The rule as the policy words it.")
    kind = fields.Selection(
        [
            ("record", "Record"),
            ("deadline", "Deadline"),
            ("duty", "Duty"),
            ("approval", "Approval"),
            ("right", "Right"),
            ("rate", "Rate"),
            ("score", "Score"),
            ("sanction", "Sanction"),
            ("guide", "Guide"),
        ],
        required=True,
        default="record",
        index=True,
    )
    sequence = fields.Integer(default=10)

    _code_uniq = models.UniqueIndex(
        "(policy_id, code)", "The policy has a clause with this code already."
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for clause in self:
            clause.display_name = f"{clause.code or ''} {clause.name or ''}".strip()
