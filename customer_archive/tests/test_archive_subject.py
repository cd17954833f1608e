from odoo.exceptions import UserError, ValidationError

from .common import ArchiveCase

VIN = "LSVAU2180N2183294"


class TestArchiveSubject(ArchiveCase):
    """One car, one file."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.car_type = cls.env.ref("customer_archive.archive_type_car_sale")

    def _car_file(self, **vals):
        file = self._new_file(type_id=self.car_type.id, **vals)
        file.flush_recordset()
        return file

    def test_shipped_new_car_checklist_has_twelve_items(self):
        self.assertEqual(len(self.car_type.item_ids), 12)
        service = self.env.ref("customer_archive.archive_type_car_service")
        self.assertEqual(len(service.item_ids), 4)

    def test_a_second_file_of_one_car_is_refused_by_name(self):
        first = self._car_file(vin=VIN)
        with self.assertRaisesRegex(ValidationError, first.number):
            self._car_file(vin="lsvau2180n 2183294")

    def test_an_archived_file_counts_too(self):
        self._car_file(plate="京A·12345").action_archive()
        with self.assertRaisesRegex(ValidationError, "restore it"):
            self._car_file(plate="京a12345")

    def test_a_plate_may_move_to_the_next_car(self):
        self._car_file(vin=VIN, plate="京A12345")
        second = self._car_file(vin="LSVAU2180N2183295", plate="京A12345")
        self.assertTrue(second.subject_key)

    def test_sale_and_service_are_two_files(self):
        self._car_file(vin=VIN)
        service = self.env.ref("customer_archive.archive_type_car_service")
        self.assertTrue(self._new_file(type_id=service.id, vin=VIN).subject_key)

    def test_types_without_the_rule_take_many_files(self):
        self.assertFalse((self._new_file() + self._new_file())[0].subject_key)

    def test_a_malformed_vin_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "17 letters and digits"):
            self._car_file(vin="LSVAU2180N218329O")

    def test_a_copy_has_no_car_and_cannot_be_closed(self):
        copy = self._car_file(vin=VIN, plate="京A12345").copy()
        self.assertFalse(copy.vin or copy.plate)
        copy.not_applicable_item_ids = self.car_type.item_ids
        with self.assertRaisesRegex(UserError, "does not say what it is about"):
            copy.action_close()
