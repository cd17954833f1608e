"""What happened with one customer of the demo company in three months, day by day: its
timeline shows every app. Used by demo_portrait.py."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.tools import SQL

# (days ago, what, text); contacts of the customer take turns
EVENTS = [
    (96, "meet", "首次拜访：了解门店扩张计划"),
    (95, "note", "客户计划年内新开八家门店，冷链设备整体更新，预算约三百万元。"),
    (93, "call", "电话确认对接人分工"),
    (91, "lead", ("新店冷链设备采购", 860000)),
    (90, "mail", "产品目录与节能补贴政策说明已发送，请查收。"),
    (88, "meet", "技术交流会：制冷方案比选"),
    (86, "note", "工程部倾向变频机组，采购关注能耗数据与质保年限。"),
    (84, "visit", "现场勘测中心仓与两家门店"),
    (83, "call", "勘测结果电话反馈"),
    (81, "lead", ("办公区空调更新", 126000)),
    (80, "credit", ("sound", "近三年付款均在账期内，银行资信 AA。", 800000)),
    (78, "mail", "初步方案及报价请审阅，报价有效期三十天。"),
    (76, "meet", "商务谈判第一轮"),
    (74, "note", "对方希望账期由30天延至60天，需总经理审批。"),
    (72, "call", "回复账期意见"),
    (70, "meet", "商务谈判第二轮"),
    (68, "win", "新店冷链设备采购"),
    (67, "mail", "感谢信任，合同已寄出，项目经理杜青将与贵司对接。"),
    (66, "project", "新店冷链设备交付"),
    (64, "meet", "项目启动会"),
    (62, "task", "首批设备生产排期"),
    (60, "call", "确认首批到货时间"),
    (58, "visit", "首店安装现场巡检"),
    (56, "task", "安装调试与温控验收"),
    (55, "complaint", "首店冷柜噪音偏大"),
    (53, "note", "已更换减震底座，门店确认噪音消除，请店长签字。"),
    (51, "review", None),
    (49, "mail", "冷柜保养手册与巡检计划已发送。"),
    (47, "meet", "月度进度会"),
    (45, "call", "第二批发货通知"),
    (43, "task", "第二批四店设备发运"),
    (41, "visit", "第二、三店交付"),
    (39, "alert", ("personnel", "采购总监拟调岗，由采购经理代行职责。")),
    (37, "note", "与采购经理建立直接联系，移交资料清单已同步。"),
    (35, "lead", ("三年期维保服务", 240000)),
    (33, "meet", "维保方案沟通"),
    (31, "call", "维保报价说明"),
    (30, "mail", "维保服务三档方案对比表，请参考。"),
    (28, "meet", "月度进度会"),
    (26, "task", "第三批三店安装"),
    (24, "visit", "使用满意度走访"),
    (22, "note", "店员反映温度报警频繁，安排培训一次。"),
    (20, "task", "门店使用培训"),
    (19, "call", "预约培训时间"),
    (17, "meet", "门店店长培训"),
    (15, "credit", ("fair", "本季应收增加，提示关注付款进度。", 600000)),
    (14, "mail", "对账单与开票信息请核对。"),
    (12, "win", "三年期维保服务"),
    (11, "meet", "高层互访：年度合作回顾"),
    (9, "alert", ("trade", "竞争对手近期向其报价，价格低约8%。")),
    (8, "note", "高层确认继续合作，明年新增华中六店意向。"),
    (7, "lead", ("华中六店冷链设备", 980000)),
    (6, "call", "邀约华中选址交流"),
    (5, "visit", "华中新店选址踏勘"),
    (4, "mail", "华中新店设备配置建议书。"),
    (3, "meet", "年度服务方案讨论"),
    (2, "note", "客户对年度服务方案总体满意，等待书面确认。"),
    (1, "call", "确认下周复访时间"),
]


def tell(env, people, customer, today):
    """Let all of it happen, each by who did it."""
    story = Story(env, people, customer)
    start = today - timedelta(days=EVENTS[0][0])
    with freeze_time(start) as clock:
        for number, (days, what, detail) in enumerate(EVENTS):
            clock.move_to(today - timedelta(days=days, minutes=-37 * (number % 6)))
            story.turn = number
            getattr(story, what)(detail)


class Story:
    """Each method is one thing somebody does with the customer."""

    def __init__(self, env, people, customer):
        self.people, self.customer = people, customer
        self.me = customer.user_id
        self.env = env(
            user=self.me.id, context={**env.context, "mail_notify_force_send": False}
        )
        self.turn = 0

    @property
    def mine(self):
        return self.customer.with_env(self.env)

    @property
    def contact(self):
        return self.mine.child_ids[self.turn % len(self.mine.child_ids)]

    def note(self, text):
        self.mine.message_post(body=text, message_type="comment")

    def mail(self, text):
        self.mine.message_post(
            body=f"{self.contact.name}：{text}",
            subject=text.split("，")[0].rstrip("。"),
            message_type="email_outgoing",
        )

    def call(self, summary):
        kind = self.env.ref("mail.mail_activity_data_call")
        activity = self.mine.activity_schedule(
            summary=summary, activity_type_id=kind.id, user_id=self.me.id
        )
        activity.action_feedback(feedback=f"与{self.contact.name}通话，已记录。")

    def meet(self, name):
        now = fields.Datetime.now()
        partners = self.me.partner_id | self.contact
        self.env["calendar.event"].with_context(no_mail_to_attendees=True).create(
            {
                "name": name,
                "start": now,
                "stop": now + timedelta(hours=1),
                "partner_ids": [Command.set(partners.ids)],
            }
        )

    def lead(self, detail):
        name, amount = detail
        lead = self.env["crm.lead"].create(
            {
                "name": name,
                "type": "opportunity",
                "partner_id": self.customer.id,
                "expected_revenue": amount,
                "user_id": self.me.id,
            }
        )
        _date(lead)

    def win(self, name):
        domain = [("name", "=", name), ("partner_id", "=", self.customer.id)]
        self.env["crm.lead"].search(domain).action_set_won()

    def project(self, name):
        chief = self.people["qianlei"]
        self.env["project.project"].with_user(chief).create(
            {
                "name": name,
                "partner_id": self.customer.id,
                "user_id": chief.id,
                "date_start": fields.Date.today(),
                "date": fields.Date.today() + timedelta(days=120),
                "privacy_visibility": "employees",
            }
        )

    def task(self, name):
        domain = [("partner_id", "=", self.customer.id)]
        projects = self.env["project.project"].with_user(self.people["duqing"])
        project = projects.search(domain, limit=1)
        task = project.env["project.task"].create(
            {
                "name": name,
                "project_id": project.id,
                "partner_id": self.customer.id,
                "user_ids": [Command.set(self.people["duqing"].ids)],
            }
        )
        _date(task)

    def visit(self, goal):
        now = fields.Datetime.now()
        visits = self.env["visit.visit"].with_user(self.people["lina"])
        visit = visits.create(
            {
                "partner_id": self.customer.id,
                "contact_id": self.contact.id,
                "purpose_id": visits.env["visit.purpose"].search([], limit=1).id,
                "planned_at": now,
                "goal": goal,
            }
        )
        visit.write({"opinions": "整体满意，交付及时。", "needs": "增加备件库存。"})
        visit.action_done()

    def complaint(self, name):
        case = self.env["complaint.case"].with_user(self.people["lina"])
        case.create(
            {
                "name": name,
                "partner_id": self.contact.id,
                "claimant_kind": "franchisee",
                "description": "夜间运行噪音超过门店要求，请尽快处理。",
            }
        )

    def credit(self, detail):
        standing, text, limit = detail
        self.env["care.credit.note"].create(
            {
                "name": text.split("，")[0],
                "partner_id": self.customer.id,
                "standing": standing,
                "text": text,
                "limit": limit,
                "source": "财务部对账",
            }
        )

    def alert(self, detail):
        kind, text = detail
        self.env["care.alert.note"].create(
            {
                "name": text.split("，")[0],
                "partner_id": self.customer.id,
                "kind": kind,
                "text": text,
                "source": "客户经理走访",
            }
        )

    def review(self, _detail):
        action = self.mine.action_review_care_data()
        review = self.env["care.data.review"].browse(action["res_id"])
        window = self.env["care.data.change"].browse(
            review.action_note_call()["res_id"]
        )
        window.write({"said_by": self.contact.name, "note": "逐项核对无误。"})
        window.action_confirm()


def _date(record):
    """The database stamps what is created with its own clock: here, with ours."""
    record.flush_recordset()
    record.env.cr.execute(
        SQL(
            "UPDATE %s SET create_date = %s WHERE id = %s",
            SQL.identifier(record._table),
            fields.Datetime.now(),
            record.id,
        )
    )
    record.invalidate_recordset(["create_date"])
