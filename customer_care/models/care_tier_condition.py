import ast

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..logic import tiers

OPERATORS = [
    ("ge", "at least"),
    ("gt", "more than"),
    ("le", "at most"),
    ("lt", "less than"),
    ("eq", "exactly"),
    ("ne", "other than"),
]


class CareTierCondition(models.Model):
    """One fact that a way to earn a grade asks for. Managers and packs write it."""

    _name = "care.tier.condition"
    _description = "Condition of a grade"
    _inherit = ["care.link.mixin"]
    _order = "rule_id, sequence, id"
    _pack_fields = (
        "name",
        "sequence",
        "kind",
        "domain",
        "indicator_id",
        "operator",
        "value",
        "period",
        "months",
        "scorecard_id",
        "band_codes",
        "fact_id",
        "is_negated",
    )

    rule_id = fields.Many2one(
        "care.tier.rule", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("domain", "The customer's data"),
            ("indicator", "An indicator"),
            ("scorecard", "A scorecard"),
            ("attestation", "A person's statement"),
        ],
        required=True,
        default="domain",
    )
    domain = fields.Char("Condition", default="[]")
    partner_model = fields.Char(compute="_compute_partner_model")
    indicator_id = fields.Many2one("care.indicator", index=True, ondelete="restrict")
    operator = fields.Selection(OPERATORS, default="ge")
    value = fields.Float(digits=(16, 4))
    period = fields.Selection(
        [
            ("last_year", "Last calendar year"),
            ("this_year", "This year so far"),
            ("months", "Months up to the day"),
            ("ever", "Ever"),
        ],
        default="last_year",
    )
    months = fields.Integer(default=12)
    scorecard_id = fields.Many2one("care.scorecard", index=True, ondelete="restrict")
    band_codes = fields.Char(
        "Bands", help="Codes divided by commas, such as A,B. Empty: compare the score."
    )
    fact_id = fields.Many2one("care.tier.fact", index=True, ondelete="restrict")
    is_negated = fields.Boolean("Must not hold")
    wanted = fields.Char(compute="_compute_wanted")

    def _compute_partner_model(self):
        self.partner_model = "res.partner"

    @api.depends("kind", "operator", "value", "band_codes", "is_negated", "fact_id")
    def _compute_wanted(self):
        for condition in self:
            condition.wanted = condition._wanted_text()

    def _wanted_text(self):
        self.ensure_one()
        if self.kind == "scorecard" and self.band_codes:
            text = ", ".join(self._bands())
        elif self.kind in ("indicator", "scorecard"):
            words = dict(self._fields["operator"]._description_selection(self.env))
            text = f"{words[self.operator or 'ge']} {self.value:g}"
        else:
            text = self.env._("yes")
        return self.env._("not: %(wanted)s", wanted=text) if self.is_negated else text

    def _bands(self):
        return [code.strip() for code in (self.band_codes or "").split(",") if code]

    def _parsed_domain(self):
        return Domain(ast.literal_eval((self.domain or "").strip() or "[]"))

    @api.constrains(
        "kind", "domain", "indicator_id", "scorecard_id", "fact_id", "months"
    )
    def _check_kind(self):
        needed = {
            "indicator": "indicator_id",
            "scorecard": "scorecard_id",
            "attestation": "fact_id",
        }
        for condition in self:
            name = needed.get(condition.kind)
            if name and not condition[name]:
                raise ValidationError(
                    self.env._(
                        "The condition “%(name)s” names no “%(field)s”. Choose one.",
                        name=condition.name,
                        field=self.fields_get([name], ["string"])[name]["string"],
                    )
                )
            if condition.months < 1:
                raise ValidationError(
                    self.env._(
                        "The condition “%(name)s” looks at no month. Enter one at "
                        "least.",
                        name=condition.name,
                    )
                )
            condition._check_domain()
            condition._check_subject()

    def _check_subject(self):
        """A figure must be measured, and a score given, for customers."""
        for measure in (self.indicator_id, self.scorecard_id):
            known = measure and measure.subject_model
            if known and measure.subject_model != "res.partner":
                raise ValidationError(
                    self.env._(
                        "“%(measure)s” is not about customers. Choose another one for "
                        "the condition “%(name)s”.",
                        measure=measure.display_name,
                        name=self.name,
                    )
                )

    def _check_domain(self):
        try:
            self._parsed_domain().validate(self.env["res.partner"].sudo())
        except (ValueError, SyntaxError, TypeError, KeyError, MemoryError) as error:
            raise ValidationError(
                self.env._(
                    "The condition “%(name)s” cannot be used: %(reason)s. Write it as "
                    "a list of (field, operator, value).",
                    name=self.name,
                    reason=f"{error}".rstrip("."),
                )
            ) from error

    # ---- which customers meet it

    def _facts(self, ids, on, company):
        """Return (ids that meet it, {id: raw value as text or number}).

        One query or one pass of its indicator, whatever the number of customers. For
        a domain the raw values are read later, for those shown alone.
        """
        self.ensure_one()
        met, values = getattr(self, f"_facts_{self.kind}")(ids, on, company)
        met = set(ids) - met if self.is_negated else met & set(ids)
        return met, values

    def _facts_domain(self, ids, on, company):
        partners = self.env["res.partner"].sudo().with_company(company)
        chosen = Domain("id", "in", ids) & self._parsed_domain()
        partners = partners.with_context(active_test=False)
        found = set()
        for _level, part, among in self.env["care.ceiling"]._by_level(partners):
            found.update(part.search(chosen & among).ids)
        return found, {}

    def _facts_indicator(self, ids, on, company):
        date_from, date_to = tiers.period(self.period, on, self.months)
        indicator = self.sudo().indicator_id
        results = indicator._evaluate(date_from, date_to, ids, company)
        met = {
            id_
            for id_, result in results.items()
            if tiers.compare(result.value, self.operator, self.value)
        }
        return met, {id_: self._figure(result) for id_, result in results.items()}

    @api.model
    def _figure(self, result):
        return result.reason or "–" if result.value is None else result.value

    def _facts_scorecard(self, ids, on, company):
        standings = self.sudo().scorecard_id._latest(ids, on, company)
        bands = set(self._bands())
        met = {
            id_
            for id_, standing in standings.items()
            if (
                standing.band_code in bands
                if bands
                else tiers.compare(standing.value, self.operator, self.value)
            )
        }
        return met, {
            id_: f"{standing.value:g} {standing.band_code or ''}".strip()
            for id_, standing in standings.items()
            if standing.value is not None
        }

    def _facts_attestation(self, ids, on, company):
        rows = self.env["care.tier.attestation"].sudo()
        found = rows.search_fetch(
            Domain(rows._current_domain(on))
            & Domain("fact_id", "=", self.fact_id.id)
            & Domain("company_id", "=", company.id)
            & Domain("partner_id", "in", ids),
            ["partner_id", "holds", "stated_by_id", "valid_to"],
            order="stated_on, id",
        )
        latest = {row.partner_id.id: row for row in found}
        met = {id_ for id_, row in latest.items() if row.holds}
        return met, {
            id_: self.env._(
                "%(answer)s, %(user)s, until %(date)s",
                answer=self.env._("yes") if row.holds else self.env._("no"),
                user=row.stated_by_id.name,
                date=row.valid_to,
            )
            for id_, row in latest.items()
        }

    def _raw_text(self, partner):
        """Return the customer's values that a domain looks at."""
        texts = []
        for leaf in self._parsed_domain().iter_conditions():
            field = partner._fields.get(leaf.field_expr.split(".")[0])
            if field is None:
                continue
            value = partner
            for name in leaf.field_expr.split("."):
                if isinstance(value, models.BaseModel) and name in value._fields:
                    value = value.mapped(name)
            if isinstance(value, models.BaseModel):
                value = ", ".join(value[:5].mapped("display_name"))
            elif isinstance(value, list):
                value = ", ".join(str(item) for item in value[:5] if item is not False)
            label = field.get_description(self.env, ["string"])["string"]
            texts.append(f"{label}: {value or '–'}")
        return "; ".join(dict.fromkeys(texts))
