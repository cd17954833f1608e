from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..logic.progression import Tariff

KINDS = [("fine", "Fine"), ("points", "Points lost"), ("reward", "Reward")]


class CareSanctionRule(models.Model):
    """What a violation (or a merit) costs whom: money or points, per event, item or
    loss, doubled and repeated where the policy says so. Managers and packs write it;
    the engine proposes by it."""

    _name = "care.sanction.rule"
    _description = "Sanction rule"
    _inherit = ["care.pack.row.mixin", "care.rule.model.mixin"]
    _order = "sequence, id"
    _pack_fields = (
        "name",
        "sequence",
        "kind",
        "trigger",
        "model_name",
        "domain",
        "date_field",
        "done_domain",
        "done_field",
        "recur_days",
        "basis",
        "count_field",
        "amount",
        "points",
        "currency_id",
        "loss_field",
        "loss_pct",
        "min_amount",
        "max_amount",
        "user_path",
        "role_id",
        "group_id",
        "confirm_role_id",
        "appeal_role_id",
        "appeal_days",
    )
    _domain_fields = ("domain", "done_domain")

    model_name = fields.Char(required=False)
    kind = fields.Selection(KINDS, required=True, default="fine")
    trigger = fields.Selection(
        [
            ("obligation", "A deadline or duty is missed"),
            ("record", "A record meets a condition"),
            ("manual", "Somebody enters it"),
        ],
        "Proposed when",
        required=True,
        default="obligation",
    )
    domain = fields.Char("Records concerned", default="[]")
    date_field = fields.Char("Happened on", help="Empty: the day it is noticed.")
    date_from = fields.Date(
        "Holds from",
        default=lambda self: fields.Date.context_today(self),
        help="What happened earlier is not charged. Empty: all records count.",
    )
    # a new one each working day until put right
    recur_days = fields.Integer(
        "Again every (working days)",
        help="Until it is put right; 0: it counts once.",
    )
    done_domain = fields.Char("Put right when")
    done_field = fields.Char("Put right at")
    # how much
    basis = fields.Selection(
        [
            ("event", "Each event"),
            ("item", "Each item"),
            ("loss_pct", "Part of the loss"),
            ("range", "Set by a person"),
        ],
        "Counted by",
        required=True,
        default="event",
    )
    count_field = fields.Char(
        "Number of items", help="Number field of the record, or its list of items."
    )
    amount = fields.Monetary()
    points = fields.Float()
    currency_id = fields.Many2one(
        "res.currency", ondelete="restrict", help="Empty: the company's."
    )
    loss_field = fields.Char("Loss", help="Amount field of the record.")
    loss_pct = fields.Float("Part of the loss (%)")
    min_amount = fields.Monetary("At least")
    max_amount = fields.Monetary("At most", help="0: no limit.")
    # who
    user_path = fields.Char(
        "Person",
        help="Field of the record that leads to a user or to an employee, such as "
        "user_id or department_id.manager_id. Of several, each is charged. "
        "Empty, with a deadline: who was responsible.",
    )
    role_id = fields.Many2one(
        "care.role", "Person of the role", ondelete="restrict", help="Instead."
    )
    group_id = fields.Many2one(
        "care.sanction.group", "Progression", index=True, ondelete="restrict"
    )
    confirm_role_id = fields.Many2one(
        "care.role",
        "Confirmed by",
        ondelete="restrict",
        help="Empty: the head of the department. Managers may always.",
    )
    appeal_role_id = fields.Many2one(
        "care.role",
        "Appeals decided by",
        ondelete="restrict",
        help="Empty: the customer care managers. Never who confirmed.",
    )
    appeal_days = fields.Integer(
        "Days to appeal", default=7, required=True, help="0: no appeal."
    )
    sanction_ids = fields.One2many("care.sanction", "rule_id", "Sanctions")
    sanction_count = fields.Integer(compute="_compute_sanction_count")

    _amounts_positive = models.Constraint(
        "CHECK (amount >= 0 AND points >= 0 AND loss_pct >= 0 AND min_amount >= 0 "
        "AND max_amount >= 0 AND appeal_days >= 0 AND recur_days >= 0)",
        "Amounts, points and days of a sanction rule must not be negative.",
    )

    @api.depends_context("uid")
    @api.depends("sanction_ids")
    def _compute_sanction_count(self):
        counts = dict(
            self.env["care.sanction"]._read_group(
                [("rule_id", "in", self.ids)], ["rule_id"], ["__count"]
            )
        )
        for rule in self:
            rule.sanction_count = counts.get(rule, 0)

    # ---- what a rule may say

    @api.constrains(
        "trigger",
        "model_name",
        "basis",
        "amount",
        "points",
        "loss_pct",
        "min_amount",
        "max_amount",
        "count_field",
        "loss_field",
        "recur_days",
        "done_domain",
        "done_field",
        "kind",
    )
    def _check_complete(self):
        for rule in self:
            if rule.trigger == "record" and not rule.model_name:
                rule._refuse(self.env._("choose what it applies to"))
            if rule.recur_days and rule.trigger == "record" and not rule._ends():
                rule._refuse(self.env._("say when it is put right"))
            if rule.recur_days and rule.kind == "reward":
                rule._refuse(self.env._("a reward is given once"))
            rule._check_basis()

    def _check_basis(self):
        if self.max_amount and self.max_amount < self.min_amount:
            self._refuse(self.env._("“At most” is less than “At least”"))
        by_hand = self.trigger == "manual"
        if self.basis == "item" and not (self.count_field or by_hand):
            self._refuse(self.env._("say where the number of items stands"))
        if self.basis == "loss_pct":
            if not self.loss_pct or not (self.loss_field or by_hand):
                self._refuse(self.env._("say where the loss stands, and which part"))
        elif self.basis == "range":
            if not self.max_amount:
                self._refuse(self.env._("say how much it is at most"))
        elif not (self.amount or self.points or self.group_id.pay_max_pct):
            self._refuse(self.env._("give an amount or points"))

    @api.constrains(
        "model_name",
        "date_field",
        "done_field",
        "count_field",
        "loss_field",
        "user_path",
    )
    def _check_paths(self):
        wanted = {
            "date_field": ("date", "datetime"),
            "done_field": ("date", "datetime"),
            "count_field": ("integer", "float", "one2many", "many2many"),
            "loss_field": ("monetary", "float", "integer"),
            "user_path": ("many2one", "many2many", "one2many"),
        }
        for rule in self.filtered(lambda rule: rule._domain_model() is not None):
            for name, types in wanted.items():
                field = rule[name] and rule._last_field(rule[name])
                if field is None or (field and field.type not in types):
                    rule._refuse(
                        self.env._("“%(value)s” does not lead there", value=rule[name])
                    )

    def _last_field(self, path):
        model, field = self._domain_model(), None
        for name in path.split("."):
            field = model._fields.get(name) if model is not None else None
            if field is None:
                return None
            model = self.env[field.comodel_name] if field.relational else None
        return field

    def _ends(self):
        return self.done_field or (self.done_domain or "[]").strip() != "[]"

    def _refuse(self, reason):
        raise ValidationError(
            self.env._(
                "%(rule)s cannot work yet: %(reason)s.",
                rule=self.display_name,
                reason=reason,
            )
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        used = self.env["care.sanction"].sudo()
        used = used.search([("rule_id", "in", self.ids)], limit=1)
        if used:
            raise UserError(
                self.env._(
                    "%(rule)s has sanctions that must stay on record. "
                    "Archive it instead.",
                    rule=used.rule_id.display_name,
                )
            )

    # ---- what the engine reads

    def _tariff(self):
        """Return the rule's Tariff for the arithmetic."""
        return Tariff(
            self.basis,
            self.amount,
            self.points,
            self.loss_pct,
            self.min_amount,
            self.max_amount,
        )

    def _follow(self, record, path):
        """Return what `path` leads to from a record: records, or a value."""
        value = record
        for name in path.split("."):
            value = value[name]
        return value

    def _count_of(self, record):
        """Return the number of items of a record, 1 where it is no matter."""
        if self.basis != "item" or not record:
            return 1
        value = self._follow(record, self.count_field)
        return len(value) if isinstance(value, models.BaseModel) else int(value or 0)

    def _loss_of(self, record):
        """Return the loss of a record in the currency of the rule's company."""
        if self.basis != "loss_pct" or not record:
            return 0.0
        return float(self._follow(record, self.loss_field) or 0)

    def _people_of(self, record, user, places):
        """Return the users charged: by the role, by the path, or `user`.

        :param places: (partner, department, company) of the record
        """
        people = self.env["res.users"]
        if self.role_id:
            partner, department, company = places
            people = self.role_id._resolve(
                company=company, department=department, partner=partner
            )
        elif self.user_path and record:
            found = self._follow(record, self.user_path)
            people = found.user_id if found._name == "hr.employee" else found
            if people._name != "res.users":
                people = self.env["res.users"]
        else:
            people = user
        return people

    def action_view_sanctions(self):
        """Open what was proposed by the rule."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_sanction_action"
        )
        return action | {"domain": [("rule_id", "in", self.ids)], "context": {}}
