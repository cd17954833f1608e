from odoo import http
from odoo.http import content_disposition, request

from odoo.addons.survey.controllers import main

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class CareSatisfactionSurvey(main.Survey):
    """The survey's own pages: an interviewer fills in the form of the customer he asks,
    though he is logged in as himself."""

    def _check_validity(
        self,
        survey_sudo,
        answer_sudo,
        answer_token,
        ensure_token=True,
        check_partner=True,
    ):
        if check_partner and answer_sudo and answer_token:
            check_partner = not self._is_interviewer(answer_sudo)
        return super()._check_validity(
            survey_sudo,
            answer_sudo,
            answer_token,
            ensure_token=ensure_token,
            check_partner=check_partner,
        )

    def _is_interviewer(self, answer_sudo):
        """Tell whether the user may fill in the form for its customer."""
        if not request.env.user._is_internal():
            return False
        return request.env["care.satisfaction.request"]._may_fill(answer_sudo)


class CareSatisfactionWorkbook(http.Controller):
    """Download of the workbook of a round."""

    @http.route(
        "/customer_care/satisfaction/<int:round_id>/workbook",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def download(self, round_id):
        wave = request.env["care.satisfaction.round"].browse(round_id).exists()
        if not wave or not wave.has_access("read"):
            raise request.not_found()
        return request.make_response(
            wave._workbook(),
            [
                ("Content-Type", _XLSX),
                ("Content-Disposition", content_disposition(f"{wave.name}.xlsx")),
            ],
        )
