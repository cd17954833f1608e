from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .satisfaction_common import MANAGER, SatisfactionCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 02:00:00")
class TestSatisfactionAsking(SatisfactionCase):
    """Invitations, interviewers and signed forms."""

    def setUp(self):
        super().setUp()
        self.wave = self.open_round()
        self.request = self.request_of(self.wave, self.bridge)

    def mails(self):
        return self.env["mail.mail"].sudo().search([("body_html", "like", "/survey/")])

    def test_each_customer_gets_a_link_of_its_own(self):
        twin = self.project("Second bridge", partner=self.bridge.partner_id)
        self.wave.action_open()
        before = self.mails()
        self.wave.action_invite()
        sent = self.mails() - before
        requests = self.wave.request_ids
        self.assertEqual(len(requests), 3)
        self.assertIn(twin, requests.project_id)
        bodies = " ".join(sent.mapped("body_html"))
        for request in requests:
            with self.subTest(project=request.project_id.name):
                self.assertEqual(request.state, "asked")
                token = request.sudo().user_input_id.access_token
                self.assertEqual(bodies.count(token), 1)
        self.assertEqual(sent.recipient_ids, requests.partner_id)
        with self.assertRaises(UserError):
            self.wave.action_invite()
        self.wave.action_remind()
        self.assertEqual(len(self.mails() - before), 6)
        self.assertEqual(requests.mapped("asked_times"), [2, 2, 2])
        self.assertEqual(self.wave.with_user(self.clerk).response_rate, 0)

    def test_who_has_no_address_is_named(self):
        self.bridge.partner_id.email = False
        self.wave.action_invite()
        self.assertEqual(self.request.state, "planned")
        with self.assertRaises(UserError) as refusal:
            self.request.with_user(self.clerk).action_invite()
        self.assertIn("Bridge owner", str(refusal.exception))

    def test_the_composer_of_survey_sends_the_forms_of_the_round(self):
        officer = self.person("sa_officer", f"{MANAGER},survey.group_survey_user")
        action = self.wave.with_user(officer).action_compose()
        composer = (
            self.env["survey.invite"]
            .with_user(officer)
            .with_context(**action["context"])
            .create({"author_id": officer.partner_id.id})
        )
        before = self.mails()
        composer.action_invite()
        self.assertEqual(len(self.mails() - before), 2)
        self.assertEqual(set(self.wave.request_ids.mapped("state")), {"asked"})
        forms = self.wave.request_ids.sudo().user_input_id
        survey = self.programme.sudo().survey_id
        self.assertEqual(survey.user_input_ids, forms, "no second forms")

    def test_nobody_asks_after_his_own_cases(self):
        request = self.request
        request.channel = "phone"
        with self.assertRaises(UserError) as refusal:
            request.with_user(self.manager).user_id = self.handler
        self.assertIn("sa_handler", str(refusal.exception))
        with self.assertRaises(UserError):
            request.with_user(self.handler).action_fill_in()
        self.assertFalse(request.with_user(self.handler).link)
        request.with_user(self.clerk).action_fill_in()
        self.assertEqual((request.user_id, request.state), (self.clerk, "asked"))
        self.assertTrue(request.with_user(self.clerk).link)
        other = self.person("sa_other", "customer_care.customer_care_group_user")
        with self.assertRaises(UserError):
            request.with_user(other).action_fill_in()
        self.assertFalse(request.with_user(other).link)

    def test_a_programme_may_keep_the_account_manager_out(self):
        self.programme.excluded_paths = "user_id, partner_id.user_id"
        self.bridge.partner_id.user_id = self.clerk
        self.request.channel = "phone"
        with self.assertRaises(UserError):
            self.request.with_user(self.clerk).action_fill_in()

    def test_interviewers_of_the_role_share_the_work(self):
        role = self.env["care.role"].create({"code": "sa_asker", "name": "Askers"})
        for user in (self.clerk, self.handler):
            self.env["care.role.assignment"].create(
                {
                    "role_id": role.id,
                    "user_id": user.id,
                    "company_id": self.company.id,
                }
            )
        programme = self.new_programme(
            "sa_phone", channel="phone", role_id=role.id, excluded_paths="user_id"
        )
        harbour = self.project("Harbour", user_id=self.clerk.id)
        wave = self.open_round(programme)
        who = {request.project_id: request.user_id for request in wave.request_ids}
        self.assertEqual(who[self.bridge], self.clerk, "the handler does not ask")
        self.assertEqual(who[harbour], self.handler)
        owed = self.env["care.obligation"].search(
            [
                ("res_model", "=", wave.request_ids._name),
                ("user_id", "=", self.clerk.id),
            ]
        )
        self.assertEqual(len(owed), 2, "it stands in his day")
        self.answer(self.request_of(wave, self.bridge), quality=90, progress=90)
        self.assertEqual(set(owed.mapped("state")), {"open", "met"})

    def test_a_refusal_counts_as_asked(self):
        request = self.request.with_user(self.clerk)
        request.action_refused()
        self.answer(self.request_of(self.wave, self.tunnel), quality=90, progress=90)
        wave = self.wave.with_user(self.clerk)
        wave.invalidate_recordset()
        self.assertEqual((wave.asked_count, wave.answer_count), (2, 1))
        self.assertEqual(wave.response_rate, 50)
        with self.assertRaises(UserError):
            request.action_again()
        request.with_user(self.manager).action_again()
        self.assertEqual(request.state, "planned")

    def test_a_paper_form_wants_what_the_company_asks_for(self):
        self.env["care.requirement"].create(
            {
                "code": "sa_signed",
                "name": "Signed and stamped",
                "model_name": "care.satisfaction.request",
                "gate": "fill_in",
                "domain": "[('channel', '=', 'paper')]",
                "field_names": "scan_ids, is_signed, is_stamped",
                "company_id": self.company.id,
            }
        )
        request = self.request.with_user(self.clerk)
        request.channel = "paper"
        with self.assertRaises(UserError) as refusal:
            request.action_fill_in()
        self.assertIn("Scan of the form", str(refusal.exception))
        file = self.env["ir.attachment"].with_user(self.clerk)
        scan = file.create({"name": "form.pdf", "raw": b"scan"})
        request.write({"scan_ids": scan.ids, "is_signed": True, "is_stamped": True})
        action = request.action_fill_in()
        self.assertIn("/survey/start/", action["url"])

    def test_what_is_settled_does_not_move(self):
        self.answer(self.request, quality=90, progress=90)
        for name in ("action_fill_in", "action_invite", "action_refused"):
            with self.subTest(name=name), self.assertRaises(UserError):
                getattr(self.request.with_user(self.clerk), name)()
        with self.assertRaises(UserError):
            self.request.with_user(self.manager).partner_id = self.tunnel.partner_id
        with self.assertRaises(UserError):
            self.request.with_user(self.manager).res_id = self.tunnel.id
        for name in ("is_signed", "user_id", "scan_ids"):
            with self.subTest(name=name), self.assertRaises(UserError):
                self.request.with_user(self.manager)[name] = False

    def test_scores_feed_indicators_scorecards_and_the_customer_page(self):
        self.answer(self.request, quality=90, progress=90)
        self.answer(self.request_of(self.wave, self.tunnel), quality=50, progress=50)
        indicator = self.env["care.indicator"].create(
            {
                "code": "sa_mean",
                "name": "Satisfaction of the customer",
                "model_name": "care.satisfaction.score",
                "domain": "[('is_latest', '=', True), ('state', '=', 'complete'), "
                "('level', '=', 'subject')]",
                "date_field": "date_to",
                "subject_path": "partner_id",
                "aggregate": "avg",
                "field_name": "value",
                "period": "quarter",
                "company_id": self.company.id,
            }
        )
        found = indicator._evaluate(self.wave.date_from, self.wave.date_to)
        values = {id_: value.value for id_, value in found.items()}
        self.assertEqual(values[self.bridge.partner_id.id], 90)
        self.assertEqual(values[self.tunnel.partner_id.id], 50)
        partner = self.bridge.partner_id.with_user(self.clerk)
        self.assertEqual(partner.care_satisfaction_grade, "Fairly")
        self.assertEqual(str(partner.care_asked_on), "2026-03-10")
        self.assertFalse(partner.care_not_asked)
        lacking = self.env["res.partner"].search([("care_not_asked", "=", True)])
        self.assertNotIn(partner, lacking)
        fresh = self.customer("Newcomer")
        self.assertIn(fresh, fresh.search([("care_not_asked", "=", True)]))
        self.assertIn(fresh, fresh.search([("care_asked_on", "=", False)]))
        self.assertIn(partner, fresh.search([("care_asked_on", ">", "2026-03-09")]))
        with freeze_time("2027-03-11 02:00:00"):
            self.env.invalidate_all()
            self.assertIn(partner, fresh.search([("care_not_asked", "=", True)]))

    def test_whom_no_advertising_reaches_and_what_the_timeline_tells(self):
        bad, good = self.tunnel.partner_id, self.bridge.partner_id
        contact = self.env["res.partner"].create({"name": "Li", "parent_id": bad.id})
        self.answer(self.request, quality=90, progress=90)
        self.answer(self.request_of(self.wave, self.tunnel), quality=79, progress=79)
        people = bad | good | contact
        self.assertEqual(people._care_unhappy_ids(), {bad.id, contact.id})
        with freeze_time("2027-04-10 02:00:00"):
            self.assertFalse(people._care_unhappy_ids(), "a year later it is past")
        rows = self.env["care.timeline"].with_user(self.clerk)
        told = rows.search([("partner_id", "=", bad.id), ("kind", "=", "survey")])
        self.assertEqual(told.mapped("name"), ["sa_works 2026 Q1 · 79.00"])

    def test_the_list_and_the_form_cost_few_queries(self):
        for number in range(30):
            self.project(f"Project {number}")
        self.wave.action_open()
        self.env.flush_all()
        self.env.invalidate_all()
        requests = self.env["care.satisfaction.request"].with_user(self.clerk)
        fields = ["partner_id", "project_id", "channel", "state", "score", "due_on"]
        spec = {name: {} for name in fields}
        requests.web_search_read([], spec, limit=1)  # rights and caches
        self.env.invalidate_all()
        with self.assertQueryCount(9):
            self.assertEqual(requests.web_search_read([], spec, limit=80)["length"], 32)
        wave = self.wave.with_user(self.clerk)
        spec = dict.fromkeys(["name", "answer_count", "response_rate", "value"], {})
        wave.web_read(spec)
        self.env.invalidate_all()
        with self.assertQueryCount(7):
            wave.web_read(spec)


@tagged("post_install", "-at_install")
class TestSatisfactionPages(SatisfactionCase, HttpCase):
    """The survey's own pages, as customer and as interviewer."""

    def setUp(self):
        super().setUp()
        self.wave = self.open_round()
        self.request = self.request_of(self.wave, self.bridge)
        self.form = self.request._ensure_form()
        self.env.flush_all()

    def page(self, login=None):
        self.authenticate(login, login)
        return self.url_open(self.form.get_start_url())

    def test_the_customer_opens_it_without_a_login(self):
        page = self.page()
        self.assertEqual(page.status_code, 200)
        self.assertIn("sa_works", page.text)

    def test_the_customer_fills_it_in_on_the_page(self):
        survey = self.form.survey_id
        self.authenticate(None, None)
        self.url_open(self.form.get_start_url())
        tokens = f"{survey.access_token}/{self.form.access_token}"
        self.make_jsonrpc_request(f"/survey/begin/{tokens}")
        quality, progress = self.programme.factor_ids.question_ids
        self.make_jsonrpc_request(
            f"/survey/submit/{tokens}",
            {str(quality.id): "88", str(progress.id): "78"},
        )
        self.env.invalidate_all()
        answer = self.request.answer_ids
        self.assertEqual((answer.score, answer.channel), (84, "web"))
        self.assertFalse(answer.entered_by_id)
        self.assertEqual(self.score(self.wave, self.bridge).value, 84)

    def test_the_interviewer_fills_it_in_for_the_customer(self):
        self.request.channel = "phone"
        self.request.with_user(self.clerk).action_fill_in()
        self.env.flush_all()
        survey = self.form.survey_id
        self.authenticate("sa_clerk", "sa_clerk")
        self.url_open(self.form.get_start_url())
        tokens = f"{survey.access_token}/{self.form.access_token}"
        self.make_jsonrpc_request(f"/survey/begin/{tokens}")
        quality, progress = self.programme.factor_ids.question_ids
        self.make_jsonrpc_request(
            f"/survey/submit/{tokens}",
            {str(quality.id): "60", str(progress.id): "60"},
        )
        self.env.invalidate_all()
        answer = self.request.answer_ids
        self.assertEqual((answer.score, answer.channel), (60, "phone"))
        self.assertEqual(
            (answer.user_id, answer.entered_by_id), (self.clerk, self.clerk)
        )
        self.assertEqual(answer.partner_id, self.bridge.partner_id)

    def test_only_an_interviewer_opens_it_for_the_customer(self):
        with mute_logger("odoo.http"):
            for channel, login, opens in [
                ("web", "sa_clerk", False),
                ("phone", "sa_clerk", True),
                ("phone", "sa_handler", False),
                ("paper", "sa_clerk", True),
            ]:
                with self.subTest(channel=channel, login=login):
                    self.request.channel = channel
                    self.env.flush_all()
                    page = self.page(login)
                    self.assertEqual("sa_works" in page.text, opens)

    def test_the_workbook_is_for_readers_of_the_round(self):
        stranger = self.person(
            "sa_stranger",
            "customer_care.customer_care_group_user",
            self.env.ref("base.main_company"),
        )
        self.wave.action_reckon()
        self.env.flush_all()
        url = f"/customer_care/satisfaction/{self.wave.id}/workbook"
        for login, status in (("sa_clerk", 200), (stranger.login, 404)):
            with self.subTest(login=login):
                self.authenticate(login, login)
                answer = self.url_open(url)
                self.assertEqual(answer.status_code, status)
                if status == 200:
                    self.assertTrue(answer.content.startswith(b"PK"))
                    self.assertIn(b"xl/charts/chart1.xml", answer.content)
