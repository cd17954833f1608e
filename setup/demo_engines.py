"""The demo company goes on: callbacks on its complaints, an improvement, a fine, the
clerk's stand-in. Called by setup/demo.py; everything goes through users' doors.
"""

import base64
from datetime import timedelta

from freezegun import freeze_time

from odoo import Command

# 1 x 1 pixel: what somebody's finger left on a signature field
_DOT = base64.b64encode(
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
        "awAAAABJRU5ErkJggg=="
    )
)
ROLES = {
    "service_supervisor": "zhouwei",
    "service_assistant": "sunmei",
    "culture_clerk": "sunmei",
    "company_manager": "chengang",
}


def set_up(env, company, users, now):
    """Put P18 in force 40 days ago and a fine on closing late.

    :param users: {login: res.users}
    :param now: naive UTC datetime of today
    """
    with freeze_time(now - timedelta(days=40)):
        packs = env["care.policy.pack"].with_user(users["chengang"])
        packs.load_pack("P18", company.id)
    for code, login in ROLES.items():
        env["care.role.assignment"].create(
            {
                "role_id": role_of(env, code).id,
                "user_id": users[login].id,
                "company_id": company.id,
            }
        )
    closing = env["care.obligation.rule"].search(
        [("code", "=", "complaint_close"), ("company_id", "=", company.id)]
    )
    manager = env["care.sanction.rule"].with_user(users["chengang"])
    rule = manager.create(
        {
            "code": "late_closing",
            "name": "投诉逾期结案",
            "trigger": "obligation",
            "date_from": False,
            "amount": 50,
            "confirm_role_id": role_of(env, "customer_service_manager").id,
            "clause_id": closing.clause_id.id,
            "company_id": company.id,
        }
    )
    closing.with_user(users["chengang"]).sanction_rule_id = rule


def role_of(env, code):
    """Return the role with this code."""
    return env["care.role"].search([("code", "=", code)], limit=1)


def call_back(env, company, users, now):
    """Half of the settled complaints were drawn; the older calls were made."""
    programmes = env["care.callback.programme"].search(
        [("company_id", "=", company.id), ("model_name", "=", "complaint.case")]
    )
    for days in range(40, -1, -1):
        with freeze_time(now - timedelta(days=days)):
            for programme in programmes:
                programme._run(now - timedelta(days=days))
    rows = env["care.callback"].search([("company_id", "=", company.id)], order="id")
    satisfied = env["care.callback.outcome"].search([("code", "=", "satisfied")])
    for row in rows:
        at = row.due_at - timedelta(hours=6)
        with freeze_time(at):
            _step(row, users["zhouwei"], "assign", user_id=users["sunmei"].id)
            if row == rows[-1]:
                break
            call = row.with_user(users["sunmei"])
            proof = {"phone_mark": True}
            if row.channel == "site":
                proof = {"signature": _DOT, "signed_by": row.contact_name}
            said = "客户表示问题已解决，对处理速度满意。"
            call.write({"outcome_id": satisfied.id, "notes": said, **proof})
            call.action_reached()
            call.action_done()
        with freeze_time(at + timedelta(hours=3)):
            opinion = {"text": "回访及时，记录完整。", "signature": _DOT}
            _step(row, users["zhouwei"], "review", **opinion)
    return rows


def _step(rows, user, kind, **values):
    """Open the window of a button as its user does, and confirm it."""
    opened = rows.with_user(user)._open_step(kind)
    window = rows.env["care.callback.step"].with_user(user)
    window.with_context(**opened["context"]).create(values).action_apply()


def improve(env, company, users, now):
    """The installers' delays came up again: somebody puts it right by a day."""
    manager = users["zhouwei"]
    with freeze_time(now - timedelta(days=6)):
        row = (
            env["care.improvement"]
            .with_user(manager)
            .create(
                {
                    "name": "安装人员多次迟到",
                    "user_id": users["wangqiang"].id,
                    "date_due": (now + timedelta(days=3)).date(),
                    "check_date": (now + timedelta(days=33)).date(),
                    "check_user_id": manager.id,
                    "measure": "上门前一小时电话确认；迟到超过十五分钟须报调度改派。",
                    "cause": "派单未预留路途时间。",
                    "cause_category_id": env["care.cause.category"]
                    .search([], limit=1)
                    .id,
                    "why_ids": [
                        Command.create({"question": question, "answer": answer})
                        for question, answer in (
                            ("为什么迟到？", "上一单延误。"),
                            ("为什么延误？", "两单之间没有预留路途时间。"),
                        )
                    ],
                }
            )
        )
        row.action_plan()
    return row
