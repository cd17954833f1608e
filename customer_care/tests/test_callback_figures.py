from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .callback_common import CallbackCase


@tagged("post_install", "-at_install")
class TestCallbackFigures(CallbackCase):
    """Statistics, report, My day and the open letter as PDF."""

    def setUp(self):
        super().setUp()
        self.rows = self.drawn(8)
        self.startPatcher(freeze_time("2026-04-01 09:00:00"))
        self.rows.with_user(self.supervisor)._assign(self.caller)
        self.happy, self.angry = (
            self.env["care.callback.outcome"].search([("code", "=", code)])
            for code in ("satisfied", "dissatisfied")
        )

    def call(self, row, **values):
        row = row.with_user(self.caller)
        row.action_reached()
        row.write({"outcome_id": self.happy.id, **values})
        row.action_done()

    def line(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["care.callback.statistics"].search(
            [("programme_id", "=", self.programme.id), ("counted", ">", 0)]
        )

    def test_the_statistics_count_what_was_required_and_done(self):
        self.call(self.rows[0])
        self.call(self.rows[1], outcome_id=self.angry.id, raised="Noise")
        line = self.line()
        self.assertEqual((line.counted, line.required, line.planned), (8, 4, 4))
        self.assertEqual((line.done, line.waiting, line.further), (2, 3, 1))
        self.assertEqual((line.satisfied, line.dissatisfied), (1, 1))
        self.assertEqual((line.raised, line.settled, line.rate), (1, 0, 50))
        groups = self.env["care.callback.statistics"]._read_group(
            [("programme_id", "=", self.programme.id)], ["month:year"], ["rate:avg"]
        )
        self.assertEqual(groups[0][1], 50)
        shown = line.action_view_callbacks()
        self.assertEqual(self.env["care.callback"].search_count(shown["domain"]), 5)

    def test_the_reader_s_language_names_the_programme(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.programme.with_context(lang="zh_CN").name = "抽查回访"
        line = self.line()
        self.assertEqual(line.stratum, self.programme.with_context(lang="en_US").name)
        self.env.invalidate_all()
        line = line.with_context(lang="zh_CN")
        self.assertEqual(line.stratum, "抽查回访")
        self.assertTrue(line.action_view_callbacks()["domain"])

    def test_the_list_and_pivot_cost_the_same_however_many_there_are(self):
        model = self.env["care.callback"].with_user(self.supervisor)
        names = ["display_name", "record_name", "can_review", "state", "user_id"]
        self.env.flush_all()
        self.env.invalidate_all()
        model.search([], limit=1).read(names)  # warms what is kept per worker
        counts = []
        for limit in (1, 4):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            model.search([], limit=limit).read(names)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 1)
        self.assertLessEqual(counts[1], 25)

    def test_the_report_freezes_the_month_and_goes_to_management(self):
        self.call(self.rows[0])
        reports = self.env["care.callback.report"]
        with freeze_time("2026-05-02 09:00:00"):
            with self.assertRaises(AccessError):
                reports.with_user(self.caller).action_produce_last_month()
            shown = reports.with_user(self.manager).action_produce_last_month()
            report = reports.browse(shown["res_id"])
            self.assertEqual((report.required, report.done), (4, 1))
            self.call(self.rows[1])
            again = reports.with_user(self.manager).action_produce_last_month()
            self.assertEqual((again["res_id"], report.done), (report.id, 1))
            with self.assertRaisesRegex(UserError, "Nobody holds a role"):
                report.with_user(self.manager).action_send()
            self.programme.report_role_id = self.lead
            report.with_user(self.manager).action_send()
        self.assertEqual(report.sent_to_ids, self.supervisor)
        with self.assertRaises(AccessError):
            report.with_user(self.manager).write({"done": 9})

    def test_my_day_of_caller_and_supervisor(self):
        row = self.rows[0]
        self.call(row)
        items = self.env["care.day.item"]
        self.env.flush_all()

        def kinds(user):
            rows = items.with_user(user).search(
                [("user_id", "=", user.id), ("res_model", "=", "care.callback")]
            )
            return {item.res_id for item in rows}

        self.assertEqual(kinds(self.caller), set(self.rows.ids) - {row.id})
        self.assertEqual(kinds(self.supervisor), {row.id})
        for user in (self.caller, self.supervisor):
            model = self.env["care.callback"].with_user(user)
            found = model.search(model._my_day_domain())
            self.assertEqual(set(found.ids), kinds(user))

    def test_the_open_letter_is_filed_as_pdf_with_each(self):
        letter = (
            self.env["care.callback.letter"]
            .with_user(self.supervisor)
            .create(
                {
                    "name": "Lifts of Building 3",
                    "body": "<p>They run again.</p>",
                    "callback_ids": self.rows.ids,
                }
            )
        )
        letter.action_send()
        letter.with_context(force_report_rendering=True).action_file_pdf()
        self.assertTrue(letter.attachment_id.raw.startswith(b"%PDF"))
        for row in self.rows:
            self.assertEqual(row.letter_attachment_ids, letter.attachment_id)
        # callers open it through the callback they may read
        self.env.invalidate_all()
        file = self.rows[0].with_user(self.caller).letter_attachment_ids
        self.assertTrue(file.read(["name", "raw"]))
