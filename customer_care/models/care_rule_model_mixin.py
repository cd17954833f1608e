from odoo import api, fields, models


class CareRuleModelMixin(models.AbstractModel):
    """A rule about the records of one model.

    The model is kept by name, so a rule whose add-on is not installed stays where it
    is, dormant, and an uninstall deletes no rule.
    """

    _name = "care.rule.model.mixin"
    _description = "Rule about the records of a model"

    model_name = fields.Char(
        string="Model name", required=True, index=True, help="Such as res.partner."
    )
    model_id = fields.Many2one(
        "ir.model",
        string="Applies to",
        compute="_compute_model_id",
        inverse="_inverse_model_id",
        search="_search_model_id",
        domain=[("transient", "=", False), ("abstract", "=", False)],
    )
    dormant = fields.Boolean(
        compute="_compute_model_id",
        help="The add-on of the model is not installed; the rule waits for it.",
    )

    @api.depends("model_name")
    def _compute_model_id(self):
        ir_model = self.env["ir.model"].sudo()
        for rule in self:
            known = rule.model_name and rule.model_name in self.env
            rule.model_id = ir_model._get(rule.model_name) if known else False
            rule.dormant = bool(rule.model_name) and not known

    @api.onchange("model_id")
    def _inverse_model_id(self):
        for rule in self:
            if rule.model_id:
                rule.model_name = rule.model_id.sudo().model

    @api.model_create_multi
    def create(self, vals_list):
        """A row is inserted before inverses run, so the name is put in first."""
        for vals in vals_list:
            if vals.get("model_id") and not vals.get("model_name"):
                vals["model_name"] = (
                    self.env["ir.model"].sudo().browse(vals["model_id"]).model
                )
        return super().create(vals_list)

    def _search_model_id(self, operator, value):
        ir_model = self.env["ir.model"].sudo()
        if operator in ("any", "not any"):  # a word typed into the search box
            names = ir_model.search(value).mapped("model")
            return [("model_name", "in" if operator == "any" else "not in", names)]
        if operator not in ("in", "not in"):
            return NotImplemented
        return [("model_name", operator, ir_model.browse(value).mapped("model"))]
