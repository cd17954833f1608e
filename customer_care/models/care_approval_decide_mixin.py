import logging

from odoo import Command, api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.fields import Domain

from ..logic import quorum

_logger = logging.getLogger(__name__)


class CareApprovalDecideMixin(models.AbstractModel):
    """How an approval is decided: who may, what is written, who is asked next.

    Part of care.approval, in a file of its own for its length.
    """

    _name = "care.approval.decide.mixin"
    _description = "How an approval is decided"

    def _decide(self, decision, comment="", attachment=None):
        """Write the current user's decision on each approval.

        :param attachment: (file name, content as bytes) or None
        """
        self.check_access("read")
        self._lock()
        for approval in self:
            whose = approval._check_decider(decision)
            approval._check_unchanged(decision)
            words = (comment or "").strip()
            approval._write_decision(decision, words, attachment, whose)
        return self

    def _decide_many(self, decision, comment="", attachment=None):
        """Decide what can be decided; return True, or a message that names the rest."""
        left = self.browse()
        for approval in self:
            try:
                with self.env.cr.savepoint():
                    approval._decide(decision, comment, attachment)
            except UserError as error:
                if len(self) == 1:
                    raise
                _logger.info("approval %s is left: %s", approval.id, error)
                left |= approval
        if not left:
            return True
        message = self._left_text(left)
        if left == self:
            raise UserError(message)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _lock(self):
        """Lock the approvals, so a second person finds the first one's decision."""
        self.env.flush_all()
        try:
            self.sudo().lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody is deciding %(approvals)s at this moment. "
                    "Reload the page and look what was decided.",
                    approvals=", ".join(self.mapped("name")),
                )
            ) from error
        self.invalidate_recordset()

    def _check_decider(self, decision):
        """Return whose seat the current user takes: his own or that of somebody he
        stands in for. Refuse everybody else."""
        self.ensure_one()
        approval, user = self.sudo(), self.env.user
        if approval.state != "pending":
            raise UserError(self._why_over())
        if user in approval._excluded_users(approval._host()):
            raise UserError(
                self.env._(
                    "%(user)s asked for %(approval)s or is concerned by it, so another "
                    "person decides: %(people)s.",
                    user=user.name,
                    approval=self.name,
                    people=approval._people_text() or "-",
                )
            )
        whose, why = quorum.seat(
            user.id,
            approval.line_ids._quorum(),
            self._stood_in_for(user),
            approving=decision == "approve",
        )
        if why:
            raise UserError(self._refusal_text(why))
        return user.browse(whose)

    def _check_unchanged(self, decision):
        if decision == "approve" and not self._is_unchanged():
            raise UserError(
                self.env._(
                    "The record changed after %(approval)s was asked for. Return it, "
                    "so that %(requester)s asks again.",
                    approval=self.name,
                    requester=self.sudo().requester_id.name,
                )
            )

    def _write_decision(self, decision, comment, attachment, whose):
        approval = self._engine()
        line = approval.current_line_id
        if decision == "approve" and line.attachment_wanted and not attachment:
            raise UserError(
                self.env._(
                    "“%(step)s” of %(approval)s wants a file. Attach it.",
                    step=line.name,
                    approval=self.name,
                )
            )
        if decision != "approve" and not comment:
            raise UserError(
                self.env._(
                    "%(approval)s is not approved without a reason. Write it down.",
                    approval=self.name,
                )
            )
        file = self._keep_file(attachment)
        approval.env["care.approval.decision"].create(
            {
                "approval_id": self.id,
                "line_id": line.id,
                "user_id": self.env.uid,
                "on_behalf_of_id": (whose - self.env.user).id,
                "at": fields.Datetime.now(),
                "decision": decision,
                "comment": comment,
                "attachment_id": file.id,
                "file_digest": file.checksum,
            }
        )
        approval.decision_count += 1
        self._log_decision(decision, line, comment, whose)
        self._advance(decision, line, comment)

    def _advance(self, decision, line, comment):
        """Close the line that is decided, ask the next one or end the request."""
        if decision == "return":
            return self._end("returned", comment)
        if decision == "reject":
            line.state = "rejected"
            return self._end("rejected", comment)
        return self._settle()

    def _settle(self):
        """Go on to the next line that is not decided, or end the request."""
        approval = self._engine()
        approval.line_ids.invalidate_recordset(["decision_ids"])
        quora = approval.line_ids._quorum()
        for position, quorum_line in enumerate(quora):
            if quorum.is_done(quorum_line):
                approval.line_ids[position].state = "approved"
        if quorum.current(quora) is None:
            return self._end("approved")
        return self._ask()

    def _check_staffed(self):
        """Refuse steps that cannot all be decided by different people."""
        lines = self.sudo().line_ids
        index = quorum.unstaffed(lines._quorum())
        if index is not None:
            raise UserError(
                self.env._(
                    "“%(step)s” of %(approval)s finds only people who decide another "
                    "step: %(people)s. Nobody decides twice; assign one more person "
                    "under Customer care > Configuration > Role assignments.",
                    step=lines[index].name,
                    approval=self.name,
                    people=", ".join(lines[index].user_ids.mapped("name")) or "-",
                )
            )

    def _ask(self):
        """Name the people who may decide now and raise their activities."""
        # people who have left too: without it they could not be taken off
        approval = self._engine().with_context(active_test=False)
        line = approval.line_ids[quorum.current(approval.line_ids._quorum())]
        if line.state != "pending":
            line.state = "pending"
        asked = self._find_deciders(line)
        if not asked and quorum.is_done(line._quorum()[0]):
            return self._settle()  # whom it waited for has left, all others approved
        people = self.env["res.users"].sudo().browse(asked)
        before = approval.current_user_ids
        gone, new = before - people, people - before
        if gone or new:
            vals = {
                "current_user_ids": [Command.set(people.ids)],
                "decider_id": people[:1].id,
            }
            if not approval.due_at and not approval.decision_count:
                # its clock starts with somebody to answer for it
                vals["due_at"] = approval.rule_id._due_at(approval.company_id)
            approval.write(vals)
            self._close_activities(gone)
            self._raise_activities(new, asked)
        return None

    def _find_deciders(self, line):
        """Return {who is asked: whose seat it is}. Where they have left meanwhile, the
        present holders are asked, and without any the requester is told."""
        users = self.env["res.users"].sudo()
        asked = quorum.askable(self.sudo().line_ids._quorum(), self._stand_ins())
        people = users.browse(asked)
        deaf = self.env["care.secrecy.notice"]._deaf(people, self.sudo())
        left = {user.id for user in people if not user.active or user in deaf}
        if line.step_id and (left == asked.keys() or (left and line.mode == "all")):
            record = self._host()
            try:
                there = line.step_id._deciders(record, self._excluded_users(record))
            except UserError as error:
                self._tell_nobody(f"{error}")
            else:
                line.user_ids = there
                quora = self.sudo().line_ids._quorum()
                asked = quorum.askable(quora, self._stand_ins())
        return {one: whose for one, whose in asked.items() if one not in left}

    def _end(self, how, reason=""):
        """End a request: `how` is approved, rejected or a kind of cancelling."""
        cancelled = how not in ("approved", "rejected")
        approval = self._engine()
        for line in approval.line_ids:
            if line.state in ("waiting", "pending"):
                line.state = "skipped"
        now = fields.Datetime.now()
        if how == "approved":
            approval.granted_at = now
        approval.write(
            {
                "state": "cancelled" if cancelled else how,
                "cancel_kind": how if cancelled else False,
                "decided_at": now,
                "reason": reason,
                "current_user_ids": [Command.clear()],
                "decider_id": False,
            }
        )
        self._close_activities()
        self._tell_requester()
        record = self._host()
        if record and how != "deleted":
            if cancelled:
                record._on_approval_cancelled(self)
            else:
                record._on_approval_decided(self)

    # -- who stands in for whom ----------------------------------------------

    def _stand_ins(self):
        """Return {user id: id of who stands in} for the people of the pending step.
        Who asked for it or is concerned by it stands in for nobody."""
        this = self.sudo()
        quora = this.line_ids._quorum()
        index = quorum.current(quora)
        if index is None:
            return {}
        people = this.env["res.users"].browse(sorted(quora[index].allowed))
        barred = this._excluded_users(this._host())
        found = this.env["care.delegation"]._stand_ins(
            people - barred, "approvals", this.company_id, barred=barred.ids
        )
        others = this.env["res.users"].browse(set(found.values()))
        deaf = this.env["care.secrecy.notice"]._deaf(others - people, this)._ids
        return {
            one: other
            for one, other in found.items()
            if one != other and other not in deaf
        }

    def _stood_in_for(self, user):
        """Return the ids of the people of the pending step `user` stands in for."""
        return {one for one, other in self._stand_ins().items() if other == user.id}

    @api.model
    def _follow_stand_ins(self, users):
        """Move the activities of pending approvals of `users`, whose stand-ins have
        changed. An approval somebody is deciding is left to the job."""
        line = Domain("state", "=", "pending") & Domain("user_ids", "in", users.ids)
        asked = Domain("line_ids", "any", line)
        asked |= Domain("current_user_ids", "in", users.ids)
        everybody = self.sudo().with_context(active_test=False)
        approvals = everybody.search(Domain("state", "=", "pending") & asked)
        approvals = approvals.try_lock_for_update(allow_referencing=True)
        for approval in approvals:
            approval._plain(self.env)._ask()
        return len(approvals)

    @api.model
    def _cron_follow_stand_ins(self):
        """Begin and end stand-ins on the day, in the zone of each person away, and ask
        others where the decider has left."""
        now = fields.Datetime.now()
        rows = self.env["care.delegation"].with_context(active_test=False)
        changed = Domain("write_date", ">=", fields.Datetime.subtract(now, days=2))
        recent = Domain("date_to", "=", False) | Domain(
            "date_to", ">=", fields.Date.subtract(now.date(), days=3)
        )
        begun = Domain("date_from", "<=", fields.Date.add(now.date(), days=1))
        users = rows.sudo().search(changed | (recent & begun)).user_id
        left = (
            self.sudo()
            .with_context(active_test=False)
            .search(
                [("state", "=", "pending"), ("current_user_ids.active", "=", False)]
            )
        )
        users |= left.current_user_ids.filtered(lambda user: not user.active)
        users |= self._deaf_deciders()
        for user in users:
            done = self._follow_stand_ins(user)
            if not self.env["ir.cron"]._commit_progress(done, remaining=1):
                return
        self.env["ir.cron"]._commit_progress(remaining=0)

    @api.model
    def _deaf_deciders(self):
        """Return who is asked in approvals that they may see no longer."""
        notice = self.env["care.secrecy.notice"]
        if not notice._is_needed():
            return self.env["res.users"]
        secret = self.sudo().search(
            [("state", "=", "pending"), ("secrecy_level", ">=", 2)]
        )
        pairs = {(user.id, one.id) for one in secret for user in one.current_user_ids}
        deaf = notice._deaf_pairs(self._name, pairs)
        return self.env["res.users"].sudo().browse({user_id for user_id, _id in deaf})
