"""People and a secret customer for tests of the read log, over the real routes."""

from odoo.tests import HttpCase, new_test_user
from odoo.tools import mute_logger

from .secrecy_common import USER, insert

AUDITOR = "customer_care.customer_care_group_auditor"
# Values that no row of the log may hold.
PLANTED = ("Planted Secret Works", "PLANTEDREF", "+86 571 5550 1234")


class AccessLogCase(HttpCase):
    """A cleared user calls; one secret customer stands beside an open one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = f"{USER},base.group_partner_manager,base.group_allow_export"
        cls.reader = new_test_user(cls.env, "log_reader", groups)
        cls.auditor = new_test_user(cls.env, "log_auditor", AUDITOR)
        for user in (cls.reader, cls.auditor):
            cls.clear(user, 2)
        name, ref, phone = PLANTED
        cls.secret, cls.open = cls.env["res.partner"].create(
            [
                {"name": name, "ref": ref, "phone": phone, "is_company": True},
                {"name": "Open Works", "ref": "OPENREF", "is_company": True},
            ]
        )
        cls.secret.secrecy_own = 2
        cls.env.flush_all()
        cls.log = cls.env["care.access.log"]

    @classmethod
    def clear(cls, user, level):
        insert(
            cls.env,
            "care_clearance",
            user_id=user.id,
            company_id=cls.env.company.id,
            level=level,
            state="active",
            vetted=True,
            effective_from="2026-01-01",
            valid_from="2026-01-01",
        )
        cls.env["care.sight"]._forget()

    def setUp(self):
        super().setUp()
        self.authenticate("log_reader", "log_reader")
        self.last = self.log.search([], limit=1).id or 0

    def rows(self):
        """Return the rows since the last call of this, the first one first."""
        self.env.invalidate_all()
        found = self.log.search([("id", ">", self.last)], order="id")
        self.last = found[-1:].id or self.last
        return found

    def call(self, model, method, *args, **kwargs):
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )

    @mute_logger("odoo.addons.rpc.controllers.xmlrpc")
    def call_xml(self, model, method, *args, **kwargs):
        key = (self.env.cr.dbname, self.reader.id, "log_reader")
        return self.xmlrpc_object.execute_kw(*key, model, method, args, kwargs)
