from odoo import api, fields, models


class SurveyInvite(models.TransientModel):
    """The survey's composer: for a round it sends each request's own form."""

    _inherit = "survey.invite"

    care_request_ids = fields.Many2many(
        "care.satisfaction.request", string="Satisfaction requests"
    )

    @api.model
    def _care_invite(self, requests):
        """Send the survey's invitation for these requests; who may do so was asked."""
        for survey, some in self._care_by_survey(requests).items():
            template = self.env.ref(
                "survey.mail_template_user_input_invite", raise_if_not_found=False
            )
            wizard = self.sudo().create(
                {
                    "survey_id": survey.id,
                    "template_id": template.id if template else False,
                    "partner_ids": [(6, 0, some.partner_id.ids)],
                    "care_request_ids": [(6, 0, some.ids)],
                    "author_id": self.env.user.partner_id.id,
                }
            )
            wizard.action_invite()

    @api.model
    def _care_by_survey(self, requests):
        found = {}
        for request in requests.sudo():
            survey = request.programme_id._ensure_survey()
            found[survey] = found.get(survey, requests.browse()) | request
        return found

    def _prepare_answers(self, partners, emails):
        """Whom a round asks has a form of its own for each request."""
        if not self.env.su:
            self.care_request_ids.check_access("write")
        requests = self.sudo().care_request_ids.filtered(
            lambda request: request.partner_id in partners
        )
        if not requests:
            return super()._prepare_answers(partners, emails)
        forms = requests._ensure_form()
        forms.write(self._get_answers_values())
        rest = partners - requests.partner_id
        if rest or emails:
            forms |= super()._prepare_answers(rest, emails)
        return forms

    def action_invite(self):
        result = super().action_invite()
        asked = self.sudo().care_request_ids.filtered(
            lambda request: request.partner_id in self.partner_ids
        )
        asked._note_asked()
        return result
