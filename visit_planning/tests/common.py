from odoo.tests import TransactionCase, new_test_user


class VisitCase(TransactionCase):
    """Builders: two visitors and a manager in company A, a visitor in company B, one
    customer and a purpose with a checklist of two points."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Visits A"})
        cls.other_company = cls.env["res.company"].create({"name": "Visits B"})
        cls.visitor = cls._new_user("visitor", "group_user", cls.company)
        cls.colleague = cls._new_user("colleague", "group_user", cls.company)
        cls.manager = cls._new_user("visit_boss", "group_manager", cls.company)
        cls.stranger = cls._new_user("far_visitor", "group_user", cls.other_company)
        cls.customer = cls.env["res.partner"].create(
            {"name": "Wang Trading", "street": "Nanjing Road 1", "city": "Shanghai"}
        )
        cls.checklist = cls.env["visit.checklist"].create(
            {
                "name": "Short list",
                "company_id": cls.company.id,
                "line_ids": [
                    (0, 0, {"name": "Catalogue packed", "phase": "before"}),
                    (0, 0, {"name": "Needs asked", "phase": "during"}),
                ],
            }
        )
        cls.purpose = cls.env["visit.purpose"].create(
            {
                "name": "Need talk",
                "company_id": cls.company.id,
                "duration": 1.5,
                "checklist_id": cls.checklist.id,
            }
        )

    @classmethod
    def _new_user(cls, login, group, company):
        return new_test_user(
            cls.env,
            login,
            groups=f"visit_planning.visit_planning_{group}",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    @classmethod
    def _new_visit(cls, user=None, **vals):
        return (
            cls.env["visit.visit"]
            .with_user(user or cls.visitor)
            .create(
                {
                    "partner_id": cls.customer.id,
                    "purpose_id": cls.purpose.id,
                    "planned_at": "2026-03-02 02:00:00",
                    **vals,
                }
            )
        )
