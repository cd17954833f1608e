from odoo.tests import TransactionCase, new_test_user, tagged

from odoo.addons.customer_care.tests.common_unknowable import UnknowableMixin


@tagged("post_install", "-at_install")
class TestUnknowableNumbers(UnknowableMixin, TransactionCase):
    """Neither a gap in the numbers nor a refused twin tells of a secret record."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = (
            "complaint_handling.complaint_handling_group_manager",
            "customer_archive.customer_archive_group_manager",
            "base.group_partner_manager",
        )
        cls.clerk = new_test_user(cls.env, "un_clerk", ",".join(groups))
        cls.open, cls.secret = cls.env["res.partner"].create(
            [{"name": "Open"}, {"name": "Hidden", "secrecy_own": 2}]
        )
        cls.env["complaint.desk"]._ensure_default(cls.env.company)
        cls.type = cls.env["archive.type"].create(
            {"name": "Contracts", "code": "un_type", "is_unique_subject": True}
        )

    def numbers(self, model, **vals):
        """Return the numbers of an open, a secret and an open record."""
        return [
            self.env[model].create({**vals, "partner_id": partner.id}).number
            for partner in (self.open, self.secret, self.open)
        ]

    def follow(self, first, third):
        digits = [int(number[-4:]) for number in (first, third)]
        return digits[1] - digits[0] == 1

    def test_complaints_have_no_gap(self):
        first, secret, third = self.numbers("complaint.case", name="Case")
        self.assertTrue(self.follow(first, third))
        self.assertTrue(secret.startswith("S-"))

    def test_a_batch_of_complaints_has_no_gap(self):
        cases = self.env["complaint.case"].create(
            [
                {"name": "Case", "partner_id": partner.id}
                for partner in (self.open, self.secret, self.open)
            ]
        )
        first, secret, third = cases.mapped("number")
        self.assertTrue(self.follow(first, third))
        self.assertTrue(secret.startswith("S-"))

    def test_files_have_no_gap(self):
        self.type.is_unique_subject = False
        vals = {"title": "File", "type_id": self.type.id}
        first, secret, third = self.numbers("archive.file", **vals)
        self.assertTrue(self.follow(first, third))
        self.assertTrue(secret.startswith("S-"))

    def test_a_secret_plate_may_be_given_again(self):
        vehicles = self.env["complaint.vehicle"]
        vehicles.create({"plate": "A12345", "partner_id": self.secret.id})
        mine = vehicles.with_user(self.clerk).create(
            {"plate": "A12345", "partner_id": self.open.id}
        )
        self.env.flush_all()
        self.assertEqual(mine.plate, "A12345")

    def test_a_secret_number_may_be_given_again(self):
        self.type.is_unique_subject = False
        files = self.env["archive.file"]
        vals = {"title": "File", "type_id": self.type.id, "number": "AF/X/1"}
        files.create({**vals, "partner_id": self.secret.id})
        files.with_user(self.clerk).create({**vals, "partner_id": self.open.id})
        self.env.flush_all()

    def test_a_secret_file_is_no_twin(self):
        vals = {
            "title": "File",
            "type_id": self.type.id,
            "subject_kind": "vehicle",
            "plate": "A12345",
        }
        files = self.env["archive.file"]
        files.create({**vals, "partner_id": self.secret.id})
        mine = files.with_user(self.clerk).create({**vals, "partner_id": self.open.id})
        self.env.flush_all()
        self.assertTrue(mine)
