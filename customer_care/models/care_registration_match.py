from typing import NamedTuple

from odoo import api, models


class Matches(NamedTuple):
    """Customers like the one entered: what may be told of, and those whose existence
    the reader must not learn of."""

    told: list  # dicts of partner (all rights), visible, verdict and message
    silent: list  # res.partner, with all rights


class CareRegistrationMatch(models.AbstractModel):
    """Looks for customers like the one entered, by the check for duplicates."""

    _name = "care.registration.match"
    _description = "Customers like the one entered"

    @api.model
    def _matches(self, entry):
        """Return the Matches of an entry, whatever the reader may see."""
        check = self.env["care.duplicate.check"]
        names = ("name", "phone", "email", "credit_code", "is_company")
        vals = {name: entry.get(name) for name in names}
        told, hidden = check._found([vals])[0]
        customers = self.env["res.partner"].sudo().with_context(active_test=False)
        return Matches(
            [
                {
                    "partner": customers.browse(answer["partner_id"]),
                    "visible": not answer["masked"],
                    "verdict": answer["verdict"],
                    "message": check._worded(answer)["message"],
                }
                for answer in told
            ],
            [
                customers.browse(answer["partner_id"])
                for answer in hidden
                if answer["verdict"] == "refuse"
            ],
        )
