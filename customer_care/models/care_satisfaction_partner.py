from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..logic import scores

_GROUP = "customer_care.customer_care_group_user"
_COVERED_MONTHS = 12


class CareSatisfactionPartner(models.AbstractModel):
    """The part of a customer that shows how satisfied he is, and whether he was asked.
    Nothing of it is stored with the customer."""

    _name = "care.satisfaction.partner"
    _description = "Customer who is asked"

    care_request_ids = fields.One2many(
        "care.satisfaction.request",
        "customer_id",
        "Satisfaction requests",
        groups=_GROUP,
    )
    care_satisfaction_count = fields.Integer(
        "Times asked after satisfaction", compute="_compute_care_asked", groups=_GROUP
    )
    care_asked_on = fields.Date(
        "Last asked on",
        compute="_compute_care_asked",
        search="_search_care_asked_on",
        groups=_GROUP,
        help="When the customer was last asked how satisfied he is.",
    )
    care_satisfaction_value = fields.Float(
        "Last satisfaction score",
        compute="_compute_care_asked",
        digits=(6, 2),
        groups=_GROUP,
    )
    care_satisfaction_grade = fields.Char(
        "Last grade of satisfaction", compute="_compute_care_asked", groups=_GROUP
    )
    care_not_asked = fields.Boolean(
        "Not asked for a year",
        compute="_compute_care_asked",
        search="_search_care_not_asked",
        groups=_GROUP,
    )
    care_is_own = fields.Boolean(
        "One of our own companies",
        compute="_compute_care_is_own",
        search="_search_care_is_own",
        groups=_GROUP,
        help="Whoever is asked after his satisfaction is none of our own companies.",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_care_asked(self):
        requests = self.env["care.satisfaction.request"]._read_group(
            [("customer_id", "in", self.ids)],
            ["customer_id"],
            ["__count", "asked_on:max"],
        )
        asked = {customer.id: (count, day) for customer, count, day in requests}
        last = {}
        for answer in self.env["care.satisfaction.answer"].search(
            [("customer_id", "in", self.ids), ("state", "=", "counted")]
        ):
            last.setdefault(answer.customer_id.id, answer)
        none = self.env["care.satisfaction.answer"]
        since = scores.add_months(fields.Date.context_today(self), -_COVERED_MONTHS)
        for partner in self:
            count, day = asked.get(partner._origin.id, (0, False))
            answer = last.get(partner._origin.id, none)
            partner.care_satisfaction_count = count
            partner.care_asked_on = day
            partner.care_not_asked = not day or day <= since
            partner.care_satisfaction_value = answer.score
            partner.care_satisfaction_grade = answer.band_id.name

    def _search_care_asked_on(self, operator, value):
        asked = Domain("asked_on", "!=", False)
        if operator == "in" and False in value:
            return Domain("care_request_ids", "not any", asked)
        return Domain("care_request_ids", "any", Domain("asked_on", operator, value))

    def _search_care_not_asked(self, operator, value):
        """Those who were not asked within a year; contacts stand behind their
        company."""
        if operator != "in":
            return NotImplemented
        since = scores.add_months(fields.Date.context_today(self), -_COVERED_MONTHS)
        rows = SQL(
            """(SELECT r.customer_id FROM care_satisfaction_request r
                 WHERE r.asked_on > %s)""",
            since,
        )
        self.env["care.satisfaction.request"].flush_model(["asked_on", "customer_id"])
        lacking = Domain("id", "not in", rows)
        return lacking if True in value else ~lacking

    def _compute_care_is_own(self):
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        own = companies.search([("partner_id", "in", self.ids)]).partner_id.ids
        for partner in self:
            partner.care_is_own = partner._origin.id in own

    def _search_care_is_own(self, operator, value):
        """The companies are few, whoever the customers are."""
        if operator != "in":
            return NotImplemented
        self.env["res.company"].flush_model(["partner_id"])
        rows = SQL("(SELECT c.partner_id FROM res_company c)")
        own = Domain("id", "in", rows)
        return own if True in value else ~own

    def _care_unhappy_ids(self):
        """Add those whose last form, or a last score of a project, within a year did
        not pass; their contacts too."""
        self.env["care.satisfaction.answer"].flush_model()
        self.env["care.satisfaction.score"].flush_model()
        since = scores.add_months(fields.Date.context_today(self), -_COVERED_MONTHS)
        rows = self.env.execute_query(
            SQL(
                """WITH mine AS (SELECT id, commercial_partner_id AS customer_id
                                   FROM res_partner WHERE id = ANY(%(ids)s))
                   SELECT p.id FROM mine p WHERE p.customer_id IN (
                          SELECT customer_id FROM (
                              SELECT DISTINCT ON (a.customer_id) a.customer_id,
                                     a.is_passed
                                FROM care_satisfaction_answer a
                               WHERE a.state != 'void' AND a.answered_on > %(since)s
                                 AND a.customer_id IN (SELECT customer_id FROM mine)
                               ORDER BY a.customer_id, a.answered_on DESC, a.id DESC) t
                           WHERE NOT t.is_passed
                           UNION
                          SELECT partner_id FROM (
                              SELECT DISTINCT ON (s.programme_id, s.res_id)
                                     s.partner_id, s.is_passed
                                FROM care_satisfaction_score s
                               WHERE s.is_latest AND s.state = 'complete'
                                 AND s.level = 'subject' AND s.date_to > %(since)s
                                 AND s.partner_id IN (SELECT customer_id FROM mine)
                               ORDER BY s.programme_id, s.res_id, s.date_to DESC) u
                           WHERE NOT u.is_passed)""",
                ids=list(self.ids),
                since=since,
            )
        )
        return super()._care_unhappy_ids() | {row[0] for row in rows}

    def action_view_care_satisfaction(self):
        """Open the answers of the customer and its contacts."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_satisfaction_request_action"
        )
        domain = [("customer_id", "=", self.commercial_partner_id.id)]
        return action | {"domain": domain, "context": {}}
