from odoo import api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.fields import Domain

_MANAGER = "customer_care.customer_care_group_manager"


class CareScoreOverride(models.Model):
    """A correction of a subject's score: a value or a band, with reason and end.

    Asked for by its window, decided by an approval (gate "override") or, where no rule
    wants one, by a manager; never by who asked or is scored. Runs do not touch it.
    """

    _name = "care.score.override"
    _description = "Correction of a score"
    _inherit = [
        "care.approval.mixin",
        "care.engine.mixin",
        "care.subject.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "care.secrecy.follow.mixin",
    ]
    _order = "id desc"
    _rec_name = "scorecard_id"
    _mail_post_access = "read"

    scorecard_id = fields.Many2one(
        "care.scorecard", required=True, index=True, readonly=True, ondelete="restrict"
    )
    score_id = fields.Many2one(
        "care.score", "Score corrected", index=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    res_model = fields.Char("Kind of subject", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Subject ID", model_field="res_model", required=True, readonly=True
    )
    kind = fields.Selection(
        [("value", "Score"), ("band", "Band")], required=True, readonly=True
    )
    value = fields.Float("New score", readonly=True, aggregator=None)
    band_code = fields.Char("New band", readonly=True)
    reason = fields.Text(required=True, readonly=True)
    requested_by_id = fields.Many2one(
        "res.users", "Asked by", required=True, readonly=True
    )
    requested_at = fields.Datetime("Asked at", required=True, readonly=True)
    decided_by_id = fields.Many2one("res.users", "Decided by", readonly=True)
    decided_at = fields.Datetime(readonly=True)
    valid_from = fields.Date(required=True, readonly=True)
    valid_until = fields.Date(required=True, readonly=True)
    state = fields.Selection(
        [
            ("pending", "To decide"),
            ("confirmed", "Confirmed"),
            ("rejected", "Rejected"),
            ("withdrawn", "Withdrawn"),
            ("ended", "Ended early"),
        ],
        required=True,
        readonly=True,
    )
    in_force = fields.Boolean(compute="_compute_in_force", search="_search_in_force")
    can_decide = fields.Boolean(compute="_compute_can_decide")

    _subject_idx = models.Index("(scorecard_id, res_id) WHERE state = 'confirmed'")

    @api.depends("state", "valid_from", "valid_until")
    def _compute_in_force(self):
        today = fields.Date.context_today(self)
        for override in self:
            override.in_force = (
                override.state == "confirmed"
                and override.valid_from <= today <= override.valid_until
            )

    def _search_in_force(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        domain = (
            Domain("state", "=", "confirmed")
            & Domain("valid_from", "<=", today)
            & Domain("valid_until", ">=", today)
        )
        both = {True: domain, False: ~domain}
        return Domain.OR([both[bool(wanted)] for wanted in value])

    @api.depends("state", "requested_by_id")
    @api.depends_context("uid")
    def _compute_can_decide(self):
        for override in self:
            override.can_decide = not override._refusal()

    # ---------------------------------------------------------------- approvals

    def _approval_gates(self):
        return [("override", self.env._("Correction of a score"))]

    def _approval_subject_users(self, gate):
        """Who is scored decides nothing about it."""
        this = self.sudo()
        if this.res_model not in this.env:
            return this.env["res.users"]
        subject = this.env[this.res_model].browse(this.res_id).exists()
        users = this.env["res.users"]
        if this.res_model == "res.users":
            return subject
        if this.res_model == "res.partner":
            return subject.with_context(active_test=False).user_ids
        if this.res_model == "hr.employee":
            return subject.user_id
        return users

    def _approval_partner(self):
        partner = self.env["res.partner"]
        return partner.browse(self.res_id if self.res_model == "res.partner" else [])

    def _on_approval_decided(self, approval):
        if self.state != "pending":
            return
        if approval.state == "rejected":
            self._settle("rejected", approval.decision_ids[-1:].user_id)
        elif self._approval_is_granted("override"):
            self._settle("confirmed", approval.decision_ids[-1:].user_id)

    # ------------------------------------------------------------------- asking

    @api.model
    def _ask(self, score, vals):
        """Write down a correction and ask for its approval, if a rule wants one."""
        score.check_access("read")
        asked = self._engine().create(
            {
                "scorecard_id": score.scorecard_id.id,
                "score_id": score.id,
                "company_id": score.company_id.id,
                "res_model": score.res_model,
                "res_id": score.res_id,
                "requested_by_id": self.env.uid,
                "requested_at": fields.Datetime.now(),
                "state": "pending",
                **vals,
            }
        )
        asked = asked._plain(self.env)
        asked._approval_request("override")
        return asked

    # ----------------------------------------------------------------- deciding

    def _refusal(self):
        """Return why the user may not decide a correction, "" when he may."""
        self.ensure_one()
        if self.state != "pending":
            return self.env._("This correction is decided already.")
        if self.sudo()._approval_required("override"):
            return self.env._(
                "An approval decides this correction. Open its approvals."
            )
        user = self.env.user
        if not user.has_group(_MANAGER):
            return self.env._("A manager of customer care decides corrections.")
        if user == self.requested_by_id or user in self._approval_subject_users(""):
            return self.env._(
                "%(user)s asked for this correction or is scored by it, so another "
                "manager decides.",
                user=user.name,
            )
        return ""

    def _check_decide(self):
        self.check_access("read")
        try:
            self.sudo().lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._("Somebody decides this at the moment. Reload the page.")
            ) from error
        self.invalidate_recordset()
        for override in self:
            if refusal := override._refusal():
                raise UserError(refusal)

    def action_confirm(self):
        """Put the corrections in force, as a manager who did not ask for them."""
        self._check_decide()
        self._settle("confirmed", self.env.user)
        return True

    def action_reject(self):
        """Leave the scores as they are."""
        self._check_decide()
        self._settle("rejected", self.env.user)
        return True

    def _may_end(self):
        """Tell whether the user may end it as a manager who is not scored by it."""
        user = self.env.user
        return user.has_group(_MANAGER) and user not in self._approval_subject_users("")

    def action_withdraw(self):
        """Take a request back; who asked may, or a manager."""
        self.check_access("read")
        for override in self:
            if override.state != "pending" or not (
                override._may_end() or override.requested_by_id == self.env.user
            ):
                raise UserError(
                    self.env._(
                        "Only who asked or a manager takes back a correction, and "
                        "only before it is decided."
                    )
                )
            for approval in override.sudo().approval_ids:
                if approval.state == "pending":
                    approval.with_env(self.env)._end("withdrawn")
        self._settle("withdrawn", self.env.user)
        return True

    def action_end(self):
        """End corrections in force before their day, as a manager."""
        self.check_access("read")
        if any(row.state != "confirmed" or not row._may_end() for row in self):
            raise UserError(
                self.env._(
                    "A manager who is not scored by them ends corrections that are "
                    "confirmed."
                )
            )
        self._settle("ended", self.env.user)
        return True

    def _settle(self, state, user):
        self._engine().write(
            {
                "state": state,
                "decided_by_id": user.id,
                "decided_at": fields.Datetime.now(),
            }
        )
        label = dict(self._fields["state"]._description_selection(self.env))[state]
        for override in self:
            override.sudo().message_post(
                body=self.env._("%(state)s by %(user)s", state=label, user=user.name)
            )
