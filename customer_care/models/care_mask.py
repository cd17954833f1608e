from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import MissingError
from odoo.fields import Command
from odoo.tools import ormcache
from odoo.tools.translate import code_translations

from ..logic.clearance import INTERNAL, SECRET, TOP_SECRET

# What stands for a hidden record where an id is wanted: the largest one, which no
# record ever gets, so every route answers as for a record that is not there.
MASKED = 2**31 - 1

_MISSING = "Record does not exist or has been deleted."
_WHICH = "(Record: %(record)s, User: %(user)s)"


class CareMask(models.AbstractModel):
    """What stands in the place of a record hidden from the person asking: for reads
    a neutral text and an id that leads nowhere, for writes the error of a record
    that is not there. Nothing is stored."""

    _name = "care.mask"
    _description = "What stands for a hidden record"

    # ---- when

    @api.model
    def _on(self):
        """Return whether anything may be hidden from who asks; sudo sees all ids."""
        return not self.env.su and self._on_names()

    @api.model
    def _on_names(self):
        """Return whether anything may be hidden from env.uid, whatever sudo says."""
        if not self.env.uid or self.env.uid == SUPERUSER_ID:
            return False  # nobody: the login page, before there is a user
        sight = self.env["care.sight"]
        if not sight._in_use(INTERNAL):
            return False
        if not self.env.user._is_internal():
            return True
        return sight._in_use(SECRET) and sight._mine().level < TOP_SECRET

    @api.model
    def _in_use(self):
        """Return whether anything is hidden from people without clearance."""
        return self.env["care.sight"]._in_use(SECRET)

    # ---- what

    @api.model
    @ormcache("model_name", cache="stable")
    def _hideable(self, model_name):
        """Return whether records of the model may be hidden by level."""
        return self.env[model_name]._secrecy_hideable()

    @api.model
    @ormcache("model_name", cache="stable")
    def _links(self, model_name):
        """Return {field: kind} of the fields that may lead to a hidden record."""
        found = {}
        for name, field in self.env[model_name]._fields.items():
            is_named = field.type in ("reference", "many2one_reference")
            if is_named or (field.relational and self._hideable(field.comodel_name)):
                found[name] = field.type
        return found

    @api.model
    @ormcache("model_name", cache="stable")
    def _borrowed(self, model_name):
        """Return {field: names of the links} of values taken over such links."""
        found = {}
        for name, field in self.env[model_name]._fields.items():
            if field.related and not field.inherited:
                hops = self._hops(model_name, field)
                if hops:
                    found[name] = hops
        return found

    def _hops(self, model_name, field):
        """Return the links a related field follows, without its last part, if one of
        them may lead to a hidden record."""
        hops, hideable = [], False
        model = self.env[model_name]
        for name in field.related.split(".")[:-1]:
            hop = model._fields[name]
            if hop.type != "many2one":
                return ()
            hops.append(name)
            hideable = hideable or self._hideable(hop.comodel_name)
            model = self.env[hop.comodel_name]
        return tuple(hops) if hideable else ()

    @api.model
    def _open_links(self, model_name):
        """Return the names of stored many2one fields by which a record one sees may
        lead to one that one does not see. What passes its level on is none of them,
        unless a grant opened the record alone."""
        names = self._stored_links(model_name)
        if self.env["care.sight"]._mine().grants:
            return names
        return names - self._passing_links(model_name)

    @api.model
    @ormcache("model_name", cache="stable")
    def _stored_links(self, model_name):
        model = self.env[model_name]
        return frozenset(
            name
            for name, kind in self._links(model_name).items()
            if kind == "many2one"
            and model._fields[name].store
            # a user from outside shows as restricted; to ask each time costs too much
            and model._fields[name].comodel_name != "res.users"
            and name not in model._inherits.values()
        )

    @api.model
    @ormcache("model_name", cache="stable")
    def _passing_links(self, model_name):
        model = self.env[model_name]
        if model_name == "res.partner":
            # whoever works here takes no level from a parent
            return frozenset()
        if "care_cleared" in model._fields and not model._inherits:
            return frozenset(model._secrecy_links())
        return frozenset(model._secrecy_partner_fields())

    # ---- texts

    @api.model
    def _word(self):
        """Return the one text shown instead of a hidden record."""
        return self.env._("Restricted")

    @api.model
    def _missing_error(self, records):
        """Return the error that reading a record that never existed gives.

        The words are Odoo's own, so no translation of ours tells the two apart.
        """
        words = code_translations.get_python_translations("base", self.env.lang or "")
        return MissingError(
            "\n".join(
                (
                    words.get(_MISSING, _MISSING),
                    words.get(_WHICH, _WHICH)
                    % {"record": records.sudo(False)[:1], "user": self.env.uid},
                )
            )
        )

    # ---- reading

    @api.model
    def _hidden_ids(self, model_name, ids):
        """Return those of `ids` that are hidden from env.uid."""
        if not ids:
            return frozenset()
        return frozenset(self.env[model_name].browse(ids)._secrecy_hidden()._ids)

    @api.model
    def _mask_rows(self, records, rows, names, load):
        """Take hidden records out of the answer of a read."""
        links = self._links(records._name)
        borrowed = self._borrowed(records._name)
        for name in names:
            if name in links:
                self._mask_link(records, rows, name, links[name], load)
            elif name in borrowed:
                self._mask_borrowed(records, rows, name, borrowed[name])

    def _mask_link(self, records, rows, name, kind, load):
        field = records._fields[name]
        if kind == "many2one":
            self._mask_one(field.comodel_name, rows, name, load)
        elif kind in ("one2many", "many2many"):
            ids = {id_ for row in rows for id_ in row[name] or () if id_}
            hidden = self._hidden_ids(field.comodel_name, ids)
            for row in rows if hidden else ():
                row[name] = [id_ for id_ in row[name] if id_ not in hidden]
        else:
            for row in rows:
                if row[name] and self._names_hidden(*self._named(records, row, field)):
                    row[name] = False

    def _mask_one(self, comodel, rows, name, load):
        ids = {self._plain_id(row[name]) for row in rows} - {False}
        hidden = self._hidden_ids(comodel, ids)
        instead = (MASKED, self._word()) if load == "_classic_read" else MASKED
        for row in rows if hidden else ():
            if self._plain_id(row[name]) in hidden:
                row[name] = instead

    def _named(self, records, row, field):
        """Return the model and the id that a reference in a row names."""
        if field.type == "reference":
            return row[field.name].split(",")
        model = records.browse(row["id"]).sudo()[field.model_field]
        return model, row[field.name]

    def _plain_id(self, value):
        """Return the id of a real record in the value of a many2one, else False."""
        if isinstance(value, tuple):
            value = value[0]
        return value if isinstance(value, int) else False

    @api.model
    def _names_hidden(self, model_name, id_):
        """Return whether a model and an id name a hidden record."""
        if model_name not in self.env or not self._hideable(model_name):
            return False
        return bool(self._lean()._hidden_ids(model_name, [int(id_)]))

    def _lean(self):
        """Return the service that reads levels only: other values of hidden records
        must not come to memory, where anybody reads them."""
        return self.with_context(prefetch_fields=False)

    def _mask_borrowed(self, records, rows, name, hops):
        found = records.browse(row["id"] for row in rows).sudo()
        reached = {record.id: record for record in found}
        hidden = set()
        for hop in hops:
            reached = {id_: value[hop] for id_, value in reached.items() if value[hop]}
            targets = next(iter(reached.values()), records).browse(
                target.id for target in reached.values()
            )
            closed = targets._secrecy_hidden() if reached else targets
            hidden |= {id_ for id_, value in reached.items() if value in closed}
        field = records._fields[name]
        empty = [] if field.type in ("one2many", "many2many") else False
        for row in rows:
            if row["id"] in hidden:
                row[name] = empty

    @api.model
    def _hidden_links(self, records, specification, every=False):
        """Return {many2one: hidden ids} of the links that a form, a list or a file
        wants to follow."""
        names = [
            name
            for name, kind in self._links(records._name).items()
            if kind == "many2one"
            and name in specification
            and (every or "fields" in (specification[name] or {}))
        ]
        if not names or not records:
            return {}
        try:
            records.fetch([name for name in specification if name in records._fields])
            targets = {name: records[name] for name in names}
        except MissingError:
            return self._hidden_links(records.exists(), specification, every)
        found = {
            name: self._hidden_ids(target._name, [id_ for id_ in target._ids if id_])
            for name, target in targets.items()
        }
        return {name: ids for name, ids in found.items() if ids}

    @api.model
    def _fill_links(self, records, rows, specification, hidden):
        """Follow the links a form wants to see, with masks for hidden records. See
        `web_read`, which would stumble over them."""
        for name, ids in hidden.items():
            spec = specification[name]
            targets = records.exists()[name]
            targets = targets.browse(id_ for id_ in targets._ids if id_ not in ids)
            if "context" in spec:
                targets = targets.with_context(**spec["context"])
            extra = dict(spec["fields"])
            named = extra.pop("display_name", None) is not None
            data = {vals["id"]: vals for vals in targets.web_read(extra)}
            instead = dict.fromkeys(extra, False) | {"id": MASKED}
            for target in targets.sudo() if named else ():
                data[target.id]["display_name"] = target.display_name
            if named:
                instead["display_name"] = self._word()
            for row in rows:
                if value := row.get(name):
                    row[name] = dict(instead) if value == MASKED else data[value]

    @api.model
    def _shown_to(self, target, partners):
        """Return the partners that may be named to who gets a `Store`. One that goes
        to several people names nobody who is secret."""
        user = target.get_user(self.env)
        if user:
            return partners - partners.with_user(user)._secrecy_hidden()
        return partners.filtered(lambda partner: partner.secrecy_level < SECRET)

    # ---- writing

    @api.model
    def _check_links(self, model, vals_list):
        """Refuse links to records that are hidden or missing, both in one way."""
        wanted = {}
        for vals in vals_list:
            for name, kind in self._links(model._name).items():
                if vals.get(name) and kind not in ("reference", "many2one_reference"):
                    comodel = model._fields[name].comodel_name
                    ids = self._linked_ids(kind, vals[name])
                    wanted.setdefault(comodel, {}).update(dict.fromkeys(ids))
        for comodel, ids in wanted.items():
            records = self.env[comodel].browse(ids)
            unknown = records - records.exists()
            if unknown:
                raise self._missing_error(unknown)

    def _linked_ids(self, kind, value):
        """Return the ids of real records that a value to write links to."""
        if kind == "many2one":
            return [value] if isinstance(value, int) else []
        if not isinstance(value, (list, tuple)):
            return []
        ids = []
        for command in value:
            if isinstance(command, int):
                ids.append(command)
            elif isinstance(command, (list, tuple)) and command:
                if command[0] == Command.SET:
                    ids.extend(command[2] or ())
                elif command[0] not in (Command.CREATE, Command.CLEAR):
                    ids.append(command[1])
        return [id_ for id_ in ids if isinstance(id_, int)]

    @api.model
    def _without_masks(self, records, vals):
        """Return `vals` without the masks a client sends back for links it could not
        read: those links stay. A mask for anything else is a missing record."""
        links = self._links(records._name)
        sent = [
            name
            for name, kind in links.items()
            if kind == "many2one" and vals.get(name) == MASKED
        ]
        for name in sent:
            comodel = records.env[records._fields[name].comodel_name]
            closed = records.sudo()[name]._secrecy_hidden()
            if not records or any(row[name] not in closed for row in records.sudo()):
                raise self._missing_error(comodel.browse(MASKED))
        return {name: value for name, value in vals.items() if name not in sent}

    @api.model
    def _real_values(self, records, values, names):
        """Return what a form sends without masks, and refuse links in it to records
        that are hidden or missing."""
        vals = self._without_masks(records, values)
        self._check_links(records, [vals])
        links = self._links(records._name)
        for name in links.keys() & vals.keys():
            if links[name] in ("one2many", "many2many") and vals[name]:
                comodel = self.env[records._fields[name].comodel_name]
                vals[name] = self._real_commands(comodel, vals[name])
            is_unasked = links[name] == "reference" and name not in names
            if is_unasked and not vals[name] and records.sudo()[name]:
                # a hidden one was read as empty
                del vals[name]
        return vals

    def _real_commands(self, comodel, commands):
        real = []
        for command in commands:
            if isinstance(command, (list, tuple)) and len(command) == 3:
                kind, id_, vals = command
                if isinstance(vals, dict):
                    is_new = kind == Command.CREATE or not isinstance(id_, int)
                    line = comodel.browse() if is_new else comodel.browse(id_)
                    command = [kind, id_, self._real_values(line, vals, ())]
            real.append(command)
        return real

    @api.model
    def _without_unknown(self, model, vals):
        """Return default values without links to records that are hidden or
        missing: a default of the client's is no way to ask."""
        links = self._links(model._name)
        kept = dict(vals)
        for name in links.keys() & vals.keys():
            if links[name] != "many2one" or not isinstance(vals[name], int):
                continue
            target = self.env[model._fields[name].comodel_name].browse(vals[name])
            if vals[name] and not target.exists():
                del kept[name]
        return kept
