import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..logic.repeats import is_repeated
from .care_obligation_spec import UNITS

_logger = logging.getLogger(__name__)

KINDS = [("corrective", "Corrective"), ("preventive", "Preventive")]
BATCH = 500


class CareImprovementRule(models.Model):
    """When an improvement is opened by itself: a record enters a condition, something
    is repeated, or an indicator is under its pass mark. Managers and packs write it."""

    _name = "care.improvement.rule"
    _description = "Improvement rule"
    _inherit = ["care.pack.row.mixin", "care.rule.model.mixin"]
    _order = "sequence, id"
    _pack_fields = (
        "name",
        "sequence",
        "trigger",
        "indicator_id",
        "model_name",
        "domain",
        "date_field",
        "repeat_path",
        "repeat_count",
        "repeat_days",
        "kind",
        "cause_category_id",
        "user_path",
        "role_id",
        "due_amount",
        "due_unit",
        "check_amount",
        "check_unit",
    )
    _domain_fields = ("domain",)

    model_name = fields.Char(required=False)
    trigger = fields.Selection(
        [
            ("indicator", "An indicator is under its pass mark"),
            ("repeat", "Something is repeated"),
            ("record", "A record meets a condition"),
        ],
        "Opened when",
        required=True,
        default="record",
    )
    indicator_id = fields.Many2one(
        "care.indicator",
        ondelete="restrict",
        index="btree_not_null",
        help="A finished period under the pass mark opens an improvement.",
    )
    domain = fields.Char("Records concerned", default="[]")
    date_field = fields.Char(
        "Date of the record", help="Empty: the time it was entered."
    )
    date_from = fields.Date(
        "Holds from",
        default=lambda self: fields.Date.context_today(self),
        help="Earlier records open nothing. Empty: all records count.",
    )
    repeat_path = fields.Char(
        "Same",
        help="Fields of the record whose values make it the same thing, separated by "
        "commas, such as issue_id or partner_id, category_id.",
    )
    repeat_count = fields.Integer("Times", default=3)
    repeat_days = fields.Integer("Within days", help="0: no limit.")
    kind = fields.Selection(KINDS, required=True, default="corrective")
    cause_category_id = fields.Many2one("care.cause.category", ondelete="restrict")
    user_path = fields.Char(
        "Responsible",
        help="Field of the record that leads to a user, such as user_id.",
    )
    role_id = fields.Many2one(
        "care.role",
        "Responsible role",
        ondelete="restrict",
        help="Responsible where the field above names nobody.",
    )
    due_amount = fields.Integer(
        "Measure done within", help="0: who plans the improvement sets the date."
    )
    due_unit = fields.Selection(UNITS, default="day", required=True)
    check_amount = fields.Integer(
        "Effect checked after", help="0: who plans the improvement sets the date."
    )
    check_unit = fields.Selection(UNITS, default="day", required=True)
    improvement_ids = fields.One2many("care.improvement", "rule_id", "Improvements")
    improvement_count = fields.Integer(compute="_compute_improvement_count")

    _amounts_positive = models.Constraint(
        "CHECK (due_amount >= 0 AND check_amount >= 0 AND repeat_days >= 0 "
        "AND repeat_count >= 1)",
        "Times and counts of an improvement rule must not be negative.",
    )

    @api.depends_context("uid")
    @api.depends("improvement_ids")
    def _compute_improvement_count(self):
        counts = dict(
            self.env["care.improvement"]._read_group(
                [("rule_id", "in", self.ids)], ["rule_id"], ["__count"]
            )
        )
        for rule in self:
            rule.improvement_count = counts.get(rule, 0)

    @api.constrains(
        "trigger", "indicator_id", "model_name", "repeat_path", "date_field"
    )
    def _check_trigger(self):
        for rule in self.filtered(lambda rule: rule.trigger == "indicator"):
            if not rule.indicator_id:
                rule._refuse(self.env._("choose the indicator"))
        for rule in self.filtered(lambda rule: rule.trigger != "indicator"):
            if not rule.model_name:
                rule._refuse(self.env._("choose what it applies to"))
            if rule.trigger == "repeat" and not rule._repeat_paths():
                rule._refuse(self.env._("say by which fields two records are the same"))
            model = rule._domain_model()
            if model is None:
                continue
            field = model._fields.get(rule.date_field or "")
            if rule.date_field and (
                not field or field.type not in ("date", "datetime") or not field.store
            ):
                rule._refuse(self.env._("choose a date or time field that is stored"))
            for name in rule._repeat_paths() * (rule.trigger == "repeat"):
                field = model._fields.get(name)
                if not field or not field.store or field.type.endswith("2many"):
                    rule._refuse(self.env._("%(name)s groups nothing", name=name))

    def _refuse(self, reason):
        raise ValidationError(
            self.env._(
                "%(rule)s cannot work yet: %(reason)s.",
                rule=self.display_name,
                reason=reason,
            )
        )

    def _repeat_paths(self):
        parts = (self.repeat_path or "").split(",")
        return [part.strip() for part in parts if part.strip()]

    # ---- the job

    @api.model
    def _cron_open(self):
        """Open what the rules want; one rule that fails stops no other."""
        rules = self.search([("trigger", "in", ("repeat", "record"))])
        rules = rules.filtered(lambda rule: rule._domain_model() is not None)
        progress = self.env["ir.cron"]._commit_progress
        for number, rule in enumerate(rules, 1):
            try:
                with self.env.cr.savepoint():
                    rule._look()
            except OperationalError:
                raise  # the database asks to try the whole job again
            except Exception:
                _logger.exception("Improvement rule %s could not be run", rule.code)
            if not progress(1, remaining=len(rules) - number):
                return

    def _look(self):
        """Open what this rule wants now and return it."""
        self.ensure_one()
        rule = self.sudo()
        if rule.trigger == "record":
            return rule._look_at_records()
        return rule._look_at_repeats() if rule.trigger == "repeat" else None

    def _records_domain(self):
        model = self._domain_model()
        domain = self._rule_domain("domain")
        if self.date_from:
            domain &= Domain(self.date_field or "create_date", ">=", self.date_from)
        if self.company_id and "company_id" in model._fields:
            domain &= Domain("company_id", "in", [False, self.company_id.id])
        return domain

    def _look_at_records(self):
        opened = self.env["care.improvement"]
        model = self._domain_model().sudo()
        for _level, part, among in self.env["care.ceiling"]._by_level(model):
            for record in model.browse(self._records_to_open(part, among)):
                key = f"{self.code}:{record._name},{record.id}"
                vals = self._prepare_vals(record)
                opened |= opened._open("record", key, vals, records=record)
        return opened

    def _records_to_open(self, model, among):
        """Return the ids of records that fit and have no improvement yet."""
        model = model.with_company(self.company_id)
        query = model._search(self._records_domain() & among, order="id", limit=BATCH)
        key = SQL(
            "%s || %s::text",
            f"{self.code}:{model._name},",
            SQL.identifier(model._table, "id"),
        )
        query.add_where(
            SQL(
                """NOT EXISTS (SELECT 1 FROM care_improvement i
                    WHERE i.origin = 'record' AND i.origin_key = %s)""",
                key,
            )
        )
        self.env["care.improvement"].flush_model(["origin", "origin_key"])
        return query.get_result_ids()

    def _look_at_repeats(self):
        """Open one improvement for each thing repeated often enough; what is counted
        in one that has ended counts no more."""
        opened = self.env["care.improvement"]
        model = self._domain_model().sudo()
        names = self._repeat_paths()
        keyed = Domain.AND([Domain(name, "!=", False) for name in names])
        used = SQL(
            """(SELECT l.res_id FROM care_improvement_link l
                 JOIN care_improvement i ON i.id = l.improvement_id
                WHERE i.rule_id = %s AND l.res_model = %s
                  AND i.state IN ('closed', 'cancelled')
                  AND NOT EXISTS (SELECT 1 FROM care_improvement n
                                   WHERE n.previous_id = i.id))""",
            self.id,
            model._name,
        )
        opened.flush_model()
        self.env["care.improvement.link"].flush_model()
        by_company = ["company_id"] if "company_id" in model._fields else []
        for _level, part, among in self._repeat_parts(model):
            rows = part.with_company(self.company_id)._read_group(
                self._records_domain() & keyed & among & Domain("id", "not in", used),
                names + by_company,
                ["id:recordset"],
                having=[("__count", ">=", self.repeat_count)],
            )
            for row in rows:
                *values, records = [self._without_ceiling(v, model) for v in row]
                company = values.pop() if by_company else self.env["res.company"]
                if self._is_often(records):
                    opened |= self._open_repeat(values, company, records)
        return opened

    def _repeat_parts(self, model):
        """Return where repeats are looked for: among secret records only where the
        improvement is as secret, because it is about their customer."""
        parts = self.env["care.ceiling"]._by_level(model)
        return parts if "partner_id" in self._repeat_paths() else parts[:1]

    def _without_ceiling(self, value, model):
        return (
            value.with_env(model.env) if isinstance(value, models.BaseModel) else value
        )

    def _is_often(self, records):
        name = self.date_field or "create_date"
        days = [record[name] for record in records if record[name]]
        days = [fields.Date.to_date(day) for day in days]
        return is_repeated(days, self.repeat_count, self.repeat_days)

    def _open_repeat(self, values, company, records):
        words = [
            str(value.id if isinstance(value, models.BaseModel) else value)
            for value in values
        ]
        vals = self._prepare_vals(records[-1])
        vals["company_id"] = company.id or self.company_id.id or self.env.company.id
        if len(values) == 1 and isinstance(values[0], models.BaseModel):
            vals |= {"res_model": values[0]._name, "res_id": values[0].id}
        if "partner_id" not in self._repeat_paths():
            vals["partner_id"] = False
        key = f"{self.code}:{','.join(words)}"
        return self.env["care.improvement"]._open(
            "repeat", key, vals, records=records, again=True
        )

    # ---- indicators

    def _linked_already(self, results):
        """Return the results that an improvement took up before."""
        links = self.env["care.improvement.link"].sudo()
        known = links.search(
            [("res_model", "=", results._name), ("res_id", "in", results.ids)]
        )
        return results.browse(known.mapped("res_id"))

    def _open_for_result(self, result):
        """Open an improvement for a result under its pass mark, or let the one that is
        open for the same subject take it up."""
        model = self.env.get(result.subject_model or "")
        subject = (
            result
            if model is None or not result.subject_id
            else model.sudo().browse(result.subject_id).exists()
        ) or result
        vals = self._prepare_vals(subject)
        vals["company_id"] = result.company_id.id or vals["company_id"]
        key = f"{self.code}:{result.subject_model or ''},{result.subject_id or 0}"
        return self.env["care.improvement"]._open(
            "indicator", key, vals, records=result, again=True
        )

    # ---- what is opened

    def _prepare_vals(self, record):
        """Return the values of an improvement about `record`."""
        improvements = self.env["care.improvement"]
        vals = improvements._prepare_from_record(record)
        company_id = vals["company_id"]
        if self.company_id and "company_id" not in record._fields:
            company_id = self.company_id.id
        company = self.env["res.company"].browse(company_id)
        vals |= {
            "name": self.name,
            "kind": self.kind,
            "rule_id": self.id,
            "clause_id": self.clause_id.id,
            "cause_category_id": self.cause_category_id.id,
            "company_id": company_id,
            "user_id": self._responsible(record, vals, company).id,
        }
        return vals | self._prepare_dates(company)

    def _prepare_dates(self, company):
        """Return the days of the measure and of the check that the rule sets."""
        calendar = company.resource_calendar_id
        vals, moment = {}, fields.Datetime.now()
        for name, amount, unit in (
            ("date_due", self.due_amount, self.due_unit),
            ("check_date", self.check_amount, self.check_unit),
        ):
            if not amount:
                break
            moment = calendar.care_add(moment, amount, unit)
            zone = calendar.tz or "UTC"
            vals[name] = fields.Datetime.context_timestamp(
                self.with_context(tz=zone), moment
            ).date()
        return vals

    def _responsible(self, record, places, company):
        user = self.env["res.users"]
        if self.user_path:
            value = record
            for name in self.user_path.split("."):
                value = value[name][:1]
            user = value.filtered("active")
        if not user and self.role_id:
            user = self.role_id._resolve(
                company=company,
                department=self.env["hr.department"].browse(
                    places.get("department_id") or ()
                ),
                partner=self.env["res.partner"].browse(places.get("partner_id") or ()),
            )[:1]
        return user

    def action_view_improvements(self):
        """Open what the rule opened."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_improvement_action"
        )
        return action | {"domain": [("rule_id", "in", self.ids)], "context": {}}
