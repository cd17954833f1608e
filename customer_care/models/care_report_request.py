from odoo import api, fields, models
from odoo.exceptions import UserError


class CareReportRequest(models.Model):
    """Figures on customers that a department asks for, once or regularly, and the
    report made of them. Employees write it; approvals decide on the figures, then on
    each report before it goes out."""

    _name = "care.report.request"
    _description = "Report request"
    _inherit = [
        "care.report.request.flow",
        "care.obligation.mixin",
        "care.secrecy.mixin",
        "care.requirement.mixin",
        "care.approval.mixin",
        "care.step.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"

    # what only steps write
    _step_fields = {
        "state": "draft",
        "asked_at": False,
        "approved_at": False,
        "handed_in_at": False,
        "released_at": False,
        "report_fingerprint": False,
    }
    # what stays open once it was asked for, beside the report itself
    _OPEN = ("active", "activity_", "message_", "secrecy_", "handler_id", "access_")
    _REPORT = ("report_file_ids", "period_from", "period_to")

    name = fields.Char("Report", required=True, tracking=True)
    active = fields.Boolean(default=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("asked", "To approve"),
            ("approved", "To prepare"),
            ("examined", "To examine"),
            ("released", "Released"),
            ("rejected", "Not approved"),
        ],
        required=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    department_id = fields.Many2one(
        "hr.department",
        index="btree_not_null",
        ondelete="restrict",
        default=lambda self: self.env.user.employee_id.department_id,
    )
    user_id = fields.Many2one(
        "res.users",
        "Applicant",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    handler_id = fields.Many2one(
        "res.users",
        "Prepared by",
        index=True,
        ondelete="restrict",
        domain="[('share', '=', False)]",
        default=lambda self: self.env.user,
    )
    figures = fields.Text(help="Which figures, on which customers.")
    purpose = fields.Text()
    cadence = fields.Selection(
        [
            ("once", "Once"),
            ("month", "Every month"),
            ("quarter", "Every quarter"),
            ("half", "Every half year"),
            ("year", "Every year"),
        ],
        required=True,
        default="once",
    )
    recipients = fields.Text(help="Who gets the report, by name or function.")
    is_external = fields.Boolean("Leaves the company")
    corrects_id = fields.Many2one(
        "care.report.request",
        "Correction of",
        index="btree_not_null",
        copy=False,
        ondelete="restrict",
        domain="[('state', '=', 'released')]",
    )
    correction_ids = fields.One2many("care.report.request", "corrects_id")
    correction_count = fields.Integer(compute="_compute_correction_count")
    period_from = fields.Date("From", copy=False)
    period_to = fields.Date("Until", copy=False)
    report_file_ids = fields.Many2many(
        "ir.attachment", string="Report files", copy=False
    )
    report_fingerprint = fields.Char(readonly=True, copy=False)
    asked_at = fields.Datetime("Asked for", readonly=True, copy=False)
    approved_at = fields.Datetime("Approved on", readonly=True, copy=False)
    handed_in_at = fields.Datetime("Handed in on", readonly=True, copy=False)
    released_at = fields.Datetime("Released on", readonly=True, copy=False)

    _period = models.Constraint(
        "CHECK (period_to >= period_from)", "The period must not end before it begins."
    )

    @api.depends("correction_ids")
    def _compute_correction_count(self):
        for record in self:
            record.correction_count = len(record.correction_ids)

    # ---- saving

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not self._is_step():
                vals["user_id"] = self.env.uid
        records = super().create(vals_list)
        records.corrects_id.check_access("read")
        records._claim_files()
        return records

    def write(self, vals):
        if not self._is_step():
            if "user_id" in vals:
                self._refuse_edit("user_id")
            for record in self:
                record._check_open(vals)
        result = super().write(vals)
        if "corrects_id" in vals:
            self.corrects_id.check_access("read")
        if "report_file_ids" in vals:
            self._claim_files()
        return result

    def _check_open(self, vals):
        """A request stays as it was approved, a report as it was examined."""
        if self.state == "draft":
            return
        still_open = self._OPEN
        if self.state == "approved":
            still_open += self._REPORT
        if any(not name.startswith(still_open) for name in vals):
            raise UserError(
                self.env._(
                    "%(record)s was handed in. Withdraw it before changing it.",
                    record=self.display_name,
                )
            )

    def _claim_files(self):
        """Let uploaded reports follow the request: whoever may read it reads them."""
        for record in self:
            record.report_file_ids.check_access("read")
            loose = record.report_file_ids.sudo().filtered(lambda f: not f.res_id)
            loose.write({"res_model": self._name, "res_id": record.id})

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        for record in self.filtered(lambda r: r.state != "draft" or r.asked_at):
            raise UserError(
                self.env._(
                    "%(record)s was handed in and is kept. Withdraw or archive it.",
                    record=record.display_name,
                )
            )
