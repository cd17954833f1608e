"""Steps of one bid and one acceptance by two people at the same moment, in transactions
of their own."""

from threading import Thread

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, Command, api, fields
from odoo.exceptions import LockError, UserError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, new_test_user, tagged
from odoo.tools import mute_logger

from .cooperation_common import SALES, TEAM

GIF = "R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs="


@tagged("post_install", "-at_install", "database_breaking")
class TestCooperationParallel(BaseCase):
    """Two desks, one record: one step is taken, and the second person is told."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.addCleanup(self.clean)
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            users = [
                new_test_user(env, f"cp_{name}", f"{SALES},{TEAM}", name=f"CP {name}")
                for name in ("one", "two")
            ]
            self.ids = [user.id for user in users]
            city = env["res.partner"].create({"name": "CP City", "is_company": True})
            self.city = city.id

    def clean(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            ours = [("partner_id.name", "=", "CP City")]
            found = env["crm.lead"].with_context(active_test=False).search(ours)
            projects = env["project.project"].search(ours)
            aliases = projects.alias_id
            for model, ids in [
                ("care.project.acceptance", projects.care_acceptance_ids.ids),
                ("project.project", projects.ids),
                ("crm.lead", found.ids),
            ]:
                cr.execute(
                    "DELETE FROM care_obligation WHERE res_model = %s "
                    "AND res_id = ANY(%s)",
                    [model, ids],
                )
                cr.execute(f"DELETE FROM {env[model]._table} WHERE id = ANY(%s)", [ids])
            env.invalidate_all()
            aliases.unlink()
            env["res.partner"].search([("name", "=", "CP City")]).unlink()
            users = env["res.users"].browse(self.ids)
            partners = users.partner_id
            users.unlink()
            partners.unlink()
        self.registry.clear_all_caches()

    def open(self, number):
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        return api.Environment(cr, self.ids[number], {})

    def second(self, step):
        """Run the step of the second person beside the first; return what it raises."""
        told = []

        def late():
            try:
                step()
            except (SerializationFailure, LockError, UserError) as error:
                told.append(error)

        thread = Thread(target=late)
        thread.start()
        thread.join(1)
        return thread, told

    def ready_bid(self, env):
        """Return a complete bid that either of the two may hand in."""
        papers = env["ir.attachment"].create(
            [{"name": name, "raw": b"x"} for name in ("bid.pdf", "receipt.pdf")]
        )
        tender = env["crm.lead"].create(
            {
                "name": "CP park",
                "type": "opportunity",
                "partner_id": self.city,
                "user_id": False,
                "care_is_tender": True,
                "care_tender_price": 800000,
                "care_tender_closing_at": fields.Datetime.add(
                    fields.Datetime.now(), days=3
                ),
                "care_tender_proof_ids": [Command.link(papers[1].id)],
            }
        )
        documents = tender.care_tender_document_ids
        documents.attachment_ids = papers[0]
        documents.action_done()
        return tender.id

    @mute_logger("odoo.sql_db")
    def test_a_bid_is_handed_in_once(self):
        with self.registry.cursor() as cr:
            id_ = self.ready_bid(api.Environment(cr, self.ids[0], {}))
        one, two = self.open(0), self.open(1)
        two.cr.execute("SELECT 1")  # its view of the data is from before
        one["crm.lead"].browse(id_).action_care_tender_submit()
        one.flush_all()
        late = two["crm.lead"].browse(id_)
        thread, told = self.second(late.action_care_tender_submit)
        one.cr.commit()
        thread.join(10)
        self.assertIsInstance(told[0], (LockError, SerializationFailure))
        two.cr.rollback()
        two.invalidate_all()
        with self.assertRaisesRegex(UserError, "cannot become"):
            late.action_care_tender_submit()
        self.assertEqual(late.care_tender_submitted_by_id.id, self.ids[0])

    @mute_logger("odoo.sql_db")
    def test_an_acceptance_is_signed_once(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            project = env["project.project"].create(
                {
                    "name": "CP park",
                    "partner_id": self.city,
                    "user_id": self.ids[0],
                    "care_is_cooperation": True,
                    "care_member_ids": [Command.create({"user_id": self.ids[1]})],
                }
            )
            row = env(user=self.ids[0])["care.project.acceptance"].create(
                {
                    "project_id": project.id,
                    "kind": "part",
                    "part": "Gate",
                    "inspect_by": fields.Date.today(),
                    "inspected_on": fields.Date.today(),
                    "inspector_names": "Ms Wang",
                }
            )
            row.action_apply()
            row.action_inspect()
            id_ = row.id
        one, two = self.open(0), self.open(1)
        two.cr.execute("SELECT 1")
        name = {"signature": GIF}
        first = one["care.project.acceptance"].browse(id_)
        first.write({**name, "signed_name": "Ms Wang"})
        first.action_sign()
        one.flush_all()
        late = two["care.project.acceptance"].browse(id_)

        def sign():
            late.write({**name, "signed_name": "Mr Li"})
            late.action_sign()
            two.flush_all()

        thread, told = self.second(sign)
        self.assertTrue(thread.is_alive() or told, "it waits, or is told")
        one.cr.commit()
        thread.join(10)
        self.assertIsInstance(told[0], SerializationFailure)
        two.cr.rollback()
        two.invalidate_all()
        with self.assertRaisesRegex(UserError, "is signed"):
            sign()
        self.assertEqual(late.signed_name, "Ms Wang")
