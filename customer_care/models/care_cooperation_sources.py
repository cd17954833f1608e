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
        """Meetings of projects that were held."""
        self.env["care.project.meeting"].flush_model()
        return self._timeline_of_project(
            "progress",
            "care_project_meeting",
            SQL("part.state = 'held' AND part.active"),
            row_id=SQL("part.id"),
            date=SQL("part.date_held"),
            user=SQL("part.done_by_id"),
        )

    def _timeline_acceptances(self):
        """Acceptances that the customer signed."""
        self.env["care.project.acceptance"].flush_model()
        return self._timeline_of_project(
            "acceptance",
            "care_project_acceptance",
            SQL("part.state IN ('signed', 'closed') AND part.active"),
            row_id=SQL("part.id"),
            date=SQL("part.signed_on"),
            user=SQL("part.user_id"),
        )

    def _timeline_of_project(self, kind, table, condition, **spec):
        """Return the rows of `table` that hang on projects: whoever sees the project
        sees them, so the project's own rules are asked and it is what opens."""
        return self._timeline_rows(
            "project.project",
            kind,
            name="name",
            joins=[
                (
                    "part",
                    table,
                    SQL("part.project_id = project_project.id AND %s", condition),
                )
            ],
            **spec,
        )
