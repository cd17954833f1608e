from odoo import api, fields, models
from odoo.exceptions import UserError

# The steps that cannot be taken without a word.
_TEXT = ("review", "next", "replace", "exempt", "cancel", "settle")


class CareCallbackStep(models.TransientModel):
    """The window behind the buttons of callbacks that ask for something."""

    _name = "care.callback.step"
    _description = "Step of a callback"
    _inherit = ["care.link.mixin"]

    kind = fields.Selection(
        [
            ("assign", "Assign"),
            ("attempt", "Attempt"),
            ("appointment", "Appointment"),
            ("review", "Review"),
            ("settle", "Settled and answered"),
            ("next", "Next round"),
            ("replace", "Replace by a reserve"),
            ("exempt", "Exempt"),
            ("cancel", "Cancel"),
        ],
        required=True,
        readonly=True,
    )
    callback_ids = fields.Many2many("care.callback", required=True, readonly=True)
    callback_count = fields.Integer(compute="_compute_candidate_ids")
    candidate_ids = fields.Many2many("res.users", compute="_compute_candidate_ids")
    user_id = fields.Many2one("res.users", "Caller")
    result = fields.Selection(
        lambda self: (
            self.env["care.callback.attempt"]
            ._fields["result"]
            ._description_selection(self.env)
        ),
        default="no_answer",
    )
    appointment_at = fields.Datetime("Appointment")
    text = fields.Text("Reason")
    accept = fields.Boolean("Accepted", default=True)
    signature = fields.Image(max_width=1024, max_height=1024)
    file = fields.Binary("Letter")
    file_name = fields.Char()

    @api.model
    def _title(self, kind):
        return dict(self._fields["kind"]._description_selection(self.env))[kind]

    @api.depends("callback_ids")
    def _compute_candidate_ids(self):
        for window in self:
            window.callback_count = len(window.callback_ids)
            found = None
            if window.kind == "assign":
                for row in window.callback_ids:
                    users = row._get_candidates()
                    found = users if found is None else found & users
            window.candidate_ids = found or self.env["res.users"]

    def action_apply(self):
        """Take the step on all callbacks of the window."""
        self.ensure_one()
        rows = self.callback_ids
        rows.check_access("read")
        if self.kind in _TEXT and not (self.text or "").strip():
            raise UserError(self.env._("Write a few words first."))
        getattr(self, f"_apply_{self.kind}")(rows)
        return {"type": "ir.actions.act_window_close"}

    def _apply_assign(self, rows):
        if not self.user_id:
            raise UserError(self.env._("Choose who calls."))
        rows._assign(self.user_id)

    def _apply_attempt(self, rows):
        for row in rows:
            row._log_attempt(self.result, self.text, self.appointment_at)

    def _apply_appointment(self, rows):
        if not self.appointment_at:
            raise UserError(self.env._("Choose the time of the appointment."))
        for row in rows:
            row._log_attempt("appointment", self.text, self.appointment_at)

    def _apply_review(self, rows):
        for row in rows:
            row._review(self.text, self.signature, self.accept)

    def _apply_settle(self, rows):
        rows._settle(self.text)

    def _apply_next(self, rows):
        rows._check_state("done", "reviewed")
        rows._check_supervisor()
        for row in rows:
            row._next_round(self.appointment_at, self.text)

    def _apply_replace(self, rows):
        rows._replace_by_hand(self.text)

    def _apply_exempt(self, rows):
        rows._exempt(self.text, self._file())

    def _apply_cancel(self, rows):
        rows._cancel(self.text)

    def _file(self):
        """Return the letter as an attachment of the callback, if one was chosen."""
        if not self.file:
            return None
        return self.env["ir.attachment"].create(
            {
                "name": self.file_name or self.env._("Letter"),
                "datas": self.file,
                "res_model": "care.callback",
                "res_id": self.callback_ids[:1].id,
            }
        )
