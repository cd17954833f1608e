"""What the demo company knows of its customers: credit standing, alerts, checks of
their data, some dealings with many of them and the whole story of one.

Called by setup/demo.py, after demo_registration.py.
"""

import random
from datetime import timedelta

import demo_story
from demo_teams import key_customers
from freezegun import freeze_time

from odoo import fields

CREDIT = [
    ("sound", "付款及时，可维持现有账期", 500000),
    ("fair", "偶有延迟，账期控制在三十天", 200000),
    ("watch", "股东变更，暂缓提高额度", 100000),
    ("poor", "涉诉两起，现款现货", 0),
]
ALERTS = [
    ("finance", "法院公告列为被执行人"),
    ("personnel", "总经理变更"),
    ("trade", "连续两月订货量下降三成"),
    ("other", "门店迁址，装修停业"),
]
NOTES = [
    "电话沟通补货计划，本月增加冷柜三台。",
    "反馈物流破损一件，已安排补发。",
    "询问新品到货时间，已答复下月中旬。",
    "确认对账无误，开票资料更新。",
]
LEADS = [
    ("门店空调更新", 68000),
    ("员工福利家电团购", 42000),
    ("新店整店设备", 320000),
    ("冷库扩容", 560000),
    ("净水设备租赁", 36000),
]


def load(env, people, today):
    """Note what is known, ask for the data, and deal with the customers."""
    chance = random.Random(18)
    keys = key_customers(env)
    star = keys.filtered(lambda customer: customer.user_id == people["fengjie"])[:1]
    with freeze_time(today - timedelta(days=96)):
        rule = review_rule(env, people["chengang"])
    demo_story.tell(env, people, star, today)
    with freeze_time(today - timedelta(days=40)) as clock:
        deal(env, people, chance, clock, today)
    with freeze_time(today - timedelta(days=34)) as clock:
        review(env, people, rule, clock)


def review_rule(env, user):
    """Key and target customers check their data every year."""
    return (
        env["care.data.review.rule"]
        .with_user(user)
        .create(
            {
                "code": "demo_yearly",
                "name": "重要客户、目标客户年度资料核实",
                "domain": "[('care_tier_id.code', 'in', ['p19_key', 'p19_target'])]",
                "months": 12,
                "answer_days": 30,
                "daily_limit": 14,
            }
        )
    )


def deal(env, people, chance, clock, today):
    """Calls, notes, meetings, leads and what is heard of the customers' credit."""
    domain = [("care_tier_id", "!=", False), ("secrecy_level", "=", 0)]
    partners = env["res.partner"].search(domain, order="id")
    chosen = partners.filtered(
        lambda p: p.user_id.login in ("fengjie", "hanbo", "tanyue")
    )
    for number, partner in enumerate(chosen[:64]):
        days = 39 - number * 39 // 64
        clock.move_to(today - timedelta(days=days, minutes=11 * (number % 20)))
        story = demo_story.Story(env, people, partner)
        story.note(chance.choice(NOTES))
        if number % 3 == 0:
            story.lead(chance.choice(LEADS))
        if number % 4 == 0 and partner.child_ids:
            story.meet("门店拜访与陈列检查")
            story.call("确认下月订货")
        if number % 7 == 0:
            standing, text, limit = CREDIT[number // 7 % 4]
            story.credit((standing, f"{text}。", limit))
        if number % 9 == 0:
            story.alert(ALERTS[number // 9 % 4])


# ---- checks of the customers' data


def review(env, people, rule, clock):
    """Two rounds: most of the first is done, one change waits, the second runs."""
    rule._open_due()
    mine = [("rule_id", "=", rule.id), ("state", "=", "open")]
    reviews = env["care.data.review"].search(mine, order="id")
    clock.tick(timedelta(days=3))
    for number, row in enumerate(reviews[:9]):
        answer(row, number)
    clock.tick(timedelta(days=24))
    rule._open_due()
    for row in reviews[9:12].filtered(lambda r: r.partner_id.email):
        row.with_user(row.user_id).action_send_link()
    report_change(env, people)


def answer(row, number):
    """The person in charge asks on the phone and notes what the customer says."""
    mine = row.with_user(row.user_id)
    window = mine.env["care.data.change"].browse(mine.action_note_call()["res_id"])
    contact = row.partner_id.child_ids[:1]
    window.said_by = contact.name or "前台"
    if number % 3 == 2:
        line = window.line_ids.filtered(lambda line: line.name == "street")
        line.new_value = f"科技园路{number + 8}号创新大厦{number + 3}层"
    window.action_confirm()
    if number == 2:
        mine.action_accept_all()


def report_change(env, people):
    """Somebody heard that a customer has moved; whether it is right is not decided."""
    domain = [("user_id", "=", people["hanbo"].id), ("care_tier_id", "!=", False)]
    partners = env["res.partner"].with_user(people["hanbo"])
    partner = partners.search(domain, limit=1, offset=3)
    action = partner.action_report_care_change()
    window = partner.env["care.data.change"].browse(action["res_id"])
    line = window.line_ids.filtered(lambda line: line.name == "phone")
    line.new_value = "020 5555 9000"
    window.write(
        {
            "source": "staff",
            "known_on": fields.Date.today() - timedelta(days=1),
            "note": "拜访时获知总机更换。",
        }
    )
    window.action_confirm()
