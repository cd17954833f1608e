"""What obligations cost: creating records that have them, and the sweep.

    CARE_TESTS=1 setup/odoo shell -d DATABASE --no-http \\
        < tests/bench/bench_obligations.py

DATABASE has test_customer_stack installed and is a copy to throw away: the sweep
commits its batches, as the job does. BENCH_OPEN (1000000) sets how many open
obligations there are, of which a twentieth falls due in each of four turns: plain SQL,
sweep, plain SQL, sweep. Each level fires once, each obligation leaves the same lines
either way, which is checked. Figures are processor time of Odoo and its database
process together. Goals: a record with its obligations at most 1.3 times a plain
mail.thread record; the sweep at most twice the plain SQL, below 500 MB.
"""

import os
import resource
import statistics
import time
from pathlib import Path

env = globals()["env"]  # given by the shell
OPEN = int(os.environ.get("BENCH_OPEN", "1000000"))
DUE = OPEN // 20
RECORDS, ROUNDS = 1000, 5

# a desk user, not the superuser: followers, rights and the creation note count
clerk = env["res.users"].search([("login", "=", "bench")]) or env["res.users"].create(
    {
        "name": "Bench",
        "login": "bench",
        "group_ids": [(4, env.ref("customer_care.customer_care_group_user").id)],
    }
)
partner = env["res.partner"].create({"name": "Bench"})
env.cr.commit()


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
    """Insert OPEN hosts with one open obligation each, due in a month."""
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
                  SELECT now() at time zone 'utc' + interval '30 days'
                         + h.id * interval '1 second' AS at) s
            WHERE h.id >= %(first)s""",
        {
            "rule": rule.id,
            "user": clerk.id,
            "calendar": env.company.resource_calendar_id.id,
            "first": first,
        },
    )
    env.cr.commit()
    vacuum()
    return rule, first


def vacuum():
    """Clean up as the database does by itself, so that no turn pays for another."""
    cr = env.registry.cursor()
    cr._cnx.commit()
    cr._cnx.autocommit = True
    cr.execute("VACUUM ANALYZE care_obligation, test_care_host, mail_activity")
    cr.execute("VACUUM ANALYZE care_obligation_event")
    cr._cnx.autocommit = False
    cr.close()


def fall_due(turn):
    """Let the next DUE obligations have been due an hour and more ago."""
    env.cr.execute(
        """UPDATE care_obligation SET start_at = due - interval '1 day',
                  base_due_at = due, due_at = due, next_fire_at = due
             FROM (SELECT now() at time zone 'utc' - interval '2 days' AS due) d
            WHERE rule_id = %s AND res_id BETWEEN %s AND %s""",
        [rule.id, first + turn * DUE, first + turn * DUE + DUE - 1],
    )
    env.cr.commit()
    vacuum()


def left(turn):
    """Return what a turn left behind, to compare one way with the other."""
    env.cr.execute(
        """SELECT o.state, o.escalation_level, o.next_fire_at IS NULL,
                  (SELECT string_agg(e.kind || e.level, ' ' ORDER BY e.id)
                     FROM care_obligation_event e WHERE e.obligation_id = o.id),
                  (SELECT count(*) FROM mail_activity a
                    WHERE a.res_model = 'test.care.host' AND a.res_id = o.res_id),
                  count(*)
             FROM care_obligation o WHERE o.rule_id = %s AND o.res_id BETWEEN %s AND %s
         GROUP BY 1, 2, 3, 4, 5""",
        [rule.id, first + turn * DUE, first + turn * DUE + DUE - 1],
    )
    return env.cr.fetchall()


def floor():
    """Do in plain SQL what a sweep writes."""
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
    env.cr.commit()


def sweep():
    """Sweep as the job does, in committed batches."""
    env["care.obligation"]._cron_sweep()


def measure(turn, way):
    """Return microseconds an obligation: processor time, and on the clock."""
    fall_due(turn)
    env.invalidate_all()
    queries, at, begun = env.cr.sql_log_count, time.perf_counter(), cpu()
    way()
    spent, clock = cpu() - begun, time.perf_counter() - at
    queries = env.cr.sql_log_count - queries
    found = left(turn)
    assert found == [("missed", 1, True, "miss0 escalate1", 1, DUE)], found
    return spent / DUE * 1e6, clock / DUE * 1e6, queries


def peak():
    """Return the largest size of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


env["care.obligation.rule"].search([]).active = False
make_rules()
print(f"{'us a record':34}{'plain':>12}{'two rules':>12}{'ratio':>8}")
compare(f"create, {RECORDS} in one batch", batch)
compare("create, one by one", single)
env.cr.rollback()
env.invalidate_all()

env["care.obligation.rule"].search([]).active = False
rule, first = fill()
before = peak()
print(f"sweep of {DUE} due among {OPEN} open, an activity each, us an obligation:")
print(f"{'':34}{'processor':>12}{'clock':>12}{'queries':>8}")
ways = [("plain SQL", floor), ("sweep", sweep)] * 2
figures = []
for turn, (title, way) in enumerate(ways):
    figures.append(measure(turn, way))
    spent, clock, queries = figures[-1]
    print(f"  {title:32}{spent:>12.1f}{clock:>12.1f}{queries:>8}")
ratios = [figures[1][i] / figures[0][i] for i in (0, 1)]
again = [figures[3][i] / figures[2][i] for i in (0, 1)]
for title, pair in (("first two", ratios), ("second two", again)):
    print(f"  {'ratio, ' + title:32}{pair[0]:>12.2f}{pair[1]:>12.2f}")
print(f"  memory of the process at its peak: {peak()} MB ({before} MB before)")
