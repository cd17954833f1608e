from datetime import date

from freezegun import freeze_time

from odoo.exceptions import MissingError, UserError
from odoo.tests import tagged

from .satisfaction_common import USER, SatisfactionCase
from .secrecy_common import insert


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 02:00:00")
class TestSatisfactionSecrecy(SatisfactionCase):
    """What is classified shows in no figure of those who may not know of it."""

    def setUp(self):
        super().setUp()
        self.cleared = self.person("sa_cleared", USER)
        insert(
            self.env,
            "care_clearance",
            user_id=self.cleared.id,
            company_id=self.company.id,
            level=2,
            state="active",
            vetted=True,
            effective_from="2026-01-01",
            valid_from="2026-01-01",
        )
        self.env["care.sight"]._forget()
        self.tunnel.partner_id.secrecy_own = 2
        self.wave = self.open_round()
        self.open = self.request_of(self.wave, self.bridge)
        self.secret = self.wave.request_ids.sudo() - self.open
        self.answer(self.open, quality=90, progress=90)
        self.answer(self.secret, quality=50, progress=50)
        self.wave.sudo()._reckon()
        self.env.flush_all()
        self.env.invalidate_all()

    def test_rows_about_a_secret_customer_are_for_the_cleared(self):
        for name in (
            *("care.satisfaction.request", "care.satisfaction.answer"),
            *("care.satisfaction.score", "care.satisfaction.report"),
        ):
            domain = [("project_id", "in", (self.bridge | self.tunnel).ids)]
            for user, projects in (
                (self.clerk, self.bridge),
                (self.manager, self.bridge),
                (self.cleared, self.bridge | self.tunnel),
            ):
                with self.subTest(model=name, user=user.login):
                    rows = self.env[name].with_user(user).search(domain)
                    self.assertEqual(rows.sudo().project_id, projects)

    def test_the_company_counts_no_secret_score(self):
        self.assertEqual(self.score(self.wave).value, 90)
        self.assertEqual(
            (self.score(self.wave).asked, self.score(self.wave).answered), (1, 1)
        )
        self.assertEqual(self.year().value, 90)
        with self.assertRaises(UserError):
            self.programme.with_user(self.manager).counts_up_to = "2"
        self.programme.sudo().counts_up_to = "2"
        self.wave.sudo()._reckon()
        self.assertEqual(self.score(self.wave).value, 70)

    def test_counts_of_a_round_are_those_of_its_reader(self):
        for user, count in ((self.clerk, 1), (self.cleared, 2)):
            with self.subTest(user=user.login):
                wave = self.wave.with_user(user)
                wave.invalidate_recordset()
                self.assertEqual(
                    (wave.request_count, wave.answer_count), (count, count)
                )
                facts = [len(table["rows"]) for table in [wave._score_table()]]
                self.assertEqual(facts, [count])
        factors = self.wave.with_user(self.clerk)._factor_table()["rows"]
        self.assertEqual({row[1] for row in factors}, {90})

    def test_a_secret_contact_does_not_speak_in_an_open_score(self):
        contact = self.env["res.partner"].create(
            {"name": "Agent", "parent_id": self.bridge.partner_id.id, "secrecy_own": 2}
        )
        more = self.open._plan_more(contact)
        self.answer(more.sudo(), quality=10, progress=10)
        self.wave.sudo()._reckon()
        score = self.score(self.wave, self.bridge)
        self.assertEqual((score.value, score.answered), (90, 1))
        self.assertEqual(score.secrecy_level, 0)

    def test_nobody_is_given_a_request_he_may_not_know_of(self):
        wave = self.open_round(day=date(2026, 4, 1))
        secret = wave.sudo().request_ids - self.request_of(wave, self.bridge)
        secret.channel = "phone"
        with self.assertRaises(UserError):
            secret.user_id = self.clerk
        secret.user_id = self.cleared
        with self.assertRaises(MissingError):
            secret.with_user(self.manager).sudo(False).channel = "paper"

    def test_the_customer_page_and_coverage_tell_the_uncleared_nothing(self):
        partner = self.tunnel.partner_id.with_user(self.clerk)
        self.assertFalse(
            partner.search([("id", "=", partner.id), ("care_not_asked", "=", False)])
        )
        self.assertFalse(
            self.env["care.timeline"]
            .with_user(self.clerk)
            .search([("partner_id", "=", partner.id)])
        )
