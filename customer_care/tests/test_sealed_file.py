import base64
import os
from pathlib import Path

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..logic import sealing
from ..models.care_engine_mixin import _ENGINE
from ..tools import keyring
from .secrecy_common import SecrecyCase
from .test_data_key import KeyFile

MARK = b"zq-contract-4711 of the secret customer"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGP4z8CAB+GTG8HSALfKY52f"
    "TcuYAAAAAElFTkSuQmCC"
)


class SealedFileCase(SecrecyCase):
    """A secret customer, an open one, and their files."""

    def setUp(self):
        super().setUp()
        self.keys = KeyFile(self)
        self.addCleanup(keyring.forget)
        self.env.cr.execute("DELETE FROM care_data_key")
        self.files = self.env["ir.attachment"]

    def attach(self, partner, raw=MARK, **vals):
        return self.files.create(
            {
                "name": "contract.txt",
                "raw": raw,
                "res_model": "res.partner",
                "res_id": partner.id,
                **vals,
            }
        )

    def on_disk(self, file):
        """Return the stored bytes of a file."""
        self.assertTrue(file.store_fname)
        return Path(file._full_path(file.store_fname)).read_bytes()

    def assert_sealed(self, file, plain=MARK):
        file.invalidate_recordset()
        self.assertTrue(file.care_sealed)
        stored = self.on_disk(file)
        for text in (plain, base64.b64encode(plain)[:-4]):
            self.assertNotIn(text, stored)
            self.assertNotIn(text, file.raw)
            self.assertNotIn(text, base64.b64decode(file.datas))
        self.assertFalse(file.index_content)
        self.assertEqual(file.file_size, len(plain))
        self.assertEqual(file._care_plain(), plain)

    def assert_open(self, file, plain=MARK):
        file.invalidate_recordset()
        self.assertFalse(file.care_sealed)
        self.assertEqual(file.raw, plain)


@tagged("post_install", "-at_install")
class TestSealedFile(SealedFileCase):
    """Files of secret records never reach the file store in clear."""

    def test_only_files_of_secret_records_are_sealed(self):
        self.assert_open(self.attach(self.open))
        self.assert_sealed(self.attach(self.secret))
        one, two, three = self.files.create(
            [
                {"name": "a.txt", "raw": MARK + b"1", "res_model": model, "res_id": id_}
                for model, id_ in [
                    ("res.partner", self.secret.id),
                    ("res.partner", self.open.id),
                    ("res.partner", self.contacts[1].id),
                ]
            ]
        )
        self.assert_sealed(one, MARK + b"1")
        self.assert_open(two, MARK + b"1")
        self.assert_sealed(three, MARK + b"1")

    def test_the_same_file_is_stored_differently_each_time(self):
        one, two = self.attach(self.secret), self.attach(self.secret)
        self.assertNotEqual(one.checksum, two.checksum)
        self.assertEqual(one.mimetype, "text/plain")

    def test_new_content_is_sealed_too(self):
        file = self.attach(self.secret)
        file.write({"raw": b"other content zq"})
        self.assert_sealed(file, b"other content zq")
        file.datas = base64.b64encode(MARK)
        self.assert_sealed(file)
        file.write({"raw": b""})
        file.invalidate_recordset()
        self.assertFalse(file.care_sealed)
        file.write({"raw": MARK})
        self.assert_sealed(file)

    def test_a_file_in_the_database_is_sealed_too(self):
        self.env["ir.config_parameter"].set_param("ir_attachment.location", "db")
        file = self.attach(self.secret)
        self.assertFalse(file.store_fname)
        self.assertTrue(sealing.is_sealed(file.db_datas))
        self.env["ir.config_parameter"].set_param("ir_attachment.location", "file")
        file._migrate()
        self.assert_sealed(file)

    def test_the_column_itself_takes_no_content_in_clear(self):
        file = self.attach(self.secret, raw=b"", db_datas=MARK)
        self.assert_sealed(file)
        file.write({"db_datas": MARK + b"2"})
        self.assert_sealed(file, MARK + b"2")
        self.assertFalse(file.db_datas)

    def test_a_large_file_is_sealed_in_blocks(self):
        plain = os.urandom(300_000)
        file = self.attach(self.secret, plain, name="film.bin")
        self.assert_sealed(file, plain)

    def test_a_sealed_file_moved_to_another_record_does_not_open(self):
        file, other = self.attach(self.secret), self.attach(self.secret)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ir_attachment SET res_id = %s WHERE id = %s",
            [self.open.id, file.id],
        )
        file.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "can no longer be read"):
            file._care_plain()
        self.env.cr.execute(
            """UPDATE ir_attachment SET store_fname = %s, res_id = %s WHERE id = %s""",
            [other.store_fname, self.secret.id, file.id],
        )
        file.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "not as it was stored"):
            file._care_plain()

    def test_a_file_follows_its_record_under_a_new_key(self):
        file = self.attach(self.secret)
        file.write({"res_id": self.topsecret.id})
        self.assert_sealed(file)
        file.write({"res_id": self.open.id})
        self.assert_sealed(file)
        plain = self.attach(self.open)
        plain.write({"res_id": self.secret.id})
        self.assert_sealed(plain)

    def test_a_file_waiting_for_its_message_is_sealed(self):
        pending = {"res_model": "mail.compose.message", "res_id": 0, "name": "a.txt"}
        mine = self.files.with_user(self.cleared).create([pending | {"raw": MARK}] * 2)
        for file in mine:
            self.assert_sealed(file)
        goes, stays = mine
        stays.write({"res_model": "res.partner", "res_id": self.open.id})
        self.assert_open(stays)
        goes.write({"res_model": "res.partner", "res_id": self.secret.id})
        self.assert_sealed(goes)
        others = self.files.with_user(self.plain).create(pending | {"raw": MARK})
        self.assert_open(others)

    def test_a_message_with_a_file_is_sealed(self):
        message = self.secret.message_post(
            body="The contract", attachments=[("contract.txt", MARK)]
        )
        self.assert_sealed(message.attachment_ids)

    def test_a_copy_is_sealed_for_its_own_record(self):
        file = self.attach(self.secret)
        self.assert_sealed(file.copy())
        other = file.copy({"res_id": self.open.id})
        self.assert_sealed(other)
        with self.assertRaises(UserError):
            file.with_user(self.plain).copy({"res_id": self.open.id})

    def test_pictures_of_a_secret_customer_are_sealed(self):
        self.secret.image_1920 = base64.b64encode(PNG)
        self.env.flush_all()
        domain = [
            ("res_model", "=", "res.partner"),
            ("res_id", "=", self.secret.id),
            ("res_field", "like", "image_"),
        ]
        fields = self.files.search(domain)
        self.assertEqual(len(fields), 5)
        for file in fields:
            self.assertTrue(file.care_sealed, file.res_field)
            self.assertNotIn(PNG[20:], self.on_disk(file))
        self.secret.invalidate_recordset()
        self.assertNotIn(PNG[20:], base64.b64decode(self.secret.image_1920))
        self.secret.image_1920 = base64.b64encode(PNG)  # again: no second file
        self.env.flush_all()
        self.assertEqual(len(self.files.search(domain)), 5)
        self.assertTrue(self.secret.copy().id)
        self.secret.image_1920 = False
        self.env.flush_all()
        self.assertFalse(self.files.search(domain))

    def test_no_thumbnail_of_a_sealed_file_is_made(self):
        file = self.attach(self.secret, b"%PDF-1.4 zq", name="a.pdf")
        file.thumbnail = base64.b64encode(PNG)
        thumbnails = [("res_model", "=", "ir.attachment"), ("res_id", "=", file.id)]
        domain = [*thumbnails, ("res_field", "=", "thumbnail")]
        self.assertFalse(self.files.search(domain))

    def test_without_a_master_key_nothing_is_overwritten(self):
        file = self.attach(self.secret)
        before = self.on_disk(file)
        self.keys.write("second")
        for write in (
            lambda: file.write({"raw": b"new"}),
            lambda: file.write({"res_id": self.topsecret.id}),
            lambda: self.attach(self.secret, b"zq new"),
        ):
            with self.assertRaisesRegex(UserError, "“first”"):
                write()
        self.keys.write("first")
        self.assertEqual(self.on_disk(file), before)
        self.assert_sealed(file)

    def test_a_destroyed_key_closes_the_files_for_good(self):
        file = self.attach(self.secret)
        self.env["care.data.key"]._destroy(self.secret, "Disposed of")
        with self.assertRaisesRegex(UserError, "was destroyed"):
            file._care_plain()
        self.assert_sealed(self.attach(self.secret))

    def test_who_may_open(self):
        file = self.attach(self.secret)
        for user, allowed in [
            (self.plain, False),
            (self.admin, False),
            (self.cleared, True),
        ]:
            with self.subTest(user=user.login):
                self.env.invalidate_all()
                self.assertEqual(file.with_user(user)._care_may_open(), allowed)
                self.assertEqual(file.with_user(user).sudo()._care_may_open(), allowed)

    def test_clearance_alone_opens_nothing(self):
        company = self.env["res.company"].create({"name": "Another company"})
        theirs = self.secret.copy({"company_id": company.id, "secrecy_own": 2})
        file = self.attach(theirs)
        self.assertTrue(file.care_sealed)
        self.env.invalidate_all()
        self.assertFalse(file.with_user(self.cleared)._care_may_open())
        self.assertFalse(
            self.attach(self.open).with_user(self.cleared)._care_may_open()
        )

    def test_raised_records_have_their_files_sealed_by_the_job(self):
        old, shared = self.attach(self.open), self.attach(self.open, MARK + b" shared")
        other = self.attach(self.contacts[0].copy({"parent_id": False}), shared.raw)
        lone = old._full_path(old.store_fname)
        both = shared._full_path(shared.store_fname)
        self.assertEqual(other.store_fname, shared.store_fname)
        self.open.secrecy_own = 2
        with self.enter_registry_test_mode():
            self.env.ref("customer_care.care_file_sealer_cron").method_direct_trigger()
        self.assert_sealed(old)
        self.assert_sealed(shared, MARK + b" shared")
        self.assert_open(other, MARK + b" shared")
        self.assertFalse(os.path.exists(lone))
        self.assertTrue(os.path.exists(both), "others still need it")

    def test_the_job_goes_on_where_it_was_killed(self):
        files = [self.attach(self.open, MARK + b"%d" % n) for n in range(5)]
        self.open.secrecy_own = 2
        sealer = self.env["care.file.sealer"]
        self.assertEqual(sealer._batch(limit=2)[::2], (2, False))
        files[2].sudo().write({"name": "renamed.txt"})
        self.assertEqual(sealer._batch()[0], 3)
        self.assertEqual(sealer._batch()[0], 0)
        for number, file in enumerate(files):
            self.assert_sealed(file, MARK + b"%d" % number)

    def test_files_are_stored_in_clear_before_the_add_on_goes(self):
        file, lost = self.attach(self.secret), self.attach(self.topsecret)
        self.secret.image_1920 = base64.b64encode(PNG)
        self.env["care.data.key"]._destroy(self.topsecret, "Disposed of")
        self.keys.write("second")
        sealer = self.env["care.file.sealer"]
        with self.assertRaisesRegex(UserError, "“first”"):
            sealer._open_all()
        self.keys.write("second", "first")
        sealer._open_all()
        self.assert_open(file)
        self.assertEqual(base64.b64decode(self.secret.image_1920), PNG)
        self.assertTrue(lost.care_sealed)

    def test_a_sealed_print_is_printed_anew(self):
        report = self.env["ir.actions.report"].create(
            {
                "name": "Sheet",
                "model": "res.partner",
                "report_name": "x.y",
                "attachment": "'sheet.pdf'",
            }
        )
        self.attach(self.open, name="sheet.pdf")
        self.attach(self.secret, name="sheet.pdf")
        self.assertTrue(report.retrieve_attachment(self.open))
        self.assertFalse(report.retrieve_attachment(self.secret))

    def test_lowered_records_keep_their_files_sealed(self):
        file = self.attach(self.secret)
        self.secret.with_context(care_engine=_ENGINE)._secrecy_set_own(0)
        file.write({"raw": MARK + b"!"})
        self.assert_sealed(file, MARK + b"!")
