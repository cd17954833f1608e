"""The demo company's service team looks after itself: suggestions, an emergency plan
that is drilled and was needed, trainings, appraisals, a check group.

Called by demo_service.py; everything goes through users' doors.
"""

from datetime import timedelta

import demo_staff

from odoo import Command

# by, title, what should change, what becomes of it
SUGGESTIONS = [
    ("lina", "午前回电", "客户上午多在店里，回电改在十点到十二点。", "done"),
    ("sunmei", "报修照片模板", "受理时请客户按模板拍三张照片，减少二次询问。", "doing"),
    ("wuting", "大客户专线", "为大客户设直拨电话，不经总机。", "accepted"),
    ("lina", "投诉周会缩短", "只讨论超期和重复投诉，其余书面通报。", "rejected"),
    ("sunmei", "节日问候提前两周准备", "避免节前印制排期紧张。", "submitted"),
    (
        "wangqiang",
        "备件车载化",
        "常用封条、温控器随车携带，提高一次修复率。",
        "submitted",
    ),
]
EMERGENCY_STEPS = [
    ("切断故障电源并转移冷藏商品", "service_supervisor", 30),
    ("告知受影响客户负责人和预计恢复时间", "account_manager", 60),
    ("调配发电机和移动冷柜", "administration", 120),
    ("每四小时通报进展", "service_supervisor", 240),
]
# name, kind, number, unit, kept at, counted
RESOURCES = [
    ("移动发电机", "material", 2, "台", "浦东仓库", 2),
    ("移动冷柜", "material", 6, "台", "浦东仓库", 4),
    ("应急抢修车", "vehicle", 1, "辆", "售后服务部", 1),
    ("制冷设备厂家值班", "contact", 1, "部", "电话", 1),
]
PROGRESS = [
    (-7, "备用电源已接通，两间冷库降温中；四家门店已通知。"),
    (-4, "一号库恢复至零下十八度，商品抽检合格；二号库等待压缩机。"),
    (-2, "压缩机到场，预计三小时内恢复。"),
]


def load(scene):
    """Make all of it."""
    suggest(scene)
    plan = prepare_for_emergency(scene)
    have_emergency(scene, plan)
    demo_staff.load(scene)


# ---- suggestions


def suggest(scene):
    """What employees suggest, judged by their head and carried out."""
    kinds = scene.env["care.suggestion.category"].search([])
    for index, (login, name, text, state) in enumerate(SUGGESTIONS):
        day = -70 + 12 * index
        scene.go(day)
        mine = scene.by(login, "care.suggestion").create(
            {
                "name": name,
                "description": text,
                "benefit": "减少往返，客户少等待。",
                "category_id": kinds[index % len(kinds)].id,
            }
        )
        for other in [p for p in ("lina", "sunmei", "wuting") if p != login][:index]:
            scene.by(other, mine).action_support()
        if state == "submitted":
            continue
        scene.go(day + 3)
        refused = state == "rejected"
        scene.by("zhouwei", "care.suggestion.judge").create(
            {
                "suggestion_id": mine.id,
                "verdict": "rejected" if refused else "accepted",
                "words": "周会已按此精简。" if refused else "成本低，先试行一个月。",
                "user_id": scene.people["sunmei"].id,
                "date_due": scene.day(day + 40),
            }
        ).action_confirm()
        carried = scene.by("sunmei", mine)
        if state in ("doing", "done"):
            carried.action_start()
        if state == "done":
            scene.go(day + 30)
            carried.result = "回电时段已写入排班，首次接通率提高一成。"
            carried.action_done()


# ---- emergencies


def prepare_for_emergency(scene):
    """A plan with steps, duties and resources, drilled and checked."""
    scene.go(-200)
    resources = keep_ready(scene)
    plan = make_emergency_plan(scene, resources)
    drill(scene, plan)
    count(scene, resources)
    return plan


def keep_ready(scene):
    """The manager lists what is kept ready."""
    names = ("name", "kind", "quantity", "unit", "place")
    keeper = {"user_id": scene.people["wangqiang"].id}
    return scene.by("chengang", "care.emergency.resource").create(
        [dict(zip(names, row[:5], strict=True)) | keeper for row in RESOURCES]
    )


def make_emergency_plan(scene, resources):
    """The manager says what is done when the power fails."""
    roles = {role.code: role.id for role in scene.env["care.role"].search([])}
    kinds = {row.code: row.id for row in scene.env["care.emergency.kind"].search([])}
    names = ("name", "role_id", "minutes")
    steps = [(name, roles[role], minutes) for name, role, minutes in EMERGENCY_STEPS]
    return scene.by("chengang", "care.emergency.plan").create(
        {
            "code": "demo_power",
            "name": "冷链断电应急预案",
            "kind_id": kinds["supply"],
            "scenario": "仓库或客户门店冷藏设备断电，商品有变质风险。",
            "start_when": "断电超过十五分钟，或库温升至零下十二度以上。",
            "user_id": scene.people["chengang"].id,
            "alert_role_ids": [
                Command.link(roles[code])
                for code in ("service_supervisor", "general_manager")
            ],
            "progress_hours": 4,
            "drill_months": 6,
            "step_ids": [
                Command.create(
                    {"sequence": index, **dict(zip(names, row, strict=True))}
                )
                for index, row in enumerate(steps)
            ],
            "post_ids": [
                Command.create({"name": name, "role_id": roles[role]})
                for name, role in (
                    ("总指挥", "general_manager"),
                    ("现场组", "service_supervisor"),
                    ("客户联络组", "account_manager"),
                )
            ],
            "resource_ids": [Command.set(resources.ids)],
        }
    )


def drill(scene, plan):
    """The drill of the plan is held, and the next one planned."""
    scene.go(-25)
    row = plan.drill_ids.filtered(lambda row: row.kind == "drill")
    people = [scene.people[n].id for n in ("wangqiang", "lina", "wuting", "zhaomin")]
    row.write(
        {
            "form": "field",
            "date_done": scene.day(-25),
            "participant_ids": [Command.set(people)],
            "minutes": 95,
            "course": "九点拉闸，八分钟内启动预案，四十分钟接通发电机，商品转移完毕。",
            "lessons": "发电机电缆长度不足，须补购三十米；通知名单有两个旧号码。",
        }
    )
    row.action_done()


def count(scene, resources):
    """The keeper counts the resources; some are missing."""
    scene.go(-18)
    check = scene.by("wangqiang", "care.emergency.check").create({})
    found = {row[0]: row[5] for row in RESOURCES}
    for line in check.line_ids:
        line.write({"quantity_found": found[line.resource_id.name], "is_seen": True})
    check.note = "移动冷柜借出两台，月底收回。"
    check.action_done()


def have_emergency(scene, plan):
    """Last night it was needed: reported, started, told of at intervals."""
    scene.go(-1, hours=15)
    reported = scene.by("lina", "care.emergency.activation").create(
        {
            "name": "二号冷库夜间断电",
            "plan_id": plan.id,
            "place": "浦东仓库",
            "severity": "3_high",
            "partner_id": scene.customer(0).id,
            "description": "值班员报告配电柜跳闸，两间冷库停机。",
            "happened_at": scene.now + timedelta(days=-1, hours=14.5),
        }
    )
    scene.go(-1, hours=15.2)
    emergency = scene.by("zhouwei", reported)
    emergency.action_start()
    scene.go(0, hours=-8.5)
    emergency.action_ids[:2].action_done()
    for hours, text in PROGRESS:
        scene.go(0, hours=hours)
        opened = emergency.action_report_progress()
        row = scene.by("zhouwei", opened["res_model"]).browse(opened["res_id"])
        row.name = text
        row.action_report()
