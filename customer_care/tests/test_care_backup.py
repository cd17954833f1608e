from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time
from odoo.tests.common import new_test_user
from odoo.tools import mute_logger

from .duty_case import DutyCase

NIGHT = "care-20260105T180000Z.backup"


class TestCareBackup(DutyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = new_test_user(
            cls.env,
            "backup_officer",
            groups="customer_care.customer_care_group_security",
        )
        cls.technician = new_test_user(
            cls.env, "backup_technician", groups="base.group_system"
        )

    def record(self, **vals):
        values = {
            "name": NIGHT,
            "kind": "scheduled",
            "started_at": "2026-01-05 18:00:00",
            "finished_at": "2026-01-05 18:03:00",
            "size": 5e9,
            "rows": 7e9,
        }
        return self.env["care.backup"].sudo()._record(values | vals)

    def duty(self, **vals):
        return self.make(
            code="backup",
            name="Back up",
            rrule="FREQ=DAILY",
            amount=0,
            produce_from="2026-01-05",
            **{
                "evidence": "record",
                "evidence_model_name": "care.backup",
                "evidence_domain": "[('state', '=', 'verified')]",
                "evidence_date_field": "started_at",
                "evidence_period": "since",
                **vals,
            },
        )

    def test_state_tells_how_far_it_came(self):
        backup = self.record()
        self.assertEqual((backup.state, backup.duration), ("unverified", 3))
        self.assertEqual((backup.size_text, int(backup.rows)), ("4.66 Gb", 7 * 10**9))
        again = self.record(verified_at="2026-01-05 18:05:00", size=1)
        self.assertEqual(again, backup)
        self.assertEqual((backup.state, backup.size), ("verified", 5e9))
        broken = self.record(name="care-2.backup", error="No space left")
        self.assertEqual(broken.state, "failed")
        self.assertEqual(self.record(kind="restore").state, "restored")

    def test_an_archive_is_recorded_once_and_returned_to_often(self):
        self.record()
        self.assertNotEqual(self.record(kind="restore"), self.record(kind="restore"))
        double = {"name": NIGHT, "started_at": "2026-01-05 18:00:00"}
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.env["care.backup"]._engine().create([double]).flush_recordset()

    def test_officers_and_administrators_read_and_nobody_writes(self):
        backup = self.record()
        for user, allowed in [
            (self.officer, True),
            (self.technician, True),
            (self.manager, False),
            (self.clerk, False),
        ]:
            with self.subTest(user=user.login):
                mine = backup.with_user(user)
                self.assertEqual(mine.has_access("read"), allowed)
                with self.assertRaises(AccessError):
                    mine.write({"verified_at": "2026-01-05 18:05:00"})
                with self.assertRaises(AccessError):
                    mine.create({"name": "mine", "started_at": "2026-01-05 18:00:00"})
        with self.assertRaises(AccessError):
            backup.sudo().write({"verified_at": "2026-01-05 18:05:00"})

    def test_what_retention_removed_stays_in_the_list(self):
        backup = self.record()
        with freeze_time("2026-02-01 00:00:00"):
            gone = self.env["care.backup"]._note_removed([NIGHT, "unknown"])
        self.assertEqual(gone, backup)
        self.assertTrue(backup.removed_at)

    @freeze_time("2026-01-05 18:10:00")
    def test_only_a_verified_backup_meets_the_duty(self):
        self.duty()
        found = self.run_on("2026-01-05 18:00:00").sorted("round")[-1:]
        backup = self.record()
        self.assertEqual(found.state, "open")
        with self.assertRaisesRegex(UserError, "is not the evidence"):
            self.env["care.duty"]._fulfil("backup", backup, self.env.company)
        self.record(error="The count of rows differs.")
        self.assertEqual(found.state, "open")
        self.record(name="care-2.backup", verified_at="2026-01-05 18:09:00")
        self.assertEqual(found.state, "met")
        self.assertEqual(found.evidence_model, "care.backup")

    @freeze_time("2026-01-05 18:10:00")
    def test_a_backup_before_the_job_of_the_day_counts(self):
        duty = self.duty(start_time="02:00", at_time="24:00")
        self.assertFalse(self.occurrences())
        self.record(verified_at="2026-01-05 18:09:00")
        self.assertIn("met", self.occurrences().mapped("state"))
        self.assertEqual(self.occurrences()[-1:].state, "met")
        self.assertEqual(duty.last_start.isoformat(), "2026-01-06")

    @freeze_time("2026-01-07 18:10:00")
    def test_without_a_backup_the_day_is_missed(self):
        self.duty()
        self.run_on("2026-01-07 17:00:00")
        self.record(started_at="2026-01-07 18:00:00", verified_at="2026-01-07 18:09:00")
        self.env["care.obligation"]._sweep_batch()
        states = self.occurrences().mapped("state")
        self.assertEqual(states, ["missed", "missed", "missed", "met"])
