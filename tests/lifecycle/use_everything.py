"""Run in Odoo's shell: every add-on is used, so that uninstalling meets records."""

from datetime import date, datetime, time, timedelta

from odoo import Command

# Engine records that the uninstallation must meet.
_WRITTEN = (
    "care.obligation",
    "care.approval",
    "care.requirement.check",
    "care.indicator.result",
    "care.score",
    "care.tier.grant",
    "care.callback.draw",
    "care.callback",
    "care.improvement",
    "care.sanction",
)


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
    _measure(env)
    _grade(env, partner)
    _call_back(env, partner)
    _improve_and_charge(env)
    for name in ("_cron_sweep", "_cron_produce"):
        _run_cron(env, name)
    for model in _WRITTEN:
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


def _measure(env):
    """A figure and a scorecard over complaints."""
    env["care.policy.pack"].load_pack("P20", env.company)
    indicator = env["care.indicator"].create(
        {
            "code": "used_cases",
            "name": "Complaints",
            "model_name": "complaint.case",
            "date_field": "received_at",
            "subject_path": "partner_id",
            "keep": True,
        }
    )
    env["care.indicator.result"]._write_results(
        indicator, date(2026, 3, 1), date(2026, 3, 31), env.company
    )
    card = env["care.scorecard"].create(
        {
            "code": "used_card",
            "name": "Complaints",
            "subject_model": "res.partner",
            "period": "month",
            "line_ids": [
                Command.create(
                    {
                        "code": "cases",
                        "name": "Complaints",
                        "indicator_id": indicator.id,
                        "weight": 100,
                    }
                )
            ],
        }
    )
    card._run(date(2026, 3, 1), date(2026, 3, 31))


def _grade(env, partner):
    tier = env["care.tier"].search([("scheme_id.code", "!=", False)], limit=1)
    env["care.tier.grant"]._give(
        [
            {
                "partner_id": partner.id,
                "scheme_id": tier.scheme_id.id,
                "tier_id": tier.id,
                "company_id": env.company.id,
                "kind": "regular",
                "source": "request",
                "valid_from": date(2026, 3, 1),
                "valid_to": date(2036, 3, 1),
            }
        ]
    )


def _call_back(env, partner):
    """An emergency is called after: the day it happened is drawn a day later."""
    env["care.policy.pack"].load_pack("P18", env.company)
    today = date.today()  # noqa: DTZ011 - days of the database are days here
    env["care.callback.occasion"].create(
        {"partner_id": partner.id, "kind": "emergency", "date": today}
    )
    programme = env["care.callback.programme"].search(
        [("code", "=", "callback_emergency")]
    )
    now = datetime.combine(today, time(12))
    for days in (0, 1, 2):
        programme._run(now + timedelta(days=days))


def _improve_and_charge(env):
    env["care.improvement"].create({"name": "Used", "user_id": env.uid})
    rule = env["care.sanction.rule"].create(
        {"code": "used_fine", "name": "Late", "trigger": "manual", "amount": 20}
    )
    user = env["res.users"].search([("login", "=", "used_clerk")])
    env["care.sanction.manual"].create(
        {"rule_id": rule.id, "user_id": user.id, "note": "Late again"}
    ).action_propose()
