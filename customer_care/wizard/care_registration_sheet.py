from odoo import api, fields, models
from odoo.tools import format_date, format_datetime

from ..logic import register_xlsx


class CareRegistrationSheet(models.TransientModel):
    """The register of one day, to print or to take along as a workbook: the lines that
    the user may read."""

    _name = "care.registration.sheet"
    _description = "Register of a day"
    _inherit = ["care.link.mixin"]

    day = fields.Date(
        required=True,
        default=lambda self: self.env["care.role"]._today(self.env.company),
    )
    department_id = fields.Many2one("hr.department")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )

    @api.depends("day")
    def _compute_display_name(self):
        for sheet in self:
            sheet.display_name = self.env._(
                "Register of %(day)s", day=format_date(self.env, sheet.day)
            )

    def _lines(self, operation):
        """Return the lines of the day that the user may read, noted in the log.

        :param operation: print or export
        """
        self.ensure_one()
        domain = [
            ("registered_on", "=", self.day),
            ("company_id", "=", self.company_id.id),
        ]
        if self.department_id:
            domain.append(("department_id", "child_of", self.department_id.id))
        lines = self.env["care.registration"].search(domain, order="registered_at, id")
        if lines:
            self.env["care.access.log"]._note(
                operation, lines._name, lines.ids, ("name_given", "phone_given")
            )
        return lines

    def _rows(self, operation):
        """Return the lines in words."""
        lines = self._lines(operation)
        words = {
            name: dict(lines._fields[name]._description_selection(self.env))
            for name in ("origin", "outcome")
        }
        yes = {True: self.env._("Yes"), False: ""}
        return [
            register_xlsx.Row(
                no=number,
                number=line.name,
                time=format_datetime(self.env, line.registered_at, dt_format="HH:mm"),
                customer=line.name_given or line.partner_id.name or "",
                phone=line.phone_given or "",
                origin=words["origin"][line.origin],
                channel=line.channel_id.name or "",
                intermediary=line.intermediary_id.display_name or "",
                intent=line.intent_id.name or "",
                intending=yes[line.is_intending],
                need=line.care_need or "",
                manager=line.user_id.name or "",
                entered_by=line.entered_by_id.name,
                late=yes[line.late],
                outcome=line._outcome_words(words["outcome"]),
                cancelled=bool(line.cancelled_at),
            )
            for number, line in enumerate(lines, start=1)
        ]

    def _labels(self):
        return {
            "sheet": self.env._("Register"),
            "no": self.env._("No."),
            "number": self.env._("Number"),
            "time": self.env._("Time"),
            "customer": self.env._("Customer"),
            "phone": self.env._("Phone"),
            "origin": self.env._("How met"),
            "channel": self.env._("Channel"),
            "intermediary": self.env._("Intermediary"),
            "intent": self.env._("Intent"),
            "intending": self.env._("Intending"),
            "need": self.env._("Need"),
            "manager": self.env._("Person in charge"),
            "entered_by": self.env._("Entered by"),
            "late": self.env._("Late"),
            "outcome": self.env._("Outcome"),
        }

    def _workbook(self):
        """Return the workbook of the day."""
        return register_xlsx.build(
            f"{self.company_id.name} – {self.display_name}",
            self._labels(),
            self._rows("export"),
            fields.Datetime.now(),
        )

    def action_print(self):
        """Print the register of the day."""
        return self.env.ref(
            "customer_care.care_registration_sheet_report"
        ).report_action(self)

    def action_workbook(self):
        """Download the register of the day."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/customer_care/register/{self.id}",
            "target": "download",
        }
