from odoo import fields, models
from odoo.fields import Domain


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

    care_clearance_level = fields.Integer(
        "Level of clearance now",
        compute="_compute_care_clearance_level",
        groups="customer_care.customer_care_group_auditor",
    )

    def _compute_care_clearance_level(self):
        clearances = self.env["care.clearance"]
        domain = clearances._running_domain() & Domain("user_id", "in", self.ids)
        rows = clearances._read_group(domain, ["user_id"], ["level:max"])
        levels = {user.id: level for user, level in rows}
        for user in self:
            user.care_clearance_level = levels.get(user.id, 0)

    def action_view_clearances(self):
        """Open the clearances of the user."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_clearance_action"
        )
        return action | {
            "domain": [("user_id", "=", self.id)],
            "context": {"default_user_id": self.id},
        }

    def write(self, vals):
        result = super().write(vals)
        if not vals.get("active", True):
            self._end_clearances()
        return result

    def _end_clearances(self):
        clearances = self.env["care.clearance"].sudo()
        clearances.search(
            [("user_id", "in", self.ids), ("state", "in", ("approval", "active"))]
        )._finish("left")
