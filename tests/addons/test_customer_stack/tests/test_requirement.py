from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.customer_care.tests.policy_common import USER, PolicyCase

from .common_policy import STACK_PACK


@tagged("post_install", "-at_install")
class TestRequirement(PolicyCase):
    """A gate stays shut until the fields a clause names are filled in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy, __ = cls.load(STACK_PACK)
        cls.rule_written = cls.rule("care.requirement", "s_written")

    def host(self, **values):
        Host = self.env["test.requirement.host"].with_user(self.user)
        return Host.create({"name": "Case 7", "company_id": self.company.id, **values})

    def checks(self, record):
        return self.env["care.requirement.check"].search(
            [("res_model", "=", record._name), ("res_id", "=", record.id)]
        )

    def test_the_missing_fields_are_named_by_their_labels(self):
        host = self.host(report="<p><br></p>")
        with self.assertRaises(UserError) as refusal:
            host.action_close()
        for word in ("Case 7", "Cause of it", "Report", "Ask the shop."):
            self.assertIn(word, str(refusal.exception))
        self.assertFalse(self.checks(host))

    def test_the_refusal_speaks_the_user_s_language(self):
        host = self.host().with_context(lang="zh_CN")
        with self.assertRaisesRegex(UserError, "请问门店。"):
            host.action_close()

    def test_blanks_do_not_count_as_filled_in(self):
        with self.assertRaisesRegex(UserError, "Cause of it"):
            self.host(cause="  \n", report="<p>x</p>").action_close()

    def test_what_was_met_is_kept_once(self):
        host = self.host(cause="Rain", report="<p>Wet</p>")
        host.action_close()
        host.action_close()
        check = self.checks(host)
        self.assertEqual(check.requirement_id, self.rule_written)
        self.assertEqual(check.clause_id.code, "S01.01")
        self.assertEqual((check.res_name, check.gate), ("Case 7", "close"))
        self.assertEqual((check.user_id, check.company_id), (self.user, self.company))

    def test_users_see_what_they_passed_managers_all(self):
        host = self.host(cause="Rain", report="<p>Wet</p>")
        host.action_close()
        other = new_test_user(
            self.env,
            "requirement_other",
            groups=USER,
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        for user, count in ((self.user, 1), (self.manager, 1), (other, 0)):
            self.env.invalidate_all()
            found = self.checks(host).with_user(user)._filtered_access("read")
            with self.subTest(user=user.login):
                self.assertEqual(len(found), count)

    def test_another_gate_asks_nothing(self):
        host = self.host()
        host._requirement_check("accept")
        self.assertFalse(self.checks(host), "what was not asked is not met")

    def test_a_condition_limits_the_records_concerned(self):
        self.rule_written.domain = "[('urgent', '=', True)]"
        self.host().action_close()
        with self.assertRaises(UserError):
            self.host(urgent=True).action_close()

    def test_numbers_and_links_are_filled_in_when_they_say_something(self):
        self.rule_written.field_names = "amount, partner_id, urgent"
        with self.assertRaisesRegex(UserError, "Amount, Partner, Urgent"):
            self.host().action_close()
        partner = self.env["res.partner"].create({"name": "Li"})
        self.host(amount=1, partner_id=partner.id, urgent=True).action_close()

    def test_an_archived_requirement_asks_nothing(self):
        self.rule_written.action_archive()
        host = self.host(cause="Rain", report="<p>Wet</p>")
        host.action_close()
        self.assertFalse(self.checks(host), "what was not asked is not met")

    def test_another_company_s_requirement_asks_nothing(self):
        other = self.env["res.company"].create({"name": "Far shop"})
        self.user.company_ids += other
        host = self.host(company_id=other.id, cause="Rain", report="<p>Wet</p>")
        host.action_close()
        self.assertFalse(self.checks(host), "what was not asked is not met")

    def test_a_requirement_without_company_asks_everywhere(self):
        self.rule_written.write({"company_id": False, "clause_id": False})
        with self.assertRaises(UserError):
            self.host(company_id=False).action_close()

    def test_proof_cannot_be_forged_or_deleted(self):
        host = self.host(cause="Rain", report="<p>Wet</p>")
        host.action_close()
        check = self.checks(host)
        for user in (self.user, self.manager, self.env.ref("base.user_admin")):
            mine = check.with_user(user).with_context(care_engine=True)
            for call in (
                lambda mine=mine: mine.copy(),
                lambda mine=mine: mine.sudo().write({"gate": "x"}),
                lambda mine=mine: mine.sudo().unlink(),
            ):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    call()
