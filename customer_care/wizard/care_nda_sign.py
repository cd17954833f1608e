import base64
import binascii

from odoo import api, fields, models
from odoo.exceptions import UserError

_LARGEST = 1 << 20
# what the widget and a scanned signature are
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


class CareNdaSign(models.TransientModel):
    """An employee reads the agreement in force and signs it for himself."""

    _name = "care.nda.sign"
    _description = "Signing of the confidentiality agreement"

    nda_id = fields.Many2one("care.nda", compute="_compute_nda_id", string="Agreement")
    body = fields.Html("Text", compute="_compute_nda_id", sanitize=False)
    signed_before = fields.Char(compute="_compute_nda_id")
    has_training = fields.Boolean(compute="_compute_nda_id")
    signed_name = fields.Char(
        "Full name", default=lambda self: self.env.user.name, required=True
    )
    signature = fields.Binary(attachment=False)
    agreed = fields.Boolean("I have read the agreement and keep to it")

    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_nda_id(self):
        nda = self.env["care.nda"]._in_force(self.env.company)
        proof = self._last_proof(nda)
        needed = self.env["care.clearance.requirement"]._needed(3, self.env.company)
        day = fields.Date.context_today(self, proof.signed_at or None)
        for sign in self:
            sign.nda_id = nda
            sign.body = nda.body
            sign.has_training = bool(needed.survey_id)
            sign.signed_before = (
                self.env._("You signed this version on %(day)s.", day=day)
                if proof
                else False
            )

    def _last_proof(self, nda):
        if not nda:
            return self.env["care.clearance.proof"]
        proofs = self.env["care.clearance.proof"].search(
            [
                ("user_id", "=", self.env.uid),
                ("company_id", "=", self.env.company.id),
                ("nda_id", "=", nda.id),
                ("kind", "=", "nda"),
            ]
        )
        return proofs.filtered("is_valid")[:1]

    def action_sign(self):
        """Keep the signature with the words that were signed."""
        self.ensure_one()
        nda = self.env["care.nda"]._in_force(self.env.company)
        self._check_complete(nda)
        now = fields.Datetime.now()
        today = self.env["care.role"]._today(self.env.company)
        nda = nda.with_context(lang=self.env.lang)
        self.env["care.clearance.proof"]._note(
            [
                {
                    "user_id": self.env.uid,
                    "company_id": self.env.company.id,
                    "kind": "nda",
                    "date": today,
                    "starts_at": now,
                    "signed_at": now,
                    "signed_name": self.signed_name.strip(),
                    "signature": self.signature,
                    "signed_text": nda.body,
                    "text_hash": nda._hash(nda.body),
                    "nda_id": nda.id,
                    "entered_by_id": self.env.uid,
                }
            ]
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The agreement is signed. Thank you."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _check_complete(self, nda):
        if not nda:
            raise UserError(
                self.env._(
                    "No agreement is in force in %(company)s. Ask the security "
                    "officer.",
                    company=self.env.company.name,
                )
            )
        if not self.agreed or not (self.signed_name or "").strip():
            raise UserError(
                self.env._("Enter your name and confirm that you have read it.")
            )
        try:
            image = base64.b64decode(self.signature or b"", validate=True)
        except binascii.Error:
            image = b""
        if not image.startswith(_IMAGES) or len(image) > _LARGEST:
            raise UserError(self.env._("Sign in the field for the signature."))

    def action_print(self):
        """Print what one has signed."""
        proof = self._last_proof(self.env["care.nda"]._in_force(self.env.company))
        return proof.action_print()

    def action_train(self):
        """Begin the training that clearances ask for."""
        return self.env["care.clearance"]._train()
