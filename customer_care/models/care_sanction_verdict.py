from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import float_compare

_MANAGER = "customer_care.customer_care_group_manager"
_AFTER = {"uphold": "upheld", "reduce": "reduced", "reverse": "reversed"}


class CareSanctionVerdict(models.AbstractModel):
    """How people decide on a sanction. Each decision is written once, by one who may:
    never the person concerned, and an appeal never by who confirmed."""

    _name = "care.sanction.verdict"
    _description = "Decisions on sanctions"

    # ---- who may

    def _may_confirm(self):
        this, user = self.sudo(), self.env.user
        if user in (this.user_id, this.proposed_by_id):
            return False
        return user in this.decider_ids or self._is_manager()

    def _is_manager(self):
        return (
            self.env.user.has_group(_MANAGER)
            and self.sudo().company_id in self.env.user.company_ids
        )

    def _may_appeal(self):
        this = self.sudo()
        today = fields.Date.context_today(self)
        return (
            this.state == "confirmed"
            and this.user_id == self.env.user
            and bool(this.appeal_until)
            and today <= this.appeal_until
        )

    def _may_settle(self):
        this, user = self.sudo(), self.env.user
        if user in (this.user_id, this.confirmed_by_id):
            return False
        return user in this.decider_ids or self._is_manager()

    def _may_reverse(self):
        return self.env.user != self.sudo().user_id and self._is_manager()

    # ---- buttons

    def action_confirm(self):
        """Confirm as proposed; ask first where a person has to set something."""
        for sanction in self:
            sanction._check_state("proposed")
        if len(self) == 1 and self._needs_words():
            return self._open_decide("confirm")
        for sanction in self:
            sanction._confirm()
        return True

    def action_dismiss(self):
        return self._open_decide("dismiss")

    def action_appeal(self):
        return self._open_decide("appeal")

    def action_uphold(self):
        return self._open_decide("uphold")

    def action_reduce(self):
        return self._open_decide("reduce")

    def action_reverse(self):
        return self._open_decide("reverse")

    def _needs_words(self):
        this = self.sudo()
        return not this.user_id or this.amount_max or this.pay_max_pct

    def _open_decide(self, decision):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_sanction_decide_action"
        )
        context = {"default_sanction_ids": self.ids, "default_decision": decision}
        return action | {"context": context}

    # ---- decisions

    def _decide(self, decision, reason=None, **given):
        """Take a decision as the current user.

        :param given: person, amount, points, pay_pct where the decision sets them
        """
        methods = {
            "confirm": self._confirm,
            "dismiss": self._dismiss,
            "appeal": self._appeal,
        }
        if decision in methods:
            return methods[decision](reason=reason, **given)
        return self._settle(decision, reason=reason, **given)

    def _confirm(self, reason=None, person=None, amount=None, pay_pct=None, **_given):
        self.ensure_one()
        self._check_state("proposed")
        self._check_may(self._may_confirm())
        engine = self._engine()
        vals = {}
        if person and not engine.user_id:
            if person == self.env.user:
                self._check_may(False)
            self._check_member(person, engine.company_id)
            vals["user_id"] = person.id
            department = self._department_of(person) or engine.department_id
            vals["department_id"] = department.id
            engine.with_context(tracking_disable=True).write(vals)
        if not engine.user_id:
            raise UserError(
                self.env._(
                    "%(sanction)s names nobody yet. Choose the person.",
                    sanction=self.display_name,
                )
            )
        engine._recount()
        company = engine.company_id
        vals = engine._chosen_vals(amount, pay_pct) | {
            "state": "confirmed",
            "confirmed_by_id": self.env.uid,
            "confirmed_at": fields.Datetime.now(),
        }
        if engine.rule_id.appeal_days and engine.kind != "reward":
            today = self._local_day(company, fields.Datetime.now())
            until = today + timedelta(days=engine.rule_id.appeal_days)
            vals["appeal_until"] = until
        self._write_decision("confirm", reason, vals)
        self._tell_person("confirm", reason)

    def _chosen_vals(self, amount, pay_pct):
        """Return what the confirming person sets, within the limits of the rule."""
        vals = {}
        if self.amount_max:
            amount = self.amount_min if amount is None else amount
            self._check_within(amount, self.amount_min, self.amount_max)
            vals["amount"] = self.currency_id.round(amount)
        if self.pay_max_pct:
            pay_pct = self.pay_min_pct if pay_pct is None else pay_pct
            self._check_within(pay_pct, self.pay_min_pct, self.pay_max_pct)
            vals["pay_pct"] = round(pay_pct, 2)
        return vals

    def _check_within(self, value, low, high):
        above = float_compare(value, high, precision_digits=2) > 0
        if above or float_compare(value, low, precision_digits=2) < 0:
            raise UserError(
                self.env._(
                    "%(sanction)s lies between %(low)s and %(high)s. Choose within.",
                    sanction=self.display_name,
                    low=low,
                    high=high,
                )
            )

    def _dismiss(self, reason=None, **_given):
        for sanction in self:
            sanction._check_state("proposed")
            sanction._check_may(sanction._may_confirm())
            sanction._check_reason(reason)
            sanction._write_decision("dismiss", reason, {"state": "dismissed"})
            sanction._engine()._recount_mates()

    def _appeal(self, reason=None, **_given):
        self.ensure_one()
        self._check_state("confirmed")
        if not self._may_appeal():
            raise AccessError(
                self.env._(
                    "%(sanction)s is appealed against by the person concerned, up to "
                    "%(date)s.",
                    sanction=self.display_name,
                    date=self.sudo().appeal_until or "-",
                )
            )
        self._check_reason(reason)
        deciders = self._appeal_deciders()
        vals = {"state": "appealed", "decider_ids": [(6, 0, deciders.ids)]}
        self._write_decision("appeal", reason, vals)
        self._engine()._raise_appeal(deciders)

    def _appeal_deciders(self):
        this = self.sudo()
        left_out = this.user_id | this.confirmed_by_id
        role = this.rule_id.appeal_role_id
        users = self.env["res.users"]
        if role:
            users = role._resolve_many(
                [(role, this.company_id, this.department_id, None)],
                excluded=left_out.ids,
            )[0]
        users -= left_out
        return users or self._managers_of_company(this.company_id) - left_out

    def _settle(
        self, decision, reason=None, amount=None, points=None, pay_pct=None, **_given
    ):
        """Decide on an appeal, or take a decision back (`reverse`)."""
        for sanction in self:
            appealed = sanction.sudo().state == "appealed"
            if decision != "reverse" or appealed:
                sanction._check_state("appealed")
                sanction._check_may(sanction._may_settle())
            else:
                sanction._check_state("confirmed", "upheld", "reduced")
                sanction._check_may(sanction._may_reverse())
            sanction._check_reason(reason)
            vals = {"state": _AFTER[decision]}
            if decision == "reduce":
                vals |= sanction._engine()._reduced_vals(amount, points, pay_pct)
            sanction._write_decision(decision, reason, vals)
            sanction._engine()._end_appeal()
            if decision == "reverse":
                sanction._engine()._recount_mates()
            sanction._tell_person(decision, reason)

    def _reduced_vals(self, amount, points, pay_pct):
        vals = {}
        given = {"amount": amount, "points": points, "pay_pct": pay_pct}
        for name, value in given.items():
            if value is not None:
                if not 0 <= value <= self[name]:
                    self._check_within(value, 0, self[name])
                vals[name] = round(value, 2)
        if not any(vals[name] < self[name] for name in vals):
            raise UserError(
                self.env._(
                    "%(sanction)s is not reduced by that. Set less than before, or "
                    "uphold it.",
                    sanction=self.display_name,
                )
            )
        return vals

    def _write_decision(self, decision, reason, vals):
        """Write a decision and what it changes, both once."""
        engine = self._engine()
        names = ("amount", "points", "pay_pct")
        before = {name: engine[name] for name in names}
        if vals["state"] in ("dismissed", "reversed"):
            vals["next_at"] = False
        engine.write(vals)
        engine.env["care.sanction.decision"].create(
            {
                "sanction_id": self.id,
                "decision": decision,
                "user_id": self.env.uid,
                "at": fields.Datetime.now(),
                "reason": (reason or "").strip(),
                "amount_before": before["amount"],
                "points_before": before["points"],
                "pay_before": before["pay_pct"],
                "amount_after": engine.amount,
                "points_after": engine.points,
                "pay_after": engine.pay_pct,
            }
        )

    def _recount_mates(self):
        """What fell away no longer counts for those still to confirm in its month."""
        if not self.group_id:
            return
        later = self.search(
            [
                ("group_id", "=", self.group_id.id),
                ("month", "=", self.month),
                ("company_id", "=", self.company_id.id),
                ("state", "=", "proposed"),
            ]
        )
        later._recount()

    # ---- refusals

    def _check_state(self, *states):
        self.check_access("read")
        this = self.sudo()
        if this.state not in states:
            words = dict(this._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(sanction)s is decided already: %(state)s. Reload the page.",
                    sanction=self.display_name,
                    state=words[this.state],
                )
            )

    def _check_may(self, may):
        if not may:
            this = self.sudo()
            people = this.decider_ids - this.user_id - this.proposed_by_id
            raise AccessError(
                self.env._(
                    "%(sanction)s is not yours to decide. Ask %(people)s.",
                    sanction=self.display_name,
                    people=", ".join(people.mapped("name"))
                    or self.env._("a customer care manager"),
                )
            )

    def _check_reason(self, reason):
        if not (reason or "").strip():
            raise UserError(
                self.env._(
                    "Give the reason for %(sanction)s.", sanction=self.display_name
                )
            )
