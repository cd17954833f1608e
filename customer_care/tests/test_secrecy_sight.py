from freezegun import freeze_time

from odoo.exceptions import MissingError
from odoo.tests import new_test_user, tagged

from .secrecy_common import NOW, USER, SecrecyCase


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestSecrecySight(SecrecyCase):
    """Who sees what: clearances, grants, companies, people from outside."""

    def seen(self, user, **context):
        partners = self.env["res.partner"].with_user(user).with_context(**context)
        return set(partners.search([("ref", "=like", "LV%")]).mapped("ref"))

    def test_who_finds_whom(self):
        both = {"LVOPEN", "LVSECRET"}
        for user, expected in [
            (self.plain, {"LVOPEN"}),
            (self.admin, {"LVOPEN"}),
            (self.env.ref("base.user_admin"), {"LVOPEN"}),
            (self.cleared, both),
            (self.top, both | {"LVTOP"}),
            (self.env.ref("base.user_root"), both | {"LVTOP"}),
        ]:
            with self.subTest(user=user.login):
                self.assertEqual(self.seen(user), expected)

    def test_who_may_do_what(self):
        for operation in ("read", "write", "unlink", "create"):
            for user, allowed in [(self.plain, False), (self.cleared, True)]:
                for record in (self.secret, self.contacts[1]):
                    with self.subTest(user=user.login, operation=operation):
                        self.assertEqual(
                            record.with_user(user).has_access(operation), allowed
                        )

    def test_no_contact_is_made_below_what_is_hidden(self):
        partners = self.env["res.partner"].with_user(self.plain)
        with self.assertRaises(MissingError):
            partners.create({"name": "Below", "parent_id": self.secret.id})

    def test_the_hidden_are_neither_counted_nor_grouped_nor_suggested(self):
        partners = self.env["res.partner"].with_user(self.plain)
        mine = [("ref", "=like", "LV%")]
        self.assertEqual(partners.search_count(mine), 1)
        self.assertEqual(partners._read_group(mine, [], ["__count"]), [(1,)])
        self.assertEqual(partners.name_search("LV Secret"), [])
        self.assertEqual(len(partners.name_search("LV Open")), 2)
        groups = partners._read_group(
            [("parent_id", "in", (self.open + self.secret).ids)],
            ["parent_id"],
            ["__count"],
        )
        self.assertEqual(groups, [(self.open.with_user(self.plain), 1)])

    def test_lists_filter_and_group_by_the_name_of_the_level(self):
        partners = self.env["res.partner"].with_user(self.cleared)
        groups = partners.formatted_read_group(
            [("ref", "=like", "LV%")], ["secrecy_name"], ["__count"]
        )
        self.assertEqual(
            [(row["secrecy_name"], row["__count"]) for row in groups],
            [("0", 1), ("2", 1)],
        )
        found = partners.search([("secrecy_name", "=", "2"), ("ref", "=like", "LV%")])
        self.assertEqual(found, self.secret)
        self.assertEqual(found.secrecy_name, "2")

    def test_the_hidden_help_no_condition_on_a_relation(self):
        partners = self.env["res.partner"]
        for user, found in [(self.plain, 0), (self.cleared, 1)]:
            domain = [("parent_id.ref", "=", "LVSECRET")]
            self.assertEqual(partners.with_user(user).search_count(domain), found)

    def test_levels_hold_in_memory_as_in_sql(self):
        for user, expected in [(self.plain, self.open), (self.top, None)]:
            records = (self.open + self.secret + self.topsecret).with_user(user)
            domain = [("care_cleared", "=", True)]
            expected = records if expected is None else expected.with_user(user)
            hidden = records - expected
            self.assertEqual(records.sudo().filtered_domain(domain), expected)
            self.assertEqual(records._filtered_access("read"), expected)
            self.assertEqual(records._secrecy_hidden(), hidden)
            self.assertEqual(records.sudo()._secrecy_hidden(), hidden)
            found = records.sudo().search(
                [("care_hidden", "=", True), ("id", "in", records.ids)]
            )
            self.assertEqual(found, hidden)
            found = records.sudo().search(
                [("care_cleared", "=", False), ("id", "in", records.ids)]
            )
            self.assertEqual(found, hidden)

    # ---- time

    def test_a_clearance_ends_by_itself(self):
        user = new_test_user(self.env, "lv_short", USER)
        self.clear(user, 2, effective_to="2026-03-25 10:00:00")
        self.assertIn("LVSECRET", self.seen(user))
        with freeze_time("2026-03-25 09:59:59"):
            self.assertTrue(self.secret.with_user(user).has_access("read"))
        with freeze_time("2026-03-25 10:00:00"):
            self.assertNotIn("LVSECRET", self.seen(user))
            self.assertFalse(self.secret.with_user(user).has_access("read"))

    def test_a_clearance_begins_by_itself(self):
        user = new_test_user(self.env, "lv_later", USER)
        self.clear(user, 2, effective_from="2026-03-25 10:00:00")
        self.assertNotIn("LVSECRET", self.seen(user))
        with freeze_time("2026-03-25 10:00:00"):
            self.assertIn("LVSECRET", self.seen(user))

    def test_only_a_running_clearance_counts(self):
        for number, vals in enumerate(
            [
                {"state": "withdrawn"},
                {"state": "draft"},
                {"effective_from": None},
                {"effective_to": "2026-03-25 09:00:00"},
            ]
        ):
            with self.subTest(vals=vals):
                user = new_test_user(self.env, f"lv_none{number}", USER)
                self.clear(user, 3, **vals)
                self.assertEqual(self.seen(user), {"LVOPEN"})

    # ---- companies

    def test_the_lowest_level_of_the_active_companies_counts(self):
        second = self.env["res.company"].create({"name": "LV Second"})
        user = new_test_user(
            self.env,
            "lv_two",
            USER,
            company_ids=[(6, 0, [self.company.id, second.id])],
        )
        self.clear(user, 3)
        self.clear(user, 2, company_id=second.id)
        first, both = [self.company.id], [self.company.id, second.id]
        self.assertEqual(len(self.seen(user, allowed_company_ids=first)), 3)
        self.assertEqual(len(self.seen(user, allowed_company_ids=both)), 2)
        self.assertEqual(len(self.seen(user)), 2)

    def test_a_company_that_is_not_the_users_own_gives_nothing(self):
        other = self.env["res.company"].create({"name": "LV Other"})
        self.clear(self.plain, 3, company_id=other.id)
        partner = self.secret.with_user(self.plain)
        partner = partner.with_context(allowed_company_ids=[other.id])
        self.assertTrue(partner.sudo()._secrecy_hidden())

    # ---- grants

    def test_a_grant_opens_one_record_and_its_contacts(self):
        self.grant(self.plain, self.secret)
        self.assertEqual(self.seen(self.plain), {"LVOPEN", "LVSECRET"})
        self.assertTrue(self.contacts[1].with_user(self.plain).has_access("read"))
        self.assertFalse(self.contacts[2].with_user(self.plain).has_access("read"))
        contact = self.env["res.partner"].create(
            {"name": "New below", "parent_id": self.secret.id}
        )
        self.assertTrue(contact.with_user(self.plain).has_access("read"))

    def test_a_grant_reaches_up_to_its_level(self):
        self.grant(self.plain, self.topsecret, level=2)
        self.assertEqual(self.seen(self.plain), {"LVOPEN"})
        self.grant(self.plain, self.secret, level=2)
        self.secret.secrecy_own = 3
        self.assertEqual(self.seen(self.plain), {"LVOPEN"})

    def test_a_grant_begins_and_ends_by_itself(self):
        self.grant(
            self.plain,
            self.secret,
            date_from="2026-03-25 10:00:00",
            date_to="2026-03-25 11:00:00",
        )
        for time, number in [("09:30", 1), ("10:00", 2), ("10:59", 2), ("11:00", 1)]:
            with freeze_time(f"2026-03-25 {time}:00"):
                self.assertEqual(len(self.seen(self.plain)), number, time)

    def test_a_grant_may_need_vetting(self):
        self.grant(self.plain, self.secret, needs_vetting=True)
        self.assertEqual(self.seen(self.plain), {"LVOPEN"})
        self.clear(self.plain, 1, vetted=True, effective_to="2026-03-25 10:00:00")
        self.assertEqual(self.seen(self.plain), {"LVOPEN", "LVSECRET"})
        with freeze_time("2026-03-25 10:00:00"):
            self.assertEqual(self.seen(self.plain), {"LVOPEN"})

    def test_a_revoked_grant_counts_no_more(self):
        self.grant(self.plain, self.secret, revoked_at="2026-03-25 08:00:00")
        self.assertEqual(self.seen(self.plain), {"LVOPEN"})

    # ---- people from outside

    def test_people_from_outside_see_their_own_family(self):
        portal = new_test_user(
            self.env, "lv_portal", "base.group_portal", partner_id=self.contacts[1].id
        )
        self.assertTrue(portal.partner_id.with_user(portal).has_access("read"))
        everybody = (self.open + self.secret + self.topsecret + self.contacts).sudo()
        self.open.secrecy_own = 1
        expected = self.secret + self.contacts[1]
        seen = everybody.with_user(portal).sudo()
        self.assertEqual(seen - seen._secrecy_hidden(), expected)
        public = self.env.ref("base.public_user")
        seen = everybody.with_user(public).sudo()
        self.assertEqual(seen - seen._secrecy_hidden(), self.env["res.partner"])
        found = seen.search([("care_cleared", "=", True), ("id", "in", seen.ids)])
        self.assertFalse(found)

    # ---- others

    def test_who_of_the_others_sees_a_record(self):
        records = self.open + self.secret + self.topsecret
        sight = self.env["care.sight"]
        self.assertEqual(sight._sees(self.plain, records), self.open)
        self.assertEqual(sight._sees(self.cleared, records), self.open + self.secret)
        leads = self.env["crm.lead"].create(
            [{"name": row.name, "partner_id": row.id} for row in records]
        )
        self.assertEqual(sight._sees(self.plain, leads), leads[0])

    def test_users_find_each_other(self):
        for user in (self.plain, self.cleared, self.admin):
            users = self.env["res.users"].with_user(user)
            found = users.search([("login", "=like", "lv\\_%")])
            self.assertGreaterEqual(len(found), 4, user.login)
            self.assertEqual(users.browse(user.id).name, user.name)

    def test_what_is_looked_up_costs_one_query(self):
        partners = self.env["res.partner"].with_user(self.plain)
        partners.search([], limit=1)
        self.env["care.sight"]._forget()
        with self.assertQueryCount(2):  # the search, and who sees what
            partners.search([("ref", "=", "LVOPEN")])
        with self.assertQueryCount(1):
            partners.search([("ref", "=", "LVSECRET")])
