from odoo import api, fields, models

# What usually carries out a clause of a kind.
_USUAL = {
    "record": "care.requirement",
    "deadline": "care.obligation.rule",
    "duty": "care.duty",
    "approval": "care.approval.rule",
    "right": "care.requirement",
    "rate": "care.indicator",
    "score": "care.scorecard",
    "sanction": "care.sanction.rule",
    "guide": "care.inspection.template",
}


class CareRuleNew(models.TransientModel):
    """The screen “New rule” of a clause: a manager chooses what kind of rule is to
    carry it out, and its form opens with the clause filled in."""

    _name = "care.rule.new"
    _description = "New rule of a clause"
    _inherit = ["care.link.mixin"]

    clause_id = fields.Many2one(
        "care.policy.clause", required=True, readonly=True, ondelete="cascade"
    )
    clause_text = fields.Text(related="clause_id.text")
    kind = fields.Selection(
        selection="_selection_kind",
        string="What carries it out",
        compute="_compute_kind",
        store=True,
        precompute=True,
        readonly=False,
    )

    @api.model
    def _selection_kind(self):
        """Return the kinds of rules the user may write, in their words."""
        ir_model = self.env["ir.model"].sudo()
        kinds = [
            (name, ir_model._get(name).name)
            for name in self.env["care.pack.codec"]._rule_models()
            if self.env[name].has_access("create")
        ]
        return sorted(kinds, key=lambda kind: kind[1])

    @api.depends("clause_id")
    def _compute_kind(self):
        known = dict(self._selection_kind())
        for wizard in self:
            usual = _USUAL.get(wizard.clause_id.kind)
            wizard.kind = usual if usual in known else False

    def action_write(self):
        """Open the form of a new rule of that kind."""
        self.ensure_one()
        clause = self.clause_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New rule of %s", clause.display_name),
            "res_model": self.kind,
            "views": [(False, "form")],
            "target": "current",
            "context": {
                "default_clause_id": clause.id,
                "default_company_id": clause.company_id.id,
                "default_name": clause.name,
                "default_code": self._free_code(),
            },
        }

    def _free_code(self):
        """Return a code made of the clause's that no rule of the kind has."""
        code = self.clause_id.code.lower().replace(".", "_").replace(" ", "_")
        rules = self.env[self.kind].with_context(active_test=False)
        rows = rules.search_fetch([("code", "=like", f"{code}%")], ["code"])
        taken = set(rows.mapped("code"))
        number = 1
        while f"{code}_{number}" in taken:
            number += 1
        return f"{code}_{number}"
