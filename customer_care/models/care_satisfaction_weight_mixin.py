from odoo import api, models

_PARENT = object()  # RPC carries JSON, and JSON has no identity


class CareSatisfactionWeightMixin(models.AbstractModel):
    """A row whose weights make up 100 within its programme.

    Written with its programme the sum is looked at once all rows are there, by itself
    at once.
    """

    _name = "care.satisfaction.weight.mixin"
    _description = "Weight within a programme"
    _inherit = ["care.link.mixin"]

    @api.model
    def _with_parent(self, records):
        """Return `records` such that its rows leave the sum to them."""
        return records.with_context(care_weights=_PARENT)

    def _sums_here(self):
        return self.env.context.get("care_weights") is not _PARENT

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        if self._sums_here():
            rows.programme_id._check_weights()
        return rows

    def write(self, vals):
        before = self.programme_id
        result = super().write(vals)
        if self._sums_here() and not {"weight", "programme_id"}.isdisjoint(vals):
            (before | self.programme_id)._check_weights()
        return result

    def unlink(self):
        programmes = self.programme_id
        result = super().unlink()
        if self._sums_here():
            programmes.exists()._check_weights()
        return result
