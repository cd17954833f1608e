import psycopg2

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user
from odoo.tools import mute_logger

AUDITOR = "customer_care.customer_care_group_auditor"


class TestAccessLog(TransactionCase):
    """What is noted becomes one row per kind, and nobody changes it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.log = cls.env["care.access.log"]
        cls.auditor = new_test_user(cls.env, login="log_auditor", groups=AUDITOR)
        cls.partner = cls.env["res.partner"].create({"name": "Logged"})

    def rows_since(self, before):
        return self.log.search([("id", ">", before)], order="id")

    def last_id(self):
        return self.log.search([], limit=1).id or 0

    def test_notes_of_one_kind_become_one_row(self):
        before = self.last_id()
        log = self.log.with_user(self.auditor)
        log._note("reveal", "res.partner", [self.partner.id], ["phone"])
        log._note("reveal", "res.partner", [self.partner.id, 7], ["phone"])
        log._note("copy", "res.partner", [7], detail={"number": "C-1"})
        log._write_now()
        rows = self.rows_since(before)
        self.assertEqual(rows.mapped("operation"), ["reveal", "copy"])
        self.assertEqual(rows[0].res_ids, [self.partner.id, 7])
        self.assertEqual(rows[0].field_names, ["phone"])
        self.assertEqual(rows[0].login, "log_auditor")
        self.assertEqual(rows[1].detail, {"number": "C-1"})

    def test_rows_are_grouped_and_found_by_the_person_and_the_kind_of_record(self):
        reader = new_test_user(self.env, "log_reader", name="Li Reader")
        before = self.last_id()
        self.log.with_user(reader)._note("read", "res.partner", [self.partner.id])
        self.log._write_now()
        self.log.with_user(reader)._note("read", "res.country", [1])
        self.log._write_now()
        self.env.cr.execute(
            """INSERT INTO care_access_log (user_id, login, operation, model, res_ids,
                                            field_names, count, denied, aborted, level)
               VALUES (999999999, 'gone', 'read', 'res.partner', '{1}', '{}', 1,
                       false, false, 0)"""
        )
        log = self.log.with_user(self.auditor)
        mine = [("id", ">", before)]
        groups = log.formatted_read_group(mine, ["person_id"], ["__count"])
        names = {group["person_id"] and group["person_id"][1] for group in groups}
        self.assertEqual(names, {"Li Reader", False})
        for group in groups:
            found = log.search([*mine, *group["__extra_domain"]])
            self.assertEqual(len(found), group["__count"])
        titles = log.formatted_read_group(mine, ["model_title"], ["__count"])
        self.assertEqual(
            [(row["model_title"], row["__count"]) for row in titles],
            [("res.country", 1), ("res.partner", 2)],
        )
        words = dict(log.fields_get(["model_title"])["model_title"]["selection"])
        self.assertEqual(words["res.partner"], "Contact")
        for domain, number in (
            ([("person_id", "=", reader.id)], 2),
            ([("person_id", "ilike", "li read")], 2),
            ([("person_id", "=", False)], 1),
            ([("model_title", "=", "res.country")], 1),
        ):
            with self.subTest(domain=domain):
                self.assertEqual(log.search_count([*mine, *domain]), number)
        row = log.search([*mine, ("login", "=", "gone")])
        self.assertFalse(row.person_id)
        self.assertEqual(row.model_title, "res.partner")
        arch = log.get_view(view_type="search")["arch"]
        self.assertIn("'group_by': 'person_id'", arch)
        action = log._open_readers(self.partner)
        self.assertEqual(action["context"], {"search_default_group_person": 1})
        self.assertIn('name="group_person"', arch)

    def test_one_insert_for_all(self):
        self.log._note("read", "res.partner", [1])
        self.log._note("print", "res.partner", [1])
        with self.assertQueryCount(1):
            self.log._write_now()

    def test_database_refuses_every_change(self):
        self.log._note("read", "res.partner", [1])
        self.log._write_now()
        for table in ("care_access_log", "care_access_seal"):
            if table == "care_access_seal":
                self.env.cr.execute(
                    "INSERT INTO care_access_seal (log_id, shard, seq, hash)"
                    " VALUES (-1, -1, 1, '')"
                )
            for statement in (
                f"UPDATE {table} SET id = id",
                f"DELETE FROM {table}",
                f"TRUNCATE {table}",
            ):
                with (
                    self.subTest(statement=statement),
                    mute_logger("odoo.sql_db"),
                    self.assertRaises(psycopg2.errors.RaiseException),
                    self.env.cr.savepoint(),
                ):
                    self.env.cr.execute(statement)

    def test_nobody_writes_through_the_orm(self):
        self.log._note("read", "res.partner", [1])
        self.log._write_now()
        row = self.log.search([], limit=1)
        with self.assertRaises(AccessError):
            row.write({"login": "another"})
        with self.assertRaises(AccessError):
            row.unlink()
        with self.assertRaises(AccessError):
            self.log.create({"login": "another"})
