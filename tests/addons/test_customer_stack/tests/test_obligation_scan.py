"""Rules on models that know nothing of obligations, and what no save tells."""

from odoo.tests import freeze_time, tagged

from .obligation_common import ObligationCase, at

MONDAY = "2026-03-02 02:00:00"


@tagged("post_install", "-at_install")
class TestObligationScan(ObligationCase):
    """The scan job."""

    def of(self, record):
        return self.ledger.search(
            [("res_model", "=", record._name), ("res_id", "=", record.id)],
            order="round",
        )

    def test_a_foreign_model_takes_rules_without_any_edit(self):
        self.make_rule(
            model_name="res.country.group",
            start_domain="[('name', 'like', 'Zone')]",
            done_domain="[('country_ids', '!=', False)]",
            amount=2,
        )
        with freeze_time(MONDAY):
            zones = self.env["res.country.group"].create(
                [{"name": "Zone A"}, {"name": "Zone B"}, {"name": "Else"}]
            )
            self.assertFalse(self.of(zones[0]))
            self.scan()
            self.scan()
        self.assertEqual([len(self.of(zone)) for zone in zones], [1, 1, 0])
        self.assertEqual(self.of(zones[0]).due_at, at("2026-03-04 02:00:00"))
        with freeze_time("2026-03-03 02:00:00"):
            zones[0].country_ids = self.env.ref("base.cn")
            self.scan()
            self.assertEqual(self.of(zones[0]).state, "met")
            zones[1].unlink()
            gone = self.ledger.search([("res_model", "=", "res.country.group")])
            self.scan()
        self.assertEqual(sorted(gone.mapped("state")), ["cancelled", "met"])

    def test_a_foreign_record_is_paused_resumed_reopened_and_called_off(self):
        self.make_rule(
            model_name="calendar.event",
            start_domain="[('name', '=', 'Callback')]",
            start_field="start",
            amount=1,
            done_domain="[('location', '=', 'done')]",
            pause_domain="[('location', '=', 'waiting')]",
            cancel_domain="[('location', '=', 'off')]",
            responsible_path="user_id",
        )
        with freeze_time(MONDAY):
            event = self.env["calendar.event"].create(
                {
                    "name": "Callback",
                    "start": at(MONDAY),
                    "stop": at("2026-03-02 03:00:00"),
                    "user_id": self.clerk.id,
                }
            )
            self.scan()
            obligation = self.of(event)
            self.assertEqual(obligation.user_id, self.clerk)
            event.location = "waiting"
            self.scan()
            self.assertEqual(obligation.state, "paused")
        with freeze_time("2026-03-05 02:00:00"):
            event.location = "here"
            self.scan()
            self.assertEqual(obligation.state, "open")
            self.assertEqual(obligation.due_at, at("2026-03-06 02:00:00"))
            event.location = "done"
            self.scan()
            self.assertEqual(obligation.state, "met")
            event.location = "again"
            self.scan()
            second = self.of(event)[-1:]
            self.assertEqual((second.round, second.state), (2, "open"))
            event.active = False
            self.scan()
            self.assertEqual(second.state, "cancelled")

    def test_a_foreign_record_is_followed_by_its_people_and_its_start(self):
        rule = self.make_rule(
            model_name="calendar.event",
            start_domain="[('name', '=', 'Callback')]",
            start_field="start",
            amount=1,
            done_domain="[('location', '=', 'done')]",
            responsible_path="user_id",
        )
        with freeze_time(MONDAY):
            event = self.env["calendar.event"].create(
                {
                    "name": "Callback",
                    "start": at(MONDAY),
                    "stop": at("2026-03-02 03:00:00"),
                    "user_id": self.clerk.id,
                }
            )
            self.scan()
            obligation = self.of(event)
            event.user_id = self.chief
            self.scan()
            self.assertEqual(obligation.user_id, self.chief)
            event.write(
                {"start": at("2026-03-04 02:00"), "stop": at("2026-03-04 03:00")}
            )
            self.scan()
            self.assertEqual(obligation.due_at, at("2026-03-05 02:00:00"))
            event.user_id = False
            self.scan()
            self.assertFalse(obligation.user_id)
            (spec,) = rule._get_specs()
            for step in self.ledger._scan_steps(spec, True):
                self.assertFalse(self.ledger._look_at_batch(spec, step, 0)[1])

    def test_a_foreign_obligation_escalates_as_an_activity_of_its_people(self):
        self.make_rule(
            model_name="res.country.group",
            start_domain="[('name', '=', 'Zone A')]",
            done_domain="[('country_ids', '!=', False)]",
            escalation_ids=[
                (0, 0, {"amount": 1, "notify": "user", "user_id": self.worker.id})
            ],
        )
        with freeze_time(MONDAY):
            self.env["res.country.group"].create({"name": "Zone A"})
            self.scan()
        with freeze_time("2026-03-11 02:00:00"):
            self.sweep()
        activity = self.env["mail.activity"].search([("user_id", "=", self.worker.id)])
        self.assertEqual((activity.res_model, activity.summary), (False, "Answer"))

    def test_a_rule_about_another_record_is_seen_by_the_job(self):
        partner = self.env["res.partner"].create({"name": "P"})
        self.make_rule(start_domain="[('partner_id.ref', '=', 'VIP')]")
        with freeze_time(MONDAY):
            host = self.make_hosts(partner_id=partner.id)
            self.assertFalse(host.obligation_ids)
            partner.ref = "VIP"
            self.scan()
        self.assertEqual(len(host.obligation_ids), 1)

    def test_a_rule_about_the_date_is_seen_by_the_job(self):
        self.make_rule(start_domain="[('received_on', '<', 'today -3d')]")
        with freeze_time(MONDAY):
            host = self.make_hosts(received_on="2026-03-01")
            self.scan()
            self.assertFalse(host.obligation_ids)
        with freeze_time("2026-03-06 02:00:00"):
            self.scan()
        self.assertEqual(len(host.obligation_ids), 1)

    def test_a_rule_that_cannot_be_read_stops_no_other(self):
        broken = self.make_rule(
            model_name="res.country.group", done_domain="[('id','=',0)]"
        )
        self.make_rule(
            model_name="res.country",
            start_domain="[('code', '=', 'CN')]",
            done_domain="[('vat_label', '=', 'done')]",
        )
        model = self.registry["care.obligation"]
        look = model._look_at_batch

        def look_at_batch(engine, spec, step, after):
            if spec.id == broken.id:
                raise ValueError("rotten")
            return look(engine, spec, step, after)

        self.patch(model, "_look_at_batch", look_at_batch)
        with freeze_time(MONDAY), self.assertLogs(level="ERROR"):
            self.scan()
        self.assertEqual(len(self.of(self.env.ref("base.cn"))), 1)

    def test_a_rule_whose_model_is_not_installed_sleeps(self):
        rule = self.make_rule(model_name="not.installed")
        self.assertTrue(rule.dormant)
        self.assertFalse(self.rules._for_model("not.installed"))
        self.scan()

    def test_hosts_of_the_hard_dependencies_take_rules(self):
        self.make_rule(
            model_name="res.partner",
            start_domain="[('ref', '=', 'WELCOME')]",
            done_domain="[('comment', '!=', False)]",
            responsible_path="user_id",
        )
        with freeze_time(MONDAY):
            partner = self.env["res.partner"].create({"name": "P", "ref": "WELCOME"})
            self.assertEqual(partner.obligation_ids.partner_id, partner)
            self.assertEqual(partner.obligation_state, "ok")
            self.assertEqual(partner.care_obligation_count, 1)
            partner.comment = "hello"
        self.assertEqual(partner.obligation_ids.state, "met")

    def test_without_a_rule_partners_cost_no_query_more(self):
        partner = self.env["res.partner"].create({"name": "P"})
        self.env.flush_all()
        self.assertEqual(partner.name, "P")
        self.env["care.sight"]._in_use(2)  # asked once by each worker
        before = self.cr.sql_log_count
        partner.color = 3
        self.env.flush_all()
        self.assertEqual(self.cr.sql_log_count - before, 1)
