"""Run in Odoo's shell beside Expenses: the gate is there, once, and keeps expenses for
unregistered customers back under policy P19."""

from odoo.exceptions import UserError


def main(env):
    env = env(user=env.ref("base.user_admin"))
    env["care.pack.waiting"]._cron_wake()
    env.cr.commit()  # the job commits too; what it made is looked at when it is gone
    automations = env["base.automation"].search([("model_name", "=", "hr.expense")])
    assert len(automations) == 1, automations
    assert "x_care_partner_id" in env["hr.expense"]._fields
    arch = env["hr.expense"].get_view(env.ref("hr_expense.hr_expense_view_form").id)
    assert "x_care_partner_id" in arch["arch"]
    _try(env)
    env.cr.rollback()


def _try(env):
    env["care.policy.pack"].load_pack("P19", env.company.id)
    rule = env["care.requirement"].search([("code", "=", "p19_expense")])
    assert rule and not rule.dormant, "the requirement sleeps"
    customer = env["res.partner"].create({"name": "Unknown", "is_company": True})
    gift = env.ref("hr_expense.expense_product_gift")
    employee = env.user.employee_id or env["hr.employee"].create(
        {"name": "Admin", "user_id": env.user.id}
    )
    values = {"name": "Tea", "employee_id": employee.id, "product_id": gift.id}
    expense = env["hr.expense"].create({**values, "total_amount_currency": 80})
    _refused(expense, "Customer")
    expense.x_care_partner_id = customer
    _refused(expense, "Register the customer first")
    assert expense.state == "draft", expense.state
    env.cr.execute(
        "UPDATE res_partner SET registered_at = now() WHERE id = %s", [customer.id]
    )
    env.invalidate_all()
    expense.action_submit()
    assert expense.state != "draft", expense.state
    checks = env["care.requirement.check"].search([("requirement_id", "=", rule.id)])
    assert checks.res_id == expense.id, checks


def _refused(expense, word):
    try:
        with expense.env.cr.savepoint():
            expense.action_submit()
            expense.env.flush_all()
    except UserError as error:
        assert word in str(error), error
    else:
        raise AssertionError(f"not refused: {word}")
    expense.env.invalidate_all()
