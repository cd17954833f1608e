from odoo import fields, models


class CareBenchmarkMixin(models.AbstractModel):
    """A firm that the company compares itself with: a competitor, or the best."""

    _name = "care.benchmark.mixin"
    _description = "Firm to compare with"

    care_is_benchmark = fields.Boolean(
        "Competitor or benchmark",
        help="Its figures are collected and compared with the company's own.",
        groups="customer_care.customer_care_group_user",
    )
