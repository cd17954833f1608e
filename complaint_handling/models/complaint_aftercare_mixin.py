from odoo import fields, models

SATISFACTION = [
    ("satisfied", "Satisfied"),
    ("fairly", "Fairly satisfied"),
    ("average", "Average"),
    ("dissatisfied", "Dissatisfied"),
]


class ComplaintAftercareMixin(models.AbstractModel):
    """What is found out and asked beside the solution: who is to blame, what it cost,
    how the customer took it, what is learnt from it."""

    _name = "complaint.aftercare.mixin"
    _description = "Findings and Aftercare of a Complaint"

    received_by_id = fields.Many2one(
        "res.users",
        string="Taken by",
        copy=False,
        default=lambda self: self._default_received_by(),
        domain="[('share', '=', False)]",
        help="Who took the complaint. A person complained about hands it over.",
    )
    reply_wanted = fields.Selection(
        [("any", "Any way"), ("call", "Call back"), ("letter", "Letter only")],
        string="Reply wanted",
        required=True,
        default="any",
        help="Who wants a letter only is not called back.",
    )
    demand_fair = fields.Selection(
        [("undecided", "Undecided"), ("yes", "Fair"), ("no", "Not fair")],
        string="Demand judged",
        required=True,
        copy=False,
        default="undecided",
    )
    culprit_ids = fields.Many2many(
        "res.users",
        "complaint_case_culprit_rel",
        "case_id",
        "user_id",
        string="Found responsible",
        copy=False,
        domain="[('share', '=', False)]",
        help="Who the investigation found to be the cause. Not the persons the "
        "customer complains about: those see nothing of the case.",
    )
    no_culprit = fields.Boolean(
        string="Nobody is responsible",
        copy=False,
        help="The investigation found no person to be the cause.",
    )
    reaction = fields.Text(
        string="Reaction of the customer",
        copy=False,
        help="What the customer said to the solution.",
    )
    summary = fields.Text(
        string="Summing up", copy=False, help="What is learnt from the case."
    )
    satisfaction = fields.Selection(
        SATISFACTION, readonly=True, copy=False, index="btree_not_null"
    )
    satisfaction_asked_at = fields.Datetime(
        string="Satisfaction asked", readonly=True, copy=False
    )
    satisfaction_asked_by_id = fields.Many2one(
        "res.users", string="Satisfaction asked by", readonly=True, copy=False
    )

    def _default_received_by(self):
        user = self.env.user
        return False if user.share or user._is_superuser() else user

    def action_ask_satisfaction(self):
        return self._open_wizard("complaint.satisfaction.wizard")

    def _record_satisfaction(self, satisfaction, reaction=False):
        """Keep what the customer answered, by whom and when he was asked."""
        for case in self:
            values = {
                "satisfaction": satisfaction,
                "satisfaction_asked_at": fields.Datetime.now(),
                "satisfaction_asked_by_id": self.env.uid,
            }
            if (reaction or "").strip():
                values["reaction"] = reaction
            case.sudo().write(values)
            words = dict(case._fields["satisfaction"]._description_selection(self.env))
            case.sudo()._message_log(
                body=self.env._(
                    "The customer was asked: %(answer)s.", answer=words[satisfaction]
                )
            )
