from odoo import fields, models


class CareProjectTerm(models.Model):
    """How cooperation projects are run: when the team meets, from which share of the
    budget on somebody is told, which papers acceptance wants. Managers and policy packs
    write it; a project takes it when it begins."""

    _name = "care.project.term"
    _description = "Terms of cooperation projects"
    _inherit = ["care.pack.row.mixin"]
    _order = "sequence, id"
    _pack_fields = (
        "name",
        "sequence",
        "is_default",
        "kickoff_days",
        "meeting_days",
        "cost_source",
        "warn_pct",
        "over_pct",
        "defect_days",
        "sign_with_defects",
        "paper_ids",
    )

    is_default = fields.Boolean("For new projects")
    kickoff_days = fields.Integer(
        "Days to the kickoff meeting",
        default=7,
        help="From the day the project is made. 0: none is wanted.",
    )
    meeting_days = fields.Integer(
        "Days between progress meetings",
        default=14,
        help="The next is planned when one was held. 0: none are wanted.",
    )
    cost_source = fields.Selection(
        [("lines", "Cost lines"), ("analytic", "Analytic account")],
        "Actual cost from",
        required=True,
        default="lines",
    )
    warn_pct = fields.Integer(
        "Warning from % of the budget", default=90, help="0: no warning."
    )
    over_pct = fields.Integer("Over budget from %", default=100)
    defect_days = fields.Integer(
        "Days to put a defect right", default=7, help="Proposed; each has its own day."
    )
    sign_with_defects = fields.Boolean(
        "Signed with defects open",
        help="The customer may sign the report while defects are being put right. "
        "The acceptance is closed when all are.",
    )
    paper_ids = fields.One2many(
        "care.project.term.paper", "term_id", "Papers for acceptance", copy=True
    )

    _default_uniq = models.UniqueIndex(
        "(company_id) NULLS NOT DISTINCT WHERE is_default AND active",
        "Other terms are for new projects already. Untick those first.",
    )
    _figures_positive = models.Constraint(
        "CHECK (kickoff_days >= 0 AND meeting_days >= 0 AND warn_pct >= 0"
        " AND over_pct >= 0 AND defect_days >= 0)",
        "Days and shares are not negative. Enter 0 for none.",
    )

    def _default_for(self, company):
        """Return the terms that a new project of the company takes."""
        found = self.sudo().search(
            [
                ("is_default", "=", True),
                ("company_id", "in", (False, company.id)),
            ],
            order="company_id NULLS LAST, sequence, id",
            limit=1,
        )
        return found.with_env(self.env)
