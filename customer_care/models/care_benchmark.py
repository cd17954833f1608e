from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CareBenchmark(models.Model):
    """One figure of another firm for a period, with where it was learned. Whoever
    collects it writes it."""

    _name = "care.benchmark"
    _description = "Figure of another firm"
    _inherit = ["care.link.mixin", "care.secrecy.follow.mixin"]
    _order = "date_to desc, measure_id, id desc"
    _rec_name = "measure_id"

    measure_id = fields.Many2one(
        "care.benchmark.measure",
        "Measure compared",
        required=True,
        index=True,
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Firm",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('care_is_benchmark', '=', True)]",
    )
    date_from = fields.Date(
        "From",
        required=True,
        default=lambda self: fields.Date.context_today(self).replace(month=1, day=1),
    )
    date_to = fields.Date(
        "To",
        required=True,
        index=True,
        default=lambda self: fields.Date.context_today(self).replace(month=12, day=31),
    )
    value = fields.Float("Figure", required=True, aggregator="avg", digits=(16, 4))
    unit = fields.Char(related="measure_id.unit")
    source = fields.Char(
        required=True, help="Where the figure comes from, such as an annual report."
    )
    collected_on = fields.Date(
        required=True, default=lambda self: fields.Date.context_today(self)
    )
    user_id = fields.Many2one(
        "res.users",
        "Collected by",
        required=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )
    note = fields.Text()
    attachment_ids = fields.Many2many("ir.attachment", string="Evidence")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )

    _period_order = models.Constraint(
        "CHECK (date_from <= date_to)", "The period of a figure ends after it begins."
    )
    _figure_uniq = models.UniqueIndex(
        "(measure_id, partner_id, company_id, date_from, date_to) WHERE active",
        "This figure of the firm is there already. Change it, or archive it first.",
    )

    @api.constrains("partner_id")
    def _check_firm(self):
        for row in self.sudo():
            if not row.partner_id.care_is_benchmark:
                raise ValidationError(
                    self.env._(
                        "%(firm)s is no firm to compare with. Tick “Competitor or "
                        "benchmark” on its form.",
                        firm=row.with_env(self.env).partner_id.display_name,
                    )
                )
