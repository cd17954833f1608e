from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged

from ..controllers.care_data_review import WRONG
from .secrecy_common import USER, SecrecyCase


class ReviewCase(SecrecyCase):
    """A customer with an address, a rule that checks it yearly, and who may do it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            "dr_manager",
            "customer_care.customer_care_group_manager,base.group_partner_manager",
        )
        cls.reader = new_test_user(cls.env, "dr_reader", USER)
        cls.open.write(
            {
                "phone": "021-5555",
                "city": "Shanghai",
                "email": "info@open.example",
                "user_id": cls.plain.id,
            }
        )
        cls.industry = cls.env["res.partner.industry"].create({"name": "Tea trade"})
        cls.rule = cls.env["care.data.review.rule"].create(
            {
                "code": "dr_yearly",
                "name": "Yearly",
                "domain": "[('ref', '=', 'LVOPEN')]",
                "field_names": "phone, city, industry_id",
                "months": 6,
            }
        )

    def opened(self):
        review = self.rule._open_due()
        self.env.flush_all()
        return review.with_user(self.plain)

    def note(self, review, **said):
        window = self.env["care.data.change"].with_user(review.env.user)
        window = window.browse(review.action_note_call()["res_id"])
        for line in window.line_ids:
            if line.name in said:
                line.new_value = said[line.name]
        window.said_by = "Ms Chen"
        window.action_confirm()
        return review


@tagged("post_install", "-at_install")
class TestDataReview(ReviewCase):
    """Customers' data are checked field by field, by link, phone or report."""

    def test_the_job_opens_each_customer_once_and_again_after_its_months(self):
        with freeze_time("2026-03-25 02:00:00"):
            review = self.opened()
            self.assertEqual(review.partner_id, self.open)
            self.assertEqual(review.user_id, self.plain)
            self.assertEqual(review.due_date, date(2026, 4, 24))
            self.assertEqual(
                [(line.name, line.old_value) for line in review.line_ids],
                [("phone", "021-5555"), ("city", "Shanghai"), ("industry_id", "")],
            )
            self.assertFalse(self.rule._open_due())
            self.note(review)
            self.assertEqual(review.state, "done")
            self.assertEqual(self.open.review_due, date(2026, 9, 25))
            self.assertEqual(self.open.verified_by, self.plain)
        with freeze_time("2026-09-24 02:00:00"):
            self.assertFalse(self.rule._open_due())
        with freeze_time("2026-09-25 02:00:00"):
            self.assertTrue(self.rule._open_due())

    def test_no_more_than_the_days_number_are_opened(self):
        self.rule.write({"domain": "[('ref', '=like', 'LV%')]", "daily_limit": 2})
        self.assertEqual(len(self.rule._open_due()), 2)
        self.assertFalse(self.rule._open_due())

    def test_changes_wait_before_and_after_until_they_are_decided(self):
        review = self.note(self.opened(), phone="021-7777", city="Suzhou")
        self.assertEqual((review.state, review.waiting_count), ("answered", 2))
        self.assertEqual(self.open.phone, "021-5555")
        phone, city = review.line_ids[0], review.line_ids[1]
        self.assertEqual((phone.old_value, phone.new_value), ("021-5555", "021-7777"))
        phone.action_accept()
        self.assertEqual(self.open.phone, "021-7777")
        self.assertFalse(self.open.verified_at)
        city.action_refuse()
        self.assertEqual(self.open.city, "Shanghai")
        self.assertEqual(review.state, "done")
        self.assertEqual(review.decided_by_id, self.plain)
        self.assertTrue(self.open.verified_at)

    def test_a_link_is_named_in_words(self):
        review = self.note(self.opened(), industry_id="tea TRADE")
        review.action_accept_all()
        self.assertEqual(self.open.industry_id, self.industry)

    def test_words_that_name_nothing_are_refused_with_the_way_out(self):
        review = self.note(self.opened(), industry_id="Moonshine")
        with self.assertRaisesRegex(UserError, "Moonshine.*LV Open"):
            review.action_accept_all()
        review.action_refuse_all()
        self.assertEqual(review.state, "done")

    def test_a_value_changed_meanwhile_is_not_overwritten(self):
        review = self.note(self.opened(), phone="021-7777")
        self.open.phone = "021-6666"
        with self.assertRaisesRegex(UserError, "021-6666"):
            review.action_accept_all()
        self.assertEqual(self.open.phone, "021-6666")

    def test_who_may_not_change_the_customer_cannot_accept(self):
        review = self.note(self.opened(), phone="021-7777")
        with self.assertRaises(AccessError):
            review.with_user(self.reader).action_accept_all()
        self.assertEqual(self.open.phone, "021-5555")
        review.with_user(self.reader).action_refuse_all()
        self.assertEqual(review.state, "done")

    def test_a_reported_change_carries_the_day_it_was_known(self):
        action = self.open.with_user(self.plain).action_report_care_change()
        window = self.env[action["res_model"]].browse(action["res_id"])
        window = window.with_user(self.plain)
        window.known_on = "2026-03-20"
        window.line_ids.filtered(lambda row: row.name == "city").new_value = "Suzhou"
        review = self.env["care.data.review"].browse(window.action_confirm()["res_id"])
        self.assertEqual((review.kind, review.state), ("change", "answered"))
        self.assertEqual(review.known_on, date(2026, 3, 20))
        self.assertEqual(review.line_ids.mapped("name"), ["city"])
        review.action_accept_all()
        self.assertEqual(self.open.city, "Suzhou")
        self.assertFalse(self.open.verified_at)

    def test_a_change_of_the_future_and_an_empty_one_are_refused(self):
        plain = self.open.with_user(self.plain)
        windows = self.env["care.data.change"].with_user(self.plain)
        window = windows.browse(plain.action_report_care_change()["res_id"])
        with self.assertRaisesRegex(UserError, "LV Open"):
            window.action_confirm()
        window.known_on = "2099-01-01"
        window.line_ids[0].new_value = "x"
        with self.assertRaisesRegex(ValidationError, "LV Open"):
            window.action_confirm()

    def test_a_window_takes_no_other_field(self):
        """A client may write any field name into its window."""
        plain = self.open.with_user(self.plain)
        windows = self.env["care.data.change"].with_user(self.plain)
        window = windows.browse(plain.action_report_care_change()["res_id"])
        window.line_ids[0].write({"name": "comment", "new_value": "x"})
        with self.assertRaises(UserError):
            window.action_confirm()

    def test_nobody_forges_a_review_or_a_verification(self):
        review = self.opened()
        for vals in ({"state": "done"}, {"source": "link"}, {"answered_by": "x"}):
            with self.assertRaises(AccessError):
                review.with_user(self.manager).write(vals)
        with self.assertRaises(AccessError):
            review.line_ids.write({"answer": "right"})
        for name in ("verified_at", "review_due"):
            with self.assertRaises(AccessError):
                self.open.with_user(self.manager).write({name: "2026-01-01"})
        with self.assertRaises(AccessError):
            self.env["res.partner"].with_user(self.manager).create(
                {"name": "x", "verified_at": "2026-01-01"}
            )
        with self.assertRaises(AccessError):
            review.create({"partner_id": self.open.id, "company_id": self.company.id})

    def test_an_unknown_field_is_refused_in_a_rule(self):
        for names in (
            *("nonsense", "secrecy_own", "category_id", "", "care_tier_id"),
            *("referrer_id", "user_id", "signup_type"),
        ):
            with self.assertRaises(ValidationError):
                self.rule.field_names = names

    def test_a_secret_customers_data_go_on_no_page(self):
        self.rule.domain = "[('ref', '=', 'LVSECRET')]"
        self.secret.email = "s@secret.example"
        review = self.rule._open_due()
        self.env.flush_all()
        self.assertFalse(review.with_user(self.plain).exists())
        with self.assertRaisesRegex(UserError, "phone"):
            review.with_user(self.cleared).action_send_link()

    def test_a_customer_without_address_is_called(self):
        self.open.email = False
        with self.assertRaisesRegex(UserError, "LV Open.*call"):
            self.opened().action_send_link()

    def test_merging_two_customers_that_are_checked_leaves_one_check(self):
        twin = self.env["res.partner"].create({"name": "Twin", "is_company": True})
        mine = self.opened()
        theirs = self.env["care.data.review"]._open(twin)
        twin._care_merge(self.open)
        self.assertEqual((mine.state, theirs.state), ("open", "cancelled"))

    def test_being_late_is_missed_and_in_time_is_met(self):
        clause = (
            self.env["care.policy"]
            .create(
                {
                    "code": "T99",
                    "name": "T",
                    "clause_ids": [
                        Command.create({"code": "T99.1", "name": "x", "kind": "duty"})
                    ],
                }
            )
            .clause_ids
        )
        self.rule.clause_id = clause
        with freeze_time("2026-03-25 02:00:00"):
            review = self.opened()
        rows = self.env["care.clause.compliance"]

        def counts():
            self.env.flush_all()
            self.env.invalidate_all()
            row = rows.search([("clause_id", "=", clause.id)])
            return row.met, row.missed, row.open

        with freeze_time("2026-04-01 02:00:00"):
            self.assertEqual(counts(), (0, 0, 1))
        with freeze_time("2026-05-01 02:00:00"):
            self.assertEqual(counts(), (0, 1, 0))
        with freeze_time("2026-04-02 02:00:00"):
            self.note(review)
            self.assertEqual(counts(), (1, 0, 0))


@tagged("post_install", "-at_install")
class TestDataReviewPage(ReviewCase, HttpCase):
    """The page behind the link: no login, no guessing, once."""

    def setUp(self):
        super().setUp()
        WRONG._seen.clear()
        self.review = self.opened()
        self.review.action_send_link()
        mail = self.env["mail.mail"].search([], order="id desc", limit=1)
        self.mail = mail
        self.url = "/care/review/" + mail.body_html.split("/care/review/")[1][:43]

    def post(self, url=None, **said):
        page = self.url_open(url or self.url).text
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        data = {"csrf_token": token, "said_by": "Mr Li"} | said
        return self.url_open(url or self.url, data=data)

    def test_the_customer_corrects_its_data(self):
        page = self.url_open(self.url)
        self.assertIn("021-5555", page.text)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        answer = self.post(phone="021-8888", city="Shanghai", industry_id="")
        self.assertIn("Thank you", answer.text)
        self.review.invalidate_recordset()
        self.assertEqual(self.review.state, "answered")
        self.assertEqual(self.review.answered_by, "Mr Li")
        changed = self.review.line_ids._waiting()
        self.assertEqual(changed.mapped("new_value"), ["021-8888"])
        self.assertEqual(self.open.phone, "021-5555")
        self.assertEqual(self.url_open(self.url).status_code, 404)

    def test_all_right_verifies_at_once(self):
        self.post(phone="021-5555", city="Shanghai", industry_id="")
        self.review.invalidate_recordset()
        self.open.invalidate_recordset()
        self.assertEqual(self.review.state, "done")
        self.assertFalse(self.review.decided_by_id)
        self.assertTrue(self.open.verified_at)

    def test_the_token_is_kept_nowhere(self):
        token = self.url.rsplit("/", 1)[1]
        self.assertNotIn(token, self.review.sudo().token_hash)
        bodies = self.review.sudo().message_ids.mapped("body")
        self.assertFalse([body for body in bodies if token in body])
        self.assertFalse(self.mail.model)
        with self.assertRaises(AccessError):
            self.review.with_user(self.manager).read(["token_hash"])

    def test_wrong_old_used_and_raised_links_answer_alike(self):
        gone = "This link does not work any more"
        shown = []
        self.review._put({"token_until": "2020-01-01 00:00:00"})
        self.env.flush_all()
        shown.append(self.url_open(self.url))
        self.review._put({"token_until": "2099-01-01 00:00:00"})
        self.open.secrecy_own = 2
        self.env.flush_all()
        shown.append(self.url_open(self.url))
        shown.append(self.url_open("/care/review/" + "x" * 43))
        for page in shown:
            self.assertEqual(page.status_code, 404)
            self.assertIn(gone, page.text)
            self.assertNotIn("LV Open", page.text)

    def test_a_new_link_ends_the_former(self):
        self.review.action_send_link()
        self.assertEqual(self.url_open(self.url).status_code, 404)

    def test_who_guesses_is_slowed_down(self):
        for _number in range(20):
            WRONG.hit("127.0.0.1")
        self.assertEqual(self.url_open(self.url).status_code, 404)

    def test_too_many_answers_are_refused(self):
        for _number in range(10):
            self.post(said_by=" ")
        answer = self.post(phone="1")
        self.assertIn("wait an hour", answer.text)
        self.review.invalidate_recordset()
        self.assertEqual(self.review.state, "sent")

    def test_only_fields_that_were_asked_are_taken(self):
        self.post(phone="1", email="evil@x.example", name="Evil")
        self.review.invalidate_recordset()
        self.review.action_accept_all()
        self.assertEqual(self.open.name, "LV Open")
        self.assertEqual(self.open.email, "info@open.example")


@tagged("post_install", "-at_install")
class TestPortrait(ReviewCase):
    """Classes, credit standing and cards."""

    def test_only_its_author_and_managers_change_a_note(self):
        note = self.env["care.credit.note"].with_user(self.plain)
        note = note.create({"name": "Pays late", "partner_id": self.open.id})
        self.assertEqual(note.author_id, self.plain)
        with self.assertRaisesRegex(UserError, "Pays late"):
            note.with_user(self.reader).name = "Pays well"
        note.with_user(self.manager).standing = "poor"
        with self.assertRaises(AccessError):
            note.create(
                {"name": "x", "partner_id": self.open.id, "author_id": self.admin.id}
            )

    def test_key_customers_have_cards_of_their_own(self):
        scheme = self.env["care.tier.scheme"].create(
            {"code": "pt_s", "name": "S", "is_main": True}
        )
        tier = self.env["care.tier"].create(
            {"code": "key", "name": "Key", "scheme_id": scheme.id, "card_apart": True}
        )
        other = self.env["res.partner"].create({"name": "Other", "is_company": True})
        self.env.cr.execute(
            "UPDATE res_partner SET care_tier_id = jsonb_build_object(%s, %s::int) "
            "WHERE id = %s",
            [str(self.company.id), tier.id, self.open.id],
        )
        self.env.invalidate_all()
        sheets = (other | self.open)._care_card_sheets()
        self.assertEqual(sheets, [(False, other), (True, self.open | self.contacts[0])])
        report = self.env["ir.actions.report"].with_user(self.plain)
        html = report._render_qweb_html(
            "customer_care.care_relationship_card_report", (other | self.open).ids
        )[0].decode()
        self.assertIn("Key customer card", html)
        self.assertIn("Contact of LV Open", html)

    def test_customers_are_counted_by_class(self):
        large = self.env["care.segment"].create(
            {"code": "pt_large", "name": "Large", "kind": "size"}
        )
        (self.open | self.secret).care_size_id = large
        self.env.flush_all()
        rows = self.env["res.partner"].with_user(self.plain)
        groups = rows._read_group(
            [("care_size_id", "=", large.id)], ["care_size_id"], ["__count"]
        )
        self.assertEqual(groups, [(large, 1)])  # the secret one is not counted
