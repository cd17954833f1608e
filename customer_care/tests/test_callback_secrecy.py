from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..logic import draw
from .callback_common import CallbackCase
from .secrecy_common import insert


@tagged("post_install", "-at_install")
class TestCallbackSecrecy(CallbackCase):
    """Calls to a secret customer: who plans, calls and supervises may see him."""

    def clear(self, *users):
        for user in users:
            insert(
                self.env,
                "care_clearance",
                user_id=user.id,
                company_id=self.company.id,
                level=2,
                state="active",
                vetted=True,
                effective_from="2026-01-01",
                effective_to=None,
                valid_from="2026-01-01",
            )
        self.env["care.sight"]._forget()

    def drawn_secret(self, count=2):
        """Return the callbacks of a month, one of them to a secret customer."""
        occasions = self.new_occasions(count)
        self.secret = occasions[0].partner_id
        self.secret.secrecy_own = 2
        self.env.flush_all()
        self.run_at("2026-03-02 08:00:00")
        self.draw = self.run_at("2026-04-01 08:00:00")[0]
        return self.draw.callback_ids

    def of_secret(self, rows):
        return rows.filtered(lambda row: row.partner_id == self.secret)

    def test_lines_and_calls_are_as_secret_as_the_customer(self):
        self.programme.rate_pct = 100
        rows = self.drawn_secret()
        lines = self.draw.line_ids
        self.assertEqual(sorted(lines.mapped("secrecy_level")), [0, 2])
        self.assertEqual(sorted(rows.mapped("secrecy_level")), [0, 2])
        seen = rows.with_user(self.manager)._filtered_access("read")
        self.assertEqual(seen, rows - self.of_secret(rows))

    def test_the_caller_is_one_who_may_see_the_customer(self):
        self.programme.write({"assign": "role", "rate_pct": 100})
        self.clear(self.other, self.supervisor)
        self.new_occasions(4).partner_id.secrecy_own = 2
        self.env.flush_all()
        self.run_at("2026-03-02 08:00:00")
        rows = self.run_at("2026-04-01 08:00:00")[0].callback_ids
        self.assertEqual(len(rows), 4)
        self.assertEqual(rows.user_id, self.other)

    def test_without_a_caller_or_supervisor_who_may_it_stays_unassigned(self):
        self.programme.write({"assign": "role", "rate_pct": 100})
        row = self.of_secret(self.drawn_secret())
        self.assertFalse(row.user_id | row.supervisor_ids)
        self.assertFalse(row.activity_ids)

    def test_it_is_assigned_to_nobody_who_may_not_see_it(self):
        self.programme.rate_pct = 100
        self.clear(self.supervisor)
        row = self.of_secret(self.drawn_secret()).with_user(self.supervisor)
        self.assertEqual(row.sudo().supervisor_ids, self.supervisor)
        with self.assertRaisesRegex(UserError, "cannot be asked to call"):
            row._assign(self.caller)
        self.assertFalse(row._get_candidates())
        self.clear(self.caller)
        self.assertEqual(row._get_candidates(), self.caller)

    def test_figures_are_parted_by_level_and_add_up(self):
        self.programme.rate_pct = 100
        self.drawn_secret(3)
        figures = self.env["care.callback.statistics"]
        wanted = [("draw_id", "=", self.draw.id)]
        every = figures.search(wanted)
        self.assertEqual(sum(every.mapped("counted")), 3)
        self.assertEqual(sum(every.mapped("required")), 3)
        mine = figures.with_user(self.manager).search(wanted)
        self.assertEqual(mine.mapped("counted"), [2])
        self.assertEqual(mine.mapped("planned"), [2])
        action = mine.action_view_callbacks()
        found = self.env["care.callback"].search(action["domain"])
        self.assertEqual(len(found), 2)

    def test_a_letter_is_as_secret_as_the_callbacks_it_answers(self):
        self.programme.rate_pct = 100
        rows = self.drawn_secret()
        engine = self.env["care.callback.letter"]._engine()
        letter = engine.create({"name": "Noise", "callback_ids": [(6, 0, rows.ids)]})
        self.env.flush_all()
        letter.invalidate_recordset()
        self.assertEqual(letter.secrecy_level, 2)
        letter.callback_ids = rows - self.of_secret(rows)
        self.env.flush_all()
        letter.invalidate_recordset()
        self.assertEqual(letter.secrecy_level, 0)
        letter.callback_ids.partner_id.secrecy_own = 3
        self.env.flush_all()
        letter.invalidate_recordset()
        self.assertEqual(letter.secrecy_level, 3)

    # ---- the head of a draw

    def read_as(self, user, record, names):
        record.invalidate_recordset()
        return record.with_user(user).read(names, load=None)[0]

    def test_a_draw_shows_the_figures_of_the_lines_one_may_see(self):
        self.programme.rate_pct = 100
        self.drawn_secret(3)
        names = [
            "population_seen",
            "counted_seen",
            "required_seen",
            "drawn_seen",
            "digest_seen",
            "strata_text",
        ]
        mine = self.read_as(self.manager, self.draw, names)
        self.assertEqual([mine[name] for name in names[:4]], [2, 2, 2, 2])
        self.assertIn("of 2, so 2", mine["strata_text"])
        self.assertNotEqual(mine["digest_seen"], self.draw.digest)
        self.clear(self.manager)
        mine = self.read_as(self.manager, self.draw, names)
        self.assertEqual([mine[name] for name in names[:4]], [3, 3, 3, 3])
        self.assertEqual(mine["digest_seen"], self.draw.digest)

    def test_a_condition_on_a_name_leaves_no_trace(self):
        self.programme.write({"rate_pct": 100, "domain": "[]"})
        self.new_occasions(1).partner_id.write({"name": "Hidden one", "secrecy_own": 2})
        self.programme.with_user(
            self.manager
        ).domain = "[('partner_id.name', '=', 'Hidden one')]"
        self.env.flush_all()
        self.run_at("2026-03-02 08:00:00")
        draw = self.run_at("2026-04-01 08:00:00")[0]
        self.assertEqual(draw.population_count, 1)
        names = ["population_seen", "done_count", "done_pct", "strata_text"]
        mine = self.read_as(self.manager, draw, names)
        self.assertFalse(any(mine[name] for name in names))
        draws = self.env["care.callback.draw"].with_user(self.manager)
        self.assertNotIn(draw, draws.search([("line_ids", "!=", False)]))
        told = draw.with_user(self.manager).action_verify()["params"]["message"]
        self.assertFalse(any(letter.isdigit() for letter in told))

    def test_nobody_is_drawn_for_a_hidden_neighbour(self):
        tag = self.env["res.partner.category"].create({"name": "Block 7"})
        near, hidden = self.new_occasions(2).partner_id
        (near | hidden).category_id = tag
        hidden.write({"name": "Hidden one", "secrecy_own": 2})
        self.programme.write(
            {
                "rate_pct": 100,
                "domain": "[('partner_id.category_id.partner_ids.name', '=', "
                "'Hidden one')]",
            }
        )
        self.env.flush_all()
        self.run_at("2026-03-02 08:00:00")
        draw = self.run_at("2026-04-01 08:00:00")[0]
        self.assertEqual(draw.line_ids.mapped("secrecy_level"), [2])

    def test_the_frozen_figures_are_read_by_no_client(self):
        self.drawn_secret()
        draws = self.env["care.callback.draw"].with_user(self.manager)
        for name in "population_count", "required_count", "strata", "digest":
            with self.subTest(name=name), self.assertRaises(AccessError):
                draws.browse(self.draw.id).read([name])
        with self.assertRaises(AccessError):
            draws.search([("population_count", ">", 0)])
        lines = self.env["care.callback.draw.line"].with_user(self.manager)
        with self.assertRaises(AccessError):
            lines.search([("rank", "=", 2)])

    def test_places_have_no_gap_where_a_line_is_hidden(self):
        self.programme.rate_pct = 100
        self.drawn_secret(1)
        first = self.draw.line_ids
        self.assertEqual(first.rank, 1)
        occasions = self.new_occasions(4, day="2026-04-10")
        self.run_at("2026-05-01 08:00:00")
        draw = self.programme.draw_ids.sorted("date_from")[1]
        lines = draw.line_ids.sorted("rank")
        occasions.browse(lines[1].res_id).partner_id.secrecy_own = 2
        self.env.flush_all()
        lines.invalidate_recordset()
        seen = lines.with_user(self.manager).search([("draw_id", "=", draw.id)])
        self.assertEqual(seen.ids, (lines[0] | lines[2] | lines[3]).ids)
        self.assertEqual(seen.mapped("place"), [1, 2, 3])

    def test_the_report_counts_nothing_secret(self):
        self.programme.rate_pct = 100
        self.drawn_secret(3)
        reports = self.env["care.callback.report"].with_user(self.manager)
        with freeze_time("2026-05-02 09:00:00"):
            shown = reports.action_produce_last_month()
        report = reports.browse(shown["res_id"])
        self.assertEqual(report.required, 2)
        self.assertEqual([line["required"] for line in report.figures], [2])

    def test_the_rate_as_evidence_is_parted_by_level(self):
        clause = self.env["care.policy.clause"].search([], limit=1)
        if not clause:
            policy = self.env["care.policy"].create({"code": "X", "name": "X"})
            clause = clause.create({"policy_id": policy.id, "code": "X.1", "name": "X"})
        self.programme.write({"rate_pct": 100, "clause_id": clause.id})
        self.drawn_secret(1)
        self.env.flush_all()
        rows = self.env["care.clause.compliance"]
        wanted = [("clause_id", "=", clause.id), ("source", "=", "callback_draw")]
        self.assertEqual(rows.search(wanted).mapped("due"), [1])
        self.assertFalse(rows.with_user(self.manager).search(wanted))
        self.assertTrue(rows.search(wanted).action_open_records())

    # ---- who is drawn

    def drawn_beside(self, visible=9, hidden=8):
        """Return the draw of a month of open and secret customers, and the lines that
        somebody without clearance sees."""
        self.new_occasions(visible)
        self.new_occasions(hidden).partner_id.secrecy_own = 2
        self.env.flush_all()
        self.run_at("2026-03-02 08:00:00")
        one = self.run_at("2026-04-01 08:00:00")[0]
        lines = self.env["care.callback.draw.line"].with_user(self.manager)
        return one, lines.search([("draw_id", "=", one.id)])

    def test_what_a_reader_sees_of_a_draw_proves_itself(self):
        self.programme.rate_pct = 30
        one, seen = self.drawn_beside()
        self.assertEqual((len(seen), len(one.line_ids)), (9, 17))
        members = [draw.Member(line.res_id, "", part=1) for line in seen]
        places = draw.draw(one.seed, one.model_name, members, {"": 30})
        for line in seen:
            found = draw.Place(line.hash, line.place, line.kind == "drawn")
            self.assertEqual(places[line.res_id], found)
        names = ["required_seen", "digest_seen", "strata_text"]
        mine = self.read_as(self.manager, one, names)
        self.assertEqual(mine["required_seen"], draw.quota(30, 9))
        self.assertEqual(mine["digest_seen"], draw.digest(members))
        self.assertIn("of 9, so 3", mine["strata_text"])
        every = one.line_ids.filtered(lambda line: line.kind == "drawn")
        self.assertEqual(len(every), draw.quota(30, 9) + draw.quota(30, 8))
        self.assertEqual(one._redraw(), [])
        figures = self.env["care.callback.statistics"]
        rows = figures.search([("draw_id", "=", one.id)]).sorted("secrecy_level")
        self.assertEqual(rows.mapped("required"), [3, 3])

    def test_a_level_changed_afterwards_changes_no_proof(self):
        one, seen = self.drawn_beside(4, 4)
        self.env["care.callback.occasion"].browse(seen[0].res_id).partner_id.write(
            {"secrecy_own": 3}
        )
        self.env.flush_all()
        self.env["care.callback.draw.line"].invalidate_model()
        self.assertEqual(seen[0].sudo().secrecy_level, 3)
        self.assertEqual(one._redraw(), [])
        part = one.line_ids.sudo().filtered(lambda line: line.part == 2)[0]
        self.env.cr.execute(
            "UPDATE care_callback_draw_line SET part = 1 WHERE id = %s", [part.id]
        )
        self.assertEqual(len(one._redraw()), 2)

    def test_a_reserve_is_taken_among_its_own_level(self):
        one, _seen = self.drawn_beside(2, 8)
        lines = one.line_ids.sorted("secrecy_level", reverse=True)
        for line in lines.filtered(lambda line: line.kind == "drawn"):
            taken = line._take_reserve("Moved", self.env.user)
            self.assertEqual(taken.secrecy_level, line.secrecy_level)
        line = lines.filtered(lambda line: line.kind == "drawn")[0]
        self.assertFalse(line._take_reserve("Moved", self.env.user))

    def test_nobody_is_left_out_because_of_a_hidden_repetition(self):
        self.programme.write({"rate_pct": 100})
        self.env["care.callback.exemption"].create(
            {
                "programme_id": self.programme.id,
                "model_name": "care.callback.occasion",
                "kind": "once",
                "name": "One call for each kind",
                "code": "t_once",
                "domain": "[]",
                "same_paths": "kind",
                "same_days": 90,
            }
        )
        hidden, open_ = self.new_occasions(2)
        hidden.partner_id.secrecy_own = 2
        self.env.flush_all()
        self.run_at("2026-03-02 08:00:00")
        march = self.run_at("2026-04-01 08:00:00")[0]
        self.assertEqual(march.line_ids.mapped("kind"), ["drawn", "drawn"])
        open_.unlink()
        self.new_occasions(1, day="2026-04-10").partner_id.secrecy_own = 2
        later = self.new_occasions(1, day="2026-04-11")
        self.env.flush_all()
        self.run_at("2026-05-01 08:00:00")
        april = self.programme.draw_ids.sorted("date_from")[1]
        kinds = {line.res_id: line.kind for line in april.line_ids}
        self.assertEqual(kinds.pop(later.id), "drawn")
        self.assertEqual(list(kinds.values()), ["excluded"])

    def test_a_draw_made_before_is_proved_by_its_own_formula(self):
        one, _seen = self.drawn_beside()
        self.env.flush_all()
        members = [draw.Member(line.res_id, "") for line in one.line_ids]
        places = draw.draw(one.seed, one.model_name, members, {"": 50})
        for id_, place in places.items():
            self.env.cr.execute(
                """UPDATE care_callback_draw_line
                      SET part = NULL, rank = %s, kind = %s
                    WHERE draw_id = %s AND res_id = %s""",
                [place.rank, "drawn" if place.drawn else "reserve", one.id, id_],
            )
        self.env.invalidate_all()
        drawn = sum(place.drawn for place in places.values())
        strata = [{"code": "", "name": "x", "rate": 50, "count": 17, "quota": drawn}]
        counts = {"drawn_count": drawn, "reserve_count": 17 - drawn}
        one._engine().write(
            {"formula": 1, "strata": strata, "digest": draw.digest(members), **counts}
        )
        self.assertEqual(one._redraw(), [])
        mine = self.read_as(self.manager, one, ["required_seen", "drawn_seen"])
        self.assertEqual(mine["required_seen"], mine["drawn_seen"])
        seen = self.env["care.callback.statistics"].with_user(self.manager)
        rows = seen.search([("draw_id", "=", one.id)])
        self.assertEqual(rows.mapped("required"), [mine["drawn_seen"]])
        one._engine().write({"formula": 2})
        self.assertTrue(one._redraw())
