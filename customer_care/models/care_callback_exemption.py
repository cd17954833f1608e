from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CareCallbackExemption(models.Model):
    """Records that need no callback, or that count once together.

    Managers and packs write it. It holds for the programmes on its model.
    """

    _name = "care.callback.exemption"
    _description = "Exemption from callbacks"
    _inherit = ["care.pack.row.mixin", "care.rule.model.mixin"]
    _order = "sequence, id"
    _pack_fields = (
        "name",
        "sequence",
        "model_name",
        "programme_id",
        "kind",
        "domain",
        "same_paths",
        "same_days",
        "letter_wanted",
    )
    _domain_fields = ("domain",)

    kind = fields.Selection(
        [("exempt", "Needs no callback"), ("once", "Counts once")],
        required=True,
        default="exempt",
        help="Needs no callback: the reason is noted. Counts once: of the records with "
        "the same values only the first is called back.",
    )
    name = fields.Char(help="The reason, as it is noted on the callback.")
    programme_id = fields.Many2one(
        "care.callback.programme",
        index="btree_not_null",
        ondelete="cascade",
        help="Empty: all programmes on these records.",
    )
    domain = fields.Char("Records concerned", default="[]", help="Empty: all records.")
    same_paths = fields.Char(
        "The same",
        help="Fields that must be the same, separated by commas, such as partner_id, "
        "issue_id. A record that lacks one of them stands alone.",
    )
    same_days = fields.Integer(
        "Within (days)",
        help="Counts once with those drawn before in so many days, too. 0: only within "
        "one draw.",
    )
    letter_wanted = fields.Boolean(
        "Letter to be attached", help="The written answer is filed with the callback."
    )

    @api.constrains("kind", "same_paths", "model_name", "programme_id")
    def _check_same(self):
        for row in self:
            paths = row._get_same_paths()
            if row.kind == "once" and not paths:
                raise ValidationError(
                    self.env._(
                        "%(row)s counts records once: name the fields that must be "
                        "the same.",
                        row=row.name,
                    )
                )
            follow = self.env["care.callback.programme"]._follow_on
            model = row._domain_model()
            for path in paths:
                if model is not None and follow(model, path) is None:
                    raise ValidationError(
                        self.env._(
                            "%(path)s of %(row)s leads to no field. Choose fields of "
                            "the records.",
                            path=path,
                            row=row.name,
                        )
                    )

    def _get_same_paths(self):
        parts = (self.same_paths or "").split(",")
        return [part.strip() for part in parts if part.strip()]
