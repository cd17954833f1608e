from odoo import fields, models


class CareApprovalNoticeMixin(models.AbstractModel):
    """How an approval speaks: activities, messages and sentences for its people.

    Part of care.approval, in a file of its own for its length.
    """

    _name = "care.approval.notice.mixin"
    _description = "What an approval tells its people"

    # -- activities and messages ---------------------------------------------

    def _raise_activities(self, users, asked=None):
        """Give each decider one activity on the approval, with the usual mail.

        :param asked: {user id: id of the person whose seat it is}
        """
        self.ensure_one()
        asked = asked or {}
        activity_type = self.env.ref("customer_care.care_approval_activity_type")
        model_id = self.env["ir.model"]._get_id("care.approval")
        self.env["mail.activity"].sudo().create(
            [
                {
                    "activity_type_id": activity_type.id,
                    "automated": True,
                    "date_deadline": self._deadline_of(user),
                    "res_id": self.id,
                    "res_model_id": model_id,
                    "summary": self.with_context(lang=user.lang).name,
                    "note": self._stand_in_text(user, asked.get(user.id)),
                    "user_id": user.id,
                }
                for user in users.sudo()
            ]
        )

    def _deadline_of(self, user):
        """Return the day it is to be decided by, where that person is; or today."""
        here = self.with_context(tz=user.tz or self.env.context.get("tz"))
        return fields.Date.context_today(here, self.sudo().due_at or None)

    def _stand_in_text(self, user, whose):
        """Return for whom somebody decides, in his language; "" when for himself."""
        if not whose or whose == user.id:
            return ""
        return self.with_context(lang=user.lang).env._(
            "You decide for %(person)s.", person=user.browse(whose).name
        )

    def _close_activities(self, users=None):
        """Take the approval off the list of `users`, of everybody when left out."""
        activities = self.sudo().activity_ids.filtered("automated")
        if users is not None:
            activities = activities.filtered(lambda row: row.user_id in users)
        activities.unlink()

    def _log_decision(self, decision, line, comment, whose):
        """Note a decision on the approval and on the record it is about."""
        words = dict(
            self.env["care.approval.decision"]
            ._fields["decision"]
            ._description_selection(self.env)
        )
        values = {
            "approval": self.name,
            "step": line.name,
            "decision": words[decision],
            "comment": comment,
        }
        if whose == self.env.user:
            body = self.env._(
                "%(approval)s, %(step)s: %(decision)s. %(comment)s", **values
            )
        else:
            body = self.env._(
                "%(approval)s, %(step)s: %(decision)s for %(person)s. %(comment)s",
                person=whose.sudo().name,
                **values,
            )
        body = body.strip()
        author = self.env.user.partner_id.id
        self.sudo()._message_log(body=body, author_id=author)
        record = self._host()
        if record and isinstance(record, self.pool["mail.thread"]):
            record._message_log(body=body, author_id=author)

    def _tell_requester(self):
        """Tell the requester how the request ended, unless he ended it himself."""
        this = self.sudo()
        if this.requester_id == self.env.user or not this.requester_id.active:
            return
        if this.env["care.secrecy.notice"]._deaf(this.requester_id, this):
            return
        this = this.with_context(lang=this.requester_id.lang)
        selection = "cancel_kind" if this.cancel_kind else "state"
        words = dict(this._fields[selection]._description_selection(this.env))
        this.message_notify(
            subject=this.env._(
                "%(approval)s: %(state)s",
                approval=this.name,
                state=words[this[selection]],
            ),
            body=this.reason or this.env._("Decided by all who were asked."),
            partner_ids=this.requester_id.partner_id.ids,
            author_id=self.env.user.partner_id.id,
        )

    def _tell_nobody(self, text):
        """Tell the requester that nobody is left to decide, and the way out."""
        this = self.sudo()
        notice = this.env["care.secrecy.notice"]
        if notice._deaf(this.requester_id, this):
            notice._tell_guardians(this.company_id)
            return
        this.message_notify(
            subject=self.env._("%(approval)s: nobody can decide", approval=self.name),
            body=text,
            partner_ids=this.requester_id.partner_id.ids,
        )

    def _keep_file(self, attachment):
        """Return the ir.attachment of (file name, bytes), empty for None."""
        files = self.env["ir.attachment"].sudo()
        if not attachment:
            return files
        name, content = attachment
        return files.create(
            {
                "name": name,
                "raw": content,
                "res_model": self._name,
                "res_id": self.id,
            }
        )

    def _notify_get_action_link(self, link_type, **kwargs):
        """Mails lead to our own address, which asks for the login."""
        link = super()._notify_get_action_link(link_type, **kwargs)
        if link_type == "view" and len(self) == 1:
            return f"{self.get_base_url()}/care/approval/{self.id}"
        return link

    # -- sentences -----------------------------------------------------------

    def _people_text(self):
        return ", ".join(self.sudo().current_user_ids.mapped("name"))

    def _left_text(self, left):
        """Return how many were decided and which were not, as the reader may know."""
        return self.env._(
            "%(done)s of %(all)s are decided. Open these one by one to see what they "
            "need: %(left)s.",
            done=len(self) - len(left),
            all=len(self),
            left=", ".join(f"{row.name} ({row.record_name})" for row in left),
        )

    def _why_over(self):
        """Return who ended the approval and how, for somebody who comes late."""
        this = self.sudo()
        last = this.decision_ids[:1]
        state = dict(this._fields["state"]._description_selection(self.env))
        if last and not this.cancel_kind:
            return self.env._(
                "%(approval)s was decided by %(user)s already: %(state)s. "
                "Reload the page.",
                approval=self.name,
                user=last.user_id.name,
                state=state[this.state],
            )
        return self.env._(
            "%(approval)s is no longer open: %(state)s. Reload the page.",
            approval=self.name,
            state=state[this.state],
        )

    def _why_not_withdraw(self):
        if self.state != "pending":
            return self._why_over()
        return self.env._(
            "%(requester)s asked for %(approval)s. Only they or a manager of Customer "
            "care may take it back.",
            requester=self.sudo().requester_id.name,
            approval=self.name,
        )

    def _refusal_text(self, why):
        values = {
            "user": self.env.user.name,
            "approval": self.name,
            "people": self._people_text() or "-",
        }
        if why == "again":
            return self.env._(
                "%(user)s has decided in %(approval)s before. "
                "Another person decides this step: %(people)s.",
                **values,
            )
        if why == "needed_later":
            return self.env._(
                "Only %(user)s can decide a later step of %(approval)s. "
                "Another person decides this one: %(people)s.",
                **values,
            )
        return self.env._(
            "%(people)s decides %(approval)s, not %(user)s. "
            "Ask them, or have the role assigned anew.",
            **values,
        )
