from odoo.tests import tagged

from .pack_secrecy_common import OFFICER
from .test_pack_p14_registration import MANAGER, RegistrationPackCase


@tagged("post_install", "-at_install")
class TestPackP01Channels(RegistrationPackCase):
    """Policy P01: prospects come in by named channels."""

    PACK = "P01"

    def test_p01_02_prospects_by_channel_with_their_need(self):
        """P01.02"""
        fair = self.rule("care.channel", "p01_fair")
        moment = "2026-03-02 06:00:00"
        with self.assertRefused("Need"):
            self.enter(self.wang, moment, channel_id=fair.id)
        with self.assertRefused("phone"):
            self.enter(
                self.wang, moment, channel_id=fair.id, care_need="Park", phone=False
            )
        __, line = self.enter(
            self.wang, moment, channel_id=fair.id, care_need="A park of 2 ha"
        )
        self.assertEqual(line.partner_id.channel, fair)
        self.assertEqual(line.partner_id.care_need, "A park of 2 ha")


@tagged("post_install", "-at_install")
class TestPackP02Channels(RegistrationPackCase):
    """Policy P02: channels, and partner companies that bring customers."""

    PACK = "P02"
    LOADER = f"{MANAGER},{OFFICER}"

    def test_p02_01_collection_channels(self):
        """P02.01"""
        for number, code in enumerate(("p02_survey", "p02_event", "p02_social")):
            with self.subTest(code=code):
                channel = self.rule("care.channel", code)
                __, line = self.enter(
                    self.wang,
                    "2026-03-02 06:00:00",
                    channel_id=channel.id,
                    name=f"Prospect {number}",
                    phone=f"1390000000{number}",
                )
                self.assertEqual(line.channel_id.clause_id.code, "P02.01")

    def test_p02_15_who_referred_whom_is_kept(self):
        """P02.15"""
        channel = self.rule("care.channel", "p02_partner")
        partner = self.env["res.partner"].create({"name": "Tile Works"})
        moment = "2026-03-02 06:00:00"
        with self.assertRefused("choose the broker or partner"):
            self.enter(self.wang, moment, channel_id=channel.id)
        __, line = self.enter(
            self.wang, moment, channel_id=channel.id, intermediary_id=partner.id
        )
        self.assertEqual(line.partner_id.intermediary_id, partner)
        brought = self.env["care.registration"].search(
            [("intermediary_id", "=", partner.id)]
        )
        self.assertEqual(brought, line)


@tagged("post_install", "-at_install")
class TestPackP03Channels(RegistrationPackCase):
    """Policy P03: leads from notices, referrals, staff and intermediaries."""

    PACK = "P03"

    def test_p03_01_where_customers_come_from(self):
        """P03.01"""
        old = self.env["res.partner"].create({"name": "Old customer"})
        broker = self.env["res.partner"].create({"name": "Broker Zhao"})
        for number, (code, vals) in enumerate(
            {
                "p03_notice": {},
                "p03_staff": {},
                "p03_old": {"referrer_id": old.id},
                "p03_broker": {"intermediary_id": broker.id},
            }.items()
        ):
            with self.subTest(code=code):
                channel = self.rule("care.channel", code)
                __, line = self.enter(
                    self.wang,
                    "2026-03-02 06:00:00",
                    channel_id=channel.id,
                    name=f"Prospect {number}",
                    phone=f"1390000000{number}",
                    **vals,
                )
                self.assertEqual(line.channel_id.clause_id.code, "P03.01")


@tagged("post_install", "-at_install")
class TestPackP10Registration(RegistrationPackCase):
    """Policy P10: the file of a new customer is opened at once."""

    PACK = "P10"
    LOADER = f"{MANAGER},{OFFICER}"

    def test_p10_02_at_once_is_within_four_working_hours(self):
        """P10.02: met on Friday at 16:00, due on Monday at 11:00."""
        __, line = self.enter(
            self.wang, "2026-03-09 02:59:00", contact_at="2026-03-06 08:00:00"
        )
        owed = self.owed("P10.02", line.partner_id)
        self.assertEqual(f"{owed.due_at}", "2026-03-09 03:00:00")
        self.assertEqual((owed.state, line.late), ("met", False))
        __, late = self.enter(
            self.wang,
            "2026-03-09 03:01:00",
            contact_at="2026-03-06 08:00:00",
            name="Mr Sun",
            phone="13900000009",
        )
        self.assertTrue(late.late)
