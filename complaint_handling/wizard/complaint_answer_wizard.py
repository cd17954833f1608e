from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty


class ComplaintAnswerWizard(models.TransientModel):
    """The window in which a handler answers the customer, or explains a rejection."""

    _name = "complaint.answer.wizard"
    _description = "Answer to a Complaint"
    _inherit = ["care.link.mixin"]

    case_id = fields.Many2one("complaint.case", required=True, ondelete="cascade")
    kind = fields.Selection(
        [("answer", "Answer"), ("explanation", "Explanation of a rejection")],
        required=True,
        default="answer",
    )
    channel = fields.Selection(
        [("written", "Written"), ("oral", "Oral")], required=True, default="written"
    )
    email = fields.Char(compute="_compute_email", string="Goes to")
    subject = fields.Char(compute="_compute_text", store=True, readonly=False)
    body = fields.Html(
        string="Text",
        compute="_compute_text",
        store=True,
        readonly=False,
        help="What the customer is, or was, told. It is shown on the tracking page.",
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Attachments")

    @api.model
    def _title(self, kind="answer"):
        if kind == "explanation":
            return self.env._("Reject with an explanation")
        return self.env._("Answer the customer")

    @api.depends("case_id")
    def _compute_email(self):
        for wizard in self:
            case = wizard.case_id
            wizard.email = case.contact_email or case.partner_id.email

    @api.depends("case_id", "kind")
    def _compute_text(self):
        for wizard in self:
            template = wizard._get_template()
            subject, body = wizard.case_id._render_template_for_claimant(template)
            wizard.subject = subject
            wizard.body = body

    def _get_template(self):
        if self.kind == "explanation":
            return self.env.ref("complaint_handling.mail_template_explanation")
        return self.case_id.desk_id.answer_template_id or self.env.ref(
            "complaint_handling.mail_template_answer"
        )

    def action_answer(self):
        self.ensure_one()
        case = self.case_id
        case.check_access("write")
        if is_html_empty(self.body):
            raise UserError(
                self.env._(
                    "The answer to %(case)s is empty. Write what the customer is told.",
                    case=case.display_name,
                )
            )
        state = "rejected" if self.kind == "explanation" else "answered"
        case._move_to(
            state, answer_channel=self.channel, answered_at=fields.Datetime.now()
        )
        message = self._send() if self.channel == "written" else self._note()
        self._record(message)
        return {"type": "ir.actions.act_window_close"}

    def _send(self):
        # With the writer's own rights: nobody sends a file that is not his.
        self.attachment_ids.write(
            {"res_model": self.case_id._name, "res_id": self.case_id.id}
        )
        return self.case_id._message_claimant(
            self.subject,
            Markup(self.body),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachment_ids=self.attachment_ids.ids,
        )

    def _note(self):
        return self.case_id._message_log(
            body=self.env._("Told orally:") + Markup("<br/>") + Markup(self.body)
        )

    def _record(self, message):
        answers = self.env["complaint.answer"]._engine()
        answers.create(
            {
                "case_id": self.case_id.id,
                "at": self.case_id.answered_at,
                "user_id": self.env.uid,
                "kind": self.kind,
                "channel": self.channel,
                "body": self.body,
                "message_id": message.id,
            }
        )
