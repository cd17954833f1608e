from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..logic import draw
from .callback_common import CallbackCase


@tagged("post_install", "-at_install")
class TestCallbackDraw(CallbackCase):
    """The draw: who is in it, how many, in which order, and the proof."""

    def lines(self, one, kind):
        return one.line_ids.filtered(lambda line: line.kind == kind)

    def test_half_of_a_month_is_drawn_when_it_has_ended(self):
        self.new_occasions(5)
        first = self.run_at("2026-03-02 08:00:00")
        self.assertEqual(first.state, "seeded")
        self.assertFalse(first.seed)
        self.assertTrue(first.seed_digest)
        march, april = self.run_at("2026-04-01 08:00:00")
        self.assertEqual((march.state, april.state), ("planned", "seeded"))
        self.assertEqual(len(self.lines(march, "drawn")), 3)
        self.assertEqual(len(self.lines(march, "reserve")), 2)
        self.assertEqual(len(march.callback_ids), 3)
        self.assertEqual(march.required_count, 3)

    def test_the_database_draws_what_python_draws(self):
        self.new_occasions(37)
        self.run_at("2026-03-02 08:00:00")
        march = self.run_at("2026-04-01 08:00:00")[0]
        members = [draw.Member(line.res_id, "", part=1) for line in march.line_ids]
        places = draw.draw(march.seed, march.model_name, members, {"": 50})
        for line in march.line_ids:
            found = draw.Place(line.hash, line.rank, line.kind == "drawn")
            self.assertEqual(places[line.res_id], found)
        self.assertEqual(march.digest, draw.digest(members))

    def test_the_seed_was_fixed_before_and_is_shown_after(self):
        self.run_at("2026-03-02 08:00:00")
        one = self.programme.draw_ids
        fixed = one.seed_digest
        with self.assertRaises(AccessError):
            one.with_user(self.manager).read(["seed_secret"])
        self.new_occasions(2)
        march = self.run_at("2026-04-01 08:00:00")[0]
        self.assertEqual(march.seed_digest, fixed)
        self.assertEqual(draw.hashlib.sha256(march.seed.encode()).hexdigest(), fixed)

    def test_verifying_says_equal_and_notices_what_was_changed(self):
        self.new_occasions(9)
        self.run_at("2026-03-02 08:00:00")
        march = self.run_at("2026-04-01 08:00:00")[0]
        shown = march.with_user(self.caller).action_verify()["params"]
        self.assertEqual(shown["type"], "success")
        line = self.lines(march, "reserve")[0]
        self.env.flush_all()
        for change in (
            "UPDATE care_callback_draw_line SET kind = 'drawn' WHERE id = %s",
            "UPDATE care_callback_draw_line SET rank = rank + 1 WHERE id = %s",
            "UPDATE care_callback_draw_line SET res_id = 99999999 WHERE id = %s",
            "DELETE FROM care_callback_draw_line WHERE id = %s",
        ):
            with self.subTest(change), self.env.cr.savepoint(flush=False) as point:
                self.env.cr.execute(change, [line.id])
                self.assertEqual(
                    march.action_verify()["params"]["type"], "danger", change
                )
                point.rollback()
        march._engine().write({"seed": "another"})
        self.assertEqual(march.action_verify()["params"]["type"], "danger")
