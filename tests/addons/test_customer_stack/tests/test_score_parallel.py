"""Runs at the same moment, and one that is killed, in real transactions."""

from datetime import date

from psycopg2 import OperationalError
from psycopg2.errors import UniqueViolation

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

FROM, TO = date(2026, 3, 1), date(2026, 3, 31)


@tagged("post_install", "-at_install")
class TestScoreParallel(BaseCase):
    """Whatever happens, each figure is there once."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.addCleanup(self._clean)
        with self.registry.cursor() as cr:
            root = api.Environment(cr, SUPERUSER_ID, {})
            self.partner_ids = (
                root["res.partner"]
                .create([{"name": f"Par{n}", "ref": "parallel"} for n in range(3)])
                .ids
            )
            indicator = root["care.indicator"].create(
                {
                    "code": "parallel",
                    "name": "Parallel",
                    "company_id": root.company.id,
                    "model_name": "test.sale.host",
                    "date_field": "date_order",
                    "subject_path": "partner_id",
                    "subject_domain": "[('ref', '=', 'parallel')]",
                }
            )
            self.indicator_id, self.company_id = indicator.id, root.company.id
            run = root["care.score.run"]._queue(indicator, root.company, FROM, TO)
            self.run_id = run.id

    def _clean(self):
        with self.registry.cursor() as cr:
            for table in ("care_indicator_result", "care_score_run"):
                cr.execute(
                    f"DELETE FROM {table} WHERE indicator_id IN "
                    "(SELECT id FROM care_indicator WHERE code = 'parallel')"
                )
            cr.execute("DELETE FROM care_indicator WHERE code = 'parallel'")
            cr.execute("DELETE FROM res_partner WHERE ref = 'parallel'")

    def environment(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {})

    def take(self, env):
        runs = env["care.score.run"]
        return runs._take(runs.browse(self.run_id))

    def count(self):
        with self.registry.cursor() as cr:
            cr.execute(
                "SELECT COUNT(*), COUNT(DISTINCT subject_id) FROM care_indicator_result"
                " WHERE indicator_id = %s",
                [self.indicator_id],
            )
            return cr.fetchone()

    def test_two_workers_never_take_the_same_run(self):
        with self.registry.cursor() as one, self.registry.cursor() as two:
            first = self.take(self.environment(one))
            self.assertTrue(first)
            self.assertFalse(self.take(self.environment(two)))
            first._advance()
            one.commit()
            two.rollback()
            self.assertFalse(self.take(self.environment(two)))
        self.assertEqual(self.count(), (3, 3))

    @mute_logger("odoo.sql_db")
    def test_a_run_killed_half_way_is_done_by_the_next(self):
        victim = self.registry.cursor()
        self.take(self.environment(victim))._advance()
        with self.registry.cursor() as cr:
            cr.execute(
                "SELECT pg_terminate_backend(%s)", [victim._cnx.info.backend_pid]
            )
        with self.assertRaises(OperationalError):
            victim.execute("SELECT 1")
        victim.close()
        self.assertEqual(self.count(), (0, 0))
        with self.registry.cursor() as cr:
            run = self.take(self.environment(cr))
            run._advance()
            self.assertEqual(run.state, "done")
        self.assertEqual(self.count(), (3, 3))

    @mute_logger("odoo.sql_db")
    def test_the_database_holds_one_latest_figure(self):
        with self.registry.cursor() as cr:
            self.take(self.environment(cr))._advance()
        with self.registry.cursor() as cr, self.assertRaises(UniqueViolation):
            cr.execute(
                """INSERT INTO care_indicator_result (indicator_id, company_id,
                          subject_model, subject_id, date_from, date_to, state,
                          is_latest)
                   SELECT indicator_id, company_id, subject_model, subject_id,
                          date_from, date_to, state, true
                     FROM care_indicator_result WHERE indicator_id = %s""",
                [self.indicator_id],
            )
