"""The demo company asks its customers how satisfied they are: policy P03 in force, a
survey plan, and rounds over four quarters in the company and its subsidiary. Called by
setup/demo.py; everything goes through users' doors.
"""

from datetime import date, datetime, timedelta

import demo_market
from dateutil.relativedelta import relativedelta
from demo_clearance import pdf
from demo_engines import role_of
from freezegun import freeze_time

from odoo import Command

SUBSIDIARY = "示范连锁（宁波）工程有限公司"
# name of the project, its customer, city, the mean that its customer gives at first
WORKS = [
    ("张江科学城人才公寓暖通工程", "张江置业发展有限公司", "上海", 93),
    ("临港冷链物流中心冷库工程", "临港新城冷链物流有限公司", "上海", 88),
    ("浦东机场货运区制冷站改造", "浦东空港货运服务有限公司", "上海", 91),
    ("虹桥商务区集中供冷工程", "虹桥商务区能源服务有限公司", "上海", 86),
    ("松江大学城食堂冷库安装", "松江大学城后勤服务有限公司", "上海", 78),
    ("嘉定汽车城厂房通风工程", "嘉定汽车城投资有限公司", "上海", 84),
    ("昆山电子厂洁净空调工程", "昆山华晟电子有限公司", "昆山", 90),
    ("苏州工业园区社区中心空调工程", "苏州园区社区建设有限公司", "苏州", 92),
    ("无锡生物医药园低温库工程", "无锡康源生物医药有限公司", "无锡", 87),
    ("常州会展中心中央空调工程", "常州会展中心管理有限公司", "常州", 82),
    ("南通港冷冻仓库扩建工程", "南通港务冷冻仓储有限公司", "南通", 89),
    ("嘉兴南湖新区学校通风工程", "嘉兴南湖教育投资有限公司", "嘉兴", 94),
    ("湖州农产品批发市场冷库工程", "湖州农产品批发市场有限公司", "湖州", 74),
    ("杭州湾新区医院净化空调工程", "杭州湾新区人民医院", "宁波", 91),
    ("绍兴纺织园厂房降温工程", "绍兴轻纺产业园有限公司", "绍兴", 85),
]
HOUSING = [
    ("锦绣花园二期家电配套", "锦绣房地产开发有限公司", "上海", 90),
    ("滨江名邸精装家电配套", "滨江置地集团有限公司", "上海", 87),
    ("阳光新城三期中央空调", "阳光新城房地产有限公司", "苏州", 76),
    ("西湖雅苑地暖与新风", "杭州雅苑置业有限公司", "杭州", 92),
    ("太湖湾别墅区热泵工程", "无锡太湖湾房地产有限公司", "无锡", 89),
]
BELOW = [
    ("北仑港区办公楼空调工程", "北仑港区建设有限公司", "宁波", 88),
    ("鄞州体育馆通风工程", "鄞州体育场馆管理有限公司", "宁波", 83),
    ("慈溪家电产业园冷库工程", "慈溪家电产业园有限公司", "慈溪", 91),
]


def load(env, people, today):
    """Make all of it.

    :param people: {login: res.users}
    :param today: naive UTC datetime, the midnight that began today
    """
    company, boss = env.ref("base.main_company"), people["chengang"]
    quarters = quarters_before(today.date())
    begin = datetime.combine(quarters[0], datetime.min.time()) - timedelta(days=20)
    with freeze_time(begin):
        put_in_force(env, boss)
        let_work(env, company, people)
        below = add_subsidiary(env, company, boss)
        programmes = prepare(env, company, below, boss)
        add_projects(env, people, company, below, quarters)
    make_plan(env, boss, company, today)
    marks = {row[0]: row[3] for row in (*WORKS, *HOUSING, *BELOW)}
    for number, quarter in enumerate(quarters):
        survey(env, people, programmes, quarter, number, marks, today)
    env["care.improvement.rule"].search([("code", "=", "p03_under_pass")])._look()
    demo_market.load(env, people, today)


def quarters_before(day):
    """Return the first days of the last four quarters and of this one."""
    first = date(day.year, day.month - (day.month - 1) % 3, 1)
    return [first - relativedelta(months=3 * back) for back in (4, 3, 2, 1, 0)]


def put_in_force(env, boss):
    """Policy P03 in force, unless it is."""
    packs = env["care.policy.pack"].with_user(boss)
    report = packs.load_pack("P03", env.ref("base.main_company").id)
    policy = packs.env["care.policy"].browse(report["policy_id"])
    if policy.state == "draft":
        policy.action_activate()


def let_work(env, company, people):
    """Who leads projects, reads them, and visits customers for the survey."""
    for login, name in [
        ("chengang", "project.group_project_manager"),
        ("chengang", "base.group_partner_manager"),
        ("zhouwei", "project.group_project_user"),
        ("wangqiang", "project.group_project_user"),
        ("lina", "project.group_project_user"),
        ("sunmei", "project.group_project_user"),
    ]:
        people[login].group_ids = [Command.link(env.ref(name).id)]
    env["care.role.assignment"].create(
        {
            "role_id": role_of(env, "customer_service").id,
            "user_id": people["sunmei"].id,
            "company_id": company.id,
        }
    )


def add_subsidiary(env, company, boss):
    """Return a company below this one, which the general manager sees too."""
    below = env["res.company"].create(
        {
            "name": SUBSIDIARY,
            "parent_id": company.id,
            "country_id": company.country_id.id,
            "currency_id": company.currency_id.id,
        }
    )
    boss.company_ids += below
    return below


def prepare(env, company, below, boss):
    """Return {company: programmes}: the subsidiary asks after its works by web link."""
    rows = env["care.satisfaction.programme"].with_user(boss)
    mine = rows.search(
        [
            ("code", "in", ("p03_works", "p03_housing")),
            ("company_id", "=", company.id),
        ]
    )
    # what counts in the other is closed first
    mine = mine.sorted(lambda row: not row.main_id)
    works = mine.filtered(lambda row: row.code == "p03_works")
    works.write({"own_weight": 70, "below_weight": 30})
    twin = {
        "code": works.code,  # the same programme in another company
        "name": works.name,
        "company_id": below.id,
        "channel": "web",
        "clause_id": False,
        "source_ids": False,
        "own_weight": 100,
        "below_weight": 0,
    }
    return {company: mine, below: works.copy(twin)}


def add_projects(env, people, company, below, quarters):
    """Make the projects, each with a customer of its own."""
    leaders = [people["wangqiang"], people["lina"], people["zhouwei"]]
    boss, rows = people["chengang"], []
    for kind, owner, table in (
        ("works", company, WORKS),
        ("housing", company, HOUSING),
        ("works", below, BELOW),
    ):
        customers = add_customers(boss, owner, table)
        for number, (entry, customer) in enumerate(zip(table, customers, strict=True)):
            leader = boss if owner == below else leaders[number % 5 % 3]
            over = quarters[min(number, 4)] + timedelta(days=12)
            days = {
                "care_handover_date": over,
                "care_title_date": over + timedelta(days=150),
            }
            rows.append(
                {
                    "name": entry[0],
                    "care_kind": kind,
                    "partner_id": customer.id,
                    "company_id": owner.id,
                    "user_id": leader.id,
                    **(days if kind == "housing" else {}),
                }
            )
    env["project.project"].with_user(boss).create(rows)


def add_customers(boss, owner, table):
    """Return a customer for each row, with telephone and mail."""
    return (
        boss.env["res.partner"]
        .with_user(boss)
        .create(
            [
                {
                    "name": name,
                    "is_company": True,
                    "city": city,
                    "country_id": boss.env.ref("base.cn").id,
                    "phone": f"0{len(city)}1 6{owner.id}{number:02} {7000 + number}",
                    "email": f"office{number}.{owner.id}@owner.example",
                    "lang": "zh_CN",
                    "company_id": owner.id,
                }
                for number, (__, name, city, __) in enumerate(table)
            ]
        )
    )


def make_plan(env, boss, company, today):
    """The survey plan of this year, put down and confirmed in January."""
    at = min(today, today.replace(month=1, day=5, hour=2))
    with freeze_time(at):
        plan = (
            env["care.satisfaction.plan"]
            .with_user(boss)
            .create(
                {
                    "year": at.year,
                    "company_id": company.id,
                    "note": "<p>在建工程每季度调查一次，住宅项目移交后至办证前调查；"
                    "公司满意度不低于88分，80分以下项目全部整改。</p>",
                }
            )
        )
        plan.action_propose()
        plan.action_confirm()


# ---- rounds


def survey(env, people, programmes, quarter, number, marks, today):
    """Open the rounds of a quarter, ask, and close them when it is over."""
    boss = people["chengang"]
    first = datetime.combine(quarter, datetime.min.time())
    asked = min(first + timedelta(days=64, hours=2), today)
    with freeze_time(asked):
        waves = [
            open_round(boss, programme, company, quarter)
            for company, rows in programmes.items()
            for programme in rows
        ]
    over = first + relativedelta(months=3, days=9, hours=3)
    for part, days in enumerate((2, 6, 11)):  # on three days of the month
        if over < today or part == 0:  # the quarter that runs has begun only
            with freeze_time(min(asked + timedelta(days=days, hours=days), today)):
                for wave in waves:
                    for request in wave.request_ids.sorted("id")[part::3]:
                        answer(people, request, marks, number)
    if over < today:
        with freeze_time(over):
            for wave in waves:
                wave.action_close()
    else:
        waves[-1].action_reckon()


def open_round(boss, programme, company, quarter):
    """Return the round of the programme, which the manager opens."""
    rounds = programme.env["care.satisfaction.round"].with_user(boss)
    key = {
        "programme_id": programme.id,
        "company_id": company.id,
        "date_from": quarter,
    }
    wave = rounds.search([(name, "=", value) for name, value in key.items()])
    wave = wave or rounds.create({**key, "date_to": quarter})
    wave.action_open()
    return wave


def answer(people, request, marks, number):
    """Whoever is to ask fills in what the customer says; some are not to be had."""
    project = request.project_id
    channel = ("paper", "interview", "phone", "paper")[project.id % 4]
    if request.programme_id.code == "p03_housing":
        channel = ("interview", "phone")[project.id % 2]
    if request.channel == "web":
        asker = request.with_user(people["chengang"])
        asker.action_invite()
    else:
        asker = request.with_user(request.user_id)
        asker.channel = channel
        if (project.id + number) % 17 == 0:
            asker.action_unreachable()
            return
        if channel == "paper":
            put_in_paper(asker)
        asker.action_fill_in()
    fill_in(asker, marks[project.name] + 2 * number - 3)


def put_in_paper(request):
    """Attach the signed form."""
    lines = ("Customer satisfaction survey", f"No. {request.id}", "signed and stamped")
    scan = request.env["ir.attachment"].create(
        {"name": f"满意度调查表-{request.id}.pdf", "datas": pdf(*lines)}
    )
    request.write(
        {
            "scan_ids": [Command.link(scan.id)],
            "is_signed": True,
            "is_stamped": True,
            "signed_by": ("张建国", "李秀英", "王志强", "陈丽华")[request.id % 4],
        }
    )


def fill_in(request, mean):
    """The form is filled in with points around a mean, and finished."""
    form = request.sudo().user_input_id
    if request.channel != "web":  # what an interviewer enters counts as his
        form = form.with_user(request.user_id).sudo()
    for number, factor in enumerate(request.sudo().programme_id.factor_ids):
        points = min(100, mean + (3, -4, 1, 5, -2, 0, -3, 2)[number % 8])
        form._save_lines(factor.question_ids, str(points))
    form._mark_done()
