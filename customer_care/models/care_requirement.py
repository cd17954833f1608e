from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import is_html_empty


class CareRequirement(models.Model):
    """Fields that must be filled in before a record passes a gate (accept, close ...).

    Managers write it, packs bring it. The model's `care.requirement.mixin` asks it.
    """

    _name = "care.requirement"
    _description = "Requirement"
    _inherit = ["care.pack.row.mixin", "care.rule.model.mixin"]
    _order = "sequence, code, id"
    _pack_fields = ("name", "model_name", "gate", "domain", "field_names", "message")
    _domain_fields = ("domain",)

    gate = fields.Char(
        required=True,
        index=True,
        help="The step that waits for the fields, such as accept or close.",
    )
    domain = fields.Char(
        string="Records concerned",
        default="[]",
        help="Empty: all records of the model.",
    )
    field_names = fields.Char(
        string="Field names",
        required=True,
        help="Technical names of the fields, separated by commas.",
    )
    field_ids = fields.Many2many(
        "ir.model.fields",
        string="Fields to fill in",
        compute="_compute_field_ids",
        inverse="_inverse_field_ids",
    )
    field_labels = fields.Char(
        string="Entries", compute="_compute_field_labels", help="Fields to fill in."
    )
    message = fields.Char(
        translate=True, help="What the user reads besides the names of the fields."
    )
    check_ids = fields.One2many("care.requirement.check", "requirement_id")
    check_count = fields.Integer(compute="_compute_check_count")

    @api.depends("field_names", "model_name")
    def _compute_field_ids(self):
        ir_fields = self.env["ir.model.fields"].sudo()
        for requirement in self:
            requirement.field_ids = ir_fields.union(
                *(
                    ir_fields._get(requirement.model_name or "", name)
                    for name in requirement._get_field_names()
                )
            )

    @api.depends("field_names", "model_name")
    @api.depends_context("lang")
    def _compute_field_labels(self):
        """Labels for those who may not read the list of all fields."""
        for requirement in self:
            model = requirement._domain_model()
            requirement.field_labels = ", ".join(
                model._fields[name].get_description(self.env, ["string"])["string"]
                if model is not None and name in model._fields
                else name
                for name in requirement._get_field_names()
            )

    @api.onchange("field_ids")
    def _inverse_field_ids(self):
        for requirement in self:
            names = requirement.field_ids.sudo().mapped("name")
            old = [name for name in requirement._get_field_names() if name in names]
            fresh = [name for name in names if name not in old]
            requirement.field_names = ", ".join(old + fresh)

    def _compute_check_count(self):
        counts = dict(
            self.env["care.requirement.check"]._read_group(
                [("requirement_id", "in", self.ids)], ["requirement_id"], ["__count"]
            )
        )
        for requirement in self:
            requirement.check_count = counts.get(requirement, 0)

    def _get_field_names(self):
        self.ensure_one()
        parts = (self.field_names or "").split(",")
        return [part.strip() for part in parts if part.strip()]

    @api.constrains("field_names", "model_name")
    def _check_field_names(self):
        for requirement in self:
            names = requirement._get_field_names()
            model = requirement._domain_model()
            unknown = [n for n in names if model is not None and n not in model._fields]
            if unknown or not names:
                raise ValidationError(
                    self.env._(
                        "%(requirement)s must name fields of %(model)s; "
                        "%(fields)s is none. Choose the fields from the list.",
                        requirement=requirement.display_name,
                        model=requirement.model_name,
                        fields=", ".join(unknown) or "“”",
                    )
                )

    @api.model
    def _asked_at(self, model_name, gate, company):
        """Return the active requirements of a gate, those of the company and shared."""
        return self.sudo().search(
            [
                ("model_name", "=", model_name),
                ("gate", "=", gate),
                ("company_id", "in", (company.id, False)),
            ]
        )

    def _applies_to(self, record):
        return bool(record.sudo().filtered_domain(self._rule_domain("domain")))

    def _missing_fields(self, record):
        """Return the labels of the fields `record` has not filled in."""
        labels = []
        for name in self._get_field_names():
            field = record._fields[name]
            if self._is_empty(field, record.sudo()[name]):
                labels.append(field.get_description(self.env, ["string"])["string"])
        return labels

    @api.model
    def _is_empty(self, field, value):
        if field.type == "html":
            return is_html_empty(value)
        if field.type in ("char", "text"):
            return not (value or "").strip()
        return not value

    def action_view_checks(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_requirement_check_action"
        )
        return action | {"domain": [("requirement_id", "=", self.id)]}
