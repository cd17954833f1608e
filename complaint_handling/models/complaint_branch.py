from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ComplaintBranch(models.Model):
    """A shop, garage or subsidiary that complaints are passed to; kept by a complaint
    manager. Its manager is told of each case that is passed to it."""

    _name = "complaint.branch"
    _description = "Complaint Branch"
    _order = "sequence, name, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, copy=False)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    manager_id = fields.Many2one(
        "res.users",
        string="Branch manager",
        domain="[('share', '=', False)]",
        index="btree_not_null",
        help="Is told of a case that is passed to the branch, and reports its result.",
    )
    department_id = fields.Many2one(
        "hr.department",
        string="Handling department",
        check_company=True,
        help="Proposed as the handling department of the branch's cases.",
    )
    phone = fields.Char(
        help="Where text messages about a case go; empty: the manager's own number."
    )
    case_ids = fields.One2many("complaint.case", "branch_id")
    open_case_count = fields.Integer(compute="_compute_open_case_count")

    _code_uniq = models.UniqueIndex(
        "(code, company_id)", "A branch with this code exists already."
    )

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        for branch, vals in zip(self, vals_list, strict=True):
            vals.setdefault("code", self.env._("%(code)s copy", code=branch.code))
        return vals_list

    def _compute_open_case_count(self):
        counts = dict(
            self.env["complaint.case"]._read_group(
                [
                    ("branch_id", "in", self.ids),
                    ("state", "not in", ("closed", "cancelled")),
                ],
                ["branch_id"],
                ["__count"],
            )
        )
        for branch in self:
            branch.open_case_count = counts.get(branch, 0)

    @api.constrains("manager_id", "company_id")
    def _check_manager_company(self):
        for branch in self:
            manager = branch.manager_id
            if manager and branch.company_id not in manager.sudo().company_ids:
                raise ValidationError(
                    self.env._(
                        "%(user)s does not work in %(company)s and cannot manage "
                        "%(branch)s. Choose another manager.",
                        user=manager.name,
                        company=branch.company_id.name,
                        branch=branch.name,
                    )
                )

    def action_view_open_cases(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "complaint_handling.complaint_case_action"
        )
        action["domain"] = [("branch_id", "=", self.id)]
        action["context"] = {"default_branch_id": self.id, "search_default_open": 1}
        return action
