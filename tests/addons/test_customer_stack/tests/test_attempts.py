import logging

from odoo.tests import TransactionCase, tagged

from odoo.addons.customer_care.tests.common_unknowable import never_existed

from .common_attempts import (
    BY_NUMBER,
    BY_SET,
    AttemptsMixin,
    a_part,
    buttons,
    has,
    hideable_models,
    shown,
    views_of_hideable,
)
from .common_secrecy import Planter

_logger = logging.getLogger(__name__)


@tagged("post_install", "-at_install")
class TestAttempts(AttemptsMixin, TransactionCase):
    """Nobody without clearance learns anything of a hidden record of any model by the
    calls that a client can make."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people()
        # something is classified already: the first record must not be noticed either
        cls.planter.row("res.partner", 2)

    def test_a_hidden_number_answers_like_one_that_never_was(self):
        told, tried = [], 0
        for model in hideable_models(self.env):
            attempts = [a for a in BY_NUMBER if has(model, a)] + buttons(model)
            with self.cr.savepoint() as savepoint:
                hidden = self.planted(self.planter, model)
                gone = never_existed(model)
                for who, user in self.who.items():
                    for attempt in a_part(who, attempts):
                        there = self.answer(user, model, attempt, hidden)
                        missing = self.answer(user, model, attempt, gone)
                        tried += 1
                        if there != missing:
                            told.append((model._name, attempt, who, there, missing))
                savepoint.close(rollback=True)
            self.forget()
        _logger.debug("%s attempts by number", tried)
        self.assertGreater(tried, 5000)
        self.assertEqual(len(told), 0, shown(told))

    def test_nothing_changes_when_a_hidden_record_comes_into_being(self):
        told, tried = [], 0
        for model in hideable_models(self.env):
            attempts = [a for a in BY_SET if has(model, a)]
            with self.cr.savepoint() as savepoint:
                before = {
                    (who, n): self.answer(user, model, attempt)
                    for who, user in self.who.items()
                    for n, attempt in a_part(who, list(enumerate(attempts)))
                }
                hidden = self.planted(self.planter, model)
                self.assertTrue(self.env[model._name].browse(hidden).exists())
                for (who, n), was in before.items():
                    now = self.answer(self.who[who], model, attempts[n])
                    tried += 1
                    if now != was:
                        told.append((model._name, attempts[n], who, now, was))
                savepoint.close(rollback=True)
            self.forget()
        _logger.debug("%s attempts by set", tried)
        self.assertGreater(tried, 1000)
        self.assertEqual(len(told), 0, shown(told))

    def test_no_view_changes_when_hidden_records_come_into_being(self):
        views = views_of_hideable(self.env)
        self.assertGreaterEqual(len(views), 3)
        planter = Planter(self.env, beside=2)  # an open row beside it would be seen
        attempts = [
            (model, attempt)
            for model in views
            for attempt in BY_SET
            if has(model, attempt) and "create_date" not in str(attempt)
        ]
        before = {
            (who, n): self.answer(user, *pair)
            for who, user in self.who.items()
            for n, pair in a_part(who, list(enumerate(attempts)))
        }
        for model in hideable_models(self.env):
            self.planted(planter, model)
        told = []
        for (who, n), was in before.items():
            now = self.answer(self.who[who], *attempts[n])
            if now != was:
                told.append((attempts[n][0]._name, attempts[n][1], who, now, was))
        self.assertEqual(len(told), 0, shown(told))
