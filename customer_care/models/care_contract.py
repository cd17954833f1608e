from odoo import api, fields, models
from odoo.exceptions import UserError

_USER = "customer_care.customer_care_group_user"
_MANAGER = "customer_care.customer_care_group_manager"


class CareContract(models.Model):
    """One contract with a customer: what both sides owe each other, the amount and the
    signed file (P01.07). Its people write it; signing it is a step."""

    _name = "care.contract"
    _description = "Contract with a customer"
    _inherit = [
        "care.obligation.mixin",
        "care.requirement.mixin",
        "care.step.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "care.secrecy.follow.mixin",
    ]
    _order = "signed_on desc, id desc"
    _secrecy_hosts = ("lead_id",)
    _step_fields = {"state": "draft", "signed_by_id": False}
    _MOVES = {
        ("draft", "signed"): _USER,
        ("draft", "cancelled"): _USER,
        ("cancelled", "draft"): _USER,
        ("signed", "ended"): _USER,
        ("ended", "signed"): _MANAGER,
        ("signed", "draft"): _MANAGER,
    }
    _KEPT = frozenset(
        {
            *("name", "number", "lead_id", "partner_id", "company_id", "amount"),
            *("signed_on", "our_duties", "customer_duties", "payment_terms"),
            *("date_from", "date_to", "attachment_ids", "currency_id"),
        }
    )

    name = fields.Char("Contract", required=True, tracking=True)
    number = fields.Char("Contract number", tracking=True, index=True)
    lead_id = fields.Many2one(
        "crm.lead", "Opportunity", index="btree_not_null", ondelete="restrict"
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="restrict"
    )
    user_id = fields.Many2one(
        "res.users",
        "Person in charge",
        default=lambda self: self.env.user,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('share', '=', False)]",
        tracking=True,
    )
    leader_id = fields.Many2one(
        "res.users",
        "Project leader",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('share', '=', False)]",
        tracking=True,
        help="Leads the team of the project that carries the contract out.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    amount = fields.Monetary(tracking=True)
    signed_on = fields.Date(tracking=True, copy=False)
    date_from = fields.Date("From")
    date_to = fields.Date("Until")
    our_duties = fields.Text("Our rights and duties")
    customer_duties = fields.Text("The customer's rights and duties")
    payment_terms = fields.Text("How it is paid")
    attachment_ids = fields.Many2many(
        "ir.attachment", "care_contract_file_rel", string="Signed file", copy=False
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("signed", "Signed"),
            ("ended", "Ended"),
            ("cancelled", "Called off"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    signed_by_id = fields.Many2one(
        "res.users",
        "Signature noted by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    project_ids = fields.One2many("project.project", "care_contract_id", "Projects")
    project_count = fields.Integer(
        "Number of projects", compute="_compute_project_count"
    )
    active = fields.Boolean(default=True)

    _period_order = models.Constraint(
        "CHECK (date_from <= date_to)", "A contract ends after it begins."
    )
    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "The amount of a contract is not negative."
    )

    def _compute_project_count(self):
        projects = self.env["project.project"]
        counts = {}
        if projects.has_access("read"):
            counts = dict(
                projects._read_group(
                    [("care_contract_id", "in", self.ids)],
                    ["care_contract_id"],
                    ["__count"],
                )
            )
        for contract in self:
            contract.project_count = counts.get(contract._origin, 0)

    @api.model_create_multi
    def create(self, vals_list):
        contracts = super().create(vals_list)
        contracts._check_links()
        return contracts

    def write(self, vals):
        if not self._is_step() and self._KEPT & vals.keys():
            for contract in self.filtered(lambda row: row.state in ("signed", "ended")):
                raise UserError(
                    self.env._(
                        "%(contract)s is signed and stays as it was. Make a contract "
                        "for what was added, or have a manager reopen it.",
                        contract=contract.display_name,
                    )
                )
        result = super().write(vals)
        if {"lead_id", "partner_id"} & vals.keys():
            self._check_links()
        return result

    def _check_links(self):
        """A contract names no lead and no customer that its author may not read."""
        self.partner_id.check_access("read")
        self.lead_id.check_access("read")

    def action_sign(self):
        """Both sides have signed; the file and their duties are there."""
        for contract in self:
            contract._check_move("signed")
            contract._refuse_missing(
                ["signed_on", "our_duties", "customer_duties", "attachment_ids"]
            )
            if contract.signed_on > fields.Date.context_today(self):
                raise UserError(
                    self.env._(
                        "%(contract)s cannot be signed on a day ahead. Correct the "
                        "day.",
                        contract=contract.display_name,
                    )
                )
            contract._requirement_check("sign")
            contract._step_write({"state": "signed", "signed_by_id": self.env.uid})
            contract._tell_lead()
        return True

    def _refuse_missing(self, names):
        words = self.fields_get(names, ["string"])
        missing = [words[name]["string"] for name in names if not self[name]]
        if missing:
            raise UserError(
                self.env._(
                    "%(contract)s is not complete. Fill in: %(fields)s.",
                    contract=self.display_name,
                    fields=", ".join(missing),
                )
            )

    def _tell_lead(self):
        """The lead knows when its first contract was signed."""
        for lead in self.sudo().lead_id:
            signed = lead.care_contract_ids.filtered(
                lambda row: row.state in ("signed", "ended")
            )
            days = [row.signed_on for row in signed if row.signed_on]
            lead._step_write({"care_contract_signed_on": min(days, default=False)})

    def action_end(self):
        """It is carried out."""
        for contract in self:
            contract._check_move("ended")
            contract._step_write({"state": "ended"})
        return True

    def action_cancel(self):
        """It does not come about."""
        for contract in self:
            contract._check_move("cancelled")
            contract._step_write({"state": "cancelled"})
        return True

    def action_reopen(self):
        """Back to the state before."""
        for contract in self:
            state = "signed" if contract.state == "ended" else "draft"
            contract._check_move(state)
            contract._step_write({"state": state})
            contract._tell_lead()
        return True

    # ---- the project

    def action_make_project(self):
        """Make the cooperation project that carries the contract out."""
        self.ensure_one()
        self.check_access("write")
        self._refuse_missing(["leader_id"])
        if self.state != "signed":
            raise UserError(
                self.env._(
                    "%(contract)s is not signed. Sign it before its project begins.",
                    contract=self.display_name,
                )
            )
        self.lock_for_update(allow_referencing=True)
        projects = self.env["project.project"].sudo()
        found = projects.search([("care_contract_id", "=", self.id)], limit=1)
        if not found:
            found = projects.with_company(self.company_id).create(
                self._prepare_project_vals()
            )
        return found.with_env(self.env).action_care_open_cooperation()

    def _prepare_project_vals(self):
        today = fields.Date.context_today(self)
        return {
            "name": self.name,
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "user_id": self.leader_id.id,
            "date_start": self.date_from or today if self.date_to else False,
            "date": self.date_to,
            "allow_milestones": True,
            "care_is_cooperation": True,
            "care_contract_id": self.id,
            "care_lead_id": self.lead_id.id,
            "care_goal": self.our_duties,
        }

    def action_view_projects(self):
        """Open its projects."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_cooperation_action"
        )
        return action | {
            "domain": [("care_contract_id", "=", self.id)],
            "context": {"create": False},
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed(self):
        for contract in self.filtered(lambda row: row.state in ("signed", "ended")):
            raise UserError(
                self.env._(
                    "%(contract)s is signed and stays on record. Archive it instead.",
                    contract=contract.display_name,
                )
            )
