"""What the read log costs a reader, and how fast its chain is sealed and verified.

    setup/odoo shell -d DATABASE --no-http < tests/bench/bench_access_log.py

DATABASE has customer_care installed and is a copy to throw away: calls commit, as they
do behind the web client. They go through Odoo's whole web application in this process
(session, dispatch, answer), by turns with the doors of the log shut and open: A B A B.
BENCH_ROWS (200000) is the length of the log that is sealed and verified. Goals: a form
at most 1.3 times, a list of 80 at most 1.15 times the unlogged call; 4,000 rows a
second sealed, 100,000 verified.
"""

import json
import os
import statistics
import time
from unittest.mock import patch

from werkzeug.test import Client

from odoo.http import root
from odoo.tools import SQL, config

env = globals()["env"]  # given by the shell
ROWS = int(os.environ.get("BENCH_ROWS", "200000"))
TURNS, FORMS, LISTS = 6, 150, 40
NAMES = ["name", "email", "phone", "street", "city", "zip", "country_id", "vat"]
NAMES += ["ref", "website", "lang", "comment", "user_id", "parent_id", "is_company"]
NAMES += ["category_id", "function", "active", "company_id", "write_date"]

config["dbfilter"] = f"^{env.cr.dbname}$"


def prepare():
    """Return the ids of 80 secret customers, and make a cleared user."""
    groups = [
        env.ref(name).id
        for name in (
            "customer_care.customer_care_group_user",
            "base.group_partner_manager",
        )
    ]
    user = env["res.users"].search([("login", "=", "bench")])
    user = user or env["res.users"].create({"name": "Bench", "login": "bench"})
    user.write({"password": "bench", "group_ids": [(6, 0, groups)]})
    env.cr.execute(
        "INSERT INTO care_clearance (user_id, company_id, level, state, vetted,"
        " effective_from, valid_from) VALUES (%s, %s, 3, 'active', true, '2020-01-01',"
        " '2020-01-01')",
        (user.id, env.company.id),
    )
    partners = env["res.partner"].create(
        [
            {
                "name": f"Bench {number}",
                "ref": "BENCH80",
                "email": f"bench{number}@example.com",
                "city": "Hangzhou",
                "is_company": True,
            }
            for number in range(80)
        ]
    )
    partners.write({"secrecy_own": 2})
    env.cr.commit()
    return partners.ids


def post(client, path, params):
    body = json.dumps({"jsonrpc": "2.0", "method": "call", "id": 1, "params": params})
    answer = client.post(
        path,
        data=body,
        content_type="application/json",
        environ_base={"REMOTE_ADDR": "127.0.0.1"},
    ).get_json()
    if "error" in answer:
        raise SystemExit(answer["error"]["data"]["debug"])
    return answer["result"]


def call_kw(client, method, args, kwargs=None):
    params = {"model": "res.partner", "method": method, "args": args}
    path = f"/web/dataset/call_kw/res.partner/{method}"
    return post(client, path, {**params, "kwargs": kwargs or {}})


def unlogged():
    """Shut the doors; everything else of confidentiality stays."""
    return patch.object(env.registry["base"], "_is_client_read", lambda self: False)


def measure(title, work, times, goal):
    """Print the ratio of the logged to the unlogged call; turns change every time."""
    spent = {True: [], False: []}
    for turn in range(2 * TURNS):
        is_logged = bool(turn % 2)
        with unlogged() if not is_logged else patch("os.getpid", os.getpid):
            for _ in range(times):
                start = time.perf_counter()
                work()
                spent[is_logged].append(time.perf_counter() - start)
    off, on = (statistics.median(spent[key]) * 1000 for key in (False, True))
    print(f"{title:44} {off:8.2f} ms {on:8.2f} ms  x {on / off:.2f} (goal {goal})")


def bench_readers():
    ids = prepare()
    client = Client(root)
    post(
        client,
        "/web/session/authenticate",
        {"db": env.cr.dbname, "login": "bench", "password": "bench"},
    )
    spec = {name: {} for name in NAMES}
    some = dict.fromkeys(NAMES[:8], {})
    for many in ("country_id", "user_id", "parent_id", "company_id"):
        spec[many] = {"fields": {"display_name": {}}}
    spec["child_ids"] = {"fields": {"name": {}, "email": {}}, "limit": 40}
    domain = [("ref", "=", "BENCH80")]
    one = ids[:1]
    before = count()
    call_kw(client, "web_read", [one, spec])
    if count() != before + 1:
        raise SystemExit("A form read did not leave one row.")
    print(f"{'':44} {'unlogged':>11} {'logged':>11}")
    jobs = [
        ("form: web_read of 21 fields", "web_read", [one, spec], FORMS, 1.3),
        ("read of 20 fields", "read", [one, NAMES], FORMS, 1.3),
        ("list: 80 x 8", "web_search_read", [domain, some], LISTS, 1.15),
        ("list: 80 x 20", "search_read", [domain, NAMES], LISTS, 1.15),
        ("name_search", "name_search", ["Bench 7"], LISTS, 1.15),
        ("group: web_read_group", "web_read_group", [domain, ["city"]], LISTS, 1.15),
    ]
    for title, method, args, times, goal in jobs:
        measure(title, lambda m=method, a=args: call_kw(client, m, a), times, goal)
    none = env["res.partner"].search([("secrecy_level", "=", 0)], limit=1).ids
    work = lambda: call_kw(client, "web_read", [none, spec])  # noqa: E731
    measure("form of a public record (nothing logged)", work, FORMS, 1.05)


def count():
    env.cr.rollback()
    env.cr.execute("SELECT count(*) FROM care_access_log")
    return env.cr.fetchone()[0]


def bench_chain():
    seal, check = env["care.access.seal"], env["care.access.check"]
    while seal._seal_round():
        env.cr.commit()
    start = time.perf_counter()
    env.execute_query(
        SQL(
            """INSERT INTO care_access_log (user_id, login, company_id, address, route,
                      session, agent, request, operation, model, res_ids, field_names,
                      count, denied, aborted, level)
               SELECT n %% 50, 'user' || n %% 50, 1, '10.0.0.' || n %% 200,
                      '/web/dataset/call_kw/res.partner/web_read', md5(n::text),
                      'Mozilla/5.0 (X11; Linux x86_64)', md5((n + 1)::text), 'read',
                      'res.partner', ARRAY[n, n + 1], ARRAY['name', 'phone', 'email'],
                      2, false, false, 2
                 FROM generate_series(1, %s) n RETURNING id""",
            ROWS,
        )
    )
    env.cr.commit()
    print(f"inserted {ROWS / (time.perf_counter() - start):12,.0f} rows/s")
    start, sealed = time.perf_counter(), 0
    while done := seal._seal_round():
        sealed += done
        env.cr.commit()
    print(f"sealed   {sealed / (time.perf_counter() - start):12,.0f} rows/s")
    env.cr.execute("ANALYZE care_access_log")
    env.cr.execute("ANALYZE care_access_seal")
    result = check._verify()
    env.cr.commit()
    speed = result.rows / result.seconds
    print(f"verified {speed:12,.0f} rows/s, {result.rows} rows, {result.state}")


bench_readers()
bench_chain()
