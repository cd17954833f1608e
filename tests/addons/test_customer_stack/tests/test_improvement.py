from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .common_sanction import CAR, SanctionCase, at

PLAN = {
    "cause": "Nobody owns the calendar",
    "measure": "One calendar for the desk",
    "date_due": date(2026, 3, 20),
    "check_date": date(2026, 4, 20),
}


class ImprovementCase(SanctionCase):
    """Improvements of the company of the sanctions."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.improvements = cls.env["care.improvement"]

    def make(self, **vals):
        values = {
            "name": "Appointments are not kept",
            "user_id": self.seller.id,
            "check_user_id": self.sales_head.id,
            "department_id": self.sales.id,
            "company_id": self.company.id,
        }
        return self.improvements.create({**values, **vals})

    def press(self, improvement, user, button, now="2026-03-10 01:00:00"):
        with freeze_time(now):
            result = getattr(improvement.with_user(user), button)()
        self.env.invalidate_all()
        return result

    def check(self, improvement, user, result="effective", now="2026-04-20 02:00:00"):
        """Record the effect through the window, as the checker does."""
        with freeze_time(now):
            opened = improvement.with_user(user).action_check()
            window = self.env["care.improvement.step"].with_user(user)
            window = window.with_context(**opened["context"])
            window.create({"result": result, "note": "Seen"}).action_confirm()
        self.env.invalidate_all()

    def to_checking(self, **vals):
        improvement = self.make(**{**PLAN, **vals})
        self.press(improvement, self.seller, "action_plan")
        self.press(improvement, self.seller, "action_start")
        improvement.result = "One calendar"
        self.press(improvement, self.seller, "action_done")
        return improvement


@tagged("post_install", "-at_install")
class TestImprovement(ImprovementCase):
    """An improvement from its cause to the check of its effect."""

    def test_p03_18_person_time_and_measure_are_fixed_and_followed_up(self):
        """P03.18: an improvement with fixed person, fixed time and fixed measure."""
        improvement = self.make(cause="Nobody owns the calendar")
        with self.assertRaisesRegex(UserError, "Fill in: .*To be done by.*Measure"):
            self.press(improvement, self.seller, "action_plan")
        improvement.with_user(self.seller).write(PLAN)
        self.press(improvement, self.seller, "action_plan")
        self.assertEqual(improvement.state, "planned")
        for vals in [
            {"user_id": self.mechanic.id},
            {"date_due": date(2026, 12, 1)},
            {"measure": "Nothing"},
        ]:
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                improvement.with_user(self.seller).write(vals)
        improvement.with_user(self.boss).write({"date_due": date(2026, 3, 25)})

    def test_p03_18_the_measure_has_its_own_deadline(self):
        """P03.18: followed up: the measure is due, and missed when it is late."""
        improvement = self.make(**PLAN)
        self.press(improvement, self.seller, "action_plan")
        owed = improvement.obligation_ids
        self.assertEqual(owed.rule_id.code, "improvement_measure")
        self.assertEqual(owed.user_id, self.seller)
        self.assertEqual(owed.due_at, at("2026-03-20 16:00:00"))  # end of the day
        with freeze_time("2026-03-22 01:00:00"):
            self.sweep()
        self.assertEqual(owed.state, "missed")

    def test_it_is_not_closed_without_the_check_of_its_effect(self):
        improvement = self.to_checking()
        with self.assertRaises(UserError):
            self.press(improvement, self.boss, "action_close", "2026-05-01 01:00:00")
        with self.assertRaises(AccessError):
            improvement.with_user(self.boss).write({"state": "closed"})
        self.env["care.requirement"].search(
            [("model_name", "=", "care.improvement")]
        ).active = False
        with self.assertRaises(UserError):
            self.press(improvement, self.boss, "action_close", "2026-05-01 01:00:00")
        self.check(improvement, self.sales_head)
        self.assertEqual(improvement.state, "closed")
        self.assertEqual(improvement.checked_by_id, self.sales_head)

    def test_the_database_holds_the_check_too(self):
        improvement = self.to_checking()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(Exception, "checked_before_closed"),
            self.env.cr.savepoint(),
        ):
            improvement._step_write({"state": "closed"})
            self.env.flush_all()

    def test_the_check_has_its_own_deadline_at_its_date(self):
        improvement = self.to_checking()
        owed = improvement.obligation_ids.filtered(
            lambda o: o.rule_id.code == "improvement_check"
        )
        self.assertEqual(owed.user_id, self.sales_head)
        self.assertEqual(owed.due_at, at("2026-04-20 16:00:00"))
        measure = improvement.obligation_ids - owed
        self.assertEqual(measure.state, "met")
        self.check(improvement, self.sales_head)
        self.assertEqual(owed.state, "met")

    def test_the_effect_is_checked_by_somebody_else_and_not_too_early(self):
        improvement = self.to_checking()
        with self.assertRaises(UserError):
            self.check(improvement, self.sales_head, now="2026-04-19 02:00:00")
        with self.assertRaises(AccessError):
            self.check(improvement, self.seller)
        own = self.to_checking(check_user_id=self.seller.id)
        with self.assertRaises(AccessError):
            self.check(own, self.seller)
        self.check(own, self.boss)
        self.assertEqual(own.state, "closed")

    def test_not_effective_goes_on_in_the_next_cycle(self):
        improvement = self.to_checking()
        improvement.write({"why_ids": [(0, 0, {"answer": "No owner"})]})
        self.check(improvement, self.sales_head, "not_effective")
        cycle = improvement.next_ids
        self.assertEqual(improvement.state, "closed")
        self.assertEqual((cycle.state, cycle.cycle), ("draft", 2))
        self.assertEqual(cycle.cause, improvement.cause)
        self.assertEqual(cycle.why_ids.answer, "No owner")
        self.assertFalse(cycle.date_due or cycle.check_result or cycle.done_at)
        self.assertEqual(cycle._all_cycles(), improvement + cycle)

    def test_what_has_ended_stays_as_it_is(self):
        improvement = self.to_checking()
        self.check(improvement, self.sales_head)
        why = self.env["care.improvement.why"].with_user(self.boss)
        for change in (
            lambda: improvement.with_user(self.boss).write({"cause": "x"}),
            lambda: improvement.with_user(self.boss).write({"measure": "x"}),
            lambda: why.create({"improvement_id": improvement.id, "answer": "x"}),
            lambda: improvement.with_user(self.boss).unlink(),
        ):
            with self.assertRaises(UserError):
                change()

    def test_a_manager_calls_it_off_with_a_reason(self):
        improvement = self.make()
        with self.assertRaises(AccessError):
            self.press(improvement, self.seller, "action_cancel")
        with self.assertRaises(UserError):
            improvement.with_user(self.boss)._leave("cancelled", " ")
        improvement.with_user(self.boss)._leave("cancelled", "Double")
        self.assertEqual(improvement.cancel_reason, "Double")

    def test_states_and_stamps_are_forged_by_nobody(self):
        improvement = self.make()
        for vals in [
            {"state": "closed"},
            {"check_result": "effective"},
            {"checked_by_id": self.boss.id},
            {"supervisor_id": self.seller.id},
            {"number": "1"},
            {"origin": "repeat"},
        ]:
            for user in (self.seller, self.boss):
                with self.subTest(vals=vals, user=user.login):
                    with self.assertRaises(AccessError):
                        improvement.with_user(user).with_context(care_step=True).write(
                            vals
                        )
                    with self.assertRaises(AccessError):
                        self.improvements.with_user(user).create({"name": "x", **vals})
        made = self.improvements.with_user(self.seller).with_context(
            default_state="closed", default_check_result="effective"
        )
        made = made.create({"name": "x", "company_id": self.company.id})
        self.assertEqual((made.state, made.check_result), ("draft", False))

    def test_people_change_their_own_and_see_their_company_s(self):
        improvement = self.make()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "stranger",
            "customer_care.customer_care_group_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        for user, reads, writes in [
            (self.seller, True, True),
            (self.sales_head, True, True),
            (self.people["other"], True, False),
            (self.boss, True, True),
            (stranger, False, False),
        ]:
            with self.subTest(user=user.login):
                self.env.invalidate_all()
                seen = self.env(user=user, context={})["care.improvement"]
                seen = seen.browse(improvement.id)
                self.assertEqual(seen.has_access("read"), reads)
                self.assertEqual(seen.has_access("write"), writes)

    def test_the_effect_is_not_checked_before_the_measure_is_due(self):
        with self.assertRaises(ValidationError):
            self.make(date_due=date(2026, 3, 20), check_date=date(2026, 3, 19))

    def test_files_become_evidence_of_the_improvement(self):
        improvement = self.make()
        files = self.env["ir.attachment"].with_user(self.seller)
        file = files.create({"name": "photo.txt", "raw": b"x"})
        improvement.with_user(self.seller).write({"evidence_ids": [(4, file.id)]})
        self.assertEqual(
            (file.res_model, file.res_id), ("care.improvement", improvement.id)
        )
        self.env.invalidate_all()
        self.assertEqual(file.with_user(self.sales_head).raw, b"x")

    def test_what_waits_for_whom(self):
        def waiting(user, now):
            with freeze_time(now):
                model = self.improvements.with_user(user)
                return model.search(model._my_day_domain())

        improvement = self.make(**PLAN)
        now = "2026-03-10 01:00:00"
        self.assertEqual(waiting(self.seller, now), improvement)
        self.assertFalse(waiting(self.sales_head, now))
        checking = self.to_checking()
        self.assertNotIn(checking, waiting(self.sales_head, "2026-04-19 01:00:00"))
        self.assertEqual(waiting(self.sales_head, "2026-04-20 01:00:00"), checking)


@tagged("post_install", "-at_install")
class TestImprovementApproval(ImprovementCase):
    """P15.06: prevention is approved by the general manager, who names a supervisor."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        role = cls.env.ref("customer_care.care_role_general_manager")
        cls.env["care.role.assignment"].create(
            {
                "role_id": role.id,
                "user_id": cls.people["other"].id,
                "company_id": cls.company.id,
            }
        )
        cls.general_manager = cls.people["other"]
        cls.env["care.approval.rule"].create(
            {
                "code": "prevention",
                "name": "Prevention",
                "model_name": "care.improvement",
                "gate": "plan",
                "domain": "[('kind', '=', 'preventive')]",
                "company_id": cls.company.id,
                "step_ids": [
                    (0, 0, {"name": "GM", "approver": "role", "role_id": role.id})
                ],
            }
        )
        cls.env["care.requirement"].create(
            {
                "code": "supervisor",
                "name": "Supervisor",
                "model_name": "care.improvement",
                "gate": "start",
                "domain": "[('kind', '=', 'preventive')]",
                "field_names": "supervisor_id",
                "company_id": cls.company.id,
            }
        )

    def name_supervisor(self, improvement, user, supervisor):
        window = self.env["care.improvement.step"].with_user(user)
        window = window.create(
            {
                "improvement_id": improvement.id,
                "step": "supervisor",
                "supervisor_id": supervisor.id,
            }
        )
        window.action_confirm()
        self.env.invalidate_all()

    def test_p15_06_the_general_manager_approves_and_names_a_supervisor(self):
        """P15.06, step by step."""
        improvement = self.make(kind="preventive", **PLAN)
        self.press(improvement, self.seller, "action_plan")
        self.assertEqual(improvement.state, "draft")
        approval = improvement.approval_ids
        with self.assertRaises(AccessError):
            self.name_supervisor(improvement, self.seller, self.sales_head)
        self.name_supervisor(improvement, self.general_manager, self.service_head)
        approval.with_user(self.general_manager)._decide("approve")
        self.env.invalidate_all()
        self.assertEqual(improvement.state, "planned")
        self.assertEqual(improvement.supervisor_id, self.service_head)
        self.press(improvement, self.seller, "action_start")
        self.assertEqual(improvement.state, "doing")

    def test_p15_06_without_a_supervisor_it_does_not_start(self):
        """P15.06: the measure starts once the supervisor is named."""
        improvement = self.make(kind="preventive", **PLAN)
        self.press(improvement, self.seller, "action_plan")
        improvement.approval_ids.with_user(self.general_manager)._decide("approve")
        self.env.invalidate_all()
        with self.assertRaises(UserError):
            self.press(improvement, self.seller, "action_start")

    def test_p15_06_corrections_need_no_approval(self):
        """P15.06 speaks of prevention alone."""
        improvement = self.make(kind="corrective", **PLAN)
        self.press(improvement, self.seller, "action_plan")
        self.assertEqual(improvement.state, "planned")

    def test_p15_06_a_plan_that_changed_is_planned_anew(self):
        """P15.06: what the general manager approved is what is carried out."""
        improvement = self.make(kind="preventive", **PLAN)
        self.press(improvement, self.seller, "action_plan")
        improvement.approval_ids.with_user(self.general_manager)._decide("approve")
        self.env.invalidate_all()
        improvement.with_user(self.boss).write({"measure": "Something else"})
        self.env.invalidate_all()
        self.assertEqual(improvement.state, "draft")

    def test_p15_06_a_rejected_plan_stays_a_draft(self):
        """P15.06: refused with a reason, it is reworked."""
        improvement = self.make(kind="preventive", **PLAN)
        self.press(improvement, self.seller, "action_plan")
        approval = improvement.approval_ids
        approval.with_user(self.general_manager)._decide("reject", "Too dear")
        self.env.invalidate_all()
        self.assertEqual(improvement.state, "draft")

    def test_closing_waits_for_its_approval(self):
        role = self.env.ref("customer_care.care_role_general_manager")
        self.env["care.approval.rule"].create(
            {
                "code": "closing",
                "name": "Closing",
                "model_name": "care.improvement",
                "gate": "close",
                "company_id": self.company.id,
                "step_ids": [
                    (0, 0, {"name": "GM", "approver": "role", "role_id": role.id})
                ],
            }
        )
        improvement = self.to_checking()
        self.check(improvement, self.sales_head)
        self.assertEqual(improvement.state, "checking")
        improvement.approval_ids.with_user(self.general_manager)._decide("approve")
        self.env.invalidate_all()
        self.assertEqual(improvement.state, "closed")


__all__ = ["CAR", "ImprovementCase"]
