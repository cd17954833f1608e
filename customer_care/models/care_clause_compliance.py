from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# Room for the number of the source in the ids of the view.
_STEP = 64


class CareClauseCompliance(models.Model):
    """How often a clause was kept in a month, per company, department and source.

    A view over all models that are evidence of clauses (`care.compliance.mixin`);
    nothing in it is stored.
    """

    _name = "care.clause.compliance"
    _description = "Clause compliance"
    _inherit = ["care.secrecy.follow.mixin"]
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
    source = fields.Selection(selection="_selection_source", readonly=True)
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

    @api.model
    def _sources(self):
        """Return {source: (empty recordset of its model, label)}, in a fixed order."""
        names = self.env.registry.descendants(["care.compliance.mixin"], "_inherit")
        models_ = [self.env[name] for name in names if not self.env[name]._abstract]
        found = {
            source: (model, label)
            for model in models_
            for source, label in model._compliance_labels().items()
        }
        return dict(sorted(found.items()))

    @api.model
    def _selection_source(self):
        return [(source, label) for source, (__, label) in self._sources().items()]

    # Ids are `id of the group * 64 + number of the source`: stable, and the database
    # can still push a filter on the clause down into each part.

    @property
    def _table_query(self):
        parts = [
            SQL(
                "SELECT s.id * %s + %s AS id, s.clause_id, s.company_id, "
                "s.department_id, s.month, %s::varchar AS source, "
                "%s AS secrecy_level, "
                "s.met, s.missed, s.waived, s.open FROM (%s) s",
                _STEP,
                number,
                source,
                SQL("s.secrecy_level" if model._compliance_levels else "1"),
                model.with_context(care_compliance=source)._compliance_select(),
            )
            for number, (source, (model, __)) in enumerate(self._sources().items())
        ]
        return SQL(
            """
            SELECT f.id, f.clause_id, c.policy_id, c.kind, f.month, f.source,
                   COALESCE(f.company_id, c.company_id) AS company_id, f.department_id,
                   f.secrecy_level, f.met + f.missed + f.waived + f.open AS due,
                   f.met, f.missed, f.waived, f.open,
                   100.0 * f.met / NULLIF(f.met + f.missed, 0) AS rate
              FROM (%s) f
              JOIN care_policy_clause c ON c.id = f.clause_id
            """,
            SQL(" UNION ALL ").join(parts),
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
        """Open the records this row counts."""
        self.ensure_one()
        model = self._sources()[self.source][0].with_context(
            care_compliance=self.source
        )
        xmlid, date_field, extra = model._compliance_action()
        month_after = fields.Date.add(self.month, months=1)
        domain = (
            Domain("clause_id", "=", self.clause_id.id)
            & Domain(date_field, ">=", f"{self.month} 00:00:00")
            & Domain(date_field, "<", f"{month_after} 00:00:00")
            & Domain(extra)
        )
        if model._compliance_department:
            department = self.department_id.id
            domain &= Domain(model._compliance_department, "=", department)
        if model._compliance_levels and model._secrecy_has_level():
            level = self.secrecy_level
            domain &= Domain("secrecy_level", "<=" if level < 2 else "=", level)
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        return action | {"domain": list(domain), "context": {}}
