from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.care_registration import ORIGINS
from ..models.care_registration_claim import GROUNDS


class CareRegistrationEnter(models.TransientModel):
    """The window in which a customer is entered at the desk or on the phone, and
    claimed where another is registered for it."""

    _name = "care.registration.enter"
    _description = "Enter a customer"
    _inherit = ["care.link.mixin"]

    partner_id = fields.Many2one("res.partner", "Existing customer")
    channel_id = fields.Many2one(
        "care.channel",
        default=lambda self: self.env["care.channel"].search([], limit=1),
    )
    is_intermediary = fields.Boolean(related="channel_id.is_intermediary")
    is_referral = fields.Boolean(related="channel_id.is_referral")
    origin = fields.Selection(ORIGINS, "How met", required=True, default="duty_visit")
    name = fields.Char("Customer")
    is_company = fields.Boolean("A company")
    contact_name = fields.Char("Contact person")
    phone = fields.Char()
    email = fields.Char()
    credit_code = fields.Char()
    intent_id = fields.Many2one("care.intent")
    care_need = fields.Text("Need")
    contact_at = fields.Datetime(
        "Time of contact", default=lambda self: fields.Datetime.now(), required=True
    )
    asked_for_id = fields.Many2one(
        "res.users", "Asks for", domain="[('share', '=', False)]"
    )
    met_before = fields.Boolean("Says he was met before")
    intermediary_id = fields.Many2one("res.partner")
    referrer_id = fields.Many2one("res.partner", "Brought by")
    more = fields.Boolean()
    # what the register answered
    state = fields.Selection(
        [
            ("enter", "Enter"),
            ("ask", "Compare"),
            ("known", "Known"),
            ("pool", "In the pool"),
            ("claim", "Claim"),
        ],
        default="enter",
        readonly=True,
    )
    answer = fields.Text(readonly=True)
    registration_id = fields.Many2one("care.registration", readonly=True)
    like_ids = fields.One2many("care.registration.like", "enter_id")
    found_partner_id = fields.Many2one("res.partner", readonly=True)
    ground = fields.Selection(GROUNDS, default="earlier")
    evidence = fields.Text()
    evidence_file_ids = fields.Many2many("ir.attachment", string="Attached")

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        if self.partner_id:
            customer = self.partner_id.commercial_partner_id
            self.name, self.phone = customer.name, customer.phone
            self.email, self.is_company = customer.email, customer.is_company

    def _entry(self):
        """Return the entry for the desk."""
        entry = {
            name: self[name]
            for name in (
                "name",
                "phone",
                "email",
                "credit_code",
                "is_company",
                "contact_name",
                "origin",
                "care_need",
                "contact_at",
                "met_before",
            )
        }
        for name in (
            "partner_id",
            "channel_id",
            "intent_id",
            "asked_for_id",
            "intermediary_id",
            "referrer_id",
        ):
            entry[name] = self[name].id
        # somebody who types on for minutes met the customer before he saves
        entry["contact_at"] = min(entry["contact_at"], fields.Datetime.now())
        return entry

    def action_register(self):
        """Register the customer, or show who is registered for it."""
        return self._register_with()

    def _register_with(self, **choice):
        self.ensure_one()
        desk = self.env["care.registration.desk"]
        answer = desk._enter({**self._entry(), **choice})
        if answer.outcome == "new":
            return self._done(answer)
        line = answer.registration
        self.write(
            {
                "state": answer.outcome,
                "answer": answer.text,
                "registration_id": line.id if line else False,
                "found_partner_id": answer.partner.id,
                "like_ids": [
                    fields.Command.clear(),
                    *(
                        fields.Command.create(
                            {"number": number, "name": match["message"]}
                        )
                        for number, match in enumerate(answer.likely)
                    ),
                ],
            }
        )
        return self._again()

    def action_distinct(self):
        """Register it as another customer than those alike."""
        if self.state != "ask":
            raise UserError(self.env._("Enter the customer first."))
        return self._register_with(distinct=True)

    def _done(self, answer):
        line = answer.registration
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(customer)s is registered: %(number)s, for %(user)s.",
                    customer=answer.partner.display_name,
                    number=line.name,
                    user=line.user_id.name or "–",
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _again(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_registration_enter_action"
        )
        return action | {"res_id": self.id}

    def action_back(self):
        """Go back to what was entered."""
        self.write({"state": "enter", "answer": False, "found_partner_id": False})
        return self._again()

    def action_want_claim(self):
        """Show the page for the claim."""
        if self.state != "known":
            raise UserError(self.env._("Enter the customer first."))
        self.state = "claim"
        return self._again()

    def action_claim(self):
        """Claim the customer, with evidence."""
        self.ensure_one()
        line = self.registration_id
        if self.state != "claim" or line.sudo().entered_by_id != self.env.user:
            raise UserError(self.env._("Enter the customer first."))
        claim = self.env["care.registration.claim"]._open(
            line._customer(),
            line,
            self.ground or "other",
            self.evidence,
            self.evidence_file_ids,
            self.asked_for_id,
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "%(claim)s waits for the ruling.", claim=claim.name
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_take(self):
        """Take the customer from the pool."""
        self.ensure_one()
        if self.state != "pool" or not self.found_partner_id:
            raise UserError(self.env._("Enter the customer first."))
        self.found_partner_id.action_take_from_pool()
        return {"type": "ir.actions.act_window_close"}
