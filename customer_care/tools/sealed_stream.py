"""What stands for a sealed file on Odoo's own routes."""

from werkzeug.urls import url_encode

from odoo.http import Stream, request
from odoo.tools import str2bool

_PASSED_ON = ("width", "height", "crop")


class SealedStream(Stream):
    """Leads a browser to the route that opens sealed files. `attachment` is in the
    environment of the person asking, who may read it."""

    type = "url"
    attachment = None

    def read(self):  # pylint: disable=method-required-super
        """Return the opened content, for what packs several files into one."""
        self.attachment._care_note_download()
        return self.attachment._care_plain()

    def get_response(self, as_attachment=None, immutable=None, **_kwargs):
        params = {}
        if as_attachment or str2bool(request.params.get("download") or "", False):
            params["download"] = 1
        if request.httprequest.path.startswith("/web/image"):
            params |= {
                name: request.params[name]
                for name in _PASSED_ON
                if request.params.get(name)
            }
        url = self.url + (f"?{url_encode(params)}" if params else "")
        response = request.redirect(url, code=303)
        response.headers["Cache-Control"] = "no-store"
        return response
