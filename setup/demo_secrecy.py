"""The demo company keeps secrets: people with clearances, a secret and a top secret
customer, access asked for, taken and given, a disclosure with copies, a leak.

Called by setup/demo.py; everything goes through users' doors. Run once more it does
nothing.
"""

from datetime import timedelta

from demo_clearance import clear_people, decide, pdf, start_agreement
from demo_engines import role_of
from freezegun import freeze_time

from odoo import Command

# login: (name, job title, department, groups)
PEOPLE = {
    "hejing": (
        "何静",
        "信息安全主管",
        "行政部",
        [
            "customer_care.customer_care_group_security",
            "customer_archive.customer_archive_group_user",
        ],
    ),
    "wuting": (
        "吴婷",
        "大客户经理",
        "客服部",
        [
            "base.group_partner_manager",
            "complaint_handling.complaint_handling_group_user",
            "customer_archive.customer_archive_group_user",
            "visit_planning.visit_planning_group_user",
        ],
    ),
}
ROLES = {"information_supervisor": "hejing", "account_manager": "wuting"}
SECRET = "华东连锁集团有限公司"
TOP_SECRET = "远洋冷链控股有限公司"
CLASSES = [
    ("contract", "合同与谈判资料", "2", "合同、报价、谈判记录，以及对方的底价。"),
    ("merger", "并购与股权资料", "3", "尚未公布的并购、入股和控制权变更。"),
    ("contact", "联系人私人资料", "1", "私人电话、证件号码、住址。"),
]


def set_up(env, company, users, password, now):
    """Make all of it, unless it is there.

    :param users: {login: res.users}; the new people are added
    :param now: naive UTC datetime of today, in working hours
    """
    if env["res.users"].search_count([("login", "in", list(PEOPLE))]):
        return
    with freeze_time(now - timedelta(days=24)):
        users.update(hire(env, company, password))
        # also the general manager writes down customers of his own
        writer = env.ref("base.group_partner_manager")
        users["chengang"].group_ids = [Command.link(writer.id)]
        start_agreement(env, company)
        clear_people(env, users)
    with freeze_time(now - timedelta(days=18)):
        define_classes(env, users["hejing"])
        secret, top = add_customers(env, users)
    with freeze_time(now - timedelta(days=12)):
        contract = keep_secrets(env, users, secret, top)
        work_on(env, users["wuting"], secret, now)
    with freeze_time(now - timedelta(days=3)):
        disclose(env, users, secret, contract, now)
        report_leak(env, users)
    with freeze_time(now - timedelta(days=1)):
        ask_for_access(env, users, secret, top)
    with freeze_time(now):
        take_emergency_access(env, users["zhouwei"], top)


def hire(env, company, password):
    """Make the security officer and the account manager: {login: user}."""
    hired = {}
    for login, (name, title, department, groups) in PEOPLE.items():
        people = env["res.users"].with_context(no_reset_password=True)
        hired[login] = people.create(
            {
                "name": name,
                "login": login,
                "password": password,
                "email": f"{login}@{company.email.split('@')[1]}",
                "lang": "zh_CN",
                "tz": "Asia/Shanghai",
                "function": title,
                "group_ids": [Command.link(env.ref(group).id) for group in groups],
            }
        )
        home = env["hr.department"].search([("name", "=", department)], limit=1)
        env["hr.employee"].create(
            {
                "name": name,
                "user_id": hired[login].id,
                "job_title": title,
                "department_id": home.id,
                "company_id": company.id,
            }
        )
    for code, login in ROLES.items():
        env["care.role.assignment"].create(
            {
                "role_id": role_of(env, code).id,
                "user_id": hired[login].id,
                "company_id": company.id,
            }
        )
    return hired


# ---- what is secret


def define_classes(env, officer):
    """The classification guide of the company."""
    env["care.secrecy.class"].with_user(officer).create(
        [
            {"code": code, "name": name, "level": level, "covers": covers}
            for code, name, level, covers in CLASSES
        ]
    )


def add_customers(env, users):
    """A secret customer of the account manager, a top secret one of the general
    manager: (customer, customer)."""
    made = []
    for name, person, mail, login, level in (
        (SECRET, "郑国强", "zheng@huadong.example", "wuting", "2"),
        (TOP_SECRET, "林海", "linhai@yuanyang.example", "chengang", "3"),
    ):
        partners = env["res.partner"].with_user(users[login])
        customer = partners.create(
            {
                "name": name,
                "is_company": True,
                "lang": "zh_CN",
                "country_id": env.ref("base.cn").id,
                "user_id": users[login].id,
                "secrecy_choice": level,
            }
        )
        partners.create(
            {
                "name": person,
                "parent_id": customer.id,
                "function": "采购总监",
                "email": mail,
                "lang": "zh_CN",
            }
        )
        made.append(customer)
    return made


def keep_secrets(env, users, secret, top):
    """Numbers and notes are sealed under their customer's key, and a contract."""
    contact = secret.child_ids[:1]
    for record, code, value in (
        (contact, "id_number", "31010119751103211X"),
        (contact, "private_phone", "139 0000 2001"),
        (secret, "negotiation_note", "对方可接受账期45天，底价为标价的82%。"),
    ):
        enter_secret(env, users["wuting"], record, code, value)
    note = "拟收购其51%股权，10月签署意向书前不得对外透露。"
    enter_secret(env, users["chengang"], top, "negotiation_note", note)
    paper = pdf("年度供货合同", f"甲方：{secret.name}", "乙方：示范连锁有限公司")
    return (
        env["ir.attachment"]
        .with_user(users["wuting"])
        .create(
            {
                "name": "年度供货合同.pdf",
                "datas": paper,
                "res_model": secret._name,
                "res_id": secret.id,
            }
        )
    )


def enter_secret(env, user, record, code, value):
    """Somebody types a value into the window of the secrets."""
    kind = env["care.secret.kind"].search([("code", "=", code)], limit=1)
    window = env["care.secret.enter"].with_user(user)
    window.create(
        {
            "res_model": record._name,
            "res_id": record.id,
            "kind_id": kind.id,
            "value": value,
        }
    ).action_done()


def work_on(env, user, secret, now):
    """A complaint, a visit and a file of the secret customer: as secret as he is."""
    contact = secret.child_ids[:1]
    mine = env(user=user.id)
    mine["complaint.case"].create(
        {
            "name": "专供冷柜制冷不足",
            "partner_id": contact.id,
            "claimant_kind": "franchisee",
            "description": "华东区三家门店的专供冷柜温度达不到合同约定。",
        }
    )
    mine["visit.visit"].create(
        {
            "partner_id": secret.id,
            "contact_id": contact.id,
            "purpose_id": mine["visit.purpose"].search([], limit=1).id,
            "planned_at": now + timedelta(days=5, hours=4),
        }
    )
    kind = mine["archive.type"].search([("code", "=", "customer")])
    mine["archive.file"].create(
        {
            "type_id": kind.id,
            "partner_id": secret.id,
            "title": f"{secret.name} 客户档案",
        }
    )


# ---- access


def ask_for_access(env, users, secret, top):
    """The clerk asks twice, the officer finds the records: one request is granted,
    one waits."""
    for what, why, record in (
        (secret, "客户来电追问冷柜投诉，需核对合同约定的温度。", secret),
        (top, "传真落款为该公司，需确认是否为现有客户。", top),
    ):
        request = (
            env["care.access.request"]
            .with_user(users["lina"])
            .create({"what": what.name, "purpose": "处理客户来电", "reason": why})
        )
        request.action_submit()
        link = env["care.access.link"].with_user(users["hejing"])
        ref = f"{record._name},{record.id}"
        link.create({"request_id": request.id, "record_ref": ref}).action_confirm()
        if record == secret:
            decide(request, users["chengang"])


def take_emergency_access(env, user, top):
    """The service manager needs the top secret customer tonight."""
    reason = "客户冷库告警，值班电话只登记在其资料中。"
    window = env["care.access.emergency.ask"].with_user(user)
    window.create({"what": top.name, "reason": reason}).action_confirm()


# ---- disclosure and leak


def disclose(env, users, secret, contract, now):
    """The customer's lawyers get the contract: two decide, two copies are made."""
    mine = env(user=users["wuting"].id)
    word = mine["ir.attachment"].create(
        {"name": "授权书.pdf", "datas": pdf("授权书", f"授权人：{secret.name}")}
    )
    day = now.date()
    disclosure = mine["care.disclosure"].create(
        {
            "partner_id": secret.id,
            "recipient_name": "张伟",
            "recipient_organisation": "华信律师事务所",
            "purpose": "合同纠纷调解",
            "form": "paper",
            "copies_allowed": 2,
            "assessment": "律师负有保密义务，仅限本案使用，结案后退还。",
            "authorisation_file_ids": [Command.set(word.ids)],
            "authorisation_date": day - timedelta(days=4),
            "authorisation_until": day + timedelta(days=60),
            "date_to": day + timedelta(days=30),
            "item_ids": [
                Command.create({"name": "年度供货合同", "attachment_id": contract.id})
            ],
        }
    )
    disclosure.action_ask()
    decide(disclosure, users["hejing"], users["zhouwei"])
    disclosure.action_make_copies()
    disclosure.copy_ids[:1].action_hand_out()


def report_leak(env, users):
    """An assistant saw a list where it does not belong; the officer took it up."""
    seen = "打印室发现一份客户联系人名单，无人认领，已放置一夜。"
    report = env["care.leak.report"].with_user(users["sunmei"])
    report.create({"description": seen}).action_report()
    incident = env["care.leak.incident"].search([], order="id desc", limit=1)
    incident = incident.with_user(users["hejing"])
    incident.action_receive()
    kind = env["care.leak.kind"].search([("code", "=", "contact")], limit=1)
    customer = env["res.partner"].search([("name", "=", "浦东加盟店")], limit=1)
    incident.write(
        {
            "measure_ids": [Command.create({"name": "收回名单并核对打印记录。"})],
            "kind_ids": [Command.set(kind.ids)],
            "affected_ids": [
                Command.create({"partner_id": customer.id, "note": "姓名、手机号"})
            ],
        }
    )
    incident.action_contain()
