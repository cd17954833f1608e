import logging
import secrets
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.fields import Domain

from ..logic import draw, recurrence, wall_clock
from ..logic.draw import PERIODS

_logger = logging.getLogger(__name__)
_MOST = 400  # periods of one programme begun in one run
_AHEAD = 400  # days in which the next occasion is looked for


class CareCallbackCalendar(models.AbstractModel):
    """When a programme draws: every period once for every company, whatever becomes
    of the job (run late, twice, in parallel or killed)."""

    _name = "care.callback.calendar"
    _description = "Periods of a callback programme"

    period = fields.Selection(
        "_selection_period",
        "Drawn each",
        required=True,
        default="month",
        help="The draw is made when the period has ended.",
    )
    start_date = fields.Date(
        "Events from",
        required=True,
        copy=False,
        default=fields.Date.context_today,
        help="What happened before is not called back.",
    )
    late_days = fields.Integer(
        "Late by up to (days)",
        default=31,
        help="An event entered after the draw of its period belongs to the next draw, "
        "if it is not older than that.",
    )
    rrule = fields.Char(
        "Repeated on",
        help="Such as FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1. Empty: on the holidays of "
        "the working schedule.",
    )
    occasion_names = fields.Char(
        "Holidays",
        help="Names of the holidays, separated by commas. Empty: all of them.",
    )
    begun_at = fields.Datetime("Last period begun at", readonly=True, copy=False)
    lead_days = fields.Integer(
        "Planned (days before)", help="How long before the occasion it is planned."
    )

    @api.model
    def _selection_period(self):
        words = {
            "day": self.env._("Day"),
            "week": self.env._("Week"),
            "month": self.env._("Month"),
            "quarter": self.env._("Quarter"),
        }
        return [(period, words[period]) for period in PERIODS]

    # ---- the job

    @api.model
    def _cron_draw(self):
        """Begin, draw and plan whatever is due, programme by programme."""
        now = fields.Datetime.now()
        programmes = self.search([("active", "=", True)])
        progress = self.env["ir.cron"]._commit_progress
        for number, programme in enumerate(programmes, start=1):
            try:
                with self.env.cr.savepoint():
                    programme._begin_and_draw(now)
            except OperationalError:
                raise  # the database asks to try the whole job again
            except Exception:
                _logger.exception("Programme %s could not draw", programme.code)
            if not progress(1, remaining=len(programmes) - number):
                return
        self.env["care.callback.draw"]._cron_plan()

    def _run(self, now):
        """Do it for one programme at once: what the button does."""
        self.ensure_one()
        self._begin_and_draw(now)._plan()

    def _begin_and_draw(self, now):
        """Begin the periods that have begun, draw those that have ended."""
        self.ensure_one()
        draws = self.env["care.callback.draw"]
        if not self.active or self._domain_model() is None:
            return draws
        # Another worker is at it: it finishes. One that has just finished makes the
        # database ask for a new try, with fresh eyes.
        if not self.sudo().try_lock_for_update(allow_referencing=True):
            return draws
        for company in self._get_companies():
            for first, end, name in self._periods(company, now):
                draws |= self._begin(company, first, end, name, now)
        waiting = draws.sudo().search(
            [
                ("programme_id", "=", self.id),
                ("state", "=", "seeded"),
                ("draw_from_at", "<=", now),
            ],
            order="date_from",  # what came late goes with the earliest
        )
        for one in waiting:
            one._draw(now)
        return waiting.filtered(lambda one: one.state == "drawn")

    # ---- periods

    def _get_companies(self):
        """Return the companies that draw: its own, or all when it is shared."""
        companies = self.company_id
        return companies or self.env["res.company"].sudo().search([], limit=10000)

    def _zone(self, company):
        return company.sudo().resource_calendar_id._care_zone()

    def _today(self, company, now):
        zone = self._zone(company)
        return wall_clock.local(wall_clock.to_instant(now), zone).date()

    def _midnight(self, company, day):
        """Return the naive UTC moment at which `day` begins for the company."""
        instant = wall_clock.instant_of(day, 0, self._zone(company))
        return wall_clock.to_datetime(instant)

    def _periods(self, company, now):
        """Return (first day, day after the last, name) of what begins by now."""
        today = self._today(company, now)
        last = (
            self.env["care.callback.draw"]
            .sudo()
            .search(
                [("programme_id", "=", self.id), ("company_id", "=", company.id)],
                order="date_from desc",
                limit=1,
            )
        )
        after = max(self.start_date, last.date_to) if last else self.start_date
        if self.mode == "occasion":
            return self._occasions(company, after, today)
        found = []
        first, end = draw.period_of(after, self.period)
        if last and first < last.date_to:
            first = last.date_to  # the length of the period was changed
        while first <= today and len(found) < _MOST:
            found.append((max(first, self.start_date), end, False))
            first, end = draw.period_of(end, self.period)
        return found

    def _occasions(self, company, after, today):
        """Return the occasions from `after` whose planning has begun by today."""
        until = today + timedelta(days=self.lead_days)
        if self.rrule:
            days = []
            for day in recurrence.starts(self.rrule, self.start_date, after):
                if day > until or len(days) >= _MOST:
                    break
                days.append((day, day + timedelta(days=1), False))
            return days
        names = [n.strip() for n in (self.occasion_names or "").split(",") if n.strip()]
        rows = (
            self.env["care.calendar.day"]
            .sudo()
            .search(
                Domain("calendar_id", "=", company.sudo().resource_calendar_id.id)
                & Domain("kind", "=", "holiday")
                & Domain("date", ">=", after - timedelta(days=31))
                & Domain("date", "<=", until + timedelta(days=31)),
                limit=_AHEAD,
            )
        )
        known = {lang for lang, _name in self.env["res.lang"].get_installed()}
        runs = draw.festivals((row.date, row.name or "") for row in rows)
        wanted = set(names)
        if names:
            wanted = {
                row.name
                for row in rows
                if any(row.with_context(lang=lang).name in names for lang in known)
            }
        return [
            (first, last + timedelta(days=1), name)
            for first, last, name in runs
            if after <= first <= until and (not names or name in wanted)
        ]

    def _begin(self, company, first, end, name, now):
        """Make the draw of a period: its seed is fixed before its records are known."""
        opens = first - timedelta(days=self.lead_days)
        drawn_from = opens if self.mode == "occasion" else end
        seed = secrets.token_hex(16)
        values = {
            "programme_id": self.id,
            "clause_id": self.clause_id.id,
            "company_id": company.id,
            "date_from": first,
            "date_to": end,
            "occasion": name,
            "draw_from_at": self._midnight(company, drawn_from),
            "seed_secret": seed,
            "seed_digest": draw.hashlib.sha256(seed.encode()).hexdigest(),
            "seeded_at": now,
            "state": "seeded",
        }
        draws = self.env["care.callback.draw"]
        if draws._is_begun(self, company, first):
            return draws
        self.env.cr.execute(
            "UPDATE care_callback_programme SET begun_at = %s WHERE id = %s",
            [now, self.id],
        )
        self.invalidate_recordset(["begun_at"], flush=False)
        return draws._engine().create(values)._plain(self.env)

    # ---- who may take a call

    def _open_loads(self, users):
        """Return {user id: number of callbacks waiting for them}."""
        groups = (
            self.env["care.callback"]
            .sudo()
            ._read_group(
                [
                    ("user_id", "in", users.ids),
                    ("state", "in", ("planned", "attempted")),
                ],
                ["user_id"],
                ["__count"],
            )
        )
        return {user.id: count for user, count in groups}
