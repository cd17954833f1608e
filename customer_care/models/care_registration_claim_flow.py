from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..logic import attribution

_MANAGER = "customer_care.customer_care_group_manager"
# who is asked to rule, the first of them who is held by somebody fit
_JUDGES = ("claim_judge", "department_head", "customer_service_manager")


class CareRegistrationClaimFlow(models.AbstractModel):
    """The steps of a claim: opened by the entry, ruled by a manager who is no party."""

    _name = "care.registration.claim.flow"
    _description = "Steps of a claim"

    # ---- opening

    @api.model
    def _open(self, partner, line, ground, evidence="", files=None, asked_for=None):
        """Open a claim of the current user on a customer registered for another.

        :param line: the entry that showed the customer is known
        """
        user, known = self.env.user, partner.sudo()
        if known.user_id == user:
            raise UserError(self.env._("This customer is registered for you already."))
        if not (evidence or "").strip() and not files:
            raise UserError(
                self.env._("Write down what proves your claim, or attach it.")
            )
        if self.sudo().search_count(
            [("open_key", "=", f"{known.id}/{user.id}")], limit=1
        ):
            raise UserError(
                self.env._(
                    "You have claimed this customer already. Wait for the ruling."
                )
            )
        self.env["care.pool"]._check_cap(user, partner)
        visible = line.sudo().partner_id == known
        vals = self._claim_vals(known, line, user, ground)
        claim = self._make(
            vals
            | {
                "partner_id": known.id if visible else False,
                "sealed_partner_id": False if visible else known.id,
                "owner_id": known.user_id.id,
                "evidence": evidence,
                "asked_for_id": asked_for and asked_for.id,
                "open_key": f"{known.id}/{user.id}",
            },
            level=0,
        )
        claim._take_files(files)
        line._engine().write({"outcome": "claimed"})
        claim.sudo()._propose()
        claim.sudo()._ask_judges()
        return claim

    @api.model
    def _open_silently(self, partner, line, entry):
        """Open a claim on a customer who is above the clearance of who entered it:
        those cleared for the customer see it, the claimant learns nothing."""
        user, known = self.env.user, partner.sudo()
        vals = self._claim_vals(known, line, user, "earlier")
        claim = self._make(
            vals
            | {
                "sealed_partner_id": known.id,
                "twin_id": line.sudo().partner_id.id,
                "owner_id": known.user_id.id,
                "evidence": entry.get("care_need"),
                "open_key": f"{known.id}/{user.id}/{line.id}",
            },
            level=known.secrecy_level,
        )
        claim.sudo()._propose()
        claim.sudo()._ask_judges()

    @api.model
    def _claim_vals(self, known, line, user, ground):
        earlier = self.env["care.registration"].sudo()
        earlier = earlier.search(
            [
                "|",
                ("partner_id", "=", known.id),
                ("sealed_partner_id", "=", known.id),
                ("outcome", "=", "new"),
                ("cancelled_at", "=", False),
            ],
            order="registered_at, id",
            limit=1,
        )
        return {
            "registration_id": line.id,
            "earlier_id": earlier.id,
            "name_given": line.sudo().name_given,
            "claimant_id": user.id,
            "ground": ground,
            "claimed_at": fields.Datetime.now(),
            "company_id": self.env.company.id,
        }

    @api.model
    def _make(self, vals, level):
        numbers = self.env["ir.sequence"].sudo().with_company(self.env.company)
        name = numbers._care_next("care.registration.claim", level)
        quiet = self.with_context(tracking_disable=True)
        claim = quiet._engine().create({**vals, "name": name})
        return claim._plain(self.env)

    def _take_files(self, files):
        """Hang what the claimant attached on the claim, so that its readers read it."""
        mine = (
            (files or self.env["ir.attachment"])
            .sudo()
            .filtered(
                lambda file: (
                    file.create_uid == self.env.user
                    and file.res_model in (False, "care.registration.enter")
                )
            )
        )
        mine.write({"res_model": self._name, "res_id": self.id})
        self._engine().write({"evidence_file_ids": [fields.Command.set(mine.ids)]})

    # ---- what the rules say

    def _propose(self):
        """Note what the rules of attribution say of the facts."""
        self.ensure_one()
        claims = self._registered()
        desk = self.env["care.registration.desk"].with_company(self.company_id)
        user, rule = desk._attribute(self._facts(), claims)
        verdict = "upheld" if user == self.claimant_id else "refused"
        self._engine().write(
            {"proposal": verdict, "rule_id": rule.id if rule else False}
        )

    def _registered(self):
        """Return the registrations that still count: those of owner and claimant since
        the customer was last released or ruled upon, and how the owner got it then."""
        customer, owner = self._customer(), self.owner_id
        since, given = self._last_change(customer)
        lines = self.registration_id.search(
            [
                ("outcome", "=", "new"),
                ("cancelled_at", "=", False),
                ("user_id", "in", (owner | self.claimant_id).ids),
                "|",
                ("partner_id", "in", (customer | self.twin_id).ids),
                ("sealed_partner_id", "=", customer.id),
            ]
        )
        claims = [
            attribution.Registered(line.user_id.id, line.registered_at, line.id)
            for line in lines
            if not since or line.registered_at > since
        ]
        at = given or customer.registered_at
        if owner and at and owner.id not in {claim.user for claim in claims}:
            claims.append(attribution.Registered(owner.id, at))
        return claims

    def _last_change(self, customer):
        """Return (when what was registered before stopped to count, since when it is
        the owner's by the pool or by a ruling)."""
        entries = self.env["care.pool.entry"].sudo()
        entries = entries.search(
            [("partner_id", "=", customer.id), ("kind", "!=", "warned")]
        )
        left = entries.filtered(lambda e: e.kind in ("released", "given_back"))
        taken = entries.filtered(lambda e: e.kind == "taken")
        ruled = self.search(
            [
                ("state", "=", "upheld"),
                "|",
                ("partner_id", "=", customer.id),
                ("sealed_partner_id", "=", customer.id),
            ]
        )
        rulings = ruled.mapped("ruled_at")
        return (
            max([*left.mapped("at"), *rulings], default=None),
            max([*taken.mapped("at"), *rulings], default=None),
        )

    def _facts(self):
        """Return the claim as an entry for the rules of attribution."""
        line = self.registration_id
        asked = self.asked_for_id or line.asked_for_id
        if self.ground == "named":
            asked = self.claimant_id
        elif self.ground == "unnamed":
            asked = asked.browse()
        return {
            "entered_by_id": self.claimant_id.id,
            "origin": "duty_visit" if self.ground == "unnamed" else "own",
            "asked_for_id": asked.id,
            "met_before": self.ground == "unnamed",
            "referrer_id": line.referrer_id.id,
        }

    def _compute_proposal_text(self):
        for claim in self:
            rule = claim.sudo().rule_id
            first = claim.sudo().earlier_id.registered_at
            if rule:
                claim.proposal_text = rule.name
            elif first:
                claim.proposal_text = self.env._("The earlier registration wins.")
            else:
                claim.proposal_text = self.env._("No earlier one is on record.")

    # ---- ruling

    @api.depends_context("uid")
    def _compute_may_rule(self):
        for claim in self:
            claim.may_rule = claim.state == "open" and claim._is_judge()

    def _is_judge(self):
        """Return whether the current user rules it: who was asked to, or a manager, who
        is no party."""
        claim, user = self.sudo(), self.env.user
        if user in claim.claimant_id | claim.owner_id:
            return False
        return user in claim.judge_ids or user.has_group(_MANAGER)

    def _check_judge(self):
        self.check_access("read")
        for claim in self:
            if claim.state != "open":
                raise UserError(
                    self.env._("%(claim)s is ruled already.", claim=claim.name)
                )
            if not claim._is_judge():
                raise AccessError(
                    self.env._(
                        "%(claim)s is ruled by who was asked to, or by a customer care "
                        "manager who is no party to it. Ask one of them.",
                        claim=claim.name,
                    )
                )

    def _rule(self, state, ruling):
        """Rule open claims; an upheld one moves the customer to the claimant."""
        self._check_judge()
        for claim in self.sudo():
            if state != claim.proposal and not (ruling or "").strip():
                raise UserError(
                    self.env._(
                        "%(claim)s: the rules say otherwise. Write down why you rule "
                        "like this.",
                        claim=claim.name,
                    )
                )
            claim._engine().write(
                {
                    "state": state,
                    "open_key": False,
                    "ruled_by_id": self.env.uid,
                    "ruled_at": fields.Datetime.now(),
                    "ruling": ruling or claim.proposal_text,
                }
            )
            if state == "upheld":
                claim._move_customer()
            claim.activity_ids.sudo().unlink()
            claim._tell_parties()

    def _move_customer(self):
        customer = self._customer()
        customer._care_assign(
            self.claimant_id,
            self.env._("Claim %(claim)s upheld", claim=self.name),
            origin=self,
        )
        term = self.env["care.registration.term"]._of(customer, self.company_id)
        customer._register_protect(term[customer.id])

    def _tell_parties(self):
        """Tell claimant and owner how it was ruled, those who may see it."""
        words = dict(self._fields["state"]._description_selection(self.env))
        people = self.claimant_id | self.owner_id
        people -= self.env["care.secrecy.notice"]._deaf(people, self)
        people = people.filtered("active")
        if not people:
            return
        self.message_notify(
            partner_ids=people.partner_id.ids,
            subject=self.env._(
                "Claim %(claim)s: %(state)s", claim=self.name, state=words[self.state]
            ),
            body=self.ruling,
        )

    def _ask_judges(self):
        """Put it on the list of somebody who may rule it and see it."""
        customer = self._customer()
        department = self.registration_id.department_id
        excluded = (self.claimant_id | self.owner_id).ids
        people = self.env["res.users"]
        for role in _JUDGES:
            request = (role, self.company_id, department, customer)
            people = people or self.env["care.secrecy.notice"]._resolve(
                request, customer, excluded=excluded
            )
        if not people:
            if customer.secrecy_level >= 2:
                self.env["care.secrecy.notice"]._tell_guardians(self.company_id)
            return
        self._engine().write({"judge_ids": [fields.Command.set(people.ids)]})
        quiet = self.with_context(mail_activity_quick_update=True)
        quiet.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=people[0].id,
            summary=self.env._("Rule the claim"),
        )

    # ---- buttons

    def action_uphold(self):
        """Rule for the claimant, as the rules propose."""
        self._rule("upheld", "")
        return True

    def action_refuse(self):
        """Rule for whom it is registered for, as the rules propose."""
        self._rule("refused", "")
        return True

    def action_withdraw(self):
        """Take one's own claim back."""
        self.check_access("read")
        for claim in self:
            if claim.claimant_id != self.env.user or claim.state != "open":
                raise UserError(
                    self.env._(
                        "%(claim)s is withdrawn by its claimant while it is open.",
                        claim=claim.name,
                    )
                )
            claim._engine().write({"state": "withdrawn", "open_key": False})
            claim.sudo().activity_ids.unlink()
        return True
