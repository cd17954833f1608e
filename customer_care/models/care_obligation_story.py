from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_datetime


class CareObligationStory(models.AbstractModel):
    """Why an obligation is due when it is, and what has happened to its clock, in
    sentences of the reader's language."""

    _name = "care.obligation.story"
    _description = "Obligation in words"

    explanation = fields.Html(
        "Why then?", compute="_compute_explanation", sanitize=False
    )
    story = fields.Html("What happened", compute="_compute_story", sanitize=False)

    @api.depends(
        "start_at", "due_from", "amount", "unit", "at_time", "calendar_id", "due_at"
    )
    @api.depends_context("lang", "tz")
    def _compute_explanation(self):
        for obligation in self:
            obligation.explanation = _bullets(obligation._explain_lines())

    @api.depends("event_ids")
    @api.depends_context("lang", "tz")
    def _compute_story(self):
        for obligation in self:
            obligation.story = _bullets(
                f"{format_datetime(self.env, event.at, dt_format='short')} · "
                f"{event.text}"
                for event in obligation.event_ids.sorted(lambda one: (one.at, one.id))
            )

    def _explain_lines(self):
        """Return the sentences that say why it is due when it is."""
        first = [*self._explain_duty(), *self._explain_due_date()]
        calendar = self.calendar_id.sudo()
        if not self.unit or not self.start_at:
            return first
        if not self.due_from:
            first.append(self._explain_time_allowed())
        lines = []
        if calendar:
            try:
                days = calendar.care_explain(
                    self.due_from or self.start_at,
                    self.amount,
                    self.unit,
                    at_time=self.at_time or None,
                )
            except UserError as error:
                return [*first, str(error)]
            if self.due_from and not self.amount:  # nothing is counted
                days = [day for day in days if day["kind"] == "due"]
            lines = [day["text"] for day in days]
        if self.paused_seconds:
            lines.append(
                self.env._(
                    "Paused for %(hours)s hours, which moved it on.",
                    hours=round(self.paused_seconds / 3600, 1),
                )
            )
        return [*first, *lines]

    def _explain_duty(self):
        duty = self.sudo().duty_id
        return [f"{duty.name}: {duty.rhythm_text}"] if duty else []

    def _explain_time_allowed(self):
        units = dict(self._fields["unit"]._description_selection(self.env))
        return self.env._(
            "Time allowed: %(amount)s %(unit)s from %(start)s.",
            amount=self.amount,
            unit=units[self.unit].lower(),
            start=format_datetime(self.env, self.start_at, dt_format="short"),
        )

    def _explain_due_date(self):
        """Return the sentence that says which date of the record counts."""
        if not self.due_from:
            return []
        value = self.due_from
        text = format_datetime(self.env, value, dt_format="short")
        if self.due_on:
            text = format_date(self.env, self.due_on)
        name = self.sudo().rule_id.due_field
        field = self.res_model in self.env and self.env[self.res_model]._fields.get(
            name or ""
        )
        label = field.get_description(self.env, ["string"])["string"] if field else name
        return [
            self.env._(
                "The record says so: %(label)s is %(value)s.", label=label, value=text
            )
        ]


def _bullets(lines):
    """Return the lines as an HTML list, False when there is none."""
    items = Markup().join(Markup("<li>%s</li>") % line for line in lines)
    return Markup("<ul>%s</ul>") % items if items else False
