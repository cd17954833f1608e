from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import MissingError
from odoo.fields import Domain
from odoo.orm.models import READ_GROUP_AGGREGATE
from odoo.tools import SQL, ormcache

from ..logic.clearance import INTERNAL, SECRET
from ..tools.access_doors import AccessDoors
from ..tools.import_rows import ImportRows
from ..tools.secrecy_domain import CLEARED, leads_above, not_hidden

# Models that would lock people out or gain nothing: users and companies are never
# classified, and users follow their partner by inheritance.
_SKIPPED = frozenset({"res.partner", "res.users", "res.company"})


class Base(AccessDoors, ImportRows, models.AbstractModel):
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
        if self._name == "res.users":
            return Domain("partner_id", "any!", CLEARED)
        return Domain.AND(not_hidden(name) for name in self._secrecy_partner_fields())

    @api.model
    def _secrecy_up_to(self, level):
        """Return the domain of the records not above `level`, whoever asks."""
        field = self._fields.get("secrecy_level")
        if field and field.store and not self._abstract:
            return Domain("secrecy_level", "<=", level)
        names = self._secrecy_partner_fields()
        if self._name == "res.users":
            names = ["partner_id"]
        return Domain.AND(~leads_above(name, level) for name in names)

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
        stored = self._secrecy_above().sudo().with_context(active_test=False)
        try:
            shown = stored.filtered_domain(domain)
        except MissingError:
            stored = stored.exists()
            shown = stored.filtered_domain(domain)
        return self.browse((stored - shown)._ids)

    def _secrecy_above(self):
        """Return the records of `self` whose level is not known to be low enough: a
        look at the memory that spares most of them a closer one."""
        field = self._fields.get("secrecy_level")
        if not field or not field.store:
            return self.filtered("id")
        known = field._get_cache(self.env)
        level = self.env["care.sight"]._mine().level
        return self.browse(
            id_
            for id_ in self._ids
            if id_ and ((found := known.get(id_)) is None or found > level)
        )

    def _secrecy_height(self):
        """Return the level of one record, also where the table has none."""
        record = self.sudo()
        if record._secrecy_has_level():
            return record.secrecy_level
        customers = [record[name] for name in self._secrecy_partner_fields()]
        return max((partner.secrecy_level for partner in customers), default=0)

    # ---- hidden is as good as missing

    @api.model
    def _secrecy_hideable(self):
        """Return whether records of this model can be hidden by level at all."""
        return not (self._abstract or self._secrecy_leaves().is_true())

    @api.model
    def _masked(self):
        """Return whether records of this model may be hidden from who asks."""
        mask = self.env["care.mask"]
        return mask._on() and mask._hideable(self._name)

    def _unknown(self):
        """Return the records of `self` that are hidden or missing; nobody from whom
        they are hidden can tell the two apart. Nothing is read into memory."""
        stored = self.filtered("id")
        if not stored:
            return stored
        whole = self.browse().sudo().with_context(active_test=False)
        domain = Domain("id", "in", stored.ids) & self._secrecy_domain("read")
        return stored - self.browse(whole._search(domain))

    def exists(self):
        return self - self._unknown() if self._masked() else super().exists()

    def _check_access(self, operation):
        masked = any(self._ids) and operation != "create" and self._masked()
        rights = self.env["ir.model.access"]
        if not masked or not rights.check(self._name, operation, raise_exception=False):
            return super()._check_access(operation)
        try:
            result = super()._check_access(operation)
            unknown = self._secrecy_suspects(result)._unknown()
        except MissingError:
            unknown = self._unknown()
            result = super(Base, self - unknown)._check_access(operation)
        if not unknown:
            return result
        forbidden = result[0] | unknown if result else unknown
        first = self & unknown
        # the check has read them with all rights
        unknown.sudo().invalidate_recordset()
        return forbidden, lambda: self.env["care.mask"]._missing_error(first)

    def _secrecy_suspects(self, result):
        """Return the records to look at again after a check of access: the rules know
        what is hidden by level."""
        return result[0] if result else self.browse()

    def _determine_fields_to_fetch(self, field_names=None, ignore_when_in_cache=False):
        fields = super()._determine_fields_to_fetch(field_names, ignore_when_in_cache)
        level = self._fields.get("secrecy_level")
        if not (fields and level and level.store) or level in fields:
            return fields
        if self._masked() and self._has_field_access(level, "read"):
            fields = [*fields, level]
        return fields

    def _read_format(self, fnames, load="_classic_read"):
        mask = self.env["care.mask"]
        if not self or not mask._on():
            return super()._read_format(fnames, load)
        unknown = self._unknown_to_read(fnames)
        rows = super(Base, self - unknown)._read_format(fnames, load)
        if unknown and self._is_client_read():
            unknown._note_denial("read")
        if rows:
            mask._mask_rows(self, rows, fnames, load)
        return rows

    def _unknown_to_read(self, fnames):
        """Return the records that a read leaves out: Odoo gives the number, and what
        is made of it alone, even of records that never existed."""
        mask = self.env["care.mask"]
        if not fnames or not mask._hideable(self._name):
            return self.browse()
        fields = [self._fields[name] for name in fnames if name != "id"]
        if any(
            (field.store and field.column_type) or self.pool.field_depends[field]
            for field in fields
        ):
            ids = [id_ for id_ in self._ids if id_]
            return self.browse(mask._lean()._hidden_ids(self._name, ids))
        return self._unknown()

    def _check_known(self):
        """Refuse records that are hidden or missing, both in one way."""
        if self._masked() and (unknown := self._unknown()):
            raise self.env["care.mask"]._missing_error(unknown)

    def get_field_translations(self, field_name, langs=None):
        self._check_known()
        return super().get_field_translations(field_name, langs)

    def _get_external_ids(self):
        result = super()._get_external_ids()
        if self._masked():
            for record in self._unknown():
                result[record.id] = []
        return result

    # ---- names

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_display_name(self):
        return super()._compute_display_name()

    def _compute_field_value(self, field):
        result = super()._compute_field_value(field)
        if field.name == "display_name":
            self._take_names(field)
        return result

    def _take_names(self, field):
        """Set right the names just reckoned: those that a model reckons with all
        rights, kept apart as names depend on the user, and those that are hidden."""
        if not self.env.su:
            names = field._get_cache(self.env)
            for record in self:
                if record._ids[0] not in names:
                    record.display_name = record.sudo().display_name
        mask = self.env["care.mask"]
        if mask._on_names() and mask._hideable(self._name):
            for record in self._secrecy_hidden():
                record.display_name = mask._word()

    # ---- links to hidden records: asked

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        if not bypass_access and self.env["care.mask"]._on():
            domain = self.env["care.mask.query"]._answerable(self, domain)
        if "care_ceiling" in self.env.context:
            domain = self.env["care.ceiling"]._capped(self, domain)
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)

    def _opens_hidden(self, fname):
        """Return the many2one field, if it may lead to a hidden record."""
        mask = self.env["care.mask"]
        return (
            mask._on() and fname in mask._open_links(self._name) and self._fields[fname]
        )

    @api.model
    def _read_group_groupby(self, alias, groupby_spec, query):
        if field := self._opens_hidden(groupby_spec):
            coalias = self.env["care.mask.query"]._join(self, field, alias, query)
            return SQL.identifier(coalias, "id")
        return super()._read_group_groupby(alias, groupby_spec, query)

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        name, _colon, func = aggregate_spec.partition(":")
        field = func in READ_GROUP_AGGREGATE and self._opens_hidden(name)
        if not field:
            return super()._read_group_select(aggregate_spec, query)
        coalias = self.env["care.mask.query"]._join(self, field, self._table, query)
        link = SQL.identifier(coalias, "id")
        return READ_GROUP_AGGREGATE[func](self._table, link)

    @api.model
    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        if self._opens_hidden(field_name.partition(".")[0]):
            return self.env["care.mask.query"]._ordered_by(
                self, alias, field_name.partition(".")[0], direction, nulls, query
            )
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)

    def _traverse_related_sql(self, alias, field, query):
        if self.env["care.ceiling"]._of(self.env) is not None:
            return self.env["care.ceiling"]._traverse(self, alias, field, query)
        mask = self.env["care.mask"]
        if mask._on() and field.name in mask._borrowed(self._name):
            return self.env["care.mask.query"]._traverse(self, alias, field, query)
        return super()._traverse_related_sql(alias, field, query)

    # ---- links to hidden records: set

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        mask = self.env["care.mask"]
        return mask._without_unknown(self, values) if mask._on() else values

    @api.model_create_multi
    def create(self, vals_list):
        mask = self.env["care.mask"]
        if mask._on():
            mask._check_links(self, vals_list)
        return super().create(vals_list)

    def write(self, vals):
        mask = self.env["care.mask"]
        if mask._on():
            vals = mask._without_masks(self, vals)
            mask._check_links(self, [vals])
        before = self.env["care.secrecy.fall"]._before(self, vals)
        result = super().write(vals)
        if before:
            self.env["care.secrecy.fall"]._after(self, before)
        return result

    def unlink(self):
        fall = self.env["care.secrecy.fall"]
        hanging = fall._hanging(self)
        result = super().unlink()
        fall._after_unlink(hanging)
        return result

    def copy_data(self, default=None):
        self._check_known()
        mask = self.env["care.mask"]
        rows = super().copy_data(default)
        if mask._on():
            rows = [mask._without_unknown(self, row) for row in rows]
        return rows

    # ---- forms, lists and files

    @api.readonly
    def web_read(self, specification):
        mask = self.env["care.mask"]
        hidden = mask._on() and mask._hidden_links(self, specification)
        if not hidden:
            return super().web_read(specification)
        plain = {
            name: {} if name in hidden else spec for name, spec in specification.items()
        }
        rows = super().web_read(plain)
        mask._fill_links(self, rows, specification, hidden)
        return rows

    def onchange(self, values, field_names, fields_spec):
        mask = self.env["care.mask"]
        if mask._on():
            values = mask._real_values(self, values, field_names)
            if field_names:
                field_names = [name for name in field_names if name in values]
                if not field_names:
                    return {}
        return super().onchange(values, field_names, fields_spec)

    def _export_rows(self, fields, *, _is_toplevel_call=True):
        mask = self.env["care.mask"]
        if _is_toplevel_call:
            self._check_known()
        names = {path[0]: {} for path in fields if path and "." not in path[0]}
        hidden = mask._on() and mask._hidden_links(self, names, every=True)
        if not hidden:
            return super()._export_rows(fields, _is_toplevel_call=_is_toplevel_call)
        lines = []
        for record in self:
            closed = {n for n, ids in hidden.items() if ids & set(record[n]._ids)}
            shown = [
                p if p and p[0] not in closed else ["display_name"] for p in fields
            ]
            rows = super(Base, record)._export_rows(
                shown, _is_toplevel_call=_is_toplevel_call
            )
            for index, path in enumerate(fields):
                if path and path[0] in closed:
                    for row in rows:
                        row[index] = ""
                    rows[0][index] = mask._word()
            lines += rows
        return lines
