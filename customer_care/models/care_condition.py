from odoo import api, models
from odoo.fields import Domain


class CareCondition(models.AbstractModel):
    """How the conditions of rules are held against records: with all rights, apart
    from what is more secret than each record. Nothing is stored."""

    _name = "care.condition"
    _description = "Conditions of rules"

    @api.model
    def _fitting(self, records, domain):
        """Return those of `records` that `domain` fits.

        A list that somebody with less rights has read stays in memory for everybody:
        it is read again.
        """
        domain = self.env["care.ceiling"]._apart(records, domain)
        self._reread_lists(records, domain)
        return records.filtered_domain(domain)

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
