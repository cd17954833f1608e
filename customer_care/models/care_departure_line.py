from odoo import api, fields, models
from odoo.exceptions import UserError

MANAGER = "customer_care.customer_care_group_manager"


class CareDepartureLine(models.Model):
    """One thing a leaver hands over: a customer, an obligation, a lead. The system
    lists it and notes what became of it; managers choose who gets it."""

    _name = "care.departure.line"
    _description = "What a leaver hands over"
    _inherit = [
        "care.guarded.mixin",
        "care.document.mixin",
        "care.secrecy.follow.mixin",
    ]
    _order = "departure_id, kind, id"
    _rec_name = "kind"
    _guarded_fields = frozenset(
        {
            "departure_id",
            "kind",
            "res_model",
            "res_id",
            "partner_id",
            "company_id",
            "taker_id",
            "proposed_by",
            "state",
            "reason",
            "told_state",
            "told_at",
            "told_by_id",
            "told_channel",
            "told_note",
            "mail_id",
        }
    )

    departure_id = fields.Many2one(
        "care.departure", required=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection("_selection_kind", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        index="btree_not_null",
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one("res.company", index="btree_not_null", readonly=True)
    successor_id = fields.Many2one(
        "res.users",
        "Chosen",
        domain=[("share", "=", False)],
        index="btree_not_null",
        ondelete="restrict",
        help="Empty: who gets the customer, else the successor of the hand-over.",
    )
    taker_id = fields.Many2one(
        "res.users",
        "Goes to",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    proposed_by = fields.Selection(
        [
            ("territory", "Manager of the territory"),
            ("team", "Member of the team"),
            ("load", "Least customers"),
            ("hand", "Chosen by hand"),
        ],
        "Why this person",
        readonly=True,
    )
    state = fields.Selection(
        [("open", "Planned"), ("moved", "Handed over"), ("left", "Could not move")],
        required=True,
        readonly=True,
        default="open",
    )
    reason = fields.Char("Why it could not", readonly=True)
    told_state = fields.Selection(
        [
            ("queued", "Letter on its way"),
            ("sent", "Letter sent"),
            ("failed", "Letter failed"),
            ("no_address", "No e-mail address"),
            ("noted", "Told otherwise"),
        ],
        "Customer told",
        readonly=True,
    )
    told_at = fields.Datetime("Told on", readonly=True)
    told_by_id = fields.Many2one(
        "res.users", "Told by", readonly=True, ondelete="restrict"
    )
    told_channel = fields.Selection(
        [
            ("mail", "E-mail"),
            ("phone", "Telephone"),
            ("visit", "Visit"),
            ("letter", "Letter"),
            ("none", "Need not be told"),
        ],
        "Told by way of",
        readonly=True,
    )
    told_note = fields.Char("What was said, or what went wrong", readonly=True)
    mail_id = fields.Many2one(
        "mail.mail", readonly=True, index="btree_not_null", ondelete="set null"
    )
    mail_to = fields.Char("Sent to", compute="_compute_mail", compute_sudo=True)
    mail_subject = fields.Char("Subject", compute="_compute_mail", compute_sudo=True)
    mail_body = fields.Html(
        "Letter", compute="_compute_mail", compute_sudo=True, sanitize=False
    )
    user_id = fields.Many2one(related="departure_id.user_id", string="Leaves")
    departure_state = fields.Selection(
        related="departure_id.state", string="State of the hand-over"
    )

    _record_uniq = models.UniqueIndex(
        "(departure_id, kind, res_id)", "This is on the list already."
    )
    _customer_idx = models.Index("(departure_id, partner_id) WHERE kind = 'customer'")

    @api.model
    def _selection_kind(self):
        return list(self._kind_words().items())

    @api.model
    def _kind_words(self):
        """Return {kind: label}, in the order in which they move."""
        sources = self.env["care.departure"]._departure_sources()
        return {kind: source["label"] for kind, source in sources.items()}

    @api.depends("kind", "res_model", "res_id")
    def _compute_display_name(self):
        words = self._kind_words()
        for line in self:
            parts = (words.get(line.kind), line.document)
            line.display_name = ": ".join(part for part in parts if part)

    @api.depends("mail_id.state", "mail_id.body_html")
    def _compute_mail(self):
        for line in self:
            mail = line.mail_id
            people = mail.recipient_ids.mapped("email_formatted")
            line.mail_to = ", ".join(filter(None, [mail.email_to, *people]))
            line.mail_subject = mail.subject
            line.mail_body = mail.body_html

    @api.onchange("successor_id")
    def _onchange_successor_id(self):
        self.taker_id = self.successor_id or self.taker_id

    def write(self, vals):
        if "successor_id" not in vals or self._in_engine():
            return super().write(vals)
        self.check_access("write")
        self.departure_id._check_draft()
        user = self.env["res.users"].sudo().browse(vals["successor_id"] or ())
        leavers = self.sudo().departure_id.user_id
        if user and (user in leavers or user.share or not user.active):
            raise UserError(
                self.env._(
                    "%(user)s cannot take over. Choose somebody else who works here.",
                    user=user.name,
                )
            )
        result = super().write(vals)
        self._put({"proposed_by": "hand" if user else False})
        self.departure_id._spread_takers()
        return result

    def action_told(self):
        """Note that these customers were told by telephone, visit or letter."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_departure_note_action"
        ) | {"context": {"default_line_ids": self.ids}}

    def action_send_again(self):
        """Send the letter again, such as to a corrected address."""
        self.departure_id._check_manager()
        lines = self.filtered(
            lambda line: line.state == "moved" and line.told_state in _AGAIN
        )
        if not lines:
            raise UserError(
                self.env._(
                    "None of these letters failed. Choose customers whose letter "
                    "failed or who had no address."
                )
            )
        lines.departure_id._queue_letters(lines)
        return True


_AGAIN = ("failed", "no_address")
