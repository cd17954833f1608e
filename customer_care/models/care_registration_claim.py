from odoo import fields, models

GROUNDS = [
    ("earlier", "Met or registered the customer earlier"),
    ("unnamed", "The customer cannot name the manager met before"),
    ("named", "The customer asked for me by name"),
    ("referred", "A customer of mine brought this one"),
    ("other", "Another reason"),
]


class CareRegistrationClaim(models.Model):
    """Somebody claims a customer that is registered for another, with evidence; a
    manager who is no party rules it. The entry and the ruling alone write it."""

    _name = "care.registration.claim"
    _description = "Claim"
    _inherit = [
        "care.registration.claim.flow",
        "care.engine.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "care.secrecy.follow.mixin",
    ]
    _order = "claimed_at desc, id desc"
    _mail_post_access = "read"

    name = fields.Char("Number", required=True, readonly=True, index=True)
    registration_id = fields.Many2one(
        "care.registration",
        "Entry of the claim",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    earlier_id = fields.Many2one(
        "care.registration",
        "Earlier registration",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        groups="customer_care.customer_care_group_manager",
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", readonly=True, index=True, ondelete="restrict"
    )
    sealed_partner_id = fields.Many2one(
        "res.partner",
        "Customer hidden from the claimant",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        groups="customer_care.customer_care_group_manager",
    )
    twin_id = fields.Many2one(
        "res.partner",
        "Entered again as",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups="customer_care.customer_care_group_manager",
    )
    name_given = fields.Char("Name given", readonly=True)
    claimant_id = fields.Many2one(
        "res.users", required=True, readonly=True, index=True, ondelete="restrict"
    )
    owner_id = fields.Many2one(
        "res.users", "Registered for", readonly=True, index=True, ondelete="restrict"
    )
    asked_for_id = fields.Many2one(
        "res.users", "Asked for", readonly=True, ondelete="restrict"
    )
    ground = fields.Selection(GROUNDS, required=True, readonly=True)
    evidence = fields.Text(readonly=True)
    evidence_file_ids = fields.Many2many(
        "ir.attachment", "care_registration_claim_file_rel", readonly=True
    )
    claimed_at = fields.Datetime(required=True, readonly=True)
    state = fields.Selection(
        [
            ("open", "To be ruled"),
            ("upheld", "Claim upheld"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        readonly=True,
        default="open",
        index=True,
        tracking=True,
    )
    proposal = fields.Selection(
        [("upheld", "Uphold the claim"), ("refused", "Refuse the claim")],
        readonly=True,
        help="What the rules of attribution say of the facts.",
    )
    rule_id = fields.Many2one(
        "care.attribution.rule", "By the rule", readonly=True, ondelete="set null"
    )
    proposal_text = fields.Char("Why", compute="_compute_proposal_text")
    judge_ids = fields.Many2many(
        "res.users",
        "care_registration_claim_judge_rel",
        string="Asked to rule",
        readonly=True,
    )
    ruled_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    ruled_at = fields.Datetime(readonly=True)
    ruling = fields.Text(readonly=True)
    # customer and claimant while it is open; no link, for merges of contacts
    open_key = fields.Char(readonly=True, export_string_translation=False)
    may_rule = fields.Boolean(compute="_compute_may_rule")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )

    _secrecy_skip_links = ("repeat_of_id", "twin_id", "registration_id")
    _open_uniq = models.UniqueIndex(
        "(open_key) WHERE open_key IS NOT NULL",
        "You have claimed this customer already. Wait for the ruling.",
    )

    def _customer(self):
        """Return the customer, whoever may see it, with all rights."""
        claim = self.sudo()
        return claim.partner_id or claim.sealed_partner_id
