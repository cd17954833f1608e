from odoo import http
from odoo.http import content_disposition, request


class PolicyPackController(http.Controller):
    """Download of a policy as a pack."""

    @http.route(
        "/customer_care/policy/<int:policy_id>/pack",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def download(self, policy_id):
        policy = request.env["care.policy"].browse(policy_id).exists()
        if not policy or not policy.has_access("read"):
            raise request.not_found()
        text = request.env["care.policy.pack"].export(policy)
        return request.make_response(
            text.encode(),
            [
                ("Content-Type", "application/yaml; charset=utf-8"),
                ("Content-Disposition", content_disposition(f"{policy.code}.yaml")),
            ],
        )
