"""Run in Odoo's shell: every add-on is used, so that uninstalling meets records."""


def main(env):
    partner = env["res.partner"].create({"name": "Used", "email": "used@example.com"})
    visit = env["visit.visit"].create(
        {
            "partner_id": partner.id,
            "purpose_id": env.ref("visit_planning.visit_purpose_needs").id,
            "user_ids": env.ref("base.user_admin").ids,
            "planned_at": "2026-03-02 02:00:00",
            "needs": "Two pallets",
        }
    )
    visit.action_done()
    visit.message_post(body="Hello")
    visit.activity_schedule("mail.mail_activity_data_todo", user_id=env.uid)
    file = env["archive.file"].create(
        {
            "title": "Used",
            "type_id": env.ref("customer_archive.archive_type_customer").id,
            "partner_id": partner.id,
        }
    )
    env["archive.document"].create({"file_id": file.id, "name": "Sheet"})
    env["res.company"].create({"name": "Second company"})
    env.cr.commit()
