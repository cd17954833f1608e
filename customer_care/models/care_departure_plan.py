from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..logic.succession import propose

USER = "customer_care.customer_care_group_user"
MANAGER = "customer_care.customer_care_group_manager"


class CareDeparturePlan(models.AbstractModel):
    """Who gets what: proposals by territory, team and load, and what stands against
    a choice before anybody signs it."""

    _name = "care.departure.plan"
    _description = "Plan of a hand-over"

    propose_by = fields.Selection(
        [
            ("all", "Territory, then team, then load"),
            ("territory", "Territory"),
            ("team", "Team"),
            ("load", "Workload"),
        ],
        "Propose by",
        required=True,
        default="all",
        help="Territory: its manager. Team: another member of the customer's team. "
        "Load: who has the fewest customers among those named.",
    )

    def _check_manager(self):
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._(
                    "Hand-overs are planned by a customer care manager. Ask one."
                )
            )

    def action_refresh(self):
        """List anew what the person has."""
        self._check_manager()
        self._check_draft()
        self._gather()
        return True

    def action_propose(self):
        """Propose who gets the customers that nobody was chosen for by hand."""
        self._check_manager()
        self._check_draft()
        for departure in self:
            departure._gather()
            departure._propose()
        return True

    def _propose(self):
        lines = self.env["care.departure.line"].search(
            [("departure_id", "=", self.id), ("kind", "=", "customer")]
        )
        lines = lines.filtered(lambda line: line.proposed_by != "hand")
        customers = lines.partner_id
        facts = self._facts(customers)
        candidates = self._candidates()
        load = self._load_of(candidates)
        people = candidates | self._people_in(facts)
        allowed = {
            user.id: set(customers._care_takeable(user).ids)
            for user in people - self.user_id
            if user.has_group(USER)
        }
        ways = ("territory", "team", "load")
        order = ways if self.propose_by == "all" else (self.propose_by,)
        found = propose(facts, load, allowed, order)
        chosen = {}
        for line in lines:
            user_id, why = found.get(line.partner_id.id, (False, False))
            chosen.setdefault((user_id, why), self.env["care.departure.line"])
            chosen[user_id, why] |= line
        for (user_id, why), group in chosen.items():
            group._put({"successor_id": user_id, "proposed_by": why})
        self._spread_takers()

    def _facts(self, customers):
        """Return what `propose` wants to know of the customers."""
        members = self.env["care.team.member"].sudo()
        members = members.search(
            [("partner_id", "in", customers.ids), ("is_current", "=", True)]
        ).grouped("partner_id")
        found = []
        for customer in customers.sudo():
            manager = customer.care_territory_id.effective_manager_id - self.user_id
            team = members.get(customer, self.env["care.team.member"]).user_id
            found.append((customer.id, manager.id or None, (team - self.user_id).ids))
        return found

    @api.model
    def _people_in(self, facts):
        ids = {user for _id, manager, team in facts for user in (manager, *team)}
        return self.env["res.users"].sudo().browse(sorted(ids - {None}))

    def _candidates(self):
        """Return who may get customers by load: those named, else the colleagues."""
        people = self.sudo().candidate_ids
        if not people and self.department_id:
            employees = self.env["hr.employee"].sudo()
            domain = [("department_id", "=", self.department_id.id)]
            people = employees.search(domain).user_id
        return (people | self.sudo().successor_id - self.user_id).filtered(
            lambda user: user.active and not user.share and user != self.user_id
        )

    def _load_of(self, people):
        counts = dict.fromkeys(people.ids, 0)
        groups = self.env["res.partner"].sudo()
        whole = Domain("parent_id", "=", False) | Domain("is_company", "=", True)
        for user, count in groups._read_group(
            Domain("user_id", "in", people.ids) & whole, ["user_id"], ["__count"]
        ):
            counts[user.id] = count
        return counts

    # ---- before it is signed

    def _check_plan(self):
        """Refuse a plan that leaves work behind, or gives it to who cannot have it."""
        self.ensure_one()
        lines = self.env["care.departure.line"].search([("departure_id", "=", self.id)])
        if not lines:
            raise UserError(
                self.env._(
                    "%(user)s has nothing to hand over. Archive the account, or "
                    "cancel %(departure)s.",
                    user=self.user_id.name,
                    departure=self.display_name,
                )
            )
        nobody = lines.filtered(lambda line: not line.taker_id and line.kind != "post")
        if nobody:
            raise UserError(
                self.env._(
                    "Nobody was chosen for %(count)s entries, such as %(entry)s. Name "
                    "a successor of all, or choose somebody for each.",
                    count=len(nobody),
                    entry=nobody[:1].display_name,
                )
            )
        for user in lines.taker_id.sudo():
            if not user.active or user.share or not user.has_group(USER):
                raise UserError(
                    self.env._(
                        "%(user)s has no access to Customer care. Choose a person "
                        "who has, or have the access given.",
                        user=user.name,
                    )
                )
        customers = lines.filtered(lambda line: line.kind == "customer")
        for user, group in customers.grouped("taker_id").items():
            group.partner_id._care_check_taker(user)
