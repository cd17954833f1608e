from datetime import timedelta

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty


class CareEvaluationSteps(models.AbstractModel):
    """The buttons that move an evaluation from step to step; it keeps no records."""

    _name = "care.evaluation.steps"
    _description = "Steps of an evaluation"

    def _expect(self, *states):
        """Refuse a step for whoever does not lead, and out of turn."""
        self.check_access("write")
        self._check_lead()
        words = dict(self._fields["state"]._description_selection(self.env))
        for evaluation in self.filtered(lambda e: e.state not in states):
            raise UserError(
                self.env._(
                    "%(evaluation)s is at the step “%(state)s”. Look again.",
                    evaluation=evaluation.name,
                    state=words[evaluation.state],
                )
            )

    def action_review(self):
        """Close the sections' grading and go to the review meeting."""
        self._expect("pregrading")
        for evaluation in self:
            waiting = evaluation.section_ids.filtered(lambda s: s.state == "open")
            if waiting:
                raise UserError(
                    self.env._(
                        "%(sections)s still grade their customers. Wait for them, or "
                        "hand their list in for them.",
                        sections=", ".join(waiting.mapped("name")),
                    )
                )
            evaluation._put({"state": "review"})
        return True

    def action_plan_meeting(self):
        """Put the review meeting into the participants' calendars."""
        self._expect("pregrading", "review")
        for evaluation in self:
            if not evaluation.meeting_at or not evaluation.participant_ids:
                raise UserError(
                    self.env._(
                        "Enter the time and the participants of the meeting first."
                    )
                )
            vals = {
                "name": self.env._("Review: %(name)s", name=evaluation.name),
                "start": evaluation.meeting_at,
                "stop": evaluation.meeting_at + timedelta(hours=2),
                "partner_ids": [(6, 0, evaluation.participant_ids.partner_id.ids)],
                "user_id": evaluation.user_id.id,
            }
            event = evaluation.calendar_event_id
            if event:
                event.write(vals)
            else:
                event = self.env["calendar.event"].create(
                    vals | {"res_model_id": self._model_id(), "res_id": evaluation.id}
                )
                evaluation._put({"calendar_event_id": event.id})
        return True

    def _model_id(self):
        return self.env["ir.model"].sudo()._get(self._name).id

    def action_submit(self):
        """Ask for the approval of the grades; the lines are locked meanwhile."""
        self._expect("review")
        for evaluation in self:
            evaluation._check_minutes()
            evaluation._put({"state": "approval"})
            evaluation._approval_request("apply")
        return True

    def _check_minutes(self):
        written = not is_html_empty(self.minutes) or self.attachment_ids
        if self.scheme_id.wants_meeting and not (
            written and self.meeting_at and self.participant_ids
        ):
            raise UserError(
                self.env._(
                    "%(evaluation)s has no minutes of its review meeting yet. Enter "
                    "its time, its participants and the minutes.",
                    evaluation=self.name,
                )
            )

    def action_reopen(self):
        """Go back a step, as long as no grade is in force."""
        self._expect("review", "approval")
        for evaluation in self:
            evaluation._check_not_applying()
            if evaluation.state == "approval":
                evaluation._end_approvals()
                evaluation._put({"state": "review"})
            else:
                evaluation._put({"state": "pregrading"})
        return True

    def _end_approvals(self):
        """An approval given for other grades must not hold for what comes now."""
        for approval in self.sudo().approval_ids:
            if approval.state in ("pending", "approved"):
                approval._end("changed")

    def action_cancel(self):
        """Call the evaluation off; no grade is written."""
        self._expect("draft", "pregrading", "review", "approval")
        for evaluation in self:
            evaluation._check_not_applying()
            evaluation._put({"state": "cancelled"})
            evaluation.section_ids._put({"state": "cancelled"})
            evaluation._end_approvals()
        return True
