from odoo import fields, models
from odoo.exceptions import AccessError, UserError

_USER = "customer_care.customer_care_group_user"
_OFFICER = "customer_care.customer_care_group_security"
# {kind: gate with the approvals it needs}
GATES = {"external": "disclose", "report": "disclose", "internal": "copy"}


class CareDisclosureFlow(models.AbstractModel):
    """How a disclosure moves: asked for, decided, handed out, ended."""

    _name = "care.disclosure.flow"
    _description = "Steps of a disclosure"

    _MOVES = {
        ("draft", "asked"): _USER,
        ("asked", "draft"): _USER,
        ("rejected", "draft"): _USER,
        ("approved", "revoked"): _USER,
        ("disclosed", "revoked"): _USER,
    }

    # ---- approvals

    def _approval_gates(self):
        return [
            ("disclose", self.env._("Disclosure to outsiders")),
            ("copy", self.env._("Copying inside the company")),
        ]

    def _approval_guarded_fields(self, gate):
        return {
            "kind",
            "partner_id",
            "recipient_user_id",
            "recipient_name",
            "recipient_organisation",
            "recipient_email",
            "purpose",
            "item_ids",
            "form",
            "copies_allowed",
            "date_to",
            "authorisation_file_ids",
            "authorisation_until",
        }

    def _approval_subject_users(self, gate):
        """Who applies, who carries it out and who gets the copy decide nothing."""
        return self.user_id | self.handler_id | self.recipient_user_id

    def _approval_able_users(self, users):
        """Only those who may see all of it decide it."""
        able = super()._approval_able_users(users)
        return able.filtered(lambda user: self._is_seen_by(user))

    def _on_approval_decided(self, approval):
        for record in self.filtered(lambda r: r.state == "asked"):
            now = fields.Datetime.now()
            if approval.state == "rejected":
                record._step_write({"state": "rejected"})
            elif record._approval_is_granted(GATES[record.kind]):
                record._step_write({"state": "approved", "approved_at": now})

    def _on_approval_cancelled(self, approval):
        self.filtered(lambda r: r.state in ("asked", "approved"))._step_write(
            {"state": "draft", "approved_at": False}
        )

    # ---- asking

    def action_ask(self):
        """Hand the application in to those who decide it."""
        for record in self:
            record._check_move("asked")
            record._check_applicant()
            gate = GATES[record.kind]
            record._check_complete()
            record._requirement_check(gate)
            if not record._approval_required(gate):
                raise UserError(
                    self.env._(
                        "No approval rule decides %(record)s. Ask a manager to add one "
                        "for “%(gate)s” under Configuration > Approval rules.",
                        record=record.display_name,
                        gate=dict(record._approval_gates())[gate],
                    )
                )
            record.item_ids._seal()
            vals = {"asked_at": fields.Datetime.now(), "evidence": record._papers()}
            record._step_write({"state": "asked", **vals})
            record._approval_request(gate)
        return True

    def _check_complete(self):
        """Refuse to ask while something is missing, naming all of it at once."""
        missing = self._missing()
        if missing:
            raise UserError(
                self.env._(
                    "%(record)s cannot be asked for yet. Fill in: %(fields)s.",
                    record=self.display_name,
                    fields=", ".join(missing),
                )
            )
        if self.date_to < self._today():
            raise UserError(
                self.env._(
                    "%(record)s would end before today. Choose a later day.",
                    record=self.display_name,
                )
            )

        if self.kind == "internal" and not self._is_seen_by(self.recipient_user_id):
            raise UserError(
                self.env._(
                    "%(user)s is not cleared for what %(record)s hands out. Choose "
                    "somebody who is.",
                    user=self.recipient_user_id.name,
                    record=self.display_name,
                )
            )

    def _wanted_fields(self):
        names = ["purpose", "legal_ground", "date_to", "item_ids", "handler_id"]
        if self.kind == "internal":
            return names + ["recipient_user_id"]
        names.append("recipient_name")
        if self.form == "mail":
            names.append("recipient_email")
        if self.in_person:
            names += ["credential_kind", "credential_number", "credential_file_ids"]
        if self.kind == "external":
            names += [
                "authorisation_file_ids",
                "authorisation_date",
                "authorisation_until",
            ]
            if self.has_personal_data:
                names.append("assessment")
        return names

    def _missing(self):
        names = self._wanted_fields()
        words = self.fields_get(names, ["string"])
        missing = [words[name]["string"] for name in names if not self[name]]
        if self.form == "mail" and self.recipient_email and not self._emails():
            missing.append(words["recipient_email"]["string"])
        return missing

    def _check_applicant(self):
        if self.env.user != self.user_id and not self.env.user.has_group(_OFFICER):
            raise AccessError(
                self.env._(
                    "%(record)s belongs to %(user)s, who takes this step.",
                    record=self.display_name,
                    user=self.user_id.name,
                )
            )

    def action_withdraw(self):
        """Take the application back, or rework one that was refused."""
        for record in self:
            record._check_move("draft")
            record._check_applicant()
            for approval in record.sudo().approval_ids:
                if approval.state == "pending":
                    approval.with_env(self.env)._end("withdrawn")
            record._step_write({"state": "draft"})
        return True

    # ---- carrying out

    def _may_carry_out(self):
        user = self.env.user
        return self.env.su or user == self.handler_id or user.has_group(_OFFICER)

    def _check_running(self):
        """Refuse what is not approved or over, whatever the state says."""
        self.ensure_one()
        self.check_access("read")
        if not self._may_carry_out():
            raise AccessError(
                self.env._(
                    "%(record)s is carried out by %(user)s. Ask them.",
                    record=self.display_name,
                    user=self.handler_id.name or "-",
                )
            )
        if self.state not in ("approved", "disclosed"):
            words = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "Nothing is handed out under %(record)s: it is %(state)s.",
                    record=self.display_name,
                    state=words[self.state],
                )
            )
        if not self._runs_on(self._today()):
            raise UserError(
                self.env._(
                    "%(record)s is over since %(day)s. Ask for a new disclosure.",
                    record=self.display_name,
                    day=self.date_to,
                )
            )
        self._approval_check(GATES[self.kind])
        if self.evidence != self._papers():
            raise UserError(
                self.env._(
                    "The authorisation of %(record)s is no longer what was decided on. "
                    "Revoke it and ask for a new one.",
                    record=self.display_name,
                )
            )

    def action_make_copies(self):
        """Make the numbered copies that are left, of all items."""
        self.ensure_one()
        self._check_running()
        made = self.env["care.disclosure.copy"]
        for item in self.item_ids:
            while len(item.copy_ids) < self.copies_allowed:
                made |= item._make_copy()
        if not made:
            raise UserError(
                self.env._(
                    "All copies of %(record)s are made.", record=self.display_name
                )
            )
        return self.action_view_copies()

    def action_send(self):
        """Send each address its numbered copies by e-mail."""
        self.ensure_one()
        self._check_running()
        if self.form != "mail":
            raise UserError(
                self.env._(
                    "%(record)s was not approved for e-mail. Hand it out as approved, "
                    "or ask for another one.",
                    record=self.display_name,
                )
            )
        for email in sorted(self._emails()):
            copies = self.env["care.disclosure.copy"]
            for item in self.item_ids:
                copies |= item._copy_for(email)
            mail = self._mail_copies(email, copies)
            copies._engine().write({"mail_key": mail._care_key()})
            mail._care_check_out()
            mail.send()
        return True

    def _mail_copies(self, email, copies):
        body = self.env["ir.qweb"]._render(
            "customer_care.care_disclosure_letter", {"disclosure": self.sudo()}
        )
        return (
            self.env["mail.mail"]
            .sudo()
            .create(
                {
                    "subject": self.number,
                    "body_html": body,
                    "email_to": email,
                    "author_id": self.env.user.partner_id.id,
                    "model": self._name,
                    "res_id": self.id,
                    "attachment_ids": [(6, 0, copies.attachment_id.ids)],
                    "auto_delete": False,
                }
            )
        )

    def action_view_copies(self):
        """Open the register of its copies."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_disclosure_copy_action"
        )
        return action | {
            "domain": [("disclosure_id", "=", self.id)],
            "context": {"create": False},
        }

    def action_shown(self):
        """Note that the recipient was shown the items, no copy being left with them."""
        self.ensure_one()
        self._check_running()
        if self.form != "viewing":
            raise UserError(
                self.env._(
                    "%(record)s hands out copies. Make them first.",
                    record=self.display_name,
                )
            )
        self._mark_disclosed()
        return True

    def _mark_disclosed(self):
        """Note the first time something left the house, and log it."""
        log = self.env["care.access.log"]
        for item in self.item_ids:
            log._note("disclose", item._log_model(), [item._log_id()])
        if self.state == "approved":
            self._step_write(
                {
                    "state": "disclosed",
                    "disclosed_at": fields.Datetime.now(),
                    "disclosed_by_id": self.env.uid,
                }
            )

    # ---- the end

    def action_revoke(self):
        """Ask why nothing more is handed out."""
        self._check_move("revoked")
        return self._open_step("revoke")

    def _revoke(self, reason):
        self._check_move("revoked")
        if not (self._may_carry_out() or self.env.user == self.user_id):
            self._check_applicant()
        now = fields.Datetime.now()
        self._step_write({"state": "revoked", "revoke_reason": reason, "ended_at": now})
        out = self.sudo().copy_ids.filtered(lambda c: c.state in ("made", "out"))
        out._recall(reason)

    def action_confirm_return(self):
        """Ask how it is known that the recipient's copies are back or destroyed."""
        self._check_return()
        return self._open_step("return")

    def _check_return(self):
        self.ensure_one()
        self.check_access("write")
        if not self._may_carry_out() or not self.disclosed_at:
            raise UserError(
                self.env._(
                    "%(record)s has no copies that could come back, or another person "
                    "carries it out.",
                    record=self.display_name,
                )
            )

    def _confirm_when_back(self, kind, name, note):
        """Once the last copy is back, the return as a whole is confirmed."""
        ended = ("returned", "destroyed", "kept")
        copies = self.sudo().copy_ids
        if self.disclosed_at and all(copy.state in ended for copy in copies):
            self._note_return(kind, name, note)

    def _confirm_return(self, kind, name, note):
        self._check_return()
        self.sudo().copy_ids._come_back(kind, name, note)
        self._note_return(kind, name, note)

    def _note_return(self, kind, name, note):
        self._step_write(
            {
                "return_kind": kind,
                "return_note": note,
                "return_confirmed_at": fields.Datetime.now(),
                "return_confirmed_by": name,
            }
        )

    def _open_step(self, step):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_disclosure_step_action"
        )
        context = {"default_disclosure_id": self.id, "default_step": step}
        return action | {"context": context}

    def _cron_expire(self):
        """Job: end what is over; nothing depends on it, it only shows."""
        done, left = self._expire()
        self.env["ir.cron"]._commit_progress(done, remaining=left)

    def _expire(self, limit=500):
        day = fields.Date.add(fields.Date.today(), days=1)  # the first day somewhere
        domain = [("state", "in", ("approved", "disclosed")), ("date_to", "<", day)]
        found = self.sudo().search(domain, limit=limit, order="date_to, id")
        over = found.filtered(lambda r: r.date_to < r._today())
        now = fields.Datetime.now()
        over._step_write({"state": "expired", "ended_at": now})
        return len(over), int(bool(over) and len(found) == limit)
