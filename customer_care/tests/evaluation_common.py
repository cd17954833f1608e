"""Builders for tests of evaluations: three customers, two sections, a chair."""

from datetime import date

from odoo import Command
from odoo.tests import new_test_user

from .tier_common import USER, TierCase


class EvaluationCase(TierCase):
    """Acme earns A, Bolt B, Cord C; the clerk's are Acme and Bolt, Cord another's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = new_test_user(cls.env, "tier_other", groups=USER)
        cls.cord.user_id = cls.other
        cls.state(cls.acme, "t_signed")
        cls.state(cls.bolt, "t_sound")
        cls.give(cls.bolt, cls.tier_a, date(2025, 4, 1), date(2026, 3, 30))
        cls.evaluation = (
            cls.env["care.evaluation"]
            .with_user(cls.manager)
            .create({"scheme_id": cls.scheme.id, "year": 2026})
        )

    def line(self, partner, user=None):
        line = self.env["care.evaluation.line"].search(
            [
                ("evaluation_id", "=", self.evaluation.id),
                ("partner_id", "=", partner.id),
            ]
        )
        return line.with_user(user or self.manager)

    def hand_in(self):
        for section in self.evaluation.section_ids:
            section.with_user(section.user_id).action_submit()

    def to_review(self):
        self.evaluation.action_open()
        self.hand_in()
        self.evaluation.action_review()

    def hold_meeting(self):
        self.evaluation.write(
            {
                "meeting_at": "2026-03-28 06:00:00",
                "participant_ids": [Command.set(self.head.ids)],
                "minutes": "<p>Agreed.</p>",
            }
        )

    def rule(self):
        return self.env["care.approval.rule"].create(
            {
                "code": "t_apply",
                "name": "Grades of the year",
                "model_name": "care.evaluation",
                "gate": "apply",
                "step_ids": [
                    Command.create(
                        {"name": "Head", "approver": "user", "user_id": self.head.id}
                    )
                ],
            }
        )
