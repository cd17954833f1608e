"""Builders for tests of the care calendar: customers, contacts, occasions, the job."""

from datetime import date

from odoo import Command
from odoo.tests import TransactionCase, new_test_user

USER = "customer_care.customer_care_group_user"
MANAGER = "customer_care.customer_care_group_manager"
DAY = date(2026, 9, 21)  # a Monday, four days before mid-autumn


class OccasionCase(TransactionCase):
    """Two customers with contacts, and nobody else whom an occasion would greet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.env["care.occasion"].search([]).active = False
        cls.clerk = new_test_user(
            cls.env, "touch_clerk", f"{USER},base.group_partner_manager"
        )
        cls.other = new_test_user(cls.env, "touch_other", USER)
        cls.manager = new_test_user(cls.env, "touch_manager", groups=MANAGER)
        cls.touches = cls.env["care.touch"]
        cls.phrase = cls.env["care.phrase"].create(
            {
                "code": "t_wish",
                "name": "Wish",
                "body": "Dear {contact}, all the best for {occasion}.",
            }
        )
        cls.gift = cls.env["care.gift"].create(
            {"code": "t_cakes", "name": "Moon cakes", "value": 100}
        )
        cls.acme = cls.make_partner("Acme", is_company=True, user_id=cls.clerk.id)
        cls.wang = cls.make_partner("Wang", parent_id=cls.acme.id, phone="555 1001")
        cls.zhao = cls.make_partner("Zhao", parent_id=cls.acme.id, phone="555 1002")

    @classmethod
    def make_partner(cls, name, **vals):
        code = name.lower().replace(" ", ".")
        return cls.env["res.partner"].create(
            {"name": name, "email": f"{code}@t.example", "ref": "TOUCH", **vals}
        )

    @classmethod
    def make_occasion(cls, code, *channels, **vals):
        """Return an occasion for the contacts of these tests; `channels` are names of
        channels or values of their lines."""
        lines = [
            Command.create(
                ({"channel": line} if isinstance(line, str) else line)
                | {"sequence": number, "phrase_id": cls.phrase.id}
            )
            for number, line in enumerate(channels or ["call"])
        ]
        return cls.env["care.occasion"].create(
            {
                "code": f"t_{code}",
                "name": code.capitalize(),
                "domain": "[('ref', '=', 'TOUCH')]",
                "channel_ids": lines,
                **vals,
            }
        )

    @classmethod
    def mid_autumn(cls, *channels, **vals):
        return cls.make_occasion(
            "mid_autumn",
            *channels,
            **{"date_rule": "lunar", "lunar_month": 8, "lunar_day": 15, **vals},
        )

    @classmethod
    def run_job(cls, day=DAY):
        """Do what the job does on a day, without its commits."""

        def progress(done, remaining=0):
            return True

        cls.touches._make_due(day, progress)
        cls.touches._settle_due(day, progress)
        cls.touches._send_due(day, progress)
        cls.touches._note_failures()
        cls.env.invalidate_all()

    def touch(self, partner, occasion=None):
        """Return the greetings of a contact, oldest first."""
        domain = [("partner_id", "=", partner.id)]
        if occasion:
            domain.append(("occasion_id", "=", occasion.id))
        return self.touches.search(domain, order="id")
