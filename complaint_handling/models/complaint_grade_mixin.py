from odoo import api, fields, models

PRIORITIES = [("0", "Ordinary"), ("1", "Raised"), ("2", "High"), ("3", "First")]


class ComplaintGradeMixin(models.AbstractModel):
    """How bad a case is and how soon its turn comes: severity with its circumstances,
    and the priority that goes with the customer's grade."""

    _name = "complaint.grade.mixin"
    _description = "Severity and Priority of a Complaint"

    severity_id = fields.Many2one(
        "complaint.severity", check_company=True, tracking=True
    )
    flag_ids = fields.Many2many(
        "complaint.flag",
        string="Circumstances",
        help="What makes the matter worse; rules raise the severity by it.",
    )
    is_major = fields.Boolean(
        related="severity_id.is_major", store=True, precompute=True, string="Major"
    )
    priority = fields.Selection(
        PRIORITIES,
        compute="_compute_priority",
        store=True,
        precompute=True,
        help="Comes with the grade of the customer: the highest are handled first.",
    )

    _major_idx = models.Index("(company_id, received_at DESC) WHERE is_major")

    @api.depends("partner_id")
    def _compute_priority(self):
        for case in self:
            case.priority = case._get_priority()

    def _get_priority(self):
        customer = self.partner_id.commercial_partner_id
        known = "care_priority" in customer._fields and customer.sudo().care_priority
        priority = str(known or 0)
        return priority if priority in dict(PRIORITIES) else "0"
