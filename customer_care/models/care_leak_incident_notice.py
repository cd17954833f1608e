from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class CareLeakIncidentNotice(models.AbstractModel):
    """What the law wants told of a leak, to the authority and to the persons: which
    information, why, what harm, what was done, what they can do, whom they ask."""

    _name = "care.leak.incident.notice"
    _description = "Notices of a leak"

    notice_preview = fields.Html(
        "Notice as it reads", compute="_compute_notice_preview", sanitize=False
    )

    @api.depends(
        "kind_ids",
        "cause",
        "harm",
        "measure_ids.name",
        "person_advice",
        "contact_name",
        "contact_phone",
        "contact_email",
        "notice_person",
    )
    @api.depends_context("lang")
    def _compute_notice_preview(self):
        for record in self:
            record.notice_preview = record.notice_person or record._notice_html()

    def _notice_html(self):
        return self.env["ir.qweb"]._render(
            "customer_care.care_leak_notice_body",
            {
                "incident": self,
                "kinds": self.kind_ids,
                "advice": self._advice_lines(),
                "opening": self._notice_opening(),
                "contact": self._notice_contact(),
            },
            minimal_qcontext=True,
        )

    def _notice_opening(self):
        day = self.found_at and fields.Datetime.context_timestamp(self, self.found_at)
        return self.env._(
            "On %(day)s we learned that information which %(company)s keeps became "
            "known to others, or may have.",
            day=format_date(self.env, day.date()) if day else "",
            company=self.company_id.name,
        )

    def _notice_contact(self):
        who = (self.contact_name, self.contact_phone, self.contact_email)
        return " ".join(filter(None, (self.company_id.name, *who)))

    def _advice_lines(self):
        """Return what persons can do, in the words of the incident or of its kinds."""
        if self.person_advice:
            return self.person_advice.splitlines()
        return [kind.advice for kind in self.kind_ids if kind.advice]

    def action_write_notice(self):
        """Put the notice into words that can be edited."""
        self._check_handler()
        for record in self:
            record.notice_person = record._notice_html()
        return True

    def action_print_notice(self):
        """Print the notice for letters and the authority."""
        self._check_handler()
        return self.env.ref("customer_care.care_leak_notice_report").report_action(self)

    def _check_notice(self):
        """Refuse to tell anybody before the notice says what the law wants."""
        self.ensure_one()
        self._check_handler()
        self._refuse_missing(["kind_ids", "cause", "harm", "measure_ids"])
        self._refuse_missing(["contact_name"])
        if not (self.contact_phone or self.contact_email):
            self._refuse_missing(["contact_phone"])
        if not self._advice_lines():
            self._refuse_missing(["person_advice"])

    def action_told_authority(self):
        """Note that the authority was told."""
        for record in self:
            record._check_notice()
            record._refuse_missing(["authority_name"])
            if not record.authority_told_at:
                record._step_write({"authority_told_at": fields.Datetime.now()})
        return True

    def action_tell_persons(self):
        """Send the notice to the customers that have an address, each alone."""
        self.ensure_one()
        self._check_notice()
        template = self.env.ref("customer_care.care_leak_mail_template")
        rows = self.affected_ids.filtered(lambda r: not r.notified_at)
        for row in rows.filtered("partner_id.email"):
            mail_id = template.send_mail(row.id)
            row._told("mail", self.env["mail.mail"].sudo().browse(mail_id))
        self._note_persons()
        left = self.affected_ids.filtered(lambda r: not r.notified_at)
        if left:
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "warning",
                    "sticky": True,
                    "message": self.env._(
                        "%(count)s customers have no e-mail address. Tell them by "
                        "telephone or letter and note it in the list.",
                        count=len(left),
                    ),
                    "next": {"type": "ir.actions.client", "tag": "soft_reload"},
                },
            }
        return True

    def action_told_publicly(self):
        """Note that the persons were told by a public notice."""
        self.ensure_one()
        self._check_notice()
        self.sudo().affected_ids._told("public")
        self._note_persons(public=True)
        return True

    def _note_persons(self, public=False):
        """The persons count as told once every customer of the list was."""
        self.ensure_one()
        rows = self.sudo().affected_ids  # also those the handler may not see
        if not rows and not public:
            raise UserError(
                self.env._(
                    "%(incident)s names no customer. List who is concerned, or tell "
                    "them by a public notice.",
                    incident=self.display_name,
                )
            )
        if self.person_notice != "told" and all(rows.mapped("notified_at")):
            now = fields.Datetime.now()
            self._step_write({"person_notice": "told", "persons_told_at": now})

    def action_view_readers(self):
        """Open who read the customers concerned."""
        self.ensure_one()
        self._check_handler()
        return self.env["care.access.log"]._open_readers(self.affected_ids.partner_id)
