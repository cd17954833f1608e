from odoo import fields, http
from odoo.http import request
from odoo.tools import consteq

_SCOPES = ("advertising", "greeting")


class CareGreeting(http.Controller):
    """The page to which the link in a greeting leads: no more of that.

    Opening it changes nothing, for mail scanners open links; the button does.
    """

    def _touch(self, touch_id, token):
        """Return the greeting; None for a wrong link and for one that is gone."""
        touch = request.env["care.touch"].sudo().browse(touch_id).exists()
        if not touch or not consteq(touch._stop_token(), token):
            return None
        return touch

    @http.route(
        "/care/greeting/<int:touch_id>/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def ask(self, touch_id, token, done=False, **kwargs):
        touch = self._touch(touch_id, token)
        if touch is None:
            return request.not_found()
        return request.render(
            "customer_care.care_greeting_stop",
            {"company": touch.company_id, "done": bool(done)},
        )

    @http.route(
        "/care/greeting/<int:touch_id>/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,  # the token is the proof; mail programs post without a page
        website=True,
        sitemap=False,
    )
    def stop(self, touch_id, token, scope="advertising", **kwargs):
        touch = self._touch(touch_id, token)
        if touch is None:
            return request.not_found()
        touch._opt_out(scope if scope in _SCOPES else _SCOPES[0], fields.Date.today())
        return request.redirect(f"/care/greeting/{touch_id}/{token}?done=1")
