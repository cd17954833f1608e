"""Customers in the browser: registered on the phone, claimed and ruled, asked how they
were served, handed over. P03.08, P14.01 to P14.04, P19.07.

Everybody uses what the demo company has in store, in Chinese.
"""

from .conftest import PASSWORD
from .product import DESK, PHONE

NEW = "苏州姑苏云栖酒店管理有限公司"
NUMBER = "139 5100 7788"
ENTER = ".o_control_panel .btn-primary:visible"


def ask(product, login, model, domain, fields, **more):
    """Return what somebody reads."""
    return product.rpc(
        login, PASSWORD, model, "search_read", domain, fields=fields, **more
    )


def enter(someone, name, phone):
    """Open the window from the register of the day, fill it in and register."""
    someone.open("care-register-today")
    someone.page.locator(ENTER).first.click()
    someone.page.wait_for_selector(".modal .o_form_view")
    someone.fill("name", name)
    someone.fill("phone", phone)
    someone.fill("care_need", "客房冰箱一百二十台，要求上门勘测")
    someone.page.locator(".modal button[name='action_register']").click()
    someone.settle()


def test_who_registers_first_has_the_customer(product, person, shots):
    """P14.01 to P14.03: the server's time counts; a claim is ruled with reasons."""
    first, second = person("fengjie", PHONE), person("hanbo", DESK)
    enter(first, NEW, NUMBER)
    first.page.wait_for_selector(".modal .o_form_view", state="detached")
    first.open("care-register-today")
    first.shot(shots / "customers-register-phone.png")
    [line] = ask(
        product,
        "fengjie",
        "care.registration",
        [("name_given", "=", NEW)],
        ["outcome", "user_id", "late"],
    )
    assert (line["outcome"], line["user_id"][1], line["late"]) == ("new", "冯洁", False)
    enter(second, NEW, NUMBER.replace(" ", "-"))
    answer = second.page.locator(".modal .alert:visible")
    answer.wait_for()
    assert "冯洁" not in answer.inner_text(), "who it is stays with the department"
    second.shot(shots / "customers-known-desk.png")
    second.press("action_want_claim")
    second.fill("evidence", "上月展会交换名片，附通话记录。")
    second.press("action_claim")
    rule(person("qianlei", DESK), shots)
    [claim] = ask(
        product,
        "qianlei",
        "care.registration.claim",
        [("claimant_id.login", "=", "hanbo"), ("evidence", "like", "上月展会")],
        ["state", "ruling"],
    )
    assert claim["state"] == "refused" and claim["ruling"]


def rule(judge, shots):
    """The judge opens the claim of the salesman and refuses it with the reason."""
    judge.open("care-claims")
    judge.shot(shots / "customers-claims-desk.png")
    judge.page.locator(".o_data_row", has_text=NEW).first.click()
    judge.page.wait_for_selector(".o_form_view")
    judge.settle()
    judge.shot(shots / "customers-claim-desk.png")
    judge.page.get_by_role("button", name="裁定", exact=True).first.click()
    judge.page.wait_for_selector(".modal .o_form_view")
    judge.fill("ruling", "云栖酒店由冯洁先行报备，展会未当日报备，依报备时间裁定。")
    judge.page.locator(".modal button[name='action_refuse']").click()
    judge.page.wait_for_selector(".modal", state="detached")
    judge.settle()


def test_a_customer_says_how_he_was_served(product, person, browser, shots):
    """P03.08: asked by a link, answered on a phone without a login, scored at once."""
    manager = person("qianlei", DESK)
    waiting = [("state", "=", "planned"), ("partner_id.email", "!=", False)]
    model = "care.satisfaction.request"
    [request, *_more] = ask(product, "qianlei", model, waiting, ["partner_id"])
    manager.open(f"care-satisfaction-requests/{request['id']}")
    manager.choose("channel", "网页")
    manager.press("action_invite")
    asked = [("id", "=", request["id"])]
    [request] = ask(product, "qianlei", model, asked, ["link", "state"])
    assert request["state"] == "asked" and request["link"]
    phone = browser.new_context(
        viewport=PHONE, locale="zh-CN", has_touch=True, is_mobile=True
    )
    page = phone.new_page()
    page.goto(f"{product.url}/{request['link'].split('/', 3)[3]}")
    fill_in(page, shots)
    phone.close()
    [request] = ask(product, "qianlei", model, asked, ["state", "score"])
    assert request["state"] == "answered" and request["score"] == 100
    manager.page.reload()
    manager.settle()
    manager.shot(shots / "customers-answered-desk.png")


def fill_in(page, shots):
    """Give the best mark to every question."""
    page.locator("button[value=start]:visible").click()
    page.wait_for_selector(".js_question-wrapper:visible")
    page.locator(".js_question-wrapper", has_text="质量").first.wait_for()
    for box in page.locator(".js_question-wrapper input[type=number]:visible").all():
        box.fill("100")
    page.screenshot(path=str(shots / "customers-survey-phone.png"))
    page.locator("button[value=finish]:visible").click()
    page.locator(".modal .btn-primary:visible").click()
    page.wait_for_selector(".o_survey_finished")


def test_a_leavers_customers_are_handed_over(product, person, shots):
    """P19.07: the last of those who must sign signs on the phone."""
    leaver = person("tanyue", PHONE)
    model, waiting = "care.departure", [("state", "=", "signing")]
    [departure] = ask(product, "tanyue", model, waiting, ["state"])
    leaver.open(f"care-departures/{departure['id']}")
    leaver.press("action_sign")
    leaver.page.wait_for_selector(".modal .o_form_view")
    leaver.shot(shots / "customers-departure-phone.png")
    leaver.fill("signed_name", "谭悦")
    leaver.sign("signature")
    leaver.page.locator(".modal button[name='action_sign']").click()
    leaver.page.wait_for_selector(".modal", state="detached")
    mine = [("id", "=", departure["id"])]
    [departure] = ask(product, "qianlei", model, mine, ["state", "signature_ids"])
    assert departure["state"] in ("signed", "moved")
    assert len(departure["signature_ids"]) == 2
