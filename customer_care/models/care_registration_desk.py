import re
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..logic import attribution

_USER = "customer_care.customer_care_group_user"
# what an entry may say of the customer itself
_ABOUT = (
    "contact_at",
    "channel",
    "intermediary_id",
    "referrer_id",
    "intent",
    "care_need",
)


class Answer(NamedTuple):
    """What the entry says: the line of the register, the customer where the reader may
    see it, and, of a known one, what may be told of it."""

    outcome: str  # new, known, pool or ask
    registration: object
    partner: object  # res.partner of the reader, empty where it is hidden
    text: str = ""
    likely: tuple = ()  # dicts of what looks alike, for outcome ask


class CareRegistrationDesk(models.AbstractModel):
    """Entering a customer, at the desk and on the phone. It keeps no records: it writes
    the register and the customer, with the time of the server."""

    _name = "care.registration.desk"
    _description = "Entry of customers"
    _inherit = ["care.registration.match"]

    @api.model
    def _enter(self, entry):
        """Register a customer, or say who is registered for it.

        :param entry: dict of name, phone, email, credit_code, is_company, contact_name,
            channel_id, origin, intent_id, care_need, contact_at, intermediary_id,
            referrer_id, asked_for_id, met_before, partner_id (an existing customer)
            distinct (the user says that none of those alike is meant) and chosen (the
            number and message of the one that is)
        :return: an Answer
        """
        if not self.env.user.has_group(_USER):
            raise AccessError(
                self.env._("Customers are entered by customer care. Ask for its role.")
            )
        self._check_entry(entry)
        self.env["care.registration.lock"]._hold(self._keys(entry))
        if entry.get("partner_id"):
            partner = self.env["res.partner"].browse(entry["partner_id"])
            partner.check_access("read")
            partner = partner.commercial_partner_id
            return self._enter_known(partner, entry)
        found = self._matches(entry)
        refused = [match for match in found.told if match["verdict"] == "refuse"]
        if refused:
            return self._enter_known(refused[0]["partner"], entry, refused[0])
        if chosen := entry.get("chosen"):
            for number, match in enumerate(found.told):
                if (number, match["message"]) == tuple(chosen):
                    return self._enter_known(match["partner"], entry, match)
        if found.told and not entry.get("distinct"):
            return Answer("ask", None, self.env["res.partner"], "", tuple(found.told))
        return self._enter_new(entry, found.silent)

    @api.model
    def _check_entry(self, entry):
        if not (entry.get("name") or entry.get("partner_id")):
            raise UserError(self.env._("Enter the name of the customer."))
        if entry.get("contact_at") and entry["contact_at"] > fields.Datetime.now():
            raise UserError(
                self.env._(
                    "%(customer)s cannot have been met in the future. Enter when you "
                    "met the customer.",
                    customer=entry.get("name") or self.env._("The customer"),
                )
            )
        channel = self.env["care.channel"].browse(entry.get("channel_id") or ())
        if channel.is_intermediary and not entry.get("intermediary_id"):
            raise UserError(
                self.env._(
                    "%(channel)s: choose the broker or partner who brought the "
                    "customer.",
                    channel=channel.name,
                )
            )
        for name in ("intermediary_id", "referrer_id"):
            self.env["res.partner"].browse(entry.get(name) or ()).check_access("read")

    # ---- a customer who is known

    @api.model
    def _enter_known(self, partner, entry, match=None):
        """Note that a known customer came again, or register one that nobody has."""
        known = partner.sudo()
        visible = not match or match["visible"]
        companies = self.env["res.company"].sudo()
        ours = companies.search_count([("partner_id", "=", known.id)], limit=1)
        if ours or not known.partner_share:
            raise UserError(
                self.env._(
                    "%(customer)s belongs to our own company and is no customer. Enter "
                    "the customer himself.",
                    customer=known.name if visible else entry.get("name"),
                )
            )
        if known.care_pool_state == "pool" and visible:
            line = self._note(known, entry, "known", visible, None)
            return Answer("pool", line, partner, self._pool_text(partner))
        if not known.registered_at and not known.user_id and known.active and visible:
            return self._register_new(partner, entry, set())
        if not known.registered_at and known.user_id == self.env.user and visible:
            return self._register_new(partner, entry, set(), owner=self.env.user)
        line = self._note(known, entry, "known", visible, known.user_id)
        self._tell_owner(known, line, visible)
        return Answer(
            "known",
            line,
            partner if visible else self.env["res.partner"],
            self._known_text(known, visible),
        )

    @api.model
    def _known_text(self, partner, visible=True):
        """Return what the reader may be told of a customer who is registered."""
        known = partner.sudo()
        department = known.registered_department_id or self._department(known.user_id)
        return self.env["care.duplicate.check"]._message(
            visible and known.name, department.name, known.protected_until
        )

    @api.model
    def _pool_text(self, partner):
        return self.env._(
            "%(partner)s is in the pool. Take it, and it is yours.",
            partner=partner.display_name,
        )

    @api.model
    def _tell_owner(self, partner, line, visible):
        """Tell whose customer it is that he came again."""
        user = partner.user_id
        if not user.active or user == self.env.user or user.share:
            return
        if self.env["care.secrecy.notice"]._deaf(user, partner):
            return
        env = self.env(su=True, context={**self.env.context, "lang": user.lang})
        env["mail.thread"].message_notify(
            partner_ids=user.partner_id.ids,
            subject=env._("%(customer)s came again", customer=partner.name),
            body=env._(
                "%(user)s entered %(customer)s, who is registered for you: %(need)s",
                user=self.env.user.name,
                customer=partner.name,
                need=line.sudo().care_need or "–",
            ),
            model="res.partner",
            res_id=partner.id,
        )

    # ---- a new customer

    @api.model
    def _enter_new(self, entry, silent):
        """Create the customer and register it; somebody cleared for a hidden customer
        like this one gets a claim to rule."""
        partner = self.env["res.partner"]._register_create(self._partner_vals(entry))
        return self._register_new(partner, entry, silent)

    @api.model
    def _partner_vals(self, entry):
        vals = {
            "name": entry["name"].strip(),
            "lang": self.env.user.lang,
            "phone": entry.get("phone"),
            "email": entry.get("email"),
            "credit_code": entry.get("credit_code"),
            "is_company": bool(entry.get("is_company")),
        }
        if entry.get("is_company") and entry.get("contact_name"):
            vals["child_ids"] = [
                fields.Command.create(
                    {
                        "name": entry["contact_name"],
                        "phone": entry.get("phone"),
                        "email": entry.get("email"),
                    }
                )
            ]
        return vals

    @api.model
    def _register_new(self, partner, entry, silent, owner=None):
        """Write the registration of a customer that has none."""
        user, rule = self._attribute(entry)
        user = owner or user
        now = fields.Datetime.now()
        contact_at = entry.get("contact_at") or partner.sudo().contact_at or now
        if entry.get("origin") == "own" and user == self.env.user:
            self.env["care.pool"]._check_cap(user, partner)
        partner._register_write(
            {
                **self._about(entry),
                "contact_at": contact_at,
                "contact_by": partner.sudo().contact_by.id or self.env.uid,
                "registered_at": now,
                "registered_by": self.env.uid,
                "registered_department_id": self._department(self.env.user).id,
            }
        )
        partner._requirement_check("register")
        term = self.env["care.registration.term"]._of(partner, self.env.company)
        partner._register_protect(term[partner.id])
        entry = {**entry, "contact_at": contact_at}
        line = self._note(partner, entry, "new", True, user, rule, now)
        partner._care_assign(user, self.env._("Registered"), origin=line)
        for hidden in silent:
            self.env["care.registration.claim"]._open_silently(hidden, line, entry)
        return Answer("new", line, partner)

    @api.model
    def _about(self, entry):
        names = {"channel": "channel_id", "intent": "intent_id"}
        return {
            name: entry[names.get(name, name)]
            for name in _ABOUT
            if entry.get(names.get(name, name))
        }

    @api.model
    def _note(self, partner, entry, outcome, visible, user, rule=None, now=None):
        """Write one line of the register."""
        now = now or fields.Datetime.now()
        company = self.env.company
        numbers = self.env["ir.sequence"].sudo().with_company(company)
        intent = self.env["care.intent"].browse(entry.get("intent_id") or ())
        reachable = entry.get("phone") or entry.get("email")
        known = partner.sudo()
        reachable = reachable or (visible and (known.phone or known.email))
        due_at, late = self._lateness(known) if outcome == "new" else (False, False)
        lines = self.env["care.registration"]._engine()
        line = lines.create(
            {
                "name": numbers._care_next("care.registration", 0),
                "partner_id": known.id if visible else False,
                "sealed_partner_id": False if visible else known.id,
                "name_given": entry.get("name") or (visible and known.name),
                "phone_given": entry.get("phone"),
                "user_id": user.id if user and (visible or outcome == "new") else False,
                "entered_by_id": self.env.uid,
                "department_id": self._department(self.env.user).id,
                "origin": entry.get("origin") or "own",
                "contact_at": entry.get("contact_at") or now,
                "registered_at": now,
                "registered_on": self.env["care.role"]._today(company),
                "due_at": due_at,
                "late": late,
                "channel_id": entry.get("channel_id"),
                "intermediary_id": entry.get("intermediary_id"),
                "referrer_id": entry.get("referrer_id"),
                "asked_for_id": entry.get("asked_for_id"),
                "intent_id": intent.id,
                "is_intending": bool(intent.is_intending and reachable),
                "care_need": entry.get("care_need"),
                "outcome": outcome,
                "rule_id": rule.id if rule else False,
                "first_of": known.id if outcome == "new" else False,
                "company_id": company.id,
            }
        )
        return line._plain(self.env)

    @api.model
    def _lateness(self, partner):
        """Return (when the registration was due, whether it came late), as the deadline
        rules on registration say."""
        owed = (
            self.env["care.obligation"]
            .sudo()
            .search_fetch(
                [
                    ("res_model", "=", "res.partner"),
                    ("res_id", "=", partner.id),
                    ("rule_id.done_field", "=", "registered_at"),
                    ("state", "!=", "cancelled"),
                ],
                ["due_at", "missed_at"],
                order="due_at",
            )
        )
        return owed[:1].due_at, any(owed.mapped("missed_at"))

    # ---- whose customer

    @api.model
    def _attribute(self, entry, claims=()):
        """Return (user, rule) that the rules of attribution give the customer to."""
        referrer = self.env["res.partner"].browse(entry.get("referrer_id") or ())
        old_manager = referrer.sudo().commercial_partner_id.user_id
        visit = attribution.Visit(
            entered_by=entry.get("entered_by_id") or self.env.uid,
            on_duty=self._on_duty().id or None,
            is_own=(entry.get("origin") or "own") == "own",
            asked_for=entry.get("asked_for_id") or None,
            met_before=bool(entry.get("met_before")),
            is_referred=bool(referrer),
            old_manager=old_manager.id or None,
        )
        winners = self.env["care.attribution.rule"]._winners(self.env.company)
        verdict = attribution.decide(
            visit, claims, {case: winner for case, (winner, _rule) in winners.items()}
        )
        __, rule = winners.get(verdict.case, (None, None))
        return self.env["res.users"].browse(verdict.user), rule

    @api.model
    def _on_duty(self):
        """Return the one on duty: the current user where he is among several."""
        people = self.env["care.role"]._resolve(
            "duty_manager",
            company=self.env.company,
            department=self._department(self.env.user),
        )
        return people & self.env.user or people[:1]

    @api.model
    def _department(self, user):
        """Return the department of a user in the current company, with all rights."""
        person = user.sudo().with_company(self.env.company).employee_id
        return person.department_id

    @api.model
    def _keys(self, entry):
        """Return what two entries of one customer have in common."""
        keys = []
        phone = re.sub(r"\D", "", entry.get("phone") or "")
        if phone:
            keys.append(f"phone:{phone[-11:]}")
        if entry.get("credit_code"):
            keys.append(f"credit:{entry['credit_code'].strip().upper()}")
        if entry.get("email"):
            keys.append(f"email:{entry['email'].strip().lower()}")
        if entry.get("name"):
            keys.append(f"name:{''.join(entry['name'].lower().split())}")
        if entry.get("partner_id"):
            keys.append(f"customer:{entry['partner_id']}")
        return keys
