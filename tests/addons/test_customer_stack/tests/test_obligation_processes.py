"""The sweep in processes of their own: side by side, killed, days late."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from odoo import api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import config

from .obligation_common import at

SCRIPT = Path(__file__).with_name("sweep_process.py")
STARTED = "2026-03-02 02:00:00"  # due an hour later
ON_TIME, LATE = "2026-03-02 02:50:00", "2026-03-05 03:30:00"
COUNT, BATCH = 2000, 100
WHOLE = "start0 remind0 escalate1 miss0 escalate2 escalate3"


@tagged("post_install", "-at_install", "database_breaking")
class TestObligationProcesses(BaseCase):
    """2,000 obligations with a ladder of five; each process is Odoo's own shell."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.addCleanup(self.clean)
        self.processes = []
        with self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {"tracking_disable": True})
            self.user_id = env.ref("base.user_admin").id
            self.rule_id = self.make_rule(env).id
            hosts = env["test.care.host"].create(
                [
                    {"name": "process", "received_at": STARTED, "user_id": self.user_id}
                    for _index in range(COUNT)
                ]
            )
            self.host_ids = hosts.ids
            # the real day is another: what the start planned is not past yet
            cr.execute(
                """UPDATE care_obligation SET state = 'open', next_fire_at = %s
                    WHERE rule_id = %s""",
                [at(STARTED), self.rule_id],
            )

    def make_rule(self, env):
        return env["care.obligation.rule"].create(
            {
                "code": "process_test",
                "name": "Process",
                "model_name": "test.care.host",
                "amount": 1,
                "unit": "hour",
                "start_domain": "[('name', '=', 'process')]",
                "start_field": "received_at",
                "done_domain": "[('state', '=', 'done')]",
                "responsible_path": "user_id",
                "remind_amount": 40,
                "remind_unit": "minute",
                "escalation_ids": [
                    (0, 0, {"amount": 20, "unit": "minute", "direction": "before"}),
                    (0, 0, {"amount": 1, "unit": "hour"}),
                    (
                        0,
                        0,
                        {
                            "amount": 2,
                            "unit": "day",
                            "notify": "user",
                            "user_id": self.user_id,
                        },
                    ),
                ],
            }
        )

    def clean(self):
        for process in self.processes:
            process.kill()
            process.communicate()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            rule = env["care.obligation.rule"].browse(self.rule_id)
            rule.obligation_ids._engine().unlink()
            env["test.care.host"].browse(self.host_ids).unlink()
            rule.unlink()

    # ---- processes

    def begin(self, moment, **more):
        """Start a process and return it when it is ready to sweep."""
        go = Path(self.folder.name, "go")
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "odoo", "shell", "-c", config["config"]),
                *("-d", get_db_name(), "--no-http", "--log-level=error"),
            ],
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
                "SWEEP_AT": moment,
                "SWEEP_BATCH": str(BATCH),
                "SWEEP_GO": str(go),
                **more,
            },
            stdin=SCRIPT.open(encoding="utf-8"),
            stdout=subprocess.PIPE,
            text=True,
        )
        self.processes.append(process)
        self.assertEqual(self.said(process), "ready")
        return process

    def said(self, process):
        return process.stdout.readline().strip()

    def go(self):
        Path(self.folder.name, "go").touch()

    def ended(self, process):
        """Wait for its end; return how many obligations it swept."""
        output, _errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, output)
        return int(output.split("swept ")[1])

    def logs(self):
        """Return {(state, log, activities): number of obligations}."""
        with self.registry.cursor() as cr:
            cr.execute(
                """SELECT o.state, o.log, o.told, count(*) FROM (
                       SELECT o.state, (
                              SELECT string_agg(e.kind || e.level, ' ' ORDER BY e.id)
                                FROM care_obligation_event e
                               WHERE e.obligation_id = o.id) AS log, (
                              SELECT count(*) FROM mail_activity a
                               WHERE a.res_model = 'test.care.host'
                                 AND a.res_id = o.res_id) AS told
                         FROM care_obligation o WHERE o.rule_id = %s) o
                 GROUP BY 1, 2, 3""",
                [self.rule_id],
            )
            return {tuple(row[:3]): row[3] for row in cr.fetchall()}

    # ---- what must hold

    def test_two_at_once_share_the_work_and_nothing_fires_twice(self):
        first, second = self.begin(LATE), self.begin(LATE)
        self.go()
        counts = self.ended(first), self.ended(second)
        self.assertTrue(all(counts), counts)
        self.assertEqual(self.logs(), {("missed", WHOLE, 4): COUNT})

    def test_one_killed_half_way_loses_nothing_and_repeats_nothing(self):
        first = self.begin(LATE, SWEEP_HALT="7")
        self.go()
        self.assertEqual(self.said(first), "half-way")
        first.kill()  # SIGKILL
        first.wait()
        self.wait_until_let_go()
        done = self.logs()
        self.assertEqual(done[("missed", WHOLE, 4)], 7 * BATCH)
        self.assertEqual(done[("open", "start0", 0)], COUNT - 7 * BATCH)
        self.assertEqual(self.ended(self.begin(LATE)), COUNT - 7 * BATCH)
        self.assertEqual(self.logs(), {("missed", WHOLE, 4): COUNT})

    def wait_until_let_go(self):
        """Wait until the database has noticed that the process is dead."""
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with self.registry.cursor() as cr:
                cr.execute(
                    """SELECT count(*) FROM pg_locks l JOIN pg_class c
                           ON c.oid = l.relation AND c.relname = 'care_obligation'
                        WHERE l.mode = 'RowExclusiveLock'
                          AND l.database = (SELECT oid FROM pg_database
                                             WHERE datname = current_database())"""
                )
                if not cr.fetchone()[0]:
                    return
            time.sleep(0.1)
        self.fail("The database still holds what the dead process had locked.")

    def test_one_three_days_late_makes_up_for_all_of_it_once(self):
        self.go()
        self.assertEqual(self.ended(self.begin(ON_TIME)), COUNT)
        early = "start0 remind0 escalate1"
        self.assertEqual(self.logs(), {("open", early, 2): COUNT})
        self.assertEqual(self.ended(self.begin(LATE)), COUNT)
        self.assertEqual(self.logs(), {("missed", WHOLE, 4): COUNT})
        self.assertEqual(self.ended(self.begin(LATE)), 0)
