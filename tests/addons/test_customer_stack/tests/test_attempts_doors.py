import json
import logging
import re
from base64 import b64decode
from datetime import timedelta

from odoo import fields
from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.customer_care.tests.common_unknowable import never_existed, without
from odoo.addons.customer_care.tests.test_unknowable_http import (
    NOISE,
    PICTURE,
    comparable,
)

from .common_attempts import AttemptsMixin, hideable_models, shown

_logger = logging.getLogger(__name__)
_WEB = {"Content-Type": "application/json"}

# doors that lead to one kind of record: {model: paths}
OWN_DOORS = {
    "care.approval": ["/care/approval/{id}"],
    "care.disclosure.copy": ["/care/disclosure/copy/{id}"],
    "care.evaluation": ["/customer_care/evaluation/{id}/lists"],
    "complaint.case": [
        "/my/complaints/{id}",
        "/my/complaints/{id}?access_token=00000000-0000-4000-8000-000000000000",
    ],
    "ir.attachment": [
        "/web/content/{id}",
        "/web/content/{id}?access_token={token}",
        "/web/content/{id}?access_token={token}&download=1",
        "/web/image/{id}",
        "/web/image/{id}?access_token={token}",
        "/web/image/{id}-{token}",
        "/care/file/{id}",
        "/care/file/{id}?access_token={token}",
        "/mail/attachment/{id}",
    ],
    "mail.message": ["/mail/message/{id}"],
    "project.project": ["/my/projects/{id}", "/my/projects/{id}?access_token={token}"],
    "project.task": ["/my/tasks/{id}", "/my/tasks/{id}?access_token={token}"],
    "res.partner": ["/web/partner/vcard?partner_ids={id}"],
}
THREAD = [
    ("/mail/thread/messages", {}),
    ("/mail/thread/recipients", {}),
    ("/mail/thread/recipients/get_suggested_recipients", {}),
    ("/mail/message/post", {"post_data": {"body": "x", "message_type": "comment"}}),
    ("/mail/chatter_fetch", {}),
]
DATA = ["activities", "attachments", "followers", "scheduledMessages"]


def reports(env, model):
    """Return the names of the reports of a model."""
    found = env["ir.actions.report"].search([("model", "=", model._name)])
    return found.mapped("report_name")


def picture(model):
    """Return the name of a field that the routes of files may be asked for."""
    names = [name for name, field in model._fields.items() if field.type == "binary"]
    small = "avatar_128" if "avatar_128" in names else ""
    return small or next(iter(sorted(names)), "display_name")


@tagged("post_install", "-at_install")
class TestAttemptsDoors(AttemptsMixin, HttpCase):
    """Nobody without clearance learns anything of a hidden record of any model at a
    door of the server: pages, files, reports, exports, discussions and interfaces."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people()
        cls.hidden, cls.gone, cls.tokens = {}, {}, {}
        for model in hideable_models(cls.env):
            id_ = cls.planted(cls.planter, model)
            cls.hidden[model._name] = id_
            cls.gone[model._name] = never_existed(model)
            record = model.browse(id_)
            if "image_1920" in model._fields:
                record.image_1920 = PICTURE
            if model._name == "ir.attachment":
                record.write({"raw": b64decode(PICTURE), "mimetype": "image/png"})
                record.generate_access_token()
            if "access_token" in model._fields:
                cls.tokens[model._name] = record.access_token or ""
        later = fields.Datetime.now() + timedelta(hours=1)
        cls.keys = {
            who: cls.env["res.users.apikeys"]
            .with_user(user)
            ._generate("rpc", "attempts", later)
            for who, user in cls.who.items()
            if who != "employee"
        }

    # ---- the doors, each as path, what is sent, and headers

    def pages(self, model):
        """Return the paths that answer a page or a file."""
        name, file = model._name, picture(model)
        found = [
            f"/web/image/{name}/{{id}}/{file}",
            f"/web/image?model={name}&id={{id}}&field={file}&download=1",
            f"/web/content?model={name}&id={{id}}&field={file}",
            f"/mail/view?model={name}&res_id={{id}}",
            *(f"/report/html/{report}/{{id}}" for report in reports(self.env, model)),
            *OWN_DOORS.get(name, ()),
        ]
        return [(path, None, None) for path in found]

    def calls(self, model, id_):
        """Return what the web client asks by number."""
        name = model._name
        number = {"model": name, "kwargs": {}}
        called = [
            ("read", [[id_], ["display_name"]]),
            ("web_read", [[id_], {"display_name": {}}]),
        ]
        found = [
            (
                f"/web/dataset/call_kw/{name}/{method}",
                number | {"method": method, "args": args},
            )
            for method, args in called
        ]
        breadcrumb = {"actions": [{"model": name, "resId": id_}]}
        found.append(("/web/action/load_breadcrumbs", breadcrumb))
        if hasattr(model, "message_post"):
            thread = {"thread_model": name, "thread_id": id_}
            found += [(path, thread | params) for path, params in THREAD]
            asked = ["mail.thread", thread | {"request_list": DATA}]
            found.append(("/mail/data", {"fetch_params": [asked]}))
        return [(path, json.dumps({"params": params}), _WEB) for path, params in found]

    def interfaces(self, model, id_, key):
        """Return what a program asks with a key."""
        head = {**_WEB, "Authorization": f"bearer {key}"}
        read = {"ids": [id_], "fields": ["display_name"]}
        search = {"domain": [["id", "=", id_]], "fields": ["display_name"]}
        return [
            (f"/json/2/{model._name}/read", json.dumps(read), head),
            (f"/json/2/{model._name}/search_read", json.dumps(search), head),
        ]

    def exports(self, model, id_):
        """Return the exports of the list."""
        names = ["id", "display_name"]
        common = {
            "model": model._name,
            "fields": [{"name": name, "label": name, "type": "char"} for name in names],
            "import_compat": False,
            "groupby": [],
        }
        return [
            (
                "/web/export/csv",
                {"data": json.dumps(common | asked), "csrf_token": ""},
                None,
            )
            for asked in (
                {"ids": [id_], "domain": []},
                {"ids": False, "domain": [["id", "=", id_]]},
            )
        ]

    def attempts(self, who, model, id_):
        found = self.pages(model)
        if who:
            found += self.calls(model, id_)
        if who in ("manager", "administrator"):
            found += self.exports(model, id_)
        if who in self.keys:
            found += self.interfaces(model, id_, self.keys[who])
        return found

    def knock(self, model, attempt, id_):
        """Return what the door answers, as text that can be compared."""
        path, data, headers = attempt
        token = self.tokens.get(model._name, "")
        path = path.format(id=id_, token=token)
        if isinstance(data, dict):
            data = {**data, "csrf_token": Request.csrf_token(self)}
        answer = self.url_open(path, data=data, headers=headers, allow_redirects=False)
        status, kept, text = comparable(answer, id_)
        text = re.sub(r"csrf[-_]token[^,;>]*[,;>]", "", text)
        return status, kept, text

    def differences(self, who):
        told, tried = [], 0
        for name, hidden in self.hidden.items():
            model, gone = self.env[name], self.gone[name]
            pairs = zip(
                self.attempts(who, model, hidden),
                self.attempts(who, model, gone),
                strict=True,
            )
            for there, missing in pairs:
                answers = [
                    self.knock(model, attempt, id_)
                    for attempt, id_ in ((there, hidden), (missing, gone))
                ]
                tried += 1
                if answers[0] != answers[1]:
                    told.append((name, there[:2], who, *answers))
        _logger.debug("%s: %s attempts at doors", who, tried)
        return told, tried

    @mute_logger(*NOISE)
    def test_no_door_tells_the_manager(self):
        self.authenticate("attempt_manager", "attempt_manager")
        told, tried = self.differences("manager")
        self.assertGreater(tried, 700)
        self.assertEqual(len(told), 0, shown(told))

    @mute_logger(*NOISE)
    def test_no_door_tells_the_administrator(self):
        self.authenticate("attempt_admin", "attempt_admin")
        told, _tried = self.differences("administrator")
        self.assertEqual(len(told), 0, shown(told))

    @mute_logger(*NOISE)
    def test_no_door_tells_a_portal_user(self):
        self.authenticate("attempt_portal", "attempt_portal")
        told, _tried = self.differences("portal")
        self.assertEqual(len(told), 0, shown(told))

    @mute_logger(*NOISE)
    def test_no_door_tells_somebody_without_login(self):
        self.authenticate(None, None)
        told, _tried = self.differences(None)
        self.assertEqual(len(told), 0, shown(told))

    @mute_logger(*NOISE)
    def test_no_model_tells_over_xmlrpc(self):
        key, user = self.keys["manager"], self.who["manager"]
        told = []
        for name, hidden in self.hidden.items():
            answers = []
            for id_ in (hidden, self.gone[name]):
                call = [self.env.cr.dbname, user.id, key, name]
                try:
                    answer = self.xmlrpc_object.execute_kw(
                        *call, "read", [[id_], ["display_name"]]
                    )
                except Exception as error:  # the client is told of any
                    answer = repr(error)
                answers.append(without(str(answer), id_))
            if answers[0] != answers[1]:
                told.append((name, ("read",), "manager", *answers))
        self.assertEqual(len(told), 0, shown(told))
