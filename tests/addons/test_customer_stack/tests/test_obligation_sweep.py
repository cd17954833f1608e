"""The sweep: each level once, in order, whatever happens to the job."""

from datetime import timedelta

from psycopg2.errors import SerializationFailure, UniqueViolation

from odoo import api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, freeze_time, get_db_name, tagged
from odoo.tools import mute_logger

from .obligation_common import ObligationCase, at

MONDAY = "2026-03-02 02:00:00"


@tagged("post_install", "-at_install")
class TestObligationSweep(ObligationCase):
    """One ladder: reminded, warned before, missed, escalated twice after."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls.chief
        employees = cls.env["hr.employee"].create(
            [
                {"name": "Boss", "user_id": cls.boss.id, "company_id": cls.company.id},
                {
                    "name": "Clerk",
                    "user_id": cls.clerk.id,
                    "company_id": cls.company.id,
                },
            ]
        )
        employees[1].parent_id = employees[0]
        cls.rule = cls.make_rule(
            responsible_path="user_id",
            remind_amount=3,
            escalation_ids=[
                (0, 0, {"direction": "after", "amount": 2, "notify": "manager"}),
                (0, 0, {"direction": "before", "amount": 1, "notify": "responsible"}),
                (
                    0,
                    0,
                    {
                        "direction": "after",
                        "amount": 3,
                        "notify": "user",
                        "user_id": cls.worker.id,
                        "summary": "Look at it",
                    },
                ),
            ],
        )

    def start(self, count=1, **vals):
        with freeze_time(MONDAY):
            return self.make_hosts(count, **vals)

    def test_each_level_fires_once_and_in_order(self):
        host = self.start()
        obligation = host.obligation_ids
        seen = []
        for day in range(2, 16):
            with freeze_time(at("2026-03-01 03:00:00") + timedelta(days=day)):
                self.sweep()
                self.sweep()
                seen.append(len(obligation.event_ids))
        self.assertEqual(
            self.kinds(obligation),
            ["start", "remind", "escalate", "miss", "escalate", "escalate"],
        )
        fired = obligation.event_ids.filtered(lambda e: e.kind == "escalate")
        self.assertEqual(fired.sorted("id").mapped("level"), [2, 1, 3])
        self.assertEqual(obligation.escalation_level, 3)
        self.assertEqual(
            [a.user_id.login for a in host.activity_ids.sorted("id")],
            ["clerk", "clerk", "chief", "worker"],
        )
        self.assertIn("Look at it", host.activity_ids.sorted("id")[-1:].summary)

    def test_a_sweep_three_days_late_fires_all_in_order(self):
        obligation = self.start().obligation_ids
        with freeze_time("2026-03-12 03:00:00"):
            self.sweep()
        self.assertEqual(
            self.kinds(obligation),
            ["start", "remind", "escalate", "miss", "escalate", "escalate"],
        )
        self.assertFalse(obligation.next_fire_at)

    def test_a_late_sweep_first_looks_whether_it_was_done_in_time(self):
        self.rule.write({"done_domain": False, "done_field": "done_at"})
        host = self.start()
        # done without telling the engine, as an import by SQL does
        self.env.cr.execute(
            "UPDATE test_care_host SET done_at = '2026-03-05 00:00:00' WHERE id = %s",
            [host.id],
        )
        self.env.invalidate_all()
        with freeze_time("2026-03-12 03:00:00"):
            self.sweep()
        self.assertEqual(host.obligation_ids.state, "met")
        self.assertEqual(self.kinds(host.obligation_ids), ["start", "meet"])
        self.assertFalse(host.activity_ids)

    def test_done_stops_the_ladder(self):
        host = self.start()
        with freeze_time("2026-03-09 03:00:00"):
            self.sweep()
        with freeze_time("2026-03-10 03:00:00"):
            host.state = "done"
        with freeze_time("2026-04-10 03:00:00"):
            self.sweep()
        self.assertEqual(host.obligation_ids.escalation_level, 1)

    def test_the_database_holds_a_level_once(self):
        obligation = self.start().obligation_ids
        event = {"obligation_id": obligation.id, "kind": "escalate", "at": at(MONDAY)}
        events = self.env["care.obligation.event"]._engine()
        events.create({**event, "level": 1})
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            events.create({**event, "level": 1})

    def test_a_pack_that_replaces_the_ladder_fires_nothing_again(self):
        obligation = self.start().obligation_ids
        with freeze_time("2026-03-11 03:00:00"):
            self.sweep()
            count = len(obligation.event_ids)
            lines = [
                {
                    "direction": line.direction,
                    "amount": line.amount,
                    "unit": line.unit,
                    "notify": line.notify,
                    "user_id": line.user_id.id,
                }
                for line in reversed(self.rule.escalation_ids)
            ]
            self.rule.escalation_ids = [(5, 0, 0), *((0, 0, line) for line in lines)]
            self.sweep()
        self.assertEqual(len(obligation.event_ids), count)
        with freeze_time("2026-03-12 03:00:00"):
            self.sweep()
        self.assertEqual(len(obligation.event_ids), count + 1)

    def test_nobody_to_tell_is_noted_and_the_managers_are_told(self):
        host = self.start(user_id=False)
        before = self.env["mail.message"].search_count(
            [("partner_ids", "in", self.chief.partner_id.ids)]
        )
        with freeze_time("2026-03-08 03:00:00"):
            self.sweep()
        event = host.obligation_ids.event_ids.sorted("id")[-1:]
        self.assertEqual((event.kind, event.reason), ("escalate", "nobody"))
        after = self.env["mail.message"].search_count(
            [("partner_ids", "in", self.chief.partner_id.ids)]
        )
        self.assertEqual(after, before + 1)

    def test_one_poison_record_does_not_stop_the_others(self):
        hosts = self.start(5)
        poison = hosts[2].obligation_ids
        model = self.registry["care.obligation"]
        look = model._look_at_rows

        def look_at_rows(engine, model_name, rows, specs, journal):
            if any(row.id == poison.id for row in rows):
                raise ValueError("rotten")
            return look(engine, model_name, rows, specs, journal)

        self.patch(model, "_look_at_rows", look_at_rows)
        with (
            freeze_time("2026-03-09 03:00:00"),
            mute_logger("odoo.addons.customer_care.models.care_obligation_sweep"),
        ):
            self.sweep()
        self.assertEqual(
            (hosts - hosts[2]).obligation_ids.mapped("state"), ["missed"] * 4
        )
        self.assertEqual(poison.state, "open")
        self.assertEqual(poison.event_ids[-1:].kind, "error")
        self.assertIn("rotten", poison.event_ids[-1:].note)
        self.assertEqual(poison.next_fire_at, at("2026-03-10 03:00:00"))

    def test_a_model_that_is_gone_calls_off_and_does_not_crash(self):
        obligation = self.start().obligation_ids
        obligation._engine().write({"res_model": "gone.model"})
        with freeze_time("2026-03-05 03:00:00"):
            self.assertEqual(obligation.document, False)
            obligation._engine().write({"next_fire_at": at("2026-03-05 02:00:00")})
            self.sweep()
        self.assertEqual(obligation.state, "cancelled")
        self.assertEqual(obligation.event_ids[-1:].reason, "model")

    def test_a_hundred_cost_hardly_more_queries_than_ten(self):
        self.start(10)
        with freeze_time("2026-03-12 03:00:00"):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.sweep()
            few = self.env.cr.sql_log_count - before
        self.start(100)
        with freeze_time("2026-03-12 03:00:00"):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.sweep()
            many = self.env.cr.sql_log_count - before
        self.assertLessEqual(many, few + 3)

    def test_the_job_commits_each_batch_and_reports(self):
        import odoo.addons.customer_care.models.care_obligation_sweep as sweep

        self.patch(sweep, "BATCH", 2)
        hosts = self.start(5)
        reports = []

        def progress(cron, processed=0, *, remaining=None, deactivate=False):
            reports.append((processed, remaining))
            return float("inf")

        self.patch(type(self.env["ir.cron"]), "_commit_progress", progress)
        model = self.registry["care.obligation"]
        batch = model._sweep_batch
        self.patch(model, "_sweep_batch", lambda engine: batch(engine, limit=2))
        with freeze_time("2026-03-12 03:00:00"):
            self.ledger._cron_sweep()
        self.assertEqual(reports, [(2, 1), (2, 1), (1, 0), (0, 0)])
        self.env.invalidate_all()
        self.assertEqual(set(hosts.obligation_ids.mapped("state")), {"missed"})


@tagged("post_install", "-at_install", "database_breaking")
class TestObligationParallel(BaseCase):
    """Two workers sweep at the same time, on real transactions."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.addCleanup(self.clean)
        with self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {"tracking_disable": True})
            rule = env["care.obligation.rule"].create(
                {
                    "code": "parallel_test",
                    "name": "Parallel",
                    "model_name": "test.care.host",
                    "amount": 1,
                    "unit": "hour",
                    "start_domain": "[('name', '=', 'parallel')]",
                    "start_field": "received_at",
                    "done_domain": "[('state', '=', 'done')]",
                    "responsible_path": "user_id",
                    "escalation_ids": [
                        (0, 0, {"amount": 1, "unit": "hour", "notify": "responsible"})
                    ],
                }
            )
            admin = env.ref("base.user_admin")
            hosts = env["test.care.host"].create(
                [
                    {"name": "parallel", "received_at": at(MONDAY), "user_id": admin.id}
                    for _index in range(20)
                ]
            )
            self.rule_id, self.host_ids = rule.id, hosts.ids

    def clean(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            rule = env["care.obligation.rule"].browse(self.rule_id)
            rule.obligation_ids._engine().unlink()
            env["test.care.host"].browse(self.host_ids).unlink()
            rule.unlink()

    def test_two_workers_get_different_rows_and_no_level_fires_twice(self):
        with self.registry.cursor() as one, self.registry.cursor() as two:
            first = api.Environment(one, api.SUPERUSER_ID, {})["care.obligation"]
            second = api.Environment(two, api.SUPERUSER_ID, {})["care.obligation"]
            self.assertEqual(first._sweep_batch(limit=12), 12)
            # the first has not committed: the second passes over its rows
            self.assertEqual(second._sweep_batch(limit=12), 8)
            self.assertEqual(second._sweep_batch(limit=12), 0)
            one.commit()
            two.commit()
            self.assertEqual(first._sweep_batch(), 0)
            one.execute(
                """SELECT o.state, count(*) FILTER (WHERE e.kind = 'escalate'),
                          count(*) FILTER (WHERE e.kind = 'miss')
                     FROM care_obligation o
                     JOIN care_obligation_event e ON e.obligation_id = o.id
                    WHERE o.rule_id = %s GROUP BY o.id, o.state""",
                [self.rule_id],
            )
            self.assertEqual(one.fetchall(), [("missed", 1, 1)] * 20)

    def test_one_whose_rows_another_has_just_done_begins_again(self):
        with self.registry.cursor() as one, self.registry.cursor() as two:
            first = api.Environment(one, api.SUPERUSER_ID, {})["care.obligation"]
            second = api.Environment(two, api.SUPERUSER_ID, {})["care.obligation"]
            two.execute("SELECT 1")  # sees the database as it is now
            self.assertEqual(first._sweep_batch(limit=12), 12)
            one.commit()
            with self.assertRaises(SerializationFailure), mute_logger("odoo.sql_db"):
                second._sweep_batch()
            two.rollback()
            two.execute("SELECT 1")
            self.assertEqual(first._sweep_batch(limit=3), 3)
            one.commit()
            with mute_logger("odoo.sql_db"):
                second._cron_sweep()
            one.execute(
                """SELECT count(*) FROM care_obligation_event e
                     JOIN care_obligation o ON o.id = e.obligation_id
                    WHERE o.rule_id = %s AND e.kind = 'escalate'""",
                [self.rule_id],
            )
            self.assertEqual(one.fetchone()[0], 20)

    def test_a_worker_killed_in_its_batch_loses_that_batch_alone(self):
        with self.registry.cursor() as one:
            first = api.Environment(one, api.SUPERUSER_ID, {})["care.obligation"]
            first._sweep_batch(limit=5)
            one.commit()
            first._sweep_batch(limit=5)
            one.rollback()  # killed
        with self.registry.cursor() as two:
            second = api.Environment(two, api.SUPERUSER_ID, {})["care.obligation"]
            self.assertEqual(second._sweep_batch(), 15)
            two.commit()
            two.execute(
                """SELECT count(*) FROM mail_activity
                    WHERE res_model = 'test.care.host' AND res_id = ANY(%s)""",
                [self.host_ids],
            )
            self.assertEqual(two.fetchone()[0], 20)
