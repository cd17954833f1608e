"""The demo company registers customers: at the desk, on the phone, in time and late,
claims and their rulings, the pool; and some customers are there twice.

Called by setup/demo.py, after demo_customers.py.
"""

import random
from datetime import timedelta

from demo_customers import COUNT, all_brands, code_of
from demo_names import GIVEN, PLACES, SURNAMES, TRADES
from freezegun import freeze_time

from odoo import fields

NEW, OLD = 60, 24
NEEDS = [
    "新店开业，需展示冷柜六台",
    "咨询加盟条件与首批备货",
    "办公楼更换空调，要求上门勘测",
    "食堂采购洗碗机与消毒柜",
    "想了解企业团购价格",
    "酒店翻新，客房冰箱一百二十台",
    "询问以旧换新政策",
    "精装房家电集采询价",
]
WAYS = ["visit", "phone", "phone", "web", "referral", "partner"]
WEEKS = ["fengjie", "hanbo", "tanyue", "lina", "fengjie", "sunmei", "hanbo"]


def load(env, people, today):
    """Fill the register of some months, the pool and the list of duplicates."""
    chance = random.Random(14)
    term = env["care.registration.term"].with_context(active_test=False)
    term = term.search([("code", "=", "standard")]).with_user(people["chengang"])
    desk = Desk(env, people, chance)
    with freeze_time(today - timedelta(days=102)) as clock:
        kept = "['|', ('care_tier_id', '=', False), "
        kept += "('care_tier_id.code', 'not in', ['p19_key', 'p19_target'])]"
        term.write({"active": True, "domain": kept})
        for number, partner in enumerate(desk.regulars[:30]):
            desk.known(partner, number)
        for number in range(OLD):
            desk.enter("luxin" if number % 3 else "tanyue", number)
            clock.tick(timedelta(hours=20))
    with freeze_time(today - timedelta(days=21)) as clock:
        register_weeks(env, desk, clock, today)
    with freeze_time(today - timedelta(days=4)) as clock:
        claim(env, people, desk, clock)
    with freeze_time(today - timedelta(hours=1)):
        use_pool(people)
        find_duplicates(env, people, chance)
    for number in range(NEW + OLD, NEW + OLD + 4):  # today, whatever the hour
        desk.enter(WEEKS[number % len(WEEKS)], number)


class Desk:
    """Where customers are entered: fills in the window as its users do."""

    def __init__(self, env, people, chance):
        self.env, self.people, self.chance = env, people, chance
        self.brands = all_brands()[COUNT:]
        self.channels = {c.code: c.id for c in env["care.channel"].search([])}
        self.intents = env["care.intent"].search([]).ids
        self.regulars = env["res.partner"].search(
            [("care_tier_id", "!=", False), ("user_id", "!=", False)], order="id"
        )

    def window(self, login, **vals):
        """Fill the window and register; return the window."""
        window = self.env["care.registration.enter"].with_user(self.people[login])
        window = window.create(vals)
        window.action_register()
        if window.state == "ask":
            window.action_distinct()
        return window

    def enter(self, login, number):
        """Enter the next new customer and return him."""
        firm = number % 5 != 4
        vals = self.firm(number) if firm else self.person(number)
        way = self.chance.choice(
            ["visit", "phone", "phone", "web", "referral", "partner"]
        )
        vals |= {
            "channel_id": self.channels[way],
            "origin": "own" if number % 4 else "duty_call",
            "intent_id": self.chance.choice(self.intents),
            "care_need": f"{self.chance.choice(NEEDS)}。",
        }
        if way == "referral":
            vals["referrer_id"] = self.regulars[self.chance.randint(12, 90)].id
        if way == "partner":
            vals["intermediary_id"] = self.regulars[self.chance.randint(100, 180)].id
        window = self.window(login, **vals)
        found = window.env["res.partner"].search([("phone", "=", vals["phone"])])
        return found.filtered("registered_at")[:1]

    def known(self, partner, number):
        """The person in charge registers a customer of long standing."""
        self.window(
            partner.user_id.login,
            partner_id=partner.id,
            name=partner.name,
            is_company=True,
            origin="own",
            channel_id=self.channels["visit"],
            intent_id=self.intents[number % 2],
            care_need=f"{NEEDS[number % len(NEEDS)]}。",
        )

    def firm(self, number):
        """Return what is typed for a new company."""
        place = self.chance.choice(list(PLACES))
        (first, sound), (second, other) = self.brands[number]
        trade = self.chance.choice(list(TRADES))
        surname, title = self.chance.choice(SURNAMES)[0], self.chance.choice("男女")
        return {
            "name": f"{place}{first}{second}{trade}有限公司",
            "is_company": True,
            "credit_code": code_of(self.chance, PLACES[place][1]),
            "contact_name": f"{surname}{'先生' if title == '男' else '女士'}",
            "phone": f"139 0000 {number + 3000}",
            "email": f"info@{sound}{other}{number}.example",
        }

    def person(self, number):
        """Return what is typed for a private customer."""
        surname = self.chance.choice(SURNAMES)[0]
        given = self.chance.choice(GIVEN[self.chance.choice(["male", "female"])])[0]
        return {"name": f"{surname}{given}", "phone": f"139 0000 {number + 3000}"}


def register_weeks(env, desk, clock, today):
    """Three weeks at the desk; some customers are known, two come late."""
    start, left, number = today - timedelta(days=21), NEW, OLD
    late = []
    for day in range(22):
        morning = start + timedelta(days=day)
        if day in (4, 12, 18, 20):
            clock.move_to(morning)
            run_pool(env)
        if morning.weekday() > 4 and day < 21:
            continue
        for turn in range(min(left, 4)):
            clock.move_to(morning + timedelta(minutes=97 * turn - 60))
            desk.enter(WEEKS[number % len(WEEKS)], number)
            number, left = number + 1, left - 1
        if day % 3 == 2:
            regular = desk.regulars[20 + day]
            desk.window("lina", name=regular.name, credit_code=regular.credit_code)
        if day < 4:
            late.append(meet(env, desk, number + 64))
        if late and day >= 15:
            while env["care.obligation"]._sweep_batch():
                pass
            partner = late.pop()
            desk.window("hanbo", partner_id=partner.id, name=partner.name, origin="own")


def meet(env, desk, number):
    """Somebody writes a contact down and forgets to register it."""
    vals = desk.firm(number % len(desk.brands))
    mine = env["res.partner"].with_user(desk.people["hanbo"])
    return mine.create(
        {
            "name": vals["name"],
            "is_company": True,
            "phone": vals["phone"],
            "lang": "zh_CN",
            "contact_at": fields.Datetime.now(),
            "contact_by": desk.people["hanbo"].id,
        }
    )


# ---- claims and the pool


def claim(env, people, desk, clock):
    """Three claims: upheld, refused, and one that waits."""
    for number, (login, ground, evidence, ruling) in enumerate(
        [
            ("tanyue", "named", "客户来函点名由谭悦对接，附名片与通话记录。", "upheld"),
            ("hanbo", "earlier", "展会上交换过名片，当时未及时报备。", "refused"),
            ("fengjie", "referred", "由我的老客户介绍，介绍人可电话核实。", None),
        ]
    ):
        clock.tick(timedelta(hours=25))
        mine = ("user_id", "!=", people[login].id)
        domain = [("registered_at", "!=", False), ("is_company", "=", True), mine]
        known = env["res.partner"].search(domain, order="id desc", limit=12)[number * 3]
        window = desk.window(
            login, name=known.name, credit_code=known.credit_code, origin="own"
        )
        window.action_want_claim()
        window.write({"ground": ground, "evidence": evidence})
        window.action_claim()
        if ruling:
            rule(env, people["qianlei"], ruling)


def rule(env, user, ruling):
    """The judge rules the newest claim, with the reasons."""
    claims = env["care.registration.claim"].with_user(user)
    window = env["care.registration.ruling"].with_user(user)
    window = window.create(
        {
            "claim_id": claims.search([("state", "=", "open")], limit=1).id,
            "ruling": "经与客户核实并查对报备时间，依《客户登记与维护管理办法》裁定。",
        }
    )
    if ruling == "upheld":
        window.action_uphold()
    else:
        window.action_refuse()


def run_pool(env):
    """What the job of the pool does: warn, and release what nobody attended to."""
    pool = env["care.pool"]
    after = 0
    while ids := pool._due_ids(after):
        after = ids[-1]
        pool._run_batch(env["res.partner"].browse(ids))


def use_pool(people):
    """Some take customers of the pool, one gives a customer back."""
    for login, count in (("fengjie", 2), ("hanbo", 1)):
        mine = people[login].env["res.partner"].with_user(people[login])
        lost = mine.env["care.pool.entry"].search(
            [("from_user_id", "=", people[login].id)]
        )
        pooled = mine.search([("care_pool_state", "=", "pool")]) - lost.partner_id
        pooled[:count].action_take_from_pool()
    mine = mine.with_user(people["tanyue"])
    owned = [("care_pool_state", "=", "owned"), ("user_id", "=", people["tanyue"].id)]
    mine.search(owned, limit=1).action_give_back()


# ---- customers who are there twice

# (name, name of the same customer), what they share
TWINS = [
    ("杭州海嘉威视数字技术有限公司", "海嘉威视（杭州）数字科技有限公司", "phone"),
    ("海嘉威视（上海）有限公司", "上海海嘉威视电子有限公司", "email"),
    ("苏州锦和源家居有限公司", "苏州市锦和源家居用品有限公司", "phone"),
    ("深圳市联创达电子商务有限公司", "联创达电子商务（深圳）有限公司", "phone"),
    ("成都味之源餐饮管理有限公司", "味之源餐饮管理有限公司", "name"),
    ("南京德润百货有限公司", "南京德润百货新街口店", "phone"),
]
ARCHIVED = "宁波东海冷链贸易有限公司"


def find_duplicates(env, people, chance):
    """Customers were entered twice by different people; the nightly job finds them."""
    importer = env["res.partner"].with_user(people["qianlei"])
    for number, (name, other, shared) in enumerate(TWINS):
        phone, email = f"139 0000 {number + 4000}", f"info@twin{number}.example"
        where = {
            "city": f"{list(PLACES)[number]}市",
            "street": f"人民路{number * 31 + 16}号",
            "industry_id": env.ref("base.res_partner_industry_G").id,
        }
        for twin, seller in ((name, "fengjie"), (other, "tanyue")):
            alike = {"phone": phone} if shared == "phone" else {"email": email}
            importer.create(
                {
                    "name": twin,
                    "is_company": True,
                    "lang": "zh_CN",
                    "country_id": env.ref("base.cn").id,
                    "user_id": people[seller].id,
                    **where,
                    **(alike if shared != "name" else {}),
                }
            )
    gone = importer.create(
        {
            "name": ARCHIVED,
            "is_company": True,
            "lang": "zh_CN",
            "phone": "0574 5555 4100",
            "credit_code": code_of(chance, PLACES["宁波"][1]),
            "comment": "2024年停业，档案封存。",
        }
    )
    gone.action_archive()
    search_pairs(env)
    pairs = env["care.duplicate"].with_user(people["qianlei"]).search([], order="id")
    pairs[-1:].action_different()
    pairs[1:2].action_keep_first()


def search_pairs(env):
    """What the nightly job does."""
    env.flush_all()
    pairs = env["care.duplicate.job"]
    rows = pairs._judged(pairs._candidates())
    pairs._store(rows, fields.Datetime.now())
