"""Some three hundred customers of the demo company, with contacts, classes and grades.

Called by setup/demo.py; `load(env, people, today)` of all files of this kind takes the
superuser's environment, {login: user} and the time of today as naive UTC. Everything
is made as its users make it; the same numbers come out each time.
"""

import os
import random
from datetime import date, timedelta

from demo_engines import role_of
from demo_grades import evaluate
from demo_names import (
    BRANDS,
    FORMS,
    GIVEN,
    PLACES,
    POSTS,
    PREFERENCES,
    SEGMENTS,
    SURNAMES,
    TRADES,
)
from freezegun import freeze_time

from odoo import Command

from odoo.addons.customer_care.logic import credit_code, lunar

COUNT = 288
KEY = 12
_SALES = [
    "customer_care.customer_care_group_user",
    "base.group_partner_manager",
    "visit_planning.visit_planning_group_user",
]
_LEADS = "sales_team.group_sale_salesman"
# login: (name, job title, groups); all in the sales department
SALES = {
    "qianlei": (
        "钱磊",
        "销售总监",
        [
            "customer_care.customer_care_group_manager",
            "base.group_partner_manager",
            "sales_team.group_sale_manager",
            "project.group_project_manager",
        ],
    ),
    "fengjie": ("冯洁", "客户经理（华东）", [*_SALES, _LEADS]),
    "hanbo": ("韩博", "客户经理（华南）", [*_SALES, _LEADS]),
    "tanyue": ("谭悦", "客户经理（北方）", [*_SALES, _LEADS]),
    "luxin": ("陆欣", "客户经理", [*_SALES, _LEADS]),
    "duqing": ("杜青", "技术支持工程师", [*_SALES, "project.group_project_user"]),
}
ROLES = [
    ("duty_manager", "fengjie"),
    ("duty_manager", "hanbo"),
    ("claim_judge", "qianlei"),
    ("technical_support", "duqing"),
]
EAST = {"SH", "ZJ", "JS", "AH", "FJ"}
SOUTH = {"GD", "HN", "HB", "SC", "CQ"}
# partners who serve the company: (place, name, kind, class of secrecy, level)
SPECIAL = [
    ("上海", "上海明正律师事务所", "lawyer", "contract", "2"),
    ("上海", "申江商业银行浦东支行", "bank", "merger", "2"),
    ("杭州", "杭州声扬广告传播有限公司", "advertising", "contact", "1"),
]


def load(env, people, today):
    """Make sales people, classes, customers, contacts and their grades.

    :return: the customers, key customers first
    """
    chance = random.Random(19)
    with freeze_time(today - timedelta(days=120)):
        people.update(hire(env))
        load_policy(env, people["chengang"])
        define(env, people["chengang"])
        customers = add_customers(env, people, chance, today)
    with freeze_time(today - timedelta(days=100)):
        evaluate(env, people, customers[:KEY], customers[KEY:])
    with freeze_time(today - timedelta(days=16)):
        add_special(env, people["chengang"], chance)
    return customers


def hire(env):
    """Make the department of sales and its people: {login: user}."""
    company = env.ref("base.main_company")
    department = env["hr.department"].create(
        {"name": "销售部", "company_id": company.id}
    )
    hired = {}
    for login, (name, title, groups) in SALES.items():
        users = env["res.users"].with_context(no_reset_password=True)
        hired[login] = users.create(
            {
                "name": name,
                "login": login,
                "password": os.environ["CARE_DEMO_PASSWORD"],
                "email": f"{login}@{company.email.split('@')[1]}",
                "lang": "zh_CN",
                "tz": "Asia/Shanghai",
                "function": title,
                "group_ids": [Command.link(env.ref(group).id) for group in groups],
            }
        )
        env["hr.employee"].create(
            {
                "name": name,
                "user_id": hired[login].id,
                "job_title": title,
                "department_id": department.id,
                "company_id": company.id,
            }
        )
    department.manager_id = hired["qianlei"].employee_id
    for code, login in ROLES:
        env["care.role.assignment"].create(
            {
                "role_id": role_of(env, code).id,
                "user_id": hired[login].id,
                "company_id": company.id,
            }
        )
    return hired


def load_policy(env, user):
    """Policy P19 in force: registration, classes of customers, teams, hand-over."""
    packs = env["care.policy.pack"].with_user(user)
    report = packs.load_pack("P19", env.ref("base.main_company").id)
    policy = packs.env["care.policy"].browse(report["policy_id"])
    if policy.state == "draft":
        policy.action_activate()
    scheme = packs.env["care.tier.scheme"].search([("code", "=", "p19_scheme")])
    scheme.write({"is_main": True, "section_by": "manager", "wants_meeting": True})


def define(env, user):
    """The manager defines into which classes customers and contacts are put."""
    mine = env(user=user.id)
    mine["care.segment"].create(
        [
            {
                "kind": kind,
                "code": f"demo_{code}",
                "name": name,
                "description": words,
                "sequence": number,
            }
            for number, (kind, code, name, words) in enumerate(SEGMENTS)
        ]
    )
    mine["care.preference"].create(
        [
            {"kind": kind, "code": f"demo_{code}", "name": name, "color": color}
            for kind, code, name, color in PREFERENCES
        ]
    )


def segment(env, kind, code):
    """Return the id of a class of customers by kind and code."""
    found = env["care.segment"].search(
        [("kind", "=", kind), ("code", "in", [f"demo_{code}", f"p19_{code}"])]
    )
    return found.id


# ---- customers


def add_customers(env, people, chance, today):
    """Import the customers as the head of sales does."""
    classes = {
        (row.kind, row.code.split("_", 1)[1]): row.id
        for row in env["care.segment"].search([])
    }
    states = {
        name: env.ref(f"base.state_cn_{name}")
        for name in {place[0] for place in PLACES.values()}
    }
    tastes = env["care.preference"].search([("code", "=like", "demo_%")]).ids
    brands = all_brands()[:COUNT]
    rows = [
        firm_vals(env, people, chance, classes, states, number, brand)
        for number, brand in enumerate(brands)
    ]
    for number, row in enumerate(rows):
        if number < KEY or number % 2:
            sound = "".join(sound for _sign, sound in brands[number])
            row["child_ids"] = [
                Command.create(vals)
                for vals in contact_rows(chance, classes, tastes, number, sound, today)
            ]
    importer = env["res.partner"].with_user(people["qianlei"])
    return importer.with_context(tracking_disable=True).create(rows).with_env(env)


def all_brands():
    """Return every brand there is, in an order that is always the same."""
    both = [(first, second) for first in BRANDS[0] for second in BRANDS[1]]
    return random.Random(5).sample(both, len(both))


def firm_vals(env, people, chance, classes, states, number, brand):
    """Return the values of one customer."""
    (first, sound), (second, other) = brand
    place = chance.choice(list(PLACES))
    state, district, zip_code, dial, streets = PLACES[place]
    trade = chance.choice(list(TRADES))
    industry, does, need = TRADES[trade]
    form = "集团有限公司" if number < KEY else chance.choice(FORMS)
    size = "large" if number < KEY else chance.choice(["medium", "small", "small"])
    relation = chance.choice(["long_term", "long_term", "project", "new"])
    nature = chance.choice(["private", "private", "private", "state", "foreign"])
    seller = "fengjie" if state in EAST else "hanbo" if state in SOUTH else "tanyue"
    if number < 6:
        seller = ("wuting", "fengjie", "hanbo")[number % 3]
    elif number % 12 == 7:
        seller = "luxin"
    domain = f"{sound}{other}{number:03}.example"
    return {
        "name": f"{place}{first}{second}{trade}{form}",
        "is_company": True,
        "lang": "zh_CN",
        "credit_code": code_of(chance, district),
        "country_id": env.ref("base.cn").id,
        "state_id": states[state].id,
        "city": f"{place}市",
        "zip": zip_code,
        "street": f"{chance.choice(streets)}{chance.randint(8, 1880)}号",
        "phone": f"{dial} 5555 {number + 1000}",
        "email": f"office@{domain}",
        "website": f"https://www.{domain}",
        "industry_id": env.ref(f"base.res_partner_industry_{industry}").id,
        "user_id": people[seller].id,
        "care_kind": "general",
        "care_size_id": classes["size", size],
        "care_relation_id": classes["relation", relation],
        "care_nature_id": classes["nature", nature],
        "care_ability_id": classes[
            "ability", chance.choice(["able", "able", "partly", "unable"])
        ],
        "care_overview": f"{place}本地企业，主营{does}，"
        f"员工约{chance.randint(2, 90) * 10}人。",
        "care_latent_need": f"{need}。" if number % 3 == 0 else False,
    }


def code_of(chance, district):
    """Return a unified social credit code whose last sign is right."""
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = f"91{district}MA" + "".join(chance.choice(signs) for _ in range(7))
    return body + credit_code.check_sign(body)


# ---- contacts


def contact_rows(chance, classes, tastes, number, domain, today):
    """Return the values of two to four contacts of one customer."""
    rows = []
    posts = chance.sample(list(POSTS), chance.randint(2, 4))
    posts = ["总经理", *(post for post in posts if post != "总经理")]
    for index, post in enumerate(posts[:4]):
        sex = chance.choice(["male", "female"])
        (surname, sound), (given, other) = (
            chance.choice(SURNAMES),
            chance.choice(GIVEN[sex]),
        )
        title = "总" if POSTS[post] == "decides" else "经理"
        rows.append(
            {
                "name": f"{surname}{given}",
                "function": post,
                "lang": "zh_CN",
                "email": f"{sound}.{other}{index}@{domain}{number:03}.example",
                "phone": f"138 {number:04} {index + 2001}",
                "care_sex": sex,
                "care_salutation": f"{surname}{title}",
                "care_decision_role_id": classes["role", POSTS[post]],
                "care_preference_ids": [
                    Command.set(chance.sample(tastes, chance.choice([0, 1, 1, 2])))
                ],
                **birthday(chance, number, index, today),
            }
        )
    return rows


def birthday(chance, number, index, today):
    """Return a birthday; of the key customers' first contacts some fall into the
    coming days, eight are kept by the moon."""
    born = date(
        chance.randint(1962, 1996), chance.randint(1, 12), chance.randint(1, 28)
    )
    if index == 0 and number < 8:
        soon = lunar.to_lunar((today + timedelta(days=3 * number + 1)).date())
        return {
            "birthday_calendar": "lunar",
            "birthday_lunar_month": soon.month,
            "birthday_lunar_day": min(soon.day, 29),
        }
    if index == 1 and number < KEY:
        soon = today + timedelta(days=2 * number - 6)
        born = date(born.year, soon.month, min(soon.day, 28))
    elif index > 1 or chance.random() < 0.3:
        return {}
    return {"birthday_calendar": "solar", "birthday_date": born}


def add_special(env, user, chance):
    """Partners who serve the company, classified like what they know."""
    classes = {row.code: row for row in env["care.secrecy.class"].search([])}
    partners = env["res.partner"].with_user(user)
    for number, (place, name, kind, code, level) in enumerate(SPECIAL):
        state, district, zip_code, dial, streets = PLACES[place]
        partners.create(
            {
                "name": name,
                "is_company": True,
                "lang": "zh_CN",
                "credit_code": code_of(chance, district),
                "country_id": env.ref("base.cn").id,
                "state_id": env.ref(f"base.state_cn_{state}").id,
                "city": f"{place}市",
                "zip": zip_code,
                "street": f"{streets[0]}{188 + number}号",
                "phone": f"{dial} 5555 {number + 2000}",
                "user_id": user.id,
                "care_kind": "special",
                "care_special_id": segment(env, "special", kind),
                "secrecy_choice": level,
                "secrecy_class_id": classes[code].id if code in classes else False,
            }
        )
