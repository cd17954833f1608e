import ast

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..logic import scores
from .care_indicator_preview import FORMULA

SUBJECTS = (
    "res.company",
    "res.partner",
    "res.users",
    "hr.employee",
    "hr.department",
    "project.project",
)
_NEEDS_FIELD = ("sum", "avg", "min", "max", "count_distinct")


class CareIndicator(models.Model):
    """A figure that is measured: for each customer, person, department, project, or
    for the company as a whole. Managers write it, packs bring it.
    """

    _name = "care.indicator"
    _description = "Indicator"
    _inherit = [
        "care.measure",
        "care.indicator.check",
        "care.indicator.preview",
        "care.indicator.secrecy",
        "care.pack.row.mixin",
        "care.rule.model.mixin",
    ]
    _order = "sequence, code, id"
    _pack_fields = (
        "name",
        "sequence",
        "description",
        "model_name",
        "domain",
        "date_field",
        "subject_path",
        "subject_domain",
        "aggregate",
        "field_name",
        "numerator_domain",
        "unit",
        "period",
        "rolling_days",
        "rolling_months",
        "compare",
        "base_id",
        "zero_when_none",
        "missing_reason",
        "better",
        "has_target",
        "target",
        "keep",
        "keep_all",
    )
    _domain_fields = ("domain", "numerator_domain")

    description = fields.Text(translate=True)
    domain = fields.Char(
        "Records counted",
        default="[]",
        help="Empty: all. {from} and {to} stand for the first and last day measured.",
    )
    date_field = fields.Char(
        help="The date that puts a record into a period. Empty: as it is today."
    )
    subject_path = fields.Char(
        "Subject",
        help="Dotted path to whom a record counts for, such as partner_id. id: the "
        "record itself. Empty: the company as a whole.",
    )
    subject_model = fields.Char(
        compute="_compute_subject_model", search="_search_subject_model"
    )
    subject_label = fields.Char("Stands for", compute="_compute_subject_model")
    subject_domain = fields.Char(
        "Subjects measured",
        default="[]",
        help="Who is measured at all. Empty: everybody who is not archived.",
    )
    aggregate = fields.Selection(
        [
            ("count", "Number of records"),
            ("sum", "Sum of a field"),
            ("avg", "Mean of a field"),
            ("min", "Smallest value of a field"),
            ("max", "Largest value of a field"),
            ("count_distinct", "Number of different values"),
            ("rate", "Share in percent"),
            ("days_since", "Days since the last one"),
        ],
        required=True,
        default="count",
    )
    field_name = fields.Char(
        "Field", help="Dotted path to the field that is summed up, averaged ..."
    )
    numerator_domain = fields.Char(
        "Of these, the share that",
        default="[]",
        help="With a field: the share of its sum instead of the number of records.",
    )
    unit = fields.Char(translate=True)
    period = fields.Selection(
        [
            ("month", "Month"),
            ("quarter", "Quarter"),
            ("half", "Half-year"),
            ("year", "Year"),
            ("rolling", "Rolling window"),
            ("ever", "Everything so far"),
        ],
        required=True,
        default="month",
    )
    rolling_days = fields.Integer("Days of the window")
    rolling_months = fields.Integer(
        "Months of the window", help="36: the three years that end with the period."
    )
    compare = fields.Selection(
        [
            ("previous", "Change to the period before (%)"),
            ("year", "Change to a year before (%)"),
        ],
        "Compared",
    )
    base_id = fields.Many2one(
        "care.indicator",
        "In percent of",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('base_id', '=', False), ('compare', '=', False)]",
        help="Another figure of the same subjects, such as all customers: customers "
        "visited in percent of all customers.",
    )
    zero_when_none = fields.Boolean(
        "No record counts as 0",
        default=True,
        help="For numbers and sums. Shares and means without a record stay unknown.",
    )
    missing_reason = fields.Char(
        translate=True, help="What is shown where there is no record."
    )
    better = fields.Selection(
        [("higher", "Higher is better"), ("lower", "Lower is better")],
        required=True,
        default="higher",
    )
    has_target = fields.Boolean("Has a target")
    target = fields.Float(help="The pass mark.")
    keep = fields.Boolean(
        "Keep results", help="Write down the figures of every period when it is over."
    )
    keep_all = fields.Boolean(
        "Keep those without records too",
        default=True,
        help="Off: subjects without any record in the period get no row.",
    )
    formula_version = fields.Integer(default=1, readonly=True, copy=False)
    result_ids = fields.One2many("care.indicator.result", "indicator_id")
    line_ids = fields.One2many("care.scorecard.line", "indicator_id", "Scorecards")

    # ---------------------------------------------------------------- subject

    @api.depends("model_name", "subject_path")
    @api.depends_context("lang")
    def _compute_subject_model(self):
        for indicator in self:
            name = indicator._find_subject_model()
            indicator.subject_model = name
            indicator.subject_label = (
                self.env["ir.model"]._get(name).sudo().name if name else False
            )

    def _find_subject_model(self):
        """Return the model the path ends on; False when it cannot be told."""
        model = self._domain_model()
        if not self.subject_path:
            return "res.company"
        if model is None:
            return False
        if self.subject_path == "id":
            return model._name
        try:
            return self._path_field(model, self.subject_path).comodel_name or False
        except (KeyError, AttributeError):
            return False

    def _search_subject_model(self, operator, value):
        if operator != "in":
            return NotImplemented
        every = self.with_context(active_test=False).search(Domain.TRUE)
        return [("id", "in", every.filtered(lambda i: i.subject_model in value).ids)]

    def _parse_domain(self, field_name):
        return ast.literal_eval((self[field_name] or "").strip() or "[]")

    # ---------------------------------------------------------------- formula

    def write(self, vals):
        """A change of what figures depend on makes the next formula version."""
        names = [name for name in FORMULA if name in vals or name == "counts_up_to"]
        old = {row.id: [row[name] for name in names] for row in self}
        result = super().write(vals)
        for indicator in self:
            if [indicator[name] for name in names] != old[indicator.id]:
                indicator._raise_formula()
        return result

    def _raise_formula(self):
        """Make the next version, and that of all that rests on it."""
        self.formula_version += 1
        for above in (
            self.with_context(active_test=False)
            .sudo()
            .search([("base_id", "=", self.id)])
        ):
            above._raise_formula()
        self.sudo().line_ids.scorecard_id._stamp_formula()

    # -------------------------------------------------------------- evaluation

    def _window(self, date_from, date_to):
        """Return the days measured for a period: those of the period itself, the
        rolling window that ends with it, or everything up to its end (None)."""
        if self.period == "rolling":
            return scores.rolling(date_to, self.rolling_days, self.rolling_months)
        if self.period == "ever":
            return None, date_to
        return date_from, date_to

    def _period(self, day):
        """Return the period that a day belongs to; rolling ones end with the month."""
        kind = self.period if self.period in scores.MONTHS else "month"
        return self._window(*scores.period_of(kind, day))

    def _evaluate(self, date_from, date_to, subject_ids=None, company=None):
        """Return {subject id: Value} by one grouped query; 0 is the company as a whole.

        Without `subject_ids` every subject of the indicator is in it. Reasons are
        words in the user's language. The window is taken as it is given; `_window`
        gives that of a rolling indicator.
        """
        self.ensure_one()
        company = company or self.company_id or self.env.company
        if self.dormant or not self.subject_model:
            nothing = scores.Value(None, reason=self._reason_text("dormant"))
            return dict.fromkeys(subject_ids or (), nothing)
        found = {}
        for id_, *figures, reason in self.env.execute_query(
            self._evaluate_query(date_from, date_to, subject_ids, company)
        ):
            text = self._reason_text(reason) if reason else ""
            found[id_] = scores.Value(*figures, text)
        if self.subject_model == "res.company":
            return {0: found[company.id]}
        for id_ in set(subject_ids or ()) - found.keys():
            found[id_] = scores.Value(None, reason=self._reason_text("outside"))
        return found

    def _evaluate_query(self, date_from, date_to, subject_ids, company, as_user=False):
        """Return SQL giving (subject id, value, numerator, denominator, reason)."""
        self.env.flush_all()
        span = None
        if subject_ids is not None and self.subject_path:
            ids = list(subject_ids)

            def span(column):
                return SQL("%s = ANY(%s)", column, ids)

        measure = self._measure_query(date_from, date_to, company, span, as_user)
        return SQL(
            "SELECT s.id, %s FROM (%s) s LEFT JOIN (%s) m ON m.subject_id = s.id",
            SQL(", ").join(self._joined_sql("m")),
            self._subjects_query(company, span, as_user),
            measure,
        )

    @api.model
    def _reason_words(self):
        """Return [(code, words)] of why a figure is not known."""
        words = {
            "no_records": self.env._("No record in the period"),
            "no_value": self.env._("The records hold no value"),
            "no_base": self.env._("Nothing to compare with: the base is 0"),
            "currency": self.env._("Amounts in several currencies"),
            "dormant": self.env._("The add-on it is measured in is not installed"),
            "outside": self.env._("Not among those measured"),
            "not_entered": self.env._("Nobody has entered it"),
            "line_missing": self.env._("A measure that must be known is missing"),
            "nothing_known": self.env._("No measure is known"),
            "too_little": self.env._("Too few of the measures are known"),
        }
        return list(words.items())

    def _reason_text(self, code):
        if code == "no_records" and self.missing_reason:
            return self.missing_reason
        return dict(self._reason_words()).get(code, "")

    # -------------------------------------------------------------- drill-down

    def _drill_domain(self, subject_id, date_from, date_to, company=None):
        """Return the domain of the records behind a subject's figure."""
        self.ensure_one()
        company = company or self.company_id or self.env.company
        model = self._measure_env(company)[self.model_name]
        if self.compare and date_from:
            date_from = scores.before(date_from, date_to, self.compare)[0]
        domain = self._measured_domain(model, date_from, date_to, company)
        if self.subject_path:
            domain &= Domain(self.subject_path, "in", [subject_id])
        return domain

    def action_drill_down(self, subject_id, date_from, date_to, company_id=False):
        """Open the records behind a figure, as far as the user may see them."""
        self.ensure_one()
        self.check_access("read")
        if self.dormant:
            raise UserError(
                self.env._(
                    "%(indicator)s counts records of an add-on that is not installed. "
                    "Install it first.",
                    indicator=self.name,
                )
            )
        company = self.env["res.company"].browse(company_id or None)
        date_from, date_to = map(fields.Date.to_date, (date_from, date_to))
        domain = self._drill_domain(subject_id, date_from, date_to, company)
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self.model_name,
            "domain": list(domain),
            "views": [[False, "list"], [False, "form"]],
            "context": {"create": False},
        }

    def action_view_results(self):
        """Open the figures kept of this indicator."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_indicator_result_action"
        )
        return action | {"domain": [("indicator_id", "=", self.id)]}
