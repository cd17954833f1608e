from odoo import http
from odoo.http import content_disposition, request

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class CareImportController(http.Controller):
    """Download of the workbooks that the import screen offers."""

    @http.route(
        "/customer_care/import_template/<string:key>",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def template(self, key):
        made = request.env["care.import.template"]._workbook(key)
        if not made:
            raise request.not_found()
        name, content = made
        return request.make_response(
            content,
            [
                ("Content-Type", _XLSX),
                ("Content-Disposition", content_disposition(f"{name}.xlsx")),
            ],
        )
