from odoo import models


class CrmLead(models.Model):
    """A lead or opportunity, which may be a tender: deadline rules and required entries
    work on it."""

    _name = "crm.lead"
    _inherit = [
        "care.tender.mixin",
        "care.obligation.mixin",
        "care.requirement.mixin",
        "crm.lead",
    ]
