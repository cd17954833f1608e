from datetime import date

from psycopg2 import Error

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

SUBJECTS = (
    "res.partner",
    "res.users",
    "hr.employee",
    "hr.department",
    "project.project",
)
_NUMBERS = ("integer", "float", "monetary")
_NEEDS_FIELD = ("sum", "avg", "min", "max", "count_distinct")
# what nobody is measured by: the system's own tables
_SYSTEM = ("ir.", "base.", "bus.", "res.users", "res.groups", "auth")


class CareIndicatorCheck(models.AbstractModel):
    """What an indicator must fulfil before it is saved, each said in a sentence."""

    _name = "care.indicator.check"
    _description = "Checks of an indicator"

    def _rule_domain(self, field_name):
        """Put a day for `{from}` and `{to}`, so that the condition can be checked."""
        model = self._domain_model()
        if model is None or "{" not in (self[field_name] or ""):
            return super()._rule_domain(field_name)
        day = date(2026, 1, 1)
        company = self.company_id or self.env.company
        return self._placed_domain(field_name, model.sudo(), day, day, company)

    @api.constrains("model_name")
    def _check_model(self):
        for indicator in self:
            model = indicator._domain_model()
            name = indicator.model_name or ""
            if name.startswith(_SYSTEM) or (
                model is not None and (model._abstract or model._transient)
            ):
                raise ValidationError(
                    self.env._(
                        "%(indicator)s cannot count %(model)s, a part of the system. "
                        "Choose what people work on, such as orders or complaints.",
                        indicator=indicator.display_name,
                        model=name,
                    )
                )

    @api.constrains("subject_path", "model_name")
    def _check_subject_path(self):
        for indicator in self:
            if indicator._domain_model() is None or not indicator.subject_path:
                continue
            name = indicator._find_subject_model()
            if name not in SUBJECTS or not indicator._is_path(indicator.subject_path):
                raise ValidationError(
                    self.env._(
                        "The subject “%(path)s” of %(indicator)s must lead from "
                        "%(model)s by stored links to a customer, user, employee, "
                        "department or project, such as partner_id.",
                        path=indicator.subject_path,
                        indicator=indicator.display_name,
                        model=indicator.model_name,
                    )
                )

    def _is_path(self, path):
        """Tell whether all but the last part of a path are stored links to one."""
        model = self._domain_model()
        for part in path.split(".")[:-1]:
            field = model._fields.get(part)
            if field is None or field.type != "many2one" or not field.store:
                return False
            model = self.env[field.comodel_name]
        field = model._fields.get(path.split(".")[-1])
        return field is not None and bool(field.store or field.related)

    @api.constrains("date_field", "model_name", "aggregate")
    def _check_date_field(self):
        for indicator in self:
            model = indicator._domain_model()
            path = indicator.date_field
            if model is None or not (path or indicator.aggregate == "days_since"):
                continue
            known = path and indicator._is_path(path)
            if not known or indicator._path_field(model, path).type not in (
                "date",
                "datetime",
            ):
                raise ValidationError(
                    self.env._(
                        "The date “%(path)s” of %(indicator)s is no date of %(model)s "
                        "that is kept in the database. Choose another field.",
                        path=path or "",
                        indicator=indicator.display_name,
                        model=indicator.model_name,
                    )
                )

    @api.constrains("field_name", "model_name", "aggregate")
    def _check_field_name(self):
        for indicator in self:
            model = indicator._domain_model()
            path, aggregate = indicator.field_name, indicator.aggregate
            wanted = aggregate in _NEEDS_FIELD or (aggregate == "rate" and path)
            if model is None or not wanted:
                continue
            known = path and indicator._is_path(path)
            number = known and indicator._path_field(model, path).type in _NUMBERS
            if not known or not (number or aggregate == "count_distinct"):
                raise ValidationError(
                    self.env._(
                        "%(indicator)s needs a field of %(model)s that is kept in the "
                        "database and holds numbers; “%(path)s” does not. "
                        "Choose another field.",
                        path=path or "",
                        indicator=indicator.display_name,
                        model=indicator.model_name,
                    )
                )

    @api.constrains("aggregate", "numerator_domain")
    def _check_numerator(self):
        for indicator in self:
            empty = not indicator._parse_domain("numerator_domain")
            if indicator.aggregate == "rate" and empty:
                raise ValidationError(
                    self.env._(
                        "%(indicator)s is a share: say which of the records it is the "
                        "share of.",
                        indicator=indicator.display_name,
                    )
                )

    @api.constrains("period", "rolling_days", "rolling_months", "compare")
    def _check_window(self):
        for indicator in self:
            days, months = indicator.rolling_days, indicator.rolling_months
            rolling = indicator.period == "rolling"
            if rolling and (min(days, months) < 0 or bool(days) == bool(months)):
                raise ValidationError(
                    self.env._(
                        "%(indicator)s looks back over a window: enter its days or its "
                        "months, one of both.",
                        indicator=indicator.display_name,
                    )
                )
            if indicator.compare and (
                indicator.period == "ever" or not indicator.date_field
            ):
                raise ValidationError(
                    self.env._(
                        "%(indicator)s compares two periods, so it needs a date and a "
                        "period that begins.",
                        indicator=indicator.display_name,
                    )
                )

    @api.constrains("base_id", "compare", "subject_path", "model_name", "company_id")
    def _check_base(self):
        for indicator in self.filtered("base_id"):
            base = indicator.base_id
            names = {indicator.subject_model, base.subject_model} - {False}
            foreign = base.company_id and base.company_id != indicator.company_id
            chained = base.base_id or base.compare or base == indicator
            if len(names) > 1 or foreign or chained or indicator.compare:
                raise ValidationError(
                    self.env._(
                        "%(indicator)s cannot be taken in percent of %(base)s: both "
                        "must measure the same kind of subject in the same company, "
                        "and only one of them is a comparison.",
                        indicator=indicator.display_name,
                        base=base.display_name,
                    )
                )

    @api.constrains("subject_domain", "subject_path", "model_name")
    def _check_subject_domain(self):
        for indicator in self:
            name = indicator.subject_path and indicator.subject_model
            try:
                domain = Domain(indicator._parse_domain("subject_domain"))
                if name in SUBJECTS:
                    domain.validate(self.env[name].sudo())
            except (ValueError, SyntaxError, TypeError, KeyError, MemoryError) as error:
                raise ValidationError(
                    self.env._(
                        "The condition on who is measured by %(indicator)s cannot be "
                        "used: %(reason)s Write it as a list of (field, operator, "
                        "value).",
                        indicator=indicator.display_name,
                        reason=f"{error}".rstrip(".") + ".",
                    )
                ) from error

    @api.constrains(
        "model_name",
        "domain",
        "numerator_domain",
        "field_name",
        "date_field",
        "subject_domain",
    )
    def _check_readable(self):
        """Refuse fields that only some may read to those who may not."""
        user = self.env.user
        for indicator in self:
            model = indicator._domain_model()
            if model is None or user._is_superuser():
                continue
            for field in indicator._used_fields(model):
                owner = self.env[field.model_name].with_user(user)
                if not owner._has_field_access(field, "read"):
                    raise ValidationError(
                        self.env._(
                            "%(indicator)s reads “%(field)s”, which you may not see. "
                            "Ask somebody who may to set it up.",
                            indicator=indicator.display_name,
                            field=field.get_description(self.env, ["string"])["string"],
                        )
                    )

    def _used_fields(self, model):
        """Yield the fields an indicator names, those inside paths and conditions."""
        for path in (self.field_name, self.date_field, self.subject_path):
            if path and path != "id":
                yield from self._path_fields(model, path)
        for name in ("domain", "numerator_domain"):
            yield from self._condition_fields(model, self._rule_domain(name))
        if self.subject_path and self.subject_model:
            domain = Domain(self._parse_domain("subject_domain"))
            yield from self._condition_fields(self.env[self.subject_model], domain)

    def _path_fields(self, model, path):
        for part in path.split("."):
            field = model._fields.get(part)
            if field is None:
                return
            yield field
            if not field.relational:
                return
            model = self.env[field.comodel_name]

    def _condition_fields(self, model, domain):
        for condition in domain.iter_conditions():
            *__, field = [None, *self._path_fields(model, condition.field_expr)]
            yield from self._path_fields(model, condition.field_expr)
            if field is not None and "any" in condition.operator:
                comodel = self.env[field.comodel_name]
                yield from self._condition_fields(comodel, Domain(condition.value))

    @api.constrains(
        "model_name",
        "domain",
        "numerator_domain",
        "field_name",
        "date_field",
        "subject_path",
        "subject_domain",
        "aggregate",
        "compare",
        "base_id",
    )
    def _check_try(self):
        """Let the database plan the query: what it refuses is refused."""
        day = date(2026, 1, 31)
        for indicator in self.filtered("subject_model"):
            if indicator.dormant:
                continue
            company = indicator.company_id or self.env.company
            try:
                with self.env.cr.savepoint():
                    query = indicator._evaluate_query(day, day, [0], company)
                    self.env.execute_query(SQL("EXPLAIN %s", query))
            except (Error, ValueError, KeyError, AttributeError) as error:
                raise ValidationError(
                    self.env._(
                        "%(indicator)s cannot be measured: %(reason)s. Check its "
                        "fields and conditions.",
                        indicator=indicator.display_name,
                        reason=f"{error}".strip().rstrip("."),
                    )
                ) from error
