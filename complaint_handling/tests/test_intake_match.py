from psycopg2.errors import UniqueViolation

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestIntakeMatch(ComplaintCommon):
    """Who the customer is: found by phone, mail and plate when a case is taken."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.partner"].create(
            {"name": "Wei Zhang", "phone": "+86 139 1111 2222"}
        )
        cls.vehicle = (
            cls.env["complaint.vehicle"]
            .with_user(cls.clerk)
            .create(
                {
                    "plate": " 粤b·12345 ",
                    "partner_id": cls.customer.id,
                    "model": "Sedan 2.0",
                    "vin": "lsvaa49j132047371",
                }
            )
        )

    def take(self, **values):
        return self._new_case(partner_id=False, **values)

    def test_a_plate_is_kept_in_one_way_of_writing(self):
        self.assertEqual(self.vehicle.plate, "粤B12345")
        self.assertEqual(self.vehicle.vin, "LSVAA49J132047371")

    def test_each_of_them_leads_to_the_customer(self):
        for values in (
            {"contact_phone": "138 0013 8000"},
            {"contact_email": "Mei.Chen@customer.example"},
            {"plate": "粵Ｂ 12345"},
        ):
            with self.subTest(**values):
                case = self.take(**values)
                self.assertEqual(case.partner_id, self.customer)
                self.assertEqual(case.match_state, "matched")

    def test_a_letter_o_is_read_as_the_digit(self):
        self.vehicle.plate = "粤B10345"
        self.assertEqual(self.take(plate="粤BIO345").partner_id, self.customer)

    def test_what_leads_to_two_customers_is_offered_and_not_guessed(self):
        case = self.take(plate="粤B12345", contact_phone="13911112222")
        self.assertFalse(case.partner_id)
        self.assertEqual(case.match_state, "ambiguous")
        self.assertEqual(case.candidate_ids, self.customer | self.other)
        opened = case.action_choose_customer()
        wizard = (
            self.env[opened["res_model"]]
            .with_user(self.clerk)
            .with_context(**opened["context"])
            .create({"partner_id": self.other.id})
        )
        wizard.action_choose()
        self.assertEqual(case.partner_id, self.other)
        self.assertEqual(case.match_state, "matched")
        self.assertIn("another customer: Mei Chen", case.plate_note)

    def test_two_customers_with_one_address_are_offered(self):
        self.other.email = self.customer.email
        case = self.take(contact_email=self.customer.email)
        self.assertEqual(case.match_state, "ambiguous")

    def test_two_contacts_of_one_company_are_one_customer(self):
        contact = self.env["res.partner"].create(
            {"name": "Li", "parent_id": self.other.id, "phone": "+86 137 3333 4444"}
        )
        self.vehicle.partner_id = self.other
        case = self.take(plate="粤B12345", contact_phone="13733334444")
        self.assertEqual(case.partner_id, contact)

    def test_nobody_on_file_is_said_to_be_unknown(self):
        self.assertEqual(self.take(contact_phone="13000000000").match_state, "unknown")
        self.assertFalse(self.take().match_state)

    def test_another_companys_vehicle_leads_nowhere(self):
        company = self.env["res.company"].create({"name": "Other company"})
        self.vehicle.sudo().write({"company_id": company.id})
        case = self.take(plate="粤B12345")
        self.assertEqual(case.match_state, "unknown")
        self.assertFalse(case.candidate_ids)

    def test_one_plate_has_one_owner_in_a_company(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            self.vehicle.copy({"plate": "粤B 12345"})
        self.vehicle.active = False
        self.vehicle.copy({"plate": "粤B 12345"})

    def test_the_form_fills_in_customer_and_model(self):
        with Form(self.env["complaint.case"].with_user(self.clerk)) as form:
            form.name = "The gearbox knocks"
            form.plate = "粤b 12345"
            self.assertEqual(form.partner_id, self.customer)
            self.assertEqual(form.vehicle_model, "Sedan 2.0")
            self.assertEqual(form.contact_phone, self.customer.phone)

    def test_a_new_plate_is_kept_for_the_customer(self):
        case = self._new_case(plate="沪ad12345", vehicle_model="Van")
        self.assertIn("not on file", case.plate_note)
        opened = case.action_register_vehicle()
        vehicle = self.env["complaint.vehicle"].browse(opened["res_id"])
        self.assertEqual((vehicle.plate, vehicle.model), ("沪AD12345", "Van"))
        self.assertFalse(case.plate_note)
        with self.assertRaises(ValidationError):
            vehicle.plate = " - "

    def test_a_later_plate_looks_again(self):
        case = self.take()
        case.plate = "粤B12345"
        self.assertEqual(case.partner_id, self.customer)
        self.assertEqual(case.match_state, "matched")
        case.partner_id = False
        self.assertEqual(case.match_state, "ambiguous")
        with self.assertRaises(UserError):
            case.match_state = "matched"


@tagged("post_install", "-at_install")
class TestRepeat(ComplaintCommon):
    """A repeat is a case of its own that knows how often the matter came before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.issue = cls.env.ref("complaint_handling.complaint_issue_slow")
        cls.category = cls.issue.category_id

    def take(self, day, **values):
        values = {"category_id": self.category.id, "issue_id": self.issue.id, **values}
        with freeze_time(f"2026-{day} 02:00:00"):
            return self._new_case(**values)

    def test_same_customer_and_issue_within_the_days(self):
        first, second, third = (self.take(d) for d in ("03-01", "04-01", "05-01"))
        self.assertEqual((first.repeat_count, first.repeat_of_id.id), (0, False))
        self.assertEqual((second.repeat_count, second.repeat_of_id), (1, first))
        self.assertEqual((third.repeat_count, third.repeat_of_id), (2, second))
        self.assertEqual(self.take("12-01").repeat_count, 0)

    def test_days_and_likeness_are_data(self):
        self.take("03-01")
        self.category.repeat_days = 10
        self.assertEqual(self.take("03-20").repeat_count, 0)
        self.category.repeat_days = 30
        self.assertEqual(self.take("03-21").repeat_count, 2)
        self.desk.repeat_by = "product"
        self.assertEqual(self.take("03-22").repeat_count, 0)
        self.assertEqual(self.take("03-23", product_ref="X-1").repeat_count, 0)
        other = self.env.ref("complaint_handling.complaint_issue_late")
        again = self.take(
            "03-24",
            product_ref=" x-1",
            issue_id=other.id,
            category_id=other.category_id.id,
        )
        self.assertEqual(again.repeat_count, 1)

    def test_another_customer_or_kind_is_no_repeat(self):
        self.take("03-01")
        other = self.env["res.partner"].create({"name": "Other"})
        self.assertFalse(self.take("03-02", partner_id=other.id).repeat_count)
        self.assertFalse(self.take("03-03", kind="praise").repeat_count)

    def test_without_a_customer_the_plate_tells(self):
        first = self.take("03-01", partner_id=False, plate="沪A11111")
        again = self.take("03-02", partner_id=False, plate="沪a 11111")
        self.assertEqual(again.repeat_of_id, first)

    def test_a_duplicate_that_is_merged_no_longer_counts(self):
        first, double, third = (self.take(d) for d in ("03-01", "03-02", "03-03"))
        self.assertEqual(third.repeat_count, 2)
        self._wizard(self.clerk, double, "action_merge", target_id=first.id)
        self.assertEqual((third.repeat_count, third.repeat_of_id), (1, first))

    def test_a_customer_named_later_is_looked_for_again(self):
        first = self.take("03-01")
        again = self.take("03-02", partner_id=False)
        self.assertFalse(again.repeat_count)
        again.partner_id = self.customer
        self.assertEqual(again.repeat_of_id, first)
        with self.assertRaises(UserError):
            again.repeat_count = 0

    def test_a_batch_costs_one_query(self):
        cases = self.env["complaint.case"].browse(
            [self.take("03-01").id for _number in range(5)]
        )
        cases.invalidate_recordset()
        cases.mapped("category_id.repeat_days")
        cases.mapped("desk_id.repeat_by")
        cases.mapped("product_ref")
        with self.assertQueryCount(1):
            cases._detect_repeats()
