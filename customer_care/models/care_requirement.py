from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import is_html_empty

# Stands for the user who acts in the condition of a requirement.
_ME = "uid"


class CareRequirement(models.Model):
    """What must hold before a record passes a gate (accept, close ...): fields that
    are filled in, a condition, or both. At the gate “save” it is asked whenever a user
    changes what it looks at.

    Managers write it, packs bring it. The model's `care.requirement.mixin` asks it.
    """

    _name = "care.requirement"
    _description = "Requirement"
    _inherit = ["care.pack.row.mixin", "care.rule.model.mixin"]
    _order = "sequence, code, id"
    _pack_fields = (
        "name",
        "model_name",
        "gate",
        "domain",
        "field_names",
        "condition",
        "message",
    )
    _domain_fields = ("domain", "condition")

    gate = fields.Char(
        required=True,
        index=True,
        help="The step that waits, such as accept or close. “save”: each time somebody "
        "creates the record or changes what is looked at.",
    )
    domain = fields.Char(
        string="Records concerned",
        default="[]",
        help="Empty: all records of the model.",
    )
    field_names = fields.Char(
        string="Field names",
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
    condition = fields.Char(
        string="Must hold",
        help="What the record must be like at the gate. “uid” stands for the user who "
        "acts: [('accused_ids', 'not in', ['uid'])] keeps the accused out.",
    )
    has_condition = fields.Boolean(
        string="A condition must hold",
        compute="_compute_has_condition",
        inverse="_inverse_has_condition",
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

    @api.depends("condition")
    def _compute_has_condition(self):
        for requirement in self:
            requirement.has_condition = bool(requirement.condition)

    @api.onchange("has_condition")
    def _inverse_has_condition(self):
        """An empty domain reads “all records” on the screen, so a box asks first."""
        for requirement in self:
            if not requirement.has_condition:
                requirement.condition = False
            elif not requirement.condition:
                requirement.condition = "[]"

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

    @api.constrains("field_names", "condition", "model_name")
    def _check_field_names(self):
        for requirement in self:
            names = requirement._get_field_names()
            model = requirement._domain_model()
            unknown = [n for n in names if model is not None and n not in model._fields]
            if unknown or not (names or requirement._asks_condition()):
                raise ValidationError(
                    self.env._(
                        "%(requirement)s must name fields of %(model)s, or a "
                        "condition; %(fields)s is none. Choose the fields from the "
                        "list.",
                        requirement=requirement.display_name,
                        model=requirement.model_name,
                        fields=", ".join(unknown) or "“”",
                    )
                )

    def _asks_condition(self):
        return bool(self.condition) and self.condition.strip() not in ("", "[]")

    def _rule_domain(self, field_name):
        domain = super()._rule_domain(field_name)
        if field_name != "condition":
            return domain
        return domain.map_conditions(self._put_me_in)

    @api.model
    def _put_me_in(self, part):
        """Replace “uid” in one condition by the user who acts."""
        value = part.value
        if isinstance(value, str) and value == _ME:
            value = self.env.uid
        elif not isinstance(value, str | bytes) and isinstance(
            value, list | tuple | set | tools.OrderedSet
        ):
            value = [self.env.uid if item == _ME else item for item in value]
        return Domain(part.field_expr, part.operator, value)

    # ----------------------------------------------------------------- caching

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    def _reads_at_save(self, model_name):
        """Return the fields of a model whose change has its requirements at the gate
        “save” asked again; empty where there is none."""
        return self._reads_of_all().get(model_name, frozenset())

    @api.model
    @tools.ormcache()
    def _reads_of_all(self):
        """Return {model name: fields read at the gate “save”}."""
        found = {}
        for requirement in self.sudo().search([("gate", "=", "save")]):
            model = requirement._domain_model()
            if model is not None:
                names = requirement._reads(model)
                found[model._name] = found.get(model._name, frozenset()) | names
        return found

    def _reads(self, model):
        """Return the fields of `model` that decide, and what they are computed from."""
        names = set(self._get_field_names())
        for field_name in self._domain_fields:
            names |= {
                part.field_expr.split(".")[0]
                for part in self._rule_domain(field_name).iter_conditions()
            }
        depends = self.env.registry.field_depends
        for name in list(names):
            if name in model._fields:
                paths = depends.get(model._fields[name], ())
                names |= {path.split(".")[0] for path in paths}
        return frozenset(names)

    # ------------------------------------------------------------------ asking

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

    def _concerned(self, records):
        """Return the records that this requirement asks something of."""
        return records.browse(self._rule_fitting(records, "domain").ids)

    def _is_kept_by(self, record):
        """Whether the condition of this requirement holds for `record`."""
        if not self._asks_condition():
            return True
        return bool(self._rule_fitting(record, "condition"))

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
