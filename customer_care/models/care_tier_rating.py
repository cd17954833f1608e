from typing import NamedTuple

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..logic import scores, tiers
from ..logic.clearance import INTERNAL


class Rating(NamedTuple):
    """What a scheme says about many customers on a day."""

    ladder: list  # of tiers.Rung, best first
    chosen: dict  # {customer id: (tier id, rule id)}
    met: dict  # {condition id: {customer id}}
    values: dict  # {condition id: {customer id: raw value}}

    def tier_id(self, partner_id):
        """Return the id of the grade earned, None for none."""
        return self.chosen.get(partner_id, (None,))[0]


class CareTierRating(models.AbstractModel):
    """How a scheme finds the grades of its customers, and why; it keeps no records.

    Each condition is looked at once for all customers, never customer by customer.
    """

    _name = "care.tier.rating"
    _description = "Finding of grades"

    @api.model
    def _today(self, company):
        return self.env["care.role"]._today(company)

    def _company(self, company=None):
        return self.company_id or company or self.env.company

    def _rate(self, ids, on=None, company=None):
        """Return the Rating of customers by their ids, as of a day."""
        self.ensure_one()
        company = self._company(company)
        on = on or self._today(company)
        scheme = self.sudo().with_company(company)
        rungs = [
            tiers.Rung(
                tier.id, [(rule.id, rule.condition_ids.ids) for rule in tier.rule_ids]
            )
            for tier in scheme.tier_ids.sorted(lambda tier: (tier.sequence, tier.id))
        ]
        met, values = {}, {}
        for condition in scheme.tier_ids.rule_ids.condition_ids:
            met[condition.id], values[condition.id] = condition._facts(ids, on, company)
        return Rating(rungs, tiers.choose(rungs, met, ids), met, values)

    def _run_scorecards(self, on, company):
        """Reckon the scorecards that the conditions look at, for the last period that
        is over; only scores that are new or different are written."""
        conditions = self.sudo().tier_ids.rule_ids.condition_ids
        for scorecard in conditions.scorecard_id:
            scorecard._run(*scores.last_period(scorecard.period, on), company=company)

    def _explain(self, partner, on=None, company=None):
        """Return the rows that say, fact by fact, why a customer gets its grade and
        what is missing for the next better one. See `_explain_rows`."""
        partner.ensure_one()
        partner.check_access("read")
        rating = self._rate(partner.ids, on, company)
        return self._explain_rows(rating, partner)[partner.id]

    def _explain_rows(self, rating, partners):
        """Return {customer id: rows} for the grade earned and the next better one.

        A row is {"tier", "tier_id", "earned", "rule", "rule_met", "clause",
        "condition", "wanted", "met", "value"}; values are text or numbers.
        """
        self.ensure_one()
        scheme = self.sudo()
        words = self._rating_words(scheme)
        partners = partners.sudo().with_company(self._company())
        return {
            partner.id: [
                row
                for rung in tiers.shown_rungs(rating.ladder, rating.tier_id(partner.id))
                for row in self._rung_rows(rating, rung, partner, words)
            ]
            for partner in partners
        }

    @api.model
    def _rating_words(self, scheme):
        """Return {(model, id): (record, words)} read once for all customers."""
        grades = scheme.tier_ids
        rules = grades.rule_ids
        words = {("tier", tier.id): tier.name for tier in grades}
        for rule in rules:
            clause = rule.clause_id or rule.tier_id.clause_id
            words["rule", rule.id] = (rule.name, clause.code or "")
        for row in rules.condition_ids:
            words["condition", row.id] = (row, row.name, row.wanted)
        return words

    @api.model
    def _rung_rows(self, rating, rung, partner, words):
        earned = rating.tier_id(partner.id) == rung.tier
        rows = []
        for rule, conditions in rung.rules:
            name, clause = words["rule", rule]
            about = {
                "tier": words["tier", rung.tier],
                "tier_id": rung.tier,
                "earned": earned,
                "rule": name,
                "clause": clause,
                "rule_met": all(partner.id in rating.met[c] for c in conditions),
            }
            if not conditions:
                always = self.env._("Everybody")
                rows.append(
                    about
                    | {"condition": always, "wanted": "", "met": True, "value": ""}
                )
            for condition in conditions:
                record, text, wanted = words["condition", condition]
                value = rating.values[condition].get(partner.id)
                if record.kind == "domain":
                    value = record._raw_text(partner)
                rows.append(
                    about
                    | {
                        "condition": text,
                        "wanted": wanted,
                        "met": partner.id in rating.met[condition],
                        "value": self.env._("unknown") if value is None else value,
                    }
                )
        return rows

    def _population(self, company):
        """Return the ids of the customers of a company that the scheme grades."""
        self.ensure_one()
        partners = self.env["res.partner"].sudo().with_company(company)
        domain = self._rule_domain("partner_domain") & Domain(
            "company_id", "in", [False, company.id]
        )
        found = partners.browse()
        for _level, part, among in self.env["care.ceiling"]._by_level(partners):
            found |= part.search(domain & among).with_env(partners.env)
        return sorted(found.ids)

    def _fits_seen(self, ids):
        """Tell whether any of the customers may be known to who opens an evaluation,
        for that it opens tells that there is one; the job tells everybody."""
        partners = self.env["res.partner"].sudo().browse(ids)
        if self.env.uid == SUPERUSER_ID:
            among = partners._secrecy_up_to(INTERNAL)
            return bool(partners.filtered_domain(among))
        return bool(partners - partners._secrecy_hidden())

    @api.model
    def _main(self, company, raise_if_none=False):
        """Return the scheme that writes the grade of the customers of a company."""
        scheme = self.sudo().search(
            [("is_main", "=", True), ("company_id", "in", [company.id, False])],
            order="company_id",
            limit=1,
        )
        if not scheme and raise_if_none:
            raise UserError(
                self.env._(
                    "%(company)s has no main scheme of grades. Tick one under Customer "
                    "care > Configuration > Grades > Schemes.",
                    company=company.name,
                )
            )
        return scheme.with_env(self.env)
