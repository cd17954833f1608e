from odoo import api, fields, models
from odoo.exceptions import ValidationError

VERDICTS = [
    ("met", "Standard met"),
    ("missed", "Standard missed"),
    ("na", "Not applicable"),
]


class CareServicePlanLine(models.Model):
    """One measurable standard of a service plan: an indicator or a described figure,
    its target, and what the last review found."""

    _name = "care.service.plan.line"
    _description = "Standard of a service plan"
    _inherit = ["care.service.plan.part"]
    _step_fields = {"has_reading": False, "reading": 0.0, "verdict": False}

    name = fields.Char("Standard", required=True)
    indicator_id = fields.Many2one(
        "care.indicator",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('subject_model', '=', 'res.partner')]",
        help="Reviews take its figure of the customer.",
    )
    measure = fields.Char("How it is measured")
    better = fields.Selection(
        [("higher", "At least"), ("lower", "At most")],
        required=True,
        default="higher",
        compute="_compute_from_indicator",
        store=True,
        readonly=False,
        precompute=True,
    )
    target = fields.Float(required=True)
    unit = fields.Char(
        compute="_compute_from_indicator", store=True, readonly=False, precompute=True
    )
    has_reading = fields.Boolean(readonly=True, copy=False)
    reading = fields.Float("Last figure", readonly=True, copy=False)
    verdict = fields.Selection(VERDICTS, "Last result", readonly=True, copy=False)

    @api.depends("indicator_id")
    def _compute_from_indicator(self):
        for line in self:
            indicator = line.indicator_id
            line.better = indicator.better or line.better or "higher"
            line.unit = indicator.unit or line.unit

    @api.constrains("name", "indicator_id", "measure")
    def _check_measurable(self):
        for line in self:
            if not (line.indicator_id or (line.measure or "").strip()):
                raise ValidationError(
                    self.env._(
                        "“%(line)s” cannot be measured. Choose an indicator, or say "
                        "how it is measured.",
                        line=line.name,
                    )
                )
            subject = line.sudo().indicator_id.subject_model
            if subject and subject != "res.partner":
                raise ValidationError(
                    self.env._(
                        "“%(line)s”: %(indicator)s is not measured for customers. "
                        "Choose one that is.",
                        line=line.name,
                        indicator=line.indicator_id.name,
                    )
                )

    def _judge(self, found):
        """Return met or missed for a figure."""
        self.ensure_one()
        low = self.better == "lower"
        good = found <= self.target if low else found >= self.target
        return "met" if good else "missed"
