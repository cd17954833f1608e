"""Who owes it: stand-ins, roles that change hands, people who take over."""

from odoo.tests import freeze_time, tagged

from .obligation_common import ObligationCase, at

MONDAY = "2026-03-02 02:00:00"
USER = "customer_care.customer_care_group_user"


@tagged("post_install", "-at_install")
class TestObligationPeople(ObligationCase):
    """Open obligations follow the people; each hand-over stands in the log."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mate = cls.clerk.copy({"login": "mate", "name": "mate"})
        cls.third = cls.clerk.copy({"login": "third", "name": "third"})
        cls.role = cls.env["care.role"].create({"code": "desk", "name": "Desk"})

    def setUp(self):
        super().setUp()
        self.patch(
            type(self.env["ir.cron"]),
            "_commit_progress",
            lambda *args, **kw: float("inf"),
        )

    def follow(self):
        self.ledger._cron_follow()
        self.env.invalidate_all()

    def away(self, user, delegate, first="2026-03-03", last="2026-03-05", **vals):
        return self.env["care.delegation"].create(
            {
                "user_id": user.id,
                "delegate_id": delegate.id,
                "date_from": first,
                "date_to": last,
                "scope": "obligations",
                **vals,
            }
        )

    def hold(self, user, **vals):
        return self.env["care.role.assignment"].create(
            {
                "role_id": self.role.id,
                "user_id": user.id,
                "company_id": self.company.id,
                **vals,
            }
        )

    def test_who_stands_in_has_it_for_these_days_and_gives_it_back(self):
        self.make_rule(responsible_path="user_id")
        with freeze_time(MONDAY):
            obligation = self.make_hosts().obligation_ids
            self.away(self.clerk, self.mate)
            self.follow()
            self.assertEqual(obligation.user_id, self.clerk)
        with freeze_time("2026-03-03 02:00:00"):
            self.follow()
            self.assertEqual(obligation.user_id, self.mate)
            self.assertEqual(obligation.instead_of_id, self.clerk)
            started = self.make_hosts().obligation_ids
            self.assertEqual(started.user_id, self.mate)
        with freeze_time("2026-03-06 02:00:00"):
            self.follow()
        self.assertEqual((obligation | started).user_id, self.clerk)
        self.assertFalse((obligation | started).instead_of_id)
        self.assertEqual(
            obligation.event_ids.sorted("id").mapped("reason"),
            [False, "stand_in", "back"],
        )

    def test_a_save_and_a_sweep_leave_it_with_the_stand_in(self):
        rule = self.make_rule(
            responsible_path="user_id",
            escalation_ids=[(0, 0, {"amount": 1, "unit": "hour"})],
        )
        with freeze_time("2026-03-03 02:00:00"):
            self.away(self.clerk, self.mate, last="2026-03-31")
            host = self.make_hosts()
            host.user_id = self.clerk
            self.assertEqual(host.obligation_ids.user_id, self.mate)
        with freeze_time("2026-03-12 02:00:00"):
            self.sweep()
        self.assertEqual(host.obligation_ids.user_id, self.mate)
        self.assertEqual(host.activity_ids.user_id, self.mate)
        self.assertNotIn("assign", self.kinds(rule.obligation_ids))

    def test_a_chief_who_is_away_is_not_called_the_stand_in_is(self):
        self.make_rule(
            responsible_path="user_id",
            escalation_ids=[
                (0, 0, {"amount": 1, "notify": "user", "user_id": self.clerk.id}),
                (0, 0, {"amount": 1, "notify": "role", "role_id": self.role.id}),
            ],
        )
        self.hold(self.clerk)
        with freeze_time(MONDAY):
            host = self.make_hosts(user_id=self.third.id)
            self.away(self.clerk, self.mate, last="2026-03-31")
        with freeze_time("2026-03-12 02:00:00"):
            self.sweep()
        self.assertEqual(host.activity_ids.user_id, self.mate)

    def test_a_stand_in_who_is_away_passes_on_and_none_leaves_it(self):
        self.make_rule(responsible_path="user_id")
        with freeze_time("2026-03-03 02:00:00"):
            first = self.away(self.clerk, self.mate)
            self.away(self.mate, self.third)
            obligation = self.make_hosts().obligation_ids
            self.assertEqual(obligation.user_id, self.third)
            first.active = False
            self.follow()
        self.assertEqual(obligation.user_id, self.clerk)

    def test_a_role_given_to_another_moves_what_is_open(self):
        rule = self.make_rule(role_id=self.role.id)
        with freeze_time(MONDAY):
            held = self.hold(self.clerk)
            open_, late, done = self.make_hosts(3)
            done.state = "done"
        with freeze_time("2026-03-10 02:00:00"):
            late.obligation_ids._engine().write({"next_fire_at": at(MONDAY)})
            held.user_id = self.mate
            self.assertTrue(rule.follow_wanted)
            self.follow()
            self.assertFalse(rule.follow_wanted)
        self.assertEqual(open_.obligation_ids.user_id, self.mate)
        self.assertEqual(late.obligation_ids.user_id, self.mate)
        self.assertEqual(done.obligation_ids.user_id, self.clerk)
        event = open_.obligation_ids.event_ids[-1:]
        self.assertEqual((event.kind, event.reason), ("assign", "named"))
        self.assertEqual(
            (event.from_user_id, event.to_user_id), (self.clerk, self.mate)
        )

    def test_a_role_that_ends_by_its_date_moves_the_day_after(self):
        self.make_rule(role_id=self.role.id)
        with freeze_time(MONDAY):
            self.hold(self.clerk, date_to="2026-03-03")
            self.hold(self.mate, date_from="2026-03-04")
            obligation = self.make_hosts().obligation_ids
            self.follow()
            self.assertEqual(obligation.user_id, self.clerk)
        with freeze_time("2026-03-04 02:00:00"):
            self.follow()
        self.assertEqual(obligation.user_id, self.mate)

    def test_the_head_of_another_record_is_followed_once_a_day(self):
        self.make_rule(responsible_path="partner_id.user_id")
        partner = self.env["res.partner"].create({"name": "P"})
        partner.user_id = self.clerk
        with freeze_time(MONDAY):
            obligation = self.make_hosts(partner_id=partner.id).obligation_ids
            self.assertEqual(obligation.user_id, self.clerk)
            self.follow()
            partner.user_id = self.mate
            self.follow()
            self.assertEqual(obligation.user_id, self.clerk)
        with freeze_time("2026-03-03 02:00:00"):
            self.follow()
        self.assertEqual(obligation.user_id, self.mate)

    def test_a_duty_is_for_whoever_stands_in(self):
        duty = self.env["care.duty"].create(
            {
                "code": "weekly",
                "name": "Weekly list",
                "rrule": "FREQ=WEEKLY;BYDAY=MO",
                "produce_from": "2026-03-02",
                "amount": 4,
                "unit": "day",
                "user_id": self.clerk.id,
                "company_id": self.company.id,
            }
        )
        with freeze_time("2026-03-03 02:00:00"):
            self.away(self.clerk, self.mate)
            made = duty._produce(at("2026-03-03 02:00:00"))
            self.assertEqual(
                (made.user_id, made.instead_of_id), (self.mate, self.clerk)
            )
        with freeze_time("2026-03-06 02:00:00"):
            self.follow()
            self.assertEqual(made.user_id, self.clerk)
            duty.user_id = self.third
        self.assertEqual(made.user_id, self.third)

    def test_without_stand_ins_a_save_asks_nothing_of_them(self):
        self.make_rule(responsible_path="user_id")
        host = self.make_hosts()
        self.env.flush_all()
        host.level = 3
        host.user_id = self.mate
        self.env.flush_all()
        with self.assertQueryCount(0):
            self.assertEqual(
                self.ledger._present({(self.mate.id, self.company.id)}),
                {(self.mate.id, self.company.id): self.mate.id},
            )
