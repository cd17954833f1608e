from odoo import api, fields, models
from odoo.fields import Domain


class CareModelTitleMixin(models.AbstractModel):
    """A row that names a model by its technical name: people read, group and find it
    by what the model is called. Nothing is stored."""

    _name = "care.model.title.mixin"
    _description = "Row that names a model"

    # name of the field with the technical name
    _title_field = "res_model"

    model_title = fields.Selection(
        "_selection_model_title",
        "Kind of record",
        compute="_compute_model_title",
        search="_search_model_title",
    )

    @api.model
    def _selection_model_title(self):
        """Return the models that keep records, by what they are called."""
        kept = [
            name
            for name, model in self.env.items()
            if not model._abstract and not model._transient
        ]
        rows = self.env["ir.model"].sudo().search_fetch([("model", "in", kept)])
        return sorted(
            [(row.model, row.name) for row in rows], key=lambda pair: (pair[1], pair[0])
        )

    @api.depends(lambda self: (self._title_field,))
    def _compute_model_title(self):
        known = dict(self._selection_model_title())
        for row in self:
            name = row[self._title_field]
            row.model_title = name if name in known else False

    def _search_model_title(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain(self._title_field, operator, value)

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr == "model_title":
            field_expr = self._title_field
        return super()._field_to_sql(alias, field_expr, query)
