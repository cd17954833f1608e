"""The demo company bids for tenders, signs contracts and carries them out as projects.
Called by demo_service.py; everything goes through users' doors.
"""

from datetime import timedelta

from demo_clearance import stroke

from odoo import Command

# name, bids close in days, state it comes to, price
TENDERS = [
    ("社区超市冷链设备采购", -120, "won", 860000),
    ("连锁便利店收银设备招标", -75, "lost", 412000),
    ("区域配送中心货架项目", -6, "submitted", 1280000),
    ("机关食堂冷库改造", -12, "missed", 0),
    ("景区门店装修与设备", -3, "declined", 0),
    ("学校食堂设备年度框架", 9, "complete", 530000),
    ("医院便利店设备", 16, "preparing", 0),
    ("高速服务区门店更新", 1, "preparing", 298000),
]
# name, amount, signed days ago, project leader
CONTRACTS = [
    ("社区超市冷链设备供货及安装合同", 860000, 110, "wangqiang"),
    ("门店收银系统升级合同", 236000, 70, "wangqiang"),
    ("新店开业设备合同", 320000, 20, "lina"),
    ("年度维保合同", 96000, None, "wangqiang"),
]
COSTS = [
    ("labour", "安装人工", 90000, 0.9),
    ("material", "冷柜及配件", 480000, 1.02),
    ("transport", "运输与吊装", 36000, 1.2),
]
# decision, person, days after the meeting
DECISIONS = [
    ("订购首批冷柜并确认交期", "wangqiang", 7),
    ("与客户确认各店断电时段", "lina", 10),
]


def load(scene):
    """Tenders, contracts and projects."""
    won = [tender(scene, index, *row) for index, row in enumerate(TENDERS)][0]
    projects = [
        contract(scene, index, won if index == 0 else None, *row)
        for index, row in enumerate(CONTRACTS)
    ]
    staff(scene, projects[:3])
    finish(scene, projects[0])
    under_way(scene, projects[1])
    scene.go(-5)
    add_costs(scene, projects[2], 0.1)


# ---- tenders


def tender(scene, index, name, closing, state, price):
    """The account manager prepares a bid, as far as `state`."""
    scene.go(min(closing, 0) - 18)
    closing_at = scene.now + timedelta(days=closing, hours=6)
    lead = scene.by("wuting", "crm.lead").create(
        {
            "name": name,
            "type": "opportunity",
            "partner_id": scene.customer(index + 5).id,
            "expected_revenue": price or 400000,
            "care_is_tender": True,
            "care_tender_number": f"ZB-{closing_at:%Y}-{index + 101}",
            "care_tender_announced_on": scene.day(min(closing, 0) - 18),
            "care_tender_closing_at": closing_at,
            "care_tender_opening_at": closing_at + timedelta(hours=18),
            "care_tender_price": price,
            "care_tender_bond": 20000,
        }
    )
    if state in ("missed", "declined"):
        not_bid(scene, lead, closing, state)
    elif state != "preparing":
        complete(scene, lead)
        if state != "complete":
            hand_in(scene, lead, closing, state, price)
    elif price:
        attach(scene, lead, lead.care_tender_document_ids[:1])
    return lead


def attach(scene, lead, papers):
    """Attach and tick papers of the bid."""
    for paper in papers:
        title = f"{lead.name} {paper.name}"
        file = scene.paper("wuting", f"{paper.name}.pdf", title, "投标人：示范连锁")
        paper.attachment_ids = [file]
    papers.action_done()


def complete(scene, lead):
    """All papers are there, and the receipt of the customer."""
    attach(scene, lead, lead.care_tender_document_ids)
    receipt = scene.paper("wuting", "递交回执.pdf")
    lead.write({"care_tender_proof_ids": [receipt]})


def not_bid(scene, lead, closing, state):
    """No bid is handed in, with the reason."""
    reasons = {
        "missed": "资质文件补办未赶上截止时间，快递晚到半天。",
        "declined": "利润低于底线，且施工期与旺季重叠。",
    }
    lead.care_tender_missed_reason = reasons[state]
    scene.go(closing + 1 if state == "missed" else closing - 5)
    if state == "missed":
        lead.action_care_tender_missed()
    else:
        lead.action_care_tender_decline()


def hand_in(scene, lead, closing, state, price):
    """The bid is handed in, opened, won or lost."""
    scene.go(closing - 1)
    lead.write(
        {
            "care_tender_bond_paid_on": scene.day(closing - 4),
            "care_tender_bond_due": scene.day(closing + 40),
        }
    )
    lead.action_care_tender_submit()
    if state == "submitted":
        return
    scene.go(closing + 3)
    won = state == "won"
    ours = {"name": "示范连锁有限公司", "amount": price, "score": 88.5}
    rival = {"name": "华东冷链设备公司", "amount": price * (1.04 if won else 0.93)}
    lead.care_tender_bid_ids = [
        Command.create({**ours, "is_ours": True, "is_winner": won}),
        Command.create({**rival, "score": 83 if won else 90.2, "is_winner": not won}),
    ]
    if won:
        lead.care_tender_analysis = "交期短、售后网点近；报价居中。"
        lead.action_care_tender_won()
        lead.care_tender_bond_returned_on = scene.day(closing + 3)
    else:
        lead.care_tender_analysis = "价格高出对手百分之七，维保条款无优势。"
        lead.action_care_tender_lost()


# ---- contracts and projects


def contract(scene, index, lead, name, amount, days, leader):
    """A contract is drawn up; what is signed becomes a project, which is returned."""
    scene.go(-(days or 3))
    partner = lead.partner_id if lead else scene.customer(index + 5)
    row = scene.by("wuting", "care.contract").create(
        {
            "name": name,
            "number": f"HT-{scene.day(-(days or 3)):%Y%m}-{index + 11:03}",
            "lead_id": lead.id if lead else False,
            "partner_id": partner.id,
            "amount": amount,
            "date_from": scene.day(-(days or 3)),
            "date_to": scene.day(150 - (days or 3)),
            "our_duties": "按清单供货、安装、调试并培训操作人员；质保两年。",
            "customer_duties": "提供施工场地和电源；按期组织验收并付款。",
            "payment_terms": "签约付30%，到货付40%，验收后付25%，质保期满付5%。",
            "leader_id": scene.people[leader].id,
        }
    )
    if not days:
        return scene.env["project.project"]
    file = scene.paper("wuting", "合同签字页.pdf", name, "甲方、乙方签字盖章")
    row.write({"signed_on": scene.day(-days), "attachment_ids": [file]})
    row.action_sign()
    row.action_make_project()
    return row.sudo().project_ids.with_user(scene.people[leader])


def staff(scene, projects):
    """Each leader names the team."""
    for project in projects:
        project.env["care.project.member"].create(
            [
                {"project_id": project.id, "user_id": scene.people[login].id, **vals}
                for login, vals in [
                    ("wangqiang", {"duties": "现场安装与质量"}),
                    ("lina", {"duties": "客户联络与资料收集"}),
                    ("wuting", {"duties": "合同与回款"}),
                ]
            ]
        )


def hold(scene, project, day, minutes, decisions=()):
    """Hold the meeting that is planned, with what it decided."""
    scene.go(day)
    meeting = project.care_meeting_ids.filtered(lambda row: row.state == "planned")
    team = project.care_member_ids.user_id.partner_id
    contact = project.partner_id.child_ids[:1]
    meeting.write(
        {
            "date_held": scene.day(day),
            "participant_ids": [Command.set((team | contact).ids)],
            "minutes": f"<p>{minutes}</p>",
            "decision_ids": [
                Command.create(
                    {
                        "name": name,
                        "user_id": scene.people[login].id,
                        "date_due": scene.day(day + later),
                    }
                )
                for name, login, later in decisions
            ],
        }
    )
    meeting.decision_ids.action_make_task()
    meeting.action_hold()


def add_costs(scene, project, part):
    """Plan the costs, and note what was spent of `part` of the project so far."""
    kinds = scene.env["care.project.cost.kind"].search([])
    ids = {kind.code: kind.id for kind in kinds}
    project.env["care.project.cost"].create(
        [
            {
                "project_id": project.id,
                "kind_id": ids[kind],
                "name": name,
                "planned": planned,
                "actual": round(planned * share * part),
            }
            for kind, name, planned, share in COSTS
        ]
    )


def finish(scene, project):
    """The first project: meetings, papers, acceptance with a defect put right."""
    hold(scene, project, -105, "确认范围、工期与联系人。", DECISIONS)
    hold(scene, project, -90, "设备到货八成，安装进度正常。")
    hold(scene, project, -74, "两店电源容量不足，客户负责扩容。", DECISIONS[1:])
    add_costs(scene, project, 1)
    scene.go(-40)
    leader = project.user_id.login
    for paper in project.care_paper_ids:
        title = f"{project.name} {paper.name}"
        paper.attachment_ids = [scene.paper(leader, f"{paper.name}.pdf", title)]
    project.care_paper_ids.action_done()
    accepted = inspect(scene, project, -40, {"kind": "final"})
    defect = find(scene, accepted, "三号店冷柜门封条漏冷", "三号店", -30, False)
    scene.go(-32)
    defect.write({"measure": "更换封条并复测温度，四小时内稳定在零下十八度。"})
    defect.action_fixed()
    defect.confirmed_name = "客户工程部 张工"
    scene.go(-31)
    defect.action_confirm()
    sign(scene, accepted, -30)
    accepted.action_close()


def under_way(scene, project):
    """The second: a part is inspected, with defects open."""
    hold(scene, project, -63, "分三批升级，每批不超过十店。", DECISIONS[1:])
    hold(scene, project, -47, "首批上线，员工培训完成。")
    add_costs(scene, project, 0.85)
    part = inspect(scene, project, -9, {"kind": "part", "part": "第一批十家门店"})
    find(scene, part, "小票打印机偶发卡纸", "人民路店", -2, False)
    find(scene, part, "会员积分未同步", "全部门店", 4, True)


def inspect(scene, project, day, vals):
    """Apply for acceptance; the customer inspects."""
    scene.go(day)
    rows = project.env["care.project.acceptance"]
    row = rows.create(
        {"project_id": project.id, "inspect_by": scene.day(day + 6), **vals}
    )
    row.action_apply()
    scene.go(day + 3)
    row.write(
        {
            "inspected_on": scene.day(day + 3),
            "inspector_names": "工程部 张工，运营部 王经理",
            "opinion": "总体符合合同要求，所列问题整改后同意验收。",
        }
    )
    row.action_inspect()
    return row


def find(scene, acceptance, name, place, due, serious):
    """The customer finds a defect; it is to be put right by a day."""
    return acceptance.env["care.project.defect"].create(
        {
            "acceptance_id": acceptance.id,
            "name": name,
            "place": place,
            "description": "验收现场记录，附照片。",
            "is_serious": serious,
            "user_id": scene.people["wangqiang"].id,
            "date_due": scene.day(due),
        }
    )


def sign(scene, acceptance, day):
    """The customer signs with a finger."""
    scene.go(day)
    acceptance.write({"signed_name": "王经理", "signature": stroke(7)})
    acceptance.action_sign()
