from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class CareAlertNote(models.Model):
    """Something unusual noticed about a customer (trade, staff, money).

    Whoever notices it writes it; those it concerns mark it as seen.
    """

    _name = "care.alert.note"
    _description = "Alert note"
    _inherit = [
        "care.guarded.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "care.secrecy.follow.mixin",
    ]
    _order = "date desc, id desc"
    _guarded_fields = frozenset({"author_id", "seen_user_ids"})
    _NOTED = frozenset(
        {"name", "partner_id", "kind", "text", "source", "date", "company_id", "active"}
    )

    name = fields.Char("What was noticed", required=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(
        [
            ("trade", "Trade"),
            ("personnel", "Personnel"),
            ("finance", "Finance"),
            ("other", "Other"),
        ],
        required=True,
        default="trade",
        index=True,
    )
    text = fields.Text("Details")
    source = fields.Char(help="Where it comes from, such as the press or a visit.")
    date = fields.Date(
        required=True, default=lambda self: fields.Date.context_today(self), index=True
    )
    author_id = fields.Many2one(
        "res.users",
        "Noticed by",
        default=lambda self: self.env.user,
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    seen_user_ids = fields.Many2many(
        "res.users", string="Seen by", readonly=True, copy=False
    )
    is_seen = fields.Boolean(
        "Seen by me", compute="_compute_is_seen", search="_search_is_seen"
    )
    tier_id = fields.Many2one(
        "care.tier", "Grade", related="partner_id.care_tier_id", store=False
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )

    @api.depends("seen_user_ids")
    @api.depends_context("uid")
    def _compute_is_seen(self):
        for note in self:
            note.is_seen = self.env.user in note.seen_user_ids

    def _search_is_seen(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("seen_user_ids", "in", self.env.uid)]

    @api.model_create_multi
    def create(self, vals_list):
        notes = super().create(vals_list)
        notes.partner_id.check_access("read")
        notes._mark_seen()
        return notes

    def write(self, vals):
        """Only its author and managers change what was noted."""
        if not self._in_engine() and self._NOTED.intersection(vals):
            manager = self.env.user.has_group(
                "customer_care.customer_care_group_manager"
            )
            for note in self.filtered(lambda n: n.author_id != self.env.user):
                if not manager:
                    raise UserError(
                        self.env._(
                            "%(user)s noted this. Ask them, or add a note.",
                            user=note.author_id.name,
                        )
                    )
        result = super().write(vals)
        if "partner_id" in vals:
            self.partner_id.check_access("read")
        return result

    def _mark_seen(self):
        self._put({"seen_user_ids": [Command.link(self.env.uid)]})

    def action_seen(self):
        """Note that the current user has read them."""
        self.check_access("read")
        self._mark_seen()
        return True
