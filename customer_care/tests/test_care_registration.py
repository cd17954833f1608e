import io

from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .registration_common import RegistrationCase, at


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 02:00:00")
class TestRegistration(RegistrationCase):
    """Customers are entered at the desk with the time of the server."""

    def test_the_entry_creates_and_registers_a_customer(self):
        _window, line = self.enter(
            self.wang,
            origin="own",
            intent_id=self.env.ref("customer_care.care_intent_buys").id,
            care_need="Two rooms",
        )
        partner = line.partner_id
        self.assertEqual(line.outcome, "new")
        self.assertEqual(line.user_id, self.wang)
        self.assertEqual(partner.name, "Ms Chen")
        self.assertEqual(partner.user_id, self.wang)
        self.assertEqual(partner.registered_at, at("2026-03-02 02:00:00"))
        self.assertEqual(partner.registered_by, self.wang)
        self.assertEqual(partner.registered_department_id, self.east)
        self.assertTrue(partner.is_intending)
        self.assertTrue(line.is_intending)
        self.assertEqual(partner.care_pool_state, "owned")
        self.assertFalse(partner.protected_until)

    def test_a_known_customer_is_answered_in_plain_words(self):
        self.term()
        self.enter(self.wang, origin="own")
        window, line = self.enter(self.li, origin="own")
        self.assertEqual(window.state, "known")
        self.assertEqual(
            window.answer,
            "“Ms Chen” is there already: registered by East, protected until "
            "04/01/2026.",
        )
        self.assertEqual(line.outcome, "known")
        self.assertEqual(
            self.env["res.partner"].search_count([("name", "=", "Ms Chen")]), 1
        )

    def test_no_client_sets_when_a_customer_was_registered(self):
        early = "2020-01-01 00:00:00"
        partners = self.env["res.partner"]
        with self.assertRaises(AccessError):
            partners.create({"name": "Early", "registered_at": early})
        sly = partners.with_context(default_registered_at=early).create({"name": "Sly"})
        self.assertFalse(sly.registered_at)
        with self.assertRaises(AccessError):
            sly.write({"registered_at": early})
        with self.assertRaises(AccessError):
            sly.with_context(care_register=True).write({"registered_at": early})
        result = partners.load(["name", "registered_at"], [["Load", early]])
        self.assertTrue(result["messages"])
        with self.assertRaises(AccessError):
            self.lines().sudo().create({"name": "R1"})
        __, line = self.enter(self.wang)
        with self.assertRaises(AccessError):
            line.sudo().write({"registered_at": early})

    def test_nobody_was_met_in_the_future(self):
        window = self.window(self.wang, contact_at="2026-03-03 00:00:00")
        window.action_register()  # typed on: it counts as now
        self.assertEqual(self.lines()[:1].contact_at, at("2026-03-02 02:00:00"))
        with self.assertRaises(ValidationError):
            self.env["res.partner"].create(
                {"name": "Soon", "contact_at": "2026-03-03 00:00:00"}
            )
        with self.assertRaises(UserError):
            self.env["care.registration.desk"].with_user(self.wang)._enter(
                {"name": "Soon", "contact_at": at("2026-03-03 00:00:00")}
            )

    def test_the_answer_on_archived_and_invisible_customers(self):
        self.term()
        __, line = self.enter(self.wang, origin="own")
        line.partner_id.active = False
        window, again = self.enter(self.li, origin="own")
        self.assertEqual(
            window.answer, "Registered by East, protected until 04/01/2026."
        )
        self.assertFalse(window.found_partner_id)
        mine = again.with_user(self.li)
        self.assertFalse(mine.partner_id)
        self.assertEqual(mine.name_given, "Ms Chen")
        with self.assertRaises(AccessError):
            mine.read(["sealed_partner_id"])
        self.assertFalse(again.user_id)
        # whose it is, those who rule see
        self.assertEqual(again.with_user(self.boss).sealed_partner_id, line.partner_id)

    def test_a_contact_nobody_has_is_registered_as_it_is(self):
        known = self.env["res.partner"].create(
            {"name": "Ms Chen", "phone": "13800000001"}
        )
        __, line = self.enter(self.li, origin="own", care_need="Storage")
        self.assertEqual((line.outcome, line.partner_id), ("new", known))
        self.assertEqual(known.care_need, "Storage")
        self.assertEqual(known.user_id, self.li)

    def test_our_own_people_are_no_customers(self):
        self.li.partner_id.phone = "13800000055"
        for vals in (
            {"partner_id": self.company.partner_id.id},
            {"partner_id": self.li.partner_id.id},
        ):
            with self.assertRaisesRegex(UserError, "our own company"):
                self.enter(self.wang, **vals)

    def test_one_alike_is_asked_about_first(self):
        names = {"is_company": True, "phone": False}
        self.enter(self.wang, name="上海海港贸易有限公司", origin="own", **names)
        window, __ = self.enter(
            self.li, name="海港贸易（上海）有限公司", origin="own", **names
        )
        self.assertEqual(window.state, "ask")
        self.assertIn("上海海港", window.like_ids.name)
        self.assertFalse(self.lines(outcome="known"))
        window.like_ids.action_choose()
        self.assertEqual(window.state, "known")
        self.assertEqual(len(self.lines(outcome="known")), 1)
        window.action_back()
        window.action_register()
        window.action_distinct()
        self.env.flush_all()
        self.assertEqual(len(self.lines(outcome="new")), 2)

    def test_the_broker_is_asked_for(self):
        channel = self.env.ref("customer_care.care_channel_partner")
        with self.assertRaises(UserError):
            self.enter(self.wang, channel_id=channel.id)
        broker = self.env["res.partner"].create({"name": "Broker Zhao"})
        __, line = self.enter(
            self.wang, channel_id=channel.id, intermediary_id=broker.id
        )
        self.assertEqual(line.intermediary_id, broker)
        self.assertEqual(line.partner_id.intermediary_id, broker)

    def test_what_was_met_first_is_fixed_once_registered(self):
        __, line = self.enter(self.wang, origin="own")
        partner = line.partner_id
        editor = self.wang
        editor.group_ids += self.env.ref("base.group_partner_manager")
        with self.assertRaises(AccessError):
            partner.with_user(editor).contact_at = at("2026-03-01 00:00:00")
        partner.with_user(editor).write({"contact_at": partner.contact_at})
        partner.with_user(self.boss).sudo().contact_at = at("2026-03-01 00:00:00")

    def test_everybody_reads_his_own_lines(self):
        self.enter(self.wang, origin="own")
        lines = self.env["care.registration"]
        self.assertTrue(lines.with_user(self.wang).search_count([]))
        self.assertFalse(lines.with_user(self.li).search_count([]))
        self.assertTrue(lines.with_user(self.boss).search_count([]))

    def test_the_old_contact_kept_in_a_merge_has_the_first_registration(self):
        __, first = self.enter(self.wang, origin="own")
        with freeze_time("2026-03-05 02:00:00"):
            __, second = self.enter(
                self.li, origin="own", name="Mrs Chan", phone="13900000009"
            )
        one, two = first.partner_id, second.partner_id
        wizard = self.env["base.partner.merge.automatic.wizard"].create(
            {"partner_ids": (one + two).ids, "dst_partner_id": two.id}
        )
        with freeze_time("2026-03-06 02:00:00"):
            wizard._merge((one + two).ids, two)
        self.env.invalidate_all()
        self.assertEqual(two.registered_at, at("2026-03-02 02:00:00"))
        self.assertEqual(two.registered_by, self.wang)
        self.assertEqual((first + second).partner_id, two)

    def test_the_register_of_a_day_on_paper_and_as_a_workbook(self):
        self.enter(self.wang, origin="own", care_need="=1+1")
        self.enter(self.li, origin="own", name="Mr Zhou", phone="13800000077")
        sheets = self.env["care.registration.sheet"].with_company(self.company)

        def names(user, **vals):
            sheet = sheets.with_user(user).create(vals)
            return [row.customer for row in sheet._rows("print")]

        self.assertEqual(names(self.boss), ["Ms Chen", "Mr Zhou"])
        self.assertEqual(names(self.wang), ["Ms Chen"])
        self.assertEqual(names(self.boss, department_id=self.west.id), ["Mr Zhou"])
        self.assertEqual(names(self.boss, day="2026-03-03"), [])
        sheet = sheets.with_user(self.boss).create({})
        book = load_workbook(io.BytesIO(sheet._workbook()))
        values = [cell.value for cell in book.active[4]]
        self.assertEqual(values[3], "Ms Chen")
        self.assertEqual(values[10], "=1+1")  # words, no formula
        self.assertEqual(book.active["K4"].data_type, "s")
        report = self.env["ir.actions.report"].with_user(self.boss)
        html, __ = report._render_qweb_html(
            "customer_care.care_registration_sheet_document", sheet.ids
        )
        self.assertIn(b"Mr Zhou", html)
        with self.assertRaises(AccessError):
            sheet.with_user(self.wang).read(["day"])

    def test_queries_of_an_entry_and_of_the_list(self):
        self.enter(self.wang, origin="own")
        window = self.window(
            self.wang, origin="own", name="Mr Zhou", phone="13800000077"
        )
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        window.action_register()
        self.env.flush_all()
        self.assertLess(self.env.cr.sql_log_count - before, 160)
        for number in range(20):
            self.enter(
                self.wang, origin="own", name=f"N{number}", phone=f"1391000{number:04}"
            )
        lines = self.env["care.registration"].with_user(self.boss)
        spec = {"name": {}, "partner_id": {"fields": {"display_name": {}}}, "late": {}}

        def cost(limit):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            lines.web_search_read([], spec, limit=limit)
            return self.env.cr.sql_log_count - before

        cost(1)
        self.assertLessEqual(cost(20), cost(2) + 1)

    def test_an_ordinary_contact_pays_at_most_one_query_more(self):
        partners = self.env["res.partner"]
        partners.create({"name": "Warm"})

        def cost(vals):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            partner = partners.create({"name": "Cold", "phone": "13800000088"})
            partner.write(vals)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        plain = cost({"phone": "13800000089"})
        self.assertLessEqual(cost({"care_need": "A shop"}), plain + 1)
