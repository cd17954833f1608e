from odoo import SUPERUSER_ID, api, models
from odoo.fields import Domain
from odoo.tools import ormcache

from ..logic.clearance import INTERNAL, SECRET
from ..tools.access_doors import AccessDoors
from ..tools.secrecy_domain import CLEARED, not_hidden

# Models that would lock people out or gain nothing: users and companies are never
# classified, and users follow their partner by inheritance.
_SKIPPED = frozenset({"res.partner", "res.users", "res.company"})


class Base(AccessDoors, models.AbstractModel):
    """Any record: its level of secrecy is part of every look at it."""

    _inherit = "base"

    @api.model
    def _secrecy_domain(self, _mode="read"):
        """Return what env.uid may see here by level; it is asked at every search.

        It names no level and no record, so that it can be kept: the leaves look up
        the user's sight when they are turned into SQL.
        """
        sight = self.env["care.sight"]
        if self.env.uid == SUPERUSER_ID or not sight._in_use(INTERNAL):
            return Domain.TRUE
        if self.env.user._is_internal() and not sight._in_use(SECRET):
            return Domain.TRUE
        return self._secrecy_leaves()

    @api.model
    def _secrecy_has_level(self):
        """Return whether the table of this model carries a level of its own."""
        field = self._fields.get("secrecy_level")
        return bool(field and field.store and self._auto and not self._abstract)

    @api.model
    @ormcache("self._name", cache="stable")
    def _secrecy_leaves(self):
        field = self._fields.get("secrecy_level")
        if field and field.store and not self._abstract:
            return CLEARED  # a table of ours, or a view that gives the level
        return Domain.AND(not_hidden(name) for name in self._secrecy_partner_fields())

    @api.model
    def _secrecy_partner_fields(self):
        """Return the names of the stored many2one fields to res.partner by which a
        record without a level column follows its customers."""
        if self._name in _SKIPPED or self._abstract:
            return []
        return [
            name
            for name, field in self._fields.items()
            if field.type == "many2one"
            and field.comodel_name == "res.partner"
            and field.store
            and not field.company_dependent
            and name not in self._inherits.values()
        ]

    def _secrecy_hidden(self):
        """Return the records of `self` hidden from env.uid, whatever sudo says."""
        domain = self._secrecy_domain("read")
        if domain.is_true():
            return self.browse()
        stored = self.filtered("id")
        whole = stored.sudo().with_context(active_test=False)
        return stored - stored.browse(whole.filtered_domain(domain)._ids)
