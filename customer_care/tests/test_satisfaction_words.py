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

    def test_a_customer_answers_in_his_own_language(self):
        factor = self.programme.factor_ids[:1]
        factor.with_context(lang="zh_CN").name = "质量"
        self.bridge.partner_id.lang = "zh_CN"
        wave = self.open_round()
        first, other = (self.request_of(wave, p) for p in (self.bridge, self.tunnel))
        other.channel = "phone"  # the interviewer reads it in his own
        form = first._ensure_form()
        self.assertEqual(form.lang_id.code, "zh_CN")
        self.assertFalse(other._ensure_form().lang_id)
        installed = {code for code, __ in self.env["res.lang"].get_installed()}
        self.assertEqual(set(form.survey_id._get_supported_lang_codes()), installed)
        question = factor.question_ids.with_context(lang="zh_CN")
        self.assertEqual(question.title, "质量")
        self.assertTrue(question.question_placeholder, "how many points there are")

    def test_a_plan_waits_for_no_event(self):
        self.programme.write(
            {"timing": "event", "start_field": "care_settlement_date", "amount": 1}
        )
        plan = self.env["care.satisfaction.plan"].create(
            {"year": 2026, "company_id": self.company.id}
        )
        plan.action_propose()
        self.assertEqual((len(plan.round_ids), plan.round_count), (4, 0))
        self.bridge.care_settlement_date = "2026-02-01"
        plan.round_ids.sorted("date_from")[0].action_open()
        self.assertEqual((plan.round_count, plan.held_pct), (1, 100))

    def test_a_copy_of_a_programme_has_a_questionnaire_of_its_own(self):
        self.programme._ensure_survey()
        copy = self.programme.with_user(self.manager).copy({"code": "sa_copy"})
        self.assertFalse(copy.sudo().factor_ids.question_ids)
        survey = copy._ensure_survey()
        self.assertNotEqual(survey, self.programme.survey_id)
        self.assertEqual(copy.sudo().factor_ids.question_ids.survey_id, survey)

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
