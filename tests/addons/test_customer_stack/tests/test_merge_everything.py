from psycopg2 import Error

from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.customer_care.models.care_merge_links import FROZEN

from .common_secrecy import Planter

# what a contact has of its own: a merge refuses, or the value is handled by itself
_OWN = {"res_users", "res_company", "res_partner", "care_duplicate"}


@tagged("post_install", "-at_install")
class TestMergeEverything(TransactionCase):
    """Merging customers loses no record that hangs on one of them: every stored link of
    every model is tried, the day it is written."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.planter = Planter(cls.env)
        partners = cls.env["res.partner"]
        cls.source, cls.kept = partners.create(
            [{"name": "Source", "email": "s@merge.example"}, {"name": "Kept"}]
        )
        cls.old = cls.source.id
        cls.stored = [
            model.sudo()
            for model in cls.env.values()
            if model._auto and not model._abstract and not model._transient
        ]

    def merge(self):
        self.env.invalidate_all()
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge((self.source + self.kept).ids, self.kept, extra_checks=False)
        self.env.invalidate_all()
        log = self.env["care.merge.log"].search([("source_ids", "=", str(self.old))])
        return log.sudo()

    def plant(self, place, values=None):
        """Return the id of a row, or None where the model asks for too much."""
        planter = self.planter
        try:
            with self.cr.savepoint(), mute_logger("odoo.sql_db"):
                names = [
                    name for name, _kind, wanted in planter._columns(place) if wanted
                ]
                values = dict(values or {})
                for name, kind, _wanted in planter._columns(place):
                    if name in names and name != "id" and name not in values:
                        field = place._fields.get(name)
                        values[name] = planter._value(place, field, kind)
                planter.number += 1
                return self.env.execute_query(
                    SQL(
                        "INSERT INTO %s (%s) VALUES (%s) RETURNING id",
                        SQL.identifier(place._table),
                        SQL(", ").join(map(SQL.identifier, values)),
                        SQL(", ").join(SQL("%s", value) for value in values.values()),
                    )
                )[0][0]
        except Error:
            return None

    def value(self, model, id_, column):
        rows = self.env.execute_query(
            SQL(
                "SELECT %s FROM %s WHERE id = %s",
                SQL.identifier(column),
                SQL.identifier(model._table),
                id_,
            )
        )
        return rows[0][0] if rows else None

    def links(self):
        """Yield (model, column) of the many2one columns that lead to a contact."""
        for model in self.stored:
            for name, field in model._fields.items():
                if (
                    field.type == "many2one"
                    and field.comodel_name == "res.partner"
                    and field.store
                    and field.column_type
                    and not field.company_dependent
                    and model._table not in _OWN | FROZEN
                ):
                    yield model, name

    def named(self):
        """Yield (model, column of the model, column of the id) of stored pairs."""
        for model in self.stored:
            for name, field in model._fields.items():
                if field.type == "many2one_reference" and field.store:
                    pair = model._fields.get(field.model_field)
                    if pair is not None and pair.store and model._table not in FROZEN:
                        yield model, field.model_field, name

    def test_every_link_leads_to_the_customer_kept(self):
        planted, refused = [], []
        for model, column in self.links():
            id_ = self.plant(model, {column: self.old})
            (planted if id_ else refused).append((model, column, id_))
        log = self.merge()
        for model, column, id_ in planted:
            with self.subTest(model=model._name, column=column):
                self.assertEqual(self.value(model, id_, column), self.kept.id)
        self.assertGreater(len(planted), 60)
        self.assertLess(len(refused), 15, [(m._name, c) for m, c, _id in refused])
        self.assertFalse(log.dropped)
        moved = {(table, c) for table, columns in log.moved.items() for c in columns}
        self.assertLessEqual({(m._table, column) for m, column, _id in planted}, moved)

    def test_every_named_record_is_the_customer_kept(self):
        planted, refused = [], []
        for model, model_column, column in self.named():
            values = {model_column: "res.partner", column: self.old}
            id_ = self.plant(model, values)
            (planted if id_ else refused).append((model, column, id_))
        self.merge()
        for model, column, id_ in planted:
            with self.subTest(model=model._name, column=column):
                self.assertEqual(self.value(model, id_, column), self.kept.id)
        self.assertLess(len(refused), 15, [(m._name, c) for m, c, _id in refused])

    def test_a_row_that_cannot_stand_twice_is_joined_and_written_down(self):
        planted = []
        for model, columns in self._unique_places():
            if id_ := self.plant(model, dict.fromkeys(columns, self.old)):
                twin = self._twin(model, id_, columns)
                if twin:
                    planted.append((model, columns, id_, twin))
        log = self.merge()
        dropped = {(row["table"], row["row"]["id"]) for row in log.dropped}
        for model, columns, id_, twin in planted:
            with self.subTest(model=model._name, columns=columns):
                self.assertIsNotNone(self.value(model, twin, columns[0]))
                there = self.value(model, id_, columns[0])
                if (model._table, id_) in dropped:
                    self.assertIsNone(there)
                else:
                    self.assertEqual(there, self.kept.id)
        self.assertGreater(len(planted), 4)

    def _unique_places(self):
        """Yield (model, columns) of contact columns that stand in a unique index."""
        for model, column in self.links():
            rows = self.env.execute_query(
                SQL(
                    """SELECT 1 FROM pg_index i
                         JOIN pg_attribute a ON a.attrelid = i.indrelid
                              AND a.attnum = ANY (i.indkey)
                        WHERE i.indrelid = %s::regclass AND i.indisunique
                          AND a.attname = %s""",
                    f'"{model._table}"',
                    column,
                )
            )
            if rows:
                yield model, [column]

    def _twin(self, model, id_, columns):
        """Return the id of the same row of the customer kept, if it can stand."""
        names = [
            name
            for name, _kind, _wanted in self.planter._columns(model)
            if name != "id"
        ]
        taken = SQL(", ").join(
            SQL("%s::int", self.kept.id) if n in columns else SQL.identifier(n)
            for n in names
        )
        try:
            with self.cr.savepoint(), mute_logger("odoo.sql_db"):
                return self.env.execute_query(
                    SQL(
                        "INSERT INTO %s (%s) SELECT %s FROM %s WHERE id = %s"
                        " RETURNING id",
                        SQL.identifier(model._table),
                        SQL(", ").join(map(SQL.identifier, names)),
                        taken,
                        SQL.identifier(model._table),
                        id_,
                    )
                )[0][0]
        except Error:
            return None

    def test_pairs_of_many_to_many_tables(self):
        tables = {}
        for model in self.stored:
            for field in model._fields.values():
                if (
                    field.type == "many2many"
                    and field.store
                    and field.comodel_name == "res.partner"
                    and model._table not in _OWN
                    # a table of pairs, no model of its own
                    and field.relation not in {one._table for one in self.stored}
                ):
                    tables[field.relation] = (field, model)
        planted = []
        for table, (field, model) in tables.items():
            other = model.search([], limit=1).id or self.plant(model)
            if not other:
                continue
            with self.cr.savepoint(), mute_logger("odoo.sql_db"):
                self.env.execute_query(
                    SQL(
                        "INSERT INTO %s (%s, %s) VALUES (%s, %s) RETURNING 1",
                        SQL.identifier(table),
                        SQL.identifier(field.column1),
                        SQL.identifier(field.column2),
                        other,
                        self.old,
                    )
                )
            planted.append((table, field, other))
        self.merge()
        for table, field, other in planted:
            with self.subTest(table=table):
                rows = self.env.execute_query(
                    SQL(
                        "SELECT 1 FROM %s WHERE %s = %s AND %s = %s",
                        SQL.identifier(table),
                        SQL.identifier(field.column1),
                        other,
                        SQL.identifier(field.column2),
                        self.kept.id,
                    )
                )
                self.assertTrue(rows)
        self.assertGreater(len(planted), 3)

    def test_values_per_company_come_along(self):
        company = self.env["res.company"].create({"name": "Second"})
        self.source.with_company(company).barcode = "4006381333931"
        self.source.barcode = "1"
        self.kept.barcode = "2"
        self.merge()
        self.assertEqual(self.kept.barcode, "2")
        self.assertEqual(self.kept.with_company(company).barcode, "4006381333931")

    def test_every_own_value_is_kept_or_written_down(self):
        """Columns of the contact itself: in the customer kept or in the log."""
        before = self.env.execute_query(
            SQL("SELECT to_jsonb(p) FROM res_partner p WHERE id = %s", self.old)
        )[0][0]
        texts = {}
        for name, field in self.source._fields.items():
            if (
                field.type in ("char", "text")
                and field.store
                and not field.compute
                and not field.company_dependent
                and name in before
                and not before[name]
                and name not in ("credit_code", "signup_type")
            ):
                texts[name] = f"Value of {name}"
        self.assertGreater(len(texts), 8)
        columns = SQL(", ").join(
            SQL("%s = %s", SQL.identifier(name), value) for name, value in texts.items()
        )
        with self.cr.savepoint():
            self.env.cr.execute(
                SQL("UPDATE res_partner SET %s WHERE id = %s", columns, self.old)
            )
        log = self.merge()
        now = self.env.execute_query(
            SQL("SELECT to_jsonb(p) FROM res_partner p WHERE id = %s", self.kept.id)
        )[0][0]
        for name, value in texts.items():
            with self.subTest(field=name):
                lost = log.lost[str(self.old)].get(name)
                self.assertIn(value, (now[name], lost))
        self.assertEqual(log.before[str(self.old)]["name"], "Source")
