import base64
import io
import zipfile

from odoo import http
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .test_sealed_file import MARK, PNG, SealedFileCase


@tagged("post_install", "-at_install")
class TestSealedFileHttp(SealedFileCase, HttpCase):
    """What browsers get of sealed files."""

    def fetch(self, url):
        return self.url_open(url, allow_redirects=False)

    def test_stock_routes_lead_the_cleared_to_ours(self):
        file = self.attach(self.secret)
        self.authenticate(self.cleared.login, self.cleared.login)
        for url in (f"/web/content/{file.id}", f"/web/image/{file.id}"):
            answer = self.fetch(url)
            self.assertEqual(answer.status_code, 303, url)
            self.assertIn(f"/care/file/{file.id}", answer.headers["Location"])
            self.assertNotIn(MARK, answer.content)
        answer = self.fetch(f"/care/file/{file.id}?download=1")
        self.assertEqual((answer.status_code, answer.content), (200, MARK))
        self.assertIn("no-store", answer.headers["Cache-Control"])
        self.assertIn("contract.txt", answer.headers["Content-Disposition"])
        self.assertEqual(answer.headers["Content-Length"], str(len(MARK)))
        log = self.env["care.access.log"].search([("operation", "=", "download")])
        self.assertIn(self.cleared.id, log.mapped("user_id"))

    def test_others_get_what_a_missing_file_gives(self):
        file = self.attach(self.secret)
        file.access_token = "b" * 36
        for user in (None, self.plain):
            if user:
                self.authenticate(user.login, user.login)
            for url in (
                "/web/content/%s",
                "/web/content/%s?download=true",
                "/web/image/%s",
                "/web/image/%s?download=true",
                f"/web/content/%s?access_token={file.access_token}",
                "/care/file/%s",
                "/care/file/%s?download=1",
            ):
                with self.subTest(url=url, user=user):
                    there, missing = (
                        self.fetch(url % id_) for id_ in (file.id, 2147483000)
                    )
                    self.assertEqual(there.status_code, missing.status_code)
                    self.assertEqual(
                        there.content.replace(b"%d" % file.id, b"2147483000"),
                        missing.content,
                    )
                    self.assertNotIn(MARK, there.content)

    def test_pictures_are_opened_and_made_smaller(self):
        self.secret.image_1920 = base64.b64encode(PNG)
        url = f"/web/image/res.partner/{self.secret.id}/image_1920/8x8"
        self.authenticate(self.cleared.login, self.cleared.login)
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, 200)
        self.assertTrue(answer.content.startswith(b"\x89PNG"))
        self.assertIn("/care/file/", answer.url)

    def test_avatars_are_the_sealed_picture(self):
        self.secret.image_1920 = base64.b64encode(PNG)
        self.env.flush_all()
        url = f"/web/image/res.partner/{self.secret.id}/avatar_128"
        self.authenticate(self.cleared.login, self.cleared.login)
        answer = self.url_open(url)
        self.assertIn("/care/file/", answer.url)
        self.assertTrue(answer.content.startswith(b"\x89PNG"))

    def test_the_customers_own_people_see_the_picture_of_their_company(self):
        self.secret.image_1920 = base64.b64encode(PNG)
        own, other = (
            new_test_user(self.env, f"sf_{name}", "base.group_portal")
            for name in ("own", "other")
        )
        own.partner_id.parent_id = self.secret
        self.env.flush_all()
        for field in ("avatar_128", "image_128", "image_1920"):
            url = f"/web/image/res.partner/{self.secret.id}/{field}"
            with self.subTest(field=field):
                self.authenticate(own.login, own.login)
                answer = self.url_open(url)
                self.assertIn("/care/file/", answer.url)
                self.assertTrue(answer.content.startswith(b"\x89PNG"))
                opened = answer.url
                self.authenticate(other.login, other.login)
                self.assertNotIn("/care/file/", self.url_open(url).url)
                self.assertEqual(self.url_open(opened).status_code, 404)
        contract = self.attach(self.secret)
        self.env.flush_all()
        self.authenticate(own.login, own.login)
        answer = self.url_open(f"/care/file/{contract.id}")
        self.assertEqual(answer.status_code, 404)  # a file is no picture of theirs

    def test_files_packed_together_are_opened(self):
        file = self.attach(self.secret)
        self.authenticate(self.cleared.login, self.cleared.login)
        answer = self.url_open(
            "/mail/attachment/zip",
            {
                "file_ids": file.id,
                "zip_name": "all.zip",
                "csrf_token": http.Request.csrf_token(self),
            },
        )
        self.assertEqual(answer.status_code, 200)
        packed = zipfile.ZipFile(io.BytesIO(answer.content))
        self.assertEqual(packed.read("contract.txt"), MARK)

    @mute_logger("odoo.http")
    def test_rpc_gives_sealed_bytes_at_most(self):
        file = self.attach(self.secret)
        self.authenticate(self.cleared.login, self.cleared.login)
        read = self.make_jsonrpc_request(
            "/web/dataset/call_kw",
            {
                "model": "ir.attachment",
                "method": "read",
                "args": [[file.id], ["datas", "db_datas", "index_content"]],
                "kwargs": {},
            },
        )
        text = str(read).encode()
        self.assertNotIn(MARK, text)
        self.assertNotIn(base64.b64encode(MARK)[:20], text)

    def test_a_destroyed_key_is_told_to_who_may_read(self):
        file = self.attach(self.secret)
        self.env["care.data.key"]._destroy(self.secret, "Disposed of")
        self.authenticate(self.cleared.login, self.cleared.login)
        answer = self.fetch(f"/care/file/{file.id}")
        self.assertEqual(answer.status_code, 422)
        self.assertIn("was destroyed", answer.text)
