from datetime import date

from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

CARE_USER = "base.group_user,customer_care.customer_care_group_user"
CARE_MANAGER = "base.group_user,customer_care.customer_care_group_manager"


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 09:00:00")
class TestCareRole(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.north = cls.env["res.company"].create({"name": "North Retail"})
        cls.south = cls.env["res.company"].create({"name": "South Retail"})
        cls.both = cls.north | cls.south
        for login in ("wang", "li", "zhao", "chen"):
            setattr(cls, login, cls._user(login, CARE_USER, cls.both))
        cls.boss = cls._user("boss", CARE_MANAGER, cls.both)
        department = cls.env["hr.department"]
        cls.sales = department.create({"name": "Sales", "company_id": cls.north.id})
        cls.shops = department.create(
            {"name": "Shops", "company_id": cls.north.id, "parent_id": cls.sales.id}
        )
        cls.chain = cls.env["res.partner"].create(
            {"name": "Lotus Stores", "is_company": True}
        )
        cls.buyer = cls.env["res.partner"].create(
            {"name": "Ms Sun", "parent_id": cls.chain.id}
        )
        cls.role = cls.env["care.role"].create(
            {"code": "tester", "name": "Tester", "company_id": False}
        )

    @classmethod
    def _user(cls, login, groups, companies):
        user = new_test_user(
            cls.env, f"care_{login}", groups, company_id=companies[0].id
        )
        user.company_ids = [Command.set(companies.ids)]
        return user

    def _assign(self, user, company=None, **vals):
        return self.env["care.role.assignment"].create(
            {
                "role_id": self.role.id,
                "user_id": user.id,
                "company_id": company.id if company else False,
                **vals,
            }
        )

    def _who(self, **where):
        where.setdefault("company", self.north)
        return self.env["care.role"]._resolve("tester", **where)

    def test_shipped_roles_hold_in_every_company(self):
        codes = {
            "general_manager",
            "department_head",
            "customer_service_manager",
            "customer_service",
            "administration",
            "information_supervisor",
            "archive_keeper",
            "account_manager",
            "sales_director",
            "finance",
            "legal",
        }
        roles = self.env["care.role"].search([("code", "in", list(codes))])
        self.assertEqual(set(roles.mapped("code")), codes)
        self.assertFalse(roles.company_id)

    def test_the_most_specific_assignment_wins(self):
        self._assign(self.wang)
        self.assertEqual(self._who(partner=self.buyer), self.wang)
        self._assign(self.li, self.north)
        self.assertEqual(self._who(partner=self.buyer), self.li)
        self.assertEqual(self._who(company=self.south), self.wang)
        self._assign(self.zhao, self.north, department_id=self.sales.id)
        self.assertEqual(self._who(department=self.sales), self.zhao)
        self.assertEqual(self._who(), self.li)
        self._assign(self.chen, self.north, partner_id=self.chain.id)
        self.assertEqual(
            self._who(department=self.sales, partner=self.chain), self.chen
        )

    def test_a_department_inherits_the_assignment_of_those_above(self):
        self._assign(self.zhao, self.north, department_id=self.sales.id)
        self.assertEqual(self._who(department=self.shops), self.zhao)
        self._assign(self.li, self.north, department_id=self.shops.id)
        self.assertEqual(self._who(department=self.shops), self.li)
        self.assertEqual(self._who(department=self.sales), self.zhao)

    def test_a_contact_has_the_account_manager_of_its_company(self):
        self._assign(self.zhao, self.north, partner_id=self.chain.id)
        self.assertEqual(self._who(partner=self.buyer), self.zhao)
        self.assertFalse(self._who())

    def test_several_people_hold_a_role_together(self):
        self._assign(self.wang, self.north)
        self._assign(self.li, self.north)
        self.assertEqual(self._who(), self.wang | self.li)

    def test_first_and_last_day_count(self):
        self._assign(self.li, self.north, date_from="2026-03-10", date_to="2026-03-12")
        for day, held in [(9, False), (10, True), (12, True), (13, False)]:
            with self.subTest(day=day):
                users = self._who(on=date(2026, 3, day))
                self.assertEqual(users, self.li if held else self.env["res.users"])

    def test_today_is_the_day_of_the_company(self):
        self.north.resource_calendar_id.tz = "Asia/Shanghai"
        self._assign(self.li, self.north, date_from="2026-03-11")
        self.assertFalse(self._who())
        with freeze_time("2026-03-10 16:30:00"):  # 00:30 of the 11th in Shanghai
            self.assertEqual(self._who(), self.li)

    def test_people_who_left_are_passed_over(self):
        self._assign(self.wang, self.north)
        self._assign(self.li, self.north, department_id=self.sales.id)
        self.assertEqual(self._who(department=self.sales), self.li)
        self.li.active = False
        self.assertEqual(self._who(department=self.sales), self.wang)

    def test_archived_assignments_and_roles_do_not_count(self):
        row = self._assign(self.wang, self.north)
        row.active = False
        self.assertFalse(self._who())
        row.active = True
        self.assertEqual(self._who(), self.wang)
        self.role.active = False
        self.assertFalse(self._who())

    def test_who_lost_access_to_the_company_holds_no_role_in_it(self):
        self._assign(self.wang)
        self.wang.company_ids = [Command.set(self.north.ids)]
        self.assertEqual(self._who(), self.wang)
        self.assertFalse(self._who(company=self.south))

    def test_the_manager_heads_a_department_nobody_is_assigned_to(self):
        head = {"name": "Zhao", "user_id": self.zhao.id, "company_id": self.north.id}
        self.sales.manager_id = self.env["hr.employee"].create(head)
        resolve = self.env["care.role"]._resolve
        where = {"company": self.north, "department": self.shops}
        self.assertEqual(resolve("department_head", **where), self.zhao)
        self.assertFalse(self._who(department=self.shops))
        self.role = self.env.ref("customer_care.care_role_department_head")
        self._assign(self.li, self.north, department_id=self.sales.id)
        self.assertEqual(resolve("department_head", **where), self.li)

    def test_excluded_people_make_room_for_the_next_in_line(self):
        self._assign(self.wang, self.north)
        self._assign(self.li, self.north, department_id=self.sales.id)
        [users] = self.env["care.role"]._resolve_many(
            [("tester", self.north, self.shops, None)], excluded=self.li.ids
        )
        self.assertEqual(users, self.wang)

    def test_nobody_is_named_with_role_company_and_way_out(self):
        self.assertFalse(self._who())
        with self.assertRaisesRegex(
            UserError, "Tester for Shops in North Retail .* Role assignments"
        ):
            self.role._resolve_or_raise(company=self.north, department=self.shops)
        with self.assertRaisesRegex(UserError, "Tester in South Retail"):
            self.env["care.role"]._resolve_or_raise("tester", company=self.south)

    def test_many_are_resolved_in_the_same_queries_as_a_few(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Shop {n}"} for n in range(60)]
        )
        for partner in partners:
            self._assign(self.wang, self.north, partner_id=partner.id)
        self.env.flush_all()

        def queries(count):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            users = self.env["care.role"]._resolve_many(
                [("tester", self.north, self.shops, p) for p in partners[:count]]
            )
            self.assertEqual(users, [self.wang] * count)
            return self.env.cr.sql_log_count - before

        queries(2)
        few = queries(2)
        self.assertLessEqual(few, 14)
        self.assertEqual(queries(60), few)

    def test_only_managers_assign_roles(self):
        row = self._assign(self.wang, self.north)
        self.env.invalidate_all()
        for user, operation, allowed in [
            (self.wang, "read", True),
            (self.wang, "write", False),
            (self.wang, "create", False),
            (self.wang, "unlink", False),
            (self.boss, "write", True),
            (self.boss, "create", True),
            (self.boss, "unlink", True),
        ]:
            for record in (row, self.role):
                with self.subTest(user=user.login, operation=operation, on=record):
                    self.assertEqual(
                        record.with_user(user).has_access(operation), allowed
                    )

    def test_assignments_of_another_company_are_hidden(self):
        row = self._assign(self.wang, self.south)
        self.wang.company_ids = [Command.set(self.north.ids)]
        self.env.invalidate_all()
        row = row.with_user(self.wang).with_context(allowed_company_ids=self.north.ids)
        with self.assertRaises(AccessError):
            row.read(["role_id"])

    def test_held_today_filter_tells_who_holds_what(self):
        now = self._assign(self.wang, self.north, date_to="2026-03-10")
        later = self._assign(self.li, self.north, date_from="2026-03-11")
        rows = self.env["care.role.assignment"].search(
            [("is_held_today", "=", True), ("role_id", "=", self.role.id)]
        )
        self.assertEqual(rows, now)
        self.assertEqual(self.role.holder_ids, self.wang)
        self.assertFalse(later.is_held_today)
        held = self.env["care.role"].search([("is_held", "=", True)])
        self.assertIn(self.role, held)
        with freeze_time("2026-03-20"):
            now.unlink()
            later.date_to = "2026-03-12"
            free = self.env["care.role"].search([("is_held", "=", False)])
            self.assertIn(self.role, free)

    def test_wrong_assignments_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "Choose them of one company"):
            self._assign(self.wang, self.south, department_id=self.sales.id)
        portal = new_test_user(self.env, "care_portal", "base.group_portal")
        with self.assertRaisesRegex(ValidationError, "Choose an internal user"):
            self._assign(portal)
        self.chen.company_ids = [Command.set(self.north.ids)]
        with self.assertRaisesRegex(ValidationError, "does not work in South"):
            self._assign(self.chen, self.south)
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            self._assign(
                self.wang, self.north, date_from="2026-03-12", date_to="2026-03-11"
            )
