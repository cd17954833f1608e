from odoo import api, models, tools


class ComplaintRuleMixin(models.AbstractModel):
    """A rule about cases that a pack carries. Which fields of a case the active rules
    look at is kept in a cache, so that other changes of a case cost nothing."""

    _name = "complaint.rule.mixin"
    _description = "Rule about Complaints"
    _inherit = ["care.pack.row.mixin"]
    _domain_fields = ("domain",)

    def _domain_constrained_fields(self):
        return self._domain_fields

    def _domain_model(self):
        return self.env["complaint.case"]

    @api.model
    def _of_company(self, company):
        """Return the active rules of a company and those shared by all."""
        return self.sudo().search([("company_id", "in", (False, company.id))])

    @api.model
    @tools.ormcache("self._name")
    def _reads(self):
        """Return the fields of a case the active rules look at; empty without any."""
        rules = self.sudo().search([("active", "=", True)])
        return frozenset().union(*(rule._reads_of_one() for rule in rules))

    def _reads_of_one(self):
        """Return the fields of a case that this rule looks at."""
        model = self.env["complaint.case"]
        reads = {"state", "kind"}
        for condition in self._rule_domain("domain").iter_conditions():
            todo = [condition.field_expr.partition(".")[0]]
            while todo:
                name = todo.pop()
                if name not in reads:
                    reads.add(name)
                    field = model._fields.get(name)
                    todo.extend(model.pool.field_depends.get(field, ()))
        return {name.partition(".")[0] for name in reads}

    def _fits(self, case):
        """Tell whether the condition holds for one case, read as superuser."""
        return bool(self._rule_fitting(case, "domain"))

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        self.env.registry.clear_cache()
        return rules

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
