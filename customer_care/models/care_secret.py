from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..logic import sealing

_INDEX = ("care.secret", 0)  # whose key the fingerprints are made with


class CareSecret(models.Model):
    """One sealed value of a record, such as its identity number.

    Written when somebody enters the value; read by revealing it, which is noted. The
    value itself is never in the database, in messages or in the log.
    """

    _name = "care.secret"
    _description = "Sealed value"
    _inherit = ["care.secrecy.follow.mixin", "care.engine.mixin"]
    _order = "kind_sequence, id desc"
    _rec_name = "kind_id"

    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Record", model_field="res_model", required=True, readonly=True
    )
    kind_id = fields.Many2one(
        "care.secret.kind", required=True, readonly=True, ondelete="restrict"
    )
    kind_sequence = fields.Integer(related="kind_id.sequence", store=True)
    company_id = fields.Many2one("res.company", readonly=True)
    secrecy_own = fields.Integer("Level of its kind", readonly=True, default=0)
    ciphertext = fields.Binary(
        attachment=False, readonly=True, copy=False, groups=fields.NO_ACCESS
    )
    blind = fields.Char(readonly=True, copy=False, groups=fields.NO_ACCESS)
    hint = fields.Char("Value", readonly=True)
    active = fields.Boolean("Current", default=True, readonly=True)
    set_at = fields.Datetime("Entered on", readonly=True)
    set_by_id = fields.Many2one("res.users", "Entered by", readonly=True)

    _kind_uniq = models.UniqueIndex("(res_model, res_id, kind_id) WHERE active")
    _record_idx = models.Index("(res_id, res_model)")
    _blind_idx = models.Index("(blind, kind_id) WHERE blind IS NOT NULL")

    def _secrecy_columns(self):
        return [*super()._secrecy_columns(), "secrecy_own"]

    def _changed_level(self):
        if self:
            self.invalidate_recordset()
            self.env["care.secrecy"]._changed(self._name, self.ids, cascade=False)

    # -- who may -------------------------------------------------------------------

    @api.model
    def _hosts(self):
        """Return the models whose records keep secrets."""
        return [
            name
            for name, model in self.env.items()
            if "care_secret_ids" in model._fields and not model._abstract
        ]

    def _check_access(self, operation):
        """A secret is for who may read its record, whatever else is allowed."""
        result = super()._check_access(operation)
        if self.env.su or not self:
            return result
        forbidden = result[0] if result else self.browse()
        for name, rows in (self - forbidden).sudo().grouped("res_model").items():
            seen = set()
            if name in self.env:
                hosts = self.env[name].browse(set(rows.mapped("res_id"))).exists()
                seen = set(hosts._filtered_access("read").ids)
            forbidden += self.browse([row.id for row in rows if row.res_id not in seen])
        if not forbidden:
            return result
        rule = self.env["ir.rule"]
        return forbidden, lambda: rule._make_access_error(operation, forbidden)

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        if not self.env.su and not bypass_access:
            domain = Domain(domain) & self._hosts_domain()
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)

    def _hosts_domain(self):
        return Domain.OR(
            Domain("res_model", "=", name)
            & Domain("res_id", "in", host.with_context(active_test=False)._search([]))
            for name in self._hosts()
            if (host := self.env[name]).has_access("read")
        )

    # -- writing -------------------------------------------------------------------

    @api.model
    def _put(self, host, kind, value):
        """Seal `value` as the secret of that kind of `host`, in the place of the one
        before. The user has to be one who may read it."""
        host.ensure_one()
        host.check_access("write")
        value = (value or "").strip()
        if not value:
            raise UserError(
                self.env._("Enter the value of %(kind)s.", kind=kind.sudo().name)
            )
        kind = kind.sudo()
        self._check_kind(host, kind)
        vals = self._sealed_vals(host, kind, value)
        rows = self._engine()
        before = rows.search(
            [
                ("res_model", "=", host._name),
                ("res_id", "=", host.id),
                ("kind_id", "=", kind.id),
            ]
        )
        before.with_env(self.env).check_access("read")
        if before and not kind.keep_history:
            before.write(vals)
            row = before
        else:
            before.write({"active": False})
            before.flush_recordset()
            row = rows.create(vals)
        row.flush_recordset()
        row._changed_level()
        row = row._plain(self.env)
        row.check_access("read")
        return row

    @api.model
    def _check_kind(self, host, kind):
        if "care_secret_ids" in host._fields and kind.model_name == host._name:
            return
        raise UserError(
            self.env._(
                "%(record)s keeps no secret of the kind “%(kind)s”. Choose another.",
                record=host.display_name,
                kind=kind.name or "",
            )
        )

    @api.model
    def _sealed_vals(self, host, kind, value):
        keys = self.env["care.data.key"]._keys_for(host._name, host.ids, create=True)
        uid, key = keys[host.id]
        bound = self._bound(host._name, host.id, kind)
        company = "company_id" in host and host.sudo().company_id
        size = kind.hint_size
        return {
            "res_model": host._name,
            "res_id": host.id,
            "kind_id": kind.id,
            "company_id": company.id if company else False,
            "secrecy_own": int(kind.level),
            "ciphertext": sealing.seal(key, uid, value.encode(), bound),
            "blind": kind.findable and self._fingerprint(kind, value),
            "hint": "••••" + (value[-size:] if 0 < size < len(value) else ""),
            "set_at": fields.Datetime.now(),
            "set_by_id": self.env.uid,
        }

    @api.model
    def _bound(self, res_model, res_id, kind):
        return sealing.bind("care.secret", res_model, res_id, kind.id)

    @api.model
    def _fingerprint(self, kind, value):
        model, res_id = _INDEX
        keys = self.env["care.data.key"]._keys_for(model, [res_id], create=True)
        _uid, key = keys[res_id]
        return sealing.blind_index(key, str(kind.id), value, kind.normalizer)

    def action_remove(self):
        """Delete the value for good."""
        for secret in self:
            secret.check_access("read")
            secret._host().check_access("write")
        self._engine().unlink()

    def _host(self):
        self.ensure_one()
        row = self.sudo()
        return self.env[row.res_model].browse(row.res_id)

    # -- reading -------------------------------------------------------------------

    def _reveal(self):
        """Return the value, and note who read it."""
        self.ensure_one()
        self.check_access("read")
        value, row = self._open(), self.sudo()
        self.env["care.access.log"]._note(
            "reveal", row.res_model, [row.res_id], [row.kind_id.code]
        )
        return value

    def _open(self):
        """Return the value; who may read it is the caller's matter."""
        row = self.sudo().with_context(bin_size=False)
        sealed = bytes(row.ciphertext or b"")
        try:
            uid = sealing.read_header(sealed).key_id
            key = self.env["care.data.key"]._key_of(uid, row.res_model, row.res_id)
            if not key:
                raise UserError(
                    self.env._(
                        "The key of this secret was destroyed, so it can no longer be "
                        "read. Enter it again if you have it."
                    )
                )
            bound = self._bound(row.res_model, row.res_id, row.kind_id)
            return sealing.unseal(key, sealed, bound).decode()
        except sealing.SealError:
            raise UserError(
                self.env._(
                    "This secret is not as it was stored. Restore it from a backup, "
                    "or enter it again."
                )
            ) from None

    @api.model
    def _take_over(self, sources, target):
        """Seal the secrets of records that are merged anew, for the one that stays;
        where it has a value of its own, that one counts and another one is kept as
        one of before."""
        rows = self._engine().with_context(active_test=False)
        place = ("res_model", "=", target._name)
        has = rows.search([place, ("res_id", "=", target.id), ("active", "=", True)])
        has = {row.kind_id for row in has}
        for row in rows.search([place, ("res_id", "in", sources.ids)]):
            kind = row.kind_id
            wanted = row.active and kind not in has
            if wanted:
                has.add(kind)
            vals = self._sealed_vals(target, kind, row._open())
            kept = {"set_at": row.set_at, "set_by_id": row.set_by_id.id}
            row.write(vals | kept | {"active": wanted})

    @api.model
    def _find(self, kind, value):
        """Return the secrets of that kind and exactly that value that the user may
        see; whoever asks has to be cleared for the kind."""
        kind = kind.sudo()
        sight = self.env["care.sight"]._mine()
        if not kind.findable or not (value or "").strip():
            return self.browse()
        if not sight.everything and int(kind.level) > sight.level:
            return self.browse()
        blind = self._fingerprint(kind, value)
        ids = self.env.execute_query(
            SQL(
                """SELECT id FROM care_secret
                    WHERE blind = %s AND kind_id = %s AND active""",
                blind,
                kind.id,
            )
        )
        return self.search([("id", "in", [id_ for (id_,) in ids])])

    def action_reveal(self):
        """Show the value for a short while."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_secret_show_action"
        )
        return action | {"context": {"default_secret_id": self.id}}

    def action_change(self):
        """Enter another value."""
        self.ensure_one()
        self.check_access("read")
        return self._host()._action_enter_secret(self.sudo().kind_id)
