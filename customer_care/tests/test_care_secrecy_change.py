from freezegun import freeze_time
from lxml import etree

from odoo.exceptions import (
    AccessError,
    MissingError,
    UserError,
    ValidationError,
)
from odoo.tests import new_test_user, tagged

from .clearance_common import OFFICER
from .test_care_access import AccessCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-25 04:00:00")
class TestSecrecyChange(AccessCase):
    """Raising is kept, lowering is asked for and approved by people cleared for it."""

    def changes(self, record=None):
        record = record or self.acme
        return self.env["care.secrecy.change"].search(
            [("res_model", "=", record._name), ("res_id", "=", record.id)]
        )

    def lower(self, user=None, level="1", record=None, reason="It is public now"):
        record = (record or self.acme).with_user(user or self.seller)
        action = record.action_ask_to_lower()
        wizard = self.env["care.secrecy.lower"].with_user(user or self.seller)
        wizard = wizard.with_context(**action["context"])
        wizard.create({"level_choice": level, "reason": reason}).action_confirm()
        return self.changes(record)[:1]

    # ---- raising

    def test_raising_takes_effect_at_once_and_is_kept(self):
        change = self.changes()
        self.assertEqual(
            (change.kind, change.level_from, change.level_to), ("raise", 0, 2)
        )
        bolt = self.env["res.partner"].create({"name": "Bolt"})
        self.assertFalse(self.changes(bolt))
        bolt.with_user(self.seller).secrecy_own = 2
        self.assertEqual(self.changes(bolt).user_id, self.seller)
        born = self.env["res.partner"].create({"name": "Cord", "secrecy_own": 1})
        self.assertEqual(self.changes(born).level_to, 1)
        chosen = self.env["res.partner"].create(
            {"name": "Dowel", "secrecy_choice": "2"}
        )
        self.assertEqual(len(self.changes(chosen)), 1)

    def raise_to(self, user, level, record):
        action = record.with_user(user).action_raise_level()
        wizard = self.env["care.secrecy.raise"].with_user(user)
        wizard = wizard.with_context(**action["context"])
        wizard = wizard.create({"level_choice": level})
        wizard.action_confirm()
        return wizard

    def test_who_sees_a_record_raises_it_without_the_right_to_write_it(self):
        bolt = self.env["res.partner"].create({"name": "Bolt"})
        for user in (self.head, self.clerk):
            self.assertFalse(bolt.with_user(user).has_access("write"))
        self.raise_to(self.clerk, "1", bolt)
        self.assertEqual(
            (bolt.secrecy_own, self.changes(bolt).user_id), (1, self.clerk)
        )
        self.raise_to(self.head, "2", bolt)
        self.assertEqual(bolt.secrecy_own, 2)
        change = self.changes(bolt)[0]
        self.assertEqual(
            (change.kind, change.level_from, change.level_to, change.user_id),
            ("raise", 1, 2, self.head),
        )
        self.assertFalse(self.sees(self.clerk, bolt))

    def test_nobody_raises_above_his_own_level_or_down(self):
        bolt = self.env["res.partner"].create({"name": "Bolt", "secrecy_own": 1})
        for user, level in (
            (self.clerk, "2"),
            (self.head, "3"),
            (self.head, "1"),
            (self.head, "0"),
        ):
            with self.subTest(user=user.login, level=level):
                wizard = self.env["care.secrecy.raise"].with_user(user)
                wizard = wizard.create(
                    {
                        "res_model": "res.partner",
                        "res_id": bolt.id,
                        "level_choice": level,
                    }
                )
                with self.assertRaises(UserError):
                    wizard.action_confirm()
                self.assertEqual(bolt.secrecy_own, 1)
        with self.assertRaises(UserError):
            bolt.with_user(self.clerk).action_raise_level()

    def test_who_does_not_see_a_record_does_not_raise_it(self):
        wizard = self.env["care.secrecy.raise"].with_user(self.clerk)
        errors = []
        for res_id in (self.acme.id, self.acme.id + 99999):
            with self.assertRaises(Exception) as caught:
                wizard.create(
                    {
                        "res_model": "res.partner",
                        "res_id": res_id,
                        "level_choice": "1",
                    }
                ).action_confirm()
            text = str(caught.exception).replace(str(res_id), "ID")
            errors.append((type(caught.exception).__name__, text))
        self.assertEqual(errors[0], errors[1])
        with self.assertRaises(MissingError):
            self.acme.with_user(self.clerk)._secrecy_raise(3)

    def test_someone_from_outside_raises_nothing(self):
        portal = new_test_user(self.env, "cl_portal", groups="base.group_portal")
        own = portal.partner_id.with_user(portal)
        with self.assertRaisesRegex(AccessError, "employees"):
            own._secrecy_raise(1)

    def test_the_windows_offer_levels_in_their_direction_alone(self):
        bolt = self.env["res.partner"].create({"name": "Bolt", "secrecy_own": 1})
        for model, user, record, offered in (
            ("care.secrecy.lower", self.seller, self.acme, "01"),
            ("care.secrecy.raise", self.head, bolt, "2"),
            ("care.secrecy.raise", self.boss, bolt, "23"),
        ):
            with self.subTest(model=model, user=user.login):
                wizard = self.env[model].with_user(user)
                wizard = wizard.new({"res_model": record._name, "res_id": record.id})
                self.assertEqual(wizard.levels_offered, offered)
                arch = wizard.get_view()["arch"]
                self.assertIn("'whitelist_fname': 'levels_offered'", arch)

    def test_the_history_is_as_secret_as_the_record(self):
        change = self.changes()
        self.assertTrue(self.sees(self.seller, change))
        self.assertFalse(self.sees(self.clerk, change))
        self.assertFalse(self.sees(self.officer, change))

    # ---- lowering

    def test_lowering_is_approved_by_somebody_cleared(self):
        change = self.lower()
        self.assertEqual((change.state, self.acme.secrecy_own), ("submitted", 2))
        self.assertEqual(change.sudo().approval_ids.current_user_ids, self.boss)
        self.decide(change, self.boss)
        self.assertEqual((change.state, self.acme.secrecy_own), ("done", 1))
        self.assertTrue(self.sees(self.clerk))

    def test_a_decider_without_clearance_is_passed_over(self):
        self.assign("general_manager", self.service)
        with self.assertRaises(UserError):
            self.lower()
        self.assign("general_manager", self.boss)
        change = self.lower()
        boss = self.env["care.clearance"].search([("user_id", "=", self.boss.id)])
        boss.with_user(self.officer)._withdraw("Moved")
        with self.assertRaises(UserError):
            self.decide(change, self.boss)
        self.assertEqual(self.acme.secrecy_own, 2)

    def test_who_asks_does_not_decide(self):
        self.assign("general_manager", self.seller)
        with self.assertRaises(UserError):
            self.lower()

    def test_who_does_not_see_the_record_cannot_ask(self):
        asks = self.env["care.secrecy.lower"].with_user(self.clerk)
        texts = []
        missing = self.env["res.partner"].search([], order="id desc", limit=1).id + 999
        for res_id in (self.acme.id, missing):
            with self.assertRaises(Exception) as caught:
                asks.create(
                    {
                        "res_model": "res.partner",
                        "res_id": res_id,
                        "level_choice": "1",
                        "reason": "x",
                    }
                ).action_confirm()
            texts.append(type(caught.exception).__name__)
        self.assertFalse(self.changes().filtered(lambda one: one.kind == "lower"))

    def test_a_refusal_and_a_withdrawal_leave_the_level(self):
        change = self.lower()
        self.decide(change, self.boss, "reject", "Still secret")
        self.assertEqual((change.state, self.acme.secrecy_own), ("refused", 2))
        change = self.lower()
        with self.assertRaises(AccessError):
            change.with_user(self.head).action_withdraw()
        change.with_user(self.seller).action_withdraw()
        self.assertEqual((change.state, self.acme.secrecy_own), ("cancelled", 2))

    def test_a_record_raised_meanwhile_is_not_lowered(self):
        change = self.lower()
        self.acme.secrecy_own = 3
        with self.assertRaises(UserError):
            self.decide(change, self.boss)
        self.assertEqual(self.acme.secrecy_own, 3)

    def test_without_a_rule_nothing_is_lowered(self):
        self.env.ref("customer_care.care_approval_rule_secrecy_lower").active = False
        with self.assertRaises(UserError):
            self.lower()

    def test_no_higher_and_no_unknown_level_is_asked_for(self):
        for level in ("2", "3"):
            with self.subTest(level=level), self.assertRaises(UserError):
                self.lower(level=level)

    # ---- classes

    def make_class(self, **vals):
        return (
            self.env["care.secrecy.class"]
            .with_user(self.officer)
            .create({"code": "t_price", "name": "Prices", "level": 2, **vals})
        )

    def test_choosing_a_class_raises_and_never_lowers(self):
        row = self.make_class()
        bolt = self.env["res.partner"].create(
            {"name": "Bolt", "secrecy_class_id": row.id}
        )
        self.assertEqual((bolt.secrecy_own, bolt.secrecy_level), (2, 2))
        low = self.make_class(code="t_low", level=1)
        bolt.secrecy_class_id = low
        self.assertEqual(bolt.secrecy_own, 2)
        cord = self.env["res.partner"].create({"name": "Cord"})
        cord.with_user(self.seller).secrecy_class_id = row
        self.assertEqual(self.changes(cord).class_id, row)
        top = self.make_class(code="t_top", level=3)
        with self.assertRaises(AccessError):
            cord.with_user(self.seller).secrecy_class_id = top

    def test_a_class_with_a_condition_raises_by_itself(self):
        old = self.env["res.partner"].create(
            [{"name": "Old", "ref": "KEY1"}, {"name": "No", "ref": "X"}]
        )
        self.make_class(
            model_name="res.partner",
            domain="[('ref', '=like', 'KEY%')]",
            automatic=True,
        )
        new = self.env["res.partner"].create({"name": "New", "ref": "KEY2"})
        self.assertEqual(new.secrecy_level, 2)
        self.assertEqual(old.mapped("secrecy_level"), [0, 0])
        with self.enter_registry_test_mode():
            self.env.ref(
                "customer_care.care_secrecy_class_cron"
            ).method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(old.mapped("secrecy_level"), [2, 0])
        contact = self.env["res.partner"].create(
            {"name": "Contact", "parent_id": old[0].id}
        )
        self.assertEqual(contact.secrecy_level, 2)

    def test_what_was_lowered_on_purpose_is_not_raised_again(self):
        self.acme.ref = "KEY9"
        change = self.lower()
        self.decide(change, self.boss)
        row = self.make_class(
            model_name="res.partner",
            domain="[('ref', '=', 'KEY9')]",
            automatic=True,
        )
        self.assertFalse(row.sudo()._raise_some())
        self.env.invalidate_all()
        self.assertEqual(self.acme.secrecy_own, 1)

    def test_a_class_needs_a_condition_that_fits(self):
        for vals in (
            {"automatic": True},
            {"automatic": True, "model_name": "res.partner"},
            {
                "automatic": True,
                "model_name": "res.users",
                "domain": "[('id', '>', 0)]",
            },
            {"model_name": "res.partner", "domain": "[('nonsense', '=', 1)]"},
        ):
            with self.subTest(vals=vals), self.assertRaises(ValidationError):
                self.make_class(**vals)

    def test_the_officer_alone_writes_classes(self):
        row = self.make_class()
        admin = new_test_user(self.env, "cl_sys", groups="base.group_system")
        for user in (self.clerk, self.seller, admin):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                row.with_user(user).level = 0
        self.assertTrue(new_test_user(self.env, "cl_o", groups=OFFICER))

    # ---- the customer's page

    def arch(self, user):
        return etree.fromstring(
            self.env["res.partner"].with_user(user).get_view(view_type="form")["arch"]
        )

    def test_on_a_phone_the_level_does_not_lie_on_the_name(self):
        arch = self.arch(self.clerk)
        ribbons = arch.xpath("//widget[contains(@invisible, 'secrecy_level')]")
        self.assertEqual(len(ribbons), 2)
        for ribbon in ribbons:
            self.assertIn("d-none d-md-block", ribbon.get("class"))
        self.assertTrue(
            arch.xpath(
                "//div[contains(@class, 'd-md-none')]/field[@name='secrecy_name']"
            )
        )

    def test_levels_are_raised_lowered_and_looked_up_on_the_customers_page(self):
        arch = self.arch(self.clerk)
        for name in (
            "action_raise_level",
            "action_ask_to_lower",
            "action_view_secrecy_changes",
        ):
            [button] = arch.xpath(f"//button[@name='{name}']")
            self.assertFalse(button.xpath("ancestor::div[contains(@class, 'd-md')]"))

    def test_a_disclosure_is_asked_for_on_the_customers_page(self):
        [button] = self.arch(self.clerk).xpath("//button[@string='Disclose']")
        action = self.env["ir.actions.act_window"].browse(int(button.get("name")))
        self.assertEqual(action.res_model, "care.disclosure")
        self.assertEqual(button.get("context"), "{'default_partner_id': id}")
        plain = self.arch(self.plain)
        self.assertFalse(plain.xpath("//button[@string='Disclose']"))
        self.assertFalse(plain.xpath("//button[@name='action_raise_level']"))
