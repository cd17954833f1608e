from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .care_obligation_spec import UNITS


class CareCallbackStratum(models.Model):
    """A part of the records of a programme with a rate, callers and times of its own.

    Managers and packs write it. A record belongs to the first stratum it fits.
    """

    _name = "care.callback.stratum"
    _description = "Stratum of a callback programme"
    _order = "sequence, id"
    _pack_fields = (
        "sequence",
        "code",
        "name",
        "value",
        "domain",
        "rate_pct",
        "role_id",
        "is_gravest",
        "not_before_amount",
        "not_before_unit",
        "not_after_amount",
        "not_after_unit",
    )

    programme_id = fields.Many2one(
        "care.callback.programme", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    code = fields.Char(required=True, help="Short name in draws, such as major.")
    name = fields.Char(required=True, translate=True)
    value = fields.Char(
        help="Codes of the values that “Strata by” of the programme must have, "
        "separated by commas."
    )
    domain = fields.Char("Condition", default="[]", help="Empty: every record.")
    rate_pct = fields.Float("Share called back (%)", digits=(5, 2), default=100)
    role_id = fields.Many2one(
        "care.role", "Callers", ondelete="restrict", help="Empty: as the programme."
    )
    is_gravest = fields.Boolean(
        "Gravest kind", help="Further rounds keep to the way of the first one."
    )
    not_before_amount = fields.Integer("Not before")
    not_before_unit = fields.Selection(UNITS, required=True, default="day")
    not_after_amount = fields.Integer("Not after", help="0: as the programme.")
    not_after_unit = fields.Selection(UNITS, "Unit", required=True, default="day")

    _code_uniq = models.UniqueIndex(
        "(programme_id, code)", "Two strata of a programme have the same code."
    )
    _rate_range = models.Constraint(
        "CHECK (rate_pct >= 0 AND rate_pct <= 100)",
        "The rate of a stratum lies between 0 and 100 per cent.",
    )
    _amounts_positive = models.Constraint(
        "CHECK (not_before_amount >= 0 AND not_after_amount >= 0)",
        "Times of a stratum must not be negative.",
    )

    @api.constrains("value", "domain", "programme_id")
    def _check_domain(self):
        for stratum in self:
            model = stratum.programme_id._domain_model()
            try:
                domain = stratum._get_domain()
                if model is not None:
                    domain.validate(model.sudo())
            except (ValueError, SyntaxError, TypeError, KeyError) as error:
                raise ValidationError(
                    self.env._(
                        "The stratum %(stratum)s of %(programme)s cannot be used: "
                        "%(reason)s. Write its condition as a list of "
                        "(field, operator, value).",
                        stratum=stratum.name,
                        programme=stratum.programme_id.name,
                        reason=f"{error}".rstrip("."),
                    )
                ) from error

    def _get_domain(self):
        """Return which records belong to it: its condition, and its value."""
        parse = self.env["care.callback.programme"]._parse_domain
        domain = parse(self.domain)
        path = self.programme_id.stratum_path
        if not (path and self.value):
            return domain
        values = [value.strip() for value in self.value.split(",")]
        if self.programme_id._domain_model() is None:
            return domain
        field = self.programme_id._follow_fields(path)
        if field.relational and "code" in self.env[field.comodel_name]._fields:
            path = f"{path}.code"
        return domain & Domain(path, "in", values)
