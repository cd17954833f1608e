"""What a complaint with two deadlines costs to create, beside a plain record.

    CARE_TESTS=1 setup/odoo shell -d DATABASE --no-http \
        < tests/bench/bench_case_create.py

DATABASE has complaint_handling and test_customer_stack installed. Nothing is kept:
everything is rolled back. Both models are measured in turns. The plain record tells
nobody when a handler is named; a complaint does, by follower and message. Goal:
1,000 complaints in one create, each with two obligations, at most 1.3 times the plain
mail.thread record.
"""

import statistics
import time

env = globals()["env"]  # given by the shell
RECORDS, SINGLES, ROUNDS = 1000, 100, 7

user = env.ref("base.user_admin")
partner = env["res.partner"].create({"name": "Bench", "email": "bench@example.com"})
env["care.obligation.rule"].search([]).active = False
env["care.obligation.rule"].create(
    [
        {
            "model_name": "complaint.case",
            "code": f"bench_{unit}",
            "name": f"Bench {unit}",
            "amount": amount,
            "unit": unit,
            "start_field": "received_at",
            "done_domain": "[('state', '=', 'closed')]",
            "done_field": "closed_at",
            "cancel_domain": "[('state', '=', 'cancelled')]",
            "responsible_path": "user_id",
            "company_id": False,
        }
        for amount, unit in ((24, "working_hour"), (7, "day"))
    ]
)


handled = False  # whether a handler is named, whom Odoo's mail then tells


def values(model, number):
    vals = {"name": f"case {number}", "partner_id": partner.id}
    if handled:
        vals["user_id"] = user.id
    if model == "complaint.case":
        vals |= {"channel": "phone", "description": "It leaks.", "demand": "return"}
    return vals


def batch(model):
    """Return microseconds a record and queries of one create of all records."""
    vals_list = [values(model, number) for number in range(RECORDS)]
    env.flush_all()
    env.invalidate_all()
    begun, queries = time.perf_counter(), env.cr.sql_log_count
    env[model].create(vals_list)
    env.flush_all()
    spent = (time.perf_counter() - begun) / RECORDS * 1e6
    return spent, env.cr.sql_log_count - queries


def single(model):
    """Return the same of creates of one record each."""
    env.flush_all()
    env.invalidate_all()
    begun, queries = time.perf_counter(), env.cr.sql_log_count
    for number in range(SINGLES):
        env[model].create(values(model, number))
        env.flush_all()
    spent = (time.perf_counter() - begun) / SINGLES * 1e6
    return spent, (env.cr.sql_log_count - queries) / SINGLES


def compare(title, measure):
    figures = {"test.care.plain": [], "complaint.case": []}
    for model in figures:
        measure(model)  # warm
    for _round in range(ROUNDS):
        for model, found in figures.items():
            found.append(measure(model))
    plain, case = (
        statistics.median(spent for spent, _queries in found)
        for found in figures.values()
    )
    queries = [
        statistics.median(q for _spent, q in found) for found in figures.values()
    ]
    print(
        f"{title:34}{plain:>10.0f}{case:>12.0f}{case / plain:>8.2f}"
        f"   queries {queries[0]:.0f} / {queries[1]:.0f}"
    )


print(f"{'us a record':34}{'plain':>10}{'complaint':>12}{'ratio':>8}")
compare(f"{RECORDS} in one batch", batch)
compare("one by one", single)
handled = True
compare(f"{RECORDS} in one batch, handler named", batch)
compare("one by one, handler named (mail)", single)
made = env["care.obligation"].search_count([("rule_id.code", "like", "bench_")])
cases = env["complaint.case"].search_count([("partner_id", "=", partner.id)])
print(f"{cases} complaints with {made} obligations")
env.cr.rollback()
