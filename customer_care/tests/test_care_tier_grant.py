from datetime import date, timedelta

import psycopg2
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL, mute_logger

from .tier_common import DAY, USER, TierCase

YEAR_END = date(2027, 3, 30)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-25 04:00:00")
class TestTierGrant(TierCase):
    """A grade holds from one day to another; the customer shows the one in force."""

    def names(self, on, *partners):
        found = self.env["res.partner"]._tier_on(
            self.env["res.partner"].concat(*partners), on
        )
        return [found[partner.id].name for partner in partners]

    def run_job(self):
        with self.enter_registry_test_mode():
            self.env.ref("customer_care.care_tier_grant_cron").method_direct_trigger()
        self.env.invalidate_all()

    def test_the_customer_shows_the_grade_at_once(self):
        self.give(self.acme, self.tier_a, DAY, YEAR_END, credit_grade="AA")
        self.assertEqual(self.acme.care_tier_id, self.tier_a)
        self.assertEqual(self.acme.care_tier_until, YEAR_END)
        self.assertEqual(self.acme.care_priority, 3)
        self.assertEqual(self.acme.care_credit_grade, "AA")
        self.assertFalse(self.bolt.care_tier_id)

    def test_a_new_grade_ends_the_one_before(self):
        old = self.give(self.acme, self.tier_c, date(2026, 1, 1), YEAR_END)
        self.give(self.acme, self.tier_a, DAY, YEAR_END)
        self.assertEqual((old.ended_on, old.end_kind), (DAY, "replaced"))
        self.assertEqual(self.names(date(2026, 3, 24), self.acme), ["C"])
        self.assertEqual(self.names(DAY, self.acme), ["A"])
        self.assertEqual(self.names(date(2025, 1, 1), self.acme), [False])

    def test_a_grade_to_come_waits_for_its_day(self):
        self.give(self.acme, self.tier_c, date(2026, 1, 1), YEAR_END)
        self.give(self.acme, self.tier_a, date(2026, 4, 1), YEAR_END)
        self.assertEqual(self.acme.care_tier_id, self.tier_c)
        with freeze_time("2026-04-01 04:00:00"):
            self.run_job()
        self.assertEqual(self.acme.care_tier_id, self.tier_a)

    def test_special_treatment_goes_before_for_its_time(self):
        self.give(self.acme, self.tier_c, date(2026, 1, 1), YEAR_END)
        self.give(self.acme, self.tier_a, DAY, date(2026, 3, 28), kind="override")
        self.assertEqual(self.acme.care_tier_id, self.tier_a)
        with freeze_time("2026-03-29 04:00:00"):
            self.run_job()
        self.assertEqual(self.acme.care_tier_id, self.tier_c)

    def test_a_missed_new_evaluation_downgrades(self):
        last = date(2026, 3, 31)
        grant = self.give(self.acme, self.tier_a, DAY, last, kind="provisional")
        with freeze_time("2026-04-01 04:00:00"):
            self.run_job()
            self.run_job()
        self.assertEqual(grant.end_kind, "expired")
        self.assertEqual(self.acme.care_tier_id, self.tier_c)
        history = self.env["care.tier.grant"].search(
            [("partner_id", "=", self.acme.id)]
        )
        self.assertEqual(len(history), 2)
        self.assertEqual(history[0].source, "fallback")
        self.assertEqual(history[0].valid_to, date(2027, 3, 31))

    def test_the_grade_for_that_case_ends_too(self):
        self.give(self.acme, self.tier_a, DAY, date(2026, 3, 31))
        with freeze_time("2026-04-01 04:00:00"):
            self.run_job()
        with freeze_time("2027-04-02 04:00:00"):
            self.run_job()
        self.assertFalse(self.acme.care_tier_id)
        open_ = [("partner_id", "=", self.acme.id), ("ended_on", "=", False)]
        self.assertFalse(self.env["care.tier.grant"].search(open_))

    def test_running_out_is_no_way_up(self):
        self.tier_c.is_fallback = False
        self.env.flush_all()
        self.tier_a.is_fallback = True
        self.give(self.acme, self.tier_b, DAY, date(2026, 3, 31))
        with freeze_time("2026-04-01 04:00:00"):
            self.run_job()
        self.assertFalse(self.acme.care_tier_id)

    def test_without_a_grade_for_that_case_there_is_none(self):
        self.tier_c.is_fallback = False
        self.give(self.acme, self.tier_a, DAY, date(2026, 3, 31))
        with freeze_time("2026-04-01 04:00:00"):
            self.run_job()
        self.assertFalse(self.acme.care_tier_id)

    def test_no_grade_without_an_end(self):
        with (
            self.assertRaises(psycopg2.errors.NotNullViolation),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self.give(self.acme, self.tier_a, DAY, None)

    def test_one_open_grade_by_the_database(self):
        self.give(self.acme, self.tier_a, DAY, YEAR_END)
        vals = {
            "partner_id": self.acme.id,
            "scheme_id": self.scheme.id,
            "company_id": self.company.id,
            "tier_id": self.tier_b.id,
            "tier_name": "B",
            "kind": "provisional",
            "source": "request",
            "valid_from": DAY,
            "valid_to": YEAR_END,
        }
        with (
            self.assertRaises(psycopg2.errors.UniqueViolation),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self.env["care.tier.grant"]._engine().create(vals)

    def test_nobody_writes_grades_by_hand(self):
        grant = self.give(self.acme, self.tier_c, DAY, YEAR_END)
        for user in (self.clerk, self.manager, self.env.ref("base.user_admin")):
            with self.subTest(user=user.login):
                partner = self.acme.with_user(user)
                with self.assertRaises(AccessError):
                    partner.write({"care_tier_id": self.tier_a.id})
                with self.assertRaises(AccessError):
                    partner.sudo().write({"care_priority": 0})
                with self.assertRaises(AccessError):
                    partner.sudo().create({"name": "X", "care_credit_grade": "AAA"})
                with self.assertRaises(AccessError):
                    grant.with_user(user).write({"tier_id": self.tier_a.id})
                with self.assertRaises(AccessError):
                    grant.with_user(user).sudo().unlink()
        copy = self.acme.copy()
        self.assertFalse(copy.care_tier_id)

    def test_a_contact_has_the_privileges_of_its_company(self):
        self.give(self.acme, self.tier_a, DAY, YEAR_END)
        contact = self.env["res.partner"].create(
            {"name": "Li", "parent_id": self.acme.id}
        )
        found = (contact | self.bolt).with_user(self.clerk)._care_privileges()
        self.assertEqual(found[contact.id], self.tier_a)
        self.assertFalse(found[self.bolt.id])
        by_code = (contact | self.bolt)._care_privileges("t_abc", DAY)
        self.assertEqual(by_code[contact.id], self.tier_a)

    def test_companies_do_not_read_each_others_grades(self):
        other = self.env["res.company"].create({"name": "Other"})
        foreign = self.env["care.tier.scheme"].create(
            {
                "code": "t_other",
                "name": "Other's",
                "is_main": True,
                "company_id": other.id,
            }
        )
        gold = self.env["care.tier"].create(
            {
                "code": "t_gold",
                "name": "Gold",
                "scheme_id": foreign.id,
                "complaint_priority": 2,
            }
        )
        self.give(self.acme, self.tier_c, DAY, YEAR_END)
        self.give(self.acme, gold, DAY, YEAR_END, company_id=other.id)
        self.assertEqual(self.acme.care_tier_id, self.tier_c)
        theirs = self.acme.with_company(other)
        self.assertEqual(theirs.care_tier_id, gold)
        self.assertEqual(theirs.care_priority, 2)
        self.env.invalidate_all()
        reader = new_test_user(self.env, "tier_reader", groups=USER)
        mine = self.acme.with_user(reader)
        self.assertEqual(mine.care_tier_id, self.tier_c)
        self.assertEqual(mine.care_grant_ids.tier_id, self.tier_c)
        found = mine.search([("care_tier_id.name", "=", "Gold")])
        self.assertFalse(found)
        groups = mine.formatted_read_group(
            [("id", "=", self.acme.id)], ["care_tier_id"], ["__count"]
        )
        self.assertEqual(groups[0]["care_tier_id"][1], "C")
        with self.assertRaises(AccessError):
            mine.with_context(allowed_company_ids=[other.id]).read(["care_tier_id"])

    def test_only_the_main_scheme_writes_the_customer(self):
        side = self.scheme.copy({"code": "t_side"})
        self.give(self.acme, side.tier_ids[0], DAY, YEAR_END)
        self.assertFalse(self.acme.care_tier_id)
        self.assertEqual(self.acme.care_grant_ids.scheme_id, side)
        self.scheme.is_main = False
        side.is_main = True
        self.assertEqual(self.acme.care_tier_id, side.tier_ids[0])

    def test_one_main_scheme_for_a_company(self):
        side = self.scheme.copy({"code": "t_side"})
        with (
            self.assertRaises(psycopg2.errors.UniqueViolation),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            side.is_main = True
            self.env.flush_all()

    def test_a_changed_priority_reaches_the_customers(self):
        self.give(self.acme, self.tier_b, DAY, YEAR_END)
        self.tier_b.complaint_priority = 2
        self.assertEqual(self.acme.care_priority, 2)

    def test_customers_are_written_only_when_something_changed(self):
        self.give(self.acme, self.tier_a, DAY, YEAR_END)
        before = self.env.execute_query(self.version(self.acme))
        self.env["res.partner"]._care_refresh(self.company)
        self.assertEqual(self.env.execute_query(self.version(self.acme)), before)

    def version(self, partner):
        return SQL("SELECT xmin::text FROM res_partner WHERE id = %s", partner.id)

    def test_a_provisional_grade_is_owed_an_evaluation(self):
        grant = self.give(
            self.acme, self.tier_b, DAY, date(2026, 9, 24), kind="provisional"
        )
        duty = self.env["care.obligation"].search(
            [("res_model", "=", "care.tier.grant"), ("res_id", "=", grant.id)]
        )
        self.assertEqual((duty.state, duty.user_id), ("open", self.clerk))
        last = fields.Datetime.to_datetime("2026-09-24")
        self.assertLess(last, duty.due_at)
        self.assertLessEqual(duty.due_at, last + timedelta(days=1))
        self.give(self.acme, self.tier_a, date(2026, 9, 1), YEAR_END)
        self.assertEqual(duty.state, "met")
        regular = self.give(self.bolt, self.tier_b, DAY, YEAR_END)
        self.assertFalse(regular.obligation_ids)

    def test_merged_contacts_keep_the_history_of_both(self):
        self.give(self.acme, self.tier_a, date(2026, 1, 1), YEAR_END)
        self.give(self.acme, self.tier_b, DAY, YEAR_END)
        self.give(self.bolt, self.tier_c, DAY, YEAR_END)
        self.give(self.cord, self.tier_a, DAY, YEAR_END)
        merge = self.env["base.partner.merge.automatic.wizard"]
        merge._merge((self.acme | self.bolt).ids, self.bolt)
        self.assertEqual(self.bolt.care_tier_id, self.tier_c)
        history = [("partner_id", "=", self.bolt.id)]
        self.assertEqual(self.env["care.tier.grant"].search_count(history), 3)
        plain = self.env["res.partner"].create({"name": "Plain"})
        merge._merge((self.cord | plain).ids, plain)
        self.assertEqual(plain.care_tier_id, self.tier_a)
        with self.assertRaises(AccessError):
            plain.with_context(care_merge="MERGE").write({"care_priority": 9})

    def test_a_wrong_grade_is_withdrawn(self):
        grant = self.give(self.acme, self.tier_a, DAY, YEAR_END)
        grant._end(DAY, "withdrawn")
        self.assertFalse(self.acme.care_tier_id)
        self.assertFalse(grant.is_current)
