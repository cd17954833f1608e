import base64
import os
import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..logic import sealing
from ..tools import keyring

SECURITY = "base.group_user,customer_care.customer_care_group_security"
CARE_USER = "base.group_user,customer_care.customer_care_group_user"


class KeyFile:
    """A key file of a test, with the list of destroyed keys beside it."""

    def __init__(self, test):
        folder = test.enterContext(tempfile.TemporaryDirectory())
        self.path = Path(folder, "master.key")
        self.keys = {}
        environment = {
            "CARE_MASTER_KEY_FILE": str(self.path),
            "CARE_DESTROYED_FILE": str(Path(folder, "destroyed")),
            "CARE_MASTER_KEY": "",
            "CARE_MASTER_KEY_COMMAND": "",
        }
        test.enterContext(patch.dict(os.environ, environment))
        self.write("first")

    def write(self, *names, mode=0o600):
        for name in names:
            self.keys.setdefault(name, sealing.encode_key(sealing.new_key()))
        text = "".join(f"{name}:{self.keys[name]}\n" for name in names)
        self.path.write_text(f"# keys\n{text}", "utf-8")
        self.path.chmod(mode)
        keyring.forget()


@tagged("post_install", "-at_install")
class TestDataKey(TransactionCase):
    def setUp(self):
        super().setUp()
        self.file = KeyFile(self)
        self.addCleanup(keyring.forget)
        self.keys = self.env["care.data.key"]
        # of this test alone: others may have left keys under the server's own
        self.env.cr.execute("DELETE FROM care_data_key")
        self.partners = self.env["res.partner"].create(
            [{"name": "Lotus Stores"}, {"name": "Jade Motors"}]
        )
        self.lotus, self.jade = self.partners

    def _made(self, partners=None):
        ids = (partners or self.partners).ids
        return self.keys._keys_for("res.partner", ids, create=True)

    def test_each_record_has_one_key_of_its_own(self):
        made = self._made()
        self.assertEqual(len({key for _uid, key in made.values()}), 2)
        self.assertEqual(self._made(), made)
        self.assertEqual(self.keys.search_count([]), 2)

    def test_keys_are_listed_by_what_their_records_are_called(self):
        self._made()
        officer = new_test_user(self.env, "dk_reader", groups=SECURITY)
        keys = self.keys.with_user(officer)
        [group] = keys.formatted_read_group([], ["model_title"], ["__count"])
        self.assertEqual((group["model_title"], group["__count"]), ("res.partner", 2))
        words = dict(keys.fields_get(["model_title"])["model_title"]["selection"])
        self.assertEqual(words["res.partner"], "Contact")
        for view in ("list", "form", "kanban", "search"):
            arch = keys.get_view(view_type=view)["arch"]
            self.assertIn('name="model_title"', arch)
            self.assertNotIn('name="res_model"', arch)

    def test_a_record_without_key_gets_none_by_reading(self):
        self.assertFalse(self.keys._keys_for("res.partner", self.lotus.ids))
        self.assertFalse(self.keys.search_count([]))

    def test_the_database_never_holds_the_key(self):
        [(uid, key)] = self._made(self.lotus).values()
        self.env.cr.execute("SELECT k::text, wrapped FROM care_data_key k")
        [(text, wrapped)] = self.env.cr.fetchall()
        self.assertIn(uid, text)
        for marker in (key, base64.b64encode(key), key.hex().encode()):
            self.assertNotIn(marker, bytes(wrapped))
            self.assertNotIn(marker, text.encode())

    def test_a_wrapped_key_moved_to_another_record_does_not_open(self):
        self._made()
        self.env.cr.execute(
            """UPDATE care_data_key a SET wrapped = b.wrapped FROM care_data_key b
                WHERE a.res_id = %s AND b.res_id = %s""",
            [self.lotus.id, self.jade.id],
        )
        with self.assertRaises(UserError):
            self._made(self.lotus)

    def test_a_missing_master_key_is_named_and_nothing_is_changed(self):
        before = self._made(self.lotus)
        self.file.write("second")
        with self.assertRaisesRegex(UserError, "“first”"):
            self._made(self.lotus)
        self.file.write("second", "first")
        self.assertEqual(self._made(self.lotus), before)

    def test_a_wrong_master_key_of_the_same_name_is_told(self):
        before, right = self._made(self.lotus), self.file.keys["first"]
        self.file.keys["first"] = sealing.encode_key(sealing.new_key())
        self.file.write("first")
        with self.assertRaisesRegex(UserError, "“first”.*not the one"):
            self._made(self.lotus)
        self.file.keys["first"] = right
        self.file.write("first")
        self.assertEqual(self._made(self.lotus), before)

    def test_no_key_file_an_open_one_and_a_broken_one_are_refused(self):
        self.file.path.unlink()
        keyring.forget()
        with self.assertRaisesRegex(UserError, "CARE_MASTER_KEY_FILE"):
            self._made()
        for mode in (0o644, 0o604, 0o620):
            self.file.write("first", mode=mode)
            with self.assertRaisesRegex(UserError, "chmod 600"):
                self._made()
        self.file.write("first")
        for line in ("nocolon", "a b:" + self.file.keys["first"], "first:c2hvcnQ="):
            self.file.path.write_text(line)
            keyring.forget()
            with self.assertRaisesRegex(UserError, "id:key") as error:
                self._made()
            self.assertNotIn(line, str(error.exception))
        self.assertFalse(self.keys.search_count([]))

    def test_keys_come_from_the_environment_or_a_command(self):
        first = self._made(self.lotus)
        text = self.file.path.read_text()
        with patch.dict(os.environ, {"CARE_MASTER_KEY_FILE": ""}):
            with patch.dict(os.environ, {"CARE_MASTER_KEY": text.splitlines()[1]}):
                self.assertEqual(self._made(self.lotus), first)
            command = f"cat {self.file.path}"
            with patch.dict(os.environ, {"CARE_MASTER_KEY_COMMAND": command}):
                self.assertEqual(self._made(self.lotus), first)
            with patch.dict(os.environ, {"CARE_MASTER_KEY_COMMAND": "false"}):
                keyring.forget()
                with self.assertRaises(UserError):
                    self._made(self.lotus)

    def test_a_new_master_key_takes_over_in_steps(self):
        before = self._made()
        self.file.write("second", "first")
        self.assertEqual(self._made(), before)  # no downtime
        done, last, ended = self.keys._rewrap_batch(limit=1)  # killed after it
        self.assertEqual((done, ended), (1, False))
        self.assertEqual(
            sorted(self.keys.search([]).mapped("master_key")), ["first", "second"]
        )
        self.assertEqual(self._made(), before)
        self.assertEqual(self.keys._rewrap_batch()[0], 1)
        self.assertEqual(self.keys._rewrap_batch()[0], 0)
        self.file.write("second")
        self.assertEqual(self._made(), before)

    def test_a_key_that_does_not_open_holds_up_no_other(self):
        self._made()
        self.env.cr.execute(
            "UPDATE care_data_key SET wrapped = 'x' WHERE res_id = %s", [self.lotus.id]
        )
        self.file.write("second", "first")
        cron = self.env.ref("customer_care.care_data_key_cron")
        told = mute_logger("odoo.addons.customer_care.models.care_data_key")
        with told, self.enter_registry_test_mode():
            cron.method_direct_trigger()
        key = self.keys.search([("res_id", "=", self.jade.id)])
        self.assertEqual(key.master_key, "second")

    def test_a_destroyed_key_is_gone_for_good(self):
        made = self._made()
        stub = self.keys._destroy(self.lotus, "Ten years are over")
        self.assertTrue(stub.destroyed_at)
        self.assertFalse(stub.sudo().wrapped)
        self.assertFalse(self.keys._key_of(made[self.lotus.id][0], *self._place()))
        self.assertEqual(self._made(self.jade)[self.jade.id], made[self.jade.id])
        again = self._made(self.lotus)
        self.assertNotEqual(again[self.lotus.id], made[self.lotus.id])

    def _place(self):
        return "res.partner", self.lotus.id

    def test_destruction_is_listed_outside_and_replayed(self):
        [(uid, _key)] = self._made(self.lotus).values()
        self.env.cr.execute("SELECT wrapped FROM care_data_key")
        [wrapped] = self.env.cr.fetchone()
        self.keys._destroy(self.lotus, "Disposed of")
        self.assertFalse(keyring.read_destroyed(), "the transaction is not over")
        with self.enter_registry_test_mode():
            self.env.cr.postcommit.run()
        [entry] = keyring.read_destroyed()
        self.assertEqual((entry.uid, entry.res_id), (uid, self.lotus.id))
        self.env.cr.execute(  # an older backup comes back
            "UPDATE care_data_key SET wrapped = %s, destroyed_at = NULL", [wrapped]
        )
        self.env.invalidate_all()
        self.assertEqual(self.keys._replay_destroyed(keyring.read_destroyed()), 1)
        self.assertEqual(self.keys._replay_destroyed(keyring.read_destroyed()), 0)
        self.assertFalse(self.keys._key_of(uid, *self._place()))

    def test_destruction_that_was_undone_is_not_replayed(self):
        made = self._made(self.lotus)
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.keys._destroy(self.lotus, "Disposed of")
            raise ZeroDivisionError
        with self.enter_registry_test_mode():
            self.env.cr.postcommit.run()
        self.assertFalse(keyring.read_destroyed())
        self.assertEqual(self._made(self.lotus), made)

    def test_what_the_server_did_not_note_in_time_is_noted_by_the_job(self):
        self._made()
        self.keys._destroy(self.lotus, "Disposed of")
        self.env.cr.postcommit.clear()  # killed after the commit
        self.assertEqual(len(keyring.read_destroyed(word=keyring.PLANNED)), 1)
        with self.enter_registry_test_mode():
            self.env.ref("customer_care.care_data_key_cron").method_direct_trigger()
        self.assertEqual(len(keyring.read_destroyed()), 1)
        self.assertFalse(keyring.read_destroyed(word=keyring.PLANNED))

    def test_a_changed_list_of_destroyed_keys_is_found(self):
        self._made()
        self.keys._destroy(self.lotus, "Disposed of")
        self.keys._destroy(self.jade, "Disposed of")
        path = keyring.destroyed_path()
        lines = path.read_text().splitlines(keepends=True)
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)
        for wrong in (lines[1:], [lines[1], lines[0]], [lines[0].replace("Z", "Y")]):
            path.write_text("".join(wrong))
            with self.assertRaises(keyring.KeyringError):
                keyring.read_destroyed()

    def test_without_the_list_no_key_is_destroyed(self):
        made = self._made(self.lotus)
        os.environ["CARE_DESTROYED_FILE"] = "/proc/nowhere"
        with self.assertRaisesRegex(UserError, "no key was"):
            self.keys._destroy(self.lotus, "Disposed of")
        self.assertEqual(self._made(self.lotus), made)

    def test_counts_show_what_an_old_master_key_still_wraps(self):
        self._made()
        self.file.write("second", "first")
        self.keys._rewrap_batch(limit=1)
        officer = new_test_user(self.env, "officer_count", SECURITY)
        told = self.keys.with_user(officer).action_count()["params"]["message"]
        self.assertEqual(told, "second: 1, first: 1")

    def test_nobody_writes_keys_or_reads_what_is_wrapped(self):
        self._made()
        officer = new_test_user(self.env, "officer_keys", SECURITY)
        clerk = new_test_user(self.env, "clerk_keys", CARE_USER)
        key = self.keys.search([], limit=1)
        with self.assertRaises(AccessError):
            key.with_user(clerk).read(["uid"])
        self.assertTrue(key.with_user(officer).read(["uid"]))
        with self.assertRaises(AccessError):
            key.with_user(officer).read(["wrapped"])
        for env in (key.with_user(officer).env, self.env(su=True)):
            with self.assertRaises(AccessError):
                key.with_env(env).write({"destroyed_at": False})
            with self.assertRaises(AccessError):
                key.with_env(env).unlink()
            with self.assertRaises(AccessError):
                env["care.data.key"].create(
                    {"uid": "x", "res_model": "res.partner", "res_id": 1}
                )

    def test_an_officer_destroys_only_with_two_others(self):
        self._made(self.lotus)
        asks, agrees = (
            new_test_user(self.env, login, SECURITY) for login in ("asks", "agrees")
        )
        boss = new_test_user(self.env, "boss_keys", CARE_USER)
        self.env["care.role.assignment"].create(
            {
                "role_id": self.env.ref("customer_care.care_role_general_manager").id,
                "user_id": boss.id,
            }
        )
        key = self.keys.search([]).with_user(asks)
        with self.assertRaises(AccessError):
            key.with_user(boss).action_shred()
        key.action_shred()
        key.action_shred()
        self.assertFalse(key.destroyed_at)
        approval = self.env["care.approval"].search([("res_model", "=", key._name)])
        self.assertEqual(len(approval), 1)
        with self.assertRaises(UserError):
            approval.with_user(asks).action_approve()
        approval.with_user(agrees).action_approve()
        key.action_shred()
        self.assertFalse(key.destroyed_at)
        approval.with_user(boss).action_approve()
        key.action_shred()
        self.assertTrue(key.destroyed_at)

    def test_without_an_approval_rule_no_key_is_destroyed(self):
        self._made(self.lotus)
        officer = new_test_user(self.env, "officer_rule", SECURITY)
        self.env.ref("customer_care.care_approval_rule_shred").active = False
        with self.assertRaisesRegex(UserError, "gate “shred”"):
            self.keys.search([]).with_user(officer).action_shred()
