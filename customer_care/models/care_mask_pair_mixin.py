from odoo import api, models
from odoo.tools import SQL

from ..tools.secrecy_domain import speaks_up_to


class CareMaskPairMixin(models.AbstractModel):
    """A record of Odoo that speaks of any other record, named by model and id: it is
    hidden with that record, from its author and its addressees too."""

    _name = "care.mask.pair.mixin"
    _description = "Record that is hidden with the one it speaks of"

    # (field of the model's name, field of the id)
    _mask_pair = ("res_model", "res_id")

    @api.model
    def _secrecy_hideable(self):
        return not self._abstract

    @api.model
    def _secrecy_up_to(self, level):
        domain = super()._secrecy_up_to(level)
        return domain & speaks_up_to(*self._mask_pair, int(level))

    def _mask_pairs(self):
        """Return rows of (id, model, id of the record) of what `self` speaks of."""
        model, res_id = self._mask_pair
        self.flush_model(self._mask_pair)
        return self.env.execute_query(
            SQL(
                "SELECT id, %s, %s FROM %s WHERE id = ANY(%s) AND COALESCE(%s, 0) <> 0",
                SQL.identifier(model),
                SQL.identifier(res_id),
                SQL.identifier(self._table),
                [id_ for id_ in self._ids if isinstance(id_, int)],
                SQL.identifier(res_id),
            )
        )

    def _secrecy_hidden(self):
        return super()._secrecy_hidden() | self._mask_hidden()

    def _mask_hidden(self):
        """Return the records of `self` that speak of a hidden one."""
        mask = self.env["care.mask"]
        if not self or not mask._on_names():
            return self.browse()
        spoken = {}
        for id_, model, res_id in self._mask_pairs():
            if model in self.env and mask._hideable(model):
                spoken.setdefault(model, {}).setdefault(res_id, []).append(id_)
        found = set()
        for model, ids in spoken.items():
            for res_id in mask._lean()._hidden_ids(model, list(ids)):
                found.update(ids[res_id])
        return self.browse(id_ for id_ in self._ids if id_ in found)

    def _unknown(self):
        return super()._unknown() | self._mask_hidden()

    def _secrecy_suspects(self, result):
        return self

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if operation != "create" or not self or not self.env["care.mask"]._on():
            return result
        hidden = self._secrecy_hidden()
        if not hidden:
            return result
        forbidden = result[0] | hidden if result else hidden
        return forbidden, lambda: hidden._make_access_error(operation)

    def _make_access_error(self, operation):
        return self.env["ir.rule"]._make_access_error(operation, self)

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        query = super()._search(domain, *args, bypass_access=bypass_access, **kwargs)
        if bypass_access or query.is_empty() or not self.env["care.mask"]._on():
            return query
        found = self.browse(query.get_result_ids())
        hidden = found._mask_hidden()
        return (found - hidden)._as_query() if hidden else query
