from ast import literal_eval

from odoo.tests import freeze_time, tagged

from .satisfaction_common import SatisfactionCase


@tagged("post_install", "-at_install")
class TestSatisfactionWords(SatisfactionCase):
    """What rounds are called, and that our own companies are no customers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.programme.name = "Works"
        cls.programme.with_context(lang="zh_CN").name = "工程项目"

    def read_by(self, lang, record):
        return record.with_user(self.clerk).with_context(lang=lang)

    def test_everybody_reads_the_name_of_a_round_in_his_own_language(self):
        wave = self.open_round().with_context(lang="zh_CN")
        self.env.invalidate_all()
        for lang, name in (("en_US", "Works 2026 Q1"), ("zh_CN", "工程项目 2026 Q1")):
            read = self.read_by(lang, wave)
            self.assertEqual((read.name, read.display_name), (name, name))
            # as lists find it, as imports name it, and not at all
            for operator, text, found in (
                ("ilike", name, True),
                ("ilike", "2026 q1", True),
                ("=", name, True),
                ("ilike", f"{name} more", False),
                ("=", name[:-1], False),
            ):
                with self.subTest(lang=lang, operator=operator, text=text):
                    rows = read.search([("name", operator, text)])
                    self.assertEqual(wave in rows.with_env(wave.env), found)
            self.assertNotIn(wave.id, read.search([("name", "!=", name)]).ids)
            self.assertEqual(read.name_search(name)[0], (wave.id, name))

    def test_a_year_and_the_timeline_name_its_parts_for_their_reader(self):
        wave = self.open_round()
        with freeze_time("2026-03-20 02:00:00"):
            self.answer(self.request_of(wave, self.bridge), quality=90, progress=90)
            wave.with_context(lang="zh_CN").action_reckon()
        self.assertEqual(self.year().details[0]["name"], "2026 Q1")
        for lang, name in (("en_US", "Works 2026 Q1"), ("zh_CN", "工程项目 2026 Q1")):
            self.env.invalidate_all()
            lines = self.read_by(lang, self.env["care.timeline"]).search(
                [("res_model", "=", "care.satisfaction.answer")]
            )
            self.assertEqual(lines.name, f"{name} · 90.00")

    def test_why_nobody_answered_is_said_in_the_language_of_the_reader(self):
        request = self.request_of(self.open_round(), self.bridge)
        request.with_context(lang="zh_CN").action_refused()
        reason = self.read_by("en_US", request).closed_reason
        self.assertEqual(reason, "The customer does not answer.")
        request.action_again()
        self.assertFalse(request.closed_reason)

    def test_our_own_companies_are_no_customers(self):
        own, customer = self.company.partner_id, self.bridge.partner_id
        shut = self.env["res.company"].create({"name": "Shut", "active": False})
        partners = self.env["res.partner"].with_user(self.clerk)
        both = partners.browse((own | customer).ids)
        self.assertEqual(both.mapped("care_is_own"), [True, False])
        partners.search([("care_is_own", "=", True)])
        with self.assertQueryCount(1):
            found = partners.search([("care_is_own", "=", False)])
        self.assertIn(customer, found)
        self.assertFalse(found & (own | shut.partner_id))
        self.assertTrue(partners.search([("care_is_own", "=", True)]) >= own)
        self.assertEqual(both.filtered_domain([("care_is_own", "=", False)]), customer)

    def test_nobody_asks_our_own_companies(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_satisfaction_coverage_action"
        )
        model = self.env[action["res_model"]].with_user(self.clerk)
        shown = model.search(literal_eval(action["domain"]))
        self.assertIn(self.bridge.partner_id, shown)
        self.assertNotIn(self.company.partner_id, shown)
