"""What the scores of many satisfaction forms cost.

    setup/odoo shell -d DATABASE --no-http < tests/bench/bench_satisfaction.py

BENCH_ANSWERS (1000000) forms about BENCH_PROJECTS (10000) projects lie in one round.
Nothing is kept: everything is rolled back. Figures are processor time of Odoo and its
database process together, without parallel workers, taken in turns.

Goals: all scores of the round at most twice the same rows by plain SQL (one GROUP BY
over the answers, written into a side table with the same columns); one more answer
reckons its project alone, whatever the number of others.
"""

import os
import resource
import time
from datetime import date
from pathlib import Path

env = globals()["env"]  # given by the shell
ANSWERS = int(os.environ.get("BENCH_ANSWERS", "1000000"))
PROJECTS = int(os.environ.get("BENCH_PROJECTS", "10000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
cr, company = env.cr, env.company
BACKEND = Path(f"/proc/{cr._cnx.info.backend_pid}/stat")


def cpu():
    """Return the processor seconds spent so far, here and in the database's process;
    wall time where the database runs elsewhere."""
    if not BACKEND.exists():
        return time.perf_counter()
    ticks = BACKEND.read_text().rsplit(")", 1)[1].split()[11:13]
    database = sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
    return time.process_time() + database


def prepare():
    """Return a running round of a programme with two factors."""
    scale = env["care.satisfaction.scale"].create(
        {
            "code": "bench",
            "name": "Bench",
            "band_ids": [
                (0, 0, {"code": f"b{low}", "name": f"From {low}", "value": low})
                for low in (91, 81, 61, 0)
            ],
        }
    )
    programme = env["care.satisfaction.programme"].create(
        {
            "code": "bench",
            "name": "Bench",
            "scale_id": scale.id,
            "timing": "hand",
            "factor_ids": [
                (0, 0, {"code": code, "name": code, "weight": 50}) for code in "ab"
            ],
        }
    )
    wave = programme._round_of(company, date(2026, 1, 1))
    wave._step_write({"state": "running"})
    return wave


def fill(wave):
    """Insert projects with a customer each, and the rated answers about them."""
    cr.execute(
        """INSERT INTO res_partner (name, complete_name, active, type, is_company,
                  company_id, autopost_bills)
           SELECT 'Bench ' || n, 'Bench ' || n, true, 'contact', true, %s, 'ask'
             FROM generate_series(1, %s) n RETURNING id"""
        if "autopost_bills" in env["res.partner"]._fields
        else """INSERT INTO res_partner (name, complete_name, active, type, is_company,
                  company_id)
           SELECT 'Bench ' || n, 'Bench ' || n, true, 'contact', true, %s
             FROM generate_series(1, %s) n RETURNING id""",
        [company.id, PROJECTS],
    )
    partner = cr.fetchone()[0]
    cr.execute(
        "UPDATE res_partner SET commercial_partner_id = id WHERE id >= %s", [partner]
    )
    first = env["project.project"].create({"name": "Bench"}).id
    cr.execute(
        """INSERT INTO project_project (name, active, privacy_visibility, company_id,
                  partner_id, last_update_status, alias_id)
           SELECT jsonb_build_object('en_US', 'Bench ' || n), true, 'employees', %s,
                  %s + n - 1, 'to_define', p.alias_id
             FROM generate_series(1, %s) n, project_project p WHERE p.id = %s
           RETURNING id""",
        [company.id, partner, PROJECTS, first],
    )
    first = cr.fetchone()[0]
    fill_answers(wave, first, partner)
    return first


def fill_answers(wave, first, partner):
    """Insert the answers and make the side table."""
    cr.execute(
        """INSERT INTO care_satisfaction_answer (programme_id, round_id, company_id,
                  res_model, res_id, project_id, customer_id, partner_id, channel,
                  answered_on, rated_at, score, known_pct, state, is_passed)
           SELECT %(programme)s, %(wave)s, %(company)s, 'project.project',
                  %(first)s + k, %(first)s + k, %(partner)s + k, %(partner)s + k, 'web',
                  date '2026-03-01', now(), round((40 + random() * 60)::numeric, 6),
                  100, 'counted', true
             FROM (SELECT (n %% %(projects)s) AS k
                     FROM generate_series(1, %(answers)s) n) t""",
        {
            "programme": wave.programme_id.id,
            "wave": wave.id,
            "company": company.id,
            "first": first,
            "partner": partner,
            "projects": PROJECTS,
            "answers": ANSWERS,
        },
    )
    for table in ("res_partner", "project_project", "care_satisfaction_answer"):
        cr.execute(f"ANALYZE {table}")
    cr.execute(
        "CREATE TEMP TABLE bench_score (LIKE care_satisfaction_score INCLUDING ALL)"
    )


def plain(wave):
    """Write the same rows into a side table with the same columns and indexes."""
    cr.execute("TRUNCATE bench_score")
    cr.execute(
        """INSERT INTO bench_score (programme_id, company_id, round_id, level,
                  date_from, date_to, res_model, res_id, project_id, partner_id, value,
                  state, is_passed, answered, is_latest, secrecy_level)
           SELECT programme_id, company_id, round_id, 'subject', date '2026-01-01',
                  date '2026-03-31', res_model, res_id, min(project_id),
                  min(customer_id), round(avg(score), 2), 'complete',
                  avg(score) >= 80, count(*), true, 0
             FROM care_satisfaction_answer
            WHERE round_id = %s AND state = 'counted'
            GROUP BY programme_id, company_id, round_id, res_model, res_id""",
        [wave.id],
    )
    cr.execute("SELECT round(avg(value), 2) FROM bench_score")
    return cr.fetchone()[0]


def ours(wave, again=False):
    if not again:
        cr.execute("DELETE FROM care_satisfaction_score WHERE round_id = %s", [wave.id])
    env["care.satisfaction.score"]._reckon_round(wave)
    cr.execute(
        """SELECT value FROM care_satisfaction_score
            WHERE round_id = %s AND level = 'period' AND is_latest""",
        [wave.id],
    )
    return cr.fetchone()[0]


def spent(call, *args, **kwargs):
    start = cpu()
    result = call(*args, **kwargs)
    return cpu() - start, result


cr.execute("SET max_parallel_workers_per_gather = 0")
wave = prepare()
first = fill(wave)
floor, first_run, again = [], [], []
for _turn in range(ROUNDS):
    seconds, mean = spent(plain, wave)
    floor.append(seconds)
    seconds, value = spent(ours, wave)
    first_run.append(seconds)
    assert value == mean, (value, mean)
    again.append(spent(ours, wave, again=True)[0])
one = min(
    spent(env["care.satisfaction.score"]._reckon_round, wave, subject_ids=[first + 7])[
        0
    ]
    for _turn in range(5)
)
base = sorted(floor)[len(floor) // 2]
middle = sorted(first_run)[len(first_run) // 2]
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(f"{ANSWERS} answers, {PROJECTS} projects, mean {mean}, {memory:.0f} MB")
print(f"plain SQL {base:.2f} s, all scores {middle:.2f} s: {middle / base:.2f}")
print(f"again, nothing changed {min(again):.2f} s: {min(again) / base:.2f}")
print(f"one answer {1000 * one:.1f} ms")
cr.rollback()
