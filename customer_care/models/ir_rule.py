from odoo import api, models


class IrRule(models.Model):
    """Record rules: the level of secrecy is asked with them, as code.

    A rule record could be switched off by an administrator, and its domain would be
    kept per user although a clearance has ended.
    """

    _inherit = "ir.rule"

    @api.model
    def _compute_domain(self, model_name, mode="read"):
        domain = super()._compute_domain(model_name, mode)
        if self.env.su:
            return domain
        return domain & self.env[model_name]._secrecy_domain(mode)

    def _make_access_error(self, operation, records):
        masked = operation != "create" and records._masked()
        unknown = masked and records._unknown()
        if unknown:
            return self.env["care.mask"]._missing_error(unknown)
        return super()._make_access_error(operation, records)
