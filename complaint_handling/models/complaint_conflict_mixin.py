from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ComplaintConflictMixin(models.AbstractModel):
    """Persons complained about take no part: they see nothing, handle nothing, decide
    nothing, call nobody. Not to be mixed up with those found responsible."""

    _name = "complaint.conflict.mixin"
    _description = "Conflict of Interest in a Complaint"

    accused_ids = fields.Many2many(
        "res.users",
        "complaint_case_accused_rel",
        "case_id",
        "user_id",
        string="Persons complained about",
        copy=False,
        domain="[('share', '=', False)]",
        help="They do not see the case, do not handle it and approve nothing of it.",
    )
    accused_takes_part = fields.Boolean(
        compute="_compute_accused_takes_part",
        search="_search_accused_takes_part",
        compute_sudo=True,
        string="A person complained about takes part",
        help="As receiver, handler, settler, member of the crisis group, decider of an "
        "approval that is asked for, or caller.",
    )

    @api.depends("accused_ids", "user_id", "received_by_id", "settler_ids")
    def _compute_accused_takes_part(self):
        for case in self:
            case.accused_takes_part = bool(
                case.accused_ids and case.accused_ids & case._get_participants()
            )

    def _search_accused_takes_part(self, operator, value):
        if operator != "in":
            return NotImplemented
        cases = self.search([("accused_ids", "!=", False)])
        return [("id", "in", cases.filtered("accused_takes_part").ids)]

    def _get_participants(self):
        """Return everybody who has a part in the case now."""
        crises = self._get_open_crises()
        pending = self.approval_ids.filtered(lambda a: a.state == "pending").line_ids
        return (
            self.user_id
            | self.received_by_id
            | self.settler_ids
            | crises.member_ids.user_id
            | pending.filtered(lambda line: line.state == "pending").user_ids
            | self._get_callers()
        )

    def _get_callers(self):
        """Return who is to call the customer back, or has."""
        if "care.callback" not in self.env or not self.ids:
            return self.env["res.users"]
        calls = self.env["care.callback"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("state", "not in", ("exempt", "cancelled")),
            ]
        )
        return calls.user_id

    @api.constrains("accused_ids", "user_id", "settler_ids")
    def _check_handler_not_accused(self):
        for case in self:
            if self.env.user in case.accused_ids:
                raise ValidationError(
                    self.env._(
                        "%(case)s complains about you. Let a colleague take it.",
                        case=case.display_name,
                    )
                )
            for user in (case.user_id | case.settler_ids) & case.accused_ids:
                raise ValidationError(
                    self.env._(
                        "%(user)s is complained about in %(case)s and cannot handle "
                        "it. Name another handler.",
                        user=user.name,
                        case=case.display_name,
                    )
                )

    def _shut_out_accused(self):
        """Take the persons complained about off the case."""
        # The rules name the cases of a user, and are cached with the names.
        self.env.registry.clear_cache()
        for case in self.sudo():
            accused = case.accused_ids
            case.message_unsubscribe(accused.partner_id.ids)
            case.activity_ids.filtered(lambda a, who=accused: a.user_id in who).unlink()
            crises = case._get_open_crises()
            crises.message_unsubscribe(accused.partner_id.ids)
            crises.activity_ids.filtered(
                lambda a, who=accused: a.user_id in who
            ).unlink()
            crises.member_ids.filtered(
                lambda member, who=accused: member.user_id in who
            ).unlink()
            crises.event_id.partner_ids -= accused.partner_id
