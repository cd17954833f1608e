from odoo.tests import TransactionCase, new_test_user, tagged

USER = "customer_care.customer_care_group_user"


@tagged("post_install", "-at_install")
class TestCustomerDuplicate(TransactionCase):
    """A customer that is there already is found before it is entered again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = new_test_user(
            cls.env, "du_clerk", f"{USER},base.group_partner_manager"
        )
        cls.partners = cls.env["res.partner"]
        cls.hik = cls.partners.create(
            {
                "name": "杭州海康威视数字技术股份有限公司",
                "is_company": True,
                "phone": "0571-88075998",
                "credit_code": "91330100MA2ABCDE1R",
            }
        )

    def check(self, **vals):
        vals.setdefault("is_company", True)
        return self.partners.with_user(self.clerk)._care_duplicates(vals)

    def test_a_short_name_finds_the_firm_and_warns(self):
        found = self.check(name="海康威视")
        self.assertEqual([f["partner_id"] for f in found], self.hik.ids)
        self.assertEqual(found[0]["verdict"], "warn")
