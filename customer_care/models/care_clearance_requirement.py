from odoo import api, fields, models

from .care_clearance import LEVELS

KINDS = [
    ("nda", "Confidentiality agreement"),
    ("background", "Background check"),
    ("training", "Training"),
]
# The lowest level that is secret: what is asked for it is asked of the vetted too.
SECRET = 2


class CareClearanceRequirement(models.Model):
    """What a clearance of a level and above needs: a signed agreement, a background
    check or a training, and how long each holds.

    Security officers write it, packs bring it. A changed row takes effect at once.
    """

    _name = "care.clearance.requirement"
    _description = "Requirement of a clearance"
    _inherit = ["care.pack.row.mixin"]
    _order = "level, sequence, id"
    _pack_fields = (
        "name",
        "sequence",
        "level",
        "kind",
        "validity_months",
        "survey_id",
    )

    level = fields.Integer(
        "From level",
        required=True,
        default=SECRET,
        help="2 secret, 3 top secret. Whoever is vetted for single records meets what "
        "is asked for level 2.",
    )
    level_choice = fields.Selection(
        LEVELS,
        "Asked for from",
        compute="_compute_level_choice",
        inverse="_inverse_level_choice",
        help="Whoever is vetted for single records meets what is asked for secrets.",
    )
    kind = fields.Selection(KINDS, required=True, default="nda")
    validity_months = fields.Integer(
        "Good for (months)", help="From the day of the proof. 0: without an end."
    )
    survey_id = fields.Many2one(
        "survey.survey",
        "Training",
        ondelete="restrict",
        domain="[('certification', '=', True)]",
        help="Passing this certification proves the training by itself.",
    )

    _level_known = models.Constraint(
        "CHECK (level BETWEEN 1 AND 3)", "A clearance has level 1, 2 or 3."
    )
    _months_positive = models.Constraint(
        "CHECK (validity_months >= 0)", "The months must not be negative."
    )

    @api.depends("level")
    def _compute_level_choice(self):
        for row in self:
            row.level_choice = str(row.level) if row.level in (1, 2, 3) else False

    def _inverse_level_choice(self):
        for row in self:
            row.level = int(row.level_choice or SECRET)

    @api.model
    def _needed(self, level, company):
        """Return the requirements of a clearance of `level`. A row of the company
        replaces the row for all companies of the same code."""
        rows = self.sudo().search(
            [
                ("level", "<=", max(level, SECRET)),
                ("company_id", "in", [False, company.id]),
            ]
        )
        everybody = self.sudo().with_context(active_test=False)
        own = everybody.search([("company_id", "=", company.id)])
        codes = set(own.mapped("code"))
        return rows.filtered(lambda row: row.company_id or row.code not in codes)

    # ---- a change takes effect at once

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._refresh_clearances()
        return rows

    def write(self, vals):
        result = super().write(vals)
        if not {
            "level",
            "kind",
            "validity_months",
            "active",
            "code",
            "company_id",
            "survey_id",
        }.isdisjoint(vals):
            self._refresh_clearances()
        return result

    def unlink(self):
        result = super().unlink()
        self._refresh_clearances()
        return result

    @api.model
    def _refresh_clearances(self):
        self.flush_model()
        clearances = self.env["care.clearance"].sudo()
        clearances.search([("state", "=", "active")])._refresh()
