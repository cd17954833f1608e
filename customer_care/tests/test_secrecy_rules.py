from odoo.tests import tagged

from .secrecy_common import SecrecyCase

MANAGER = "customer_care.customer_care_group_manager"
TAG = "res.partner.category"
ASKED = "[('partner_ids.name', 'ilike', 'LV S')]"


@tagged("post_install", "-at_install")
class TestSecrecyRules(SecrecyCase):
    """A rule is carried out with all rights; what follows from it on a record that
    people see tells them nothing of a hidden one it is linked to."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plain.group_ids += cls.env.ref(MANAGER)
        # Odoo draws the colour of a tag by chance, and the deadlines below end by it
        cls.tag, cls.other = cls.env[TAG].create(
            [{"name": "Odd", "color": 1}, {"name": "Even", "color": 1}]
        )
        cls.secret.category_id = cls.tag
        cls.env.flush_all()

    def rule(self, model, **values):
        base = {"code": "t_rule", "name": "Oracle", "company_id": self.company.id}
        return self.env[model].with_user(self.plain).create(base | values).sudo()

    def deadline(self, start=ASKED, model=TAG, done="[('color', '=', 5)]"):
        return self.rule(
            "care.obligation.rule",
            model_name=model,
            start_domain=start,
            done_domain=done,
            amount=3,
            unit="day",
        )

    def started(self, rule):
        self.env["care.obligation"]._scan_now(rule)
        rows = self.env["care.obligation"].sudo()
        return rows.search([("rule_id", "=", rule.id)])

    def test_a_deadline_begins_by_nothing_hidden(self):
        self.assertFalse(self.started(self.deadline()))

    def see(self):
        """Give the tag a customer whom everybody sees."""
        self.open.write({"name": "LV Seen", "category_id": [(4, self.tag.id)]})

    def test_a_deadline_begins_by_what_is_seen(self):
        rule = self.deadline()
        self.assertFalse(self.started(rule))
        for color in range(12):  # all that Odoo may draw
            with self.subTest(color=color):
                self.tag.color = color
                self.see()
                row = self.started(rule)
                self.assertEqual(row.res_id, color != 5 and self.tag.id)
                self.tag.color = 5
                self.assertFalse(self.started(rule) - row)
                row.invalidate_recordset()
                self.assertEqual(row.state, color != 5 and "met")
                row._engine().unlink()
                self.open.category_id = False

    def test_a_deadline_ends_by_what_is_seen(self):
        rule = self.deadline(f"[('id', '=', {self.tag.id})]", done=ASKED)
        row = self.started(rule)
        self.assertEqual(row.state, "open")
        self.see()
        self.env["care.obligation"]._sync(self.tag, rule)
        row.invalidate_recordset()
        self.assertEqual(row.state, "met")

    def test_a_deadline_begins_whoever_has_looked_before(self):
        """A list that somebody read with less rights stays in the memory."""
        abroad = self.env["res.company"].create({"name": "Abroad"})
        self.see()
        self.open.company_id = abroad
        rule = self.deadline()
        for look in ("scan", "save"):
            with self.subTest(look=look):
                self.env.invalidate_all()
                seen = self.tag.with_user(self.plain).partner_ids
                self.assertNotIn(self.open, seen)
                if look == "scan":
                    row = self.started(rule)
                else:
                    self.env["care.obligation"]._sync(self.tag, rule)
                    row = rule.obligation_ids
                self.assertEqual(row.res_id, self.tag.id)
                row._engine().unlink()

    def test_what_is_hidden_is_missing_where_a_condition_asks_for_none(self):
        domain = "[('partner_ids', '=', False), ('name', '=', 'Odd')]"
        values = {"model_name": TAG, "gate": "save", "condition": ASKED}
        row = self.rule("care.requirement", domain=domain, **values)
        self.assertEqual(row._concerned(self.tag | self.other), self.tag)

    def test_a_record_saved_by_somebody_is_judged_alike(self):
        rule = self.deadline()
        self.env["care.obligation"]._sync(self.tag, rule)
        self.assertFalse(rule.obligation_ids)

    def test_a_deadline_does_not_end_by_what_is_hidden(self):
        domain = f"[('id', '=', {self.tag.id})]"
        rule = self.deadline(domain, done=ASKED)
        row = self.started(rule)
        self.assertEqual(row.state, "open")
        self.env["care.obligation"]._sync(self.tag, rule)
        row.invalidate_recordset()
        self.assertEqual(row.state, "open")

    def test_a_deadline_of_a_secret_record_runs(self):
        rule = self.deadline(
            "[('ref', '=', 'LVSECRET'), ('category_id.name', '=', 'Odd')]",
            "res.partner",
        )
        self.assertEqual(self.started(rule).res_id, self.secret.id)

    def test_a_secret_record_is_judged_by_what_is_as_secret(self):
        contact = self.contacts[1]
        asked = f"[('id', '=', {contact.id}), ('parent_id.name', '=', 'LV Secret')]"
        rule = self.deadline(asked, "res.partner")
        self.assertEqual(self.started(rule).res_id, contact.id)

    def test_an_own_person_is_not_judged_by_a_hidden_parent(self):
        ours = self.plain.partner_id  # takes no level from its parent
        ours.parent_id = self.secret
        self.env.flush_all()
        asked = f"[('id', '=', {ours.id}), ('parent_id.name', '=', 'LV Secret')]"
        self.assertFalse(self.started(self.deadline(asked, "res.partner")))

    def test_a_requirement_asks_nothing_because_of_a_hidden_record(self):
        row = self.rule(
            "care.requirement",
            model_name=TAG,
            gate="save",
            domain=ASKED,
            condition="[('partner_ids.name', 'ilike', 'LV S')]",
        )
        self.assertFalse(row._concerned(self.tag | self.other))
        self.assertFalse(row._is_kept_by(self.tag))
        self.open.write({"name": "LV Seen", "category_id": [(4, self.tag.id)]})
        self.assertEqual(row._concerned(self.tag | self.other), self.tag)
        self.assertTrue(row._is_kept_by(self.tag))

    def test_a_sanction_charges_nobody_because_of_a_hidden_record(self):
        row = self.rule(
            "care.sanction.rule",
            model_name=TAG,
            trigger="record",
            domain=ASKED,
            user_path="create_uid",
            amount=5,
        )
        self.assertFalse(self.env["care.sanction"]._candidate_ids(row, 0))

    def test_a_class_raises_nothing_because_of_a_hidden_record(self):
        self.open.category_id = self.tag
        row = self.env["care.secrecy.class"].create(
            {
                "code": "t_class",
                "name": "Neighbours",
                "model_name": "res.partner",
                "domain": "[('category_id.partner_ids.ref', '=', 'LVSECRET'), "
                "('ref', '=', 'LVOPEN')]",
                "automatic": True,
            }
        )
        self.env["care.secrecy.class"]._classify(self.open)
        self.assertEqual(self.open.secrecy_level, 0)
        row.domain = "[('category_id.name', '=', 'Odd'), ('ref', '=', 'LVOPEN')]"
        self.env["care.secrecy.class"]._classify(self.open)
        self.assertEqual(self.open.secrecy_level, 2)

    def test_it_costs_nothing_where_a_rule_asks_for_its_own_fields(self):
        rule = self.deadline("[('ref', '=', 'LVSECRET')]", "res.partner")
        domain = rule._rule_domain("start_domain")
        self.env["care.sight"]._in_use(2)
        with self.assertQueryCount(0):
            self.assertIs(
                self.env["care.ceiling"]._apart(self.env["res.partner"], domain),
                domain,
            )
