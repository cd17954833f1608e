from odoo import fields, models
from odoo.tools import SQL


class CareSatisfactionPoints(models.AbstractModel):
    """Reckons points and scores of forms, for any number of them in three statements.

    `logic/satisfaction.py` says the same for one; a test holds both together.
    """

    _name = "care.satisfaction.points"
    _description = "Points of forms"

    def _rate(self):
        """Write the points, score, grade and state of these answers."""
        if not self:
            return
        self.env.flush_all()
        for programme, answers in self.grouped("programme_id").items():
            self._rate_points(answers._ids_sql(), programme)
            self._rate_scores(answers._ids_sql(), programme)
        self._refresh(self)

    def _rate_points(self, ids, programme):
        self.env.cr.execute(
            SQL("DELETE FROM care_satisfaction_point WHERE answer_id = ANY(%s)", ids)
        )
        self.env.cr.execute(
            SQL(
                """INSERT INTO care_satisfaction_point
                       (answer_id, factor_id, company_id, weight, points, state)
                   SELECT f.answer_id, f.factor_id, f.company_id, f.weight,
                          CASE WHEN f.applies THEN f.points END,
                          CASE WHEN NOT f.applies THEN 'not_applicable'
                               WHEN f.points IS NULL THEN 'missing'
                               ELSE 'given' END
                     FROM (%s) f""",
                self._points_query(ids, programme),
            )
        )

    def _points_query(self, ids, programme):
        """Return SQL giving for each answer and factor the mean of its questions."""
        return SQL(
            """SELECT a.id AS answer_id, c.id AS factor_id, a.company_id, c.weight,
                      ROUND(AVG(%(points)s), 6) AS points,
                      NOT EXISTS (
                          SELECT FROM survey_user_input_line n
                            JOIN care_satisfaction_factor_na_rel x
                              ON x.survey_question_answer_id = n.suggested_answer_id
                           WHERE n.user_input_id = r.user_input_id
                             AND x.care_satisfaction_factor_id = c.id) AS applies
                 FROM care_satisfaction_answer a
                 JOIN care_satisfaction_request r ON r.id = a.request_id
                 JOIN care_satisfaction_factor c ON c.programme_id = a.programme_id
                 LEFT JOIN care_satisfaction_factor_question_rel fq
                      ON fq.care_satisfaction_factor_id = c.id
                 LEFT JOIN survey_question q ON q.id = fq.survey_question_id
                 LEFT JOIN survey_user_input_line l
                      ON l.user_input_id = r.user_input_id
                     AND l.question_id = q.id AND l.skipped IS NOT TRUE
                 LEFT JOIN survey_question_answer s ON s.id = l.suggested_answer_id
                WHERE a.id = ANY(%(ids)s) AND a.programme_id = %(programme)s
                GROUP BY a.id, c.id, r.user_input_id""",
            points=self._value_sql(programme),
            ids=ids,
            programme=programme.id,
        )

    def _value_sql(self, programme):
        """Return SQL of the points, 0 to 100, of one line of a form."""
        scale = SQL("100.0 * l.value_scale / NULLIF(q.scale_max, 0)")
        if programme.points_rule == "linear":
            scale = SQL(
                "100.0 * (l.value_scale - q.scale_min) "
                "/ NULLIF(q.scale_max - q.scale_min, 0)"
            )
        number = SQL(
            """l.value_numerical_box::numeric * CASE
                   WHEN q.validation_required AND q.validation_max_float_value > 0
                   THEN 100 / q.validation_max_float_value::numeric ELSE 1 END"""
        )
        value = SQL(
            """CASE l.answer_type WHEN 'scale' THEN %s WHEN 'numerical_box' THEN %s
                    WHEN 'suggestion' THEN s.answer_score::numeric END""",
            *(scale, number),
        )
        # LEAST and GREATEST pass over NULL, so what is not known is kept out here
        return SQL(
            "CASE WHEN %s IS NOT NULL THEN LEAST(GREATEST(%s, 0), 100) END",
            *(value, value),
        )

    def _rate_scores(self, ids, programme):
        scale = programme.scale_id
        missing = programme.missing
        void = SQL("t.lacking > 0") if missing == "void" else SQL("FALSE")
        self.env.cr.execute(
            SQL(
                """UPDATE care_satisfaction_answer a
                      SET score = CASE WHEN t.reason IS NULL THEN t.score END,
                          known_pct = t.known_pct, rated_at = %(now)s,
                          state = CASE WHEN t.reason IS NOT NULL THEN 'void'
                                       WHEN a.reason = 'closed' THEN 'late'
                                       ELSE 'counted' END,
                          reason = CASE WHEN t.reason IS NOT NULL THEN t.reason
                                        WHEN a.reason = 'closed' THEN a.reason END,
                          is_passed = t.reason IS NULL
                              AND ROUND(t.score, %(digits)s) >= %(mark)s::numeric,
                          band_id = %(grade)s
                     FROM (SELECT t.*, CASE
                                  WHEN %(void)s THEN 'unanswered'
                                  WHEN t.score IS NULL OR t.known_pct < %(least)s
                                  THEN 'too_little' END AS reason
                             FROM (%(totals)s) t) t
                    WHERE t.answer_id = a.id""",
                now=fields.Datetime.now(),
                digits=scale.digits,
                mark=scale.pass_mark,
                grade=SQL(
                    "CASE WHEN t.reason IS NULL THEN %s END",
                    scale._grade_sql(SQL("t.score")),
                ),
                void=void,
                least=SQL("%s::numeric", programme.least_weight_pct),
                totals=self._totals_sql(ids, missing),
            )
        )

    def _totals_sql(self, ids, missing):
        """Return SQL giving the mean of the points of each answer, the share of the
        weight that was answered, and how many factors were not."""
        counts = SQL("p.state = 'given'")
        if missing == "zero":
            counts = SQL("p.state != 'not_applicable'")
        return SQL(
            """SELECT p.answer_id,
                      ROUND(SUM(p.weight * COALESCE(p.points, 0))
                                FILTER (WHERE %(counts)s)
                            / NULLIF(SUM(p.weight) FILTER (WHERE %(counts)s), 0), 6)
                          AS score,
                      ROUND(100 * COALESCE(SUM(p.weight)
                                FILTER (WHERE p.state = 'given'), 0)
                            / NULLIF(SUM(p.weight) FILTER (
                                WHERE p.state != 'not_applicable'), 0), 4)
                          AS known_pct,
                      COUNT(*) FILTER (WHERE p.state = 'missing') AS lacking
                 FROM care_satisfaction_point p
                WHERE p.answer_id = ANY(%(ids)s)
                GROUP BY p.answer_id""",
            counts=counts,
            ids=ids,
        )
