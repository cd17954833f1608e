from odoo import api, models


class CareCallbackIntake(models.AbstractModel):
    """What a customer raises when called back can become a complaint case."""

    _inherit = "care.callback.intake"

    @api.model
    def _takes_cases(self):
        return super()._takes_cases() or self.env["complaint.case"].has_access("create")

    @api.model
    def _open_case(self, callback):
        """Return the case of what was raised, a new one the first time; about a case,
        it is about the same matter."""
        Case = self.env["complaint.case"]
        Case.check_access("create")
        callback.check_access("read")
        call = callback.sudo()
        case = Case.sudo().search([("callback_id", "=", call.id)], limit=1)
        if case:
            return case.with_env(self.env)
        earlier = Case.sudo()
        if call.res_model == Case._name:
            earlier = earlier.browse(call.res_id).exists()
        said = (call.raised or "").strip() or callback.display_name
        case = Case.create(
            {
                "name": said.splitlines()[0][:120],
                "kind": "complaint",
                "company_id": call.company_id.id,
                "channel": "phone" if call.channel != "site" else "visit",
                "partner_id": call.partner_id.id,
                "contact_name": call.contact_name,
                "contact_phone": call.contact_phone,
                "description": "\n".join(filter(None, (call.raised, call.notes))),
                "category_id": earlier.category_id.id,
                "issue_id": earlier.issue_id.id,
                "product_ref": earlier.product_ref,
                "plate": earlier.plate,
                "vehicle_model": earlier.vehicle_model,
                "branch_id": earlier.branch_id.id,
            }
        )
        case.sudo().callback_id = call
        callback._message_note(self.env._("The case %s was opened of it.", case.number))
        return case
