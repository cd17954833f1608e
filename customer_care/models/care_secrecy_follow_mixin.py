from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL, ormcache
from odoo.tools import sql as sqltools

from ..logic.clearance import INTERNAL
from ..tools.secrecy_domain import CLEARED, not_hidden

# what is known of a level in memory
LEVEL_FIELDS = ("secrecy_level", "secrecy_name", "care_cleared", "care_hidden")


class CareSecrecyFollowMixin(models.AbstractModel):
    """A record that is as secret as the records it hangs on.

    The level is kept by a trigger of the database, so that writers in SQL need no
    thought of it; the trigger is made from the model's links (`care.secrecy`). No
    client, rule or sudo can set it.
    """

    _name = "care.secrecy.follow.mixin"
    _description = "Record as secret as what it hangs on"

    # many2one fields whose record does not pass its level on (peers)
    _secrecy_skip_links = ("repeat_of_id",)
    # (model, id) fields that name a record, where both are stored
    _secrecy_reference = ("res_model", "res_id")
    # many2many fields whose records pass their level on
    _secrecy_relations = ()
    # many2one fields to records of other apps that count as their customer's
    _secrecy_hosts = ()
    # column with a level that stays though what the record was made of falls or goes
    _secrecy_stands = ""
    # further stored columns on which the level depends
    _secrecy_moving_columns = ()

    secrecy_level = fields.Integer(
        "Level of secrecy",
        required=True,
        readonly=True,
        copy=False,
        aggregator=None,
        groups="base.group_user",
        help="0 public, 1 internal, 2 secret, 3 top secret: the highest of its own "
        "level and of what it hangs on.",
    )
    secrecy_name = fields.Selection(
        "_selection_secrecy",
        "Secrecy",
        compute="_compute_secrecy_name",
        search="_search_secrecy_name",
        groups="base.group_user",
    )
    care_cleared = fields.Boolean(
        "May be seen by me",
        compute="_compute_care_cleared",
        search="_search_care_cleared",
        compute_sudo=True,
        export_string_translation=False,
    )
    care_hidden = fields.Boolean(
        "Hidden from me",
        compute="_compute_care_cleared",
        search="_search_care_hidden",
        compute_sudo=True,
        export_string_translation=False,
    )

    # ---- its name

    @api.model
    def _selection_secrecy(self):
        names = self.env["care.sight"]._level_names()
        return [(str(level), name) for level, name in names.items()]

    @api.depends("secrecy_level")
    def _compute_secrecy_name(self):
        for record in self:
            record.secrecy_name = str(record.secrecy_level or 0)

    def _search_secrecy_name(self, operator, value):
        if operator != "in":
            return NotImplemented
        levels = [int(name) for name in value if name and str(name).isdigit()]
        return Domain("secrecy_level", "in", levels)

    def _field_to_sql(self, alias, field_expr, query=None):
        """The name of the level groups and sorts as its number."""
        if field_expr == "secrecy_name":
            level = super()._field_to_sql(alias, "secrecy_level", query)
            return SQL("(%s)::text", level)
        return super()._field_to_sql(alias, field_expr, query)

    # ---- column and trigger

    def _auto_init(self):
        for name in self._secrecy_columns():
            self._secrecy_add_column(name)
        return super()._auto_init()

    def _secrecy_columns(self):
        return ["secrecy_level"]

    def _secrecy_add_column(self, name):
        """Add the column with its default, which is instant on any number of rows;
        the ORM would write each of them."""
        if not self._auto or not sqltools.table_exists(self.env.cr, self._table):
            return
        self.env.cr.execute(
            SQL(
                "ALTER TABLE %s ADD COLUMN IF NOT EXISTS %s int4 NOT NULL DEFAULT 0",
                SQL.identifier(self._table),
                SQL.identifier(name),
            )
        )

    def init(self):
        super().init()
        if not self._auto or self._abstract:
            return
        for name in self._secrecy_columns():
            self.env.cr.execute(
                SQL(
                    "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT 0",
                    SQL.identifier(self._table),
                    SQL.identifier(name),
                )
            )
        self.env["care.secrecy"]._make_trigger(self)

    # ---- what it hangs on

    @api.model
    @ormcache("self._name", cache="stable")
    def _secrecy_links(self):
        """Return {field: model} of the many2one fields that pass their level on."""
        return {
            name: field.comodel_name
            for name, field in self._fields.items()
            if field.type == "many2one"
            and field.store
            and not field.company_dependent
            and name not in self._secrecy_skip_links
            and self.env[field.comodel_name]._secrecy_has_level()
        }

    @api.model
    def _secrecy_has_reference(self):
        return all(
            name in self._fields and self._fields[name].store
            for name in self._secrecy_reference or ("",)
        )

    @api.model
    @ormcache("self._name", cache="stable")
    def _secrecy_moving_fields(self):
        """Return the stored fields on which the level depends."""
        names = {
            *self._secrecy_links(),
            *self._secrecy_hosts,
            *self._secrecy_moving_columns,
        }
        if self._secrecy_has_reference():
            names.update(self._secrecy_reference)
        names.update({"secrecy_own", self._secrecy_stands} & self._fields.keys())
        return frozenset(names)

    @api.model
    def _secrecy_level_sql(self, row):
        """Return the level of `row`, the name of a row of this table, as SQL."""
        parts = [SQL("0")]
        for own in ("secrecy_own", self._secrecy_stands):
            if own in self._fields:
                parts.append(SQL("COALESCE(%s, 0)", SQL.identifier(row, own)))
        for name, comodel in self._secrecy_links().items():
            parts.append(self._secrecy_link_sql(row, name, comodel))
        if self._secrecy_has_reference():
            model, res_id = self._secrecy_reference
            parts.append(
                SQL(
                    "care_secrecy_of(%s, %s)",
                    SQL.identifier(row, model),
                    SQL.identifier(row, res_id),
                )
            )
        parts += [
            SQL(
                "care_secrecy_of(%s, %s)",
                self._fields[name].comodel_name,
                SQL.identifier(row, name),
            )
            for name in self._secrecy_hosts
        ]
        for name in self._secrecy_relations:
            field = self._fields[name]
            parts.append(
                SQL(
                    """COALESCE((SELECT max(p.secrecy_level) FROM %s p
                        JOIN %s r ON r.%s = p.id WHERE r.%s = %s), 0)""",
                    SQL.identifier(self.env[field.comodel_name]._table),
                    SQL.identifier(field.relation),
                    SQL.identifier(field.column2),
                    SQL.identifier(field.column1),
                    SQL.identifier(row, "id"),
                )
            )
        return SQL("LEAST(3, GREATEST(%s))", SQL(", ").join(parts))

    @api.model
    def _secrecy_link_sql(self, row, name, comodel):
        return SQL(
            "COALESCE((SELECT up.secrecy_level FROM %s up WHERE up.id = %s), 0)",
            SQL.identifier(self.env[comodel]._table),
            SQL.identifier(row, name),
        )

    @api.model
    def _secrecy_of_vals(self, vals):
        """Return the level that a record made with `vals` gets by them."""
        levels = [vals.get("secrecy_own") or 0]
        for name, comodel in self._secrecy_links().items():
            target = self.env[comodel].sudo().browse(vals.get(name) or ())
            levels.append(target.secrecy_level)
        return max(levels)

    # ---- what the user sees of it

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_care_cleared(self):
        for record in self:
            record.care_cleared = record._secrecy_is_cleared()
            record.care_hidden = not record.care_cleared

    def _search_care_cleared(self, operator, value):
        if operator != "in":
            return NotImplemented
        return CLEARED if True in value else ~self._secrecy_cleared_domain()

    def _search_care_hidden(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._secrecy_hidden_domain() if True in value else CLEARED

    def _secrecy_is_cleared(self):
        """Return whether env.uid may see this one record, whatever sudo says."""
        record = (self._origin or self).sudo()
        sight = self.env["care.sight"]._mine()
        if sight.everything or record.secrecy_level <= sight.level:
            return True
        if not sight.grants and not sight.family:
            return False
        return bool(record.filtered_domain(record._secrecy_cleared_domain()))

    @api.model
    def _secrecy_cleared_domain(self):
        """Return the domain of what env.uid may see, with the sight of this moment."""
        sight = self.env["care.sight"]._mine()
        if sight.everything:
            return Domain.TRUE
        domain = Domain("secrecy_level", "<=", sight.level)
        if sight.family:
            return domain | self._secrecy_family_domain(sight.family)
        return domain | self._secrecy_granted_domain(sight)

    @api.model
    def _secrecy_hidden_domain(self):
        """Return the opposite, from the few that are classified: they have an index."""
        sight = self.env["care.sight"]._mine()
        if sight.everything:
            return Domain.FALSE
        domain = Domain("secrecy_level", ">=", sight.level + 1)
        if sight.family:
            return domain & ~self._secrecy_family_domain(sight.family)
        return domain & ~self._secrecy_granted_domain(sight)

    @api.model
    def _secrecy_family_domain(self, family):
        """Return what belongs to a customer's own people, from outside."""
        return Domain.OR(
            Domain(name, "any!", Domain("commercial_partner_id", "=", family))
            for name, comodel in self._secrecy_links().items()
            if comodel == "res.partner"
        )

    @api.model
    def _secrecy_granted_domain(self, sight):
        """Return what grants open: the records they name, and what hangs on those
        unless something else it hangs on is hidden."""
        mine = sight.grants.get(self._name, {})
        domain = Domain.OR(
            Domain("secrecy_level", "<=", level) & Domain("id", "in", ids)
            for level, ids in mine.items()
        )
        whole = Domain.AND(
            not_hidden(name)
            for name, comodel in self._secrecy_links().items()
            if comodel == "res.partner" and self._name != "res.partner"
        )
        for level in {key for levels in sight.grants.values() for key in levels}:
            opened = self._secrecy_opened_domain(sight, level, 3)
            domain |= Domain("secrecy_level", "<=", level) & opened & whole
        return domain

    @api.model
    def _secrecy_opened_domain(self, sight, level, depth):
        """Return what hangs, over `depth` links at most, on a record granted up to
        `level`."""
        if not depth or self._name == "res.partner":
            return Domain.FALSE
        found = []
        for name, comodel in self._secrecy_links().items():
            ids = sight.grants.get(comodel, {}).get(level)
            if ids:
                found.append(Domain(name, "in", ids))
            deeper = self.env[comodel]._secrecy_opened_domain(sight, level, depth - 1)
            if not deeper.is_false():
                found.append(Domain(name, "any!", deeper))
        if self._secrecy_has_reference():
            field_model, field_id = self._secrecy_reference
            found += [
                Domain(field_model, "=", model) & Domain(field_id, "in", levels[level])
                for model, levels in sight.grants.items()
                if level in levels
            ]
        return Domain.OR(found)

    # ---- saving

    @api.model_create_multi
    def create(self, vals_list):
        self._secrecy_check_vals(vals_list)
        records = super().create(vals_list)
        records._secrecy_flush()
        records._secrecy_stale()
        return records

    def write(self, vals):
        # who may write none is told so before a number is looked at
        self.browse().check_access("write")
        self._secrecy_check_vals([vals])
        result = super().write(vals)
        if not self._secrecy_moving_fields().isdisjoint(vals):
            self.flush_recordset(self._secrecy_moving_fields() & vals.keys())
        return result

    def _write_multi(self, vals_list):
        """Saving what is pending, by whatever way it came: what hangs on a record
        whose level has changed follows."""
        moving = self._secrecy_moving_fields()
        touched = {name for vals in vals_list for name in moving & vals.keys()}
        used = "secrecy_own" in touched or self.env["care.sight"]._in_use(INTERNAL)
        if not touched or not used:
            super()._write_multi(vals_list)
            return
        levels = self._secrecy_stored_levels()
        super()._write_multi(vals_list)
        self._secrecy_stale()
        now = self._secrecy_stored_levels()
        changed = [id_ for id_, level in now.items() if level != levels.get(id_)]
        if changed:
            self.env["care.secrecy"]._changed(self._name, changed)

    def _secrecy_stored_levels(self):
        """Return {id: level} as the database has it."""
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT id, secrecy_level FROM %s WHERE id = ANY(%s)",
                    SQL.identifier(self._table),
                    list(self._ids),
                )
            )
        )

    def _secrecy_flush(self):
        """Save what the level depends on, if it is still in memory only."""
        if self.env["care.sight"]._in_use(INTERNAL):
            self.flush_recordset(self._secrecy_moving_fields())

    def _secrecy_stale(self):
        """Forget the level in memory: the database has reckoned it."""
        self.invalidate_recordset(LEVEL_FIELDS, flush=False)

    @api.model
    def _secrecy_check_vals(self, vals_list):
        if any("secrecy_level" in vals for vals in vals_list):
            raise AccessError(
                self.env._(
                    "The level of secrecy of %(model)s follows what it hangs on. "
                    "Classify the customer or the record itself.",
                    model=self._description,
                )
            )

    def _check_access(self, operation):
        if operation == "create":
            # the ORM takes a new row's level for empty, the database knows it
            self._secrecy_stale()
        return super()._check_access(operation)
