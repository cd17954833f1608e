from odoo import http
from odoo.http import content_disposition, request


class CareDisclosureController(http.Controller):
    """Hands the file of a numbered copy to whoever carries the disclosure out."""

    @http.route(
        "/care/disclosure/copy/<int:copy_id>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=False,
    )
    def care_disclosure_copy(self, copy_id):
        """Return the PDF; whoever may not have it is told there is none."""
        copy = request.env["care.disclosure.copy"].search([("id", "=", copy_id)])
        if not copy or not copy._is_for_download():
            raise request.not_found()
        name, data, mimetype = copy._download()
        headers = [
            ("Content-Type", mimetype),
            ("Content-Length", str(len(data))),
            ("Content-Disposition", content_disposition(name)),
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "no-store"),
        ]
        return request.make_response(data, headers)
