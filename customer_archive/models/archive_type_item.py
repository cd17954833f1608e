from odoo import fields, models


class ArchiveTypeItem(models.Model):
    """One paper that files of a type should hold (invoice copy, contract original).
    Managers write it."""

    _name = "archive.type.item"
    _description = "Archive checklist item"
    _order = "type_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    type_id = fields.Many2one(
        "archive.type", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="type_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_required = fields.Boolean("Required", default=True)
    is_original_required = fields.Boolean(
        "Original", help="A copy does not count as this item."
    )

    def _is_met_by(self, documents):
        """Tell whether one of `documents` is this item in the form asked for."""
        self.ensure_one()
        return any(
            document.item_id == self
            and (document.form == "original" or not self.is_original_required)
            for document in documents
        )
