from odoo import api, fields, models
from odoo.fields import Domain

from .care_occasion_channel import CHANNELS

STATES = [
    ("planned", "Planned"),
    ("approval", "Waits for approval"),
    ("ready", "To do"),
    ("sent", "Sent"),
    ("done", "Done"),
    ("skipped", "Left out"),
    ("failed", "Went wrong"),
]
OPEN = ("planned", "approval", "ready")
OVER = ("sent", "done")
WHY = [
    ("greeted", "Greeted already"),
    ("unhappy", "Dissatisfied: no advertising"),
    ("no_advertising", "Wants no advertising"),
    ("opted_out", "Wants no greetings"),
    ("blacklisted", "On the blacklist"),
    ("no_way", "No address or channel left"),
    ("late", "Too late"),
    ("refused", "Gift refused"),
    ("archived", "Contact archived"),
    ("closed", "List closed"),
    ("cancelled", "List called off"),
    ("switched_off", "Occasion switched off"),
    ("person", "By hand"),
]
_MANAGER = "customer_care.customer_care_group_manager"


class CareTouch(models.Model):
    """One greeting of one contact on one occasion: planned ahead, prepared, sent or
    done once, or left out with the reason; and how the contact took it.

    The job makes it; employees finish it with its buttons.
    """

    _name = "care.touch"
    _description = "Greeting"
    _inherit = [
        "care.guarded.mixin",
        "care.touch.make",
        "care.touch.settle",
        "care.touch.gift",
        "care.touch.send",
        "care.touch.steps",
        "care.touch.compliance",
        "care.approval.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "care.secrecy.follow.mixin",
    ]
    _order = "planned_on, id"
    _mail_post_access = "read"
    _secrecy_skip_links = ("previous_id", "blocker_id")
    # What the job and the buttons write; wording and who does it are free.
    _guarded_fields = frozenset(
        {
            "occasion_id",
            "run_id",
            "date_id",
            "partner_id",
            "customer_id",
            "person_key",
            "occurrence",
            "event_on",
            "planned_on",
            "channel",
            "state",
            "department_id",
            "company_id",
            "clause_id",
            "counts",
            "advertising",
            "strength",
            "gap_days",
            "template_id",
            "phrase_id",
            "gift_id",
            "gift_quantity",
            "currency_id",
            "gift_value",
            "gift_year_value",
            "skip_code",
            "skip_reason",
            "blocker_id",
            "fail_reason",
            "ready_at",
            "done_at",
            "done_by_id",
            "printed_at",
            "mail_id",
            "reaction_id",
            "reaction_note",
            "reacted_at",
            "previous_id",
            "promised_at",
            "promised_by_id",
            "deliver_by",
        }
    )

    occasion_id = fields.Many2one(
        "care.occasion", required=True, index=True, ondelete="restrict", readonly=True
    )
    run_id = fields.Many2one(
        "care.occasion.run",
        "Campaign or list",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
    )
    date_id = fields.Many2one(
        "care.occasion.date",
        "Own event",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
    )
    kind = fields.Selection(related="occasion_id.kind")
    partner_id = fields.Many2one(
        "res.partner",
        "Contact",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    customer_id = fields.Many2one(
        "res.partner", index=True, ondelete="cascade", readonly=True
    )
    person_key = fields.Char(
        readonly=True, help="The same for two records of one person."
    )
    occurrence = fields.Char(
        required=True,
        readonly=True,
        help="The year or list: each contact is greeted once for it.",
    )
    event_on = fields.Date("Day of the occasion", readonly=True)
    planned_on = fields.Date("Planned for", required=True, index=True, readonly=True)
    channel = fields.Selection(CHANNELS, readonly=True, index=True)
    state = fields.Selection(
        STATES,
        required=True,
        default="planned",
        readonly=True,
        index=True,
        group_expand=True,
    )
    user_id = fields.Many2one("res.users", "Done by", index="btree_not_null")
    department_id = fields.Many2one("hr.department", readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True
    )
    clause_id = fields.Many2one(
        "care.policy.clause",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
    )
    counts = fields.Boolean("Counts as a greeting", readonly=True)
    advertising = fields.Boolean(readonly=True)
    strength = fields.Integer(readonly=True, aggregator=None)
    gap_days = fields.Integer(readonly=True, aggregator=None)
    template_id = fields.Many2one("mail.template", "Mail template", readonly=True)
    phrase_id = fields.Many2one("care.phrase", "Wording", readonly=True)
    text = fields.Text("What is said")
    said = fields.Text("Wording in full", compute="_compute_said")
    gift_id = fields.Many2one("care.gift", index="btree_not_null", readonly=True)
    gift_quantity = fields.Integer("Number", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    gift_value = fields.Monetary("Value of the gift", readonly=True)
    gift_year_value = fields.Monetary(
        "Gifts of the year",
        readonly=True,
        help="All gifts to the customer in the calendar year, this one included. Rules "
        "of approvals compare it in their condition.",
    )
    skip_code = fields.Selection(WHY, "Left out because", readonly=True, index=True)
    skip_reason = fields.Char("Reason", readonly=True)
    blocker_id = fields.Many2one(
        "care.touch", "Greeted by", readonly=True, index="btree_not_null"
    )
    fail_reason = fields.Char("Why it failed", readonly=True)
    ready_at = fields.Datetime(readonly=True)
    done_at = fields.Datetime("Sent or done", readonly=True, index=True)
    done_by_id = fields.Many2one("res.users", "Who did it", readonly=True)
    printed_at = fields.Datetime("Printed", readonly=True)
    mail_id = fields.Many2one(
        "mail.mail", readonly=True, index="btree_not_null", ondelete="set null"
    )
    reaction_id = fields.Many2one("care.touch.reaction", index=True, readonly=True)
    mood = fields.Selection(related="reaction_id.mood", store=True)
    reaction_note = fields.Char("What was said back", readonly=True)
    reacted_at = fields.Datetime("Reaction noted", readonly=True)
    previous_id = fields.Many2one(
        "care.touch", "Promised with", readonly=True, index="btree_not_null"
    )
    promised_at = fields.Datetime("Promised", readonly=True)
    promised_by_id = fields.Many2one("res.users", readonly=True)
    deliver_by = fields.Datetime("To be kept by", readonly=True)
    is_mine = fields.Boolean(compute="_compute_is_mine")
    phone = fields.Char("Phone number", compute="_compute_reach")
    address = fields.Text(compute="_compute_reach")

    _once = models.UniqueIndex(
        "(occasion_id, partner_id, occurrence)",
        "This contact has its greeting for this occasion already.",
    )
    _one_a_day = models.UniqueIndex(
        "(partner_id, planned_on) WHERE counts AND promised_at IS NULL "
        "AND state IN ('approval', 'ready', 'sent', 'done')",
        "This contact is greeted on that day already.",
    )
    _near_partner = models.Index("(partner_id, planned_on)")
    _near_person = models.Index("(person_key, planned_on)")
    _waiting = models.Index(
        "(planned_on, id) WHERE state IN ('planned', 'approval', 'ready')"
    )
    _sum = models.Index("(occasion_id, state)")

    @api.depends("occasion_id", "partner_id", "planned_on")
    def _compute_display_name(self):
        for touch in self:
            who = touch.sudo().partner_id.display_name
            touch.display_name = f"{touch.sudo().occasion_id.name} – {who}"

    @api.depends("text", "phrase_id", "run_id.text", "partner_id", "user_id")
    @api.depends_context("lang")
    def _compute_said(self):
        phrases = self.env["care.phrase"]
        for touch in self:
            touch.said = phrases._fill(touch._wording(), touch._places())

    def _wording(self):
        """Return the wording with its places, in the language of the contact."""
        self.ensure_one()
        touch = self.sudo().with_context(lang=self.partner_id.sudo().lang or "en_US")
        return touch.text or touch.run_id.text or touch.phrase_id.body or ""

    def _places(self):
        touch = self.sudo().with_context(lang=self.partner_id.sudo().lang or "en_US")
        partner = touch.partner_id
        return {
            "contact": partner.care_salutation or partner.name,
            "customer": touch.customer_id.name,
            "occasion": touch.date_id.name or touch.occasion_id.name,
            "company": touch.company_id.name,
            "user": touch.user_id.name,
        }

    @api.depends_context("uid")
    @api.depends("user_id")
    def _compute_is_mine(self):
        for touch in self:
            touch.is_mine = touch.user_id == self.env.user

    @api.depends("partner_id")
    def _compute_reach(self):
        for touch in self:
            partner = touch.partner_id
            touch.phone = partner.phone or touch.customer_id.phone
            touch.address = partner._display_address(without_company=True).strip()

    # ---- who may

    @api.model
    def _my_domain(self):
        """Return what waits for the user."""
        return Domain("user_id", "=", self.env.uid) & Domain("state", "=", "ready")

    # ---- approvals

    def _approval_gates(self):
        return [("gift", self.env._("Gift"))]

    def _approval_guarded_fields(self, gate):
        return {"gift_id", "gift_quantity", "gift_value"}

    def _approval_partner(self):
        return self.customer_id or self.partner_id

    def _approval_counts(self, approval):
        return self.state in (*OPEN, *OVER)

    def _on_approval_decided(self, approval):
        waiting = self.sudo().filtered(lambda touch: touch.state == "approval")
        if approval.state == "rejected":
            waiting._leave_out("refused", approval.reason)
        else:
            free = waiting.filtered(lambda touch: touch._approval_is_granted("gift"))
            free._put({"state": "ready", "ready_at": fields.Datetime.now()})
        return super()._on_approval_decided(approval)
