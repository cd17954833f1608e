from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class CareProjectDecision(models.Model):
    """One thing a meeting of a project decided: who does what by when, and the task
    made of it. The team writes it."""

    _name = "care.project.decision"
    _description = "Decision of a meeting"
    _inherit = [
        "care.host.row.mixin",
        "care.link.mixin",
        "care.secrecy.follow.mixin",
    ]
    _order = "meeting_id, sequence, id"
    _host_field = "meeting_id"
    _secrecy_hosts = ("task_id",)

    meeting_id = fields.Many2one(
        "care.project.meeting", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="meeting_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    name = fields.Char("Decision", required=True)
    user_id = fields.Many2one(
        "res.users",
        "Person",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('share', '=', False)]",
    )
    date_due = fields.Date("Due")
    task_id = fields.Many2one(
        "project.task",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    def action_make_task(self):
        """Make a task of it in the project."""
        self.check_access("write")
        for row in self.filtered(lambda row: not row.sudo().task_id):
            if not row.user_id:
                raise UserError(
                    self.env._(
                        "“%(decision)s” names nobody. Say who does it.",
                        decision=row.name,
                    )
                )
            task = self.env["project.task"].create(
                {
                    "name": row.name,
                    "project_id": row.meeting_id.project_id.id,
                    "user_ids": [Command.set(row.user_id.ids)],
                    "date_deadline": row.date_due,
                }
            )
            row.task_id = task
        return True
