from datetime import date

from odoo.tests import TransactionCase, new_test_user

USER = "customer_care.customer_care_group_user"
MANAGER = "customer_care.customer_care_group_manager"


class ScoreCase(TransactionCase):
    """A company in Shanghai with three customers, and builders of what is measured."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Score shop"})
        cls.company.resource_calendar_id.tz = "Asia/Shanghai"
        companies = {
            "company_id": cls.company.id,
            "company_ids": [(6, 0, cls.company.ids)],
        }
        cls.manager = new_test_user(
            cls.env, "score_manager", groups=MANAGER, **companies
        )
        cls.second = new_test_user(cls.env, "score_second", groups=MANAGER, **companies)
        cls.user = new_test_user(cls.env, "score_user", groups=USER, **companies)
        partners = cls.env["res.partner"].create(
            [
                {"name": name, "company_id": cls.company.id, "ref": "scored"}
                for name in ("Ada", "Bela", "Cem")
            ]
        )
        cls.ada, cls.bela, cls.cem = partners
        cls.day = date(2026, 3, 31)

    @classmethod
    def indicator(cls, code, **vals):
        return (
            cls.env["care.indicator"]
            .with_user(cls.manager)
            .create(
                {
                    "code": code,
                    "name": code,
                    "company_id": cls.company.id,
                    "model_name": "test.sale.host",
                    "date_field": "date_order",
                    "subject_path": "partner_id",
                    "subject_domain": "[('ref', '=', 'scored')]",
                    **vals,
                }
            )
        )

    @classmethod
    def order(cls, partner, at, amount=0, **vals):
        return cls.env["test.sale.host"].create(
            {
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "date_order": at,
                "amount_total": amount,
                **vals,
            }
        )

    @classmethod
    def figures(cls, indicator, first="2026-03-01", last="2026-03-31", ids=None):
        """Return {partner or 0: Value}."""
        return indicator._evaluate(
            date.fromisoformat(first), date.fromisoformat(last), ids
        )

    @classmethod
    def scorecard(cls, code="value", lines=(), **vals):
        return (
            cls.env["care.scorecard"]
            .with_user(cls.manager)
            .create(
                {
                    "code": code,
                    "name": code,
                    "company_id": cls.company.id,
                    "subject_domain": "[('ref', '=', 'scored')]",
                    "period": "month",
                    "line_ids": [
                        (0, 0, {"code": f"m{n}", "name": f"Measure {n}", **line})
                        for n, line in enumerate(lines)
                    ],
                    **vals,
                }
            )
        )
