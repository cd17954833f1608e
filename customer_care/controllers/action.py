from odoo import http
from odoo.http import request

from odoo.addons.web.controllers import action


class ActionController(action.Action):
    """The path to a hidden record names it as little as one to a missing record."""

    @http.route()
    def load_breadcrumbs(self, actions):
        results = super().load_breadcrumbs(actions)
        if not request.env["care.mask"]._on() or len(results) != len(actions):
            return results
        return [
            self._path_to(wanted, result)
            for wanted, result in zip(actions, results, strict=True)
        ]

    def _path_to(self, wanted, result):
        """Return what is told of one step of the path."""
        number = wanted.get("resId")
        if "error" in result or not isinstance(number, int):
            return result
        name = wanted.get("model")
        if wanted.get("action"):
            name = self.load(wanted["action"]).get("res_model")
        if name not in request.env:
            return result
        record = request.env[name].browse(number)
        if record._masked() and record._unknown():
            return {"error": str(request.env["care.mask"]._missing_error(record))}
        return result
