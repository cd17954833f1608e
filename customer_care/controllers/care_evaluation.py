from odoo import http
from odoo.http import content_disposition, request

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class CareEvaluationController(http.Controller):
    """Download of the lists of an evaluation."""

    @http.route(
        "/customer_care/evaluation/<int:evaluation_id>/lists",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def download(self, evaluation_id):
        evaluation = request.env["care.evaluation"].browse(evaluation_id).exists()
        if not evaluation or not evaluation.has_access("read"):
            raise request.not_found()
        return request.make_response(
            evaluation._lists_workbook(),
            [
                ("Content-Type", _XLSX),
                ("Content-Disposition", content_disposition(f"{evaluation.name}.xlsx")),
            ],
        )
