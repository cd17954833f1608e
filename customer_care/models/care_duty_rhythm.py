from datetime import date

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..logic import recurrence
from ..logic.recurrence import Recurrence

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday") + (
    "saturday",
    "sunday",
)
_ORDINALS = [("1", "First"), ("2", "Second"), ("3", "Third"), ("4", "Fourth")]
_DAY_NAMES = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
]
_MONTH_NAMES = [
    ("1", "January"),
    ("2", "February"),
    ("3", "March"),
    ("4", "April"),
    ("5", "May"),
    ("6", "June"),
    ("7", "July"),
    ("8", "August"),
    ("9", "September"),
    ("10", "October"),
    ("11", "November"),
    ("12", "December"),
]
DAYS = [(str(day), str(day)) for day in range(1, 32)] + [("-1", "Last day")]
_SHOWN = 3  # occurrences of the preview


class CareDutyRhythm(models.AbstractModel):
    """When a duty comes round.

    `rrule` is what counts; the fields of the editor (frequency, days, months) write
    it, and are read from it where it came from a pack.
    """

    _name = "care.duty.rhythm"
    _description = "Rhythm of a duty"

    frequency = fields.Selection(
        [
            ("day", "Day"),
            ("week", "Week"),
            ("month", "Month"),
            ("quarter", "Quarter"),
            ("half_year", "Half-year"),
            ("year", "Year"),
            ("custom", "Own rule"),
        ],
        "Comes every",
        required=True,
        default="month",
    )
    interval = fields.Integer("Every how many", required=True, default=1)
    monday = fields.Boolean(default=True)
    tuesday = fields.Boolean()
    wednesday = fields.Boolean()
    thursday = fields.Boolean()
    friday = fields.Boolean()
    saturday = fields.Boolean()
    sunday = fields.Boolean()
    quarter_month = fields.Selection(
        [("1", "First"), ("2", "Second"), ("3", "Last")],
        "Month of the quarter",
        default="1",
    )
    half_month = fields.Selection(
        [
            ("1", "January and July"),
            ("2", "February and August"),
            ("3", "March and September"),
            ("4", "April and October"),
            ("5", "May and November"),
            ("6", "June and December"),
        ],
        "In",
        default="1",
    )
    year_month = fields.Selection(_MONTH_NAMES, "In month", default="1")
    month_by = fields.Selection(
        [("day", "Day of the month"), ("weekday", "Weekday")], "On", default="day"
    )
    month_day = fields.Selection(
        DAYS,
        "Day",
        default="1",
        help="In a shorter month, 29 to 31 mean its last day.",
    )
    month_week = fields.Selection([*_ORDINALS, ("-1", "Last")], "Which", default="1")
    month_weekday = fields.Selection(_DAY_NAMES, "Weekday", default="0")
    rrule = fields.Char(
        "Rule",
        compute="_compute_rrule",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="RFC 5545, such as FREQ=MONTHLY;BYMONTHDAY=1.",
    )
    dtstart = fields.Date(
        "Intervals count from",
        required=True,
        default=date(2024, 1, 1),
        help="Every second week, say, is the second after the week of this date.",
    )
    start_time = fields.Char(
        "Starts at", required=True, default="00:00", help="By the schedule's clock."
    )
    produce_from = fields.Date(
        "First time not before",
        required=True,
        default=fields.Date.context_today,
        copy=False,
    )
    preview = fields.Html("Next times", compute="_compute_preview", sanitize=False)

    _interval_positive = models.Constraint(
        "CHECK (interval BETWEEN 1 AND 1000)",
        "A duty comes every 1 to 1,000 days, weeks, months or years.",
    )

    # ---- the editor

    @api.depends(
        "frequency",
        "interval",
        *_WEEKDAYS,
        "quarter_month",
        "half_month",
        "year_month",
        "month_by",
        "month_day",
        "month_week",
        "month_weekday",
    )
    def _compute_rrule(self):
        for duty in self:
            if duty.frequency and duty.frequency != "custom":
                duty.rrule = recurrence.build(duty._get_plan())
            else:
                duty.rrule = duty.rrule or "FREQ=MONTHLY;BYMONTHDAY=1"

    def _get_plan(self):
        """Return the Recurrence that the editor shows."""
        months = {
            "quarter": self.quarter_month,
            "half_year": self.half_month,
            "year": self.year_month,
        }
        by_weekday = self.month_by == "weekday" and self.frequency != "week"
        weekdays = tuple(n for n, name in enumerate(_WEEKDAYS) if self[name])
        return Recurrence(
            self.frequency,
            self.interval or 1,
            (int(self.month_weekday or 0),) if by_weekday else weekdays,
            int(months.get(self.frequency) or 1),
            int(self.month_day or 1),
            int(self.month_week or 1) if by_weekday else 0,
        )

    @api.model
    def _prepare_plan_vals(self, text):
        """Return the values of the editor that write the rule `text`."""
        plan = recurrence.parse(text)
        if plan is None:
            return {"frequency": "custom"}
        vals = {"frequency": plan.frequency, "interval": plan.interval}
        if plan.frequency == "week":
            return vals | {
                name: number in plan.weekdays for number, name in enumerate(_WEEKDAYS)
            }
        month_fields = {
            "quarter": "quarter_month",
            "half_year": "half_month",
            "year": "year_month",
        }
        if plan.frequency in month_fields:
            vals[month_fields[plan.frequency]] = str(plan.month)
        if plan.week:
            return vals | {
                "month_by": "weekday",
                "month_week": str(plan.week),
                "month_weekday": str(plan.weekdays[0]),
            }
        return vals | {"month_by": "day", "month_day": str(plan.day)}

    @api.depends(
        "rrule",
        "dtstart",
        "start_time",
        "amount",
        "unit",
        "at_time",
        "calendar_id",
        "due_kind",
        "due_day",
        "due_months",
    )
    @api.depends_context("lang")
    def _compute_preview(self):
        for duty in self:
            duty.preview = duty._get_preview()

    def _get_preview(self):
        """Return the next occurrences with their due times as HTML."""
        self.ensure_one()
        if not self.rrule or not self.dtstart:
            return False
        try:
            recurrence.check(self.rrule, self.dtstart)
            lines = [self._get_preview_line(day) for day in self._get_next_days(_SHOWN)]
        except ValueError:
            return False  # half-typed; saving it is refused with the reason
        except UserError as error:
            lines = [str(error)]
        rows = Markup().join(Markup("<li>%s</li>") % line for line in lines)
        return Markup("<ul>%s</ul>") % rows

    def _get_next_days(self, count, first=None):
        """Return up to `count` days on or after `first` (today) on which it starts."""
        self.ensure_one()
        first = first or fields.Date.context_today(self)
        found = []
        for day in recurrence.starts(self.rrule, self.dtstart, first):
            found.append(day)
            if len(found) == count:
                break
        return found

    @api.constrains("rrule", "dtstart")
    def _check_rrule(self):
        for duty in self:
            try:
                recurrence.check(duty.rrule, duty.dtstart)
            except recurrence.RuleError as error:
                reasons = {
                    "form": self.env._(
                        "%(duty)s needs a rule such as FREQ=MONTHLY;BYMONTHDAY=1.",
                        duty=duty.name,
                    ),
                    "interval": self.env._(
                        "%(duty)s can come every 1 to 1,000 days, weeks, months or "
                        "years. Choose such an interval.",
                        duty=duty.name,
                    ),
                    "never": self.env._(
                        "No day ever fits the rule of %(duty)s. Choose another.",
                        duty=duty.name,
                    ),
                }
                raise ValidationError(reasons[str(error)]) from error

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_plan(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._with_plan(vals))

    def _with_plan(self, vals):
        if not vals.get("rrule"):
            return vals
        vals = dict(vals, rrule=recurrence.clean(vals["rrule"]))
        if "frequency" not in vals:
            vals = self._prepare_plan_vals(vals["rrule"]) | vals
        return vals
