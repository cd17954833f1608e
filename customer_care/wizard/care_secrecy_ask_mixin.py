from odoo import api, fields, models


class CareSecrecyAskMixin(models.AbstractModel):
    """What the windows that raise or lower the level of a record have in common."""

    _name = "care.secrecy.ask.mixin"
    _description = "Question about a level"

    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Integer(required=True, readonly=True)
    level_choice = fields.Selection("_selection_level", "New level", required=True)
    level_now = fields.Selection(
        "_selection_level", "Level now", compute="_compute_level_now"
    )
    levels_offered = fields.Char(compute="_compute_level_now")

    @api.model
    def _selection_level(self):
        names = self.env["care.sight"]._level_names()
        return [(str(level), name) for level, name in names.items()]

    def _record(self):
        """Return the record, which the user must see."""
        models_ = self.env["care.access.request"]._link_models()
        name = self.res_model if self.res_model in models_ else "res.partner"
        record = self.env[name].browse(self.res_id)
        record.check_access("read")
        return record

    @api.depends("res_model", "res_id")
    def _compute_level_now(self):
        for wizard in self:
            record = wizard._record() if wizard.res_id else None
            own = record.sudo().secrecy_own if record else 0
            wizard.level_now = str(own)
            wizard.levels_offered = "".join(map(str, wizard._offered(own)))

    def _offered(self, own):
        """Return the levels that may be chosen for a record of the level `own`."""
        raise NotImplementedError
