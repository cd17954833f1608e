from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..logic.holders import holders, places

HEAD = "department_head"


class CareRole(models.Model):
    """A post that policies name (general manager, archive keeper), whoever holds it.

    Managers write roles and their assignments; the engines ask who holds a role for a
    company, a department or a customer on a day.
    """

    _name = "care.role"
    _description = "Role"
    _inherit = ["care.role.team", "care.pack.row.mixin"]
    _order = "sequence, id"
    _pack_fields = ("name", "sequence", "description")

    description = fields.Text(translate=True)
    assignment_ids = fields.One2many("care.role.assignment", "role_id", "Assignments")
    holder_ids = fields.Many2many(
        "res.users",
        string="Held today by",
        compute="_compute_holder_ids",
        help="Everybody who holds the role today somewhere in the chosen companies.",
    )
    is_held = fields.Boolean(
        "Held today", compute="_compute_holder_ids", search="_search_is_held"
    )

    @api.depends(
        "assignment_ids.user_id.active",
        "assignment_ids.active",
        "assignment_ids.date_from",
        "assignment_ids.date_to",
    )
    def _compute_holder_ids(self):
        for role in self:
            held = role.assignment_ids.filtered("is_held_today")
            role.holder_ids = held.user_id
            role.is_held = bool(held)

    def _search_is_held(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("assignment_ids", "any", [("is_held_today", "=", True)])]

    @api.model
    def _resolve(self, role=None, company=None, department=None, partner=None, on=None):
        """Return the users who hold a role, of the most specific assignment.

        :param role: code or record; left out, `self` is the role
        :param company: the current company when left out
        :param on: a date, today in the company's time zone when left out
        """
        role = self if role is None else role
        request = (role, company, department, partner)
        return self._resolve_many([request], on=on)[0]

    @api.model
    def _resolve_or_raise(
        self, role=None, company=None, department=None, partner=None, on=None
    ):
        """Return what `_resolve` returns, or say which role nobody holds where."""
        role = self if role is None else role
        users = self._resolve(role, company, department, partner, on)
        if not users:
            raise UserError(self._nobody_text(role, company, department, partner))
        return users

    @api.model
    def _resolve_many(self, requests, on=None, excluded=()):
        """Resolve many roles in a fixed number of queries.

        :param requests: list of (code or role, company, department, partner); all but
            the role may be empty
        :param excluded: ids of users passed over, so the next in line is found
        :return: list of res.users in the order of `requests`
        """
        keys = [self._request_key(*request) for request in requests]
        unique = list(dict.fromkeys(keys))
        chains = self._chains(unique)
        assigned = self._assigned_users(unique, chains, on)
        heads = self._department_heads(unique, chains)
        found = {
            key: holders(
                assigned.get((key[0], key[1]), {}),
                places(chains["partner"][key[3]], chains["department"][key[2]], key[1]),
                excluded,
                heads.get(key[1]) if key[0] == HEAD else None,
            )
            for key in unique
        }
        return [self.env["res.users"].browse(found[key]) for key in keys]

    def _request_key(self, role, company=None, department=None, partner=None):
        """Return (code, company id, department id or False, partner id or False)."""
        code = role if isinstance(role, str) else role.sudo().code
        company = company or self.env.company
        return (
            code,
            company.id,
            bool(department) and department.id,
            bool(partner) and partner.id,
        )

    def _chains(self, keys):
        """Return {"partner"|"department": {id: [id, its parent, ...]}}."""
        chains = {}
        for name, model, position in [
            ("department", "hr.department", 2),
            ("partner", "res.partner", 3),
        ]:
            ids = {key[position] for key in keys if key[position]}
            chain = chains[name] = {False: []}
            records = self.env[model].sudo().with_context(active_test=False).browse(ids)
            for record in records:
                walk = chain[record.id] = []
                while record and record.id not in walk:
                    walk.append(record.id)
                    record = record.parent_id
        return chains

    def _assigned_users(self, keys, chains, on):
        """Return {(code, company id): {place: [user id]}} for the day asked."""
        days = {
            company.id: on or self._today(company)
            for company in self.env["res.company"].browse({key[1] for key in keys})
        }
        partners = {id_ for chain in chains["partner"].values() for id_ in chain}
        departments = {id_ for chain in chains["department"].values() for id_ in chain}
        rows = (
            self.env["care.role.assignment"]
            .sudo()
            .search(
                Domain("role_id.code", "in", list({key[0] for key in keys}))
                & Domain("role_id.active", "=", True)
                & Domain("user_id.active", "=", True)
                & Domain("company_id", "in", [False, *days])
                & Domain("partner_id", "in", [False, *partners])
                & Domain("department_id", "in", [False, *departments])
            )
        )
        assigned = defaultdict(lambda: defaultdict(list))
        for row in rows:
            place = (
                row.partner_id.id or None,
                row.department_id.id or None,
                row.company_id.id or None,
            )
            companies = row._company_ids_served(set(days))
            for company in companies:
                if row._is_valid_on(days[company]):
                    users = assigned[row.role_id.code, company][place]
                    if row.user_id.id not in users:
                        users.append(row.user_id.id)
        self._add_team(assigned, keys, chains, days)
        return assigned

    def _department_heads(self, keys, chains):
        """Return {company id: {department id: user id}} of the managers at work."""
        if not any(key[0] == HEAD for key in keys):
            return {}
        ids = {id_ for chain in chains["department"].values() for id_ in chain}
        heads = defaultdict(dict)
        companies = {key[1] for key in keys}
        for department in self.env["hr.department"].sudo().browse(ids):
            user = department.manager_id.user_id
            if user.active:
                for company in companies & set(user.company_ids.ids):
                    heads[company][department.id] = user.id
        return heads

    def _today(self, company):
        zone = company.sudo().resource_calendar_id.tz or "UTC"
        return fields.Date.context_today(self.with_context(tz=zone))

    def _nobody_text(self, role, company=None, department=None, partner=None):
        """Return which role nobody holds where, and where to assign it."""
        company = company or self.env.company
        if isinstance(role, str):
            domain = [("code", "=", role), ("company_id", "in", [False, company.id])]
            role = self.sudo().search(domain, limit=1) or role
        name = role if isinstance(role, str) else role.sudo().name
        if department:
            return self.env._(
                "Nobody holds the role %(role)s for %(department)s in %(company)s "
                "today. Assign it under Customer care > Configuration > "
                "Role assignments.",
                role=name,
                department=department.sudo().name,
                company=company.sudo().name,
            )
        return self.env._(
            "Nobody holds the role %(role)s in %(company)s today. "
            "Assign it under Customer care > Configuration > Role assignments.",
            role=name,
            company=company.sudo().name,
        )

    def action_view_assignments(self):
        """Open the assignments of the role."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_role_assignment_action"
        )
        return action | {
            "domain": [("role_id", "=", self.id)],
            "context": {"default_role_id": self.id},
        }
