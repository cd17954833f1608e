from odoo import models


class CrmLead(models.Model):
    """A lead or opportunity: deadline rules and required entries work on it."""

    _name = "crm.lead"
    _inherit = ["care.obligation.mixin", "care.requirement.mixin", "crm.lead"]
