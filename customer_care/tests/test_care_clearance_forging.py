from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .clearance_common import OFFICER, USER
from .test_care_access import AccessCase

MANAGER = "customer_care.customer_care_group_manager"
ENGINE_MODELS = ("care.clearance.proof", "care.access.grant", "care.secrecy.change")
# {model: {field that only buttons write: what somebody would put there}}
GUARDED = {
    "care.clearance": {
        "state": "active",
        "effective_from": "2020-01-01 00:00:00",
        "effective_to": False,
        "vetted": True,
        "given_at": "2020-01-01 00:00:00",
        "end_kind": "replaced",
        "proposed_by_id": 1,
    },
    "care.access.request": {
        "state": "granted",
        "user_id": 1,
        "department_id": 1,
        "res_model": "res.partner",
        "res_id": 1,
        "linked_by_id": 1,
    },
    "care.nda": {"state": "active", "version": 9, "date_from": "2020-01-01 00:00:00"},
}
# what a client may send along
CONTEXTS = (
    {},
    {"care_engine": True},
    {"care_engine": {}},
    {"care_step": True},
    {"skip_check": True, "install_mode": True},
    {"import_file": True},
)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-25 04:00:00")
class TestClearanceForging(AccessCase):
    """Nobody writes past the buttons: not officers, managers, administrators, sudo."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = new_test_user(
            cls.env, "cl_root", groups=f"base.group_system,{OFFICER},{MANAGER}"
        )
        cls.manager = new_test_user(cls.env, "cl_manager", groups=MANAGER)
        cls.users = [cls.plain, cls.clerk, cls.officer, cls.manager, cls.admin]
        cls.grant = cls.env["care.access.grant"]._give(
            [
                {
                    "user_id": cls.clerk.id,
                    "res_model": "res.partner",
                    "res_id": cls.acme.id,
                    "level": 2,
                    "kind": "request",
                    "date_from": "2026-03-01 00:00:00",
                    "date_to": "2026-04-01 00:00:00",
                    "needs_vetting": True,
                    "company_id": cls.company.id,
                }
            ]
        )

    def records(self):
        return [
            self.env["care.clearance.proof"].search([("user_id", "=", self.clerk.id)]),
            self.grant,
            self.env["care.secrecy.change"].search([], limit=1),
        ]

    def refuses(self, call):
        with self.assertRaises(UserError):  # AccessError is one
            call()
            self.env.flush_all()

    def test_engine_records_are_not_written_by_anybody(self):
        vals = {"user_id": self.plain.id}
        for records in self.records():
            record = records[:1]
            for user in self.users:
                for context in CONTEXTS:
                    hers = record.with_user(user).with_context(**context)
                    with self.subTest(
                        model=record._name, user=user.login, context=context
                    ):
                        self.refuses(lambda r=hers: r.create(dict(vals)))
                        self.refuses(lambda r=hers: r.write(vals))
                        self.refuses(lambda r=hers: r.unlink())
                        self.refuses(lambda r=hers: r.copy())
                        self.refuses(lambda r=hers: r.sudo().write(vals))
                        self.refuses(lambda r=hers: r.web_save(vals, {"id": {}}))

    def test_an_import_writes_no_engine_record(self):
        for name in ENGINE_MODELS:
            model = self.env[name].with_user(self.admin)
            with self.subTest(model=name):
                try:
                    result = model.load(["user_id/.id"], [[str(self.plain.id)]])
                except (AccessError, UserError):
                    continue
                self.assertFalse(result["ids"])

    def test_guarded_fields_are_written_by_buttons_alone(self):
        hosts = {
            "care.clearance": self.propose(self.plain),
            "care.access.request": self.ask(self.officer, submit=False),
            "care.nda": self.env["care.nda"].create(
                {"name": "x", "body": "x", "company_id": self.company.id}
            ),
        }
        for name, fields in GUARDED.items():
            for field, value in fields.items():
                for user in (self.officer, self.admin):
                    for context in CONTEXTS:
                        record = hosts[name].with_user(user).with_context(**context)
                        with self.subTest(field=f"{name}.{field}", context=context):
                            self.refuses(
                                lambda r=record, f=field, v=value: r.write({f: v})
                            )
                            self.refuses(
                                lambda r=record, f=field, v=value: r.sudo().write(
                                    {f: v}
                                )
                            )

    def test_defaults_of_the_context_forge_nothing(self):
        model = self.env["care.clearance"].with_user(self.officer)
        row = model.with_context(
            default_state="active",
            default_effective_from="2020-01-01 00:00:00",
            default_given_at="2020-01-01 00:00:00",
        ).create({"user_id": self.plain.id, "level": 2, "valid_from": "2026-01-01"})
        self.assertEqual((row.state, row.effective_from), ("draft", False))
        request = (
            self.env["care.access.request"]
            .with_user(self.clerk)
            .with_context(
                default_state="granted",
                default_user_id=self.boss.id,
                default_res_id=self.acme.id,
                default_res_model="res.partner",
            )
            .create({"what": "x", "purpose": "x", "reason": "x"})
        )
        self.assertEqual((request.state, request.user_id), ("draft", self.clerk))
        self.assertFalse(request._linked())

    def test_a_copy_is_a_draft(self):
        clearance = self.env["care.clearance"].search(
            [("user_id", "=", self.boss.id), ("state", "=", "active")]
        )
        copy = clearance.with_user(self.officer).copy()
        self.assertEqual((copy.state, copy.effective_from), ("draft", False))
        request = self.ask()
        copy = request.with_user(self.clerk).copy()
        self.assertEqual(copy.state, "draft")

    def test_lists_of_others_stay_closed(self):
        """Who reads which: one's own, officers and auditors all of their company."""
        clearance = self.env["care.clearance"].search([("user_id", "=", self.boss.id)])
        proof = self.env["care.clearance.proof"].search(
            [("user_id", "=", self.boss.id)], limit=1
        )
        request = self.ask(self.service, own_department=False)
        table = [
            (clearance, self.boss, True),
            (clearance, self.officer, True),
            (clearance, self.clerk, False),
            (clearance, self.manager, False),
            (proof, self.boss, True),
            (proof, self.officer, True),
            (proof, self.manager, False),
            (self.grant, self.clerk, True),
            (self.grant, self.officer, True),
            (self.grant, self.service, False),
            (request, self.service, True),
            (request, self.boss, True),
            (request, self.officer, True),
            (request, self.clerk, False),
            (request, self.manager, False),
        ]
        for record, user, allowed in table:
            with self.subTest(model=record._name, user=user.login):
                self.assertEqual(record.with_user(user).has_access("read"), allowed)

    def test_another_companys_rows_are_unknown(self):
        other = self.env["res.company"].create({"name": "Other"})
        officer = new_test_user(
            self.env,
            "cl_other",
            groups=OFFICER,
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        for name in (
            "care.clearance",
            "care.clearance.proof",
            "care.access.grant",
            "care.access.request",
        ):
            with self.subTest(model=name):
                found = self.env[name].with_user(officer).search([])
                self.assertFalse(found.filtered(lambda r: r.company_id != other))
                self.assertFalse(found)
        with self.assertRaises(AccessError):
            self.grant.with_user(officer)._revoke("x")

    def test_a_clearance_counts_in_its_company_alone(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.head.company_ids += other
        running = self.env["care.clearance"]._running_level
        self.assertEqual(running(self.head, self.company), 2)
        self.assertEqual(running(self.head, other), 0)

    def test_a_clearance_is_not_moved_after_it_was_given(self):
        clearance = self.env["care.clearance"].search(
            [("user_id", "=", self.clerk.id), ("state", "=", "active")]
        )
        for vals in (
            {"level": 3},
            {"level_choice": "3"},
            {"valid_to": "2030-01-01"},
            {"user_id": self.plain.id},
        ):
            with self.subTest(vals=vals):
                self.refuses(lambda v=vals: clearance.with_user(self.officer).write(v))
        self.refuses(lambda: clearance.with_user(self.officer).unlink())

    def test_private_ways_are_closed_to_clients(self):
        """What RPC may call has no underscore; the ways in all have one."""
        for name, methods in {
            "care.clearance": ("_give", "_finish", "_put", "_refresh"),
            "care.clearance.proof": ("_note", "_end"),
            "care.access.grant": ("_give", "_revoke", "_take"),
            "care.secrecy.change": ("_lower", "_log_raised", "_ask"),
        }.items():
            for method in methods:
                self.assertTrue(hasattr(self.env[name], method), f"{name}.{method}")

    def test_lists_cost_a_fixed_number_of_queries(self):
        self.clear(self.plain)
        for name, budget in [
            ("care.clearance", 12),
            ("care.clearance.proof", 8),
            ("care.access.grant", 14),
            ("care.access.request", 14),
        ]:
            model = self.env[name].with_user(self.officer)
            view = model.get_view(view_type="list")
            names = [f for f in view["models"][name] if f in model._fields]
            spec = {field: {} for field in names if field != "id"}
            self.env.invalidate_all()
            model.web_search_read([], spec)
            self.env.invalidate_all()
            with self.subTest(model=name), self.assertQueryCount(budget):
                model.web_search_read([], spec)

    def test_user_of_customer_care_is_enough_to_ask(self):
        self.assertTrue(self.clerk.has_group(USER))
        with self.assertRaises(AccessError):
            self.ask(self.plain)
