import hashlib
from datetime import date, timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import format_date

from ..logic import callback_xlsx
from ..logic.clearance import INTERNAL

_MANAGER = "customer_care.customer_care_group_manager"


class CareCallbackReport(models.Model):
    """The callback statistics of one period, frozen when they were produced and sent
    to management. Written by its buttons and the monthly duty alone.

    Its lines name programmes, whose conditions people write, and who gets it may have
    no clearance: it counts nothing secret. Those cleared find that in the statistics.
    """

    _name = "care.callback.report"
    _description = "Callback report"
    _inherit = ["care.engine.mixin"]
    _order = "date_from desc, id desc"

    name = fields.Char(required=True)
    company_id = fields.Many2one("res.company", required=True, index=True)
    date_from = fields.Date("From", required=True)
    date_to = fields.Date("To", required=True)
    produced_at = fields.Datetime("Produced", required=True)
    figures = fields.Json(help="Lines of the table, as they were.")
    required = fields.Integer("Callbacks required")
    done = fields.Integer("Called back")
    in_time = fields.Integer("Done in time")
    dissatisfied = fields.Integer()
    raised = fields.Integer("Something raised")
    settled = fields.Integer("Settled and answered")
    attachment_id = fields.Many2one("ir.attachment", "Workbook", index=True)
    digest = fields.Char("SHA-256", help="Of the workbook, as it was produced.")
    state = fields.Selection(
        [("draft", "To be sent"), ("sent", "Sent to management")],
        required=True,
        default="draft",
    )
    sent_at = fields.Datetime("Sent at")
    sent_to_ids = fields.Many2many("res.users", string="Sent to")
    duty_code = fields.Char("Duty", help="The duty this report fulfils.")

    _period_uniq = models.UniqueIndex(
        "(company_id, date_from, date_to)",
        "The callback report of this period exists already.",
    )

    # ---- producing

    @api.model
    def _produce(self, company, date_from, date_to, duty_code=None):
        """Return the report of the period; the one that exists, or a new one."""
        found = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("date_from", "=", date_from),
                ("date_to", "=", date_to),
            ]
        )
        if found:
            return found._plain(self.env)
        people = self._get_recipients(company)
        lang = (people or company).partner_id[:1].lang or self.env.lang
        maker = self.with_context(lang=lang).with_company(company)
        return maker._freeze(company, date_from, date_to, duty_code)._plain(self.env)

    def _freeze(self, company, date_from, date_to, duty_code):
        lines = self._get_lines(company, date_from, date_to)
        total = {key: sum(line[key] for line in lines) for key in callback_xlsx.COLUMNS}
        kept = ("required", "done", "in_time", "dissatisfied", "raised", "settled")
        report = self._engine().create(
            {
                "name": self.env._(
                    "Callbacks of %(company)s, %(start)s to %(end)s",
                    company=company.name,
                    start=format_date(self.env, date_from),
                    end=format_date(self.env, date_to),
                ),
                "company_id": company.id,
                "date_from": date_from,
                "date_to": date_to,
                "produced_at": fields.Datetime.now(),
                "figures": lines,
                "duty_code": duty_code,
                **{key: total[key] for key in kept},
            }
        )
        report._attach(report._build(lines))
        return report

    def _get_lines(self, company, date_from, date_to):
        """Return the lines of the table: what fell due in the period, by programme and
        stratum."""
        rows = (
            self.env["care.callback.statistics"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("secrecy_level", "<=", INTERNAL),
                    ("draw_id.draw_from_at", ">=", f"{date_from} 00:00:00"),
                    (
                        "draw_id.draw_from_at",
                        "<",
                        f"{fields.Date.add(date_to, days=1)} 00:00:00",
                    ),
                ]
            )
        )
        lines = {}
        for row in rows:
            name = row.programme_id.name
            if row.stratum and row.stratum != name:
                name = f"{name} – {row.stratum}"
            line = lines.setdefault(
                name, {"name": name, **dict.fromkeys(callback_xlsx.COLUMNS, 0)}
            )
            for key in callback_xlsx.COLUMNS:
                line[key] += row[key]
        for line in lines.values():
            wanted = line["required"]
            line["rate"] = round(100 * line["done"] / wanted, 1) if wanted else None
        return list(lines.values())

    def _build(self, lines):
        words = {
            "title": self.name,
            "period": self.env._("Draws made in the period"),
            "sheet": self.env._("Callbacks"),
            "name": self.env._("Programme and stratum"),
            "required": self.env._("Required"),
            "done": self.env._("Called back"),
            "in_time": self.env._("Done in time"),
            "waiting": self.env._("To do"),
            "unreachable": self.env._("Unreachable"),
            "satisfied": self.env._("Satisfied"),
            "dissatisfied": self.env._("Dissatisfied"),
            "raised": self.env._("Something raised"),
            "settled": self.env._("Settled and answered"),
            "rate": self.env._("Done of required (%)"),
        }
        return callback_xlsx.build(words, lines, self.produced_at)

    def _attach(self, content):
        attachment = self.env["ir.attachment"].create(
            {
                "name": f"callbacks-{self.date_from}-{self.date_to}.xlsx",
                "raw": content,
                "mimetype": "application/"
                "vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "res_model": self._name,
                "res_id": self.id,
                "company_id": self.company_id.id,
            }
        )
        digest = hashlib.sha256(content).hexdigest()
        self.write({"attachment_id": attachment.id, "digest": digest})

    # ---- sending

    @api.model
    def _get_recipients(self, company):
        """Return who gets the statistics: the roles named by the programmes."""
        roles = (
            self.env["care.callback.programme"]
            .sudo()
            .search([("company_id", "in", (company.id, False))])
            .report_role_id
        )
        users = self.env["res.users"]
        for role in roles:
            users |= self.env["care.role"]._resolve(role.code, company=company)
        return users

    def _send(self, recipients):
        """Send the workbook and fulfil the duty it was produced for."""
        self.ensure_one()
        lang = recipients[:1].lang or self.env.lang
        text = self.with_context(lang=lang).env._(
            "%(done)s of %(required)s callbacks were made, %(in_time)s of them in "
            "time; %(dissatisfied)s customers are dissatisfied. Settled: %(settled)s "
            "of %(raised)s.",
            done=self.done,
            required=self.required,
            in_time=self.in_time,
            dissatisfied=self.dissatisfied,
            settled=self.settled,
            raised=self.raised,
        )
        self.env["mail.thread"].with_context(lang=lang).message_notify(
            subject=self.name,
            body=Markup("<p>%s</p>") % text,
            partner_ids=recipients.partner_id.ids,
            model=self._name,
            res_id=self.id,
            attachment_ids=self.sudo().attachment_id.ids,
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

    @api.model
    def _produce_for_duty(self):
        """Run by the duty's server action: produce the report of the period before,
        and send it if somebody holds a role that gets it."""
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
        return report

    def _check_manager(self):
        if not self.env.user.has_group(_MANAGER):
            raise AccessError(
                self.env._(
                    "Customer care managers produce and send callback reports. Ask one."
                )
            )

    def action_send(self):
        self.ensure_one()
        self._check_manager()
        self.check_access("read")
        if self.state == "sent":
            raise UserError(
                self.env._("%(name)s has been sent already.", name=self.name)
            )
        recipients = self._get_recipients(self.company_id)
        if not recipients:
            raise UserError(
                self.env._(
                    "Nobody holds a role that gets the statistics. Name it in the "
                    "callback programmes, then assign it."
                )
            )
        self._send(recipients)

    def action_produce_last_month(self):
        """Produce the report of the month before, from the list's button."""
        self._check_manager()
        last = fields.Date.context_today(self).replace(day=1) - timedelta(days=1)
        report = self._produce(self.env.company, last.replace(day=1), last)
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": report.id,
            "view_mode": "form",
        }

    def action_download(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.sudo().attachment_id.id}?download=true",
            "target": "download",
        }
