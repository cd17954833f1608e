from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

_MANAGER = "customer_care.customer_care_group_manager"
_BY_HAND = ("letter", "gift", "call", "visit")


class CareTouchSteps(models.AbstractModel):
    """What employees do with a greeting: done, left out with a reason, taken back; what
    the contact said. Part of care.touch."""

    _name = "care.touch.steps"
    _description = "Steps of a greeting"

    def _check_mine(self):
        """Refuse whoever neither does it nor leads; what nobody does is everybody's."""
        self.check_access("read")
        if self.env.su or self.env.user.has_group(_MANAGER):
            return
        for touch in self:
            if touch.user_id and touch.user_id != self.env.user:
                raise AccessError(
                    self.env._(
                        "%(user)s does %(touch)s. Ask them, or have it handed over.",
                        user=touch.sudo().user_id.name,
                        touch=touch.display_name,
                    )
                )

    def _check_ready(self, channels=None):
        self._check_mine()
        for touch in self:
            if touch.state == "approval":
                touch.sudo()._approval_check("gift")
            if touch.state not in ("ready", "failed"):
                words = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "%(touch)s is “%(state)s”: there is nothing to do now.",
                        touch=touch.display_name,
                        state=words[touch.state],
                    )
                )
            if channels and touch.channel not in channels:
                raise UserError(
                    self.env._(
                        "%(touch)s goes another way. Use its own button.",
                        touch=touch.display_name,
                    )
                )

    def action_take(self):
        """Take over what nobody does."""
        self._check_mine()
        self.sudo()._guard().write({"user_id": self.env.uid})
        return True

    def action_done(self):
        """Note that it was called, visited, posted or handed over."""
        done = self
        for touch in self:
            touch._check_ready(_BY_HAND)
            if touch.channel != "gift":
                continue
            if touch.sudo()._approval_is_granted("gift"):
                touch.gift_id._take(touch.gift_quantity, touch)
            else:  # a rule came, or the gift changed, since it was prepared
                touch.sudo()._ask_approval()
                done -= touch
        done._put(
            {
                "state": "done",
                "done_at": fields.Datetime.now(),
                "done_by_id": self.env.uid,
            }
        )
        done.sudo().activity_ids.action_feedback()
        return True

    def action_undo(self):
        """Take back what was marked by mistake, on the same day."""
        self._check_mine()
        today = fields.Date.context_today(self)
        for touch in self:
            at = fields.Datetime.context_timestamp(
                self, touch.done_at or touch.create_date
            )
            if touch.state not in ("done", "skipped") or touch.done_by_id not in (
                self.env.user,
                self.env["res.users"],
            ):
                raise UserError(
                    self.env._(
                        "%(touch)s was not finished by you. Ask who did it.",
                        touch=touch.display_name,
                    )
                )
            if at.date() != today:
                raise UserError(
                    self.env._(
                        "%(touch)s was finished on another day and stays as it is.",
                        touch=touch.display_name,
                    )
                )
            if touch.state == "done" and touch.channel == "gift":
                touch._give_back()
        self._put(
            {
                "state": "ready",
                "skip_code": False,
                "skip_reason": False,
                "done_at": False,
                "done_by_id": False,
                "reacted_at": False,
            }
        )
        return True

    def _give_back(self):
        if self.gift_id.is_stocked:
            self.env["care.gift.move"]._book(
                self.gift_id, self.gift_quantity, "returned", touch=self
            )

    def action_retry(self):
        """Have what failed prepared once more: address, wording or approver was put
        right."""
        self._check_mine()
        failed = self.filtered(lambda touch: touch.state == "failed")
        failed._put({"state": "planned", "fail_reason": False, "channel": False})
        failed.sudo()._settle(self._today())
        return True

    def action_skip(self):
        """Ask why it is left out."""
        return self._open_step("skip", self.env._("Leave out"))

    def action_react(self):
        """Ask how the contact took it."""
        return self._open_step("react", self.env._("Reaction"))

    def action_promise(self):
        """Ask which gift was promised, and until when."""
        return self._open_step("promise", self.env._("Promise a gift"))

    def action_channel(self):
        """Ask for another channel."""
        return self._open_step("channel", self.env._("Another channel"))

    def _open_step(self, step, name):
        self._check_mine()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "care.touch.step",
            "view_mode": "form",
            "target": "new",
            "context": {"default_step": step, "default_touch_ids": self.ids},
        }

    def action_print_letters(self):
        """Print the letters, one page each, with the address for a window envelope."""
        self.check_access("read")
        letters = self.filtered(lambda touch: touch.channel == "letter")
        if not letters:
            raise UserError(
                self.env._("None of these goes out by letter. Choose letters.")
            )
        letters._check_mine()
        letters._put({"printed_at": fields.Datetime.now()})
        report = self.env.ref("customer_care.care_touch_letter_report")
        return report.report_action(letters)

    def _letter_address(self):
        """Return the lines for the window of the envelope: customer, contact, place."""
        self.ensure_one()
        partner, customer = self.partner_id, self.customer_id
        place = partner if partner.street else customer
        lines = [customer.name if customer != partner else "", partner.name]
        address = place._display_address(without_company=True)
        return "\n".join(
            line for line in (*lines, *address.splitlines()) if line and line.strip()
        )

    def action_open_customer(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "view_mode": "form",
        }

    @api.model
    def action_my_greetings(self):
        """Open what the user is to do, today's first."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_touch_action_mine"
        )
        return action | {"domain": list(Domain("user_id", "=", self.env.uid))}

    # ---- what the window writes

    def _skip_by_hand(self, reason):
        self._check_mine()
        for touch in self:
            if touch.state not in ("planned", "approval", "ready", "failed"):
                raise UserError(
                    self.env._(
                        "%(touch)s is over and cannot be left out.",
                        touch=touch.display_name,
                    )
                )
        self.sudo()._leave_out("person", reason)
        self._put({"done_by_id": self.env.uid})
        self.sudo().activity_ids.unlink()

    def _note_reaction(self, reaction, note):
        """Note how it was taken; what was ready is done by it."""
        self._check_mine()
        ready = self.filtered(lambda t: t.state == "ready" and t.channel in _BY_HAND)
        ready.action_done()
        for touch in self:
            if touch.state not in ("sent", "done"):
                raise UserError(
                    self.env._(
                        "%(touch)s has not gone out yet.", touch=touch.display_name
                    )
                )
        self._put(
            {
                "reaction_id": reaction.id,
                "reaction_note": note,
                "reacted_at": fields.Datetime.now(),
            }
        )
        if reaction.wants_follow_up:
            for touch in self:
                touch.partner_id.activity_schedule(
                    "mail.mail_activity_data_call",
                    summary=f"{touch.sudo().occasion_id.name}: {reaction.name}",
                    note=note,
                    user_id=(touch.user_id or self.env.user).id,
                )

    def _promise_gift(self, gift, quantity, deliver_by):
        """Make the gift that was promised, a deadline keeps it."""
        self._check_mine()
        promised = self.browse()
        for touch in self:
            vals = touch._promise_vals(gift, quantity, deliver_by)
            promised |= self._guard().create(vals)
        promised._ask_approval()
        return promised.with_env(self.env)

    def _promise_vals(self, gift, quantity, deliver_by):
        touch = self.sudo()
        now = fields.Datetime.now()
        return {
            "occasion_id": touch.occasion_id.id,
            "run_id": touch.run_id.id,
            "partner_id": touch.partner_id.id,
            "customer_id": touch.customer_id.id,
            "person_key": touch.person_key,
            "occurrence": f"promise:{touch.id}:{gift.id}",
            "event_on": deliver_by.date(),
            "planned_on": deliver_by.date(),
            "channel": "gift",
            "state": "ready",
            "ready_at": now,
            "user_id": (touch.user_id or self.env.user).id,
            "company_id": touch.company_id.id,
            "clause_id": touch.clause_id.id,
            "counts": False,
            "gift_id": gift.id,
            "gift_quantity": quantity,
            "gift_value": gift.value * quantity,
            "currency_id": touch.company_id.currency_id.id,
            "previous_id": touch.id,
            "promised_at": now,
            "promised_by_id": self.env.uid,
            "deliver_by": deliver_by,
        }

    def _change_channel(self, line):
        self._check_mine()
        for touch in self:
            if touch.state not in (
                "ready",
                "failed",
                "skipped",
            ) or line.occasion_id != (touch.occasion_id):
                raise UserError(
                    self.env._(
                        "%(touch)s cannot go this way any more.",
                        touch=touch.display_name,
                    )
                )
            if line.channel in touch.sudo()._barred(self._today())[touch.id]:
                raise UserError(
                    self.env._(
                        "%(contact)s does not want this channel. Choose another one.",
                        contact=touch.partner_id.display_name,
                    )
                )
            if not touch.sudo()._can_reach(line.channel):
                raise UserError(
                    self.env._(
                        "%(contact)s has no address for it. Enter it on the contact.",
                        contact=touch.partner_id.display_name,
                    )
                )
        self.sudo()._guard().write({"skip_code": False, "fail_reason": False})
        self.sudo()._take_way(line)
