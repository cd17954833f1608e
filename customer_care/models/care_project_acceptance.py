from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

_USER = "customer_care.customer_care_group_user"
_MANAGER = "customer_care.customer_care_group_manager"


class CareProjectAcceptance(models.Model):
    """One acceptance of a project or a part of it: applied for, inspected by the
    customer, signed, defects put right, closed (P01.26). The team writes it; its steps
    its buttons."""

    _name = "care.project.acceptance"
    _description = "Acceptance of a project"
    _inherit = [
        "care.host.row.mixin",
        "care.obligation.mixin",
        "care.acceptance.steps",
        "care.requirement.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "care.secrecy.follow.mixin",
    ]
    _order = "id desc"

    project_id = fields.Many2one(
        "project.project", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        related="project_id.partner_id", store=True, index=True
    )
    company_id = fields.Many2one(related="project_id.company_id", store=True)
    kind = fields.Selection(
        [("final", "Final acceptance"), ("part", "Acceptance of a part")],
        required=True,
        default="final",
    )
    part = fields.Char(
        "Part accepted", help="What is accepted, where it is not the whole."
    )
    user_id = fields.Many2one(
        "res.users",
        "Person",
        default=lambda self: self.env.user,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('share', '=', False)]",
    )
    state = fields.Selection(
        [
            ("draft", "Preparing"),
            ("applied", "Applied for"),
            ("inspected", "Inspected"),
            ("signed", "Signed"),
            ("closed", "Closed"),
            ("cancelled", "Called off"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    applied_on = fields.Date("Applied for on", readonly=True, copy=False)
    inspect_by = fields.Date(
        "Inspection by", help="The day agreed with the customer.", tracking=True
    )
    inspected_on = fields.Date("Inspected on", copy=False)
    inspector_names = fields.Char("Inspected by", help="The customer's people.")
    opinion = fields.Text("Opinion of the customer", copy=False)
    defect_ids = fields.One2many(
        "care.project.defect", "acceptance_id", "Defects", copy=False
    )
    defect_count = fields.Integer(
        "Defects found", compute="_compute_defects", compute_sudo=True
    )
    defect_open_count = fields.Integer(
        "Defects open", compute="_compute_defects", compute_sudo=True
    )
    signed_on = fields.Date(readonly=True, copy=False)
    signed_name = fields.Char("Signed by", copy=False, help="For the customer.")
    signature = fields.Binary("Customer's signature", attachment=True, copy=False)
    scan_ids = fields.Many2many(
        "ir.attachment",
        "care_project_acceptance_scan_rel",
        string="Signed report as scan",
        copy=False,
    )
    closed_on = fields.Date(readonly=True, copy=False)
    active = fields.Boolean(default=True)

    _final_once = models.UniqueIndex(
        "(project_id) WHERE kind = 'final' AND state != 'cancelled' AND active",
        "The final acceptance of this project is there already. Open that one.",
    )

    @api.depends("defect_ids.state")
    def _compute_defects(self):
        found = self.env["care.project.defect"]._read_group(
            [("acceptance_id", "in", self.ids)],
            ["acceptance_id", "state"],
            ["__count"],
        )
        counts = {(row.id, state): count for row, state, count in found}
        for row in self:
            mine = {
                state: count
                for (id_, state), count in counts.items()
                if id_ == row._origin.id
            }
            row.defect_count = sum(mine.values())
            row.defect_open_count = row.defect_count - mine.get("confirmed", 0)

    @api.depends("project_id", "kind", "part")
    def _compute_display_name(self):
        words = dict(self._fields["kind"]._description_selection(self.env))
        for row in self:
            names = [words.get(row.kind), row.project_id.name]
            if row.kind == "part":
                names.append(row.part)
            row.display_name = " · ".join(name for name in names if name)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed(self):
        kept = Domain("state", "in", ("signed", "closed"))
        for row in self.filtered_domain(kept):
            raise UserError(
                self.env._(
                    "%(acceptance)s is signed and stays on record.",
                    acceptance=row.display_name,
                )
            )

    def action_print(self):
        """Print the acceptance report."""
        return self.env.ref(
            "customer_care.care_project_acceptance_report"
        ).report_action(self)

    def action_view_defects(self):
        """Open its defects."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_project_defect_action"
        )
        return action | {
            "domain": [("acceptance_id", "=", self.id)],
            "context": {"default_acceptance_id": self.id},
        }
