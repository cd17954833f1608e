from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

MANAGER = "customer_care.customer_care_group_manager"


class CareTeamMember(models.Model):
    """Somebody of ours works for a customer in a role, from one day to another.

    The person in charge of the customer and managers write it. The person in charge
    is no row: he is the customer's salesperson, and every count adds him.
    """

    _name = "care.team.member"
    _description = "Member of a customer's team"
    _inherit = ["care.link.mixin", "care.secrecy.follow.mixin"]
    _order = "partner_id, sequence, id"

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one(
        "res.users",
        "Member",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("share", "=", False)],
    )
    role_id = fields.Many2one(
        "care.team.role", required=True, index=True, ondelete="restrict"
    )
    sequence = fields.Integer(related="role_id.sequence", store=True)
    duties = fields.Text(
        "Responsibilities",
        compute="_compute_duties",
        store=True,
        precompute=True,  # in the language of whoever enters it
        readonly=False,
        help="What this member does for this customer; begins as the role says.",
    )
    date_from = fields.Date(
        "From", required=True, default=lambda self: fields.Date.context_today(self)
    )
    date_to = fields.Date("Until", help="Last day, included. Empty: for good.")
    is_lead = fields.Boolean(
        "In charge",
        compute="_compute_is_lead",
        inverse="_inverse_is_lead",
        search="_search_is_lead",
        help="He is also the customer's person in charge.",
    )
    is_current = fields.Boolean(
        "Today", compute="_compute_is_current", search="_search_is_current"
    )
    lead_id = fields.Many2one(
        "res.users", "Person in charge", related="partner_id.user_id", store=False
    )
    tier_id = fields.Many2one(
        "care.tier", "Grade", related="partner_id.care_tier_id", store=False
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )

    _dates_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_from <= date_to)",
        "A member leaves the team on or after the day he joins. Correct the two days.",
    )
    _open_uniq = models.UniqueIndex(
        "(partner_id, user_id, role_id, company_id) WHERE date_to IS NULL AND active",
        "This person is in the customer's team in this role already.",
    )

    @api.depends("user_id", "role_id", "partner_id")
    def _compute_display_name(self):
        for member in self:
            parts = (member.role_id.name, member.user_id.name)
            member.display_name = ": ".join(part for part in parts if part)

    @api.depends("role_id")
    def _compute_duties(self):
        for member in self:
            member.duties = member.duties or member.role_id.duties

    @api.depends("partner_id.user_id", "user_id")
    def _compute_is_lead(self):
        for member in self:
            lead = member.partner_id.sudo().user_id
            member.is_lead = bool(lead) and lead == member.user_id

    def _inverse_is_lead(self):
        for member in self.filtered("is_lead"):
            customer = member.partner_id
            customer.check_access("write")
            customer._care_assign(member.user_id, self.env._("Chosen in the team"))

    def _search_is_lead(self, operator, value):
        if operator != "in":
            return NotImplemented
        members = self.env["care.team.member"]._search(Domain.TRUE)
        mine = members.join(
            self._table, "partner_id", "res_partner", "id", "partner_id"
        )
        members.add_where(f'"{mine}".user_id = "{self._table}".user_id')
        found = Domain("id", "in", members)
        return found if True in value else ~found

    @api.depends("active", "date_from", "date_to", "user_id.active")
    def _compute_is_current(self):
        today = fields.Date.context_today(self)
        for member in self:
            member.is_current = (
                member.active and member.user_id.active and member._is_valid_on(today)
            )

    def _search_is_current(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        found = (
            Domain("active", "=", True)
            & Domain("user_id.active", "=", True)
            & Domain("date_from", "<=", today)
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", today))
        )
        return found if True in value else ~found

    def _is_valid_on(self, day):
        return bool(self.date_from) and (
            self.date_from <= day and (not self.date_to or day <= self.date_to)
        )

    @api.constrains("user_id", "company_id")
    def _check_user(self):
        for member in self:
            user = member.sudo().user_id
            if user.share or member.company_id not in user.company_ids:
                raise ValidationError(
                    self.env._(
                        "%(user)s does not work in %(company)s and cannot join the "
                        "team of %(customer)s. Choose somebody who does.",
                        user=user.name,
                        company=member.company_id.name,
                        customer=member.partner_id.display_name,
                    )
                )
            if self.env["care.secrecy.notice"]._deaf(user, member.partner_id):
                raise ValidationError(
                    self.env._(
                        "%(user)s cannot join the team of %(customer)s. Choose "
                        "somebody else.",
                        user=user.name,
                        customer=member.partner_id.display_name,
                    )
                )

    # ---- who writes, and who follows

    def _check_keeper(self):
        """The team is the business of whoever is in charge, and of managers."""
        user = self.env.user
        if self.env.su or user.has_group(MANAGER):
            return
        for member in self:
            lead = member.partner_id.sudo().user_id
            if lead and lead != user:
                raise AccessError(
                    self.env._(
                        "%(lead)s is in charge of %(customer)s and names the team. "
                        "Ask them, or a customer care manager.",
                        lead=lead.name,
                        customer=member.partner_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        members = super().create(vals_list)
        members.partner_id.check_access("read")
        members._check_keeper()
        members._changed(members.role_id)
        return members

    def write(self, vals):
        self._check_keeper()
        roles = self.role_id
        result = super().write(vals)
        if "partner_id" in vals:
            self.partner_id.check_access("read")
            self._check_keeper()
        self._changed(roles | self.role_id)
        return result

    def unlink(self):
        self._check_keeper()
        roles, partners = self.role_id, self.partner_id
        result = super().unlink()
        self.browse()._changed(roles, partners)
        return result

    def _changed(self, roles, partners=None):
        """What is owed by the roles follows, and so does what the grade asks for."""
        self.env["care.obligation"]._on_roles_changed(roles.sudo().role_id)
        (partners or self.partner_id)._care_team_changed()
