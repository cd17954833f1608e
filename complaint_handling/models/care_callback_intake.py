from odoo import api, models


class CareCallbackIntake(models.AbstractModel):
    """What a customer raises when called back can become a complaint case."""

    _inherit = "care.callback.intake"

    @api.model
    def _takes_cases(self):
        return self.env["complaint.case"].has_access("create")

    @api.model
    def _open_case(self, callback):
        """Return a new case of what was raised; it is about the same customer."""
        said = (callback.raised or "").strip() or callback.display_name
        case = self.env["complaint.case"].create(
            {
                "name": said.splitlines()[0][:120],
                "kind": "complaint",
                "channel": "phone" if callback.channel != "site" else "visit",
                "partner_id": callback.sudo().partner_id.id,
                "contact_name": callback.contact_name,
                "contact_phone": callback.contact_phone,
                "description": "\n".join(
                    filter(None, (callback.raised, callback.notes))
                ),
                "company_id": callback.sudo().company_id.id,
            }
        )
        callback._message_note(self.env._("The case %s was opened of it.", case.number))
        return case
