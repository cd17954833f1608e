from odoo import fields, models
from odoo.tools import SQL


class CareOccasionGrades(models.AbstractModel):
    """For customers of which grades an occasion is. Part of care.occasion."""

    _name = "care.occasion.grades"
    _description = "Grades an occasion is for"

    tier_ids = fields.Many2many(
        "care.tier", string="Grades", help="Empty: customers of any grade."
    )
    mode_id = fields.Many2one(
        "care.contact.mode",
        "Way of contact",
        help="Only customers whose grade has this way of contact.",
    )
    with_greeting = fields.Boolean(
        "Grades with greetings only", help="As the privileges of the grade say."
    )
    with_ungraded = fields.Boolean(
        "Customers without a grade too",
        help="Where it is for some grades only.",
    )

    def _grade_sql(self, customer, company):
        """Return the condition on `customer`, the alias of the customer's row in
        res_partner, whose grade is that of `company`, its id as text in SQL."""
        self.ensure_one()
        if not (self.tier_ids or self.mode_id or self.with_greeting):
            return SQL("TRUE")
        tiers = self.env["care.tier"].sudo().with_context(active_test=False)
        domain = []
        if self.tier_ids:
            domain.append(("id", "in", self.tier_ids.ids))
        if self.mode_id:
            domain.append(("contact_mode_ids", "in", self.mode_id.ids))
        if self.with_greeting:
            domain.append(("greeting", "=", True))
        grade = SQL("(%s.care_tier_id->>%s)::int", SQL.identifier(customer), company)
        fits = SQL("%s = ANY(%s)", grade, tiers.search(domain).ids)
        if self.with_ungraded:
            return SQL("(%s OR %s IS NULL)", fits, grade)
        return SQL("COALESCE(%s, FALSE)", fits)
