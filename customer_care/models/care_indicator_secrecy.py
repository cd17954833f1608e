from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError

from ..logic.clearance import INTERNAL, LEVELS

# what decides which records are counted
_DECIDING = (
    "model_name",
    "domain",
    "numerator_domain",
    "date_field",
    "subject_path",
    "subject_domain",
    "field_name",
    "aggregate",
    "period",
    "rolling_days",
    "rolling_months",
    "compare",
    "base_id",
    "company_id",
)


class CareIndicatorSecrecy(models.AbstractModel):
    """Up to which level an indicator counts. It is reckoned with all rights and read by
    many, so a figure of secret records is there only by the decision of somebody who
    may see them: whoever else changes what is counted takes the level down.
    """

    _name = "care.indicator.secrecy"
    _description = "Level up to which an indicator counts"

    counts_up_to = fields.Selection(
        [(str(level), name) for level, name in LEVELS],
        required=True,
        default=str(INTERNAL),
        help="Records of a higher level are not counted, unless the figure is that of "
        "a customer as secret as they are. Whoever may see the indicator sees its "
        "figures, so raise it only as far as a sum may be known to them. You may raise "
        "it up to your own level; who changes what is counted and may see less takes "
        "it down again.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        indicators = super().create(vals_list)
        for indicator in indicators.filtered("counts_up_to"):
            indicator._check_counts_up_to()
        return indicators

    def write(self, vals):
        names = [name for name in _DECIDING if name in vals]
        before = {row.id: row.counts_up_to for row in self}
        old = {row.id: [row[name] for name in names] for row in self}
        result = super().write(vals)
        level = self._my_level()
        if self.env.uid == SUPERUSER_ID and "counts_up_to" not in vals:
            level = INTERNAL  # a job that brings what somebody wrote decides nothing
        for indicator in self.filtered(lambda row: int(row.counts_up_to) > level):
            if indicator.counts_up_to != before[indicator.id]:
                indicator._check_counts_up_to()
            if [indicator[name] for name in names] != old[indicator.id]:
                super(CareIndicatorSecrecy, indicator).write(
                    {"counts_up_to": str(level)}
                )
        return result

    def copy_data(self, default=None):
        """A copy counts what its maker may see."""
        rows = super().copy_data(default)
        level = self._my_level()
        for row in rows:
            if int(row.get("counts_up_to") or 0) > level:
                row["counts_up_to"] = str(level)
        return rows

    @api.model
    def _my_level(self):
        return self.env["care.sight"]._mine().level

    def _check_counts_up_to(self):
        level = self._my_level()
        if int(self.counts_up_to) > level:
            raise UserError(
                self.env._(
                    "%(indicator)s may count records up to your own level at most: "
                    "%(level)s. Choose that or a lower one.",
                    indicator=self.display_name,
                    level=self.env["care.sight"]._level_names()[level],
                )
            )
