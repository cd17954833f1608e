"""What a draw of callbacks costs beside the same work in plain SQL.

    CARE_TESTS=1 setup/odoo shell -d DATABASE --no-http \\
        < tests/bench/bench_callbacks.py

DATABASE has test_customer_stack installed. BENCH_CASES (100000) sets how many records
the period has. Both sides freeze all records with hash, rank and kind and take the
fingerprint; the plain one as one would write it down: insert, then rank, then mark.
Nothing is kept: everything is rolled back. Figures are processor time of Odoo and its
database process together, medians of rounds in turns. Goal: at most the plain SQL.
"""

import os
import statistics
import time
from pathlib import Path

from odoo.fields import Datetime

env = globals()["env"]  # given by the shell
CASES = int(os.environ.get("BENCH_CASES", "100000"))
ROUNDS = 5
BACKEND = Path(f"/proc/{env.cr._cnx.info.backend_pid}/stat")
NOW = "2026-04-01 01:00:00"
RATES = {"a": 50, "b": 30, "c": 10}


def cpu():
    """Return processor seconds spent so far, here and in the database's process."""
    if not BACKEND.exists():
        return time.perf_counter()
    ticks = BACKEND.read_text().rsplit(")", 1)[1].split()[11:13]
    database = sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
    return time.process_time() + database


def fill():
    """Insert CASES hosts of March in three strata; return the programme."""
    env["care.callback.programme"].search([]).active = False
    env.cr.execute(
        """INSERT INTO test_care_host (name, active, state, done_at, level, company_id,
                  create_date, write_date, create_uid, write_uid)
           SELECT 'bench ' || n, true, 'done',
                  timestamp '2026-03-01 10:00' + (n %% 28) * interval '1 day', n %% 3,
                  %s, now(), now(), 1, 1
             FROM generate_series(1, %s) n""",
        [env.company.id, CASES],
    )
    env.cr.execute("ANALYZE test_care_host")
    return env["care.callback.programme"].create(
        {
            "code": "bench",
            "name": "Bench",
            "model_name": "test.care.host",
            "domain": "[('state', '=', 'done')]",
            "event_field": "done_at",
            "start_date": "2026-03-01",
            "rate_pct": 10,
            "stratum_ids": [
                (
                    0,
                    0,
                    {
                        "code": code,
                        "name": code,
                        "rate_pct": rate,
                        "domain": f"[('level', '=', {level})]",
                    },
                )
                for level, (code, rate) in enumerate(RATES.items())
            ],
        }
    )


def begin(programme):
    env.cr.execute("SAVEPOINT bench")
    now = (
        env["care.callback.draw"]._fields["drawn_at"].to_datetime("2026-03-01 08:00:00")
    )
    return programme._begin_and_draw(now) or programme.draw_ids


def ours(programme):
    """Draw as the job does; return milliseconds."""
    one = begin(programme)
    moment = Datetime.to_datetime(NOW)
    env.flush_all()
    begun = cpu()
    one._draw(moment)
    env.flush_all()
    spent = cpu() - begun
    assert one.population_count == CASES, one.population_count
    drawn = one.drawn_count
    env.cr.execute("ROLLBACK TO SAVEPOINT bench")
    env.invalidate_all(flush=False)
    return spent * 1e3, drawn


def plain(programme):
    """Do the same in plain SQL; return milliseconds."""
    one = begin(programme)
    env.flush_all()
    seed = "0123456789abcdef"
    begun = cpu()
    env.cr.execute(
        """INSERT INTO care_callback_draw_line (draw_id, programme_id, res_id, event_at,
                  stratum, hash, kind, on_top)
           SELECT %s, %s, id, done_at, CASE level WHEN 0 THEN 'a' WHEN 1 THEN 'b'
                  ELSE 'c' END, encode(sha256(convert_to(
                  %s || ':test.care.host:' || id, 'UTF8')), 'hex'), 'reserve', false
             FROM test_care_host
            WHERE active AND state = 'done' AND company_id = %s
              AND done_at >= '2026-03-01' AND done_at < '2026-04-01'""",
        [one.id, programme.id, seed, env.company.id],
    )
    env.cr.execute(
        """UPDATE care_callback_draw_line l SET rank = r.rank,
                  kind = CASE WHEN r.rank <= ceil(r.n * CASE l.stratum WHEN 'a' THEN 50
                         WHEN 'b' THEN 30 ELSE 10 END / 100.0)
                         THEN 'drawn' ELSE 'reserve' END
             FROM (SELECT id, row_number() OVER (PARTITION BY stratum ORDER BY hash)
                          AS rank, count(*) OVER (PARTITION BY stratum) AS n
                     FROM care_callback_draw_line WHERE draw_id = %s) r
            WHERE r.id = l.id""",
        [one.id],
    )
    env.cr.execute(
        """SELECT encode(sha256(convert_to(string_agg(res_id || ':' || stratum
                  || ':1:0', E'\n' ORDER BY res_id), 'UTF8')), 'hex')
             FROM care_callback_draw_line WHERE draw_id = %s""",
        [one.id],
    )
    env.cr.execute(
        """SELECT count(*) FROM care_callback_draw_line
            WHERE draw_id = %s AND kind = 'drawn'""",
        [one.id],
    )
    drawn = env.cr.fetchone()[0]
    spent = cpu() - begun
    env.cr.execute("ROLLBACK TO SAVEPOINT bench")
    env.invalidate_all(flush=False)
    return spent * 1e3, drawn


def verify(programme):
    """Freeze, then draw again in Python; return milliseconds of the proof."""
    one = begin(programme)
    one._draw(Datetime.to_datetime(NOW))
    env.flush_all()
    begun = cpu()
    wrong = one._redraw()
    spent = cpu() - begun
    assert not wrong, wrong
    env.cr.execute("ROLLBACK TO SAVEPOINT bench")
    env.invalidate_all(flush=False)
    return spent * 1e3


programme = fill()
plain(programme), ours(programme)  # warm
floors, found = [], []
for _round in range(ROUNDS):
    floors.append(plain(programme))
    found.append(ours(programme))
assert floors[0][1] == found[0][1], (floors[0], found[0])
floor = statistics.median(spent for spent, _drawn in floors)
spent = statistics.median(spent for spent, _drawn in found)
print(f"draw {found[0][1]} of {CASES} records, frozen with their fingerprint:")
print(f"{'  plain SQL, ms':34}{floor:>12.0f}")
print(f"{'  draw, ms':34}{spent:>12.0f}{spent / floor:>20.2f}")
print(f"{'  proof in Python, ms':34}{verify(programme):>12.0f}")
env.cr.rollback()
