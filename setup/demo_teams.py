"""Territories and teams of the demo company, and two people who hand over.

Called by setup/demo.py: the teams after demo_customers.py, `hand_over` at the end.
"""

from datetime import timedelta

from demo_clearance import stroke
from freezegun import freeze_time

from odoo import Command

# (code, name, above, manager, provinces, words in the city, trades)
TERRITORIES = [
    ("country", "全国市场", None, "qianlei", "", "", ""),
    ("hotels", "酒店餐饮行业", "country", "wuting", "", "", "I"),
    ("east", "华东大区", "country", "fengjie", "SH ZJ JS AH FJ", "", ""),
    ("shanghai", "上海市区", "east", "fengjie", "SH", "", ""),
    ("zhejiang", "浙江", "east", "luxin", "ZJ", "", ""),
    ("ningbo", "宁波、温州", "zhejiang", "luxin", "", "宁波,温州", ""),
    ("south", "华南与中西部大区", "country", "hanbo", "GD HN HB SC CQ", "", ""),
    ("pearl", "珠三角", "south", "hanbo", "GD", "广州,深圳,佛山", ""),
    ("north", "北方大区", "country", "tanyue", "BJ TJ SD HA SN LN", "", ""),
]
# of the key customers; the last one lacks its second person
TEAMS = [("technical_support", "duqing"), ("after_sales", "wangqiang")]


def load(env, people, today):
    """Divide the market, and name teams for the key customers and some others."""
    with freeze_time(today - timedelta(days=99)):
        divide_market(env, people)
        name_teams(env, people)


def divide_market(env, people):
    """The head of sales draws the map."""
    territories = env["care.territory"].with_user(people["qianlei"])
    made = {}
    for number, row in enumerate(TERRITORIES):
        code, name, above, manager, states, cities, trades = row
        made[code] = territories.create(
            {
                "code": f"demo_{code}",
                "name": name,
                "sequence": number,
                "parent_id": made[above].id if above else False,
                "manager_id": people[manager].id,
                "state_ids": [
                    Command.link(env.ref(f"base.state_cn_{state}").id)
                    for state in states.split()
                ],
                "city_words": cities,
                "industry_ids": [
                    Command.link(env.ref(f"base.res_partner_industry_{trade}").id)
                    for trade in trades.split()
                ],
                "assigns_new": code != "country",
            }
        )
    made["country"].action_sort()


def key_customers(env):
    """Return the key customers, in the order they were entered."""
    tier = env["care.tier"].search([("code", "=", "p19_key")])
    return env["res.partner"].search([("care_tier_id", "=", tier.id)], order="id")


def name_teams(env, people):
    """Two or three people look after each key customer, one is left alone."""
    roles = {role.code: role.id for role in env["care.team.role"].search([])}
    keys = key_customers(env)
    rows = [
        {
            "partner_id": customer.id,
            "user_id": people[login].id,
            "role_id": roles[role],
        }
        for number, customer in enumerate(keys[:-1])
        for role, login in TEAMS[: 1 + number % 2]
    ]
    others = env["res.partner"].search(
        [("care_tier_id.code", "=", "p19_target")], limit=12
    )
    rows += [
        {
            "partner_id": customer.id,
            "user_id": people["tanyue" if number % 2 else "hanbo"].id,
            "role_id": roles["business_development"],
        }
        for number, customer in enumerate(others)
        if customer.user_id not in (people["tanyue"], people["hanbo"])
    ]
    env["care.team.member"].with_user(people["qianlei"]).create(rows)


# ---- two hand-overs


def hand_over(env, people, today):
    """One manager has left and all is moved; another goes on leave soon."""
    with freeze_time(today - timedelta(days=2)):
        done = plan(
            env,
            people,
            "luxin",
            "leaves",
            today - timedelta(days=2),
            "个人原因离职，客户按区域移交。",
        )
        done.successor_id = people["hanbo"].id
        done.action_propose()
        done.action_ask_signatures()
        for row in done.signature_ids:
            sign(done, row.user_id)
    with freeze_time(today - timedelta(hours=2)):
        tell_customers(env, done)
        half = plan(
            env,
            people,
            "tanyue",
            "absence",
            today + timedelta(days=12),
            "产假六个月，返岗后收回。",
        )
        half.successor_id = people["fengjie"].id
        half.action_ask_signatures()
        sign(half, people["fengjie"])


def plan(env, people, login, kind, day, note):
    """The head of sales plans a hand-over."""
    return (
        env["care.departure"]
        .with_user(people["qianlei"])
        .create(
            {
                "user_id": people[login].id,
                "kind": kind,
                "date_leaving": day.date(),
                "note": note,
            }
        )
    )


def sign(departure, user):
    """Somebody reads what moves and signs."""
    window = departure.env["care.departure.sign"].with_user(user)
    window = window.with_context(default_departure_id=departure.id)
    window.create(
        {"signed_name": user.name, "signature": stroke(user.id)}
    ).action_sign()


def tell_customers(env, departure):
    """Half of the customers were called already."""
    lines = departure.customer_line_ids.filtered(lambda line: line.state == "moved")
    for taker, mine in lines[: len(lines) // 2].grouped("taker_id").items():
        window = env["care.departure.note"].with_user(taker)
        window.create(
            {
                "line_ids": [Command.set(mine.ids)],
                "channel": "phone",
                "note": "已电话告知新的客户经理及联系方式，客户无异议。",
            }
        ).action_note()
