from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain


class CareSecrecyChange(models.Model):
    """One change of a record's own level: raised at once, lowered once approved.

    The engine writes it, for whoever raises a record or asks to lower it. It is as
    secret as the record.
    """

    _name = "care.secrecy.change"
    _description = "Change of level"
    _inherit = [
        "care.secrecy.follow.mixin",
        "care.obligation.mixin",
        "care.approval.mixin",
        "care.subject.mixin",
        "care.engine.mixin",
    ]
    _order = "id desc"
    _rec_name = "subject_name"

    kind = fields.Selection(
        [("raise", "Raised"), ("lower", "Lowered")], required=True, index=True
    )
    res_model = fields.Char("Model", required=True)
    res_id = fields.Many2oneReference(
        "Record ID", model_field="res_model", required=True
    )
    level_from = fields.Integer("From level", required=True)
    level_to = fields.Integer("To level", required=True)
    level_text = fields.Char("Change", compute="_compute_level_text")
    class_id = fields.Many2one(
        "care.secrecy.class", "By class", index="btree_not_null", ondelete="set null"
    )
    reason = fields.Text()
    user_id = fields.Many2one(
        "res.users", "By", required=True, index=True, ondelete="restrict"
    )
    at = fields.Datetime(required=True)
    state = fields.Selection(
        [
            ("submitted", "To decide"),
            ("done", "In force"),
            ("refused", "Refused"),
            ("cancelled", "Withdrawn"),
        ],
        required=True,
        index=True,
    )
    company_id = fields.Many2one("res.company", index=True, ondelete="restrict")

    _record_idx = models.Index("(res_model, res_id)")
    _one_waiting = models.UniqueIndex(
        "(res_model, res_id) WHERE state = 'submitted'",
        "Lowering this record is asked for already.",
    )

    @api.depends("level_from", "level_to")
    @api.depends_context("lang")
    def _compute_level_text(self):
        names = self.env["care.sight"]._level_names()
        for change in self:
            before, after = names.get(change.level_from), names.get(change.level_to)
            change.level_text = f"{before} → {after}"

    # ---- raising

    @api.model
    def _log_raised(self, records, before, level, row=None):
        """Keep that records were raised.

        :param before: {id: level}; 0 for those left out
        """
        now = fields.Datetime.now()
        self._engine().create(
            [
                {
                    "kind": "raise",
                    "res_model": record._name,
                    "res_id": record.id,
                    "level_from": before.get(record.id, 0),
                    "level_to": level,
                    "class_id": row.id if row else record.secrecy_class_id.id,
                    "user_id": self.env.uid,
                    "at": now,
                    "state": "done",
                    "company_id": self._company_of(record),
                }
                for record in records.sudo()
            ]
        )

    @api.model
    def _company_of(self, record):
        known = "company_id" in record._fields
        return record.company_id.id if known else False

    # ---- lowering

    @api.model
    def _ask(self, record, level, reason):
        """Ask for a lower level of a record the current user sees and may write."""
        record.check_access("write")
        own = record.sudo().secrecy_own
        if level not in range(own):
            raise UserError(
                self.env._(
                    "“%(record)s” is no higher than that. Choose a lower level.",
                    record=record.display_name,
                )
            )
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the level is lowered."))
        change = self._engine().create(
            [
                {
                    "kind": "lower",
                    "res_model": record._name,
                    "res_id": record.id,
                    "level_from": own,
                    "level_to": level,
                    "reason": reason,
                    "user_id": self.env.uid,
                    "at": fields.Datetime.now(),
                    "state": "submitted",
                    "company_id": self._company_of(record.sudo()),
                }
            ]
        )
        change = change._plain(self.env)
        if not change._approval_required("lower"):
            raise UserError(
                self.env._(
                    "No approval rule decides on lowering a level. Ask the security "
                    "officer to add one."
                )
            )
        change._approval_request("lower")
        return change

    def _record(self):
        """Return the record as superuser, empty when it is gone."""
        this = self.sudo()
        return this.env[this.res_model].browse(this.res_id).exists()

    def _approval_gates(self):
        return [("lower", self.env._("Lower the level"))]

    def _approval_guarded_fields(self, gate):
        return {"res_model", "res_id", "level_to"}

    def _approval_subject_users(self, gate):
        """Who asked, and whoever may not see the record, decides nothing."""
        record = self._record()
        everybody = self.env["res.users"].sudo().search([("share", "=", False)])
        sight = self.env["care.sight"]
        able = self._perhaps_cleared(record.secrecy_level) & everybody
        cleared = everybody.browse(
            [user.id for user in able if record and sight._sees(user, record)]
        )
        return self.user_id | (everybody - cleared)

    def _perhaps_cleared(self, level):
        """Return the users with a clearance of the level or some grant."""
        clearances, grants = self.env["care.clearance"], self.env["care.access.grant"]
        domain = clearances._running_domain() & Domain("level", ">=", level)
        users = clearances.sudo().search(domain).user_id
        mine = grants._running_domain() & Domain("level", ">=", level)
        users |= grants.sudo().search(mine).user_id
        if level < 2:
            users |= users.search([("share", "=", False)])
        return users

    def _on_approval_decided(self, approval):
        for change in self.filtered(lambda one: one.state == "submitted"):
            if approval.state == "rejected":
                change._engine().state = "refused"
            elif change._approval_is_granted("lower"):
                change._lower()

    def _on_approval_cancelled(self, approval):
        waiting = self.filtered(lambda one: one.state == "submitted")
        waiting._engine().write({"state": "cancelled"})

    def _lower(self):
        """Set the record's own level, unless it was raised or lowered meanwhile."""
        record = self._record()
        if not record or record.secrecy_own != self.level_from:
            raise UserError(
                self.env._(
                    "The level of the record changed after this was asked for. Reject "
                    "it, and have it asked for again."
                )
            )
        engine = self._engine()
        engine.write({"state": "done", "at": fields.Datetime.now()})
        record = record.with_env(engine.env)
        if record.secrecy_class_id.level > self.level_to:
            record.write({"secrecy_class_id": False})
        record._secrecy_set_own(self.level_to)

    def action_withdraw(self):
        """Take the wish back."""
        self.check_access("read")
        for change in self:
            if change.user_id != self.env.user or change.state != "submitted":
                raise AccessError(
                    self.env._("Only who asked withdraws what is not yet decided.")
                )
            for approval in change.sudo().approval_ids:
                if approval.state == "pending":
                    approval._end("withdrawn")
            change._engine().write({"state": "cancelled"})
        return True
