"""Builders for tests of duplicates: departments, people and customers."""

from odoo.tests import TransactionCase, new_test_user

from .secrecy_common import insert

USER = "customer_care.customer_care_group_user"
MANAGER = "customer_care.customer_care_group_manager"
CODE = "91330100MA2ABCDE1R"


class DuplicateCase(TransactionCase):
    """A clerk who sees the customers of his own department only, a manager who merges,
    and one customer that is there already."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rights = "base.group_partner_manager"
        cls.clerk = new_test_user(cls.env, "du_clerk", f"{USER},{rights}")
        cls.other = new_test_user(cls.env, "du_other", f"{USER},{rights}")
        cls.manager = new_test_user(cls.env, "du_manager", f"{MANAGER},{rights}")
        cls.department = cls.env["hr.department"].create({"name": "Sales East"})
        cls.env["hr.employee"].create(
            {
                "name": "Other",
                "user_id": cls.other.id,
                "department_id": cls.department.id,
            }
        )
        cls.partners = cls.env["res.partner"]
        cls.hik = cls.partners.create(
            {
                "name": "杭州海康威视数字技术股份有限公司",
                "is_company": True,
                "phone": "0571-88075998",
                "email": "sales@hik.example",
                "credit_code": CODE,
                "user_id": cls.other.id,
            }
        )

    def check(self, user=None, **vals):
        """Ask, as the clerk, who may be the customer described."""
        vals.setdefault("is_company", True)
        return self.partners.with_user(user or self.clerk)._care_duplicates(vals)

    def hide_from_clerk(self):
        """Let the clerk read the customers he is in charge of only."""
        self.env["ir.rule"].create(
            {
                "name": "Own customers",
                "model_id": self.env.ref("base.model_res_partner").id,
                "domain_force": "['|', ('user_id', 'in', [user.id, False]), "
                "('partner_share', '=', False)]",
                "groups": [(4, self.env.ref("base.group_user").id)],
            }
        )
        # a rule of a group is joined by "or" with those of other groups
        self.env["ir.rule"].search(
            [
                ("model_id.model", "=", "res.partner"),
                ("groups", "in", self.env.ref("base.group_partner_manager").ids),
            ]
        ).active = False
        self.env.registry.clear_cache()

    def clear(self, user, level):
        """Give the user a running clearance."""
        insert(
            self.env,
            "care_clearance",
            user_id=user.id,
            company_id=self.env.company.id,
            level=level,
            state="active",
            vetted=True,
            effective_from="2026-01-01",
            effective_to=None,
            valid_from="2026-01-01",
        )
        self.env["care.sight"]._forget()

    def search_pairs(self):
        """Run the nightly search."""
        with self.enter_registry_test_mode():
            self.env.ref("customer_care.care_duplicate_cron").method_direct_trigger()
        self.env.invalidate_all()

    def pair(self, one, other):
        """Return the pair of two customers."""
        both = (one.id, other.id)
        return self.env["care.duplicate"].search(
            [("partner_id", "in", both), ("other_id", "in", both)]
        )
