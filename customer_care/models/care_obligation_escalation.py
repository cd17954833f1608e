from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..logic.obligation_clock import Rung
from .care_obligation_spec import UNITS


class CareObligationEscalation(models.Model):
    """One rung of a ladder: who is told how long before or after an obligation is due.

    Managers write it, as a line of a deadline rule or a duty.
    """

    _name = "care.obligation.escalation"
    _description = "Escalation"
    _inherit = ["care.link.mixin"]
    _order = "sequence, id"
    _pack_fields = (
        "sequence",
        "direction",
        "amount",
        "unit",
        "notify",
        "role_id",
        "activity_type_id",
        "summary",
    )

    rule_id = fields.Many2one(
        "care.obligation.rule", index="btree_not_null", ondelete="cascade"
    )
    duty_id = fields.Many2one("care.duty", index="btree_not_null", ondelete="cascade")
    sequence = fields.Integer(default=10)
    level = fields.Integer(
        readonly=True,
        copy=False,
        help="Number of the rung. An obligation passes each number once.",
    )
    direction = fields.Selection(
        [("before", "Before it is due"), ("after", "After it is due")],
        "When",
        required=True,
        default="after",
    )
    amount = fields.Integer("Time", required=True, default=1)
    unit = fields.Selection(UNITS, required=True, default="day")
    notify = fields.Selection(
        [
            ("responsible", "The responsible"),
            ("manager", "The responsible's manager"),
            ("role", "Who holds a role"),
            ("user", "A user"),
        ],
        required=True,
        default="responsible",
    )
    role_id = fields.Many2one("care.role", ondelete="restrict")
    user_id = fields.Many2one("res.users", ondelete="restrict")
    activity_type_id = fields.Many2one(
        "mail.activity.type", "Activity", ondelete="set null"
    )
    summary = fields.Char(translate=True)

    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "The time of an escalation must not be negative."
    )

    @api.depends("direction", "amount", "unit", "notify")
    def _compute_display_name(self):
        labels = {
            name: dict(self._fields[name]._description_selection(self.env))
            for name in ("direction", "unit", "notify")
        }
        for rung in self:
            direction = labels["direction"].get(rung.direction)
            unit = labels["unit"].get(rung.unit)
            notify = labels["notify"].get(rung.notify)
            rung.display_name = f"{rung.amount} {unit}, {direction}: {notify}"

    @api.constrains("notify", "role_id", "user_id")
    def _check_notify(self):
        for rung in self:
            if (rung.notify == "role" and not rung.role_id) or (
                rung.notify == "user" and not rung.user_id
            ):
                raise ValidationError(
                    self.env._(
                        "The escalation of %(owner)s names nobody. "
                        "Choose the role or the user to tell.",
                        owner=(rung.rule_id or rung.duty_id).display_name,
                    )
                )

    def _rungs(self):
        """Return a tuple of Rung, for the clock."""
        return tuple(
            Rung(rung.level, rung.direction == "before", rung.amount, rung.unit)
            for rung in self
        )

    def _signature(self):
        return (
            self.direction,
            self.amount,
            self.unit,
            self.notify,
            self.role_id.id,
            self.user_id.id,
        )

    @contextmanager
    def _levels_kept(self, owners):
        """While lines are replaced, let an equal line keep its number.

        A policy pack replaces the whole list; what has fired must not fire again.
        """
        before = {
            owner.id: {rung._signature(): rung.level for rung in owner.escalation_ids}
            for owner in owners
        }
        old = self.ids
        yield
        for owner in owners:
            kept = before[owner.id]
            lines = owner.escalation_ids
            taken = set(lines.filtered(lambda rung: rung.id in old).mapped("level"))
            for rung in lines.filtered(lambda rung: rung.id not in old):
                level = kept.get(rung._signature())
                if level and level not in taken:
                    rung.level = level
                taken.add(rung.level)

    @api.model_create_multi
    def create(self, vals_list):
        rungs = super().create(vals_list)
        for owner_field in ("rule_id", "duty_id"):
            for owner, lines in rungs.grouped(owner_field).items():
                if owner:
                    highest = max(owner.escalation_ids.mapped("level"), default=0)
                    for number, rung in enumerate(lines, highest + 1):
                        rung.level = number
        rungs._on_ladder_changed()
        return rungs

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() - {"level", "summary", "sequence", "activity_type_id"}:
            self._on_ladder_changed()
        return result

    def unlink(self):
        rules, duties = self.rule_id, self.duty_id
        result = super().unlink()
        self.env.registry.clear_cache()
        self.env["care.obligation"]._on_rules_changed(rules)
        self.env["care.obligation"]._on_duties_changed(duties)
        return result

    def _on_ladder_changed(self):
        self.env.registry.clear_cache()
        self.env["care.obligation"]._on_rules_changed(self.rule_id)
        self.env["care.obligation"]._on_duties_changed(self.duty_id)
