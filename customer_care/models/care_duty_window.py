from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ..logic import recurrence, wall_clock
from .care_duty_rhythm import DAYS

_CHECKED = 12  # occurrences looked at when a window is saved


class CareDutyWindow(models.AbstractModel):
    """By when an occurrence of a duty is due, and how both are said in words.

    Either some time after its start, or on a day of the month: from 25 to 30 March,
    by the 10th, to the last day of the quarter's last month.
    """

    _name = "care.duty.window"
    _description = "Window of a duty"

    due_kind = fields.Selection(
        [("after", "Some time after the start"), ("day", "On a day of the month")],
        "Due",
        required=True,
        default="after",
    )
    due_day = fields.Selection(
        DAYS,
        "Last day",
        default="-1",
        help="In a shorter month, 29 to 31 mean its last day.",
    )
    due_months = fields.Integer(
        "Months after that of the start", help="0: in the month in which it starts."
    )
    rhythm_text = fields.Char("In words", compute="_compute_rhythm_text")

    _due_months_positive = models.Constraint(
        "CHECK (due_months BETWEEN 0 AND 120)",
        "A duty ends 0 to 120 months after the month of its start.",
    )

    @api.constrains("due_kind", "due_day", "due_months", "rrule", "dtstart")
    def _check_window(self):
        for duty in self.filtered(lambda duty: duty.due_kind == "day"):
            for day in duty._get_next_days(_CHECKED, duty.produce_from):
                if duty._get_last_day(day) < day:
                    raise ValidationError(
                        self.env._(
                            "%(duty)s would be due before it starts on %(day)s. "
                            "Choose a later day, or a month more.",
                            duty=duty.name,
                            day=format_date(self.env, day),
                        )
                    )

    # ---- when

    def _get_last_day(self, day):
        """Return the last day of the occurrence that starts on `day`."""
        return recurrence.window_end(day, int(self.due_day or -1), self.due_months)

    def _get_due(self, day):
        """Return the naive UTC moment at which the occurrence of `day` is due."""
        calendar = self._get_calendar()
        if self.due_kind == "day":
            seconds = wall_clock.parse_clock(self.at_time or "24:00")
            instant = wall_clock.instant_of(
                self._get_last_day(day), seconds, calendar._care_zone()
            )
            return wall_clock.to_datetime(instant)
        return calendar.care_add(
            self._get_start(day), self.amount, self.unit, self._get_at_time()
        )

    def _prepare_due_vals(self, day):
        """Return what tells an obligation when it is due."""
        if self.due_kind == "day":
            return {"due_at": self._get_due(day)}
        return {
            "amount": self.amount,
            "unit": self.unit,
            "at_time": self._get_at_time(),
        }

    def _get_preview_line(self, day):
        """Return the start and the due time of one occurrence in words."""
        zone = self._get_calendar()._care_zone()
        due = wall_clock.local(wall_clock.to_instant(self._get_due(day)), zone)
        at = due.strftime("%H:%M")
        if at == "00:00":
            due, at = due - timedelta(days=1), "24:00"
        return self.env._(
            "%(start)s, due %(due)s %(time)s",
            start=format_date(self.env, day),
            due=format_date(self.env, due.date()),
            time=at,
        )

    # ---- in words

    @api.depends(
        "rrule", "due_kind", "due_day", "due_months", "amount", "unit", "at_time"
    )
    @api.depends_context("lang")
    def _compute_rhythm_text(self):
        for duty in self:
            plan = recurrence.parse(duty.rrule or "")
            parts = [duty._tell_due()]
            if duty.at_time and duty.at_time != "24:00":
                parts.append(self.env._("at %(time)s", time=duty.at_time))
            text = duty._tell_rhythm(plan)
            for part in filter(None, parts):
                text = self.env._("%(rhythm)s, %(detail)s", rhythm=text, detail=part)
            duty.rhythm_text = text

    def _label(self, name, value):
        """Return the word that the screen shows for a value of a selection."""
        return dict(self._fields[name]._description_selection(self.env)).get(value, "")

    def _tell_rhythm(self, plan):
        if plan is None:
            return self.env._("By the rule %(rule)s", rule=self.rrule or "")
        count = plan.interval
        if plan.frequency == "day":
            one = self.env._("Every day")
            return one if count == 1 else self.env._("Every %(n)s days", n=count)
        if plan.frequency == "week":
            names = [self._label("month_weekday", str(day)) for day in plan.weekdays]
            days = ", ".join(names)
            if count == 1:
                return self.env._("Every week on %(days)s", days=days)
            return self.env._("Every %(n)s weeks on %(days)s", n=count, days=days)
        return self.env._(
            "%(months)s from %(day)s",
            months=self._tell_months(plan),
            day=self._tell_day(plan),
        )

    def _tell_months(self, plan):
        if plan.frequency == "quarter":
            return self.env._(
                "%(which)s month of each quarter",
                which=self._label("quarter_month", str(plan.month)),
            )
        if plan.frequency == "half_year":
            months = self._label("half_month", str(plan.month))
            return self.env._("Every half-year (%(months)s)", months=months)
        if plan.frequency == "year":
            month = self._label("year_month", str(plan.month))
            if plan.interval == 1:
                return self.env._("Every year in %(month)s", month=month)
            return self.env._(
                "Every %(n)s years in %(month)s", n=plan.interval, month=month
            )
        if plan.interval == 1:
            return self.env._("Every month")
        return self.env._("Every %(n)s months", n=plan.interval)

    def _tell_day(self, plan):
        if plan.week:
            return self.env._(
                "the %(which)s %(weekday)s",
                which=self._label("month_week", str(plan.week)).lower(),
                weekday=self._label("month_weekday", str(plan.weekdays[0])),
            )
        if plan.day == -1:
            return self.env._("the last day")
        return self.env._("day %(day)s", day=plan.day)

    def _tell_due(self):
        if self.due_kind == "after":
            if not self.amount:
                return self.env._("due that day")
            unit = self._label("unit", self.unit)
            text = self.env._("%(amount)s %(unit)s", amount=self.amount, unit=unit)
            return self.env._("%(time)s to do it", time=text.lower())
        last = self.due_day == "-1"
        day = (
            self.env._("the last day") if last else self._label("due_day", self.due_day)
        )
        if not last:
            day = self.env._("day %(day)s", day=day)
        if not self.due_months:
            return self.env._("until %(day)s", day=day)
        if self.due_months == 1:
            return self.env._("until %(day)s of the next month", day=day)
        return self.env._(
            "until %(day)s, %(n)s months later", day=day, n=self.due_months
        )
