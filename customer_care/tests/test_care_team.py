from freezegun import freeze_time

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from .team_common import TeamCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-25 04:00:00")
class TestTeam(TeamCase):
    """A customer's team: members with roles and duties, found by rules."""

    def holders(self, role, customer):
        return self.env["care.role"]._resolve(role, self.company, partner=customer)

    def test_the_person_in_charge_is_the_account_manager(self):
        self.assertEqual(self.holders("account_manager", self.acme), self.ann)
        contact = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.acme.id}
        )
        self.assertEqual(self.holders("account_manager", contact), self.ann)
        self.acme._care_assign(self.ben, "Moved")
        self.env["care.role.assignment"].create(
            {
                "role_id": self.env.ref("customer_care.care_role_account_manager").id,
                "user_id": self.cai.id,
                "partner_id": self.acme.id,
            }
        )
        self.assertEqual(self.holders("account_manager", self.acme), self.cai)

    def test_members_are_found_by_their_role_on_the_day(self):
        self.assertFalse(self.holders("technical_support", self.acme))
        member = self.join(self.acme, self.cai)
        self.assertEqual(self.holders("technical_support", self.acme), self.cai)
        self.assertIn("technical questions", member.duties)
        member.date_to = "2026-03-24"
        self.assertFalse(self.holders("technical_support", self.acme))
        self.assertFalse(member.is_current)

    def test_duties_begin_in_the_language_of_who_enters_them(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        role = self.env.ref("customer_care.care_team_role_technical_support")
        role.with_context(lang="zh_CN").duties = "解答技术问题"
        members = self.env["care.team.member"].with_context(lang="zh_CN")
        vals = {"partner_id": self.acme.id, "user_id": self.ben.id, "role_id": role.id}
        member = members.create(vals)
        self.env.flush_all()
        self.assertEqual(member.duties, "解答技术问题")

    def test_a_new_role_is_usable_in_rules_at_once(self):
        role = self.env["care.team.role"].create({"code": "t_quality", "name": "QA"})
        self.assertEqual(role.role_id.code, "t_quality")
        self.join(self.acme, self.cai, role)
        self.assertEqual(self.holders("t_quality", self.acme), self.cai)

    def test_the_person_in_charge_names_the_team(self):
        vals = {
            "partner_id": self.acme.id,
            "user_id": self.cai.id,
            "role_id": self.support.id,
        }
        members = self.env["care.team.member"]
        with self.assertRaises(AccessError) as refused:
            members.with_user(self.ben).create(vals)
        self.assertIn("team_ann", str(refused.exception))
        member = members.with_user(self.ann).create(vals)
        with self.assertRaises(AccessError):
            member.with_user(self.ben).date_to = "2026-03-30"
        member.with_user(self.mia).date_to = "2026-03-30"

    def test_strangers_do_not_join(self):
        portal = new_test_user(self.env, "team_portal", groups="base.group_portal")
        with self.assertRaises(ValidationError):
            self.join(self.acme, portal)

    def test_a_member_can_be_put_in_charge(self):
        member = self.join(self.acme, self.cai)
        self.assertFalse(member.is_lead)
        with self.assertRaises(AccessError):
            member.with_user(self.cai).is_lead = True
        member.with_user(self.ann).is_lead = True
        self.assertEqual(self.acme.user_id, self.cai)
        self.env.invalidate_all()
        members = self.env["care.team.member"]
        self.assertEqual(members.search([("is_lead", "=", True)]), member)
        other = self.join(self.acme, self.ben, self.service)
        self.assertEqual(members.search([("is_lead", "=", False)]), other)
