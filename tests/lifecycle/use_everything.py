"""Run in Odoo's shell: every add-on is used, so that uninstalling meets records."""


def main(env):
    env["res.company"].create({"name": "Second company"})
    for role in env["care.role"].search([]):
        env["care.role.assignment"].create(
            {"role_id": role.id, "user_id": env.ref("base.user_admin").id}
        )
    env["care.policy.pack"].load_pack("P05", env.company)
    partner = env["res.partner"].create({"name": "Used", "email": "used@example.com"})
    _set_rules_on_customers(env)
    partner.write({"name": "Used customer"})
    _complain(env, partner)
    _visit(env, partner)
    _file(env, partner)
    for name in ("_cron_sweep", "_cron_produce"):
        _run_cron(env, name)
    for model in ("care.obligation", "care.approval", "care.requirement.check"):
        assert env[model].search_count([]), model
    env.cr.commit()


def _run_cron(env, name):
    crons = env["ir.cron"].search([("code", "like", f"%{name}%")])
    assert crons, name
    for cron in crons:
        cron.method_direct_trigger()


def _set_rules_on_customers(env):
    env["care.obligation.rule"].create(
        {
            "code": "used_welcome",
            "name": "Welcome",
            "model_name": "res.partner",
            "start_domain": "[('name', 'like', 'Used')]",
            "start_field": "create_date",
            "amount": 1,
            "unit": "day",
            "role_id": env["care.role"].search([], limit=1).id,
        }
    )
    env["care.requirement"].create(
        {
            "code": "used_needs",
            "name": "Needs are noted",
            "model_name": "visit.visit",
            "gate": "done",
            "field_names": "needs",
        }
    )


def _complain(env, partner):
    clerk = env["res.users"].create(
        {
            "name": "Clerk",
            "login": "used_clerk",
            "group_ids": env.ref(
                "complaint_handling.complaint_handling_group_user"
            ).ids,
        }
    )
    case = (
        env["complaint.case"]
        .with_user(clerk)
        .create({"name": "Water runs out", "partner_id": partner.id})
    )
    case.write(
        {
            "justified": "yes",
            "demand": "return",
            "claimant_kind": "consumer",
            "compensation": 800,
            "department_id": env["hr.department"].create({"name": "Used"}).id,
            "user_id": clerk.id,
        }
    )
    case.action_accept()
    env["complaint.report"].action_produce_last_month()


def _visit(env, partner):
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


def _file(env, partner):
    file = env["archive.file"].create(
        {
            "title": "Used",
            "type_id": env.ref("customer_archive.archive_type_customer").id,
            "partner_id": partner.id,
        }
    )
    env["archive.document"].create({"file_id": file.id, "name": "Sheet"})
