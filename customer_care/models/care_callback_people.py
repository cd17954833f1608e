from odoo import api, models

OPEN = ("planned", "attempted")


class CareCallbackPeople(models.AbstractModel):
    """Who supervises callbacks and who takes them over, as posts and people change."""

    _name = "care.callback.people"
    _description = "People of callbacks"

    @api.model
    def _with_stand_ins(self, users, company):
        """Return `users` and whoever stands in for those who are away."""
        delegation = self.env["care.delegation"]
        return users | delegation._stand_in(users, "obligations", company=company)

    @api.model
    def _supervisors_of(self, request, holders, excluded, *about):
        """Return who supervises: holders of the role, and who stands in for them. Who
        had to do with the case, or may not see it, does not see what the customer says
        of it; then the next in line does.

        :param request: (code of the role, company, department, customer)
        """
        company, notice = request[1], self.env["care.secrecy.notice"]
        users = self._with_stand_ins(holders, company) - excluded
        users -= notice._deaf(users, *about)
        if holders and not users:
            users = notice._resolve(request, *about, excluded=excluded.ids)
            users = self._with_stand_ins(users, company) - excluded
            users -= notice._deaf(users, *about)
        return users

    @api.model
    def _add_by_hand(self, programme, company, partners, leads, vals):
        """Return callbacks put on the plan beside what was drawn."""
        rows = (
            self._engine()
            ._quiet()
            .create(
                [
                    {
                        **vals,
                        "programme_id": programme.id,
                        "clause_id": programme.clause_id.id,
                        "company_id": company.id,
                        "partner_id": partner.id,
                        "contact_name": partner.name,
                        "contact_phone": partner.phone,
                        "res_model": "res.partner",
                        "res_id": partner.id,
                        "role_id": programme.role_id.id,
                        "supervisor_ids": [(6, 0, (leads or self.env.user).ids)],
                        "supervisor_id": (leads or self.env.user)[:1].id,
                    }
                    for partner in partners
                ]
            )
        )
        return rows._plain(self.env)

    @api.model
    def _hand_over(self, obligations, chosen):
        """Calls go to who takes over the work of a caller, but never to a handler.

        :param chosen: {obligation id: user id}; what may not go there is taken out
        """
        kept = dict(chosen)
        mine = obligations.sudo().filtered(lambda one: one.res_model == self._name)
        for owed in mine:
            row = self.sudo().browse(owed.res_id).exists()
            if not row or owed.id not in chosen:
                continue
            user = self.env["res.users"].browse(chosen[owed.id])
            if owed.user_id != row.user_id or row.state not in OPEN:
                continue
            if self.env["care.secrecy.notice"]._deaf(user, row):
                del kept[owed.id]
                row._ask_supervisors(
                    self.env._(
                        "%(user)s cannot take over the call. Assign it to somebody "
                        "else.",
                        user=user.sudo().name,
                    )
                )
            elif user in row._get_excluded():
                del kept[owed.id]
                row._ask_supervisors(
                    self.env._(
                        "%(user)s had to do with it and cannot take over the call. "
                        "Assign it to somebody else.",
                        user=user.sudo().name,
                    )
                )
            else:
                row._engine().write({"user_id": user.id})
        return kept

    @api.model
    def _refresh_supervisors(self):
        """Let what is under way follow the posts: who supervises today, sees it."""
        rows = (
            self.sudo()
            .search([("state", "in", (*OPEN, "done"))], limit=100000)
            .filtered("programme_id.supervisor_role_id")
        )
        requests = [
            (
                row.programme_id.supervisor_role_id.code,
                row.company_id,
                row.department_id,
                row.partner_id,
            )
            for row in rows
        ]
        if not requests:
            return
        found = self.env["care.role"]._resolve_many(requests)
        for row, request, users in zip(rows, requests, found, strict=True):
            users = self._supervisors_of(request, users, row._get_excluded(), row)
            if users != row.supervisor_ids:
                row._engine().write(
                    {
                        "supervisor_ids": [(6, 0, users.ids)],
                        "supervisor_id": users[:1].id,
                    }
                )
