"""What a hand-over costs: 2,000 customers and 20,000 obligations change hands.

    CARE_TESTS=1 setup/odoo shell -d DATABASE --no-http \\
        < tests/bench/bench_departure.py

DATABASE has test_customer_stack installed; nothing is kept. BENCH_CUSTOMERS (2000) and
ten obligations each, shared by three successors.
"""

import os
import resource
import time
from pathlib import Path

env = globals()["env"]  # given by the shell
CUSTOMERS = int(os.environ.get("BENCH_CUSTOMERS", "2000"))
env = env(context={**env.context, "tracking_disable": True})
group = env.ref("customer_care.customer_care_group_user")
people = env["res.users"].create(
    [
        {"name": f"Bench {n}", "login": f"bench_leave_{n}", "group_ids": group.ids}
        for n in range(4)
    ]
)
leaver, takers = people[0], people[1:]
env["care.obligation.rule"].create(
    {
        "code": "bench_leave",
        "name": "Answer",
        "model_name": "test.care.host",
        "done_domain": "[('state', '=', 'done')]",
        "responsible_path": "user_id",
        "amount": 30,
        "unit": "day",
    }
)
customers = env["res.partner"].create(
    [
        {"name": f"Customer {n}", "is_company": True, "user_id": leaver.id}
        for n in range(CUSTOMERS)
    ]
)
for start in range(0, CUSTOMERS, 200):
    env["test.care.host"].create(
        [
            {"name": "Case", "partner_id": customer.id, "user_id": leaver.id}
            for customer in customers[start : start + 200]
            for _n in range(10)
        ]
    )
env.flush_all()
env.invalidate_all()


BACKEND = Path(f"/proc/{env.cr._cnx.info.backend_pid}/stat")


def cpu():
    """Return the processor seconds spent here and in the database's process."""
    if not BACKEND.exists():
        return time.perf_counter()
    ticks = BACKEND.read_text().rsplit(")", 1)[1].split()[11:13]
    database = sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
    return time.process_time() + database


def timed(name, step):
    """Print processor and wall time and queries of a step."""
    queries, start, used = env.cr.sql_log_count, time.perf_counter(), cpu()
    step()
    env.flush_all()
    seconds, used = time.perf_counter() - start, cpu() - used
    queries = env.cr.sql_log_count - queries
    print(f"{name:24} {used:6.1f} s of work {seconds:6.1f} s {queries:6d} queries")


departures = env["care.departure"]
made = []
vals = {"user_id": leaver.id, "end_access": False, "candidate_ids": takers.ids}
timed("list what he has", lambda: made.append(departures.create(vals)))
departure = made[0]
print(env["care.departure.line"]._read_group([], ["kind"], ["__count"]))
env.invalidate_all()
timed("propose successors", departure.action_propose)
env.invalidate_all()
timed("ask for signatures", departure.action_ask_signatures)
departure._step_write({"state": "signed"})
env.invalidate_all()
timed("move everything", departure._carry_out)
env.invalidate_all()
moved = env["res.partner"].search_count([("user_id", "in", takers.ids)])
owed = env["care.obligation"].search_count([("user_id", "in", takers.ids)])
left = env["care.departure.line"].search_count(
    [("departure_id", "=", departure.id), ("state", "=", "left")]
)
print(f"customers {moved}, obligations {owed}, left {left}")
timed("open the form", lambda: departure.read())
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, "MB")
env.cr.rollback()
