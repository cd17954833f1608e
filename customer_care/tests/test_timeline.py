from datetime import date

from markupsafe import Markup

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from .secrecy_common import USER, SecrecyCase


class TimelineCase(SecrecyCase):
    """Three customers, one public, with something of each app on it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(
            cls.env, "tl_seller", f"{USER},sales_team.group_sale_salesman"
        )
        cls.timeline = cls.env["care.timeline"]
        cls.person = cls.contacts[0]

    def lead(self, partner, **vals):
        return self.env["crm.lead"].create(
            {
                "name": f"Lead of {partner.name}",
                "partner_id": partner.id,
                "type": "opportunity",
                "expected_revenue": 500,
                "user_id": False,
            }
            | vals
        )

    def rows(self, user, *domain):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.timeline.with_user(user).search(list(domain))

    def of(self, user, partner, *domain):
        return self.rows(user, ("partner_id", "=", partner.id), *domain)


@tagged("post_install", "-at_install")
class TestTimeline(TimelineCase):
    """What a customer's timeline holds, and for whom."""

    def test_all_that_happens_with_a_customer_and_its_contacts_is_there(self):
        lead = self.lead(self.person, user_id=self.seller.id)
        self.person.message_post(
            body=Markup("<p>They moved&nbsp;house</p><p>&amp; more</p>"),
            message_type="comment",
        )
        self.open.message_post(
            body="A letter", subject="Your offer", message_type="email"
        )
        lead.message_post(body="On the lead", message_type="comment")
        self.env["calendar.event"].with_context(no_mail_to_attendees=True).create(
            {
                "name": "Kick-off",
                "start": "2026-03-01 02:00:00",
                "stop": "2026-03-01 03:00:00",
                "partner_ids": [Command.set((self.open | self.person).ids)],
            }
        )
        call = self.open.activity_schedule(
            "mail.mail_activity_data_call", summary="Ask", user_id=self.seller.id
        )
        call.action_feedback(feedback="said yes")
        self.env["care.alert.note"].create(
            {"name": "New boss", "partner_id": self.open.id, "date": "2026-03-02"}
        )
        found = self.of(self.seller, self.open)
        names = {(row.kind, row.name) for row in found}
        self.assertLessEqual(
            {
                ("lead", "Lead of Contact of LV Open"),
                ("message", "They moved house & more"),
                ("message", "Your offer"),
                ("message", "On the lead"),
                ("meeting", "Kick-off"),
                ("activity", "Ask"),
                ("alert", "New boss"),
            },
            names,
        )
        self.assertEqual(len(found.filtered(lambda r: r.kind == "meeting")), 1)
        self.assertEqual(found.partner_id, self.open)
        self.assertEqual(found, found.sorted("date", reverse=True))
        row = found.filtered(lambda r: r.kind == "lead")
        self.assertEqual(
            (row.contact_id, row.user_id, row.amount), (self.person, self.seller, 500)
        )
        self.assertEqual(row.currency_id, self.company.currency_id)
        self.assertEqual(row.action_open()["res_id"], lead.id)

    def test_notes_of_the_system_are_left_out(self):
        self.open.message_post(body="Changed", message_type="notification")
        kinds = self.of(self.plain, self.open).mapped("kind")
        self.assertNotIn("message", kinds)

    def test_a_won_lead_says_when(self):
        lead = self.lead(self.open)
        lead.action_set_won()
        kinds = self.of(self.seller, self.open).mapped("kind")
        self.assertLessEqual({"lead", "win"}, set(kinds))

    def test_who_may_not_read_leads_sees_none_of_them(self):
        lead = self.lead(self.open)
        lead.message_post(body="Their price is 7", message_type="comment")
        self.assertTrue(self.of(self.seller, self.open, ("res_id", "=", lead.id)))
        shown = self.of(self.plain, self.open)
        self.assertFalse(shown.filtered(lambda r: r.res_model == "crm.lead"))

    def test_the_rules_of_the_source_hold(self):
        """A salesperson with own documents only sees no lead of another one."""
        self.lead(self.open, user_id=self.admin.id)
        mine = self.lead(self.open, name="Mine", user_id=self.seller.id)
        shown = self.of(self.seller, self.open, ("kind", "=", "lead"))
        self.assertEqual(shown.mapped("res_id"), mine.ids)

    def test_a_private_meeting_of_others_is_left_out(self):
        self.env["calendar.event"].with_context(no_mail_to_attendees=True).create(
            {
                "name": "Divorce",
                "privacy": "private",
                "user_id": self.admin.id,
                "start": "2026-03-01 02:00:00",
                "stop": "2026-03-01 03:00:00",
                "partner_ids": [Command.set(self.person.ids)],
            }
        )
        self.assertNotIn("meeting", self.of(self.seller, self.open).mapped("kind"))

    def test_a_classified_customer_has_a_timeline_for_cleared_people_alone(self):
        self.secret.message_post(body="We met", message_type="comment")
        self.assertTrue(self.of(self.cleared, self.secret))
        self.assertFalse(self.of(self.plain, self.secret))
        mine = self.rows(self.plain, ("res_model", "=", "res.partner"))
        self.assertNotIn(self.secret.id, mine.mapped("res_id"))

    def test_a_row_is_read_by_its_id(self):
        self.lead(self.open, name="One", user_id=self.seller.id)
        self.lead(self.open, name="Two", user_id=self.seller.id)
        found = self.of(self.seller, self.open, ("kind", "=", "lead"))
        self.env.invalidate_all()
        again = self.timeline.with_user(self.seller).browse(found.ids)
        self.assertEqual(set(again.mapped("name")), {"One", "Two"})
        row = self.timeline.with_user(self.plain).browse(found[0].id)
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            row.read(["name"])

    def test_ids_that_a_client_sends_only_narrow_it(self):
        self.lead(self.open, user_id=self.seller.id)
        for ids in ([1], ["x"], "x", {"a": 1}, [True]):
            sent = self.timeline.with_user(self.seller).with_context(
                care_timeline_ids=ids
            )
            self.assertTrue(sent.search([("partner_id", "=", self.open.id)]))

    def test_nobody_writes_it(self):
        with self.assertRaises(AccessError):
            self.timeline.with_user(self.seller).create({"name": "x"})

    def test_the_button_leads_to_the_customers_timeline(self):
        action = self.person.with_user(self.plain).action_view_care_timeline()
        self.assertEqual(action["domain"], [("partner_id", "=", self.open.id)])
        self.assertEqual(action["context"]["search_default_contact_id"], self.person.id)

    def test_months_are_groups(self):
        self.lead(self.open, user_id=self.seller.id)
        self.env.flush_all()
        groups = self.timeline.with_user(self.seller).formatted_read_group(
            [("partner_id", "=", self.open.id)], ["date:month"], ["__count"]
        )
        self.assertTrue(groups)


@tagged("post_install", "-at_install")
class TestTimelineCost(TimelineCase):
    """A customer's timeline touches what is the customer's, in every source."""

    def plan(self, domain):
        self.env.flush_all()
        query = self.timeline.with_user(self.seller)._search(domain)
        query.order = "date DESC"
        query.limit = 80
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        [[plan]] = self.env.execute_query(
            SQL(
                "EXPLAIN (FORMAT JSON) %s",
                query.select("care_timeline.name", "care_timeline.date"),
            )
        )
        return plan[0]["Plan"]

    def walked(self, node):
        """Return the tables read from end to end, but for what record rules ask about
        other tables, once."""
        if node.get("Parent Relationship") == "SubPlan":
            return []
        big = {
            *("mail_message", "mail_activity", "crm_lead", "project_task"),
            *("project_project", "calendar_event", "calendar_attendee"),
            *("survey_user_input", "care_callback", "care_tier_grant", "res_partner"),
            *("care_alert_note", "care_registration", "care_data_review"),
        }
        found = [node["Relation Name"]] if node["Node Type"] == "Seq Scan" else []
        for part in node.get("Plans", ()):
            found += self.walked(part)
        return [table for table in found if table in big]

    def test_the_customer_is_looked_up_in_every_source(self):
        self.assertFalse(self.walked(self.plan([("partner_id", "=", self.open.id)])))

    def test_so_are_a_customer_with_its_children(self):
        domain = [("partner_id", "child_of", self.open.id)]
        self.assertFalse(self.walked(self.plan(domain)))

    def test_rows_by_id_are_looked_up(self):
        self.lead(self.open, user_id=self.seller.id)
        found = self.of(self.seller, self.open)
        plan = self.plan([("id", "in", found.ids)])
        self.assertFalse(self.walked(plan))
        self.assertNotIn("care_callback", str(plan))

    def test_a_page_is_one_query_and_names(self):
        self.lead(self.open, user_id=self.seller.id)
        self.env.flush_all()
        model = self.timeline.with_user(self.seller)
        spec = {"date": {}, "name": {}, "kind": {}, "amount": {}}
        domain = [("partner_id", "=", self.open.id)]
        model.web_search_read(domain, spec, limit=80)
        self.env.invalidate_all()
        with self.assertQueryCount(12):
            model.web_search_read(domain, spec, limit=80)


@tagged("post_install", "-at_install")
class TestBirthday(TimelineCase):
    """Birthdays in the solar and the Chinese calendar, and who has one when."""

    def test_a_lunar_birthday_is_kept_once_a_year(self):
        partners = self.env["res.partner"].with_user(self.plain)
        born = partners.create(
            {"name": "Mid", "birthday_calendar": "lunar", "birthday_date": "1990-10-03"}
        )
        self.assertEqual((born.birthday_lunar_month, born.birthday_lunar_day), (8, 15))
        self.assertEqual(born._care_birthday_on(2026), {born.id: date(2026, 9, 25)})
        leap = partners.create(
            {
                "name": "Leap",
                "birthday_calendar": "lunar",
                "birthday_date": "2025-07-30",
            }
        )
        self.assertTrue(leap.birthday_lunar_leap)
        self.assertEqual(leap._care_birthday_on(2026)[leap.id], date(2026, 7, 19))
        last = partners.create(
            {
                "name": "Eve",
                "birthday_calendar": "lunar",
                "birthday_lunar_month": 12,
                "birthday_lunar_day": 30,
            }
        )
        self.assertEqual(last._care_birthday_on(2025)[last.id], date(2026, 2, 16))

    def test_who_has_a_birthday_is_found_without_looking_at_each(self):
        partners = self.env["res.partner"]
        mid, born, other, none = partners.create(
            [
                {
                    "name": "Mid",
                    "birthday_calendar": "lunar",
                    "birthday_lunar_month": 8,
                    "birthday_lunar_day": 15,
                },
                {"name": "Born", "birthday_date": "1980-09-25"},
                {"name": "Other", "birthday_date": "1980-09-27"},
                {"name": "None"},
            ]
        )
        domain = partners._care_birthday_domain(date(2026, 9, 24), date(2026, 9, 25))
        found = partners.search(domain)
        self.assertIn(mid, found)
        self.assertIn(born, found)
        self.assertNotIn(other, found)
        self.assertNotIn(none, found)

    def test_one_on_29_february_is_kept_on_the_28th(self):
        leap = self.env["res.partner"].create(
            {"name": "L", "birthday_date": "2004-02-29"}
        )
        self.assertEqual(leap._care_birthday_on(2026)[leap.id], date(2026, 2, 28))
        domain = leap._care_birthday_domain(date(2026, 2, 28), date(2026, 2, 28))
        self.assertIn(leap, leap.search(domain))

    def test_a_wrong_day_is_refused_with_the_name(self):
        with self.assertRaisesRegex(Exception, "13/1.*Wrong"):
            self.env["res.partner"].create(
                {
                    "name": "Wrong",
                    "birthday_calendar": "lunar",
                    "birthday_lunar_month": 13,
                    "birthday_lunar_day": 1,
                }
            )

    def test_people_outside_do_not_read_them(self):
        portal = new_test_user(self.env, "tl_portal", "base.group_portal")
        with self.assertRaises(AccessError):
            portal.partner_id.with_user(portal).read(["birthday_date"])
