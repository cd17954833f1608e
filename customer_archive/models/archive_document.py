from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.customer_care.models.care_secrecy_mixin import BY_HAND


class ArchiveDocument(models.Model):
    """One paper in a file, original or copy, with its scans. Archive users write it
    while the file is open."""

    _name = "archive.document"
    _description = "Archive document"
    _inherit = ["care.secrecy.mixin"]
    _order = "file_id, sequence, id"
    _check_company_auto = True

    name = fields.Char(
        compute="_compute_name",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    sequence = fields.Integer(default=10)
    file_id = fields.Many2one(
        "archive.file", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="file_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="file_id.partner_id", store=True, index=True)
    type_id = fields.Many2one(related="file_id.type_id")
    item_id = fields.Many2one(
        "archive.type.item",
        string="Checklist item",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('type_id', '=', type_id)]",
    )
    form = fields.Selection(
        [("original", "Original"), ("copy", "Copy")], required=True, default="copy"
    )
    pages = fields.Integer(default=1)
    date = fields.Date("Document date")
    received_on = fields.Date(default=fields.Date.context_today)
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "archive_document_attachment_rel",
        "document_id",
        "attachment_id",
        string="Scans",
        copy=False,
    )
    note = fields.Text()

    _pages_positive = models.Constraint(
        "CHECK (pages > 0)", "A document has at least one page."
    )

    @api.depends("item_id")
    def _compute_name(self):
        for document in self:
            document.name = document.name or document.item_id.name

    @api.constrains("item_id", "file_id")
    def _check_item(self):
        for document in self.filtered("item_id"):
            if document.item_id.type_id != document.file_id.type_id:
                raise ValidationError(
                    self.env._(
                        "%(item)s is not on the checklist of %(file)s. Choose an item "
                        "of its type %(type)s.",
                        item=document.item_id.name,
                        file=document.file_id.display_name,
                        type=document.file_id.type_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        documents = super().create(vals_list)
        documents._check_file_open()
        documents._claim_attachments()
        documents.file_id._on_documents_changed()
        return documents

    def write(self, vals):
        if vals.keys() <= BY_HAND:
            return super().write(vals)  # classifying waits for nothing
        self._check_file_open()
        files = self.file_id
        result = super().write(vals)
        self._check_file_open()
        if "attachment_ids" in vals:
            self._claim_attachments()
        if {"file_id", "item_id", "form"} & set(vals):
            (files | self.file_id)._on_documents_changed()
        return result

    def unlink(self):
        files = self.file_id
        result = super().unlink()
        files._on_documents_changed()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        self._check_file_open()

    def _check_file_open(self):
        for document in self:
            if document.file_id.state == "closed":
                raise UserError(
                    self.env._(
                        "%(file)s is closed, so its documents stay as they are. Ask a "
                        "manager of the archive to reopen it.",
                        file=document.file_id.display_name,
                    )
                )

    def _claim_attachments(self):
        """Tie scans uploaded before the document was saved to it, so that everyone who
        may read the document may read them. Odoo refuses to link unreadable ones."""
        for document in self:
            fresh = document.attachment_ids.sudo().filtered(
                lambda scan: scan.res_model == self._name and not scan.res_id
            )
            fresh.write({"res_id": document.id})
