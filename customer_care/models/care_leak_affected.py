from odoo import api, fields, models
from odoo.exceptions import UserError


class CareLeakAffected(models.Model):
    """One customer concerned by a leak, and how they were told. Handlers write whom it
    concerns; the telling is noted by the incident's buttons."""

    _name = "care.leak.affected"
    _description = "Customer concerned by a leak"
    _inherit = ["care.secrecy.follow.mixin", "care.step.mixin"]
    _order = "incident_id, id"
    _rec_name = "partner_id"

    _step_fields = {
        "notified_at": False,
        "notified_by_id": False,
        "channel": False,
        "mail_id": False,
    }

    incident_id = fields.Many2one(
        "care.leak.incident", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="incident_id.company_id", store=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="restrict"
    )
    note = fields.Char("What of theirs")
    notified_at = fields.Datetime("Told on", readonly=True, copy=False)
    notified_by_id = fields.Many2one(
        "res.users", "Told by", readonly=True, copy=False, ondelete="restrict"
    )
    channel = fields.Selection(
        [
            ("mail", "E-mail"),
            ("phone", "Telephone"),
            ("letter", "Letter"),
            ("visit", "Visit"),
            ("public", "Public notice"),
        ],
        "Told by way of",
        readonly=True,
        copy=False,
    )
    mail_id = fields.Many2one(
        "mail.mail", readonly=True, copy=False, index="btree_not_null"
    )

    _partner_uniq = models.UniqueIndex(
        "(incident_id, partner_id)", "This customer is on the list already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._check_open()
        rows.partner_id.check_access("read")
        return rows

    def write(self, vals):
        self._check_open()
        result = super().write(vals)
        self._check_open()
        if "partner_id" in vals:
            self.partner_id.check_access("read")
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_untold(self):
        self._check_open()
        for row in self.filtered("notified_at"):
            raise UserError(
                self.env._(
                    "%(customer)s was told of the leak; the row is kept.",
                    customer=row.partner_id.display_name,
                )
            )

    def _check_open(self):
        for row in self:
            if row.incident_id.state == "closed":
                raise UserError(
                    self.env._(
                        "%(incident)s is closed and stays as it is. Report anew what "
                        "came up since.",
                        incident=row.incident_id.display_name,
                    )
                )

    def action_told(self):
        """Note that these customers were told by telephone, letter or visit."""
        self.incident_id._check_handler()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "customer_care.care_leak_step_action"
            ),
            "context": {
                "default_incident_id": self.incident_id[:1].id,
                "default_affected_ids": self.ids,
                "default_step": "told",
            },
        }

    def _told(self, channel, mail=None):
        vals = {
            "notified_at": fields.Datetime.now(),
            "notified_by_id": self.env.uid,
            "channel": channel,
            "mail_id": mail.id if mail else False,
        }
        self.filtered(lambda r: not r.notified_at)._step_write(vals)
