from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .pack_secrecy_common import NOW, SecrecyPackCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPackP10(SecrecyPackCase):
    """Policy P10: statistics, reading, copying, disclosure and leaks."""

    PACK = "P10"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss, cls.manager_of_service, cls.supervisor, cls.desk = (
            cls.holders[code] for code in SecrecyPackCase.ROLES
        )
        cls.clear(cls.seller, cls.head, cls.boss, cls.manager_of_service)
        cls.clear(cls.supervisor, cls.desk)

    def report(self, user=None, **vals):
        requests = self.env["care.report.request"].with_user(user or self.reader)
        return requests.create(
            {
                "name": "Orders by region",
                "department_id": self.service.id,
                "figures": "Number of orders by region",
                "purpose": "Planning",
                "recipients": "Service department",
                "cadence": "month",
                "company_id": self.company.id,
                **vals,
            }
        )

    def hand_in(self, request):
        file = self.attach("report.png", self.reader)
        request.write(
            {
                "report_file_ids": [Command.set(file.ids)],
                "period_from": "2026-02-01",
                "period_to": "2026-02-28",
            }
        )
        request.action_hand_in()

    def released(self):
        request = self.report()
        request.action_ask()
        self.decide(request, self.manager_of_service, self.boss)
        self.hand_in(request)
        self.decide(request, self.supervisor, self.manager_of_service)
        return request

    def test_all_clauses_are_there_and_these_are_carried_out(self):
        self.assertEqual(len(self.policy.clause_ids), 17)
        numbers = (1, 2, 4, 5, 7, 8, 12, 13, 14, 16, 17)
        wanted = {f"P10.{number:02}" for number in numbers}
        self.assertLessEqual(wanted, self.carried())

    def test_p10_04_statistics_by_service_manager_then_general_manager(self):
        """P10.04"""
        request = self.report()
        request.action_ask()
        self.assertEqual(self.waiting(request), self.manager_of_service)
        with self.assertRaises(UserError):
            self.decide(request, self.boss)
        self.decide(request, self.manager_of_service)
        self.assertEqual(self.waiting(request), self.boss)
        self.assertEqual(request.state, "asked")
        self.decide(request, self.boss)
        self.assertEqual(request.state, "approved")
        self.assertEqual(self.counted("P10.04")[0], 1)

    def test_p10_04_a_correction_goes_to_the_general_manager_and_is_filed(self):
        """P10.04"""
        request = self.released()
        action = request.action_correct()
        correction = self.env[action["res_model"]].browse(action["res_id"])
        correction = correction.with_user(self.reader)
        correction.purpose = "A region was counted twice"
        correction.action_ask()
        self.assertEqual(self.waiting(correction), self.boss)
        self.decide(correction, self.boss)
        self.assertEqual(correction.state, "approved")
        self.assertEqual(request.correction_count, 1)
        with self.assertRaises(UserError):
            correction.unlink()

    def test_p10_05_both_examine_the_report_before_it_goes_out(self):
        """P10.05"""
        request = self.report()
        request.action_ask()
        self.decide(request, self.manager_of_service, self.boss)
        self.hand_in(request)
        self.assertEqual((request.state, request.released_at), ("examined", False))
        self.decide(request, self.supervisor)
        self.assertEqual(request.state, "examined")
        self.decide(request, self.manager_of_service)
        self.assertEqual(request.state, "released")
        self.assertEqual(self.counted("P10.05")[0], 1)

    def test_p10_07_reading_by_department_then_customer_service(self):
        """P10.07"""
        self.clear(self.reader, level=1)
        request = self.ask(self.reader)
        self.assertEqual(self.waiting(request), self.head)
        self.link(request, self.head)
        self.decide(request, self.head)
        self.assertFalse(self.sees(self.reader))
        self.assertEqual(self.waiting(request), self.desk)
        self.decide(request, self.desk)
        self.assertTrue(self.sees(self.reader))
        with freeze_time("2026-04-01 04:00:00"):
            self.assertFalse(self.sees(self.reader))
        self.assertEqual(self.counted("P10.07")[0], 1)

    def outsider(self, **vals):
        return self.draft(
            form="viewing",
            in_person=True,
            credential_kind=vals.pop("credential_kind", "letter"),
            credential_number=vals.pop("credential_number", "2026-031"),
            credential_file_ids=[Command.set(self.attach("letter.png").ids)],
            **vals,
        )

    def test_p10_08_outsiders_show_a_letter_and_the_service_manager_decides(self):
        """P10.08"""
        with self.assertRefused("letter of introduction"):
            self.outsider(credential_kind="passport").action_ask()
        record = self.outsider()
        record.action_ask()
        self.assertEqual(self.waiting(record), self.manager_of_service)
        self.decide(record, self.manager_of_service)
        self.assertEqual(record.state, "approved")
        record.action_shown()
        self.assertTrue(record.disclosed_at)
        self.clear(self.manager)
        self.assertEqual(self.counted("P10.08")[0], 2)  # entry and decision

    def test_p10_12_secret_and_top_secret_files_are_marked_and_closed(self):
        """P10.12"""
        secret = self.rule("care.secrecy.class", "p10_secret")
        self.assertEqual(self.rule("care.secrecy.class", "p10_top_secret").level, 3)
        file = self.env["res.partner"].with_user(self.seller).create({"name": "Bolt"})
        file.secrecy_class_id = secret.with_user(self.seller)
        self.assertEqual((file.secrecy_level, file.secrecy_class_id), (2, secret))
        self.assertFalse(self.sees(self.reader, file))
        self.assertTrue(self.sees(self.head, file))

    def test_p10_13_copies_by_named_persons_with_one_of_two_deciding(self):
        """P10.13"""
        copy = self.draft(kind="internal", recipient_user_id=self.head.id)
        copy.action_ask()
        self.assertEqual(self.waiting(copy), self.boss | self.supervisor)
        with self.assertRaises(UserError):
            copy.action_make_copies()
        self.decide(copy, self.supervisor)
        with self.assertRaises(UserError):
            copy.with_user(self.head).action_make_copies()
        copy.action_make_copies()
        self.assertTrue(copy.copy_ids.number)
        self.clear(self.manager)
        self.assertEqual(self.counted("P10.13")[0], 2)  # entry and decision

    def test_p10_14_both_decide_before_anything_goes_out(self):
        """P10.14"""
        record = self.draft()
        record.action_ask()
        self.assertEqual(self.waiting(record), self.supervisor)
        self.decide(record, self.supervisor)
        self.assertEqual(record.state, "asked")
        with self.assertRaises(UserError):
            record.action_make_copies()
        self.decide(record, self.manager_of_service)
        self.assertEqual(record.state, "approved")
        self.assertEqual(len(record.sudo().approval_ids), 1)
        record.action_make_copies()
        self.assertEqual(self.counted("P10.14")[0], 0)  # an uncleared manager's view
        self.clear(self.manager)
        self.assertEqual(self.counted("P10.14")[0], 1)

    def test_p10_14_nobody_decides_both(self):
        """P10.14"""
        role = self.env["care.role"].search(
            [("code", "=", "customer_service_manager")], limit=1
        )
        role.assignment_ids.filtered(
            lambda held: held.company_id == self.company
        ).user_id = self.supervisor
        with self.assertRefused("Nobody decides twice"):
            self.draft().action_ask()

    def test_p10_16_the_three_donts_are_confirmed(self):
        """P10.16"""
        asked = self.env["care.policy.acknowledgement"]
        asked._cron_ask()
        mine = asked.search(
            [("policy_id", "=", self.policy.id), ("user_id", "=", self.clerk.id)]
        )
        self.assertEqual(mine.state, "waiting")
        with freeze_time("2026-01-10 04:00:00"):
            self.policy.with_user(self.clerk).action_acknowledge()
        self.env.invalidate_all()
        self.assertEqual(mine.state, "confirmed")
        self.assertTrue(self.counted("P10.16")[0])

    def leak(self):
        window = self.env["care.leak.report"].with_user(self.clerk)
        window.create({"description": "A list lay in the canteen"}).action_report()
        self.env.invalidate_all()
        return self.env["care.leak.incident"].search(
            [("company_id", "=", self.company.id)], limit=1
        )

    def test_p10_17_a_leak_is_reported_and_remedied_at_once(self):
        """P10.17"""
        incident = self.leak()
        self.assertLessEqual(
            {"pack_information_supervisor", "pack_customer_service_manager"},
            self.told(incident),
        )
        act, remedy = self.owed("P10.17", incident)
        self.assertEqual(f"{act.due_at}", "2026-03-25 05:00:00")
        self.assertEqual(f"{remedy.due_at}", "2026-03-25 06:00:00")
        with freeze_time("2026-03-25 04:30:00"):
            mine = incident.with_user(self.supervisor)
            mine.action_receive()
            mine.measure_ids = [Command.create({"name": "The list was shredded"})]
            mine.action_contain()
        self.env.invalidate_all()
        self.assertEqual((act | remedy).mapped("state"), ["met", "met"])
        self.assertEqual(self.counted("P10.17")[0], 2)

    def test_p10_17_nobody_acts_and_the_general_manager_hears(self):
        """P10.17"""
        incident = self.leak()
        act, remedy = self.owed("P10.17", incident)
        self.sweep("2026-03-25 06:30:00")
        self.assertEqual((act | remedy).mapped("state"), ["missed", "missed"])
        heard = self.told(act) | self.told(remedy) | self.told(incident)
        self.assertIn("pack_general_manager", heard)
        self.assertEqual(self.counted("P10.17")[1], 2)
