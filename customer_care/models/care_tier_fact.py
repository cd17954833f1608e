from odoo import fields, models


class CareTierFact(models.Model):
    """A fact that no figure shows and that a person states (mutual will, signed
    agreement). Managers and policy packs write it."""

    _name = "care.tier.fact"
    _description = "Fact to state"
    _inherit = ["care.pack.row.mixin"]
    _order = "sequence, id"
    _pack_fields = (
        "name",
        "sequence",
        "description",
        "valid_months",
        "evidence_wanted",
        "role_id",
    )

    description = fields.Text("What it means", translate=True)
    valid_months = fields.Integer(
        required=True, default=12, help="A statement holds for so long at most."
    )
    evidence_wanted = fields.Boolean(help="A statement needs a file, such as a scan.")
    role_id = fields.Many2one(
        "care.role",
        "Stated by",
        ondelete="restrict",
        help="Only holders of the role state it. Empty: every user.",
    )
    attestation_count = fields.Integer(compute="_compute_attestation_count")

    _months_positive = models.Constraint(
        "CHECK (valid_months > 0)", "A statement must hold for a month at least."
    )

    def _compute_attestation_count(self):
        counts = dict(
            self.env["care.tier.attestation"]._read_group(
                [("fact_id", "in", self.ids)], ["fact_id"], ["__count"]
            )
        )
        for fact in self:
            fact.attestation_count = counts.get(fact, 0)

    def action_view_attestations(self):
        """Open what was stated about this fact."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_tier_attestation_action"
        )
        return action | {
            "domain": [("fact_id", "=", self.id)],
            "context": {"default_fact_id": self.id},
        }
