from odoo import models
from odoo.tools import SQL


class CareTimelineCare(models.AbstractModel):
    """The selects of the timeline over what this add-on keeps of customers: surveys,
    calls, grades, notes, registrations, reviews. Nothing is stored."""

    _name = "care.timeline.care"
    _description = "Sources of the timeline in customer care"
    _inherit = ["care.timeline.sources"]

    def _timeline_surveys(self):
        self.env["survey.survey"].flush_model(["title"])
        return self._timeline_rows(
            "survey.user_input",
            "survey",
            date=SQL(
                "COALESCE(survey_user_input.end_datetime,"
                " survey_user_input.create_date)"
            ),
            name=SQL(
                """SELECT COALESCE(s.title->>%s, s.title->>'en_US')
                     FROM survey_survey s WHERE s.id = survey_user_input.survey_id""",
                self.env.lang or "en_US",
            ),
            company=None,
            # a form that a round asked for shows as its answer
            domain=[
                ("state", "=", "done"),
                ("test_entry", "=", False),
                ("care_request_ids", "=", False),
            ],
        )

    def _timeline_answers(self):
        self.env["care.satisfaction.round"].flush_model(["period_label"])
        self.env["care.satisfaction.programme"].flush_model(["name"])
        return self._timeline_rows(
            "care.satisfaction.answer",
            "survey",
            date="answered_on",
            name=SQL(
                """SELECT CONCAT_WS(' · ', CONCAT_WS(' ',
                              COALESCE(p.name->>%s, p.name->>'en_US'), r.period_label),
                          ROUND(care_satisfaction_answer.score, 2)::text)
                     FROM care_satisfaction_round r
                     JOIN care_satisfaction_programme p ON p.id = r.programme_id
                    WHERE r.id = care_satisfaction_answer.round_id""",
                self.env.lang or "en_US",
            ),
            user="user_id",
        )

    def _timeline_callbacks(self):
        return self._timeline_rows(
            "care.callback",
            "callback",
            date=SQL("COALESCE(care_callback.done_at, care_callback.due_at)"),
            name=SQL(
                """COALESCE(NULLIF(care_callback.contact_name, ''), %s)""",
                self.env._("Callback"),
            ),
            user="user_id",
            domain=[("state", "in", ["done", "reviewed", "unreachable"])],
        )

    def _timeline_grades(self):
        return self._timeline_rows(
            "care.tier.grant",
            "grade",
            date="valid_from",
            name="tier_name",
            user="granted_by_id",
        )

    def _timeline_alerts(self):
        return self._timeline_rows(
            "care.alert.note", "alert", date="date", name="name", user="author_id"
        )

    def _timeline_improvements(self):
        return self._timeline_rows(
            "care.improvement",
            "improvement",
            date="create_date",
            name="name",
            user="user_id",
        )

    def _timeline_registrations(self):
        return self._timeline_rows(
            "care.registration",
            "registration",
            date="registered_at",
            name="name",
            user="user_id",
        )

    def _timeline_credit_notes(self):
        return self._timeline_rows(
            "care.credit.note",
            "credit",
            date="date",
            name="name",
            user="author_id",
            amount="limit",
        )

    def _timeline_reviews(self):
        return self._timeline_rows(
            "care.data.review",
            "review",
            date="decided_at",
            name=SQL(
                "CASE care_data_review.kind WHEN 'change' THEN %s ELSE %s END",
                self.env._("Data changed"),
                self.env._("Data checked"),
            ),
            user="decided_by_id",
            domain=[("state", "=", "done")],
        )
