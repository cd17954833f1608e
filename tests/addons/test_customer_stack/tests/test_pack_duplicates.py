from odoo.tests import freeze_time, tagged

from .pack_common import PackCase
from .pack_secrecy_common import SecrecyPackCase

CODE = "91330100MA2ABCDE1R"


class DuplicatesOf(PackCase):
    """Customers of the company that loaded the pack, asked for by its clerk."""

    def firm(self, name, **vals):
        vals |= {"name": name, "is_company": True, "company_id": self.company.id}
        return self.env["res.partner"].create(vals)

    def asked(self, **vals):
        vals |= {"is_company": True, "company_id": self.company.id}
        return self.env["res.partner"].with_user(self.clerk)._care_duplicates(vals)

    def search_pairs(self):
        with self.enter_registry_test_mode():
            self.env.ref("customer_care.care_duplicate_cron").method_direct_trigger()
        self.env.invalidate_all()

    def compliance(self, clause):
        """Return what is met and open of a clause."""
        self.env.flush_all()
        rows = self.env["care.clause.compliance"].search(
            [
                ("clause_id.code", "=", clause),
                ("company_id", "=", self.company.id),
                ("source", "=", "duplicate"),
            ]
        )
        return sum(rows.mapped("met")), sum(rows.mapped("open"))


@tagged("post_install", "-at_install")
class TestPackDuplicatesP02(DuplicatesOf, SecrecyPackCase):
    """Policy P02, any company: duplicate entries are weeded out."""

    PACK = "P02"
    ROLES = ()

    @freeze_time("2026-03-25 04:00:00")
    def test_p02_03_duplicates_are_found_decided_and_counted(self):
        """P02.03"""
        self.assertTrue(self.rule("care.duplicate.rule", "p02_same_phone"))
        one = self.firm("宁波恒达贸易有限公司", phone="0574-87654321")
        two = self.firm("恒达商贸（宁波）有限公司")
        three = self.firm("成都某某餐饮有限公司", phone="0574 8765 4321")
        self.assertEqual(self.asked(name=one.name)[0]["partner_id"], one.id)
        self.search_pairs()
        pairs = self.env["care.duplicate"].search([("partner_id", "=", one.id)])
        self.assertEqual(pairs.other_id, two + three)
        self.assertEqual(self.compliance("P02.03"), (0, 2))
        rights = [self.env.ref("base.group_partner_manager").id]
        self.manager.group_ids = [(4, id_) for id_ in rights]
        by_name = pairs.filtered(lambda pair: pair.other_id == two)
        by_name.with_user(self.manager).action_keep_first()
        (pairs - by_name).with_user(self.manager).action_different()
        self.assertFalse(two.exists())
        self.assertEqual(self.compliance("P02.03"), (2, 0))


@tagged("post_install", "-at_install")
class TestPackDuplicatesP03(DuplicatesOf):
    """Policy P03, construction group: the base is exact and complete."""

    PACK = "P03"

    def test_p03_01_a_customer_that_is_there_is_not_entered_again(self):
        """P03.01"""
        self.assertTrue(self.rule("care.duplicate.rule", "p03_credit_code"))
        firm = self.firm(
            "宁波恒达置业有限公司", credit_code=CODE, phone="0574-87654321"
        )
        for vals in (
            {"name": "Anything", "credit_code": CODE},
            {"name": "恒达房地产", "phone": "+86 574 8765 4321"},
        ):
            with self.subTest(vals=vals):
                found = self.asked(**vals)
                self.assertEqual(found[0]["partner_id"], firm.id)
                self.assertEqual(found[0]["verdict"], "refuse")
