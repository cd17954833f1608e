from odoo import models


class CrmLead(models.Model):
    """A lead or opportunity: deadline rules work on it."""

    _name = "crm.lead"
    _inherit = ["care.obligation.mixin", "crm.lead"]
