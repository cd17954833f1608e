from odoo import api, fields, models


class ComplaintDesk(models.Model):
    """A point where complaints come in, with its mail address and its team.

    Written by a complaint manager. Every company gets one when it is created.
    """

    _name = "complaint.desk"
    _description = "Complaint Desk"
    _inherit = ["mail.thread", "mail.alias.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    member_ids = fields.Many2many(
        "res.users",
        string="Team",
        domain="[('share', '=', False)]",
        help="They are told of every new case of this desk.",
    )
    department_id = fields.Many2one(
        "hr.department",
        string="Default department",
        check_company=True,
        help="Handles a new case until another department is named.",
    )
    acknowledge = fields.Boolean(
        string="Acknowledge at once",
        default=True,
        help="A case that comes by mail is acknowledged with its number and a link "
        "where the customer can follow it.",
    )
    acknowledge_template_id = fields.Many2one(
        "mail.template",
        string="Acknowledgement",
        domain="[('model', '=', 'complaint.case')]",
        default=lambda self: self._default_template("acknowledge"),
    )
    answer_template_id = fields.Many2one(
        "mail.template",
        string="Answer",
        domain="[('model', '=', 'complaint.case')]",
        default=lambda self: self._default_template("answer"),
    )
    reopen_days = fields.Integer(
        string="Reopen within (days)",
        default=30,
        help="How long after closing a handler may reopen; a manager always may.",
    )
    repeat_days = fields.Integer(
        string="Repeated within (days)",
        default=90,
        help="A complaint of the same customer about the same matter within so many "
        "days is a repeat. 0: repeats are not looked for.",
    )
    repeat_by = fields.Selection(
        [
            ("either", "Same issue or same product"),
            ("issue", "Same issue"),
            ("product", "Same product or plate"),
        ],
        string="Same matter means",
        required=True,
        default="either",
    )
    case_ids = fields.One2many("complaint.case", "desk_id")
    open_case_count = fields.Integer(compute="_compute_open_case_count")

    _reopen_days_positive = models.Constraint(
        "CHECK (reopen_days >= 0)", "The days for reopening must not be negative."
    )

    _repeat_days_positive = models.Constraint(
        "CHECK (repeat_days >= 0)", "The days for a repeat must not be negative."
    )

    def _default_template(self, name):
        return self.env.ref(
            f"complaint_handling.mail_template_{name}", raise_if_not_found=False
        )

    def _compute_open_case_count(self):
        groups = self.env["complaint.case"]._read_group(
            [("desk_id", "in", self.ids), ("state", "not in", ("closed", "cancelled"))],
            ["desk_id"],
            ["__count"],
        )
        counts = {desk.id: count for desk, count in groups}
        for desk in self:
            desk.open_case_count = counts.get(desk.id, 0)

    def _alias_get_creation_values(self):
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env["ir.model"]._get_id("complaint.case")
        if self.id:
            values["alias_defaults"] = repr(
                {"desk_id": self.id, "company_id": self.company_id.id}
            )
        return values

    def write(self, vals):
        result = super().write(vals)
        if "company_id" in vals:
            for desk in self:
                values = desk._alias_get_creation_values()
                desk.sudo().alias_id.alias_defaults = values["alias_defaults"]
        return result

    @api.model
    def _ensure_default(self, companies=None):
        """Give each company that has none a desk and a number sequence."""
        companies = companies or self.env["res.company"].sudo().search(
            [("active", "=", True)]
        )
        self.env["complaint.case"]._ensure_sequence(companies)
        desks = self.sudo().with_context(active_test=False)
        served = desks.search([("company_id", "in", companies.ids)]).company_id
        for company in companies - served:
            desk = self.sudo().with_company(company)
            desk = desk.create(
                {
                    "name": "Complaint desk",
                    "company_id": company.id,
                    "alias_name": self._free_alias_name(company),
                }
            )
            desk.update_field_translations("name", desk._get_default_names())

    def _get_default_names(self):
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        return {
            code: self.with_context(lang=code).env._("Complaint desk")
            for code in languages
        }

    def _free_alias_name(self, company):
        """`complaint`, or with the company's number where that address is taken."""
        taken = (
            self.env["mail.alias"]
            .sudo()
            .search_count(
                [
                    ("alias_name", "=", "complaint"),
                    ("alias_domain_id", "in", [company.alias_domain_id.id, False]),
                ],
                limit=1,
            )
        )
        return f"complaint-{company.id}" if taken else "complaint"

    def action_view_open_cases(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "complaint_handling.complaint_case_action"
        )
        action["domain"] = [("desk_id", "=", self.id)]
        action["context"] = {"default_desk_id": self.id, "search_default_open": 1}
        return action
