from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, freeze_time, new_test_user, tagged

from .common_approval import ApprovalCase
from .common_ours import our_models

CARE = "customer_care.customer_care_group"
COMPLAINT = "complaint_handling.complaint_handling_group"


@tagged("post_install", "-at_install")
class TestHiddenRecords(TransactionCase):
    """Who may not see a record gets its name by no window, link or other person."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "North Retail"})
        cls.south = cls.env["res.company"].create({"name": "South Retail"})
        cls.env.user.company_ids += cls.company | cls.south
        both = f"base.group_user,{CARE}_user,{COMPLAINT}_user"
        cls.accused = cls._user("accused", both, cls.company)
        cls.clerk = cls._user("clerk", both, cls.company)
        cls.manager = cls._user("manager", f"{CARE}_manager", cls.company)
        cls.stranger = cls._user("stranger", f"{CARE}_manager", cls.south)
        cls.case = (
            cls.env["complaint.case"]
            .with_company(cls.company)
            .create(
                {
                    "name": "Rude at the counter",
                    "company_id": cls.company.id,
                    "accused_ids": [Command.set(cls.accused.ids)],
                }
            )
        )

    @classmethod
    def _user(cls, login, groups, company):
        return new_test_user(
            cls.env,
            f"hidden_{login}",
            groups,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def _windows(self, comodel, user):
        """Return (empty recordset, name of the link) of the windows over a model."""
        for model in our_models(self.env(user=user.id)):
            if not model._transient or not model.has_access("create"):
                continue
            for name, field in model._fields.items():
                given = not field.related and not field.compute
                if given and field.comodel_name == comodel:
                    yield model, name

    def _assert_refused(self, model, name, record):
        many = model._fields[name].type == "many2many"
        value = [Command.set(record.ids)] if many else record.id
        spec = {name: {"fields": {"display_name": {}}}}
        with (
            self.subTest(way="create", model=model._name),
            self.assertRaises(AccessError),
        ):
            model.create({name: value})
        with (
            self.subTest(way="onchange", model=model._name),
            self.assertRaises(AccessError),
        ):
            model.onchange({name: value}, [name], spec)
        opened = model.with_context(
            **{f"default_{name}": record.ids if many else value}
        )
        with self.subTest(model=model._name, way="default"):
            with self.assertRaises(AccessError):
                opened.onchange({}, [], spec)
            with self.assertRaises(AccessError):
                opened.create({})

    def test_no_window_names_a_case_to_the_person_complained_about(self):
        windows = list(self._windows("complaint.case", self.accused))
        self.assertGreater(len(windows), 7)
        for model, name in windows:
            self._assert_refused(model, name, self.case)

    def test_what_is_noted_about_a_call_in_the_matter_is_hidden_like_the_call(self):
        self.accused.group_ids += self.env.ref(f"{CARE}_manager")
        engine = self.env["care.engine.mixin"]._engine().env
        callback = engine["care.callback"].create(
            {
                "company_id": self.company.id,
                "res_model": "complaint.case",
                "res_id": self.case.id,
                "user_id": self.clerk.id,
                "event_at": "2026-03-01 08:00:00",
                "due_at": "2026-03-10 08:00:00",
            }
        )
        about = {"res_model": "care.callback", "res_id": callback.id}
        wanted = self.env["care.requirement"].create(
            {
                "code": "hidden",
                "name": "Says what was said",
                "model_name": "care.callback",
                "gate": "done",
                "field_names": "notes",
                "message": "Write down what was said.",
                "company_id": self.company.id,
            }
        )
        check = engine["care.requirement.check"]
        check = check.create(
            {
                **about,
                "requirement_id": wanted.id,
                "at": "2026-03-02 08:00:00",
                "res_name": "Mei Chen",
                "gate": "done",
                "user_id": self.clerk.id,
                "company_id": self.company.id,
            }
        )
        self.env.flush_all()
        self.env.invalidate_all()
        item = self.env["care.day.item"].search(
            [("res_model", "=", "care.callback"), ("res_id", "=", callback.id)]
        )
        self.assertTrue(item)
        for row in (callback, check, item):
            with self.subTest(model=row._name):
                row = row.with_env(self.env)
                self.assertFalse(row.with_user(self.accused).search_count([]))
                self.assertTrue(row.with_user(self.manager).has_access("read"))

    def test_who_may_see_the_case_opens_the_windows(self):
        windows = self.env["complaint.reason.wizard"].with_user(self.clerk)
        spec = {"case_id": {"fields": {"display_name": {}}}}
        opened = windows.with_context(default_case_id=self.case.id)
        found = opened.onchange({}, [], spec)["value"]["case_id"]
        self.assertEqual(found["id"], self.case.id)

    def test_what_somebody_writes_in_a_window_is_theirs(self):
        values = {"case_id": self.case.id, "step": "cancel", "reason": "Seen to"}
        window = self.env["complaint.reason.wizard"].with_user(self.clerk)
        window = window.create(values)
        self.assertEqual(window.reason, "Seen to")
        hers = window.with_user(self.accused)
        self.assertFalse(hers.search([]))
        with self.assertRaises(AccessError):
            hers.read(["reason"])
        with self.assertRaises(AccessError):
            hers.reason = "Not true"

    def test_every_window_is_its_owners(self):
        for model in our_models(self.env):
            if not model._transient:
                continue
            with self.subTest(model=model._name):
                rules = self.env["ir.rule"].search(
                    [("model_id.model", "=", model._name), ("groups", "=", False)]
                )
                self.assertIn("create_uid", " ".join(rules.mapped("domain_force")))

    def test_a_manager_plans_no_call_in_another_company(self):
        programme = self.env["care.callback.programme"].create(
            {
                "code": "hidden",
                "name": "After a repair",
                "company_id": self.company.id,
                "model_name": "care.callback.occasion",
                "event_field": "date",
                "period": "month",
                "start_date": "2026-03-01",
                "rate_pct": 50,
            }
        )
        for model, name in self._windows("care.callback.programme", self.stranger):
            self._assert_refused(model, name, programme)
        values = {
            "programme_id": programme.id,
            "partner_ids": [Command.set(self.stranger.partner_id.ids)],
            "due_at": "2026-03-20 08:00:00",
            "reason": "Curious",
        }
        window = self.env["care.callback.add"].sudo().create(values)
        with self.assertRaises(AccessError):
            window.sudo(False).with_user(self.stranger).action_add()

    def test_a_rule_for_all_companies_hangs_on_no_clause_of_one(self):
        policy = self.env["care.policy"].create(
            {"code": "hidden", "name": "Hidden", "company_id": self.company.id}
        )
        clause = self.env["care.policy.clause"].create(
            {"policy_id": policy.id, "code": "1", "name": "Ours alone"}
        )
        shared = self.env["care.callback.outcome"].create(
            {"code": "shared", "name": "Shared", "company_id": False}
        )
        with self.assertRaises(AccessError):
            shared.with_user(self.stranger).clause_id = clause
        shared.with_user(self.manager).clause_id = clause
        self.assertEqual(shared.clause_id, clause)

    def test_formulas_and_rungs_of_another_company_are_not_shown(self):
        rule = self.env["care.tier.scheme"].create(
            {
                "code": "hidden",
                "name": "Hidden",
                "company_id": self.company.id,
                "tier_ids": [Command.create({"code": "a", "name": "A"})],
            }
        )
        rule.tier_ids.rule_ids = [Command.create({"code": "way", "name": "Way"})]
        rows = self.env["care.tier.condition"].create(
            {
                "rule_id": rule.tier_ids.rule_ids.id,
                "name": "Stated",
                "kind": "attestation",
                "fact_id": self.env["care.tier.fact"]
                .create({"code": "f", "name": "F", "company_id": self.company.id})
                .id,
            }
        )
        self.assertTrue(rows.with_user(self.manager).read(["name"]))
        with self.assertRaises(AccessError):
            rows.with_user(self.stranger).read(["name"])

    def test_a_role_of_another_company_is_not_named(self):
        role = self.env["care.role"].create(
            {"code": "hidden", "name": "Hidden", "company_id": self.company.id}
        )
        rows = self.env["care.role.assignment"]
        self._assert_refused(rows.with_user(self.stranger), "role_id", role)

    def test_stand_ins_of_another_company_are_not_shown(self):
        row = self.env["care.delegation"].create(
            {
                "user_id": self.clerk.id,
                "delegate_id": self.manager.id,
                "date_from": "2026-03-09",
                "date_to": "2026-03-11",
            }
        )
        self.assertFalse(row.company_id)
        self.assertTrue(row.with_user(self.manager).read(["reason"]))
        self.assertNotIn(row, row.with_user(self.stranger).search([]))
        with self.assertRaises(AccessError):
            row.with_user(self.stranger).date_to = "2026-12-31"

    def test_a_manager_of_customer_care_opens_a_category(self):
        category = self.env["complaint.category"].create(
            {"code": "hidden", "name": "Service", "company_id": self.company.id}
        )
        spec = {"issue_ids": {"fields": {"name": {}, "severity_id": {}}}}
        mine = category.with_user(self.manager)
        command = Command.create({"name": "Late"})
        mine.web_save({"issue_ids": [command]}, spec)
        self.assertEqual(mine.web_read(spec)[0]["issue_ids"][0]["name"], "Late")


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 02:00:00")
class TestApprovalActivity(ApprovalCase):
    """Who is asked stays asked until the approval is decided."""

    def test_an_open_approval_is_not_ticked_off(self):
        self._report_rule()
        approval = self._ask()
        activity = approval.sudo().activity_ids.with_user(self.he).sudo(False)
        self.assertEqual(activity.user_id, self.he)
        for take_off in (
            lambda: activity.action_done(),
            lambda: activity.action_feedback("Done"),
            lambda: activity.unlink(),
            lambda: activity.write({"user_id": self.sun.id}),
            lambda: activity.write({"active": False}),
        ):
            with self.assertRaisesRegex(UserError, "waits for your decision"):
                take_off()
        activity.date_deadline = "2026-03-12"
        approval.with_user(self.he).action_approve()
        self.assertFalse(activity.exists().filtered("active"))
