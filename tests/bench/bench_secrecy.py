"""What levels of secrecy cost whoever looks for customers.

    setup/odoo shell -d DATABASE --no-http < tests/bench/bench_secrecy.py

DATABASE has customer_care installed and is a copy to throw away: the customers are
made by plain SQL and committed. BENCH_PARTNERS (1000000) says how many, of which one
in a hundred is secret; as many obligations (BENCH_OBLIGATIONS) hang on them, and a
third as many leads (BENCH_LEADS). Each look is timed in turns, with our domain and
without it, in the same database and process (without: nothing counts as in use).
Figures are processor time of Odoo and its database process together, medians of
BENCH_ROUNDS (5). Goals, as geometric means: customers at most 1.25, our own models
1.15, leads 2.
"""

import math
import os
import statistics
import time
from pathlib import Path
from unittest.mock import patch

env = globals()["env"]  # given by the shell
PARTNERS = int(os.environ.get("BENCH_PARTNERS", "1000000"))
OBLIGATIONS = int(os.environ.get("BENCH_OBLIGATIONS", PARTNERS))
LEADS = int(os.environ.get("BENCH_LEADS", PARTNERS // 3))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
RIGHTS = (
    "customer_care.customer_care_group_user",
    "sales_team.group_sale_salesman_all_leads",
)
BACKEND = Path(f"/proc/{env.cr._cnx.info.backend_pid}/stat")


def cpu():
    """Return the processor seconds spent so far, here and in the database's process."""
    if not BACKEND.exists():
        return time.perf_counter()
    ticks = BACKEND.read_text().rsplit(")", 1)[1].split()[11:13]
    database = sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
    return time.process_time() + database


def fill(table, count, insert):
    env.cr.execute(f"SELECT count(*) FROM {table}")
    if env.cr.fetchone()[0] >= count:
        return
    begun = time.perf_counter()
    env.cr.execute(insert, {"count": count})
    env.cr.commit()
    print(f"{count} rows of {table} made in {time.perf_counter() - begun:.0f} s")


def fill_obligations(known):
    fill(
        "care_obligation",
        OBLIGATIONS,
        f"""INSERT INTO care_obligation (name, res_model, res_id, partner_id, state,
                start_at, due_at, company_id, round, create_uid, write_uid,
                create_date, write_date)
            SELECT jsonb_build_object('en_US', 'Duty ' || n), 'res.partner',
                   c.id, c.id,
                   (ARRAY['open', 'met', 'missed', 'met'])[1 + n %% 4],
                   now() - n * interval '1 minute', now() - n * interval '9 second',
                   {env.company.id}, 1, 1, 1, now(), now()
              FROM generate_series(1, %(count)s) n
              JOIN customer c ON c.place = (n::bigint * 7919) %% {known}""",
    )


def prepare():
    fill(
        "res_partner",
        PARTNERS,
        """INSERT INTO res_partner (name, complete_name, email, ref, active,
                is_company, type, lang, country_id, color, secrecy_own, partner_share,
                create_uid, write_uid, create_date, write_date)
           SELECT 'Customer ' || md5(n::text), 'Customer ' || md5(n::text),
                  'c' || n || '@example.com', 'C' || n, n %% 50 <> 0, n %% 3 = 0,
                  'contact', 'en_US', 1 + n %% 200, n %% 11,
                  CASE WHEN n %% 100 = 7 THEN 2 ELSE 0 END, TRUE, 1, 1, now(), now()
             FROM generate_series(1, %(count)s) n""",
    )
    env.cr.execute(
        """CREATE TEMP TABLE customer AS
           SELECT id, row_number() OVER () - 1 AS place FROM res_partner
            WHERE ref LIKE 'C%'"""
    )
    env.cr.execute("CREATE UNIQUE INDEX ON customer (place); ANALYZE customer")
    env.cr.execute("SELECT count(*) FROM customer")
    known = env.cr.fetchone()[0]
    env.cr.execute("SELECT id FROM crm_stage ORDER BY id LIMIT 1")
    stage = env.cr.fetchone()[0]
    fill(
        "crm_lead",
        LEADS,
        f"""INSERT INTO crm_lead (name, type, active, partner_id, stage_id, user_id,
                priority, company_id, create_uid, write_uid, create_date, write_date)
            SELECT 'Lead ' || n, 'opportunity', TRUE, c.id, {stage}, 2,
                   (n %% 4)::text, {env.company.id}, 1, 1, now(), now()
              FROM generate_series(1, %(count)s) n
              JOIN customer c ON c.place = (n::bigint * 7919) %% {known}""",
    )
    if "secrecy_level" in env["care.obligation"]._fields:
        fill_obligations(known)
    env.cr.commit()
    env.cr._cnx.autocommit = True
    for table in ("res_partner", "crm_lead", "care_obligation"):
        env.cr.execute(f"VACUUM ANALYZE {table}")
    env.cr._cnx.autocommit = False
    env.registry.clear_all_caches()


def looks(model, fields, text, group, second):
    """Return {name: look} of what a client does with a model."""
    shape = {name: {} for name in fields}
    return {
        "list": lambda: model.web_search_read([], shape, limit=80, count_limit=10001),
        "search": lambda: model.web_search_read(
            [(text, "ilike", "9a7c")], shape, limit=80, count_limit=10001
        ),
        "name_search": lambda: model.name_search("9a7", limit=8),
        "kanban": lambda: model.web_read_group(
            [], [group], limit=80, auto_unfold=True, unfold_read_specification=shape
        ),
        "pivot": lambda: model.formatted_read_group([], [group, second], ["__count"]),
        "count": lambda: model.search_count([]),
    }


def timed(look):
    env.invalidate_all()
    env.cr.cache.clear()
    begun = cpu()
    look()
    return cpu() - begun


def without(look):
    with patch.object(env.registry["care.sight"], "_in_use", lambda self, level: False):
        env.registry.clear_cache()
        look()
        return timed(look)


def with_levels(look):
    env.registry.clear_cache()
    look()
    return timed(look)


def compare(title, model, *args):
    """Print each look without and with levels, in turns; return the mean ratio."""
    ratios = []
    for name, look in looks(model, *args).items():
        plain, ours = [], []
        for _round in range(ROUNDS):
            plain.append(without(look))
            ours.append(with_levels(look))
        ratio = statistics.median(ours) / statistics.median(plain)
        if name != "count":
            ratios.append(ratio)
        print(
            f"{title:28} {name:12} {statistics.median(plain) * 1000:9.1f} ms "
            f"{statistics.median(ours) * 1000:9.1f} ms {ratio:6.2f}",
            flush=True,
        )
    mean = math.exp(statistics.mean(map(math.log, ratios)))
    print(f"{title:28} geometric mean of the five {mean:.2f}", flush=True)


prepare()
env.cr.execute("SET max_parallel_workers_per_gather = 0; SET jit = off")
clerk = env["res.users"].search([("login", "=", "bench")]) or env["res.users"].create(
    {
        "name": "Bench",
        "login": "bench",
        "group_ids": [(4, env.ref(name).id) for name in RIGHTS],
    }
)
env.cr.commit()
env.cr.execute("SET max_parallel_workers_per_gather = 0; SET jit = off")
partners = env["res.partner"].with_user(clerk)
compare(
    "customers",
    partners,
    ["complete_name", "email", "phone", "is_company", "color"],
    "complete_name",
    "country_id",
    "is_company",
)
compare(
    "leads",
    env["crm.lead"].with_user(clerk),
    ["name", "priority", "type"],
    "name",
    "stage_id",
    "priority",
)
if "secrecy_level" in env["care.obligation"]._fields:
    compare(
        "obligations",
        env["care.obligation"].with_user(clerk),
        ["name", "state", "due_at"],
        "name",
        "state",
        "company_id",
    )
