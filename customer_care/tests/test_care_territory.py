from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .team_common import TeamCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-25 04:00:00")
class TestTerritory(TeamCase):
    """The market is parted; customers belong to the manager of their part."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hubei = cls.env.ref("base.state_cn_HB")
        territories = cls.env["care.territory"]
        territories.search([]).active = False
        cls.central = territories.create(
            {
                "code": "t_central",
                "name": "Central",
                "manager_id": cls.ben.id,
                "state_ids": [Command.link(cls.hubei.id)],
            }
        )
        cls.wuhan = territories.create(
            {
                "code": "t_wuhan",
                "name": "Wuhan",
                "parent_id": cls.central.id,
                "city_words": "Wuhan，武汉",
            }
        )

    def hubei_customer(self, name, lead=None, **vals):
        return self.make_customer(name, lead, state_id=self.hubei.id, **vals)

    def test_new_customers_go_to_the_manager(self):
        customer = self.hubei_customer("Yangtze", city="武汉市")
        self.assertEqual(customer.care_territory_id, self.wuhan)
        self.assertEqual(customer.user_id, self.ben, "the manager of the part above")
        self.assertEqual(
            self.history(customer),
            [(self.env["res.users"], self.ben, "Territory Wuhan")],
        )
        row = self.env["care.attribution"].search([], limit=1, order="id desc")
        self.assertEqual((row.res_model, row.res_id), ("care.territory", self.wuhan.id))
        named = self.hubei_customer("Named", self.ann, city="Yichang")
        self.assertEqual(named.care_territory_id, self.central)
        self.assertEqual(named.user_id, self.ann)
        self.assertFalse(self.make_customer("Elsewhere").care_territory_id)
        self.assertEqual(
            (self.central.customer_count, self.central.other_count), (2, 1)
        )
        self.assertEqual((self.wuhan.customer_count, self.wuhan.other_count), (1, 0))

    def test_persons_and_people_of_ours_stay_out(self):
        self.central.with_persons = self.wuhan.with_persons = True
        person = self.hubei_customer("Person", is_company=False)
        self.assertEqual(person.user_id, self.ben)
        self.central.state_ids = False
        user = new_test_user(self.env, "team_new", groups="base.group_user")
        self.assertFalse(user.partner_id.user_id)
        employee = self.env["hr.employee"].create({"name": "Worker"})
        self.assertFalse(employee.work_contact_id.user_id)

    def test_a_switched_off_territory_gives_to_nobody(self):
        self.central.assigns_new = False
        customer = self.hubei_customer("Quiet", city="Yichang")
        self.assertEqual(customer.care_territory_id, self.central)
        self.assertFalse(customer.user_id)

    def test_the_job_notes_what_changed(self):
        customer = self.hubei_customer("Mover", city="Wuhan")
        customer.city = "Yichang"
        self.assertEqual(customer.care_territory_id, self.wuhan)
        with self.enter_registry_test_mode():
            self.env.ref("customer_care.care_territory_cron").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(customer.care_territory_id, self.central)
        customer.state_id = False
        self.central.action_sort()
        self.assertFalse(customer.care_territory_id)

    def test_old_ones_move_after_a_preview(self):
        mine = self.hubei_customer("Mine", self.ann, city="Wuhan")
        theirs = self.hubei_customer("Theirs", self.cai, city="Yichang")
        form = Form(
            self.env["care.territory.move"]
            .with_user(self.mia)
            .with_context(default_territory_id=self.central.id)
        )
        self.assertFalse(form.count)
        form.which = "all"
        self.assertEqual(form.count, 2)
        form.which = "from"
        form.from_user_id = self.ann
        self.assertEqual(form.count, 1)
        form.save().action_move()
        self.assertEqual((mine.user_id, theirs.user_id), (self.ben, self.cai))
        self.assertEqual(self.history(mine)[-1][1:], (self.ben, "Order of territories"))
        form = Form(
            self.env["care.territory.move"]
            .with_user(self.mia)
            .with_context(default_territory_id=self.central.id)
        )
        with self.assertRaises(UserError):
            form.save().action_move()

    def test_only_managers_move(self):
        with self.assertRaises(AccessError):
            self.env["care.territory.move"].with_user(self.ann).create(
                {"territory_id": self.central.id}
            )

    def test_bad_territories_are_refused(self):
        with self.assertRaises(ValidationError):
            self.central.parent_id = self.wuhan
        portal = new_test_user(self.env, "team_portal", groups="base.group_portal")
        with self.assertRaises(ValidationError):
            self.central.manager_id = portal
        with self.assertRaises(ValidationError):
            self.central.domain = "[('nothing', '=', 1)]"

    def test_a_contact_costs_nothing_where_there_are_no_territories(self):
        (self.central | self.wuhan).active = False
        partners = self.env["res.partner"].with_context(tracking_disable=True)
        counts = []
        for aside in (False, False, True):
            self.env.flush_all()
            before = self.cr.sql_log_count
            partners.with_context(care_no_territory=aside).create(
                {"name": "New", "is_company": True}
            )
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
