"""Nobody makes, changes or deletes approvals but through their buttons."""

import json
from datetime import datetime, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common_forging import CONTEXTS, ForgingCase

MODELS = ("care.approval", "care.approval.line", "care.approval.decision")
DONE = {"state": "approved"}


@tagged("post_install", "-at_install")
class TestApprovalForging(ForgingCase):
    def _forged(self):
        """Return values of an approval and of a decision made up by a client."""
        approval = {
            "name": "Accept",
            "rule_id": self.approval.rule_id.id,
            "res_model": "test.approval.host",
            "res_id": self.host.id,
            "gate": "accept",
            "state": "approved",
            "requester_id": self.sun.id,
            "company_id": self.company.id,
            "currency_id": self.yuan.id,
            "band_currency_id": self.yuan.id,
            "requested_at": "2026-01-01 00:00:00",
        }
        decision = {
            "approval_id": self.approval.id,
            "line_id": self.approval.line_ids[1].id,
            "user_id": self.gao.id,
            "at": "2026-01-01 00:00:00",
            "decision": "approve",
        }
        return approval, decision

    def _attacks(self):
        """Return {name: (model, method, args)}, each a call as a client sends it."""
        return (
            self._direct_attacks()
            | self._import_attacks()
            | self._private_attacks()
            | self._host_attacks()
        )

    def _direct_attacks(self):
        approvals, lines, decisions = MODELS
        ids, line = self.approval.ids, self.approval.line_ids[1].ids
        decision, (forged, made) = self.approval.decision_ids.ids, self._forged()
        one_more = {"user_ids": [Command.link(self.sun.id)]}
        by_line = {"line_ids": [Command.update(line[0], DONE)]}
        renamed = {"en_US": "Forged"}
        return {
            "create approval": (approvals, "create", [forged]),
            "create decision": (decisions, "create", [made]),
            "write approval": (approvals, "write", [ids, DONE]),
            "write line": (lines, "write", [line, DONE]),
            "add a decider": (lines, "write", [line, one_more]),
            "line by the approval": (approvals, "write", [ids, by_line]),
            "web_save": (approvals, "web_save", [ids, DONE, {}]),
            "unlink approval": (approvals, "unlink", [ids]),
            "unlink line": (lines, "unlink", [line]),
            "unlink decision": (decisions, "unlink", [decision]),
            "write decision": (decisions, "write", [decision, {"comment": "x"}]),
            "copy": (approvals, "copy", [ids, DONE]),
            "translate": (
                approvals,
                "update_field_translations",
                [ids, "name", renamed],
            ),
            "override translations": (
                lines,
                "web_override_translations",
                [line, {"name": "Forged"}],
            ),
            "name_create": (approvals, "name_create", ["Forged"]),
        }

    def _import_attacks(self):
        approvals, _lines, decisions = MODELS
        one = str(self.approval.id)
        fields = ["approval_id/.id", "decision"]
        ask = [self.approval.ids, DONE, ["state"], {"state": {}}]
        return {
            "load": (approvals, "load", [["name", "state"], [["x", "approved"]]]),
            "load by id": (approvals, "load", [[".id", "state"], [[one, "approved"]]]),
            "load decision": (decisions, "load", [fields, [[one, "approve"]]]),
            "onchange": (approvals, "onchange", ask),
        }

    def _private_attacks(self):
        ids = self.approval.ids
        return {
            "engine": ("care.approval", "_engine", [ids]),
            "end": ("care.approval", "_end", [ids, "approved"]),
            "private write": ("care.approval", "_write", [ids, DONE]),
            "decide": ("care.approval", "_decide", [ids, "approve"]),
        }

    def _host_attacks(self):
        approval, (forged, _made) = self.approval.id, self._forged()
        commands = (
            Command.create(forged),
            Command.update(approval, DONE),
            Command.delete(approval),
            Command.unlink(approval),
            Command.clear(),
            Command.set([]),
        )
        attacks = {
            f"host {command[:2]}": (
                "test.approval.host",
                "write",
                [self.host.ids, {"approval_ids": [command]}],
            )
            for command in commands
        }
        stolen = {"name": "New", "approval_ids": [Command.link(approval)]}
        return attacks | {"host create": ("test.approval.host", "create", [stolen])}

    def _attack_all(self, users):
        # what a client calls as a rule without being refused changes nothing
        quiet = ("load", "load decision", "load by id", "onchange")
        for name, (model, method, args) in self._attacks().items():
            for user in users:
                for context in CONTEXTS:
                    with self.subTest(attack=name, user=user.login, context=context):
                        self.env.invalidate_all()
                        error = self._try(user, model, method, args, context)
                        if name not in quiet:
                            self.assertTrue(error, "the call went through")
                        self.assertEqual(self._rows(), self.before)

    def test_no_call_of_a_client_forges(self):
        self._attack_all(
            [self.sun, self.gao, self.clerk, self.portal, self.boss, self.admin]
        )

    def test_an_admin_who_gives_himself_the_rights_forges_nothing(self):
        for model in MODELS:
            self.env["ir.model.access"].create(
                {
                    "name": "all",
                    "model_id": self.env["ir.model"]._get_id(model),
                    "group_id": self.env.ref("base.group_system").id,
                    "perm_read": True,
                    "perm_write": True,
                    "perm_create": True,
                    "perm_unlink": True,
                }
            )
        self._attack_all([self.admin])

    def test_sudo_alone_is_not_enough(self):
        for attempt in (
            lambda: self.approval.sudo().write({"state": "approved"}),
            lambda: self.approval.sudo().unlink(),
            lambda: self.approval.decision_ids.sudo().unlink(),
            lambda: self.approval.line_ids.sudo().write({"state": "approved"}),
            lambda: self.approval.sudo().copy(),
            lambda: self.approval.decision_ids._engine().write({"comment": "x"}),
            lambda: self.approval.decision_ids._engine().unlink(),
        ):
            with self.assertRaises(AccessError), self.cr.savepoint():
                attempt()
        self.assertEqual(self._rows(), self.before)

    def _server_action(self, **vals):
        model_id = self.env["ir.model"]._get_id("care.approval")
        action = self.env["ir.actions.server"].create(
            {"name": "Forge", "model_id": model_id, **vals}
        )
        return action.with_context(
            active_model="care.approval",
            active_id=self.approval.id,
            active_ids=self.approval.ids,
        )

    def test_a_server_action_forges_nothing(self):
        for vals in (
            {"state": "object_write", "update_path": "state", "value": "approved"},
            {
                "state": "object_copy",
                "resource_ref": f"care.approval,{self.approval.id}",
            },
            {"state": "code", "code": "record.sudo().write({'state': 'approved'})"},
            {"state": "code", "code": "record.sudo().unlink()"},
            {
                "state": "code",
                "code": "record.with_context(care_engine=True).sudo()"
                ".write({'state': 'approved'})",
            },
        ):
            action = self._server_action(**vals)
            for user in (self.sun, self.boss, self.admin, self.env.user):
                with self.subTest(vals=vals, user=user.login):
                    with self.assertRaises(UserError), mute_logger("odoo.addons.base"):
                        action.with_user(user).sudo(user == self.env.user).run()
                    self.assertEqual(self._rows(), self.before)

    def test_only_the_asked_person_presses_the_button(self):
        for user in (self.sun, self.he, self.fang, self.boss, self.admin):
            with self.subTest(user=user.login):
                with self.assertRaises(UserError):
                    self.approval.with_user(user).action_approve()
                with self.assertRaises(UserError):
                    self._reject(self.approval, user, "No")
        with self.assertRaises(UserError):
            self.approval.sudo().with_user(self.sun).sudo().action_approve()
        for user in (self.clerk, self.portal):
            for method in ("action_approve", "action_withdraw", "action_reject"):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    getattr(self.approval.with_user(user), method)()
        self.assertEqual(self._rows(), self.before)

    def test_defaults_of_the_client_do_not_enter_a_request(self):
        host = self._host().with_context(
            default_state="approved",
            default_decision_count=9,
            default_decided_at="2026-01-01 00:00:00",
            care_engine=True,
        )
        approval = self.env["care.approval"].browse(host.sudo().action_ask("accept"))
        self.assertEqual(approval.state, "pending")
        self.assertFalse(approval.decision_count or approval.decided_at)
        engine = self.approval.sudo().with_context(default_state="approved")._engine()
        self.assertNotIn("default_state", engine.env.context)

    def test_the_file_of_a_decision_stays(self):
        approval = self._ask("accept")
        approval.with_user(self.fang)._decide("approve", "", ("note.txt", b"seen"))
        file = approval.decision_ids.attachment_id
        self.env.flush_all()
        for user in (self.fang, self.boss, self.clerk, self.portal, self.admin):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    file.with_user(user).write({"raw": b"forged"})
                with self.assertRaises(AccessError):
                    file.with_user(user).unlink()
        self.assertEqual(approval.decision_ids.file_digest, file.checksum)


@tagged("post_install", "-at_install")
class TestApprovalForgingHttp(HttpCase):
    def setUp(self):
        super().setUp()
        self.user = new_test_user(
            self.env,
            "appr_json",
            "base.group_user,customer_care.customer_care_group_manager",
        )
        step = {"name": "One", "approver": "user", "user_id": self.user.id}
        self.env["care.approval.rule"].create(
            {
                "code": "json",
                "name": "Json",
                "model_name": "test.approval.host",
                "gate": "accept",
                "step_ids": [Command.create(step)],
            }
        )
        host = self.env["test.approval.host"].create({"name": "Kettle"})
        self.approval = host._approval_request("accept")
        expiry = datetime.now() + timedelta(hours=1)  # noqa: DTZ005 (Odoo wants naive)
        keys = self.env["res.users.apikeys"].with_user(self.user)
        self.header = {
            "Authorization": f"bearer {keys._generate('rpc', 'forge', expiry)}",
            "Content-Type": "application/json",
        }

    def _call(self, method, **body):
        return self.url_open(
            f"/json/2/care.approval/{method}", json.dumps(body), headers=self.header
        )

    def test_json2_calls_forge_nothing(self):
        approval, ids = self.approval, self.approval.ids
        self.assertEqual(approval.current_user_ids, self.user)
        with mute_logger("odoo.http", "odoo.addons.rpc.controllers.json2"):
            for method, body in [
                ("write", {"ids": ids, "vals": DONE}),
                ("unlink", {"ids": ids}),
                ("copy", {"ids": ids, "default": DONE}),
                ("create", {"vals_list": [DONE]}),
                ("_end", {"ids": ids, "how": "approved"}),
                ("_decide", {"ids": ids, "decision": "approve"}),
            ]:
                answer = self._call(method, context={"care_engine": True}, **body)
                self.assertIn(answer.status_code, (403, 404, 422), method)
        self.assertEqual(approval.state, "pending")
        answer = self._call("action_approve", ids=ids)
        self.assertEqual(answer.status_code, 200, "the button is the way")
        approval.invalidate_recordset()
        self.assertEqual(approval.state, "approved")
        self.assertEqual(approval.decision_ids.user_id, self.user)
