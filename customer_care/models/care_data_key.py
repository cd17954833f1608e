import logging
import uuid
from datetime import UTC
from functools import partial

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..logic import sealing
from ..tools import keyring

_BATCH = 500
_logger = logging.getLogger(__name__)


class CareDataKey(models.Model):
    """The key under which the secrets and files of one record are sealed.

    It is kept wrapped by a master key that is not in the database. Code that seals
    makes it; destroying it makes what it sealed unreadable for good and leaves the row
    as a stub. Nobody writes it by hand.
    """

    _name = "care.data.key"
    _description = "Data key"
    _inherit = [
        "care.approval.mixin",
        "care.secrecy.follow.mixin",
        "care.model.title.mixin",
        "care.engine.mixin",
    ]
    _order = "id desc"
    _rec_name = "uid"

    uid = fields.Char("Key", required=True, readonly=True, help="Named in each seal.")
    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Record", model_field="res_model", required=True, readonly=True
    )
    wrapped = fields.Binary(
        attachment=False, readonly=True, copy=False, groups=fields.NO_ACCESS
    )
    master_key = fields.Char(
        "Master key", readonly=True, help="Name of the master key that wraps it."
    )
    destroyed_at = fields.Datetime("Destroyed on", readonly=True)
    destroyed_by = fields.Many2one("res.users", readonly=True)
    destroy_reason = fields.Char("Reason", readonly=True)

    _uid_uniq = models.UniqueIndex("(uid)")
    _record_uniq = models.UniqueIndex("(res_model, res_id) WHERE destroyed_at IS NULL")
    _master_idx = models.Index("(master_key, id) WHERE destroyed_at IS NULL")

    # -- master keys ---------------------------------------------------------------

    @api.model
    def _keyring(self, wanted=None):
        """Return the master keys, or tell what is missing and what to do."""
        try:
            ring = keyring.load(wanted)
            if wanted:
                ring.key(wanted)
        except keyring.KeyringError as error:
            raise UserError(self._keyring_words(error, wanted)) from None
        return ring

    @api.model
    def _keyring_words(self, error, wanted):
        words = {
            "unknown": self.env._(
                "The master key “%(key)s” is not among those the server has. Add its "
                "line to the key file; nothing was changed.",
                key=wanted,
            ),
            "open": self.env._(
                "The file of the master keys can be read by others on the server. "
                "Take their rights away (chmod 600); until then no key is used."
            ),
            "broken": self.env._(
                "The master keys are not written as “id:key” (%(where)s). Put the key "
                "file right; nothing was changed.",
                where=error.detail,
            ),
        }
        default = self.env._(
            "The server has no master key%(key)s, so sealed data can be neither read "
            "nor written. Set CARE_MASTER_KEY_FILE to the key file and restart.",
            key=f" “{wanted}”" if wanted else "",
        )
        return words.get(error.reason, default)

    # -- keys of records -------------------------------------------------------------

    @api.model
    def _bound(self, uid, res_model, res_id):
        return sealing.bind("care.data.key", uid, res_model, res_id)

    @api.model
    def _wrapped_for(self, model, ids, hold=False):
        """Return {res_id: (uid, wrapped, master key)} of the live keys of records. With
        `hold` none of them is destroyed before this transaction ends."""
        rows = self.env.execute_query(
            SQL(
                """SELECT res_id, uid, wrapped, master_key FROM care_data_key
                    WHERE res_model = %s AND res_id = ANY(%s)
                      AND destroyed_at IS NULL %s""",
                model,
                list(ids),
                SQL("FOR SHARE") if hold else SQL(),
            )
        )
        return {res_id: (uid, bytes(w), master) for res_id, uid, w, master in rows}

    @api.model
    def _keys_for(self, model, ids, create=False):
        """Return {res_id: (uid, key)}; with `create` each record gets one. Never hand
        the keys to other code than the one that seals and unseals."""
        ids = set(ids)
        found = self._wrapped_for(model, ids, hold=create)
        if create and (missing := sorted(ids - found.keys())):
            self._make(model, missing)
            found = self._wrapped_for(model, ids, hold=True)
        return {
            res_id: (uid, self._unwrap(uid, model, res_id, wrapped, master))
            for res_id, (uid, wrapped, master) in found.items()
        }

    @api.model
    def _key_of(self, uid, model, res_id):
        """Return the key `uid` of a record, None where it was destroyed or belongs to
        another record."""
        found = self._wrapped_for(model, [res_id]).get(res_id)
        if not found or found[0] != uid:
            return None
        return self._unwrap(uid, model, res_id, *found[1:])

    @api.model
    def _unwrap(self, uid, model, res_id, wrapped, master):
        bound = self._bound(uid, model, res_id)
        ring = self._keyring(master)
        try:
            return sealing.unwrap(ring.key(master), wrapped, bound)
        except sealing.SealError:
            raise UserError(
                self.env._(
                    "The master key “%(key)s” of the server is not the one this was "
                    "sealed under. Put the right key back; nothing was changed.",
                    key=master,
                )
            ) from None

    @api.model
    def _make(self, model, ids):
        """Give each record a key; one that another transaction made is kept."""
        ring = self._keyring()
        master = ring.key(ring.current)
        rows = []
        for res_id in ids:
            uid = uuid.uuid4().hex
            wrapped = sealing.wrap(
                master, ring.current, sealing.new_key(), self._bound(uid, model, res_id)
            )
            rows.append((uid, model, res_id, wrapped, ring.current))
        self.env.execute_query(
            SQL(
                """INSERT INTO care_data_key
                          (uid, res_model, res_id, wrapped, master_key, create_uid,
                           create_date, write_uid, write_date)
                   SELECT uid, model, res_id, wrapped, master, %(user)s, %(now)s,
                          %(user)s, %(now)s
                     FROM (VALUES %(rows)s) AS new (uid, model, res_id, wrapped, master)
                   ON CONFLICT (res_model, res_id) WHERE destroyed_at IS NULL
                   DO NOTHING RETURNING id""",
                user=self.env.uid,
                now=self.env.cr.now(),
                rows=SQL(", ").join(SQL("%s", row) for row in rows),
            )
        )
        self.env["care.data.key"].invalidate_model()

    # -- destroying ------------------------------------------------------------------

    @api.model
    def _destroy(self, records, reason):
        """Wipe the keys of `records` and what finds their secrets: nothing sealed under
        them opens again. Returns the stubs.

        The list outside the database has it as planned before, and as done after this
        transaction: a restore destroys again what was done.
        """
        keys = self._engine().search(
            [
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
                ("destroyed_at", "=", False),
            ]
        )
        if keys:
            keys._wipe(reason)
        return keys._plain(self.env)

    def _wipe(self, reason):
        """Called in engine mode."""
        now = self.env.cr.now()
        entries = self._entries(now)
        try:
            keyring.note_destroyed(entries, keyring.PLANNED)
        except (keyring.KeyringError, OSError) as error:
            raise UserError(
                self.env._(
                    "The list of destroyed keys cannot be written, so no key was "
                    "destroyed. Check the key file and CARE_DESTROYED_FILE."
                )
            ) from error
        self._wipe_rows(now, reason)
        settle = partial(self._settle_apart, self.env.registry, entries)
        self.env.cr.postcommit.add(settle)

    def _entries(self, now):
        moment = now.replace(tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return [
            keyring.Destroyed(key.uid, key.res_model, key.res_id, moment)
            for key in self
        ]

    @staticmethod
    def _settle_apart(registry, entries):
        with registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["care.data.key"]._settle(entries)

    @api.model
    def _settle(self, entries):
        """Note as done what was planned and what the database has for good."""
        keys = self.sudo().search(
            [
                ("uid", "in", [entry.uid for entry in entries]),
                ("destroyed_at", "!=", False),
            ]
        )
        gone = set(keys.mapped("uid"))
        try:
            keyring.note_destroyed([entry for entry in entries if entry.uid in gone])
        except (keyring.KeyringError, OSError):
            _logger.exception("The list of destroyed keys waits for the next job.")

    def _wipe_rows(self, now, reason):
        self.write(
            {
                "wrapped": False,
                "destroyed_at": now,
                "destroyed_by": self.env.uid,
                "destroy_reason": reason,
            }
        )
        self.flush_recordset()  # keys are looked up by SQL
        for model, keys in self.grouped("res_model").items():
            self._forget_blind(model, keys.mapped("res_id"))

    @api.model
    def _forget_blind(self, model, ids):
        """Take away by what the secrets of records are found."""
        self.env.cr.execute(
            """UPDATE care_secret SET blind = NULL
                WHERE res_model = %s AND res_id = ANY(%s)""",
            [model, ids],
        )
        self.env["care.secret"].invalidate_model(["blind"])

    @api.model
    def _replay_destroyed(self, entries):
        """Destroy again what the list says was destroyed after a backup was made;
        return how many keys that were."""
        keys = self._engine().search([("uid", "in", [entry.uid for entry in entries])])
        keys = keys.filtered(lambda key: not key.destroyed_at)
        keys._wipe_rows(self.env.cr.now(), self.env._("Destroyed before; restored"))
        return len(keys)

    # -- the officer's button ------------------------------------------------------

    def _approval_gates(self):
        return [("shred", self.env._("Destroying the key"))]

    def action_shred(self):
        """Ask for the approvals, then destroy the key once they are given."""
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("customer_care.customer_care_group_security"):
            raise AccessError(
                self.env._("Keys are destroyed by security officers. Ask one of them.")
            )
        if self.destroyed_at:
            return
        if not self._approval_required("shred"):
            raise UserError(
                self.env._(
                    "No approval rule says who agrees to destroying %(key)s. Add one "
                    "for data keys with the gate “shred”.",
                    key=self.display_name,
                )
            )
        if not self._approval_is_granted("shred"):
            self._approval_request("shred")
            return
        self._approval_check("shred")
        self._engine()._wipe(self.env._("Destroyed by a security officer"))

    def action_count(self):
        """Tell how many keys each master key wraps, of hidden records too."""
        self.check_access("read")
        counts = self.env["care.data.key"].sudo()
        counts = counts._read_group(
            [("destroyed_at", "=", False)], ["master_key"], ["__count"]
        )
        current = self._keyring().current
        lines = [f"{name}: {count}" for name, count in counts if name != current]
        lines.insert(0, f"{current}: {dict(counts).get(current, 0)}")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Keys by master key, the current one first"),
                "message": ", ".join(lines),
                "sticky": True,
            },
        }

    # -- rotation --------------------------------------------------------------------

    @api.model
    def _rewrap_batch(self, after=0, limit=_BATCH):
        """Wrap the next data keys under the current master key. Returns (how many, the
        last id, whether that was all); one that does not open is left as it is."""
        ring = self._keyring()
        rows = self.env.execute_query(
            SQL(
                """SELECT id, uid, res_model, res_id, wrapped, master_key
                     FROM care_data_key
                    WHERE destroyed_at IS NULL AND master_key != %s
                      AND master_key = ANY(%s) AND id > %s
                    ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED""",
                ring.current,
                list(ring.ids),
                after,
                limit,
            )
        )
        done = 0
        for key_id, uid, model, res_id, wrapped, master in rows:
            bound = self._bound(uid, model, res_id)
            try:
                key = sealing.unwrap(ring.key(master), bytes(wrapped), bound)
            except sealing.SealError:
                _logger.error("Data key %s does not open with %s.", uid, master)
                continue
            self.env.cr.execute(
                "UPDATE care_data_key SET wrapped = %s, master_key = %s WHERE id = %s",
                [
                    sealing.wrap(ring.key(ring.current), ring.current, key, bound),
                    ring.current,
                    key_id,
                ],
            )
            done += 1
        self.invalidate_model(["wrapped", "master_key"])
        return done, rows[-1][0] if rows else after, len(rows) < limit

    @api.model
    def _cron_rewrap(self):
        """Bring every data key under the current master key, a batch a transaction."""
        keyring.forget()
        if not self.sudo().search_count([("destroyed_at", "=", False)], limit=1):
            return
        if planned := keyring.read_destroyed(word=keyring.PLANNED):
            self._settle(planned)  # the server stopped just then
        after, ended = 0, False
        while not ended:
            done, after, ended = self._rewrap_batch(after)
            if not self.env["ir.cron"]._commit_progress(done, remaining=not ended):
                break
