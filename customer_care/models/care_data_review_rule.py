from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .care_data_review_fields import KINDS, STANDARD

_BATCH = 500


class CareDataReviewRule(models.Model):
    """Which customers have their data checked with them, how often and which data.

    Managers write it, packs bring it; a daily job opens the reviews.
    """

    _name = "care.data.review.rule"
    _description = "Review of customer data"
    _inherit = ["care.pack.row.mixin"]
    _order = "sequence, id"
    _pack_fields = (
        "name",
        "sequence",
        "domain",
        "months",
        "field_names",
        "answer_days",
        "link_days",
        "daily_limit",
        "role_id",
    )
    _domain_fields = ("domain",)

    domain = fields.Char(
        "Customers concerned",
        default="[('is_company', '=', True), ('parent_id', '=', False)]",
    )
    months = fields.Integer(
        "Every (months)", required=True, default=12, help="Counted from the last check."
    )
    field_names = fields.Char(
        "Field names",
        required=True,
        default=STANDARD,
        help="Technical names of the fields that are checked, separated by commas.",
    )
    field_ids = fields.Many2many(
        "ir.model.fields",
        string="Data checked",
        compute="_compute_field_ids",
        inverse="_inverse_field_ids",
        domain=[("model", "=", "res.partner"), ("ttype", "in", KINDS)],
    )
    answer_days = fields.Integer(
        "Time allowed (days)", required=True, default=30, help="Until it is done."
    )
    link_days = fields.Integer(
        "Link works for (days)",
        required=True,
        default=14,
        help="How long the customer can answer by the link in the e-mail.",
    )
    daily_limit = fields.Integer(
        "New reviews a day",
        required=True,
        default=50,
        help="So that not all customers come at once.",
    )
    role_id = fields.Many2one(
        "care.role",
        "Done by",
        ondelete="restrict",
        help="Who checks where the customer has no salesperson.",
    )
    review_count = fields.Integer(compute="_compute_review_count")

    _positive = models.Constraint(
        "CHECK (months > 0 AND answer_days > 0 AND link_days > 0 AND daily_limit > 0)",
        "Months, days and the number a day are above 0.",
    )

    def _domain_model(self):
        return self.env["res.partner"]

    def _domain_constrained_fields(self):
        return self._domain_fields

    def _compute_review_count(self):
        counts = dict(
            self.env["care.data.review"]._read_group(
                [("rule_id", "in", self.ids)], ["rule_id"], ["__count"]
            )
        )
        for rule in self:
            rule.review_count = counts.get(rule, 0)

    @api.depends("field_names")
    def _compute_field_ids(self):
        ir_fields = self.env["ir.model.fields"].sudo()
        for rule in self:
            rule.field_ids = ir_fields.union(
                *(ir_fields._get("res.partner", name) for name in rule._names())
            )

    def _inverse_field_ids(self):
        for rule in self:
            names = rule.field_ids.sudo().mapped("name")
            kept = [name for name in rule._names() if name in names]
            rule.field_names = ", ".join(
                kept + [name for name in names if name not in kept]
            )

    def _names(self):
        parts = (self.field_names or "").split(",")
        return [part.strip() for part in parts if part.strip()]

    @api.constrains("field_names")
    def _check_field_names(self):
        reviewed = self.env["care.data.review.fields"]
        for rule in self:
            wrong = [name for name in rule._names() if not reviewed._is_known(name)]
            if wrong or not rule._names():
                raise ValidationError(
                    self.env._(
                        "%(rule)s cannot have “%(names)s” checked. Choose fields of "
                        "contacts that hold a text, a date, a choice or a link.",
                        rule=rule.display_name,
                        names=", ".join(wrong),
                    )
                )

    # ---- the job

    @api.model
    def _cron_open(self):
        """Open the reviews that are due, up to the number of each rule for a day."""
        rules = self.search([("active", "=", True)])
        for number, rule in enumerate(rules, 1):
            rule._open_due()
            if not self.env["ir.cron"]._commit_progress(
                1, remaining=len(rules) - number
            ):
                return

    def _open_due(self):
        """Open what is due today and not open yet; return it."""
        self.ensure_one()
        reviews = self.env["care.data.review"]
        today = fields.Date.context_today(self)
        opened_today = reviews.sudo().search_count(
            [
                ("rule_id", "=", self.id),
                ("kind", "=", "periodic"),
                ("opened_on", "=", today),
            ]
        )
        room = self.daily_limit - opened_today
        if room <= 0:
            return reviews
        partners = self.env["res.partner"].sudo().with_company(self.company_id)
        waiting = reviews.sudo()._search(
            [("kind", "=", "periodic"), ("state", "in", ("open", "sent", "answered"))]
        )
        domain = self._rule_domain("domain") & Domain.AND(
            [
                ["|", ("review_due", "=", False), ("review_due", "<=", today)],
                [("id", "not in", waiting.subselect("partner_id"))],
                [("partner_share", "=", True)],
            ]
        )
        if self.company_id:
            domain &= Domain("company_id", "in", [False, self.company_id.id])
        due = partners.search(domain, order="review_due, id", limit=min(room, _BATCH))
        return reviews._open(due, self)

    def action_open_now(self):
        """Open today's reviews without waiting for the job."""
        self.check_access("write")
        for rule in self:
            rule._open_due()
        return self.action_view_reviews()

    def action_view_reviews(self):
        """Open the reviews made by these rules."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_data_review_action"
        )
        return action | {"domain": [("rule_id", "in", self.ids)], "context": {}}
