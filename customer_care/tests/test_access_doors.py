import json

from odoo import http
from odoo.fields import Datetime

from .access_log_common import PLANTED, AccessLogCase


class TestAccessDoors(AccessLogCase):
    """Every door through which a client reads leaves its row, once, without values."""

    def assertLogged(self, operation, ids, fields=None, model="res.partner"):
        rows = self.rows().filtered(lambda row: row.model == model)
        self.assertEqual(rows.mapped("operation"), [operation], rows)
        self.assertEqual(sorted(rows.res_ids), sorted(ids))
        if fields is not None:
            self.assertEqual(sorted(rows.field_names), sorted(fields))
        self.assertEqual(rows.login, "log_reader")
        self.assertEqual(rows.level, 2)
        return rows

    def test_doors_that_read(self):
        both = [self.secret.id, self.open.id]
        domain = [("id", "in", both)]
        spec = {"name": {}, "phone": {}}
        doors = {
            "read": lambda: self.call("res.partner", "read", both, ["name", "phone"]),
            "search_read": lambda: self.call(
                "res.partner", "search_read", domain, ["name", "phone"]
            ),
            "web_read": lambda: self.call("res.partner", "web_read", both, spec),
            "web_search_read": lambda: self.call(
                "res.partner", "web_search_read", domain, spec
            ),
            "xmlrpc": lambda: self.call_xml(
                "res.partner", "read", both, ["name", "phone"]
            ),
        }
        for name, door in doors.items():
            with self.subTest(door=name):
                door()
                self.assertLogged("read", [self.secret.id], ["name", "phone"])

    def test_export(self):
        ids = [self.secret.id, self.open.id]
        self.call("res.partner", "export_data", ids, ["name", "country_id/name"])
        self.assertLogged("export", [self.secret.id], ["name", "country_id/name"])

    def test_export_over_its_route(self):
        fields = [{"name": name, "label": name} for name in ("name", "phone")]
        data = {
            "model": "res.partner",
            "fields": fields,
            "ids": [self.secret.id, self.open.id],
            "domain": [],
            "import_compat": False,
            "context": {},
        }
        self.url_open(
            "/web/export/csv",
            data={
                "data": json.dumps(data),
                "csrf_token": http.Request.csrf_token(self),
            },
        )
        self.assertLogged("export", [self.secret.id], ["name", "phone"])

    def test_a_business_card_is_an_export(self):
        answer = self.url_open(f"/web/partner/vcard?partner_ids={self.secret.id}")
        self.assertIn("VCARD", answer.text)
        self.assertLogged("export", [self.secret.id], ["vcard"])

    def test_json2_reads_as_any_door(self):
        key = self.env["res.users.apikeys"].with_user(self.reader)
        key = key.sudo()._generate("rpc", "test", Datetime.to_datetime("2099-01-01"))
        self.opener.cookies.clear()
        answer = self.url_open(
            "/json/2/res.partner/search_read",
            data=json.dumps(
                {"domain": [["id", "=", self.secret.id]], "fields": ["ref"]}
            ),
            headers={
                "Authorization": f"Bearer {key}",
                "Content-Type": "application/json",
            },
        )
        self.assertEqual(answer.json()[0]["ref"], PLANTED[1])
        row = self.assertLogged("read", [self.secret.id], ["ref"])
        self.assertEqual(row.route, "/json/2/res.partner/search_read")

    def test_groups_name_no_records(self):
        domain = [("ref", "=", PLANTED[1])]
        doors = {
            "web_read_group": (domain, ["user_id"], []),
            "formatted_read_group": (domain, ["user_id"], ["__count"]),
            "formatted_read_grouping_sets": (domain, [["user_id"], []], ["__count"]),
            "search_count": (domain,),
        }
        for method, args in doors.items():
            with self.subTest(method=method):
                self.call("res.partner", method, *args)
                row = self.assertLogged("group", [])
                self.assertEqual(row.detail, {"domain": ["ref in"]}, row.detail)

    def test_searches(self):
        self.call("res.partner", "name_search", PLANTED[0])
        self.assertLogged("search", [self.secret.id], ["display_name"])
        self.call("res.partner", "search", [("phone", "=", PLANTED[2])])
        row = self.assertLogged("search", [self.secret.id])
        self.assertEqual(row.detail, {"domain": ["phone in"]})

    def test_nothing_below_the_threshold(self):
        self.call("res.partner", "read", [self.open.id], ["name"])
        self.call("res.partner", "name_search", "Open Works")
        self.assertFalse(self.rows())

    def test_threshold_can_be_lowered(self):
        self.env["ir.config_parameter"].set_param("customer_care.access_log_from", "0")
        self.call("res.partner", "read", [self.open.id], ["name"])
        rows = self.rows().filtered(lambda row: row.operation == "read")
        self.assertEqual(rows.res_ids, [self.open.id])

    def test_no_value_is_ever_kept(self):
        self.call("res.partner", "search_read", [("name", "=", PLANTED[0])], ["name"])
        self.call("res.partner", "name_search", PLANTED[0])
        self.call("res.partner", "web_read_group", [("ref", "=", PLANTED[1])], ["name"])
        self.assertTrue(self.rows())
        self.env.cr.execute("SELECT l::text FROM care_access_log l")
        text = "\n".join(line for (line,) in self.env.cr.fetchall())
        for value in PLANTED:
            self.assertNotIn(value, text)

    def test_context_cannot_switch_it_off(self):
        context = {
            "care_access": False,
            "care_engine": True,
            "tracking_disable": True,
            "cron_id": 1,
        }
        self.call("res.partner", "read", [self.secret.id], ["name"], context=context)
        self.assertLogged("read", [self.secret.id])

    def test_a_row_says_from_where(self):
        self.call("res.partner", "read", [self.secret.id], ["name"])
        row = self.rows()
        self.assertEqual(row.route, "/web/dataset/call_kw/res.partner/read")
        self.assertEqual(row.address, "127.0.0.1")
        self.assertTrue(row.session and row.request and row.agent)
        self.assertEqual(row.user_id, self.reader.id)
