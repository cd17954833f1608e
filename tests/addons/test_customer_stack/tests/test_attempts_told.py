from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .common_attempts import AttemptsMixin, hideable_models, shown

WORD = "Delphi"


@tagged("post_install", "-at_install")
class TestAttemptsTold(AttemptsMixin, TransactionCase):
    """What happens on a hidden record is told to nobody without clearance, although he
    follows it, is mentioned and asked: no notification, no mail, nothing pushed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people()
        cls.planter.row("res.partner", 2)
        cls.one = cls.who["manager"].partner_id
        cls.one.email = "manager@example.com"

    def happen(self, record):
        """Let the one follow, be written to and be asked; as the system does it."""
        self.env["mail.followers"].create(
            {
                "res_model": record._name,
                "res_id": record.id,
                "partner_id": self.one.id,
                "subtype_ids": [(4, self.env.ref("mail.mt_comment").id)],
            }
        )
        system = record.with_user(self.env.ref("base.user_root")).sudo()
        system.message_post(
            body=WORD,
            subject=WORD,
            partner_ids=self.one.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        if hasattr(record, "activity_schedule"):
            system.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=WORD,
                user_id=self.who["manager"].id,
            )
        self.env.flush_all()
        self.env.cr.precommit.run()

    def rows(self):
        """Return what reached him: {table: rows}."""
        queries = {
            "mail_notification": "SELECT id FROM mail_notification "
            "WHERE res_partner_id = %(partner)s",
            "mail_mail": "SELECT mail_mail_id FROM mail_mail_res_partner_rel "
            "WHERE res_partner_id = %(partner)s",
            "bus_bus": "SELECT channel, message FROM bus_bus "
            "WHERE channel LIKE %(channel)s",
        }
        values = {
            "partner": self.one.id,
            # his own channel and that of all who work here
            "channel": f'%"res.partner",{self.one.id}]%',
        }
        found = {}
        for table, query in queries.items():
            self.env.cr.execute(query, values)
            found[table] = self.env.cr.fetchall()
        self.env.cr.execute(
            "SELECT channel, message FROM bus_bus WHERE message LIKE %s",
            [f"%{WORD}%"],
        )
        found["bus_bus"] += self.env.cr.fetchall()
        return found

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_nobody_is_told_of_what_is_hidden(self):
        told, tried = [], 0
        for model in hideable_models(self.env):
            # who works here is not classified, and what is on his card neither
            if not hasattr(model, "message_post") or model._name == "hr.employee":
                continue
            with self.cr.savepoint() as savepoint:
                record = model.browse(self.planted(self.planter, model))
                self.env.flush_all()
                self.env.cr.precommit.run()
                before = self.rows()
                self.happen(record)
                after = self.rows()
                tried += 1
                if after != before:
                    new = {
                        table: [row for row in rows if row not in before[table]]
                        for table, rows in after.items()
                    }
                    told.append((model._name, ("happen",), "manager", new, "nothing"))
                savepoint.close(rollback=True)
            self.forget()
        self.assertGreater(tried, 20)
        self.assertEqual(len(told), 0, shown(told))

    def test_who_may_see_it_is_told(self):
        customer = self.env["res.partner"].create({"name": "Open"})
        before = self.rows()
        self.happen(customer)
        after = self.rows()
        self.assertNotEqual(before["mail_notification"], after["mail_notification"])
        self.assertNotEqual(before["bus_bus"], after["bus_bus"])
