import hashlib

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from ..logic import watermark


class CareDisclosureItem(models.Model):
    """One thing a disclosure lets out: a file, a record, or data put into words.
    Whoever applies writes it; once asked for it stays as it was decided on."""

    _name = "care.disclosure.item"
    _description = "Item of a disclosure"
    _inherit = [
        "care.secrecy.follow.mixin",
        "care.step.mixin",
        "care.document.mixin",
    ]
    _order = "disclosure_id, sequence, id"

    _step_fields = {"fingerprint": False}

    disclosure_id = fields.Many2one(
        "care.disclosure", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="disclosure_id.company_id", store=True)
    partner_id = fields.Many2one(
        related="disclosure_id.partner_id", store=True, index="btree_not_null"
    )
    state = fields.Selection(related="disclosure_id.state")
    sequence = fields.Integer(default=10)
    name = fields.Char("What", required=True)
    attachment_id = fields.Many2one(
        "ir.attachment", "File", index="btree_not_null", ondelete="restrict"
    )
    upload = fields.Binary("New file", attachment=False, store=False)
    upload_name = fields.Char(store=False)
    data_text = fields.Text(
        "Data", help="Data that are no file; they are printed on a numbered sheet."
    )
    is_wrapped = fields.Boolean(
        "Under a numbered cover",
        help="For files that can carry no mark on their pages, such as spreadsheets: "
        "the file goes along unmarked behind a numbered cover sheet.",
    )
    fingerprint = fields.Char(readonly=True, copy=False)
    copy_ids = fields.One2many("care.disclosure.copy", "item_id", "Copies")

    # ---- what cannot be

    @api.constrains("attachment_id", "data_text", "is_wrapped")
    def _check_content(self):
        for item in self:
            if not item.attachment_id and not item.data_text:
                raise ValidationError(
                    self.env._(
                        "“%(item)s” holds nothing. Add its file, or put the data into "
                        "words.",
                        item=item.name,
                    )
                )
            kind = item.attachment_id.sudo().mimetype or ""
            if item.attachment_id and not (
                item.is_wrapped or watermark.is_markable(kind)
            ):
                raise ValidationError(
                    self.env._(
                        "“%(item)s” can carry no mark on its pages. Make a PDF of it, "
                        "or tick “Under a numbered cover”.",
                        item=item.name,
                    )
                )

    def _check_owner(self):
        """The customer's word covers what is the customer's, nothing else."""
        for item in self.sudo():
            own = item.disclosure_id.partner_id.commercial_partner_id
            for owner in item._owners():
                if owner.commercial_partner_id != own:
                    raise ValidationError(
                        self.env._(
                            "“%(item)s” belongs to another customer than %(record)s. "
                            "Write a disclosure of its own for it.",
                            item=item.name,
                            record=item.disclosure_id.display_name,
                        )
                    )

    def _owners(self):
        """Return the customers that the item's record and file belong to."""
        owners = self.env["res.partner"].sudo()
        file = self.attachment_id
        for model, res_id in (
            (self.res_model, self.res_id),
            (file.res_model, file.res_id),
        ):
            owners |= self.disclosure_id._owner_of(model, res_id)
        return owners

    # ---- saving

    @api.model_create_multi
    def create(self, vals_list):
        uploads = [
            (vals.pop("upload", None), vals.pop("upload_name", None))
            for vals in vals_list
        ]
        for vals, (data, name) in zip(vals_list, uploads, strict=True):
            if data:
                vals["attachment_id"] = self._keep_upload(data, name, vals)
        items = super().create(vals_list)
        items._check_links()
        return items

    def _keep_upload(self, data, name, vals):
        return (
            self.env["ir.attachment"]
            .create(
                {
                    "name": name or vals.get("name"),
                    "datas": data,
                    "res_model": "care.disclosure",
                    "res_id": vals.get("disclosure_id") or self.disclosure_id.id,
                }
            )
            .id
        )

    def write(self, vals):
        if self._is_step():
            return super().write(vals)
        self._check_draft()
        vals = {name: value for name, value in vals.items() if name != "upload_name"}
        data = vals.pop("upload", None)
        if data:
            self.ensure_one()
            vals["attachment_id"] = self._keep_upload(data, None, vals)
        result = super().write(vals)
        self._check_links()
        return result

    def _check_links(self):
        """Items lead to what their author may read, and belong to the customer."""
        self._check_draft()
        self.disclosure_id.check_access("write")
        self.attachment_id.check_access("read")
        for item in self.filtered("res_model"):
            record = item._document_record()
            if not record:
                raise UserError(
                    self.env._("The record of “%(item)s” is gone.", item=item.name)
                )
            record.check_access("read")
        self._check_owner()
        self._raise_disclosure()

    def _raise_disclosure(self):
        """A disclosure is as secret as anything it lets out."""
        for item in self.sudo():
            file, record = item.attachment_id, item.disclosure_id
            level = self.env.execute_query(
                SQL(
                    "SELECT GREATEST(care_secrecy_of(%s, %s), care_secrecy_of(%s, %s))",
                    *(item.res_model or None, item.res_id or None),
                    *(file.res_model or None, file.res_id or None),
                )
            )[0][0]
            if level > record.secrecy_level:
                record.write({"secrecy_own": level})

    def _check_draft(self):
        for item in self.filtered(lambda i: i.disclosure_id.state != "draft"):
            raise UserError(
                self.env._(
                    "%(record)s was handed in. Withdraw it before changing its items.",
                    record=item.disclosure_id.display_name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        self._check_draft()

    # ---- content

    def _content(self):
        """Return (bytes, mimetype) of what is let out."""
        self.ensure_one()
        file = self.attachment_id.sudo()
        if file:
            return self.disclosure_id._file_content(file), file.mimetype
        return self.data_text.encode(), "text/plain"

    def _digest(self):
        return hashlib.sha256(self._content()[0]).hexdigest()

    def _seal(self):
        """Note what the items hold, so that nothing else goes out under their name."""
        for item in self:
            item._step_write({"fingerprint": item._digest()})

    def _log_model(self):
        return self.res_model or self.attachment_id.sudo().res_model or self._name

    def _log_id(self):
        file = self.attachment_id.sudo()
        return self.res_id or (file.res_model and file.res_id) or self.id

    # ---- copies

    def _copies_of(self, email):
        return self.copy_ids.filtered(
            lambda c: c.recipient_email == email and c.state in ("made", "out")
        )

    def _has_copy_for(self, email):
        """Tell whether a copy for an address is there or may still be made."""
        allowed = self.disclosure_id.copies_allowed
        return bool(self._copies_of(email)) or len(self.copy_ids) < allowed

    def _copy_for(self, email):
        """Return the copy meant for an address, made now when there is none."""
        return self._copies_of(email)[:1] or self._make_copy(email)

    def _make_copy(self, email=None):
        """Make the next numbered copy of the item."""
        self.ensure_one()
        record = self.disclosure_id
        record._check_running()
        record.sudo().lock_for_update()
        number = (
            self.env["care.disclosure.copy"]
            .sudo()
            .search_count([("item_id", "=", self.id)])
        )
        if number >= record.copies_allowed:
            raise UserError(
                self.env._(
                    "All %(count)s copies of “%(item)s” are handed out. Ask for "
                    "another disclosure.",
                    count=record.copies_allowed,
                    item=self.name,
                )
            )
        if self.fingerprint != self.sudo()._digest():
            raise AccessError(
                self.env._(
                    "“%(item)s” is no longer what was approved. Ask for another "
                    "disclosure.",
                    item=self.name,
                )
            )
        copies = self.env["care.disclosure.copy"]
        return copies._make(self, number + 1, email)
