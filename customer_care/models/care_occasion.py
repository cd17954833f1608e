from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..logic import occasions

KINDS = [
    ("birthday", "Birthday"),
    ("holiday", "Holiday"),
    ("own_event", "Own event"),
    ("contact", "Regular contact"),
    ("weather", "Weather warning"),
    ("thanks", "Thanks"),
    ("campaign", "Campaign"),
]
RULES = [
    ("birthday", "Birthday of the contact"),
    ("solar", "Day of the year"),
    ("lunar", "Day of the lunar year"),
    ("weekday", "Weekday of a month"),
    ("own", "Own event of the customer"),
    ("interval", "Some time after the last contact"),
    ("manual", "By a list, when somebody releases it"),
]
# {kind: date rules that go with it, the usual one first}
KIND_RULES = {
    "birthday": ("birthday",),
    "holiday": ("solar", "lunar", "weekday"),
    "own_event": ("own",),
    "contact": ("interval",),
    "weather": ("manual",),
    "thanks": ("manual", "solar", "lunar", "weekday"),
    "campaign": ("manual", "solar", "lunar", "weekday"),
}
# {kind: strength it begins with}
KIND_STRENGTH = {"weather": 100, "birthday": 60, "own_event": 50, "holiday": 40}
WEEKDAYS = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
]


class CareOccasion(models.Model):
    """A reason to greet customers that comes round: whom, when, how and how strong it
    is where two fall together.

    Managers and policy packs write it; the job makes the greetings ahead.
    """

    _name = "care.occasion"
    _description = "Occasion"
    _inherit = ["care.pack.row.mixin", "care.occasion.grades"]
    _order = "sequence, id"
    _pack_fields = (
        "name",
        "sequence",
        "kind",
        "audience",
        "domain",
        "tier_ids",
        "mode_id",
        "with_greeting",
        "with_ungraded",
        "date_rule",
        "month",
        "day",
        "lunar_month",
        "lunar_day",
        "week_number",
        "weekday",
        "event_kind",
        "offset_days",
        "interval_days",
        "days_ahead",
        "grace_days",
        "strength",
        "gap_days",
        "counts",
        "advertising",
        "auto_send",
        "role_id",
        "channel_ids",
    )
    _domain_fields = ("domain",)

    kind = fields.Selection(KINDS, required=True, default="holiday", index=True)
    audience = fields.Selection(
        [
            ("people", "Every contact person"),
            ("main", "One contact of each customer"),
            ("customer", "The customer itself"),
        ],
        "Whom",
        required=True,
        default="people",
        help="People are contacts who are no companies; a private customer is one. "
        "Where a customer has no contact person, “one contact” is the customer itself.",
    )
    domain = fields.Char(
        "Condition", default="[]", help="Contacts it is for. Empty: all of them."
    )
    date_rule = fields.Selection(RULES, "Falls on", required=True, default="solar")
    month = fields.Integer(default=1, aggregator=None)
    day = fields.Integer(default=1, aggregator=None)
    lunar_month = fields.Integer(default=1, aggregator=None)
    lunar_day = fields.Integer(
        default=1,
        aggregator=None,
        help="The 30th of a month with 29 days is its last day.",
    )
    week_number = fields.Selection(
        [
            ("1", "First"),
            ("2", "Second"),
            ("3", "Third"),
            ("4", "Fourth"),
            ("5", "Fifth"),
            ("-1", "Last"),
        ],
        default="1",
    )
    weekday = fields.Selection(WEEKDAYS, default="0")
    event_kind = fields.Selection(
        selection=lambda self: self.env["care.occasion.date"]._fields["kind"].selection,
        string="Kind of event",
        help="Empty: own events of any kind.",
    )
    offset_days = fields.Integer(
        "Greet this many days after it",
        aggregator=None,
        help="Below 0: before it. New Year's Eve is one day before the first day of "
        "the first lunar month.",
    )
    interval_days = fields.Integer(
        "Days without contact",
        default=90,
        aggregator=None,
        help="So many days after the last greeting, call or visit that was done.",
    )
    days_ahead = fields.Integer(
        "Days to prepare",
        default=7,
        aggregator=None,
        help="So long before the day the greeting waits for whoever prepares it: gifts "
        "are approved, letters printed.",
    )
    grace_days = fields.Integer(
        "May be late by",
        default=3,
        aggregator=None,
        help="Days after which a greeting is no longer made up for.",
    )
    strength = fields.Integer(
        default=40,
        aggregator=None,
        help="Where two occasions of a contact fall together, the stronger is greeted.",
    )
    gap_days = fields.Integer(
        "Free days around it",
        default=1,
        aggregator=None,
        help="No weaker greeting so many days before and after. 0: on the same day.",
    )
    counts = fields.Boolean(
        "Counts as a greeting",
        default=True,
        help="Warnings and regular calls do not: they go on whatever else was sent.",
    )
    advertising = fields.Boolean(
        help="Neither to those who are dissatisfied nor to those who want none."
    )
    auto_send = fields.Boolean(
        "Send by itself",
        default=True,
        help="Mails and text messages go out on the day; else somebody sends them.",
    )
    role_id = fields.Many2one(
        "care.role",
        "Done by",
        help="Where nobody looks after the customer.",
    )
    channel_ids = fields.One2many(
        "care.occasion.channel", "occasion_id", "Channels", copy=True
    )
    run_ids = fields.One2many("care.occasion.run", "occasion_id", "Lists")
    next_on = fields.Date("Next time", compute="_compute_next_on")
    touch_count = fields.Integer("Greetings", compute="_compute_touch_count")

    _days_positive = models.Constraint(
        "CHECK (days_ahead >= 0 AND grace_days >= 0 AND gap_days >= 0 "
        "AND interval_days > 0)",
        "Days must not be negative; contact is regular after one day at least.",
    )
    _months = models.Constraint(
        "CHECK (month BETWEEN 1 AND 12 AND lunar_month BETWEEN 1 AND 12 "
        "AND day BETWEEN 1 AND 31 AND lunar_day BETWEEN 1 AND 30)",
        "Months go from 1 to 12, days to 31, lunar days to 30.",
    )

    def _domain_model(self):
        return self.env["res.partner"]

    def _domain_constrained_fields(self):
        return self._domain_fields

    @api.onchange("kind")
    def _onchange_kind(self):
        rules = KIND_RULES.get(self.kind, ())
        if rules and self.date_rule not in rules:
            self.date_rule = rules[0]
        self.strength = KIND_STRENGTH.get(self.kind, 30)
        self.counts = self.kind not in ("weather", "contact")
        self.advertising = self.kind == "campaign"

    @api.constrains("kind", "date_rule")
    def _check_date_rule(self):
        words = dict(self._fields["date_rule"]._description_selection(self.env))
        for occasion in self:
            allowed = KIND_RULES[occasion.kind]
            if occasion.date_rule not in allowed:
                raise ValidationError(
                    self.env._(
                        "%(occasion)s cannot fall on “%(rule)s”. Choose %(allowed)s.",
                        occasion=occasion.name,
                        rule=words[occasion.date_rule],
                        allowed=", ".join(words[rule] for rule in allowed),
                    )
                )

    @api.constrains("month", "day", "date_rule")
    def _check_day(self):
        for occasion in self.filtered(lambda row: row.date_rule == "solar"):
            if occasion.day > occasions.solar_day(2024, occasion.month, 31).day:
                raise ValidationError(
                    self.env._(
                        "%(occasion)s: month %(month)s has no day %(day)s. Correct it.",
                        occasion=occasion.name,
                        month=occasion.month,
                        day=occasion.day,
                    )
                )

    # ---- when

    def _days(self, first, last):
        """Return [(name of the year, day)] of its days between two days, for rules by
        which the day is the same for everybody; greeted on them, not the day itself."""
        self.ensure_one()
        if self.date_rule == "solar":
            found = self._within(occasions.solar_day, first, last, self.month, self.day)
        elif self.date_rule == "lunar":
            found = self._within(
                occasions.lunar_day, first, last, self.lunar_month, self.lunar_day
            )
        elif self.date_rule == "weekday":
            number, day = int(self.week_number or 1), int(self.weekday or 0)
            found = self._within(
                occasions.weekday, first, last, self.month, number, day
            )
        else:
            found = []
        return found

    def _within(self, rule, first, last, *parts):
        by = self.offset_days
        days = occasions.within(
            lambda year: rule(year, *parts),
            fields.Date.add(first, days=-by),
            fields.Date.add(last, days=-by),
        )
        return occasions.shift(days, by)

    @api.depends(
        "date_rule",
        "month",
        "day",
        "lunar_month",
        "lunar_day",
        "week_number",
        "weekday",
        "offset_days",
    )
    def _compute_next_on(self):
        today = fields.Date.context_today(self)
        for row in self:
            days = row._days(today, fields.Date.add(today, days=400))
            row.next_on = min((day for __, day in days), default=False)

    def _compute_touch_count(self):
        counts = dict(
            self.env["care.touch"]._read_group(
                [("occasion_id", "in", self.ids), ("state", "!=", "skipped")],
                ["occasion_id"],
                ["__count"],
            )
        )
        for row in self:
            row.touch_count = counts.get(row, 0)

    # ---- buttons

    def action_view_touches(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_touch_action"
        )
        return action | {"domain": [("occasion_id", "=", self.id)], "context": {}}
