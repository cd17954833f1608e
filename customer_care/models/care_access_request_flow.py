from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL


class CareAccessRequestFlow(models.AbstractModel):
    """How an access request is handed in, linked, decided and becomes access."""

    _name = "care.access.request.flow"
    _description = "Course of an access request"

    # ---- approvals

    def _approval_gates(self):
        return [("access", self.env._("Access to a record"))]

    def _approval_guarded_fields(self, gate):
        return {
            "what",
            "purpose",
            "reader_ids",
            "date_from",
            "date_to",
            "own_department",
            "department_id",
        }

    def _approval_subject_users(self, gate):
        """Who asks or is to read decides nothing."""
        return self.user_id | self.reader_ids

    def _on_approval_decided(self, approval):
        for request in self.filtered(lambda one: one.state == "submitted"):
            if approval.state == "rejected":
                request._decide("refused")
            elif request._approval_is_granted("access"):
                request._grant()

    def _on_approval_cancelled(self, approval):
        self.filtered(lambda one: one.state == "submitted")._put({"state": "draft"})

    # ---- buttons of the applicant

    def action_submit(self):
        """Ask those who decide. The answer is the same whether the record exists."""
        for request in self:
            request.check_access("write")
            request._check_mine()
            if request.state != "draft":
                raise UserError(
                    self.env._(
                        "%(record)s was handed in already.",
                        record=request.display_name,
                    )
                )
            request._submit()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "The request was handed in. You hear of the decision."
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _submit(self):
        self._check_readers_vetted()
        user = self.user_id.sudo().with_company(self.company_id)
        department = user.employee_id.department_id
        if self.own_department and not department:
            raise UserError(
                self.env._(
                    "You belong to no department in %(company)s. Ask as for another "
                    "department's record.",
                    company=self.company_id.name,
                )
            )
        self._put({"state": "submitted", "department_id": department.id})
        if not self._approval_required("access"):
            raise UserError(
                self.env._(
                    "No approval rule decides access requests in %(company)s. Ask the "
                    "security officer to add one.",
                    company=self.company_id.name,
                )
            )
        self._approval_request("access")

    def _check_readers_vetted(self):
        """Access counts only for people with a running clearance."""
        domain = self.env["care.clearance"]._running_domain()
        running = (
            self.env["care.clearance"]
            .sudo()
            .search(
                domain
                & Domain("user_id", "in", self.reader_ids.ids)
                & Domain("company_id", "=", self.company_id.id)
            )
        )
        if self.reader_ids - running.user_id:
            raise UserError(
                self.env._(
                    "Every reader needs a running clearance, at least for single "
                    "records. Ask the security officer for it."
                )
            )

    def action_withdraw(self):
        """Take the request back; access it gave ends."""
        for request in self:
            request.check_access("write")
            request._check_mine()
            if request.state not in ("draft", "submitted"):
                raise UserError(
                    self.env._(
                        "%(record)s is decided. Give the access back instead.",
                        record=request.display_name,
                    )
                )
            request._put({"state": "cancelled"})
            for approval in request.sudo().approval_ids.filtered(
                lambda approval: approval.state == "pending"
            ):
                approval._end("withdrawn")
        return True

    # ---- linking

    def action_link(self):
        """Open the window in which the record is chosen."""
        self.ensure_one()
        self._check_may_link()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_access_link_action"
        )
        return action | {"context": {"default_request_id": self.id}}

    def _check_may_link(self):
        if self.state != "submitted" or not self._may_link():
            raise AccessError(
                self.env._(
                    "Who decides %(record)s or a security officer links the record.",
                    record=self.display_name,
                )
            )

    @api.model
    def _link_models(self):
        """Return the names of the models whose records are classified."""
        names = self.env.registry.descendants(["care.secrecy.mixin"], "_inherit")
        return sorted(
            name
            for name in names
            if name in self.env
            and not self.env[name]._abstract
            and not self.env[name]._transient
        )

    def _link(self, record):
        """Say which record is meant; the current user must see it."""
        self.ensure_one()
        self._check_may_link()
        record.ensure_one()
        record.check_access("read")
        if record._name not in self._link_models():
            raise UserError(
                self.env._("Access is asked for to records with a level of secrecy.")
            )
        if any(approval.decision_count for approval in self._pending()):
            raise UserError(
                self.env._(
                    "%(record)s is being decided. Return it, so that it is asked for "
                    "again.",
                    record=self.display_name,
                )
            )
        if self.own_department and not self._is_own(record.sudo()):
            raise UserError(
                self.env._(
                    "The record does not belong to the department %(department)s. "
                    "Reject the request; it is to be asked for as another "
                    "department's.",
                    department=self.department_id.sudo().name,
                )
            )
        self.flush_recordset()
        # in SQL: the date and author of the last change would tell the applicant
        self.env.cr.execute(
            SQL(
                """UPDATE care_access_request
                      SET res_model = %s, res_id = %s, linked_by_id = %s
                    WHERE id = %s""",
                record._name,
                record.id,
                self.env.uid,
                self.id,
            )
        )
        self.invalidate_recordset()

    def _pending(self):
        return self.sudo().approval_ids.filtered(lambda a: a.state == "pending")

    def _is_own(self, record):
        """Tell whether the record is of the applicant's department or one below."""
        department = self._record_department(record)
        mine = self.department_id.sudo()
        while department:
            if department == mine:
                return True
            department = department.parent_id
        return False

    def _record_department(self, record):
        """Return the department a record belongs to: its own, else its owner's."""
        if "department_id" in record._fields and record.department_id:
            return record.department_id
        owner = record.user_id if "user_id" in record._fields else self.env["res.users"]
        if not owner and record._name == "res.partner":
            owner = record.commercial_partner_id.user_id
        return owner.sudo().with_company(self.company_id).employee_id.department_id

    # ---- deciding

    def _decide(self, state):
        self._put({"state": state, "decided_at": fields.Datetime.now()})

    def _grant(self):
        """Open the linked record for the readers, up to the level it has now."""
        record = self._linked()
        if not record:
            raise UserError(
                self.env._(
                    "Link the record %(record)s is about before it is approved.",
                    record=self.display_name,
                )
            )
        now = fields.Datetime.now()
        midnight = self.env["care.clearance.proof"]._midnight
        start = max(midnight(self.date_from, self.company_id), now)
        end = midnight(self.date_to + timedelta(days=1), self.company_id)
        if end <= start:
            raise UserError(
                self.env._(
                    "%(record)s is for days that are over. Reject it.",
                    record=self.display_name,
                )
            )
        self._decide("granted")
        self.env["care.access.grant"]._give(
            [
                {
                    "user_id": reader.id,
                    "res_model": record._name,
                    "res_id": record.id,
                    "level": record.secrecy_level,
                    "kind": "request",
                    "date_from": start,
                    "date_to": end,
                    "needs_vetting": True,
                    "reason": self.reason,
                    "request_id": self.id,
                    "company_id": self.company_id.id,
                    "granted_by_id": self.env.uid,
                }
                for reader in self.reader_ids
            ]
        )
        self._tell_readers()

    def _tell_readers(self):
        for reader in (self.reader_ids - self.user_id).sudo():
            words = self.with_context(lang=reader.lang)
            self.sudo().message_notify(
                partner_ids=reader.partner_id.ids,
                subject=words.display_name,
                body=words.env._("You may read what was asked for there."),
            )
