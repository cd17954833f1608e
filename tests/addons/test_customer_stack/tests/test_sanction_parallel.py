"""Two jobs at once, and one that dies half-way, in real transactions."""

from datetime import date

from odoo import SUPERUSER_ID, Command, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, freeze_time, get_db_name, tagged

CAR = "test.hand.over"


@tagged("post_install", "-at_install")
class TestSanctionParallel(BaseCase):
    """P07.12: however many jobs run, each working day counts exactly once."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.made = []
        with self.registry.cursor() as cr, freeze_time("2026-03-02 03:00:00"):
            root = api.Environment(cr, SUPERUSER_ID, {"no_reset_password": True})
            hours = [
                Command.create(
                    {"name": "w", "dayofweek": str(d), "hour_from": 8, "hour_to": 17}
                )
                for d in range(5)
            ]
            calendar = root["resource.calendar"].create(
                {"name": "P", "tz": "Asia/Shanghai", "attendance_ids": hours}
            )
            self.company_calendar = root.company.resource_calendar_id.id
            root.company.resource_calendar_id = calendar
            rule = root["care.sanction.rule"].create(
                {
                    "code": "parallel",
                    "name": "Parallel",
                    "trigger": "record",
                    "model_name": CAR,
                    "date_field": "happened_on",
                    "user_path": "user_id",
                    "amount": 50,
                    "recur_days": 1,
                    "done_field": "right_at",
                }
            )
            car = root[CAR].create(
                {
                    "name": "Parallel",
                    "happened_on": date(2026, 3, 2),
                    "user_id": SUPERUSER_ID,
                    "company_id": root.company.id,
                }
            )
            root["care.sanction"]._propose_records(car.ids, rule)
            self.rule_id = rule.id
            self.made = [(car._table, car.id), (rule._table, rule.id)]
            self.calendar_id = calendar.id
        self.addCleanup(self._clean)

    def _clean(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env.company.resource_calendar_id = self.company_calendar
            env.flush_all()
            cr.execute(
                """DELETE FROM care_sanction_decider_rel WHERE care_sanction_id IN
                   (SELECT id FROM care_sanction WHERE rule_id = %s)""",
                [self.rule_id],
            )
            cr.execute("DELETE FROM care_sanction WHERE rule_id = %s", [self.rule_id])
            for table, id_ in self.made:
                cr.execute(f"DELETE FROM {table} WHERE id = %s", [id_])
            env["resource.calendar"].browse(self.calendar_id).unlink()
            env.registry.clear_cache()

    def _open(self):
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        return api.Environment(cr, SUPERUSER_ID, {})

    def _days(self):
        with self.registry.cursor() as cr:
            cr.execute(
                """SELECT occurrence_date FROM care_sanction WHERE rule_id = %s
                    ORDER BY occurrence_date""",
                [self.rule_id],
            )
            return [day.day for (day,) in cr.fetchall()]

    @freeze_time("2026-03-05 12:00:00")
    def test_p07_12_two_jobs_at_once_share_the_work(self):
        """P07.12: the second finds the violation locked and leaves it alone."""
        one, two = self._open(), self._open()
        self.assertEqual(one["care.sanction"]._recur_batch(), 1)
        self.assertEqual(two["care.sanction"]._recur_batch(), 0)
        one.cr.commit()
        two.cr.commit()
        self.assertEqual(self._open()["care.sanction"]._recur_batch(), 0)
        self.assertEqual(self._days(), [2, 3, 4, 5])

    @freeze_time("2026-03-05 12:00:00")
    def test_p07_12_one_that_dies_half_way_is_made_up_for(self):
        """P07.12: what was not committed is done again, once."""
        one = self._open()
        one["care.sanction"]._recur_batch()
        one.cr.rollback()
        self.assertEqual(self._days(), [2])
        two = self._open()
        two["care.sanction"]._recur_batch()
        two.cr.commit()
        self.assertEqual(self._days(), [2, 3, 4, 5])
