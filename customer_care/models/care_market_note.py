from odoo import api, fields, models
from odoo.exceptions import UserError

_MANAGER = "customer_care.customer_care_group_manager"


class CareMarketNote(models.Model):
    """Something learned about the market: a competitor, the trade, a finding of market
    research. What is unusual about one customer is an alert note instead.

    Whoever learns of it writes it; only he and managers change it.
    """

    _name = "care.market.note"
    _description = "Market note"
    _inherit = [
        "care.guarded.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "care.secrecy.follow.mixin",
    ]
    _order = "date desc, id desc"
    _guarded_fields = frozenset({"author_id"})

    name = fields.Char("What was learned", required=True)
    kind = fields.Selection(
        [
            ("research", "Market research"),
            ("competitor", "Competitor"),
            ("trade", "Trade and prices"),
            ("rules", "Laws and rules"),
            ("other", "Other"),
        ],
        required=True,
        default="research",
        index=True,
        tracking=True,
    )
    partner_id = fields.Many2one(
        "res.partner", "Firm", index="btree_not_null", ondelete="set null"
    )
    group_ids = fields.Many2many(
        "res.partner.category",
        string="Target customer groups",
        help="Customers the finding says we should win or keep.",
    )
    text = fields.Html("Details")
    conclusion = fields.Text("What it means for us")
    source = fields.Char(help="Where it comes from, such as the press or a trade fair.")
    date = fields.Date(
        required=True, default=lambda self: fields.Date.context_today(self), index=True
    )
    clause_id = fields.Many2one(
        "care.policy.clause", index="btree_not_null", ondelete="restrict"
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Files")
    author_id = fields.Many2one(
        "res.users",
        "Noted by",
        default=lambda self: self.env.user,
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )

    @api.model_create_multi
    def create(self, vals_list):
        notes = super().create(vals_list)
        notes.partner_id.check_access("read")
        return notes

    def write(self, vals):
        if not self._in_engine():
            manager = self.env.user.has_group(_MANAGER)
            for note in self:
                if not manager and not self.env.su and note.author_id != self.env.user:
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
