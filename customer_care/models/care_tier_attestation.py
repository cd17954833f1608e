from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..logic import tiers


class CareTierAttestation(models.Model):
    """What a person stated about a customer, with evidence and an end.

    Users write it once; a change of mind is a new row, and withdrawing ends one.
    """

    _name = "care.tier.attestation"
    _description = "Statement about a customer"
    _inherit = ["care.guarded.mixin", "mail.thread", "care.secrecy.follow.mixin"]
    _order = "stated_on desc, id desc"
    _rec_name = "fact_id"
    _guarded_fields = frozenset({"stated_by_id", "withdrawn_on", "withdrawn_by_id"})
    # What may still be said once the statement is made
    _OPEN_FIELDS = frozenset({"attachment_ids", "message_main_attachment_id"})

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="cascade"
    )
    fact_id = fields.Many2one(
        "care.tier.fact", required=True, index=True, ondelete="restrict"
    )
    holds = fields.Boolean("It is so", default=True, help="Unticked: it is not so.")
    statement = fields.Text(required=True, help="What it is based on.")
    attachment_ids = fields.Many2many("ir.attachment", string="Evidence")
    stated_by_id = fields.Many2one(
        "res.users",
        default=lambda self: self.env.user,
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    stated_on = fields.Date(
        required=True, default=lambda self: fields.Date.context_today(self), copy=False
    )
    valid_to = fields.Date(
        "Valid until",
        compute="_compute_valid_to",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        index=True,
        copy=False,
    )
    withdrawn_on = fields.Date(readonly=True, copy=False)
    withdrawn_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    is_current = fields.Boolean(
        "In force", compute="_compute_is_current", search="_search_is_current"
    )

    _span = models.Constraint(
        "CHECK (valid_to >= stated_on)", "A statement must not end before its day."
    )

    @api.depends("stated_on", "fact_id")
    def _compute_valid_to(self):
        for row in self:
            months = row.fact_id.valid_months or 12
            row.valid_to = row.stated_on and tiers.last_day(row.stated_on, months)

    @api.depends("stated_on", "valid_to", "withdrawn_on")
    def _compute_is_current(self):
        today = fields.Date.context_today(self)
        for row in self:
            row.is_current = (
                bool(row.stated_on and row.valid_to)
                and row.stated_on <= today <= row.valid_to
                and not row.withdrawn_on
            )

    def _search_is_current(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        return self._current_domain(today)

    @api.model
    def _current_domain(self, on):
        """Return the domain of what is in force on a day."""
        return [
            ("stated_on", "<=", on),
            ("valid_to", ">=", on),
            "|",
            ("withdrawn_on", "=", False),
            ("withdrawn_on", ">", on),
        ]

    @api.constrains("stated_on", "valid_to", "fact_id")
    def _check_length(self):
        for row in self:
            limit = tiers.last_day(row.stated_on, row.fact_id.valid_months)
            if row.valid_to > limit:
                raise ValidationError(
                    self.env._(
                        "“%(fact)s” may be stated for %(months)s months at most. "
                        "Choose an earlier end.",
                        fact=row.fact_id.name,
                        months=row.fact_id.valid_months,
                    )
                )
            if row.stated_on > fields.Date.context_today(row):
                raise ValidationError(
                    self.env._(
                        "“%(fact)s” is stated for a day to come. Choose today or an "
                        "earlier day.",
                        fact=row.fact_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows.partner_id.check_access("read")
        rows._check_speaker()
        rows._own_evidence()
        return rows

    def write(self, vals):
        if not self._in_engine() and set(vals) - self._OPEN_FIELDS:
            raise UserError(
                self.env._(
                    "What was stated is not edited. Withdraw it and state it anew."
                )
            )
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._own_evidence()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if not self._in_engine():
            raise UserError(self.env._("What was stated is kept. Withdraw it instead."))

    def _check_speaker(self):
        """Refuse who may not state the fact, and a fact without its evidence."""
        roles = self.env["care.role"]
        for row in self:
            role = row.fact_id.sudo().role_id
            if role and not self.env.su:
                people = roles._resolve(role, row.company_id, partner=row.partner_id)
                if self.env.user not in people:
                    raise UserError(
                        self.env._(
                            "“%(fact)s” is stated by %(role)s. Ask them.",
                            fact=row.fact_id.name,
                            role=role.name,
                        )
                    )
            if row.fact_id.evidence_wanted and not row.attachment_ids:
                raise ValidationError(
                    self.env._(
                        "“%(fact)s” needs evidence. Attach a file.",
                        fact=row.fact_id.name,
                    )
                )

    def _own_evidence(self):
        """Bind files of the author to the row, so that its readers may read them."""
        for row in self:
            mine = row.sudo().attachment_ids.filtered(
                lambda a: not a.res_id and a.create_uid == self.env.user
            )
            mine.write({"res_model": self._name, "res_id": row.id})

    def action_withdraw(self):
        """End the statement today; its author and managers may."""
        manager = self.env.user.has_group("customer_care.customer_care_group_manager")
        for row in self.filtered(lambda row: not row.withdrawn_on):
            if row.stated_by_id != self.env.user and not manager:
                raise UserError(
                    self.env._(
                        "%(user)s stated this. Ask them or a manager to withdraw it.",
                        user=row.stated_by_id.name,
                    )
                )
            row.check_access("write")
            row._put(
                {
                    "withdrawn_on": fields.Date.context_today(row),
                    "withdrawn_by_id": self.env.uid,
                }
            )
        return True
