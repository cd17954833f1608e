import hashlib
from datetime import date, timedelta

from babel.dates import format_skeleton
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import babel_locale_parse, format_date, get_lang

from odoo.addons.customer_care.logic.clearance import SECRET

_RECIPIENT_ROLE = "general_manager"
_MANAGER = "complaint_handling.complaint_handling_group_manager"


class ComplaintReport(models.Model):
    """The complaint statistics of one period, frozen when they were produced.

    Written by its own buttons and by the monthly duty alone. What happens to the
    cases afterwards, a reopening for instance, changes nothing here.

    It counts what needs no clearance; cases of a higher level have a report of their
    own beside it, as secret as they are.
    """

    _name = "complaint.report"
    _description = "Complaint Report"
    _inherit = [
        "care.engine.mixin",
        "care.secrecy.follow.mixin",
        "complaint.report.figures.mixin",
    ]
    _order = "date_from desc, id desc"
    _secrecy_stands = "counted_level"
    _secrecy_skip_links = ("attachment_id",)

    name = fields.Char(required=True)
    company_id = fields.Many2one("res.company", required=True, index=True)
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(string="To", required=True)
    period_kind = fields.Selection(
        [("week", "Week"), ("month", "Month"), ("other", "Other period")],
        string="Period",
        required=True,
        default="month",
        index=True,
    )
    produced_at = fields.Datetime(string="Produced", required=True)
    counted_level = fields.Integer(
        string="Level of the cases counted",
        required=True,
        default=0,
        aggregator=None,
        help="0: those that need no clearance; 2: the secret ones, 3: the top secret.",
    )
    counts_all = fields.Boolean(
        string="Counts all levels",
        help="Produced before cases of different levels were counted apart.",
    )
    figures = fields.Json(required=True)
    line_ids = fields.One2many("complaint.report.line", "report_id")
    received = fields.Integer(string="Cases received", required=True)
    justified = fields.Integer(required=True)
    in_time = fields.Char(string="Closed in time", required=True)
    overdue = fields.Char(required=True)
    compensation = fields.Monetary(required=True)
    currency_id = fields.Many2one("res.currency", required=True)
    attachment_id = fields.Many2one("ir.attachment", string="Workbook", index=True)
    digest = fields.Char(
        string="SHA-256", help="Of the workbook, as it was produced and sent."
    )
    state = fields.Selection(
        [("draft", "To be sent"), ("sent", "Sent")], required=True, default="draft"
    )
    sent_at = fields.Datetime(string="Sent")
    sent_to_ids = fields.Many2many("res.users", string="Sent to")
    signed_by_id = fields.Many2one("res.users", string="Signed by")
    signed_at = fields.Datetime(string="Signed")
    duty_code = fields.Char(string="Duty", help="The duty this report fulfils.")

    _period_uniq = models.UniqueIndex(
        "(company_id, date_from, date_to, counted_level) WHERE counts_all IS NOT TRUE",
        "The report of this period exists already.",
    )
    _period_order = models.Constraint(
        "CHECK (date_from <= date_to)", "The period must end after it begins."
    )

    # Production

    @api.model
    def _produce(self, company, date_from, date_to, duty_code=None):
        """Return the report of the period; the one that exists, or a new one."""
        existing = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("date_from", "=", date_from),
                ("date_to", "=", date_to),
                ("counted_level", "=", 0),
                ("counts_all", "=", False),
            ]
        )
        if existing:
            return existing._plain(self.env)
        people = self._get_recipients(company)
        lang = (people or company).partner_id[:1].lang or self.env.lang
        maker = self.with_context(lang=lang).with_company(company)
        reports = [
            maker._freeze(company, date_from, date_to, duty_code, level, cases)
            for level, cases in maker._period_parts(company, date_from, date_to)
        ]
        return reports[0]._plain(self.env)

    def _freeze(self, company, date_from, date_to, duty_code, level, cases):
        now = fields.Datetime.now()
        figures = self._compute_figures(company, cases, now)
        name = self._get_title(company, date_from, date_to)
        if level:
            name += f" – {self.env['care.sight']._level_names()[level]}"
        total = figures["total"]
        report = self._engine().create(
            {
                "name": name,
                "company_id": company.id,
                "date_from": date_from,
                "date_to": date_to,
                "period_kind": self._get_period_kind(date_from, date_to),
                "produced_at": now,
                "counted_level": level,
                "figures": figures,
                "received": total["received"],
                "justified": total["justified"],
                "in_time": self._number_or_dash(total["in_time"]),
                "overdue": self._number_or_dash(total["overdue"]),
                "compensation": total["compensation"],
                "currency_id": company.currency_id.id,
                "duty_code": not level and duty_code,
            }
        )
        report._write_lines(figures)
        report._attach(self._build_workbook(name, report, figures))
        return report

    def _number_or_dash(self, number):
        return "–" if number is None else str(number)

    def _write_lines(self, figures):
        self.env["complaint.report.line"].create(
            [
                {
                    **{key: value or 0 for key, value in line.items() if key != "name"},
                    "name": line["name"],
                    "report_id": self.id,
                    "section": section,
                    "sequence": sequence,
                }
                for section in ("category", "department")
                for sequence, line in enumerate(figures[section])
            ]
        )

    def _attach(self, content):
        attachment = self.env["ir.attachment"].create(
            {
                "name": f"complaints-{self.date_from}-{self.date_to}.xlsx",
                "raw": content,
                "mimetype": "application/"
                "vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "res_model": self._name,
                "res_id": self.id,
                "company_id": self.company_id.id,
            }
        )
        self.write(
            {
                "attachment_id": attachment.id,
                "digest": hashlib.sha256(content).hexdigest(),
            }
        )

    @api.model
    def _get_period_kind(self, date_from, date_to):
        """Return what the days are: a calendar week, a calendar month, or neither."""
        next_day = date_to + timedelta(days=1)
        if (next_day - date_from).days == 7:
            return "week"
        whole = date_from.day == next_day.day == 1
        return "month" if whole and (next_day - date_from).days <= 31 else "other"

    def _get_title(self, company, date_from, date_to):
        if self._get_period_kind(date_from, date_to) != "month":
            return self.env._(
                "Complaints of %(company)s, %(start)s to %(end)s",
                company=company.name,
                start=format_date(self.env, date_from),
                end=format_date(self.env, date_to),
            )
        return self.env._(
            "Complaints of %(company)s, %(month)s",
            company=company.name,
            month=format_skeleton(
                "yMMMM", date_from, locale=babel_locale_parse(get_lang(self.env).code)
            ),
        )

    # Sending and signing

    def _get_recipients(self, company):
        return self.env["care.role"]._resolve(_RECIPIENT_ROLE, company=company)

    def _send(self, recipients):
        """Send the workbook and fulfil the duty it was produced for; what is
        classified goes with it, to those who may see it."""
        self._send_one(recipients)
        for part in self._get_classified_parts():
            cleared = recipients - self.env["care.secrecy.notice"]._deaf(
                recipients, part
            )
            if cleared:
                part._send_one(cleared)

    def _get_classified_parts(self):
        """Return the reports on the classified cases of the period, still to be sent;
        whoever sends this one need not know of them."""
        if self.counted_level or self.counts_all:
            return self.browse()
        return self.sudo().search(
            [
                ("company_id", "=", self.company_id.id),
                ("date_from", "=", self.date_from),
                ("date_to", "=", self.date_to),
                ("counted_level", ">", 0),
                ("counts_all", "=", False),
                ("state", "=", "draft"),
            ],
            order="counted_level",
        )

    def _send_one(self, recipients):
        self.ensure_one()
        lang = recipients[:1].lang or self.env.lang
        translated = self.with_context(lang=lang)
        self.env["mail.thread"].with_context(lang=lang).message_notify(
            subject=self.name,
            body=translated._get_message(),
            partner_ids=recipients.partner_id.ids,
            model=self._name,
            res_id=self.id,
            attachment_ids=self._get_mailed().ids,
            force_send=False,
        )
        self._engine().write(
            {
                "state": "sent",
                "sent_at": fields.Datetime.now(),
                "sent_to_ids": [(6, 0, recipients.ids)],
            }
        )
        if self.duty_code:
            self.env["care.duty"]._fulfil(self.duty_code, self, self.company_id)

    def _get_message(self):
        if self.sudo().secrecy_level >= SECRET:  # what is mailed lies outside
            return Markup("<p>%s</p>") % self.env._("Open it to see its figures.")
        total = self.figures["total"]
        text = self.env._(
            "%(received)s cases were received, %(justified)s of them justified; "
            "%(overdue)s are overdue. Compensation: %(compensation)s.",
            received=total["received"],
            justified=total["justified"],
            overdue=self.overdue,
            compensation=self.currency_id.format(self.compensation),
        )
        return Markup("<p>%s</p>") % text

    def _get_mailed(self):
        """Return the workbook, unless it must stay here."""
        report = self.sudo()
        return report.attachment_id.filtered(
            lambda _file: report.secrecy_level < SECRET
        )

    def action_send(self):
        self.ensure_one()
        self._check_may_send()
        self.check_access("read")
        recipients = self.env["care.role"]._resolve_or_raise(
            _RECIPIENT_ROLE, company=self.company_id
        )
        deaf = self.env["care.secrecy.notice"]._deaf(recipients, self)
        if deaf:
            raise UserError(
                self.env._(
                    "%(people)s may not see %(name)s. Show it to somebody cleared.",
                    people=", ".join(deaf.mapped("name")),
                    name=self.name,
                )
            )
        if self.state == "sent":
            raise UserError(
                self.env._("%(name)s has been sent already.", name=self.name)
            )
        self._send(recipients)

    def _check_may_send(self):
        if not self.env.su and not self.env.user.has_group(_MANAGER):
            raise AccessError(
                self.env._("Complaint managers produce and send reports. Ask one.")
            )

    def action_sign(self):
        self.ensure_one()
        self.check_access("read")
        if self.env.user not in self._get_recipients(self.company_id):
            raise AccessError(
                self.env._(
                    "%(name)s is signed by the general manager.",
                    name=self.name,
                )
            )
        if self.state != "sent" or self.signed_by_id:
            raise UserError(
                self.env._(
                    "%(name)s can be signed once, after sending.", name=self.name
                )
            )
        self._engine().write(
            {"signed_by_id": self.env.uid, "signed_at": fields.Datetime.now()}
        )

    def action_download(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.sudo().attachment_id.id}?download=true",
            "target": "download",
        }

    def action_produce_last_month(self):
        """Produce the report of the month before the current one, from the list; what
        is selected there does not matter."""
        last = fields.Date.context_today(self).replace(day=1) - timedelta(days=1)
        return self._produce_and_open(last.replace(day=1), last)

    def action_produce_last_week(self):
        """Produce the report of the week before, from Monday to Sunday."""
        today = fields.Date.context_today(self)
        last = today - timedelta(days=today.weekday() + 1)
        return self._produce_and_open(last - timedelta(days=6), last)

    def _produce_and_open(self, date_from, date_to):
        self._check_may_send()
        report = self._produce(self.env.company, date_from, date_to)
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": report.id,
            "view_mode": "form",
        }

    @api.model
    def _produce_for_duty(self):
        """Run by the duty's server action at the start of an occurrence: produce the
        report of the period before it and send it, if someone holds the role."""
        context = self.env.context
        occurrence = (
            self.env["care.obligation"].sudo().browse(context["care_duty_occurrence"])
        )
        company = occurrence.company_id or self.env.company
        report = self._produce(
            company,
            date.fromisoformat(str(context["care_period_start"])[:10]),
            date.fromisoformat(str(context["care_period_end"])[:10]),
            occurrence.duty_id.code,
        )
        recipients = self._get_recipients(company)
        if recipients and report.state == "draft":
            report._send(recipients)
        elif report.state == "sent":  # for the duty of another policy
            duty = occurrence.duty_id.code
            self.env["care.duty"]._fulfil(duty, report, company)
        return report
