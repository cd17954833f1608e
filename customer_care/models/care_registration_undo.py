from odoo import fields, models
from odoo.exceptions import AccessError, UserError

_MANAGER = "customer_care.customer_care_group_manager"
# what the line gave the customer, and its cancellation takes back
_GIVEN = (
    "registered_at",
    "registered_by",
    "registered_department_id",
    "protected_until",
    "care_pool_state",
)


class CareRegistrationUndo(models.AbstractModel):
    """A line of the register that should not be there is struck through, with the
    reason, by a manager who did not enter it. The line stays as it was written; the
    customer is free again where it still stands on this line."""

    _name = "care.registration.undo"
    _description = "Cancelled line of the register"

    cancelled_at = fields.Datetime("Cancelled", readonly=True, index="btree_not_null")
    cancelled_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    cancel_reason = fields.Char("Why cancelled", readonly=True)
    may_cancel = fields.Boolean(compute="_compute_may_cancel")

    def _compute_may_cancel(self):
        for line in self:
            line.may_cancel = not line.cancelled_at and line._is_canceller()

    def _is_canceller(self):
        user = self.env.user
        return user.has_group(_MANAGER) and user != self.sudo().entered_by_id

    def _outcome_words(self, words):
        """Return how the entry ended, for the register on paper."""
        if not self.cancelled_at:
            return words[self.outcome]
        return self.env._("Cancelled: %(reason)s", reason=self.cancel_reason)

    def _cancel(self, reason):
        """Strike the lines through."""
        self.check_access("read")
        reason = (reason or "").strip()
        for line in self:
            line.sudo().lock_for_update()
            line.invalidate_recordset()
            line._check_cancel(reason)
            customer = line._customer()
            line._engine().write(
                {
                    "cancelled_at": fields.Datetime.now(),
                    "cancelled_by_id": self.env.uid,
                    "cancel_reason": reason,
                    "first_of": False,
                }
            )
            line._free_customer(customer)
            line._tell_cancelled(customer)

    def _check_cancel(self, reason):
        if not self._is_canceller():
            raise AccessError(
                self.env._(
                    "%(line)s is cancelled by a customer care manager who did not "
                    "enter it. Ask one of them.",
                    line=self.name,
                )
            )
        if self.cancelled_at:
            raise UserError(
                self.env._("%(line)s is cancelled already.", line=self.name)
            )
        if not reason:
            raise UserError(
                self.env._("%(line)s: write down why it is cancelled.", line=self.name)
            )
        # those that are hidden are not told of, and are ruled without it
        claims = self.env["care.registration.claim"].search(
            [
                ("state", "=", "open"),
                "|",
                ("registration_id", "=", self.id),
                ("earlier_id", "=", self.id),
            ],
            limit=1,
        )
        if claims:
            raise UserError(
                self.env._(
                    "%(line)s: the claim %(claim)s depends on it. Rule that first.",
                    line=self.name,
                    claim=claims.name,
                )
            )

    def _free_customer(self, customer):
        """Take back what the line gave, unless the customer has moved on since: by a
        ruling, the pool, a hand-over or an earlier registration."""
        line = self.sudo()
        stands = line.outcome == "new" and customer.registered_at == line.registered_at
        if not stands or customer.user_id not in (line.user_id, line.user_id.browse()):
            return
        self.env["care.registration.lock"]._hold([f"customer:{customer.id}"])
        reason = self.env._("Registration %(line)s cancelled", line=line.name)
        customer._care_assign(self.env["res.users"], reason, origin=line)
        vals = dict.fromkeys(_GIVEN, False)
        if customer.contact_by == line.entered_by_id:
            vals |= {"contact_by": False, "contact_at": False}
        customer._register_write(vals)

    def _tell_cancelled(self, customer):
        """Tell who entered it and whose customer it made, as far as they may see it."""
        line = self.sudo()
        people = (line.entered_by_id | line.user_id) - self.env.user
        people = people.filtered("active")
        people -= self.env["care.secrecy.notice"]._deaf(people, line)
        if customer:
            people -= self.env["care.secrecy.notice"]._deaf(people, customer)
        for user in people:
            env = self.env(su=True, context={**self.env.context, "lang": user.lang})
            env["mail.thread"].message_notify(
                partner_ids=user.partner_id.ids,
                subject=env._("Registration %(line)s cancelled", line=line.name),
                body=env._(
                    "%(user)s cancelled the registration of %(customer)s: %(reason)s",
                    user=self.env.user.name,
                    customer=line.name_given or line.name,
                    reason=line.cancel_reason,
                ),
                model=line._name,
                res_id=line.id,
            )

    def action_cancel(self):
        """Ask for the reason."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_registration_cancel_action"
        )
        return action | {"context": {"default_registration_id": self.id}}
