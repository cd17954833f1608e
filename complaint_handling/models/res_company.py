from odoo import api, models


class ResCompany(models.Model):
    """A company gets its complaint desk and its numbers when it is created."""

    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        self.env["complaint.desk"]._ensure_default(companies)
        return companies
