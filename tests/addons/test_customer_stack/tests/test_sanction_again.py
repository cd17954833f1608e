from datetime import date

from psycopg2.errors import UniqueViolation

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common_sanction import SanctionCase, at


@tagged("post_install", "-at_install")
class TestSanctionsThatCountAgain(SanctionCase):
    """P07.12: a violation not put right within one working day counts as a new one,
    again and again, until put right. 1 March 2026 is a Sunday."""

    def setUp(self):
        super().setUp()
        self.no_commits()

    def days(self):
        found = self.sanctions.search([], order="occurrence_date, id")
        return found.mapped("occurrence_date")

    def start(self, **vals):
        """Propose the first time, of Monday the 2nd, on that day."""
        vals.setdefault("done_field", "right_at")
        self.make_fine(recur_days=1, **vals)
        car = self.make_cars(date(2026, 3, 2))
        self.propose("2026-03-02 03:00:00")
        return car

    def march(self, *days):
        return [date(2026, 3, day) for day in days]

    def test_p07_12_a_new_one_each_working_day(self):
        """P07.12, looked at each evening: Monday, Tuesday, Wednesday ..."""
        self.start()
        for day in (2, 3, 4):
            self.recur(f"2026-03-{day:02} 12:00:00")
        self.assertEqual(self.days(), self.march(2, 3, 4))
        sanctions = self.sanctions.search([], order="occurrence")
        self.assertEqual(sanctions.mapped("occurrence"), [1, 2, 3])
        self.assertEqual(sanctions[1:].first_id, sanctions[0])
        self.assertEqual(sanctions.mapped("amount"), [50, 50, 50])

    def test_p07_12_the_day_is_over_when_work_ends(self):
        """P07.12: within one working day means up to the end of that day's work."""
        self.start()
        self.recur("2026-03-03 08:59:00")  # 16:59 in Shanghai
        self.assertEqual(self.days(), self.march(2))
        self.recur("2026-03-03 09:00:00")
        self.assertEqual(self.days(), self.march(2, 3))

    def test_p07_12_days_off_are_no_working_days(self):
        """P07.12: nothing counts on the weekend or on a holiday."""
        self.env["care.calendar.day"].create(
            {
                "calendar_id": self.calendar.id,
                "date": date(2026, 3, 4),
                "kind": "holiday",
                "name": "Holiday",
            }
        )
        self.start()
        self.recur("2026-03-09 01:00:00")
        self.assertEqual(self.days(), self.march(2, 3, 5, 6))

    def test_p07_12_a_late_job_makes_up_each_day_exactly_once(self):
        """P07.12: the job was down for three days, then ran twice."""
        self.start()
        self.recur("2026-03-03 12:00:00")
        self.recur("2026-03-06 12:00:00")
        self.recur("2026-03-06 12:00:00")
        self.assertEqual(self.days(), self.march(2, 3, 4, 5, 6))

    def test_p07_12_a_late_job_stops_at_the_time_it_was_put_right(self):
        """P07.12: put right on Wednesday morning, noticed on Friday."""
        car = self.start()
        car.right_at = at("2026-03-04 02:00:00")
        self.recur("2026-03-06 12:00:00")
        self.assertEqual(self.days(), self.march(2, 3))
        first = self.sanctions.search([("occurrence", "=", 1)])
        self.assertFalse(first.next_at)
        self.assertEqual(first.put_right_at, at("2026-03-04 02:00:00"))
        self.recur("2026-03-10 12:00:00")
        self.assertEqual(self.days(), self.march(2, 3))

    def test_p07_12_put_right_within_the_day_it_counts_once(self):
        """P07.12: put right within one working day."""
        car = self.start()
        car.right_at = at("2026-03-03 08:00:00")
        self.recur("2026-03-05 12:00:00")
        self.assertEqual(self.days(), self.march(2))

    def test_p07_12_by_condition_alone_missed_days_are_not_charged(self):
        """P07.12: nobody knows when it was put right, so in doubt it was at once."""
        car = self.start(done_field=False, done_domain="[('is_right', '=', True)]")
        self.recur("2026-03-03 12:00:00")
        car.is_right = True
        self.recur("2026-03-06 12:00:00")
        self.assertEqual(self.days(), self.march(2, 3))

    def test_p07_12_until_the_missed_deadline_is_done(self):
        """P07.12 on a deadline: the obligation itself says when it was done late."""
        fine = self.make_fine(
            trigger="obligation", model_name=False, user_path=False, recur_days=1
        )
        self.make_rule(
            sanction_rule_id=fine.id,
            responsible_path="user_id",
            amount=1,
            unit="working_day",
            done_field="done_at",
            done_domain=False,
        )
        with freeze_time("2026-03-02 01:00:00"):
            host = self.make_hosts(user_id=self.seller.id)
        with freeze_time("2026-03-04 01:00:00"):
            self.sweep()  # due on Tuesday at 17:00
        with freeze_time("2026-03-06 01:00:00"):
            host.done_at = at("2026-03-05 10:00:00")  # Thursday at 18:00
        self.recur("2026-03-10 12:00:00")
        self.assertEqual(self.days(), self.march(3, 4, 5))

    def test_p07_12_the_recurring_ones_count_towards_doubling(self):
        """P07.09 and P07.12: each is a new violation of the month."""
        self.start(group_id=self.make_group().id)
        self.recur("2026-03-04 12:00:00")
        found = self.sanctions.search([], order="occurrence_date")
        self.assertEqual(found.mapped("amount"), [50, 100, 100])

    def test_a_dismissed_violation_does_not_count_again(self):
        self.start()
        self.decide(self.sanctions.search([]), self.boss, "dismiss")
        self.recur("2026-03-06 12:00:00")
        self.assertEqual(self.days(), self.march(2))

    def test_by_hand_it_ends_when_somebody_says_so(self):
        rule = self.make_fine(
            trigger="manual", model_name=False, user_path=False, recur_days=1
        )
        with freeze_time("2026-03-02 03:00:00"):
            self.sanctions.with_user(self.sales_head)._propose_by_hand(
                rule, self.seller, date(2026, 3, 2), "no", company=self.company
            )
        self.recur("2026-03-03 12:00:00")
        first = self.sanctions.search([("occurrence", "=", 1)])
        with freeze_time("2026-03-04 03:00:00"):
            first.with_user(self.boss).action_put_right()
        self.env.invalidate_all()
        self.recur("2026-03-09 12:00:00")
        self.assertEqual(self.days(), self.march(2, 3))

    def test_a_broken_one_stops_no_other(self):
        rule = self.make_fine(
            code="own", recur_days=1, done_field="right_at", name="Own"
        )
        self.start()
        broken = self.sanctions.search([("rule_id", "=", rule.id)])
        self.assertTrue(broken)
        other = self.env["resource.calendar"].create(
            {"name": "Never open", "attendance_ids": [(5,)]}
        )
        empty = self.env["res.company"].create(
            {"name": "Closed", "resource_calendar_id": other.id}
        )
        broken._engine().company_id = empty
        with self.assertLogs("odoo.addons.customer_care", "ERROR"):
            self.recur("2026-03-03 12:00:00")
        self.assertEqual(broken.next_at, at("2026-03-04 12:00:00"))
        self.assertEqual(len(self.sanctions.search([("occurrence", "=", 2)])), 1)

    def test_the_database_holds_one_per_day(self):
        self.start()
        first = self.sanctions.search([])
        self.env.flush_all()
        key = ["rule_id", "res_model", "res_id", "user_id", "occurrence_date"]
        self.env.cr.execute("SAVEPOINT twice")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(UniqueViolation, "care_sanction_occurrence_uniq"),
        ):
            self.env.cr.execute(
                f"""INSERT INTO care_sanction (name, kind, state, trigger, company_id,
                           currency_id, started_at, {", ".join(key)})
                    SELECT name, kind, state, trigger, company_id, currency_id,
                           started_at, {", ".join(key)} FROM care_sanction
                     WHERE id = %s""",
                [first.id],
            )
        self.env.cr.execute("ROLLBACK TO SAVEPOINT twice")
