from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .occasion_common import OccasionCase

THE_DAY = date(2026, 9, 25)


@tagged("post_install", "-at_install")
@freeze_time("2026-09-25 04:00:00")
class TestCareTouchSend(OccasionCase):
    """Mails go out on their day, once, in the contact's language, or say why not."""

    def sent(self, partner):
        return self.env["mail.mail"].search([("recipient_ids", "in", partner.ids)])

    def test_a_mail_goes_out_on_its_day_and_once(self):
        self.mid_autumn("mail")
        self.run_job(date(2026, 9, 24))
        self.assertFalse(self.sent(self.wang))
        self.run_job(THE_DAY)
        self.run_job(THE_DAY)
        mail = self.sent(self.wang)
        self.assertEqual(len(mail), 1)
        touch = self.touch(self.wang)
        self.assertEqual((touch.state, touch.mail_id), ("sent", mail))
        self.assertIn("Dear Wang, all the best", mail.body_html)
        self.assertIn(touch._stop_url(), mail.body_html)
        self.assertIn("List-Unsubscribe", mail.headers)
        self.assertEqual(mail.recipient_ids, self.wang)

    def test_it_speaks_the_language_of_the_contact(self):
        lang = self.env["res.lang"].with_context(active_test=False)
        lang.search([("code", "=", "zh_CN")]).active = True
        self.wang.lang = "zh_CN"
        self.phrase.with_context(lang="zh_CN").body = "尊敬的{contact}，祝节日快乐！"
        self.mid_autumn("mail")
        self.run_job(THE_DAY)
        self.assertIn("尊敬的Wang，祝节日快乐！", self.sent(self.wang).body_html)
        self.assertIn("Dear Zhao", self.sent(self.zhao).body_html)

    def test_a_job_killed_after_the_mail_sends_nothing_twice(self):
        """The mail and the mark are one transaction: neither stands alone."""
        self.mid_autumn("mail")
        self.run_job(date(2026, 9, 24))
        touches = self.touch(self.wang)
        write = type(touches).write

        def killed(records, vals):
            if vals.get("state") == "sent":
                raise KeyboardInterrupt
            return write(records, vals)

        with (
            patch.object(type(touches), "write", killed),
            self.assertRaises(KeyboardInterrupt),
            self.env.cr.savepoint(),
        ):
            touches.sudo()._send(THE_DAY)
        self.env.invalidate_all()
        self.assertFalse(self.sent(self.wang))
        self.run_job(THE_DAY)
        self.assertEqual(len(self.sent(self.wang)), 1)

    def test_one_that_cannot_be_made_does_not_hold_up_the_others(self):
        template = self.env["mail.template"].create(
            {
                "name": "Wrong for one",
                "model_id": self.env["ir.model"]._get_id("care.touch"),
                "subject": f"{{{{ 1 / (object.partner_id.id - {self.wang.id}) }}}}",
                "partner_to": "{{ object.partner_id.id }}",
            }
        )
        self.mid_autumn({"channel": "mail", "template_id": template.id})
        with mute_logger(
            "odoo.addons.customer_care.models.care_touch_send",
            "odoo.addons.mail.models.mail_render_mixin",
        ):
            self.run_job(THE_DAY)
        self.assertEqual(self.touch(self.wang).state, "failed")
        self.assertTrue(self.touch(self.wang).fail_reason)
        self.assertEqual(self.touch(self.zhao).state, "sent")

    def test_a_change_of_mind_before_the_day_counts(self):
        self.mid_autumn("mail")
        self.run_job(date(2026, 9, 24))
        self.env["care.opt.out"].create(
            {"partner_id": self.wang.id, "scope": "greeting", "channel": "mail"}
        )
        self.run_job(THE_DAY)
        self.assertEqual(self.touch(self.wang).skip_code, "opted_out")
        self.assertFalse(self.sent(self.wang))

    def test_somebody_sends_it_where_it_does_not_go_by_itself(self):
        self.mid_autumn("mail", auto_send=False)
        self.run_job(THE_DAY)
        touch = self.touch(self.wang).with_user(self.clerk)
        self.assertEqual(touch.state, "ready")
        touch.action_send()
        self.assertEqual(touch.state, "sent")
        self.assertEqual(touch.done_by_id, self.clerk)
        with self.assertRaises(UserError):
            touch.action_send()
        self.assertEqual(len(self.sent(self.wang)), 1)

    def test_a_mail_that_was_refused_is_a_failure(self):
        self.mid_autumn("mail")
        self.run_job(THE_DAY)
        self.sent(self.wang).write({"state": "exception", "failure_reason": "No inbox"})
        self.run_job(THE_DAY)
        touch = self.touch(self.wang)
        self.assertEqual((touch.state, touch.fail_reason), ("failed", "No inbox"))
        touch.with_user(self.clerk).action_send()
        self.assertEqual(touch.state, "sent")

    def test_text_messages_where_the_app_is(self):
        if "sms.sms" not in self.env:
            self.skipTest("the app for text messages is not installed")
        self.mid_autumn("sms")
        self.run_job(THE_DAY)
        texts = self.env["sms.sms"].search([("partner_id", "=", self.wang.id)])
        self.assertEqual(texts.mapped("number"), ["555 1001"])
        self.assertEqual(self.touch(self.wang).state, "sent")

    # ---- letters

    def test_letters_are_printed_together_and_posted(self):
        self.acme.write({"street": "1 Harbour Road", "city": "Ningbo", "zip": "315000"})
        self.mid_autumn("letter")
        self.run_job(date(2026, 9, 20))
        letters = self.touch(self.wang) | self.touch(self.zhao)
        action = letters.with_user(self.clerk).action_print_letters()
        self.assertEqual(
            action["report_name"], "customer_care.care_touch_letter_document"
        )
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("customer_care.care_touch_letter_report", letters.ids)[0]
            .decode()
        )
        self.assertEqual(html.count("Harbour Road"), 2)
        self.assertIn("Dear Zhao", html)
        self.assertEqual(
            letters[0]._letter_address().splitlines()[:2], ["Acme", "Wang"]
        )
        self.assertTrue(all(letters.mapped("printed_at")))
        letters.with_user(self.clerk).action_done()
        self.assertEqual(set(letters.mapped("state")), {"done"})

    # ---- lists: warnings, campaigns, thanks

    def make_run(self, occasion, **vals):
        return (
            self.env["care.occasion.run"]
            .with_user(self.clerk)
            .create({"name": "List", "occasion_id": occasion.id, **vals})
        )

    def weather(self):
        return self.make_occasion(
            "storm",
            "mail",
            kind="weather",
            date_rule="manual",
            counts=False,
            strength=100,
        )

    def test_a_warning_reaches_the_region_at_once(self):
        zhejiang = self.env["res.country.state"].create(
            {
                "name": "Zhejiang",
                "code": "TZJ",
                "country_id": self.env.ref("base.cn").id,
            }
        )
        self.acme.state_id = zhejiang
        self.acme.city = "Ningbo"
        inland = self.make_partner("Inland", city="Wenzhou")
        self.mid_autumn("mail")  # who is greeted today is warned all the same
        run = self.make_run(
            self.weather(), state_ids=zhejiang.ids, text="Typhoon tonight, {contact}!"
        )
        run.action_release()
        self.run_job(THE_DAY)
        found = run.sudo().touch_ids
        self.assertEqual(found.partner_id, self.wang | self.zhao)
        self.assertEqual(set(found.mapped("state")), {"sent"})
        self.assertNotIn(inland, found.partner_id)
        mails = self.sent(self.wang).mapped("body_html")
        self.assertTrue(any("Typhoon tonight, Wang!" in body for body in mails))
        self.assertEqual(len(mails), 2)
        with self.assertRaisesRegex(UserError, "released before"):
            run.action_release()
        with self.assertRaisesRegex(UserError, "stays as it went out"):
            run.city = "Ningbo"
        city = self.make_run(run.occasion_id, city="wenzhou，Jiaxing")
        city.action_release()
        self.assertEqual(city.sudo().touch_ids.partner_id, inland)

    def test_the_condition_of_a_list_asks_with_the_rights_of_its_author(self):
        run = self.make_run(self.weather(), domain="[('name', '=', 'Wang')]")
        run.action_release()
        self.assertEqual(run.sudo().touch_ids.partner_id, self.wang)
        with self.assertRaises(UserError):
            self.make_run(self.weather_again(), domain="[('no_field', '=', 1)]")
        self.make_partner("Ghost", secrecy_own=2)
        self.env.flush_all()
        ghosts = self.make_run(self.weather_again(), domain="[('name', '=', 'Ghost')]")
        ghosts.action_release()
        self.assertFalse(ghosts.sudo().touch_ids)

    def weather_again(self):
        return self.env["care.occasion"].search([("code", "=", "t_storm")])

    def test_a_campaign_gathers_reactions(self):
        offer = self.make_occasion(
            "offer", "call", kind="campaign", date_rule="manual", advertising=True
        )
        run = self.make_run(offer)
        run.action_release()
        self.run_job(THE_DAY)
        touch = self.touch(self.wang, offer).with_user(self.clerk)
        touch._note_reaction(
            self.env.ref("customer_care.care_touch_reaction_pleased"), "Takes two"
        )
        self.env.invalidate_all()
        self.assertEqual(
            (run.touch_count, run.done_count, run.reaction_count), (2, 1, 1)
        )
        run.action_close()
        self.assertEqual(self.touch(self.zhao, offer).skip_code, "closed")
        self.assertEqual(touch.state, "done")

    def test_a_release_may_need_an_approval(self):
        self.env["care.approval.rule"].create(
            {
                "code": "t_release",
                "name": "Campaigns",
                "model_name": "care.occasion.run",
                "gate": "release",
                "step_ids": [
                    Command.create(
                        {
                            "name": "Head",
                            "approver": "user",
                            "user_id": self.manager.id,
                        }
                    )
                ],
            }
        )
        run = self.make_run(self.weather())
        run.action_release()
        self.assertEqual((run.state, run.approval_state), ("draft", "pending"))
        run.sudo().approval_ids.with_user(self.manager).action_approve()
        run.action_release()
        self.assertEqual(run.state, "released")

    def test_a_list_of_names(self):
        thanks = self.make_occasion("thanks", "call", kind="thanks", date_rule="manual")
        run = self.make_run(thanks, is_named=True, place="Harbour Hotel")
        add = self.env["care.occasion.add"].with_user(self.clerk)
        vals = {"run_id": run.id, "partner_ids": [Command.set(self.wang.ids)]}
        add.create(vals).action_confirm()
        self.run_job(THE_DAY)
        self.assertEqual(self.touch(self.wang, thanks).state, "planned")
        add.create(vals).action_confirm()
        run.action_release()
        self.run_job(THE_DAY)
        self.assertEqual(run.touch_ids.partner_id, self.wang)
        self.assertEqual(self.touch(self.wang, thanks).state, "ready")
        html = (
            self.env["ir.actions.report"]
            .with_user(self.clerk)
            ._render_qweb_html("customer_care.care_occasion_run_report", run.ids)[0]
            .decode()
        )
        self.assertIn("Harbour Hotel", html)
        self.assertIn("Wang", html)
        with self.assertRaisesRegex(UserError, "is evidence"):
            run.sudo().unlink()


@tagged("post_install", "-at_install")
class TestCareGreetingPage(HttpCase, OccasionCase):
    """The link in a greeting."""

    def test_the_page_asks_and_the_button_opts_out(self):
        self.mid_autumn("mail")
        self.run_job(date(2026, 9, 24))
        touch = self.touch(self.wang)
        path = f"/care/greeting/{touch.id}/{touch._stop_token()}"
        self.assertEqual(self.url_open(path).status_code, 200)
        outs = self.env["care.opt.out"]
        self.assertFalse(outs.search([("partner_id", "=", self.wang.id)]))
        for _press in range(2):
            answer = self.url_open(path, data={"scope": "greeting"})
            self.assertEqual(answer.status_code, 200)
        out = outs.search([("partner_id", "=", self.wang.id)])
        self.assertEqual(
            (out.scope, out.source, out.by_link), ("greeting", "link", True)
        )

    @mute_logger("odoo.http")
    def test_a_wrong_link_and_a_missing_greeting_answer_alike(self):
        self.mid_autumn("mail")
        self.run_job(date(2026, 9, 24))
        touch = self.touch(self.wang)
        other = self.touch(self.zhao)
        answers = [
            self.url_open(path)
            for path in (
                f"/care/greeting/{touch.id}/{other._stop_token()}",
                f"/care/greeting/{touch.id + 100000}/{touch._stop_token()}",
            )
        ]
        self.assertEqual({answer.status_code for answer in answers}, {404})
