"""The demo company. Run once by setup/run, when it has created the database:
`setup/odoo shell -d NAME < setup/demo.py`, with `env` of the superuser.

A retail chain with its people, policy P05 in force and some weeks of complaints,
visits and files behind it. Everything goes through the doors that users have.
"""

import os
import sys
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage

from freezegun import freeze_time

from odoo import Command
from odoo.service.model import retrying

sys.path.append(f"{os.environ['CARE_ROOT']}/setup")
import demo_calendar
import demo_customers
import demo_engines
import demo_portrait
import demo_registration
import demo_satisfaction
import demo_secrecy
import demo_service
import demo_teams

env = env(context={**env.context, "lang": "zh_CN"})  # noqa: F821 - the shell's
PASSWORD = os.environ["CARE_DEMO_PASSWORD"]
TODAY = datetime.now(timezone.utc).replace(
    tzinfo=None, hour=0, minute=0, second=0, microsecond=0
)
DOMAIN = "care.example"  # `.example` is never a real mail domain
# login: (name, job title, department, groups)
PEOPLE = {
    "lina": (
        "李娜",
        "客服专员",
        "客服部",
        ["complaint_handling.user", "visit_planning.user"],
    ),
    "zhouwei": (
        "周伟",
        "客服经理",
        "客服部",
        [
            "complaint_handling.manager",
            "customer_archive.user",
            "visit_planning.manager",
        ],
    ),
    "sunmei": ("孙梅", "客服助理", "客服部", ["complaint_handling.user"]),
    "wangqiang": ("王强", "售后主管", "售后服务部", ["complaint_handling.user"]),
    "zhaomin": (
        "赵敏",
        "行政主任",
        "行政部",
        ["complaint_handling.user", "customer_archive.manager"],
    ),
    "chengang": (
        "陈刚",
        "总经理",
        "总经理办公室",
        ["customer_care.manager", "complaint_handling.manager"],
    ),
}
HEADS = {
    "客服部": "zhouwei",
    "售后服务部": "wangqiang",
    "行政部": "zhaomin",
    "总经理办公室": "chengang",
}
ROLES = {
    "customer_service": "lina",
    "customer_service_manager": "zhouwei",
    "administration": "zhaomin",
    "archive_keeper": "zhaomin",
    "finance": "zhaomin",
    "general_manager": "chengang",
}
CUSTOMERS = [
    ("浦东加盟店", "陈敏", "chenmin@pudong.example", "138 0000 1001"),
    ("华信商贸有限公司", "刘洋", "liuyang@huaxin.example", "138 0000 1002"),
    ("海康社区超市", "孙丽", "sunli@haikang.example", "138 0000 1003"),
    ("城南经销部", "马超", "machao@chengnan.example", "138 0000 1004"),
]
REPORT = {
    "cause": "安装时门封条装反，密封不严。",
    "course": "3日送货安装，5日客户发现漏水并来电，当日上门查看。",
    "responsible": "售后服务部安装二组。",
    "conclusion": "投诉属实，责任在我方。",
    "countermeasure": "当日更换整机，并补偿客户损失。",
    "prevention": "安装后增加密封性检查项，纳入安装验收单。",
}


def set_up_company():
    """Give the company a name, a mail domain, working hours and an administrator."""
    company = env.ref("base.main_company")
    env.ref("base.CNY").active = True
    company.write(
        {
            "name": "示范连锁有限公司",
            "email": f"service@{DOMAIN}",
            "phone": "021 5555 0100",
            "country_id": env.ref("base.cn").id,
            "currency_id": env.ref("base.CNY").id,
        }
    )
    # Nothing is routed without one.
    if not env["mail.alias.domain"].search_count([]):
        env["mail.alias.domain"].create({"name": DOMAIN})
    company.resource_calendar_id.write({"name": "标准工时", "tz": "Asia/Shanghai"})
    env["care.calendar.day"]._load_public_days(
        company.resource_calendar_id, "cn", 2025, 2026
    )
    env.ref("base.user_admin").write(
        {
            "name": "系统管理员",
            "password": PASSWORD,
            "lang": "zh_CN",
            "tz": "Asia/Shanghai",
        }
    )
    # A demo tells nobody outside that it exists, and sends no mail.
    cron = env.ref("mail.ir_cron_module_update_notification", raise_if_not_found=False)
    if cron:
        cron.active = False
    env.ref("mail.ir_cron_mail_scheduler_action").active = False
    return company


def hire(company):
    """Make the users, employees, departments and role holders: {login: user}."""
    departments = {
        name: env["hr.department"].create({"name": name, "company_id": company.id})
        for name in HEADS
    }
    users = {}
    for login, (name, title, department, groups) in PEOPLE.items():
        users[login] = (
            env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "name": name,
                    "login": login,
                    "password": PASSWORD,
                    "email": f"{login}@{DOMAIN}",
                    "lang": "zh_CN",
                    "tz": "Asia/Shanghai",
                    "function": title,
                    "group_ids": [Command.link(group(name).id) for name in groups],
                }
            )
        )
        employee = env["hr.employee"].create(
            {
                "name": name,
                "user_id": users[login].id,
                "job_title": title,
                "department_id": departments[department].id,
                "company_id": company.id,
            }
        )
        if HEADS[department] == login:
            departments[department].manager_id = employee
    for code, login in ROLES.items():
        env["care.role.assignment"].create(
            {
                "role_id": env["care.role"].search([("code", "=", code)]).id,
                "user_id": users[login].id,
                "company_id": company.id,
            }
        )
    return users, departments


def group(name):
    """Return the group written as `add-on.user` or `add-on.manager`."""
    addon, level = name.split(".")
    return env.ref(f"{addon}.{addon}_group_{level}")


def load_policy(company, user, day):
    """Load P05 and put it in force as its manager would."""
    with freeze_time(day):
        packs = env["care.policy.pack"].with_user(user)
        report = packs.load_pack("P05", company.id)
        policy = packs.env["care.policy"].browse(report["policy_id"])
        if policy.state == "draft":
            policy.action_activate()


def add_customers():
    """Add the customers, each with a contact: [contact]."""
    contacts = env["res.partner"]
    for name, person, email, phone in CUSTOMERS:
        parent = env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "lang": "zh_CN",
                "country_id": env.ref("base.cn").id,
            }
        )
        contacts |= env["res.partner"].create(
            {
                "name": person,
                "parent_id": parent.id,
                "email": email,
                "phone": phone,
                "lang": "zh_CN",
                "country_id": env.ref("base.cn").id,
            }
        )
    return contacts


def receive(company, contact, subject, text, at):
    """A customer's mail arrives at the complaint desk; return the case."""
    mail = EmailMessage()
    mail["From"] = f"{contact.name} <{contact.email}>"
    mail["To"] = f"complaint@{DOMAIN}"
    mail["Subject"] = subject
    mail["Message-Id"] = f"<demo-{contact.id}-{at:%Y%m%d%H%M}@{DOMAIN}>"
    mail.set_content(text, charset="gb18030", cte="base64")
    with freeze_time(at):
        env["mail.thread"].message_process(None, mail.as_bytes())
    case = env["complaint.case"].search([], order="id desc", limit=1)
    assert case.name == subject, case.name
    return case


def judge(case, users, departments, at):
    """The desk finds it justified and asks for acceptance, which is given."""
    with freeze_time(at):
        case.with_user(users["lina"]).write(
            {
                "claimant_kind": "franchisee",
                "demand": "damages",
                "justified": "yes",
                "department_id": departments["售后服务部"].id,
                "user_id": users["lina"].id,
            }
        )
        case.with_user(users["lina"]).action_accept()
        decide(case, users["zhouwei"])


def decide(case, *deciders):
    """Each of the users in turn approves what waits for a decision."""
    for user in deciders:
        for approval in case.approval_ids:
            if approval.state == "pending" and user in approval.current_user_ids:
                approval.with_user(user).action_approve()


def settle(case, users, at, compensation):
    """Investigate, have everything approved, answer, close."""
    handler = case.with_user(users["lina"])
    heads = [users[login] for login in ("wangqiang", "zhaomin", "chengang")]
    with freeze_time(at):
        handler.action_investigate()
        handler.write(REPORT)
        handler.action_submit_report()
        decide(case, *heads)
        handler.write(
            {
                "handling_opinion": "更换整机并补偿，安装二组负责。",
                "solution": "为您更换同型号新机，并补偿相应损失。",
                "compensation": compensation,
            }
        )
        handler.action_submit_solution()
        decide(case, users["zhouwei"], *heads)
        answer(handler)
        handler.action_close()


def answer(case):
    """Send the customer the answer that the window proposes."""
    action = case.action_answer()
    wizard = case.env[action["res_model"]].with_context(**action["context"])
    wizard.create({}).action_answer()


def tell_history(company, users, departments, contacts):
    """Some weeks of complaints: settled, missed, under way and new."""
    now = (
        datetime.now(timezone.utc)
        .replace(tzinfo=None)
        .replace(hour=1, minute=30, second=0, microsecond=0)
    )
    texts = [
        ("冰箱漏水，要求赔偿", "5月3日送来的冰箱门下面一直漏水，地板泡坏了。", 34, 300),
        ("到货数量短缺", "上周订的200箱少到了12箱，请尽快处理。", 27, 800),
        ("促销价格与系统不符", "海报写的是第二件半价，收银没有减。", 19, 0),
        ("安装人员迟到两小时", "约好上午九点，十一点才到，也没有电话。", 12, None),
        ("货架标签错误", "新到的货架标签全部贴错，影响营业。", 2, None),
    ]
    for index, (subject, text, days, compensation) in enumerate(texts):
        at = now - timedelta(days=days)
        case = receive(company, contacts[index % len(contacts)], subject, text, at)
        if days > 2:
            judge(case, users, departments, at + timedelta(hours=2))
        if compensation is not None:
            settle(case, users, at + timedelta(days=3), compensation)
        # The job looks after the deadline, and each day after it.
        for late in range(7, days) if compensation is None else ():
            with freeze_time(at + timedelta(days=late, hours=3)):
                while env["care.obligation"]._sweep_batch():
                    pass


def do_duties():
    """The first of this month came: the statistics of the last one were due."""
    first = TODAY.replace(day=1, hour=2)
    with freeze_time(first):
        for duty in env["care.duty"].search([]):
            duty._produce(first)


def plan_visits(users, contacts):
    """Visits before and behind the clerk, and a file of each customer."""
    now = TODAY.replace(hour=6)
    visits = env["visit.visit"].with_user(users["lina"]).with_context(lang="zh_CN")
    purposes = visits.env["visit.purpose"].search([])
    for index, contact in enumerate(contacts):
        at = now + timedelta(days=7 * index - 7)
        values = {
            "partner_id": contact.parent_id.id,
            "contact_id": contact.id,
            "purpose_id": purposes[index].id,
            "planned_at": at,
        }
        with freeze_time(min(at, now)):
            visit = visits.create(values)
            if at < now:
                visit.write(
                    {
                        "opinions": "对新品满意，希望缩短补货周期。",
                        "needs": "夏季冷柜两台。",
                    }
                )
                visit.action_done()
    files = env["archive.file"].with_user(users["zhaomin"])
    customer_type = files.env["archive.type"].search([("code", "=", "customer")])
    for contact in contacts:
        files.create(
            {
                "type_id": customer_type.id,
                "partner_id": contact.parent_id.id,
                "title": f"{contact.parent_id.name} 客户档案",
            }
        )


def count_mails_as_sent():
    """The history's mails have nobody to go to: they count as sent."""
    env["mail.mail"].search([("state", "!=", "sent")]).state = "sent"
    env["mail.notification"].search(
        [("notification_status", "in", ("exception", "ready"))]
    ).write({"notification_status": "sent", "failure_type": False})
    env.cr.postcommit.clear()  # what would send them now


def main():
    """Make all of it in one transaction."""
    company = set_up_company()
    users, departments = hire(company)
    load_policy(
        company,
        users["chengang"],
        datetime.now(timezone.utc).replace(tzinfo=None) - timedelta(days=40),
    )
    demo_engines.set_up(env, company, users, TODAY)
    contacts = add_customers()
    tell_history(company, users, departments, contacts)
    do_duties()
    plan_visits(users, contacts)
    demo_engines.call_back(env, company, users, TODAY + timedelta(hours=2))
    demo_engines.improve(env, company, users, TODAY + timedelta(hours=2))
    demo_secrecy.set_up(env, company, users, PASSWORD, TODAY + timedelta(hours=2))
    now = TODAY + timedelta(hours=2)
    parts = (demo_customers, demo_teams, demo_registration, demo_portrait)
    for part in (*parts, demo_calendar):
        part.load(env, users, now)
    demo_teams.hand_over(env, users, now)
    demo_service.load(env, users, now)
    # policy P03 asks much of leads, so it comes when all are there
    demo_satisfaction.load(env, users, TODAY)
    count_mails_as_sent()


# A job of a server that has the database open may change the same row meanwhile: then
# nothing is kept, and it begins anew, as a request of the client does.
retrying(main, env)
env.cr.commit()
