from odoo.tests import TransactionCase, new_test_user, tagged

from .secrecy_common import USER, SecrecyCase

RIGHTS = f"{USER},sales_team.group_sale_salesman_all_leads,project.group_project_user"


@tagged("post_install", "-at_install")
class TestSecrecyCore(SecrecyCase):
    """Records of other apps are as secret as their customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(cls.env, "lv_seller", RIGHTS)
        cls.trusted = new_test_user(cls.env, "lv_trusted", RIGHTS)
        cls.clear(cls.trusted, 2)

    def visible(self, user, records):
        """Return what the user finds of `records`; reading them one by one agrees."""
        model = self.env[records._name].with_user(user)
        found = model.with_context(active_test=False).search(
            [("id", "in", records.ids)], order="id"
        )
        self.assertEqual(records.with_user(user)._filtered_access("read"), found)
        return found

    def test_leads_projects_and_tasks_follow_their_customer(self):
        for name in ("crm.lead", "project.project", "project.task"):
            with self.subTest(model=name):
                vals = {"project_id": False} if name == "project.task" else {}
                records = self.env[name].create(
                    [
                        {"name": f"LV {row.name}", "partner_id": row.id, **vals}
                        for row in (self.open, self.secret, self.contacts[2])
                    ]
                    + [{"name": "LV alone", **vals}]
                )
                if name == "project.task":
                    records.user_ids = self.seller + self.trusted
                self.assertEqual(len(self.visible(self.seller, records)), 2)
                self.assertEqual(len(self.visible(self.trusted, records)), 3)

    def test_a_lead_is_seen_no_more_when_its_customer_is_raised(self):
        lead = self.env["crm.lead"].create(
            {"name": "LV lead", "partner_id": self.open.id}
        )
        self.assertTrue(self.visible(self.seller, lead))
        self.open.secrecy_own = 2
        self.assertFalse(self.visible(self.seller, lead))
        self.assertTrue(self.visible(self.trusted, lead))

    def test_a_grant_on_the_customer_opens_the_lead(self):
        lead = self.env["crm.lead"].create(
            {"name": "LV lead", "partner_id": self.contacts[1].id}
        )
        self.assertFalse(self.visible(self.seller, lead))
        self.grant(self.seller, self.secret)
        self.assertTrue(self.visible(self.seller, lead))

    # ---- activities

    def plan(self, record, user):
        return record.activity_schedule(summary="LV call", user_id=user.id)

    def test_an_activity_follows_its_record(self):
        lead = self.env["crm.lead"].create(
            {"name": "LV lead", "partner_id": self.secret.id}
        )
        activities = (
            self.plan(self.open, self.seller)
            + self.plan(self.secret, self.seller)
            + self.plan(self.contacts[2], self.seller)
            + self.plan(lead, self.seller)
        )
        self.assertEqual(activities.mapped("secrecy_level"), [0, 2, 3, 2])
        self.assertEqual(len(self.visible(self.seller, activities)), 1)
        self.assertEqual(len(self.visible(self.trusted, activities)), 3)

    def test_raising_reaches_activities_at_once(self):
        lead = self.env["crm.lead"].create(
            {"name": "LV lead", "partner_id": self.contacts[0].id}
        )
        activities = (
            self.plan(self.open, self.seller)
            + self.plan(self.contacts[0], self.seller)
            + self.plan(lead, self.seller)
        )
        self.open.secrecy_own = 3
        self.assertEqual(activities.mapped("secrecy_level"), [3, 3, 3])

    def test_a_grant_opens_the_activity(self):
        activities = self.plan(self.secret, self.seller) + self.plan(
            self.contacts[1], self.seller
        )
        self.grant(self.seller, self.secret)
        self.assertEqual(len(self.visible(self.seller, activities)), 2)

    # ---- meetings

    def meet(self, **vals):
        return self.env["calendar.event"].create(
            {
                "name": "LV meeting",
                "start": "2026-03-26 08:00:00",
                "stop": "2026-03-26 09:00:00",
                **vals,
            }
        )

    def test_a_meeting_follows_who_attends_and_what_it_is_about(self):
        own = self.seller.partner_id.id
        lead = self.env["crm.lead"].create(
            {"name": "LV lead", "partner_id": self.secret.id}
        )
        meetings = (
            self.meet(partner_ids=[(6, 0, [own, self.open.id])])
            + self.meet(partner_ids=[(6, 0, [own, self.contacts[1].id])])
            + self.meet(partner_ids=[(6, 0, [own])], opportunity_id=lead.id)
            + self.meet(
                partner_ids=[(6, 0, [own])],
                res_model_id=self.env["ir.model"]._get_id("res.partner"),
                res_id=self.topsecret.id,
            )
        )
        self.assertEqual(meetings.mapped("secrecy_level"), [0, 2, 2, 3])
        self.assertEqual(len(self.visible(self.seller, meetings)), 1)
        self.assertEqual(len(self.visible(self.trusted, meetings)), 3)

    def test_a_meeting_moves_with_its_attendees(self):
        meeting = self.meet(partner_ids=[(6, 0, self.open.ids)])
        meeting.partner_ids += self.secret
        self.env.invalidate_all()
        self.assertEqual(meeting.secrecy_level, 2)
        meeting.partner_ids -= self.secret
        self.env.invalidate_all()
        self.assertEqual(meeting.secrecy_level, 0)
        self.open.secrecy_own = 3
        self.assertEqual(meeting.secrecy_level, 3)

    # ---- repair

    def test_the_job_repairs_what_is_out_of_step(self):
        activity = self.plan(self.open, self.seller)
        tables = "mail_activity", "res_partner"
        for table in tables:
            self.env.cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER care_secrecy")
        self.env.cr.execute(
            "UPDATE res_partner SET secrecy_level = 0, secrecy_own = 3 WHERE id = %s",
            [self.open.id],
        )
        self.env.cr.execute(
            "UPDATE mail_activity SET secrecy_level = 1 WHERE id = %s", [activity.id]
        )
        for table in tables:
            self.env.cr.execute(f"ALTER TABLE {table} ENABLE TRIGGER care_secrecy")
        self.env.invalidate_all()
        cron = self.env.ref("customer_care.care_secrecy_check_cron")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.open.secrecy_level, 3)
        self.assertEqual(self.contacts[0].secrecy_level, 3)
        self.assertEqual(activity.secrecy_level, 3)

    def test_the_frequent_job_repairs_what_hangs_on_a_secret(self):
        activity = self.plan(self.secret, self.seller)
        self.env.cr.execute("ALTER TABLE mail_activity DISABLE TRIGGER care_secrecy")
        self.env.cr.execute(
            "UPDATE mail_activity SET secrecy_level = 0 WHERE id = %s", [activity.id]
        )
        self.env.cr.execute("ALTER TABLE mail_activity ENABLE TRIGGER care_secrecy")
        cron = self.env.ref("customer_care.care_secrecy_reconcile_cron")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(activity.secrecy_level, 2)

    def test_a_trigger_that_went_with_a_column_comes_back(self):
        self.env.cr.execute("DROP TRIGGER care_secrecy ON mail_activity")
        self.env["care.secrecy"]._register_hook()
        self.assertIn("mail_activity", self.env["care.secrecy"]._trigger_marks())


@tagged("post_install", "-at_install")
class TestSecrecyUnused(TransactionCase):
    """As long as nothing is classified, nothing is asked and nothing is paid."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(cls.env, "lv_free", RIGHTS)
        cls.env["res.partner"].search([("secrecy_level", ">", 0)]).unlink()

    def test_no_domain_gets_longer(self):
        for name in ("res.partner", "crm.lead", "mail.activity", "res.users"):
            model = self.env[name].with_user(self.user)
            self.assertTrue(model._secrecy_domain("read").is_true(), name)

    def test_a_search_is_one_query(self):
        partners = self.env["res.partner"].with_user(self.user)
        partners.search([], limit=1)
        with self.assertQueryCount(1):
            partners.search([("ref", "=", "LVOPEN")])

    def test_the_first_secret_counts_at_once(self):
        partners = self.env["res.partner"].with_user(self.user)
        customer = self.env["res.partner"].create({"name": "LV first"})
        contact = self.env["res.partner"].create(
            {"name": "LV its contact", "parent_id": customer.id}
        )
        self.assertEqual(partners.search_count([("name", "like", "LV first")]), 1)
        customer.secrecy_own = 2
        self.assertEqual(partners.search_count([("name", "like", "LV first")]), 0)
        self.assertFalse(contact.with_user(self.user).has_access("read"))

    def test_an_internal_record_is_kept_from_people_outside(self):
        portal = new_test_user(self.env, "lv_outside", "base.group_portal")
        customer = self.env["res.partner"].create({"name": "LV first"})
        self.assertFalse(customer.with_user(portal)._secrecy_hidden())
        customer.secrecy_own = 1
        self.assertTrue(customer.with_user(portal)._secrecy_hidden())
        self.assertFalse(customer.with_user(self.user)._secrecy_hidden())
