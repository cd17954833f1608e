from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# Parts of an id: the row, then the user it waits for, then the number of the source.
_USERS, _SOURCES = 1 << 20, 16


class CareDayItem(models.Model):
    """One thing that waits for one person: an obligation, an approval to decide, a
    callback, an activity ... A view over the tables of the engines; nothing is stored.

    An add-on adds its own work by extending `_day_sources`.
    """

    _name = "care.day.item"
    _description = "Work waiting"
    _auto = False
    _order = "urgency, due_at, id"

    name = fields.Char("What", readonly=True)
    kind = fields.Selection(
        [
            ("obligation", "Deadline"),
            ("duty", "Duty"),
            ("approval", "Approval"),
            ("activity", "Activity"),
        ],
        readonly=True,
    )
    document = fields.Char("Record", compute="_compute_document")
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    document_model = fields.Char(readonly=True)
    document_id = fields.Many2oneReference(model_field="document_model", readonly=True)
    user_id = fields.Many2one("res.users", "Waits for", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    department_id = fields.Many2one("hr.department", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    due_at = fields.Datetime("Due", readonly=True)
    days_late = fields.Float(
        readonly=True, aggregator="max", help="Days since it was due; empty before."
    )
    urgency = fields.Selection(
        [
            ("1_month_late", "Overdue for over 30 days"),
            ("2_week_late", "Overdue for 8 to 30 days"),
            ("3_late", "Overdue up to 7 days"),
            ("4_today", "Today"),
            ("5_week", "Within 7 days"),
            ("6_later", "Later"),
            ("7_open", "Without a date"),
        ],
        readonly=True,
        group_expand=False,
    )

    @property
    def _table_query(self):
        now = fields.Datetime.now()
        zone = pytz.timezone(self.env.user.tz or "UTC")
        today = pytz.utc.localize(now).astimezone(zone).date()
        tonight = zone.localize(datetime.combine(today + timedelta(days=1), time()))
        tonight = tonight.astimezone(pytz.utc).replace(tzinfo=None)
        parts = [
            SQL(
                """SELECT (s.id::bigint * %s + COALESCE(s.user_id, 0)) * %s + %s AS id,
                          s.name, s.kind, s.res_model, s.res_id, s.document_model,
                          s.document_id, s.user_id, s.partner_id, s.department_id,
                          s.company_id, s.due_at
                     FROM (%s) s""",
                *(_USERS, _SOURCES, number, select),
            )
            for number, select in enumerate(self._day_sources(zone.zone))
        ]
        return SQL(
            """
            SELECT w.*,
                   CASE WHEN w.due_at < %(now)s THEN
                       EXTRACT(epoch FROM %(now)s - w.due_at) / 86400 END AS days_late,
                   CASE WHEN w.due_at IS NULL THEN '7_open'
                        WHEN w.due_at < %(now)s - interval '30 days' THEN '1_month_late'
                        WHEN w.due_at < %(now)s - interval '7 days' THEN '2_week_late'
                        WHEN w.due_at < %(now)s THEN '3_late'
                        WHEN w.due_at < %(tonight)s THEN '4_today'
                        WHEN w.due_at < %(now)s + interval '7 days' THEN '5_week'
                        ELSE '6_later' END AS urgency
              FROM (%(parts)s) w
            """,
            now=SQL("%s::timestamp", now),
            tonight=SQL("%s::timestamp", tonight),
            parts=SQL(" UNION ALL ").join(parts),
        )

    # ---- the sources

    @api.model
    def _day_sources(self, zone):
        """Return the selects of all that may wait for somebody.

        :param zone: name of the user's time zone, for what is due on a date
        :return: list of SQL with the columns id, name, kind, res_model, res_id,
            document_model, document_id, user_id, partner_id, department_id,
            company_id, due_at. Append only: the place in the list is part of the ids.
        """
        return [
            self._day_obligations(),
            self._day_approvals(),
            self._day_activities(zone),
        ]

    @api.model
    def _translated(self, column):
        """Return the reader's words of a translated column."""
        return SQL(
            "COALESCE(%(column)s->>%(lang)s, %(column)s->>'en_US')",
            column=column,
            lang=self.env.lang or "en_US",
        )

    def _day_obligations(self):
        self.env["care.obligation"].flush_model()
        return SQL(
            """
            SELECT o.id, %s AS name,
                   CASE WHEN o.duty_id IS NULL
                        THEN 'obligation' ELSE 'duty' END AS kind,
                   'care.obligation'::varchar AS res_model, o.id AS res_id,
                   o.res_model AS document_model, o.res_id AS document_id, o.user_id,
                   o.partner_id, o.department_id, o.company_id, o.due_at
              FROM care_obligation o
             WHERE o.done_at IS NULL AND o.state IN ('open', 'missed')
               AND o.res_model != 'care.approval' -- stands in the list itself
            """,
            self._translated(SQL("o.name")),
        )

    def _day_approvals(self):
        self.env["care.approval"].flush_model()
        return SQL(
            """
            SELECT a.id, %s AS name, 'approval' AS kind,
                   'care.approval'::varchar AS res_model, a.id AS res_id,
                   a.res_model AS document_model, a.res_id AS document_id,
                   u.res_users_id AS user_id, a.partner_id,
                   NULL::integer AS department_id, a.company_id, a.due_at
              FROM care_approval a
              JOIN care_approval_current_user_rel u ON u.care_approval_id = a.id
             WHERE a.state = 'pending'
            """,
            self._translated(SQL("a.name")),
        )

    def _day_activities(self, zone):
        """The reader's own activities, but those that an engine raised for something
        that stands in the list already."""
        self.env["mail.activity"].flush_model()
        return SQL(
            """
            SELECT v.id, COALESCE(NULLIF(v.summary, ''), %(type_name)s) AS name,
                   'activity' AS kind, 'mail.activity'::varchar AS res_model,
                   v.id AS res_id, v.res_model AS document_model,
                   v.res_id AS document_id, v.user_id, NULL::integer AS partner_id,
                   NULL::integer AS department_id, NULL::integer AS company_id,
                   (v.date_deadline + 1)::timestamp AT TIME ZONE %(zone)s
                       AT TIME ZONE 'UTC' - interval '1 second' AS due_at
              FROM mail_activity v
              LEFT JOIN mail_activity_type t ON t.id = v.activity_type_id
             WHERE v.active AND v.user_id = %(uid)s
               AND (v.res_model IS NULL OR v.res_model != ALL(%(listed)s))
               AND NOT (v.automated AND EXISTS (
                   SELECT FROM care_obligation o
                    WHERE o.res_model = v.res_model AND o.res_id = v.res_id
                      AND o.user_id = v.user_id AND o.done_at IS NULL
                      AND o.state IN ('open', 'missed')))
            """,
            type_name=self._translated(SQL("t.name")),
            zone=zone,
            uid=self.env.uid,
            listed=self._day_models(),
        )

    @api.model
    def _day_models(self):
        """Return the models whose records stand in the list themselves, so that an
        activity on one of them would say the same twice."""
        return ["care.obligation", "care.approval"]

    # ---- what is shown

    @api.depends("document_model", "document_id")
    @api.depends_context("uid", "lang")
    def _compute_document(self):
        """Name the record, for those who may read it."""
        for model_name, items in self.grouped("document_model").items():
            names = {}
            if model_name and model_name in self.env:
                model = self.env[model_name].with_context(active_test=False)
                records = model.browse(items.mapped("document_id")).exists()
                records = records.sudo(False)
                if records.has_access("read"):
                    readable = records._filtered_access("read")
                    names = {record.id: record.display_name for record in readable}
            for item in items:
                item.document = names.get(item.document_id, False)

    def action_open(self):
        """Open what is to be done: the record itself where there is one to work on."""
        self.ensure_one()
        model_name, res_id = self.res_model, self.res_id
        if self.kind in ("obligation", "activity") and self.document:
            model_name, res_id = self.document_model, self.document_id
        if not self.env[model_name].browse(res_id).exists():
            raise UserError(
                self.env._("%(name)s is done or gone. Reload the page.", name=self.name)
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": model_name,
            "res_id": res_id,
            "views": [(False, "form")],
        }

    def action_done(self):
        """Finish activities and duties from the list, approve approvals."""
        action = True
        for model_name, items in self.grouped("res_model").items():
            records = self.env[model_name].browse(items.mapped("res_id"))
            if model_name == "care.approval":
                action = records.action_approve()
            elif model_name == "mail.activity":
                records.action_done()
            else:
                for record in records:
                    action = record.action_done()
        return action or True
