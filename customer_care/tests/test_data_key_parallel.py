"""Data keys in transactions of their own, side by side."""

import threading

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from ..tools import keyring
from .test_data_key import KeyFile

RECORDS = [2_000_000_001, 2_000_000_002, 2_000_000_003]


@tagged("post_install", "-at_install", "database_breaking")
class TestDataKeyParallel(BaseCase):
    """Records that several transactions seal at once; none of them needs to exist."""

    def setUp(self):
        super().setUp()
        self.file = KeyFile(self)
        self.registry = Registry(get_db_name())
        self.addCleanup(keyring.forget)
        self.addCleanup(self.clean)

    def clean(self):
        with self.registry.cursor() as cr:
            cr.execute("DELETE FROM care_data_key WHERE res_id = ANY(%s)", [RECORDS])

    def open(self):
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        return api.Environment(cr, SUPERUSER_ID, {})["care.data.key"]

    def test_two_that_seal_first_at_once_end_with_one_key(self):
        one, two = self.open(), self.open()
        two.env.cr.execute("SELECT 1")  # its view of the data is from before
        made = one._keys_for("res.partner", RECORDS[:1], create=True)
        told = []

        def late():
            try:
                told.append(two._keys_for("res.partner", RECORDS[:1], create=True))
            except SerializationFailure as error:
                told.append(error)

        with mute_logger("odoo.sql_db"):
            thread = threading.Thread(target=late)
            thread.start()
            thread.join(0.5)
            self.assertTrue(thread.is_alive(), "it waits for the first")
            one.env.cr.commit()
            thread.join(10)
        self.assertIsInstance(told[0], SerializationFailure)  # Odoo tries again
        two.env.cr.rollback()
        again = two._keys_for("res.partner", RECORDS[:1], create=True)
        self.assertEqual(again, made)

    def test_two_rotations_share_the_keys_and_wait_for_nobody(self):
        one, two = self.open(), self.open()
        before = one._keys_for("res.partner", RECORDS, create=True)
        one.env.cr.commit()
        self.file.write("second", "first")
        self.assertEqual(one._rewrap_batch(limit=1)[0], 1)
        self.assertEqual(two._rewrap_batch()[0], 2)
        two.env.cr.commit()
        one.env.cr.rollback()  # killed
        self.assertEqual(one._rewrap_batch()[0], 1)
        one.env.cr.commit()
        self.file.write("second")
        self.assertEqual(one._keys_for("res.partner", RECORDS), before)

    def test_a_key_in_use_is_not_destroyed_under_the_hand(self):
        one, two = self.open(), self.open()
        one._keys_for("res.partner", RECORDS[:1], create=True)
        one.env.cr.commit()
        one._keys_for("res.partner", RECORDS[:1], create=True)  # about to seal
        two.env.cr.execute("SET LOCAL lock_timeout = '300ms'")
        record = two.env["res.partner"].browse(RECORDS[0])
        with mute_logger("odoo.sql_db"), self.assertRaisesRegex(Exception, "lock"):
            two._destroy(record, "Disposed of")
        self.assertFalse(keyring.read_destroyed())
