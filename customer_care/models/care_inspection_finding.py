from odoo import api, fields, models
from odoo.exceptions import UserError

from .care_inspection_template_item import SEVERITIES


class CareInspectionFinding(models.Model):
    """One thing that was not in order; the inspectors write it, and it leads to an
    improvement."""

    _name = "care.inspection.finding"
    _description = "Finding of an inspection"
    _order = "inspection_id, id"

    inspection_id = fields.Many2one(
        "care.inspection", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="inspection_id.company_id", store=True)
    department_id = fields.Many2one(related="inspection_id.department_id")
    item_id = fields.Many2one(
        "care.inspection.item", index="btree_not_null", ondelete="set null"
    )
    name = fields.Char("Finding", required=True)
    severity = fields.Selection(SEVERITIES, required=True, default="minor")
    user_id = fields.Many2one("res.users", "Responsible", ondelete="restrict")
    improvement_id = fields.Many2one(
        "care.improvement", compute="_compute_improvement_id", compute_sudo=True
    )

    @api.depends("inspection_id")
    def _compute_improvement_id(self):
        found = self.env["care.improvement"].search(
            [
                ("origin", "=", "inspection"),
                ("origin_key", "in", [str(id_) for id_ in self.ids]),
            ],
            order="id",
        )
        by_key = {row.origin_key: row for row in found}
        for finding in self:
            finding.improvement_id = by_key.get(str(finding.id))

    @api.model_create_multi
    def create(self, vals_list):
        findings = super().create(vals_list)
        findings.inspection_id._check_not_ended()
        return findings

    def write(self, vals):
        self.inspection_id._check_not_ended()
        result = super().write(vals)
        self.inspection_id._check_not_ended()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ended(self):
        self.inspection_id._check_not_ended()
        for finding in self.filtered("improvement_id"):
            raise UserError(
                self.env._(
                    "“%(finding)s” has led to an improvement and stays.",
                    finding=finding.name,
                )
            )

    def action_open_improvement(self):
        """Open the improvement of the finding, a new one if there is none."""
        self.ensure_one()
        self.check_access("write")
        improvement = self._improve()
        return {
            "type": "ir.actions.act_window",
            "res_model": "care.improvement",
            "res_id": improvement.id,
            "views": [(False, "form")],
        }

    def _improve(self):
        """Return the improvement of one finding, opened when it has none."""
        inspection = self.inspection_id
        vals = {
            "name": self.name,
            "user_id": self.user_id.id,
            "department_id": inspection.department_id.id,
            "clause_id": inspection.clause_id.id,
            "company_id": inspection.company_id.id,
            "res_model": inspection._name,
            "res_id": inspection.id,
        }
        improvement = self.env["care.improvement"]._open(
            "inspection", str(self.id), vals, records=inspection
        )
        self.invalidate_recordset(["improvement_id"])
        return improvement
