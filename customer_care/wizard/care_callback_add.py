from odoo import api, fields, models
from odoo.exceptions import AccessError

_MANAGER = "customer_care.customer_care_group_manager"


class CareCallbackAdd(models.TransientModel):
    """The window in which a supervisor puts a customer on the plan by hand."""

    _name = "care.callback.add"
    _description = "Add to the callback plan"
    _inherit = ["care.link.mixin"]

    programme_id = fields.Many2one(
        "care.callback.programme", required=True, help="Whose rules hold for the call."
    )
    partner_ids = fields.Many2many("res.partner", string="Customers", required=True)
    due_at = fields.Datetime("Due", required=True)
    channel = fields.Selection(
        [("phone", "Phone"), ("site", "On site"), ("video", "Video call")],
        required=True,
        default="phone",
    )
    reason = fields.Char(required=True)

    @api.onchange("programme_id")
    def _onchange_programme_id(self):
        if self.programme_id:
            calendar = self.env.company.resource_calendar_id
            programme = self.programme_id
            self.channel = programme.channel
            self.due_at = calendar.care_add(
                fields.Datetime.now(),
                programme.not_after_amount,
                programme.not_after_unit,
            )

    def action_add(self):
        """Plan a call to each customer; the draw is not touched."""
        self.ensure_one()
        self.programme_id.check_access("read")
        programme = self.programme_id.sudo()
        company = programme.company_id or self.env.company
        self.partner_ids.check_access("read")
        role = programme.supervisor_role_id
        leads = self.env["res.users"]
        if role:
            leads = self.env["care.role"]._resolve(role.code, company=company)
            leads = self.env["care.callback"]._with_stand_ins(leads, company)
        user = self.env.user
        if user not in leads and not user.has_group(_MANAGER):
            raise AccessError(
                self.env._(
                    "The plan of %(programme)s belongs to its supervisor. Ask one to "
                    "add the customer.",
                    programme=programme.name,
                )
            )
        rows = self.env["care.callback"]._add_by_hand(
            programme, company, self.partner_ids, leads, self._prepare_vals()
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_callback_action"
        )
        return action | {"domain": [("id", "in", rows.ids)], "context": {}}

    def _prepare_vals(self):
        return {
            "due_at": self.due_at,
            "event_at": fields.Datetime.now(),
            "channel": self.channel,
            "notes": self.reason,
        }
