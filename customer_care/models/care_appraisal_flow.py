from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

_MANAGER = "customer_care.customer_care_group_manager"


class CareAppraisalFlow(models.AbstractModel):
    """How an appraisal moves: rated, approved, told, appealed, answered."""

    _name = "care.appraisal.flow"
    _description = "Steps of an appraisal"

    # ---- approvals

    def _approval_gates(self):
        return [("publish", self.env._("Telling an appraisal"))]

    def _approval_guarded_fields(self, gate):
        return {"total", "band_id", "outcome_ids"}

    def _approval_subject_users(self, gate):
        return self.user_id

    def _on_approval_decided(self, approval):
        for record in self.filtered(lambda record: record.state == "rated"):
            if approval.state == "approved" and record._approval_is_granted("publish"):
                record._publish()

    # ---- rating

    def _check_rates(self):
        """The rater and managers, never the person."""
        self.check_access("write")
        for record in self:
            user = self.env.user
            if user == record.user_id or not (
                user == record.rater_id or user.has_group(_MANAGER)
            ):
                raise AccessError(
                    self.env._(
                        "%(appraisal)s is rated by %(rater)s.",
                        appraisal=record.display_name,
                        rater=record.rater_id.name,
                    )
                )

    def action_rate(self):
        """Everything is judged: add it up and find the grade."""
        for record in self:
            record._check_rates()
            record._check_move("rated")
            record._requirement_check("rate")
            left = record.line_ids.filtered(lambda line: not line.is_rated)
            if left:
                raise UserError(
                    self.env._(
                        "Not judged yet in %(appraisal)s: %(what)s.",
                        appraisal=record.display_name,
                        what=", ".join(left.mapped("name")),
                    )
                )
            record._take_figures()
            if not record._add_up():
                raise UserError(
                    self.env._(
                        "%(appraisal)s has no figures yet: %(reason)s",
                        appraisal=record.display_name,
                        reason=record.figures_reason or "",
                    )
                )
            vals = {"state": "rated", "rated_at": fields.Datetime.now()}
            if not record.outcome_ids:
                usual = record.band_id.sudo().outcome_ids
                vals["outcome_ids"] = [Command.set(usual.ids)]
            record._step_write(vals)
        return True

    def action_back(self):
        """Rate it again before it is told."""
        for record in self:
            record._check_rates()
            record._check_move("draft")
            record._step_write({"state": "draft", "rated_at": False})
        return True

    def action_publish(self):
        """Tell the person, or ask those who approve it first."""
        asked = self.env["care.approval"]
        for record in self:
            record._check_rates()
            record._check_move("published")
            record._requirement_check("publish")
            if not record._approval_is_granted("publish"):
                asked |= record._approval_request("publish")
            if record._approval_is_granted("publish"):
                record._publish()
        if not asked:
            return True
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "Asked for: %(approvals)s.",
                    approvals=", ".join(asked.mapped("name")),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _publish(self):
        for record in self:
            now = fields.Datetime.now()
            days = record.scheme_id.sudo().appeal_days
            today = self.env["care.role"]._today(record.company_id)
            record._step_write(
                {
                    "state": "published",
                    "told_at": now,
                    "appeal_until": today + timedelta(days=days),
                }
            )
            record._tell_person()
            self.env["care.duty"]._fulfil_by(record)

    def _tell_person(self):
        this = self.with_context(lang=self.user_id.lang)
        this.sudo().message_notify(
            subject=this.display_name,
            body=this.env._(
                "Your appraisal is there: %(grade)s, %(total)s. You may appeal until "
                "%(day)s.",
                grade=this.band_id.name or "-",
                total=f"{self.total:g}",
                day=fields.Date.to_string(self.appeal_until),
            ),
            partner_ids=self.user_id.partner_id.ids,
            model=self._name,
            res_id=self.id,
        )

    def action_seen(self):
        """The person has read it."""
        for record in self:
            record._check_person()
            if not record.seen_at:
                record._step_write({"seen_at": fields.Datetime.now()})
        return True

    def _check_person(self):
        self.check_access("read")
        if self.user_id != self.env.user:
            raise AccessError(
                self.env._(
                    "%(person)s alone does that with %(appraisal)s.",
                    person=self.user_id.name,
                    appraisal=self.display_name,
                )
            )

    # ---- appeal

    def action_appeal(self):
        """Ask for the reasons of the appeal."""
        return self._open_step("appeal")

    def action_answer(self):
        """Ask for the answer to the appeal."""
        return self._open_step("answer")

    def _open_step(self, step):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "care.appraisal.step",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_appraisal_id": self.id, "default_step": step},
        }

    def _appeal(self, words):
        """Keep the appeal of the person, in time."""
        self._check_person()
        today = self.env["care.role"]._today(self.company_id)
        if self.state != "published" or self.appealed_at:
            raise UserError(
                self.env._(
                    "%(appraisal)s cannot be appealed now.",
                    appraisal=self.display_name,
                )
            )
        if today > self.appeal_until:
            raise UserError(
                self.env._(
                    "The time to appeal against %(appraisal)s ended on %(day)s.",
                    appraisal=self.display_name,
                    day=fields.Date.to_string(self.appeal_until),
                )
            )
        self._check_words(words)
        self._step_write(
            {
                "state": "appealed",
                "appeal": words.strip(),
                "appealed_at": fields.Datetime.now(),
            }
        )

    def _check_words(self, words):
        if not (words or "").strip():
            raise UserError(self.env._("Give the reasons."))

    def _answer(self, result, words, rater=None):
        """Answer the appeal; what is rated anew goes on in a version of its own."""
        self._check_move("final" if result == "kept" else "replaced")
        self._check_words(words)
        if self.env.user in self.user_id | self.rater_id:
            raise AccessError(
                self.env._(
                    "An appeal is answered by somebody else than the rater of "
                    "%(appraisal)s.",
                    appraisal=self.display_name,
                )
            )
        self._step_write(
            {
                "state": "final" if result == "kept" else "replaced",
                "appeal_result": result,
                "appeal_words": words.strip(),
                "appeal_by_id": self.env.uid,
                "appeal_decided_at": fields.Datetime.now(),
            }
        )
        if result == "anew":
            return self._rate_anew(rater or self.env.user)
        return self

    def _rate_anew(self, rater):
        self.flush_recordset(["state"])  # its place is free before the next takes it
        again = self.sudo().copy(
            {"rater_id": rater.id, "date_from": self.date_from, "date_to": self.date_to}
        )
        again._step_write({"version": self.version + 1, "previous_id": self.id})
        return again.sudo(False)

    def action_finish(self):
        """End it: nobody appealed in time, or the person agrees."""
        for record in self:
            record.check_access("read")
            if record.user_id != self.env.user:
                record._check_rates()
                if self.env["care.role"]._today(record.company_id) <= (
                    record.appeal_until
                ):
                    raise UserError(
                        self.env._(
                            "%(person)s may appeal until %(day)s.",
                            person=record.user_id.name,
                            day=fields.Date.to_string(record.appeal_until),
                        )
                    )
            if record.state != "published":
                raise UserError(
                    self.env._(
                        "%(appraisal)s is not told, or has ended.",
                        appraisal=record.display_name,
                    )
                )
            record._step_write({"state": "final"})
        return True
