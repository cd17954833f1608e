from contextlib import contextmanager
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import ormcache

from ..logic import wall_clock
from ..logic.working_time import (
    UNITS,
    DatedDay,
    NoOpenTime,
    Pattern,
    Timetable,
    TooFar,
    join,
)

_WATCHED = object()  # compared by identity: no client can send it


def _publish(registry):
    """Clear once more after the commit, and tell the other workers.

    Until the commit another thread may have read the old days; and a commit outside
    a request or a job (a script) tells nobody by itself.
    """
    registry.clear_cache()
    if registry.ready:
        registry.signal_changes()


def _moment(value):
    """Return the datetime of `value`, which over RPC is Odoo's text of one."""
    return fields.Datetime.to_datetime(value) if isinstance(value, str) else value


class ResourceCalendar(models.Model):
    """A working schedule that counts deadlines: its week, its dated days
    (`care.calendar.day`) and the company's closing days (global time off)."""

    _inherit = "resource.calendar"

    care_day_ids = fields.One2many(
        "care.calendar.day", "calendar_id", string="Holidays and make-up days"
    )
    care_days_until = fields.Date(
        string="Public days known until",
        compute="_compute_care_days_until",
        help="The last date in the list of holidays and make-up days.",
    )
    care_days_warned_year = fields.Integer(
        string="Year without days, warned of", copy=False, readonly=True
    )
    care_days_activity_id = fields.Many2one(
        "mail.activity",
        string="Activity to enter days",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    @api.depends("care_day_ids.date")
    def _compute_care_days_until(self):
        for calendar in self:
            dates = calendar.care_day_ids.filtered("date").mapped("date")
            calendar.care_days_until = max(dates, default=False)

    # ---- the questions others ask

    def care_add(self, start, amount, unit, at_time=None):
        """Return the naive UTC datetime at which `amount` of `unit` from `start` ends.

        `start` is a naive UTC or an aware datetime (or Odoo's text of one), `unit` one
        of minute, hour, day, month, working_hour, working_day; `at_time` is "HH:MM" in
        the calendar's zone. How each is counted: see `logic/working_time.py`.
        :raise UserError: nothing opens any more, the amount is too large, or wrong
        """
        timetable = self._care_timetable()
        try:
            return wall_clock.to_datetime(
                timetable.add(
                    wall_clock.to_instant(_moment(start)),
                    amount,
                    unit,
                    wall_clock.parse_clock(at_time) if at_time else None,
                )
            )
        except ValueError as error:
            raise self._care_error(error, amount, unit, at_time) from error

    def care_add_many(self, rows):
        """Return the ends of many (start, amount, unit, at_time), in their order."""
        return [self.care_add(*row) for row in rows]

    def care_between(self, start, end):
        """Return the open seconds from `start` to `end` (negative when it is earlier).

        :raise UserError: the calendar has no working hours at all
        """
        timetable = self._care_timetable()
        try:
            if timetable.never_opens:
                raise NoOpenTime
            return timetable.between(
                wall_clock.to_instant(_moment(start)),
                wall_clock.to_instant(_moment(end)),
            )
        except ValueError as error:
            raise self._care_error(error) from error

    def care_shift(self, moment, seconds, working):
        """Return `moment` moved by `seconds`, of open time when `working`."""
        instant = wall_clock.to_instant(_moment(moment))
        if not working:
            return wall_clock.to_datetime(instant + seconds)
        try:
            return wall_clock.to_datetime(
                self._care_timetable().shift(instant, seconds)
            )
        except ValueError as error:
            raise self._care_error(error) from error

    def care_explain(self, start, amount, unit, at_time=None):
        """Return why `care_add` ends when it ends, one row a day and the end last.

        Rows: {date, kind: open|closed|holiday|make_up|due, name, seconds, text};
        `text` is one sentence in the reader's language.
        """
        self.ensure_one()
        story = self.env["care.calendar.story"]
        return story._tell(self, _moment(start), amount, unit, at_time)

    def _care_error(self, error, amount=None, unit=None, at_time=None):
        """Return the UserError that says `error` to a person."""
        self.ensure_one()
        values = {"calendar": self.sudo().name, "amount": amount, "unit": unit}
        if isinstance(error, NoOpenTime):
            if self.sudo().flexible_hours:
                return UserError(
                    self.env._(
                        "%(calendar)s has flexible hours, so no working time can be "
                        "counted in it. Choose a schedule with fixed hours.",
                        **values,
                    )
                )
            return UserError(
                self.env._(
                    "%(calendar)s has no working hours in the years ahead, so nothing "
                    "can fall due in it. Add working hours or working days to it.",
                    **values,
                )
            )
        if isinstance(error, TooFar):
            return UserError(
                self.env._(
                    "%(calendar)s cannot count more than a century: choose a date and "
                    "an amount that lie closer.",
                    **values,
                )
            )
        if unit in UNITS and at_time:
            values["at_time"] = at_time
            return UserError(
                self.env._(
                    "%(at_time)s is not a time of the day. Write it as 10:00.", **values
                )
            )
        return UserError(
            self.env._(
                "%(amount)s %(unit)s cannot be counted. Days and months are counted "
                "whole; use hours for parts of them.",
                **values,
            )
        )

    # ---- the timetable, once per worker

    def _care_zone(self):
        """Return the ZoneInfo of the schedule."""
        return wall_clock.zone(self.sudo().tz or "UTC")

    @ormcache("self.id")
    def _care_timetable(self):
        return Timetable(self._care_pattern())

    def _care_weeks(self):
        """Return 14 tuples of windows (seconds after midnight): weekday + 7 * week."""
        self.ensure_one()
        weeks = [[] for _weekday in range(14)]
        calendar = self.sudo()
        if not calendar.flexible_hours:
            lines = self.env["resource.calendar.attendance"].sudo()
            for line in lines.search([("calendar_id", "=", self.id)]):
                if not line._is_work_period():
                    continue
                window = round(line.hour_from * 3600), round(line.hour_to * 3600)
                both = not calendar.two_weeks_calendar
                for week in (0, 1) if both else (int(line.week_type),):
                    weeks[int(line.dayofweek) + 7 * week].append(window)
        return tuple(join(windows) for windows in weeks)

    def _care_pattern(self):
        self.ensure_one()
        weeks = self._care_weeks()
        days = self.env["care.calendar.day"].sudo()
        dated = {}
        if not self.sudo().flexible_hours:
            for day in days.search([("calendar_id", "=", self.id)]):
                dated[day.date] = DatedDay(day.kind, day._get_windows(weeks))
        return Pattern(self.sudo().tz or "UTC", weeks, dated, self._care_closures())

    def _care_closures(self):
        """Return the company's closing days (time off of nobody in particular)."""
        leaves = self.env["resource.calendar.leaves"].sudo()
        spans = []
        for leave in leaves.search(self._care_closure_domain()):
            # Odoo's days off end at 23:59:59: the rest of that minute is closed too.
            end = -(-wall_clock.to_instant(leave.date_to) // 60) * 60
            spans.append((wall_clock.to_instant(leave.date_from), end))
        return join(spans)

    def _care_closure_domain(self):
        domain = fields.Domain("calendar_id", "=", self.id)
        company = self.sudo().company_id
        if company:
            domain |= fields.Domain(
                [("calendar_id", "=", False), ("company_id", "=", company.id)]
            )
        return domain & fields.Domain(
            [("resource_id", "=", False), ("time_type", "=", "leave")]
        )

    # ---- when it changes

    @contextmanager
    def _care_watch(self):
        """Tell everyone when the working time of `self` differs after the block."""
        if self.env.context.get("care_watch") is _WATCHED:
            yield
            return
        before = [(calendar, calendar._care_pattern()) for calendar in self.exists()]
        yield
        changed = self.browse(
            calendar.id
            for calendar, pattern in before
            if calendar.exists() and calendar._care_pattern() != pattern
        )
        if changed:
            changed._care_calendar_changed()

    def _care_calendar_changed(self):
        """Forget the timetables on every worker and move what falls due."""
        self.env.registry.clear_cache()
        postcommit = self.env.cr.postcommit
        if not postcommit.data.get("care_calendar_changed"):
            postcommit.data["care_calendar_changed"] = True
            postcommit.add(partial(_publish, self.env.registry))
        self.env["care.obligation"]._on_calendar_changed(self)

    def write(self, vals):
        relevant = {
            "attendance_ids",
            "attendance_ids_1st_week",
            "attendance_ids_2nd_week",
            "care_day_ids",
            "company_id",
            "flexible_hours",
            "global_leave_ids",
            "leave_ids",
            "schedule_type",
            "two_weeks_calendar",
            "tz",
        }
        if relevant.isdisjoint(vals):
            return super().write(vals)
        with self._care_watch():
            watched = self.with_context(care_watch=_WATCHED)
            return super(ResourceCalendar, watched).write(vals)
