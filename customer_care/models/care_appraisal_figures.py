from odoo import models
from odoo.fields import Command

IN_FORCE = ("confirmed", "appealed", "upheld", "reduced")


class CareAppraisalFigures(models.AbstractModel):
    """Where the figures of an appraisal come from: the score of the period, what was
    judged, sanctions and rewards. Unknown is a reason, never 0."""

    _name = "care.appraisal.figures"
    _description = "Figures of an appraisal"

    def _take_criteria(self):
        """Copy what is judged: an appraisal keeps it when the scheme changes."""
        rows = self.scheme_id.sudo().criterion_ids
        if self.scheme_id.sudo().figures_pct >= 100:
            rows = rows.browse()
        self.sudo().line_ids = [
            Command.create(
                {
                    "sequence": row.sequence,
                    "name": row.name,
                    "hint": row.hint,
                    "weight": row.weight,
                }
            )
            for row in rows
        ]

    def action_take_figures(self):
        """Read the figures, sanctions and rewards of the period again."""
        self.check_access("write")
        self.filtered(lambda record: record.state == "draft")._take_figures()
        return True

    def _take_figures(self):
        for scheme, records in self.grouped("scheme_id").items():
            standings = records._standings(scheme.sudo())
            for record in records:
                record._step_write(
                    {**standings[record], **record._sum_sanctions(scheme.sudo())}
                )
                record._add_up()

    def _subject(self, scheme):
        """Return the subject of the scorecard this person stands for."""
        user = self.user_id.sudo().with_company(self.company_id)
        return {
            "res.users": user,
            "hr.employee": user.employee_id,
            "hr.department": self.department_id,
        }.get(scheme.scorecard_id.subject_model, user)

    def _standings(self, scheme):
        """Return {appraisal: values of its figures} of one scheme."""
        found = {}
        for record in self:
            subject, card = record._subject(scheme), scheme.scorecard_id
            vals = {"score_id": False, "figures_value": 0.0, "figures_known": False}
            if not card or not scheme.figures_pct:
                found[record] = {**vals, "figures_reason": False}
                continue
            standing = card._latest(
                subject.ids, on=record.date_to, company=record.company_id
            ).get(subject.id)
            ids = standing and standing.score_id or ()
            score = self.env["care.score"].sudo().browse(ids)
            if not standing or score.date_to != record.date_to:
                reason = self.env._(
                    "%(scorecard)s has no score for the period.", scorecard=card.name
                )
            elif standing.value is None:
                words = dict(self.env["care.indicator"]._reason_words())
                unknown = self.env._("The score is incomplete.")
                reason = words.get(score.reason, unknown)
            else:
                reason = False
                vals |= {"figures_value": standing.value, "figures_known": True}
            found[record] = {
                **vals,
                "score_id": score.id if standing else False,
                "figures_reason": reason,
            }
        return found

    def _sum_sanctions(self, scheme):
        """Return the points and amounts that stand against or for the person."""
        rows = self.env["care.sanction"].sudo()
        total = {"sanction_points": 0.0, "sanction_amount": 0.0}
        for row in rows.search(self._sanction_domain()):
            sign = 1 if row.kind == "reward" else -1
            total["sanction_points"] += sign * row.points
            total["sanction_amount"] += sign * row.amount
        return total

    def _sanction_domain(self):
        return [
            ("user_id", "=", self.user_id.id),
            ("company_id", "=", self.company_id.id),
            ("occurrence_date", ">=", self.date_from),
            ("occurrence_date", "<=", self.date_to),
            ("state", "in", IN_FORCE),
        ]

    def _add_up(self):
        """Write the total and its grade, as far as everything is known."""
        scheme = self.scheme_id.sudo()
        share = scheme.figures_pct / 100
        rated = self.line_ids.filtered("is_rated")
        weights = sum(rated.mapped("weight"))
        judged = sum(line.points * line.weight for line in rated)
        judged = judged / weights if weights else 0.0
        total = share * self.figures_value + (1 - share) * judged
        total += scheme.point_value * self.sanction_points
        total = max(0.0, round(total, 2))
        known = (self.figures_known or not share) and len(rated) == len(self.line_ids)
        self._step_write(
            {
                "judged_value": round(judged, 2),
                "total": total,
                "band_id": scheme._band_of(total).id if known else False,
            }
        )
        return known

    def action_view_sanctions(self):
        """Open the sanctions and rewards of the person in the period."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_sanction_action"
        )
        return action | {"domain": self._sanction_domain(), "context": {}}
