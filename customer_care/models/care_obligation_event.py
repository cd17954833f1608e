from odoo import api, fields, models
from odoo.tools import format_datetime

KINDS = [
    ("start", "Started"),
    ("pause", "Paused"),
    ("resume", "Resumed"),
    ("move", "Moved"),
    ("assign", "Handed over"),
    ("remind", "Reminded"),
    ("escalate", "Escalated"),
    ("miss", "Missed"),
    ("meet", "Met"),
    ("late_done", "Done late"),
    ("cancel", "Called off"),
    ("waive", "Waived"),
    ("error", "Put aside"),
]
REASONS = [
    ("condition", "The record no longer calls for it."),
    ("archived", "The record was archived."),
    ("deleted", "The record was deleted."),
    ("rule", "The rule was switched off."),
    ("company", "The record went to another company."),
    ("model", "The add-on of the record is not installed."),
    ("changed_rule", "The rule was changed."),
    ("changed_calendar", "The working hours or their holidays were changed."),
    ("changed_start", "The date it is counted from was changed."),
    ("changed_due", "The date that the record is due on was changed."),
    ("no_due", "The date that the record is due on was taken away."),
    ("named", "The record or the role names another person."),
    ("stand_in", "The person is away, and somebody stands in."),
    ("back", "The person is back."),
    ("reassigned", "A manager handed it over."),
    ("nobody", "Nobody was found to tell; the customer care managers were told."),
]


class CareObligationEvent(models.Model):
    """One line of the clock log of an obligation. The engine appends, nobody edits."""

    _name = "care.obligation.event"
    _description = "Clock log"
    _inherit = ["care.engine.mixin"]
    _order = "at, id"
    _rec_name = "kind"

    obligation_id = fields.Many2one(
        "care.obligation", required=True, index=True, ondelete="cascade", readonly=True
    )
    at = fields.Datetime(required=True, readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    level = fields.Integer(readonly=True)
    due_before = fields.Datetime("Was due", readonly=True)
    due_after = fields.Datetime("Due", readonly=True)
    user_id = fields.Many2one("res.users", "Who", readonly=True, ondelete="set null")
    from_user_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    to_user_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    reason = fields.Selection(REASONS, readonly=True)
    note = fields.Text(readonly=True)
    text = fields.Char("What happened", compute="_compute_text")

    _level_once = models.UniqueIndex(
        "(obligation_id, level) WHERE kind = 'escalate'",
        "This level of the obligation has been escalated already.",
    )
    _remind_once = models.UniqueIndex(
        "(obligation_id) WHERE kind = 'remind'",
        "The responsible of this obligation has been reminded already.",
    )

    @api.depends("kind", "level", "due_before", "due_after", "reason", "note")
    @api.depends_context("lang", "tz")
    def _compute_text(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        reasons = dict(self._fields["reason"]._description_selection(self.env))
        for event in self:
            parts = [kinds[event.kind]]
            if event.kind == "escalate":
                parts = [self.env._("Escalated, level %(level)s", level=event.level)]
            if event.due_after and event.due_after != event.due_before:
                parts.append(
                    self.env._("due %(due)s", due=self._moment_text(event.due_after))
                )
            if event.due_before and event.due_after != event.due_before:
                parts.append(
                    self.env._(
                        "was due %(due)s",
                        due=self._moment_text(event.due_before),
                    )
                )
            parts += [reasons.get(event.reason), event.note]
            event.text = " · ".join(part for part in parts if part)

    def _moment_text(self, moment):
        return format_datetime(self.env, moment, dt_format="short")
