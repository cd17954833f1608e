import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..logic import sealing
from ..logic.clearance import SECRET

_CONTENT = {"raw", "datas"}
_PENDING = "mail.compose.message"


class _Ready(dict):
    """Contents {id: bytes} to be stored as they are."""

    def __call__(self, file):
        return self[file.id]


class CareSealedFileMixin(models.AbstractModel):
    """Files of secret records, sealed before they reach the file store.

    What is stored, and what `raw` and `datas` give, is sealed; `_care_plain` opens it
    for code, the route `/care/file/<id>` for people. A file stays sealed when its
    record is lowered. The key is that of the record, or of the file itself while it
    hangs on none.
    """

    _name = "care.sealed.file.mixin"
    _description = "File that may be sealed"

    care_sealed = fields.Boolean("Sealed", readonly=True, copy=False)

    # -- which files ---------------------------------------------------------------

    @api.model
    def _care_in_use(self):
        return self.env["care.sight"]._in_use(SECRET)

    @api.model
    def _care_secret_owners(self, owners):
        """Return those of `owners` {(model, id)} that are secret."""
        owners = {owner for owner in owners if owner[0] and owner[1]}
        if not owners or not self._care_in_use():
            return set()
        for model, res_id in owners:
            if model in self.env:
                self.env[model].browse(res_id).flush_recordset()
        rows = self.env.execute_query(
            SQL(
                """SELECT model, res_id FROM unnest(%s::text[], %s::int[])
                          AS owner (model, res_id)
                    WHERE care_secrecy_of(model, res_id) >= %s""",
                [model for model, _id in owners],
                [res_id for _model, res_id in owners],
                SECRET,
            )
        )
        return set(rows)

    @api.model
    def _care_is_pending(self, model, res_id, public=False):
        """Tell whether a file waits for a record that may be secret: somebody who sees
        secrets writes a message and has not sent it yet."""
        if res_id or public or model != _PENDING or not self._care_in_use():
            return False
        sight = self.env["care.sight"]._mine()
        if sight.everything:
            return False
        return sight.level >= SECRET or any(
            level >= SECRET for levels in sight.grants.values() for level in levels
        )

    def _care_owner(self):
        """Return (model, id) of the record whose key seals the file."""
        self.ensure_one()
        if self.res_model and self.res_id:
            return self.res_model, self.res_id
        return "ir.attachment", self.id

    def _care_to_seal(self):
        """Return those that are sealed or are to be."""
        files = self.sudo().filtered(lambda file: file.type == "binary")
        secret = self._care_secret_owners({file._care_owner() for file in files})
        return files.filtered(
            lambda file: (
                file.care_sealed
                or file._care_owner() in secret
                or file._care_is_pending(file.res_model, file.res_id, file.public)
            )
        ).with_env(self.env)

    # -- writing -------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        owners = {(vals.get("res_model"), vals.get("res_id")) for vals in vals_list}
        secret = self._care_secret_owners(owners)
        contents, cleaned = {}, []
        for number, vals in enumerate(vals_list):
            owner = vals.get("res_model"), vals.get("res_id")
            wanted = owner in secret or self._care_is_pending(
                *owner, vals.get("public")
            )
            if wanted and vals.get("type", "binary") == "binary":
                vals, contents[number] = self._care_take_content(vals)
            cleaned.append(vals)
        files = super().create(cleaned)
        if contents:
            files._care_store({files[n].id: plain for n, plain in contents.items()})
        return files

    @api.model
    def _care_take_content(self, vals):
        """Return the values without the content, and the content as bytes; the type
        is found and pictures are made smaller as for any file."""
        vals = dict(vals)
        datas, raw = vals.pop("datas", None), vals.pop("raw", None)
        stored = vals.pop("db_datas", None)
        if not raw:
            raw = base64.b64decode(datas) if datas else stored
        if isinstance(raw, str):
            raw = raw.encode()
        vals = self._check_contents(vals | {"raw": raw or b""})
        return vals, vals.pop("raw", None) or b""

    def write(self, vals):
        if vals.keys() & {"thumbnail", "db_datas"} and self._care_to_seal():
            vals = {key: value for key, value in vals.items() if key != "thumbnail"}
            if stored := vals.pop("db_datas", None):
                vals.setdefault("raw", stored)
        if vals.keys().isdisjoint({"res_model", "res_id"}):
            result = super().write(vals)
            if vals.keys() & _CONTENT:
                self.invalidate_recordset(list(_CONTENT), flush=False)
            return result
        self.check_access("write")
        secret = {} if self.env.su else self._care_secret_files()
        sealed = self.sudo().filtered("care_sealed")
        before = {file.id: file._care_owner() for file in sealed}
        plain = {}
        if vals.keys().isdisjoint(_CONTENT):
            plain = {file.id: file._care_plain() for file in sealed}
        result = super().write(vals)
        self._care_refuse_opening(secret)
        self._care_follow(before, plain)
        return result

    def _care_secret_files(self):
        """Return {id: file} of the files that hang on something secret."""
        files = self.sudo()
        secret = self._care_secret_owners({file._care_owner() for file in files})
        return {file.id: file for file in files if file._care_owner() in secret}

    def _care_refuse_opening(self, secret):
        """Refuse to take files off what is secret: lowering is approved."""
        for id_ in secret.keys() - self.browse(secret)._care_secret_files().keys():
            raise UserError(
                self.env._(
                    "“%(file)s” belongs to something secret and stays there. Ask for a "
                    "disclosure to give it out.",
                    file=secret[id_].name,
                )
            )

    def _care_follow(self, before, plain):
        """Seal files that came to another record anew: under its key."""
        waited = [
            file_id
            for file_id, owner in before.items()
            if owner[0] == "ir.attachment" and file_id in plain
        ]
        secret = self._care_secret_owners({f._care_owner() for f in self.sudo()})
        open_now = self.sudo().filtered(
            lambda file: file.id in waited and file._care_owner() not in secret
        )
        open_now = open_now.filtered("res_id")
        if open_now:
            open_now._care_store_open(plain)
        moved = self.sudo().filtered(
            lambda file: file.id in plain and file._care_owner() != before[file.id]
        )
        moved -= open_now
        moved._care_store({file.id: plain[file.id] for file in moved})
        (self.sudo() - moved - open_now)._care_seal_now()

    def _care_seal_now(self):
        """Seal the stored content of those that are to be and are not."""
        files = self._care_to_seal().sudo().with_context(bin_size=False)
        files = files.filtered(lambda file: not file.care_sealed)
        files = files.filtered(lambda file: file.store_fname or file.db_datas)
        files._care_store({file.id: file.raw or b"" for file in files})
        return files

    def _set_attachment_data(self, asbytes):
        if isinstance(asbytes, _Ready):
            return super()._set_attachment_data(asbytes)
        files = self._care_to_seal()
        if others := self - files:
            super(CareSealedFileMixin, others)._set_attachment_data(asbytes)
        contents = {file.id: asbytes(file) for file in files}
        same = files.filtered(
            lambda file: file.care_sealed and contents[file.id] == file._care_stored()
        )
        if same:  # moved to another storage
            same._care_store_sealed(
                contents, {file.id: file.file_size for file in same}
            )
        rest = files - same
        return rest._care_store({file.id: contents[file.id] for file in rest})

    def _care_store(self, contents):
        """Seal and store `contents` {id: bytes}; empty ones need no seal."""
        files = self.sudo().filtered(lambda file: file.id in contents)
        sealed = {}
        for model, group in files.grouped(lambda f: f._care_owner()[0]).items():
            ids = {file._care_owner()[1] for file in group if contents[file.id]}
            keys = self.env["care.data.key"]._keys_for(model, ids, create=True)
            for file in group:
                plain = contents[file.id]
                sealed[file.id] = plain and file._care_seal(
                    *keys[file._care_owner()[1]], plain
                )
        sizes = {file.id: len(contents[file.id]) for file in files}
        files._care_store_sealed(sealed, sizes)

    def _care_seal(self, uid, key, plain):
        return b"".join(sealing.seal_stream(key, uid, [plain], self._care_bound()))

    def _care_bound(self):
        return sealing.bind("ir.attachment", self.id, "raw")

    def _care_store_sealed(self, sealed, sizes):
        if not self:
            return
        files = self.sudo()
        files._set_attachment_data(_Ready(sealed))
        files.flush_recordset()
        for file in files:
            self.env.cr.execute(
                """UPDATE ir_attachment SET care_sealed = %s, file_size = %s,
                          index_content = NULL WHERE id = %s""",
                [bool(sealed[file.id]), sizes[file.id], file.id],
            )
        self.env["ir.attachment"].sudo().search(
            [
                ("res_model", "=", "ir.attachment"),
                ("res_field", "=", "thumbnail"),
                ("res_id", "in", files.ids),
            ]
        ).unlink()
        files.invalidate_recordset()

    def _care_store_open(self, contents):
        """Store in clear what was sealed while it waited for its record."""
        if not self:
            return
        self.sudo()._set_attachment_data(_Ready(contents))
        self.flush_recordset()
        self.env.cr.execute(
            "UPDATE ir_attachment SET care_sealed = NULL WHERE id = ANY(%s)", [self.ids]
        )
        self.invalidate_recordset()

    @api.model
    def _index(self, bin_data, file_type, checksum=None):
        if sealing.is_sealed(bin_data):
            return None
        return super()._index(bin_data, file_type, checksum=checksum)

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        if (default or {}).keys() & (_CONTENT | {"db_datas"}):
            return vals_list
        for file, vals in zip(self.sudo(), vals_list, strict=True):
            if file.care_sealed:  # `copy` opens and seals it again
                vals["raw"] = b""
        return vals_list

    def copy(self, default=None):
        self._check_known()
        contents = {}
        if not (default or {}).keys() & (_CONTENT | {"db_datas"}):
            sealed = self.sudo().filtered("care_sealed")
            sealed.with_env(self.env).check_access("read")
            contents = {file.id: file._care_plain() for file in sealed}
        secret = {} if self.env.su else self._care_secret_files()
        copies = super().copy(default)
        if secret:
            twins = dict(zip(copies.ids, self.ids, strict=True))
            copies._care_refuse_opening(
                {copy: secret[id_] for copy, id_ in twins.items() if id_ in secret}
            )
        pairs = zip(self.ids, copies.ids, strict=True)
        copies._care_store(
            {
                copy: contents[original]
                for original, copy in pairs
                if original in contents
            }
        )
        return copies
