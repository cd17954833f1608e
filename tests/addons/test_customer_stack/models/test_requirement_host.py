from odoo import api, fields, models


class TestRequirementHost(models.Model):
    """A record that asks for its entries before it is closed."""

    _name = "test.requirement.host"
    _description = "Test host of requirements"
    _inherit = ["care.requirement.mixin"]

    name = fields.Char(required=True)
    cause = fields.Text(string="Cause of it")
    report = fields.Html()
    amount = fields.Float()
    urgent = fields.Boolean()
    partner_id = fields.Many2one("res.partner")
    company_id = fields.Many2one("res.company")
    department_id = fields.Many2one("hr.department")
    accused_ids = fields.Many2many("res.users")
    total = fields.Float(compute="_compute_total", store=True)

    @api.depends("amount")
    def _compute_total(self):
        for host in self:
            host.total = 2 * host.amount

    def action_close(self):
        self.check_access("write")
        self._requirement_check("close")
