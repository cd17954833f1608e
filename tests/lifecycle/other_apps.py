"""Run in Odoo's shell once our add-ons are gone: the other apps still work."""


def main(env):
    _make_everyday_records(env)
    for menu in env["ir.ui.menu"].search([("action", "!=", False)]):
        _open(env, menu)
    for cron in env["ir.cron"].search([]):
        assert cron.model_id.model in env, cron.cron_name
    env.cr.rollback()


def _make_everyday_records(env):
    partner = env["res.partner"].create({"name": "A", "email": "life@example.com"})
    partner.write({"name": "B", "phone": "+86 10 5555 0100"})
    assert env["res.partner"].search([("email", "=", "life@example.com")]) == partner
    partner.web_read({name: {} for name in partner._fields if name != "self"})
    lead = env["crm.lead"].create({"name": "Lead", "partner_id": partner.id})
    lead.message_post(body="Hello")
    project = env["project.project"].create({"name": "Project"})
    task = env["project.task"].create({"name": "Task", "project_id": project.id})
    task.write({"description": "x"})
    calendar = env.company.resource_calendar_id
    calendar.write({"name": calendar.name})
    env["hr.employee"].create({"name": "Employee"}).write({"job_title": "Clerk"})
    env["res.users"].create({"name": "User", "login": "lifecycle"})
    env["res.company"].create({"name": "Company"})
    partner.message_post(body="Hello")


def _open(env, menu):
    """Load the views that the menu's action shows."""
    action = menu.action
    assert action.exists(), menu.complete_name
    if action._name != "ir.actions.act_window":
        return
    views = [(view.view_id.id, view.view_mode) for view in action.view_ids]
    views = views or [(False, mode) for mode in action.view_mode.split(",")]
    env[action.res_model].get_views(views, {"action_id": action.id})
