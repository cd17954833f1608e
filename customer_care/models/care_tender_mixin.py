from odoo import api, fields, models
from odoo.fields import Domain

_USER = "customer_care.customer_care_group_user"
STATES = [
    ("preparing", "Preparing"),
    ("submitted", "Handed in"),
    ("missed", "Closing time missed"),
    ("declined", "Not bidding"),
    ("won", "Awarded to us"),
    ("lost", "Awarded to another"),
]


class CareTenderMixin(models.AbstractModel):
    """The part of an opportunity that is a tender: the customer's dates, the papers,
    the price, the handing in, the opening and the result (P01.06)."""

    _name = "care.tender.mixin"
    _description = "Opportunity that is a tender"
    _inherit = ["care.tender.steps"]

    care_is_tender = fields.Boolean(
        "Tender", copy=False, groups=_USER, index="btree_not_null"
    )
    care_tender_number = fields.Char(
        "Tender number",
        copy=False,
        groups=_USER,
        tracking=True,
        help="The customer's number.",
    )
    care_tender_announced_on = fields.Date("Announced on", copy=False, groups=_USER)
    care_tender_closing_at = fields.Datetime(
        "Bids close at",
        copy=False,
        groups=_USER,
        tracking=True,
        help="The customer's closing time. No bid is handed in after it.",
    )
    care_tender_opening_at = fields.Datetime(
        "Bids opened at", copy=False, groups=_USER, tracking=True
    )
    care_tender_template_id = fields.Many2one(
        "care.tender.template",
        "Checklist",
        copy=False,
        groups=_USER,
        ondelete="set null",
    )
    care_tender_document_ids = fields.One2many(
        "care.tender.document", "lead_id", "Papers of the bid", groups=_USER
    )
    care_tender_bid_ids = fields.One2many(
        "care.tender.bid", "lead_id", "Prices at the opening", groups=_USER
    )
    care_tender_document_count = fields.Integer(
        "Papers wanted", compute="_compute_care_tender_documents", groups=_USER
    )
    care_tender_done_count = fields.Integer(
        "Papers done", compute="_compute_care_tender_documents", groups=_USER
    )
    care_tender_currency_id = fields.Many2one(
        "res.currency",
        "Currency of the bid",
        compute="_compute_care_tender_currency_id",
        store=True,
        groups=_USER,
    )
    care_tender_price = fields.Monetary(
        "Bid price",
        currency_field="care_tender_currency_id",
        copy=False,
        groups=_USER,
        tracking=True,
    )
    care_tender_bond = fields.Monetary(
        "Bid bond", currency_field="care_tender_currency_id", copy=False, groups=_USER
    )
    care_tender_bond_paid_on = fields.Date("Bond paid on", copy=False, groups=_USER)
    care_tender_bond_due = fields.Date(
        "Bond to be returned by", copy=False, groups=_USER, tracking=True
    )
    care_tender_bond_returned_on = fields.Date(
        "Bond returned on", copy=False, groups=_USER
    )
    care_tender_proof_ids = fields.Many2many(
        "ir.attachment",
        "care_tender_proof_rel",
        string="Proof of handing in",
        groups=_USER,
        copy=False,
    )
    care_tender_missed_reason = fields.Text(
        "Why no bid was handed in", groups=_USER, copy=False
    )
    care_tender_analysis = fields.Text(
        "Why won or lost", groups=_USER, copy=False, help="What we learn from it."
    )
    care_tender_state = fields.Selection(
        STATES,
        "State of the tender",
        readonly=True,
        copy=False,
        index="btree_not_null",
        tracking=True,
        group_expand=True,
        groups="base.group_user",
    )
    care_tender_submitted_at = fields.Datetime(
        "Handed in at",
        readonly=True,
        copy=False,
        tracking=True,
        groups="base.group_user",
    )
    care_tender_submitted_by_id = fields.Many2one(
        "res.users",
        "Handed in by",
        readonly=True,
        copy=False,
        ondelete="restrict",
        groups="base.group_user",
    )
    care_tender_result_on = fields.Date(
        "Result known on", readonly=True, copy=False, groups="base.group_user"
    )
    care_contract_signed_on = fields.Date(
        "Contract signed on", readonly=True, copy=False, groups="base.group_user"
    )
    care_contract_ids = fields.One2many(
        "care.contract", "lead_id", "Contracts", groups=_USER
    )
    care_contract_count = fields.Integer(
        "Number of contracts", compute="_compute_care_contract_count", groups=_USER
    )
    care_tender_is_late = fields.Boolean(
        "Closing time over",
        compute="_compute_care_tender_is_late",
        search="_search_care_tender_is_late",
        groups=_USER,
    )

    @api.depends("company_id")
    def _compute_care_tender_currency_id(self):
        for lead in self:
            company = lead.company_id or self.env.company
            lead.care_tender_currency_id = company.sudo().currency_id

    @api.depends("care_tender_document_ids.is_done")
    def _compute_care_tender_documents(self):
        counts = {}
        for lead, done, count in self.env["care.tender.document"]._read_group(
            [("lead_id", "in", self.ids), ("is_required", "=", True)],
            ["lead_id", "is_done"],
            ["__count"],
        ):
            counts[lead.id, done] = count
        for lead in self:
            done = counts.get((lead._origin.id, True), 0)
            lead.care_tender_done_count = done
            lead.care_tender_document_count = done + counts.get(
                (lead._origin.id, False), 0
            )

    def _compute_care_contract_count(self):
        counts = dict(
            self.env["care.contract"]._read_group(
                [("lead_id", "in", self.ids)], ["lead_id"], ["__count"]
            )
        )
        for lead in self:
            lead.care_contract_count = counts.get(lead._origin, 0)

    @api.depends("care_tender_state", "care_tender_closing_at")
    def _compute_care_tender_is_late(self):
        now = fields.Datetime.now()
        for lead in self:
            closing = lead.care_tender_closing_at
            lead.care_tender_is_late = bool(
                lead.care_tender_state == "preparing" and closing and closing < now
            )

    def _search_care_tender_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = Domain("care_tender_state", "=", "preparing") & Domain(
            "care_tender_closing_at", "<", fields.Datetime.now()
        )
        return late if True in value else ~late

    @api.onchange("care_is_tender")
    def _onchange_care_is_tender(self):
        if self.care_is_tender and not self.care_tender_template_id:
            company = self.company_id or self.env.company
            self.care_tender_template_id = self.env[
                "care.tender.template"
            ]._default_for(company)

    # ---- approvals

    def _approval_gates(self):
        return [*super()._approval_gates(), ("bid", self.env._("Handing in a bid"))]

    def _approval_guarded_fields(self, gate):
        guarded = super()._approval_guarded_fields(gate)
        return guarded | {"care_tender_price"} if gate == "bid" else guarded
