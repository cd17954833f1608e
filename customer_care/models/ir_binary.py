from odoo import models
from odoo.exceptions import MissingError
from odoo.http import request


class IrBinary(models.AbstractModel):
    """Files and pictures over HTTP: a token opens none of a hidden record, which is
    as good as missing."""

    _inherit = "ir.binary"

    def _find_record(
        self,
        xmlid=None,
        res_model="ir.attachment",
        res_id=None,
        access_token=None,
        field=None,
    ):
        if self._leads_to_hidden(xmlid, res_model, res_id):
            # what Odoo's own method says of a record that is not there
            raise self._not_found(xmlid, res_model, res_id)
        return super()._find_record(xmlid, res_model, res_id, access_token, field)

    def _not_found(self, xmlid, res_model, res_id):
        # pylint: disable=translation-required
        return MissingError(
            f"No record found for xmlid={xmlid}, res_model={res_model}, id={res_id}"
        )

    def _leads_to_hidden(self, xmlid, res_model, res_id):
        if not self.env["care.mask"]._on_names():
            return False
        if xmlid:
            record = self.env.ref(xmlid, raise_if_not_found=False)
            return bool(record and record.sudo()._secrecy_hidden())
        if not res_id or res_model not in self.env:
            return False
        record = self.env[res_model].sudo().browse(int(res_id)).exists()
        return bool(record._secrecy_hidden())

    def _get_stream_from(self, record, field_name="raw", *args, **kwargs):
        stream = super()._get_stream_from(record, field_name, *args, **kwargs)
        if request:
            self._note_stream(record, field_name)
        return stream

    def _note_stream(self, record, field_name):
        """Note in the read log what a client gets; sealed files are noted when they
        are opened."""
        detail = None
        if record._name == "ir.attachment":
            file = record.sudo()
            if file.care_sealed or file.res_model not in self.env or not file.res_id:
                return
            detail, field_name = {"file": file.id}, file.res_field or "attachment"
            record = self.env[file.res_model].browse(file.res_id)
        record = record.with_env(self.env)
        record._note_access("download", [field_name], detail)

    def _record_to_stream(self, record, field_name):
        """The avatar of a record whose picture is sealed is that picture, opened."""
        picture = field_name.replace("avatar_", "image_", 1)
        if picture != field_name and picture in record._fields:
            sealed = self.env["ir.attachment"]._care_sealed_field(record, picture)
            if sealed:
                return sealed._to_http_stream()
        return super()._record_to_stream(record, field_name)
