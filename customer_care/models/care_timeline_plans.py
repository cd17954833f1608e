from odoo import models
from odoo.tools import SQL


class CareTimelinePlans(models.AbstractModel):
    """The selects of the timeline over service plans and incentives. Nothing is
    stored."""

    _name = "care.timeline.plans"
    _description = "Plans and incentives in the timeline"
    _inherit = ["care.timeline.sources"]

    def _timeline_service_plans(self):
        return self._timeline_rows(
            "care.service.plan",
            "service_plan",
            date="date_from",
            name="name",
            user="user_id",
            amount="budget",
            domain=[("state", "not in", ("draft", "cancelled"))],
        )

    def _timeline_service_reviews(self):
        return self._timeline_rows(
            "care.service.review",
            "service_review",
            date="date_done",
            name=SQL("plan.name"),
            user="user_id",
            domain=[("state", "=", "done")],
            joins=[
                (
                    "plan",
                    "care_service_plan",
                    SQL("plan.id = care_service_review.plan_id"),
                )
            ],
        )

    def _timeline_incentives(self):
        return self._timeline_rows(
            "care.incentive",
            "incentive",
            date=SQL("COALESCE(care_incentive.handed_on, care_incentive.granted_on)"),
            name=SQL(
                """SELECT COALESCE(r.name->>%s, r.name->>'en_US')
                     FROM care_incentive_rule r WHERE r.id = care_incentive.rule_id""",
                self.env.lang or "en_US",
            ),
            user="user_id",
            amount="amount",
            domain=[("state", "in", ("granted", "handed", "expired"))],
        )
