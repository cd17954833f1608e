from collections import Counter
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import models
from odoo.fields import Domain
from odoo.tools.misc import format_date

from odoo.addons.customer_care.logic.clearance import SECRET

from ..logic import monthly_xlsx

_OPEN_STATES = ("open", "paused")


class ComplaintReportFiguresMixin(models.AbstractModel):
    """How the figures of a report are counted from the cases of its period, and put
    into its workbook."""

    _name = "complaint.report.figures.mixin"
    _description = "Figures of a Complaint Report"

    def _period_parts(self, company, date_from, date_to):
        """Return [(level, cases)] of what was received from `date_from` to `date_to`,
        both included, by the company's clock: first what needs no clearance (level 0),
        then what is secret, as far as there is any. Merged ones count with the case
        they were merged into, as whoever may see no more than the level sees it."""
        zone = ZoneInfo(company.resource_calendar_id.tz or "UTC")
        start, end = (
            datetime.combine(day, time(), zone).astimezone(ZoneInfo("UTC"))
            for day in (date_from, date_to + timedelta(days=1))
        )
        domain = Domain(
            [
                ("company_id", "=", company.id),
                ("received_at", ">=", start.replace(tzinfo=None)),
                ("received_at", "<", end.replace(tzinfo=None)),
                ("merged_into_id", "=", False),
            ]
        )
        model = self.env["complaint.case"].sudo().with_context(active_test=False)
        parts = []
        for level, capped, among in self.env["care.ceiling"]._by_level(model):
            cases = capped.search(domain & among, order="id").with_env(model.env)
            if level < SECRET:
                parts.append((0, cases))
            elif cases:
                parts.append((level, cases))
        return parts

    def _compute_figures(self, company, cases, now):
        """Return the figures as a JSON value: the totals and, by category and by
        department, lines {name, received, justified, closed, in_time, overdue,
        compensation}. In time and overdue are None while no deadline is set."""
        punctuality = self._punctuality(cases, now)
        return {
            "total": self._sum_up(company, cases, punctuality, now),
            "kinds": dict(Counter(cases.mapped("kind"))),
            "currency": company.currency_id.name,
            "category": self._sections(company, cases, "category_id", punctuality, now),
            "department": self._sections(
                company, cases, "department_id", punctuality, now
            ),
        }

    def _punctuality(self, cases, now):
        """Return {case id: "in_time" | "overdue" | "running"} from the deadlines that
        closing meets; a case without such a deadline is not in it."""
        obligations = (
            self.env["care.obligation"]
            .sudo()
            .search(
                [
                    ("res_model", "=", cases._name),
                    ("res_id", "in", cases.ids),
                    ("rule_id.done_field", "=", "closed_at"),
                    ("state", "in", ("met", "missed", *_OPEN_STATES)),
                ]
            )
        )
        result = {}
        for obligation in obligations:
            if obligation.state == "met":
                state = "in_time"
            elif obligation.state == "missed" or obligation.due_at < now:
                state = "overdue"
            else:
                state = "running"
            if result.get(obligation.res_id) != "overdue":
                result[obligation.res_id] = state
        return result

    def _sections(self, company, cases, field, punctuality, now):
        groups = cases.grouped(field)
        lines = [
            {
                "name": value.display_name or self.env._("(none)"),
                **self._sum_up(company, group, punctuality, now),
            }
            for value, group in groups.items()
        ]
        return sorted(lines, key=lambda line: (-line["received"], line["name"]))

    def _sum_up(self, company, cases, punctuality, now):
        states = Counter(
            punctuality[case.id] for case in cases if case.id in punctuality
        )
        known = bool(punctuality)
        return {
            "received": len(cases),
            "justified": len(cases.filtered(lambda case: case.justified == "yes")),
            "closed": len(cases.filtered(lambda case: case.state == "closed")),
            "in_time": states["in_time"] if known else None,
            "overdue": states["overdue"] if known else None,
            "compensation": round(
                sum(
                    case.currency_id._convert(
                        case.compensation, company.currency_id, company, now.date()
                    )
                    for case in cases
                    if case.compensation
                ),
                2,
            ),
        }

    def _build_workbook(self, name, report, figures):
        words = {
            "title": name,
            "period": self.env._(
                "Received from %(start)s to %(end)s",
                start=format_date(self.env, report.date_from),
                end=format_date(self.env, report.date_to),
            ),
            "summary": self.env._("Summary"),
            "category": self.env._("By category"),
            "department": self.env._("By department"),
            "received": self.env._("Cases received"),
            "justified": self.env._("Justified"),
            "closed": self.env._("Closed"),
            "in_time": self.env._("Closed in time"),
            "overdue": self.env._("Overdue"),
            "compensation": self.env._(
                "Compensation (%(currency)s)", currency=figures["currency"]
            ),
        }
        summary = [
            (words[key], figures["total"][key]) for key, _format in monthly_xlsx.COLUMNS
        ]
        sections = {key: figures[key] for key in ("category", "department")}
        return monthly_xlsx.build(words, summary, sections, report.produced_at)
