"""Who stands in for whom: days, scopes, companies, chains, and who may say so."""

from datetime import date

from psycopg2.errors import ExclusionViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

CARE_USER = "base.group_user,customer_care.customer_care_group_user"
CARE_MANAGER = "base.group_user,customer_care.customer_care_group_manager"


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 02:00:00")
class TestCareDelegation(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "North Retail"})
        cls.other = cls.env["res.company"].create({"name": "South Retail"})
        for login in ("he", "lin", "gao", "sun"):
            setattr(cls, login, cls._user(login, CARE_USER))
        cls.boss = cls._user("boss", CARE_MANAGER)

    @classmethod
    def _user(cls, login, groups, **vals):
        return new_test_user(
            cls.env,
            f"stand_{login}",
            groups,
            name=login.capitalize(),
            tz="Asia/Shanghai",
            company_id=cls.company.id,
            company_ids=[Command.set((cls.company | cls.other).ids)],
            **vals,
        )

    def _row(self, user, delegate, by=None, **vals):
        rows = self.env["care.delegation"].with_user(by or user)
        return rows.create(
            {
                "user_id": user.id,
                "delegate_id": delegate.id,
                "date_from": "2026-03-09",
                "date_to": "2026-03-11",
                **vals,
            }
        )

    def _move(self, user):
        only = {
            "company_id": self.other.id,
            "company_ids": [Command.set(self.other.ids)],
        }
        user.write(only)

    def _stand_in(self, users, scope="approvals", company=None, on=None):
        rows = self.env["care.delegation"]
        return rows._stand_in(users, scope, company=company or self.company, on=on)

    def test_who_is_away_is_replaced_and_others_stay(self):
        self._row(self.he, self.lin)
        self.assertEqual(self._stand_in(self.he | self.gao), self.lin | self.gao)
        self.assertEqual(self._stand_in(self.he | self.lin), self.lin, "nobody twice")
        self.assertEqual(self._stand_in(self.env["res.users"]), self.env["res.users"])

    def test_it_holds_from_its_first_to_its_last_day(self):
        self._row(self.he, self.lin)
        for day, expected in [
            (date(2026, 3, 8), self.he),
            (date(2026, 3, 9), self.lin),
            (date(2026, 3, 11), self.lin),
            (date(2026, 3, 12), self.he),
        ]:
            self.assertEqual(self._stand_in(self.he, on=day), expected, day)

    def test_the_day_is_that_of_the_person_away(self):
        row = self._row(self.he, self.lin, date_to="2026-03-10")
        with freeze_time("2026-03-10 15:59:00"):  # 23:59 in Shanghai
            self.assertEqual(self._stand_in(self.he), self.lin)
        with freeze_time("2026-03-10 16:01:00"):
            row.invalidate_recordset()
            self.assertEqual(self._stand_in(self.he), self.he)
            self.assertFalse(row.is_current)
            self.he.tz = "Europe/Paris"
            self.assertEqual(self._stand_in(self.he), self.lin)

    def test_the_scope_and_the_company_are_kept_apart(self):
        self._row(self.he, self.lin, scope="approvals", company_id=self.company.id)
        self.assertEqual(self._stand_in(self.he), self.lin)
        self.assertEqual(self._stand_in(self.he, "obligations"), self.he)
        self.assertEqual(self._stand_in(self.he, company=self.other), self.he)

    def test_the_more_exact_stand_in_goes_first(self):
        self._row(self.he, self.lin)
        self._row(self.he, self.gao, scope="obligations")
        self._row(self.he, self.sun, company_id=self.other.id)
        self.assertEqual(self._stand_in(self.he), self.lin)
        self.assertEqual(self._stand_in(self.he, "obligations"), self.gao)
        self.assertEqual(self._stand_in(self.he, company=self.other), self.sun)

    def test_a_stand_in_who_is_away_passes_on(self):
        self._row(self.he, self.lin)
        self._row(self.lin, self.gao)
        self.assertEqual(self._stand_in(self.he | self.lin), self.gao)

    def test_a_circle_leaves_the_work_where_it_was(self):
        self._row(self.he, self.lin)
        self._row(self.lin, self.gao)
        self._row(self.gao, self.he)
        self.assertEqual(self._stand_in(self.he | self.gao), self.he | self.gao)

    def test_an_unfit_stand_in_is_passed_over(self):
        self._row(self.he, self.lin)
        self.lin.active = False
        self.assertEqual(self._stand_in(self.he), self.he)
        self.lin.active = True
        group = self.env.ref("customer_care.customer_care_group_user")
        self.lin.group_ids = [Command.unlink(group.id)]
        self.assertEqual(self._stand_in(self.he), self.he)
        self.lin.group_ids = [Command.link(group.id)]
        self._move(self.lin)
        self.assertEqual(self._stand_in(self.he), self.he)
        rows = self.env["care.delegation"]
        self.lin.company_ids = self.other | self.company
        found = rows._stand_ins(self.he, "approvals", self.company, barred=self.lin.ids)
        self.assertEqual(found, {self.he.id: self.he.id})

    def test_an_archived_one_does_not_hold(self):
        row = self._row(self.he, self.lin)
        row.with_user(self.he).action_archive()
        self.assertEqual(self._stand_in(self.he), self.he)

    def test_a_second_one_for_the_same_work_is_refused(self):
        self._row(self.he, self.lin)
        said = "Lin stands in for He already"
        with self.assertRaisesRegex(ValidationError, said), self.cr.savepoint():
            self._row(self.he, self.gao, date_from="2026-03-11", date_to="2026-03-12")
        later = self._row(
            self.he, self.gao, date_from="2026-03-12", date_to="2026-04-01"
        )
        with self.assertRaises(ValidationError):
            later.date_from = "2026-03-11"

    def test_the_database_keeps_two_at_one_moment_apart(self):
        row = self._row(self.he, self.lin)
        self.env.flush_all()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(ExclusionViolation),
            self.cr.savepoint(),
        ):
            self.env.cr.execute(
                "INSERT INTO care_delegation (user_id, delegate_id, occasion, scope,"
                " date_from, date_to, active) SELECT user_id, delegate_id, occasion,"
                " scope, date_from, date_to, true FROM care_delegation WHERE id = %s",
                [row.id],
            )
            self.env.cr.execute("SET CONSTRAINTS ALL IMMEDIATE")

    def test_people_without_access_stand_in_for_nobody(self):
        clerk = self._user("clerk", "base.group_user")
        with self.assertRaisesRegex(ValidationError, "Clerk has no access to Customer"):
            self._row(self.he, clerk)
        self._move(self.gao)
        with self.assertRaisesRegex(ValidationError, "Gao does not work in North"):
            self._row(self.he, self.gao, company_id=self.company.id)

    def test_everybody_names_their_own_and_managers_anybodys(self):
        for by, user, allowed in [
            (self.he, self.he, True),
            (self.sun, self.he, False),
            (self.lin, self.gao, False),
            (self.boss, self.gao, True),
        ]:
            with self.subTest(by=by.login, user=user.login):
                if allowed:
                    self.assertTrue(self._row(user, self.lin, by=by))
                    continue
                with self.assertRaises(AccessError), self.cr.savepoint():
                    self._row(user, self.lin, by=by)

    def test_nobody_makes_himself_the_stand_in_of_another(self):
        row = self._row(self.sun, self.lin)
        with self.assertRaises(AccessError), self.cr.savepoint():
            row.with_user(self.sun).write(
                {"user_id": self.he.id, "delegate_id": self.sun.id}
            )
        self.env.invalidate_all()
        for by in (self.lin, self.gao):  # the stand-in himself, and a stranger
            for vals in ({"delegate_id": self.gao.id}, {"date_to": "2026-12-31"}):
                with self.assertRaises(AccessError), self.cr.savepoint():
                    row.with_user(by).write(vals)
            with self.assertRaises(AccessError), self.cr.savepoint():
                row.with_user(by).unlink()
        self.assertEqual(self._stand_in(self.he), self.he)

    def test_the_two_people_and_managers_read_it(self):
        row = self._row(self.he, self.lin, reason="operation")
        for user, allowed in [
            (self.he, True),
            (self.lin, True),
            (self.boss, True),
            (self.gao, False),
        ]:
            self.env.invalidate_all()
            with self.subTest(user=user.login):
                self.assertEqual(row.with_user(user).has_access("read"), allowed)
                found = row.with_user(user).search([("is_current", "=", True)])
                self.assertEqual(row in found, allowed)

    def test_what_has_begun_stays_on_record(self):
        row = self._row(self.he, self.lin)
        with self.assertRaisesRegex(UserError, "Lin for He has begun"):
            row.with_user(self.boss).unlink()
        self._row(
            self.gao, self.lin, date_from="2026-04-01", date_to="2026-04-02"
        ).unlink()

    def test_absent_are_those_somebody_stands_in_for(self):
        self._row(self.he, self.lin)
        people = self.he | self.lin | self.gao
        rows = self.env["care.delegation"]
        self.assertEqual(rows._absent_ids(people), {self.he.id})
        self.assertFalse(rows._absent_ids(people, on=date(2026, 3, 20)))

    def test_a_chain_costs_a_few_queries_for_any_number_of_people(self):
        people = self.env["res.users"].create(
            [
                {
                    "name": f"P{number}",
                    "login": f"stand_p{number}",
                    "tz": "Asia/Shanghai",
                    "company_id": self.company.id,
                    "company_ids": [Command.set(self.company.ids)],
                    "group_ids": [
                        Command.set(
                            self.env.ref("customer_care.customer_care_group_user").ids
                        )
                    ],
                }
                for number in range(20)
            ]
        )
        for user in people:
            self._row(user, self.lin, by=self.boss)
        self._row(self.lin, self.gao)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.assertEqual(self._stand_in(people), self.gao)
        self.assertLessEqual(self.env.cr.sql_log_count - before, 14)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 02:00:00")
class TestCareDelegationLeave(TransactionCase):
    """With the app Time Off, where it is installed."""

    def setUp(self):
        super().setUp()
        if "hr.leave" not in self.env:
            self.skipTest("the app Time Off is not installed")
        self.company = self.env.company
        self.he, self.lin = (
            new_test_user(self.env, f"leave_{name}", CARE_USER, tz="Asia/Shanghai")
            for name in ("he", "lin")
        )
        employee = self.env["hr.employee"].create(
            {"name": "He", "user_id": self.he.id, "tz": "Asia/Shanghai"}
        )
        kind = self.env["hr.leave.type"].create(
            {
                "name": "Trip",
                "requires_allocation": False,
                "leave_validation_type": "no_validation",
                "time_type": "leave",
            }
        )
        self.leave = self.env["hr.leave"].create(
            {
                "name": "Trip",
                "employee_id": employee.id,
                "holiday_status_id": kind.id,
                "request_date_from": "2026-03-10",
                "request_date_to": "2026-03-11",
            }
        )

    def test_a_standing_deputy_works_on_days_of_leave_alone(self):
        rows = self.env["care.delegation"]
        people = self.he | self.lin
        self.assertEqual(self.leave.state, "validate")
        self.assertEqual(rows._absent_ids(people), {self.he.id})
        self.assertEqual(rows._stand_in(self.he, "approvals"), self.he)
        row = rows.create(
            {
                "user_id": self.he.id,
                "delegate_id": self.lin.id,
                "occasion": "leave",
                "date_from": "2026-01-01",
            }
        )
        self.assertTrue(row.is_current)
        self.assertEqual(rows._stand_in(self.he, "approvals"), self.lin)
        for day, expected in [
            (9, self.he),
            (10, self.lin),
            (11, self.lin),
            (12, self.he),
        ]:
            found = rows._stand_in(self.he, "approvals", on=date(2026, 3, day))
            self.assertEqual(found, expected, day)
        self.leave.holiday_status_id.time_type = "other"
        self.env.invalidate_all()
        self.assertEqual(rows._stand_in(self.he, "approvals"), self.he)
