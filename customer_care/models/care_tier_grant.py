from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..logic import tiers

_BATCH = 1000


class CareTierGrant(models.Model):
    """A grade a customer has from one day to another, why, and by whom.

    The engine writes it; rows are never edited, only ended. Together they are the
    customer's history. None is without an end.
    """

    _name = "care.tier.grant"
    _description = "Grade of a customer"
    _inherit = [
        "care.obligation.mixin",
        "care.engine.mixin",
        "care.compliance.mixin",
        "care.secrecy.follow.mixin",
    ]
    _order = "valid_from desc, id desc"
    _rec_name = "tier_id"
    _compliance_source = "grade"
    _compliance_levels = True
    _compliance_department = ""
    _secrecy_skip_links = ("evaluation_id",)

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="cascade"
    )
    scheme_id = fields.Many2one(
        "care.tier.scheme", required=True, index=True, ondelete="restrict"
    )
    tier_id = fields.Many2one(
        "care.tier", "Grade", required=True, index=True, ondelete="restrict"
    )
    tier_name = fields.Char("Grade's name then", required=True)
    clause_id = fields.Many2one("care.policy.clause", index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, index=True)
    kind = fields.Selection(
        [
            ("regular", "Regular"),
            ("provisional", "Provisional"),
            ("override", "Special treatment"),
        ],
        required=True,
    )
    source = fields.Selection(
        [
            ("evaluation", "Evaluation"),
            ("request", "Application"),
            ("fallback", "An earlier grade ran out"),
        ],
        "Given by",
        required=True,
    )
    valid_from = fields.Date("From", required=True)
    valid_to = fields.Date("Until", required=True)
    ended_on = fields.Date("Ended before", help="The first day it no longer holds.")
    end_kind = fields.Selection(
        [
            ("replaced", "Another grade was given"),
            ("expired", "Its time ran out"),
            ("withdrawn", "Withdrawn"),
        ],
        "Why it ended",
    )
    is_current = fields.Boolean(
        "In force", compute="_compute_is_current", search="_search_is_current"
    )
    credit_grade = fields.Char()
    reason = fields.Text()
    explanation = fields.Json()
    explanation_html = fields.Html(
        "Fact by fact", compute="_compute_explanation_html", sanitize=False
    )
    evaluation_id = fields.Many2one(
        "care.evaluation", index="btree_not_null", ondelete="restrict"
    )
    request_id = fields.Many2one(
        "care.tier.request",
        "Application",
        index="btree_not_null",
        ondelete="restrict",
    )
    granted_by_id = fields.Many2one("res.users", ondelete="restrict")
    user_id = fields.Many2one(
        related="partner_id.user_id", string="Salesperson", store=False
    )

    _span = models.Constraint(
        "CHECK (valid_to >= valid_from)", "A grade must not end before it begins."
    )
    _open_uniq = models.UniqueIndex(
        "(partner_id, scheme_id, company_id, (kind = 'override')) "
        "WHERE ended_on IS NULL",
        "The customer was given a grade at this moment. Look again.",
    )
    _due_idx = models.Index("(valid_to) WHERE ended_on IS NULL")
    _standing_idx = models.Index("(scheme_id, company_id, partner_id, valid_from)")

    @api.depends("valid_from", "valid_to", "ended_on")
    def _compute_is_current(self):
        today = fields.Date.context_today(self)
        for grant in self:
            grant.is_current = grant._holds_on(today)

    def _holds_on(self, day):
        return self.valid_from <= day <= self.valid_to and (
            not self.ended_on or day < self.ended_on
        )

    def _search_is_current(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._current_domain(fields.Date.context_today(self))

    @api.model
    def _current_domain(self, on):
        """Return the domain of the grades in force on a day."""
        return [
            ("valid_from", "<=", on),
            ("valid_to", ">=", on),
            "|",
            ("ended_on", "=", False),
            ("ended_on", ">", on),
        ]

    @api.depends("explanation")
    def _compute_explanation_html(self):
        for grant in self:
            grant.explanation_html = self.env["ir.qweb"]._render(
                "customer_care.care_tier_explanation",
                {"rows": grant.explanation or []},
                minimal_qcontext=True,
            )

    def _compliance_label(self):
        return self.env._("Grades of customers")

    def _compliance_select(self):
        """A grade given carries out the clause that describes it."""
        self.flush_model()
        return SQL(
            """
            SELECT MIN(id)::bigint AS id,
                   GREATEST(secrecy_level, 1) AS secrecy_level, clause_id, company_id,
                   NULL::integer AS department_id,
                   date_trunc('month', valid_from)::date AS month,
                   COUNT(*) AS met, 0::bigint AS missed, 0::bigint AS waived,
                   0::bigint AS open
              FROM care_tier_grant
             WHERE clause_id IS NOT NULL AND end_kind IS DISTINCT FROM 'withdrawn'
             GROUP BY GREATEST(secrecy_level, 1), clause_id, company_id,
                      date_trunc('month', valid_from)
            """
        )

    def _compliance_action(self):
        action = "customer_care.care_tier_grant_action"
        return action, "valid_from", [("end_kind", "!=", "withdrawn")]

    # ---- what is in force

    @api.model
    def _standing_sql(self, scheme, company, on, partner_ids=None):
        """Return the query of the grade in force of each customer on a day: an
        override goes before the others, the latest before the earlier."""
        chosen = SQL("AND g.partner_id = ANY(%s)", list(partner_ids or []))
        return SQL(
            """SELECT DISTINCT ON (g.partner_id) g.partner_id, g.id, g.tier_id,
                      g.valid_to, g.credit_grade
                 FROM care_tier_grant g
                WHERE g.scheme_id = %s AND g.company_id = %s
                  AND g.valid_from <= %s AND g.valid_to >= %s
                  AND (g.ended_on IS NULL OR g.ended_on > %s) %s
                ORDER BY g.partner_id, (g.kind = 'override') DESC,
                         g.valid_from DESC, g.id DESC""",
            scheme.id or None,
            company.id,
            on,
            on,
            on,
            SQL() if partner_ids is None else chosen,
        )

    @api.model
    def _standings(self, scheme, company, on, partner_ids=None):
        """Return {customer id: (grant id, tier id)} in force on a day."""
        self.env[self._name].flush_model()
        query = self._standing_sql(scheme, company, on, partner_ids)
        rows = self.env.execute_query(query)
        return {row[0]: (row[1], row[2]) for row in rows}

    # ---- giving and ending

    @api.model
    def _give(self, vals_list):
        """Write grades and end those they replace; return them.

        One open grade per customer, scheme and company, and one override beside it.
        """
        grants = self._engine()
        for start in range(0, len(vals_list), _BATCH):
            part = vals_list[start : start + _BATCH]
            self._replace(part)
            names = {
                tier.id: (tier.name, tier.clause_id.id)
                for tier in self.env["care.tier"]
                .sudo()
                .browse({vals["tier_id"] for vals in part})
            }
            grants |= grants.create(
                [
                    {
                        "tier_name": names[vals["tier_id"]][0],
                        "clause_id": names[vals["tier_id"]][1],
                        "granted_by_id": self.env.uid,
                    }
                    | vals
                    for vals in part
                ]
            )
        self._told(grants)
        return grants._plain(self.env)

    @api.model
    def _told(self, grants):
        """Write the new standing to the customers at once."""
        for company, part in grants.grouped("company_id").items():
            self.env["res.partner"]._care_refresh(company, part.partner_id.ids)

    @api.model
    def _replace(self, vals_list):
        """End the open grades that the new ones replace, on the day those begin."""
        keys = {self._slot(vals): vals["valid_from"] for vals in vals_list}
        domain = Domain("ended_on", "=", False) & Domain(
            "partner_id", "in", [key[0] for key in keys]
        )
        by_day = defaultdict(self.browse)
        for grant in self._engine().search(domain):
            slot = (grant.partner_id.id, grant.scheme_id.id, grant.company_id.id)
            day = keys.get((*slot, grant.kind == "override"))
            if day:
                day = max(day, grant.valid_from)
                by_day[min(day, grant.valid_to + timedelta(days=1))] |= grant
        for day, grants in by_day.items():
            grants._engine().write({"ended_on": day, "end_kind": "replaced"})
        self.flush_model(["ended_on"])  # before the index sees the new rows

    @api.model
    def _slot(self, vals):
        override = vals["kind"] == "override"
        return (vals["partner_id"], vals["scheme_id"], vals["company_id"], override)

    def _slot_here(self):
        """Return what there is one open grade for, beside the customer."""
        return (self.scheme_id, self.company_id, self.kind == "override")

    def _end(self, on, kind):
        """End grades that are open; the customers are written at once."""
        grants = self._engine().filtered(lambda grant: not grant.ended_on)
        for grant in grants:
            day = max(min(on, grant.valid_to + timedelta(days=1)), grant.valid_from)
            grant.write({"ended_on": day, "end_kind": kind})
        self._told(grants)

    # ---- the nightly job

    @api.model
    def _cron_run(self):
        """End what ran out, give the grade for that case, and write what begins or
        ends today to the customers. Nothing is done twice."""
        for company in self.env["res.company"].sudo().search([("active", "=", True)]):
            today = self.env["care.role"]._today(company)
            while grants := self._expired(company, today):
                grants._expire(today)
                self.env["ir.cron"]._commit_progress(len(grants), remaining=1)
            self.env["res.partner"]._care_refresh(company)
        self.env["ir.cron"]._commit_progress(remaining=0)

    @api.model
    def _expired(self, company, today):
        """Return and lock a batch of open grades whose time is over."""
        domain = Domain("ended_on", "=", False) & Domain("valid_to", "<", today)
        found = self._engine().search(
            domain & Domain("company_id", "=", company.id), limit=_BATCH, order="id"
        )
        return found.try_lock_for_update()

    def _expire(self, today):
        """End grades on the day after their last; the customer falls to the grade for
        that case, once: that grade too comes to an end."""
        new = []
        for grant in self:
            over = grant.valid_to + timedelta(days=1)
            grant.write({"ended_on": over, "end_kind": "expired"})
            tier = grant.scheme_id.fallback_tier_id
            if not tier or grant.kind == "override" or grant.source == "fallback":
                continue
            if tier.sequence < grant.tier_id.sequence:
                continue  # to run out is no way up
            new.append(
                {
                    "partner_id": grant.partner_id.id,
                    "scheme_id": grant.scheme_id.id,
                    "company_id": grant.company_id.id,
                    "tier_id": tier.id,
                    "kind": "regular",
                    "source": "fallback",
                    "valid_from": over,
                    "valid_to": tiers.last_day(
                        max(over, today), grant.scheme_id.default_months
                    ),
                    "credit_grade": tier.credit_grade,
                    "reason": self.env._(
                        "%(tier)s ended on %(date)s without an evaluation.",
                        tier=grant.tier_name,
                        date=grant.valid_to,
                    ),
                }
            )
        if new:
            self._give(new)
        self._told(self)
