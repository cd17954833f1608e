from odoo import api, models
from odoo.fields import Domain

LEAD = "account_manager"


class CareRoleTeam(models.AbstractModel):
    """How roles are held within a customer's team: the account manager is the person
    in charge, the others are its members. An assignment by hand goes before them."""

    _name = "care.role.team"
    _description = "Roles held in a customer's team"

    @api.model
    def _add_team(self, assigned, keys, chains, days):
        """Add whom the customers asked for have in their teams.

        :param assigned: {(code, company id): {place: [user id]}}
        """
        ids = {id_ for key in keys for id_ in chains["partner"][key[3]]}
        if not ids:
            return
        by_hand = {
            (*key, place[0])
            for key, places in assigned.items()
            for place in places
            if place[0]
        }
        codes = {key[0] for key in keys}
        held = self._team_members(codes, ids)
        if LEAD in codes:
            customers = self.env["res.partner"].sudo().browse(sorted(ids))
            held += [(LEAD, customer, customer.user_id, None) for customer in customers]
        for code, customer, user, member in held:
            for company in user.company_ids.ids if user.active else ():
                spot = (code, company, customer.id)
                if company not in days or spot in by_hand:
                    continue
                if member and not (
                    member.company_id.id == company
                    and member._is_valid_on(days[company])
                ):
                    continue
                found = assigned[code, company][customer.id, None, None]
                if user.id not in found:
                    found.append(user.id)

    @api.model
    def _team_members(self, codes, partner_ids):
        """Return [(code, customer, user, member)] of who may hold these roles."""
        codes = self._team_codes() & codes
        if not codes:
            return []
        members = (
            self.env["care.team.member"]
            .sudo()
            .search(
                Domain("partner_id", "in", sorted(partner_ids))
                & Domain("role_id.role_id.code", "in", sorted(codes))
            )
        )
        return [
            (member.role_id.role_id.code, member.partner_id, member.user_id, member)
            for member in members
        ]

    @api.model
    def _team_codes(self):
        """Return the codes of the roles that members of teams can hold."""
        roles = self.env["care.team.role"].sudo().search([("is_lead", "=", False)])
        return set(roles.role_id.mapped("code"))
