from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools.misc import clean_context

_ENGINE = object()  # RPC carries JSON, and JSON has no identity


class CareEngineMixin(models.AbstractModel):
    """A record that an engine alone writes (obligation, approval, score, log).

    Rights are not enough: an administrator, a server action or `sudo()` could still
    write. So every write needs engine mode, a context value that no client can send
    because it is compared by identity. Users have read access at most.
    """

    _name = "care.engine.mixin"
    _description = "Record written by its engine alone"

    def _engine(self):
        """Return `self` as superuser in engine mode. Never hand it to other code:
        take it off with `_plain` before returning a record."""
        # a client's default_* keys would fill in what the engine leaves out
        context = clean_context(self.env.context) | {"care_engine": _ENGINE}
        return self.with_env(self.env(su=True, context=context))

    def _plain(self, env):
        """Return `self` in the caller's `env`, without sudo and engine mode."""
        return self.with_env(env)

    def _is_engine(self):
        return self.env.context.get("care_engine") is _ENGINE

    def _check_engine(self):
        if not self._is_engine():
            raise AccessError(
                self.env._(
                    "%(model)s is written by the system alone and cannot be edited. "
                    "Use its buttons.",
                    model=self._description,
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_engine()
        return super().create(vals_list)

    def write(self, vals):
        self._check_engine()
        return super().write(vals)

    def unlink(self):
        self._check_engine()
        return super().unlink()
