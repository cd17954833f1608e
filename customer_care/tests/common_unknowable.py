"""Compares what a person gets for a hidden record with what the same person gets for
one that never existed: byte for byte, but for the number of the record."""

import json
import re

from odoo.exceptions import UserError
from odoo.models import BaseModel

from .secrecy_common import SecrecyCase

_NUMBER = "<id>"


def never_existed(model):
    """Return an id that no record of `model` ever had."""
    model.env.cr.execute("SELECT nextval(%s)", [f"{model._table}_id_seq"])
    return model.env.cr.fetchone()[0]


def plain(value):
    """Return `value` as text that can be compared."""
    if isinstance(value, BaseModel):
        value = [value._name, list(value._ids)]
    return json.dumps(value, default=str, sort_keys=True)


def without(text, number):
    """Return `text` without the number of the record asked for."""
    text = re.sub(rf"(?<!\d){number}(?!\d)", _NUMBER, text)
    # a new record that an error names has another number each time
    return re.sub(r"Records: \d+", f"Records: {_NUMBER}", text)


class UnknowableMixin:
    """The comparing itself, for test cases of any kind."""

    def asked(self, call, id_):
        """Return what `call(id_)` gives or raises, without the number; what it wrote
        is undone."""
        self.env.flush_all()
        self.env.invalidate_all()
        try:
            with self.env.cr.savepoint() as savepoint:
                value = call(id_)
                self.env.flush_all()
                answer = ("gives", without(plain(value), id_))
                savepoint.close(rollback=True)
        except (UserError, ValueError, KeyError, AttributeError, TypeError) as error:
            answer = (type(error).__name__, without(str(error), id_))
        self.env.invalidate_all()
        self.env["care.sight"]._forget()
        return answer

    def assert_unknowable(self, call, hidden, words=(), gone=None):
        """Check that `call(id)` tells nothing about the record `hidden`: neither that
        it is there nor any of `words`."""
        expected = self.asked(call, gone or never_existed(hidden))
        actual = self.asked(call, hidden.id)
        self.assertEqual(actual, expected)
        for word in words:
            self.assertNotIn(word, actual[1])


class UnknowableCase(UnknowableMixin, SecrecyCase):
    """The same on the customers of `SecrecyCase`."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # a number that no page holds by chance
        cls.env.cr.execute(
            """SELECT setval('res_partner_id_seq', GREATEST(last_value, 7654321))
                 FROM res_partner_id_seq"""
        )
        cls.secret, cls.topsecret = cls.env["res.partner"].create(
            [
                {"name": "LV Secret", "is_company": True, "ref": "LVSECRET"},
                {"name": "LV Top", "is_company": True, "ref": "LVTOP"},
            ]
        )
        cls.contacts[1].parent_id = cls.secret
        cls.contacts[2].parent_id = cls.topsecret
        cls.secret.secrecy_own = 2
        cls.topsecret.secrecy_own = 3
