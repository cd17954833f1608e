import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user
from odoo.tools import mute_logger

CHECK = "odoo.addons.customer_care.models.care_access_check"


class TestAccessChain(TransactionCase):
    """Rows are sealed in chains, and a verification finds whatever is done to them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.log = cls.env["care.access.log"]
        cls.seal = cls.env["care.access.seal"]
        cls.check = cls.env["care.access.check"]
        cls.head = cls.env["care.access.head"]
        cls.auditor = new_test_user(
            cls.env, "log_auditor", "customer_care.customer_care_group_auditor"
        )
        cls.run_sql(
            "SELECT setval('care_access_log_id_seq', 4 * (last_value / 4 + 1))"
            " FROM care_access_log_id_seq"
        )
        cls.seal._seal_round()
        cls.before = cls.log.search([], limit=1).id or 0
        for number in range(1, 13):
            cls.log._note("read", "res.partner", [number])
            cls.log._write_now()
        cls.seal._seal_round()
        cls.rows = cls.log.search([("id", ">", cls.before)], order="id")
        cls.head._publish()

    @classmethod
    def run_sql(cls, statement, *params):
        cls.env.cr.execute(statement, params)

    def tamper(self, statement, *params):
        """Do to the tables what only who owns them can."""
        for table in ("care_access_log", "care_access_seal"):
            self.run_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        self.run_sql(statement, *params)
        for table in ("care_access_log", "care_access_seal"):
            self.run_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            self.run_sql(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_keep")
            self.run_sql(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_keep_all")
        for name in ("stamp", "enqueue"):
            self.run_sql(
                "ALTER TABLE care_access_log ENABLE ALWAYS TRIGGER"
                f" care_access_log_{name}"
            )
        self.env.invalidate_all()

    @mute_logger(CHECK)
    def kinds(self, heads=()):
        self.check._verify(heads)
        return {kind for kind, *__ in self.env["care.access.audit"]._faults(heads)}

    def seal_of(self, row):
        return self.seal.search([("log_id", "=", row.id)])

    def test_untouched_log_is_whole(self):
        check = self.check._verify()
        self.assertEqual(check.state, "whole", check.finding)
        self.assertGreaterEqual(check.rows, 12)
        self.assertFalse(check.finding)

    def test_each_row_has_one_place(self):
        seals = self.seal.search([("log_id", "in", self.rows.ids)])
        self.assertEqual(len(seals), 12)
        self.assertEqual(set(seals.mapped("shard")), {0, 1, 2, 3})
        self.assertEqual(self.seal._seal_round(), 0, "sealed once")
        self.assertTrue(self.rows[0].sealed)
        self.assertRegex(self.rows[0].place, r"^Chain \d, place \d+$")

    def test_change_is_found(self):
        row = self.rows[4]
        self.tamper("UPDATE care_access_log SET login = 'else' WHERE id = %s", row.id)
        check = self.check_quietly()
        self.assertEqual(check.state, "broken")
        self.assertEqual(check.first_log_id, row.id)

    @mute_logger(CHECK)
    def check_quietly(self):
        return self.check._verify()

    def test_each_column_is_sealed(self):
        changes = {
            "at": "at + interval '1 second'",
            "user_id": "user_id + 1",
            "company_id": "0",
            "address": "'10.0.0.1'",
            "route": "'x'",
            "session": "'x'",
            "agent": "'x'",
            "request": "'x'",
            "operation": "'print'",
            "model": "'res.users'",
            "res_ids": "ARRAY[999]",
            "field_names": "ARRAY['x']",
            "count": "99",
            "detail": "'{}'::jsonb",
            "denied": "NOT denied",
            "aborted": "NOT aborted",
            "level": "level + 1",
        }
        self.run_sql(
            "SELECT column_name FROM information_schema.columns WHERE"
            " table_name = 'care_access_log'"
        )
        columns = {name for (name,) in self.env.cr.fetchall()}
        self.assertEqual(columns - {"id", "login"}, set(changes))
        for column, value in changes.items():
            with self.subTest(column=column), self.env.cr.savepoint() as savepoint:
                self.tamper(
                    f"UPDATE care_access_log SET {column} = {value} WHERE id = %s",
                    self.rows[5].id,
                )
                self.assertIn("changed", self.kinds())
                savepoint.rollback()

    def test_removal_is_found(self):
        row = self.rows[3]
        self.tamper("DELETE FROM care_access_log WHERE id = %s", row.id)
        self.assertEqual(self.kinds(), {"removed"})

    def test_removal_with_its_seal_is_found(self):
        row = self.rows[3]
        self.tamper("DELETE FROM care_access_log WHERE id = %s", row.id)
        self.tamper("DELETE FROM care_access_seal WHERE log_id = %s", row.id)
        self.assertIn("gap", self.kinds())

    def test_cut_tail_is_found_by_the_head(self):
        shard, seq, *__ = self.head._read_text(
            self.head.search([], limit=4)._as_text()
        )[0]
        self.run_sql(
            "SELECT log_id FROM care_access_seal WHERE shard = %s AND seq = %s",
            shard,
            seq,
        )
        ((log_id,),) = self.env.cr.fetchall()
        self.tamper("DELETE FROM care_access_log WHERE id = %s", log_id)
        self.tamper("DELETE FROM care_access_seal WHERE log_id = %s", log_id)
        self.assertEqual(self.kinds(), {"head_cut"})

    def test_cut_tail_is_found_by_a_file_though_heads_were_deleted(self):
        heads = self.head.search([("day", "=", self.head.search([], limit=1).day)])
        text = heads._as_text()
        self.tamper("DELETE FROM care_access_log WHERE id > %s", self.rows[7].id)
        self.tamper("DELETE FROM care_access_seal WHERE log_id > %s", self.rows[7].id)
        self.run_sql("DELETE FROM care_access_head")
        self.env.invalidate_all()
        self.assertFalse(self.kinds())
        self.assertEqual(self.kinds(self.head._read_text(text)), {"file_cut"})

    def test_chain_made_anew_is_found_by_the_head(self):
        row = self.rows[0]
        self.tamper("UPDATE care_access_log SET login = 'else' WHERE id = %s", row.id)
        self.tamper(
            "WITH gone AS (DELETE FROM care_access_seal RETURNING log_id)"
            " INSERT INTO care_access_queue SELECT log_id FROM gone"
        )
        self.seal._seal_round()
        self.assertEqual(self.kinds(), {"head_differs"})

    def test_reordering_is_found(self):
        first, second = self.rows[0], self.rows[4]
        self.assertEqual(self.seal_of(first).shard, self.seal_of(second).shard)
        self.tamper(
            "UPDATE care_access_seal SET log_id = -log_id WHERE log_id IN (%s, %s)",
            first.id,
            second.id,
        )
        self.tamper(
            "UPDATE care_access_seal SET log_id = CASE log_id WHEN %s THEN %s"
            " ELSE %s END WHERE log_id IN (%s, %s)",
            -first.id,
            second.id,
            first.id,
            -first.id,
            -second.id,
        )
        self.assertIn("changed", self.kinds())

    def test_row_put_in_is_found(self):
        self.tamper(
            "INSERT INTO care_access_log (id, at, user_id, login, operation, model,"
            " res_ids, field_names, count, denied, aborted, level) VALUES"
            " (-5, '2026-01-01', 1, 'x', 'read', 'm', '{}', '{}', 0, false, false, 0)"
        )
        self.assertEqual(self.kinds(), {"unsealed"})

    def test_row_put_in_and_sealed_is_found(self):
        shards = self.seal._shards()
        self.tamper(
            "INSERT INTO care_access_log (id, at, user_id, login, operation, model,"
            " res_ids, field_names, count, denied, aborted, level) VALUES (%s,"
            " '2026-01-01', 1, 'x', 'read', 'm', '{}', '{}', 0, false, false, 0)",
            -shards,
        )
        self.run_sql("INSERT INTO care_access_queue VALUES (%s)", -shards)
        self.seal._seal_round()
        self.assertEqual(self.kinds(), {"backdated"})

    def test_trigger_switched_off_is_found(self):
        self.run_sql("ALTER TABLE care_access_log DISABLE TRIGGER care_access_log_keep")
        self.assertEqual(self.kinds(), {"trigger"})

    def test_false_signature_is_found(self):
        head = self.head.search([], limit=1)
        self.assertTrue(head.signature)
        self.run_sql(
            "UPDATE care_access_head SET signature = %s WHERE id = %s",
            "0" * 64,
            head.id,
        )
        self.env.invalidate_all()
        self.assertEqual(self.kinds(), {"head_unsigned"})

    def test_auditor_verifies_with_a_file(self):
        text = self.head.search([])._as_text()
        wizard = self.env["care.access.verify"].with_user(self.auditor)
        content = base64.b64encode(text.encode())
        action = wizard.create({"content": content}).action_verify()
        check = self.check.with_user(self.auditor).browse(action["res_id"])
        self.assertEqual(check.state, "whole", check.finding)
        self.assertTrue(check.with_file)
        self.assertEqual(check.user_id, self.auditor)
        with self.assertRaises(UserError):
            wizard.create({"content": base64.b64encode(b"no file")}).action_verify()

    def test_heads_are_mailed_once(self):
        self.env["ir.config_parameter"].set_param(
            "customer_care.access_head_mail", "keeper@example.com"
        )
        self.log._note("read", "res.partner", [1])
        self.log._write_now()
        self.seal._seal_round()
        heads = self.head._publish()
        self.assertEqual(len(heads), 1, "only the chain that grew")
        mail = self.env["mail.mail"].search([("email_to", "=", "keeper@example.com")])
        self.assertEqual(len(mail), 1)
        self.assertIn(heads.digest, mail.attachment_ids.raw.decode())
        self.assertFalse(self.head._publish())

    def test_engine_records_are_nobodys(self):
        for record in (self.head.search([], limit=1), self.check._verify()):
            for user in (self.auditor, self.env.ref("base.user_admin")):
                with self.assertRaises(AccessError):
                    record.with_user(user).unlink()
                with self.assertRaises(AccessError):
                    record.with_user(user).sudo().write({"id": record.id})
