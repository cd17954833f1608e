from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class CareIncentiveFlow(models.AbstractModel):
    """How an incentive moves: approved, handed over or used, revoked."""

    _name = "care.incentive.flow"
    _description = "Steps of an incentive"

    # ---- approval

    def _approval_gates(self):
        return [("grant", self.env._("Granting an incentive"))]

    def _approval_guarded_fields(self, gate):
        return {"amount", "percent", "partner_id", "rule_id"}

    def action_ask(self):
        """Ask for the approval of the gate; without one it is granted."""
        for record in self:
            record._check_move("asked")
            by_hand = not record.is_by_job and not (record.reason or "").strip()
            if by_hand and record.basis not in ("deal", "referral"):
                raise UserError(
                    self.env._(
                        "Say why %(customer)s has earned it; the rule did not find it.",
                        customer=record.partner_id.display_name,
                    )
                )
            record._check_caps()
            record._step_write({"state": "asked"})
            if record._approval_is_granted("grant"):
                record._grant()
            else:
                record._approval_request("grant")
        return True

    def _on_approval_decided(self, approval):
        for record in self.filtered(lambda record: record.state == "asked"):
            if approval.state == "rejected":
                record._step_write({"state": "refused"})
            elif record._approval_is_granted("grant"):
                record._grant()

    def _on_approval_cancelled(self, approval):
        asked = self.filtered(lambda record: record.state == "asked")
        if asked:
            asked._step_write({"state": "proposed"})

    def _check_caps(self):
        """Refuse what the yearly limits of the rule leave no room for."""
        rule = self.sudo().rule_id
        # two proposals of one rule are counted one after the other
        self.env.execute_query(
            SQL("SELECT id FROM care_incentive_rule WHERE id = %s FOR UPDATE", rule.id)
        )
        year = self.date.year
        used = rule._used([self.partner_id.id], [year], self.company_id, self.ids)
        total, count = used.get((self.partner_id.id, year), (0.0, 0))
        above = rule.cap_amount and total + self.amount > rule.cap_amount + 0.005
        if above or (rule.cap_count and count >= rule.cap_count):
            raise UserError(
                self.env._(
                    "%(customer)s has had all that %(rule)s gives in %(year)s. Lower "
                    "the amount, or say that it is not taken up.",
                    customer=self.partner_id.display_name,
                    rule=rule.name,
                    year=str(year),
                )
            )

    def _grant(self):
        today = fields.Date.context_today(self)
        months = self.sudo().rule_id.valid_months
        until = today + relativedelta(months=months, days=-1) if months else False
        self._step_write(
            {"state": "granted", "granted_on": today, "valid_until": until}
        )

    # ---- buttons

    def action_back(self):
        """Take it back, to change it."""
        for record in self:
            record._check_move("proposed")
            pending = record.sudo().approval_ids.filtered(
                lambda approval: approval.state == "pending"
            )
            record._step_write({"state": "proposed"})
            for approval in pending.with_env(self.env):
                approval._end("changed")
        return True

    def action_drop(self):
        """It is not taken up."""
        for record in self:
            record._check_move("dropped")
            record._step_write({"state": "dropped"})
        return True

    def action_hand_over(self):
        """It was paid, handed over or used; there is a proof of it."""
        for record in self:
            record._check_move("handed")
            names = ["handed_on", "receiver"]
            if record.kind in ("cash", "referral"):
                names.append("proof_ids")
            words = record.fields_get(names, ["string"])
            missing = [words[name]["string"] for name in names if not record[name]]
            if missing:
                raise UserError(
                    self.env._(
                        "%(record)s is not handed over yet. Fill in: %(fields)s.",
                        record=record.display_name,
                        fields=", ".join(missing),
                    )
                )
            record._check_handed_on()
            record._step_write({"state": "handed", "handed_by_id": self.env.uid})
            self.env["care.duty"]._fulfil_by(record)
        return True

    def _check_handed_on(self):
        day, until = self.handed_on, self.valid_until
        if day > fields.Date.context_today(self) or day < self.granted_on:
            raise UserError(
                self.env._(
                    "%(record)s is handed over between the day it was granted and "
                    "today. Correct the day.",
                    record=self.display_name,
                )
            )
        if until and day > until:
            raise UserError(
                self.env._(
                    "%(record)s was valid until %(day)s only.",
                    record=self.display_name,
                    day=fields.Date.to_string(until),
                )
            )

    def action_revoke(self):
        """Take it back from the customer, with the reason."""
        for record in self:
            record._check_move("revoked")
            words = (record.reason_asked or "").strip()
            if not words:
                raise UserError(
                    self.env._(
                        "Enter in “Reason of the end” why %(record)s is revoked.",
                        record=record.display_name,
                    )
                )
            record._step_write({"state": "revoked", "revoke_reason": words})
        return True

    def action_print(self):
        """Print the certificate."""
        for record in self:
            if record.state not in ("granted", "handed"):
                raise UserError(
                    self.env._(
                        "%(record)s is not granted, so there is nothing to certify.",
                        record=record.display_name,
                    )
                )
        report = self.env.ref("customer_care.care_incentive_certificate_report")
        return report.report_action(self)

    @api.model
    def _expire(self):
        """Discounts and certificates whose time is over; one statement for all."""
        today = fields.Date.context_today(self)
        over = self.sudo().search(
            [("state", "=", "granted"), ("valid_until", "<", today)]
        )
        if over:
            over._step_write({"state": "expired"})
