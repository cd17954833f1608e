"""Two people decide or ask at the same moment, in two real transactions."""

from threading import Thread

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import ConcurrencyError, UserError
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


@tagged("post_install", "-at_install")
class TestApprovalSplitParallel(BaseCase):
    """Two requests for one customer, each below the band that their sum belongs to."""

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
                        "login": f"split_{name}",
                        "group_ids": [Command.set(group.ids)],
                    }
                    for name in ("Asker", "Low", "High")
                ]
            )
            steps = [
                {"name": "Low", "user_id": users[1].id, "max_amount": 500},
                {"name": "High", "user_id": users[2].id, "min_amount": 500},
            ]
            rule = root["care.approval.rule"].create(
                {
                    "code": "split_parallel",
                    "name": "Split",
                    "model_name": "test.approval.host",
                    "gate": "accept",
                    "amount_field": "compensation",
                    "cumulate": "partner",
                    "step_ids": [
                        Command.create({**step, "approver": "user"}) for step in steps
                    ],
                }
            )
            partner = root["res.partner"].create({"name": "Split Stores"})
            hosts = root["test.approval.host"].create(
                [
                    {"name": name, "partner_id": partner.id, "compensation": 400}
                    for name in ("One", "Two")
                ]
            )
            self.user_ids, self.host_ids = users.ids, hosts.ids
            self.made = [(hosts._table, hosts.ids), (rule._table, rule.ids)]
            self.made += [("res_users", users.ids)]
            self.made += [("res_partner", (users.partner_id | partner).ids)]
        self.addCleanup(self._clean)

    def _clean(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            domain = [("rule_id.code", "=", "split_parallel")]
            approvals = env["care.approval"].search(domain)
            approvals.message_ids.unlink()
            approvals.activity_ids.unlink()
            cr.execute("DELETE FROM care_approval WHERE id = ANY(%s)", [approvals.ids])
            for table, ids in self.made:
                cr.execute(f"DELETE FROM {table} WHERE id IN %s", [tuple(ids)])
            env.registry.clear_cache()

    def _host(self, number):
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        env = api.Environment(cr, self.user_ids[0], {})
        host = env["test.approval.host"].browse(self.host_ids[number])
        self.assertEqual(host.compensation, 400)  # each has its own view of the data
        return host

    def test_two_requests_at_one_moment_do_not_both_slip_under_the_band(self):
        one, two = self._host(0), self._host(1)
        first = one._approval_request("accept")
        one.env.flush_all()
        self.assertEqual(first.cumulated_amount, 400)
        errors = []

        def ask():
            try:
                two._approval_request("accept")
            except ConcurrencyError as error:
                errors.append(error)

        with mute_logger("odoo.sql_db"):
            thread = Thread(target=ask)
            thread.start()  # waits for the first one's number
            thread.join(1)
            self.assertTrue(thread.is_alive())
            one.env.cr.commit()
            thread.join(20)
        self.assertTrue(errors, "the second is asked anew, as Odoo does")
        two.env.cr.rollback()
        two.env.invalidate_all()
        second = two._approval_request("accept")
        self.assertEqual(second.cumulated_amount, 800)
        self.assertEqual(second.current_user_ids.id, self.user_ids[2])
        two.env.cr.commit()
