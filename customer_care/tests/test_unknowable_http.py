import json
import re
from datetime import timedelta

from odoo import fields
from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common_unknowable import UnknowableCase, never_existed, without

# one red point
PICTURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmM"
    "IQAAAABJRU5ErkJggg=="
)
NOISE = (
    "odoo.http",
    "odoo.addons.rpc.controllers.jsonrpc",
    "odoo.addons.rpc.controllers.xmlrpc",
    "odoo.addons.web.controllers.export",
    "odoo.addons.base.models.ir_rule",
)
_WEB = {"Content-Type": "application/json"}

# (path, form or json or None): what is asked with the number of the record in it
ROUTES = [
    ("/web/image/res.partner/{id}/avatar_128", None),
    ("/web/image/res.partner/{id}/image_1920", None),
    ("/web/image/res.partner/{id}/image_1920/99x99", None),
    ("/web/image?model=res.partner&id={id}&field=avatar_128&unique=1", None),
    ("/web/image?model=res.partner&id={id}&field=avatar_128&download=1", None),
    ("/web/content/res.partner/{id}/image_1920", None),
    ("/web/content?model=res.partner&id={id}&field=image_1920", None),
    ("/report/html/base.report_irmodeloverview/{id}", None),
    ("/odoo/res.partner/{id}", None),
    ("/odoo/contacts/{id}", None),
    ("/mail/view?model=res.partner&res_id={id}", None),
    ("/web/export/csv", "export"),
    ("/web/dataset/call_kw/res.partner/read", ["read", [["name"]]]),
    ("/web/dataset/call_kw/res.partner/write", ["write", [{"comment": "x"}]]),
    ("/web/dataset/call_kw/res.partner/unlink", ["unlink", []]),
    ("/web/dataset/call_button/res.partner/x", ["action_archive", []]),
    ("/mail/thread/messages", {"thread_model": "res.partner", "thread_id": 0}),
    ("/mail/thread/recipients", {"thread_model": "res.partner", "thread_id": 0}),
    (
        "/mail/thread/recipients/get_suggested_recipients",
        {"thread_model": "res.partner", "thread_id": 0},
    ),
    ("/mail/thread/subscribe", {"res_model": "res.partner", "res_id": 0}),
    ("/mail/thread/unsubscribe", {"res_model": "res.partner", "res_id": 0}),
    (
        "/mail/message/post",
        {
            "thread_model": "res.partner",
            "thread_id": 0,
            "post_data": {"body": "x", "message_type": "comment"},
        },
    ),
    (
        "/mail/data",
        {
            "fetch_params": [
                [
                    "mail.thread",
                    {
                        "thread_model": "res.partner",
                        "thread_id": 0,
                        "request_list": [
                            "activities",
                            "attachments",
                            "followers",
                            "suggestedRecipients",
                        ],
                    },
                ]
            ]
        },
    ),
]


def comparable(answer, id_):
    """Return status, telling headers and body of an answer, without the number."""
    headers = {
        name: without(value, id_)
        for name, value in answer.headers.items()
        if name in ("Content-Type", "ETag", "Last-Modified", "Location")
    }
    text = answer.text
    # the lines of the traceback name the same code for both, the file of the
    # server's sources is of no interest; a token of the page is new each time
    text = re.sub(r'csrf_token: "[^"]*"', "", without(text, id_))
    text = re.sub(r'"debug": "(\\.|[^"])*"', "", text)
    text = re.sub(r'csrf_token" value="[^"]*"', "", text)
    return answer.status_code, headers, text


def post(case, path, params):
    """Ask a route for JSON as the web client does."""
    return case.url_open(path, data=json.dumps({"params": params}), headers=_WEB)


@tagged("post_install", "-at_install")
class TestUnknowableHttp(UnknowableCase, HttpCase):
    """Every door of the server gives for a hidden customer what it gives for one that
    never existed: the status, the headers that could tell, and the body."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plain.group_ids += cls.env.ref("base.group_allow_export")
        cls.secret.image_1920 = PICTURE
        cls.key = (
            cls.env["res.users.apikeys"]
            .with_user(cls.plain)
            ._generate("rpc", "unknowable", fields.Datetime.now() + timedelta(hours=1))
        )

    def page(self, path, body, id_):
        """Return what the server answers, as text that can be compared."""
        path = path.format(id=id_)
        if body is None:
            answer = self.url_open(path, allow_redirects=False)
        elif body == "export":
            data = {
                "model": "res.partner",
                "fields": [{"name": "name", "label": "Name", "type": "char"}],
                "ids": [id_],
                "domain": [],
                "import_compat": False,
                "groupby": [],
            }
            answer = self.url_open(
                path,
                data={"data": json.dumps(data), "csrf_token": Request.csrf_token(self)},
            )
        else:
            answer = self.url_open(
                path, data=json.dumps({"params": self.params(body, id_)}), headers=_WEB
            )
        return comparable(answer, id_)

    def params(self, body, id_):
        if isinstance(body, list):
            name, args = body
            return {
                "model": "res.partner",
                "method": name,
                "args": [[id_], *args],
                "kwargs": {},
            }
        text = re.sub(r'("(thread_id|res_id)": )0', rf"\g<1>{id_}", json.dumps(body))
        params = json.loads(text)
        if "res_model" in params:
            params["partner_ids"] = self.plain.partner_id.ids
        return params

    @mute_logger(*NOISE)
    def test_routes(self):
        gone = never_existed(self.secret)
        for login in (self.plain.login, None):
            self.authenticate(login, login)
            for path, body in ROUTES:
                with self.subTest(login=login, path=path):
                    expected = self.page(path, body, gone)
                    actual = self.page(path, body, self.secret.id)
                    self.assertEqual(actual, expected)
                    self.assertNotIn("LV Secret", actual[2])

    @mute_logger(*NOISE)
    def test_cleared_people_get_the_picture(self):
        self.authenticate(self.cleared.login, self.cleared.login)
        path = "/web/image/res.partner/{id}/image_1920"
        seen = self.page(path, None, self.secret.id)
        self.assertNotEqual(seen, self.page(path, None, never_existed(self.secret)))

    @mute_logger(*NOISE)
    def test_json_2(self):
        head = {**_WEB, "Authorization": f"bearer {self.key}"}
        gone = never_existed(self.secret)
        for name, params in [
            ("read", {"fields": ["name"]}),
            ("web_read", {"specification": {"name": {}}}),
            ("write", {"vals": {"comment": "x"}}),
            ("unlink", {}),
            ("get_metadata", {}),
            ("message_post", {"body": "x"}),
        ]:
            answers = []
            for id_ in (gone, self.secret.id):
                answer = self.url_open(
                    f"/json/2/res.partner/{name}",
                    data=json.dumps({"ids": [id_], **params}),
                    headers=head,
                )
                answers.append(comparable(answer, id_))
            with self.subTest(call=name):
                self.assertEqual(answers[1], answers[0])

    @mute_logger(*NOISE)
    def test_json_and_xml_rpc(self):
        gone = never_existed(self.secret)
        login = [self.env.cr.dbname, self.plain.id, self.plain.login]
        for name, args in [
            ("read", [["name"]]),
            ("write", [{"comment": "x"}]),
            ("unlink", []),
            ("web_save", [{"comment": "x"}, {}]),
        ]:
            answers = []
            for id_ in (gone, self.secret.id):
                call = [*login, "res.partner", name, [[id_], *args]]
                params = {"service": "object", "method": "execute_kw", "args": call}
                answer = self.url_open(
                    "/jsonrpc", data=json.dumps({"params": params}), headers=_WEB
                )
                try:
                    other = self.xmlrpc_object.execute_kw(*call)
                except Exception as error:
                    other = repr(error)
                answers.append((comparable(answer, id_), without(str(other), id_)))
            with self.subTest(call=name):
                self.assertEqual(answers[1], answers[0])

    def test_portal_people_see_their_own_family(self):
        family = new_test_user(self.env, "un_portal", "base.group_portal")
        family.partner_id.parent_id = self.secret
        self.env.flush_all()
        self.env.invalidate_all()
        both = (self.secret + self.topsecret).with_user(family)
        self.assertEqual(both.exists(), self.secret)
