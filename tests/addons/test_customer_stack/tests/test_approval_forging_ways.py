"""The ways around an approval: the host, its windows, its mail, its rules, reading."""

import base64

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common_approval import CARE_USER
from .common_forging import CONTEXTS, ForgingCase

HOST, WINDOW = "test.approval.host", "care.approval.comment"
DONE = {"state": "approved"}


@tagged("post_install", "-at_install")
class TestApprovalForgingWays(ForgingCase):
    """Each call as a client sends it. Whether it is refused or simply does something
    else: the rows of the engine stay as they were."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = (cls.sun, cls.gao, cls.clerk, cls.portal, cls.boss, cls.admin)

    def _attack(self, attacks, refused=True):
        for name, (model, method, args) in attacks.items():
            for user in self.people:
                for context in CONTEXTS:
                    with self.subTest(attack=name, user=user.login, context=context):
                        self.env.invalidate_all()
                        error = self._try(user, model, method, args, context)
                        self.assertFalse(refused and not error, "it went through")
                        self.assertEqual(self._rows(), self.before)

    def _commands(self):
        approval = self.approval.id
        return {
            "create": Command.create({"name": "Forged", "gate": "accept", **DONE}),
            "update": Command.update(approval, DONE),
            "delete": Command.delete(approval),
            "unlink": Command.unlink(approval),
            "link": Command.link(approval),
        }

    def test_through_the_host_of_another_record(self):
        host = self._host(name="Another")
        commands = self._commands()
        attacks = {
            f"{name} by {method}": (HOST, method, args)
            for name, command in commands.items()
            for method, args in (
                ("write", [host.ids, {"approval_ids": [command]}]),
                ("web_save", [host.ids, {"approval_ids": [command]}, {}]),
                ("web_save", [[], {"name": "N", "approval_ids": [command]}, {}]),
            )
            if not (name == "unlink" and method == "write")
        }
        # taking away what is not there changes nothing and is no error
        harmless = {name: attacks.pop(name) for name in [*attacks] if "unlink" in name}
        self.before = self._rows()
        self._attack(attacks)
        self._attack(harmless, refused=False)
        self.assertFalse(host.approval_ids)

    def test_through_the_window_for_comments(self):
        window = {"decision": "approve", "comment": "x"}
        attacks = {
            f"window {name}": (
                WINDOW,
                "create",
                [{**window, "approval_ids": [command]}],
            )
            for name, command in self._commands().items()
            if name in ("create", "update", "delete")
        }
        self._attack(attacks)

    def test_a_window_decides_as_who_presses_its_button(self):
        theirs = self.env[WINDOW].with_user(self.gao)
        window = theirs.create(
            {
                "approval_ids": [Command.set(self.approval.ids)],
                "decision": "approve",
                "comment": "not yet",
            }
        )
        for user in (self.sun, self.fang, self.clerk, self.portal, self.boss):
            with self.subTest(user=user.login), self.assertRaises(UserError):
                window.with_user(user).action_confirm()
            self.assertEqual(self._rows(), self.before)

    def test_by_defaults_in_the_context(self):
        hosts = self.env[HOST].with_user(self.sun)
        for value in (
            [Command.link(self.approval.id)],
            [Command.set(self.approval.ids)],
        ):
            with self.assertRaises(AccessError), self.cr.savepoint():
                hosts.with_context(default_approval_ids=value).create({"name": "Mine"})
        host = hosts.with_context(
            default_approval_state="approved", default_approval_live=True
        ).create({"name": "Mine", "company_id": self.company.id})
        self.env.invalidate_all()
        self.assertEqual((host.approval_state, host.approval_live), ("none", False))
        self.assertFalse(host._approval_is_granted("accept"))

    def test_a_copied_record_brings_no_approval(self):
        self.approval.with_user(self.gao).action_approve()
        self.assertTrue(self.host._approval_is_granted("accept"))
        copy = self.host.with_user(self.sun).copy()
        self.assertFalse(copy.approval_ids or copy._approval_is_granted("accept"))

    def test_an_imported_record_brings_no_approval(self):
        fields = ["name", "approval_state", "approval_ids/state", "approval_ids/.id"]
        row = [["Imported", "approved", "approved", str(self.approval.id)]]
        for user in (self.sun, self.boss, self.admin):
            hosts = self.env[HOST].with_user(user)
            result = hosts.load(fields, row)
            self.assertFalse(result["ids"] and hosts.browse(result["ids"]).approval_ids)
            self.assertEqual(self._rows(), self.before)

    def test_no_value_of_the_client_hides_a_change(self):
        self._compensation_rule()
        approval = self._ask("compensation", compensation=300)
        approval.with_user(self.he).action_approve()
        host = self.env[HOST].with_user(self.sun).browse(approval.res_id)
        self.env.invalidate_all()
        host.write(
            {"approval_live": False, "approval_state": "none", "compensation": 9000}
        )
        self.assertEqual(approval.cancel_kind, "changed")
        self.assertFalse(host._approval_is_granted("compensation"))

    def test_by_archiving(self):
        attacks = {
            method: ("care.approval", method, [self.approval.ids])
            for method in ("action_archive", "action_unarchive")
        }
        self._attack(attacks, refused=False)

    def test_by_mail_and_activities(self):
        ids, activities = self.approval.ids, self.approval.activity_ids.ids
        todo = ["mail.mail_activity_data_todo"]
        message = {
            "body": "approved",
            "author_id": self.gao.partner_id.id,
            "model": "care.approval",
            "res_id": ids[0],
        }
        attacks = {
            "post": ("care.approval", "message_post", [ids]),
            "feedback": ("care.approval", "activity_feedback", [ids, todo]),
            "unlink by type": ("care.approval", "activity_unlink", [ids, todo]),
            "done": ("mail.activity", "action_done", [activities]),
            "hand over": (
                "mail.activity",
                "write",
                [activities, {"user_id": self.sun.id}],
            ),
            "message": ("mail.message", "create", [message]),
        }
        self._attack(attacks, refused=False)

    def test_a_posted_file_is_no_decision(self):
        files = self.env["ir.attachment"].with_user(self.sun)
        file = files.create({"name": "signed.pdf", "raw": b"signed"})
        mine = self.approval.with_user(self.sun)
        mine.message_post(
            body="Approved", attachment_ids=file.ids, message_type="comment"
        )
        self.assertEqual(self._rows(), self.before)
        for user in (self.clerk, self.portal):
            with self.assertRaises(AccessError):
                self.approval.with_user(user).message_post(body="x")

    def test_by_the_rule_of_a_request_under_way(self):
        rule = self.approval.rule_id
        step = rule.step_ids[1]
        for user in (self.sun, self.gao, self.clerk, self.portal):
            for record, vals in [
                (rule, {"active": False}),
                (rule, {"domain": "[(0, '=', 1)]"}),
                (step, {"approver": "user", "user_id": user.id}),
                (step.role_id, {"name": "Mine"}),
                (step.role_id.assignment_ids[:1], {"user_id": user.id}),
            ]:
                with self.subTest(user=user.login, model=record._name):
                    with self.assertRaises(AccessError), self.cr.savepoint():
                        record.with_user(user).write(vals)
                    with self.assertRaises(AccessError), self.cr.savepoint():
                        record.with_user(user).copy()
        # a manager may change the rule, for requests to come
        step.with_user(self.boss).write({"approver": "user", "user_id": self.boss.id})
        self.assertEqual(self._rows(), self.before)
        with self.assertRaisesRegex(UserError, "Gao Min decides"):
            self.approval.with_user(self.boss).action_approve()

    def test_by_naming_oneself_the_stand_in(self):
        days = {"date_from": "2020-01-01", "date_to": "2040-01-01"}
        mine = {**days, "user_id": self.gao.id, "delegate_id": self.lin.id}
        columns = ["user_id/.id", "delegate_id/.id", *days]
        row = [str(self.gao.id), str(self.lin.id), *days.values()]
        ways = {
            "create": [mine],
            "web_save": [[], mine, {}],
            "load": [columns, [row]],
        }
        for user in (self.sun, self.lin, self.clerk, self.portal):
            for method, args in ways.items():
                with self.subTest(user=user.login, method=method):
                    error = self._try(user, "care.delegation", method, args, {})
                    self.assertTrue(error or method == "load")
                    self.assertEqual(self._rows(), self.before)
        forged = self.env["care.delegation"].search([("user_id", "=", self.gao.id)])
        self.assertFalse(forged)


@tagged("post_install", "-at_install")
class TestApprovalReading(ForgingCase):
    """Who may not see an approval sees it by no way of reading."""

    def test_no_way_of_reading_tells_a_stranger(self):
        other = self.env["res.company"].create({"name": "South Retail"})
        abroad = new_test_user(
            self.env,
            "appr_abroad",
            CARE_USER,
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        ids, name = self.approval.ids, [["name", "ilike", "Accept"]]
        ways = {
            "read": [ids, ["name"]],
            "web_read": [ids, {"name": {}}],
            "export_data": [ids, ["name", "reason"]],
            "search_read": [[["id", "in", ids]], ["name"]],
            "web_search_read": [[["id", "in", ids]], {"name": {}}],
            "name_search": ["Accept"],
            "search_count": [name],
            "formatted_read_group": [name, ["requester_id"], ["__count"]],
            "copy_data": [ids],
            "get_formview_action": [ids],
        }
        (self.clerk | abroad | self.gao).write(
            {"group_ids": [Command.link(self.env.ref("base.group_allow_export").id)]}
        )
        for method in set(ways) - {"search_count", "get_formview_action"}:
            with self.subTest(user="who may", method=method):
                found = str(self._read(self.gao, method, ways[method]))
                self.assertTrue("Accept" in found or "Sun Li" in found, found)
        for user in (self.clerk, self.portal, abroad):
            for method, args in ways.items():
                with self.subTest(user=user.login, method=method):
                    self.env.invalidate_all()
                    found = self._read(user, method, args)
                    self.assertNotIn("Accept", str(found))
                    self.assertNotIn("Sun Li", str(found))

    def _read(self, user, method, args):
        model = self.env["care.approval"].with_user(user)
        if method in ("read", "web_read", "export_data", "copy_data"):
            model, args = model.browse(args[0]), args[1:]
        elif method == "get_formview_action":
            model, args = model.browse(args[0]), []
        try:
            return getattr(model, method)(*args)
        except UserError:
            return None

    def test_files_and_messages_of_a_decision_are_read_by_its_readers_alone(self):
        approval = self._ask("accept")
        content = base64.b64encode(b"the invoice")
        self._reject(
            approval, self.fang, "ok", "approve", file=content, file_name="invoice.pdf"
        )
        file = approval.decision_ids.attachment_id
        message = approval.sudo().message_ids[0]
        for user, allowed in [
            (self.gao, True),
            (self.clerk, False),
            (self.portal, False),
        ]:
            for record in (file, message, approval.sudo().activity_ids):
                with self.subTest(user=user.login, model=record._name):
                    self.env.invalidate_all()
                    theirs = record.with_user(user)
                    self.assertEqual(theirs.has_access("read"), allowed)
