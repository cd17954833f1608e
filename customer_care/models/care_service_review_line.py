from odoo import api, fields, models
from odoo.exceptions import UserError

from .care_service_plan_line import VERDICTS


class CareServiceReviewLine(models.Model):
    """What one review found for one standard of the plan; indicators count these rows
    by person and customer."""

    _name = "care.service.review.line"
    _description = "Figure found by a review"
    _inherit = ["care.link.mixin", "care.secrecy.follow.mixin"]
    _order = "review_id, sequence, id"

    review_id = fields.Many2one(
        "care.service.review", required=True, index=True, ondelete="cascade"
    )
    line_id = fields.Many2one(
        "care.service.plan.line",
        "Standard",
        required=True,
        index=True,
        ondelete="cascade",
    )
    name = fields.Char("Name of the standard", related="line_id.name")
    sequence = fields.Integer(related="line_id.sequence", store=True)
    partner_id = fields.Many2one(related="review_id.partner_id", store=True)
    user_id = fields.Many2one(related="review_id.user_id", store=True)
    company_id = fields.Many2one(related="review_id.company_id", store=True)
    date_done = fields.Date(related="review_id.date_done", store=True)
    state = fields.Selection(related="review_id.state", store=True)
    better = fields.Selection(related="line_id.better")
    target = fields.Float(related="line_id.target", store=True, aggregator=None)
    unit = fields.Char(related="line_id.unit")
    has_found = fields.Boolean("Figure known")
    found = fields.Float("Figure found", aggregator="avg")
    verdict = fields.Selection(
        VERDICTS,
        "Result",
        compute="_compute_verdict",
        store=True,
        readonly=False,
        index=True,
    )
    note = fields.Char()

    _line_uniq = models.UniqueIndex(
        "(review_id, line_id)", "This standard is in the review already."
    )

    @api.depends("has_found", "found", "line_id.target", "line_id.better")
    def _compute_verdict(self):
        for row in self:
            if row.state == "done":
                row.verdict = row.verdict
            elif row.has_found:
                row.verdict = row.line_id._judge(row.found)
            else:
                row.verdict = "na" if row.verdict == "na" else False

    @api.onchange("found")
    def _onchange_found(self):
        self.has_found = True

    def _check_open(self):
        if self.env.su:
            return
        self.review_id.check_access("write")
        for row in self:
            if row.review_id.state != "planned":
                raise UserError(
                    self.env._(
                        "%(review)s is done and stays as it was found.",
                        review=row.review_id.display_name,
                    )
                )
            if row.line_id.plan_id != row.review_id.plan_id:
                raise UserError(
                    self.env._("A review judges the standards of its own plan.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("found") and "has_found" not in vals:
                vals["has_found"] = True
        rows = super().create(vals_list)
        rows._check_open()
        return rows

    def write(self, vals):
        self._check_open()
        if vals.get("found") and "has_found" not in vals:
            vals = {**vals, "has_found": True}
        result = super().write(vals)
        if {"review_id", "line_id"} & vals.keys():
            self._check_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        self._check_open()

    def _take_figures(self, day):
        """Enter the indicators' figures of the customer for the last whole period."""
        for row in self.filtered("line_id.indicator_id"):
            indicator = row.sudo().line_id.indicator_id
            company = row.company_id
            begin, end = indicator._period(day)
            partner = row.partner_id.id
            value = indicator._evaluate(begin, end, [partner], company).get(partner)
            known = value is not None and value.value is not None
            vals = {"note": value.reason if value and not known else row.note}
            if known:
                vals |= {"has_found": True, "found": value.value}
            row.write(vals)
