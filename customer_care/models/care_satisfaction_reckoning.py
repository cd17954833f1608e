from odoo import api, models
from odoo.tools import SQL


class CareSatisfactionReckoning(models.AbstractModel):
    """Turns the answers of a round into scores by set-based SQL.

    One grouped query over the answers gives the questionnaire's figure of every
    project; the other sources are joined once; the company's figure is the mean of what
    its projects were given. What is frozen changes only under a reason.
    """

    _name = "care.satisfaction.reckoning"
    _description = "Query of satisfaction scores"

    @api.model
    def _reckon_round(self, wave, subject_ids=None, correction=None):
        """Write the scores of a round: of these projects or customers, or of all and
        the company."""
        self.env.flush_all()
        wave = wave.sudo()
        if wave.state != "closed" or correction:
            fresh = self._subjects_sql(wave, subject_ids)
            self._put_scores(fresh, self._run_of(wave, "subject"), correction)
        if subject_ids is not None:
            return
        main = wave._main_round()
        if main.state != "closed" or correction:
            fresh = self._period_sql(main)
            self._put_scores(fresh, self._run_of(main, "period"), correction)

    @api.model
    def _run_of(self, wave, level):
        return {
            "programme_id": wave.programme_id.id,
            "company_id": wave.company_id.id,
            "level": level,
            "date_from": wave.date_from,
            "date_to": wave.date_to,
        }

    # ---- projects and customers

    def _among(self, column, subject_ids):
        if subject_ids is None:
            return SQL()
        return SQL("AND %s = ANY(%s)", column, list(subject_ids))

    def _counted_sql(self, wave, subject_ids):
        """Return SQL giving (res_id, value, answered) of the questionnaire. An answer
        more secret than its subject counts only up to the level of the programme."""
        return SQL(
            """SELECT a.res_id, AVG(a.score) AS value, COUNT(*) AS answered,
                      CASE WHEN MIN(a.customer_id) = MAX(a.customer_id)
                           THEN MIN(a.customer_id) END AS customer_id
                 FROM care_satisfaction_answer a
                WHERE a.round_id = %(wave)s AND a.state = 'counted' %(among)s
                  AND (a.secrecy_level <= %(level)s OR a.secrecy_level
                       <= care_secrecy_of(a.res_model, a.res_id))
                GROUP BY a.res_id""",
            wave=wave.id,
            level=int(wave.programme_id.counts_up_to),
            among=self._among(SQL("a.res_id"), subject_ids),
        )

    def _asked_sql(self, wave, subject_ids):
        return SQL(
            """SELECT r.res_id, CASE WHEN MIN(r.customer_id) = MAX(r.customer_id)
                          THEN MIN(r.customer_id) END AS customer_id,
                      COUNT(*) FILTER (WHERE r.state != 'planned') AS asked
                 FROM care_satisfaction_request r
                WHERE r.round_id = %(wave)s AND r.state != 'cancelled' %(among)s
                GROUP BY r.res_id""",
            wave=wave.id,
            among=self._among(SQL("r.res_id"), subject_ids),
        )

    def _source_sql(self, source, wave):
        """Return SQL giving (res_id, value) of a source beside the questionnaire, a
        correction in force at the end of the period going before the score."""
        return SQL(
            """SELECT s.res_id, ROUND(COALESCE(
                      (SELECT v.value FROM care_score_override v
                        WHERE v.scorecard_id = %(card)s AND v.company_id = %(company)s
                          AND v.res_id = s.res_id AND v.kind = 'value'
                          AND v.state = 'confirmed'
                          AND %(to)s::date BETWEEN v.valid_from AND v.valid_until
                        ORDER BY v.decided_at DESC, v.id DESC LIMIT 1),
                      AVG(s.value))::numeric, 6) AS value
                 FROM care_score s
                WHERE s.scorecard_id = %(card)s AND s.company_id = %(company)s
                  AND s.is_latest AND s.state = 'complete'
                  AND s.date_to BETWEEN %(from)s AND %(to)s
                GROUP BY s.res_id""",
            card=source.scorecard_id.id,
            company=wave.company_id.id,
            **{"from": wave.date_from},
            to=wave.date_to,
        )

    def _total_sql(self, sources):
        """Return SQL of (sum of the points, weight known, a source is lacking)."""
        points, known, lacking = (
            [SQL("0::numeric")],
            [SQL("0::numeric")],
            [SQL("FALSE")],
        )
        for number, source in enumerate(sources):
            value = SQL.identifier(f"v{number}")
            weight = SQL("%s::numeric", source.weight)
            points.append(SQL("COALESCE(%s, 0) * %s", value, weight))
            if source.missing == "zero":
                known.append(weight)
            else:
                known.append(
                    SQL("CASE WHEN %s IS NULL THEN 0 ELSE %s END", value, weight)
                )
            if source.missing == "fail":
                lacking.append(SQL("%s IS NULL", value))
        return (
            SQL(" + ").join(points),
            SQL(" + ").join(known),
            SQL(" OR ").join(lacking),
        )

    def _values_sql(self, sources, wave):
        """Return (columns, joins, details) of the sources; the questionnaire is q."""
        columns, joins, details = [], [], []
        for number, source in enumerate(sources):
            name, alias = SQL.identifier(f"v{number}"), SQL.identifier(f"s{number}")
            if source.kind == "questionnaire":
                columns.append(SQL("ROUND(q.value, 6) AS %s", name))
            else:
                columns.append(SQL("%s.value AS %s", alias, name))
                joins.append(
                    SQL(
                        "LEFT JOIN (%s) %s ON %s.res_id = COALESCE(q.res_id, r.res_id)",
                        *(self._source_sql(source, wave), alias, alias),
                    )
                )
            details.append(
                SQL(
                    "jsonb_build_object('code', %s::text, 'value', %s, "
                    "'weight', %s::numeric)",
                    *(source.code, name, source.weight),
                )
            )
        return columns, joins, SQL("jsonb_build_array(%s)", SQL(", ").join(details))

    def _subjects_sql(self, wave, subject_ids):
        programme, scale = wave.programme_id, wave.programme_id.scale_id
        sources = programme._sources()
        columns, joins, details = self._values_sql(sources, wave)
        points, known, lacking = self._total_sql(sources)
        is_project = programme.model_name == "project.project"
        return SQL(
            """SELECT %(programme)s AS programme_id, %(company)s AS company_id,
                      %(wave)s AS round_id, 'subject' AS level,
                      %(from)s::date AS date_from, %(to)s::date AS date_to,
                      %(model)s AS res_model, t.res_id,
                      %(project)s AS project_id, t.customer_id AS partner_id,
                      t.value, t.reason, CASE WHEN t.value IS NULL
                          THEN 'incomplete' ELSE 'complete' END AS state,
                      CASE WHEN t.value IS NOT NULL THEN %(grade)s END AS band_id,
                      %(passed)s AS is_passed, t.asked, t.answered, t.details
                 FROM (SELECT w.*, CASE WHEN w.reason IS NULL THEN
                              ROUND(w.points / w.known, %(digits)s) END AS value
                         FROM (SELECT p.*, CASE
                                      WHEN p.answered = 0 AND p.lacking
                                      THEN 'no_answer'
                                      WHEN p.lacking OR p.known <= 0
                                      THEN 'source_missing' END AS reason
                                 FROM (SELECT f.*, %(points)s AS points,
                                              %(known)s AS known,
                                              %(lacking)s AS lacking,
                                              %(details)s AS details
                                         FROM (%(found)s) f OFFSET 0) p
                               OFFSET 0) w
                       OFFSET 0) t""",
            programme=programme.id,
            company=wave.company_id.id,
            wave=wave.id,
            **{"from": wave.date_from},
            to=wave.date_to,
            model=programme.model_name,
            project=SQL("t.res_id") if is_project else SQL("NULL::int"),
            grade=scale._grade_sql(SQL("t.value")),
            passed=scale._passed_sql(SQL("t.value")),
            digits=scale.digits,
            points=points,
            known=known,
            lacking=lacking,
            details=details,
            found=self._found_sql(wave, subject_ids, columns, joins),
        )

    def _found_sql(self, wave, subject_ids, columns, joins):
        """Return SQL giving each subject with the figures of its sources."""
        return SQL(
            """SELECT COALESCE(q.res_id, r.res_id) AS res_id,
                      CASE WHEN r.res_id IS NULL THEN q.customer_id
                           ELSE r.customer_id END AS customer_id,
                      GREATEST(COALESCE(r.asked, 0), COALESCE(q.answered, 0)) AS asked,
                      COALESCE(q.answered, 0) AS answered, %(columns)s
                 FROM (%(counted)s) q
                 FULL JOIN (%(asked)s) r ON r.res_id = q.res_id
                 %(joins)s""",
            columns=SQL(", ").join(columns),
            counted=self._counted_sql(wave, subject_ids),
            asked=self._asked_sql(wave, subject_ids),
            joins=SQL(" ").join(joins),
        )

    # ---- the company

    def _period_sql(self, wave):
        """Return SQL giving the company's score: the mean of its subjects' scores in
        the programme and those that count in it, one for each subject, as far as they
        are not above the level the programme counts up to."""
        scale = wave.programme_id.scale_id
        return SQL(
            """SELECT %(programme)s AS programme_id, %(company)s AS company_id,
                      %(wave)s AS round_id, 'period' AS level,
                      %(from)s::date AS date_from, %(to)s::date AS date_to,
                      'res.company' AS res_model, %(company)s AS res_id,
                      NULL::int AS project_id, NULL::int AS partner_id,
                      t.value, CASE WHEN t.value IS NULL THEN 'no_score' END AS reason,
                      CASE WHEN t.value IS NULL
                           THEN 'incomplete' ELSE 'complete' END AS state,
                      CASE WHEN t.value IS NOT NULL THEN %(grade)s END AS band_id,
                      %(passed)s AS is_passed, t.asked, t.answered,
                      jsonb_build_array(jsonb_build_object(
                          'code', 'mean', 'value', t.value, 'weight', t.number))
                          AS details
                 FROM (SELECT ROUND(AVG(o.value), %(digits)s) AS value,
                              COUNT(o.value) AS number,
                              COALESCE(SUM(o.asked), 0) AS asked,
                              COALESCE(SUM(o.answered), 0) AS answered
                         FROM (SELECT AVG(s.value) FILTER (WHERE s.state = 'complete')
                                          AS value,
                                      SUM(s.asked) AS asked,
                                      SUM(s.answered) AS answered
                                 FROM care_satisfaction_score s
                                WHERE s.programme_id = ANY(%(programmes)s)
                                  AND s.company_id = %(company)s
                                  AND s.level = 'subject' AND s.is_latest
                                  AND s.date_from = %(from)s AND s.date_to = %(to)s
                                  AND s.secrecy_level <= %(level)s
                                GROUP BY s.res_model, s.res_id) o) t""",
            programme=wave.programme_id.id,
            company=wave.company_id.id,
            wave=wave.id,
            **{"from": wave.date_from},
            to=wave.date_to,
            grade=scale._grade_sql(SQL("t.value")),
            passed=scale._passed_sql(SQL("t.value")),
            digits=scale.digits,
            programmes=wave.programme_id._family().ids,
            level=int(wave.programme_id.counts_up_to),
        )
