from odoo import api, fields, models
from odoo.exceptions import UserError

from ..logic.clearance import SECRET
from .res_users import PUSHED, QUIET


class MailActivity(models.Model):
    """Who is asked for an approval keeps the activity until the approval is decided.

    An activity is as secret as the record it is on."""

    _name = "mail.activity"
    _inherit = ["care.secrecy.follow.mixin", "mail.activity"]

    def _check_asked(self):
        """Refuse to take an open approval off the list of who decides it."""
        if self.env.su:
            return
        self._check_known()
        asked = self.sudo().filtered(
            lambda row: (
                row.automated and row.active and row.res_model == "care.approval"
            )
        )
        ids = set(asked.mapped("res_id"))
        for approval in self.env["care.approval"].sudo().browse(ids).exists():
            if approval.state == "pending":
                raise UserError(
                    self.env._(
                        "“%(approval)s” waits for your decision. Open it, and approve "
                        "or reject it there.",
                        approval=approval.name,
                    )
                )

    def _action_done(self, feedback=False, attachment_ids=None):
        self._check_asked()
        return super()._action_done(feedback=feedback, attachment_ids=attachment_ids)

    @api.model_create_multi
    def create(self, vals_list):
        if not self._may_be_untold():
            return super().create(vals_list)
        created = super(MailActivity, self._quiet()).create(vals_list)
        created = created.with_env(self.env)
        created._push_counts({}, created._seen_todo())
        return created

    def write(self, vals):
        if {"active", "user_id", "res_id", "res_model_id", "automated"} & vals.keys():
            self._check_asked()
        if not self._may_be_untold():
            return super().write(vals)
        self._check_known()
        before = self._seen_todo()
        result = super(MailActivity, self._quiet()).write(vals)
        self._push_counts(before, self._seen_todo())
        return result

    def unlink(self):
        self._check_asked()
        if not self._may_be_untold():
            return super().unlink()
        before = self._seen_todo()
        result = super(MailActivity, self._quiet()).unlink()
        self._push_counts(before, {})
        return result

    # ---- the counter in the corner of the screen

    def _may_be_untold(self):
        return self.env["care.sight"]._in_use(SECRET)

    def _quiet(self):
        """Return `self` so that Odoo pushes no counts: those would hold what is hidden
        from whom they are pushed to."""
        return self.with_context(**{QUIET: True})

    def _seen_todo(self):
        """Return {user: how many of these are due and seen by the user}."""
        today = fields.Date.today()
        todo = self.sudo().filtered(
            lambda row: row.active and row.user_id and row.date_deadline <= today
        )
        sight = self.env["care.sight"]
        return {
            user: len(sight._sees(user, rows))
            for user, rows in todo.grouped("user_id").items()
        }

    def _push_counts(self, before, after):
        for user in before.keys() | after.keys():
            more = after.get(user, 0) - before.get(user, 0)
            if more:
                what = "activity_created" if more > 0 else "activity_deleted"
                values = {what: True, "count_diff": more}
                user.with_context(**{QUIET: None})._bus_send(PUSHED, values)

    def _check_access(self, operation):
        """One on a hidden record is refused as one on a record that is not there."""
        rights = self.env["ir.model.access"]
        if (
            operation == "create"
            or not self.env["care.mask"]._on()
            or not rights.check(self._name, operation, raise_exception=False)
        ):
            result = super()._check_access(operation)
            if result and operation == "create" and self.env["care.mask"]._on():
                return result[0], lambda: result[0]._make_access_error(operation)
            return result
        unknown = self._unknown()
        result = super(MailActivity, self - unknown)._check_access(operation)
        if not unknown:
            return result
        forbidden = result[0] | unknown if result else unknown
        return forbidden, lambda: self.env["care.mask"]._missing_error(unknown)
