from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class CareServicePlanFill(models.AbstractModel):
    """What a service plan begins with: its template, its customer's team, the plan of
    the year before."""

    _name = "care.service.plan.fill"
    _description = "Beginnings of a service plan"

    @api.onchange("template_id", "partner_id")
    def _onchange_template_id(self):
        fresh = self.state == "draft" and not self.line_ids
        if self.template_id and self.date_from and fresh:
            self.update(self._prepare_from_template())
            months = relativedelta(months=self.template_id.months, days=-1)
            self.date_to = self.date_from + months
        if self.partner_id and not self.team_ids:
            self.team_ids = self._current_team()

    def _fill_from_template(self):
        self.ensure_one()
        vals = self._prepare_from_template()
        vals = {k: v for k, v in vals.items() if k not in self or not self[k]}
        if self.template_id:
            vals["review_months"] = self.template_id.review_months
        self.write(vals)

    def _prepare_from_template(self):
        """Return the values of a plan as its template gives them."""
        template = self.template_id
        vals = {
            "name": self.name or template.name,
            "contents": self.contents or template.contents,
            "review_months": template.review_months,
        }
        for name, copied in template._part_fields().items():
            vals[name] = [Command.clear()] + [
                Command.create(self._prepare_part(part, copied))
                for part in template[name]
            ]
        return vals

    def _prepare_part(self, part, copied):
        vals = {
            name: part._fields[name].convert_to_write(part[name], part)
            for name in copied
        }
        if "days" in part._fields:
            vals["date_due"] = self.date_from + relativedelta(days=part.days)
            post = self._current_team().filtered(
                lambda member: member.role_id == part.role_id
            )
            vals["user_id"] = (post.user_id[:1] or self.user_id).id
        return vals

    def _current_team(self):
        return self.env["care.team.member"].search(
            [("partner_id", "=", self.partner_id._origin.id), ("is_current", "=", True)]
        )

    def _fill_team(self):
        self.ensure_one()
        team = self._current_team()
        if team:
            self.team_ids = team

    def copy_data(self, default=None):
        """A copy begins when the plan ends and lasts as long."""
        vals_list = super().copy_data(default)
        for plan, vals in zip(self, vals_list, strict=True):
            if {"date_from", "date_to"} & (default or {}).keys():
                continue
            begin = plan.date_to + relativedelta(days=1)
            vals["date_from"] = begin
            vals["date_to"] = plan._shifted(plan.date_to, begin)
            for *__, step in vals.get("step_ids") or ():
                due = fields.Date.to_date(step["date_due"])
                step["date_due"] = plan._shifted(due, begin)
        return vals_list

    def _shifted(self, day, begin):
        """Return the day as far after `begin` as it lies after the plan's beginning,
        in whole months where the plan lasts whole months."""
        after = self.date_to + relativedelta(days=1)
        months = relativedelta(after, self.date_from)
        if months.days:
            return day + (begin - self.date_from)
        count = months.years * 12 + months.months
        last = (day + relativedelta(days=1)).day == 1
        moved = day + relativedelta(months=count)
        return moved + relativedelta(day=31) if last else moved

    def action_next_plan(self):
        """Make the plan of the next period from this one, or open it."""
        self.ensure_one()
        self.check_access("write")
        following = self.next_ids.filtered(lambda plan: plan.state != "cancelled")[:1]
        if not following:
            if self.state in ("draft", "cancelled"):
                raise UserError(
                    self.env._(
                        "%(plan)s is not worked out yet. Finish it first, or "
                        "duplicate it.",
                        plan=self.display_name,
                    )
                )
            following = self.copy({"name": self.name})
            following._step_write({"previous_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": following.id,
            "views": [(False, "form")],
        }
