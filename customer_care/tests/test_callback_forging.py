from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged

from .callback_common import CallbackCase


@tagged("post_install", "-at_install")
class TestCallbackForging(CallbackCase):
    """What a client may try at a callback beside its buttons."""

    def setUp(self):
        super().setUp()
        self.rows = self.drawn(4)
        self.startPatcher(freeze_time("2026-04-01 09:00:00"))
        self.rows.with_user(self.supervisor)._assign(self.caller)
        self.row = self.rows[0].with_user(self.caller)
        self.env.invalidate_all()

    def refused(self, user, call):
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            call(self.rows[0].with_user(user))
            self.env.flush_all()

    def test_no_user_writes_what_moves_by_buttons(self):
        admin = self.env.ref("base.user_admin")
        for user in (self.caller, self.supervisor, self.manager, admin):
            for values in (
                {"state": "done"},
                {"state": "reviewed", "notes": "ok"},
                {"user_id": self.other.id},
                {"reviewer_id": user.id},
                {"excluded_ids": [Command.clear()]},
                {"due_at": "2030-01-01 00:00:00"},
                {"attempt_ids": [Command.create({"result": "reached"})]},
                {"round": 5},
            ):
                with self.subTest(user=user.login, values=values):
                    self.refused(user, lambda row, vals=values: row.write(vals))

    def test_nobody_makes_copies_or_deletes_them(self):
        model = self.env["care.callback"]
        for user in (self.caller, self.manager):
            with self.subTest(user=user.login):
                self.refused(user, lambda row: row.copy())
                self.refused(user, lambda row: row.unlink())
                self.refused(user, lambda row: row.create({"channel": "phone"}))
                before = model.search_count([])
                loaded = model.with_user(user).load(
                    ["channel", "state"], [["phone", "done"]]
                )
                self.assertFalse(loaded["ids"])
                self.assertEqual(model.search_count([]), before)

    def test_context_keys_open_no_door(self):
        for key in ("care_engine", "install_mode", "skip_check"):
            with self.subTest(key=key):
                self.refused(
                    self.caller,
                    lambda row, key=key: row.with_context(**{key: True}).write(
                        {"state": "done"}
                    ),
                )

    def test_links_of_a_sheet_change_nothing_behind_them(self):
        file = self.env["ir.attachment"].create({"name": "secret", "raw": b"x"})
        letter = (
            self.env["care.callback.letter"]
            .with_user(self.supervisor)
            .create({"name": "Letter"})
        )
        other = self.rows[1].id
        for record, values in (
            (letter, {"callback_ids": [Command.update(other, {"state": "done"})]}),
            (letter, {"callback_ids": [Command.create({"state": "done"})]}),
            (letter, {"callback_ids": [Command.delete(other)]}),
            (self.row, {"letter_attachment_ids": [Command.create({"name": "x"})]}),
            (self.row, {"letter_attachment_ids": [Command.link(file.id)]}),
        ):
            self.env.invalidate_all()
            with self.subTest(values), self.assertRaises(AccessError):
                record.write(values)
        self.assertEqual(set(self.rows.mapped("state")), {"planned"})

    def test_the_window_checks_who_opens_it(self):
        # somebody who may read them, but neither calls nor supervises
        self.rows._engine().write({"reviewer_id": self.stranger.id})
        for kind, values in (
            ("assign", {"user_id": self.stranger.id}),
            ("replace", {"text": "no"}),
            ("exempt", {"text": "no"}),
            ("cancel", {"text": "no"}),
            ("review", {"text": "no"}),
            ("attempt", {"result": "reached"}),
            ("settle", {"text": "no"}),
            ("next", {"text": "no"}),
        ):
            self.env.invalidate_all()
            window = (
                self.env["care.callback.step"]
                .with_user(self.stranger)
                .create({"kind": kind, "callback_ids": self.rows.ids, **values})
            )
            self.env.invalidate_all()
            with self.subTest(kind), self.assertRaises(UserError):
                window.action_apply()
        self.assertEqual(set(self.rows.mapped("state")), {"planned"})
        self.assertEqual(self.rows.user_id, self.caller)

    def test_portal_users_reach_nothing(self):
        portal = new_test_user(self.env, "callback_portal", "base.group_portal")
        for model in ("care.callback", "care.callback.draw", "care.callback.letter"):
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(portal).search_count([])

    def test_the_caller_talks_and_plans_activities(self):
        self.row.message_post(body="Will try again")
        self.row.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.caller.id
        )
        self.row.write({"notes": "Nobody home"})
        self.assertEqual(self.row.notes, "Nobody home")

    def test_the_name_of_a_hidden_record_stays_hidden(self):
        partner = self.rows[0].partner_id
        record = self.env["res.partner"].create({"name": "Hidden", "active": True})
        self.rows[0]._engine().write({"res_model": "res.partner", "res_id": record.id})
        self.env["ir.rule"].create(
            {
                "name": "hide",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": f"[('id', '!=', {record.id})]",
            }
        )
        self.env.invalidate_all()
        self.assertFalse(self.row.record_name)
        self.assertFalse(self.row.record_visible)
        self.assertTrue(partner)
