from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

LEVELS = [
    ("0", "Public"),
    ("1", "Internal"),
    ("2", "Secret"),
    ("3", "Top secret"),
]
NORMALIZERS = [
    ("none", "As written"),
    ("digits", "Digits alone"),
    ("phone", "Phone number"),
    ("alphanumeric", "Letters and digits, upper case"),
]
_HINT_MAX = 4


class CareSecretKind(models.Model):
    """A kind of value that is kept sealed, such as identity numbers: who may read it,
    and whether it can be found by its exact value.

    Security officers write it, packs bring it.
    """

    _name = "care.secret.kind"
    _description = "Kind of secret"
    _inherit = ["care.pack.row.mixin", "care.rule.model.mixin"]
    _order = "sequence, id"
    _pack_fields = (
        "name",
        "sequence",
        "model_name",
        "level",
        "findable",
        "normalizer",
        "keep_history",
        "hint_size",
    )

    model_name = fields.Char(default="res.partner")
    level = fields.Selection(
        LEVELS,
        "Clearance to read it",
        required=True,
        default="2",
        help="Whoever reads it also needs the clearance its record asks for.",
    )
    findable = fields.Boolean(
        "Found by its value",
        default=True,
        help="A keyed fingerprint is kept, by which an equal value is found. Set "
        "before values are entered.",
    )
    normalizer = fields.Selection(
        NORMALIZERS,
        "Compared as",
        required=True,
        default="none",
        help="How two spellings of one value are taken for the same.",
    )
    keep_history = fields.Boolean(help="Earlier values stay, sealed.")
    hint_size = fields.Integer(
        "Characters shown", help="How many of the last characters are shown to all."
    )

    _hint_in_range = models.Constraint(
        f"CHECK (hint_size BETWEEN 0 AND {_HINT_MAX})",
        f"At most {_HINT_MAX} characters of a secret are shown.",
    )

    def write(self, vals):
        lookup = {"findable", "normalizer"} & vals.keys()
        for kind in self:
            changed = {name for name in lookup if kind[name] != vals[name]}
            if changed and kind._has_values():
                raise UserError(
                    self.env._(
                        "There are values of %(kind)s already, so how they are found "
                        "does not change. Archive it and make a new kind.",
                        kind=kind.name,
                    )
                )
        result = super().write(vals)
        if "level" in vals:
            self._raise_values()
        return result

    def _has_values(self):
        rows = self.env["care.secret"].sudo().with_context(active_test=False)
        return bool(rows.search_count([("kind_id", "=", self.id)], limit=1))

    def _raise_values(self):
        """A higher level counts for what is there, a lower one for new values."""
        self.flush_recordset(["level"])
        rows = self.env.execute_query(
            SQL(
                """UPDATE care_secret s SET secrecy_own = k.level::int
                     FROM care_secret_kind k
                    WHERE k.id = s.kind_id AND k.id = ANY(%s)
                      AND s.secrecy_own < k.level::int RETURNING s.id""",
                list(self.ids),
            )
        )
        secrets = self.env["care.secret"].browse([id_ for (id_,) in rows])
        secrets._changed_level()

    @api.constrains("model_name")
    def _check_model_name(self):
        for kind in self:
            model = self.env.get(kind.model_name)
            if model is not None and "care_secret_ids" not in model._fields:
                raise ValidationError(
                    self.env._(
                        "Records of %(model)s keep no secrets. Choose another model "
                        "for %(kind)s.",
                        model=model._description,
                        kind=kind.name,
                    )
                )

    @api.model
    def _for(self, model_name, company):
        """Return the kinds of secrets a record of the model may have."""
        return self.search(
            [
                ("model_name", "=", model_name),
                ("company_id", "in", [False, company.id]),
            ]
        )
