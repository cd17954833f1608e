from odoo import api, fields, models
from odoo.exceptions import UserError

from ..logic.clearance import INTERNAL, LEVELS


class CareSatisfactionSecrecy(models.AbstractModel):
    """Up to which level the figures of a company count the scores of its projects. The
    score of one project is as secret as the project itself."""

    _name = "care.satisfaction.secrecy"
    _description = "Level up to which satisfaction counts"

    counts_up_to = fields.Selection(
        [(str(level), name) for level, name in LEVELS],
        required=True,
        default=str(INTERNAL),
        copy=False,
        help="The figure of a company counts no score of a higher level, for many read "
        "it. You may raise this up to your own level.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._check_counts_up_to()
        return rows

    def write(self, vals):
        result = super().write(vals)
        if "counts_up_to" in vals:
            self._check_counts_up_to()
        return result

    def _check_counts_up_to(self):
        sight = self.env["care.sight"]
        level = max(sight._mine().level, INTERNAL)
        for row in self.filtered(lambda row: int(row.counts_up_to) > level):
            raise UserError(
                self.env._(
                    "%(programme)s may count scores up to your own level at most: "
                    "%(level)s. Choose that or a lower one.",
                    programme=row.name,
                    level=sight._level_names()[level],
                )
            )
