from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..logic.pack import digest, parse
from .policy_common import PACK, PolicyCase

# The requirement is about a model, the duty names a record, the last rule is of a kind
# that only the add-on brings.
MISSING = (
    PACK.replace("  trade: any\n", "  trade: any\n  addons:\n    - far_away\n").replace(
        "res.partner", "far.away"
    )
    + """\
  far.away.rule:
    - code: t_far
      clause: T01.02
      name:
        en_US: Far rule
        zh_CN: 远方规则
      reach: 7
"""
)


@tagged("post_install", "-at_install")
class TestPackWaiting(PolicyCase):
    """What a pack says about an add-on waits until that is installed."""

    def waiting(self):
        return self.Pack.env["care.pack.waiting"].search(
            [("company_id", "=", self.company.id)]
        )

    def test_rows_about_a_missing_add_on_wait_and_are_shown(self):
        policy, outcomes = self.load(MISSING)
        self.assertEqual(outcomes["t_far"], "waiting")
        self.assertEqual(outcomes["t_reachable"], "created")
        self.assertTrue(self.rule("care.requirement", "t_reachable").dormant)
        waiting = self.waiting()
        self.assertEqual(set(waiting.mapped("code")), {"t_far", "t_reachable"})
        self.assertEqual(set(waiting.mapped("addons")), {"far_away"})
        far = waiting.filtered(lambda row: row.code == "t_far")
        self.assertEqual(far.with_context(lang="zh_CN").name, "远方规则")
        self.assertEqual(policy.waiting_count, 2)

    def test_they_come_back_in_the_export(self):
        policy, __ = self.load(MISSING)
        self.assertEqual(self.Pack.export(policy), MISSING)
        __, outcomes = self.load(MISSING)
        self.assertEqual(outcomes["t_reachable"], "unchanged")
        self.assertEqual(len(self.waiting()), 2)

    def test_without_a_missing_add_on_it_is_a_slip(self):
        slip = MISSING.replace("far_away", "base")
        for text, word in (
            (slip, "far.away"),
            (slip.replace("far.away\n", "res.partner\n"), "far.away.rule"),
        ):
            with self.subTest(word=word), self.assertRaisesRegex(UserError, word):
                self.load(text)

    def test_the_job_wakes_what_it_can(self):
        self.load(MISSING)
        policy = self.waiting().policy_id
        # the add-on arrives: its kind of rule, and its model
        far = self.waiting().filtered(lambda row: row.code == "t_far")
        row = {"code": "t_far", "clause": "T01.02", "name": "Far rule"}
        far._engine().write({"kind": "care.role", "row": row})
        asleep = self.rule("care.requirement", "t_reachable")
        asleep.sudo().model_name = "res.partner"
        other = self.waiting() - far
        other._engine().row = other.row | {"model_name": "res.partner"}
        self.env["care.pack.waiting"]._cron_wake()
        self.assertFalse(self.waiting().exists())
        self.assertEqual(self.rule("care.role", "t_far").clause_id.code, "T01.02")
        self.assertIn("t_far", policy.message_ids[0].body)

    def test_what_does_not_fit_says_why_and_can_be_tried_again(self):
        self.load(MISSING)
        asleep = self.rule("care.requirement", "t_reachable")
        asleep.sudo().flush_recordset()
        self.env.cr.execute(
            "UPDATE care_requirement SET model_name = 'res.partner', "
            "field_names = 'fax' WHERE id = %s",
            [asleep.id],
        )
        asleep.invalidate_recordset()
        waiting = self.waiting()
        row = waiting.filtered("res_id")
        row._engine().row = row.row | {"model_name": "res.partner"}
        with self.assertRaises(AccessError):
            waiting.with_user(self.user).action_wake()
        waiting.with_user(self.manager).action_wake()
        self.assertEqual(set(waiting.mapped("state")), {"failed"})
        self.assertIn("fax", row.reason)
        asleep.field_names = "phone"
        waiting.with_user(self.manager).action_wake()
        self.assertEqual(self.waiting().code, "t_far", "the other is awake")

    def test_a_next_version_takes_along_what_waits(self):
        policy, __ = self.load(MISSING)
        draft = policy.browse(policy.action_revise()["res_id"])
        draft.action_activate()
        self.assertEqual(self.waiting().policy_id, draft)
        self.load(PACK.replace("version: 1", "version: 3"))
        self.assertFalse(self.waiting())

    def test_nobody_writes_what_waits(self):
        self.load(MISSING)
        row = self.waiting()[:1]
        for user in (self.user, self.manager, self.env.ref("base.user_admin")):
            mine = row.with_user(user).with_context(care_engine=True)
            for call in (
                lambda mine=mine: mine.sudo().write({"code": "x"}),
                lambda mine=mine: mine.sudo().unlink(),
                lambda mine=mine: mine.sudo().copy(),
            ):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    call()

    def test_the_days_to_confirm_travel(self):
        text = PACK.replace("  trade: any\n", "  trade: any\n  acknowledge_days: 3\n")
        policy, __ = self.load(text)
        self.assertEqual(policy.acknowledgement_days, 3)
        self.assertEqual(self.Pack.export(policy), text)
        quiet = text.replace("T01", "T02").replace("days: 3", "days: 0")
        quiet = quiet.replace("t_", "u_")
        policy, __ = self.load(quiet)
        self.assertFalse(policy.acknowledgement_wanted)
        self.assertEqual(self.Pack.export(policy), quiet)


@tagged("post_install", "-at_install")
class TestPackUpdate(PolicyCase):
    """A newer pack of an upgraded add-on is offered and never loaded by itself."""

    def ship(self, text):
        """Let an add-on ship `text`."""
        heads = {"T01": {"customer_care/T01": (self.version(text), digest(text))}}
        self.patch(
            type(self.env["care.policy.pack"]), "_shipped_heads", lambda __: heads
        )
        self.env.invalidate_all()

    def version(self, text):
        return parse(text).policy["version"]

    def test_a_newer_version_and_changed_rules_are_offered(self):
        report = self.Pack.load_yaml(PACK, self.company.id, shipped="customer_care/T01")
        policy = self.Pack.env["care.policy"].browse(report["policy_id"])
        for text, update in (
            (PACK, False),
            (PACK.replace("phone, street", "phone"), "rules"),
            (PACK.replace("version: 1", "version: 2"), "version"),
        ):
            self.ship(text)
            with self.subTest(update=update):
                self.assertEqual(policy.pack_update, update)
                found = policy.search([("pack_update", "!=", False)])
                self.assertEqual(policy in found, bool(update))
        self.assertEqual(policy.version, 1, "nothing is loaded by itself")
        action = policy.action_load_update()
        self.assertEqual(action["context"]["default_shipped"], "customer_care/T01")

    def test_a_pack_of_one_s_own_is_only_offered_a_higher_version(self):
        policy, __ = self.load(PACK.replace("phone, street", "phone"))
        self.ship(PACK)
        self.assertFalse(policy.pack_update)
