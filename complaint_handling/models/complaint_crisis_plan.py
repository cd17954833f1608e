from odoo import fields, models


class ComplaintCrisisPlan(models.Model):
    """Who meets when a major complaint calls for a crisis group, how soon, and who
    settles with the customer together. Kept by a complaint manager or brought by a
    policy."""

    _name = "complaint.crisis.plan"
    _description = "Crisis Plan"
    _inherit = ["complaint.rule.mixin"]
    _order = "sequence, id"
    _pack_fields = (
        "name",
        "sequence",
        "domain",
        "role_ids",
        "settle_role_ids",
        "meet_minutes",
        "duration_minutes",
    )

    domain = fields.Char(
        string="Cases concerned",
        default="[('is_major', '=', True)]",
        help="Empty: every case.",
    )
    role_ids = fields.Many2many(
        "care.role",
        "complaint_crisis_plan_role_rel",
        string="Members",
        help="Whoever holds one of these roles belongs to the group, with the handler.",
    )
    settle_role_ids = fields.Many2many(
        "care.role",
        "complaint_crisis_plan_settle_rel",
        string="Settle together",
        help="One holder of each of these roles settles with the customer. Empty: "
        "nobody in particular.",
    )
    meet_minutes = fields.Integer(
        string="Meeting after (minutes)", default=30, help="Counted from the call."
    )
    duration_minutes = fields.Integer(string="Meeting lasts (minutes)", default=60)

    _minutes_positive = models.Constraint(
        "CHECK (meet_minutes >= 0 AND duration_minutes > 0)",
        "The meeting needs a duration and cannot lie before the call.",
    )

    def _reads_of_one(self):
        return set()  # nothing happens by itself
