from unittest.mock import patch

import psycopg2

from odoo.exceptions import MissingError, UserError
from odoo.tests import JsonRpcException, new_test_user
from odoo.tools import mute_logger

from ..models import care_access_writer
from .access_log_common import AUDITOR, PLANTED, AccessLogCase
from .secrecy_common import USER


class TestAccessDenials(AccessLogCase):
    """What was refused, broken off or read elsewhere than on the main road."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = f"{USER},base.group_partner_manager"
        cls.stranger = new_test_user(cls.env, "log_stranger", groups)

    def refused(self, *args, **kwargs):
        # not assertRaises: it rolls back to before the call, and the log with it
        try:
            with mute_logger("odoo.http"):
                self.call(*args, **kwargs)
        except JsonRpcException:
            return
        self.fail("The call was answered.")

    def assertDenied(self, operation):
        row = self.rows()
        self.assertEqual(row.mapped("operation"), [operation])
        self.assertTrue(row.denied)
        self.assertEqual(row.res_ids, [self.secret.id])
        self.assertEqual(row.login, "log_stranger")

    def test_a_refusal_survives_the_rollback(self):
        self.authenticate("log_stranger", "log_stranger")
        self.refused("res.partner", "write", [self.secret.id], {"name": "x"})
        self.assertDenied("write")
        self.refused("res.partner", "unlink", [self.secret.id])
        self.assertDenied("unlink")

    def test_asking_for_a_hidden_record_is_a_refusal(self):
        self.authenticate("log_stranger", "log_stranger")
        ids = [self.secret.id, self.open.id]
        rows = self.call("res.partner", "read", ids, ["name"])
        self.assertEqual([row["id"] for row in rows], [self.open.id])
        self.assertDenied("read")
        self.call("res.partner", "web_read", ids, {"name": {}})
        self.assertDenied("read")

    def test_ids_that_never_were_leave_nothing(self):
        self.call("res.partner", "read", [2**30], ["name"])
        self.refused("res.partner", "write", [2**30], {"name": "x"})
        self.assertFalse(self.rows())

    def test_what_was_read_before_an_error_is_kept(self):
        def read_and_fail(records, *_args, **_kwargs):
            records.read(["name"])
            raise UserError("after the answer")

        model = type(self.env["res.partner"])
        with patch.object(model, "action_archive", read_and_fail):
            self.refused("res.partner", "action_archive", [self.secret.id])
        row = self.rows()
        self.assertEqual(row.res_ids, [self.secret.id])
        self.assertTrue(row.aborted)
        self.assertFalse(row.denied)

    def test_what_was_read_in_a_savepoint_rolled_back_is_kept(self):
        def read_in_savepoint(records, *_args, **_kwargs):
            try:
                with records.env.cr.savepoint():
                    found = records.read(["name"])
                    raise MissingError("undo")
            except MissingError:
                return found

        model = type(self.env["res.partner"])
        with patch.object(model, "action_archive", read_in_savepoint):
            self.call("res.partner", "action_archive", [self.secret.id])
        self.assertEqual(self.rows().res_ids, [self.secret.id])

    def test_no_log_no_answer(self):
        def fail(*_args):
            raise psycopg2.OperationalError("no room")

        writer = care_access_writer.CareAccessWriter
        with patch.object(writer, "_insert", staticmethod(fail)):
            self.refused("res.partner", "read", [self.secret.id], ["name"])

    def test_calls_with_a_cursor_that_only_reads(self):
        """web_search_read and name_search run on the replica's cursor."""
        domain = [("id", "=", self.secret.id)]
        seen = []
        origin = type(self.env["res.partner"]).web_search_read

        def note_cursor(records, *args, **kwargs):
            seen.append(records.env.cr.readonly)
            return origin(records, *args, **kwargs)

        note_cursor._readonly = note_cursor._api_model = True
        model = type(self.env["res.partner"])
        with patch.object(model, "web_search_read", note_cursor):
            self.call("res.partner", "web_search_read", domain, {"name": {}})
        self.assertEqual(seen, [True])
        self.assertEqual(self.rows().res_ids, [self.secret.id])

    def test_printing(self):
        report = self.env["ir.actions.report"].create(
            {
                "name": "Log test",
                "model": "res.partner",
                "report_type": "qweb-html",
                "report_name": "customer_care.log_test",
            }
        )
        self.env["ir.ui.view"].create(
            {
                "type": "qweb",
                "key": "customer_care.log_test",
                "arch": "<t t-name='customer_care.log_test'><p t-foreach='docs' "
                "t-as='doc' t-out='doc.name'/></t>",
            }
        )
        self.url_open(f"/report/html/{report.report_name}/{self.secret.id}")
        row = self.rows()
        self.assertEqual(row.operation, "print")
        self.assertEqual(row.res_ids, [self.secret.id])
        self.assertEqual(row.detail, {"report": "customer_care.log_test"})

    def test_downloads_and_pictures(self):
        self.url_open(f"/web/image/res.partner/{self.secret.id}/avatar_128")
        row = self.rows()
        self.assertEqual(row.operation, "download")
        self.assertEqual(row.res_ids, [self.secret.id])
        self.assertEqual(row.field_names, ["avatar_128"])

    def test_messages(self):
        self.secret.message_post(body="Said in private")
        self.rows()
        self.make_jsonrpc_request(
            "/mail/thread/messages",
            {"thread_model": "res.partner", "thread_id": self.secret.id},
        )
        rows = self.rows().filtered(lambda row: "message_ids" in row.field_names)
        self.assertEqual(rows.res_ids, [self.secret.id])

    def test_onchange_with_a_link_to_a_customer(self):
        self.call(
            "res.partner",
            "onchange",
            [],
            {"parent_id": self.secret.id},
            ["parent_id"],
            {"parent_id": {"fields": {"display_name": {}}}, "street": {}},
        )
        rows = self.rows()
        self.assertEqual(rows.res_ids, [self.secret.id])
        self.assertEqual(rows.detail, {"door": "onchange", "by": "parent_id"})

    def test_copy(self):
        self.call("res.partner", "copy", [self.secret.id])
        rows = self.rows().filtered(lambda row: row.detail == {"door": "copy"})
        self.assertEqual(rows.res_ids, [self.secret.id])

    def test_the_log_itself_is_read_under_log(self):
        self.call("res.partner", "read", [self.secret.id], ["name"])
        first = self.rows()
        self.authenticate("log_auditor", "log_auditor")
        found = self.call(
            "care.access.log",
            "web_search_read",
            [("id", "=", first.id)],
            {"login": {}, "record_name": {}},
        )
        self.assertEqual(found["length"], 1)
        row = self.rows()
        self.assertEqual(row.model, "care.access.log")
        self.assertEqual(row.res_ids, [first.id])
        self.assertEqual(row.login, "log_auditor")

    def test_auditor_without_clearance_does_not_see_the_row(self):
        self.call("res.partner", "read", [self.secret.id], ["name"])
        row = self.rows()
        low = new_test_user(self.env, "log_low", AUDITOR)
        self.assertTrue(self.log.with_user(self.auditor).search([("id", "=", row.id)]))
        self.assertFalse(self.log.with_user(low).search([("id", "=", row.id)]))
        self.assertFalse(self.log.with_user(low)._readers(self.secret))
        self.assertFalse(self.log.with_user(self.reader).has_access("read"))

    def test_nobody_forges_by_rpc(self):
        self.authenticate("admin", "admin")
        self.refused("care.access.log", "create", [{"login": "x"}])
        for method in ("_note", "_deny", "_put", "_write_now", "_insert"):
            self.refused("care.access.log", method, "read", "res.partner", [1])
        self.refused("care.access.log", "write", [1], {"login": "x"})
        self.refused("care.access.log", "unlink", [1])
        self.refused("care.access.seal", "create", [{"log_id": 1}])
        self.refused("care.access.head", "create", [{"digest": "x"}])
        self.refused("care.access.check", "create", [{"state": "whole"}])

    def test_who_has_read_this_customer(self):
        self.call("res.partner", "read", [self.secret.id], ["name"])
        self.call("res.partner", "read", [self.secret.id], ["phone"])
        rows = self.rows()
        readers = self.log.with_user(self.auditor)._readers(self.secret)
        self.assertEqual([row["login"] for row in readers], ["log_reader"])
        self.assertEqual(readers[0]["number"], 2)
        action = self.secret.with_user(self.auditor).action_open_access_log()
        found = self.log.with_user(self.auditor).search(action["domain"])
        self.assertEqual(found, rows.sorted("id", reverse=True))

    def test_the_list_names_what_may_be_seen_and_costs_the_same_for_many(self):
        for number in range(40):
            self.log._note("read", "res.partner", [self.secret.id], [f"f{number}"])
            self.log._note("read", "res.partner", [self.open.id], [f"f{number}"])
        self.log._write_now()
        rows = self.rows().with_user(self.auditor)
        few, many = rows[:2], rows
        counts = []
        for some in (few, many):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            names = some.mapped("record_name")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(len(many), 40)
        self.assertIn(PLANTED[0], names[0])
        self.assertLessEqual(counts[1], counts[0] + 1)
        reader = self.env["res.users"].browse(self.reader.id)
        self.env.cr.execute(
            "UPDATE care_clearance SET level = 1 WHERE user_id = %s", (reader.id,)
        )
        self.env["care.sight"]._forget()
        self.env.invalidate_all()
        seen = rows[0].with_user(reader).sudo().record_name
        self.assertNotIn(PLANTED[0], seen)

    def test_grouping_the_log_is_logged(self):
        self.authenticate("log_auditor", "log_auditor")
        self.call("care.access.log", "formatted_read_group", [], ["login"], ["__count"])
        row = self.rows()
        self.assertEqual(row.mapped("operation"), ["group"])
        self.assertEqual(row.model, "care.access.log")

    def test_button_for_auditors_alone(self):
        view = (
            self.env["res.partner"].with_user(self.auditor).get_view(view_type="form")
        )
        self.assertIn("action_open_access_log", view["arch"])
        view = self.env["res.partner"].with_user(self.reader).get_view(view_type="form")
        self.assertNotIn("action_open_access_log", view["arch"])

    def test_changing_the_threshold_is_logged(self):
        parameter = self.env["ir.config_parameter"].search(
            [("key", "=", "customer_care.access_log_from")]
        )
        parameter.value = "3"
        self.log._write_now()
        row = self.rows()
        self.assertEqual(row.operation, "setting")
        self.assertEqual(row.detail, {"from": "2", "to": "3"})
