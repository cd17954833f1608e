from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .registration_common import RegistrationCase, at
from .secrecy_common import insert


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 02:00:00")
class TestRegistrationClaim(RegistrationCase):
    """Wang registered Ms Chen; Li enters her again and claims her."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.assign("claim_judge", cls.boss)

    def setUp(self):
        super().setUp()
        __, self.first = self.enter(self.wang, origin="own")
        self.customer = self.first.partner_id

    @freeze_time("2026-03-02 06:00:00")
    def claim(self, user=None, **vals):
        window = self.window(user or self.li, **vals)
        window.action_register()
        window.action_want_claim()
        window.write({"evidence": "Met on the fair, card attached"})
        window.write({k: v for k, v in vals.items() if k == "ground"})
        window.action_claim()
        self.env.flush_all()
        return self.env["care.registration.claim"].search([], limit=1)

    def test_a_claim_reaches_a_judge_who_is_no_party(self):
        claim = self.claim()
        self.assertEqual(claim.claimant_id, self.li)
        self.assertEqual(claim.owner_id, self.wang)
        self.assertEqual(claim.earlier_id, self.first)
        self.assertEqual(claim.registration_id.outcome, "claimed")
        self.assertEqual(claim.activity_ids.user_id, self.boss)
        self.assertEqual(claim.proposal, "refused")
        self.assertTrue(claim.with_user(self.boss).may_rule)
        self.assertFalse(claim.with_user(self.wang).may_rule)

    def test_the_earlier_registration_wins(self):
        claim = self.claim().with_user(self.boss)
        claim.action_refuse()
        self.assertEqual(claim.state, "refused")
        self.assertEqual(claim.ruled_by_id, self.boss)
        self.assertEqual(self.customer.user_id, self.wang)
        self.assertFalse(claim.activity_ids)

    def test_ruling_against_the_rules_is_reasoned_and_moves_the_customer(self):
        claim = self.claim().with_user(self.boss)
        with self.assertRaises(UserError):
            claim.action_uphold()
        ruling = self.env["care.registration.ruling"].with_user(self.boss)
        window = ruling.create({"claim_id": claim.id, "ruling": "Wang asked for it"})
        window.action_uphold()
        self.assertEqual(claim.state, "upheld")
        self.assertEqual(self.customer.user_id, self.li)
        self.assertEqual(self.customer.registered_at, at("2026-03-02 02:00:00"))
        history = self.env["care.attribution"].search(
            [("partner_id", "=", self.customer.id)], order="id desc", limit=1
        )
        self.assertEqual(history.user_id, self.li)
        self.assertEqual((history.res_model, history.res_id), (claim._name, claim.id))
        with self.assertRaises(UserError):
            claim.action_refuse()

    def test_who_holds_the_role_rules_without_being_a_manager(self):
        self.env["care.role.assignment"].search(
            [("user_id", "=", self.boss.id)]
        ).unlink()
        judge = self.person("Judge", self.east)
        self.assign("claim_judge", judge)
        claim = self.claim()
        mine = claim.with_user(judge)
        self.assertTrue(mine.may_rule)
        self.assertFalse(claim.with_user(self.duty).has_access("read"))
        window = self.env["care.registration.ruling"].with_user(judge)
        window.create({"claim_id": claim.id}).action_refuse()
        self.assertEqual(claim.ruled_by_id, judge)

    def test_where_nobody_holds_the_role_the_head_of_the_department_rules(self):
        self.env["care.role.assignment"].search(
            [("user_id", "=", self.boss.id)]
        ).unlink()
        self.west.manager_id = self.duty.with_company(self.company).employee_id
        self.assertEqual(self.claim().judge_ids, self.duty)

    def test_parties_and_users_do_not_rule(self):
        claim = self.claim()
        for user in (self.li, self.wang, self.duty):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                claim.with_user(user)._rule("upheld", "Mine")
        self.wang.group_ids += self.env.ref("customer_care.customer_care_group_manager")
        with self.assertRaises(AccessError):
            claim.with_user(self.wang)._rule("refused", "Mine")

    def test_a_claim_wants_evidence_and_comes_once(self):
        window = self.window(self.li)
        window.action_register()
        window.action_want_claim()
        with self.assertRaises(UserError):
            window.action_claim()
        claim = self.claim()
        with self.assertRaisesRegex(UserError, "Wait for the ruling"):
            self.claim()
        again = claim._engine().copy_data()[0] | {"open_key": claim.open_key}
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            claim._engine().create(again)

    def test_a_claim_is_withdrawn_by_its_claimant(self):
        claim = self.claim()
        with self.assertRaises(UserError):
            claim.with_user(self.boss).action_withdraw()
        claim.with_user(self.li).action_withdraw()
        self.assertEqual(claim.state, "withdrawn")
        self.assertTrue(self.claim())

    def test_nobody_claims_by_anothers_entry(self):
        other = self.window(self.duty)
        other.action_register()
        window = self.window(self.li, state="claim", evidence="Mine")
        with self.assertRaises(AccessError):
            window.registration_id = other.registration_id
        window.invalidate_recordset()
        with self.assertRaises(UserError):
            window.action_claim()
        with self.assertRaises(AccessError):
            self.env["care.registration.claim"].with_user(self.li).sudo().create(
                {"name": "CL1"}
            )

    def test_files_of_others_are_not_taken_as_evidence(self):
        files = self.env["ir.attachment"]
        mine = files.with_user(self.li).create({"name": "card.png", "raw": b"card"})
        theirs = files.create({"name": "secret.txt", "raw": b"secret"})
        window = self.window(self.li)
        window.action_register()
        window.action_want_claim()
        claims = self.env["care.registration.claim"].with_user(self.li)
        line = window.registration_id
        claim = claims._open(self.customer, line, "other", "", mine + theirs.sudo())
        self.assertEqual(claim.evidence_file_ids, mine)
        self.assertEqual(mine.with_user(self.boss).raw, b"card")

    def test_no_claim_beyond_the_cap(self):
        self.term(cap_per_user=1)
        self.enter(self.li, origin="own", name="Mr Zhou", phone="13800000077")
        with self.assertRaises(UserError):
            self.claim()

    def test_a_secret_customer_is_entered_as_if_it_were_new(self):
        self.customer.secrecy_own = 2
        self.env.flush_all()
        insert(
            self.env,
            "care_clearance",
            user_id=self.boss.id,
            company_id=self.company.id,
            level=2,
            state="active",
            vetted=True,
            effective_from="2026-01-01",
            valid_from="2026-01-01",
        )
        self.env["care.sight"]._forget()
        with freeze_time("2026-03-02 06:00:00"):
            window, line = self.enter(self.li, origin="own")
        self.env.invalidate_all()
        self.assertEqual(line.outcome, "new")
        self.assertEqual(window.state, "enter")
        self.assertNotEqual(line.partner_id, self.customer)
        claims = self.env["care.registration.claim"]
        self.assertFalse(claims.with_user(self.li).search([]))
        self.assertFalse(line.with_user(self.li).claim_ids)
        self.assertFalse(line.partner_id.with_user(self.li).care_open_claim_count)
        claim = claims.with_user(self.boss).search([])
        self.assertEqual(claim.sealed_partner_id, self.customer)
        self.assertEqual(claim.twin_id, line.partner_id)
        self.assertEqual(claim.proposal, "refused")
        self.assertEqual(claim.activity_ids.user_id, self.boss)
        self.assertTrue(claim.name.startswith("S-"))
        claim._rule("refused", "")
        self.env.invalidate_all()
        told = self.env["mail.message"].search([("res_id", "=", claim.id)])
        self.assertNotIn(self.li.partner_id, told.notified_partner_ids)

    def test_a_claim_follows_a_merged_customer_and_comes_once(self):
        """The customer is merged: who claimed one claims the other no second time."""
        claim = self.claim()
        other = self.enter(self.wang, name="Chen again", phone="13800000002")[1]
        twin = self.claim(phone="13800000002", name="Chen again")
        kept = other.partner_id
        self.assertNotEqual(claim, twin)
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge((self.customer + kept).ids, kept, extra_checks=False)
        self.env.invalidate_all()
        self.assertEqual((claim + twin).partner_id, kept)
        self.assertEqual(twin.open_key, f"{kept.id}/{self.li.id}")
        self.assertEqual(claim.open_key, f"{twin.open_key}/merged-{claim.id}")
        entry = {"phone": "13800000002", "name": "Chen again"}
        with self.assertRaisesRegex(UserError, "Wait for the ruling"):
            self.claim(**entry)
        for one in claim + twin:
            one.with_user(self.li).action_withdraw()
        self.assertEqual((claim + twin).mapped("open_key"), [False, False])
        self.assertTrue(self.claim(**entry))
