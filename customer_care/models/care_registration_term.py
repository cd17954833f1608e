from odoo import api, fields, models


class CareRegistrationTerm(models.Model):
    """How long a registered customer is protected, and how the pool is used.

    Managers and packs write it. The first one that fits a customer holds for it; a
    customer that none fits is protected for good.
    """

    _name = "care.registration.term"
    _description = "Protection term"
    _inherit = ["care.pack.row.mixin"]
    _order = "sequence, id"
    _pack_fields = (
        "name",
        "sequence",
        "domain",
        "protection_days",
        "warn_days",
        "event_ids",
        "cap_per_user",
        "quota_per_day",
        "retake_days",
    )
    _domain_fields = ("domain",)

    domain = fields.Char("Customers concerned", default="[]", help="Empty: all.")
    protection_days = fields.Integer(
        "Protected for (days)",
        required=True,
        default=90,
        help="Since the registration, or since the customer was last attended.",
    )
    warn_days = fields.Integer(
        "Warned before (days)",
        required=True,
        default=7,
        help="Nobody loses a customer without having been warned so long before.",
    )
    event_ids = fields.Many2many(
        "care.registration.event",
        string="What counts as attending",
        help="Empty: all kinds.",
    )
    cap_per_user = fields.Integer(
        "Customers per person", help="Nobody takes or claims more. 0: no limit."
    )
    quota_per_day = fields.Integer(
        "Taken from the pool per day", help="By one person. 0: no limit."
    )
    retake_days = fields.Integer(
        "Not taken back for (days)",
        help="So long who lost a customer to the pool cannot take it back.",
    )

    _days_positive = models.Constraint(
        "CHECK (protection_days > 0 AND warn_days >= 0 AND warn_days < protection_days"
        " AND cap_per_user >= 0 AND quota_per_day >= 0 AND retake_days >= 0)",
        "A customer is protected for at least a day, and the warning comes within that "
        "time. Limits must not be negative.",
    )

    def _domain_constrained_fields(self):
        return self._domain_fields

    def _domain_model(self):
        return self.env["res.partner"]

    @api.model
    def _of(self, partners, company):
        """Return {customer id: its term}, an empty one for none."""
        terms = self.sudo().search([("company_id", "in", [False, company.id])])
        terms = terms.sorted(lambda t: (not t.company_id, t.sequence, t.id))
        found = dict.fromkeys(partners.ids, terms.browse())
        left = partners.sudo()
        for term in terms:
            if not left:
                break
            fits = term._rule_fitting(left, "domain", company)
            found.update(dict.fromkeys(fits.ids, term))
            left -= fits
        return found

    def _events(self):
        """Return what counts as attending under this term."""
        events = self.sudo().event_ids.filtered("active")
        if events or self.sudo().event_ids:
            return events
        companies = [False, *(self.company_id or self.env.company).ids]
        return self.env["care.registration.event"].search(
            [("company_id", "in", companies)]
        )
