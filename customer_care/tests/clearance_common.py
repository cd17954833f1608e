"""Builders for tests of clearances: officers, people, proofs."""

from datetime import datetime

from odoo.tests import TransactionCase, new_test_user

USER = "customer_care.customer_care_group_user"
OFFICER = "customer_care.customer_care_group_security"
KINDS = ("nda", "background", "training")


class ClearanceCase(TransactionCase):
    """Two officers, a clerk and a plain employee; only the shipped requirements."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        requirements = cls.env["care.clearance.requirement"]
        shipped = [
            cls.env.ref(f"customer_care.care_clearance_requirement_{kind}").id
            for kind in KINDS
        ]
        requirements.search([("id", "not in", shipped)]).active = False
        cls.needed = requirements.browse(shipped)
        cls.needed.write({"survey_id": False})
        # the approvals that ship have tests of their own
        cls.shipped = requirements.env["care.approval.rule"].search(
            [("model_name", "=", "care.clearance")]
        )
        cls.shipped.active = False
        cls.officer = new_test_user(cls.env, "cl_officer", groups=OFFICER)
        cls.second = new_test_user(cls.env, "cl_second", groups=OFFICER)
        cls.clerk = new_test_user(cls.env, "cl_clerk", groups=USER)
        cls.plain = new_test_user(cls.env, "cl_plain", groups="base.group_user")

    @classmethod
    def prove(cls, user, *kinds, on="2026-01-05 03:00:00", **vals):
        """Write proofs as the engine does."""
        at = datetime.fromisoformat(on)
        return cls.env["care.clearance.proof"]._note(
            [
                {
                    "user_id": user.id,
                    "company_id": cls.company.id,
                    "kind": kind,
                    "date": at.date(),
                    "starts_at": at,
                    **vals,
                }
                for kind in kinds or KINDS
            ]
        )

    @classmethod
    def propose(cls, user=None, level=2, by=None, **vals):
        return (
            cls.env["care.clearance"]
            .with_user(by or cls.officer)
            .create(
                {
                    "user_id": (user or cls.clerk).id,
                    "level": level,
                    "valid_from": "2026-01-01",
                    **vals,
                }
            )
        )

    @classmethod
    def clear(cls, user=None, level=2, **vals):
        """Give a running clearance."""
        user = user or cls.clerk
        cls.prove(user)
        clearance = cls.propose(user, min(level, 2), **vals)
        clearance._put({"level": level})  # the way of level 3 has tests of its own
        clearance._guard()._give()
        return clearance
