from datetime import date, datetime

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .clearance_common import KINDS, OFFICER, USER, ClearanceCase

_AT = datetime.fromisoformat
_OWN = ("2026-01-01", "2026-12-31")
SPANS = [
    # (its dates, {kind: (day, explicit end)}, expected from, until)
    (_OWN, {}, False, False),
    (_OWN, {"nda": ("2026-01-05 03:00:00", None)}, False, False),
    (
        _OWN,
        dict.fromkeys(KINDS, ("2026-01-05 03:00:00", None)),
        _AT("2026-01-05 03:00:00"),
        _AT("2026-12-31 16:00:00"),
    ),
    (
        ("2026-01-01", False),
        dict.fromkeys(KINDS, ("2026-01-05 03:00:00", None)),
        _AT("2026-01-05 03:00:00"),
        _AT("2027-01-04 16:00:00"),  # the training holds a year
    ),
    (
        ("2026-01-01", False),
        {
            "nda": ("2026-02-01 00:00:00", None),
            "background": ("2023-06-10 00:00:00", None),
            "training": ("2026-01-05 03:00:00", None),
        },
        _AT("2026-02-01 00:00:00"),
        _AT("2026-06-09 16:00:00"),  # the check is three years old
    ),
    (
        _OWN,
        {
            "nda": ("2026-01-05 03:00:00", "2026-03-01 00:00:00"),
            "background": ("2026-01-05 03:00:00", None),
            "training": ("2026-01-05 03:00:00", None),
        },
        _AT("2026-01-05 03:00:00"),
        _AT("2026-03-01 00:00:00"),  # over
    ),
    (("2026-06-01", False), {}, False, False),
    (
        ("2026-06-01", "2026-06-30"),
        dict.fromkeys(KINDS, ("2026-01-05 03:00:00", None)),
        _AT("2026-05-31 16:00:00"),
        _AT("2026-06-30 16:00:00"),
    ),
    (
        _OWN,
        dict.fromkeys(KINDS, ("2027-01-05 03:00:00", None)),
        False,
        False,
    ),
]


@tagged("post_install", "-at_install")
@freeze_time("2026-03-25 04:00:00")
class TestClearance(ClearanceCase):
    """Clearances: what they need, when they run, how they end."""

    def rule(self, user):
        return self.env["care.approval.rule"].create(
            {
                "code": "t_clear",
                "name": "Clearance",
                "model_name": "care.clearance",
                "gate": "clear",
                "step_ids": [
                    Command.create(
                        {"name": "Head", "approver": "user", "user_id": user.id}
                    )
                ],
            }
        )

    def decide(self, record, user, how="approve", reason="No"):
        approval = record.sudo().approval_ids.filtered(lambda a: a.state == "pending")
        approval.with_user(user)._decide(how, reason)
        self.env.invalidate_all()

    def running(self, user):
        clearances = self.env["care.clearance"]
        return clearances._running_level(user, self.company)

    # ---- what it needs

    def test_it_runs_in_what_its_dates_and_all_proofs_have_in_common(self):
        zone = self.env.company.resource_calendar_id
        zone.tz = "Asia/Shanghai"  # 8 hours ahead of UTC
        for number, ((first, last), proofs, start, end) in enumerate(SPANS):
            with self.subTest(row=number):
                user = new_test_user(self.env, f"row_{number}", groups=USER)
                for kind, (day, until) in proofs.items():
                    self.prove(user, kind, on=day, ends_at=until)
                clearance = self.propose(user, valid_from=first, valid_to=last)
                clearance._refresh()
                self.assertEqual(clearance.effective_from, start)
                self.assertEqual(clearance.effective_to, end)

    def test_a_failed_check_ends_the_passed_one(self):
        clearance = self.clear()
        self.assertEqual(self.running(self.clerk), 2)
        self.prove(self.clerk, "background", on="2026-03-20 00:00:00", result="failed")
        self.assertEqual(clearance.effective_to, datetime.fromisoformat("2026-03-20"))
        self.assertEqual(self.running(self.clerk), 0)
        self.prove(self.clerk, "background", on="2026-03-24 00:00:00")
        self.assertEqual(self.running(self.clerk), 2)

    def test_proofs_of_another_company_do_not_count(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.prove(self.clerk, company_id=other.id)
        with self.assertRaises(UserError):
            self.propose().action_submit()

    def test_without_its_proofs_it_is_not_given_and_says_which_are_missing(self):
        self.prove(self.clerk, "nda", "training")
        with self.assertRaisesRegex(UserError, "Background check: missing"):
            self.propose().action_submit()

    def test_a_requirement_that_is_added_or_changed_takes_effect_at_once(self):
        self.clear()
        self.needed[2].validity_months = 2
        self.assertEqual(self.running(self.clerk), 0)
        self.needed[2].validity_months = 3
        self.assertEqual(self.running(self.clerk), 2)
        row = self.needed[0].copy({"code": "t_again", "kind": "training", "level": 3})
        self.assertEqual(self.running(self.clerk), 2)
        row.write({"level": 2, "validity_months": 1})
        self.assertEqual(self.running(self.clerk), 0)
        row.unlink()
        self.assertEqual(self.running(self.clerk), 2)

    def test_a_row_of_the_company_replaces_the_general_one(self):
        self.clear()
        own = self.needed[2].copy(
            {
                "code": "clearance_training",
                "validity_months": 1,
                "company_id": self.company.id,
            }
        )
        self.assertEqual(self.running(self.clerk), 0)
        own.active = False  # the company asks for no training
        self.assertEqual(self.running(self.clerk), 2)

    # ---- when it runs

    def test_it_ends_by_the_clock_without_a_write(self):
        clearance = self.clear(valid_to="2026-04-30")
        self.env.flush_all()
        written = clearance.write_date
        for moment, level in [("2026-04-30 12:00:00", 2), ("2026-05-01 12:00:00", 0)]:
            with self.subTest(moment=moment), freeze_time(moment):
                self.env.invalidate_all()
                self.assertEqual(self.running(self.clerk), level)
                self.assertEqual(clearance.is_running, bool(level))
                found = clearance.search([("is_running", "=", True)])
                self.assertEqual(clearance in found, bool(level))
        self.assertEqual(clearance.write_date, written)

    def test_the_job_marks_what_ended_and_begins_the_span_after_a_gap(self):
        clearance = self.clear(valid_to="2027-12-31")
        self.prove(self.clerk, "training", on="2027-03-01 00:00:00")
        self.assertLess(clearance.effective_to, datetime.fromisoformat("2027-01-06"))
        with freeze_time("2027-03-02 00:00:00"):
            self.assertEqual(self.running(self.clerk), 0)
            clearance._cron_run()
            self.assertEqual(self.running(self.clerk), 2)
        with freeze_time("2028-01-02 00:00:00"):
            clearance._cron_run()
            clearance._cron_run()
            self.assertEqual(clearance.state, "expired")

    def test_who_leaves_loses_it(self):
        clearance = self.clear()
        self.clerk.active = False
        self.assertEqual((clearance.state, clearance.end_kind), ("withdrawn", "left"))
        self.clerk.active = True
        self.assertEqual(self.running(self.clerk), 0)

    def test_it_is_withdrawn_at_once_and_with_a_reason(self):
        clearance = self.clear()
        with self.assertRaises(UserError):
            clearance.with_user(self.officer)._withdraw(" ")
        action = clearance.with_user(self.officer).action_withdraw()
        end = self.env["care.clearance.end"].with_user(self.officer)
        end.with_context(**action["context"]).create(
            {"reason": "Moved"}
        ).action_confirm()
        self.assertEqual(clearance.end_reason, "Moved")
        self.assertEqual(self.running(self.clerk), 0)

    def test_a_newer_one_takes_the_place_of_the_older(self):
        old = self.clear(level=3)
        new = self.propose(level=2)
        new.action_submit()
        self.assertEqual((old.state, old.end_kind), ("withdrawn", "replaced"))
        self.assertEqual(self.running(self.clerk), 2)
        later = self.propose(level=1, valid_from="2026-06-01")
        later.action_submit()
        self.assertEqual(new.valid_to, date(2026, 5, 31))
        self.assertEqual(self.running(self.clerk), 2)
        with freeze_time("2026-06-01 12:00:00"):
            self.assertEqual(self.running(self.clerk), 1)

    # ---- who gives it

    def test_nobody_clears_himself(self):
        self.prove(self.officer)
        with self.assertRaises(AccessError):
            self.propose(self.officer)
        clearance = self.propose(self.clerk)
        with self.assertRaises(AccessError):
            clearance.user_id = self.officer
        other = self.propose(self.officer, by=self.second)
        with self.assertRaises(AccessError):
            other.with_user(self.officer).action_submit()

    def test_the_approval_is_decided_by_neither_the_person_nor_the_proposer(self):
        self.prove(self.clerk)
        for user in (self.clerk, self.officer):
            with self.subTest(user=user.login):
                rule = self.rule(user)
                with self.assertRaises(UserError):
                    self.propose().action_submit()
                rule.unlink()

    def test_with_a_rule_it_waits_for_the_approval(self):
        self.rule(self.second)
        self.prove(self.clerk)
        clearance = self.propose(level=3)
        clearance.action_submit()
        self.assertEqual(clearance.state, "approval")
        self.assertEqual(self.running(self.clerk), 0)
        with self.assertRaises(UserError):
            self.decide(clearance, self.clerk)
        self.decide(clearance, self.second)
        self.assertEqual(clearance.state, "active")
        self.assertEqual(self.running(self.clerk), 3)
        refused = self.propose(self.plain, valid_to="2026-09-30")
        self.prove(self.plain)
        refused.action_submit()
        self.decide(refused, self.second, "reject")
        self.assertEqual(refused.end_kind, "refused")

    def test_as_shipped_the_general_manager_decides_from_level_2_on(self):
        self.shipped.active = True
        self.prove(self.clerk)
        vetted = self.propose(level=1)
        vetted.action_submit()
        self.assertEqual(vetted.state, "active")
        for level in (2, 3):
            with self.subTest(level=level):
                clearance = self.propose(level=level)
                self.hold("general_manager")
                with self.assertRaises(UserError) as caught:
                    clearance.action_submit()
                self.assertIn("Role assignments", str(caught.exception))
                self.hold("general_manager", self.second)
                clearance.action_submit()
                self.assertEqual(clearance.state, "approval")
                with self.assertRaises(UserError):
                    self.decide(clearance, self.officer)
                self.decide(clearance, self.second)
                self.assertEqual(self.running(self.clerk), level)

    def test_as_shipped_the_information_supervisor_decides_on_the_manager(self):
        self.shipped.active = True
        self.prove(self.clerk)
        self.hold("general_manager", self.clerk)
        self.hold("information_supervisor", self.second)
        clearance = self.propose(level=3)
        self.assertTrue(clearance.of_general_manager)
        found = clearance.search([("of_general_manager", "=", True)])
        self.assertEqual(found, clearance)
        clearance.action_submit()
        self.assertEqual(clearance.approval_ids.current_user_ids, self.second)
        self.decide(clearance, self.second)
        self.assertEqual(self.running(self.clerk), 3)

    def test_a_rule_of_the_company_takes_the_place_of_the_shipped(self):
        self.shipped.active = True
        self.hold("general_manager", self.plain)
        self.rule(self.second)
        self.prove(self.clerk)
        clearance = self.propose()
        clearance.action_submit()
        self.assertEqual(clearance.approval_ids.current_user_ids, self.second)

    def hold(self, code, user=None):
        """Let a user alone hold a role, or nobody."""
        role = self.env.ref(f"customer_care.care_role_{code}")
        role.assignment_ids.unlink()
        if user:
            self.env["care.role.assignment"].create(
                {
                    "role_id": role.id,
                    "user_id": user.id,
                    "company_id": self.company.id,
                }
            )

    def test_level_3_without_a_rule_is_given_by_somebody_who_holds_it(self):
        self.prove(self.clerk)
        first = self.propose(level=3)
        with self.assertRaises(AccessError):
            first.action_submit()
        admin = new_test_user(
            self.env, "cl_admin", groups=f"{OFFICER},base.group_system"
        )
        first.with_user(admin).action_submit()
        self.assertEqual(self.running(self.clerk), 3)
        self.assertIn("first clearance for top secret", first.message_ids[0].body)
        self.prove(self.plain)
        second = self.propose(self.plain, level=3, by=admin)
        with self.assertRaises(AccessError):
            second.action_submit()
        self.clear(self.officer, level=3, by=self.second)
        second.with_user(self.officer).action_submit()
        self.assertEqual(self.running(self.plain), 3)
