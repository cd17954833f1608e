from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class CarePolicyReaderMixin(models.AbstractModel):
    """The part of a policy that its readers see: who has to confirm, who has."""

    _name = "care.policy.reader.mixin"
    _description = "Policy with readers"

    acknowledgement_wanted = fields.Boolean(
        string="Users confirm it",
        default=True,
        tracking=True,
        help="Every user of Customer care in the company confirms to have read each "
        "version.",
    )
    acknowledgement_days = fields.Integer(
        string="Days to confirm",
        default=14,
        tracking=True,
        help="Who has not confirmed a version so many days after it came into force is "
        "reminded, then their superior is told.",
    )
    acknowledgement_ids = fields.One2many(
        "care.policy.acknowledgement",
        "policy_id",
        domain=[("state", "=", "confirmed")],
    )
    acknowledged_count = fields.Integer(compute="_compute_acknowledged_count")
    reader_count = fields.Integer(compute="_compute_acknowledged_count")
    to_acknowledge = fields.Boolean(
        string="I have to confirm it",
        compute="_compute_to_acknowledge",
        search="_search_to_acknowledge",
    )

    @api.depends("acknowledgement_ids", "company_id")
    def _compute_acknowledged_count(self):
        for policy in self:
            readers = policy._get_readers()
            confirmed = policy.sudo().acknowledgement_ids.user_id
            policy.reader_count = len(readers)
            policy.acknowledged_count = len(readers & confirmed)

    @api.depends("acknowledgement_ids", "state", "acknowledgement_wanted")
    @api.depends_context("uid")
    def _compute_to_acknowledge(self):
        waiting = self.filtered_domain(self._search_to_acknowledge("in", [True]))
        for policy in self:
            policy.to_acknowledge = policy in waiting

    def _search_to_acknowledge(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        mine = self.env["care.policy.acknowledgement"].search(
            [("user_id", "=", self.env.uid), ("state", "=", "confirmed")]
        )
        domain = (
            Domain("state", "=", "active")
            & Domain("acknowledgement_wanted", "=", True)
            & Domain("id", "not in", mine.policy_id.ids)
        )
        return domain if (True in value) == (operator == "in") else ~domain

    def _get_readers(self):
        """Return the users who have to confirm the policy."""
        self.ensure_one()
        group = self.env.ref("customer_care.customer_care_group_user")
        return self.env["res.users"].search(
            [
                ("all_group_ids", "in", group.id),
                ("company_ids", "in", self.company_id.id),
                ("share", "=", False),
            ]
        )

    def _ask_readers(self):
        """Ask the users for their confirmation, where it is wanted."""
        for policy in self:
            wanted = policy.state == "active" and policy.acknowledgement_wanted
            readers = policy._get_readers() if wanted else self.env["res.users"]
            self.env["care.policy.acknowledgement"]._ask(policy, readers)

    def action_acknowledge(self):
        """The user's own button: I have read this version."""
        self.check_access("read")
        for policy in self:
            if not policy.to_acknowledge:
                raise UserError(
                    self.env._(
                        "%(policy)s asks for no confirmation from you. Choose a policy "
                        "of your list.",
                        policy=policy.display_name,
                    )
                )
        self.env["care.policy.acknowledgement"]._confirm(self)
        self.invalidate_recordset(["to_acknowledge", "acknowledged_count"])

    def action_view_acknowledgements(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_policy_acknowledgement_action"
        )
        return action | {"domain": [("policy_id", "=", self.id)]}

    def action_view_missing_readers(self):
        """Show who has not confirmed the policy yet."""
        self.ensure_one()
        missing = self._get_readers() - self.acknowledgement_ids.user_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Not confirmed yet: %s", self.display_name),
            "res_model": "res.users",
            "view_mode": "list,kanban",
            "views": [
                (self.env.ref(f"customer_care.res_users_view_{kind}_readers").id, kind)
                for kind in ("list", "kanban")
            ],
            "domain": [("id", "in", missing.ids)],
            "context": {"create": False, "edit": False},
        }
