from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .care_obligation_spec import UNITS


class CareObligationRule(models.Model):
    """What must happen to a record of a model, by when, and who is told otherwise.

    Managers and policy packs write it; the engine makes one obligation per record.
    """

    _name = "care.obligation.rule"
    _description = "Deadline rule"
    _inherit = [
        "care.obligation.succession",
        "care.pack.row.mixin",
        "care.rule.model.mixin",
        "care.obligation.spec",
    ]
    _order = "sequence, id"
    _pack_fields = (
        "name",
        "sequence",
        "model_name",
        "start_domain",
        "start_field",
        "due_field",
        "amount",
        "unit",
        "calendar_id",
        "at_time",
        "done_domain",
        "done_field",
        "pause_domain",
        "cancel_domain",
        "responsible_path",
        "role_id",
        "waive_role_id",
        "remind_amount",
        "remind_unit",
        "escalation_ids",
        "sanction_rule_id",
    )
    _domain_fields = ("start_domain", "done_domain", "pause_domain", "cancel_domain")
    # A change of one of these moves the open obligations of the rule at once,
    _MOVES = {
        "amount",
        "unit",
        "calendar_id",
        "at_time",
        "start_field",
        "due_field",
        "remind_amount",
        "remind_unit",
        "escalation_ids",
    }
    # and of one of these has the records looked at again by the scan job.
    _RESCANS = {
        "start_domain",
        "done_domain",
        "done_field",
        "pause_domain",
        "cancel_domain",
        "responsible_path",
        "role_id",
        "model_name",
        "model_id",
        "company_id",
        "start_field",
        "due_field",
    }

    start_domain = fields.Char(
        "Starts when",
        default="[]",
        help="The clock of a record starts as soon as this holds.",
    )
    start_field = fields.Char(
        "Counted from",
        help="Date or time field of the record. Empty: the moment the condition holds.",
    )
    due_field = fields.Char(
        "Counted until",
        help="Date or time field of the record that says when it is due; it moves as "
        "the field does. A date means the end of that day, or the time of the day "
        "below. The time allowed is added to it, and may be 0.",
    )
    amount = fields.Integer("Time allowed", required=True, default=1)
    unit = fields.Selection(UNITS, required=True, default="working_day")
    calendar_id = fields.Many2one(
        "resource.calendar",
        "Working schedule",
        ondelete="restrict",
        help="Empty: the working hours of the record's company.",
    )
    at_time = fields.Char(
        "At", help="Time of the day at which it is due, such as 10:00. Empty: any time."
    )
    done_domain = fields.Char("Done when")
    done_field = fields.Char(
        "Done at",
        help="Date or time field that says when it was done. Without a condition, "
        "a value in it means done.",
    )
    pause_domain = fields.Char(
        "Paused while", help="The clock stands still while this holds."
    )
    cancel_domain = fields.Char("Called off when")
    # An empty domain reads "all records" on the screen, but means never here: so the
    # screen asks first whether there is a condition at all.
    # Each box has methods of its own: while one is written, Odoo reads the others of
    # the same method as empty.
    ends_by_condition = fields.Boolean(
        "Ends on a condition",
        compute="_compute_ends_by_condition",
        inverse="_inverse_ends_by_condition",
    )
    is_pausable = fields.Boolean(
        "Can be paused", compute="_compute_is_pausable", inverse="_inverse_is_pausable"
    )
    is_cancellable = fields.Boolean(
        "Can be called off",
        compute="_compute_is_cancellable",
        inverse="_inverse_is_cancellable",
    )
    responsible_path = fields.Char(
        "Responsible",
        help="Field of the record that leads to a user, such as user_id or "
        "department_id.manager_id.user_id.",
    )
    role_id = fields.Many2one(
        "care.role",
        "Responsible role",
        ondelete="restrict",
        help="Responsible where the field above names nobody.",
    )
    waive_role_id = fields.Many2one(
        "care.role",
        "May waive",
        ondelete="restrict",
        help="Who may waive an obligation of this rule, beside the managers.",
    )
    remind_amount = fields.Integer(
        "Remind before", help="0: the responsible is not reminded."
    )
    remind_unit = fields.Selection(UNITS, default="day")
    escalation_ids = fields.One2many("care.obligation.escalation", "rule_id", copy=True)
    sanction_rule_id = fields.Many2one(
        "care.sanction.rule",
        "Sanction when missed",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('trigger', '=', 'obligation')]",
    )
    obligation_ids = fields.One2many("care.obligation", "rule_id", "Obligations")
    open_count = fields.Integer("Open", compute="_compute_counts")
    missed_count = fields.Integer("Missed", compute="_compute_counts")
    follow_wanted = fields.Boolean(
        readonly=True, copy=False, help="The job asks again who is responsible."
    )
    followed_on = fields.Date(readonly=True, copy=False)
    scan_wanted = fields.Selection(
        [("running", "What is running"), ("all", "All records")],
        readonly=True,
        copy=False,
        help="What the job looks at in its next run.",
    )

    _amount_positive = models.Constraint(
        "CHECK (amount >= 0 AND remind_amount >= 0)",
        "The time allowed and the reminder must not be negative.",
    )
    _scan_idx = models.Index("(id) WHERE scan_wanted IS NOT NULL")

    @api.depends_context("uid")
    def _compute_counts(self):
        groups = self.env["care.obligation"]._read_group(
            [
                ("rule_id", "in", self.ids),
                ("state", "in", ("open", "paused", "missed")),
            ],
            ["rule_id", "state"],
            ["__count"],
        )
        counts = {(rule.id, state): count for rule, state, count in groups}
        for rule in self:
            rule.open_count = counts.get((rule.id, "open"), 0) + counts.get(
                (rule.id, "paused"), 0
            )
            rule.missed_count = counts.get((rule.id, "missed"), 0)

    @api.depends("done_domain")
    def _compute_ends_by_condition(self):
        self._fill_box("ends_by_condition", "done_domain")

    def _inverse_ends_by_condition(self):
        self._clear_behind("ends_by_condition", "done_domain")

    @api.depends("pause_domain")
    def _compute_is_pausable(self):
        self._fill_box("is_pausable", "pause_domain")

    def _inverse_is_pausable(self):
        self._clear_behind("is_pausable", "pause_domain")

    @api.depends("cancel_domain")
    def _compute_is_cancellable(self):
        self._fill_box("is_cancellable", "cancel_domain")

    def _inverse_is_cancellable(self):
        self._clear_behind("is_cancellable", "cancel_domain")

    def _fill_box(self, box, name):
        for rule in self:
            rule[box] = (rule[name] or "[]").strip() != "[]"

    def _clear_behind(self, box, name):
        self.filtered(lambda rule: not rule[box] and rule[name]).write({name: False})

    # ---- what a rule may say

    @api.constrains("done_domain", "done_field")
    def _check_done(self):
        for rule in self:
            if not rule.done_field and rule._rule_domain("done_domain").is_true():
                raise ValidationError(
                    self.env._(
                        "%(rule)s never ends. Say when it is done, by a condition "
                        "or by a field.",
                        rule=rule.display_name,
                    )
                )

    @api.constrains(
        "start_field", "due_field", "done_field", "responsible_path", "model_name"
    )
    def _check_paths(self):
        for rule in self:
            model = rule._domain_model()
            if model is None:
                continue
            for name in ("start_field", "due_field", "done_field"):
                field = model._fields.get(rule[name] or "")
                if rule[name] and (
                    field is None or field.type not in ("date", "datetime")
                ):
                    rule._refuse_field(name, self.env._("a date or time"))
            if rule.responsible_path and not rule._leads_to_user(model):
                rule._refuse_field("responsible_path", self.env._("a user"))

    def _leads_to_user(self, model):
        for name in self.responsible_path.split("."):
            field = model._fields.get(name)
            if field is None or not field.relational:
                return False
            model = self.env[field.comodel_name]
        return model._name == "res.users"

    def _refuse_field(self, name, wanted):
        raise ValidationError(
            self.env._(
                "“%(value)s” of %(rule)s is no field of %(model)s that gives "
                "%(wanted)s. Choose another field.",
                value=self[name],
                rule=self.display_name,
                model=self.model_name,
                wanted=wanted,
            )
        )

    @api.constrains("at_time")
    def _check_at_time(self):
        for rule in self.filtered("at_time"):
            hours, _sep, minutes = rule.at_time.partition(":")
            fits = hours.isdigit() and minutes.isdigit() and len(minutes) == 2
            if not fits or int(hours) * 60 + int(minutes) > 1440 or int(minutes) > 59:
                raise ValidationError(
                    self.env._(
                        "“%(time)s” of %(rule)s is no time of the day. "
                        "Write it like 10:00.",
                        time=rule.at_time,
                        rule=rule.display_name,
                    )
                )

    # ---- changes

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        self.env.registry.clear_cache()
        return rules

    def write(self, vals):
        was_active = self.filtered("active") if "active" in vals else self.browse()
        if vals.keys() <= {"scan_wanted", "follow_wanted", "followed_on"}:
            return super().write(vals)
        if vals.get("active"):
            vals = {**vals, "scan_wanted": "all"}
        elif self._RESCANS & vals.keys():
            vals = {**vals, "scan_wanted": "running"}
        if "escalation_ids" in vals:
            with self.escalation_ids._levels_kept(self):
                result = super().write(vals)
        else:
            result = super().write(vals)
        self.env.registry.clear_cache()
        obligations = self.env["care.obligation"]
        if "active" in vals:
            obligations._on_rules_stopped(
                was_active.filtered(lambda rule: not rule.active)
            )
        if self._MOVES & vals.keys() or vals.get("active"):
            obligations._on_rules_changed(self)
        if vals.get("scan_wanted"):
            self._trigger_scan()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        used = (
            self.env["care.obligation"]
            .sudo()
            .search([("rule_id", "in", self.ids)], limit=1)
        )
        if used:
            raise UserError(
                self.env._(
                    "%(rule)s has obligations that must stay on record. "
                    "Archive it instead.",
                    rule=used.rule_id.display_name,
                )
            )

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def _trigger_scan(self):
        cron = self.env.ref("customer_care.ir_cron_obligation_scan", False)
        if cron:
            cron.sudo()._trigger()

    # ---- buttons

    def action_apply_now(self):
        """Start the clock of every record that the rule already fits."""
        self.check_access("write")
        found = self.env["care.obligation"]._scan_now(self)
        text = self.env._("%(count)s obligations started.", count=found)
        if self.filtered("scan_wanted"):
            text = self.env._(
                "%(count)s obligations started; the job starts the rest in a moment.",
                count=found,
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": text,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_view_obligations(self):
        """Open the obligations of the rule."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_obligation_action"
        )
        return action | {"domain": [("rule_id", "in", self.ids)], "context": {}}
