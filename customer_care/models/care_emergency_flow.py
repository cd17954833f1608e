from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

_MANAGER = "customer_care.customer_care_group_manager"


class CareEmergencyFlow(models.AbstractModel):
    """How an emergency moves: who is told, the start of its plan, progress, the end."""

    _name = "care.emergency.flow"
    _description = "Steps of an emergency"

    def _role_users(self, roles):
        """Return who holds the roles in the company and may see the emergency."""
        self.ensure_one()
        requests = [(role, self.company_id, None, None) for role in roles]
        found = self.env["care.role"]._resolve_many(requests)
        users = self.env["res.users"].union(*found).sudo()
        users = users.filtered(
            lambda u: u.active and not u.share and self.company_id in u.company_ids
        )
        return users - self.env["care.secrecy.notice"]._deaf(users, self)

    def _alerted(self):
        """Return who is told at once: the roles of the plan, else the managers."""
        self.ensure_one()
        users = self._role_users(self.plan_id.sudo().alert_role_ids.mapped("code"))
        if users:
            return users
        managers = self.env.ref(_MANAGER).sudo().all_user_ids
        users = managers.filtered(
            lambda u: u.active and self.company_id in u.company_ids
        )
        return users - self.env["care.secrecy.notice"]._deaf(users, self)

    def _tell_at_once(self):
        for record in self.sudo():
            for user in record._alerted():
                this = record.with_context(lang=user.lang, mail_activity_quick_update=1)
                text = this.env._(
                    "Emergency %(number)s: %(name)s. Take it up at once.",
                    number=record.number,
                    name=record.name,
                )
                this.activity_schedule(
                    "mail.mail_activity_data_todo", summary=text, user_id=user.id
                )
                this.message_notify(
                    subject=text,
                    body=record.description or text,
                    partner_ids=user.partner_id.ids,
                    model=record._name,
                    res_id=record.id,
                )

    # ---- buttons

    def action_start(self):
        """Start the plan: its measures get their times, its command group is formed."""
        now = fields.Datetime.now()
        for record in self:
            record._check_move("running")
            again = record.state == "contained"
            if not record.plan_id:
                raise UserError(
                    self.env._(
                        "Choose the plan that %(emergency)s is handled by.",
                        emergency=record.display_name,
                    )
                )
            if not again:
                record._form_group()
                record._take_measures(now)
            record._step_write(
                {
                    "state": "running",
                    "started_at": record.started_at or now,
                    "started_by_id": (record.started_by_id or self.env.user).id,
                    "contained_at": False,
                }
            )
            record._want_report(now)
            record.activity_feedback(["mail.mail_activity_data_todo"])
        return True

    def _form_group(self):
        """The holders of the plan's duties form the command group."""
        posts = self.plan_id.sudo().post_ids.filtered("is_command")
        users = self._role_users(posts.role_id.mapped("code")) | self.user_id
        if not users:
            users = self.env.user
        leader = self.user_id or self._role_users(posts[:1].role_id.mapped("code"))[:1]
        self.write(
            {
                "user_id": (leader or users[:1]).id,
                "member_ids": [Command.link(user.id) for user in users],
            }
        )

    def _take_measures(self, now):
        """Copy the steps of the plan: what runs keeps them if the plan is changed."""
        rows = []
        for step in self.plan_id.sudo().step_ids:
            holders = self._role_users(step.role_id.mapped("code"))
            due = step.minutes and now + timedelta(minutes=step.minutes)
            rows.append(
                {
                    "activation_id": self.id,
                    "sequence": step.sequence,
                    "name": step.name,
                    "hint": step.hint,
                    "user_id": (holders[:1] or self.user_id).id,
                    "due_at": due,
                }
            )
        self.env["care.emergency.action"].create(rows)

    def action_contain(self):
        """It is under control."""
        for record in self:
            record._check_move("contained")
            now = fields.Datetime.now()
            record._step_write({"state": "contained", "contained_at": now})
            record._stop_reports()
        return True

    def action_close(self):
        """Close it, with its cause, outcome and lessons."""
        for record in self:
            record._check_move("closed")
            record._requirement_check("close")
            names = ["cause", "damage", "lessons"]
            words = record.fields_get(names, ["string"])
            missing = [words[n]["string"] for n in names if not record[n]]
            open_rows = record.action_ids.filtered(lambda row: not row.done_at)
            missing += open_rows.mapped("name")
            if missing:
                raise UserError(
                    self.env._(
                        "%(emergency)s cannot be closed yet. Still open: %(what)s.",
                        emergency=record.display_name,
                        what=", ".join(missing),
                    )
                )
            record._end("closed")
        return True

    def action_false_alarm(self):
        """It was none."""
        for record in self:
            record._check_move("false_alarm")
            record._end("false_alarm")
        return True

    def _end(self, state):
        self._step_write(
            {
                "state": state,
                "ended_at": fields.Datetime.now(),
                "ended_by_id": self.env.uid,
            }
        )
        self._stop_reports()

    # ---- progress

    def _want_report(self, now):
        """Want the next progress report, where the plan sets a time for it."""
        hours = self.plan_id.sudo().progress_hours
        if not hours:
            return
        rows = self.env["care.emergency.progress"].sudo()
        leaders = self._role_users(self.plan_id.sudo().alert_role_ids.mapped("code"))
        row = rows.create(
            [{"activation_id": self.id, "told_ids": [Command.set(leaders.ids)]}]
        )
        row._step_write({"due_at": now + timedelta(hours=hours)})

    def _stop_reports(self):
        """What was still wanted is no longer needed."""
        rows = self.sudo().progress_ids
        rows.filtered(lambda row: row.state == "wanted")._step_write({"state": "void"})

    def action_report_progress(self):
        """Open the report that is wanted next."""
        self.ensure_one()
        if self.state != "running":
            raise UserError(
                self.env._(
                    "%(emergency)s is not running. Start its plan first.",
                    emergency=self.display_name,
                )
            )
        row = self.progress_ids.filtered(lambda row: row.state == "wanted")[:1]
        if not row:
            row = self.env["care.emergency.progress"].sudo()
            row = row.create([{"activation_id": self.id}]).sudo(False)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Progress"),
            "res_model": row._name,
            "res_id": row.id,
            "views": [(False, "form")],
            "target": "new",
        }
