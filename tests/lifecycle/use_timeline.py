"""Run in Odoo's shell beside Sales and Invoicing: the timeline of a customer shows
orders, invoices and payments with their amounts, to whom they are open there."""

from odoo import Command

CARE = "customer_care.customer_care_group_user"
SALES = "sales_team.group_sale_salesman_all_leads"
OWN_SALES = "sales_team.group_sale_salesman"
INVOICES = "account.group_account_readonly"


def main(env):
    admin = env.ref("base.user_admin")
    env = env(user=admin, context={**env.context, "tracking_disable": True})
    env["account.chart.template"].try_loading("generic_coa", env.company, False)
    customer = env["res.partner"].create({"name": "Buyer", "is_company": True})
    contact = env["res.partner"].create({"name": "Ann", "parent_id": customer.id})
    documents = _trade(env, customer, contact)
    env.flush_all()
    env.invalidate_all()
    everything = {kind for kind, _record, _amount in documents}
    # Sales opens orders to whoever reads the books
    _look(env, customer, documents, everything, CARE, INVOICES)
    # Sales opens its invoices to sellers, and no payment
    _look(env, customer, documents, {"order", "invoice"}, CARE, SALES)
    # somebody else's orders are not open to a seller, nor any to customer care alone
    _look(env, customer, documents, set(), CARE, OWN_SALES)
    _look(env, customer, documents, set(), CARE)
    env.cr.rollback()


def _trade(env, customer, contact):
    """An order of a contact, invoiced and paid; a part given back. Return
    [(kind, record, amount)]."""
    tax = env["account.tax"].search(
        [("type_tax_use", "=", "sale"), ("company_id", "=", env.company.id)], limit=1
    )
    tax.amount = 15
    product = env["product.product"].create(
        {
            "name": "Pump",
            "list_price": 100,
            "invoice_policy": "order",
            "taxes_id": [Command.set(tax.ids)],
        }
    )
    line = Command.create({"product_id": product.id, "product_uom_qty": 2})
    orders = env["sale.order"].create(
        [
            {"partner_id": contact.id, "order_line": [line]},
            {"partner_id": customer.id, "order_line": [line]},
        ]
    )
    order, cancelled = orders
    order.action_confirm()
    cancelled._action_cancel()
    invoice = order._create_invoices()
    invoice.action_post()
    paid = _pay(env, invoice)
    reversal = env["account.move.reversal"].with_context(
        active_model="account.move", active_ids=invoice.ids
    )
    reversal = reversal.create({"journal_id": invoice.journal_id.id})
    refund = env["account.move"].browse(reversal.refund_moves()["res_id"])
    refund.invoice_line_ids.quantity = 1
    refund.action_post()
    given_back = _pay(env, refund)
    return [
        ("order", order, 230.0),
        ("invoice", invoice, 230.0),
        ("payment", paid, 230.0),
        ("invoice", refund, -115.0),
        ("payment", given_back, -115.0),
    ]


def _pay(env, move):
    register = env["account.payment.register"].with_context(
        active_model="account.move", active_ids=move.ids
    )
    payment = register.create({})._create_payments()
    assert payment.state in ("in_process", "paid"), payment.state
    return payment


def _look(env, customer, documents, kinds, *groups):
    """Somebody with these groups alone sees what is open to him, and nothing else."""
    ids = [env.ref(group).id for group in (*groups, "base.group_user")]
    reader = env["res.users"].create(
        {
            "name": "Reader",
            "login": "+".join(groups),
            "group_ids": [Command.set(ids)],
        }
    )
    env.flush_all()
    rows = env["care.timeline"].with_user(reader)
    rows = rows.search(
        [
            ("partner_id", "=", customer.id),
            ("kind", "in", ("order", "invoice", "payment")),
        ]
    )
    currency = env.company.currency_id
    found = {
        (row.kind, row.res_model, row.res_id, row.name, row.amount, row.currency_id)
        for row in rows
    }
    wanted = {
        (kind, record._name, record.id, record.name, amount, currency)
        for kind, record, amount in documents
        if kind in kinds
    }
    assert found == wanted, (groups, found ^ wanted)
    assert len(rows) == len(wanted), rows
