from datetime import date

from odoo.tests import freeze_time, tagged

from .pack_common import MANAGER, PackCase

OFFICER = "customer_care.customer_care_group_security"

YEAR = date(2026, 1, 1), date(2026, 12, 31)


class P09Case(PackCase):
    """The mining group of policy P09 with two customers."""

    PACK = "P09"
    LOADER = f"{MANAGER},{OFFICER}"
    ROLES = ("general_manager", "customer_service_manager", "customer_service")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.steel, cls.power = (cls.new_customer(n) for n in ("Steel", "Power"))

    @classmethod
    def new_customer(cls, name):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "email": f"{name.lower()}@example.com",
                "company_id": cls.company.id,
            }
        )

    def wave(self, code="p09_yearly", day="2026-10-05"):
        programme = self.rule("care.satisfaction.programme", code)
        with freeze_time(f"{day} 02:00:00"):
            return programme.sudo()._advance(self.company)

    def fill(self, wave, partner, value, day="2026-10-20"):
        request = wave.request_ids.filtered(lambda row: row.res_id == partner.id)
        with freeze_time(f"{day} 03:00:00"):
            form = request._ensure_form()
            for factor in request.programme_id.factor_ids:
                form._save_lines(factor.question_ids.sudo(), value)
            form._mark_done()
        self.env.flush_all()
        return request


@tagged("post_install", "-at_install")
class TestPackP09(P09Case):
    """P09: files and satisfaction of a mining group's customers."""

    def test_p09_01_contact_data_are_kept(self):
        """P09.01"""
        self.env["crm.lead"].create({"name": "Coal", "partner_id": self.steel.id})
        with self.assertRefused("telephone and web site"):
            self.steel.with_user(self.clerk).phone = "0755 5550"
        self.steel.with_user(self.clerk).write(
            {"phone": "0755 5550", "website": "steel.example.com"}
        )

    def test_p09_04_only_the_general_manager_lets_anybody_read(self):
        """P09.04"""
        for code in ("p09_read", "p09_out"):
            rule = self.rule("care.approval.rule", code)
            self.assertEqual(rule.step_ids.role_id.code, "general_manager")
        self.assertEqual(self.rule("care.secrecy.class", "p09_file").level, 2)

    def test_p09_05_customers_are_visited_on_holidays(self):
        """P09.05"""
        programme = self.rule("care.callback.programme", "p09_visits")
        self.assertEqual((programme.mode, programme.channel), ("occasion", "site"))
        self.env["care.calendar.day"].create(
            {
                "calendar_id": self.company.resource_calendar_id.id,
                "date": "2026-02-17",
                "kind": "holiday",
                "name": "Spring Festival",
            }
        )
        with freeze_time("2026-02-11 02:00:00"):
            programme.with_user(self.manager).action_draw()
        calls = self.env["care.callback"].search([("programme_id", "=", programme.id)])
        self.assertEqual(calls.partner_id, self.steel | self.power)

    def test_p09_06_every_customer_is_asked_once_a_year(self):
        """P09.06"""
        duty = self.start_duty("p09_survey", "2026-10-01 02:00:00")
        wave = self.wave()
        self.assertEqual(wave.request_ids.partner_id, self.steel | self.power)
        head = self.holders["customer_service_manager"]
        with freeze_time("2026-10-06 02:00:00"):
            self.env["care.duty"].with_user(head)._fulfil(
                "p09_survey", wave, self.company
            )
        self.assertEqual(duty.state, "met")
        self.fill(wave, self.steel, "9")
        asked = self.rule("care.indicator", "p09_asked")._evaluate(*YEAR)
        self.assertEqual([value.value for value in asked.values()], [50])
        with freeze_time("2026-11-01 02:00:00"):
            lacking = self.env["res.partner"].with_user(self.clerk)
            lacking = lacking.search([("care_not_asked", "=", True)])
        self.assertIn(self.power, lacking)
        self.assertNotIn(self.steel, lacking)

    def test_p09_07_weak_points_are_corrected_and_prevented(self):
        """P09.07"""
        wave = self.wave()
        self.fill(wave, self.steel, "5")
        self.fill(wave, self.power, "9")
        with freeze_time("2027-02-02 02:00:00"):
            self.env["care.satisfaction.programme"]._cron_rounds()
            self.assertEqual(wave.state, "closed", "31 days after the year")
            corrective = self.rule("care.improvement.rule", "p09_weak")._look()
            preventive = self.rule("care.improvement.rule", "p09_weak_prevent")._look()
        self.assertEqual(corrective.partner_id, self.steel)
        self.assertEqual(corrective.kind, "corrective")
        self.assertEqual(preventive.kind, "preventive", "70 of the company is below 80")
        self.assertEqual(preventive.user_id, self.holders["general_manager"])


@tagged("post_install", "-at_install")
class TestPackP16(P09Case):
    """P16: a later edition of P09."""

    def load_p16(self, moment="2026-11-15 02:00:00"):
        with freeze_time(moment):
            packs = self.env["care.policy.pack"].with_user(self.manager)
            report = packs.load_pack("P16", self.company.id)
        return self.env["care.policy"].browse(report["policy_id"])

    def test_p16_01_what_ran_under_the_earlier_edition_stays_with_it(self):
        """P16.01"""
        wave = self.wave()
        request = self.fill(wave, self.steel, "5")
        duty = self.start_duty("p09_survey", "2026-10-01 02:00:00")
        revised = self.load_p16()
        self.assertEqual(
            (revised.state, revised.supersedes_id), ("active", self.policy)
        )
        self.assertEqual(self.policy.state, "superseded")
        old = self.env["care.satisfaction.programme"].with_context(active_test=False)
        old = old.search(
            [("code", "=", "p09_yearly"), ("company_id", "=", self.company.id)]
        )
        self.assertFalse(old.active, "it begins nothing new")
        self.assertEqual(request.clause_id.code, "P09.06")
        self.assertEqual(duty.clause_id.code, "P09.06")
        self.fill(wave, self.power, "9", "2026-11-20")
        with freeze_time("2027-02-02 02:00:00"):
            wave.with_user(self.manager).action_close()
        scores = self.env["care.satisfaction.score"].search(
            [("round_id", "=", wave.id), ("level", "=", "subject")]
        )
        self.assertEqual(set(scores.clause_id.mapped("code")), {"P09.06"})
        self.env.flush_all()
        met = self.env["care.clause.compliance"].search(
            [
                ("clause_id.policy_id", "=", self.policy.id),
                ("source", "=", "satisfaction"),
            ]
        )
        self.assertEqual((sum(met.mapped("met")), sum(met.mapped("missed"))), (1, 1))

    def test_p16_02_the_new_edition_asks_on(self):
        """P16.02"""
        wave = self.wave()
        self.policy = self.load_p16()
        fresh = self.new_customer("Cement")
        later = self.wave("p16_yearly", "2026-12-05")
        self.assertEqual(later.request_ids.partner_id, fresh, "nobody is asked twice")
        self.fill(later, fresh, "4", "2026-12-10")
        with freeze_time("2027-02-02 02:00:00"):
            later.with_user(self.manager).action_close()
            found = self.rule("care.improvement.rule", "p16_weak")._look()
        self.assertEqual(found.partner_id, fresh)
        self.assertEqual(found.clause_id.code, "P16.02")
        self.assertTrue(wave.request_ids)

    def test_p16_round_trips_with_what_it_takes_the_place_of(self):
        revised = self.load_p16()
        packs = self.env["care.policy.pack"].with_user(self.manager)
        text = packs.env["care.pack.loader"]._pack_text(revised)
        self.assertIn("replaces: P09", text)
        report = packs.load_yaml(text, self.company.id)
        self.assertEqual(report["policy_id"], revised.id)
