from odoo import fields, models
from odoo.tools import SQL


class CareClauseCompliance(models.Model):
    """How often a clause was kept in a month, per company, department and source.

    A view over obligations (month they were due), approvals (month they were asked
    for) and requirements met; nothing in it is stored.
    """

    _name = "care.clause.compliance"
    _description = "Clause compliance"
    _auto = False
    _order = "month desc, clause_id"
    _rec_name = "clause_id"

    clause_id = fields.Many2one("care.policy.clause", readonly=True)
    policy_id = fields.Many2one("care.policy", readonly=True)
    kind = fields.Selection(
        selection=lambda self: self.env["care.policy.clause"]._fields["kind"].selection,
        readonly=True,
    )
    month = fields.Date(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    department_id = fields.Many2one("hr.department", readonly=True)
    source = fields.Selection(
        [
            ("deadline", "Deadlines"),
            ("duty", "Duties"),
            ("approval", "Approvals"),
            ("requirement", "Required entries"),
        ],
        readonly=True,
    )
    due = fields.Integer(readonly=True, help="All that had to be done in the month.")
    met = fields.Integer(readonly=True)
    missed = fields.Integer(readonly=True)
    waived = fields.Integer(readonly=True)
    open = fields.Integer(readonly=True, help="Not done yet and not late yet.")
    rate = fields.Float(
        string="Rate (%)",
        readonly=True,
        aggregator="avg",
        help="Met of all that was met or missed. Empty when nothing was decided yet.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT f.id, f.clause_id, c.policy_id, c.kind, f.month, f.source,
                   COALESCE(f.company_id, c.company_id) AS company_id, f.department_id,
                   f.met + f.missed + f.waived + f.open AS due,
                   f.met, f.missed, f.waived, f.open,
                   100.0 * f.met / NULLIF(f.met + f.missed, 0) AS rate
              FROM (%s) f
              JOIN care_policy_clause c ON c.id = f.clause_id
            """,
            SQL(" UNION ALL ").join(
                [self._from_obligations(), self._from_approvals(), self._from_checks()]
            ),
        )

    # Ids are `smallest id of the group * 3 + number of the table`: stable, and the
    # database can still push a filter on the clause down into each part.

    def _from_obligations(self):
        self.env["care.obligation"].flush_model()
        return SQL(
            """
            SELECT MIN(o.id)::bigint * 3 AS id, o.clause_id, o.company_id,
                   o.department_id, date_trunc('month', o.due_at)::date AS month,
                   CASE WHEN o.duty_id IS NULL
                        THEN 'deadline' ELSE 'duty' END AS source,
                   COUNT(*) FILTER (WHERE o.state = 'met') AS met,
                   COUNT(*) FILTER (WHERE o.state = 'missed') AS missed,
                   COUNT(*) FILTER (WHERE o.state = 'waived') AS waived,
                   COUNT(*) FILTER (WHERE o.state IN ('open', 'paused')) AS open
              FROM care_obligation o
             WHERE o.clause_id IS NOT NULL AND o.state != 'cancelled'
             GROUP BY o.clause_id, o.company_id, o.department_id,
                      date_trunc('month', o.due_at), o.duty_id IS NULL
            """
        )

    def _from_approvals(self):
        self.env["care.approval"].flush_model()
        return SQL(
            """
            SELECT MIN(a.id)::bigint * 3 + 1 AS id, a.clause_id, a.company_id,
                   NULL::integer AS department_id,
                   date_trunc('month', a.requested_at)::date AS month,
                   'approval' AS source,
                   COUNT(*) FILTER (WHERE a.state IN ('approved', 'rejected')) AS met,
                   0::bigint AS missed, 0::bigint AS waived,
                   COUNT(*) FILTER (WHERE a.state = 'pending') AS open
              FROM care_approval a
             WHERE a.clause_id IS NOT NULL AND a.state != 'cancelled'
             GROUP BY a.clause_id, a.company_id, date_trunc('month', a.requested_at)
            """
        )

    def _from_checks(self):
        self.env["care.requirement.check"].flush_model()
        return SQL(
            """
            SELECT MIN(k.id)::bigint * 3 + 2 AS id, k.clause_id, k.company_id,
                   k.department_id, date_trunc('month', k.at)::date AS month,
                   'requirement' AS source, COUNT(*) AS met,
                   0::bigint AS missed, 0::bigint AS waived, 0::bigint AS open
              FROM care_requirement_check k
             WHERE k.clause_id IS NOT NULL
             GROUP BY k.clause_id, k.company_id, k.department_id,
                      date_trunc('month', k.at)
            """
        )

    def _read_group_select(self, aggregate_spec, query):
        """The rate of a group is met of all decided, not the mean of its rows."""
        if aggregate_spec != "rate:avg":
            return super()._read_group_select(aggregate_spec, query)
        met = self._field_to_sql(self._table, "met", query)
        missed = self._field_to_sql(self._table, "missed", query)
        return SQL(
            "100.0 * SUM(%(met)s) / NULLIF(SUM(%(met)s) + SUM(%(missed)s), 0)",
            met=met,
            missed=missed,
        )

    def action_open_records(self):
        """Open the obligations, approvals or checks this row counts."""
        self.ensure_one()
        xmlid, date_field = {
            "approval": ("care_approval_action", "requested_at"),
            "requirement": ("care_requirement_check_action", "at"),
        }.get(self.source, ("care_obligation_action", "due_at"))
        action = self.env["ir.actions.act_window"]._for_xml_id(f"customer_care.{xmlid}")
        month_after = fields.Date.add(self.month, months=1)
        domain = [
            ("clause_id", "=", self.clause_id.id),
            (date_field, ">=", f"{self.month} 00:00:00"),
            (date_field, "<", f"{month_after} 00:00:00"),
        ]
        if self.source != "requirement":
            domain.append(("state", "!=", "cancelled"))
        if self.source != "approval":
            domain.append(("department_id", "=", self.department_id.id))
        if self.source in ("deadline", "duty"):
            operator = "=" if self.source == "deadline" else "!="
            domain.append(("duty_id", operator, False))
        return action | {"domain": domain, "context": {}}
