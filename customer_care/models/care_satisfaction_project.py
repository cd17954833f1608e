from odoo import api, fields, models
from odoo.exceptions import UserError


class CareSatisfactionProject(models.AbstractModel):
    """The part of a project that says when its customer is asked, and was asked."""

    _name = "care.satisfaction.project"
    _description = "Project whose customer is asked"

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
        help="The day its customer last answered a satisfaction survey.",
    )
    care_handover_survey_on = fields.Date(
        "Surveyed after hand-over on", readonly=True, copy=False
    )
    care_settlement_survey_on = fields.Date(
        "Surveyed after settlement on", readonly=True, copy=False
    )
    care_satisfaction_count = fields.Integer(
        "Satisfaction scores",
        compute="_compute_care_satisfaction_count",
        groups="customer_care.customer_care_group_user",
    )

    def _compute_care_satisfaction_count(self):
        counts = dict(
            self.env["care.satisfaction.score"]._read_group(
                [("project_id", "in", self.ids), ("is_latest", "=", True)],
                ["project_id"],
                ["__count"],
            )
        )
        for project in self:
            project.care_satisfaction_count = counts.get(project._origin, 0)

    @api.ondelete(at_uninstall=False)
    def _unlink_unscored(self):
        scores = self.env["care.satisfaction.score"].sudo()
        for project in self:
            if scores.search_count([("project_id", "=", project.id)], limit=1):
                raise UserError(
                    self.env._(
                        "%(project)s has satisfaction scores, which are kept. Archive "
                        "it.",
                        project=project.display_name,
                    )
                )

    @api.model
    def _care_survey_fields(self):
        """Return {day that asks for a survey: field with the survey after it}."""
        return {
            "care_handover_date": "care_handover_survey_on",
            "care_settlement_date": "care_settlement_survey_on",
        }

    def _on_satisfaction_answer(self, day):
        """The customer answered a survey on `day`: note that it took place."""
        this, vals = self.sudo(), {}
        if not this.care_surveyed_on or this.care_surveyed_on < day:
            vals["care_surveyed_on"] = day
        for asked, done in this._care_survey_fields().items():
            if this[asked] and day >= this[asked] and not this[done]:
                vals[done] = day
        if vals:
            this.write(vals)

    def action_view_care_satisfaction(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_satisfaction_score_action"
        )
        return action | {
            "domain": [("project_id", "=", self.id), ("is_latest", "=", True)],
            "context": {},
        }
