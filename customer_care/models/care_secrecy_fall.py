from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL, ormcache

from ..logic.clearance import SECRET


class CareSecrecyFall(models.AbstractModel):
    """What keeps a secret secret when it is hung elsewhere: lowering is approved, so
    no change of a link by people lowers. Where the system itself moves a record without
    level of its own, it may fall. Nothing is stored."""

    _name = "care.secrecy.fall"
    _description = "Guard against lowering by another link"

    @api.model
    def _before(self, records, names):
        """Return {id: level} of the secrets among `records` that a write of the fields
        `names` may lower."""
        if not records._ids or records._transient:
            return {}
        if not self.env["care.sight"]._in_use(SECRET):
            return {}
        if self._moving(records._name).isdisjoint(names):
            return {}
        return self._heights(records)

    @api.model
    @ormcache("model_name", cache="stable")
    def _moving(self, model_name):
        """Return the fields whose change may move a link by which records follow."""
        model = self.env[model_name]
        if not model._secrecy_hideable():
            return frozenset()
        names = set(model._secrecy_partner_fields())
        if model._secrecy_has_level():
            names = {*model._secrecy_moving_fields(), *model._secrecy_relations}
            names -= {"secrecy_own", "secrecy_level"}
        for name in list(names & model._fields.keys()):
            depends, _context = model._fields[name].get_depends(model)
            names.update(path.partition(".")[0] for path in depends)
        return frozenset(names)

    def _heights(self, records):
        """Return {id: level} of the secrets among `records`."""
        stored = records.sudo().with_context(prefetch_fields=False).exists()
        found = {record.id: record._secrecy_height() for record in stored}
        return {id_: level for id_, level in found.items() if level >= SECRET}

    @api.model
    def _after(self, records, before):
        """Let those that would have been lowered keep their level: as their own where
        people classify them, else the link stays."""
        if not before:
            return
        records = records.exists()
        records.flush_recordset()
        stale = {"secrecy_level", "secrecy_own"} & records._fields.keys()
        records.invalidate_recordset(stale, flush=False)
        now = self._heights(records)
        for record in records:
            if now.get(record.id, 0) >= before.get(record.id, 0):
                continue
            if "secrecy_choice" in record._fields:
                record.sudo()._secrecy_set_own(before[record.id])
            elif not self.env.su:
                self._refuse(record)

    # ---- what hangs on a record that is deleted

    @api.model
    def _hanging(self, records):
        """Return {model: {id: level}} of the secrets that hang on secret `records`."""
        if not records._ids or not self.env["care.sight"]._in_use(SECRET):
            return {}
        if records._transient or not records._secrecy_hideable():
            return {}
        ids = list(self._heights(records))
        found = {}
        for model, condition in self._hanging_on(records._name, ids) if ids else ():
            rows = self.env.execute_query(
                SQL(
                    "SELECT x.id FROM %s x WHERE %s",
                    SQL.identifier(model._table),
                    condition,
                )
            )
            if rows:
                hanging = self._heights(model.browse(id_ for (id_,) in rows))
                found.setdefault(model._name, {}).update(hanging)
        return found

    def _hanging_on(self, model_name, ids):
        """Yield (model, condition on its rows `x`) of what hangs on these records."""
        self.env.flush_all()
        yield from self.env["care.secrecy"]._followers(model_name, ids)
        if model_name != "res.partner":
            return
        for name in self.env["care.secrecy"]._plain_hosts():
            link = SQL.identifier("x", "partner_id")
            yield self.env[name], SQL("%s = ANY(%s)", link, ids)

    @api.model
    def _after_unlink(self, hanging):
        for name, before in hanging.items():
            self._after(self.env[name].browse(before), before)

    def _refuse(self, record):
        raise UserError(
            self.env._(
                "“%(record)s” would become less secret by this. Have the level of what "
                "it belongs to lowered first, or make a new one there.",
                record=record.display_name,
            )
        )
