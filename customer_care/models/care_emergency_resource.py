from odoo import api, fields, models
from odoo.tools import SQL


class CareEmergencyResource(models.Model):
    """Something kept ready for emergencies: how many, where, by whom (P04.13).
    Managers write it; what is there comes from the checks."""

    _name = "care.emergency.resource"
    _description = "Emergency resource"
    _inherit = ["care.step.mixin", "mail.thread"]
    _order = "place, name, id"
    _step_fields = {"quantity_found": 0.0, "checked_on": False, "checked_by_id": False}

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ("material", "Material"),
            ("vehicle", "Vehicle"),
            ("people", "People"),
            ("money", "Money"),
            ("contact", "Outside contact"),
        ],
        required=True,
        default="material",
    )
    quantity = fields.Float("Number wanted", default=1, digits=(16, 2))
    unit = fields.Char("Unit of count", default="pcs", translate=True)
    place = fields.Char("Kept at")
    phone = fields.Char("Telephone")
    user_id = fields.Many2one(
        "res.users",
        "Keeper",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('share', '=', False)]",
    )
    use_by = fields.Date("Usable until")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    plan_ids = fields.Many2many(
        "care.emergency.plan", "care_emergency_plan_resource_rel", string="Plans"
    )
    quantity_found = fields.Float(
        "Number found", readonly=True, copy=False, digits=(16, 2), aggregator=None
    )
    checked_on = fields.Date("Last checked", readonly=True, copy=False)
    checked_by_id = fields.Many2one(
        "res.users", "Checked by", readonly=True, copy=False, ondelete="restrict"
    )
    is_short = fields.Boolean(
        "Missing or too old", compute="_compute_is_short", search="_search_is_short"
    )

    _quantity_positive = models.Constraint(
        "CHECK (quantity >= 0)", "The number wanted is not negative."
    )

    @api.depends("quantity", "quantity_found", "checked_on", "use_by")
    def _compute_is_short(self):
        today = fields.Date.context_today(self)
        for record in self:
            few = record.checked_on and record.quantity_found < record.quantity
            old = record.use_by and record.use_by < today
            record.is_short = bool(few or old)

    def _search_is_short(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        self.flush_model(["checked_on", "quantity_found", "quantity", "use_by"])
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM care_emergency_resource
                    WHERE (checked_on IS NOT NULL AND quantity_found < quantity)
                       OR use_by < %s""",
                today,
            )
        )
        ids = [id_ for (id_,) in rows]
        return [("id", "in" if True in value else "not in", ids)]
