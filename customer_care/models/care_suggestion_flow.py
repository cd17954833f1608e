from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

_MANAGER = "customer_care.customer_care_group_manager"
_ENDED = ("done", "rejected", "withdrawn")


class CareSuggestionFlow(models.AbstractModel):
    """How a suggestion moves: judged by somebody else, supported, carried out."""

    _name = "care.suggestion.flow"
    _description = "Steps of a suggestion"

    # ---- who judges

    def _may_judge(self):
        """Managers and the head of the author's department; never the author."""
        self.ensure_one()
        user = self.env.user
        if user == self.author_id:
            return False
        head = self.sudo().department_id.manager_id.user_id
        return user == head or user.has_group(_MANAGER)

    def _judge(self, state, words, vals=None):
        """Accept or refuse, with the reasons the author will read."""
        self.ensure_one()
        if not self._may_judge():
            raise AccessError(
                self.env._(
                    "%(record)s is judged by a customer care manager or the head of "
                    "%(department)s, and never by who suggested it.",
                    record=self.display_name,
                    department=self.department_id.name or self.env._("the department"),
                )
            )
        if not (words or "").strip():
            raise UserError(self.env._("Say why, for whoever suggested it."))
        self._check_move(state)
        if vals:
            self.write(vals)
        if state == "accepted":
            self._requirement_check("accept")
            self._check_plan()
            self._step_write({"judgement": words.strip()})
            if not self._approval_is_granted("accept"):
                asked = self._approval_request("accept")
                if asked:
                    return asked
        self._enter_judged(state, words.strip())
        return self.env["care.approval"]

    def _check_plan(self):
        if not (self.user_id and self.date_due):
            raise UserError(
                self.env._(
                    "%(record)s is taken up by a person until a day. Name both.",
                    record=self.display_name,
                )
            )

    def _enter_judged(self, state, words):
        self._step_write(
            {
                "state": state,
                "judgement": words,
                "judged_by_id": self.env.uid,
                "judged_at": fields.Datetime.now(),
            }
        )
        self._tell_author()

    def _tell_author(self):
        """Whoever suggested it reads what became of it."""
        notice = self.env["care.secrecy.notice"]
        for record in self:
            author = record.author_id
            if notice._deaf(author, record):
                continue
            this = record.with_context(lang=author.lang)
            words = dict(this._fields["state"]._description_selection(this.env))
            this.sudo().message_notify(
                subject=this.display_name,
                body=this.env._(
                    "Your suggestion is now: %(state)s. %(words)s",
                    state=words[record.state],
                    words=record.judgement or "",
                ),
                partner_ids=author.partner_id.ids,
                model=record._name,
                res_id=record.id,
            )

    # ---- approvals

    def _approval_gates(self):
        return [("accept", self.env._("Taking a suggestion up"))]

    def _approval_guarded_fields(self, gate):
        return {"user_id", "date_due", "description"}

    def _approval_subject_users(self, gate):
        return self.author_id

    def _on_approval_decided(self, approval):
        for record in self.filtered(lambda record: record.state == "submitted"):
            if approval.state == "approved" and record._approval_is_granted("accept"):
                record._enter_judged("accepted", record.judgement)

    # ---- buttons

    def action_judge(self):
        """Ask for the judgement."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Judge the suggestion"),
            "res_model": "care.suggestion.judge",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_suggestion_id": self.id},
        }

    def action_support(self):
        """Support it, or no longer."""
        for record in self:
            record.check_access("read")
            if record.state in _ENDED:
                raise UserError(
                    self.env._(
                        "%(record)s is settled already.", record=record.display_name
                    )
                )
            if self.env.user == record.author_id:
                raise UserError(
                    self.env._("Others support what you suggest; your word counts.")
                )
            supported = self.env.user in record.supporter_ids
            change = Command.unlink if supported else Command.link
            record.sudo()._step_write({"supporter_ids": [change(self.env.uid)]})
        return True

    def action_start(self):
        """Begin to carry it out."""
        return self._carry("doing")

    def action_done(self):
        """It is carried out."""
        for record in self.filtered(lambda record: not (record.result or "").strip()):
            raise UserError(
                self.env._(
                    "Say what was carried out of %(record)s.",
                    record=record.display_name,
                )
            )
        return self._carry("done")

    def _carry(self, state):
        for record in self:
            record._check_move(state)
            record._requirement_check(state)
            vals = {"state": state}
            if state == "done":
                vals["done_at"] = fields.Datetime.now()
            record._step_write(vals)
            record._tell_author()
        return True

    def action_withdraw(self):
        """The author takes it back before it is judged."""
        for record in self:
            record._check_move("withdrawn")
            if record.author_id != self.env.user:
                raise AccessError(
                    self.env._(
                        "%(record)s is withdrawn by who suggested it.",
                        record=record.display_name,
                    )
                )
            record._step_write({"state": "withdrawn"})
        return True

    def action_reopen(self):
        """Judge again what was refused."""
        for record in self:
            record._check_move("submitted")
            record._step_write(
                {"state": "submitted", "judged_by_id": False, "judged_at": False}
            )
        return True

    def action_reward(self):
        """Propose a reward for whoever suggested it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_sanction_manual_action"
        )
        context = {
            "default_user_id": self.author_id.id,
            "default_company_id": self.company_id.id,
            "default_note": self.display_name,
            "default_res_model": self._name,
            "default_res_id": self.id,
        }
        return action | {"context": context}
