"""Entries of one customer in transactions of their own, side by side."""

import threading

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, new_test_user, tagged
from odoo.tools import mute_logger

from .registration_common import USER

PHONE = "13812345678"


@tagged("post_install", "-at_install", "database_breaking")
class TestRegistrationParallel(BaseCase):
    """Two people at two desks."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.addCleanup(self.clean)
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            self.ids = [
                new_test_user(env, f"rp_{name}", USER, name=f"RP {name}").id
                for name in ("one", "two")
            ]

    def clean(self):
        with self.registry.cursor() as cr:
            ids = tuple(self.ids)
            cr.execute(
                "DELETE FROM care_registration_claim WHERE claimant_id IN %s", [ids]
            )
            cr.execute("DELETE FROM care_registration WHERE entered_by_id IN %s", [ids])
            cr.execute(
                """DELETE FROM care_pool_entry
                    WHERE to_user_id IN %s OR from_user_id IN %s""",
                [ids, ids],
            )
            cr.execute("DELETE FROM care_registration_lock")
            cr.execute("DELETE FROM care_registration_enter")
            env = api.Environment(cr, SUPERUSER_ID, {})
            found = env["res.partner"].search([("name", "=like", "RP customer%")])
            cr.execute(
                "DELETE FROM care_attribution WHERE partner_id = ANY(%s)", [found.ids]
            )
            found.unlink()
            users = env["res.users"].browse(self.ids)
            partners = users.partner_id
            users.unlink()
            partners.unlink()
        self.registry.clear_all_caches()

    def open(self, number):
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        return api.Environment(cr, self.ids[number], {})

    def window(self, env):
        return env["care.registration.enter"].create(
            {"name": "RP customer", "phone": PHONE, "origin": "own"}
        )

    def race(self, first, second):
        """Let `second` come before `first` is committed; return how it ends."""
        told = []

        def late():
            try:
                told.append(second())
            except (SerializationFailure, UserError) as error:
                told.append(error)

        with mute_logger("odoo.sql_db"):
            thread = threading.Thread(target=late)
            thread.start()
            thread.join(1)
            self.assertTrue(thread.is_alive(), "it waits for the first")
            first.cr.commit()
            thread.join(10)
        return told[0]

    def test_one_phone_at_two_desks_is_one_registration_and_one_claim(self):
        one, two = self.open(0), self.open(1)
        two.cr.execute("SELECT 1")  # its view of the data is from before
        self.window(one).action_register()
        one.flush_all()

        def enter():
            self.window(two).action_register()
            two.flush_all()

        self.assertIsInstance(self.race(one, enter), SerializationFailure)
        two.cr.rollback()  # Odoo tries the request again
        window = self.window(two)
        window.action_register()
        self.assertEqual(window.state, "known")
        window.action_want_claim()
        window.evidence = "I met her first"
        window.action_claim()
        two.cr.commit()
        lines = two(user=SUPERUSER_ID)["care.registration"].search(
            [("entered_by_id", "in", self.ids)]
        )
        self.assertEqual(sorted(lines.mapped("outcome")), ["claimed", "new"])
        self.assertEqual(len(lines.partner_id), 1)
        self.assertEqual(len(lines.claim_ids), 1)

    def test_a_second_registration_of_one_customer_is_refused_by_the_database(self):
        env = self.open(0)
        window = self.window(env)
        window.action_register()
        line = env(user=SUPERUSER_ID)["care.registration"].search(
            [("entered_by_id", "=", self.ids[0])]
        )
        again = line._engine().copy_data()[0] | {
            "first_of": line.first_of,
            "name": "R-again",
        }
        with mute_logger("odoo.sql_db"), self.assertRaises(Exception) as caught:
            line._engine().create(again)
        self.assertIn("_first_uniq", str(caught.exception))
        env.cr.rollback()

    def test_two_who_take_one_of_the_pool(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            customer = env["res.partner"]._register_create(
                {
                    "name": "RP customer of the pool",
                    "care_pool_state": "pool",
                    "registered_at": fields.Datetime.now(),
                }
            )
            id_ = customer.id
        one, two = self.open(0), self.open(1)
        two.cr.execute("SELECT 1")
        one["res.partner"].browse(id_).action_take_from_pool()
        one.flush_all()

        def take():
            two["res.partner"].browse(id_).action_take_from_pool()

        self.assertIsInstance(self.race(one, take), SerializationFailure)
        two.cr.rollback()
        with self.assertRaisesRegex(UserError, "no longer in the pool"):
            two["res.partner"].browse(id_).action_take_from_pool()

    def test_two_jobs_share_the_customers(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            for number in range(3):
                env["res.partner"]._register_create(
                    {
                        "name": f"RP customer {number}",
                        "care_pool_state": "owned",
                        "protected_until": "2020-01-01 00:00:00",
                        "user_id": self.ids[0],
                    }
                )
        one, two = (api.Environment(self.open(n).cr, SUPERUSER_ID, {}) for n in (0, 1))
        mine = one["care.pool"]._due_ids(0)
        theirs = two["care.pool"]._due_ids(0)
        self.assertGreaterEqual(len(mine), 3)
        self.assertFalse(set(mine) & set(theirs))
