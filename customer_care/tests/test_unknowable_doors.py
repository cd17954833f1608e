from odoo.service.model import call_kw
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common_unknowable import UnknowableCase, never_existed
from .test_unknowable_http import NOISE, comparable, post


@tagged("post_install", "-at_install")
class TestUnknowableDoors(UnknowableCase, HttpCase):
    """Reports, server actions, breadcrumbs, search panels and counters."""

    def both(self, ask):
        """Return what `ask(id)` gives for a hidden and for a missing customer."""
        return [
            comparable(ask(id_), id_)
            for id_ in (self.secret.id, never_existed(self.secret))
        ]

    @mute_logger(*NOISE)
    def test_reports(self):
        self.env["ir.ui.view"].create(
            {
                "name": "un",
                "type": "qweb",
                "key": "customer_care.un_report",
                "arch": "<t t-name='un'><t t-foreach='docs' t-as='doc'>"
                "<p t-out='doc.name'/></t></t>",
            }
        )
        self.env["ir.actions.report"].create(
            {
                "name": "un",
                "model": "res.partner",
                "report_type": "qweb-html",
                "report_name": "customer_care.un_report",
            }
        )
        self.authenticate(self.plain.login, self.plain.login)
        for path in (
            "/report/html/customer_care.un_report/%s",
            "/report/html/customer_care.un_report/%s," + str(self.open.id),
            "/report/text/customer_care.un_report/%s",
        ):
            with self.subTest(path=path):
                hidden, gone = self.both(
                    lambda id_, path=path: self.url_open(path % id_)
                )
                self.assertEqual(hidden, gone)
                self.assertNotIn("LV Secret", hidden[2])
        seen = self.url_open(f"/report/html/customer_care.un_report/{self.open.id}")
        self.assertIn("LV Open", seen.text)

    @mute_logger(*NOISE)
    def test_server_actions_and_breadcrumbs(self):
        action = self.env["ir.actions.server"].create(
            {
                "name": "un",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "state": "code",
                "code": "record.write({'comment': record.name})",
            }
        )
        self.authenticate(self.plain.login, self.plain.login)
        for path, make in [
            (
                "/web/action/run",
                lambda id_: {
                    "action_id": action.id,
                    "context": {
                        "active_model": "res.partner",
                        "active_id": id_,
                        "active_ids": [id_],
                    },
                },
            ),
            (
                "/web/action/load_breadcrumbs",
                lambda id_: {"actions": [{"model": "res.partner", "resId": id_}]},
            ),
        ]:
            with self.subTest(path=path):
                hidden, gone = self.both(
                    lambda id_, path=path, make=make: post(self, path, make(id_))
                )
                self.assertEqual(hidden, gone)
                self.assertNotIn("LV Secret", hidden[2])

    def test_panels_and_bars(self):
        """Counts and groups of a list one sees hold nothing of what one does not."""
        domain = [("ref", "=like", "LV%")]
        partners = self.env["res.partner"].with_user(self.plain)
        for name, args in [
            ("search_count", [domain]),
            ("search_read", [domain, ["name"]]),
            ("web_search_read", [domain, {"name": {}}]),
            ("formatted_read_group", [domain, ["name"], ["__count"]]),
            ("formatted_read_group", [domain, [], ["__count", "id:array_agg"]]),
            ("formatted_read_grouping_sets", [domain, [["name"], []], ["__count"]]),
            ("web_read_group", [domain, ["name"], ["__count"]]),
            ("search_panel_select_range", ["parent_id"]),
            ("search_panel_select_multi_range", ["category_id"]),
            ("name_search", ["LV"]),
            ("web_name_search", ["LV", {"display_name": {}}]),
            ("load", [["name", "ref"], []]),
        ]:
            with self.subTest(call=name):
                answers = []
                for __ in range(2):
                    answers.append(
                        self.asked(
                            lambda _id, name=name, args=args: call_kw(
                                partners, name, [*args], {}
                            ),
                            0,
                        )
                    )
                    # without the hidden ones all is as it was
                    (self.secret + self.topsecret).sudo().write(
                        {"ref": False, "name": "x", "active": False}
                    )
                (self.secret + self.topsecret).sudo().write(
                    {"active": True, "name": "LV Secret", "ref": "LVSECRET"}
                )
                self.assertEqual(*answers)
                self.assertNotIn("Secret", answers[0][1])

    def test_the_counter_of_the_inbox(self):
        self.plain.notification_type = "inbox"
        mine = self.plain.with_user(self.plain).partner_id
        before = mine._get_needaction_count()
        later = self.env["res.partner"].create({"name": "LV Later"})
        later.message_post(
            body="x", partner_ids=mine.ids, subtype_xmlid="mail.mt_comment"
        )
        self.assertEqual(mine._get_needaction_count(), before + 1)
        later.secrecy_own = 2
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(mine._get_needaction_count(), before)
