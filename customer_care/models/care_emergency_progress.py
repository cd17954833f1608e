from odoo import api, fields, models
from odoo.exceptions import UserError


class CareEmergencyProgress(models.Model):
    """One progress report of an emergency, told upward until a time (P04.12). The next
    one is wanted when one was told; what was told is never changed."""

    _name = "care.emergency.progress"
    _description = "Progress report of an emergency"
    _inherit = ["care.step.mixin", "care.obligation.mixin", "care.secrecy.follow.mixin"]
    _order = "activation_id, id desc"
    _step_fields = {"state": "wanted", "due_at": False, "at": False, "user_id": False}

    activation_id = fields.Many2one(
        "care.emergency.activation",
        "Emergency",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="activation_id.company_id", store=True)
    state = fields.Selection(
        [("wanted", "To report"), ("told", "Told"), ("void", "No longer needed")],
        required=True,
        default="wanted",
        readonly=True,
    )
    due_at = fields.Datetime("Until", readonly=True)
    name = fields.Text("How it stands")
    told_ids = fields.Many2many(
        "res.users",
        "care_emergency_progress_user_rel",
        string="Told to",
        domain="[('share', '=', False)]",
    )
    user_id = fields.Many2one(
        "res.users", "Reported by", readonly=True, ondelete="restrict"
    )
    at = fields.Datetime("When", readonly=True)

    _wanted_uniq = models.UniqueIndex(
        "(activation_id) WHERE state = 'wanted'",
        "One report is wanted at a time.",
    )

    @api.depends("activation_id", "due_at")
    def _compute_display_name(self):
        for row in self:
            row.display_name = self.env._(
                "Progress of %(emergency)s",
                emergency=row.activation_id.display_name or "",
            )

    def write(self, vals):
        if not self._is_step():
            for row in self.filtered(lambda row: row.state != "wanted"):
                raise UserError(
                    self.env._(
                        "A report on %(emergency)s stays as it was told. Write the "
                        "next one.",
                        emergency=row.activation_id.display_name,
                    )
                )
        return super().write(vals)

    def action_report(self):
        """Tell it to those it is meant for, and want the next one."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "wanted" or not (self.name or "").strip():
            raise UserError(
                self.env._(
                    "Say how %(emergency)s stands.",
                    emergency=self.activation_id.display_name,
                )
            )
        now = fields.Datetime.now()
        self._step_write({"state": "told", "at": now, "user_id": self.env.uid})
        self.flush_recordset(["state"])  # the next one is wanted after this
        self._tell()
        if self.activation_id.state == "running":
            self.activation_id._want_report(now)
        return True

    def _tell(self):
        """Write to those it goes to, as far as they may see the emergency."""
        emergency = self.activation_id
        users = self.told_ids.filtered(lambda user: not user.share)
        users -= self.env["care.secrecy.notice"]._deaf(users, emergency)
        if users:
            emergency.sudo().message_notify(
                subject=emergency.display_name,
                body=self.name,
                partner_ids=users.partner_id.ids,
                model=emergency._name,
                res_id=emergency.id,
            )
