from odoo import api, fields, models
from odoo.exceptions import UserError

PRIORITIES = [("0", "Ordinary"), ("1", "Raised"), ("2", "High"), ("3", "First")]
_OVER = ("closed", "cancelled")


class ComplaintGradeMixin(models.AbstractModel):
    """How bad a case is and how soon its turn comes: severity with its circumstances,
    and the priority that goes with the customer's grade."""

    _name = "complaint.grade.mixin"
    _description = "Severity and Priority of a Complaint"

    severity_id = fields.Many2one(
        "complaint.severity",
        check_company=True,
        tracking=True,
        help="Rules raise it; lowering it needs a reason.",
    )
    severity_change_ids = fields.One2many("complaint.severity.change", "case_id")
    flag_ids = fields.Many2many(
        "complaint.flag",
        string="Circumstances",
        help="What makes the matter worse; rules raise the severity by it.",
    )
    is_major = fields.Boolean(
        related="severity_id.is_major", store=True, precompute=True, string="Major"
    )
    major_since = fields.Datetime(string="Major since", readonly=True, copy=False)
    priority = fields.Selection(
        PRIORITIES,
        compute="_compute_priority",
        store=True,
        precompute=True,
        help="Comes with the grade of the customer: the highest are handled first.",
    )

    _major_idx = models.Index("(company_id, received_at DESC) WHERE is_major")

    @api.depends("partner_id", "commercial_partner_id.care_priority")
    def _compute_priority(self):
        """Take the priority of the customer's grade; a case that is over keeps the one
        it was handled with."""
        known = dict(PRIORITIES)
        for company, cases in self.grouped("company_id").items():
            for case in cases:
                if case.state in _OVER and case.priority:
                    case.priority = case.priority
                    continue
                customer = case.sudo().with_company(company).commercial_partner_id
                priority = str(customer.care_priority or 0)
                case.priority = priority if priority in known else "0"

    # ---- severity

    def _log_severity(self, vals):
        """Keep the severity a person gives; refuse to lower it without a reason, for
        which a window asks."""
        new = self.env["complaint.severity"].browse(vals["severity_id"])
        for case in self:
            old = case.severity_id
            if old and (not new or new.sequence < old.sequence):
                raise UserError(
                    self.env._(
                        "%(case)s is %(severity)s. Lower it by “Lower the severity”, "
                        "with the reason.",
                        case=case.display_name,
                        severity=old.name,
                    )
                )
        changed = self.filtered(lambda case: case.severity_id != new)
        changed.check_access("write")
        changed._keep_severity_change(new)

    def _change_severity(self, severity, rule=None, reason=False):
        """Give each case the severity and keep why."""
        self._keep_severity_change(severity, rule, reason)
        self.sudo().write({"severity_id": severity.id})

    def _keep_severity_change(self, severity, rule=None, reason=False):
        now = fields.Datetime.now()
        self.env["complaint.severity.change"]._engine().create(
            [
                {
                    "case_id": case.id,
                    "company_id": case.company_id.id,
                    "department_id": case.department_id.id,
                    "at": now,
                    "user_id": self.env.uid,
                    "old_id": case.severity_id.id,
                    "new_id": severity.id,
                    "rule_id": rule and rule.id,
                    "clause_id": rule and rule.clause_id.id,
                    "reason": reason,
                }
                for case in self.sudo()
            ]
        )

    def _follow_rules(self, vals):
        """Carry out the rules that look at what has just been written."""
        if self.env["complaint.severity.rule"]._reads() & vals.keys():
            self._apply_severity_rules()
        if "severity_id" in vals:
            self._note_major()
        if self.env["complaint.notice.rule"]._reads() & vals.keys():
            self._notify_at_once()

    def _apply_severity_rules(self):
        """Raise the cases that a rule fits for the first time. A rule that raised a
        case before leaves it alone, so a lowering with its reason stands."""
        Rule = self.env["complaint.severity.rule"]
        if not Rule._reads():
            return
        for company, cases in self.sudo().grouped("company_id").items():
            rules = Rule._of_company(company)
            worst_first = rules.sorted(lambda r: -r.severity_id.sequence)
            for case in cases:
                if case.kind == "complaint" and case.state not in _OVER:
                    case._raise_by(worst_first)

    def _raise_by(self, rules):
        done = self.severity_change_ids.rule_id
        now = self.severity_id
        for rule in rules - done:
            worse = not now or rule.severity_id.sequence > now.sequence
            if worse and rule._fits(self):
                self._change_severity(rule.severity_id, rule=rule)
                return

    def _note_major(self):
        """Keep since when a case is major."""
        fresh = self.sudo().filtered(lambda c: c.is_major and not c.major_since)
        if fresh:
            fresh.write({"major_since": fields.Datetime.now()})

    def action_lower_severity(self):
        return self._open_wizard("complaint.severity.wizard")
