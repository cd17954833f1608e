from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.customer_care.tests.secrecy_common import insert

from .common import MANAGER, USER, ComplaintCommon


@tagged("post_install", "-at_install")
class TestCaseSecrecy(ComplaintCommon):
    """Cases of secret customers, and cases that people classify."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cleared = cls._new_user("cleared", MANAGER)
        insert(
            cls.env,
            "care_clearance",
            user_id=cls.cleared.id,
            company_id=cls.company.id,
            level=2,
            state="active",
            vetted=True,
            effective_from="2026-01-01",
            effective_to=None,
            valid_from="2026-01-01",
        )
        cls.env["care.sight"]._forget()
        cls.boss = cls._new_user("boss", USER)
        cls.chief = cls._new_user("chief", USER)

    def give_role(self, code, user, **vals):
        role = self.env["care.role"].search([("code", "=", code)], limit=1)
        self.env["care.role.assignment"].create(
            {
                "role_id": role.id,
                "user_id": user.id,
                "company_id": self.company.id,
                **vals,
            }
        )
        return role

    def seen(self, user, records):
        found = records.with_user(user).search([("id", "in", records.ids)])
        return found.sudo().with_env(self.env)

    def classified(self, **values):
        case = self._new_case(user=self.cleared, **values)
        case.with_user(self.cleared).secrecy_own = 2
        self.env.flush_all()
        return case.sudo()

    def test_a_case_follows_its_customer_and_its_parts_follow_it(self):
        case = self._new_case().sudo()
        case.plate = "京A12345"
        vehicle = self.env["complaint.vehicle"].create(
            {"plate": "京B12345", "partner_id": self.customer.id}
        )
        self.assertEqual(self.seen(self.clerk, case), case)
        self.customer.secrecy_own = 2
        self.env.flush_all()
        for record in (case, vehicle):
            self.assertEqual(record.secrecy_level, 2)
            self.assertFalse(self.seen(self.manager, record))
            self.assertEqual(self.seen(self.cleared, record), record)

    def test_people_classify_up_to_their_own_level_also_what_is_closed(self):
        case = self._new_case()
        case.sudo().state = "cancelled"
        with self.assertRaises(AccessError):
            case.with_user(self.manager).secrecy_own = 2
        case.with_user(self.cleared).secrecy_own = 2
        self.env.flush_all()
        self.assertFalse(self.seen(self.manager, case))
        with self.assertRaises(AccessError):
            case.with_user(self.cleared).secrecy_own = 0

    def test_a_notice_goes_to_the_next_who_may_see_the_case(self):
        department = self.department
        role = self.give_role("general_manager", self.boss)
        self.give_role("general_manager", self.cleared, department_id=department.id)
        rule = self.env["complaint.notice.rule"].create(
            {
                "code": "t_secret",
                "name": "Told",
                "domain": "[]",
                "automatic": True,
                "role_ids": [(6, 0, role.ids)],
                "stage": "told",
            }
        )
        open_case = self._new_case(user=self.manager).sudo()
        self.assertIn(self.boss, open_case.notice_ids.user_id)
        case = self.classified(department_id=department.id)
        self.assertEqual(
            [user for user, _role in case._notice_people(rule)], [self.cleared]
        )
        case.department_id = False
        self.assertFalse(case._notice_people(rule))

    def test_the_crisis_group_has_nobody_who_may_not_see_the_case(self):
        roles = self.give_role("general_manager", self.boss)
        roles |= self.give_role("legal", self.cleared)
        plan = self.env["complaint.crisis.plan"].create(
            {"code": "t_plan", "name": "Plan", "role_ids": [(6, 0, roles.ids)]}
        )
        case = self.classified(user_id=self.clerk.id)
        members = self.env["complaint.crisis"]._get_members(case, plan)
        self.assertEqual(list(members), [self.cleared])

    def test_an_open_case_counts_no_classified_one_as_its_repeat(self):
        self.desk.write({"repeat_days": 30, "repeat_by": "either"})
        category = self.env["complaint.category"].create(
            {"name": "Leaks", "code": "t_leaks"}
        )
        self.classified(category_id=category.id)
        again = self._new_case(category_id=category.id).sudo()
        self.assertFalse(again.repeat_of_id)
        self.assertFalse(again.repeat_count)
        third = self.classified(category_id=category.id)
        third._detect_repeats()
        self.assertEqual(third.repeat_count, 2)

    def test_a_merge_names_no_classified_case_on_an_open_one(self):
        secret, target = self.classified(), self._new_case(user=self.cleared)
        secret.with_user(self.cleared)._merge_into(target)
        texts = " ".join(target.sudo().message_ids.mapped("body"))
        self.assertIn("Another case was merged", texts)
        self.assertNotIn(secret.number, texts)
        self.assertIn(target.sudo().number, " ".join(secret.message_ids.mapped("body")))

    def test_a_link_does_not_name_a_case_to_the_person_complained_about(self):
        first = self._new_case(user=self.manager).sudo()
        second = self._new_case(user=self.clerk).sudo()
        first.accused_ids = self.clerk
        second.repeat_of_id = first
        self.env.flush_all()
        self.env.invalidate_all()
        hers = second.with_user(self.clerk).web_read(
            {"repeat_of_id": {"fields": {"display_name": {}}}}
        )
        self.assertNotIn(first.number, str(hers))
        his = second.with_user(self.colleague).web_read(
            {"repeat_of_id": {"fields": {"display_name": {}}}}
        )
        self.assertIn(first.number, str(his))
