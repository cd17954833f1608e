from odoo import fields, models


class CareClearanceTraining(models.AbstractModel):
    """Answers to a certification: passing one that clearances ask for is a proof."""

    _name = "care.clearance.training"
    _description = "Training for a clearance"

    def _mark_done(self):
        result = super()._mark_done()
        for answers in self:
            answers._prove_training()
        return result

    def _prove_training(self):
        """Note the proof, where the person himself finished and passed."""
        this = self.sudo()
        passed = this.survey_id.certification and this.scoring_success
        noted = this.env["care.clearance.proof"].search_count(
            [("survey_input_id", "in", this.ids)], limit=1
        )
        if this.test_entry or not passed or noted:
            return
        user = self.env.user
        if user.partner_id != this.partner_id or user.share:
            return
        requirements = this.env["care.clearance.requirement"].search(
            [("survey_id", "=", this.survey_id.id)]
        )
        companies = user.sudo().company_ids.filtered(
            lambda company: any(
                row.company_id in (company, company.browse()) for row in requirements
            )
        )
        now = fields.Datetime.now()
        self.env["care.clearance.proof"]._note(
            [
                {
                    "user_id": user.id,
                    "company_id": company.id,
                    "kind": "training",
                    "date": self.env["care.role"]._today(company),
                    "starts_at": now,
                    "survey_input_id": this.id,
                    "score": this.scoring_percentage,
                    "entered_by_id": user.id,
                }
                for company in companies
            ]
        )
