from itertools import chain

from odoo import http
from odoo.exceptions import UserError
from odoo.http import Response, content_disposition, request
from odoo.tools import str2bool
from odoo.tools.image import image_process

from ..logic.sealing import SealError

_HEADERS = {
    "Cache-Control": "no-store, private",
    "Pragma": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'",
}
_NOT_TO_BE_OPENED = 422


class CareFile(http.Controller):
    """Sealed files, opened for who may read the record they hang on."""

    @http.route("/care/file/<int:file_id>", type="http", auth="user", methods=["GET"])
    def care_file(self, file_id, download=None, width=0, height=0, crop=None, **_kw):
        file = request.env["ir.attachment"].browse(file_id)
        if not file._care_may_open():
            raise request.not_found()
        try:
            pieces = self._begun(file)
        except UserError as error:
            return request.make_response(
                str(error), [("Content-Type", "text/plain")], status=_NOT_TO_BE_OPENED
            )
        file._care_note_download()
        file = file.sudo()
        headers = _HEADERS | {"Content-Type": file.mimetype}
        if str2bool(download or "", False):
            headers["Content-Disposition"] = content_disposition(file.name)
        size = self._pixels(width), self._pixels(height)
        if any(size) and file._care_is_picture():
            picture = self._made_smaller(b"".join(pieces), size, crop)
            return request.make_response(picture, list(headers.items()))
        headers["Content-Length"] = str(file.file_size)
        return Response(pieces, headers=headers, direct_passthrough=True)

    def _begun(self, file):
        """Return the opened pieces; the first was read, so a wrong key or a changed
        file is told before anything is sent."""
        pieces = file._care_opening()()
        try:
            return chain([next(pieces)], pieces)
        except (OSError, SealError):
            raise file.sudo()._care_broken() from None

    def _pixels(self, text):
        return min(int(text), 4096) if str(text).isdecimal() else 0

    def _made_smaller(self, picture, size, crop):
        try:
            return image_process(picture, size=size, crop=str2bool(crop or "", False))
        except UserError:  # a kind of picture that is not made smaller
            return picture
