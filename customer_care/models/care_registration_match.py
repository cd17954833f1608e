from typing import NamedTuple

from odoo import api, models


class Matches(NamedTuple):
    """Customers like the one entered: what may be told of, and those whose existence
    the reader must not learn of."""

    told: list  # dicts of partner (sudo), visible, verdict, evidence
    silent: set  # res.partner, with all rights


class CareRegistrationMatch(models.AbstractModel):
    """Looks for customers like the one entered."""

    _name = "care.registration.match"
    _description = "Customers like the one entered"

    @api.model
    def _matches(self, entry):
        """Return the Matches of an entry, whatever the reader may see."""
        everyone = self.env["res.partner"].sudo().with_context(active_test=False)
        found = everyone.browse()
        if phone := entry.get("phone"):
            number = self.env["res.partner"]._phone_format(number=phone) or phone
            found |= everyone.search(
                ["|", ("phone_sanitized", "=", number), ("phone", "=", phone)]
            )
        told, silent = [], set()
        for partner in found.commercial_partner_id:
            if not partner.with_user(self.env.user).sudo(False)._secrecy_is_cleared():
                silent.add(partner)
                continue
            told.append(
                {
                    "partner": partner,
                    "visible": partner.active
                    and partner.with_user(self.env.user).sudo(False).has_access("read"),
                    "verdict": "refuse",
                    "evidence": "phone",
                }
            )
        return Matches(told, silent)
