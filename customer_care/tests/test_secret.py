import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..logic import sealing
from ..tools import keyring
from .secrecy_common import SecrecyCase
from .test_data_key import KeyFile

NUMBER = "11010519491231002X"
PHONE = "+86 138-0013-8000"


class SecretCase(SecrecyCase):
    """Kinds of secrets, and people who may and may not read them."""

    def setUp(self):
        super().setUp()
        self.keys = KeyFile(self)
        self.addCleanup(keyring.forget)
        self.env.cr.execute("DELETE FROM care_data_key; DELETE FROM care_secret")
        self.secrets = self.env["care.secret"]
        kinds = self.env["care.secret.kind"].search([("company_id", "=", False)])
        self.kinds = {kind.code: kind for kind in kinds}

    def put(self, partner, code, value, user=None):
        partner = partner.with_user(user or self.cleared)
        return self.secrets.with_user(user or self.cleared)._put(
            partner, self.kinds[code], value
        )

    def revealed(self):
        """Return [(user id, ids, names)] of what the log says was revealed."""
        self.env["care.access.log"]._write_now()
        rows = self.env["care.access.log"].search([("operation", "=", "reveal")])
        return [(row.user_id, row.res_ids, row.field_names) for row in rows]

    def assert_nowhere(self, value):
        """No row of our tables and of messages has the value, in any form."""
        self.env.flush_all()
        tables = ["care_secret", "care_data_key", "care_access_log", "mail_message"]
        tables += ["care_secret_enter", "care_secret_show", "care_secret_find"]
        for table in tables:
            self.env.cr.execute(f"SELECT row_to_json(t)::text FROM {table} t")
            text = "".join(row for (row,) in self.env.cr.fetchall())
            for form in (value, value.encode().hex(), json.dumps(value)[1:-1]):
                self.assertNotIn(form, text, table)


@tagged("post_install", "-at_install")
class TestSecret(SecretCase):
    """Values that are kept sealed, shown to few and found by few."""

    def test_a_value_is_sealed_and_revealed(self):
        row = self.put(self.open, "id_number", NUMBER)
        self.assertEqual(row._reveal(), NUMBER)
        self.assertEqual(row.hint, "••••")
        self.assert_nowhere(NUMBER)
        self.assert_nowhere(NUMBER[:12])

    def test_who_reads_a_secret_of_an_open_customer(self):
        number = self.put(self.open, "id_number", NUMBER)
        phone = self.put(self.open, "private_phone", PHONE)
        for user, rows in [
            (self.plain, phone),
            (self.cleared, number + phone),
            (self.top, number + phone),
        ]:
            with self.subTest(user=user.login):
                self.env.invalidate_all()
                self.assertEqual(self.secrets.with_user(user).search([]), rows)
                partner = self.open.with_user(user)
                self.assertEqual(partner.care_secret_ids, rows)
        self.env.invalidate_all()
        for user in (self.plain, self.admin):
            with self.assertRaises(UserError):
                number.with_user(user)._reveal()

    def test_a_secret_is_at_least_as_secret_as_its_customer(self):
        phone = self.put(self.secret, "private_phone", PHONE)
        self.assertEqual(phone.sudo().secrecy_level, 2)
        self.env.invalidate_all()
        self.assertFalse(self.secrets.with_user(self.plain).search([]))
        self.assertFalse(phone.with_user(self.plain).read(["hint"]))
        self.assertTrue(self.secrets.with_user(self.cleared).search([]))

    def test_nobody_enters_what_he_may_not_read(self):
        with self.assertRaises(UserError):
            self.put(self.open, "id_number", NUMBER, self.plain)
        self.put(self.open, "private_phone", PHONE, self.plain)

    def test_revealing_is_noted_without_the_value(self):
        row = self.put(self.secret, "id_number", NUMBER)
        row.read()
        before = self.revealed()
        row._reveal()
        [noted] = [entry for entry in self.revealed() if entry not in before]
        self.assertEqual(noted, (self.cleared.id, [self.secret.id], ["id_number"]))
        self.assert_nowhere(NUMBER)

    def test_a_new_value_takes_the_place_of_the_old(self):
        row = self.put(self.open, "id_number", NUMBER)
        again = self.put(self.open, "id_number", "44010619900101123X")
        self.assertEqual(row, again)
        self.assertEqual(again._reveal(), "44010619900101123X")
        rows = self.secrets.with_context(active_test=False)
        self.assertEqual(rows.search_count([]), 1)

    def test_a_kind_may_keep_earlier_values(self):
        one = self.put(self.open, "negotiation_note", "Our floor is 7.5 million")
        two = self.put(self.open, "negotiation_note", "Our floor is 7.2 million")
        self.assertFalse(one.active)
        self.assertEqual(one._reveal(), "Our floor is 7.5 million")
        self.assertEqual(two._reveal(), "Our floor is 7.2 million")
        self.assert_nowhere("Our floor")

    def test_an_equal_value_is_found(self):
        self.put(self.open, "private_phone", PHONE)
        self.put(self.secret, "private_phone", "13800138000")
        self.put(self.secret, "plate", "京A·12345")
        find = self.secrets.with_user(self.cleared)._find
        phones = find(self.kinds["private_phone"], "0086 13800138000")
        self.assertEqual(set(phones.mapped("res_id")), {self.open.id, self.secret.id})
        self.assertTrue(find(self.kinds["plate"], "京a12345"))
        self.assertFalse(find(self.kinds["plate"], "京A1234"))
        self.assertFalse(find(self.kinds["credit_code"], "京A12345"))
        hers = self.secrets.with_user(self.plain)._find
        self.env.invalidate_all()
        found = hers(self.kinds["private_phone"], "13800138000")
        self.assertEqual(found.mapped("res_id"), self.open.ids)

    def test_looking_for_a_value_needs_the_clearance_of_its_kind(self):
        self.put(self.open, "id_number", NUMBER)
        find = self.secrets.with_user(self.plain)._find
        self.assertFalse(find(self.kinds["id_number"], NUMBER))

    def test_equal_values_look_different(self):
        one = self.put(self.open, "bank_account", "6222020200112233")
        two = self.put(self.secret, "bank_account", "6222020200112233")
        self.assertNotEqual(one.sudo().ciphertext, two.sudo().ciphertext)
        self.assertEqual(one.sudo().blind, two.sudo().blind)

    def test_a_sealed_value_moved_elsewhere_does_not_open(self):
        one = self.put(self.open, "id_number", NUMBER)
        two = self.put(self.secret, "id_number", "44010619900101123X")
        account = self.put(self.open, "bank_account", "6222020200112233")
        for target in (two, account):
            self.env.cr.execute(
                """UPDATE care_secret SET ciphertext = (SELECT ciphertext
                     FROM care_secret WHERE id = %s) WHERE id = %s""",
                [one.id, target.id],
            )
            target.invalidate_recordset()
            with self.assertRaises(UserError):
                target._reveal()
        self.assertEqual(one._reveal(), NUMBER)

    def test_nobody_writes_secrets_by_hand(self):
        row = self.put(self.open, "id_number", NUMBER)
        vals = {"res_model": "res.partner", "res_id": self.open.id}
        for user in (self.cleared, self.admin, self.env.ref("base.user_root")):
            rows = row.with_user(user)
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    rows.create(vals | {"kind_id": self.kinds["plate"].id})
                with self.assertRaises(AccessError):
                    rows.write({"res_id": self.secret.id})
                with self.assertRaises(AccessError):
                    rows.unlink()
                with self.assertRaises(AccessError):
                    rows.sudo().write({"hint": "x"})
        for name in ("ciphertext", "blind"):
            with self.assertRaises(AccessError):
                row.read([name])
            with self.assertRaises(AccessError):
                row.search([(name, "!=", False)])

    def test_without_a_master_key_the_old_value_stays(self):
        row = self.put(self.open, "id_number", NUMBER)
        before = row.sudo().ciphertext
        self.keys.write("second")
        with self.assertRaisesRegex(UserError, "“first”"):
            self.put(self.open, "id_number", "44010619900101123X")
        with self.assertRaisesRegex(UserError, "“first”"):
            row._reveal()
        row.invalidate_recordset()
        self.assertEqual(row.sudo().ciphertext, before)
        self.keys.write("first")
        self.assertEqual(row._reveal(), NUMBER)

    def test_a_destroyed_key_ends_reading_and_finding(self):
        row = self.put(self.open, "private_phone", PHONE)
        self.env["care.data.key"]._destroy(self.open, "Asked to be forgotten")
        row.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "was destroyed"):
            row._reveal()
        self.assertFalse(self.secrets._find(self.kinds["private_phone"], PHONE))
        again = self.put(self.open, "private_phone", PHONE)
        self.assertEqual(again._reveal(), PHONE)

    def test_a_higher_level_counts_for_what_is_there(self):
        row = self.put(self.open, "private_phone", PHONE)
        self.kinds["private_phone"].level = "3"
        self.env.invalidate_all()
        self.assertFalse(row.with_user(self.cleared).read(["hint"]))
        self.kinds["private_phone"].level = "0"
        self.env.invalidate_all()
        self.assertFalse(row.with_user(self.cleared).read(["hint"]))
        with self.assertRaisesRegex(UserError, "values of Private phone already"):
            self.kinds["private_phone"].normalizer = "none"

    def test_a_hint_shows_as_many_characters_as_its_kind_says(self):
        self.kinds["bank_account"].hint_size = 4
        row = self.put(self.open, "bank_account", "6222020200112233")
        self.assertEqual(row.hint, "••••2233")

    def test_the_form_seals_the_value_and_keeps_none(self):
        action = self.open.with_user(self.cleared).action_add_secret()
        wizards = self.env["care.secret.enter"].with_user(self.cleared)
        form = Form(wizards.with_context(**action["context"]))
        form.kind_id = self.kinds["id_number"]
        form.value = NUMBER
        wizard = form.save()
        self.assertFalse(wizard.value)
        self.assertFalse(wizard.read(["value"])[0]["value"])
        self.assert_nowhere(NUMBER)
        self.assertEqual(self.secrets.search([])._reveal(), NUMBER)

    def test_the_dialog_shows_the_value_and_keeps_none(self):
        row = self.put(self.open, "id_number", NUMBER)
        context = row.action_reveal()["context"]
        self.assertNotIn(NUMBER, json.dumps(row.action_reveal()))
        self.assertFalse(row.action_reveal()["cache"], "browsers would keep it")
        shows = self.env["care.secret.show"]
        form = Form(shows.with_user(self.cleared).with_context(**context))
        self.assertEqual(form.value, NUMBER)
        form.save()
        self.assert_nowhere(NUMBER)
        self.env.invalidate_all()
        with self.assertRaises(UserError):
            shows.with_user(self.plain).create({"secret_id": row.id}).value  # noqa: B018

    def test_the_search_leads_to_the_customer_alone(self):
        self.put(self.open, "id_number", NUMBER)
        finds = self.env["care.secret.find"]
        wizard = finds.with_user(self.cleared).create(
            {"kind_id": self.kinds["id_number"].id, "value": NUMBER}
        )
        self.assertEqual(wizard.action_find()["res_id"], self.open.id)
        self.assert_nowhere(NUMBER)
        other = finds.with_user(self.plain).create(
            {"kind_id": self.kinds["id_number"].id, "value": NUMBER}
        )
        self.assertFalse(other.action_find().get("res_id"))

    def test_lists_open_nothing(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Customer {n}"} for n in range(80)]
        )
        for partner in partners:
            self.put(partner, "private_phone", PHONE)
        self.env.flush_all()
        self.env.invalidate_all()
        self.patch(sealing, "unseal", None)  # would raise
        rows = self.secrets.with_user(self.plain)
        found = rows.web_search_read([], {"kind_id": {}, "hint": {}, "res_id": {}})
        self.assertEqual(len(found["records"]), 80)
        self.env.invalidate_all()
        self.env.user.has_group("base.group_user")
        with self.assertQueryCount(25):
            seen = partners.with_user(self.plain)
            seen.web_read({"care_secret_ids": {"fields": {"hint": {}}}})

    def test_what_a_deleted_customer_kept_is_gone(self):
        partner = self.env["res.partner"].create({"name": "Soon gone"})
        row = self.put(partner, "id_number", NUMBER)
        partner.unlink()
        self.assertFalse(row.exists())
        key = self.env["care.data.key"].search([("res_id", "=", partner.id)])
        self.assertTrue(key.destroyed_at)

    def test_secrets_of_merged_customers_come_along(self):
        one, two = self.env["res.partner"].create(
            [{"name": "Twice", "email": "twice@example.com"}] * 2
        )
        self.put(one, "id_number", NUMBER)
        self.put(one, "private_phone", PHONE)
        self.put(two, "private_phone", "13900139000")
        file = self.env["ir.attachment"].create(
            {"name": "a", "raw": b"x", "res_model": "res.partner", "res_id": one.id}
        )
        wizard = self.env["base.partner.merge.automatic.wizard"].create(
            {"partner_ids": (one + two).ids, "dst_partner_id": two.id}
        )
        wizard.action_merge()
        self.assertEqual(file.res_id, two.id)
        rows = self.secrets.search([("res_id", "=", two.id)])
        values = {row.kind_id.code: row._reveal() for row in rows}
        self.assertEqual(values, {"id_number": NUMBER, "private_phone": "13900139000"})
