"""Builders for tests of grades: a scheme A, B, C with facts, users, customers."""

from datetime import date

from odoo import Command
from odoo.tests import TransactionCase, new_test_user

USER = "customer_care.customer_care_group_user"
MANAGER = "customer_care.customer_care_group_manager"
DAY = date(2026, 3, 25)  # the first day of the window


class TierCase(TransactionCase):
    """A main scheme: A needs two facts or a signed agreement, B one fact, C nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.env["care.tier.scheme"].search([("is_main", "=", True)]).is_main = False
        cls.clerk = new_test_user(
            cls.env, "tier_clerk", f"{USER},base.group_partner_manager"
        )
        cls.head = new_test_user(cls.env, "tier_head", groups=USER)
        cls.manager = new_test_user(cls.env, "tier_manager", groups=MANAGER)
        cls.facts = {
            code: cls.env["care.tier.fact"].create({"code": code, "name": name})
            for code, name in [
                ("t_will", "Mutual will"),
                ("t_sound", "Sound fundamentals"),
                ("t_signed", "Signed agreement"),
            ]
        }
        cls.scheme = cls.env["care.tier.scheme"].create(
            {
                "code": "t_abc",
                "name": "ABC",
                "is_main": True,
                "partner_domain": "[('ref', '=like', 'TIER%')]",
                "section_by": "manager",
            }
        )
        cls.tier_a = cls.make_tier("t_a", "A", 1, complaint_priority=3)
        cls.tier_b = cls.make_tier("t_b", "B", 2, complaint_priority=1)
        cls.tier_c = cls.make_tier("t_c", "C", 3, is_fallback=True)
        cls.make_rule(cls.tier_a, "Two facts", "t_will", "t_sound")
        cls.make_rule(cls.tier_a, "Agreement", "t_signed")
        cls.make_rule(cls.tier_b, "Sound", "t_sound")
        cls.make_rule(cls.tier_c, "Everybody")
        cls.acme, cls.bolt, cls.cord = cls.make_customers("Acme", "Bolt", "Cord")

    @classmethod
    def make_tier(cls, code, name, rank, **vals):
        return cls.env["care.tier"].create(
            {
                "code": code,
                "name": name,
                "sequence": rank,
                "scheme_id": cls.scheme.id,
                **vals,
            }
        )

    @classmethod
    def make_rule(cls, tier, name, *facts):
        rows = [
            {"name": fact, "kind": "attestation", "fact_id": cls.facts[fact].id}
            for fact in facts
        ]
        return cls.env["care.tier.rule"].create(
            {
                "code": f"{tier.code}_{name}",
                "name": name,
                "tier_id": tier.id,
                "condition_ids": [Command.create(row) for row in rows],
            }
        )

    @classmethod
    def make_customers(cls, *names):
        return cls.env["res.partner"].create(
            [
                {
                    "name": name,
                    "is_company": True,
                    "ref": f"TIER {name}",
                    "user_id": cls.clerk.id,
                }
                for name in names
            ]
        )

    @classmethod
    def state(cls, partner, *codes, on=date(2026, 1, 5), **vals):
        return cls.env["care.tier.attestation"].create(
            [
                {
                    "partner_id": partner.id,
                    "fact_id": cls.facts[code].id,
                    "statement": "Seen",
                    "stated_on": on,
                    **vals,
                }
                for code in codes
            ]
        )

    @classmethod
    def give(cls, partner, tier, first, last, kind="regular", **vals):
        return cls.env["care.tier.grant"]._give(
            [
                {
                    "partner_id": partner.id,
                    "scheme_id": tier.scheme_id.id,
                    "company_id": cls.company.id,
                    "tier_id": tier.id,
                    "kind": kind,
                    "source": "request",
                    "valid_from": first,
                    "valid_to": last,
                    **vals,
                }
            ]
        )
