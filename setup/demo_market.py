"""The demo company looks about: figures of competitors, and market notes. Called by
demo_satisfaction.py; everything goes through users' doors.
"""

from datetime import date, timedelta

from freezegun import freeze_time

from odoo import Command

RIVALS = [
    # name, satisfaction last year and this year, contracts in millions of yuan
    ("华东冷暖工程股份有限公司", (86.4, 87.1), (96.5, 104.2)),
    ("申通机电安装集团有限公司", (83.2, 82.6), (71.8, 69.4)),
    ("江南制冷设备有限公司", (90.3, 91.5), (52.6, 58.9)),
]
# days ago, who noted it, kind, the competitor in it; what; what it means; source; whom
# it says to win
NOTES = """
2 lina competitor 2
江南制冷推出冷库五年免费巡检
考虑对重点客户提供同等服务承诺。
客户转述
-
9 zhouwei research -
长三角冷链仓储明年新增投资预计增长一成五
冷库工程应列为明年开发重点。
行业协会年会
冷链仓储企业
16 wangqiang trade -
压缩机出厂价四季度上调百分之六
在途报价须在本月内确认，逾期重新核价。
供应商通知
-
24 chengang rules -
上海市发布公共建筑空调节能改造补贴办法
主动联系公共建筑业主，协助申报补贴。
市政府网站
公共建筑业主
38 lina competitor 0
华东冷暖中标虹桥二期供冷项目，低于我方报价百分之四
复盘报价构成，优化分包成本。
中标公告
-
51 zhouwei research -
学校与医院类客户最看重施工期间的噪声和工期控制
投标方案增加夜间施工与分区施工措施。
客户访谈
公共建筑业主
67 wangqiang competitor 1
申通机电两名项目经理离职，在建项目进度放缓
关注其在建项目业主的后续需求。
同行交流
-
85 zhouwei trade -
精装房家电配套改为整体招标的楼盘增多
与品牌方商定联合投标方式。
房产展会
房地产开发企业
110 chengang rules -
新版冷库设计标准明年一月起施行
一季度前完成设计人员培训。
住建部门公告
-
140 lina other -
宁波多家产业园计划集中采购冷库维保服务
由宁波子公司跟进，争取签订框架协议。
园区招商会
冷链仓储企业
"""


def load(env, people, today):
    """Make all of it.

    :param today: naive UTC datetime, the midnight that began today
    """
    compare(env, people["zhouwei"], env.ref("base.main_company"), today)
    note(env, people, today)


def compare(env, user, company, today):
    """Competitors, and what became known of them."""
    measures = env["care.benchmark.measure"].with_user(user)
    firms = env["res.partner"].create(
        [
            {
                "name": name,
                "is_company": True,
                "care_is_benchmark": True,
                "city": "上海",
            }
            for name, *__ in RIVALS
        ]
    )
    rows = []
    for firm, (__, *figures) in zip(firms, RIVALS, strict=True):
        for code, values, factor, source in (
            ("p03_satisfaction", figures[0], 1, "行业协会第三方测评"),
            ("p03_contracts", figures[1], 1_000_000, "企业年报与中标公告"),
        ):
            measure = measures.search(
                [("code", "=", code), ("company_id", "=", company.id)]
            )
            for back, value in zip((1, 0), values, strict=True):
                rows.append(
                    {
                        "measure_id": measure.id,
                        "partner_id": firm.id,
                        "date_from": date(today.year - back, 1, 1),
                        "date_to": date(today.year - back, 12, 31),
                        "value": value * factor,
                        "source": source,
                        "company_id": company.id,
                    }
                )
    with freeze_time(today - timedelta(days=18)):
        env["care.benchmark"].with_user(user).create(rows)


def note(env, people, today):
    """What everybody learned about the market."""
    groups = env["res.partner.category"]
    lines = NOTES.strip().splitlines()
    for number in range(0, len(lines), 5):
        head, name, meaning, source, group = lines[number : number + 5]
        days, login, kind, rival = head.split()
        vals = {"name": name, "kind": kind, "conclusion": meaning, "source": source}
        if rival != "-":
            firm = [("name", "=", RIVALS[int(rival)][0])]
            vals["partner_id"] = env["res.partner"].search(firm, limit=1).id
        if group != "-":
            known = groups.search([("name", "=", group)]) or groups.create(
                {"name": group}
            )
            vals["group_ids"] = [Command.link(known.id)]
        with freeze_time(today - timedelta(days=int(days))):
            env["care.market.note"].with_user(people[login]).create(vals)
