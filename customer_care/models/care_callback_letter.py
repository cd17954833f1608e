from odoo import fields, models
from odoo.exceptions import UserError


class CareCallbackLetter(models.Model):
    """One open letter that answers one and the same issue for many customers, filed
    with all their callbacks. Its author writes it; sending freezes it."""

    _name = "care.callback.letter"
    _description = "Open letter"
    _inherit = [
        "care.requirement.mixin",
        "care.callback.sheet.mixin",
        "care.secrecy.follow.mixin",
    ]
    _order = "date desc, id desc"
    _secrecy_skip_links = ("attachment_id",)
    _sheet_made_by_hand = True
    _sheet_fields = frozenset(
        {"name", "issue", "body", "date", "callback_ids", "company_id"}
    )

    _secrecy_relations = ("callback_ids",)

    name = fields.Char("Title", required=True)
    issue = fields.Text(help="The issue that the customers raised.")
    body = fields.Html("Letter")
    date = fields.Date(required=True, default=fields.Date.context_today)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    state = fields.Selection(
        [("draft", "Draft"), ("sent", "Published")], required=True, default="draft"
    )
    sent_at = fields.Datetime("Published at")
    sent_by_id = fields.Many2one("res.users", "Published by")
    callback_ids = fields.Many2many(
        "care.callback", "care_callback_letter_rel", string="Callbacks answered"
    )
    filed_ids = fields.One2many("care.callback", "letter_id", "Filed with")
    callback_count = fields.Integer(compute="_compute_callback_count")
    attachment_id = fields.Many2one("ir.attachment", "Letter as PDF")

    def _compute_callback_count(self):
        for letter in self:
            letter.callback_count = len(letter.filed_ids or letter.callback_ids)

    def _check_sheet(self, names):
        self._check_draft()

    def _check_draft(self):
        for letter in self:
            if letter.state != "draft":
                raise UserError(
                    self.env._(
                        "%(letter)s is published and filed. Write a new letter.",
                        letter=letter.name,
                    )
                )

    def action_send(self):
        """Publish it: what it answers is answered, and it is filed with each."""
        self.ensure_one()
        self.check_access("write")
        self._check_draft()
        callbacks = self.callback_ids
        if not callbacks:
            raise UserError(
                self.env._(
                    "%(letter)s answers no callback yet. Choose the callbacks.",
                    letter=self.name,
                )
            )
        callbacks._check_supervisor()
        self._requirement_check("send")
        now = fields.Datetime.now()
        self._engine().write(
            {"state": "sent", "sent_at": now, "sent_by_id": self.env.uid}
        )
        callbacks._answer_by_letter(self)
        return True

    def action_file_pdf(self):
        """File the letter as PDF with the callbacks."""
        self.ensure_one()
        self.check_access("write")
        content, _kind = (
            self.env["ir.actions.report"]
            .sudo()
            ._render_qweb_pdf("customer_care.care_callback_letter_report", self.ids)
        )
        attachment = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": f"{self.name}.pdf",
                    "raw": content,
                    "mimetype": "application/pdf",
                    "res_model": self._name,
                    "res_id": self.id,
                }
            )
        )
        self._engine().write({"attachment_id": attachment.id})
        self.filed_ids._file_letter(attachment)
        return True

    def action_view_callbacks(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_callback_action"
        )
        ids = (self.filed_ids or self.callback_ids).ids
        return action | {"domain": [("id", "in", ids)], "context": {}}
