from odoo import models
from odoo.tools import SQL


class CareTouchSources(models.AbstractModel):
    """Greetings among the work waiting and in the timeline of customers."""

    _name = "care.touch.sources"
    _description = "Greetings as a source"

    def _day_touches(self, zone):
        """Greetings that are to be done by somebody; mails that go out by themselves
        wait for nobody."""
        self.env["care.touch"].flush_model()
        return SQL(
            """
            SELECT t.id, %(name)s AS name, 'greeting' AS kind,
                   'care.touch'::varchar AS res_model, t.id AS res_id,
                   'care.touch'::varchar AS document_model, t.id AS document_id,
                   t.user_id, t.partner_id, t.department_id, t.company_id,
                   %(due)s AS due_at, t.secrecy_level
              FROM care_touch t
              JOIN care_occasion o ON o.id = t.occasion_id
             WHERE t.state = 'ready' AND t.user_id IS NOT NULL
               AND (t.channel NOT IN ('mail', 'sms') OR o.auto_send IS NOT TRUE)
            """,
            name=self._translated(SQL("o.name")),
            due=self._end_of_day(SQL("t.planned_on"), zone),
        )

    def _timeline_touches(self):
        lang = self.env.lang or "en_US"
        return self._timeline_rows(
            "care.touch",
            "greeting",
            domain=[("state", "in", ("sent", "done"))],
            date="done_at",
            name=SQL(
                """COALESCE(reason.name->>%s, reason.name->>'en_US')
                   || COALESCE(' – ' || care_touch.reaction_note, '')""",
                lang,
            ),
            user="done_by_id",
            amount="gift_value",
            currency="currency_id",
            joins=[
                (
                    "reason",
                    "care_occasion",
                    SQL("reason.id = care_touch.occasion_id"),
                )
            ],
        )
