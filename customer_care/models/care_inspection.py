from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from .care_inspection_template_item import SEVERITIES

_USER = "customer_care.customer_care_group_user"
_MANAGER = "customer_care.customer_care_group_manager"
STATES = [
    ("planned", "Planned"),
    ("running", "Under way"),
    ("done", "Done"),
    ("cancelled", "Cancelled"),
]
ENDED = ("done", "cancelled")
_WEIGHTS = [code for code, _name in SEVERITIES]


class CareInspection(models.Model):
    """One inspection of a department: a checklist looked through on a day, and what
    was found. Its inspectors write it; what is done stays as it is."""

    _name = "care.inspection"
    _description = "Inspection"
    _inherit = [
        "care.obligation.mixin",
        "care.requirement.mixin",
        "care.inspection.compliance",
        "care.step.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_planned desc, id desc"

    _step_fields = {
        "state": "planned",
        "number": False,
        "done_at": False,
        "done_by_id": False,
    }
    _MOVES = {
        ("planned", "running"): _USER,
        ("planned", "done"): _USER,
        ("running", "done"): _USER,
        ("planned", "cancelled"): _USER,
        ("running", "cancelled"): _MANAGER,
        ("done", "running"): _MANAGER,
    }

    name = fields.Char("Title", required=True, tracking=True)
    number = fields.Char(readonly=True, copy=False, index=True)
    active = fields.Boolean(default=True)
    state = fields.Selection(
        STATES, required=True, default="planned", copy=False, tracking=True
    )
    template_id = fields.Many2one(
        "care.inspection.template",
        "Checklist",
        index="btree_not_null",
        ondelete="restrict",
    )
    clause_id = fields.Many2one(
        "care.policy.clause", index="btree_not_null", ondelete="restrict"
    )
    date_planned = fields.Date(
        "Planned on",
        required=True,
        index=True,
        default=lambda self: fields.Date.context_today(self),
        tracking=True,
    )
    department_id = fields.Many2one("hr.department", index=True, ondelete="restrict")
    inspector_ids = fields.Many2many(
        "res.users",
        "care_inspection_inspector_rel",
        string="Inspectors",
        default=lambda self: self.env.user,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    item_ids = fields.One2many("care.inspection.item", "inspection_id", copy=True)
    finding_ids = fields.One2many("care.inspection.finding", "inspection_id")
    conclusion = fields.Text(copy=False)
    done_at = fields.Datetime(readonly=True, copy=False)
    done_by_id = fields.Many2one(
        "res.users", "Done by", readonly=True, copy=False, ondelete="restrict"
    )
    item_count = fields.Integer(compute="_compute_counts")
    failed_count = fields.Integer("Failed", compute="_compute_counts")
    open_count = fields.Integer("Not looked at", compute="_compute_counts")
    improvement_count = fields.Integer(compute="_compute_improvement_count")

    @api.depends("name", "number")
    def _compute_display_name(self):
        for record in self:
            record.display_name = " ".join(filter(None, (record.number, record.name)))

    @api.depends("item_ids.result")
    def _compute_counts(self):
        for record in self:
            results = record.item_ids.mapped("result")
            record.item_count = len(results)
            record.failed_count = results.count("failed")
            record.open_count = results.count(False)

    @api.depends("finding_ids.improvement_id")
    def _compute_improvement_count(self):
        for record in self:
            record.improvement_count = len(record.finding_ids.improvement_id)

    @api.onchange("template_id")
    def _onchange_template_id(self):
        if self.template_id:
            self.name = self.name or self.template_id.name
            self.clause_id = self.template_id.clause_id
            self.item_ids = [Command.clear(), *self._item_commands(self.template_id)]

    @api.model
    def _item_commands(self, template):
        return [
            Command.create(
                {
                    "sequence": item.sequence,
                    "name": item.name,
                    "hint": item.hint,
                    "severity": item.severity,
                }
            )
            for item in template.item_ids
        ]

    @api.model_create_multi
    def create(self, vals_list):
        """A record made without the screen takes the items of its checklist too."""
        for vals in vals_list:
            if vals.get("template_id") and "item_ids" not in vals:
                template = self.env["care.inspection.template"].browse(
                    vals["template_id"]
                )
                vals["item_ids"] = self._item_commands(template)
                vals.setdefault("name", template.name)
                vals.setdefault("clause_id", template.clause_id.id)
        records = super().create(vals_list)
        for record in records:
            numbers = self.env["ir.sequence"].sudo().with_company(record.company_id)
            number = numbers.next_by_code("care.inspection")
            record._step_write({"number": number})
        return records

    def write(self, vals):
        free = {"active", "message_follower_ids", "activity_ids", "message_ids"}
        if not self._is_step() and not vals.keys() <= free:
            self._check_not_ended()
        return super().write(vals)

    def _check_not_ended(self):
        for record in self.sudo():
            if record.state in ENDED:
                raise UserError(
                    self.env._(
                        "%(record)s has ended and stays as it is. A customer care "
                        "manager can open it again.",
                        record=record.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        for record in self.filtered(lambda record: record.state == "done"):
            raise UserError(
                self.env._(
                    "%(record)s is done and stays on record.",
                    record=record.display_name,
                )
            )

    # ---- buttons

    def action_start(self):
        """Begin to look."""
        for record in self:
            record._check_move("running")
            record._step_write({"state": "running"})

    def action_done(self):
        """Everything was looked at: keep it, and open the improvements."""
        for record in self:
            record._check_move("done")
            record._check_complete()
            record._requirement_check("done")
            record._add_missing_findings()
            record._step_write(
                {
                    "state": "done",
                    "done_at": fields.Datetime.now(),
                    "done_by_id": self.env.uid,
                }
            )
            for finding in record._findings_to_improve():
                finding._improve()
            record._fulfil_duties()
        return True

    def action_reopen(self):
        """Go on with an inspection that was ended too early."""
        for record in self:
            record._check_move("running")
            record._step_write(
                {"state": "running", "done_at": False, "done_by_id": False}
            )

    def action_cancel(self):
        """Call it off."""
        for record in self:
            record._check_move("cancelled")
            record._step_write({"state": "cancelled"})

    def action_view_improvements(self):
        """Open the improvements of its findings."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_improvement_action"
        )
        ids = self.finding_ids.improvement_id.ids
        return action | {"domain": [("id", "in", ids)], "context": {}}

    # ---- what happens

    def _check_complete(self):
        left = self.item_ids.filtered(lambda item: not item.result)
        if left or not self.item_ids:
            raise UserError(
                self.env._(
                    "%(record)s is not complete: %(items)s. Give each item a result.",
                    record=self.display_name,
                    items=", ".join(left.mapped("name"))
                    or self.env._("it has no items"),
                )
            )

    def _add_missing_findings(self):
        """A failed item without a finding gets one with its own words."""
        failed = self.item_ids.filtered(lambda item: item.result == "failed")
        self.env["care.inspection.finding"].create(
            [
                {
                    "inspection_id": self.id,
                    "item_id": item.id,
                    "name": f"{item.name}: {item.note}" if item.note else item.name,
                    "severity": item.severity,
                    "user_id": self.department_id.sudo().manager_id.user_id.id,
                }
                for item in failed - self.finding_ids.item_id
            ]
        )

    def _findings_to_improve(self):
        least = self.template_id.improve_from or "never"
        if least == "never":
            return self.finding_ids.browse()
        heavy = _WEIGHTS[_WEIGHTS.index(least) :]
        return self.finding_ids.filtered(lambda finding: finding.severity in heavy)

    def _fulfil_duties(self):
        """A duty of the company that waits for such an inspection has its evidence."""
        self.env["care.duty"]._fulfil_by(self)

    @api.model
    def _my_day_domain(self):
        """Return the inspections that the user is to carry out by today."""
        return (
            Domain("inspector_ids", "in", self.env.uid)
            & Domain("state", "in", ("planned", "running"))
            & Domain("date_planned", "<=", fields.Date.context_today(self))
        )
