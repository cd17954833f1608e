import hashlib
import json

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

_QUIET = {"mail_activity_quick_update": True}


class CareDepartureFlow(models.AbstractModel):
    """The steps of a hand-over: signatures are asked for and given, each by the own
    login; until the last one everything can be taken back."""

    _name = "care.departure.flow"
    _description = "Steps of a hand-over"

    def action_ask_signatures(self):
        """Ask the leaver and whoever takes over to sign."""
        for departure in self:
            departure._check_move("signing")
            departure._gather()
            departure._check_plan()
            now = fields.Datetime.now()
            departure._step_write({"state": "signing", "asked_at": now})
            people = departure._signers()
            rows = departure.env["care.departure.signature"]._engine()
            rows.create(
                [
                    {
                        "departure_id": departure.id,
                        "user_id": user.id,
                        "part": part,
                        "asked_at": now,
                    }
                    for part, user in people
                ]
            )
            departure._ask(people)
        return True

    def _signers(self):
        """Return [(part, user)] of who has to sign."""
        lines = self.env["care.departure.line"].sudo()
        groups = lines._read_group(
            [("departure_id", "=", self.id), ("taker_id", "!=", False)], ["taker_id"]
        )
        takers = [("take", user) for (user,) in groups]
        return [("hand", self.sudo().user_id), *takers]

    def _ask(self, people):
        for _part, user in people:
            if not user.active:
                continue
            this = self.sudo().with_context(lang=user.lang, **_QUIET)
            this.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=self.date_leaving,
                summary=this.env._("Sign the hand-over"),
                user_id=user.id,
            )

    def action_sign(self):
        """Read what is handed over, and sign."""
        self.ensure_one()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_departure_sign_action"
        ) | {"context": {"default_departure_id": self.id}}

    def action_sign_instead(self):
        """Sign for a leaver who cannot, saying why."""
        self.ensure_one()
        self._check_manager()
        return self.action_sign() | {
            "context": {"default_departure_id": self.id, "default_instead": True}
        }

    @api.model
    def _may_sign(self, row, user, instead):
        """Return whether `user` may put this signature: each the own one, and a
        manager that of a leaver who cannot."""
        if row.user_id == user:
            return True
        manager = user.has_group("customer_care.customer_care_group_manager")
        return bool(instead and row.part == "hand" and manager)

    def _sign(self, rows, name, signature, reason=None):
        """Keep signatures; the last one lets everything move."""
        self.ensure_one()
        if self.state != "signing":
            raise UserError(
                self.env._(
                    "%(departure)s waits for no signature. Look again.",
                    departure=self.display_name,
                )
            )
        self.sudo().lock_for_update()
        for row in rows:
            if not self._may_sign(row.sudo(), self.env.user, bool(reason)):
                raise AccessError(
                    self.env._(
                        "%(user)s signs this with the own login. Ask them.",
                        user=row.sudo().user_id.name,
                    )
                )
        self._check_two_people(rows, reason)
        rows._engine().write(
            {
                "signed_at": fields.Datetime.now(),
                "signed_name": name,
                "signature": signature,
                "signed_by_id": self.env.uid,
                "reason": reason,
                "digest": self._digest(),
            }
        )
        mine = self.sudo().activity_ids.filtered(
            lambda activity: activity.user_id in rows.sudo().user_id
        )
        mine.action_feedback(feedback=self.env._("Signed"))
        for row in rows.sudo():
            self.sudo().message_post(
                body=self.env._(
                    "%(row)s, signed by %(user)s",
                    row=row.display_name,
                    user=self.env.user.name,
                )
            )
        if all(row.signed_at for row in self.sudo().signature_ids):
            self._all_signed()

    def _check_two_people(self, rows, reason):
        """Nobody hands over for the leaver and takes over himself."""
        me, signed = self.env.user, self.sudo().signature_ids
        takes = me in signed.filtered(lambda row: row.part == "take").user_id
        instead = signed.filtered(
            lambda row: row.part == "hand" and row.user_id != me and row.signed_by_id
        )
        if takes and (reason or me in instead.signed_by_id):
            raise UserError(
                self.env._(
                    "%(user)s takes over and cannot sign for the leaver as well. Ask "
                    "another manager.",
                    user=me.name,
                )
            )

    def _digest(self):
        """Return the fingerprint of what is signed."""
        rows = self.env.execute_query_dict(
            self.env["care.departure.line"]
            .sudo()
            ._search(
                [("departure_id", "=", self.id), ("kind", "=", "customer")],
                order="res_id",
            )
            .select("res_id", "taker_id")
        )
        said = [self.user_id.id, str(self.date_leaving), self.successor_id.id, rows]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()

    def _all_signed(self):
        departure = self.sudo()
        departure._step_write({"state": "signed", "signed_at": fields.Datetime.now()})
        today = self.env["care.role"]._today(departure.company_id)
        if departure.date_leaving <= today:
            departure._carry_out()

    # ---- back

    def action_back(self):
        """Go back to the plan; signatures given are taken back."""
        for departure in self:
            departure._check_move("draft")
            departure._drop_signatures()
            departure._step_write({"state": "draft", "asked_at": False})
        return True

    def action_cancel(self):
        """Nobody leaves, or it is handed over otherwise."""
        for departure in self:
            departure._check_move("cancelled")
            departure._drop_signatures()
            departure._step_write(
                {"state": "cancelled", "asked_at": False, "signed_at": False}
            )
        return True

    def _drop_signatures(self):
        signed = self.sudo().signature_ids.filtered("signed_at")
        if signed:
            names = ", ".join(signed.user_id.mapped("name"))
            self.sudo().message_post(
                body=self.env._("Signatures taken back: %(names)s", names=names)
            )
        self.sudo().signature_ids._engine().unlink()
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])

    # ---- who was gone before

    @api.model
    def _on_gone(self, users):
        """Called when accounts were archived: what they had is not left to nobody.

        :return: the hand-overs opened
        """
        busy = users.sudo().browse(self._busy_ids(users.ids))
        departures = self.sudo()
        known = departures.search(
            [
                ("user_id", "in", busy.ids),
                ("state", "in", ("draft", "signing", "signed")),
            ]
        ).user_id
        opened = self.browse()
        for user in busy - known:
            opened |= self._open_unplanned(user)
        return opened

    @api.model
    def _busy_ids(self, ids=None):
        """Return the ids of archived users, or of those given, who still have
        customers, places in teams or open obligations. What is classified does not
        count: who watches over it hears a number (`_tell_of_classified`)."""
        chosen = SQL("u.active IS NOT TRUE")
        if ids is not None:
            chosen = SQL("u.id = ANY(%s)", list(ids))
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT u.id FROM res_users u
                    WHERE %s AND u.share IS NOT TRUE AND u.id > 1
                      AND (EXISTS (SELECT FROM res_partner p
                                    WHERE p.user_id = u.id AND p.active
                                      AND p.secrecy_level < 2)
                        OR EXISTS (SELECT FROM care_team_member m
                                    WHERE m.user_id = u.id AND m.active
                                      AND m.date_to IS NULL
                                      AND m.secrecy_level < 2)
                        OR EXISTS (SELECT FROM care_obligation o
                                    WHERE o.user_id = u.id AND o.done_at IS NULL
                                      AND o.secrecy_level < 2
                                      AND o.state IN ('open', 'paused', 'missed')))""",
                chosen,
            )
        )
        return [id_ for (id_,) in rows]

    @api.model
    def _tell_of_classified(self, users):
        """Say how much that is classified users left behind who were archived without
        a hand-over; one that is carried out says so itself."""
        notice = self.env["care.secrecy.notice"]
        if not notice._is_needed():
            return
        departures = self.sudo().search([("user_id", "in", users.ids)])
        known = departures.filtered(lambda row: row.state == "signed").user_id
        partners = self.env["res.partner"].sudo()
        for user, count in partners._read_group(
            [("user_id", "in", (users - known).ids), ("secrecy_level", ">=", 2)],
            ["user_id"],
            ["__count"],
        ):
            notice._tell_guardians(user.company_id, count)

    @api.model
    def _gone_employees(self):
        """Return the users who work here no longer, though their accounts do."""
        employees = self.env["hr.employee"].sudo().with_context(active_test=False)
        gone = employees.search(
            [("active", "=", False), ("user_id.active", "=", True)]
        ).user_id
        return (
            gone
            - employees.search(
                [("active", "=", True), ("user_id", "in", gone.ids)]
            ).user_id
        )

    @api.model
    def _open_unplanned(self, user):
        company = user.company_id
        roles = self.env["care.role"]
        department = user.with_context(active_test=False).employee_ids[:1].department_id
        found = roles._resolve(
            "customer_service_manager", company=company, department=department
        ) or roles._resolve("department_head", company=company, department=department)
        people = found - user
        departure = self.sudo().create(
            {
                "user_id": user.id,
                "company_id": company.id,
                "handler_id": people[:1].id,
                "department_id": department.id,
            }
        )
        departure._step_write({"is_unplanned": True})
        departure._alert(people)
        return departure

    def _alert(self, people):
        """Tell who handles it that somebody is gone and what stays behind."""
        for user in people:
            this = self.sudo().with_context(lang=user.lang, **_QUIET)
            this.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=this.env._("Gone without a hand-over: name a successor"),
                note=this.env._(
                    "%(user)s is gone, but customers and open work are still there.",
                    user=self.user_id.name,
                ),
                user_id=user.id,
            )
        if not people:
            self.sudo().message_post(
                body=self.env._(
                    "Nobody holds the role of customer service manager, so nobody "
                    "could be told. Name a planner."
                )
            )
