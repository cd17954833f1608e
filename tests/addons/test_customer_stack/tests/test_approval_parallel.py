"""Two people decide one approval at the same moment, in two real transactions."""

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestApprovalParallel(BaseCase):
    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            root = api.Environment(cr, SUPERUSER_ID, {"no_reset_password": True})
            group = root.ref("customer_care.customer_care_group_user")
            users = root["res.users"].create(
                [
                    {
                        "name": name,
                        "login": f"parallel_{name}",
                        "group_ids": [Command.set(group.ids)],
                    }
                    for name in ("One", "Two")
                ]
            )
            board = root["res.groups"].create(
                {"name": "Parallel board", "user_ids": [Command.set(users.ids)]}
            )
            rule = root["care.approval.rule"].create(
                {
                    "code": "parallel",
                    "name": "Parallel",
                    "model_name": "test.approval.host",
                    "gate": "accept",
                    "step_ids": [
                        Command.create(
                            {
                                "name": "Board",
                                "approver": "group",
                                "group_id": board.id,
                            }
                        )
                    ],
                }
            )
            host = root["test.approval.host"].create({"name": "Parallel"})
            self.approval_id = host._approval_request("accept").id
            self.user_ids = users.ids
            self.made = [(host._table, host.ids), (rule._table, rule.ids)]
            self.made += [("res_groups", board.ids), ("res_users", users.ids)]
            self.made += [("res_partner", users.partner_id.ids)]
        self.addCleanup(self._clean)

    def _clean(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            approval = env["care.approval"].browse(self.approval_id)
            approval.message_ids.unlink()
            approval.activity_ids.unlink()
            cr.execute(
                "DELETE FROM care_approval_decision WHERE approval_id = %s",
                [self.approval_id],
            )
            cr.execute("DELETE FROM care_approval WHERE id = %s", [self.approval_id])
            for table, ids in self.made:
                cr.execute(f"DELETE FROM {table} WHERE id IN %s", [tuple(ids)])
            env.registry.clear_cache()

    def _approval(self, cr, user_id):
        env = api.Environment(cr, user_id, {})
        return env["care.approval"].browse(self.approval_id)

    def _open(self):
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        return cr

    def test_the_second_decision_is_refused_clearly(self):
        one, two = self._open(), self._open()
        first = self._approval(one, self.user_ids[0])
        second = self._approval(two, self.user_ids[1])
        self.assertEqual((first.state, second.state), ("pending", "pending"))
        first.action_approve()
        with self.assertRaisesRegex(UserError, "Somebody is deciding Parallel"):
            second.action_approve()
        one.commit()
        with mute_logger("odoo.sql_db"), self.assertRaises(SerializationFailure):
            second.action_approve()  # Odoo runs such a request once more
        two.rollback()
        second.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "decided by One already: Approved"):
            second.action_approve()
        one.execute(
            "SELECT user_id FROM care_approval_decision WHERE approval_id = %s",
            [self.approval_id],
        )
        self.assertEqual(one.fetchall(), [(self.user_ids[0],)])
