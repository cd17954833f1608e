from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .pack_common import MANAGER, PackCase
from .pack_secrecy_common import OFFICER


class RegistrationPackCase(PackCase):
    """Sales with a head and two sellers; service with the one on duty."""

    ROLES = ("general_manager",)
    LOADER = f"{MANAGER},{OFFICER}"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.head = cls.new_user("pack_head", cls.CLERK[0])
        cls.boss = cls.new_user("pack_judge", MANAGER)
        cls.wang = cls.new_user("pack_wang", cls.CLERK[0])
        cls.li = cls.new_user("pack_li", cls.CLERK[0])
        cls.duty = cls.new_user("pack_duty", cls.CLERK[0])
        cls.sales = cls.env["hr.department"].create(
            {"name": "Sales", "company_id": cls.company.id}
        )
        people = cls.env["hr.employee"].create(
            [
                {
                    "name": user.name,
                    "user_id": user.id,
                    "department_id": cls.sales.id,
                    "company_id": cls.company.id,
                }
                for user in (cls.head, cls.wang, cls.li, cls.duty)
            ]
        )
        cls.sales.manager_id = people[0]
        for code, user in (("duty_manager", cls.duty), ("claim_judge", cls.boss)):
            cls.env["care.role.assignment"].create(
                {
                    "role_id": cls.env.ref(f"customer_care.care_role_{code}").id,
                    "user_id": user.id,
                    "company_id": cls.company.id,
                }
            )

    def enter(self, user, moment, **vals):
        """Enter a customer; return (window, line of the register)."""
        vals = {
            "name": "Ms Chen",
            "phone": "13800000001",
            "intent_id": self.env.ref("customer_care.care_intent_buys").id,
            "channel_id": self.env.ref("customer_care.care_channel_visit").id,
            **vals,
        }
        with freeze_time(moment):
            window = self.env["care.registration.enter"].with_user(user).create(vals)
            window.action_register()
            self.env.flush_all()
        line = self.env["care.registration"].search([], order="id desc", limit=1)
        return window, line

    def claim(self, user, moment, **vals):
        """Enter a known customer and claim it; return the claim."""
        window, __ = self.enter(user, moment, **vals)
        with freeze_time(moment):
            if window.state == "ask":
                window.like_ids[0].action_choose()
            self.assertEqual(window.state, "known")
            window.action_want_claim()
            window.write({"evidence": "See the visitor's book", **vals})
            window.action_claim()
            self.env.flush_all()
        return self.env["care.registration.claim"].search([], order="id desc", limit=1)

    def charged(self, code):
        rule = self.rule("care.sanction.rule", code)
        return self.env["care.sanction"].search([("rule_id", "=", rule.id)])


@tagged("post_install", "-at_install")
class TestPackP14Registration(RegistrationPackCase):
    """Policy P14, leasing: registration, whose customer, late registers. 2 March 2026
    is a Monday; Shanghai is eight hours ahead."""

    PACK = "P14"

    def test_p14_01_registered_by_ten_next_day(self):
        """P14.01"""
        __, line = self.enter(
            self.wang, "2026-03-03 01:30:00", contact_at="2026-03-02 06:00:00"
        )
        owed = self.owed("P14.01", line.partner_id)
        self.assertEqual(f"{owed.due_at}", "2026-03-03 02:00:00")
        self.assertEqual(owed.state, "met")
        self.assertFalse(line.late)
        self.assertEqual(line.due_at, owed.due_at)

    def test_p14_01_a_minute_later_is_late_and_costs_points(self):
        """P14.01 and P14.09"""
        __, line = self.enter(
            self.wang, "2026-03-03 02:01:00", contact_at="2026-03-02 06:00:00"
        )
        owed = self.owed("P14.01", line.partner_id)
        self.assertEqual(owed.state, "missed")
        self.assertTrue(line.late)
        sanction = self.charged("p14_late")
        self.assertEqual(sanction.user_id, self.wang)
        self.assertEqual(sanction.points, 1)
        self.assertEqual(sanction.clause_id.code, "P14.09")

    def test_p14_01_a_customer_met_is_owed_before_it_is_registered(self):
        """P14.01: the reminder comes at the end of work, the head hears at ten."""
        with freeze_time("2026-03-02 06:00:00"):
            partner = (
                self.env["res.partner"]
                .with_user(self.clerk)
                .create(
                    {
                        "name": "Mr Zhou",
                        "phone": "13800000002",
                        "contact_at": "2026-03-02 06:00:00",
                        "contact_by": self.wang.id,
                    }
                )
            )
        owed = self.owed("P14.01", partner)
        self.assertEqual((owed.state, owed.user_id), ("open", self.wang))
        with freeze_time("2026-03-02 10:01:00"), self.enter_registry_test_mode():
            self.env.ref(
                "customer_care.ir_cron_obligation_sweep"
            ).method_direct_trigger()
        self.env.invalidate_all()
        self.assertIn("remind", owed.event_ids.mapped("kind"))
        __, line = self.enter(self.wang, "2026-03-03 01:00:00", partner_id=partner.id)
        self.env.invalidate_all()
        self.assertEqual((line.partner_id, owed.state), (partner, "met"))

    def test_p14_02_the_register_marks_who_intends_to_buy(self):
        """P14.02"""
        moment = "2026-03-02 06:00:00"
        with self.assertRefused("Intent"):
            self.enter(self.wang, moment, intent_id=False)
        for number, (origin, phone, intent, wanted) in enumerate(
            [
                ("duty_call", "13800000011", "buys", True),
                ("duty_visit", "13800000012", "looks", False),
                ("own", False, "buys", False),
            ]
        ):
            with self.subTest(origin=origin):
                __, line = self.enter(
                    self.duty,
                    moment,
                    name=f"Visitor {number}",
                    phone=phone,
                    origin=origin,
                    intent_id=self.env.ref(f"customer_care.care_intent_{intent}").id,
                )
                self.assertEqual(line.is_intending, wanted)
                self.assertEqual(line.partner_id.is_intending, wanted)
        checks = self.env["care.requirement.check"].search(
            [("requirement_id.clause_id.code", "=", "P14.02")]
        )
        self.assertTrue(checks)

    def test_p14_03_the_earlier_registration_wins(self):
        """P14.03"""
        __, first = self.enter(self.wang, "2026-03-02 06:00:00", origin="own")
        claim = self.claim(self.li, "2026-03-02 06:00:01", origin="own")
        self.assertEqual(claim.proposal, "refused")
        self.assertEqual(claim.rule_id.clause_id.code, "P14.03")
        claim.with_user(self.boss).action_refuse()
        self.assertEqual(first.partner_id.user_id, self.wang)

    def test_p14_03_entered_twice_as_two_the_earlier_wins_after_all(self):
        """P14.03: the later one had it, the earlier registration takes it back."""
        self.enter(self.li, "2026-03-02 05:00:00", origin="own", phone=False)
        mine = self.env["care.registration"].search([], limit=1).partner_id
        __, second = self.enter(
            self.wang, "2026-03-02 06:00:00", origin="own", name="Chen Ying"
        )
        theirs = second.partner_id
        wizard = self.env["base.partner.merge.automatic.wizard"].create(
            {"partner_ids": (mine + theirs).ids, "dst_partner_id": theirs.id}
        )
        wizard._merge((mine + theirs).ids, theirs)
        self.env.invalidate_all()
        claim = self.claim(self.li, "2026-03-03 06:00:00", origin="own")
        self.assertEqual(claim.proposal, "upheld")
        claim.with_user(self.boss).action_uphold()
        self.assertEqual(theirs.user_id, self.li)

    def test_p14_04_who_cannot_name_the_manager_is_new_and_goes_to_the_one_on_duty(
        self,
    ):
        """P14.04"""
        __, line = self.enter(self.wang, "2026-03-02 06:00:00", met_before=True)
        self.assertEqual(line.user_id, self.duty)
        self.assertEqual(line.rule_id.code, "p14_unnamed")
        self.assertEqual(line.partner_id.user_id, self.duty)

    def test_p14_04_a_registered_one_who_cannot_name_the_manager(self):
        """P14.04: the one on duty claims it, and the rules say so."""
        __, first = self.enter(self.wang, "2026-03-02 06:00:00", origin="own")
        claim = self.claim(self.duty, "2026-03-05 06:00:00", ground="unnamed")
        self.assertEqual(claim.proposal, "upheld")
        self.assertEqual(claim.rule_id.clause_id.code, "P14.04")
        claim.with_user(self.boss).action_uphold()
        self.assertEqual(first.partner_id.user_id, self.duty)
        other = self.claim(self.li, "2026-03-06 06:00:00", ground="unnamed")
        self.assertEqual(other.proposal, "refused")  # not on duty

    def test_p14_04_who_names_the_manager_goes_to_that_manager(self):
        """P14.04"""
        __, line = self.enter(
            self.duty, "2026-03-02 06:00:00", asked_for_id=self.wang.id, met_before=True
        )
        self.assertEqual(line.user_id, self.wang)

    def test_p14_04_brought_by_an_old_customer_who_asks_for_the_old_manager(self):
        """P14.04"""
        __, old = self.enter(self.wang, "2026-03-02 06:00:00", origin="own")
        brought = {
            "name": "Mr Sun",
            "phone": "13800000033",
            "referrer_id": old.partner_id.id,
        }
        __, line = self.enter(
            self.li, "2026-03-03 06:00:00", asked_for_id=self.wang.id, **brought
        )
        self.assertEqual(line.user_id, self.wang)
        self.assertEqual(line.rule_id.code, "p14_referred_asked")
        self.assertEqual(line.partner_id.referrer_id, old.partner_id)

    def test_p14_04_brought_by_an_old_customer_who_asks_for_nobody(self):
        """P14.04"""
        __, old = self.enter(self.wang, "2026-03-02 06:00:00", origin="own")
        __, line = self.enter(
            self.li,
            "2026-03-03 06:00:00",
            name="Mr Sun",
            phone="13800000033",
            referrer_id=old.partner_id.id,
        )
        self.assertEqual(line.user_id, self.duty)
        self.assertEqual(line.rule_id.code, "p14_referred")

    def test_p14_05_the_broker_is_noted(self):
        """P14.05"""
        broker = self.env["res.partner"].create({"name": "Broker Zhao"})
        channel = self.env.ref("customer_care.care_channel_partner")
        with self.assertRaises(UserError):
            self.enter(self.wang, "2026-03-02 06:00:00", channel_id=channel.id)
        __, line = self.enter(
            self.wang,
            "2026-03-02 06:00:00",
            channel_id=channel.id,
            intermediary_id=broker.id,
        )
        self.assertEqual(line.partner_id.intermediary_id, broker)
        checks = self.env["care.requirement.check"].search(
            [("requirement_id.clause_id.code", "=", "P14.05")]
        )
        self.assertTrue(checks)

    def test_the_rules_of_two_companies_stay_apart(self):
        other = self.env["res.company"].create({"name": "No rules"})
        self.env["care.attribution.rule"].create(
            {
                "code": "other",
                "name": "Other",
                "case": "duty",
                "winner": "entered",
                "company_id": other.id,
            }
        )
        rules = self.env["care.attribution.rule"]._winners(self.company)
        self.assertNotIn("duty", rules)
