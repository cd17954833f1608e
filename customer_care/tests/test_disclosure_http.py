from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .disclosure_common import DisclosureCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-25 04:00:00")
class TestDisclosureHttp(DisclosureCase, HttpCase):
    """The file of a copy over HTTP: for whoever carries it out, and logged."""

    def setUp(self):
        super().setUp()
        record = self.approved(form="paper")
        record.action_make_copies()
        self.copy = record.copy_ids
        self.env.flush_all()

    def get(self, login, url=None):
        self.authenticate(login, login)
        return self.url_open(url or f"/care/disclosure/copy/{self.copy.id}")

    def test_who_gets_the_file(self):
        missing = "/care/disclosure/copy/999999999"
        for login, status in [
            ("di_clerk", 200),
            ("di_officer", 200),
            ("di_manager", 404),
            ("lv_plain", 404),
        ]:
            with self.subTest(login=login):
                answer = self.get(login)
                self.assertEqual(answer.status_code, status)
                if status == 200:
                    self.assertTrue(answer.content.startswith(b"%PDF"))
                    self.assertEqual(answer.headers["Cache-Control"], "no-store")
                else:
                    nothing = self.get(login, missing)
                    self.assertEqual(answer.text, nothing.text)
        self.authenticate(None, None)
        answer = self.url_open(f"/care/disclosure/copy/{self.copy.id}")
        self.assertNotIn(b"%PDF", answer.content)

    def test_a_colleague_takes_the_copy_that_was_handed_to_him_as_a_file(self):
        colleague = self.people["general"]
        copies = {}
        for form in ("mail", "paper", "viewing"):
            record = self.approved(
                kind="internal", form=form, recipient_user_id=colleague.id
            )
            record.action_make_copies()
            copies[form] = record.copy_ids
        self.env.flush_all()
        mine = copies["mail"]
        url = f"/care/disclosure/copy/{mine.id}"
        self.assertEqual(self.get("di_general", url).status_code, 404)
        for copy in copies.values():
            copy.with_user(self.clerk).action_hand_out()
        self.env.flush_all()
        self.assertTrue(self.get("di_general", url).content.startswith(b"%PDF"))
        self.assertEqual(self.get("di_manager", url).status_code, 404)
        self.assertTrue(mine.with_user(colleague).can_download)
        action = mine.with_user(colleague).action_download()
        self.assertEqual(action["url"], url)
        for form in ("paper", "viewing"):
            copy = copies[form].with_user(colleague)
            self.assertFalse(copy.can_download)
            with self.assertRaises(AccessError):
                copy.action_download()
            answer = self.get("di_general", f"/care/disclosure/copy/{copy.id}")
            self.assertEqual(answer.status_code, 404)

    def test_nothing_is_taken_once_it_was_revoked(self):
        self.copy.disclosure_id._revoke("No more")
        self.env.flush_all()
        self.assertEqual(self.get("di_clerk").status_code, 404)

    def test_taking_a_copy_is_logged(self):
        self.get("di_clerk")
        rows = self.env["care.access.log"].search(
            [("operation", "=", "copy"), ("model", "=", "res.partner")]
        )
        self.assertIn([self.secret.id], rows.mapped("res_ids"))
        self.assertIn("di_clerk", rows.mapped("login"))
