from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class CareCheckRowMixin(models.AbstractModel):
    """One paper of a checklist: who brings it, by when, the file and whether it is
    done. People write it; who ticked it and when, its buttons."""

    _name = "care.check.row.mixin"
    _description = "Paper of a checklist"
    _inherit = [
        "care.host.row.mixin",
        "care.step.mixin",
        "care.obligation.mixin",
        "care.secrecy.follow.mixin",
    ]
    _step_fields = {"is_done": False, "done_at": False, "done_by_id": False}

    sequence = fields.Integer(default=10)
    name = fields.Char("Paper", required=True)
    hint = fields.Text("What it says")
    is_required = fields.Boolean("Must be there", default=True)
    user_id = fields.Many2one(
        "res.users",
        "Person",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('share', '=', False)]",
    )
    date_due = fields.Date("Due", index=True)
    is_done = fields.Boolean("Done", readonly=True, copy=False)
    done_at = fields.Datetime("Done at", readonly=True, copy=False)
    done_by_id = fields.Many2one(
        "res.users", "Done by", readonly=True, copy=False, ondelete="restrict"
    )
    active = fields.Boolean(default=True)
    is_late = fields.Boolean(compute="_compute_is_late", search="_search_is_late")

    @api.depends("is_done", "date_due")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for row in self:
            row.is_late = bool(
                not row.is_done and row.date_due and row.date_due < today
            )

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        late = Domain("is_done", "=", False) & Domain("date_due", "<", today)
        return late if True in value else ~late

    def _check_row_files(self):
        """Return the files of the paper."""
        return self.attachment_ids

    def _check_row_open(self):
        """Refuse where the checklist is closed."""

    def action_done(self):
        """Tick the paper; its file must be there."""
        for row in self:
            row.check_access("write")
            row._check_row_open()
            if not row._check_row_files():
                raise UserError(
                    self.env._(
                        "“%(paper)s” has no file yet. Attach it first.",
                        paper=row.name,
                    )
                )
        self.filtered(lambda row: not row.is_done)._step_write(
            {
                "is_done": True,
                "done_at": fields.Datetime.now(),
                "done_by_id": self.env.uid,
            }
        )
        return True

    def action_undo(self):
        """Open the paper again."""
        for row in self:
            row.check_access("write")
            row._check_row_open()
        self._step_write({"is_done": False, "done_at": False, "done_by_id": False})
        return True

    def write(self, vals):
        kept = {"name", "is_required", "attachment_ids", "active", self._host_field}
        if not self._is_step() and kept & vals.keys():
            self.check_access("write")
            for row in self:
                row._check_row_open()
        result = super().write(vals)
        if "attachment_ids" in vals:
            bare = self.filtered(lambda row: row.is_done and not row._check_row_files())
            if bare:
                bare.action_undo()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        for row in self:
            row._check_row_open()
