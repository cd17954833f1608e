from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .care_engine_mixin import _ENGINE

# by which people classify: also what is closed and written by nobody any more
BY_HAND = frozenset({"secrecy_own", "secrecy_choice", "secrecy_class_id"})


class CareSecrecyMixin(models.AbstractModel):
    """A record that people classify: at creation or later, and only upwards.

    Lowering is a request that others approve (`care.secrecy.change`).
    """

    _name = "care.secrecy.mixin"
    _inherit = ["care.secrecy.class.mixin", "care.secrecy.follow.mixin"]
    _description = "Record that people classify"

    secrecy_own = fields.Integer(
        "Own level of secrecy",
        required=True,
        default=0,
        aggregator=None,
        groups="base.group_user",
        help="0 public, 1 internal, 2 secret, 3 top secret. What the record hangs on "
        "may raise it further.",
    )
    secrecy_choice = fields.Selection(
        "_selection_secrecy",
        "Level",
        compute="_compute_secrecy_choice",
        inverse="_inverse_secrecy_choice",
        groups="base.group_user",
        help="Raising takes effect at once; lowering is asked for and approved.",
    )

    def _secrecy_columns(self):
        return [*super()._secrecy_columns(), "secrecy_own"]

    @api.depends("secrecy_own")
    def _compute_secrecy_choice(self):
        for record in self:
            record.secrecy_choice = str(record.secrecy_own or 0)

    def _inverse_secrecy_choice(self):
        for record in self:
            record.secrecy_own = int(record.secrecy_choice or 0)

    # ---- saving

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        raised = records.filtered(lambda record: record.sudo().secrecy_own)
        if raised:
            raised._secrecy_check_raise()
            self.env["care.secrecy"]._changed(self._name, raised.ids, cascade=False)
        return records

    def write(self, vals):
        if "secrecy_own" not in vals:
            return super().write(vals)
        self._check_known()
        own = int(vals["secrecy_own"] or 0)
        engine = self.env.context.get("care_engine") is _ENGINE
        lowered = self.sudo().filtered(lambda record: record.secrecy_own > own)
        if lowered and not engine:
            self._secrecy_refuse_lowering(lowered[0])
        # before: what rises above one's own sight is out of reach at once
        self._secrecy_check_sight(own)
        result = super().write(vals | {"secrecy_own": own})
        self._secrecy_check_raise()
        return result

    def _secrecy_set_own(self, level):
        """Set the record's own level; in engine mode also downwards."""
        return self.write({"secrecy_own": level})

    def _secrecy_refuse_lowering(self, record):
        raise AccessError(
            self.env._(
                "The level of “%(record)s” is lowered by an approved request only. "
                "Ask for it with “Lower the level”.",
                record=record.display_name,
            )
        )

    def _secrecy_check_raise(self):
        """Refuse a level that does not exist or is above what the user sees."""
        for record in self.sudo():
            if record.secrecy_own not in range(4):
                raise UserError(
                    self.env._(
                        "“%(record)s” cannot have the level %(level)s. Choose one from "
                        "0 (public) to 3 (top secret).",
                        record=record.display_name,
                        level=record.secrecy_own,
                    )
                )
        self._secrecy_check_sight(max(self.sudo().mapped("secrecy_own"), default=0))

    def _secrecy_check_sight(self, level):
        """Refuse a level above what the user sees."""
        sight = self.env["care.sight"]._mine()
        if self.env.su or sight.everything or level <= sight.level:
            return
        raise AccessError(
            self.env._(
                "You may classify “%(record)s” up to “%(level)s”. Ask somebody with a "
                "higher clearance.",
                record=self.sudo()[:1].display_name,
                level=self.env["care.sight"]._level_names()[sight.level],
            )
        )
