"""The care calendar of the demo company: holidays by sun and moon, birthdays, own
events, gifts and their approvals, a storm warning, a campaign, a thank-you event.

Called by setup/demo.py, after demo_portrait.py.
"""

import random
from datetime import datetime, time, timedelta

from demo_clearance import decide
from demo_engines import role_of
from demo_teams import key_customers
from freezegun import freeze_time

from odoo import Command

# code: (name, kind of wording, text)
PHRASES = {
    "festival": (
        "节日问候",
        "greeting",
        "尊敬的{contact}：值此{occasion}之际，{company}祝您及家人平安喜乐，祝{customer}生意兴隆！",
    ),
    "birthday": (
        "生日祝福",
        "greeting",
        "{contact}，生日快乐！愿您身体健康、万事顺意。——{company} {user}",
    ),
    "event": (
        "客户大事祝贺",
        "greeting",
        "欣闻{customer}迎来{occasion}，{company}谨致祝贺！",
    ),
    "storm": (
        "灾害天气提醒",
        "warning",
        "{contact}：请检查门店用电与冷柜防水，如需支援随时联系{user}。",
    ),
    "offer": (
        "新品与促销告知",
        "other",
        "{contact}：{company}冬季节能新品到店，老客户享以旧换新补贴，欢迎垂询。",
    ),
}
# code: (name, value, stock, ordered below)
GIFTS = {
    "tea": ("明前龙井礼盒", 288, 40, 10),
    "card": ("贺卡与鲜花", 128, 60, 10),
    "hamper": ("中秋团圆礼盒", 368, 30, 8),
    "silver": ("定制纪念银章", 980, 6, 3),
}
_KEY, _TARGET = ["p19_key"], ["p19_key", "p19_target"]
# code: (name, values, grades, channels in order: way, gift, grades)
OCCASIONS = {
    "spring": (
        "春节",
        {"date_rule": "lunar", "offset_days": -5, "days_ahead": 45, "audience": "main"},
        _TARGET,
        [("gift", "tea", _KEY), ("letter", None, [])],
    ),
    "autumn": (
        "中秋节",
        {
            "date_rule": "lunar",
            "lunar_month": 8,
            "lunar_day": 15,
            "offset_days": -3,
            "days_ahead": 30,
            "audience": "main",
        },
        _TARGET,
        [("gift", "hamper", _KEY), ("call", None, [])],
    ),
    "newyear": (
        "元旦",
        {"date_rule": "solar", "days_ahead": 30, "audience": "main"},
        _TARGET,
        [("mail", None, []), ("letter", None, [])],
    ),
    "birthday": (
        "客户生日",
        {
            "kind": "birthday",
            "date_rule": "birthday",
            "days_ahead": 14,
            "grace_days": 7,
            "strength": 60,
        },
        _TARGET,
        [("gift", "tea", _KEY), ("call", None, [])],
    ),
    "own": (
        "客户重要日子",
        {
            "kind": "own_event",
            "date_rule": "own",
            "days_ahead": 14,
            "strength": 50,
            "audience": "main",
        },
        [],
        [("letter", None, [])],
    ),
    "storm": ("台风、暴雨提醒", {"kind": "weather", "date_rule": "manual"}, [], []),
    "offer": (
        "冬季新品告知",
        {"kind": "campaign", "date_rule": "manual", "advertising": True},
        [],
        [],
    ),
}
WORDS = {"birthday": "birthday", "own": "event", "storm": "storm", "offer": "offer"}
EVENTS = [
    ("founding", "公司成立二十周年", -8),
    ("opening", "旗舰店开业", 6),
    ("anniversary", "与我司合作十周年", 11),
    ("moving", "总部乔迁", 3),
    ("listing", "新三板挂牌纪念", -15),
    ("founding", "建厂纪念日", 40),
]


def load(env, people, today):
    """Define the year, and live it: the job makes, people do."""
    chance = random.Random(12)
    with freeze_time(today - timedelta(days=370)) as clock:
        gifts = define_gifts(env, people)
        found = define(env, people, gifts)
        year = Year(env, people, chance, clock)
        note_events(env, people, today)
        runs = [(day, "past", None) for day in past_days(found, today)]
        for days in range(63, 6, -7):
            runs.append((today - timedelta(days=days), "past", None))
        runs += [
            (today - timedelta(days=16), "opt_out", None),
            (today - timedelta(days=12), "storm", found["storm"]),
            (today - timedelta(days=5), "offer", found["offer"]),
            (today - timedelta(days=1), "thanks", None),
            (today, "present", None),
        ]
        for moment, what, occasion in sorted(runs, key=lambda run: (run[0], run[1])):
            clock.move_to(moment)
            getattr(year, what)(moment, occasion)


def past_days(found, today):
    """Return when each holiday was last prepared, and kept."""
    moments = []
    for code in ("spring", "autumn", "newyear"):
        first, last = today - timedelta(days=358), today - timedelta(days=2)
        for _name, day in found[code]._days(first.date(), last.date()):
            greet = datetime.combine(day, time(2))
            moments += [greet - timedelta(days=10), greet]
    return moments


def define_gifts(env, people):
    """Gifts with what is in stock; dear ones want an approval."""
    boss, keeper = people["chengang"], people["qianlei"]
    gifts = env["care.gift"].with_user(keeper)
    made = {}
    for code, (name, value, stock, minimum) in GIFTS.items():
        made[code] = gifts.create(
            {
                "code": f"demo_{code}",
                "name": name,
                "value": value,
                "is_stocked": True,
                "minimum": minimum,
            }
        )
        gifts.env["care.gift.receive"].create(
            {"gift_id": made[code].id, "quantity": stock, "note": "年度采购入库"}
        ).action_confirm()
    env["care.approval.rule"].with_user(boss).create(
        {
            "code": "demo_gift",
            "name": "客户礼品审批",
            "model_name": "care.touch",
            "gate": "gift",
            "amount_field": "gift_value",
            "step_ids": [
                Command.create(
                    {
                        "name": "客服经理",
                        "role_id": role_of(env, "customer_service_manager").id,
                        "min_amount": 200,
                    }
                )
            ],
        }
    )
    return made


def define(env, people, gifts):
    """The wordings and occasions of the company."""
    mine = env(user=people["qianlei"].id)
    phrases = {
        code: mine["care.phrase"].create(
            {"code": f"demo_{code}", "name": name, "use": use, "body": body}
        )
        for code, (name, use, body) in PHRASES.items()
    }
    tiers = {tier.code: tier.id for tier in env["care.tier"].search([])}
    roles = role_of(env, "customer_service")
    found = {}
    for code, (name, vals, grades, ways) in OCCASIONS.items():
        phrase = phrases[WORDS.get(code, "festival")]
        found[code] = mine["care.occasion"].create(
            {
                "code": f"demo_{code}",
                "name": name,
                "role_id": roles.id,
                "counts": code != "storm",
                **vals,
                "tier_ids": [Command.set([tiers[grade] for grade in grades])],
                "channel_ids": [
                    Command.create(
                        {
                            "sequence": number,
                            "channel": way,
                            "phrase_id": phrase.id,
                            "gift_id": gifts[gift].id if gift else False,
                            "tier_ids": [Command.set([tiers[g] for g in only])],
                        }
                    )
                    for number, (way, gift, only) in enumerate(
                        ways or [("call", None, [])]
                    )
                ],
            }
        )
    return found


def note_events(env, people, today):
    """Own events of key customers, some in the coming days."""
    dates = env["care.occasion.date"].with_user(people["fengjie"])
    keys = key_customers(env)
    for number, (kind, name, days) in enumerate(EVENTS):
        day = today + timedelta(days=days)
        dates.create(
            {
                "partner_id": keys[number].id,
                "kind": kind,
                "name": name,
                "date": day.date().replace(year=day.year - 1, day=min(day.day, 28)),
            }
        )


class Year:
    """What happens at a moment of the care calendar."""

    def __init__(self, env, people, chance, clock):
        self.env, self.people, self.chance, self.clock = env, people, chance, clock
        self.reactions = env["care.touch.reaction"].search(
            [("wants_follow_up", "=", False)]
        )

    def job(self, moment):
        """What the hourly job does."""
        touches = self.env["care.touch"]
        for step in (touches._make_due, touches._settle_due, touches._send_due):
            step(moment.date(), lambda *_args, **_kwargs: True)
        self.env.invalidate_all()

    def past(self, moment, _occasion):
        """Prepare, have gifts approved, and do nearly all."""
        self.job(moment)
        self.approve()
        self.do(moment)

    def present(self, moment, _occasion):
        """Prepare what is to be done now; nobody has done it yet."""
        self.job(moment)

    def approve(self):
        waiting = self.env["care.touch"].search([("state", "=", "approval")])
        for touch in waiting:
            decide(touch, self.people["zhouwei"])

    def do(self, moment):
        """Those in charge call, write, visit and hand over."""
        domain = [("state", "=", "ready"), ("planned_on", "<=", moment.date())]
        touches = self.env["care.touch"].search(domain)
        for touch in touches.filtered(lambda t: t.channel not in ("mail", "sms")):
            mine = touch.with_user(touch.user_id or self.people["lina"])
            if not mine.env.user.active:
                continue
            if self.chance.random() < 0.06:
                step(mine, "skip", reason="客户出差，改日联系")
            elif touch.channel in ("call", "gift") and self.chance.random() < 0.6:
                reaction = self.chance.choice(self.reactions.ids)
                step(mine, "react", reaction_id=reaction, note="表示感谢。")
            else:
                mine.action_done()

    # ---- lists

    def storm(self, moment, occasion):
        """The desk warns the customers of two provinces, and calls them."""
        runs = self.env["care.occasion.run"].with_user(self.people["lina"])
        run = runs.create(
            {
                "name": "台风“海燕”防御提醒",
                "occasion_id": occasion.id,
                "date": moment.date(),
                "text": "{contact}：台风明日登陆，请检查门店用电与冷柜防水。",
                "state_ids": [
                    Command.set(
                        [
                            self.env.ref(f"base.state_cn_{name}").id
                            for name in ("FJ", "ZJ")
                        ]
                    )
                ],
                "domain": "[('commercial_partner_id.care_tier_id.code', 'in', "
                "['p19_key', 'p19_target'])]",
            }
        )
        run.action_release()
        self.past(moment, occasion)

    def offer(self, moment, occasion):
        """New products, to retailers; who wants no advertising is left out."""
        runs = self.env["care.occasion.run"].with_user(self.people["fengjie"])
        retail = self.env.ref("base.res_partner_industry_G").id
        run = runs.create(
            {
                "name": "冬季节能新品告知",
                "occasion_id": occasion.id,
                "date": moment.date(),
                "domain": f"[('commercial_partner_id.industry_id', '=', {retail}), "
                "('commercial_partner_id.care_tier_id.code', '=', 'p19_target')]",
            }
        )
        run.action_release()
        self.past(moment, occasion)

    def thanks(self, moment, _occasion):
        """The key customers are invited; the list is open."""
        occasion = self.env["care.occasion"].search([("code", "=", "p19_thanks")])
        runs = self.env["care.occasion.run"].with_user(self.people["qianlei"])
        run = runs.create(
            {
                "name": "年度客户答谢会",
                "occasion_id": occasion.id,
                "date": (moment + timedelta(days=20)).date(),
                "place": "上海国际会议中心三楼",
                "is_named": True,
            }
        )
        contacts = key_customers(self.env).child_ids.filtered(
            lambda contact: contact.function == "总经理"
        )
        window = runs.env["care.occasion.add"]
        window.create(
            {"run_id": run.id, "partner_ids": [Command.set(contacts.ids)]}
        ).action_confirm()
        run.action_release()

    def opt_out(self, _moment, _occasion):
        """Two contacts do not want to be greeted, or want no advertising."""
        domain = [
            ("parent_id.care_tier_id.code", "=", "p19_target"),
            ("function", "=", "总经理"),
        ]
        contacts = self.env["res.partner"].search(domain, order="id")
        rows = self.env["care.opt.out"].with_user(self.people["lina"])
        rows.create(
            [
                {
                    "partner_id": contacts[2].id,
                    "scope": "advertising",
                    "reason": "不希望收到促销信息。",
                },
                {
                    "partner_id": contacts[5].id,
                    "scope": "greeting",
                    "channel": "call",
                    "reason": "工作繁忙，请勿致电，可发邮件。",
                    "source": "visit",
                },
            ]
        )


def step(touch, kind, **vals):
    """Fill in the window of a button, and confirm it."""
    window = touch.env["care.touch.step"]
    window.create(
        {"step": kind, "touch_ids": [Command.set(touch.ids)], **vals}
    ).action_confirm()
