"""Builders for tests of tenders and cooperation projects."""

import base64

from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user

USER = "customer_care.customer_care_group_user"
MANAGER = "customer_care.customer_care_group_manager"
SALES = f"{USER},sales_team.group_sale_salesman"
TEAM = f"{USER},project.group_project_user"


class CooperationCase(TransactionCase):
    """Sam bids for tenders, Lea leads projects, Tom works on them, Mia manages; all
    have the fewest groups their work needs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.resource_calendar_id.tz = "UTC"
        cls.sam = new_test_user(cls.env, "coop_sam", groups=SALES, tz="UTC")
        cls.lea = new_test_user(cls.env, "coop_lea", groups=TEAM, tz="UTC")
        cls.tom = new_test_user(cls.env, "coop_tom", groups=TEAM, tz="UTC")
        cls.out = new_test_user(cls.env, "coop_out", groups=TEAM, tz="UTC")
        cls.mia = new_test_user(
            cls.env, "coop_mia", groups=f"{MANAGER},sales_team.group_sale_manager"
        )
        cls.city = cls.env["res.partner"].create(
            {"name": "River City", "is_company": True}
        )

    @classmethod
    def paper(cls, user, name="paper.pdf"):
        return (
            cls.env["ir.attachment"]
            .with_user(user)
            .create({"name": name, "datas": base64.b64encode(b"paper")})
        )

    @classmethod
    def tender(cls, user=None, **vals):
        user = user or cls.sam
        return (
            cls.env["crm.lead"]
            .with_user(user)
            .create(
                {
                    "name": "River park",
                    "type": "opportunity",
                    "partner_id": cls.city.id,
                    "user_id": user.id,
                    "care_is_tender": True,
                    "care_tender_number": "RC-2026-7",
                    "care_tender_closing_at": "2026-03-20 09:00:00",
                    **vals,
                }
            )
        )

    @classmethod
    def complete(cls, tender, price=800000):
        """Have all papers done, a price and the proof."""
        for row in tender.care_tender_document_ids:
            row.attachment_ids = cls.paper(tender.env.user)
        tender.care_tender_document_ids.action_done()
        tender.write(
            {
                "care_tender_price": price,
                "care_tender_proof_ids": [
                    Command.link(cls.paper(tender.env.user, "receipt.pdf").id)
                ],
            }
        )

    @classmethod
    def contract(cls, lead=None, user=None, **vals):
        user = user or cls.sam
        return (
            cls.env["care.contract"]
            .with_user(user)
            .create(
                {
                    "name": "River park",
                    "number": "C-1",
                    "lead_id": lead.id if lead else False,
                    "partner_id": cls.city.id,
                    "amount": 800000,
                    "signed_on": "2026-03-25",
                    "our_duties": "Plant 200 trees",
                    "customer_duties": "Clear the site, pay 30 % before",
                    "leader_id": cls.lea.id,
                    "attachment_ids": [Command.link(cls.paper(user).id)],
                    **vals,
                }
            )
        )

    @classmethod
    def project(cls, **vals):
        """Return a cooperation project as its leader sees it."""
        contract = cls.contract(**vals)
        contract.action_sign()
        contract.action_make_project()
        return contract.sudo().project_ids.with_user(cls.lea)
