"""Builders for tests of hand-overs: Ann leaves, Ben and Cai take over, Mia plans."""

import base64

from odoo.tests import Form

from .team_common import TeamCase

PNG = base64.b64encode(
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
        "awAAAABJRU5ErkJggg=="
    )
)


class DepartureCase(TeamCase):
    """Ann looks after Acme and Bolt, and has a lead, a task, deadlines, a post."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.acme.write({"email": "acme@example.com", "lang": "en_US"})
        cls.bolt = cls.make_customer("Bolt", cls.ann)
        cls.lead = cls.env["crm.lead"].create(
            {
                "name": "Pumps",
                "type": "opportunity",
                "partner_id": cls.acme.id,
                "user_id": cls.ann.id,
            }
        )
        cls.rule = cls.env["care.obligation.rule"].create(
            {
                "code": "t_leave",
                "name": "Answer",
                "model_name": "crm.lead",
                "start_domain": "[('type', '=', 'opportunity')]",
                "done_domain": "[('type', '=', 'lead')]",
                "amount": 30,
                "unit": "day",
                "responsible_path": "user_id",
            }
        )
        cls.env["care.obligation"]._scan_now(cls.rule)

    def plan(self, **vals):
        return (
            self.env["care.departure"]
            .with_user(self.mia)
            .create({"user_id": self.ann.id, "date_leaving": "2026-03-25", **vals})
        )

    def sign(self, departure, user, **context):
        form = Form(
            self.env["care.departure.sign"]
            .with_user(user)
            .with_context(default_departure_id=departure.id, **context)
        )
        form.signature = PNG
        if context.get("default_instead"):
            form.reason = "Left without notice"
        return form.save().action_sign()

    def line(self, departure, kind, record):
        return departure.line_ids.filtered(
            lambda row: row.kind == kind and row.res_id == record.id
        )

    def give(self, departure, customer, user):
        self.line(departure, "customer", customer).successor_id = user
