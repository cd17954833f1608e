from odoo import api, fields, models


class ProjectProject(models.Model):
    """A project, such as a works contract or a housing estate: deadline rules and
    required entries work on it, and it keeps the days its customers are asked after."""

    _name = "project.project"
    _inherit = ["care.obligation.mixin", "care.requirement.mixin", "project.project"]

    care_kind = fields.Selection(
        [("works", "Works"), ("housing", "Housing"), ("other", "Other")],
        "Kind of project",
        tracking=True,
    )
    care_handover_date = fields.Date("Handed over on", tracking=True)
    care_title_date = fields.Date(
        "Title complete on", tracking=True, help="The day planned, later the true one."
    )
    care_settlement_date = fields.Date("Final settlement on", tracking=True)
    care_surveyed_on = fields.Date(
        "Last survey on",
        readonly=True,
        copy=False,
        help="The day of the last figure of a customer survey that was entered.",
    )
    care_handover_survey_on = fields.Date(
        "Surveyed after hand-over on", readonly=True, copy=False
    )
    care_settlement_survey_on = fields.Date(
        "Surveyed after settlement on", readonly=True, copy=False
    )

    @api.model
    def _care_survey_fields(self):
        """Return {day that asks for a survey: field with the survey after it}."""
        return {
            "care_handover_date": "care_handover_survey_on",
            "care_settlement_date": "care_settlement_survey_on",
        }

    def _on_scorecard_entry(self, entry):
        """A figure of a customer survey was entered: note that it took place."""
        this = self.sudo()
        vals = {}
        if not this.care_surveyed_on or this.care_surveyed_on < entry.date:
            vals["care_surveyed_on"] = entry.date
        for asked, done in this._care_survey_fields().items():
            if this[asked] and entry.date >= this[asked] and not this[done]:
                vals[done] = entry.date
        if vals:
            this.write(vals)
