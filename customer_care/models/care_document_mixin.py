from odoo import api, fields, models
from odoo.exceptions import UserError


class CareDocumentMixin(models.AbstractModel):
    """A row about a record of any model: it names the record for those who may read
    it and opens it."""

    _name = "care.document.mixin"
    _description = "Row about a record of any model"

    res_model = fields.Char("Record model")
    res_id = fields.Many2oneReference("Record id", model_field="res_model")
    document = fields.Char("Record", compute="_compute_document")
    document_kind = fields.Char("Kind of record", compute="_compute_document_kind")

    @api.depends("res_model")
    @api.depends_context("lang")
    def _compute_document_kind(self):
        kinds = self.env["ir.model"].sudo()
        for row in self:
            known = row.res_model and row.res_model in self.env
            row.document_kind = known and kinds._get(row.res_model).name

    @api.depends("res_model", "res_id")
    @api.depends_context("uid", "lang")
    def _compute_document(self):
        for model_name, rows in self.grouped("res_model").items():
            names = {}
            if model_name and model_name in self.env:
                records = self.env[model_name].with_context(active_test=False)
                records = records.browse(set(rows.mapped("res_id"))).exists()
                if records:
                    readable = records._filtered_access("read")
                    names = {record.id: record.display_name for record in readable}
            for row in rows:
                row.document = names.get(row.res_id, False)

    def _document_record(self):
        """Return the record, empty when it is gone; None without a known model."""
        self.ensure_one()
        if not self.res_model or self.res_model not in self.env:
            return None
        return self.env[self.res_model].browse(self.res_id or ()).exists()

    def action_open_document(self):
        """Open the record."""
        self.ensure_one()
        if not self._document_record():
            raise UserError(
                self.env._("The record of %(name)s is gone.", name=self.display_name)
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }
