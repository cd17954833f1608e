from odoo import api, fields, models
from odoo.exceptions import UserError


class CareEvaluationSection(models.Model):
    """The customers of one team, department or salesperson in an evaluation.

    The engine deals them out when the evaluation opens; its people grade their own
    customers and hand the list in.
    """

    _name = "care.evaluation.section"
    _description = "Section of an evaluation"
    _inherit = [
        "care.obligation.mixin",
        "care.guarded.mixin",
        "mail.activity.mixin",
        "care.secrecy.follow.mixin",
    ]
    _order = "evaluation_id desc, name, id"
    _guarded_fields = frozenset(
        {
            "evaluation_id",
            "name",
            "team_id",
            "department_id",
            "state",
            "submitted_at",
            "submitted_by_id",
            "date_due",
            "company_id",
        }
    )

    evaluation_id = fields.Many2one(
        "care.evaluation", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char(required=True)
    team_id = fields.Many2one("crm.team", "Sales team", ondelete="set null")
    department_id = fields.Many2one("hr.department", ondelete="set null")
    user_id = fields.Many2one("res.users", "Led by", required=True, ondelete="restrict")
    user_ids = fields.Many2many("res.users", string="Grade their customers")
    state = fields.Selection(
        [("open", "Grading"), ("submitted", "Handed in"), ("cancelled", "Cancelled")],
        required=True,
        default="open",
        readonly=True,
    )
    date_due = fields.Date(
        "Due", related="evaluation_id.window_to", store=True, index=True
    )
    submitted_at = fields.Datetime(readonly=True)
    submitted_by_id = fields.Many2one("res.users", "Handed in by", readonly=True)
    line_ids = fields.One2many("care.evaluation.line", "section_id", "Customers")
    line_count = fields.Integer("Customers to grade", compute="_compute_line_count")
    evaluation_state = fields.Selection(
        related="evaluation_id.state", string="State of the evaluation"
    )
    company_id = fields.Many2one(
        related="evaluation_id.company_id", store=True, index=True
    )

    def _compute_line_count(self):
        counts = dict(
            self.env["care.evaluation.line"]._read_group(
                [("section_id", "in", self.ids)], ["section_id"], ["__count"]
            )
        )
        for section in self:
            section.line_count = counts.get(section, 0)

    @api.model_create_multi
    def create(self, vals_list):
        if not self._in_engine():
            raise UserError(
                self.env._("Sections are made when an evaluation opens. Open it.")
            )
        return super().create(vals_list)

    def write(self, vals):
        """Only who leads the evaluation says who grades."""
        if not self._in_engine() and {"user_id", "user_ids"} & vals.keys():
            self.evaluation_id._check_lead()
        return super().write(vals)

    def _check_mine(self):
        for section in self:
            section.check_access("read")
            if (
                self.env.user not in section.user_ids
                and not section.evaluation_id.is_mine_to_lead
            ):
                raise UserError(
                    self.env._(
                        "%(section)s is graded by %(users)s. Ask them.",
                        section=section.name,
                        users=", ".join(section.user_ids.mapped("name")),
                    )
                )
            if section.evaluation_id.state != "pregrading":
                raise UserError(
                    self.env._(
                        "The sections of %(evaluation)s do not grade now.",
                        evaluation=section.evaluation_id.name,
                    )
                )

    def action_submit(self):
        """Hand the list in; what was left as it is counts as agreed."""
        self._check_mine()
        for section in self.filtered(lambda s: s.state == "open"):
            section._put(
                {
                    "state": "submitted",
                    "submitted_at": fields.Datetime.now(),
                    "submitted_by_id": self.env.uid,
                }
            )
        return True

    def action_reopen(self):
        """Let the section grade again."""
        self._check_mine()
        self.evaluation_id._check_lead()
        self._put({"state": "open", "submitted_at": False, "submitted_by_id": False})
        return True

    def action_view_lines(self):
        """Open the customers of the section."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_evaluation_line_action"
        )
        return action | {"domain": [("section_id", "=", self.id)], "context": {}}
