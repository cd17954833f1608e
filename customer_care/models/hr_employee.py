from odoo import models

from .care_territory_partner import ASIDE


class HrEmployee(models.Model):
    """Somebody who works here: his card is no customer of a territory."""

    _inherit = "hr.employee"

    def _create_work_contacts(self):
        aside = self.with_context(**{ASIDE: True})
        return super(HrEmployee, aside)._create_work_contacts()
