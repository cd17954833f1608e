from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..logic.stand_in import stand_in

SCOPES = [
    ("all", "Everything"),
    ("approvals", "Approvals"),
    ("obligations", "Obligations"),
]
OCCASIONS = [("dates", "On these days"), ("leave", "On my days of leave")]


class CareDelegation(models.Model):
    """Who stands in for whom, between which days, for which work.

    People write their own, managers of Customer care anybody's. It holds from its
    first to its last day, in the zone of the person who is away, and ends by itself.
    """

    _name = "care.delegation"
    _description = "Stand-in"
    _inherit = ["mail.thread"]
    _order = "date_from desc, id desc"

    user_id = fields.Many2one(
        "res.users",
        "Away",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        tracking=True,
    )
    delegate_id = fields.Many2one(
        "res.users",
        "Stands in",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('share', '=', False), ('id', '!=', user_id)]",
        tracking=True,
    )
    occasion = fields.Selection(
        OCCASIONS,
        "When",
        required=True,
        default="dates",
        tracking=True,
        help="On these days: from the first to the last day. On my days of leave: "
        "whenever a leave of that person is approved (needs the app Time Off).",
    )
    date_from = fields.Date(
        "From",
        required=True,
        default=fields.Date.context_today,
        tracking=True,
        help="First day.",
    )
    date_to = fields.Date("Until", tracking=True, help="Last day, included.")
    scope = fields.Selection(SCOPES, "For", required=True, default="all", tracking=True)
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        tracking=True,
        help="Empty: in every company.",
    )
    reason = fields.Char(help="Read by the two people and by managers.")
    active = fields.Boolean(default=True, tracking=True)
    is_current = fields.Boolean(
        "Today", compute="_compute_is_current", search="_search_is_current"
    )

    _dates_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_from <= date_to)",
        "A stand-in ends on or after the day it begins. Correct the two days.",
    )
    _dates_given = models.Constraint(
        "CHECK (occasion = 'leave' OR date_to IS NOT NULL)",
        "Say until which day, so that the stand-in ends by itself.",
    )
    _two_people = models.Constraint(
        "CHECK (user_id != delegate_id)",
        "Nobody stands in for themselves. Choose another person.",
    )
    _one_at_a_time = models.Constraint(
        """EXCLUDE USING gist (
            int4range(user_id, user_id, '[]') WITH &&,
            int4range(COALESCE(company_id, 0), COALESCE(company_id, 0), '[]') WITH &&,
            (CASE scope WHEN 'all' THEN '[0,0]'::int4range
                        WHEN 'approvals' THEN '[1,1]'::int4range
                        ELSE '[2,2]'::int4range END) WITH &&,
            (CASE occasion WHEN 'dates' THEN '[0,0]'::int4range
                           ELSE '[1,1]'::int4range END) WITH &&,
            daterange(date_from, date_to, '[]') WITH &&
        ) WHERE (active) DEFERRABLE INITIALLY DEFERRED""",
        "Another stand-in for the same work begins before this one ends. "
        "Correct the days of one of them.",
    )

    @api.depends("user_id", "delegate_id")
    def _compute_display_name(self):
        for row in self:
            if not row.delegate_id or not row.user_id:
                row.display_name = self.env._("New stand-in")
                continue
            row.display_name = self.env._(
                "%(delegate)s for %(user)s",
                delegate=row.delegate_id.name,
                user=row.user_id.name,
            )

    @api.depends("active", "occasion", "date_from", "date_to", "user_id")
    def _compute_is_current(self):
        zones = self._today_of(self.user_id)
        absent = self._on_leave_ids(self.user_id)
        for row in self:
            row.is_current = (
                row.active
                and row._covers(zones.get(row.user_id.id))
                and (row.occasion == "dates" or row.user_id.id in absent)
            )

    def _search_is_current(self, operator, value):
        if operator != "in":
            return NotImplemented
        rows = self.sudo().search(self._domain_around(fields.Date.today()))
        return [("id", "in", rows.filtered("is_current").ids)]

    def _covers(self, day):
        began = bool(day) and bool(self.date_from) and self.date_from <= day
        return began and (not self.date_to or day <= self.date_to)

    # -- who may write what ----------------------------------------------------

    @api.constrains("user_id", "delegate_id", "company_id")
    def _check_people(self):
        for row in self:
            people = row.user_id | row.delegate_id
            for user in people:
                if not user.has_group("customer_care.customer_care_group_user"):
                    raise ValidationError(
                        self.env._(
                            "%(user)s has no access to Customer care. Choose a person "
                            "who has, or have the access given.",
                            user=user.name,
                        )
                    )
                if row.company_id and row.company_id not in user.sudo().company_ids:
                    raise ValidationError(
                        self.env._(
                            "%(user)s does not work in %(company)s. Choose another "
                            "person or company.",
                            user=user.name,
                            company=row.company_id.name,
                        )
                    )

    @api.constrains(
        "user_id", "company_id", "scope", "occasion", "date_from", "date_to", "active"
    )
    def _check_overlap(self):
        """Name the other stand-in; the database, asked after it, keeps apart two that
        are entered at one moment."""
        for row in self.filtered("active"):
            domain = [
                ("id", "!=", row.id),
                ("user_id", "=", row.user_id.id),
                ("scope", "=", row.scope),
                ("occasion", "=", row.occasion),
                ("company_id", "=", row.company_id.id),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", row.date_from),
            ]
            if row.date_to:
                domain.append(("date_from", "<=", row.date_to))
            other = self.sudo().search(domain, limit=1)
            if other:
                raise ValidationError(
                    self.env._(
                        "%(delegate)s stands in for %(user)s already, from "
                        "%(date_from)s. Correct the days of one of the two.",
                        delegate=other.delegate_id.name,
                        user=row.user_id.name,
                        date_from=fields.Date.to_string(other.date_from),
                    )
                )
        self.flush_model()
        one = "care_delegation_one_at_a_time"
        self.env.cr.execute(SQL("SET CONSTRAINTS %s IMMEDIATE", SQL.identifier(one)))
        self.env.cr.execute(SQL("SET CONSTRAINTS %s DEFERRED", SQL.identifier(one)))

    def _check_own(self):
        """Refuse stand-ins for others, who did not ask for it; managers may."""
        user = self.env.user
        if self.env.su or user.has_group("customer_care.customer_care_group_manager"):
            return
        for other in self.sudo().user_id - user:
            raise AccessError(
                self.env._(
                    "%(user)s names their own stand-in. Ask them or a manager of "
                    "Customer care.",
                    user=other.name,
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:  # before a message could tell of a row of another
            self.new({"user_id": vals.get("user_id", self.env.uid)})._check_own()
        rows = super().create(vals_list)
        rows._check_own()
        rows._on_stand_ins_changed(rows.user_id)
        return rows

    def write(self, vals):
        self._check_own()
        users = self.sudo().user_id
        result = super().write(vals)
        self._check_own()
        if not set(vals) <= {"reason"}:
            self._on_stand_ins_changed(users | self.sudo().user_id)
        return result

    def unlink(self):
        users = self.sudo().user_id
        result = super().unlink()
        self._on_stand_ins_changed(users)
        return result

    @api.model
    def _on_stand_ins_changed(self, users):
        """Called when the stand-ins of `users` have changed: engines follow here."""
        self.env["care.approval"]._follow_stand_ins(users)
        self.env["care.obligation"]._on_stand_ins_changed(users)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_future(self):
        """What has held stays on record: decisions were made under it."""
        for row in self:
            if row.date_from <= fields.Date.context_today(row):
                raise UserError(
                    self.env._(
                        "%(row)s has begun and stays on record. End it by its last "
                        "day, or archive it.",
                        row=row.display_name,
                    )
                )

    # -- what the engines ask ----------------------------------------------------

    @api.model
    def _stand_in(self, users, scope="all", company=None, on=None):
        """Return `users` with everybody who is away replaced by who stands in, nobody
        twice. Who is away without a stand-in stays.

        :param scope: "approvals" or "obligations"; "all" asks for general ones alone
        :param company: the current company when left out
        :param on: a date; today in each person's time zone when left out
        """
        found = self._stand_ins(users, scope, company, on)
        ids = dict.fromkeys(found[user.id] for user in users)
        return users.browse(ids)

    @api.model
    def _stand_ins(self, users, scope="all", company=None, on=None, barred=()):
        """Return {user id: id of who does the work of that user}.

        :param barred: ids of users who may not stand in (who asked, whom it is about),
            nor name who does
        """
        company = company or self.env.company
        links, absent = self._links(users, scope, company, on)
        known = self.env["res.users"].sudo().browse(set(links.values()))
        unfit = {
            user.id
            for user in known
            if not user.active
            or company not in user.company_ids
            or not user.has_group("customer_care.customer_care_group_user")
        }
        return {
            user.id: stand_in(user.id, links, absent, unfit, barred) for user in users
        }

    @api.model
    def _absent_ids(self, users, on=None):
        """Return the ids of `users` who are away: somebody stands in for them on that
        day, or a leave of theirs is approved (where the app Time Off is installed)."""
        days = self._today_of(users, on)
        rows = self._rows_of(users, days).filtered(
            lambda row: row.occasion == "dates" and row._covers(days[row.user_id.id])
        )
        return set(rows.user_id.ids) | self._on_leave_ids(users, on)

    @api.model
    def _links(self, users, scope, company, on):
        """Return ({user id: delegate id}, ids on leave) of `users` and, one after the
        other, of those who stand in for them."""
        links, absent, asked = {}, set(), set()
        users = users.sudo()
        while users:
            asked.update(users.ids)
            days = self._today_of(users, on)
            rows = self._rows_of(users, days).filtered(
                lambda row: row._serves(scope, company)
            )
            away = self._on_leave_ids(users, on)
            absent |= away
            found = self.env["res.users"].sudo()
            for row in rows.sorted(self._precedence):
                user_id = row.user_id.id
                if user_id in links or not row._covers(days[user_id]):
                    continue
                if row.occasion == "dates" or user_id in away:
                    links[user_id] = row.delegate_id.id
                    found |= row.delegate_id
            users = found.filtered(lambda user: user.id not in asked)
        return links, absent

    def _serves(self, scope, company):
        return self.scope in ("all", scope) and self.company_id in (
            self.env["res.company"],
            company,
        )

    @staticmethod
    def _precedence(row):
        """The more exact goes first: dates, this company, this work, the newest."""
        general = row.occasion == "leave", not row.company_id, row.scope == "all"
        return (*general, -row.id)

    @api.model
    def _domain_around(self, day):
        """Every time zone has one of three days."""
        first, last = day - timedelta(days=1), day + timedelta(days=1)
        ends = Domain("date_to", "=", False) | Domain("date_to", ">=", first)
        return Domain("date_from", "<=", last) & ends

    @api.model
    def _rows_of(self, users, days):
        if not users:
            return self.sudo()
        domain = Domain("user_id", "in", users.ids)
        domain &= Domain.OR(self._domain_around(day) for day in set(days.values()))
        return self.sudo().search(domain)

    @api.model
    def _today_of(self, users, on=None):
        """Return {user id: the day it is for that user}."""
        days = {}
        for user in users.sudo():
            zone = user.tz or user.company_id.resource_calendar_id.tz or "UTC"
            days[user.id] = on or fields.Date.context_today(self.with_context(tz=zone))
        return days

    @api.model
    def _on_leave_ids(self, users, on=None):
        """Return the ids of users whose approved leave covers the day, or this moment
        when it is a leave of some hours. Empty without the app Time Off."""
        if "hr.leave" not in self.env or not users:
            return set()
        days = self._today_of(users, on)
        leaves = (
            self.env["hr.leave"]
            .sudo()
            .search(
                [
                    ("employee_id.user_id", "in", users.ids),
                    ("state", "=", "validate"),
                    ("holiday_status_id.time_type", "=", "leave"),
                    ("request_date_from", "<=", max(days.values())),
                    ("request_date_to", ">=", min(days.values())),
                ]
            )
        )
        now = fields.Datetime.now()
        away = set()
        for leave in leaves:
            user_id = leave.employee_id.user_id.id
            day = days[user_id]
            if leave.request_unit_half or leave.request_unit_hours:
                if not on and leave.date_from <= now < leave.date_to:
                    away.add(user_id)
            elif leave.request_date_from <= day <= leave.request_date_to:
                away.add(user_id)
        return away
