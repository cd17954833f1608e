from odoo.exceptions import UserError
from odoo.fields import Datetime
from odoo.tests import freeze_time, tagged
from odoo.tools.misc import file_open

from .pack_p18_common import DOT, PackP18Case


@tagged("post_install", "-at_install")
class TestPackP18(PackP18Case):
    """Policy P18 as shipped: the pack, the plan, the rates and the calls."""

    # ------------------------------------------------------------------ the pack

    def test_thirteen_clauses_in_three_languages(self):
        codes = [f"P18.{number:02}" for number in range(1, 14)]
        self.assertEqual(self.policy.clause_ids.mapped("code"), codes)
        for clause in self.policy.clause_ids:
            words = {
                clause.with_context(lang=lang).text
                for lang in ("en_US", "zh_CN", "zh_TW")
            }
            with self.subTest(clause=clause.code):
                self.assertEqual(len(words), 3)

    def test_every_clause_is_carried_out_by_a_rule(self):
        self.env.invalidate_all()
        idle = self.policy.clause_ids.filtered(lambda clause: not clause.rule_count)
        self.assertEqual(idle.mapped("code"), [])
        self.assertEqual(set(self.outcomes.values()), {"created"})

    def test_it_is_exported_as_it_is_shipped(self):
        with file_open("customer_care/packs/P18.yaml") as file:
            self.assertEqual(self.Pack.export(self.policy), file.read())

    # ------------------------------------------------------------------- clauses

    def test_p18_01_the_supervisor_assigns_calls_one_by_one(self):
        """P18.01: plan by the supervisor, calls assigned one by one."""
        cases = self.closed(4)
        self.job("2026-03-03 12:00:00")
        self.job("2026-03-04 01:00:00")
        rows = self.calls_about(cases)
        self.assertEqual(len(rows), 2)
        self.assertFalse(rows.user_id)
        plan = self.env["care.callback"].with_user(self.supervisor)
        self.assertEqual(plan.search(plan._my_day_domain()), rows)
        self.assertEqual(self.owed(rows[0], "callback_assign").user_id, self.supervisor)
        with freeze_time("2026-03-04 02:00:00"):
            with self.assertRaisesRegex(UserError, "Caller"):
                rows[0].with_user(self.supervisor).action_reached()
            self.step(self.supervisor, rows[0], "assign", user_id=self.assistant.id)
        self.assertEqual(rows.mapped("user_id"), self.assistant)
        self.assertEqual(self.owed(rows[0], "callback_assign").state, "met")
        self.assertEqual(rows[0].with_user(self.assistant).is_mine, True)

    def test_p18_02_half_of_each_kind_within_three_days_by_rank(self):
        """P18.02: 50 % each, ordinary/important/major by rising rank, 3 days."""
        kinds = {
            "minor": (5, 3, self.assistant),
            "major": (3, 2, self.head),
            "critical": (1, 1, self.holder["company_manager"]),
        }
        cases = {
            code: self.closed(count, severity=code)
            for code, (count, _drawn, _user) in kinds.items()
        }
        self.job("2026-03-03 12:00:00")
        self.job("2026-03-04 01:00:00")
        for code, (_count, drawn, user) in kinds.items():
            rows = self.calls_about(cases[code])
            with self.subTest(severity=code):
                self.assertEqual(len(rows), drawn)
                self.assertEqual(rows[0]._get_candidates(), user)
                self.assertEqual(
                    rows[0].due_at, Datetime.to_datetime("2026-03-06 10:00:00")
                )
        one = self.programme("callback_complaints").draw_ids.filtered("drawn_count")
        self.assertEqual(one._redraw(), [])

    def test_p18_02_never_by_the_handler(self):
        self.hold("service_assistant", self.handler)
        cases = self.closed(2)
        self.job("2026-03-03 12:00:00")
        self.job("2026-03-04 01:00:00")
        row = self.calls_about(cases)
        self.assertEqual(row._get_candidates(), self.assistant)
        with self.assertRaisesRegex(UserError, "had to do with"):
            row.with_user(self.supervisor)._assign(self.handler)

    def test_p18_02_nobody_left_is_said_to_the_supervisor(self):
        cases = self.closed(1, user_id=self.assistant.id)
        self.job("2026-03-03 12:00:00")
        self.job("2026-03-04 01:00:00")
        row = self.calls_about(cases)
        self.assertEqual(row.state, "planned")
        told = row.activity_ids.filtered(lambda a: a.user_id == self.supervisor)
        self.assertIn("had to do with", " ".join(told.mapped("summary")))

    def test_p18_02_the_rate_that_was_not_reached_is_missed(self):
        self.closed(2, at="2026-03-03 10:00:00")
        self.job("2026-03-03 12:00:00")
        self.job("2026-03-04 01:00:00")
        self.env.flush_all()
        rows = self.env["care.clause.compliance"].search(
            [("clause_id", "=", self.clause("P18.02").id)]
        )
        # by the database's clock the calls of March have been due for long
        self.assertEqual(sum(rows.mapped("missed")), 2)
        self.assertEqual(set(rows.mapped("source")), {"callback", "callback_draw"})

    def test_p18_03_repairs_thirty_per_cent_within_a_month(self):
        """P18.03: 30 % of the repairs, by the assistant of the area."""
        area = self.new_user("p18_area", "customer_care.customer_care_group_user")
        self.hold("service_assistant", area, department_id=self.department.id)
        cases = self.closed(10, kind="request")
        self.job("2026-03-03 12:00:00")
        self.job("2026-03-09 01:00:00")
        rows = self.calls_about(cases)
        self.assertEqual(len(rows), 3)
        self.assertEqual(rows.clause_id, self.clause("P18.03"))
        self.assertEqual(rows[0]._get_candidates(), area)
        self.assertEqual(rows[0].due_at, Datetime.to_datetime("2026-04-03 10:00:00"))

    def test_p18_04_events_ten_per_cent_by_the_culture_clerk(self):
        """P18.04: 10 % of an event's guests within one month."""
        kind = self.env["calendar.event.type"].create({"name": "社区活动"})
        guests = self.env["res.partner"].union(*(map(self.customer, range(11))))
        event = (
            self.env["calendar.event"]
            .with_context(no_mail_to_attendees=True)
            .create(
                {
                    "name": "Lantern evening",
                    "start": "2026-03-03 11:00:00",
                    "stop": "2026-03-03 13:00:00",
                    "categ_ids": [(6, 0, kind.ids)],
                    "partner_ids": [(6, 0, guests.ids)],
                    "user_id": self.handler.id,
                }
            )
        )
        attendees = event.attendee_ids.filtered(lambda a: a.partner_id in guests)
        attendees.state = "accepted"
        self.job("2026-03-03 08:00:00")
        self.job("2026-03-09 01:00:00")
        rows = self.calls_about(attendees)
        self.assertEqual(len(rows), 2)  # 10 % of 11, rounded up
        self.assertEqual(rows[0]._get_candidates(), self.holder["culture_clerk"])
        self.assertEqual(rows[0].due_at, Datetime.to_datetime("2026-04-03 13:00:00"))
        self.assertTrue(rows[0].contact_phone)

    def test_p18_05_great_holidays_by_the_company_manager(self):
        """P18.05: holidays of the company's calendar, planned three days before."""
        tag = self.env["res.partner.category"].create({"name": "Holiday call"})
        customers = self.customer(1) | self.customer(2)
        customers.category_id = tag
        self.env["care.calendar.day"].search([]).unlink()
        for day in ("2026-05-01", "2026-10-01", "2026-10-02"):
            self.env["care.calendar.day"].create(
                {
                    "calendar_id": self.company.resource_calendar_id.id,
                    "date": day,
                    "kind": "holiday",
                    "name": "National Day" if day > "2026-09" else "Labour Day",
                }
            )
        self.job("2026-09-27 01:00:00")
        self.assertFalse(self.calls_about(customers))
        self.job("2026-09-28 01:00:00")
        self.job("2026-09-29 01:00:00")
        rows = self.calls_about(customers)
        self.assertEqual(len(rows), 2)
        self.assertEqual(rows.user_id, self.holder["company_manager"])
        self.assertEqual(rows.draw_id.occasion, "National Day")
        self.assertEqual(rows[0].due_at, Datetime.to_datetime("2026-10-09 00:00:00"))

    def test_p18_05_after_moving_in_and_after_an_emergency(self):
        """P18.05: whoever moved in or had an emergency is called by the manager."""
        customers = self.customer(1) | self.customer(2)
        window = (
            self.env["care.callback.occasion.add"]
            .with_user(self.handler)
            .with_context(active_ids=customers.ids)
        )
        window.create({"kind": "emergency", "date": "2026-03-03"}).action_add()
        moved = self.env["care.callback.occasion"].create(
            {
                "partner_id": self.customer(3).id,
                "kind": "moving_in",
                "date": "2026-03-03",
            }
        )
        urgent = self.env["care.callback.occasion"].search(
            [("partner_id", "in", customers.ids)]
        )
        self.job("2026-03-03 12:00:00")
        self.job("2026-03-04 01:00:00")
        rows = self.calls_about(urgent | moved)
        self.assertEqual(len(rows), 3)
        self.assertEqual(rows.user_id, self.holder["company_manager"])
        self.assertEqual(rows.clause_id, self.clause("P18.05"))

    def test_p18_06_signature_on_site_or_mark_of_a_phone_call(self):
        """P18.06: signed on site, marked when by phone."""
        cases = self.closed(4)
        self.job("2026-03-03 12:00:00")
        self.job("2026-03-04 01:00:00")
        site, phone = self.calls_about(cases)
        (site | phone).with_user(self.supervisor)._assign(self.assistant)
        site, phone = site.with_user(self.assistant), phone.with_user(self.assistant)
        self.assertEqual(site.channel, "site")
        site.action_reached()
        site.write({"outcome_id": self.satisfied.id})
        with self.assertRaisesRegex(UserError, "Signature"):
            site.action_done()
        site.write({"signature": DOT, "signed_by": "Mei Chen"})
        site.action_done()
        phone.write({"channel": "phone", "outcome_id": self.satisfied.id})
        with self.assertRaisesRegex(UserError, "Called by phone"):
            phone.action_done()
        phone.write({"phone_mark": True})
        phone.action_done()
        self.assertEqual({site.state, phone.state}, {"done"})
        self.assertEqual(
            self.env["care.requirement.check"]
            .search([("clause_id", "=", self.clause("P18.06").id)])
            .mapped("requirement_id.code"),
            ["callback_phone_mark", "callback_signature"],
        )
