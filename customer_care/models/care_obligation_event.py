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
    _inherit = ["care.engine.mixin", "care.secrecy.follow.mixin"]
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
    @api.depends("user_id", "from_user_id", "to_user_id")
    @api.depends_context("lang", "tz")
    def _compute_text(self):
        reasons = dict(self._fields["reason"]._description_selection(self.env))
        people = self.sudo()
        names = {
            user.id: user.name
            for user in people.user_id | people.from_user_id | people.to_user_id
        }
        for event in self:
            parts = [event._tell(names), reasons.get(event.reason), event.note]
            event.text = " ".join(part for part in parts if part)

    def _tell(self, names):
        """Return one sentence: what happened, to when, and who did it or was told."""
        values = {
            "due": self._moment_text(self.due_after),
            "before": self._moment_text(self.due_before),
            "level": self.level,
            "user": names.get(self.sudo().user_id.id, self.env._("nobody")),
            "giver": names.get(self.sudo().from_user_id.id, self.env._("nobody")),
            "taker": names.get(self.sudo().to_user_id.id, self.env._("nobody")),
        }
        words = {
            "start": self.env._("The clock started; due %(due)s.", **values),
            "pause": self.env._("The clock was stopped; %(user)s saved it.", **values),
            "resume": self.env._(
                "The clock runs again; due %(due)s instead of %(before)s.", **values
            ),
            "move": self.env._("Due %(due)s instead of %(before)s.", **values),
            "assign": self.env._("Handed over from %(giver)s to %(taker)s.", **values),
            "remind": self.env._("%(user)s was reminded.", **values),
            "escalate": self.env._("Level %(level)s: %(user)s was told.", **values),
            "miss": self.env._("The time passed: missed."),
            "meet": self.env._("Done in time; %(user)s saved it.", **values),
            "late_done": self.env._(
                "Done late; %(user)s saved it. The miss stays.", **values
            ),
            "cancel": self.env._("Called off; %(user)s saved it.", **values),
            "waive": self.env._("Waived by %(user)s:", **values),
            "error": self.env._("It failed and is tried again in a day:"),
        }
        if self.kind == "resume" and self.due_after == self.due_before:
            return self.env._("The clock runs again; still due %(due)s.", **values)
        return words[self.kind]

    def _moment_text(self, moment):
        return format_datetime(self.env, moment, dt_format="short") if moment else ""
