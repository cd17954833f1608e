"""What it costs to ask whether a customer is there already, and to keep its keys.

    setup/odoo shell -d DATABASE --no-http < tests/bench/bench_duplicates.py

DATABASE has customer_care installed and is a copy to throw away: the customers are
made by COPY and committed. BENCH_PARTNERS (1000000) says how many, BENCH_ROUNDS (60)
how many questions of each kind. Each question is asked in turns: by our check, as a
plain ilike on the name, and as the ilike on name, telephone and mail that finds about
the same. Then contacts are created and written with our keys and without. Goals: the
check 50 ms at 1,000,000 customers (95 of 100 questions), a create or write at most 1.1.
"""

import io
import os
import random
import statistics
import time
from pathlib import Path
from unittest.mock import patch

from odoo.tests import new_test_user

from odoo.addons.customer_care.logic import credit_code, place_names, trade_words

env = globals()["env"]  # given by the shell
PARTNERS = int(os.environ.get("BENCH_PARTNERS", "1000000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "60"))
chance = random.Random(20261122)

# signs that brands are made of, the commonest first
SIGNS = (
    "华信达隆盛泰兴源恒宏德丰鑫天博联创中金海通科瑞安永美利昌祥正东新亚龙汇佳诚晟"
    "润康伟力立世明远腾飞凯邦顺鼎大富景耀辉荣嘉宝益合众万方元亿和同庆春光星月云山"
    "江河湖林森木石玉珠翔鹏鸿志毅勇健奥迪威视尔曼斯特纳米迈拓普锐捷思维优品质高升"
)
PLACES = sorted(place_names.PLACES)
TRADES = sorted(trade_words.TRADES)
FORMS = ("有限公司", "有限责任公司", "股份有限公司", "集团有限公司", "厂", "商行")
WEIGHTS = [1 / (n + 3) ** 0.8 for n in range(len(SIGNS))]
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"


SAVES = 20
BACKEND = Path(f"/proc/{env.cr._cnx.info.backend_pid}/stat")


def cpu():
    """Return the processor seconds spent so far, here and in the database's process."""
    if not BACKEND.exists():
        return time.perf_counter()
    ticks = BACKEND.read_text().rsplit(")", 1)[1].split()[11:13]
    database = sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
    return time.process_time() + database


def brand():
    size = chance.choices((2, 3, 4), (60, 22, 18))[0]
    return "".join(chance.choices(SIGNS, WEIGHTS, k=size))


def name():
    trades = "".join(chance.sample(TRADES, chance.choice((1, 1, 2))))
    place = chance.choice(PLACES) if chance.random() < 0.85 else ""
    form = chance.choices(FORMS, (60, 12, 8, 5, 10, 5))[0]
    if chance.random() < 0.1 and place:
        return f"{brand()}{trades}（{place}）{form}"
    return f"{place}{'市' * (chance.random() < 0.3)}{brand()}{trades}{form}"


def code(number):
    body = f"9133{number % 90 + 10:02d}{number % 90 + 10:02d}MA{number:07d}"[:17]
    return body + credit_code.check_sign(body)


def phone():
    if chance.random() < 0.5:
        return f"1{chance.randint(3000000000, 9999999999)}"
    return f"0{chance.randint(510, 599)}-{chance.randint(20000000, 88999999)}"


def customers():
    """Yield name, is_company, phone, email, credit code."""
    for number in range(PARTNERS):
        firm = chance.random() < 0.9
        label = name() if firm else chance.choice(SURNAMES) + brand()
        yield (
            label,
            firm,
            phone() if chance.random() < 0.9 else "",
            f"c{number}@example.com" if chance.random() < 0.5 else "",
            code(number) if firm and chance.random() < 0.7 else "",
        )


def prepare():
    env.cr.execute("SELECT count(*) FROM res_partner WHERE ref LIKE 'BD%'")
    if env.cr.fetchone()[0] >= PARTNERS:
        return
    begun = time.perf_counter()
    text = io.StringIO()
    for number, (label, firm, tel, mail, credit) in enumerate(customers()):
        cells = [label, label, str(firm), tel or "\\N", mail or "\\N", credit or "\\N"]
        text.write("\t".join([*cells, f"BD{number}", "True", "contact", "True"]) + "\n")
    text.seek(0)
    env.cr.execute("ALTER TABLE res_partner DISABLE TRIGGER USER")
    env.cr._obj.copy_expert(
        """COPY res_partner (name, complete_name, is_company, phone, email,
               credit_code, ref, active, type, partner_share) FROM STDIN""",
        text,
    )
    env.cr.execute(
        "UPDATE res_partner SET commercial_partner_id = id WHERE ref LIKE 'BD%'"
    )
    env.cr.execute("ALTER TABLE res_partner ENABLE TRIGGER USER")
    env.cr.commit()
    print(f"{PARTNERS} customers made in {time.perf_counter() - begun:.0f} s")
    begun = time.perf_counter()
    keys, after = env["care.customer.key"], 0
    while ids := keys._stale_ids(after):
        keys._refresh(ids)
        after = ids[-1]
        env.cr.commit()
    took = time.perf_counter() - begun
    print(f"their keys made in {took:.0f} s, {took / PARTNERS * 1e6:.0f} us each")
    env.cr.commit()
    env.cr._cnx.autocommit = True
    for table in ("res_partner", "care_customer_key"):
        env.cr.execute(f"VACUUM ANALYZE {table}")
    env.cr._cnx.autocommit = False


def questions():
    """Return {kind: values to ask with}."""
    env.cr.execute(
        """SELECT name, phone, email, credit_code FROM res_partner
            WHERE ref LIKE 'BD%%' AND is_company AND phone IS NOT NULL
              AND email IS NOT NULL AND credit_code IS NOT NULL
              AND id %% 97 = 5 LIMIT %s""",
        [ROUNDS],
    )
    known = env.cr.fetchall()
    firm = {"is_company": True}
    return {
        "the same firm": [
            firm
            | dict(zip(("name", "phone", "email", "credit_code"), row, strict=True))
            for row in known
        ],
        "a firm's name": [firm | {"name": row[0]} for row in known],
        "a telephone": [{"phone": row[1]} for row in known],
        "a brand of two signs": [
            firm | {"name": "".join(chance.choices(SIGNS, WEIGHTS, k=2))}
            for _row in known
        ],
        "the commonest brands": [
            firm | {"name": a + b} for a in SIGNS[:8] for b in SIGNS[:8]
        ][:ROUNDS],
        "a new firm": [firm | {"name": name(), "phone": phone()} for _row in known],
    }


def ask(checker, vals):
    return checker._care_duplicates(vals)


def ilike(checker, vals):
    return checker.search(
        [("name", "ilike", vals.get("name") or vals["phone"])], limit=80
    )


def ilike_all(checker, vals):
    names = ("name", "phone", "email", "credit_code")
    given = [(name, "ilike", vals[name]) for name in names if vals.get(name)]
    return checker.search(["|"] * (len(given) - 1) + given, limit=80)


def timed(way, checker, vals):
    checker.env.invalidate_all()
    begun = time.perf_counter()
    way(checker, vals)
    return (time.perf_counter() - begun) * 1000


def looks():
    user = new_test_user(
        env, f"bench_{time.time_ns()}", "customer_care.customer_care_group_user"
    )
    checker = env["res.partner"].with_user(user)
    print(
        f"{'ms':24}{'check':>8}{'95 of 100':>11}{'most':>8}"
        f"{'ilike':>9}{'ilike all':>11}"
    )
    for kind, asked in questions().items():
        took = {ask: [], ilike: [], ilike_all: []}
        ask(checker, asked[0])
        for number, vals in enumerate(asked):
            took[ask].append(timed(ask, checker, vals))
            if number < 6:  # slow and even
                took[ilike].append(timed(ilike, checker, vals))
                took[ask].append(timed(ask, checker, vals))
                took[ilike_all].append(timed(ilike_all, checker, vals))
        ours = sorted(took[ask])
        print(
            f"{kind:24}{statistics.median(ours):8.1f}"
            f"{ours[int(len(ours) * 0.95)]:11.1f}{ours[-1]:8.1f}"
            f"{statistics.median(took[ilike]):9.0f}"
            f"{statistics.median(took[ilike_all]):11.0f}"
        )


def saves():
    """Time creates and writes with our keys and without, in turns."""
    keys = type(env["care.customer.key"])
    ways = {
        "create": lambda: env["res.partner"].create(
            {"name": name(), "is_company": True, "phone": phone()}
        ),
        "create 100": lambda: env["res.partner"].create(
            [
                {"name": name(), "is_company": True, "phone": phone()}
                for _number in range(100)
            ]
        ),
        "write a telephone": lambda: written.write({"phone": phone()}),
        "write a comment": lambda: written.write({"comment": phone()}),
    }
    written = ways["create"]()
    for label, way in ways.items():
        took, counts = {True: 0, False: 0}, {}
        for turn in range(10):
            ours = not turn % 2
            with (
                patch.object(keys, "_store", keys._store if ours else nothing),
                patch.object(keys, "_refresh", keys._refresh if ours else nothing),
            ):
                env.flush_all()
                queries, begun = env.cr.sql_log_count, cpu()
                for _again in range(SAVES):
                    way()
                    env.flush_all()
                took[ours] += cpu() - begun
                counts[ours] = (env.cr.sql_log_count - queries) / SAVES
        with_keys, without = (took[one] / 5 / SAVES * 1000 for one in (True, False))
        print(
            f"{label:20}{with_keys:8.2f} ms with keys, {without:8.2f} without: "
            f"{with_keys / without:.2f}; {counts[True]:.0f} queries, "
            f"{counts[False]:.0f} without"
        )
    env.cr.rollback()


def nothing(*_args, **_kwargs):
    """Keep no keys."""


prepare()
looks()
saves()
env.cr.rollback()
