"""What one deadline costs, beside Odoo's plan_hours, in one run.

    setup/odoo shell -d DATABASE --no-http < tests/bench/bench_working_time.py

Nothing is kept: the transaction is rolled back. Goal: below 50 microseconds and no
query once a schedule is known.
"""

import statistics
import time
from datetime import datetime, timedelta

env = globals()["env"]  # given by the shell
START = datetime.fromisoformat("2026-02-09 01:30:00")
STARTS = [START + timedelta(hours=7 * number) for number in range(200)]


def measure(call, rounds):
    """Return (median microseconds, queries) of one call over STARTS."""
    call(STARTS[0])
    before, times = env.cr.sql_log_count, []
    for _round in range(rounds):
        begun = time.perf_counter()
        for start in STARTS:
            call(start)
        times.append((time.perf_counter() - begun) / len(STARTS) * 1e6)
    queries = (env.cr.sql_log_count - before) / rounds / len(STARTS)
    return statistics.median(times), queries


calendar = env["resource.calendar"].create({"name": "Bench", "tz": "Asia/Shanghai"})
env["care.calendar.day"]._load_public_days(calendar, "cn", 2025, 2026)
env.flush_all()

CASES = [
    (
        "care_add, 8 working hours",
        lambda s: calendar.care_add(s, 8, "working_hour"),
        20,
    ),
    ("care_add, 7 working days", lambda s: calendar.care_add(s, 7, "working_day"), 20),
    ("care_add, next day 10:00", lambda s: calendar.care_add(s, 1, "day", "10:00"), 20),
    ("care_add, 1 month", lambda s: calendar.care_add(s, 1, "month"), 20),
    (
        "care_between, 30 days",
        lambda s: calendar.care_between(s, s + timedelta(days=30)),
        20,
    ),
    ("Odoo plan_hours, 8 h", lambda s: calendar.plan_hours(8, s), 3),
    (
        "Odoo plan_hours, 8 h, holidays",
        lambda s: calendar.plan_hours(8, s, compute_leaves=True),
        3,
    ),
    ("Odoo plan_days, 7 days", lambda s: calendar.plan_days(7, s), 3),
]
figures = {name: measure(call, rounds) for name, call, rounds in CASES}
base = figures[CASES[0][0]][0]
print(f"{'':34}{'us a call':>12}{'queries':>10}{'ratio':>10}")
for name, (micros, queries) in figures.items():
    print(f"{name:34}{micros:12.1f}{queries:10.2f}{micros / base:10.1f}")

env.registry.clear_cache()
begun = time.perf_counter()
calendar.care_add(START, 7, "working_day")
print(f"first call after a change: {(time.perf_counter() - begun) * 1e3:.1f} ms")
env.cr.rollback()
