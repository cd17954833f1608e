from odoo import http
from odoo.http import request

from odoo.addons.web.controllers.home import Home


class SecrecyWebClient(Home):
    """The client keeps what it read on the computer's disk, to show it at once the next
    time. Secrets are not kept there, and nothing is shown from before a change of what
    its user may see."""

    @http.route()
    def web_client(self, s_action=None, **kw):
        response = super().web_client(s_action, **kw)
        context = getattr(response, "qcontext", None) or {}
        session = context.get("session_info") or {}
        if secret := session.pop("browser_cache_secret", None):
            secret = request.env["care.sight"]._browser_secret(secret)
            if secret:
                session["browser_cache_secret"] = secret
        return response
