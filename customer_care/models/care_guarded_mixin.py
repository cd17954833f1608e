from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools.misc import clean_context

from .care_engine_mixin import _ENGINE


class CareGuardedMixin(models.AbstractModel):
    """A record people edit, some of whose fields only its own buttons write.

    The state of a campaign, who signed a statement: neither RPC, import, defaults in
    the context nor superuser mode writes them, only code that calls `_put`.
    """

    _name = "care.guarded.mixin"
    _description = "Record with fields written by its buttons"
    _inherit = ["care.link.mixin"]

    # Names of the fields that only `_put` writes.
    _guarded_fields = frozenset()

    def _in_engine(self):
        return self.env.context.get("care_engine") is _ENGINE

    def _guard(self):
        """Return `self` as superuser that may write them; never hand it on."""
        context = clean_context(self.env.context) | {"care_engine": _ENGINE}
        return self.with_env(self.env(su=True, context=context))

    def _put(self, vals):
        """Write guarded fields, after the caller has checked that it may be."""
        return self._guard().write(vals)

    def _refuse_guarded(self, names):
        found = sorted(self._guarded_fields.intersection(names))
        if found and not self._in_engine():
            fields_get = self.fields_get(found, ["string"])
            words = ", ".join(fields_get[n]["string"] for n in found if n in fields_get)
            raise AccessError(
                self.env._(
                    "%(fields)s of %(model)s changes by its buttons alone. Use them.",
                    fields=words or ", ".join(found),
                    model=self._description,
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        if self._in_engine():
            return super().create(vals_list)
        for vals in vals_list:
            self._refuse_guarded(vals)
        keys = {f"default_{name}" for name in self._guarded_fields}
        context = {k: v for k, v in self.env.context.items() if k not in keys}
        clean = self.with_env(self.env(context=context))
        records = super(CareGuardedMixin, clean).create(vals_list)
        return records.with_env(self.env)

    def write(self, vals):
        self._refuse_guarded(vals)
        return super().write(vals)
