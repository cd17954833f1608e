from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..logic.clearance import INTERNAL, TOP_SECRET


class CareScorecardSource(models.AbstractModel):
    """The part of a measure that takes the scores of another scorecard: of the same
    subject, of all in the company, or of all in the companies below it."""

    _name = "care.scorecard.source"
    _description = "Measure that is a score"

    source_id = fields.Many2one(
        "care.scorecard",
        "Scores of",
        index="btree_not_null",
        ondelete="restrict",
        help="The mean of its scores in the period is the figure.",
    )
    source_scope = fields.Selection(
        [
            ("subject", "Of the same subject"),
            ("company", "Of all in the company"),
            ("below", "Of all in the companies below"),
        ],
        "Which of them",
        default="subject",
        required=True,
    )

    @api.constrains("source_id", "source_scope", "indicator_id", "scorecard_id")
    def _check_source(self):
        for line in self.filtered("source_id"):
            same = line.source_id.subject_model == line.scorecard_id.subject_model
            of_company = line.scorecard_id.subject_model == "res.company"
            if (
                line.indicator_id
                or line.scorecard_id in line._sources_behind()
                or not (same if line.source_scope == "subject" else of_company)
            ):
                raise ValidationError(
                    self.env._(
                        "“%(measure)s” of %(scorecard)s cannot take the scores of "
                        "%(source)s. Choose a scorecard of the same kind of subject "
                        "that does not build on this one; scores of all in a company "
                        "go into a scorecard of companies.",
                        measure=line.name,
                        scorecard=line.scorecard_id.display_name,
                        source=line.source_id.display_name,
                    )
                )

    def _sources_behind(self):
        """Return the scorecards these measures build on, near and far."""
        found = self.env["care.scorecard"]
        while fresh := (self | found.line_ids).source_id - found:
            found |= fresh
        return found

    def _source_query(self, date_from, date_to, company, span):
        """Return SQL giving the mean of the scores for each subject. One of many
        subjects counts nothing secret: many may read it."""
        self.ensure_one()
        subject, companies = SQL("s.res_id"), company
        if self.source_scope != "subject":
            subject = SQL("%s", company.id)
        if self.source_scope == "below":
            companies = company.sudo().child_ids
        limited = (
            SQL("AND %s", span(SQL("s.res_id")))
            if span and self.source_scope == "subject"
            else SQL()
        )
        return SQL(
            """SELECT %(subject)s AS subject_id,
                      ROUND(AVG(s.value)::numeric, 6)::float8 AS value,
                      NULL::float8 AS numerator, NULL::float8 AS denominator,
                      NULL::varchar AS reason
                 FROM care_score s
                 JOIN care_scorecard c ON c.id = s.scorecard_id
                WHERE c.code = %(code)s AND s.company_id = ANY(%(companies)s)
                  AND s.secrecy_level <= %(level)s
                  AND s.is_latest AND s.state = 'complete'
                  AND s.date_to BETWEEN %(date_from)s AND %(date_to)s %(limited)s
                GROUP BY 1""",
            subject=subject,
            code=self.source_id.code,
            companies=companies.ids,
            level=TOP_SECRET if self.source_scope == "subject" else INTERNAL,
            date_from=date_from,
            date_to=date_to,
            limited=limited,
        )
