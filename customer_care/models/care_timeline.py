from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, Query

# Room for the number of the source in the ids of the view.
_STEP = 128


class CareTimeline(models.Model):
    """One thing that happened with one customer: a lead, an order, a letter, a call, a
    complaint ... A view over the tables of all apps; nothing is stored.

    It holds what its reader may read where it stands: whoever may not read invoices
    sees none. An add-on adds its own records by extending `_timeline_sources`.
    """

    _name = "care.timeline"
    _description = "Timeline of a customer"
    _inherit = [
        "care.touch.sources",
        "care.cooperation.sources",
        "care.timeline.care",
        "care.timeline.plans",
        "care.secrecy.follow.mixin",
    ]
    _auto = False
    _order = "date desc, id desc"

    name = fields.Char("What", readonly=True)
    kind = fields.Selection(
        [
            ("registration", "Registration"),
            ("lead", "Lead"),
            ("win", "Won"),
            ("order", "Order"),
            ("invoice", "Invoice"),
            ("payment", "Payment"),
            ("project", "Project"),
            ("task", "Task"),
            ("message", "Letter or note"),
            ("meeting", "Meeting"),
            ("activity", "Activity"),
            ("callback", "Callback"),
            ("survey", "Survey"),
            ("grade", "Grade"),
            ("alert", "Alert note"),
            ("credit", "Credit standing"),
            ("review", "Data review"),
            ("improvement", "Improvement"),
            ("greeting", "Greeting"),
            ("tender", "Bid handed in"),
            ("contract", "Contract signed"),
            ("progress", "Project meeting"),
            ("acceptance", "Acceptance signed"),
            ("service_plan", "Service plan"),
            ("service_review", "Review of a plan"),
            ("incentive", "Incentive"),
        ],
        readonly=True,
    )
    date = fields.Datetime("When", readonly=True)
    res_model = fields.Char("Model", readonly=True)
    res_id = fields.Many2oneReference(
        "Record ID", model_field="res_model", readonly=True
    )
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    contact_id = fields.Many2one("res.partner", readonly=True)
    user_id = fields.Many2one("res.users", "By", readonly=True)
    amount = fields.Monetary(readonly=True, aggregator=None)
    currency_id = fields.Many2one("res.currency", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)

    @api.model
    def _timeline_sources(self):
        """Return the selects of all that happens with customers.

        Append only: the place in the list is part of the ids. Make a select with
        `_timeline_rows`, which is None where the reader has no right.

        :return: list of SQL or None, with the columns id, res_model, res_id,
            partner_id (the company of the contact), contact_id, date, kind, name,
            user_id, amount, currency_id, company_id, secrecy_level
        """
        hosts = self._timeline_hosts()
        return [
            self._timeline_leads(),
            self._timeline_wins(),
            self._timeline_projects(),
            self._timeline_tasks(),
            self._timeline_orders(),
            self._timeline_invoices(),
            self._timeline_payments(),
            self._timeline_meetings(),
            self._timeline_surveys(),
            self._timeline_callbacks(),
            self._timeline_grades(),
            self._timeline_alerts(),
            self._timeline_improvements(),
            self._timeline_touches(),
            *(self._timeline_messages(name) for name in hosts),
            *(self._timeline_activities(name) for name in hosts),
            self._timeline_registrations(),
            self._timeline_credit_notes(),
            self._timeline_reviews(),
            self._timeline_answers(),
            self._timeline_tenders(),
            self._timeline_contracts(),
            self._timeline_project_meetings(),
            self._timeline_acceptances(),
            self._timeline_service_plans(),
            self._timeline_service_reviews(),
            self._timeline_incentives(),
        ]

    @property
    def _table_query(self):
        only = self.env.context.get("care_timeline_ids")
        ids = None if only is None else self._timeline_split(only)
        parts = [
            SQL(
                """SELECT s.id::bigint * %s + %s AS id, s.res_model, s.res_id,
                          s.partner_id, s.contact_id, s.date, s.kind, s.name, s.user_id,
                          s.amount, s.currency_id, s.company_id, s.secrecy_level
                     FROM (%s) s WHERE %s""",
                *(_STEP, number, select),
                SQL("TRUE") if ids is None else SQL("s.id = ANY(%s)", ids[number]),
            )
            for number, select in enumerate(self._timeline_sources())
            if select is not None and (ids is None or number in ids)
        ]
        return SQL(" UNION ALL ").join(parts or [self._timeline_nothing()])

    @api.model
    def _timeline_nothing(self):
        return SQL(
            """SELECT NULL::bigint AS id, NULL::varchar AS res_model,
                      NULL::integer AS res_id, NULL::integer AS partner_id,
                      NULL::integer AS contact_id, NULL::timestamp AS date,
                      NULL::varchar AS kind, NULL::varchar AS name,
                      NULL::integer AS user_id, NULL::numeric AS amount,
                      NULL::integer AS currency_id, NULL::integer AS company_id,
                      0 AS secrecy_level WHERE FALSE"""
        )

    # ---- rows by their ids: each source looks up its own

    @api.model
    def _timeline_split(self, ids):
        """Return {number of the source: ids of its rows}."""
        found = {}
        for id_ in ids if isinstance(ids, (list, tuple)) else ():
            if isinstance(id_, int):
                found.setdefault(id_ % _STEP, []).append(id_ // _STEP)
        return found

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Rows that are asked by id are looked up in their sources; the database could
        not find out which those are."""
        domain = Domain(domain)
        ids = self._timeline_asked(domain)
        model = self.with_context(care_timeline_ids=ids)
        return super(CareTimeline, model)._search(domain, *args, **kwargs)

    @api.model
    def _timeline_asked(self, domain):
        """Return the ids a domain asks for by number, None where it does not."""
        both = getattr(domain, "OPERATOR", None) == "&"
        for part in domain.children if both else (domain,):
            if getattr(part, "field_expr", None) == "id" and part.operator == "in":
                if not isinstance(part.value, (Query, SQL)):
                    return list(part.value)
            elif getattr(part, "field_expr", None) == "id" and part.operator == "=":
                return [part.value]
        return None

    # ---- buttons

    def action_open(self):
        """Open the record itself."""
        self.ensure_one()
        records = self.env[self.res_model].browse(self.res_id)
        if not records.exists():
            raise UserError(
                self.env._(
                    "“%(name)s” is gone. Reload the page.", name=self.name or self.kind
                )
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }
