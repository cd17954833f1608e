import hashlib

from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

_USER = "customer_care.customer_care_group_user"
_MANAGER = "customer_care.customer_care_group_manager"
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


class CareReportRequestFlow(models.AbstractModel):
    """How a report request moves: asked for, approved, prepared, examined, released."""

    _name = "care.report.request.flow"
    _description = "Steps of a report request"

    _MOVES = {
        ("draft", "asked"): _USER,
        ("asked", "draft"): _USER,
        ("rejected", "draft"): _USER,
        ("approved", "examined"): _USER,
        ("examined", "approved"): _USER,
        ("released", "approved"): _USER,
    }

    # ---- approvals

    def _approval_gates(self):
        return [
            ("statistics", self.env._("Figures on customers")),
            ("release", self.env._("Report goes out")),
        ]

    def _approval_guarded_fields(self, gate):
        if gate == "release":
            return {"report_fingerprint", *self._REPORT}
        return {
            "name",
            "figures",
            "purpose",
            "cadence",
            "department_id",
            "recipients",
            "is_external",
            "corrects_id",
        }

    def _approval_subject_users(self, gate):
        """Who asks decides nothing; who made the report does not examine it."""
        return self.user_id | self.handler_id if gate == "release" else self.user_id

    def _on_approval_decided(self, approval):
        now = fields.Datetime.now()
        for record in self:
            if record.state == "asked" and approval.gate == "statistics":
                if approval.state == "rejected":
                    record._step_write({"state": "rejected"})
                elif record._approval_is_granted("statistics"):
                    record._step_write({"state": "approved", "approved_at": now})
            elif record.state == "examined" and approval.gate == "release":
                if approval.state == "rejected":
                    record._step_write({"state": "approved"})
                elif record._approval_is_granted("release"):
                    record._release()

    def _on_approval_cancelled(self, approval):
        if approval.gate == "release":
            self.filtered(lambda r: r.state == "examined")._step_write(
                {"state": "approved"}
            )
        else:
            self.filtered(lambda r: r.state in ("asked", "approved"))._step_write(
                {"state": "draft", "approved_at": False}
            )

    # ---- buttons

    def _check_mine(self):
        users = self.user_id | self.handler_id
        if self.env.user not in users and not self.env.user.has_group(_MANAGER):
            raise AccessError(
                self.env._(
                    "%(record)s belongs to %(user)s, who takes this step.",
                    record=self.display_name,
                    user=self.user_id.name,
                )
            )

    def _refuse_missing(self, names):
        words = self.fields_get(names, ["string"])
        missing = [words[name]["string"] for name in names if not self[name]]
        if missing:
            raise UserError(
                self.env._(
                    "%(record)s cannot go on yet. Fill in: %(fields)s.",
                    record=self.display_name,
                    fields=", ".join(missing),
                )
            )

    def action_ask(self):
        """Ask those who decide whether the department gets these figures."""
        for record in self:
            record._check_move("asked")
            record._check_mine()
            record._refuse_missing(["figures", "purpose", "recipients"])
            record._requirement_check("statistics")
            now = fields.Datetime.now()
            record._step_write({"state": "asked", "asked_at": now})
            record._approval_request("statistics")
            if record._approval_is_granted("statistics"):
                record._step_write({"state": "approved", "approved_at": now})
        return True

    def action_withdraw(self):
        """Take it back, or rework what was not approved."""
        for record in self:
            target = "approved" if record.state == "examined" else "draft"
            record._check_move(target)
            record._check_mine()
            record._step_write({"state": target})
            for approval in record.sudo().approval_ids:
                if approval.state == "pending":
                    approval.with_env(self.env)._end("withdrawn")
        return True

    def action_hand_in(self):
        """Hand the report in to those who examine it before it goes out."""
        for record in self:
            record._check_move("examined")
            record._check_mine()
            record._refuse_missing(["report_file_ids", "period_from", "period_to"])
            record._approval_check("statistics")
            record._requirement_check("release")
            record._step_write(
                {
                    "state": "examined",
                    "handed_in_at": fields.Datetime.now(),
                    "report_fingerprint": record._fingerprint(),
                }
            )
            record._approval_request("release")
            if record._approval_is_granted("release"):
                record._release()
        return True

    def _fingerprint(self):
        """Return a sum over what the files hold, in an order that stays."""
        digest = hashlib.sha256()
        for file in self.sudo().report_file_ids.sorted("id"):
            digest.update(hashlib.sha256(file._care_plain() or b"").digest())
        return digest.hexdigest()

    def _release(self):
        if self.report_fingerprint != self._fingerprint():
            raise UserError(
                self.env._(
                    "The report of %(record)s is no longer what was handed in. Return "
                    "it, so that it is examined anew.",
                    record=self.display_name,
                )
            )
        self._step_write({"state": "released", "released_at": fields.Datetime.now()})

    def action_next(self):
        """Begin the report of the next period; the one before stays in the history."""
        for record in self:
            record._check_move("approved")
            record._check_mine()
            months = _MONTHS.get(record.cadence)
            if not months or record.state != "released":
                raise UserError(
                    self.env._(
                        "%(record)s was asked for once. Ask for another report.",
                        record=record.display_name,
                    )
                )
            record.message_post(
                body=self.env._(
                    "Released: %(start)s to %(end)s",
                    start=record.period_from,
                    end=record.period_to,
                ),
                attachment_ids=record.report_file_ids.ids,
            )
            start = record.period_to + relativedelta(days=1)
            record._step_write(
                {
                    "state": "approved",
                    "report_file_ids": [(5, 0, 0)],
                    "period_from": start,
                    "period_to": start + relativedelta(months=months, days=-1),
                    "handed_in_at": False,
                    "released_at": False,
                    "report_fingerprint": False,
                }
            )
        return True

    def action_correct(self):
        """Open a correction of a released report: asked for and filed as its own."""
        self.ensure_one()
        if self.state != "released":
            raise UserError(
                self.env._(
                    "Only a released report is corrected. %(record)s can still be "
                    "changed.",
                    record=self.display_name,
                )
            )
        correction = self.copy(
            {
                "corrects_id": self.id,
                "cadence": "once",
                "period_from": self.period_from,
                "period_to": self.period_to,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": correction.id,
            "views": [(False, "form")],
        }

    def action_view_corrections(self):
        """Open the corrections of this report."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_report_request_action"
        )
        return action | {"domain": [("corrects_id", "=", self.id)], "context": {}}
