"""The demo company's people are trained and certified, appraised and inspected.

Called by demo_team.py; everything goes through users' doors.
"""

from datetime import timedelta

from odoo import Command

# name, content, form, day, trainer, state it comes to
TRAININGS = [
    ("新品冷柜操作与保养", "product", "practice", -180, "wangqiang", "closed"),
    ("电话沟通技巧", "skill", "internal", -95, "zhouwei", "closed"),
    ("客户信息保密", "security", "online", -30, "zhouwei", "held"),
    ("行业服务标准交流", "trade", "exchange", -8, "zhouwei", "late"),
    ("投诉案例复盘", "skill", "guidance", 25, "zhouwei", "planned"),
]
CRITERIA = [("服务态度", 40), ("专业能力", 35), ("协作与学习", 25)]
BANDS = [
    ("excellent", "优秀", 90, ["praise", "pay"]),
    ("good", "良好", 75, []),
    ("weak", "待改进", 0, ["training"]),
]
# login: points for each criterion, as judged by the head
POINTS = {"lina": (96, 92, 94), "wuting": (88, 84, 80), "sunmei": (70, 62, 75)}
CHECKLIST = [
    ("大客户均有已批准并执行的服务方案", "major", "passed", ""),
    ("到期检查已按时完成并落实措施", "major", "failed", "两家客户的检查逾期十天以上"),
    ("上门服务单由客户签字", "minor", "failed", "抽查二十份，三份无签字"),
    ("客户知悉服务团队联系方式", "minor", "passed", ""),
    ("备件库存不低于定额", "minor", "passed", ""),
]


def load(scene):
    """Make all of it."""
    train_people(scene)
    appraise(scene)
    inspect(scene)


# ---- trainings


def train_people(scene):
    """A year's plan with its sessions; one ends with a certification."""
    scene.go(-235)
    topics = {row.code: row.id for row in scene.env["care.training.topic"].search([])}
    head = scene.by("zhouwei", "care.training.plan")
    department = head.env.user.sudo().employee_id.department_id
    plan = head.create(
        {
            "name": "客服部年度培训计划",
            "date_from": scene.day(-240),
            "date_to": scene.day(124),
            "department_id": department.id,
            "goals": "人均不少于十六学时；首次修复率提高到九成；保密测试全员通过。",
            "budget": 30000,
            "training_ids": [
                Command.create(
                    {
                        "name": name,
                        "topic_id": topics[topic],
                        "form": form,
                        "date_due": scene.day(day),
                        "trainer_id": scene.people[trainer].id,
                        "cost": 2000 + 500 * number,
                        "place": "三楼培训室",
                        "goals": "结合近期投诉案例，现场练习并讲评。",
                    }
                )
                for number, (name, topic, form, day, trainer, _state) in enumerate(
                    TRAININGS
                )
            ],
        }
    )
    plan.action_approve()
    sessions = plan.training_ids.sorted("date_due")
    for session, row in zip(sessions, TRAININGS, strict=True):
        hold_training(scene, session, row[3], row[5])


def hold_training(scene, session, day, state):
    """Invite people, note who came, what they passed, and end it."""
    if state == "late":
        return
    certified = state == "held"
    start = scene.now + timedelta(days=day)
    people = ("lina", "sunmei", "wuting", "wangqiang" if certified else "zhaomin")
    scene.go(min(day - 7, -1))
    survey = scene.env.ref("customer_care.care_training_survey").id
    session.write(
        {
            "start_at": start,
            "end_at": start + timedelta(hours=3),
            "survey_id": survey if certified else False,
            "participant_ids": [
                Command.create({"user_id": scene.people[login].id}) for login in people
            ],
        }
    )
    session.action_invite()
    if state == "planned":
        return
    scene.go(day, hours=4)
    rows = session.participant_ids
    rows[-1:].attendance = "absent"
    session.action_all_present()
    session.action_held()
    if certified:
        for row in rows[:2]:
            take_test(row)
        return
    rows[:3].write({"result": "passed"})
    session.summary = "按计划完成，现场提问踊跃。"
    session.action_close()


def take_test(participant):
    """Somebody takes the certification of the training and passes."""
    user = participant.user_id
    participant.with_user(user).action_take_test()
    answers = participant.survey_input_id.sudo()
    fill_in(answers, user)


def fill_in(answers, user):
    """Answer all of it right."""
    for question in answers.survey_id.question_ids:
        right = question.suggested_answer_ids.filtered("is_correct")
        many = question.question_type == "multiple_choice"
        answers._save_lines(question, right.ids if many else right[:1].id)
    answers.with_user(user).sudo()._mark_done()


# ---- appraisals


def appraise(scene):
    """The last quarter: figures of the reviews, what the head judged, an appeal."""
    scene.go(-12)
    scheme = make_scheme(scene, make_scorecard(scene))
    window = scene.by("chengang", "care.appraisal.open").create(
        {
            "scheme_id": scheme.id,
            "user_ids": [
                Command.set([scene.people[n].id for n in (*POINTS, "wangqiang")])
            ],
        }
    )
    found = window.env["care.appraisal"].search(window.action_open()["domain"])
    by_login = {row.user_id.login: row for row in found}
    for login, points in POINTS.items():
        row = scene.by("zhouwei", by_login[login])
        for line, value in zip(row.line_ids, points, strict=True):
            line.write({"points": value, "is_rated": True})
        row.comment = "客户反映良好，文书还可更细致。"
        row.action_rate()
        row.measure = "下季度跟随主管走访五家客户。"
        row.action_publish()
    scene.go(-9)
    happy = scene.by("lina", by_login["lina"])
    happy.action_seen()
    happy.own_words = "感谢认可，希望参加新品培训。"
    happy.action_finish()
    scene.go(-8)
    step = by_login["sunmei"].with_user(scene.people["sunmei"])._open_step("appeal")
    window = step_window(scene, "sunmei", step)
    window.words = "七月借调仓库两周，专业能力一项未考虑。"
    window.action_confirm()


def step_window(scene, login, opened):
    """Return the window that a button opens."""
    windows = scene.by(login, opened["res_model"]).with_context(**opened["context"])
    return windows.create({"words": "-"})


def make_scorecard(scene):
    """What the reviews of service plans found, by person, reckoned for the quarter."""
    vals = {
        "code": "demo_standards",
        "name": "服务标准达成率",
        "period": "quarter",
    }
    indicator = scene.by("chengang", "care.indicator").create(
        {
            **vals,
            "model_name": "care.service.review.line",
            "domain": "[('state', '=', 'done'), ('verdict', 'in', ['met', 'missed'])]",
            "date_field": "date_done",
            "subject_path": "user_id",
            "aggregate": "rate",
            "numerator_domain": "[('verdict', '=', 'met')]",
            "unit": "%",
        }
    )
    line = {"code": "met", "name": vals["name"], "indicator_id": indicator.id}
    card = scene.by("chengang", "care.scorecard").create(
        {
            **vals,
            "subject_model": "res.users",
            "line_ids": [Command.create({**line, "weight": 100})],
        }
    )
    run = scene.by("chengang", "care.score.run.ask")
    run.create({"scorecard_id": card.id}).action_run()
    return card


def make_scheme(scene, card):
    """The manager says how people are appraised."""
    outcomes = {
        row.code: row.id for row in scene.env["care.appraisal.outcome"].search([])
    }
    return scene.by("chengang", "care.appraisal.scheme").create(
        {
            "code": "demo_quarter",
            "name": "客服季度考核",
            "period": "quarter",
            "scorecard_id": card.id,
            "figures_pct": 60,
            "appeal_days": 7,
            "criterion_ids": [
                Command.create({"name": name, "weight": weight})
                for name, weight in CRITERIA
            ],
            "band_ids": [
                Command.create(
                    {
                        "code": code,
                        "name": name,
                        "value": value,
                        "outcome_ids": [Command.set([outcomes[o] for o in leads])],
                    }
                )
                for code, name, value, leads in BANDS
            ],
        }
    )


# ---- inspection by a check group


def inspect(scene):
    """A check group looks at after-sales service; what failed is put right."""
    scene.go(-16)
    template = scene.by("chengang", "care.inspection.template").create(
        {
            "code": "demo_service",
            "name": "大客户服务检查",
            "improve_from": "minor",
            "item_ids": [
                Command.create({"name": name, "severity": severity})
                for name, severity, _result, _note in CHECKLIST
            ],
        }
    )
    department = scene.people["wangqiang"].employee_id.department_id
    group = [scene.people[login].id for login in ("zhouwei", "zhaomin", "hejing")]
    rows = scene.by("zhouwei", "care.inspection").create(
        [
            {
                "name": name,
                "template_id": template.id,
                "date_planned": scene.day(day),
                "department_id": department.id,
                "inspector_ids": [Command.set(group)],
            }
            for name, day in (
                ("本季度大客户服务检查", -15),
                ("下季度大客户服务检查", 75),
            )
        ]
    )
    scene.go(-15)
    first = rows[0]
    first.action_start()
    for item, (_name, _severity, result, note) in zip(
        first.item_ids, CHECKLIST, strict=True
    ):
        item.write({"result": result, "note": note})
    first.conclusion = "总体规范，两项须在一个月内整改。"
    first.action_done()
