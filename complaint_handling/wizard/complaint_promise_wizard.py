from odoo import api, fields, models
from odoo.exceptions import UserError


class ComplaintPromiseWizard(models.TransientModel):
    """The window in which a handler records a date promised to the customer."""

    _name = "complaint.promise.wizard"
    _description = "Promise a Date"
    _inherit = ["care.link.mixin"]

    case_id = fields.Many2one("complaint.case", required=True, ondelete="cascade")
    previous_at = fields.Datetime(
        string="Promised before", related="case_id.promised_at"
    )
    promised_at = fields.Datetime(string="Promised for", required=True)
    channel = fields.Selection(
        [("phone", "Phone"), ("mail", "E-mail"), ("visit", "Visit"), ("chat", "Chat")],
        required=True,
        default="phone",
    )
    reason = fields.Char(help="Why the date changes. Needed from the second promise.")

    @api.model
    def _title(self):
        return self.env._("Promise a date")

    def action_promise(self):
        self.ensure_one()
        case = self.case_id
        case.check_access("write")
        case._check_not_closed({"name": case.name})
        if case.promised_at and not (self.reason or "").strip():
            raise UserError(
                self.env._(
                    "%(case)s has a promised date already. Say why it changes.",
                    case=case.display_name,
                )
            )
        self.env["complaint.promise"]._engine().create(
            {
                "case_id": case.id,
                "at": fields.Datetime.now(),
                "user_id": self.env.uid,
                "channel": self.channel,
                "previous_at": case.promised_at,
                "promised_at": self.promised_at,
                "reason": self.reason,
            }
        )
        case.sudo().promised_at = self.promised_at
        return {"type": "ir.actions.act_window_close"}
