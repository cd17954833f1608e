import logging

from psycopg2 import Error

from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL, mute_logger

from .common_attempts import IDS, AttemptsMixin, hideable_models, shown

_logger = logging.getLogger(__name__)


@tagged("post_install", "-at_install")
class TestAttemptsBeside(AttemptsMixin, TransactionCase):
    """What everybody sees does not change when something hidden comes to hang on it:
    counters, sums, states, lists, warnings, addresses."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people()
        cls.planter.row("res.partner", 2)

    def secrets(self):
        """Return (model, link) of all that may be set higher than what it hangs on."""
        found = []
        for model in hideable_models(self.env):
            if "secrecy_own" not in model._fields:
                continue
            found += [
                (model, name)
                for name, field in model._fields.items()
                if field.type == "many2one"
                and field.store
                and field.comodel_name not in ("res.users", "res.company")
                and not field.company_dependent
                and name not in model._inherits.values()
                and self.env[field.comodel_name]._auto
            ]
        return found

    def test_no_field_of_an_open_record_tells(self):
        told, tried = [], 0
        for model, name in self.secrets():
            comodel = self.env[model._fields[name].comodel_name]
            with self.cr.savepoint() as savepoint:
                tried += self._try(model, name, comodel, told)
                savepoint.close(rollback=True)
            self.forget()
        _logger.debug("%s links to open records", tried)
        self.assertGreater(tried, 30)
        self.assertEqual(len(told), 0, shown(told))

    def _try(self, model, name, comodel, told):
        try:
            with self.cr.savepoint(), mute_logger("odoo.sql_db"):
                open_id = self.planter._other(comodel._name)
        except Error:
            return 0  # a constraint of the table wants more than a row
        who = self.who["manager"]
        attempt = ("read", [IDS], {})
        before = self.answer(who, comodel, attempt, open_id)
        try:
            with self.cr.savepoint(), mute_logger("odoo.sql_db"):
                hidden = self.planter.plant(model, "", 2)
                self.env.execute_query(
                    SQL(
                        "UPDATE %s SET %s = %s WHERE id = %s RETURNING id",
                        SQL.identifier(model._table),
                        SQL.identifier(name),
                        open_id,
                        hidden,
                    )
                )
        except Error:
            return 0
        self.env.invalidate_all()
        after = self.answer(who, comodel, attempt, open_id)
        if after != before:
            told.append((model._name, (name, comodel._name), "manager", after, before))
        return before[0] == "gives"

    def test_looking_up_a_person_finds_no_secret_one(self):
        """The administrator's search for personal data, by SQL."""
        if "privacy.lookup.wizard" not in self.env:
            self.skipTest("not installed")
        admin = self.who["administrator"]
        found = []
        for level in (0, 2):
            name, email = f"Pythia {level}", f"pythia{level}@example.com"
            self.env["res.partner"].create(
                {"name": name, "email": email, "secrecy_own": level}
            )
            self.env.flush_all()
            wizard = (
                self.env["privacy.lookup.wizard"]
                .with_user(admin)
                .create({"name": name, "email": email})
            )
            wizard.action_lookup()
            found.append([(line.res_model, line.res_name) for line in wizard.line_ids])
        self.assertTrue(found[0])
        self.assertFalse(found[1])
