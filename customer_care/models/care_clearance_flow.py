from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

OFFICER = "customer_care.customer_care_group_security"


class CareClearanceFlow(models.AbstractModel):
    """How a clearance is handed in, given and ended."""

    _name = "care.clearance.flow"
    _description = "Course of a clearance"

    # ---- approvals

    def _approval_gates(self):
        return [("clear", self.env._("Clearance"))]

    def _approval_guarded_fields(self, gate):
        return {"user_id", "company_id", "level", "valid_from", "valid_to"}

    def _approval_subject_users(self, gate):
        """Neither the person himself nor who proposed it decides."""
        return self.user_id | self.proposed_by_id

    def _on_approval_decided(self, approval):
        for clearance in self.filtered(lambda one: one.state == "approval"):
            if approval.state == "rejected":
                clearance._finish("refused", approval.reason)
            elif clearance._approval_is_granted("clear"):
                clearance._give()

    def _on_approval_cancelled(self, approval):
        self.filtered(lambda one: one.state == "approval")._put({"state": "draft"})

    # ---- buttons

    def action_submit(self):
        """Hand the proposal in. Without an approval rule it is given at once, by whom
        the class says."""
        for clearance in self:
            clearance._check_officer()
            clearance.check_access("write")
            if clearance.state != "draft":
                raise UserError(
                    self.env._(
                        "%(record)s was handed in already.",
                        record=clearance.display_name,
                    )
                )
            clearance._check_not_own()
            clearance._check_proofs()
            if clearance._approval_required("clear"):
                clearance._put({"state": "approval"})
                clearance._approval_request("clear")
                if clearance._approval_is_granted("clear"):
                    clearance._give()
            else:
                clearance._check_may_give()
                clearance._give()
        return True

    def action_withdraw(self):
        """Ask why it is withdrawn; it ends at once."""
        self._check_officer()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_clearance_end_action"
        )
        return action | {"context": {"default_clearance_ids": self.ids}}

    def _withdraw(self, reason):
        """End clearances that run or wait, at once."""
        self._check_officer()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why it ends."))
        for clearance in self:
            clearance.check_access("write")
            if clearance.state not in ("approval", "active"):
                raise UserError(
                    self.env._(
                        "%(record)s does not run and cannot be withdrawn.",
                        record=clearance.display_name,
                    )
                )
        self._finish("withdrawn", reason)

    def action_ask_proofs(self):
        """Tell the person what is missing, with the ways to it."""
        for clearance in self:
            clearance._check_officer()
            person = clearance.user_id.sudo()
            words = clearance.with_context(lang=person.lang)
            clearance.message_notify(
                partner_ids=person.partner_id.ids,
                subject=words.env._("Proofs for your clearance"),
                body=Markup('<p>%s</p><p><a href="%s">%s</a></p>')
                % (
                    words.env._(
                        "For a clearance you need: %(needs)s.",
                        needs=words.proof_text.replace("\n", "; "),
                    ),
                    f"{clearance.get_base_url()}/odoo/confidentiality-agreement",
                    words.env._("Sign the agreement and take the training"),
                ),
            )
        return True

    @api.model
    def _train(self):
        """Begin the training the company asks for, as the current user."""
        needed = self.env["care.clearance.requirement"]._needed(3, self.env.company)
        survey = needed.survey_id[:1].sudo()
        if not survey:
            raise UserError(
                self.env._(
                    "No training is set up in %(company)s. Ask the security officer.",
                    company=self.env.company.name,
                )
            )
        answers = survey._create_answer(user=self.env.user)
        return survey.action_start_survey(answers)

    def action_train(self):
        """Begin the training, for the person himself."""
        return self._train()

    # ---- what buttons do

    def _check_officer(self):
        if not self.env.su and not self.env.user.has_group(OFFICER):
            raise AccessError(
                self.env._("A security officer takes this step. Ask one of them.")
            )

    def _check_proofs(self):
        """Refuse what would not run: the text says which proof is missing."""
        now = fields.Datetime.now()
        start, end = self._effective(self._proofs(), now)
        if not start or (end and end <= now):
            raise UserError(
                self.env._(
                    "%(record)s cannot run yet. What it needs:\n%(needs)s",
                    record=self.display_name,
                    needs=self.proof_text,
                )
            )

    def _check_may_give(self):
        """Tell whether an officer gives this one without an approval."""
        if self.level < 3 or self._running_level(self.env.user, self.company_id) >= 3:
            return
        first = not self.sudo().search_count(
            [
                ("level", ">=", 3),
                ("company_id", "=", self.company_id.id),
                ("given_at", "!=", False),
            ],
            limit=1,
        )
        if first and self.env.user.has_group("base.group_system"):
            self._message_log(
                body=self.env._(
                    "The first clearance for top secret in %(company)s, given by the "
                    "administrator %(user)s.",
                    company=self.company_id.name,
                    user=self.env.user.name,
                )
            )
            return
        raise AccessError(
            self.env._(
                "%(record)s is given by somebody cleared for top secret, or by an "
                "approval. Ask them, or have an approval rule added.",
                record=self.display_name,
            )
        )

    def _give(self):
        """Let it run; what the person had before ends where it begins."""
        self.ensure_one()
        today = self.env["care.role"]._today(self.company_id)
        others = self.sudo().search(
            [
                ("user_id", "=", self.user_id.id),
                ("company_id", "=", self.company_id.id),
                ("state", "=", "active"),
                ("id", "!=", self.id),
            ]
        )
        self._put({"state": "active", "given_at": fields.Datetime.now()})
        self._refresh()
        if self.valid_from <= today:
            others._finish("replaced")
        else:
            last = fields.Date.subtract(self.valid_from, days=1)
            for other in others.filtered(
                lambda one: not one.valid_to or one.valid_to > last
            ):
                other._put({"valid_to": max(last, other.valid_from)})
            others._refresh()
        self._forget_sight()

    def _finish(self, kind, reason=False):
        """End the clearances at once."""
        if not self:
            return
        for clearance in self.sudo():
            clearance._put(
                {
                    "state": "expired" if kind == "expired" else "withdrawn",
                    "end_kind": kind,
                    "end_reason": reason,
                    "ended_at": fields.Datetime.now(),
                }
            )
            for approval in clearance.approval_ids.filtered(
                lambda approval: approval.state == "pending"
            ):
                approval._end("withdrawn")
        self._forget_sight()

    @api.model
    def _cron_run(self):
        """Mark what has ended, take it from those who left, and begin the next span of
        those whose proofs were renewed after a gap. Access does not wait for this."""
        running = self.sudo().search([("state", "=", "active")])
        running.filtered(lambda one: not one.user_id.active)._finish("left")
        running = running.filtered(lambda one: one.state == "active")
        now = fields.Datetime.now()
        over = running.filtered(lambda one: one.valid_to and one._own_span()[1] <= now)
        over._finish("expired")
        (running - over)._refresh()
