from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .care_occasion_channel import CHANNELS


class CareOptOut(models.Model):
    """What a contact does not want: a channel, advertising, or any greeting.

    Whoever hears it writes it down; the link in mails writes it too.
    """

    _name = "care.opt.out"
    _description = "Opt-out"
    _inherit = [
        "care.guarded.mixin",
        "mail.thread",
        "care.secrecy.follow.mixin",
    ]
    _order = "date_from desc, id desc"
    _rec_name = "partner_id"
    _guarded_fields = frozenset({"noted_by_id", "by_link"})

    active = fields.Boolean(default=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Contact",
        required=True,
        index=True,
        ondelete="cascade",
        help="Of a customer itself: it holds for all of its contacts.",
    )
    scope = fields.Selection(
        [
            ("advertising", "No advertising"),
            ("greeting", "No greetings and no advertising"),
            ("all", "Nothing at all, not even warnings"),
        ],
        "Not wanted",
        required=True,
        default="advertising",
        tracking=True,
    )
    channel = fields.Selection(
        CHANNELS, tracking=True, help="Empty: by no channel at all."
    )
    reason = fields.Char("Why", help="In the contact's own words.")
    source = fields.Selection(
        [
            ("call", "By phone"),
            ("mail", "By mail"),
            ("letter", "By letter"),
            ("visit", "On a visit"),
            ("link", "By the link in a mail"),
            ("other", "Other"),
        ],
        "Told us",
        required=True,
        default="call",
    )
    date_from = fields.Date(
        "From", required=True, default=fields.Date.context_today, tracking=True
    )
    date_to = fields.Date("Until", tracking=True, help="Empty: until further notice.")
    noted_by_id = fields.Many2one(
        "res.users",
        "Noted by",
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
    )
    by_link = fields.Boolean("By the contact himself", readonly=True, copy=False)
    company_id = fields.Many2one(
        "res.company",
        index=True,
        help="Empty: it holds for all companies, as most contacts mean it.",
    )

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for row in self:
            if row.date_to and row.date_to < row.date_from:
                raise ValidationError(
                    self.env._(
                        "The opt-out of %(partner)s ends before it begins. Correct "
                        "the dates.",
                        partner=row.partner_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows.partner_id.check_access("read")
        return rows

    def write(self, vals):
        result = super().write(vals)
        if "partner_id" in vals:
            self.partner_id.check_access("read")
        return result

    @api.model
    def _of(self, partners, on):
        """Return {partner id: [(scope, channel or False)]} in force on a day: the
        contact's own and those of the customer it belongs to."""
        partners = partners.sudo()
        owners = {p.id: {p.id, p.commercial_partner_id.id} for p in partners}
        every = set().union(*owners.values())
        rows = self.sudo().search_fetch(
            [
                ("partner_id", "in", list(every)),
                ("date_from", "<=", on),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", on),
            ],
            ["partner_id", "scope", "channel"],
        )
        found = {}
        for row in rows:
            found.setdefault(row.partner_id.id, []).append((row.scope, row.channel))
        return {
            id_: [pair for owner in own for pair in found.get(owner, ())]
            for id_, own in owners.items()
        }
