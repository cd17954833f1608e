from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestTracking(ComplaintCommon, HttpCase):
    """The customer's page: by link without login, and in the portal."""

    def setUp(self):
        super().setUp()
        self.case = self._new_case(
            description="It leaks since Monday.",
            user_id=self.clerk.id,
            accused_ids=[(4, self.colleague.id)],
            cause="SECRET-CAUSE",
            solution="SECRET-SOLUTION",
        )
        self.case._message_log(body="SECRET-NOTE")
        self.case.message_post(body="SECRET-TALK", subtype_xmlid="mail.mt_comment")
        self.url = f"/complaint/track/{self.case.access_token}"

    def _post(self, text, **values):
        page = self.url_open(self.url)
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        return self.url_open(
            f"{self.url}/message", data={"csrf_token": token, "text": text, **values}
        )

    def test_page_shows_the_case_and_nothing_internal(self):
        page = self.url_open(self.url)
        self.assertEqual(page.status_code, 200)
        for text in (self.case.number, "It leaks since Monday.", "Received"):
            self.assertIn(text, page.text)
        for text in ("SECRET", self.clerk.name, self.colleague.name, "Decided"):
            self.assertNotIn(text, page.text)
        self.assertIn("no-store", page.headers["Cache-Control"])
        self.assertIn('name="viewport"', page.text)

    def test_answer_appears_on_the_page(self):
        self.case.write({"justified": "yes", "department_id": self.department.id})
        self.case.action_accept()
        self.case.action_investigate()
        self.case.action_submit_report()
        self._wizard(
            self.clerk,
            self.case,
            "action_answer",
            channel="oral",
            body="We exchange it",
        )
        page = self.url_open(self.url)
        self.assertIn("We exchange it", page.text)
        self.assertIn("Answered", page.text)

    def test_guessed_links_lead_nowhere(self):
        token = self.case.access_token
        for guess in ("x" * 32, token[:-1], token.swapcase(), "1", "%25", token[:5]):
            with self.subTest(guess=guess):
                page = self.url_open(f"/complaint/track/{guess}")
                self.assertEqual(page.status_code, 404)
                self.assertNotIn(self.case.number, page.text)
        self.assertGreaterEqual(len(token), 32)

    def test_customer_adds_a_message(self):
        page = self._post("The door <b>too</b>\nis broken")
        self.assertIn("your message has been added", page.text)
        self.assertIn("The door &lt;b&gt;too&lt;/b&gt;", page.text)
        message = self.case.message_ids[0]
        self.assertEqual(message.author_id, self.customer)
        self.assertFalse(message.subtype_id.internal)

    def test_message_without_the_forms_token_is_refused(self):
        with mute_logger("odoo.http"):
            page = self.url_open(f"{self.url}/message", data={"text": "spam"})
        self.assertEqual(page.status_code, 400)
        self.assertNotIn("spam", str(self.case.message_ids.mapped("body")))

    def test_sixth_message_within_the_hour_is_refused(self):
        for number in range(5):
            self._post(f"message {number}")
        page = self._post("message 5")
        self.assertIn("several messages", page.text)
        self.assertFalse(any("message 5" in m.body for m in self.case.message_ids))

    def test_robots_fill_in_the_hidden_field(self):
        count = len(self.case.message_ids)
        self._post("buy this", homepage="http://spam.example")
        self.assertEqual(len(self.case.message_ids), count)

    def test_page_speaks_the_visitors_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["res.lang"]._activate_lang("zh_TW")
        for header, code in [("zh-CN", "zh_CN"), ("zh-TW", "zh_TW"), ("en", "en_US")]:
            with self.subTest(header=header):
                self.opener.cookies.clear()
                page = self.url_open(self.url, headers={"Accept-Language": header})
                self.assertIn(f'<html lang="{code.replace("_", "-")}"', page.text)

    def test_portal_shows_the_companys_cases_only(self):
        self.customer.is_company = True
        portal = self._new_user(
            "portal", "base.group_portal", partner_id=self._contact().id
        )
        other = self._new_case(
            partner_id=self.env["res.partner"].create({"name": "Stranger"}).id
        )
        hidden = self._new_case(anonymous=True)
        self.authenticate(portal.login, portal.login)
        page = self.url_open("/my/complaints")
        self.assertIn(self.case.number, page.text)
        self.assertNotIn(other.number, page.text)
        self.assertNotIn(hidden.number, page.text)
        page = self.url_open(f"/my/complaints/{self.case.id}")
        self.assertIn("It leaks since Monday.", page.text)
        self.assertNotIn("SECRET", page.text)
        page = self.url_open(f"/my/complaints/{other.id}")
        self.assertNotIn(other.number, page.text)

    def _contact(self):
        return self.env["res.partner"].create(
            {
                "name": "Contact of the customer",
                "parent_id": self.customer.id,
                "email": "contact@customer.example",
            }
        )

    def test_number_in_the_address_without_login_leads_to_the_login(self):
        page = self.url_open(f"/my/complaints/{self.case.id}")
        self.assertIn("/web/login", page.url)
        page = self.url_open(
            f"/my/complaints/{self.case.id}?access_token={self.case.access_token}"
        )
        self.assertIn(self.case.number, page.text)
