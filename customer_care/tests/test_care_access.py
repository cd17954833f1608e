from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .clearance_common import USER, ClearanceCase


class AccessCase(ClearanceCase):
    """A secret customer of sales, its head, the general manager, readers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = new_test_user(cls.env, "cl_boss", groups=USER)
        cls.head = new_test_user(cls.env, "cl_head", groups=USER)
        cls.seller = new_test_user(
            cls.env, "cl_seller", groups=f"{USER},base.group_partner_manager"
        )
        cls.service = new_test_user(cls.env, "cl_service", groups=USER)
        departments = cls.env["hr.department"].create(
            [{"name": "Sales"}, {"name": "Service"}]
        )
        cls.sales, cls.other = departments
        people = [
            (cls.head, cls.sales),
            (cls.seller, cls.sales),
            (cls.clerk, cls.sales),
            (cls.service, cls.other),
        ]
        employees = cls.env["hr.employee"].create(
            [
                {"name": user.name, "user_id": user.id, "department_id": dep.id}
                for user, dep in people
            ]
        )
        cls.sales.manager_id = employees[0]
        cls.assign("general_manager", cls.boss)
        cls.acme = cls.env["res.partner"].create(
            {"name": "Acme Secret Works", "ref": "S-77", "user_id": cls.seller.id}
        )
        for user, level in [(cls.head, 2), (cls.boss, 3), (cls.seller, 2)]:
            cls.clear(user, level)
        cls.vet(cls.clerk)
        cls.vet(cls.service)
        cls.acme.secrecy_own = 2
        cls.env.flush_all()

    @classmethod
    def assign(cls, code, user):
        role = cls.env.ref(f"customer_care.care_role_{code}")
        role.assignment_ids.unlink()
        return cls.env["care.role.assignment"].create(
            {"role_id": role.id, "user_id": user.id, "company_id": cls.company.id}
        )

    @classmethod
    def vet(cls, user):
        cls.prove(user)
        clearance = cls.propose(user, 1)
        clearance.action_submit()
        return clearance

    def sees(self, user, record=None):
        record = record or self.acme
        self.env.invalidate_all()
        return bool(record.with_user(user).search([("id", "=", record.id)]))

    def ask(self, user=None, submit=True, **vals):
        request = (
            self.env["care.access.request"]
            .with_user(user or self.clerk)
            .create(
                {
                    "what": "Acme Secret Works",
                    "purpose": "Offer",
                    "reason": "To prepare the offer",
                    "own_department": True,
                    "date_from": "2026-03-25",
                    "date_to": "2026-03-31",
                    **vals,
                }
            )
        )
        if submit:
            request.action_submit()
        return request

    def link(self, request, user, record=None):
        link = self.env["care.access.link"].with_user(user)
        link.create(
            {
                "request_id": request.id,
                "record_ref": f"res.partner,{(record or self.acme).id}",
            }
        ).action_confirm()

    def decide(self, request, user, how="approve", reason="No"):
        approval = request.sudo().approval_ids.filtered(lambda a: a.state == "pending")
        approval.with_user(user)._decide(how, reason)
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
@freeze_time("2026-03-25 04:00:00")
class TestAccessRequest(AccessCase):
    """Access requests and what they open."""

    def test_the_head_of_the_own_department_opens_the_record_for_a_time(self):
        self.assertFalse(self.sees(self.clerk))
        request = self.ask()
        self.assertEqual(request.sudo().approval_ids.current_user_ids, self.head)
        self.link(request, self.head)
        self.decide(request, self.head)
        self.assertEqual(request.state, "granted")
        grant = request.grant_ids
        self.assertEqual((grant.level, grant.needs_vetting), (2, True))
        self.assertEqual(grant.granted_by_id, self.head)
        self.assertTrue(self.sees(self.clerk))
        self.assertFalse(self.sees(self.service))
        self.assertEqual(grant.with_user(self.clerk).subject_name, self.acme.name)
        with freeze_time("2026-03-31 12:00:00"):
            self.assertTrue(self.sees(self.clerk))
        with freeze_time("2026-04-01 12:00:00"):
            self.assertFalse(self.sees(self.clerk))

    def test_another_departments_record_is_the_general_managers(self):
        request = self.ask(self.service, own_department=False)
        self.assertEqual(request.sudo().approval_ids.current_user_ids, self.boss)
        self.link(request, self.boss)
        self.decide(request, self.boss)
        self.assertTrue(self.sees(self.service))

    def test_the_head_opens_no_record_of_another_department(self):
        request = self.ask()
        self.acme.user_id = self.service
        with self.assertRaises(UserError):
            self.link(request, self.head)

    def test_it_is_not_approved_before_the_record_is_linked(self):
        request = self.ask()
        with self.assertRaises(UserError):
            self.decide(request, self.head)
        self.assertEqual(request.state, "submitted")
        self.assertFalse(request.grant_ids)

    def test_access_ends_with_the_vetting_and_with_a_higher_level(self):
        request = self.ask()
        self.link(request, self.head)
        self.decide(request, self.head)
        clearance = self.env["care.clearance"].search(
            [("user_id", "=", self.clerk.id), ("state", "=", "active")]
        )
        self.acme.secrecy_own = 3
        self.assertFalse(self.sees(self.clerk))
        request.grant_ids._engine().level = 3
        self.env["care.sight"]._forget()
        self.assertTrue(self.sees(self.clerk))
        clearance.with_user(self.officer)._withdraw("Moved")
        self.assertFalse(self.sees(self.clerk))

    def test_revoking_ends_it_at_once(self):
        request = self.ask()
        self.link(request, self.head)
        self.decide(request, self.head)
        grant = request.grant_ids
        with self.assertRaises(AccessError):
            grant.with_user(self.service)._revoke("x")
        end = self.env["care.clearance.end"].with_user(self.officer)
        action = grant.with_user(self.officer).action_revoke()
        end.with_context(**action["context"]).create(
            {"reason": "Done"}
        ).action_confirm()
        self.assertFalse(self.sees(self.clerk))
        self.assertEqual(grant.revoked_by_id, self.officer)
        with self.assertRaises(UserError):
            grant.with_user(self.officer)._revoke("again")

    def test_the_applicant_and_the_readers_decide_and_link_nothing(self):
        request = self.ask(reader_ids=[(6, 0, self.head.ids)], submit=False)
        with self.assertRaises(UserError):
            request.action_submit()
        request = self.ask(self.boss, own_department=False, submit=False)
        with self.assertRaises(UserError):
            request.action_submit()
        request = self.ask()
        with self.assertRaises(UserError):
            self.link(request, self.clerk)
        with self.assertRaises(AccessError):
            self.link(request, self.seller)

    def test_readers_need_a_running_clearance(self):
        with self.assertRaises(UserError):
            self.ask(reader_ids=[(6, 0, (self.clerk | self.plain).ids)])

    def test_without_a_rule_nothing_is_opened(self):
        self.env["care.approval.rule"].search(
            [("model_name", "=", "care.access.request")]
        ).active = False
        with self.assertRaises(UserError):
            self.ask()

    def test_the_days_are_limited(self):
        self.company.care_access_days = 7
        self.ask(submit=False)
        with self.assertRaises(ValidationError):
            self.ask(submit=False, date_to="2026-04-01")

    def test_a_request_handed_in_stays_and_only_its_applicant_writes_it(self):
        request = self.ask()
        for vals in ({"what": "x"}, {"date_to": "2026-12-31"}):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                request.write(vals)
        draft = self.ask(submit=False, reader_ids=[(6, 0, self.service.ids)])
        with self.assertRaises(AccessError):
            draft.with_user(self.service).write({"what": "x"})
        with self.assertRaises(AccessError):
            draft.with_user(self.service).unlink()

    def test_the_login_page_needs_no_user_while_secrets_are_in_use(self):
        nobody = self.env(user=False, su=False)["res.partner"]
        self.assertFalse(nobody.env["care.mask"]._on_names())

    # ---- nothing tells the applicant whether it exists

    def trace(self, request):
        """Return all the applicant can read that could differ."""
        self.env.invalidate_all()
        mine = request.with_user(self.clerk)
        names = [
            name
            for name, field in mine._fields.items()
            if field.groups != "."
            and name not in ("id", "what", "display_name", "message_ids")
            and not name.endswith("_ids")
            and not name.startswith(("__", "message"))
        ]
        rows = mine.read(names)[0]
        rows.pop("id")
        approvals = self.env["care.approval"].with_user(self.clerk)
        found = approvals.search(
            [("res_model", "=", mine._name), ("res_id", "=", mine.id)]
        )
        return (
            rows,
            found.mapped(lambda a: (a.state, a.name, a.decision_count, a.due_at)),
            found.line_ids.mapped(lambda line: (line.state, line.name)),
            mine.grant_ids.ids,
            len(mine.message_ids),
            [message.subtype_id.id for message in mine.message_ids],
        )

    def test_a_right_and_a_wrong_name_look_the_same(self):
        right, wrong = self.ask(), self.ask(what="No Such Company")
        answers = [right, wrong]
        self.assertEqual(*map(self.trace, answers))
        self.link(right, self.head)
        self.assertEqual(*map(self.trace, answers))
        for request in answers:
            self.decide(request, self.head, "reject", "Not needed")
        self.assertEqual(*map(self.trace, answers))
        for name in ("res_model", "res_id", "linked_by_id"):
            with self.subTest(name=name), self.assertRaises(AccessError):
                right.with_user(self.clerk).read([name])
            with self.subTest(name=name), self.assertRaises(AccessError):
                right.with_user(self.clerk).search([(name, "!=", False)])

    def test_the_answer_to_handing_in_is_one_sentence(self):
        first = self.ask(submit=False).action_submit()
        second = self.ask(submit=False, what="No Such Company").action_submit()
        self.assertEqual(first, second)

    def test_who_decides_is_told_what_was_found(self):
        request = self.ask()
        self.assertIn("None yet", request.with_user(self.head).link_text)
        self.link(request, self.head)
        self.env.invalidate_all()
        self.assertEqual(request.with_user(self.head).link_text, self.acme.name)
        self.assertNotIn("Acme", request.with_user(self.officer).link_text)
        self.assertFalse(request.with_user(self.clerk).link_text)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-25 04:00:00")
class TestEmergency(AccessCase):
    """Emergency access: at once, reported, reviewed, and no oracle."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.assign("information_supervisor", cls.boss)
        cls.assign("customer_service_manager", cls.head)

    def take(self, user=None, what="Acme Secret Works", reason="Fire at the plant"):
        ask = self.env["care.access.emergency.ask"].with_user(user or self.service)
        return ask.create({"what": what, "reason": reason}).action_confirm()

    def grant(self, user=None):
        return self.env["care.access.grant"].search(
            [("user_id", "=", (user or self.service).id)]
        )

    def test_it_opens_at_once_for_its_hours_and_is_reported(self):
        action = self.take()
        self.assertEqual(action["res_id"], self.acme.id)
        self.assertTrue(self.sees(self.service))
        grant = self.grant()
        self.assertEqual(f"{grant.date_to}", "2026-03-26 04:00:00")
        self.assertEqual(grant.reviewer_ids, self.boss | self.head)
        self.assertEqual(grant.activity_ids.user_id, self.boss | self.head)
        self.assertNotIn("Acme", grant.activity_ids[0].note)
        told = self.env["mail.message"].search(
            [("model", "=", grant._name), ("res_id", "=", grant.id)]
        )
        self.assertEqual(told.partner_ids, (self.boss | self.head).partner_id)
        with freeze_time("2026-03-26 04:00:00"):
            self.assertFalse(self.sees(self.service))

    def test_a_number_does_as_well(self):
        self.assertEqual(self.take(what=" S-77 ")["res_id"], self.acme.id)

    def test_the_review_is_owed_within_a_day(self):
        self.take()
        owed = self.grant().sudo().obligation_ids
        self.assertEqual(f"{owed.due_at}", "2026-03-26 04:00:00")
        self.assertEqual(owed.user_id, self.boss)
        with self.assertRaises(AccessError):
            self.grant().with_user(self.service)._review("justified", "Mine")
        review = self.env["care.access.review"].with_user(self.boss)
        action = self.grant().with_user(self.boss).action_review()
        review.with_context(**action["context"]).create(
            {"result": "misused", "note": "No fire"}
        ).action_confirm()
        self.assertEqual(owed.state, "met")
        self.assertFalse(self.grant().activity_ids)
        self.assertFalse(self.sees(self.service))
        with self.assertRaises(AccessError):
            self.grant().with_user(self.head)._review("justified", "x")

    def test_wrong_names_and_what_may_not_be_read_get_the_same_answer(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.env["res.partner"].create(
            {"name": "Foreign", "company_id": elsewhere.id, "secrecy_own": 2}
        )
        self.env["ir.rule"].create(
            {
                "name": "Nobody",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": "[('ref', '!=', 'S-99')]",
            }
        )
        self.env["res.partner"].create(
            {"name": "Forbidden", "ref": "S-99", "secrecy_own": 2}
        )
        twins = self.env["res.partner"].create([{"name": "Twin"}, {"name": "Twin"}])
        twins.secrecy_own = 2
        answers = [
            self.take(what=what)
            for what in ("No Such", "Foreign", "S-99", "Twin", "Acme%", "Acme")
        ]
        for answer in answers[1:]:
            self.assertEqual(answer, answers[0])
        self.assertFalse(self.grant())

    def test_nothing_is_looked_up_for_people_without_a_clearance(self):
        answers = []
        for what in ("Acme Secret Works", "No Such"):
            with self.assertRaises(AccessError) as caught:
                self.take(self.plain, what)
            answers.append(str(caught.exception))
        self.assertEqual(*answers)
        self.company.care_emergency_any = True
        with self.assertRaises(AccessError):
            self.take(self.plain)  # no user of Customer care
        user = new_test_user(self.env, "cl_any", groups=USER)
        self.assertEqual(self.take(user)["res_id"], self.acme.id)

    def test_who_took_it_is_not_among_those_told(self):
        self.assign("information_supervisor", self.service)
        self.assign("customer_service_manager", self.service)
        self.take()
        told = self.grant().reviewer_ids
        self.assertIn(self.officer, told)
        self.assertNotIn(self.service, told)

    def test_without_a_reason_nothing_is_opened(self):
        with self.assertRaises(UserError):
            self.take(reason=" ")
