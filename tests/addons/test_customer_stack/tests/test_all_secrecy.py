from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from .common_ours import our_models
from .common_secrecy import Planter, uncleared_manager


@tagged("post_install", "-at_install")
class TestAllSecrecy(TransactionCase):
    """Every model of ours that hangs on a customer or on a classified record is as
    secret as that, the day it is written."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.planter = Planter(cls.env)
        cls.manager = uncleared_manager(cls.env)
        cls.joined = [
            model
            for model in our_models(cls.env)
            if not model._transient and "secrecy_level" in model._fields
        ]

    def _hangs_on(self, model):
        """Return the stored links of `model` that could tell of a classified record."""
        names = [
            name
            for name, field in model._fields.items()
            if field.type in ("many2one", "many2many")
            and field.store
            and (
                field.comodel_name == "res.partner"
                or self.env[field.comodel_name]._secrecy_has_level()
            )
        ]
        pair = ("res_model", "res_id")
        if all(name in model._fields and model._fields[name].store for name in pair):
            names.append("res_id")
        return names

    def test_what_hangs_on_something_classified_follows_it(self):
        for model in our_models(self.env):
            hangs_on = self._hangs_on(model)
            if model._transient or not hangs_on:
                continue
            with self.subTest(model=model._name, links=hangs_on):
                self.assertTrue(
                    "secrecy_level" in model._fields
                    or isinstance(getattr(model, "_secrecy_open", None), str),
                    "Inherit care.secrecy.follow.mixin, or say in _secrecy_open why "
                    "everybody may read it.",
                )

    def test_a_reason_to_stay_open_is_given_only_where_it_is_needed(self):
        for model in our_models(self.env):
            if getattr(model, "_secrecy_open", None):
                with self.subTest(model=model._name):
                    self.assertNotIn("secrecy_level", model._fields)
                    self.assertTrue(self._hangs_on(model))

    def test_evidence_of_a_clause_gives_its_level(self):
        for source, (model, __) in (
            self.env["care.clause.compliance"]._sources().items()
        ):
            if "secrecy_level" in model._fields and model._name != "care.evaluation":
                with self.subTest(source=source):
                    self.assertTrue(model._compliance_levels)

    def test_nothing_holds_itself_up(self):
        """Were two records to follow each other, none could be lowered again."""
        links = {
            model._name: set(model._secrecy_links().values()) - {model._name}
            for model in self.env["care.secrecy"]._models()
        }
        for name in links:
            reached, waiting = set(), set(links[name])
            while waiting:
                reached |= waiting
                waiting = set().union(*(links.get(n, ()) for n in waiting)) - reached
            with self.subTest(model=name):
                self.assertNotIn(name, reached)

    def test_no_link_shows_a_row_of_a_hidden_customer(self):
        tried = 0
        for model in self.joined:
            for link in self.planter.links(model) if model._auto else ():
                name = link or "reference"
                with self.subTest(model=model._name, link=name), self.cr.savepoint():
                    secret = self.planter.plant(model, link, 2)
                    opened = self.planter.plant(model, link, 0)
                    self._assert_hidden(model, secret, opened)
                    tried += 1
        self.assertGreater(tried, 50)

    def _assert_hidden(self, model, secret, opened):
        row = model.browse(secret)
        self.assertEqual(row.secrecy_level, 2)
        self.assertEqual(model.browse(opened).secrecy_level, 0)
        hers = model.with_user(self.manager).with_context(active_test=False)
        domain = [("id", "in", (secret, opened))]
        seen = hers.search(domain)
        self.assertNotIn(secret, seen.ids)
        self.assertEqual(hers.search_count(domain), len(seen))
        groups = hers._read_group(domain, [], ["id:array_agg"])
        self.assertNotIn(secret, groups[0][0] or [])
        self.assertFalse(hers.browse(secret).has_access("read"))
        # so it is the level that hides the other one
        self.assertEqual(seen.ids, [opened])

    def test_the_database_looks_up_each_level_by_a_branch_of_its_own(self):
        """A look by a table name put together costs ten times as much."""
        self.env["care.secrecy"]._make_function()
        body = self.env.execute_query(
            SQL("SELECT prosrc FROM pg_proc WHERE proname = 'care_secrecy_of'")
        )[0][0]
        for model in self.env["care.secrecy"]._models():
            with self.subTest(model=model._name):
                self.assertIn(f"'{model._name}'", body)
