from odoo import fields, models


class ComplaintCategory(models.Model):
    """A class of complaints (quality, delivery ...), kept by a complaint manager."""

    _name = "complaint.category"
    _description = "Complaint Category"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(index="btree_not_null", copy=False)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    description = fields.Text(translate=True)
    department_id = fields.Many2one(
        "hr.department",
        help="Proposed as the handling department of a new case.",
    )
    company_id = fields.Many2one("res.company", help="Empty: for all companies.")
    issue_ids = fields.One2many("complaint.issue", "category_id")

    _code_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0)) WHERE code IS NOT NULL",
        "A complaint category with this code exists already.",
    )
