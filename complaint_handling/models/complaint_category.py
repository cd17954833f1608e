from odoo import fields, models


class ComplaintCategory(models.Model):
    """A class of complaints (quality, delivery ...), kept by a complaint manager or
    brought by a policy."""

    _name = "complaint.category"
    _description = "Complaint Category"
    _inherit = ["care.pack.row.mixin"]
    _order = "sequence, id"
    _pack_fields = ("name", "sequence", "repeat_days", "description")

    code = fields.Char(required=False, index="btree_not_null")
    description = fields.Text(translate=True)
    department_id = fields.Many2one(
        "hr.department",
        help="Proposed as the handling department of a new case.",
    )
    company_id = fields.Many2one(default=None, help="Empty: for all companies.")
    repeat_days = fields.Integer(
        string="Repeated within (days)",
        help="A complaint of the same matter within so many days is a repeat. "
        "0: as the desk says.",
    )
    issue_ids = fields.One2many("complaint.issue", "category_id")

    _code_company_uniq = models.UniqueIndex(
        "(code, company_id) NULLS NOT DISTINCT WHERE code IS NOT NULL",
        "A complaint category with this code exists already.",
    )
    _repeat_days_positive = models.Constraint(
        "CHECK (repeat_days >= 0)", "The days for a repeat must not be negative."
    )

    def _free_code(self, taken):
        return super()._free_code(taken) if self.code else False
