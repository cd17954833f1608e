from odoo import fields, models
from odoo.exceptions import UserError


class CareDisclosureStep(models.TransientModel):
    """What somebody says with a step of a disclosure: why it is revoked, or how it is
    known that copies came back."""

    _name = "care.disclosure.step"
    _description = "Step of a disclosure"
    _inherit = ["care.link.mixin"]

    disclosure_id = fields.Many2one("care.disclosure", required=True, readonly=True)
    copy_ids = fields.Many2many("care.disclosure.copy", readonly=True)
    step = fields.Selection(
        [
            ("revoke", "Revoke"),
            ("return", "All copies are back"),
            ("copy", "These copies are back"),
        ],
        required=True,
        readonly=True,
    )
    kind = fields.Selection(
        [
            ("returned", "Returned"),
            ("destroyed", "Destroyed"),
            ("kept", "Kept under a legal duty"),
            ("lost", "Lost"),
        ],
        "Copies were",
        default="returned",
    )
    witness = fields.Char("Witness or who confirms it")
    note = fields.Text("Words")

    def action_confirm(self):
        """Take the step as the current user."""
        self.ensure_one()
        record = self.disclosure_id
        if self.step == "revoke":
            self._want("note")
            record._revoke(self.note)
        elif self.step == "return":
            self._want("witness", "note")
            if self.kind == "lost":
                raise UserError(
                    self.env._("Say of each copy that was lost, in the list of copies.")
                )
            record._confirm_return(self.kind, self.witness, self.note)
        else:
            self._want("witness")
            self.copy_ids._check_hand()
            self.copy_ids._end_by_hand(self.kind, self.witness, self.note)
        return {"type": "ir.actions.act_window_close"}

    def _want(self, *names):
        words = self.fields_get(names, ["string"])
        missing = [words[name]["string"] for name in names if not self[name]]
        if missing:
            raise UserError(
                self.env._("Fill in: %(fields)s.", fields=", ".join(missing))
            )
