from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestSecurity(ComplaintCommon):
    """Who sees and changes cases."""

    def test_access_by_group(self):
        outsider = new_test_user(
            self.env, "complaint_outsider", groups="base.group_user"
        )
        case = self._new_case()
        self.env.invalidate_all()
        for user, operation, allowed in [
            (self.clerk, "read", True),
            (self.clerk, "write", True),
            (self.clerk, "unlink", False),
            (self.colleague, "write", True),
            (self.manager, "unlink", True),
            (outsider, "read", False),
        ]:
            with self.subTest(user=user.login, operation=operation):
                self.assertEqual(case.with_user(user).has_access(operation), allowed)

    def test_accused_person_sees_nothing_of_the_case(self):
        case = self._new_case(accused_ids=[(4, self.colleague.id)])
        self.env.flush_all()
        self.env.invalidate_all()
        hidden = case.with_user(self.colleague)
        self.assertFalse(hidden.search([("id", "=", case.id)]))
        with self.assertRaises(AccessError):
            hidden.read(["name"])
        self.assertFalse(
            self.env["mail.message"]
            .with_user(self.colleague)
            .search([("model", "=", case._name), ("res_id", "=", case.id)])
        )
        self.assertTrue(case.with_user(self.clerk).search([("id", "=", case.id)]))

    def test_accused_person_sees_nothing_the_engines_wrote_about_it(self):
        self.env["care.obligation.rule"].create(
            {
                "code": "test_close",
                "name": "Close",
                "model_name": "complaint.case",
                "amount": 7,
                "unit": "day",
                "start_field": "received_at",
                "done_domain": "[('state', '=', 'closed')]",
                "company_id": self.company.id,
            }
        )
        case = self._new_case()
        obligation = case.obligation_ids
        self.assertTrue(obligation)
        mine = [("id", "in", obligation.ids)]
        events = [("obligation_id", "in", obligation.ids)]
        for user in (self.colleague, self.clerk):
            ledger = obligation.with_user(user)
            self.assertEqual(ledger.search(mine), obligation)  # fills the rules' cache
        case.write({"accused_ids": [(4, self.colleague.id)]})
        self.env.flush_all()
        self.env.invalidate_all()
        for user, count in [(self.colleague, 0), (self.clerk, len(obligation))]:
            with self.subTest(user=user.login):
                ledger = obligation.with_user(user)
                self.assertEqual(ledger.search_count(mine), count)
                log = self.env["care.obligation.event"].with_user(user)
                self.assertEqual(bool(log.search_count(events)), bool(count))

    def test_accused_person_sees_nothing_that_followed_from_it(self):
        """Neither improvement nor sanction of somebody else; his own he may appeal."""
        case = self._new_case()
        improvement = self.env["care.improvement"]._open(
            "record", "test", {"name": "Better seals"}, records=case
        )
        improvement._step_write({"res_model": case._name, "res_id": case.id})
        rule = self.env["care.sanction.rule"].create(
            {
                "code": "test_fine",
                "name": "Fine",
                "trigger": "record",
                "model_name": case._name,
                "amount": 10,
                "user_path": "culprit_ids",
                "domain": "[('culprit_ids', '!=', False)]",
                "date_from": False,
            }
        )
        case.culprit_ids = self.colleague | self.manager
        with self.enter_registry_test_mode():
            job = self.env.ref("customer_care.care_sanction_propose_cron")
            job.method_direct_trigger()
        self.env.invalidate_all()
        fines = rule.sanction_ids
        self.assertEqual(fines.user_id, self.colleague | self.manager)
        care_manager = "customer_care.customer_care_group_manager"
        self.colleague.write({"group_ids": [(4, self.env.ref(care_manager).id)]})
        records = (improvement, improvement.link_ids, fines)
        for count in (1, 0):
            for record in records:
                mine = record.with_user(self.colleague)
                seen = mine.search([("id", "in", record.ids)])
                with self.subTest(model=record._name, count=count):
                    if record == fines and not count:
                        self.assertEqual(seen.user_id, self.colleague)
                    else:
                        self.assertEqual(seen, record if count else seen.browse())
            case.write({"accused_ids": [(4, self.colleague.id)]})
            self.env.flush_all()
            self.env.invalidate_all()

    def test_accused_manager_is_shut_out_too(self):
        case = self._new_case(accused_ids=[(4, self.manager.id)])
        self.env.invalidate_all()
        self.assertFalse(case.with_user(self.manager).search([("id", "=", case.id)]))

    def test_accused_person_no_longer_follows(self):
        case = self._new_case()
        case.message_subscribe(partner_ids=self.colleague.partner_id.ids)
        case.write({"accused_ids": [(4, self.colleague.id)]})
        self.assertNotIn(self.colleague.partner_id, case.message_partner_ids)

    def test_other_company_is_invisible(self):
        company = self.env["res.company"].create({"name": "Other company"})
        other = self._new_user(
            "other",
            "complaint_handling.complaint_handling_group_manager",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        case = self._new_case()
        desks = self.env["complaint.desk"].with_user(other).search([])
        self.env.invalidate_all()
        self.assertFalse(case.with_user(other).search([("id", "=", case.id)]))
        self.assertEqual(desks.company_id, company)

    def test_what_belongs_to_another_company_is_refused(self):
        company = self.env["res.company"].create({"name": "Other company"})
        department = self.env["hr.department"].create(
            {"name": "Theirs", "company_id": company.id}
        )
        with self.assertRaises(UserError):
            self._new_case(department_id=department.id)
        with self.assertRaises(UserError):
            self._new_case().write({"department_id": department.id})

    def test_answers_and_promises_are_written_by_their_windows_alone(self):
        case = self._new_case()
        self._wizard(
            self.clerk, case, "action_promise", promised_at="2025-09-05 09:00:00"
        )
        for user in (self.clerk, self.manager, self.env.ref("base.user_admin")):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                case.promise_ids.with_user(user).write({"reason": "x"})
        with self.assertRaises(AccessError):
            case.promise_ids.sudo().unlink()

    def test_handled_case_is_not_deleted(self):
        case = self._new_case(justified="yes")
        case.action_accept()
        with self.assertRaisesRegex(UserError, "Archive it"):
            case.with_user(self.manager).unlink()

    def test_desks_are_set_up_by_managers(self):
        with self.assertRaises(AccessError):
            self.desk.with_user(self.clerk).write({"reopen_days": 1})
        self.desk.with_user(self.manager).write({"reopen_days": 1})
