from odoo import api, fields, models


class CareEmergencyCheckLine(models.Model):
    """One resource in a check: how many were wanted and found."""

    _name = "care.emergency.check.line"
    _description = "Resource in a check"
    _order = "check_id, id"

    check_id = fields.Many2one(
        "care.emergency.check", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="check_id.company_id", store=True)
    resource_id = fields.Many2one(
        "care.emergency.resource", required=True, index=True, ondelete="restrict"
    )
    place = fields.Char(related="resource_id.place")
    quantity = fields.Float("Number wanted", digits=(16, 2), aggregator=None)
    quantity_found = fields.Float("Number found", digits=(16, 2), aggregator=None)
    is_seen = fields.Boolean("Number checked")
    is_short = fields.Boolean("Short", compute="_compute_is_short", store=True)
    note = fields.Char()

    _resource_uniq = models.Constraint(
        "UNIQUE (check_id, resource_id)", "Each resource is counted once in a check."
    )

    @api.depends("quantity", "quantity_found", "is_seen")
    def _compute_is_short(self):
        for line in self:
            line.is_short = line.is_seen and line.quantity_found < line.quantity

    @api.onchange("quantity_found")
    def _onchange_quantity_found(self):
        if self.quantity_found:
            self.is_seen = True

    def action_all_there(self):
        """As many as wanted were found."""
        for line in self:
            line.write({"quantity_found": line.quantity, "is_seen": True})
        return True

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.check_id._check_open()
        return lines

    def write(self, vals):
        self.check_id._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_while_open(self):
        self.check_id._check_open()
