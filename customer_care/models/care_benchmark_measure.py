from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CareBenchmarkMeasure(models.Model):
    """A figure that is compared with other firms', and where our own comes from.
    Managers and packs write it."""

    _name = "care.benchmark.measure"
    _description = "Measure to compare"
    _inherit = ["care.pack.row.mixin"]
    _order = "sequence, id"
    _pack_fields = (
        "name",
        "sequence",
        "kind",
        "unit",
        "better",
        "indicator_id",
        "programme_id",
        "level",
        "description",
    )

    kind = fields.Selection(
        [("performance", "Performance"), ("satisfaction", "Satisfaction")],
        required=True,
        default="performance",
    )
    unit = fields.Char(translate=True)
    better = fields.Selection(
        [("higher", "Higher"), ("lower", "Lower")], required=True, default="higher"
    )
    indicator_id = fields.Many2one(
        "care.indicator",
        "Our figure by indicator",
        ondelete="restrict",
        index="btree_not_null",
        help="Its kept results of the whole company.",
    )
    programme_id = fields.Many2one(
        "care.satisfaction.programme",
        "Our figure by satisfaction",
        ondelete="restrict",
        index="btree_not_null",
    )
    level = fields.Selection(
        [("period", "Each period"), ("year", "Each year")],
        "Compared for",
        required=True,
        default="year",
    )
    description = fields.Text(translate=True)
    figure_ids = fields.One2many("care.benchmark", "measure_id", "Collected figures")
    figure_count = fields.Integer(compute="_compute_figure_count")

    @api.depends_context("uid")
    def _compute_figure_count(self):
        counts = dict(
            self.env["care.benchmark"]._read_group(
                [("measure_id", "in", self.ids)], ["measure_id"], ["__count"]
            )
        )
        for measure in self:
            measure.figure_count = counts.get(measure, 0)

    @api.constrains("indicator_id", "programme_id")
    def _check_own(self):
        for measure in self:
            if measure.indicator_id and measure.programme_id:
                raise ValidationError(
                    self.env._(
                        "%(measure)s has two sources of our own figure. Keep one.",
                        measure=measure.name,
                    )
                )

    def action_view_figures(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_benchmark_action"
        )
        context = {"default_measure_id": self.id}
        return action | {"domain": [("measure_id", "=", self.id)], "context": context}
