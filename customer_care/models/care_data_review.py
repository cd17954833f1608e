from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from .care_data_review_fields import STANDARD

_WAITING = ("open", "sent", "answered")


class CareDataReview(models.Model):
    """One check of one customer's data: field by field what we have and what the
    customer says, by a link without login, on the phone, or as a change reported.

    The job or a button opens it; the customer or staff answer; staff accept or refuse.
    """

    _name = "care.data.review"
    _description = "Review of a customer's data"
    _inherit = [
        "care.obligation.mixin",
        "care.data.review.flow",
        "care.data.review.link",
        "care.data.review.compliance",
        "care.guarded.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "care.secrecy.follow.mixin",
    ]
    _order = "due_date, id"
    _rec_name = "partner_id"
    _guarded_fields = frozenset(
        {
            *("rule_id", "clause_id", "kind", "partner_id", "state", "source"),
            *("due_date", "known_on", "opened_on", "sent_at", "sent_to"),
            *("token_hash", "token_until", "try_count", "tried_at", "answered_at"),
            *("answered_by", "reported_by_id", "decided_at", "decided_by_id"),
            *("company_id", "line_ids"),
        }
    )

    rule_id = fields.Many2one(
        "care.data.review.rule", index="btree_not_null", ondelete="restrict"
    )
    clause_id = fields.Many2one(
        "care.policy.clause", index="btree_not_null", ondelete="restrict"
    )
    kind = fields.Selection(
        [("periodic", "Regular check"), ("change", "Reported change")],
        required=True,
        default="periodic",
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="cascade"
    )
    contact_id = fields.Many2one(
        "res.partner",
        "Asked",
        domain="[('id', 'child_of', partner_id)]",
        help="Who is asked; the customer itself when left open.",
    )
    user_id = fields.Many2one(
        "res.users", "Responsible", index="btree_not_null", tracking=True
    )
    state = fields.Selection(
        [
            ("open", "To do"),
            ("sent", "Link sent"),
            ("answered", "Answered"),
            ("done", "Done"),
            ("cancelled", "Called off"),
        ],
        required=True,
        default="open",
        index=True,
        tracking=True,
        group_expand=True,
    )
    source = fields.Selection(
        [("link", "By the customer"), ("phone", "On the phone"), ("staff", "By us")],
        "Answered how",
    )
    opened_on = fields.Date(required=True, default=fields.Date.context_today)
    due_date = fields.Date("Due", index=True)
    known_on = fields.Date(
        "Change known since", help="The day on which somebody of us learnt of it."
    )
    sent_at = fields.Datetime("Link sent at")
    sent_to = fields.Char("Link sent to")
    answered_at = fields.Datetime("Answered or reported at", index="btree_not_null")
    answered_by = fields.Char("Who said it")
    reported_by_id = fields.Many2one("res.users", "Noted by", ondelete="restrict")
    decided_at = fields.Datetime("Closed at")
    decided_by_id = fields.Many2one("res.users", "Closed by", ondelete="restrict")
    note = fields.Text()
    line_ids = fields.One2many("care.data.review.line", "review_id", "Data")
    change_count = fields.Integer("Changes", compute="_compute_change_count")
    waiting_count = fields.Integer("To decide", compute="_compute_change_count")
    company_id = fields.Many2one("res.company", required=True, index=True)

    _one_open = models.UniqueIndex(
        "(partner_id) "
        "WHERE kind = 'periodic' AND state IN ('open', 'sent', 'answered')",
        "This customer's data are being checked already.",
    )

    @api.depends("line_ids.answer", "line_ids.decision")
    def _compute_change_count(self):
        for review in self:
            changed = review.line_ids.filtered(lambda line: line.answer == "changed")
            review.change_count = len(changed)
            review.waiting_count = len(changed.filtered(lambda c: not c.decision))

    @api.constrains("known_on")
    def _check_known_on(self):
        for review in self:
            if review.known_on and review.known_on > fields.Date.context_today(review):
                raise ValidationError(
                    self.env._(
                        "The change at %(partner)s cannot be known since a day to "
                        "come. Correct the date.",
                        partner=review.partner_id.display_name,
                    )
                )

    # ---- opening

    @api.model
    def _open(self, partners, rule=None, names=None, **vals):
        """Open a review for each of these customers and return them."""
        rule = rule.sudo() if rule else self.env["care.data.review.rule"].sudo()
        names = names or rule._names() or STANDARD.split(", ")
        today = fields.Date.context_today(self)
        rows = [
            {
                "partner_id": partner.id,
                "rule_id": rule.id,
                "clause_id": rule.clause_id.id,
                "user_id": self._responsible(partner, rule).id,
                "opened_on": today,
                "due_date": fields.Date.add(today, days=rule.answer_days or 30),
                "company_id": (
                    partner.company_id or rule.company_id or self.env.company
                ).id,
                "line_ids": self._line_commands(partner, names),
            }
            | vals
            for partner in partners.sudo()
        ]
        engine = self._guard().with_context(mail_create_nolog=True)
        return engine.create(rows).with_env(self.env)

    @api.model
    def _line_commands(self, partner, names):
        reviewed = self.env["care.data.review.fields"].sudo()
        return [
            Command.create(
                {
                    "name": name,
                    "sequence": number,
                    "old_value": reviewed._words(partner, name),
                }
            )
            for number, name in enumerate(names)
        ]

    @api.model
    def _responsible(self, partner, rule):
        """Return who checks a customer: its salesperson, else the role of the rule."""
        user = partner.commercial_partner_id.user_id or partner.user_id
        if user or not rule.role_id:
            return user
        company = partner.company_id or rule.company_id or self.env.company
        return rule.role_id._resolve(company=company, partner=partner)[:1]

    @api.model
    def _keep_one(self, merged, kept):
        """Call off the checks that run for merged customers if one of them goes on."""
        running = [("kind", "=", "periodic"), ("state", "in", _WAITING)]
        theirs = self.sudo().search([*running, ("partner_id", "in", merged.ids)])
        goes_on = self.sudo().search_count([*running, ("partner_id", "=", kept.id)])
        spare = theirs if goes_on else theirs[1:]
        spare._put({"state": "cancelled", "token_hash": False, **self._stamp()})

    # ---- buttons

    def action_note_call(self):
        """Note what the customer says on the phone."""
        self.ensure_one()
        self.check_access("write")
        self._check_waiting()
        return self.env["care.data.change"]._open_window(self.partner_id, self)

    def action_send_link(self):
        """Send each customer the link by which it checks its data."""
        self.check_access("write")
        for review in self:
            review._send_link()
        return True

    def action_cancel(self):
        """Call the check off."""
        self.check_access("write")
        self._check_waiting()
        self._put({"state": "cancelled", "token_hash": False, **self._stamp()})
        return True

    def _check_waiting(self):
        for review in self:
            if review.state not in _WAITING:
                raise UserError(
                    self.env._(
                        "The check of %(partner)s is over. Report a change on the "
                        "customer's page instead.",
                        partner=review.partner_id.display_name,
                    )
                )
