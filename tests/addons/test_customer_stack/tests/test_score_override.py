from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged

from .score_common import USER, ScoreCase


@tagged("post_install", "-at_install")
@freeze_time("2026-04-10 04:00:00")
class TestScoreOverride(ScoreCase):
    """A correction has a reason, an end and another person's decision."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.card = cls.scorecard(
            lines=[{"indicator_id": cls.indicator("orders").id, "weight": 100}],
            band_ids=[
                (0, 0, {"code": "a", "name": "A", "value": 80}),
                (0, 0, {"code": "b", "name": "B", "value": 0}),
            ],
        )
        cls.card._run(date(2026, 3, 1), cls.day)
        cls.score = cls.env["care.score"].search([("partner_id", "=", cls.ada.id)])
        cls.band = cls.card.band_ids.filtered(lambda band: band.code == "a")

    def ask(self, user=None, **vals):
        ask = (
            self.env["care.score.override.ask"]
            .with_user(user or self.user)
            .create(
                {
                    "score_id": self.score.id,
                    "kind": "band",
                    "band_id": self.band.id,
                    "reason": "Orders under another name",
                    "valid_from": "2026-04-01",
                    "valid_until": "2026-12-31",
                    **vals,
                }
            )
        )
        return self.env["care.score.override"].browse(ask.action_ask()["res_id"])

    def standing(self, on=date(2026, 4, 10)):
        return self.card._latest(self.ada.ids, on)[self.ada.id]

    def test_a_manager_confirms_and_the_standing_is_the_corrected_one(self):
        override = self.ask()
        self.assertFalse(self.standing().overridden)
        override.with_user(self.manager).action_confirm()
        self.assertEqual(override.decided_by_id, self.manager)
        found = self.standing()
        self.assertEqual((found.band_code, found.overridden), ("a", True))
        self.assertEqual(found.value, 0)  # the computed score stays

    def test_a_corrected_value_has_the_band_of_that_value(self):
        override = self.ask(kind="value", value=85.5, band_id=False)
        override.with_user(self.manager).action_confirm()
        self.assertEqual(self.standing()[:2], (85.5, "a"))

    def test_no_later_run_wipes_it_and_it_ends_by_itself(self):
        self.ask().with_user(self.manager).action_confirm()
        self.order(self.ada, "2026-03-02 08:00:00")
        self.card._run(date(2026, 3, 1), self.day)
        self.card._run(date(2026, 4, 1), date(2026, 4, 30))
        self.assertTrue(self.standing(date(2026, 12, 31)).overridden)
        self.assertFalse(self.standing(date(2027, 1, 1)).overridden)
        self.assertFalse(self.standing(self.day).overridden)

    def test_nobody_decides_on_his_own_request(self):
        override = self.ask(self.manager)
        with self.assertRaisesRegex(UserError, "another manager decides"):
            override.with_user(self.manager).action_confirm()
        override.with_user(self.second).action_confirm()
        self.assertEqual(override.state, "confirmed")

    def test_who_is_scored_decides_nothing(self):
        self.manager.partner_id.write({"ref": "scored", "company_id": self.company.id})
        self.card._run(date(2026, 3, 1), self.day)
        self.score = self.env["care.score"].search(
            [("partner_id", "=", self.manager.partner_id.id)]
        )
        override = self.ask()
        with self.assertRaisesRegex(UserError, "another manager decides"):
            override.with_user(self.manager).action_confirm()
        with self.assertRaisesRegex(UserError, "Only who asked"):
            override.with_user(self.manager).action_withdraw()
        override.with_user(self.second).action_confirm()
        with self.assertRaisesRegex(UserError, "not scored by them"):
            override.with_user(self.manager).action_end()

    def test_a_user_does_not_decide(self):
        override = self.ask()
        self.assertFalse(override.with_user(self.user).can_decide)
        with self.assertRaisesRegex(UserError, "A manager"):
            override.with_user(self.user).action_confirm()
        with self.assertRaisesRegex(UserError, "A manager"):
            override.with_user(self.user).action_end()

    def test_a_rejected_or_withdrawn_one_does_not_count(self):
        self.ask().with_user(self.manager).action_reject()
        mine = self.ask()
        stranger = new_test_user(
            self.env,
            "score_stranger",
            groups=USER,
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        with self.assertRaisesRegex(UserError, "Only who asked"):
            mine.with_user(stranger).action_withdraw()
        mine.with_user(self.user).action_withdraw()
        self.assertFalse(self.standing().overridden)
        with self.assertRaisesRegex(UserError, "decided already"):
            mine.with_user(self.manager).action_confirm()

    def test_a_manager_ends_it_early(self):
        override = self.ask()
        override.with_user(self.manager).action_confirm()
        override.with_user(self.second).action_end()
        self.assertFalse(self.standing().overridden)

    def test_where_a_rule_wants_an_approval_it_decides(self):
        self.env["care.approval.rule"].create(
            {
                "code": "override",
                "name": "Corrections of scores",
                "company_id": self.company.id,
                "model_name": "care.score.override",
                "gate": "override",
                "step_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "Second manager",
                            "approver": "user",
                            "user_id": self.second.id,
                        },
                    )
                ],
            }
        )
        override = self.ask()
        with self.assertRaisesRegex(UserError, "An approval decides"):
            override.with_user(self.manager).action_confirm()
        self.assertFalse(self.standing().overridden)
        override.sudo().approval_ids.with_user(self.second).action_approve()
        self.assertEqual(
            (override.state, override.decided_by_id), ("confirmed", self.second)
        )
        self.assertTrue(self.standing().overridden)

    def test_a_correction_cannot_be_forged(self):
        override = self.ask()
        vals = {
            "scorecard_id": self.card.id,
            "company_id": self.company.id,
            "res_model": "res.partner",
            "res_id": self.ada.id,
            "kind": "band",
            "band_code": "a",
            "reason": "x",
            "requested_by_id": self.user.id,
            "requested_at": "2026-04-01 00:00:00",
            "valid_from": "2026-04-01",
            "valid_until": "2026-12-31",
            "state": "confirmed",
        }
        overrides = self.env["care.score.override"]
        for user in (self.user, self.manager, self.env.ref("base.user_admin")):
            for attempt in (
                lambda o: o.create(vals),
                lambda o: o.write({"state": "confirmed"}),
                lambda o: o.with_context(care_engine=True).write({"value": 1}),
                lambda o: o.unlink(),
                lambda o: o.copy({"state": "confirmed"}),
                lambda o: self.card.with_user(o.env.user).write(
                    {"score_ids": [(1, self.score.id, {"value": 99})]}
                ),
            ):
                with self.assertRaises(AccessError):
                    attempt(override.with_user(user))
            loaded = overrides.with_user(user).load(list(vals), [list(vals.values())])
            self.assertFalse(loaded["ids"])
        self.assertFalse(self.standing().overridden)

    def test_what_is_asked_for_makes_sense(self):
        with self.assertRaisesRegex(UserError, "ends on the day"):
            self.ask(valid_until="2026-03-01")
        with self.assertRaisesRegex(UserError, "reason"):
            self.ask(reason="  ")
        other = self.scorecard(
            "other",
            [{"weight": 100}],
            band_ids=[(0, 0, {"code": "z", "name": "Z", "value": 0})],
        )
        with self.assertRaisesRegex(UserError, "band of this scorecard"):
            self.ask(band_id=other.band_ids.id)
