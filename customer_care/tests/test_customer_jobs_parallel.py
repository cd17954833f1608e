"""Two jobs at once, in transactions of their own: greetings and incentives."""

import threading
from datetime import date

from psycopg2 import IntegrityError
from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, Command, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

DAY = date(2026, 3, 2)


@tagged("post_install", "-at_install", "database_breaking")
class TestCustomerJobsParallel(BaseCase):
    """What two jobs find is greeted and rewarded once."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.addCleanup(self.clean)
        with self.registry.cursor() as cr:
            env = self.env_of(cr)
            self.customer, self.bought = (
                env["res.partner"]
                .create(
                    [
                        {
                            "name": name,
                            "is_company": True,
                            "email": f"{name}@jp.example",
                        }
                        for name in ("JP-one", "JP-two")
                    ]
                )
                .ids
            )

    def env_of(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})

    def open(self):
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        return self.env_of(cr)

    def clean(self):
        with self.registry.cursor() as cr:
            ids = [self.customer, self.bought]
            for table, column in (
                ("care_incentive", "partner_id"),
                ("care_touch", "partner_id"),
                ("crm_lead", "partner_id"),
                ("care_attribution", "partner_id"),
            ):
                cr.execute(f"DELETE FROM {table} WHERE {column} = ANY(%s)", [ids])
            cr.execute("DELETE FROM mail_mail WHERE email_to LIKE '%jp.example%'")
            env = self.env_of(cr)
            for model in ("care.incentive.rule", "care.occasion"):
                rows = env[model].with_context(active_test=False)
                rows.search([("code", "=like", "jp\\_%")]).unlink()
            env["res.partner"].browse(ids).unlink()
        self.registry.clear_all_caches()

    def test_the_same_reward_is_proposed_by_one_job(self):
        with self.registry.cursor() as cr:
            env = self.env_of(cr)
            rule = (
                env["care.incentive.rule"]
                .create(
                    {
                        "code": "jp_referral",
                        "name": "Reward",
                        "kind": "referral",
                        "basis": "referral",
                        "amount": 500,
                        "date_from": "2026-01-01",
                    }
                )
                .id
            )
            env["res.partner"].browse(self.bought).referrer_id = self.customer
            lead = env["crm.lead"].create(
                {"name": "JP", "type": "opportunity", "partner_id": self.bought}
            )
            lead.action_set_won()
            lead.date_closed = "2026-02-10 03:00:00"
        one, two = self.open(), self.open()
        two.cr.execute("SELECT 1")  # it sees the data of before
        first = one["care.incentive.rule"].browse(rule)._propose(one.company)
        self.assertEqual(len(first), 1)
        one.flush_all()
        told = []

        def late():
            try:
                with two.cr.savepoint():
                    two["care.incentive.rule"].browse(rule)._propose(two.company)
            except (IntegrityError, SerializationFailure) as error:
                told.append(error)

        with mute_logger("odoo.sql_db"):
            thread = threading.Thread(target=late)
            thread.start()
            thread.join(1)
            one.cr.commit()
            thread.join(10)
        self.assertTrue(told, "the database refuses the second one")
        two.cr.rollback()
        self.assertFalse(two["care.incentive.rule"].browse(rule)._propose(two.company))
        with self.registry.cursor() as cr:
            rows = self.env_of(cr)["care.incentive"]
            self.assertEqual(rows.search_count([("rule_id", "=", rule)]), 1)

    def test_a_greeting_is_sent_by_one_job(self):
        with self.registry.cursor() as cr:
            env = self.env_of(cr)
            occasion = (
                env["care.occasion"]
                .create(
                    {
                        "code": "jp_day",
                        "name": "Day",
                        "kind": "holiday",
                        "date_rule": "solar",
                        "month": DAY.month,
                        "day": DAY.day,
                        "audience": "main",
                        "domain": "[('name', '=', 'JP-one')]",
                        "channel_ids": [Command.create({"channel": "mail"})],
                    }
                )
                .id
            )
            touches = env["care.touch"]
            touches._make_due(DAY, lambda done, remaining=0: True)
            touches._settle_due(DAY, lambda done, remaining=0: True)
        mine = [("occasion_id", "=", occasion), ("partner_id", "=", self.customer)]
        one, two = self.open(), self.open()
        self.assertEqual(one["care.touch"].search(mine).state, "ready")
        two.cr.execute("SELECT 1")
        sent = []

        def progress(done, remaining=0):
            """Before the first job has saved, the second one comes."""
            sent.append(two["care.touch"]._send_due(DAY, progress))
            two.cr.commit()
            return True

        one["care.touch"]._send_due(DAY, progress)
        one.cr.commit()
        self.assertEqual(sent, [False], "the second one leaves all to the first")
        two["care.touch"]._send_due(DAY, lambda done, remaining=0: True)
        two.cr.commit()
        with self.registry.cursor() as cr:
            touch = self.env_of(cr)["care.touch"].search(mine)
            self.assertEqual(touch.state, "sent")
            cr.execute(
                "SELECT count(*) FROM mail_mail WHERE id = %s", [touch.mail_id.id]
            )
            self.assertEqual(cr.fetchone()[0], 1)
