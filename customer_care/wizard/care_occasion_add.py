from odoo import api, fields, models
from odoo.exceptions import UserError


class CareOccasionAdd(models.TransientModel):
    """The window that puts contacts on a list by name."""

    _name = "care.occasion.add"
    _description = "Names for a list"

    run_id = fields.Many2one("care.occasion.run", "Campaign or list", required=True)
    partner_ids = fields.Many2many("res.partner", string="Contacts", required=True)

    @api.model
    def default_get(self, fields_list):
        """Contacts chosen in the list of contacts are in it."""
        vals = super().default_get(fields_list)
        if self.env.context.get("active_model") == "res.partner":
            ids = self.env.context.get("active_ids") or []
            vals["partner_ids"] = [fields.Command.set(ids)]
        return vals

    def action_confirm(self):
        self.ensure_one()
        run = self.run_id
        run.check_access("write")
        self.partner_ids.check_access("read")
        if run.state not in ("draft", "released"):
            raise UserError(
                self.env._(
                    "%(list)s is closed. Choose one that is open.", list=run.name
                )
            )
        if not self.partner_ids:
            raise UserError(self.env._("Choose the contacts."))
        self.env["care.touch"]._make_named(run, self.partner_ids)
        if run.state == "released":
            self.env.ref("customer_care.care_touch_cron")._trigger()
        return run.action_view_touches()
