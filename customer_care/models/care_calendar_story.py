from odoo import models
from odoo.tools import format_date

from ..logic import wall_clock


class CareCalendarStory(models.AbstractModel):
    """Tells in sentences why a deadline ends when it ends. Nothing is stored."""

    _name = "care.calendar.story"
    _description = "Explanation of a deadline"

    def _tell(self, calendar, start, amount, unit, at_time):
        """Return the rows of `resource.calendar.care_explain`."""
        end = calendar.care_add(start, amount, unit, at_time)
        timetable = calendar._care_timetable()
        first, last = (wall_clock.to_instant(moment) for moment in (start, end))
        if unit in ("working_hour", "working_day"):
            rows = self._tell_days(calendar, timetable, first, last, unit)
        else:
            rows = [self._tell_clock(timetable, first, last, amount, unit)]
        due = wall_clock.local(last, timetable.zone)
        text = self.env._(
            "Due on %(day)s at %(time)s (%(zone)s).",
            day=self._date_text(due.date()),
            time=due.strftime("%H:%M"),
            zone=calendar.sudo().tz,
        )
        return [*rows, self._row(due.date(), "due", "", 0, text)]

    def _tell_clock(self, timetable, first, last, amount, unit):
        start = wall_clock.local(first, timetable.zone)
        names = {
            "minute": self.env._("minutes"),
            "hour": self.env._("hours"),
            "day": self.env._("days"),
            "month": self.env._("months"),
        }
        text = self.env._(
            "From %(day)s at %(time)s, %(amount)s %(unit)s are counted by the clock, "
            "nights, weekends and holidays included.",
            day=self._date_text(start.date()),
            time=start.strftime("%H:%M"),
            amount=amount,
            unit=names[unit],
        )
        return self._row(start.date(), "open", "", last - first, text)

    def _tell_days(self, calendar, timetable, first, last, unit):
        low, high = min(first, last), max(first, last)
        days = list(timetable.explain(low, high))
        names = self._names(calendar, timetable, days)
        start = wall_clock.local(first, timetable.zone).date()
        rows, number = [], 0
        for day in days:
            name = names.get(day.day, "")
            works = day.kind in ("open", "make_up")
            if unit == "working_hour":
                count = self._hours_text(day.seconds)
            elif day.day == start:
                count = self.env._("the day of the start does not count")
            else:
                number += works
                count = self.env._("working day %(number)s", number=number)
            text = self._day_text(day, name, count if works else "")
            rows.append(self._row(day.day, day.kind, name, day.seconds, text))
        return rows

    def _day_text(self, day, name, count):
        values = {
            "day": self._date_text(day.day),
            "name": name,
            "count": count,
            "hours": wall_clock.format_windows(day.windows),
        }
        if day.kind == "closed":
            return self.env._("%(day)s: closed.", **values)
        if day.kind == "holiday":
            return self.env._("%(day)s: closed, %(name)s.", **values)
        if day.kind == "make_up":
            return self.env._(
                "%(day)s: open %(hours)s though usually closed, %(name)s: %(count)s.",
                **values,
            )
        return self.env._("%(day)s: open %(hours)s: %(count)s.", **values)

    def _names(self, calendar, timetable, days):
        """Return {date: name of its dated day or closing} for these days."""
        if not days:
            return {}
        first, last = days[0].day, days[-1].day
        begin = wall_clock.instant_of(first, 0, timetable.zone)
        end = wall_clock.instant_of(last, wall_clock.DAY, timetable.zone)
        leaves = self.env["resource.calendar.leaves"].sudo()
        domain = calendar._care_closure_domain() & leaves._care_overlap_domain(
            wall_clock.to_datetime(begin), wall_clock.to_datetime(end)
        )
        names = {}
        for leave in leaves.search(domain):
            spans = (leave.date_from, leave.date_to)
            low, high = (
                wall_clock.local(wall_clock.to_instant(moment), timetable.zone).date()
                for moment in spans
            )
            for row in days:
                if low <= row.day <= high:
                    names[row.day] = leave.name or self.env._("closing day")
        dated = self.env["care.calendar.day"].sudo()
        for day in dated.search(
            [
                ("calendar_id", "=", calendar.id),
                ("date", ">=", first),
                ("date", "<=", last),
            ]
        ):
            names[day.date] = day.name
        return names

    def _hours_text(self, seconds):
        hours, minutes = divmod(seconds // 60, 60)
        if not seconds:
            return self.env._("no time counted")
        if not minutes:
            return self.env._("%(hours)s h counted", hours=hours)
        if not hours:
            return self.env._("%(minutes)s min counted", minutes=minutes)
        return self.env._(
            "%(hours)s h %(minutes)s min counted", hours=hours, minutes=minutes
        )

    def _date_text(self, day):
        return format_date(self.env, day, date_format="full")

    @staticmethod
    def _row(day, kind, name, seconds, text):
        return {
            "date": day,
            "kind": kind,
            "name": name,
            "seconds": seconds,
            "text": text,
        }
