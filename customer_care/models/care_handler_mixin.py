from odoo import api, fields, models
from odoo.exceptions import ValidationError

_PEOPLE = ("many2one", "many2many", "one2many")


class CareHandlerMixin(models.AbstractModel):
    """A rule about records that keeps out whoever had to do with them: nobody calls
    about, or asks after, a case of his own."""

    _name = "care.handler.mixin"
    _description = "Rule that keeps out who handled a record"

    excluded_paths = fields.Char(
        "Never asked by",
        help="Fields that lead to people who handled the record, separated by commas, "
        "such as user_id, accused_ids.",
    )

    @api.constrains("excluded_paths", "model_name")
    def _check_excluded_paths(self):
        for rule in self:
            for name in rule._get_excluded_paths():
                rule._check_one_path(name, "excluded_paths", _PEOPLE)

    def _check_path(self, field_name, types, stored=False):
        if self[field_name]:
            self._check_one_path(self[field_name], field_name, types, stored)

    def _check_one_path(self, path, field_name, types, stored=False):
        """Refuse a path that leads nowhere; a dormant programme is not looked at."""
        if self._domain_model() is None:
            return
        field = self._follow_fields(path)
        wrong = field is None or (types and field.type not in types)
        if wrong or (stored and not (field.store and field.column_type)):
            raise ValidationError(
                self.env._(
                    "%(path)s of %(programme)s leads to nothing that can be used as "
                    "“%(label)s”. Choose a field of the records.",
                    path=path,
                    programme=self.name,
                    label=self._fields[field_name].get_description(
                        self.env, ["string"]
                    )["string"],
                )
            )

    def _follow_fields(self, path):
        """Return the field at the end of a dotted path, None when there is none."""
        return self._follow_on(self._domain_model(), path)

    @api.model
    def _follow_on(self, model, path):
        field = None
        for name in path.split("."):
            field = model._fields.get(name) if model is not None else None
            if field is None:
                return None
            model = self.env[field.comodel_name] if field.relational else None
        return field

    def _get_excluded_paths(self):
        parts = (self.excluded_paths or "").split(",")
        return [part.strip() for part in parts if part.strip()]

    def _follow(self, record, path):
        """Return what a path leads to, nothing where it leads nowhere here."""
        field = path and self._follow_on(record, path)
        return record.sudo().mapped(path) if field else None

    def _excluded_users(self, record):
        """Return the users who had to do with `record` and so never call about it."""
        users = self.env["res.users"].sudo()
        for path in self._get_excluded_paths():
            found = self._follow(record, path)
            if found is None or isinstance(found, list):
                continue
            if found._name == "res.users":
                users |= found
            elif "user_id" in found._fields:  # an employee, a salesperson's customer
                users |= found.user_id
        return users
