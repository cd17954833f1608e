from odoo import api, models

from ..models.care_mask import MASKED


class PrivacyLookupWizardLine(models.TransientModel):
    """A finding may be archived and deleted with all rights, so it names no record
    that is hidden from who looks."""

    _inherit = "privacy.lookup.wizard.line"

    def _names_nothing(self):
        """Return whether the record is hidden or missing."""
        self.ensure_one()
        model = self.env[self.sudo().res_model] if self.sudo().res_model else None
        if model is None or not self.env["care.mask"]._hideable(model._name):
            return False
        return bool(model.browse(self.res_id)._unknown())

    def _forget_hidden(self):
        if self.env["care.mask"]._on_names():
            for line in self.filtered("res_id"):
                if line.res_id != MASKED and line._names_nothing():
                    line.res_id = MASKED

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._forget_hidden()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if {"res_id", "res_model_id", "resource_ref"} & vals.keys():
            self._forget_hidden()
        return result

    def _compute_res_name(self):
        self.res_name = False  # Odoo's own keeps the old one if a record is missing
        return super()._compute_res_name()

    @api.onchange("is_active")
    def _onchange_is_active(self):
        self._check_there()
        return super()._onchange_is_active()

    def action_unlink(self):
        self._check_there()
        return super().action_unlink()

    def _check_there(self):
        """Refuse findings of a record that was classified after the search."""
        for line in self.filtered("res_id"):
            if line.res_id != MASKED and line._names_nothing():
                record = self.env[line.sudo().res_model].browse(line.res_id)
                raise self.env["care.mask"]._missing_error(record)
