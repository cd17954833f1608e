from odoo import SUPERUSER_ID, api, models
from odoo.fields import Domain


class CareCondition(models.AbstractModel):
    """How the conditions of rules are held against records: with all rights, apart
    from what is more secret than each record. Nothing is stored."""

    _name = "care.condition"
    _description = "Conditions of rules"

    @api.model
    def _fitting(self, records, domain, company=None):
        """Return those of `records` that `domain` fits.

        A list that somebody with less rights has read stays in memory for everybody:
        it is read again. What differs by company is read in `company`, else in that
        of each record, else in the main one: whoever saves is in one of his own.
        """
        domain = Domain(domain)
        if not self._differs_by_company(records, domain):
            return self._fitting_here(records, domain)
        groups = [(company, records)] if company else self._by_company(records)
        fit = set()
        for place, mine in groups:
            fit.update(self._fitting_here(mine.with_company(place), domain)._ids)
        return records.filtered(lambda record: record.id in fit)

    def _fitting_here(self, records, domain):
        domain = self.env["care.ceiling"]._apart(records, domain)
        self._reread_lists(records, domain)
        return records.filtered_domain(domain)

    def _by_company(self, records):
        """Return [(company, its records)]; what all companies share is the main's."""
        field = records._fields.get("company_id")
        if field is None or field.comodel_name != "res.company":
            return [(self._main_company(), records)]
        groups = records.sudo().grouped("company_id")
        return [
            (company or self._main_company(), records.browse(mine._ids))
            for company, mine in groups.items()
        ]

    @api.model
    def _main_company(self):
        """Return the company in which jobs run."""
        return self.env["res.users"].sudo().browse(SUPERUSER_ID).company_id

    @api.model
    def _differs_by_company(self, model, domain):
        """Return whether `domain` reads, over links too, what has a value for each
        company."""
        for leaf in Domain(domain).iter_conditions():
            if self._path_differs(model, leaf.field_expr):
                return True
            if isinstance(leaf.value, Domain):
                name = leaf.field_expr.split(".")[-1]
                field = model._fields.get(name)
                comodel = field is not None and field.comodel_name
                if comodel and self._differs_by_company(model.env[comodel], leaf.value):
                    return True
        return False

    @api.model
    def _path_differs(self, model, path):
        """Return whether a field on the way of a dotted path differs by company."""
        for name in path.split("."):
            field = model._fields.get(name)
            if field is None:
                return False
            if "company" in model.pool.field_depends_context[field]:
                return True
            if not field.comodel_name:
                return False
            model = model.env[field.comodel_name]
        return False

    def _reread_lists(self, records, domain):
        records = records.filtered("id")
        for leaf in Domain(domain).iter_conditions():
            name, _dot, rest = leaf.field_expr.partition(".")
            field = records._fields.get(name)
            if field is None or not field.relational:
                continue
            if field.type != "many2one":
                records.invalidate_recordset([name], flush=False)
            if rest:
                self._reread_lists(
                    records[name], Domain(rest, leaf.operator, leaf.value)
                )
            elif isinstance(leaf.value, Domain):
                self._reread_lists(records[name], leaf.value)
