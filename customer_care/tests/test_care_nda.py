import base64

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .clearance_common import ClearanceCase

# the smallest PNG there is
PIXEL = base64.b64encode(
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
        "awAAAABJRU5ErkJggg=="
    )
)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-25 04:00:00")
class TestNda(ClearanceCase):
    """The agreement, its versions and signatures; background checks; trainings."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["care.nda"].search([("state", "=", "active")])._put(
            {"state": "superseded"}
        )
        cls.nda = cls.env["care.nda"].create(
            {"name": "Agreement", "body": "<p>I keep silent</p>", "company_id": False}
        )
        cls.nda.with_user(cls.officer).action_activate()
        cls.survey = cls.env.ref("customer_care.care_training_survey")

    def sign(self, user=None, **vals):
        sign = self.env["care.nda.sign"].with_user(user or self.plain)
        entered = {"agreed": True, "signed_name": "Pat Plain", "signature": PIXEL}
        return sign.create(entered | vals).action_sign()

    def proof(self, kind="nda", user=None):
        return self.env["care.clearance.proof"].search(
            [("user_id", "=", (user or self.plain).id), ("kind", "=", kind)]
        )

    def test_a_signature_keeps_the_words_that_were_signed(self):
        self.sign()
        proof = self.proof()
        self.assertIn("I keep silent", proof.signed_text)
        self.assertEqual(proof.text_hash, self.nda._hash(proof.signed_text))
        self.assertEqual(f"{proof.signed_at}", "2026-03-25 04:00:00")
        self.assertEqual(proof.signature, PIXEL)
        sign = self.env["care.nda.sign"].with_user(self.plain).new()
        self.assertIn("signed this version", sign.signed_before)

    def test_without_name_consent_or_drawing_nothing_is_signed(self):
        for vals in (
            {"signed_name": " "},
            {"agreed": False},
            {"signature": False},
            {"signature": base64.b64encode(b"<svg/>")},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                self.sign(**vals)
        self.assertFalse(self.proof())
        self.nda._put({"state": "superseded"})
        self.prove(self.plain, "nda")  # on paper, of no version
        sign = self.env["care.nda.sign"].with_user(self.plain).new()
        self.assertFalse(sign.signed_before)
        with self.assertRaises(UserError):
            self.sign()

    def test_it_is_signed_for_oneself_at_the_time_of_the_server(self):
        sign = self.env["care.nda.sign"].with_user(self.plain)
        sign = sign.with_context(
            default_user_id=self.clerk.id, default_signed_at="2020-01-01 00:00:00"
        )
        sign.create(
            {"agreed": True, "signed_name": "Pat", "signature": PIXEL}
        ).action_sign()
        self.assertFalse(self.proof(user=self.clerk))
        self.assertEqual(f"{self.proof().signed_at:%Y}", "2026")

    def test_the_words_in_force_stay(self):
        nda = self.nda.with_user(self.officer)
        for vals in ({"body": "<p>x</p>"}, {"name": "x"}, {"sign_again": True}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                nda.write(vals)
        with self.assertRaises(AccessError):
            nda.update_field_translations("name", {"en_US": "x"})
        words = {"en_US": {"I keep silent": "I talk"}}
        with self.assertRaises(AccessError):
            nda.update_field_translations("body", words)
        with self.assertRaises(UserError):
            nda.unlink()
        self.assertEqual(nda.copy().state, "draft")

    def test_a_version_to_be_signed_again_ends_the_earlier_signatures(self):
        self.sign()
        quiet = self.nda.with_user(self.officer).copy()
        quiet.action_activate()
        self.assertEqual(quiet.version, self.nda.version + 1)
        self.assertEqual(self.nda.state, "superseded")
        self.assertFalse(self.proof().ends_at)
        again = quiet.copy({"sign_again": True, "sign_again_days": 10})
        again.action_activate()
        self.assertEqual(f"{self.proof().ends_at}", "2026-04-04 04:00:00")
        self.assertTrue(self.proof().is_valid)
        with freeze_time("2026-04-05 04:00:00"):
            self.env.invalidate_all()
            self.assertFalse(self.proof().is_valid)

    def test_a_company_with_an_agreement_of_its_own_signs_that(self):
        own = self.nda.copy({"company_id": self.company.id})
        own.action_activate()
        self.sign()
        self.assertEqual(self.proof().nda_id, own)
        self.assertEqual(self.nda.state, "active")
        general = self.nda.copy({"sign_again": True})
        general.action_activate()  # not for those who signed their company's
        self.assertFalse(self.proof().ends_at)

    def test_the_signed_agreement_is_printed(self):
        self.sign()
        proof = self.proof().with_user(self.plain)
        self.assertEqual(proof.action_print()["report_type"], "qweb-pdf")
        html = (
            self.env["ir.actions.report"]
            .with_user(self.plain)
            ._render_qweb_html(
                "customer_care.care_clearance_proof_document", proof.ids
            )[0]
        )
        for words in (b"I keep silent", b"Pat Plain", proof.text_hash.encode()):
            self.assertIn(words, html)

    # ---- background check

    def test_an_officer_enters_a_background_check_with_its_document(self):
        entry = self.env["care.clearance.background"].with_user(self.officer)
        with self.assertRaises(UserError):
            entry.create({"user_id": self.plain.id}).action_confirm()
        entry.create(
            {"user_id": self.plain.id, "file": PIXEL, "file_name": "check.png"}
        ).action_confirm()
        proof = self.proof("background")
        self.assertEqual(proof.entered_by_id, self.officer)
        files = self.env["ir.attachment"].search(
            [("res_model", "=", proof._name), ("res_id", "=", proof.id)]
        )
        self.assertIn("check.png", files.mapped("name"))

    def test_nobody_else_enters_one_and_no_officer_his_own(self):
        entry = self.env["care.clearance.background"]
        with self.assertRaises(AccessError):
            entry.with_user(self.clerk).create({"user_id": self.plain.id})
        own = entry.with_user(self.officer).create(
            {"user_id": self.officer.id, "file": PIXEL}
        )
        with self.assertRaises(AccessError):
            own.action_confirm()
        other = self.env["res.company"].create({"name": "Other"})
        vals = {"user_id": self.plain.id, "file": PIXEL, "company_id": other.id}
        with self.assertRaises(AccessError):
            entry.with_user(self.officer).create(vals).action_confirm()

    # ---- training

    def train(self, user, by=None, good=True):
        answers = self.survey.sudo()._create_answer(user=user)
        for question in self.survey.question_ids:
            choices = question.suggested_answer_ids.filtered(
                lambda choice: choice.is_correct == good
            )
            for choice in choices:
                self.env["survey.user_input.line"].create(
                    {
                        "user_input_id": answers.id,
                        "question_id": question.id,
                        "answer_type": "suggestion",
                        "suggested_answer_id": choice.id,
                    }
                )
        answers.with_user(by or user).sudo()._mark_done()
        return answers

    def test_passing_the_certification_proves_the_training(self):
        self.needed[2].survey_id = self.survey
        self.train(self.plain, good=False)
        self.assertFalse(self.proof("training"))
        answers = self.train(self.plain)
        self.assertEqual(answers.scoring_percentage, 100)
        self.assertEqual(self.proof("training").survey_input_id, answers)
        answers.with_user(self.plain).sudo()._mark_done()
        self.assertEqual(len(self.proof("training")), 1)
        self.prove(self.plain, "nda", "background")
        self.propose(self.plain).action_submit()
        self.assertEqual(
            self.env["care.clearance"]._running_level(self.plain, self.company), 2
        )

    def test_nobody_trains_for_somebody_else(self):
        self.needed[2].survey_id = self.survey
        self.train(self.plain, by=self.clerk)
        self.assertFalse(self.proof("training"))
        self.assertFalse(self.proof("training", self.clerk))

    def test_another_certification_is_no_proof(self):
        self.needed[2].survey_id = self.survey
        other = self.survey.copy({"title": "Other"})
        self.prove(self.plain, "nda", "background")
        answers = other.sudo()._create_answer(user=self.plain)
        answers.scoring_success = True
        answers.with_user(self.plain).sudo()._mark_done()
        self.assertFalse(self.proof("training"))

    def test_the_button_leads_to_the_training(self):
        self.needed[2].survey_id = self.survey
        action = (
            self.env["care.nda.sign"].with_user(self.plain).create({}).action_train()
        )
        self.assertIn("/survey/start/", action["url"])
        stranger = new_test_user(self.env, "cl_portal", groups="base.group_portal")
        with self.assertRaises(AccessError):
            self.env["care.nda.sign"].with_user(stranger).create({})

    def test_the_person_is_asked_for_what_is_missing(self):
        clearance = self.propose(self.plain)
        clearance.action_ask_proofs()
        told = self.env["mail.message"].search(
            [("model", "=", clearance._name), ("res_id", "=", clearance.id)]
        )
        told = told.filtered("partner_ids")
        self.assertEqual(told.partner_ids, self.plain.partner_id)
        self.assertIn("Background check: missing", told.body)
