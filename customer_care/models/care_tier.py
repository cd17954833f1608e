from odoo import api, fields, models
from odoo.exceptions import ValidationError

PRIORITIES = [(0, "0"), (1, "1"), (2, "2"), (3, "3")]


class CareTier(models.Model):
    """A grade of a scheme with the privileges that go with it.

    Managers and policy packs write it; other add-ons read the privileges through
    `_care_privileges` of the customer.
    """

    _name = "care.tier"
    _description = "Grade"
    _inherit = ["care.tier.team.mixin", "care.pack.row.mixin"]
    _order = "scheme_id, sequence, id"
    _pack_fields = (
        "name",
        "sequence",
        "scheme_id",
        "color",
        "is_fallback",
        "focus",
        "visit_per_year",
        "visitor_rank",
        "has_named_manager",
        "team_min",
        "team_role_ids",
        "complaint_priority",
        "contact_mode_ids",
        "survey",
        "greeting",
        "reception_class",
        "credit_limit",
        "credit_grade",
        "production_priority",
        "wants_support_plan",
        "card_apart",
        "pricelist_xmlid",
        "privileges",
    )

    scheme_id = fields.Many2one(
        "care.tier.scheme", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer("Rank", default=10, help="The best grade has the least.")
    color = fields.Integer()
    is_fallback = fields.Boolean(
        "When a grade runs out",
        help="Given when a grade ends without a new one. Without such a grade the "
        "customer has none.",
    )
    focus = fields.Text(translate=True, help="What the work with them is about.")
    # ---- privileges
    visit_per_year = fields.Integer("Visits a year", aggregator=None)
    visitor_rank = fields.Selection(
        [
            ("staff", "Staff"),
            ("manager", "Management"),
            ("executive", "Top management"),
        ],
        "Visited by",
    )
    has_named_manager = fields.Boolean("One named person in charge")
    complaint_priority = fields.Integer(
        help="0 is ordinary, 3 goes before all others.", aggregator=None
    )
    contact_mode_ids = fields.Many2many("care.contact.mode", string="Ways of contact")
    survey = fields.Boolean("Satisfaction survey")
    greeting = fields.Boolean("Greetings")
    reception_class = fields.Char()
    credit_limit = fields.Float(digits=(16, 2))
    credit_grade = fields.Char(
        help="Given with the grade unless the evaluation sets another one."
    )
    production_priority = fields.Integer(
        help="0 is ordinary, 3 goes first.", aggregator=None
    )
    wants_support_plan = fields.Boolean(help="Evaluations list them with their plan.")
    card_apart = fields.Boolean(
        "Cards kept apart", help="Their relationship cards are printed by themselves."
    )
    pricelist_xmlid = fields.Char(
        "Pricelist (external name)", help="Such as sale.list_a; waits for the add-on."
    )
    pricelist_ref = fields.Reference(
        "_selection_pricelist_ref",
        "Pricelist",
        compute="_compute_pricelist_ref",
        inverse="_inverse_pricelist_ref",
    )
    has_pricelists = fields.Boolean(compute="_compute_has_pricelists")
    privileges = fields.Text("Other privileges", translate=True)
    rule_ids = fields.One2many("care.tier.rule", "tier_id", "Alternatives", copy=True)
    customer_count = fields.Integer("Customers", compute="_compute_customer_count")

    _priorities = models.Constraint(
        "CHECK (complaint_priority BETWEEN 0 AND 3 AND production_priority BETWEEN 0 "
        "AND 3)",
        "Priorities go from 0 to 3.",
    )
    _numbers = models.Constraint(
        "CHECK (visit_per_year >= 0 AND credit_limit >= 0)",
        "Visits and credit must not be negative.",
    )
    _fallback_uniq = models.UniqueIndex(
        "(scheme_id) WHERE is_fallback AND active",
        "The scheme has a grade for this case already. Untick that one first.",
    )

    @api.model
    def _selection_pricelist_ref(self):
        known = "product.pricelist" in self.env
        return [("product.pricelist", self.env._("Pricelist"))] if known else []

    def _compute_has_pricelists(self):
        self.has_pricelists = "product.pricelist" in self.env

    @api.depends("pricelist_xmlid")
    def _compute_pricelist_ref(self):
        for tier in self:
            pricelist = tier._pricelist()
            tier.pricelist_ref = pricelist or False

    def _inverse_pricelist_ref(self):
        for tier in self:
            record = tier.pricelist_ref
            tier.pricelist_xmlid = record and self._xmlid_of(record)

    @api.model
    def _xmlid_of(self, record):
        """Return the external name of a record, making one as an export does."""
        known = record.sudo().get_external_id()[record.id]
        if known:
            return known
        name = f"{record._table}_{record.id}"
        self.env["ir.model.data"].sudo().create(
            {
                "module": "__export__",
                "name": name,
                "model": record._name,
                "res_id": record.id,
            }
        )
        return f"__export__.{name}"

    def _pricelist(self):
        """Return the pricelist of the grade; None without one or without the add-on."""
        self.ensure_one()
        if not self.pricelist_xmlid or "product.pricelist" not in self.env:
            return None
        record = self.env.ref(self.pricelist_xmlid, raise_if_not_found=False)
        known = record is not None and record._name == "product.pricelist"
        return record.exists() or None if known else None

    def _compute_customer_count(self):
        counts = dict(
            self.env["care.tier.grant"]._read_group(
                [("tier_id", "in", self.ids), ("is_current", "=", True)],
                ["tier_id"],
                ["partner_id:count_distinct"],
            )
        )
        for tier in self:
            tier.customer_count = counts.get(tier, 0)

    @api.depends("name", "scheme_id.name")
    @api.depends_context("care_show_scheme")
    def _compute_display_name(self):
        if not self.env.context.get("care_show_scheme"):
            return super()._compute_display_name()
        for tier in self:
            tier.display_name = f"{tier.scheme_id.name}: {tier.name}"
        return None

    @api.model_create_multi
    def create(self, vals_list):
        """A grade belongs to the company of its scheme."""
        for vals in vals_list:
            if vals.get("scheme_id") and "company_id" not in vals:
                scheme = self.env["care.tier.scheme"].browse(vals["scheme_id"])
                vals["company_id"] = scheme.company_id.id
        return super().create(vals_list)

    def write(self, vals):
        """Priority and pricelist reach the customers of the grade at once."""
        result = super().write(vals)
        if {"complaint_priority", "pricelist_xmlid", "pricelist_ref"} & vals.keys():
            self.scheme_id._refresh_customers()
        return result

    @api.constrains("company_id", "scheme_id")
    def _check_company_of_scheme(self):
        for tier in self:
            if tier.company_id != tier.scheme_id.company_id:
                raise ValidationError(
                    self.env._(
                        "%(tier)s must belong to the same company as its scheme "
                        "%(scheme)s. Choose that company.",
                        tier=tier.name,
                        scheme=tier.scheme_id.name,
                    )
                )

    def action_view_customers(self):
        """Open the customers who have the grade today."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_tier_grant_action"
        )
        return action | {
            "domain": [("tier_id", "=", self.id)],
            "context": {"search_default_current": 1},
        }
