from odoo import models
from odoo.tools import SQL


class CareCooperationSources(models.AbstractModel):
    """The selects of the timeline over tenders, contracts and cooperation projects
    (P03.07). Nothing is stored."""

    _name = "care.cooperation.sources"
    _description = "Timeline sources of tenders and projects"
    _inherit = ["care.timeline.sources"]

    def _timeline_tenders(self):
        """Bids that were handed in."""
        return self._timeline_rows(
            "crm.lead",
            "tender",
            date="care_tender_submitted_at",
            name="name",
            user="care_tender_submitted_by_id",
            amount="care_tender_price",
            domain=[("care_tender_submitted_at", "!=", False)],
        )

    def _timeline_contracts(self):
        """Contracts that were signed."""
        return self._timeline_rows(
            "care.contract",
            "contract",
            date="signed_on",
            name="name",
            user="user_id",
            amount="amount",
            currency="currency_id",
            domain=[("state", "in", ["signed", "ended"])],
        )

    def _timeline_project_meetings(self):
        """Meetings of projects that were held, with the name of the project."""
        return self._timeline_rows(
            "care.project.meeting",
            "progress",
            date="date_held",
            name=SQL(
                """SELECT COALESCE(p.name->>%s, p.name->>'en_US')
                     FROM project_project p
                    WHERE p.id = care_project_meeting.project_id""",
                self.env.lang or "en_US",
            ),
            user="done_by_id",
            domain=[("state", "=", "held")],
        )

    def _timeline_acceptances(self):
        """Acceptances that the customer signed."""
        return self._timeline_rows(
            "care.project.acceptance",
            "acceptance",
            date="signed_on",
            name=SQL(
                """SELECT COALESCE(p.name->>%s, p.name->>'en_US')
                     FROM project_project p
                    WHERE p.id = care_project_acceptance.project_id""",
                self.env.lang or "en_US",
            ),
            user="user_id",
            domain=[("state", "in", ["signed", "closed"])],
        )
