from odoo import fields, models
from odoo.tools import SQL


class CareClauseRule(models.Model):
    """One rule of any kind that carries out a clause; a view over all rule models."""

    _name = "care.clause.rule"
    _description = "Rule of a clause"
    _auto = False
    _secrecy_open = "the records are rules"
    _order = "clause_id, kind_id, code"

    clause_id = fields.Many2one("care.policy.clause", readonly=True)
    policy_id = fields.Many2one("care.policy", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    kind_id = fields.Many2one("ir.model", string="Kind of rule", readonly=True)
    res_model = fields.Char(string="Rule model", readonly=True)
    res_id = fields.Many2oneReference(
        string="Rule", model_field="res_model", readonly=True
    )
    code = fields.Char(readonly=True)
    name = fields.Char(readonly=True)
    model_name = fields.Char(string="Applies to", readonly=True)
    active = fields.Boolean(readonly=True)

    @property
    def _table_query(self):
        names = self.env["care.pack.codec"]._rule_models()
        return SQL(" UNION ALL ").join(
            self._select_rules(name, number) for number, name in enumerate(names)
        )

    def _select_rules(self, name, number):
        """Return the query over one rule model; ids are `rule id * 64 + its number`."""
        model = self.env[name]
        columns = ["code", "name", "clause_id", "company_id", "active"]
        has_model = "model_name" in model._fields
        model.flush_model(columns + ["model_name"] * has_model)
        return SQL(
            """
            SELECT r.id::bigint * 64 + %(number)s AS id, r.clause_id, c.policy_id,
                   r.company_id, %(kind)s AS kind_id, %(name)s::varchar AS res_model,
                   r.id AS res_id, r.code, r.active, %(model_name)s AS model_name,
                   COALESCE(r.name->>%(lang)s, r.name->>'en_US') AS name
              FROM %(table)s r
              JOIN care_policy_clause c ON c.id = r.clause_id
            """,
            number=number,
            kind=self.env["ir.model"]._get_id(name),
            name=name,
            lang=self.env.lang or "en_US",
            model_name=SQL("r.model_name") if has_model else SQL("NULL::varchar"),
            table=SQL.identifier(model._table),
        )

    def action_open_rule(self):
        """Open the rule itself, to read or to edit."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }
