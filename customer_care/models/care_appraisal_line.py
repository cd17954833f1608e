from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class CareAppraisalLine(models.Model):
    """What is judged of one person, with its points; whoever rates writes it."""

    _name = "care.appraisal.line"
    _description = "Judgement in an appraisal"
    _inherit = ["care.link.mixin"]
    _order = "appraisal_id, sequence, id"

    appraisal_id = fields.Many2one(
        "care.appraisal", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="appraisal_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    name = fields.Char("What is judged", required=True)
    hint = fields.Char()
    weight = fields.Float(required=True)
    points = fields.Float(aggregator=None)
    is_rated = fields.Boolean("Rated")
    comment = fields.Char("Why")

    @api.constrains("points")
    def _check_points(self):
        for line in self:
            if not 0 <= line.points <= 100:
                raise ValidationError(
                    self.env._(
                        "“%(name)s”: give points between 0 and 100.", name=line.name
                    )
                )

    @api.onchange("points")
    def _onchange_points(self):
        if self.points:
            self.is_rated = True

    def write(self, vals):
        self.check_access("write")
        for line in self:
            if line.appraisal_id.state != "draft" and not self.env.su:
                raise UserError(
                    self.env._(
                        "%(appraisal)s is rated. Send it back to rate it anew.",
                        appraisal=line.appraisal_id.display_name,
                    )
                )
        if {"name", "weight", "appraisal_id"} & vals.keys() and not self.env.su:
            raise UserError(
                self.env._("What is judged, and its weight, come from the scheme.")
            )
        return super().write(vals)
