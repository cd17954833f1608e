from odoo import api, models
from odoo.exceptions import UserError

# Set by the server alone; a client that sends one of them is refused.
SERVER_FIELDS = frozenset(
    {
        "number",
        "state",
        "received_at",
        "acknowledged_at",
        "promised_at",
        "answered_at",
        "closed_at",
        "merged_into_id",
        "reopen_count",
        "access_token",
        "source_message_id",
        "match_state",
        "repeat_of_id",
        "repeat_count",
        "is_major",
        "priority",
        "major_since",
        "told_at",
        "forwarded_at",
        "result_at",
        "warned_at",
        "reported_at",
        "crisis_at",
        "callback_id",
        "handling_since",
        "proposed_at",
        "solution_approved_at",
        "satisfaction",
        "satisfaction_asked_at",
        "satisfaction_asked_by_id",
    }
)
# The record of a closed case; reopening it is the way to change one of them.
RECORD_FIELDS = frozenset(
    {
        "name",
        "kind",
        "channel",
        "claimant_kind",
        "demand",
        "partner_id",
        "contact_name",
        "contact_email",
        "contact_phone",
        "anonymous",
        "description",
        "justified",
        "justified_reason",
        "cause",
        "course",
        "responsible",
        "conclusion",
        "countermeasure",
        "prevention",
        "handling_opinion",
        "solution",
        "compensation",
        "currency_id",
        "answer_channel",
        "company_id",
        "desk_id",
        "accused_ids",
        "branch_id",
        "plate",
        "vehicle_model",
        "product_ref",
        "flag_ids",
        "received_by_id",
        "reply_wanted",
        "demand_fair",
        "culprit_ids",
        "no_culprit",
        "loss_amount",
        "summary",
        "severity_id",
        "settler_ids",
    }
)


class ComplaintGuardMixin(models.AbstractModel):
    """What no client may write on a complaint: the server's own values at any time,
    its record once it is closed. Superuser mode, which no client has, may."""

    _name = "complaint.guard.mixin"
    _description = "Guard of a Complaint"

    def write(self, vals):
        if not self.env.su:
            self._refuse_server_fields(SERVER_FIELDS & vals.keys())
            self._check_not_closed(vals)
        return super().write(vals)

    def _refuse_server_values(self, vals_list):
        """Refuse values for the server's fields, unless they are the empty defaults
        that a client sends along with a new record."""
        if self.env.su:
            return
        for vals in vals_list:
            self._refuse_server_fields(
                name
                for name in SERVER_FIELDS & vals.keys()
                if vals[name] and (name, vals[name]) != ("state", "new")
            )

    def _refuse_server_fields(self, names):
        for name in sorted(names):
            raise UserError(
                self.env._(
                    "%(field)s is set by the system. Use the buttons of the case.",
                    field=self._fields[name]._description_string(self.env),
                )
            )

    def _check_not_closed(self, vals):
        if not RECORD_FIELDS & vals.keys():
            return
        for case in self:
            if case.state in ("closed", "cancelled"):
                raise UserError(
                    self.env._(
                        "%(case)s is closed and stays as it is. Reopen it first.",
                        case=case.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_handled(self):
        for case in self:
            if case.state not in ("new", "cancelled"):
                raise UserError(
                    self.env._(
                        "%(case)s has been handled and is kept. Archive it instead.",
                        case=case.display_name,
                    )
                )
