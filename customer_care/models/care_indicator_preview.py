from datetime import timedelta

from markupsafe import Markup
from psycopg2.errors import QueryCanceled

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import SQL, format_date, formatLang

from ..logic import scores

_ROWS = 10  # subjects shown
_SECONDS = 5  # a preview may take

# what figures depend on: a change of any of these is another formula
FORMULA = (
    "model_name",
    "domain",
    "date_field",
    "subject_path",
    "subject_domain",
    "aggregate",
    "field_name",
    "numerator_domain",
    "counts_up_to",
    "period",
    "rolling_days",
    "rolling_months",
    "compare",
    "base_id",
    "zero_when_none",
    "better",
    "target",
    "has_target",
)


class CareIndicatorPreview(models.AbstractModel):
    """Shows on the form of an indicator what it gives, while it is written.

    The figures count what the user may read; kept results count everything.
    """

    _name = "care.indicator.preview"
    _description = "Preview of an indicator"

    show_preview = fields.Boolean("Preview", store=False)
    preview = fields.Html(
        compute="_compute_preview", sanitize=False, string="What it gives now"
    )

    @api.depends("show_preview", *FORMULA)
    def _compute_preview(self):
        forced = self.env.context.get("care_preview")
        for indicator in self:
            shown = indicator.show_preview or forced
            indicator.preview = indicator._preview_html() if shown else False

    def action_preview(self):
        """Open what the indicator gives in a window."""
        self.ensure_one()
        view = self.env.ref("customer_care.care_indicator_view_form_preview")
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(view.id, "form")],
            "target": "new",
            "context": {"care_preview": True},
        }

    def _preview_period(self):
        """Return the last period that is over; a rolling window ends yesterday."""
        today = fields.Date.context_today(self)
        if self.period in scores.MONTHS:
            return scores.last_period(self.period, today)
        return self._window(None, today - timedelta(days=1))

    def _preview_html(self):
        """Return the figures of the last period, or the sentence why there are none."""
        words = self._preview_refusal()
        if words:
            return Markup("<p class='text-danger mb-0'>%s</p>") % words
        date_from, date_to = self._preview_period()
        company = self.company_id or self.env.company
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(
                    SQL("SET LOCAL statement_timeout = %s", _SECONDS * 1000)
                )
                query = self._evaluate_query(date_from, date_to, None, company, True)
                rows, counts = self._preview_rows(query)
                self.env.cr.execute("SET LOCAL statement_timeout = 0")
        except AccessError as error:
            return Markup("<p class='text-danger mb-0'>%s</p>") % error.args[0]
        except QueryCanceled:
            words = self.env._(
                "This takes longer than %(seconds)s seconds. Save it and run it "
                "from the list of results.",
                seconds=_SECONDS,
            )
            return Markup("<p class='text-warning mb-0'>%s</p>") % words
        return self._preview_table(rows, counts, date_from, date_to)

    def _preview_refusal(self):
        """Return the sentence that tells why there is nothing to show, "" else."""
        if not self.model_name:
            return self.env._("Choose what is counted.")
        if self.dormant:
            return self._reason_text("dormant")
        if not self.subject_model:
            return self.env._("The subject leads nowhere: check its path.")
        try:
            for name in self._preview_checks():
                getattr(self, name)()
            self.env[self.model_name].check_access("read")
        except (ValidationError, AccessError) as error:
            return error.args[0]
        return ""

    def _preview_checks(self):
        return (
            "_check_model",
            "_check_subject_path",
            "_check_date_field",
            "_check_field_name",
            "_check_numerator",
            "_check_window",
            "_check_base",
            "_check_domain_fields",
            "_check_subject_domain",
            "_check_readable",
        )

    def _preview_rows(self, query):
        """Return the first rows, best first, and {reason: number of subjects}."""
        order = SQL("ASC" if self.better == "lower" else "DESC")
        named = SQL(
            "SELECT * FROM (%s) r (id, value, numerator, denominator, reason)", query
        )
        rows = self.env.execute_query(
            SQL(
                "SELECT * FROM (%s) q WHERE value IS NOT NULL "
                "ORDER BY value %s, id LIMIT %s",
                named,
                order,
                _ROWS,
            )
        )
        counts = self.env.execute_query(
            SQL("SELECT COALESCE(reason, ''), COUNT(*) FROM (%s) q GROUP BY 1", named)
        )
        return rows, dict(counts)

    def _preview_table(self, rows, counts, date_from, date_to):
        names = self._subject_names([row[0] for row in rows])
        lines = Markup().join(
            Markup("<tr><td>%s</td><td class='text-end'>%s</td><td>%s</td></tr>")
            % (names[id_], self._number(value), self._fraction(part, whole))
            for id_, value, part, whole, __ in rows
        )
        known = counts.pop("", 0)
        window = self.env._(
            "%(from)s to %(to)s: %(known)s with a figure, of what you may read.",
            **{"from": format_date(self.env, date_from) or "…"},
            to=format_date(self.env, date_to),
            known=known,
        )
        missing = Markup().join(
            Markup("<li>%s: %s</li>") % (self._reason_text(reason), count)
            for reason, count in sorted(counts.items())
        )
        return Markup(
            "<p>%s</p><table class='table table-sm mb-2'>%s</table><ul>%s</ul>"
        ) % (window, lines, missing)

    def _subject_names(self, ids):
        """Return {id: name}, of the subjects the user may see."""
        subjects = self.env[self.subject_model].browse(ids)
        visible = subjects._filtered_access("read")
        names = {subject.id: subject.display_name for subject in visible}
        return {id_: names.get(id_, self.env._("Restricted record")) for id_ in ids}

    def _number(self, value):
        number = formatLang(self.env, value, digits=0 if value == int(value) else 2)
        unit = self.unit or (
            "%" if self.aggregate == "rate" or self._is_ratio() else ""
        )
        return f"{number} {unit}".strip()

    def _fraction(self, part, whole):
        if part is None or whole is None:
            return ""
        both = [
            formatLang(self.env, n, digits=0 if n == int(n) else 2)
            for n in (part, whole)
        ]
        return " / ".join(both)
