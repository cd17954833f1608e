import logging

from psycopg2 import Error

from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.customer_care.tests.common_unknowable import never_existed

from .common_attempts import AttemptsMixin, hideable_models, shown

_logger = logging.getLogger(__name__)
NAME = "Oracle of Delphi"
OTHER = "Oracle of Dodona"

# what a client may put into a domain to ask over a link for the record behind it
BY_NUMBER = [
    lambda name, id_: [(name, "=", id_)],
    lambda name, id_: [(name, "in", [id_])],
    lambda name, id_: [(name, "!=", id_)],
    lambda name, id_: ["!", (name, "in", [id_])],
    lambda name, id_: [(name, "any", [("id", "=", id_)])],
    lambda name, id_: [(name, "not any", [("id", "=", id_)])],
    lambda name, id_: [(f"{name}.id", "=", id_)],
]
BY_NAME = [
    lambda name, text: [(name, "ilike", text)],
    lambda name, text: [(name, "not ilike", text)],
    lambda name, text: [(f"{name}.display_name", "ilike", text)],
]


def roads(env):
    """Return {model: names of the fields} that a client may ask by and that lead to a
    record that can be hidden. People who log in are asked for by name everywhere."""
    names = {model._name for model in hideable_models(env)}
    found = {}
    for name, model in sorted(env.items()):
        if (
            model._abstract
            or model._transient
            or not model._auto
            or name == "res.users"
        ):
            continue
        found[name] = [
            field.name
            for field in model._fields.values()
            if field.comodel_name in names and (field.store or field.search)
        ]
    return {name: fields for name, fields in found.items() if fields}


@tagged("post_install", "-at_install")
class TestAttemptsOracle(AttemptsMixin, TransactionCase):
    """Nobody without clearance finds out about a hidden record by asking over a link
    to it, in domains and groups of any model that leads to it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people()
        hideable = hideable_models(cls.env)
        for number, model in enumerate(hideable):
            # numbers that say which model they belong to
            cls.env.cr.execute(
                f"SELECT setval('{model._table}_id_seq', %s) "
                f"FROM {model._table}_id_seq WHERE last_value < %s",
                [10**7 + 10**5 * number] * 2,
            )
        cls.hidden = {
            model._name: cls.planted(cls.planter, model) for model in hideable
        }
        customer = cls.env["res.partner"].browse(cls.hidden["res.partner"])
        customer.name = NAME
        cls.gone = {name: never_existed(cls.env[name]) for name in cls.hidden}
        cls.linked = sum(
            cls.link(model, field)
            for model, fields in roads(cls.env).items()
            for field in fields
        )
        cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def link(cls, name, field):
        """Plant a row whose link leads to what is hidden; tell whether it could be."""
        model = cls.env[name]
        link = model._fields[field]
        if not link.store or link.type != "many2one" or name == "res.users":
            return False
        try:
            with cls.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                cls.env.execute_query(
                    SQL(
                        "UPDATE %s SET %s = %s WHERE id = %s RETURNING id",
                        SQL.identifier(model._table),
                        SQL.identifier(field),
                        cls.hidden[link.comodel_name],
                        cls.planter._plain_row(model),
                    )
                )
        except Error:
            return False  # a constraint of the table wants more than a link
        return True

    def ask(self, name, attempt, without):
        answer = self.answer(self.who["manager"], self.env[name], attempt)
        return answer[0], answer[1].replace(str(without), "<asked>")

    def test_no_question_over_a_link_is_answered(self):
        told, tried = [], 0
        for name, fields in roads(self.env).items():
            for field in fields:
                comodel = self.env[name]._fields[field].comodel_name
                pairs = [
                    (make, self.hidden[comodel], self.gone[comodel])
                    for make in BY_NUMBER
                ]
                pairs += [(make, NAME, OTHER) for make in BY_NAME]
                for make, hidden, gone in pairs:
                    kwargs = {"context": {"active_test": False}}
                    asked = ("search_count", [make(field, hidden)], kwargs)
                    there = self.ask(name, asked, hidden)
                    missing = self.ask(
                        name, ("search_count", [make(field, gone)], kwargs), gone
                    )
                    tried += 1
                    if there != missing:
                        told.append((name, asked, "manager", there, missing))
        _logger.debug("%s questions, %s links", tried, self.linked)
        self.assertGreater(self.linked, 100)
        self.assertGreater(tried, 2000)
        self.assertEqual(len(told), 0, shown(told))

    def test_no_group_and_no_column_names_what_is_hidden(self):
        told = []
        for name, fields in roads(self.env).items():
            for field in fields:
                link = self.env[name]._fields[field]
                attempts = [("search_read", [[], [field]], {"limit": 500})]
                if link.store:
                    attempts.append(
                        ("formatted_read_group", [[], [field], ["__count"]], {})
                    )
                for attempt in attempts:
                    answer = self.ask(name, attempt, "-")
                    number = str(self.hidden[link.comodel_name])
                    if NAME in answer[1] or number in answer[1]:
                        told.append((name, attempt, "manager", answer, "nothing"))
        self.assertEqual(len(told), 0, shown(told))
