from odoo import api, fields, models
from odoo.tools import SQL


class CareTierTeamMixin(models.AbstractModel):
    """What a grade asks of the customer's team: how many people, in which roles."""

    _name = "care.tier.team.mixin"
    _description = "Grade that asks for a team"

    team_min = fields.Integer(
        "People in the team, at least",
        aggregator=None,
        help="With the person in charge. 0: the grade asks for none.",
    )
    team_role_ids = fields.Many2many(
        "care.team.role",
        string="Roles in the team",
        help="Each is held by somebody; the one of the person in charge counts when "
        "there is one.",
    )

    _team_min_positive = models.Constraint(
        "CHECK (team_min >= 0)", "The number of people must not be negative."
    )

    @api.model
    def _wanting_team(self):
        """Return the grades that ask for something."""
        return self.search(
            [
                "|",
                "|",
                ("team_min", ">", 0),
                ("team_role_ids", "!=", False),
                ("has_named_manager", "=", True),
            ]
        )

    def _customer_ids(self):
        """Return the ids of the customers who have one of the grades, in whatever
        company."""
        rows = self.env.execute_query(
            SQL(
                """SELECT p.id FROM res_partner p
                    WHERE p.care_tier_id IS NOT NULL AND p.active
                      AND EXISTS (SELECT FROM jsonb_each_text(p.care_tier_id) t
                                   WHERE t.value = ANY(%s))""",
                [str(id_) for id_ in self._ids],
            )
        )
        return [id_ for (id_,) in rows]

    def _team_lacks(self, size, held, has_lead):
        """Return what a team lacks, in words.

        :param held: the care.team.role of its members
        """
        lacks = []
        if not self:
            return lacks
        leads = self.team_role_ids.filtered("is_lead")
        if not has_lead and (self.has_named_manager or leads):
            lacks.append(self.env._("a person in charge"))
        open_roles = self.team_role_ids - held - leads
        lacks += [role.with_context(lang=self.env.lang).name for role in open_roles]
        if size < self.team_min:
            lacks.append(
                self.env._(
                    "%(count)s of %(wanted)s people",
                    count=self.team_min - size,
                    wanted=self.team_min,
                )
            )
        return lacks
