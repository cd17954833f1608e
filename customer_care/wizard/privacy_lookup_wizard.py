from odoo import models
from odoo.tools import SQL


class PrivacyLookupWizard(models.TransientModel):
    """The search for all that names a person; what is hidden from who searches is not
    found."""

    _inherit = "privacy.lookup.wizard"

    def _get_query(self):
        # some links are for managers of ours alone; what is found is parted below
        query = super(PrivacyLookupWizard, self.sudo())._get_query()
        sight = self.env["care.sight"]._mine()
        if sight.everything:
            return query
        return SQL(
            """SELECT found.* FROM (%s) AS found
                 JOIN ir_model m ON m.id = found.res_model_id
                WHERE care_secrecy_of(m.model, found.res_id) <= %s""",
            query,
            sight.level,
        )

    def action_lookup(self):
        action = super().action_lookup()
        # messages and others whose table has no level
        hidden = self.line_ids.filtered(lambda line: line._names_nothing())
        # nobody may delete findings
        hidden.sudo().unlink()
        return action
