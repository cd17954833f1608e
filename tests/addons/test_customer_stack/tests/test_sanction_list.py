from datetime import date
from io import BytesIO
from zipfile import ZipFile

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common_sanction import SanctionCase, at


@tagged("post_install", "-at_install")
class TestSanctionList(SanctionCase):
    """The monthly list of fines and rewards per person, as a file that stays."""

    def setUp(self):
        super().setUp()
        self.make_fine(code="a", group_id=self.make_group().id)
        self.make_fine(
            code="b", kind="reward", amount=200, domain="[('topic', '=', 'price')]"
        )
        self.make_cars(date(2026, 3, 2), date(2026, 3, 3))
        self.make_cars(date(2026, 3, 4), user_id=self.mechanic.id, topic="price")
        self.make_cars(date(2026, 4, 1))
        for sanction in self.propose("2026-04-02 09:00:00"):
            self.decide(sanction, self.boss, "confirm", now="2026-04-02 09:30:00")

    def make(self, user=None, now="2026-04-03 01:00:00"):
        lists = self.env["care.sanction.list"].with_user(user or self.boss)
        with freeze_time(now):
            return lists._make(date(2026, 3, 15), self.company)

    def words(self, made):
        """Return the text of the file."""
        file = ZipFile(BytesIO(made.sudo().attachment_id.raw))
        return "".join(
            file.read(name).decode() for name in file.namelist() if "xl/" in name
        )

    def test_the_list_has_each_sanction_with_totals_per_person(self):
        made = self.make()
        self.assertEqual((made.row_count, made.person_count), (4, 2))
        self.assertEqual((made.fines, made.rewards), (200, 200))
        text = self.words(made)
        numbers = self.sanctions.search([("occurrence_date", "<", date(2026, 4, 1))])
        for number in numbers.mapped("number"):
            self.assertIn(number, text)
        self.assertIn("Total seller", text)
        self.assertIn("<v>150</v>", text)

    def test_made_again_it_is_the_same_one(self):
        made = self.make()
        self.assertEqual(self.make(now="2026-04-05 01:00:00"), made)

    def test_after_a_change_it_is_a_new_version_and_the_old_stays(self):
        made = self.make()
        before = made.attachment_id.raw
        sanction = self.sanctions.search([("user_id", "=", self.mechanic.id)], limit=1)
        self.decide(sanction, self.chief, "reverse")
        again = self.make()
        self.assertEqual((again.version, made.version), (2, 1))
        self.assertEqual(made.attachment_id.raw, before)

    def test_managers_alone_make_and_read_it(self):
        made = self.make()
        for user in (self.seller, self.sales_head):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    self.make(user)
                self.env.invalidate_all()
                with self.assertRaises(AccessError):
                    made.with_user(user).read(["name"])
                with self.assertRaises(AccessError):
                    made.sudo().attachment_id.with_user(user).read(["raw"])
        with self.assertRaises(AccessError):
            made.with_user(self.boss).write({"fines": 0})
        with self.assertRaises(AccessError):
            made.attachment_id.with_user(self.boss).write({"raw": b"x"})

    def test_it_is_the_evidence_of_a_monthly_duty(self):
        duty = self.env["care.duty"].create(
            {
                "code": "list",
                "name": "List of sanctions",
                "rrule": "FREQ=MONTHLY;BYMONTHDAY=1",
                "dtstart": date(2026, 4, 1),
                "amount": 9,
                "unit": "day",
                "user_id": self.boss.id,
                "company_id": self.company.id,
                "produce_from": date(2026, 4, 1),
                "evidence": "record",
                "evidence_model_name": "care.sanction.list",
                "evidence_date_field": "date_to",
            }
        )
        with freeze_time("2026-04-01 01:00:00"):
            duty._produce(at("2026-04-01 01:00:00"))
        made = self.make()
        occurrence = duty.occurrence_ids
        self.assertEqual(occurrence.state, "met")
        self.assertEqual(occurrence.evidence_id, made.id)

    def test_a_duty_makes_it_by_itself(self):
        action = self.env.ref("customer_care.care_sanction_list_server_action")
        duty = self.env["care.duty"].create(
            {
                "code": "list",
                "name": "List of sanctions",
                "rrule": "FREQ=MONTHLY;BYMONTHDAY=1",
                "dtstart": date(2026, 4, 1),
                "amount": 9,
                "unit": "day",
                "company_id": self.company.id,
                "produce_from": date(2026, 4, 1),
                "evidence": "record",
                "evidence_model_name": "care.sanction.list",
                "evidence_date_field": "date_to",
                "action_id": action.id,
            }
        )
        with freeze_time("2026-04-01 01:00:00"):
            duty._produce(at("2026-04-01 01:00:00"))
        self.assertFalse(duty.occurrence_ids.action_error)
        self.assertEqual(duty.occurrence_ids.state, "met")
        made = self.env["care.sanction.list"].search([])
        self.assertEqual(made.month, date(2026, 3, 1))

    def test_classified_lines_stand_in_a_list_of_their_own(self):
        secret = self.sanctions.search([("user_id", "=", self.mechanic.id)], limit=1)
        car = self.env[secret.res_model].browse(secret.res_id)
        car.partner_id = self.env["res.partner"].create({"name": "Quiet Harbour"})
        self.env.flush_all()
        car.partner_id.secrecy_own = 2
        self.env.flush_all()
        self.assertEqual(secret.secrecy_level, 2)
        made = self.make()
        self.assertEqual((made.row_count, made.person_count), (2, 1))
        self.assertNotIn(secret.number, self.words(made))
        lists = self.env["care.sanction.list"].search([("month", "=", made.month)])
        other = lists - made
        self.assertEqual((other.row_count, other.secrecy_level), (2, 2))
        self.assertNotIn(b"PK", other.attachment_id.raw[:2])  # sealed
        self.assertEqual(lists.with_user(self.boss).search([]) & lists, made)
        self.assertEqual(self.make(now="2026-04-05 01:00:00"), made)
