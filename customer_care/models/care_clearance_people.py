from odoo import fields, models


class CareClearancePeople(models.AbstractModel):
    """The clearances of a user, and their end when he leaves."""

    _name = "care.clearance.people"
    _description = "User with clearances"

    care_clearance_ids = fields.One2many(
        "care.clearance",
        "user_id",
        "Clearances",
        groups="customer_care.customer_care_group_auditor",
    )

    def write(self, vals):
        result = super().write(vals)
        if vals.get("active") is False:
            self._end_clearances()
        return result

    def _end_clearances(self):
        clearances = self.env["care.clearance"].sudo()
        clearances.search(
            [("user_id", "in", self.ids), ("state", "in", ("approval", "active"))]
        )._finish("left")
