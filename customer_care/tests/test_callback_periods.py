from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Datetime
from odoo.tests import freeze_time, tagged

from .callback_common import CallbackCase


@tagged("post_install", "-at_install")
class TestCallbackPeriods(CallbackCase):
    """Which records belong to which period, whatever becomes of the job."""

    def kinds(self, one):
        return {line.res_id: line.kind for line in one.line_ids}

    def test_the_job_run_again_draws_nothing_again(self):
        self.new_occasions(4)
        self.run_at("2026-03-02 08:00:00")
        draws = self.run_at("2026-04-01 08:00:00")
        before = draws.line_ids.ids, draws.callback_ids.ids
        draws = self.run_at("2026-04-01 09:00:00")
        self.assertEqual((draws.line_ids.ids, draws.callback_ids.ids), before)
        self.assertEqual(len(draws), 2)

    def test_periods_nobody_drew_are_caught_up(self):
        self.new_occasions(1, day="2026-03-05")
        self.new_occasions(1, day="2026-04-05")
        draws = self.run_at("2026-06-01 08:00:00")
        self.assertEqual(
            [str(one.date_from) for one in draws],
            ["2026-03-01", "2026-04-01", "2026-05-01", "2026-06-01"],
        )
        self.assertEqual(draws.mapped("population_count"), [1, 1, 0, 0])

    def test_a_late_event_belongs_to_the_next_period(self):
        self.new_occasions(1, day="2026-03-05")
        self.run_at("2026-04-01 08:00:00")
        late = self.new_occasions(1, day="2026-03-31")
        older = self.new_occasions(1, day="2026-03-01")
        self.programme.late_days = 20
        march, april, _may = self.run_at("2026-05-01 08:00:00")
        self.assertEqual(self.kinds(april), {late.id: "drawn"})
        self.assertNotIn(older.id, self.kinds(march))
        # the time allowed runs from the start of the period it is drawn with
        self.assertEqual(
            april.callback_ids.due_at, Datetime.to_datetime("2026-04-12 00:00:00")
        )

    def test_what_was_closed_or_archived_after_the_draw_stays_drawn(self):
        found = self.new_occasions(2)
        self.run_at("2026-04-01 08:00:00")
        march = self.programme.draw_ids.sorted("date_from")[0]
        found.active = False
        found.kind = "other"
        self.assertEqual(march._redraw(), [])
        self.assertEqual(march.callback_ids.state, "planned")

    def test_archived_records_count_where_the_programme_says_so(self):
        found = self.new_occasions(2)
        found[0].active = False
        self.programme.with_archived = True
        march = self.run_at("2026-04-01 08:00:00")[0]
        self.assertEqual(march.population_count, 2)

    def test_a_record_deleted_before_planning_gives_way_to_a_reserve(self):
        self.new_occasions(4)
        self.programme._begin_and_draw(Datetime.to_datetime("2026-03-02 08:00:00"))
        march = self.programme._begin_and_draw(
            Datetime.to_datetime("2026-04-01 08:00:00")
        )
        drawn = march.line_ids.filtered(lambda line: line.kind == "drawn")
        self.env["care.callback.occasion"].browse(drawn[0].res_id).unlink()
        march._plan()
        self.assertEqual(len(march.callback_ids), 2)
        self.assertEqual(drawn[0].replace_reason, "The record was deleted.")
        self.assertEqual(drawn[0].replaced_by_id.callback_id.state, "planned")
        self.assertEqual(march.state, "planned")
        self.assertEqual(march._redraw(), [])

    def test_all_records_deleted_end_the_planning(self):
        found = self.new_occasions(3)
        march = self.programme._begin_and_draw(
            Datetime.to_datetime("2026-04-01 08:00:00")
        )
        found.unlink()
        march._plan()
        self.assertEqual(march.state, "planned")
        self.assertFalse(march.callback_ids)

    def test_a_deleted_record_leaves_its_callback(self):
        row = self.drawn(1)
        self.env["care.callback.occasion"].browse(row.res_id).unlink()
        self.env.invalidate_all()
        self.assertFalse(row.record_name)
        with freeze_time("2026-04-01 09:00:00"):
            row.with_user(self.supervisor)._assign(self.caller)
            row.with_user(self.caller).action_done()
        self.assertEqual(row.state, "done")

    def test_the_dissatisfied_are_called_on_top_of_the_rate(self):
        found = self.new_occasions(8)
        angry = found[:3]
        angry.note = "angry"
        self.programme.write(
            {"dissatisfied_domain": "[('note', '=', 'angry')]", "rate_pct": 25}
        )
        march = self.run_at("2026-04-01 08:00:00")[0]
        kinds = self.kinds(march)
        self.assertEqual({kinds[id_] for id_ in angry.ids}, {"drawn"})
        self.assertEqual(march.required_count, 2)
        drawn = {id_ for id_, kind in kinds.items() if kind == "drawn"}
        best = march.line_ids.filtered("rank").sorted("rank")[:2]
        self.assertEqual(drawn, set(best.mapped("res_id")) | set(angry.ids))
        self.assertEqual(march._redraw(), [])

    def test_a_shared_programme_draws_for_each_company_apart(self):
        other = self.env["res.company"].create({"name": "Other company"})
        self.programme.company_id = False
        mine = self.new_occasions(2)
        theirs = self.new_occasions(2, company_id=other.id)
        draws = self.run_at("2026-04-01 08:00:00").filtered("population_count")
        by_company = {one.company_id: set(self.kinds(one)) for one in draws}
        self.assertEqual(by_company[self.company], set(mine.ids))
        self.assertEqual(by_company[other], set(theirs.ids))
        self.env.invalidate_all()
        row = draws.filtered(lambda one: one.company_id == other).callback_ids
        with self.assertRaises(AccessError):
            row.with_user(self.manager).read(["contact_name"])

    def test_an_archived_programme_rests_and_forgets_what_happened(self):
        self.programme.active = False
        self.new_occasions(2, day="2026-03-10")
        self.assertFalse(self.run_at("2026-04-01 08:00:00"))
        with freeze_time("2026-04-10 08:00:00"):
            self.programme.active = True
        self.new_occasions(1, day="2026-04-12")
        april = self.run_at("2026-05-01 08:00:00")[0]
        self.assertEqual(str(april.date_from), "2026-04-10")
        self.assertEqual(april.population_count, 1)

    def test_a_dormant_programme_waits_for_its_add_on(self):
        self.programme.model_name = "not.installed"
        self.assertFalse(self.run_at("2026-04-01 08:00:00"))

    def test_rounded_up_without_rounding_errors(self):
        self.programme.rate_pct = 30
        self.new_occasions(10)
        march = self.run_at("2026-04-01 08:00:00")[0]
        self.assertEqual(march.required_count, 3)

    def test_strata_have_rates_of_their_own(self):
        self.programme.stratum_ids = [
            (0, 0, {"code": "a", "name": "A", "domain": "[('note', '=', 'a')]"}),
            (
                0,
                0,
                {
                    "code": "b",
                    "name": "B",
                    "domain": "[('note', 'in', ['a', 'b'])]",
                    "rate_pct": 10,
                },
            ),
        ]
        self.new_occasions(3, note="a")
        self.new_occasions(3, note="b")
        self.new_occasions(3, note="c")
        march = self.run_at("2026-04-01 08:00:00")[0]
        counts = {row["code"]: (row["count"], row["quota"]) for row in march.strata}
        self.assertEqual(counts, {"a": (3, 3), "b": (3, 1), "": (3, 2)})
        self.assertEqual(march._redraw(), [])
        self.programme.stratum_ids.unlink()  # as loading a pack again does
        self.assertEqual(march._redraw(), [])

    def test_an_occasion_comes_by_its_rule(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Guest {number}", "ref": "occasion"} for number in range(2)]
        )
        programme = self.new_programme(
            code="new_year",
            model_name="res.partner",
            domain="[('ref', '=', 'occasion')]",
            mode="occasion",
            event_field=False,
            rrule="FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=1",
            lead_days=2,
            rate_pct=100,
            partner_path="",
            excluded_paths=False,
        )
        self.assertFalse(self.run_at("2026-04-28 08:00:00", programme))
        one = self.run_at("2026-04-29 08:00:00", programme)
        self.assertEqual(one.callback_ids.partner_id, partners)
        self.assertEqual(self.run_at("2026-05-02 08:00:00", programme), one)
        self.assertEqual(len(self.run_at("2027-05-01 08:00:00", programme)), 2)

    def test_paths_and_rules_that_lead_nowhere_are_refused(self):
        for values in (
            {"event_field": "name"},
            {"event_field": "partner_id"},
            {"event_field": False},
            {"excluded_paths": "user_id, nobody"},
            {"phone_path": "date"},
            {"rrule": "FREQ=NEVER"},
            {"domain": "[('nothing', '=', 1)]"},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                self.programme.write(values)

    def test_nobody_writes_a_draw(self):
        self.new_occasions(2)
        march = self.run_at("2026-04-01 08:00:00")[0]
        for user in (self.manager, self.env.ref("base.user_admin")):
            self.env.invalidate_all()
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    march.with_user(user).write({"seed": "mine"})
                with self.assertRaises(AccessError):
                    march.with_user(user).line_ids.write({"kind": "reserve"})
                with self.assertRaises(AccessError):
                    march.with_user(user).line_ids.unlink()
        with self.assertRaises(AccessError):
            march.sudo().write({"seed": "mine"})
