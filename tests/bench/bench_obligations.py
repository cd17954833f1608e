"""What obligations cost: creating records that have them, and the sweep.

    CARE_TESTS=1 setup/odoo shell -d DATABASE --no-http \\
        < tests/bench/bench_obligations.py

DATABASE has test_customer_stack installed. BENCH_OPEN (200000) sets how many open
obligations the sweep finds, of which a twentieth is due. Nothing is kept: everything is
rolled back. Figures are processor time of Odoo and its database process together.
Goals: a record with its obligations at most 1.3 times a plain mail.thread record; the
sweep at most twice the same changes in plain SQL, below 500 MB.
"""

import os
import resource
import statistics
import time
from pathlib import Path

env = globals()["env"]  # given by the shell
OPEN = int(os.environ.get("BENCH_OPEN", "200000"))
DUE = OPEN // 20
RECORDS, ROUNDS = 1000, 5

# a desk user, not the superuser: followers, rights and the creation note count
clerk = env["res.users"].create(
    {
        "name": "Bench",
        "login": "bench",
        "group_ids": [(4, env.ref("customer_care.customer_care_group_user").id)],
    }
)
partner = env["res.partner"].create({"name": "Bench"})


BACKEND = Path(f"/proc/{env.cr._cnx.info.backend_pid}/stat")


def cpu():
    """Return the processor seconds spent so far, here and in the database's process,
    which other load on the machine does not change. Wall time where it is elsewhere."""
    if not BACKEND.exists():
        return time.perf_counter()
    ticks = BACKEND.read_text().rsplit(")", 1)[1].split()[11:13]
    database = sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
    return time.process_time() + database


def make_rules(**more):
    values = {
        "model_name": "test.care.host",
        "done_domain": "[('state', '=', 'done')]",
        "cancel_domain": "[('state', '=', 'void')]",
        "responsible_path": "user_id",
        "company_id": False,
        **more,
    }
    return env["care.obligation.rule"].create(
        [
            {
                **values,
                "code": "bench_a",
                "name": "Answer",
                "amount": 24,
                "unit": "hour",
            },
            {
                **values,
                "code": "bench_b",
                "name": "Close",
                "amount": 7,
                "unit": "working_day",
                "pause_domain": "[('state', '=', 'waiting')]",
                "remind_amount": 1,
            },
        ]
    )


def values(number):
    return {
        "name": f"case {number}",
        "user_id": clerk.id,
        "partner_id": partner.id,
        "level": number,
    }


def batch(model):
    """Return microseconds a record and queries of one create of all records."""
    vals_list = [values(number) for number in range(RECORDS)]
    env.flush_all()
    env.invalidate_all()
    begun, queries = cpu(), env.cr.sql_log_count
    env[model].with_user(clerk).create(vals_list)
    env.flush_all()
    spent = (cpu() - begun) / RECORDS * 1e6
    return spent, env.cr.sql_log_count - queries


def single(model):
    """Return the same of three hundred creates of one record each."""
    env.flush_all()
    env.invalidate_all()
    begun, queries = cpu(), env.cr.sql_log_count
    for number in range(300):
        env[model].with_user(clerk).create(values(number))
        env.flush_all()
    return (
        (cpu() - begun) / 300 * 1e6,
        (env.cr.sql_log_count - queries) / 300,
    )


def compare(title, measure):
    """Print both models, measured in turns."""
    figures = {"test.care.plain": [], "test.care.host": []}
    for model in figures:
        measure(model)  # warm
    for _round in range(ROUNDS):
        for model, found in figures.items():
            found.append(measure(model))
    plain, host = (
        statistics.median(spent for spent, _q in found) for found in figures.values()
    )
    queries = [statistics.median(q for _s, q in found) for found in figures.values()]
    print(
        f"{title:34}{plain:>12.0f}{host:>12.0f}{host / plain:>8.2f}"
        f"   queries {queries[0]:.0f} / {queries[1]:.0f}"
    )


def fill():
    """Insert OPEN hosts with one open obligation each, a twentieth of them due."""
    for rule in env["care.obligation.rule"].search([("code", "like", "bench_")]):
        rule.write({"active": False, "code": f"{rule.code}_old"})
    env.flush_all()
    ladder = [(0, 0, {"amount": 1, "unit": "hour", "notify": "responsible"})]
    rule = make_rules(escalation_ids=ladder)[0]
    env.flush_all()
    env.cr.execute(
        """INSERT INTO test_care_host (name, active, state, user_id, create_date,
                  write_date, create_uid, write_uid)
           SELECT 'bench ' || n, true, 'new', %s, now(), now(), 1, 1
             FROM generate_series(1, %s) n RETURNING id""",
        [clerk.id, OPEN],
    )
    first = env.cr.fetchone()[0]
    env.cr.execute(
        """INSERT INTO care_obligation (name, rule_id, res_model, res_id, round,
                  user_id, calendar_id, amount, unit, start_at, base_due_at, due_at,
                  state, paused_seconds, escalation_level, next_fire_at, create_date)
           SELECT '{"en_US": "Answer"}', %(rule)s, 'test.care.host', h.id, 1, %(user)s,
                  %(calendar)s, 24, 'hour', s.at, s.at + interval '1 day',
                  s.at + interval '1 day', 'open', 0, 0, s.at + interval '1 day', now()
             FROM test_care_host h, LATERAL (
                  SELECT now() at time zone 'utc' + CASE
                         WHEN h.id - %(first)s < %(due)s THEN interval '-2 days'
                         ELSE interval '30 days' END AS at) s
            WHERE h.id >= %(first)s""",
        {
            "rule": rule.id,
            "user": clerk.id,
            "calendar": env.company.resource_calendar_id.id,
            "first": first,
            "due": DUE,
        },
    )
    env.cr.execute("ANALYZE care_obligation")
    env.invalidate_all()


def floor():
    """Do in plain SQL what a sweep writes; return microseconds an obligation."""
    env.cr.execute("SAVEPOINT bench")
    begun = cpu()
    env.cr.execute(
        """UPDATE care_obligation SET state = 'missed', missed_at = due_at,
                  escalation_level = 1, next_fire_at = NULL, write_date = now()
            WHERE next_fire_at <= now() at time zone 'utc' RETURNING id"""
    )
    ids = [id_ for (id_,) in env.cr.fetchall()]
    for kind, level in (("miss", 0), ("escalate", 1)):
        env.cr.execute(
            """INSERT INTO care_obligation_event (obligation_id, at, kind, level,
                      user_id, create_date)
               SELECT id, now(), %s, %s, user_id, now()
                 FROM care_obligation WHERE id = ANY(%s)""",
            [kind, level, ids],
        )
    env.cr.execute(
        """INSERT INTO mail_activity (res_model_id, res_model, res_id, res_name,
                  summary, date_deadline, user_id, active, automated,
                  activity_type_id, create_uid, create_date)
           SELECT %s, 'test.care.host', h.id, h.name, 'Answer', o.due_at::date,
                  o.user_id, true, true, %s, 1, now()
             FROM care_obligation o JOIN test_care_host h ON h.id = o.res_id
            WHERE o.id = ANY(%s)""",
        [
            env["ir.model"]._get_id("test.care.host"),
            env.ref("mail.mail_activity_data_todo").id,
            ids,
        ],
    )
    spent = cpu() - begun
    env.cr.execute("ROLLBACK TO SAVEPOINT bench")
    return spent / len(ids) * 1e6, len(ids)


def sweep():
    """Sweep batch by batch as the job does, without its commits."""
    env.cr.execute("SAVEPOINT bench")
    begun, queries, count = cpu(), env.cr.sql_log_count, 0
    while swept := env["care.obligation"]._sweep_batch():
        count += swept
    spent = cpu() - begun
    queries = env.cr.sql_log_count - queries
    env.cr.execute("ROLLBACK TO SAVEPOINT bench")
    env.invalidate_all(flush=False)
    return spent / count * 1e6, count, queries


env["care.obligation.rule"].search([]).active = False
make_rules()
print(f"{'us a record':34}{'plain':>12}{'two rules':>12}{'ratio':>8}")
compare(f"create, {RECORDS} in one batch", batch)
compare("create, one by one", single)

fill()
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
found = [(floor(), sweep()) for _round in range(2)]
(base, count), (spent, swept, queries) = found[-1]
assert count == swept == DUE, (count, swept, DUE)
grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) // 1024
print(f"sweep of {DUE} due among {OPEN} open, an activity each:")
print(f"{'  plain SQL, us each':34}{base:>12.1f}")
print(f"{'  sweep, us each':34}{spent:>12.1f}{spent / base:>20.2f}   queries {queries}")
print(
    f"  memory of the process: {memory // 1024} MB before, {grown} MB more at its peak"
)
env.cr.rollback()
