from datetime import date

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..logic import lunar

_USER = "customer_care.customer_care_group_user"
_LUNAR = ("birthday_lunar_month", "birthday_lunar_day", "birthday_lunar_leap")


class CarePortraitBirthday(models.AbstractModel):
    """A contact's birthday, in the solar or the Chinese calendar.

    Users write it. One in a leap month is kept in the ordinary month, one on the 30th
    of a month with 29 days on the 29th, one on 29 February on the 28th.
    """

    _name = "care.portrait.birthday"
    _description = "Contact with a birthday"

    birthday_date = fields.Date(
        "Date of birth",
        index="btree_not_null",
        groups=_USER,
        help="In the solar calendar. Only the lunar month and day are known: leave it "
        "empty.",
    )
    birthday_calendar = fields.Selection(
        [("solar", "Solar"), ("lunar", "Lunar")],
        "Birthday kept by",
        groups=_USER,
    )
    birthday_lunar_month = fields.Integer(
        "Lunar month", aggregator=None, groups=_USER, help="1 to 12."
    )
    birthday_lunar_day = fields.Integer(
        "Lunar day", aggregator=None, groups=_USER, help="1 to 30."
    )
    birthday_lunar_leap = fields.Boolean(
        "In a leap month",
        groups=_USER,
        help="Born in a leap month; the birthday is kept in the ordinary one.",
    )
    care_next_birthday = fields.Date(
        "Next birthday", compute="_compute_care_next_birthday", groups=_USER
    )
    care_age = fields.Integer(
        "Age", compute="_compute_care_next_birthday", groups=_USER, aggregator=None
    )

    @api.depends("birthday_date", "birthday_calendar", *_LUNAR)
    def _compute_care_next_birthday(self):
        today = fields.Date.context_today(self)
        for partner in self:
            born = partner.birthday_date
            days = partner._care_birthday_days(today.year - 1, today.year + 1)
            partner.care_next_birthday = min(
                (day for day in days if day >= today), default=False
            )
            partner.care_age = lunar.age_on(born, today) if born else 0

    @api.onchange("birthday_date", "birthday_calendar")
    def _onchange_birthday_date(self):
        if self.birthday_date and self.birthday_calendar == "lunar":
            self.update(self._care_lunar_vals(self.birthday_date))

    @api.model
    def _care_lunar_vals(self, born):
        """Return the lunar fields of a date of birth."""
        day = lunar.to_lunar(fields.Date.to_date(born))
        return dict(zip(_LUNAR, (day.month, day.day, day.leap), strict=True))

    @api.constrains("birthday_date", "birthday_calendar", *_LUNAR)
    def _check_birthday(self):
        for partner in self:
            if partner.birthday_date and partner.birthday_date > fields.Date.today():
                raise ValidationError(
                    self.env._(
                        "The date of birth of %(partner)s is in the future. Correct "
                        "the year.",
                        partner=partner.display_name,
                    )
                )
            month, day = partner.birthday_lunar_month, partner.birthday_lunar_day
            if (month or day) and not (1 <= month <= 12 and 1 <= day <= 30):
                raise ValidationError(
                    self.env._(
                        "%(month)s/%(day)s is no day of the lunar calendar "
                        "(%(partner)s). Enter a month from 1 to 12 and a day from 1 to "
                        "30.",
                        month=month,
                        day=day,
                        partner=partner.display_name,
                    )
                )

    # ---- when it is kept

    def _care_birthday_on(self, year):
        """Return {id: date or False} of the birthdays of `year`.

        A lunar birthday is kept once in each Chinese year; those of its last months
        fall in January or February of the next solar year.
        """
        return {
            partner.id: next(iter(partner._care_birthday_days(year, year)), False)
            for partner in self
        }

    def _care_birthday_days(self, first, last):
        """Return the birthdays of one contact in the years `first` to `last`."""
        partner = self.sudo()
        month, day = partner.birthday_lunar_month, partner.birthday_lunar_day
        years = range(first, last + 1)
        if partner.birthday_calendar == "lunar":
            if partner.birthday_date and not (month and day):
                born = lunar.to_lunar(partner.birthday_date)
                month, day = born.month, born.day
            if not (month and day):
                return []
            return [lunar.lunar_birthday(year, month, day) for year in years]
        if not (born := partner.birthday_date):
            return []
        return [lunar.solar_birthday(year, born.month, born.day) for year in years]

    @api.model
    def _care_birthday_domain(self, first: date, last: date):
        """Return the domain of the contacts whose birthday is kept from `first` to
        `last`, both included, without looking at any contact."""
        solar, chinese = set(), set()
        for day in lunar.days_between(first, last):
            solar.update(lunar.solar_kept_on(day))
            chinese.update(lunar.kept_on(day))
        by_date = Domain.OR(
            Domain("birthday_date.month_number", "=", month)
            & Domain("birthday_date.day_of_month", "=", day)
            for month, day in sorted(solar)
        )
        by_moon = Domain.OR(
            Domain("birthday_lunar_month", "=", month)
            & Domain("birthday_lunar_day", "=", day)
            for month, day in sorted(chinese)
        )
        return (
            Domain("birthday_calendar", "!=", "lunar")
            & Domain("birthday_date", "!=", False)
            & by_date
        ) | (Domain("birthday_calendar", "=", "lunar") & by_moon)

    # ---- saving: the lunar day of a date of birth is always known

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("birthday_calendar") == "lunar":
                self._care_complete_birthday(vals, vals.get("birthday_date"))
        return super().create(vals_list)

    def write(self, vals):
        if "birthday_date" not in vals and "birthday_calendar" not in vals:
            return super().write(vals)
        result = True
        for mine, ids in self._care_birthday_groups(vals):
            result = super(CarePortraitBirthday, self.browse(ids)).write(mine)
        return result

    def _care_birthday_groups(self, vals):
        """Return [(values, ids)]: contacts with their own lunar day, those with the
        same one together."""
        groups = {}
        for partner in self:
            mine = dict(vals)
            kept_by = vals.get("birthday_calendar", partner.birthday_calendar)
            if kept_by == "lunar":
                born = vals.get("birthday_date", partner.birthday_date)
                self._care_complete_birthday(mine, born)
            key = tuple(mine.get(name) for name in _LUNAR)
            groups.setdefault(key, (mine, []))[1].append(partner.id)
        return list(groups.values())

    @api.model
    def _care_complete_birthday(self, vals, born):
        if born and not any(vals.get(name) for name in _LUNAR):
            vals.update(self._care_lunar_vals(born))
