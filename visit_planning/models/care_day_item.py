from odoo import fields, models
from odoo.tools import SQL


class CareDayItem(models.Model):
    """The visits of the next days wait for their visitors, and those that were planned
    and never reported."""

    _inherit = "care.day.item"

    kind = fields.Selection(selection_add=[("visit", "Visit")])

    def _day_sources(self, zone):
        return [*super()._day_sources(zone), self._day_visits()]

    def _day_models(self):
        return [*super()._day_models(), "visit.visit"]

    def _day_visits(self):
        self.env["visit.visit"].flush_model()
        return SQL(
            """
            SELECT v.id, v.name, 'visit' AS kind, 'visit.visit'::varchar AS res_model,
                   v.id AS res_id, 'visit.visit'::varchar AS document_model,
                   v.id AS document_id, u.user_id, v.partner_id,
                   NULL::integer AS department_id, v.company_id,
                   v.planned_end AS due_at, v.secrecy_level
              FROM visit_visit v
              JOIN visit_visit_user_rel u ON u.visit_id = v.id
             WHERE v.active AND v.state IN ('planned', 'confirmed')
            """
        )
