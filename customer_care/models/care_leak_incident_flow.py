from odoo import fields, models
from odoo.exceptions import AccessError, UserError

_USER = "customer_care.customer_care_group_user"
_OFFICER = "customer_care.customer_care_group_security"


class CareLeakIncidentFlow(models.AbstractModel):
    """How a leak incident moves: reported, contained, assessed, told, closed."""

    _name = "care.leak.incident.flow"
    _description = "Steps of a leak incident"

    _MOVES = {
        ("reported", "contained"): _USER,
        ("contained", "assessed"): _USER,
        ("assessed", "notified"): _USER,
        ("notified", "closed"): _USER,
    }

    # ---- telling those who handle it

    def _handlers(self):
        """Return who is told at once: the roles that handle leaks, else the security
        officers of the company."""
        self.ensure_one()
        requests = [(r, self.company_id, None, None) for r in self._handler_roles()]
        found = self.env["care.role"]._resolve_many(requests)
        users = self.env["res.users"].union(*found).sudo()
        if not users:
            officers = self.env.ref(_OFFICER).sudo().all_user_ids
            users = officers.filtered(lambda u: self.company_id in u.company_ids)
        this = self.with_context(allowed_company_ids=self.company_id.ids)
        return users.filtered(
            lambda u: (
                u.active
                and not u.share
                and self.company_id in u.company_ids
                and this.with_user(u).has_access("read")
            )
        )

    def _report(self, description, found_at, photos):
        """Open an incident on the word of anybody, in their name."""
        photos.check_access("read")
        env = self.env(su=True, context={"lang": self.env.lang})  # no default_* keys
        vals = {
            "description": description,
            "found_at": found_at,
            "photo_ids": [(6, 0, photos.ids)],
            "company_id": self.env.company.id,
        }
        return self.with_env(env).create([vals]).with_env(self.env)

    def _tell_handlers(self):
        """Raise an activity for and write to everybody who handles leaks."""
        for record in self.sudo():
            users = record._handlers()
            record.handler_id = record.handler_id or users[:1]
            for user in users:
                this = record.with_context(lang=user.lang, mail_activity_quick_update=1)
                text = this.env._(
                    "A leak of customer data was reported: %(number)s. Take it up at "
                    "once.",
                    number=record.number,
                )
                this.activity_schedule(
                    "mail.mail_activity_data_todo", summary=text, user_id=user.id
                )
                this.message_notify(
                    body=text,
                    subject=record.number,
                    partner_ids=user.partner_id.ids,
                    model=record._name,
                    res_id=record.id,
                )

    # ---- approvals

    def _approval_gates(self):
        return [("no_notice", self.env._("Persons are not told of a leak"))]

    def _approval_guarded_fields(self, gate):
        return {"no_notice_reason", "kind_ids", "person_count", "harm", "certainty"}

    def _approval_subject_users(self, gate):
        return self.handler_id

    def _on_approval_decided(self, approval):
        for record in self.filtered(lambda r: r.person_notice == "open"):
            if approval.state == "approved" and record._approval_is_granted(
                "no_notice"
            ):
                record._step_write({"person_notice": "not_needed"})

    def _on_approval_cancelled(self, approval):
        again = self.filtered(
            lambda r: r.person_notice == "not_needed" and r.state != "closed"
        )
        again._step_write({"person_notice": "open"})

    # ---- buttons

    def _check_handler(self):
        for record in self:
            record.check_access("write")
            if not record.is_handled_by_me:
                raise AccessError(
                    self.env._(
                        "%(incident)s is handled by %(user)s. Ask them.",
                        incident=record.display_name,
                        user=record.handler_id.name or "-",
                    )
                )

    def _refuse_missing(self, names):
        """Name everything that is still to be filled in."""
        words = self.fields_get(names, ["string"])
        missing = [words[name]["string"] for name in names if not self[name]]
        if missing:
            raise UserError(
                self.env._(
                    "%(incident)s cannot go on yet. Fill in: %(fields)s.",
                    incident=self.display_name,
                    fields=", ".join(missing),
                )
            )

    def action_receive(self):
        """Note that somebody acts on the report."""
        self._check_handler()
        for record in self.filtered(lambda r: not r.received_at):
            now = fields.Datetime.now()
            record._step_write({"received_at": now, "received_by_id": self.env.uid})
        return True

    def action_contain(self):
        """The leak is stopped; the remedies say how."""
        for record in self:
            record._enter_step("contained", ["measure_ids"], "contained_at")
        return True

    def action_assess(self):
        """It is known what leaked, why, and whom it can harm."""
        for record in self:
            names = ["severity", "cause"]
            if record.certainty == "suspected":
                raise UserError(
                    self.env._(
                        "%(incident)s is still suspected. Say whether it is confirmed "
                        "or was no leak.",
                        incident=record.display_name,
                    )
                )
            if record.certainty == "confirmed":
                names += ["kind_ids", "harm", "person_count"]
            record._enter_step("assessed", names, "assessed_at")
        return True

    def action_finish_notices(self):
        """The authority and the persons concerned know, or need not."""
        for record in self:
            record._check_move("notified")
            if record.certainty == "confirmed":
                record._check_told()
            record._enter_step("notified", [], "notified_at")
        return True

    def _check_told(self):
        if not self.authority_told_at:
            raise UserError(
                self.env._(
                    "The authority does not know of %(incident)s yet. Tell it and note "
                    "that with its name.",
                    incident=self.display_name,
                )
            )
        if self.person_notice == "open":
            raise UserError(
                self.env._(
                    "The persons concerned by %(incident)s do not know yet. Tell them, "
                    "or ask for leave not to.",
                    incident=self.display_name,
                )
            )

    def action_close(self):
        """Close it, once its lessons are an improvement or there are none."""
        for record in self:
            if not record.improvement_count and not record.no_lesson_reason:
                raise UserError(
                    self.env._(
                        "%(incident)s is closed with its lessons. Open an improvement, "
                        "or say why there is nothing to improve.",
                        incident=record.display_name,
                    )
                )
            record._enter_step("closed", [], "closed_at", closed_by_id=self.env.uid)
            record.activity_unlink(["mail.mail_activity_data_todo"])
        return True

    def _enter_step(self, state, names, stamp, **vals):
        self._check_handler()
        self._check_move(state)
        self._requirement_check(state)
        self._refuse_missing(names)
        now = fields.Datetime.now()
        if not self.received_at:
            vals |= {"received_at": now, "received_by_id": self.env.uid}
        self._step_write({"state": state, stamp: now, **vals})

    def action_ask_no_notice(self):
        """Ask for leave not to tell the persons concerned."""
        self.ensure_one()
        self._check_handler()
        self._refuse_missing(["no_notice_reason", "harm", "measure_ids"])
        if not self._approval_required("no_notice"):
            raise UserError(
                self.env._(
                    "No approval rule decides whether persons are told. Ask a manager "
                    "to add one under Configuration > Approval rules."
                )
            )
        self._approval_request("no_notice")
        return True
