"""What scoring customers costs: a scorecard over orders and invoices.

    CARE_TESTS=1 setup/odoo shell -d DATABASE --no-http < tests/bench/bench_scores.py

DATABASE has test_customer_stack installed. BENCH_CUSTOMERS (100000) sets how many
customers are scored; each has two orders and two invoices on average. Nothing is kept:
everything is rolled back. Figures are processor time of Odoo and its database process
together, both without parallel workers, taken in turns.

Goal: a run, with details and history, at most 1.5 times the same rows by plain SQL
(one GROUP BY for each source into a temporary table, joined once, written into a side
table with the same columns and indexes), below 500 MB.
"""

import os
import resource
import time
from datetime import date
from pathlib import Path

env = globals()["env"]  # given by the shell
CUSTOMERS = int(os.environ.get("BENCH_CUSTOMERS", "100000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "2"))
FROM, TO = date(2025, 1, 1), date(2025, 12, 31)
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


def fill():
    """Insert customers, twice as many orders and twice as many invoices."""
    cr.execute(
        """INSERT INTO res_partner (name, complete_name, active, ref, type, company_id,
                  create_date)
           SELECT 'Bench ' || n, 'Bench ' || n, true, 'bench', 'contact', %s, now()
             FROM generate_series(1, %s) n RETURNING id""",
        [company.id, CUSTOMERS],
    )
    first = cr.fetchone()[0]
    cr.execute(
        """INSERT INTO test_sale_host (partner_id, company_id, active, state,
                  amount_total, date_order)
           SELECT %(first)s + floor(random() * %(count)s)::int, %(company)s, true,
                  CASE WHEN random() < 0.1 THEN 'cancel' ELSE 'sale' END,
                  (random() * 10000)::numeric(12, 2),
                  timestamp '2024-07-01' + random() * interval '600 days'
             FROM generate_series(1, %(count)s * 2)""",
        {"first": first, "count": CUSTOMERS, "company": company.id},
    )
    cr.execute(
        """INSERT INTO test_invoice_host (partner_id, company_id, active, state,
                  amount_total, invoice_date, paid_in_time)
           SELECT %(first)s + floor(random() * %(count)s)::int, %(company)s, true,
                  'posted', (random() * 10000)::numeric(12, 2),
                  date '2024-07-01' + floor(random() * 600)::int, random() < 0.8
             FROM generate_series(1, %(count)s * 2)""",
        {"first": first, "count": CUSTOMERS, "company": company.id},
    )
    for table in ("res_partner", "test_sale_host", "test_invoice_host"):
        cr.execute(f"ANALYZE {table}")


def measures():
    """Return the indicators: sales of the year, share of invoices paid in time."""
    shared = {
        "company_id": company.id,
        "subject_path": "partner_id",
        "subject_domain": "[('ref', '=', 'bench')]",
        "period": "year",
    }
    return env["care.indicator"].create(
        [
            {
                **shared,
                "code": "bench_sales",
                "name": "Sales",
                "model_name": "test.sale.host",
                "domain": "[('state', '=', 'sale')]",
                "date_field": "date_order",
                "aggregate": "sum",
                "field_name": "amount_total",
            },
            {
                **shared,
                "code": "bench_paid",
                "name": "Paid in time",
                "model_name": "test.invoice.host",
                "domain": "[('state', '=', 'posted')]",
                "date_field": "invoice_date",
                "aggregate": "rate",
                "numerator_domain": "[('paid_in_time', '=', True)]",
            },
        ]
    )


def build():
    """Return the scorecard over both."""
    sales, paid = measures()
    linear = {"curve": "linear", "low": 0, "high": 20000}
    return env["care.scorecard"].create(
        {
            "code": "bench",
            "name": "Bench",
            "company_id": company.id,
            "subject_domain": "[('ref', '=', 'bench')]",
            "period": "year",
            "line_ids": [
                (0, 0, line)
                for line in (
                    {"code": "sales", "name": "Sales", "weight": 60}
                    | {"indicator_id": sales.id}
                    | linear,
                    {"code": "paid", "name": "Paid", "weight": 40}
                    | {"indicator_id": paid.id},
                )
            ],
            "band_ids": [
                (0, 0, {"code": code, "name": code, "value": value})
                for code, value in (("a", 80), ("b", 50), ("c", 0))
            ],
        }
    )


GROUP_SALES = """CREATE TEMP TABLE floor_sales ON COMMIT DROP AS
    SELECT partner_id, SUM(amount_total) AS total FROM test_sale_host
     WHERE active AND state = 'sale' AND company_id = %(company)s
       AND date_order >= %(from)s AND date_order < %(to)s::date + 1
     GROUP BY partner_id"""
GROUP_PAID = """CREATE TEMP TABLE floor_paid ON COMMIT DROP AS
    SELECT partner_id, COUNT(*) AS n, COUNT(*) FILTER (WHERE paid_in_time) AS paid
      FROM test_invoice_host
     WHERE active AND state = 'posted' AND company_id = %(company)s
       AND invoice_date BETWEEN %(from)s AND %(to)s
     GROUP BY partner_id"""
SCORED = """SELECT p.id, s.total, i.n, i.paid,
           LEAST(GREATEST(COALESCE(s.total, 0)::float8 / 20000, 0), 1) * 100 AS p1,
           100.0::float8 * i.paid / i.n AS p2
      FROM res_partner p
      LEFT JOIN floor_sales s ON s.partner_id = p.id
      LEFT JOIN floor_paid i ON i.partner_id = p.id
     WHERE p.active AND p.ref = 'bench' AND p.company_id = %(company)s OFFSET 0"""
VALUE = "(60 * p1 + COALESCE(40 * p2, 0)) / CASE WHEN p2 IS NULL THEN 60 ELSE 100 END"
BAND = "CASE WHEN value >= 80 THEN 'a' WHEN value >= 50 THEN 'b' ELSE 'c' END"
FULL = f"""INSERT INTO bench_side (scorecard_id, company_id, res_model, res_id,
           partner_id, date_from, date_to, formula_version, value, band_code, state,
           details, computed_at, is_latest)
    SELECT %(card)s, %(company)s, 'res.partner', id, id, %(from)s, %(to)s, 1, value,
           {BAND}, 'complete',
           jsonb_build_array(
               jsonb_build_object('code', 'sales', 'weight', 60, 'raw', total,
                                  'points', p1, 'reason', NULL),
               jsonb_build_object('code', 'paid', 'weight', 40, 'raw', p2,
                                  'points', p2, 'numerator', paid, 'denominator', n,
                                  'reason', CASE WHEN n IS NULL THEN 'no_records' END)),
           now(), true
      FROM (SELECT r.*, {VALUE} AS value FROM ({SCORED}) r OFFSET 0) v"""
BARE = f"""INSERT INTO bench_bare (partner_id, value, band_code)
    SELECT id, value, {BAND}
      FROM (SELECT r.*, {VALUE} AS value FROM ({SCORED}) r OFFSET 0) v"""


def floor(statement):
    """Do by plain SQL what a run writes; return seconds."""
    values = {"company": company.id, "card": card.id, "from": FROM, "to": TO}
    cr.execute("SAVEPOINT bench")
    begun = cpu()
    cr.execute(GROUP_SALES, values)
    cr.execute(GROUP_PAID, values)
    cr.execute("ANALYZE floor_sales; ANALYZE floor_paid")
    cr.execute(statement, values)
    assert cr.rowcount == CUSTOMERS, cr.rowcount
    spent = cpu() - begun
    cr.execute("ROLLBACK TO SAVEPOINT bench")
    return spent


def run(keep=False, wanted=CUSTOMERS):
    """Score everybody through the engine; return seconds."""
    cr.execute("SAVEPOINT bench")
    begun = cpu()
    written = card._run(FROM, TO)
    spent = cpu() - begun
    assert written == wanted, (written, wanted)
    if not keep:
        cr.execute("ROLLBACK TO SAVEPOINT bench")
        env.invalidate_all(flush=False)
    return spent


fill()
card = build()
cr.execute("SET LOCAL max_parallel_workers_per_gather = 0")
# the same columns and indexes, without the foreign keys
cr.execute("CREATE TABLE bench_side (LIKE care_score INCLUDING ALL)")
cr.execute(
    "CREATE TABLE bench_bare (partner_id int PRIMARY KEY, value float8,"
    " band_code varchar)"
)
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
found = [(floor(BARE), floor(FULL), run()) for _round in range(ROUNDS)]
bare, full, spent = (min(column) for column in zip(*found, strict=True))
run(keep=True)
again = run(wanted=0)
grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) // 1024
print(f"{CUSTOMERS} customers, {2 * CUSTOMERS} orders, {2 * CUSTOMERS} invoices:")
for title, seconds in (
    ("plain SQL, score and band alone", bare),
    ("plain SQL, the same rows", full),
    ("run of the scorecard", spent),
    ("run again, nothing different", again),
):
    print(
        f"  {title:34}{seconds:8.2f} s {seconds / CUSTOMERS * 1e6:7.1f} us each"
        f"   {seconds / full:5.2f} of the same rows, {seconds / bare:5.2f} of the bare"
    )
print(
    f"  memory of the process: {memory // 1024} MB before, {grown} MB more at its peak"
)
cr.rollback()
