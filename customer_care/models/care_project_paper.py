from odoo import fields, models
from odoo.exceptions import UserError


class CareProjectPaper(models.Model):
    """One paper collected for the acceptance of a project, with person, day and file.
    The project takes them from its terms; its team writes them."""

    _name = "care.project.paper"
    _description = "Paper for acceptance"
    _inherit = ["care.check.row.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "project_id, sequence, id"

    project_id = fields.Many2one(
        "project.project", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        related="project_id.partner_id", store=True, index=True
    )
    company_id = fields.Many2one(related="project_id.company_id", store=True)
    item_id = fields.Many2one(
        "care.project.term.paper",
        "From the terms",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    attachment_ids = fields.Many2many(
        "ir.attachment", "care_project_paper_file_rel", string="Files", copy=False
    )

    def _check_row_open(self):
        if self.sudo().project_id.care_accepted_on:
            raise UserError(
                self.env._(
                    "%(project)s is accepted: its papers stay as they were.",
                    project=self.sudo().project_id.name,
                )
            )
