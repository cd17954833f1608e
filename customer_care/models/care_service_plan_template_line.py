from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CareServicePlanTemplateLine(models.Model):
    """One measurable standard of a template. Managers and packs write it."""

    _name = "care.service.plan.template.line"
    _description = "Standard of a template"
    _order = "template_id, sequence, id"
    _pack_fields = (
        "sequence",
        "name",
        "indicator_id",
        "measure",
        "better",
        "target",
        "unit",
    )

    template_id = fields.Many2one(
        "care.service.plan.template", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="template_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    name = fields.Char("Standard", required=True, translate=True)
    indicator_id = fields.Many2one(
        "care.indicator",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('subject_model', '=', 'res.partner')]",
    )
    measure = fields.Char("How it is measured", translate=True)
    better = fields.Selection(
        [("higher", "At least"), ("lower", "At most")], required=True, default="higher"
    )
    target = fields.Float()
    unit = fields.Char(translate=True)

    @api.constrains("name", "indicator_id", "measure")
    def _check_measurable(self):
        for line in self.filtered(lambda line: not (line.indicator_id or line.measure)):
            raise ValidationError(
                self.env._(
                    "“%(line)s” cannot be measured. Choose an indicator, or say how it "
                    "is measured.",
                    line=line.name,
                )
            )
