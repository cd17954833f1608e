"""Draws in transactions and processes of their own: side by side, and killed."""

import os
import subprocess
import sys
from pathlib import Path

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.fields import Datetime
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import config, mute_logger

SCRIPT = Path(__file__).with_name("draw_process.py")
MARCH, APRIL = "2026-03-02 08:00:00", "2026-04-01 08:00:00"
COUNT = 60


@tagged("post_install", "-at_install", "database_breaking")
class TestCallbackParallel(BaseCase):
    """Sixty events of March, half of them called back."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.addCleanup(self.clean)
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            programmes = env["care.callback.programme"].search([])
            programmes.active = False
            self.others = programmes.ids
            partner = env["res.partner"].create({"name": "Parallel resident"})
            self.partner_id = partner.id
            self.programme_id = (
                env["care.callback.programme"]
                .create(
                    {
                        "code": "parallel_test",
                        "name": "Parallel",
                        "model_name": "care.callback.occasion",
                        "domain": f"[('partner_id', '=', {partner.id})]",
                        "event_field": "date",
                        "start_date": "2026-03-01",
                        "rate_pct": 50,
                    }
                )
                .id
            )
            env["care.callback.occasion"].create(
                [
                    {"partner_id": partner.id, "date": "2026-03-10"}
                    for _number in range(COUNT)
                ]
            )

    def clean(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            programme = env["care.callback.programme"].browse(self.programme_id)
            rows = env["care.callback"].search([("programme_id", "=", programme.id)])
            rows.message_ids.unlink()
            rows.obligation_ids._engine().unlink()
            draws = programme.draw_ids
            draws.line_ids._engine().write({"callback_id": False})
            rows._engine().write({"draw_line_id": False})
            draws.line_ids._engine().unlink()
            rows._engine().unlink()
            draws._engine().unlink()
            programme.unlink()
            env["res.partner"].browse(self.partner_id).unlink()
            env["care.callback.programme"].browse(self.others).active = True

    def open(self):
        """Return the programme in a transaction of its own."""
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        env = api.Environment(cr, SUPERUSER_ID, {})
        return env["care.callback.programme"].browse(self.programme_id)

    def begun(self):
        programme = self.open()
        programme._begin_and_draw(Datetime.to_datetime(MARCH))
        programme.env.cr.commit()

    def test_two_workers_begin_a_period_once(self):
        one, two = self.open(), self.open()
        self.assertFalse(two.draw_ids)  # its picture of the database is taken
        one._begin_and_draw(Datetime.to_datetime(MARCH))
        self.assertFalse(two._begin_and_draw(Datetime.to_datetime(MARCH)))
        one.env.cr.commit()
        with mute_logger("odoo.sql_db"), self.assertRaises(SerializationFailure):
            two._begin_and_draw(Datetime.to_datetime(MARCH))  # Odoo tries it anew
        two.env.cr.rollback()
        two.env.invalidate_all()
        two._begin_and_draw(Datetime.to_datetime(MARCH))
        self.assertEqual(len(two.draw_ids), 1)

    def test_two_workers_draw_a_period_once(self):
        self.begun()
        one, two = self.open(), self.open()
        now = Datetime.to_datetime(APRIL)
        self.assertTrue(one.draw_ids._draw(now))
        self.assertFalse(two.draw_ids._draw(now))
        one.env.cr.rollback()  # the first one dies before it is done
        two.env.cr.rollback()
        two.env.invalidate_all()
        self.assertTrue(two.draw_ids._draw(now))
        self.assertEqual(two.draw_ids.population_count, COUNT)
        two.env.cr.rollback()

    def test_a_killed_job_goes_on_where_it_stopped(self):
        self.begun()
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "odoo", "shell", "-c", config["config"]),
                *("-d", get_db_name(), "--no-http", "--log-level=error"),
            ],
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
                "DRAW_AT": APRIL,
            },
            stdin=SCRIPT.open(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        words = ""
        for line in process.stdout:
            words += line
            if "half-way" in line:
                break
        self.assertIn("half-way", words)
        process.kill()  # SIGKILL
        process.wait()
        programme = self.open()
        march = programme.draw_ids.sorted("date_from")[0]
        self.assertEqual(march.state, "drawn")
        self.assertEqual(len(march.callback_ids), 20)  # two batches of ten
        march._plan()
        self.assertEqual(march.state, "planned")
        self.assertEqual(len(march.callback_ids), COUNT // 2)
        self.assertEqual(march._redraw(), [])
        programme.env.cr.commit()
