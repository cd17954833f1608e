from odoo import models

from ..logic.clearance import SECRET


class IrSequence(models.Model):
    """Numbers: what is secret when it is made is numbered apart, so that no gap in
    the others tells of it."""

    _inherit = "ir.sequence"

    def _care_next(self, code, level):
        """Return the next number of `code` for a record of that level."""
        if level < SECRET:
            return self.next_by_code(code)
        company = self.env.company.id
        domain = [("code", "=", code), ("company_id", "in", [company, False])]
        # as next_by_code: the company's own run before the shared one
        ordinary = self.sudo().search(domain, order="company_id", limit=1)
        return ordinary._care_apart().next_by_id() if ordinary else False

    def _care_apart(self):
        """Return the run of numbers for secret records beside this one; it is made
        when it is first needed, and stays apart by its prefix."""
        self.ensure_one()
        code = f"{self.code}.classified"
        domain = [("code", "=", code), ("company_id", "=", self.company_id.id)]
        if found := self.search(domain, limit=1):
            return found
        # one at a time makes it; who comes second tries the whole request again
        self.lock_for_update(allow_referencing=True)
        return self.copy(
            {
                "name": f"{self.name} (S)",
                "code": code,
                "prefix": f"S-{self.prefix or ''}",
                "number_next": 1,
                "date_range_ids": False,
            }
        )
