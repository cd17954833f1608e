import base64
import io

from PIL import Image

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .duplicate_common import CODE, DuplicateCase


@tagged("post_install", "-at_install")
class TestCustomerMerge(DuplicateCase):
    """P02.03: customers that are one are merged, and nothing is lost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kept = cls.partners.create({"name": "Hik", "is_company": True})
        cls.wizard = cls.env["base.partner.merge.automatic.wizard"]

    def merge(self, *sources, kept=None, user=None):
        kept = kept or self.kept
        ids = [partner.id for partner in (*sources, kept)]
        wizard = self.wizard.with_user(user or self.manager)
        wizard._merge(ids, kept.with_user(user or self.manager), extra_checks=False)
        self.env.invalidate_all()

    def log(self):
        return self.env["care.merge.log"].search([("partner_id", "=", self.kept.id)])

    # ---- what is kept

    def test_the_log_says_what_was_merged_by_whom_and_what_did_not_fit(self):
        self.kept.write({"phone": "010-62345678", "comment": "Kept"})
        name, old = self.hik.name, self.hik.id
        self.hik.street = "No. 555"
        self.merge(self.hik)
        log = self.log()
        self.assertEqual((log.source_names, log.source_ids), (name, str(old)))
        self.assertEqual(log.user_id, self.manager)
        lost = log.sudo().lost[str(old)]
        self.assertEqual(lost["phone"], "0571-88075998")
        self.assertEqual(lost["name"], name)
        self.assertNotIn("street", lost)
        self.assertEqual(self.kept.street, "No. 555")
        self.assertIn("0571-88075998", log.with_user(self.manager).lost_text)
        self.assertEqual(log.sudo().before[str(old)]["street"], "No. 555")
        self.assertIn(name, self.kept.message_ids[0].body)

    def test_the_credit_code_goes_over_and_is_found(self):
        self.merge(self.hik)
        self.assertEqual(self.kept.credit_code, CODE)
        found = self.check(credit_code=CODE)
        self.assertEqual([f["partner_id"] for f in found], self.kept.ids)

    def test_contacts_take_the_name_of_the_firm_kept(self):
        contact = self.partners.create({"name": "Li", "parent_id": self.hik.id})
        self.merge(self.hik)
        self.assertEqual(contact.parent_id, self.kept)
        self.assertEqual(contact.commercial_partner_id, self.kept)
        self.assertEqual(contact.complete_name, "Hik, Li")

    def test_followers_files_and_messages_come_along_once(self):
        follower = self.clerk.partner_id
        for partner in (self.hik, self.kept):
            partner.message_subscribe(follower.ids)
        self.hik.message_subscribe(self.other.partner_id.ids)
        file = self.env["ir.attachment"].create(
            {
                "name": "a.txt",
                "raw": b"x",
                "res_model": "res.partner",
                "res_id": self.hik.id,
            }
        )
        message = self.hik.message_post(body="Spoken")
        self.merge(self.hik)
        self.assertEqual(file.res_id, self.kept.id)
        self.assertEqual(message.res_id, self.kept.id)
        followers = self.kept.message_follower_ids.partner_id
        self.assertEqual(
            followers & (follower + self.other.partner_id),
            follower + self.other.partner_id,
        )

    def test_files_of_a_secret_customer_stay_readable(self):
        self.clear(self.manager, 3)
        self.hik.with_user(self.manager).secrecy_own = 2
        file = self.env["ir.attachment"].create(
            {
                "name": "a.txt",
                "raw": b"sealed",
                "res_model": "res.partner",
                "res_id": self.hik.id,
            }
        )
        self.env.invalidate_all()
        self.assertTrue(file.care_sealed)
        self.merge(self.hik)
        self.assertEqual(self.kept.secrecy_level, 2)
        self.assertEqual(file._care_plain(), b"sealed")

    def test_picture_of_the_one_merged_is_kept_as_a_file(self):
        for partner, colour in ((self.hik, "red"), (self.kept, "blue")):
            picture = io.BytesIO()
            Image.new("RGB", (4, 4), colour).save(picture, "PNG")
            partner.image_1920 = base64.b64encode(picture.getvalue())
        self.merge(self.hik)
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "res.partner"), ("res_id", "=", self.kept.id)]
        )
        self.assertEqual(len(files), 1)

    def test_of_two_sealed_values_both_are_kept(self):
        secrets = self.env["care.secret"]
        self.clear(self.manager, 3)
        for partner, value in ((self.hik, "13800000001"), (self.kept, "13800000002")):
            partner.with_user(self.manager)._secret_put("private_phone", value)
        self.merge(self.hik)
        rows = secrets.with_context(active_test=False).search(
            [("res_model", "=", "res.partner"), ("res_id", "=", self.kept.id)]
        )
        values = {row.sudo()._open(): row.active for row in rows}
        self.assertEqual(values, {"13800000001": False, "13800000002": True})

    def test_one_running_deadline_of_a_rule_goes_on(self):
        rule = self.env["care.obligation.rule"].create(
            {
                "code": "du_rule",
                "name": "Call",
                "model_name": "res.partner",
                "start_domain": "[('ref', '=', 'DU')]",
                "start_field": "create_date",
                "amount": 400,
                "unit": "day",
            }
        )
        (self.hik + self.kept).write({"ref": "DU"})
        self.env.flush_all()
        rows = self.env["care.obligation"].search([("rule_id", "=", rule.id)])
        self.assertEqual(len(rows), 2)
        self.merge(self.hik)
        self.assertEqual(set(rows.mapped("res_id")), set(self.kept.ids))
        self.assertEqual(sorted(rows.mapped("state")), ["cancelled", "open"])

    def test_a_shared_customer_stays_shared(self):
        self.hik.company_id = self.env.company
        self.merge(self.hik)
        self.assertFalse(self.kept.company_id)

    def test_access_to_one_secret_customer_does_not_open_the_other(self):
        (self.hik + self.kept).secrecy_own = 2
        self.clear(self.manager, 3)
        grant = self.env["care.access.grant"]._give(
            [
                {
                    "user_id": self.clerk.id,
                    "res_model": "res.partner",
                    "res_id": self.hik.id,
                    "level": 2,
                    "kind": "request",
                    "date_from": "2026-01-01",
                    "date_to": "2099-01-01",
                    "company_id": self.env.company.id,
                }
            ]
        )
        self.assertTrue(self.hik.with_user(self.clerk).care_cleared)
        self.merge(self.hik)
        self.assertTrue(grant.revoked_at)
        self.assertFalse(self.kept.with_user(self.clerk).care_cleared)

    # ---- what is refused

    def refuses(self, words, *sources, kept=None, user=None):
        with self.assertRaisesRegex(UserError, words):
            self.merge(*sources, kept=kept, user=user)

    def test_two_users_are_not_merged(self):
        third = new_test_user(self.env, "du_third")
        third.active = False
        self.refuses(
            "du_clerk / du_third|du_third / du_clerk",
            third.partner_id,
            kept=self.clerk.partner_id,
            user=self.env.ref("base.user_admin"),
        )

    def test_our_own_company_is_not_merged(self):
        own = self.env.company.partner_id
        admin = self.env.ref("base.user_admin")
        self.refuses("own companies", own, user=admin)
        self.refuses("own companies", self.kept, kept=own, user=admin)

    def test_two_firms_are_not_merged(self):
        self.kept.credit_code = "91110000802100433B"
        self.refuses("different credit codes", self.hik)

    def test_customers_of_two_companies_are_not_merged(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.manager.company_ids = [Command.link(company.id)]
        self.kept.company_id, self.hik.company_id = self.env.company, company
        with self.assertRaisesRegex(UserError, "belongs to"):
            ids = (self.kept + self.hik).ids
            context = {"allowed_company_ids": self.manager.company_ids.ids}
            wizard = self.wizard.with_user(self.manager).with_context(**context)
            wizard._merge(ids, self.kept, extra_checks=False)

    def test_a_contact_is_not_merged_with_its_firm(self):
        contact = self.partners.create({"name": "Li", "parent_id": self.kept.id})
        self.refuses("belongs to", contact)

    def test_what_one_may_not_write_is_not_merged(self):
        reader = new_test_user(
            self.env, "du_reader", "customer_care.customer_care_group_manager"
        )
        with self.assertRaises(AccessError):
            self.wizard.sudo().with_user(reader)._merge(
                (self.kept + self.hik).ids, self.kept.with_user(reader)
            )

    # ---- the log

    def test_nobody_forges_the_log(self):
        self.merge(self.hik)
        log = self.log()
        for user in (self.manager, self.env.ref("base.user_admin")):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                log.with_user(user).write({"source_names": "X"})
        with self.assertRaises(AccessError):
            log.with_user(self.clerk).read(["source_names"])
        with self.assertRaises(AccessError):
            log.with_user(self.manager).read(["lost"])

    def test_the_log_is_as_secret_as_its_customer(self):
        self.merge(self.hik)
        self.kept.secrecy_own = 2
        self.env.invalidate_all()
        logs = self.env["care.merge.log"].with_user(self.manager)
        self.assertFalse(logs.search([]) & self.log())
