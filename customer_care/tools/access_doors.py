from lxml.builder import E

from odoo import api
from odoo.exceptions import AccessError, MissingError
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import SQL

from .access_buffer import called_by_rpc

_OPERATORS = {"=": "in", "!=": "not in"}


def called_method():
    """Return the name of the method that the client has called."""
    path = request.httprequest.path if request else ""
    if path.startswith("/web/dataset/"):
        return request.params.get("method")
    if path.startswith("/json/2/"):
        return path.rpartition("/")[2]
    return called_by_rpc().rpartition(".")[2]


def shape(domain):
    """Return what a domain asks for, without the values it compares with."""
    conditions = Domain(domain or []).iter_conditions()
    return sorted(
        {
            f"{item.field_expr} {_OPERATORS.get(item.operator, item.operator)}"
            for item in conditions
        }
    )


class AccessDoors:
    """The doors of the ORM through which clients read; part of model `base`.

    A plain class, so that `base` is inherited once. Every door asks first whether a
    client stands behind it; what the server reads for itself (sudo, computations,
    jobs) is not logged.
    """

    __slots__ = ()

    def _is_client_read(self):
        env = self.env
        if env.su or env.transaction.protected._maps:
            return False
        return bool(request) or bool(called_by_rpc())

    # ---- which records count, and how high they stand

    def _log_levels(self):
        """Return {id: level} of those records of `self` whose reading is logged.

        Costs no query where the levels are in the cache already.
        """
        threshold = self.env["care.access.log"]._threshold(self)
        if threshold is None:
            return {}
        levels = self._known_levels()
        return {id_: level for id_, level in levels.items() if level >= threshold}

    def _known_levels(self):
        """Return {id: level}; records that follow nobody are left out."""
        ids = [id_ for id_ in self._ids if isinstance(id_, int)]
        field = self._fields.get("secrecy_level")
        if field is not None and field.store:
            cache = field._get_cache(self.env)
            if any(id_ not in cache for id_ in ids):
                self.browse(ids).sudo().fetch(["secrecy_level"])
            return {id_: cache.get(id_) or 0 for id_ in ids}
        records = self.browse(ids).sudo()
        links = [records._fields[name] for name in self._secrecy_partner_fields()]
        if not links or not ids:
            return {}
        if any(
            id_ not in link._get_cache(records.env) for link in links for id_ in ids
        ):
            records.fetch([link.name for link in links])
        wanted = {
            id_: [link._get_cache(records.env).get(id_) for link in links]
            for id_ in ids
        }
        partners = {
            partner for found in wanted.values() for partner in found if partner
        }
        levels = self.env["res.partner"].browse(partners)._known_levels()
        return {
            id_: max(levels.get(partner, 0) for partner in found if partner)
            for id_, found in wanted.items()
            if any(found)
        }

    def _determine_fields_to_fetch(self, field_names=None, ignore_when_in_cache=False):
        """Bring the level along with every fetch of a client."""
        found = super()._determine_fields_to_fetch(field_names, ignore_when_in_cache)
        level = self._fields.get("secrecy_level")
        if level is None or not level.store or level in found:
            return found
        if not any(field.column_type for field in found):
            return found
        if not ignore_when_in_cache or any(level._cache_missing_ids(self)):
            found.append(level)
        return found

    def _note_access(self, operation, fields=(), detail=None):
        """Note those of `self` that stand high enough; what is hidden from the user
        was not answered, but asked for."""
        levels = self._log_levels()
        hidden = self._above_me(levels) if levels else ()
        if hidden:
            self.env["care.access.log"]._deny(operation, self._name, hidden)
            levels = {id_: levels[id_] for id_ in levels if id_ not in hidden}
        if levels:
            self.env["care.access.log"]._put(
                operation,
                self._name,
                levels,
                fields,
                detail,
                level=max(levels.values()),
            )

    def _above_me(self, levels):
        """Return those ids of {id: level} that are hidden from env.uid."""
        sight = self.env["care.sight"]._mine()
        if sight.everything:
            return ()
        above = [id_ for id_, level in levels.items() if level > sight.level]
        return self.env["care.mask"]._hidden_ids(self._name, above)

    def _note_denial(self, operation):
        """Note that a client was refused what exists and stands high enough."""
        levels = self._log_levels()
        if levels:
            self.env["care.access.log"]._deny(operation, self._name, levels)

    def check_access(self, operation):
        try:
            return super().check_access(operation)
        except (AccessError, MissingError):
            if self._is_client_read():
                self._note_denial(operation)
            raise

    # ---- the doors

    def _read_format(self, fnames, load="_classic_read"):
        rows = super()._read_format(fnames, load)
        if self._ids and self._is_client_read():
            answered = self
            if len(rows) < len(self):
                answered = self.browse(row["id"] for row in rows)
                (self - answered)._note_denial("read")
            answered._note_access("read", fnames)
        return rows

    def _export_rows(self, fields, *, _is_toplevel_call=True):
        rows = super()._export_rows(fields, _is_toplevel_call=_is_toplevel_call)
        if self._is_client_read():
            self._note_access("export", ["/".join(path) for path in fields])
        return rows

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        pairs = super().name_search(name, domain, operator, limit)
        if self._is_client_read():
            found = self.browse([id_ for id_, __ in pairs])
            found._note_access("search", ["display_name"], {"domain": shape(domain)})
        return pairs

    @api.model
    def search(self, domain, offset=0, limit=None, order=None):
        found = super().search(domain, offset, limit, order)
        if self._is_client_read() and called_method() == "search":
            found._note_access("search", ["id"], {"domain": shape(domain)})
        return found

    @api.model
    def search_count(self, domain, limit=None):
        count = super().search_count(domain, limit)
        if self._is_client_read() and called_method() == "search_count":
            self._note_group(domain, (), self._highest_level(domain))
        return count

    def onchange(self, values, field_names, fields_spec):
        result = super().onchange(values, field_names, fields_spec)
        if self._is_client_read():
            self._origin._note_access("read", fields_spec, {"door": "onchange"})
            for name, value in values.items():
                field = self._fields.get(name)
                if field and field.type == "many2one" and isinstance(value, int):
                    linked = self.env[field.comodel_name].browse(value or ())
                    linked._note_access("read", (), {"door": "onchange", "by": name})
        return result

    def copy(self, default=None):
        result = super().copy(default)
        if self._is_client_read():
            self._note_access("read", (), {"door": "copy"})
        return result

    # ---- who has read this

    def action_open_access_log(self):
        """Show who has read these records, to those who audit."""
        return self.env["care.access.log"]._open_readers(self)

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        level = self._fields.get("secrecy_level")
        boxes = arch.xpath("//div[@name='button_box']") if view_type == "form" else ()
        if level is not None and level.store and boxes:
            boxes[0].append(
                E.button(
                    type="object",
                    name="action_open_access_log",
                    icon="fa-eye",
                    string=self.env._("Who has read this"),
                    groups="customer_care.customer_care_group_auditor",
                    **{"class": "oe_stat_button"},
                )
            )
        return arch, view

    # ---- groups: no ids, but the highest level that is in them

    def _note_group(self, domain, groupby, level, count=0):
        threshold = self.env["care.access.log"]._threshold(self)
        if threshold is None or level is None or level < threshold:
            return
        self.env["care.access.log"]._put(
            "group",
            self._name,
            (),
            groupby,
            {"domain": shape(domain)},
            level=level,
            count=count,
        )

    def _groups_are_logged(self):
        return (
            self._is_client_read()
            and self.env["care.access.log"]._threshold(self) is not None
        )

    def _has_group_level(self):
        """Tell whether the highest level can be asked for in the same query."""
        level = self._fields.get("secrecy_level")
        return bool(level and level.store and self._has_field_access(level, "read"))

    def _highest_level(self, domain):
        """Return the highest logged level of the records of `domain`, or None."""
        threshold = self.env["care.access.log"]._threshold(self)
        if threshold is None:
            return None
        if level := self._fields.get("secrecy_level"):
            query = self._search(domain)
            if not level.store or query.is_empty():
                return None
            term = self._field_to_sql(self._table, "secrecy_level", query)
            query.order = None
            return self.env.execute_query(query.select(SQL("MAX(%s)", term)))[0][0]
        classified = Domain.OR(
            Domain(name, "any!", Domain("secrecy_level", ">=", threshold))
            for name in self._secrecy_partner_fields()
        )
        found = self._search(Domain(domain or []) & classified, limit=1)
        return max(threshold, 2) if found.get_result_ids() else None

    @api.model
    def _read_group(
        self,
        domain,
        groupby=(),
        aggregates=(),
        having=(),
        offset=0,
        limit=None,
        order=None,
    ):
        if not self._groups_are_logged():
            return super()._read_group(
                domain, groupby, aggregates, having, offset, limit, order
            )
        asked = [*aggregates, "secrecy_level:max"]
        inside = self._has_group_level()
        rows = super()._read_group(
            domain,
            groupby,
            asked if inside else aggregates,
            having,
            offset,
            limit,
            order,
        )
        if inside:
            level = max((row[-1] or 0 for row in rows), default=None)
            rows = [row[:-1] for row in rows]
        else:
            level = self._highest_level(domain)
        self._note_group(domain, groupby, level, len(rows))
        return rows

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        if not self._groups_are_logged():
            return super()._read_grouping_sets(domain, grouping_sets, aggregates, order)
        inside = self._has_group_level()
        asked = [*aggregates, "secrecy_level:max"] if inside else aggregates
        parts = super()._read_grouping_sets(domain, grouping_sets, asked, order)
        if inside:
            levels = [row[-1] or 0 for rows in parts for row in rows]
            level = max(levels, default=None)
            parts = [[row[:-1] for row in rows] for rows in parts]
        else:
            level = self._highest_level(domain)
        groupby = dict.fromkeys(name for names in grouping_sets for name in names)
        self._note_group(domain, groupby, level, sum(map(len, parts)))
        return parts
