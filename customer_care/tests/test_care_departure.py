from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .departure_common import DepartureCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-25 04:00:00")
class TestDeparture(DepartureCase):
    """Somebody leaves: planned, signed by both, moved at once, nothing reset."""

    def test_the_whole_story(self):
        owed = self.env["care.obligation"].search([("rule_id", "=", self.rule.id)])
        self.assertEqual(owed.user_id, self.ann)
        due, stage = owed.due_at, self.lead.stage_id
        departure = self.plan(successor_id=self.ben.id)
        self.assertEqual(departure.customer_count, 2)
        kinds = set(departure.line_ids.mapped("kind"))
        self.assertLessEqual({"customer", "lead", "obligation"}, kinds)
        self.give(departure, self.bolt, self.cai)
        self.assertEqual(departure.unclear_count, 0)
        departure.action_ask_signatures()
        self.assertEqual(departure.state, "signing")
        self.assertEqual(
            departure.signature_ids.mapped(lambda row: (row.part, row.user_id)),
            [("hand", self.ann), ("take", self.ben), ("take", self.cai)],
        )
        for user in (self.ann, self.ben):
            self.sign(departure, user)
        self.assertEqual(self.acme.user_id, self.ann, "not before all have signed")
        self.sign(departure, self.cai)
        self.assertEqual(departure.state, "moved")
        self.assertEqual((self.acme.user_id, self.bolt.user_id), (self.ben, self.cai))
        self.assertEqual((self.lead.user_id, self.lead.stage_id), (self.ben, stage))
        self.assertEqual((owed.user_id, owed.due_at), (self.ben, due))
        self.assertEqual(owed.state, "open")
        self.assertEqual(
            self.history(self.acme)[-1],
            (self.ann, self.ben, f"Hand-over {departure.number}"),
        )
        self.assertFalse(self.ann.active)
        self.assertFalse(departure.left_count)

    def test_nobody_signs_for_another(self):
        departure = self.plan(successor_id=self.ben.id)
        departure.action_ask_signatures()
        with self.assertRaises(UserError):
            self.sign(departure, self.mia)
        rows = departure.signature_ids
        for user in (self.ben, self.ann):
            other = rows.filtered(lambda row, user=user: row.user_id != user)
            with self.assertRaises(AccessError):
                departure.with_user(user)._sign(other.with_user(user), "X", False)
            with self.assertRaises(AccessError):
                other.with_user(user).write({"signed_at": "2026-03-25 04:00:00"})
        with self.assertRaises(AccessError):
            departure.state = "signed"
        self.sign(departure, self.mia, default_instead=True)
        hand = rows.filtered(lambda row: row.part == "hand")
        self.assertEqual(hand.signed_by_id, self.mia)
        self.assertEqual(hand.reason, "Left without notice")
        self.assertEqual(departure.state, "signing")

    def test_who_takes_over_does_not_sign_for_the_leaver(self):
        departure = self.plan(successor_id=self.mia.id)
        departure.action_ask_signatures()
        with self.assertRaises(UserError):
            self.sign(departure, self.mia, default_instead=True)
        self.sign(departure, self.mia)
        with self.assertRaises(UserError):
            self.sign(departure, self.mia, default_instead=True)
        self.assertEqual(departure.state, "signing")

    def test_it_can_be_taken_back_until_all_have_signed(self):
        departure = self.plan(successor_id=self.ben.id)
        departure.action_ask_signatures()
        self.sign(departure, self.ann)
        with self.assertRaises(UserError):
            departure.successor_id = self.cai
        with self.assertRaises(UserError):
            self.give(departure, self.bolt, self.cai)
        departure.action_back()
        self.assertFalse(departure.signature_ids)
        self.assertEqual(departure.state, "draft")
        departure.action_cancel()
        self.assertEqual(self.acme.user_id, self.ann)
        departure.action_back()
        departure.action_ask_signatures()
        self.sign(departure, self.ann)
        self.sign(departure, self.ben)
        for step in ("action_back", "action_cancel"):
            with self.assertRaises(UserError):
                getattr(departure, step)()
        with self.assertRaises(UserError):
            departure.unlink()

    def test_it_waits_for_its_day(self):
        departure = self.plan(successor_id=self.ben.id, date_leaving="2026-03-31")
        departure.action_ask_signatures()
        self.sign(departure, self.ann)
        self.sign(departure, self.ben)
        self.assertEqual(departure.state, "signed")
        late = self.make_customer("Late", self.ann)
        cron = self.env.ref("customer_care.care_departure_cron")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(self.acme.user_id, self.ann)
        with freeze_time("2026-03-31 04:00:00"), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.acme.user_id, self.ben)
        self.assertEqual(late.user_id, self.ben, "what was added goes with it")

    def test_greetings_and_data_reviews_go_to_the_successor(self):
        review = self.env["care.data.review"]._open(self.acme)
        occasion = self.env["care.occasion"].create(
            {"code": "t_ny", "name": "New Year"}
        )
        touch = (
            self.env["care.touch"]
            ._guard()
            .create(
                {
                    "occasion_id": occasion.id,
                    "partner_id": self.acme.id,
                    "customer_id": self.acme.id,
                    "occurrence": "2027",
                    "planned_on": "2027-01-01",
                    "user_id": self.ann.id,
                    "company_id": self.env.company.id,
                }
            )
        )
        self.assertEqual(review.user_id, self.ann)
        departure = self.plan(successor_id=self.ben.id)
        departure.action_ask_signatures()
        for user in (self.ann, self.ben):
            self.sign(departure, user)
        self.assertEqual((touch.user_id, review.user_id), (self.ben, self.ben))

    def test_a_plan_without_a_successor_is_refused(self):
        departure = self.plan()
        with self.assertRaises(UserError) as refused:
            departure.action_ask_signatures()
        self.assertIn("Name a successor", str(refused.exception))
        with self.assertRaises(UserError):
            departure.successor_id = self.ann
        idle = self.plan(user_id=self.cai.id, successor_id=self.ben.id)
        with self.assertRaises(UserError):
            idle.action_ask_signatures()

    def test_successors_are_proposed(self):
        departure = self.plan(candidate_ids=self.cai.ids)
        self.join(self.bolt, self.ben)
        self.make_customer("Other", self.cai)
        departure.action_propose()
        acme = self.line(departure, "customer", self.acme)
        bolt = self.line(departure, "customer", self.bolt)
        self.assertEqual((acme.taker_id, acme.proposed_by), (self.cai, "load"))
        self.assertEqual((bolt.taker_id, bolt.proposed_by), (self.ben, "team"))
        lead = self.line(departure, "lead", self.lead)
        self.assertEqual(lead.taker_id, self.cai, "with its customer")
        acme.successor_id = self.ben
        departure.action_propose()
        self.assertEqual((acme.taker_id, acme.proposed_by), (self.ben, "hand"))

    def test_posts_teams_activities_and_approvals_go_too(self):
        member = self.join(self.bolt, self.ann)
        role = self.env.ref("customer_care.care_role_sales_director")
        post = self.env["care.role.assignment"].create(
            {"role_id": role.id, "user_id": self.ann.id}
        )
        todo = self.acme.with_user(self.ann).activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.ann.id
        )
        task = self.env["project.task"].create(
            {"name": "Draw", "user_ids": [self.ann.id, self.cai.id]}
        )
        departure = self.plan(successor_id=self.ben.id)
        self.assertFalse(self.line(departure, "post", post).taker_id)
        departure.action_ask_signatures()
        self.sign(departure, self.ann)
        self.sign(departure, self.ben)
        self.assertEqual(str(member.date_to), "2026-03-24")
        there = self.bolt.care_team_ids - member
        self.assertEqual((there.user_id, there.role_id), (self.ben, member.role_id))
        self.assertEqual(str(post.date_to), "2026-03-24")
        self.assertFalse(role.holder_ids, "a post without a successor ends")
        self.assertEqual(todo.user_id, self.ben)
        self.assertEqual(task.user_ids, self.ben | self.cai)

    def test_what_the_successor_may_not_see_stays_without_a_word(self):
        lead = self.lead.copy({"partner_id": self.bolt.id, "user_id": self.ann.id})
        self.bolt.sudo().secrecy_own = 2
        self.env["care.secrecy"]._changed("res.partner", self.bolt.ids)
        self.env.invalidate_all()
        departure = self.plan(successor_id=self.ben.id)
        lines = departure.line_ids.with_user(self.mia)
        self.assertNotIn(self.bolt.id, lines.filtered("partner_id").partner_id.ids)
        self.assertEqual(departure.with_user(self.mia).customer_count, 1)
        departure.with_user(self.mia).action_ask_signatures()
        self.sign(departure, self.mia, default_instead=True)
        self.sign(departure, self.ben)
        self.env.invalidate_all()
        self.assertEqual((self.acme.user_id, self.bolt.user_id), (self.ben, self.ann))
        self.assertEqual((self.lead.user_id, lead.user_id), (self.ben, self.ann))
        left = self.env["care.departure.line"].sudo().search([("state", "=", "left")])
        self.assertIn(self.bolt, left.partner_id)
        self.assertFalse(departure.with_user(self.mia).left_count)
        said = departure.sudo().message_ids.mapped("body")
        self.assertNotIn("Bolt", " ".join(said))
        gone = self.env["care.departure"]._busy_ids(self.ann.ids)
        self.assertFalse(gone, "no alert tells that something is left")

    def test_who_is_gone_without_a_hand_over_raises_an_alert(self):
        role = self.env.ref("customer_care.care_role_customer_service_manager")
        self.env["care.role.assignment"].create(
            {"role_id": role.id, "user_id": self.mia.id}
        )
        departures = self.env["care.departure"]
        self.cai.active = False
        self.assertFalse(departures.search([("user_id", "=", self.cai.id)]))
        self.ann.active = False
        alert = departures.search([("user_id", "=", self.ann.id)])
        self.assertTrue(alert.is_unplanned)
        self.assertEqual(alert.handler_id, self.mia)
        self.assertEqual(alert.activity_ids.user_id, self.mia)
        departures._on_gone(self.ann)
        self.assertEqual(departures.search_count([("user_id", "=", self.ann.id)]), 1)
        alert = alert.with_user(self.mia)
        alert.successor_id = self.ben
        alert.action_ask_signatures()
        self.sign(alert, self.mia, default_instead=True)
        self.sign(alert, self.ben)
        self.assertEqual(self.acme.user_id, self.ben)

    def test_only_managers_plan_and_only_signers_read(self):
        departure = self.plan(successor_id=self.ben.id)
        departures = self.env["care.departure"].with_user(self.ben)
        with self.assertRaises(AccessError):
            departures.create({"user_id": self.ann.id})
        self.assertFalse(departures.search([]))
        departure.action_ask_signatures()
        self.env.invalidate_all()
        self.assertEqual(departures.search([]), departure)
        self.assertFalse(departures.with_user(self.cai).search([]))
        lines = self.env["care.departure.line"]
        mine = lines.with_user(self.ben).search([])
        self.assertEqual(mine.taker_id, self.ben)
        with self.assertRaises(AccessError):
            mine[:1].successor_id = self.cai
        with self.assertRaises(AccessError):
            lines.with_user(self.mia).browse(mine.ids)[:1].write({"state": "moved"})
