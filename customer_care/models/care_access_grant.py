from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

OFFICER = "customer_care.customer_care_group_security"


class CareAccessGrant(models.Model):
    """One user sees one record for a time, up to the level it had at the grant.

    The engine writes it: an approved access request, or emergency access. It ends by
    itself or is revoked, and is never edited.
    """

    _name = "care.access.grant"
    _description = "Access to one record"
    _inherit = [
        "care.access.emergency",
        "care.obligation.mixin",
        "care.subject.mixin",
        "care.engine.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _secrecy_open = "its reader and security officers see who may see what"
    _order = "date_from desc, id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users", "Reader", required=True, index=True, ondelete="restrict"
    )
    res_model = fields.Char("Model", required=True)
    res_id = fields.Many2oneReference(
        "Record ID", model_field="res_model", required=True
    )
    level = fields.Integer("Up to level", required=True)
    level_text = fields.Char("Opens up to", compute="_compute_level_text")
    kind = fields.Selection(
        [("request", "Access request"), ("emergency", "Emergency")],
        required=True,
        index=True,
    )
    date_from = fields.Datetime("From", required=True)
    date_to = fields.Datetime("Until", required=True, index=True)
    revoked_at = fields.Datetime()
    revoked_by_id = fields.Many2one("res.users", "Revoked by", ondelete="restrict")
    revoke_reason = fields.Text("Revoked because")
    needs_vetting = fields.Boolean(
        help="Counts only while the reader's clearance or vetting runs."
    )
    reason = fields.Text()
    company_id = fields.Many2one("res.company", required=True, index=True)
    request_id = fields.Many2one(
        "care.access.request", index="btree_not_null", ondelete="restrict"
    )
    granted_by_id = fields.Many2one("res.users", "Granted by", ondelete="restrict")
    is_running = fields.Boolean(
        "In force now", compute="_compute_is_running", search="_search_is_running"
    )

    _span = models.Constraint(
        "CHECK (date_to > date_from)", "Access must not end before it begins."
    )
    _sight_idx = models.Index("(user_id, date_to) WHERE revoked_at IS NULL")
    _record_idx = models.Index("(res_model, res_id)")

    @api.depends("level")
    @api.depends_context("lang")
    def _compute_level_text(self):
        names = self.env["care.sight"]._level_names()
        for grant in self:
            grant.level_text = names.get(grant.level)

    @api.depends("kind", "user_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        words = dict(self._fields["kind"]._description_selection(self.env))
        for grant in self:
            name = grant.user_id.name or ""
            grant.display_name = f"{words.get(grant.kind, '')} {grant.id}: {name}"

    @api.depends("date_from", "date_to", "revoked_at")
    def _compute_is_running(self):
        now = fields.Datetime.now()
        for grant in self:
            in_time = grant.date_from <= now < grant.date_to
            grant.is_running = in_time and not grant.revoked_at

    def _search_is_running(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._running_domain()

    @api.model
    def _running_domain(self):
        now = fields.Datetime.now()
        return (
            Domain("revoked_at", "=", False)
            & Domain("date_from", "<=", now)
            & Domain("date_to", ">", now)
        )

    def _message_auto_subscribe_followers(self, updated_values, default_subtype_ids):
        """The person is told by name what concerns him, not of each step."""
        return []

    # ---- writing

    @api.model
    def _give(self, vals_list):
        """Open records for readers."""
        engine = self.with_context(
            mail_create_nolog=True, mail_create_nosubscribe=True, tracking_disable=True
        )._engine()
        grants = engine.create(vals_list)
        self.env["care.clearance"]._forget_sight()
        return grants._plain(self.env)

    def action_revoke(self):
        """Ask why access ends now."""
        self.check_access("read")
        self._check_may_revoke()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_clearance_end_action"
        )
        return action | {"context": {"default_grant_ids": self.ids}}

    def _check_may_revoke(self):
        """Officers revoke; readers give back what they have."""
        officer = self.env.user.has_group(OFFICER)
        if not officer and self.sudo().user_id != self.env.user:
            raise AccessError(
                self.env._("A security officer takes this step. Ask one of them.")
            )

    def _revoke(self, reason):
        """End the grants that run or are still to begin, at once."""
        self.check_access("read")
        self._check_may_revoke()
        now = fields.Datetime.now()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why it ends."))
        for grant in self.sudo():
            if grant.revoked_at or grant.date_to <= now:
                raise UserError(
                    self.env._(
                        "%(record)s has ended already.", record=grant.display_name
                    )
                )
        self._engine().write(
            {
                "revoked_at": now,
                "revoked_by_id": self.env.uid,
                "revoke_reason": reason,
            }
        )
        self.env["care.clearance"]._forget_sight()
