"""Builders for tests of disclosures: a secret customer, roles, a file, an outsider."""

import base64
import io
from datetime import date

from reportlab.pdfgen.canvas import Canvas

from odoo import Command
from odoo.tests import new_test_user

from .secrecy_common import SecrecyCase

USER = "customer_care.customer_care_group_user"
OFFICER = "customer_care.customer_care_group_security"
OUTSIDER = "lawyer@outside.example"


def pdf(*texts):
    """Return a PDF with a page for each text."""
    result = io.BytesIO()
    canvas = Canvas(result)
    for text in texts:
        canvas.drawString(100, 700, text)
        canvas.showPage()
    canvas.save()
    return result.getvalue()


class DisclosureCase(SecrecyCase):
    """A clerk, a supervisor, a service manager and a general manager, all cleared for
    the secret customer; one plain colleague who is not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = {}
        for login in ("clerk", "supervisor", "manager", "general", "officer"):
            groups = OFFICER if login == "officer" else USER
            user = new_test_user(
                cls.env, f"di_{login}", groups, email=f"{login}@own.example"
            )
            cls.clear(user, 2)
            cls.people[login] = user
        cls.clerk = cls.people["clerk"]
        for role, login in [
            ("information_supervisor", "supervisor"),
            ("customer_service_manager", "manager"),
            ("general_manager", "general"),
        ]:
            cls.assign(role, cls.people[login])
        cls.file = cls.make_file("contract.pdf", pdf("MARKER one", "MARKER two"))

    @classmethod
    def assign(cls, code, user):
        role = cls.env["care.role"].search([("code", "=", code)])
        cls.env["care.role.assignment"].search([("role_id", "=", role.id)]).unlink()
        return cls.env["care.role.assignment"].create(
            {
                "role_id": role.id,
                "user_id": user.id,
                "company_id": cls.env.company.id,
                "date_from": date(2026, 1, 1),
            }
        )

    @classmethod
    def make_file(cls, name, data, mimetype="application/pdf", partner=None):
        partner = partner or cls.secret
        return cls.env["ir.attachment"].create(
            {
                "name": name,
                "raw": data,
                "mimetype": mimetype,
                "res_model": "res.partner",
                "res_id": partner.id,
            }
        )

    def draft(self, user=None, **vals):
        """Return a complete draft of the clerk about the secret customer."""
        user = user or self.clerk
        scan = base64.b64encode(pdf("I agree"))
        files = self.env["ir.attachment"].with_user(user)
        word = files.create({"name": "authorisation.pdf", "datas": scan})
        values = {
            "partner_id": self.secret.id,
            "recipient_name": "张伟",
            "recipient_organisation": "Huaxin Law",
            "recipient_email": OUTSIDER,
            "purpose": "Court case",
            "form": "mail",
            "assessment": "A lawyer bound to silence",
            "date_to": date(2026, 4, 30),
            "authorisation_file_ids": [Command.set(word.ids)],
            "authorisation_date": date(2026, 3, 1),
            "authorisation_until": date(2026, 5, 31),
            "item_ids": [
                Command.create({"name": "Contract", "attachment_id": self.file.id})
            ],
        }
        return self.env["care.disclosure"].with_user(user).create(values | vals)

    def decide(self, record, login, how="approve"):
        approval = record.sudo().approval_ids.filtered(lambda a: a.state == "pending")
        approval.with_user(self.people[login])._decide(how, "Words")
        self.env.invalidate_all()

    def approved(self, **vals):
        record = self.draft(**vals)
        record.action_ask()
        self.decide(record, "supervisor")
        if record.kind != "internal":
            self.decide(record, "manager")
        self.assertEqual(record.state, "approved")
        return record
