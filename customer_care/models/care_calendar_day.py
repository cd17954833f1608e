import csv
import logging
import re
from datetime import timedelta
from pathlib import Path

from markupsafe import Markup

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date
from odoo.tools.misc import file_open, file_path

from ..logic import wall_clock

_logger = logging.getLogger(__name__)
_FILE = "customer_care/data/days_%s.csv"
_WARNING_PARAMETER = "customer_care.days_warning"
_WARNING_DAYS = 60
_LANGS = ("zh_CN", "zh_TW")


class CareCalendarDay(models.Model):
    """One date on which a calendar departs from its week: a holiday, a make-up
    working day, or a day with other hours. Managers keep them; public days are
    loaded from the shipped lists and can be changed like any other."""

    _name = "care.calendar.day"
    _description = "Holiday or make-up day"
    _order = "date desc, id"
    _rec_name = "name"

    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working schedule",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company.resource_calendar_id,
    )
    company_id = fields.Many2one(
        related="calendar_id.company_id", store=True, index=True
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    kind = fields.Selection(
        [("holiday", "Day off"), ("working", "Working day")],
        required=True,
        default="holiday",
        help="Day off: nobody works. Working day: open in spite of the week's pattern, "
        "or with other hours than usual.",
    )
    hours_source = fields.Selection(
        [("weekday", "Hours of a weekday"), ("own", "Hours of its own")],
        string="Hours from",
        required=True,
        default="weekday",
    )
    weekday = fields.Selection(
        [
            ("0", "Monday"),
            ("1", "Tuesday"),
            ("2", "Wednesday"),
            ("3", "Thursday"),
            ("4", "Friday"),
            ("5", "Saturday"),
            ("6", "Sunday"),
        ],
        string="As on a",
        required=True,
        default="0",
        help="A make-up day has the working hours of this weekday.",
    )
    hours = fields.Char(
        string="Own hours", help="Such as 08:30-12:00, 13:00-17:30. 24:00 ends the day."
    )
    hours_text = fields.Char(string="Open hours", compute="_compute_hours_text")
    name = fields.Char(required=True, translate=True)

    _date_uniq = models.UniqueIndex(
        "(calendar_id, date)",
        "This working schedule already has a line for that date. Change that one.",
    )

    @api.depends("date", "name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for day in self:
            day.display_name = f"{format_date(self.env, day.date)} {day.name or ''}"

    @api.depends("kind", "hours_source", "weekday", "hours", "date", "calendar_id")
    def _compute_hours_text(self):
        weeks = {
            calendar: calendar._care_weeks() for calendar in self.calendar_id._origin
        }
        for day in self:
            week = weeks.get(day.calendar_id._origin)
            try:
                windows = day._get_windows(week) if week else ()
            except ValueError:  # half-typed hours; saving them is refused
                windows = ()
            day.hours_text = wall_clock.format_windows(windows)

    @api.constrains("kind", "hours_source", "hours")
    def _check_hours(self):
        for day in self:
            if day.kind != "working" or day.hours_source != "own":
                continue
            try:
                known = wall_clock.parse_windows(day.hours or "")
            except ValueError:
                known = ()
            if not known:
                raise ValidationError(
                    self.env._(
                        "%(day)s needs its hours, such as 08:30-12:00, 13:00-17:30.",
                        day=day.display_name,
                    )
                )

    def _get_windows(self, weeks):
        """Return the windows of this day, given the calendar's `_care_weeks()`."""
        self.ensure_one()
        if self.kind == "holiday" or not self.date:
            return ()
        if self.hours_source == "own":
            return wall_clock.parse_windows(self.hours or "")
        parity = self.env["resource.calendar.attendance"].get_week_type(self.date)
        return weeks[int(self.weekday) + 7 * parity]

    # ---- the calendar must know at once

    @api.model_create_multi
    def create(self, vals_list):
        calendars = self.env["resource.calendar"].browse(
            {vals["calendar_id"] for vals in vals_list if vals.get("calendar_id")}
        )
        if any(not vals.get("calendar_id") for vals in vals_list):
            calendars |= self.env.company.resource_calendar_id
        with calendars._care_watch():
            return super().create(vals_list)

    def write(self, vals):
        calendars = self.calendar_id
        if vals.get("calendar_id"):
            calendars |= calendars.browse(vals["calendar_id"])
        with calendars._care_watch():
            return super().write(vals)

    def unlink(self):
        with self.calendar_id._care_watch():
            return super().unlink()

    # ---- public days

    @api.model
    def _get_public_countries(self):
        """Return [(code, country name)] of the shipped lists of public days."""
        folder = Path(file_path("customer_care/data"))
        codes = [
            match[1]
            for path in sorted(folder.glob("days_*.csv"))
            if (match := re.fullmatch(r"days_([a-z]{2})\.csv", path.name))
        ]
        countries = self.env["res.country"].search(
            [("code", "in", [code.upper() for code in codes])]
        )
        names = {country.code.lower(): country.name for country in countries}
        return [(code, names.get(code, code.upper())) for code in codes]

    @api.model
    def _get_public_days(self, country):
        """Return the shipped rows of `country`: date, kind, name, name_<lang>."""
        if country not in dict(self._get_public_countries()):
            raise UserError(
                self.env._(
                    "There is no list of public days for %(country)s. Enter them by "
                    "hand or import them.",
                    country=country,
                )
            )
        with file_open(_FILE % country) as stream:
            return list(csv.DictReader(stream))

    @api.model
    def _load_public_days(self, calendar, country, year_from, year_to, weekday=None):
        """Add the public days that `calendar` lacks and return them.

        A date that has a line already is left alone, so loading twice adds nothing
        and what people changed stays. Make-up days get the hours of `weekday`, or of
        the first weekday with hours.
        """
        known = set(self.search([("calendar_id", "=", calendar.id)]).mapped("date"))
        rows = [
            row | {"date": fields.Date.to_date(row["date"])}
            for row in self._get_public_days(country)
            if year_from <= int(row["date"][:4]) <= year_to
        ]
        rows = [row for row in rows if row["date"] not in known]
        weeks = calendar._care_weeks()
        weekday = weekday or next((str(n) for n in range(7) if weeks[n]), "0")
        days = self.with_context(lang="en_US").create(
            [
                {
                    "calendar_id": calendar.id,
                    "date": row["date"],
                    "kind": row["kind"],
                    "weekday": weekday,
                    "name": row["name"],
                }
                for row in rows
            ]
        )
        self._translate_names(days, rows)
        if days:
            calendar.sudo().care_days_activity_id.action_feedback()
        return days.with_env(self.env)

    @api.model
    def _translate_names(self, days, rows):
        installed = dict(self.env["res.lang"].get_installed())
        translations = {row["name"]: row for row in rows}
        for name, same in days.grouped("name").items():
            for lang in _LANGS:
                if lang in installed:
                    row = translations[name]
                    same.with_context(lang=lang).name = row[f"name_{lang}"]

    # ---- the year that nobody has entered yet

    @api.model
    def _cron_warn_missing_days(self):
        """Raise one activity on each schedule in use, some time before its first year
        without holidays begins. Once per schedule and year."""
        today = fields.Date.context_today(self)
        ahead = self._get_warning_days()
        for calendar in self._get_calendars_in_use():
            year = self._get_first_year_without_days(calendar, today)
            begins = today.replace(year=year, month=1, day=1)
            if (begins - today).days > ahead or calendar.care_days_warned_year >= year:
                continue
            manager = self._get_days_keeper(calendar)
            if not manager:
                _logger.warning("Nobody can be told that %s lacks days", calendar.name)
                continue
            calendar.care_days_activity_id = self._raise_activity(
                calendar, manager, year, max(today, begins - timedelta(days=1))
            )
            calendar.care_days_warned_year = year

    @api.model
    def _raise_activity(self, calendar, manager, year, deadline):
        """Return a to-do that hangs on no record: schedules have no chatter."""
        translate = self.with_context(lang=manager.lang).env._
        link = Markup('<a href="/odoo/care-days">%s</a>')
        return self.env["mail.activity"].create(
            {
                "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
                "user_id": manager.id,
                "date_deadline": deadline,
                "summary": translate(
                    "No holidays are entered for %(year)s in %(calendar)s",
                    year=year,
                    calendar=calendar.name,
                ),
                "note": link % translate("Load the public days or enter them here."),
            }
        )

    @api.model
    def _get_warning_days(self):
        text = self.env["ir.config_parameter"].sudo().get_param(_WARNING_PARAMETER)
        try:
            return max(int(text), 0)
        except (TypeError, ValueError):
            return _WARNING_DAYS

    @api.model
    def _get_calendars_in_use(self):
        """Return the schedules of the companies, and those that rules name."""
        companies = self.env["res.company"].sudo()
        calendars = companies.search(
            [("resource_calendar_id", "!=", False)]
        ).resource_calendar_id
        rules = self.env["care.obligation.rule"].sudo()
        calendars |= rules.search([("calendar_id", "!=", False)]).calendar_id
        return calendars.filtered("active")

    @api.model
    def _get_first_year_without_days(self, calendar, today):
        holidays = self.sudo().search(
            [
                ("calendar_id", "=", calendar.id),
                ("kind", "=", "holiday"),
                ("date", ">=", today.replace(month=1, day=1)),
            ]
        )
        years = {day.year for day in holidays.mapped("date")}
        year = today.year
        while year in years:
            year += 1
        return year

    @api.model
    def _get_days_keeper(self, calendar):
        """Return the manager to tell: who entered the last days, else the first."""
        managers = self.env.ref("customer_care.customer_care_group_manager").sudo()
        able = managers.all_user_ids.filtered(
            lambda user: (
                user.active
                and not user.share
                and user.id != SUPERUSER_ID
                and (not calendar.company_id or calendar.company_id in user.company_ids)
            )
        ).sorted("id")
        days = self.sudo().search([("calendar_id", "=", calendar.id)], limit=1)
        last = days.create_uid
        return last if last in able else able[:1]
