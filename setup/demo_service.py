"""The demo company serves its customers: service plans worked out, approved, reviewed
and paid for, and what customers earned. Tenders and projects are in
demo_cooperation.py, the service team's own side in demo_team.py.

Called by setup/demo.py; everything goes through users' doors.
"""

from datetime import timedelta

import demo_cooperation
import demo_team
from demo_clearance import decide, pdf
from freezegun import freeze_time

from odoo import Command

TEMPLATE = {
    "code": "demo_key_account",
    "name": "大客户年度服务方案",
    "contents": "专属客户经理，优先响应，季度巡检，年度培训，生日及节日关怀。",
    "months": 12,
    "review_months": 3,
}
# name, how it is measured, target, better, unit
STANDARDS = [
    ("投诉响应时间", "从受理到首次答复的平均小时数", 4, "lower", "小时"),
    ("准时交付率", "按约定日期送达的订单比例", 95, "higher", "%"),
    ("一次修复率", "首次上门即修复的报修比例", 90, "higher", "%"),
    ("客户满意度", "季度满意度调查得分", 90, "higher", "分"),
]
# name, details, role, days from the beginning
STEPS = [
    ("召开启动会", "与客户确认标准、联系人和日程", "account_manager", 20),
    ("设备巡检", "逐店检查冷柜和收银设备", "after_sales", 60),
    ("店员操作培训", "每店两名骨干", "after_sales", 120),
    ("年度服务总结", "书面报告，客户签收", "account_manager", 350),
]
BUDGET = [("上门巡检", 20000), ("店员培训", 8000), ("客户活动", 12000)]
# what the reviews find, one after the other
FOUND = [
    (3.5, 96.2, 91, 92),
    (4.6, 97.1, 88, 91),
    (3.1, 95.4, 93, 94),
    (3.8, 93, 92, 90),
]
# kept by, state it comes to, days since it was begun, what was spent of the budget
PLANS = [
    ("wuting", "closed", 420, (0.95, 0.9, 1.0)),
    ("lina", "closed", 400, (1.1, 1.05, 0.9)),
    ("wuting", "running", 280, (0.7, 0.5, 0.6)),
    ("lina", "running", 250, (1.2, 1.1, 0.8)),
    ("sunmei", "running", 190, (0.4, 0.6, 0.2)),
    ("wuting", "running", 105, (0.2, 0, 0.1)),
    ("wuting", "running", 30, (0, 0, 0)),
    ("lina", "executive", 14, ()),
    ("wuting", "head", 8, ()),
    ("sunmei", "workshop", 6, ()),
    ("wuting", "draft", 2, ()),
    ("lina", "cancelled", 60, ()),
]
RULES = [
    {
        "code": "demo_referral",
        "name": "老客户推荐新客户奖励",
        "kind": "referral",
        "basis": "referral",
        "amount": 1000,
        "percent": 1,
        "cap_amount": 20000,
    },
    {
        "code": "demo_cash",
        "name": "首单返利",
        "kind": "cash",
        "basis": "deal",
        "percent": 0.5,
        "cap_count": 1,
    },
    {
        "code": "demo_discount",
        "name": "重点客户年度折扣",
        "kind": "discount",
        "percent": 3,
        "valid_months": 12,
    },
    {
        "code": "demo_certificate",
        "name": "优秀合作伙伴证书",
        "kind": "certificate",
        "words": "感谢贵公司一年来的信任与支持，特授予“优秀合作伙伴”称号。",
    },
]
DEALS = [
    ("十二家门店冷柜更新", 186000),
    ("收银系统升级", 64000),
    ("生鲜货架采购", 98000),
    ("年度耗材框架订单", 240000),
    ("新店开业设备", 320000),
]


class Scene:
    """Whose hands the demo goes through, and on which day."""

    def __init__(self, env, people, now, clock):
        self.env, self.people, self.now, self.clock = env, people, now, clock
        found = env["res.partner"].with_user(people["wuting"])
        own = env["res.company"].search([]).partner_id
        self.customers = found.search(
            [
                ("is_company", "=", True),
                ("parent_id", "=", False),
                ("id", "not in", own.ids),
                ("secrecy_level", "in", (False, 0)),
            ],
            order="id",
            limit=40,
        ).with_env(env)

    def customer(self, index):
        """Return one of the customers, the same for the same number."""
        return self.customers[index % len(self.customers)]

    def go(self, days, hours=0):
        """It is so many days from today."""
        self.clock.move_to(self.now + timedelta(days=days, hours=hours))

    def day(self, days):
        """Return the day so many days from today."""
        return (self.now + timedelta(days=days)).date()

    def by(self, login, model):
        """Return the model or records as this person has them."""
        records = self.env[model] if isinstance(model, str) else model
        return records.with_user(self.people[login])

    def paper(self, login, name, *lines):
        """Return a command that links a file which this person attaches."""
        vals = {"name": name, "datas": pdf(*(lines or (name.split(".")[0],)))}
        return Command.link(self.by(login, "ir.attachment").create(vals).id)


def load(env, people, today):
    """Make all of it.

    :param people: {login: res.users}
    :param today: naive UTC datetime of today, in working hours
    """
    with freeze_time(today) as clock:
        scene = Scene(env, people, today, clock)
        give_groups(scene)
        plan_service(scene)
        reward(scene)
        demo_cooperation.load(scene)
        demo_team.load(scene)


def give_groups(scene):
    """Who sells, bids and leads projects may."""
    for login, name in [
        ("wuting", "sales_team.group_sale_salesman"),
        ("zhouwei", "sales_team.group_sale_salesman_all_leads"),
        ("wangqiang", "project.group_project_user"),
        ("lina", "project.group_project_user"),
    ]:
        scene.people[login].group_ids = [Command.link(scene.env.ref(name).id)]


# ---- service plans


def plan_service(scene):
    """Plans of customers in every state, made from one template."""
    scene.go(-430)
    template = make_template(scene)
    for index, (keeper, state, days, spent) in enumerate(PLANS):
        scene.go(-days)
        customer = scene.customer(index)
        join_team(scene, customer)
        plan = draft(scene, customer, keeper, template, days)
        if state != "draft":
            carry_plan(scene, plan, keeper, state, days, spent)


def make_template(scene):
    """The manager says what plans begin with."""
    roles = role_ids(scene)
    names = ("name", "measure", "target", "better", "unit")
    rows = [dict(zip(names, row, strict=True)) for row in STANDARDS]
    return scene.by("chengang", "care.service.plan.template").create(
        {
            **TEMPLATE,
            "line_ids": [Command.create(row) for row in rows],
            "step_ids": [
                Command.create(
                    {"name": name, "note": note, "role_id": roles[role], "days": days}
                )
                for name, note, role, days in STEPS
            ],
            "cost_ids": [
                Command.create({"name": name, "budget": budget})
                for name, budget in BUDGET
            ],
        }
    )


def role_ids(scene):
    """Return {code of a post in a team: its id}."""
    found = scene.env["care.team.role"].search([])
    return {role.code: role.id for role in found}


def join_team(scene, customer):
    """The head of after-sales service joins the customer's team."""
    team = scene.by("chengang", "care.team.member")
    head = scene.people["wangqiang"].id
    vals = {
        "partner_id": customer.id,
        "user_id": head,
        "role_id": role_ids(scene)["after_sales"],
    }
    if not team.search_count([(name, "=", value) for name, value in vals.items()]):
        team.create(vals)


def draft(scene, customer, keeper, template, days):
    """The account manager begins a plan."""
    return scene.by(keeper, "care.service.plan").create(
        {
            "name": f"{customer.name} 年度服务方案",
            "partner_id": customer.id,
            "template_id": template.id,
            "user_id": scene.people[keeper].id,
            "date_from": scene.day(-days),
        }
    )


def carry_plan(scene, plan, keeper, state, days, spent):
    """Work it out, have it approved, carry it out, as far as `state`."""
    heads = [scene.people[login] for login in ("zhouwei", "chengang")]
    plan.write(
        {
            "workshop_on": scene.day(-days),
            "workshop_user_ids": [
                Command.link(scene.people[login].id) for login in (keeper, "wangqiang")
            ],
            "minutes": "双方确认四项服务标准；巡检改为每季度一次；"
            "客户要求夏季前完成全部冷柜检查。",
        }
    )
    plan.action_workshop()
    if state == "workshop":
        return
    scene.go(1 - days)
    plan.action_submit()
    if state == "head":
        return
    scene.go(2 - days)
    decide(plan, heads[0])
    if state == "executive":
        return
    scene.go(3 - days)
    decide(plan, heads[1])
    if state == "cancelled":
        scene.by("chengang", plan).action_cancel()
        return
    kick_off(scene, plan, keeper, 10 - days)
    do_steps(scene, plan, days)
    review(scene, plan, late=days == 250)
    for cost, share in zip(plan.cost_ids, spent, strict=True):
        cost.write({"actual": cost.budget * share, "note": "见报销单" if share else ""})
    if state == "closed":
        plan.conclusion = "四项标准基本达成，客户同意续签下一年度方案。"
        plan.action_close()


def kick_off(scene, plan, keeper, day):
    """The kickoff meeting is arranged and held."""
    scene.go(day)
    opened = plan.action_kickoff()
    events = scene.by(keeper, "calendar.event").with_context(**opened["context"])
    start = scene.now + timedelta(days=day)
    events.create({"start": start, "stop": start + timedelta(hours=1)})
    plan.write(
        {
            "kickoff_on": scene.day(day),
            "kickoff_minutes": "介绍服务团队，确认联系方式和第一次巡检日期。",
        }
    )


def do_steps(scene, plan, days):
    """Whoever is to do a step reports it done, but the last that fell due."""
    due = plan.step_ids.filtered(lambda step: step.date_due < scene.day(-10))
    for step in due:
        scene.go((step.date_due - scene.day(0)).days - 2)
        mine = step.with_user(step.user_id)
        mine.result = "按计划完成"
        mine.action_done()


def review(scene, plan, late):
    """Hold the reviews that fell due, but the last where that one is late."""
    for number in range(len(FOUND)):
        planned = plan.review_ids.filtered(lambda row: row.state == "planned")
        last = scene.day(-80 if late else -3)
        if not planned or planned.date_due > last:
            return
        scene.go((planned.date_due - scene.day(0)).days - 1)
        rows = planned.line_ids.sorted("sequence")
        for row, found in zip(rows, FOUND[(plan.id + number) % 4], strict=True):
            row.found = found
        planned.write(
            {
                "date_done": planned.date_due - timedelta(days=1),
                "participant_ids": [Command.link(plan.user_id.id)],
                "quality": "巡检按时，记录完整，备件供应稳定。",
                "satisfaction": "客户店长普遍满意，希望夜间报修更快。",
                "measures": "增加夜间值班一人；未达标项下季度复查。",
            }
        )
        planned.action_done()


# ---- what customers earned


def reward(scene):
    """Rules, deals of customers who were brought, and what became of the rewards."""
    scene.go(-300)
    rules = scene.by("chengang", "care.incentive.rule")
    rules = rules.create([{**vals, "date_from": scene.day(-300)} for vals in RULES])
    for index, (name, revenue) in enumerate(DEALS):
        scene.go(-200 + 35 * index)
        win(scene, scene.customer(index + 13), scene.customer(index), name, revenue)
    scene.go(-40)
    for rule in rules[:2]:
        rule.action_propose()
    for index, rule in enumerate([rules[2], rules[2], rules[2], rules[3], rules[3]]):
        scene.by("wuting", "care.incentive").create(
            {
                "rule_id": rule.id,
                "partner_id": scene.customer(index).id,
                "reason": "全年采购额居前，付款及时，协助新品试销。",
            }
        )
    rules.incentive_ids.user_id = scene.people["wuting"]
    for index, record in enumerate(rules.incentive_ids.sorted("id")):
        settle(scene, record, index)


def win(scene, customer, referrer, name, revenue):
    """A customer whom another brought buys."""
    customer = scene.by("wuting", customer)
    if not customer.referrer_id and customer != referrer:
        customer.referrer_id = referrer
    lead = scene.by("wuting", "crm.lead").create(
        {
            "name": f"{customer.name} {name}",
            "type": "opportunity",
            "partner_id": customer.id,
            "expected_revenue": revenue,
        }
    )
    lead.action_set_won()


def settle(scene, record, index):
    """Every third is handed over; others wait, are refused or revoked."""
    boss, mine = scene.people["chengang"], scene.by("wuting", record)
    if index % 15 in (4, 9):
        return
    scene.go(-30)
    mine.action_ask()
    if index % 15 in (3, 8, 12):
        return
    scene.go(-26)
    if index == 7:
        for approval in record.sudo().approval_ids:
            approval.with_user(boss)._decide("reject", "首单未满三个月，暂不返利。")
        return
    decide(record, boss)
    if index % 3 == 0 or index == 11:
        scene.go(-20)
        mine.write(
            {
                "handed_on": scene.day(-20),
                "receiver": record.partner_id.child_ids[:1].name or "客户财务",
                "proof_ids": [scene.paper("wuting", "签收单.pdf")],
            }
        )
        mine.action_hand_over()
    if index == 11:
        manager = scene.by("chengang", record)
        manager.reason_asked = "客户退货，奖励依据不再成立。"
        manager.action_revoke()
