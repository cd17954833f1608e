from odoo import fields, models

ORIGINS = [
    ("duty_call", "Call on duty"),
    ("duty_visit", "Visit on duty"),
    ("own", "Found by oneself"),
]


class CareRegistration(models.Model):
    """One line of the register: who came or called when, by which way, with what need,
    and whose customer it became. The entry (`care.registration.desk`) alone writes it.
    """

    _name = "care.registration"
    _description = "Registration"
    _inherit = [
        "care.registration.undo",
        "care.engine.mixin",
        "care.secrecy.follow.mixin",
    ]
    _order = "registered_at desc, id desc"

    name = fields.Char("Number", required=True, readonly=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", readonly=True, index=True, ondelete="restrict"
    )
    sealed_partner_id = fields.Many2one(
        "res.partner",
        "Customer hidden from who entered it",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        groups="customer_care.customer_care_group_manager",
    )
    name_given = fields.Char("Name given", readonly=True)
    phone_given = fields.Char("Phone given", readonly=True)
    user_id = fields.Many2one(
        "res.users", "Person in charge", readonly=True, index=True, ondelete="restrict"
    )
    entered_by_id = fields.Many2one(
        "res.users",
        "Entered by",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    department_id = fields.Many2one("hr.department", readonly=True, ondelete="restrict")
    origin = fields.Selection(ORIGINS, "How met", required=True, readonly=True)
    contact_at = fields.Datetime("Time of contact", required=True, readonly=True)
    registered_at = fields.Datetime(required=True, readonly=True, index=True)
    registered_on = fields.Date(
        "Day of the register", required=True, readonly=True, index=True
    )
    due_at = fields.Datetime("Was due", readonly=True)
    late = fields.Boolean(readonly=True)
    channel_id = fields.Many2one("care.channel", readonly=True, ondelete="restrict")
    intermediary_id = fields.Many2one(
        "res.partner", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    referrer_id = fields.Many2one(
        "res.partner",
        "Brought by",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    asked_for_id = fields.Many2one(
        "res.users", "Asked for", readonly=True, ondelete="restrict"
    )
    intent_id = fields.Many2one("care.intent", readonly=True, ondelete="restrict")
    is_intending = fields.Boolean("Intending", readonly=True)
    care_need = fields.Text("Need", readonly=True)
    outcome = fields.Selection(
        [
            ("new", "New customer"),
            ("known", "Known customer"),
            ("claimed", "Claimed"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    rule_id = fields.Many2one(
        "care.attribution.rule", "Given by", readonly=True, ondelete="set null"
    )
    # no link: a merge of contacts must not delete the line that is one too many
    first_of = fields.Integer(readonly=True, export_string_translation=False)
    claim_ids = fields.One2many("care.registration.claim", "registration_id", "Claims")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )

    _secrecy_skip_links = ("repeat_of_id", "intermediary_id", "referrer_id")
    _first_uniq = models.UniqueIndex(
        "(first_of) WHERE first_of > 0",
        "This customer has just been registered. Enter it again to see by whom.",
    )

    def _customer(self):
        """Return the customer of the line, whoever may see it, with all rights."""
        line = self.sudo()
        return line.partner_id or line.sealed_partner_id
