from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize

from ..logic import quoted_text
from ..logic.plates import normalize_plate

# What a case is matched by; a change of one looks again while it has no customer.
MATCH_FIELDS = frozenset({"contact_email", "contact_phone", "plate"})


class ComplaintMatchMixin(models.AbstractModel):
    """How a case finds its customer by phone, mail and plate. One customer is filled
    in; where several fit, they are offered and nobody is guessed."""

    _name = "complaint.match.mixin"
    _description = "Match of a Complaint with its Customer"

    plate = fields.Char(
        string="Number plate",
        index="btree_not_null",
        help="Kept without spaces and dots, in capitals.",
    )
    vehicle_model = fields.Char(string="Model of the vehicle")
    match_state = fields.Selection(
        [
            ("matched", "Customer known"),
            ("ambiguous", "Several customers fit"),
            ("unknown", "Customer not on file"),
        ],
        string="Customer check",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Result of looking for phone, e-mail and plate among the customers.",
    )
    candidate_ids = fields.Many2many(
        "res.partner",
        string="Customers who fit",
        compute="_compute_candidate_ids",
        help="Found by phone, e-mail or plate. Choose one of them as the customer.",
    )
    plate_note = fields.Char(compute="_compute_plate_note")

    @api.depends("contact_email", "contact_phone", "plate", "partner_id", "company_id")
    @api.depends_context("uid")
    def _compute_candidate_ids(self):
        for case in self:
            candidates = self.env["res.partner"]
            if not case.partner_id:
                candidates = case._find_candidates(
                    case.contact_email,
                    case.contact_phone,
                    case.plate,
                    case.company_id,
                )
            case.candidate_ids = candidates

    @api.depends("plate", "partner_id", "company_id")
    @api.depends_context("uid")
    def _compute_plate_note(self):
        """Say whose vehicle the plate is, where that is not the case's customer."""
        for case in self:
            case.plate_note = False
            vehicle = case._find_vehicle(case.plate, case.company_id)
            owner = vehicle.partner_id.commercial_partner_id
            known = case.partner_id.commercial_partner_id
            if case.plate and known and not vehicle:
                case.plate_note = self.env._(
                    "%(plate)s is not on file for %(customer)s yet.",
                    plate=normalize_plate(case.plate),
                    customer=known.name,
                )
            elif vehicle and known and owner != known:
                case.plate_note = self.env._(
                    "%(plate)s is on file for another customer: %(customer)s.",
                    plate=vehicle.plate,
                    customer=owner.name,
                )

    @api.onchange("contact_email", "contact_phone", "plate")
    def _onchange_contact(self):
        vehicle = self._find_vehicle(self.plate, self.company_id)
        if self.plate:
            self.plate = normalize_plate(self.plate)
        self.vehicle_model = self.vehicle_model or vehicle.model
        if not self.partner_id:
            self.partner_id = self._find_customer(
                self.contact_email, self.contact_phone, self.company_id, self.plate
            )

    # ---- looking

    def _find_vehicle(self, plate, company):
        """Return the vehicle with this plate, as far as the user may see it."""
        vehicles = self.env["complaint.vehicle"]
        plate = normalize_plate(plate)
        if not plate:
            return vehicles
        company = company or self.env.company
        return vehicles.search(
            [("plate", "=", plate), ("company_id", "in", company.ids)], limit=1
        )

    def _find_candidates(self, email, phone, plate, company):
        """Return the customers that mail, phone or plate lead to, as far as the user
        may see them; of one company the best known contact alone."""
        Partner = self.env["res.partner"]
        companies = Domain("company_id", "in", [False, *company.ids])
        found = Partner
        normalized = email_normalize(email)
        if normalized:
            found |= Partner.search(
                companies & Domain("email_normalized", "=", normalized),
                order="company_id NULLS LAST, id",
            )
        numbers = self._sanitize_phone(phone, company)
        if numbers:
            found |= Partner.search(
                companies & Domain("phone_sanitized", "in", numbers), order="id"
            )
        found |= self._find_vehicle(plate, company).partner_id
        groups = found.grouped("commercial_partner_id").values()
        return Partner.union(*(group[0] for group in groups))

    def _find_customer(self, email, phone, company, plate=False):
        """Return the one customer that all of them lead to; none if they differ."""
        found = self._find_candidates(email, phone, plate, company)
        return found if len(found) == 1 else self.env["res.partner"]

    def _sanitize_phone(self, phone, company):
        """Return the international forms `phone` may have: as dialled in the
        company's country, or a mainland mobile, which is known by its form."""
        if not phone:
            return []
        partners = self.env["res.partner"]
        country = (company or self.env.company).country_id
        local = partners._phone_format(number=phone, country=country or None)
        mobiles = [f"+86{number}" for number in quoted_text.mobile_numbers(phone)]
        return [number for number in (local, *mobiles) if number]

    # ---- intake

    def _match_customers(self, vals_list):
        """Fill in the customer where new cases name him by address, number or plate,
        and note what came of it. One search per distinct contact."""
        known = {}
        for vals in vals_list:
            if vals.get("plate"):
                vals["plate"] = normalize_plate(vals["plate"])
            contact = tuple(
                vals.get(name) or False
                for name in ("contact_email", "contact_phone", "plate", "company_id")
            )
            if vals.get("partner_id"):
                vals["match_state"] = "matched"
            elif any(contact[:3]) and not vals.get("match_state"):
                if contact not in known:
                    known[contact] = self._match(*contact)
                vals["partner_id"], vals["match_state"] = known[contact]

    def _match(self, email, phone, plate, company_id):
        company = self.env["res.company"].browse(company_id or self.env.company.id)
        found = self._find_candidates(email, phone, plate, company)
        if len(found) == 1:
            return found.id, "matched"
        return False, "ambiguous" if found else "unknown"

    def _match_again(self, vals):
        """Look again after `vals` changed what a case is matched by; a customer who
        was just taken out is not put back."""
        for case in self.sudo(False):
            found = case.candidate_ids
            if len(found) == 1 and "partner_id" not in vals and not case.partner_id:
                case.partner_id = found
                continue
            state = "ambiguous" if found else "unknown"
            if case.partner_id:
                state = "matched"
            elif not any(case[name] for name in MATCH_FIELDS):
                state = False
            if case.match_state != state:
                case.sudo().match_state = state

    def action_choose_customer(self):
        """Show the customers who fit, to choose from."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Customers who fit"),
            "res_model": "complaint.match.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_case_id": self.id},
        }

    def action_register_vehicle(self):
        """Keep the plate for the case's customer."""
        self.ensure_one()
        vehicle = self._find_vehicle(self.plate, self.company_id)
        if not vehicle and self.plate and self.partner_id:
            vehicle = self.env["complaint.vehicle"].create(
                {
                    "plate": self.plate,
                    "partner_id": self.partner_id.commercial_partner_id.id,
                    "model": self.vehicle_model,
                    "company_id": self.company_id.id,
                }
            )
        self.invalidate_recordset(["plate_note"])
        return {
            "type": "ir.actions.act_window",
            "res_model": "complaint.vehicle",
            "res_id": vehicle.id,
            "view_mode": "form",
        }
