from odoo import Command, api, fields, models, tools
from odoo.exceptions import UserError, ValidationError

from .care_obligation_spec import UNITS

# What the cached gates of a model are made of
_GATE_FIELDS = {"model_name", "model_id", "gate", "amount_field", "cumulate", "active"}


class CareApprovalRule(models.Model):
    """What has to be approved by whom before a record passes a gate.

    Managers write rules on the screen, packs bring them. A request copies what it
    needs, so an edited rule changes no request that is under way.
    """

    _name = "care.approval.rule"
    _description = "Approval rule"
    _inherit = [
        "care.approval.cumulate.mixin",
        "care.pack.row.mixin",
        "care.rule.model.mixin",
    ]
    _order = "model_name, gate, sequence, id"
    _pack_fields = (
        "name",
        "sequence",
        "model_name",
        "gate",
        "domain",
        "amount_field",
        "currency_id",
        "cumulate",
        "cumulate_period",
        "cumulate_days",
        "decide_amount",
        "decide_unit",
        "step_ids",
    )
    _domain_fields = ("domain",)

    gate = fields.Char(
        required=True, help="The step of the record that waits for this approval."
    )
    gate_hint = fields.Char("Known gates", compute="_compute_gate_hint")
    domain = fields.Char(
        "Condition", default="[]", help="Records it is wanted for. Empty: all."
    )
    # not in packs: what a policy asks for does not yield
    is_fallback = fields.Boolean(
        "Only where no other rule fits",
        help="Rules that come with the product: those of a policy take their place.",
    )
    amount_field = fields.Char(
        help="Field with the amount that the bands of the steps are compared with."
    )
    currency_id = fields.Many2one(
        "res.currency",
        string="Currency of the bands",
        help="Empty: the currency of the company. Amounts in another currency are "
        "converted at the rate of the day of the request.",
    )
    decide_amount = fields.Integer(
        "Time for a decision",
        help="From the request to the last decision, in the working hours of the "
        "company. 0: no limit. The deciders are reminded, and their managers told, as "
        "the deadline rule “Decide the approval” says.",
    )
    decide_unit = fields.Selection(UNITS, required=True, default="working_day")
    step_ids = fields.One2many("care.approval.step", "rule_id", "Steps", copy=True)
    approval_count = fields.Integer(compute="_compute_approval_count")

    _decide_amount_positive = models.Constraint(
        "CHECK (decide_amount >= 0)",
        "The time for a decision must not be negative.",
    )

    @api.depends("model_name")
    def _compute_gate_hint(self):
        for rule in self:
            gates = rule._host_gates()
            rule.gate_hint = ", ".join(f"{code} ({name})" for code, name in gates)

    def _compute_approval_count(self):
        counts = dict(
            self.env["care.approval"]._read_group(
                [("rule_id", "in", self.ids)], ["rule_id"], ["__count"]
            )
        )
        for rule in self:
            rule.approval_count = counts.get(rule, 0)

    def _host_gates(self):
        """Return [(gate, label)] the model names; empty when it names none."""
        model = self._domain_model() if self.model_name else None
        if model is None or not self._is_host(model):
            return []
        return model._approval_gates()

    def _is_host(self, model):
        return isinstance(model, self.pool["care.approval.mixin"])

    @api.constrains("model_name", "gate")
    def _check_gate(self):
        for rule in self:
            model = rule._domain_model()
            if model is None:
                continue
            if not rule._is_host(model):
                raise ValidationError(
                    self.env._(
                        "%(rule)s is about %(model)s, whose records know no approval. "
                        "Choose another model.",
                        rule=rule.name,
                        model=model._description,
                    )
                )
            gates = dict(rule._host_gates())
            if gates and rule.gate not in gates:
                raise ValidationError(
                    self.env._(
                        "%(rule)s waits at the gate “%(gate)s”, which %(model)s does "
                        "not have. Choose one of: %(gates)s.",
                        rule=rule.name,
                        gate=rule.gate,
                        model=model._description,
                        gates=", ".join(gates),
                    )
                )

    @api.constrains("model_name", "amount_field", "step_ids")
    def _check_amount_field(self):
        for rule in self:
            model = rule._domain_model()
            field = model is not None and model._fields.get(rule.amount_field or "")
            numeric = field and field.type in ("monetary", "float", "integer")
            if rule.amount_field and model is not None and not numeric:
                raise ValidationError(
                    self.env._(
                        "%(rule)s takes its amount from “%(field)s”, which is no "
                        "number of %(model)s. Choose a field with an amount.",
                        rule=rule.name,
                        field=rule.amount_field,
                        model=model._description,
                    )
                )
            if not rule.amount_field and any(
                step._has_band() for step in rule.step_ids
            ):
                raise ValidationError(
                    self.env._(
                        "%(rule)s has steps for amounts but no amount field. "
                        "Name the field, or take the limits off the steps.",
                        rule=rule.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_used(self):
        for rule in self.sudo().filtered("approval_count"):
            raise UserError(
                self.env._(
                    "%(rule)s has approvals that keep its decisions. "
                    "Archive it instead.",
                    rule=rule.name,
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        if not _GATE_FIELDS.isdisjoint(vals):
            self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    @tools.ormcache("model_name")
    def _gates_of(self, model_name):
        """Return ((gate, amount field or False, how amounts add up), ...) of the
        model's active rules."""
        rules = self.sudo().search([("model_name", "=", model_name)])
        return tuple(
            {(rule.gate, rule.amount_field or False, rule.cumulate) for rule in rules}
        )

    @api.model
    def _matching(self, record, gate):
        """Return the active rules that `record` has to meet at `gate`.

        A rule of the company replaces the rule for all companies of the same code, and
        any rule that fits takes the place of those that only stand in.
        """
        if not any(row[0] == gate for row in self._gates_of(record._name)):
            return self.browse()
        record = record.sudo()
        company = record._approval_company()
        rules = self.sudo().search(
            [
                ("model_name", "=", record._name),
                ("gate", "=", gate),
                ("company_id", "in", [False, company.id]),
            ]
        )
        own = set(rules.filtered("company_id").mapped("code"))
        rules = rules.filtered(lambda rule: rule.company_id or rule.code not in own)
        rules = rules.filtered(lambda rule: rule._rule_fitting(record, "domain"))
        others = rules.filtered(lambda rule: not rule.is_fallback)
        return (others or rules).with_env(self.env)

    def _amounts(self, record):
        """Return (amount, its currency, amount in the currency of the bands, that one).

        Without an amount field both amounts are 0 in the company's currency.
        """
        record = record.sudo()
        company = record._approval_company()
        bands_in = self.sudo().currency_id or company.currency_id
        if not self.amount_field:
            return 0.0, bands_in, 0.0, bands_in
        field = record._fields[self.amount_field]
        name = "currency_id" if "currency_id" in record._fields else None
        if field.type == "monetary":
            name = field.get_currency_field(record)
        currency = (name and record[name]) or company.currency_id
        amount = record[self.amount_field]
        if currency == bands_in or not amount:
            return amount, currency, currency.round(amount), bands_in
        self._check_rate(currency, bands_in, company)
        today = fields.Date.context_today(self)
        return (
            amount,
            currency,
            currency._convert(amount, bands_in, company, today),
            bands_in,
        )

    def _check_rate(self, currency, bands_in, company):
        """Refuse a currency without a rate: it would count one to one."""
        for unknown in (currency | bands_in) - company.currency_id:
            domain = [
                ("currency_id", "=", unknown.id),
                ("company_id", "in", [False, company.root_id.id]),
            ]
            if not self.env["res.currency.rate"].sudo().search_count(domain, limit=1):
                raise UserError(
                    self.env._(
                        "%(rule)s cannot compare the amount: %(currency)s has no "
                        "exchange rate in %(company)s. Enter the rate first.",
                        rule=self.name,
                        currency=unknown.name,
                        company=company.name,
                    )
                )

    def _steps_for(self, amount, currency):
        """Return the steps that decide `amount`, refusing an amount no step takes."""
        steps = self.sudo().step_ids.filtered(
            lambda step: step._takes(amount, currency.rounding)
        )
        if not steps:
            raise UserError(
                self.env._(
                    "%(rule)s has no step that decides %(amount)s. Add one under "
                    "Customer care > Configuration > Approval rules.",
                    rule=self.name,
                    amount=currency.format(amount),
                )
            )
        return steps

    def _due_at(self, company):
        """Return until when a request made now is to be decided, False for no limit."""
        if not self.decide_amount:
            return False
        calendar_id = company.sudo().resource_calendar_id.id or None
        now = fields.Datetime.now()
        asked = (calendar_id, now, self.decide_amount, self.decide_unit, None)
        return self.env["care.obligation"]._add_many([asked])[0]

    def _request(self, record, gate):
        """Ask for the rule's approval of `record` and return the new approval."""
        self.ensure_one()
        rule = self.sudo()
        engine = self.env["care.approval"].with_context(
            mail_create_nolog=True, mail_create_nosubscribe=True, tracking_disable=True
        )
        vals = rule._prepare_request_vals(record.sudo(), gate)
        approval = rule._create_counted(engine._engine(), vals)
        rule._copy_names(approval)
        approval = approval._plain(self.env)
        approval._check_staffed()
        approval._ask()
        return approval

    def _prepare_request_vals(self, host, gate):
        """Return every value of a new request: a default that somebody set for
        themselves fills in what is left out."""
        amount, currency, band_amount, band_currency = self._amounts(host)
        tally = self._prepare_tally_vals(host, band_amount, band_currency)
        excluded = self.env.user.sudo() | host._approval_subject_users(gate).sudo()
        steps = self._steps_for(tally["cumulated_amount"], band_currency)
        guarded = host._approval_guarded_names(gate, self.amount_field)
        return {
            "name": self.with_context(lang="en_US").name,
            "rule_id": self.id,
            "clause_id": self.clause_id.id,
            "res_model": host._name,
            "res_id": host.id,
            "gate": gate,
            "state": "pending",
            "cancel_kind": False,
            "requester_id": self.env.uid,
            "company_id": host._approval_company().id,
            "partner_id": host._approval_partner().id,
            "amount": amount,
            "currency_id": currency.id,
            "band_amount": band_amount,
            "band_currency_id": band_currency.id,
            "requested_at": fields.Datetime.now(),
            "due_at": False,
            "decider_id": False,
            "decided_at": False,
            "granted_at": False,
            "reason": False,
            "decision_count": 0,
            "guarded_fields": ",".join(guarded),
            "guarded_digest": host._approval_digest(guarded),
            "line_ids": [
                Command.create(step._prepare_line_vals(host, excluded))
                for step in steps
            ],
            "decision_ids": [],
            "current_user_ids": [],
            **tally,
        }

    def _copy_names(self, approval):
        """Copy the names of rule and steps in every language that is installed."""
        pairs = [
            (self, approval),
            *((line.step_id, line) for line in approval.line_ids),
        ]
        for code, _name in self.env["res.lang"].get_installed():
            for source, copy in pairs:
                name = source.with_context(lang=code).name
                if copy.with_context(lang=code).name != name:
                    copy.with_context(lang=code).name = name

    def action_view_approvals(self):
        """Open the approvals asked for under this rule."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_approval_action"
        )
        return action | {"domain": [("rule_id", "=", self.id)], "context": {}}
