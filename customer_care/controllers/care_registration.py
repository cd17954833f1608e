from odoo import http
from odoo.http import content_disposition, request

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class CareRegistrationController(http.Controller):
    """Download of the register of a day."""

    @http.route(
        "/customer_care/register/<int:sheet_id>",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def download(self, sheet_id):
        sheet = request.env["care.registration.sheet"].browse(sheet_id).exists()
        if not sheet or not sheet.has_access("read"):
            raise request.not_found()
        return request.make_response(
            sheet._workbook(),
            [
                ("Content-Type", _XLSX),
                (
                    "Content-Disposition",
                    content_disposition(f"{sheet.display_name}.xlsx".replace("/", "-")),
                ),
            ],
        )
