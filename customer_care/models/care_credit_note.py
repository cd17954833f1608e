from odoo import api, fields, models
from odoo.exceptions import UserError

_NOTED = frozenset(
    {"partner_id", "standing", "name", "text", "source", "date", "limit", "company_id"}
)


class CareCreditNote(models.Model):
    """What somebody learnt of a customer's credit standing on one day, from whom.

    Whoever learns of it writes it; afterwards only its author and managers change it.
    """

    _name = "care.credit.note"
    _description = "Credit standing"
    _inherit = [
        "care.guarded.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "care.secrecy.follow.mixin",
    ]
    _order = "date desc, id desc"
    _guarded_fields = frozenset({"author_id"})

    name = fields.Char("What is known", required=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="cascade"
    )
    standing = fields.Selection(
        [
            ("sound", "Sound"),
            ("fair", "Fair"),
            ("watch", "To be watched"),
            ("poor", "Poor"),
        ],
        required=True,
        default="fair",
        index=True,
        tracking=True,
    )
    limit = fields.Monetary("Credit limit proposed", tracking=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    text = fields.Text("Details")
    source = fields.Char(help="Such as a bank, the credit register or a payment.")
    date = fields.Date(
        required=True, default=lambda self: fields.Date.context_today(self), index=True
    )
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
        if _NOTED.intersection(vals) and not self.env.su:
            manager = self.env.user.has_group(
                "customer_care.customer_care_group_manager"
            )
            for note in self.filtered(lambda row: row.author_id != self.env.user):
                if not manager:
                    raise UserError(
                        self.env._(
                            "%(user)s noted “%(note)s”. Ask them, or add a note.",
                            user=note.author_id.name,
                            note=note.name,
                        )
                    )
        result = super().write(vals)
        if "partner_id" in vals:
            self.partner_id.check_access("read")
        return result
