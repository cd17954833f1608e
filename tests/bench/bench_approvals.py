"""What approvals cost a record that is written: 500 writes beside a plain model.

    CARE_TESTS=1 setup/odoo shell -d DATABASE --no-http \
        < tests/bench/bench_approvals.py

DATABASE has test_customer_stack installed. The guarded model has the mixin, two active
rules and, in the last rows, an approval on every record; the plain one has the same
fields. Both are measured in turns (A B A B); the figures are processor time of Odoo
and of its database process together. Nothing is kept: everything is rolled back.
Goal: a ratio of 1.3 at most.
"""

import os
import statistics
import time
from pathlib import Path

from odoo.service.model import call_kw

env = globals()["env"]  # given by the shell
RECORDS, ROUNDS = 500, 9
BACKEND = Path(f"/proc/{env.cr._cnx.info.backend_pid}/stat")

users = env["res.users"].create(
    [
        {
            "name": f"Bench {number}",
            "login": f"bench_approvals_{number}",
            "group_ids": [(4, env.ref("customer_care.customer_care_group_manager").id)],
        }
        for number in (1, 2)
    ]
)
env["care.approval.rule"].search([]).active = False
env["care.approval.rule"].create(
    [
        {
            "code": f"bench_{gate}",
            "name": gate,
            "model_name": "test.approval.host",
            "gate": gate,
            "amount_field": amount,
            "company_id": False,
            "step_ids": [
                (0, 0, {"name": "One", "approver": "user", "user_id": users[1].id})
            ],
        }
        for gate, amount in (("report", False), ("compensation", "compensation"))
    ]
)


def cpu():
    """Return the processor seconds spent so far, here and in the database's process.
    Wall time where that is elsewhere."""
    if not BACKEND.exists():
        return time.perf_counter()
    ticks = BACKEND.read_text().rsplit(")", 1)[1].split()[11:13]
    return time.process_time() + sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def make(model):
    partner = env["res.partner"].create({"name": "Bench"})
    vals_list = [
        {"name": f"case {number}", "partner_id": partner.id}
        for number in range(RECORDS)
    ]
    return env[model].with_user(users[0]).create(vals_list)


def one_by_one(records, field, value):
    for record in records:
        record.write({field: value})
        record.flush_recordset()


def by_client(records, field, value):
    """As 500 calls of the web client do it: nothing is loaded beforehand, the form is
    read again afterwards."""
    form = {"name": {}, "state": {}, "partner_id": {"fields": {"display_name": {}}}}
    for id_ in records.ids:
        env.invalidate_all()
        call_kw(records, "web_save", [[id_], {field: value}, {field: {}, **form}], {})


def at_once(records, field, value):
    records.write({field: value})
    records.flush_recordset()


def measure(write, records, field, value):
    """Return (milliseconds, queries)."""
    env.flush_all()
    env.invalidate_all()
    begun, queries = cpu(), env.cr.sql_log_count
    write(records, field, value)
    return (cpu() - begun) * 1e3, env.cr.sql_log_count - queries


def compare(title, write, field):
    figures = {"plain": [], "guarded": []}
    for records in models.values():
        measure(write, records, field, "0")  # warm
    for number in range(ROUNDS):
        value = f"{number + 1}" if field != "compensation" else 0.0
        for name, records in models.items():
            figures[name].append(measure(write, records, field, value))
    plain, guarded = (
        [statistics.median(column) for column in zip(*found, strict=True)]
        for found in figures.values()
    )
    print(
        f"{title:52}{plain[0]:>8.0f}{guarded[0]:>9.0f}{guarded[0] / plain[0]:>7.2f}"
        f"   queries {plain[1]:.0f} / {guarded[1]:.0f}"
    )


models = {
    "plain": make("test.approval.plain"),
    "guarded": make("test.approval.host"),
}
print(f"{f'ms for {RECORDS} records':52}{'plain':>8}{'guarded':>9}{'ratio':>7}")
compare("one by one, field nobody guards", one_by_one, "story")
compare("one by one, guarded field", one_by_one, "report")
compare("saved by the web client, field nobody guards", by_client, "story")
compare("saved by the web client, guarded field", by_client, "report")
compare("in one write, guarded field", at_once, "report")
models["guarded"]._approval_request("compensation")
print(f"{env['care.approval'].search_count([])} approvals wait")
compare("one by one, field nobody guards, all asked for", one_by_one, "story")
compare("one by one, guarded field set as it was", one_by_one, "compensation")
compare("in one write, guarded field set as it was", at_once, "compensation")
env.cr.rollback()
