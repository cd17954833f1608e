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
    _inherit = ["care.touch.sources", "care.day.sources", "care.secrecy.follow.mixin"]
    _secrecy_reference = ("document_model", "document_id")
    _auto = False
    _order = "urgency, due_at, id"

    name = fields.Char("What", readonly=True)
    kind = fields.Selection(
        [
            ("obligation", "Deadline"),
            ("duty", "Duty"),
            ("approval", "Approval"),
            ("callback", "Callback"),
            ("improvement", "Improvement"),
            ("inspection", "Inspection"),
            ("sanction", "Sanction"),
            ("activity", "Activity"),
            ("disclosure", "Disclosure"),
            ("greeting", "Greeting"),
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
                          s.company_id, s.due_at, s.secrecy_level
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
            company_id, due_at, secrecy_level (that of the row it stands for). Append
            only: the place in the list is part of the ids.
        """
        return [
            self._day_obligations(),
            self._day_approvals(),
            self._day_activities(zone),
            self._day_callbacks(),
            self._day_supervisors(),
            self._day_improvements(),
            self._day_inspections(zone),
            self._day_sanctions(),
            self._day_disclosures(zone),
            self._day_touches(zone),
        ]

    @api.model
    def _day_models(self):
        """Return the models whose records stand in the list themselves, so that an
        activity on one of them would say the same twice."""
        return [
            "care.obligation",
            "care.approval",
            "care.callback",
            "care.sanction",
            "care.touch",
        ]

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
