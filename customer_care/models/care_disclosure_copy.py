from odoo import api, fields, models
from odoo.exceptions import UserError

from ..logic import watermark

_LIVE = ("made", "out")


class CareDisclosureCopy(models.Model):
    """One numbered copy that left, or is to leave, under a disclosure; written by the
    disclosure's buttons alone, so the register shows where each copy is."""

    _name = "care.disclosure.copy"
    _description = "Numbered copy"
    _inherit = ["care.secrecy.follow.mixin", "care.engine.mixin"]
    _order = "id desc"
    _rec_name = "number"

    number = fields.Char(required=True, readonly=True, index=True)
    sequence = fields.Integer("Copy", readonly=True)
    total = fields.Integer("Of", readonly=True)
    disclosure_id = fields.Many2one(
        "care.disclosure", required=True, readonly=True, index=True, ondelete="restrict"
    )
    item_id = fields.Many2one(
        "care.disclosure.item",
        "Of what",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", readonly=True, index="btree_not_null"
    )
    recipient = fields.Char(readonly=True)
    recipient_email = fields.Char("Address", readonly=True)
    form = fields.Selection(related="disclosure_id.form")
    date_to = fields.Date(related="disclosure_id.date_to", string="Back by")
    state = fields.Selection(
        [
            ("made", "Ready"),
            ("out", "Handed out"),
            ("recalled", "Recalled"),
            ("returned", "Returned"),
            ("destroyed", "Destroyed"),
            ("kept", "Kept under a legal duty"),
            ("lost", "Lost"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    attachment_id = fields.Many2one(
        "ir.attachment", "File", readonly=True, ondelete="restrict"
    )
    fingerprint = fields.Char(readonly=True)
    made_by_id = fields.Many2one("res.users", "Made by", readonly=True)
    made_at = fields.Datetime("Made on", readonly=True)
    out_at = fields.Datetime("Handed out on", readonly=True)
    out_by_id = fields.Many2one("res.users", "Handed out by", readonly=True)
    recalled_at = fields.Datetime("Called back on", readonly=True)
    ended_at = fields.Datetime("Back on", readonly=True)
    witness = fields.Char(readonly=True)
    note = fields.Char(readonly=True)
    mail_key = fields.Char(readonly=True)
    can_carry_out = fields.Boolean(related="disclosure_id.can_carry_out")
    can_download = fields.Boolean(compute="_compute_can_download")

    _number_uniq = models.UniqueIndex(
        "(item_id, sequence)", "This copy was made already. Reload the page."
    )

    # ---- making

    @api.model
    def _make(self, item, sequence, email):
        """Write the copy and its marked file; the item has checked that it may be."""
        disclosure = item.disclosure_id
        taken = self.sudo().search_count([("disclosure_id", "=", disclosure.id)])
        copy = self._engine().create(
            [
                {
                    "number": f"{disclosure.number}-{taken + 1:03d}",
                    "sequence": sequence,
                    "total": disclosure.copies_allowed,
                    "disclosure_id": disclosure.id,
                    "item_id": item.id,
                    "company_id": disclosure.company_id.id,
                    "partner_id": disclosure.partner_id.id,
                    "recipient": self._recipient_text(disclosure),
                    "recipient_email": email,
                    "state": "made",
                    "made_by_id": self.env.uid,
                    "made_at": fields.Datetime.now(),
                }
            ]
        )
        copy._keep_file(copy._marked())
        return copy._plain(self.env)

    @api.model
    def _recipient_text(self, disclosure):
        if disclosure.kind == "internal":
            return disclosure.recipient_user_id.sudo().name
        names = (disclosure.recipient_name, disclosure.recipient_organisation)
        return " ".join(filter(None, names))

    def _mark(self):
        """Return what stands on each page."""
        day = fields.Date.to_string(self.disclosure_id._today())
        company = self.company_id.sudo().name
        of = self.env._(
            "Copy %(number)s of %(total)s", number=self.sequence, total=self.total
        )
        lines = (self.number, f"{self.recipient} {day}", f"{of} - {company}")
        return watermark.Mark(lines, f"{self.number} {self.recipient} {day}")

    def _marked(self):
        """Return (file name, bytes) of the copy."""
        item, mark = self.item_id.sudo(), self._mark()
        data, mimetype = item._content()
        try:
            if item.attachment_id and not item.is_wrapped:
                data = watermark.marked(data, mimetype, mark)
            else:
                cover = watermark.stamp(self._sheet(item), mark)
                if item.attachment_id:
                    name = item.attachment_id.name
                    data = watermark.wrapped(data, name, cover)
                else:
                    data = cover
        except watermark.MarkError as error:
            raise UserError(self._mark_text(error.code, item)) from error
        return f"{self.number.replace('/', '-')}.pdf", data

    def _mark_text(self, code, item):
        values = {"item": item.name}
        if code == "locked":
            return self.env._(
                "“%(item)s” is locked by a password. Add the file without it.", **values
            )
        return self.env._(
            "“%(item)s” cannot be read as a PDF or image. Add a whole file.", **values
        )

    def _sheet(self, item):
        disclosure = item.disclosure_id
        rows = [
            (self.env._("Number"), self.number),
            (self.env._("Recipient"), self.recipient),
            (self.env._("Purpose"), disclosure.purpose),
            (self.env._("Until"), fields.Date.to_string(disclosure.date_to)),
        ]
        if item.attachment_id:
            rows.append((self.env._("File"), item.attachment_id.name))
        if item.data_text:
            rows.append(("", item.data_text))
        return watermark.text_pages(item.name, rows)

    def _keep_file(self, named):
        name, data = named
        file = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": name,
                    "raw": data,
                    "mimetype": "application/pdf",
                    "res_model": self._name,
                    "res_id": self.id,
                }
            )
        )
        self.write({"attachment_id": file.id})

    def _file(self):
        """Return (file name, bytes, mimetype) of the copy."""
        file = self.sudo().attachment_id
        return file.name, self.disclosure_id._file_content(file), "application/pdf"

    # ---- where it is

    def _check_hand(self):
        self.check_access("read")
        for record in self.disclosure_id:
            if not record._may_carry_out():
                record._check_running()

    def action_download(self):
        """Open the copy's file, for whoever carries the disclosure out and for the
        colleague it was handed to as a file."""
        self.ensure_one()
        self.check_access("read")
        if not self._is_for_download():
            self._check_hand()
        return {
            "type": "ir.actions.act_url",
            "url": f"/care/disclosure/copy/{self.id}",
            "target": "self",
        }

    def _is_for_download(self):
        """Tell whether the user may take the file now."""
        record = self.disclosure_id
        runs = record._runs_on(record._today()) and self.state in _LIVE
        return runs and (record._may_carry_out() or self._is_mine())

    def _is_mine(self):
        """Tell whether the copy was handed to the current user as a file. One on paper
        or for viewing stays what it is."""
        record = self.disclosure_id
        return (
            self.state == "out"
            and record.kind == "internal"
            and record.form in ("mail", "medium")
            and record.recipient_user_id == self.env.user
        )

    @api.depends_context("uid")
    @api.depends("state", "disclosure_id.state", "disclosure_id.date_to")
    def _compute_can_download(self):
        for copy in self:
            copy.can_download = copy._is_for_download()

    def _download(self):
        """Return what `_file` returns, and log that it was taken."""
        self.ensure_one()
        item = self.item_id.sudo()
        self.env["care.access.log"]._note(
            "copy", item._log_model(), [item._log_id()], detail={"copy": self.number}
        )
        return self._file()

    def action_hand_out(self):
        """Note that the copies were handed to the recipient."""
        for record in self.disclosure_id:
            record._check_running()
        self._hand_out()
        return True

    def _hand_out(self, mail_key=None):
        now = fields.Datetime.now()
        for copy in self.filtered(lambda c: c.state == "made"):
            vals = {"state": "out", "out_at": now, "out_by_id": self.env.uid}
            copy._engine().write(vals | ({"mail_key": mail_key} if mail_key else {}))
        self.disclosure_id._mark_disclosed()

    def action_recall(self):
        """Call the copies back before their time."""
        self._check_hand()
        self.filtered(lambda c: c.state in _LIVE)._recall(False)
        return True

    def _recall(self, note):
        now = fields.Datetime.now()
        for copy in self:
            gone = copy.state == "made"
            vals = {"state": "recalled", "recalled_at": now, "note": note}
            if gone:  # it never left: nothing has to come back
                vals = {"state": "destroyed", "ended_at": now, "note": note}
            copy._engine().write(vals)

    def action_back(self):
        """Ask whether the copies came back or were destroyed, and who saw it."""
        self._check_hand()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_disclosure_step_action"
        )
        disclosure = self.disclosure_id[:1]
        return action | {
            "context": {
                "default_disclosure_id": disclosure.id,
                "default_copy_ids": self.ids,
                "default_step": "copy",
            }
        }

    def _come_back(self, kind, witness, note):
        """Note the end of copies that are out."""
        now = fields.Datetime.now()
        ending = self.filtered(lambda c: c.state in (*_LIVE, "recalled"))
        ending._engine().write(
            {"state": kind, "ended_at": now, "witness": witness, "note": note}
        )

    def _end_by_hand(self, kind, witness, note):
        """Note the end of some copies; a lost one is reported as a leak."""
        self._come_back(kind, witness, note)
        if kind == "lost":
            for copy in self:
                self.env["care.leak.incident"]._report(
                    self.env._(
                        "The numbered copy %(number)s was lost.", number=copy.number
                    ),
                    fields.Datetime.now(),
                    self.env["ir.attachment"],
                )
        for record in self.disclosure_id:
            record._confirm_when_back(kind, witness, note)
