from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.complaint_notice_mixin import STAGES


class ComplaintNoticeWizard(models.TransientModel):
    """The window that shows who will be told of a case, and sends it."""

    _name = "complaint.notice.wizard"
    _description = "Tell of a Complaint"
    _inherit = ["care.link.mixin"]

    case_id = fields.Many2one("complaint.case", required=True, ondelete="cascade")
    stage = fields.Selection(STAGES, required=True, readonly=True)
    people = fields.Char(string="Will be told", compute="_compute_people")
    note = fields.Text(help="Added to the text that is sent.")

    @api.model
    def _title(self, stage="told"):
        return dict(self._fields["stage"]._description_selection(self.env))[stage]

    @api.depends("case_id", "stage")
    def _compute_people(self):
        for wizard in self:
            rules = wizard._rules()
            users = self.env["res.users"].union(
                *(
                    user
                    for rule in rules
                    for user, _r in wizard.case_id._notice_people(rule)
                )
            )
            wizard.people = ", ".join(users.sudo().mapped("name")) or "-"

    def _rules(self):
        return self.case_id._open_notice_rules(stage=self.stage, automatic=False)

    def action_send(self):
        self.ensure_one()
        case = self.case_id
        case.check_access("write")
        rules = self._rules()
        if not rules:
            raise UserError(
                self.env._(
                    "No rule says who is told of %(case)s now. See Complaints > "
                    "Configuration > Notice rules.",
                    case=case.display_name,
                )
            )
        if self.stage == "result" and not (self.note or "").strip():
            raise UserError(
                self.env._(
                    "Write the result of %(case)s: it is what is reported.",
                    case=case.display_name,
                )
            )
        case._send_notices(rules, note=self.note, strict=True)
        return {"type": "ir.actions.act_window_close"}
