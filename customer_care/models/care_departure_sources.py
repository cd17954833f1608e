from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# {kind: (model, states in which somebody has to do with it)}
_PLANS = {
    "service_plan": (
        "care.service.plan",
        ("draft", "workshop", "head", "executive", "running"),
    ),
    "service_step": ("care.service.plan.step", ("planned", "todo")),
    "service_review": ("care.service.review", ("planned",)),
}


class CareDepartureSources(models.AbstractModel):
    """What somebody has that others take over when he leaves.

    An add-on adds its own work by extending `_departure_sources`.
    """

    _name = "care.departure.sources"
    _description = "What a leaver hands over"

    @api.model
    def _departure_sources(self):
        """Return {kind: what it is}, in the order in which it moves: records before
        the deadlines that follow them.

        label: its words; model; domain: of a user's own; partner: the field that leads
        to the customer, "id" for itself, or SQL over the table; move: the method
        (records, {id: user id}) that moves them and returns the ids moved; own: it
        goes to nobody but whom its own line names
        """
        return {
            **self._departure_sources_of_customers(),
            **self._departure_sources_of_posts(),
            **self._departure_sources_of_apps(),
            **self._departure_sources_of_plans(),
            **self._departure_sources_of_engines(),
        }

    @api.model
    def _departure_sources_of_customers(self):
        return {
            "customer": {
                "label": self.env._("Customer"),
                "model": "res.partner",
                "domain": self._departure_customers,
                "partner": "id",
                "move": "_move_customers",
            },
            "contact": {
                "label": self.env._("Contact of somebody else's customer"),
                "model": "res.partner",
                "domain": self._departure_contacts,
                "partner": "id",
                "move": "_move_by_user_field",
            },
            "team": {
                "label": self.env._("Membership in a team"),
                "model": "care.team.member",
                "domain": self._departure_current,
                "partner": "partner_id",
                "move": "_move_by_successor",
            },
        }

    @api.model
    def _departure_sources_of_posts(self):
        return {
            "territory": {
                "label": self.env._("Territory"),
                "model": "care.territory",
                "domain": lambda user: Domain("manager_id", "=", user.id),
                "move": "_move_territories",
            },
            "role": {
                "label": self.env._("Role for a customer"),
                "model": "care.role.assignment",
                "domain": lambda user: (
                    self._departure_roles(user) & Domain("partner_id", "!=", False)
                ),
                "partner": "partner_id",
                "move": "_move_by_successor",
            },
            "post": {
                "label": self.env._("Post"),
                "model": "care.role.assignment",
                "domain": lambda user: (
                    self._departure_roles(user) & Domain("partner_id", "=", False)
                ),
                "own": True,
                "move": "_move_by_successor",
            },
            "duty": {
                "label": self.env._("Duty"),
                "model": "care.duty",
                "domain": lambda user: Domain("user_id", "=", user.id),
                "move": "_move_by_user_field",
            },
        }

    @api.model
    def _departure_sources_of_apps(self):
        """Return what stands in the apps of others: leads, projects, tasks."""
        return {
            "lead": {
                "label": self.env._("Lead or opportunity"),
                "model": "crm.lead",
                "domain": lambda user: (
                    Domain("user_id", "=", user.id) & Domain("won_status", "!=", "won")
                ),
                "partner": "partner_id",
                "move": "_move_leads",
            },
            "project": {
                "label": self.env._("Project"),
                "model": "project.project",
                "domain": lambda user: Domain("user_id", "=", user.id),
                "partner": "partner_id",
                "move": "_move_by_user_field",
            },
            "task": {
                "label": self.env._("Task"),
                "model": "project.task",
                "domain": lambda user: (
                    Domain("user_ids", "in", user.ids) & Domain("is_closed", "=", False)
                ),
                "partner": "partner_id",
                "move": "_move_tasks",
            },
        }

    @api.model
    def _departure_sources_of_plans(self):
        """Return what is planned for customers, that neither ended nor was dropped."""
        words = {
            "service_plan": self.env._("Service plan"),
            "service_step": self.env._("Step of a service plan"),
            "service_review": self.env._("Review of a service plan"),
        }
        return {
            kind: {
                "label": words[kind],
                "model": model,
                "domain": lambda user, states=states: (
                    Domain("user_id", "=", user.id) & Domain("state", "in", states)
                ),
                "partner": "partner_id",
                "move": "_move_by_user_field",
            }
            for kind, (model, states) in _PLANS.items()
        }

    @api.model
    def _departure_sources_of_engines(self):
        """Return what the engines keep; deadlines come after what they are about."""
        return {
            "callback": {
                "label": self.env._("Callback"),
                "model": "care.callback",
                "domain": lambda user: (
                    Domain("user_id", "=", user.id)
                    & Domain("state", "in", ("planned", "attempted"))
                ),
                "partner": "partner_id",
                "move": "_move_callbacks",
            },
            "improvement": {
                "label": self.env._("Improvement"),
                "model": "care.improvement",
                "domain": lambda user: (
                    Domain("user_id", "=", user.id)
                    & Domain("state", "not in", ("closed", "cancelled"))
                ),
                "partner": "partner_id",
                "move": "_move_improvements",
            },
            "greeting": {
                "label": self.env._("Greeting"),
                "model": "care.touch",
                "domain": lambda user: (
                    Domain("user_id", "=", user.id)
                    & Domain("state", "in", ("planned", "approval", "ready", "failed"))
                ),
                "partner": "customer_id",
                "move": "_move_by_user_field",
            },
            "review": {
                "label": self.env._("Data review"),
                "model": "care.data.review",
                "domain": lambda user: (
                    Domain("user_id", "=", user.id)
                    & Domain("state", "in", ("open", "sent", "answered"))
                ),
                "partner": "partner_id",
                "move": "_move_by_user_field",
            },
            **self._departure_sources_of_people(),
        }

    @api.model
    def _departure_sources_of_people(self):
        return {
            "obligation": {
                "label": self.env._("Obligation"),
                "model": "care.obligation",
                "domain": lambda user: (
                    Domain("user_id", "=", user.id) & Domain("is_pending", "=", True)
                ),
                "partner": "partner_id",
                "move": "_move_obligations",
            },
            "approval": {
                "label": self.env._("Approval to decide"),
                "model": "care.approval",
                "domain": lambda user: (
                    Domain("state", "=", "pending")
                    & Domain("current_user_ids", "in", user.ids)
                ),
                "partner": "partner_id",
                "move": "_move_approvals",
            },
            "activity": {
                "label": self.env._("Activity"),
                "model": "mail.activity",
                "domain": lambda user: (
                    Domain("user_id", "=", user.id)
                    & Domain("res_model", "not in", ("care.approval", "care.departure"))
                ),
                "partner": SQL(
                    """CASE mail_activity.res_model
                       WHEN 'res.partner' THEN mail_activity.res_id
                       WHEN 'crm.lead' THEN (SELECT l.partner_id FROM crm_lead l
                                              WHERE l.id = mail_activity.res_id) END"""
                ),
                "move": "_move_activities",
            },
        }

    # ---- whose they are

    @api.model
    def _departure_customers(self, user):
        """Return the customers: whoever stands for himself."""
        whole = Domain("parent_id", "=", False) | Domain("is_company", "=", True)
        return Domain("user_id", "=", user.id) & whole

    @api.model
    def _departure_contacts(self, user):
        """Return contacts whose customer is with somebody else; the others go along
        with theirs."""
        return (
            Domain("user_id", "=", user.id)
            & Domain("parent_id", "!=", False)
            & Domain("is_company", "=", False)
            & Domain("commercial_partner_id.user_id", "!=", user.id)
        )

    @api.model
    def _departure_current(self, user):
        today = fields.Date.context_today(self)
        lasts = Domain("date_to", "=", False) | Domain("date_to", ">=", today)
        return Domain("user_id", "=", user.id) & lasts

    @api.model
    def _departure_roles(self, user):
        return self._departure_current(user)

    # ---- listing them

    def _gather(self):
        """List what the person has now: what is new comes on the list, what is no
        longer his goes; choices made stay."""
        for departure in self.sudo():
            if not departure.user_id:
                continue
            for kind, source in departure._departure_sources().items():
                departure._gather_kind(kind, source)
            departure._spread_takers()

    def _found_query(self, model, source):
        """Return SQL with the id, customer and company of what the person has."""
        query = model._search(source["domain"](self.user_id))
        table = SQL.identifier(model._table)
        partner = source.get("partner") or SQL("NULL::integer")
        if isinstance(partner, str):
            partner = SQL("%s.%s", table, SQL.identifier(partner))
        company = SQL("NULL::integer")
        field = model._fields.get("company_id")
        if field and field.store and not field.company_dependent:
            company = SQL("%s.company_id", table)
        return query.select(
            SQL("%s.id AS id", table),
            SQL("%s AS partner_id", partner),
            SQL("%s AS company_id", company),
        )

    def _gather_kind(self, kind, source):
        model = self.env[source["model"]].sudo()
        model.flush_model()
        values = {
            "departure": self.id,
            "kind": kind,
            "model": model._name,
            "found": self._found_query(model, source),
            "uid": self.env.uid,
        }
        self.env["care.departure.line"].flush_model()
        self.env.execute_query(
            SQL(
                """WITH found AS MATERIALIZED (%(found)s),
                        gone AS (
                     DELETE FROM care_departure_line l
                      WHERE l.departure_id = %(departure)s AND l.kind = %(kind)s
                        AND l.state = 'open'
                        AND l.res_id NOT IN (SELECT f.id FROM found f))
                   INSERT INTO care_departure_line
                          (departure_id, kind, res_model, res_id, partner_id,
                           company_id, state, create_uid, create_date, write_uid,
                           write_date)
                   SELECT %(departure)s, %(kind)s, %(model)s, f.id,
                          p.commercial_partner_id, f.company_id, 'open', %(uid)s,
                          now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                     FROM found f LEFT JOIN res_partner p ON p.id = f.partner_id
                    WHERE f.id NOT IN (SELECT l.res_id FROM care_departure_line l
                                        WHERE l.departure_id = %(departure)s
                                          AND l.kind = %(kind)s)
                       ON CONFLICT (departure_id, kind, res_id) DO NOTHING
                RETURNING id""",
                **values,
            )
        )
        self.env["care.departure.line"].invalidate_model(flush=False)
        self.invalidate_recordset()

    def _spread_takers(self):
        """Reckon who gets what: whom its own line names, else who gets its customer,
        else the successor."""
        sources = self._departure_sources()
        own = [kind for kind, source in sources.items() if source.get("own")]
        lines = self.env["care.departure.line"]
        lines.flush_model()
        self.flush_recordset()
        self.env.execute_query(
            SQL(
                """UPDATE care_departure_line l SET taker_id = w.taker_id
                     FROM (SELECT l.id, CASE WHEN l.kind = ANY(%(own)s)
                                             THEN l.successor_id
                                             ELSE COALESCE(l.successor_id,
                                                           c.successor_id,
                                                           d.successor_id)
                                         END AS taker_id
                             FROM care_departure_line l
                             JOIN care_departure d ON d.id = l.departure_id
                             LEFT JOIN care_departure_line c
                               ON c.departure_id = l.departure_id
                              AND c.kind = 'customer' AND l.kind != 'customer'
                              AND c.partner_id = l.partner_id
                            WHERE l.departure_id = ANY(%(ids)s) AND l.state = 'open') w
                    WHERE w.id = l.id AND l.taker_id IS DISTINCT FROM w.taker_id
                RETURNING l.id""",
                own=own,
                ids=list(self.ids),
            )
        )
        lines.invalidate_model(flush=False)
        self.invalidate_recordset()
