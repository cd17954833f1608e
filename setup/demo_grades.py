"""The customers of the demo company get the grades of a year. Used by
demo_customers.py."""

from datetime import timedelta

from demo_engines import role_of

from odoo import Command, fields


def evaluate(env, people, key, others):
    """The yearly evaluation: each manager grades his customers, the meeting looks at
    them, the general manager approves, and the grades are in force."""
    now = fields.Datetime.now()
    chair = people["qianlei"]
    approve_grades(env, people["chengang"])
    mine = env(user=chair.id)
    scheme = mine["care.tier.scheme"].search([("code", "=", "p19_scheme")])
    evaluation = mine["care.evaluation"].create(
        {
            "scheme_id": scheme.id,
            "window_from": now.date(),
            "window_to": (now + timedelta(days=5)).date(),
            "date_figures": now.date(),
            "valid_from": now.date(),
            "valid_to": (now + timedelta(days=364)).date(),
        }
    )
    evaluation.action_open()
    tiers = {tier.code: tier for tier in scheme.tier_ids}
    grades = dict.fromkeys(key.ids, tiers["p19_key"])
    grades |= dict.fromkeys(others[:68].ids, tiers["p19_target"])
    grades |= dict.fromkeys(others[68:218].ids, tiers["p19_general"])
    for section in evaluation.section_ids:
        section = section.with_user(section.user_id)
        by_tier = section.line_ids.grouped(
            lambda line: grades.get(line.partner_id.id, tiers["p19_potential"])
        )
        for tier, lines in by_tier.items():
            reason = f"首次定级：{tier.name}"
            lines.write({"proposed_tier_id": tier.id, "proposed_reason": reason})
        section.action_submit()
    evaluation.action_review()
    evaluation.write(
        {
            "meeting_at": now,
            "participant_ids": [
                Command.set([people[n].id for n in ("qianlei", "zhouwei", "fengjie")])
            ],
            "minutes": "<p>逐一审议上报等级：重要客户12家，均配双人团队。</p>",
        }
    )
    evaluation.action_submit()
    for approval in evaluation.sudo().approval_ids:
        approval.with_user(people["chengang"]).action_approve()
    evaluation.action_apply()


def approve_grades(env, user):
    """The general manager decides on the grades of a year."""
    env["care.approval.rule"].with_user(user).create(
        {
            "code": "demo_grades",
            "name": "年度客户等级审批",
            "model_name": "care.evaluation",
            "gate": "apply",
            "step_ids": [
                Command.create(
                    {"name": "总经理", "role_id": role_of(env, "general_manager").id}
                )
            ],
        }
    )
