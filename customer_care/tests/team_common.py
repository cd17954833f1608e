"""Builders for tests of teams: customers, people of ours, a grade that wants a team."""

from datetime import date

from odoo.tests import TransactionCase, new_test_user

USER = "customer_care.customer_care_group_user"
MANAGER = "customer_care.customer_care_group_manager"
EDITOR = f"{USER},base.group_partner_manager"
DAY = date(2026, 3, 25)


class TeamCase(TransactionCase):
    """Ann and Ben look after customers, Cai joins teams, Mia manages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.ann = new_test_user(cls.env, "team_ann", groups=EDITOR)
        cls.ben = new_test_user(cls.env, "team_ben", groups=USER)
        cls.cai = new_test_user(cls.env, "team_cai", groups=USER)
        cls.mia = new_test_user(cls.env, "team_mia", groups=MANAGER)
        cls.support = cls.env.ref("customer_care.care_team_role_technical_support")
        cls.service = cls.env.ref("customer_care.care_team_role_after_sales")
        cls.acme = cls.make_customer("Acme", cls.ann)

    @classmethod
    def make_customer(cls, name, lead=None, **vals):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "user_id": lead.id if lead else False,
                **vals,
            }
        )

    @classmethod
    def join(cls, customer, user, role=None, **vals):
        return cls.env["care.team.member"].create(
            {
                "partner_id": customer.id,
                "user_id": user.id,
                "role_id": (role or cls.support).id,
                "date_from": "2026-03-01",
                **vals,
            }
        )

    def history(self, customer):
        """Return [(from, to, reason)] of a customer, the oldest first."""
        rows = self.env["care.attribution"].search(
            [("partner_id", "=", customer.id)], order="id"
        )
        return [(row.from_user_id, row.user_id, row.reason) for row in rows]
