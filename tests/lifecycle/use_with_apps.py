"""Run in Odoo's shell beside Sales, Invoicing and Time Off: the engines serve the
models of apps that our add-ons do not depend on."""

from datetime import timedelta

from odoo import Command, fields


def main(env):
    admin = env.ref("base.user_admin")
    env = env(user=admin, context={**env.context, "tracking_disable": True})
    env["account.chart.template"].try_loading("generic_coa", env.company, False)
    customer = env["res.partner"].create({"name": "Buyer"})
    product = env["product.product"].create({"name": "Pump", "list_price": 100})
    _deadline_on_orders(env, customer, product)
    _deadline_on_invoices(env, customer, product)
    _stand_in_during_leave(env)
    env.cr.rollback()


def _rule(env, code, model, **vals):
    return env["care.obligation.rule"].create(
        {"code": code, "name": code, "model_name": model, "unit": "day", **vals}
    )


def _obligations(env, rule):
    env.invalidate_all()
    return env["care.obligation"].search([("rule_id", "=", rule.id)], order="id")


def _order(env, customer, product):
    line = Command.create({"product_id": product.id, "product_uom_qty": 2})
    order = env["sale.order"].create({"partner_id": customer.id, "order_line": [line]})
    order.action_confirm()
    return order


def _deadline_on_orders(env, customer, product):
    """A confirmed order is invoiced within 3 days; the job finds it by itself."""
    rule = _rule(
        env,
        "order_invoiced",
        "sale.order",
        start_domain="[('state', '=', 'sale')]",
        start_field="date_order",
        amount=3,
        done_domain="[('invoice_ids', '!=', False)]",
        responsible_path="user_id",
    )
    order = _order(env, customer, product)
    order.date_order = fields.Datetime.now() - timedelta(days=1)
    env["care.obligation"]._scan_now(rule)
    owed = _obligations(env, rule)
    assert owed.res_id == order.id and owed.state == "open", owed.read()
    assert owed.due_at == order.date_order + timedelta(days=3), owed.due_at
    assert owed.partner_id == customer and owed.user_id == order.user_id
    product.invoice_policy = "order"
    order._create_invoices()
    rule.write({"start_field": "date_order"})  # the job looks at what is running
    env["care.obligation"]._scan_now(rule)
    assert _obligations(env, rule).state == "met"


def _deadline_on_invoices(env, customer, product):
    """A posted invoice is paid by its own due date."""
    rule = _rule(
        env,
        "invoice_paid",
        "account.move",
        start_domain="[('move_type', '=', 'out_invoice'), ('state', '=', 'posted')]",
        due_field="invoice_date_due",
        amount=0,
        done_domain="[('payment_state', 'in', ('paid', 'in_payment'))]",
        cancel_domain="[('state', '=', 'cancel')]",
    )
    line = Command.create({"product_id": product.id, "quantity": 1, "price_unit": 10})
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": customer.id,
            "invoice_date": "2026-03-02",
            "invoice_date_due": "2026-03-31",
            "invoice_line_ids": [line],
        }
    )
    invoice.action_post()
    env["care.obligation"]._scan_now(rule)
    owed = _obligations(env, rule).filtered(lambda o: o.res_id == invoice.id)
    assert owed.due_at.date().isoformat() in ("2026-03-31", "2026-04-01"), owed.due_at
    assert owed.is_overdue


def _stand_in_during_leave(env):
    """Who is on an approved leave is stood in for by the one named for leaves."""
    group = env.ref("customer_care.customer_care_group_user")
    users = env["res.users"].create(
        [
            {"name": name, "login": f"apps_{name}", "group_ids": group.ids}
            for name in ("away", "deputy")
        ]
    )
    employees = env["hr.employee"].create(
        [{"name": user.name, "user_id": user.id} for user in users]
    )
    away, deputy = users
    kind = env["hr.leave.type"].create(
        {"name": "Leave", "requires_allocation": False, "leave_validation_type": "hr"}
    )
    env["care.delegation"].create(
        {"user_id": away.id, "delegate_id": deputy.id, "occasion": "leave"}
    )
    stand_in = env["care.delegation"]._stand_in
    day = next(
        day
        for day in (fields.Date.today() + timedelta(days=n) for n in range(1, 8))
        if day.weekday() < 5
    )
    leave = env["hr.leave"].create(
        {
            "employee_id": employees[0].id,
            "holiday_status_id": kind.id,
            "request_date_from": day,
            "request_date_to": day,
        }
    )
    assert stand_in(away, "approvals", on=day) == away, "asked for is not yet away"
    leave.action_approve()
    assert leave.state == "validate", leave.state
    env.flush_all()
    assert stand_in(away, "approvals", on=day) == deputy
    assert stand_in(away, "obligations", on=day) == deputy
    assert stand_in(away, "approvals", on=day + timedelta(days=7)) == away
