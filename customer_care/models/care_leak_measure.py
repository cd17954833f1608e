from odoo import api, fields, models
from odoo.exceptions import UserError


class CareLeakMeasure(models.Model):
    """One remedy of a leak: what was done, when and by whom. Handlers write it while
    the incident is open."""

    _name = "care.leak.measure"
    _description = "Remedy of a leak"
    _inherit = ["care.secrecy.follow.mixin", "care.link.mixin"]
    _order = "incident_id, done_at, id"

    incident_id = fields.Many2one(
        "care.leak.incident", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="incident_id.company_id", store=True)
    name = fields.Char("What was done", required=True)
    done_at = fields.Datetime(
        "When", required=True, default=lambda self: fields.Datetime.now()
    )
    user_id = fields.Many2one(
        "res.users",
        "By",
        required=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )

    @api.model_create_multi
    def create(self, vals_list):
        measures = super().create(vals_list)
        measures._check_open()
        return measures

    def write(self, vals):
        self._check_open()
        result = super().write(vals)
        self._check_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_while_open(self):
        self._check_open()

    def _check_open(self):
        for measure in self:
            if measure.incident_id.state == "closed":
                raise UserError(
                    self.env._(
                        "%(incident)s is closed and stays as it is. Report anew what "
                        "came up since.",
                        incident=measure.incident_id.display_name,
                    )
                )
