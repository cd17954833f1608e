from odoo import api, models
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request

from ..logic import sealing
from ..tools.sealed_stream import SealedStream

# Stands for a sealed picture where a value is wanted that can be drawn.
_PIXEL = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAA"
    b"AABJRU5ErkJggg=="
)


class CareSealedFileReader(models.AbstractModel):
    """How a sealed file is opened: for code, for browsers, and what other readers of
    its fields get."""

    _name = "care.sealed.file.reader"
    _description = "Opening of sealed files"

    def _compute_datas(self):
        super()._compute_datas()
        if self.env.context.get("bin_size"):
            return
        for file in self:  # the value of a picture field has to be a picture
            if file.care_sealed and file.res_field and file._care_is_picture():
                file.datas = _PIXEL

    def _care_is_picture(self):
        return (self.mimetype or "").startswith("image/")

    def _care_stored(self):
        """Return the stored bytes, sealed as they are."""
        file = self.sudo().with_context(bin_size=False)
        return file._file_read(file.store_fname) if file.store_fname else file.db_datas

    def _care_pieces(self):
        """Return a function that yields the stored bytes, without database."""
        file = self.sudo().with_context(bin_size=False)
        if not file.store_fname:
            stored = bytes(file.db_datas or b"")
            return lambda: iter([stored])
        path = file._full_path(file.store_fname)

        def read():
            with open(path, "rb") as stored:
                yield from sealing.read_blocks(stored)

        return read

    def _care_opening(self):
        """Return a function that yields the opened content, without database; who may
        read it is the caller's matter."""
        self.ensure_one()
        file = self.sudo()
        pieces, bound = file._care_pieces(), file._care_bound()
        if not file.care_sealed:
            return pieces
        try:
            head = next(pieces(), b"")
            uid = sealing.read_header(head).key_id
        except (OSError, sealing.SealError):
            raise file._care_broken() from None
        key = self.env["care.data.key"]._key_of(uid, *file._care_owner())
        if not key:
            raise UserError(
                self.env._(
                    "The key of “%(file)s” was destroyed, so it can no longer be read.",
                    file=file.name,
                )
            )
        return lambda: sealing.unseal_stream(key, pieces(), bound)

    def _care_key_is_destroyed(self):
        head = next(self._care_pieces()(), b"")
        keys = self.env["care.data.key"].sudo()
        uid = sealing.is_sealed(head) and sealing.read_header(head).key_id
        domain = [("uid", "=", uid), ("destroyed_at", "!=", False)]
        return bool(keys.search_count(domain, limit=1))

    def _care_broken(self):
        return UserError(
            self.env._(
                "“%(file)s” is not as it was stored. Restore it from a backup.",
                file=self.name,
            )
        )

    def _care_plain(self):
        """Return the content as bytes, opened where it is sealed; who may read it is
        the caller's matter."""
        try:
            return b"".join(self._care_opening()())
        except (OSError, sealing.SealError):
            raise self.sudo()._care_broken() from None

    def _care_may_open(self):
        """Tell whether env.uid may read the sealed file, whatever sudo says."""
        file = self.sudo(False).exists()
        try:
            if not file or not file.sudo().care_sealed:
                return False
            return file.has_access("read") or file._care_is_value_read()
        except (AccessError, MissingError):
            return False

    def _care_is_value_read(self):
        """Tell whether the file is the value of a picture field that env.uid reads:
        people from outside have no access to files, yet to their company's picture."""
        file = self.sudo()
        if not file.res_field or file.res_model not in self.env or not file.res_id:
            return False
        record = self.env[file.res_model].browse(file.res_id).exists()
        field = record._fields.get(file.res_field)
        if not record or not field or not record.has_access("read"):
            return False
        return record._has_field_access(field, "read")

    @api.model
    def _care_sealed_field(self, record, name):
        """Return the sealed file behind a picture field of a record, if there is."""
        if not self._care_in_use():
            return self.browse()
        domain = [
            ("res_model", "=", record._name),
            ("res_id", "=", record.id),
            ("res_field", "=", name),
            ("care_sealed", "=", True),
        ]
        return self.sudo().search(domain, limit=1).with_env(self.env)

    def _care_note_download(self):
        file = self.sudo()
        model, res_id = file._care_owner()
        self.env["care.access.log"]._note(
            "download", model, [res_id], detail={"file": file.id}
        )

    def _to_http_stream(self):
        if not self.sudo().care_sealed or not request:
            return super()._to_http_stream()
        if not self._care_may_open():  # as Odoo says of a file that is not there
            words = "No record found for xmlid=None, res_model=ir.attachment, id=%s"
            raise MissingError(words % self.id)
        return SealedStream(
            attachment=self.sudo(False),
            url=f"/care/file/{self.id}",
            mimetype=self.sudo().mimetype,
            download_name=self.sudo().name,
        )
