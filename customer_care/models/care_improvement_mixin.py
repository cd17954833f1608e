from odoo import api, fields, models
from odoo.tools import SQL


class CareImprovementMixin(models.AbstractModel):
    """A record that shows the improvements about it (smart button).

    Those count that were opened from it and those that counted it.
    """

    _name = "care.improvement.mixin"
    _description = "Record with improvements"

    improvement_count = fields.Integer(
        "Improvements",
        compute="_compute_improvement_count",
        groups="customer_care.customer_care_group_user",
    )

    @api.depends_context("uid")
    def _compute_improvement_count(self):
        """Count for all records at once, as the reader may see them."""
        improvements = self.env["care.improvement"]
        visible = improvements._search([])
        improvements.flush_model(["res_model", "res_id"])
        self.env["care.improvement.link"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT r.res_id, COUNT(DISTINCT r.id)
                     FROM (SELECT id, res_id FROM care_improvement
                            WHERE res_model = %(model)s AND res_id = ANY(%(ids)s)
                            UNION ALL
                           SELECT improvement_id, res_id FROM care_improvement_link
                            WHERE res_model = %(model)s AND res_id = ANY(%(ids)s)) r
                    WHERE r.id IN %(visible)s
                    GROUP BY r.res_id""",
                model=self._name,
                ids=list(self._origin._ids),
                visible=visible.subselect(),
            )
        )
        counts = dict(rows)
        for record in self:
            record.improvement_count = counts.get(record._origin.id, 0)

    def action_view_improvements(self):
        """Open the improvements about the record."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_improvement_action"
        )
        mine = [("res_model", "=", self._name), ("res_id", "=", self.id)]
        domain = ["|", ("link_ids", "any", mine), "&", *mine]
        return action | {"domain": domain, "context": {}}

    def action_open_improvement(self):
        """Open a new improvement about the record, or the one that is open."""
        return self.env["care.improvement"]._action_open_from(self)
