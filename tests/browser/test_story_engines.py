"""The engines in the browser, for the people they are for, all in Chinese.

The caller holds a phone, the supervisor sits at a desk; who decides, does it with a
thumb. Each step ends with what the database then holds.
"""

from .conftest import PASSWORD
from .product import DESK, PHONE

WAITING = "货架标签错误"  # the demo's newest complaint, not judged yet
LATE = "投诉逾期结案"  # what the demo's late complaint costs


def ask(product, login, model, domain, names):
    """Return what the database holds, as this user reads it."""
    return product.rpc(
        login,
        PASSWORD,
        model,
        "search_read",
        domain,
        fields=names,
        order="id",
        context={"lang": "zh_CN"},
    )


def one(product, login, model, domain, names):
    """Return the only row of `ask`."""
    rows = ask(product, login, model, domain, names)
    assert len(rows) == 1, rows
    return rows[0]


def day(product, login, kind):
    """Return what of this kind waits for somebody in "My day"."""
    domain = [("user_id.login", "=", login), ("kind", "=", kind)]
    return ask(product, login, "care.day.item", domain, ["name", "res_id"])


# ---- callbacks


def test_a_callback_is_made_on_the_phone_and_reviewed_at_the_desk(
    product, person, shots
):
    call = one(
        product,
        "sunmei",
        "care.callback",
        [("user_id.login", "=", "sunmei"), ("state", "=", "planned")],
        ["contact_name", "channel"],
    )
    phone = person("sunmei", PHONE)
    phone.open("care-my-day")
    phone.shot(shots / "story3-day-phone.png")
    phone.card(call["contact_name"]).tap()
    phone.page.wait_for_selector(".o_form_view")
    phone.settle()
    fill_in_the_sheet(phone)
    phone.shot(shots / "story3-callback-phone.png")
    phone.press("action_done")
    names = ["state", "channel", "signature", "signed_by", "notes", "done_by_id"]
    done = one(product, "sunmei", "care.callback", [("id", "=", call["id"])], names)
    assert done["state"] == "done" and done["channel"] == "site", done
    assert done["signature"] and done["signed_by"] == "刘洋", done
    assert done["done_by_id"][1] == "孙梅", done
    phone.open("care-my-day")
    assert not phone.card(call["contact_name"]).count()
    assert not day(product, "sunmei", "callback")
    review(product, person("zhouwei", DESK), call)


def fill_in_the_sheet(phone):
    """Reached at the customer's door: outcome, words, and a finger's signature."""
    phone.press("action_reached")
    phone.choose("channel", "上门")
    phone.field("outcome_id").locator("label", has_text="较满意").first.tap()
    phone.fill("notes", "标签已全部更换，希望下次提前核对。")
    phone.fill("signed_by", "刘洋")
    phone.sign("signature")


def review(product, desk, call):
    """The supervisor finds it in his day and writes his opinion."""
    waiting = day(product, "zhouwei", "callback")
    assert call["id"] in [row["res_id"] for row in waiting], waiting
    desk.open("care-my-day")
    row = desk.page.locator(".o_data_row", has_text=call["contact_name"])
    row.locator("td[name='name']").first.click()
    desk.page.wait_for_selector(".o_form_view")
    desk.settle()
    desk.press("action_review")
    desk.fill("text", "回访及时，签字齐全。")
    desk.sign("signature")
    desk.press("action_apply")
    names = ["state", "review_opinion", "review_signature", "reviewer_id"]
    row = one(product, "zhouwei", "care.callback", [("id", "=", call["id"])], names)
    assert (row["state"], row["review_opinion"]) == ("reviewed", "回访及时，签字齐全。")
    assert row["review_signature"] and row["reviewer_id"][1] == "周伟", row
    assert call["id"] not in [
        row["res_id"] for row in day(product, "zhouwei", "callback")
    ]
    desk.open("action-customer_care.care_callback_statistics_action")
    desk.page.wait_for_selector(".o_pivot th:has-text('投诉回访')")


# ---- approvals


def test_an_approval_is_opened_by_the_mail_and_given_on_the_phone(
    product, person, browser
):
    case = one(
        product, "lina", "complaint.case", [("name", "=", WAITING)], ["department_id"]
    )
    ask_for_acceptance(product, person("lina", DESK), case)
    domain = [("res_model", "=", "complaint.case"), ("res_id", "=", case["id"])]
    domain.append(("state", "=", "pending"))
    approval = one(product, "zhouwei", "care.approval", domain, ["name"])
    follow_the_mail(product, browser, approval["id"])
    phone = person("zhouwei", PHONE)
    phone.open("care-approvals-to-decide")
    card = phone.card(WAITING)
    card.locator("button[name='action_approve']").tap()
    phone.page.wait_for_function(
        "name => ![...document.querySelectorAll('.o_kanban_record')]"
        ".some(card => card.innerText.includes(name))",
        arg=WAITING,
    )
    assert (
        one(
            product,
            "lina",
            "care.approval",
            [("id", "=", approval["id"])],
            ["state"],
        )["state"]
        == "approved"
    )
    state = one(product, "lina", "complaint.case", [("id", "=", case["id"])], ["state"])
    assert state["state"] == "accepted", state


def ask_for_acceptance(product, clerk, case):
    """The clerk judges the complaint and presses the button."""
    clerk.open(f"complaints/{case['id']}")
    clerk.choose("claimant_kind", "加盟商")
    clerk.choose("demand", "换货")
    clerk.field("justified").locator("[data-value='yes']").first.click()
    clerk.pick("department_id", "行政部")
    clerk.pick("user_id", "李娜")
    clerk.press("action_accept")


def follow_the_mail(product, browser, approval_id):
    """The link asks for the login, then shows the request; nothing is decided."""
    context = browser.new_context(
        viewport=PHONE, locale="zh-CN", has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(f"{product.url}/care/approval/{approval_id}")
    page.fill("input[name=login]", "zhouwei")
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_selector(".o_form_view button[name='action_approve']")
    assert WAITING in page.inner_text(".o_form_view")
    context.close()
    row = one(
        product, "zhouwei", "care.approval", [("id", "=", approval_id)], ["state"]
    )
    assert row["state"] == "pending"


# ---- sanctions and improvements


def test_a_fine_is_confirmed_and_seen_by_whom_it_concerns(product, person, shots):
    fine = ask(
        product,
        "zhouwei",
        "care.sanction",
        [("name", "ilike", LATE), ("state", "=", "proposed")],
        ["number", "user_id", "amount"],
    )[0]
    phone = person("zhouwei", PHONE)
    phone.open("care-my-day")
    phone.card(fine["number"]).tap()
    phone.page.wait_for_selector(".o_form_view")
    phone.settle()
    phone.press("action_confirm")
    row = one(
        product,
        "zhouwei",
        "care.sanction",
        [("id", "=", fine["id"])],
        ["state", "amount"],
    )
    assert (row["state"], row["amount"]) == ("confirmed", fine["amount"])
    clerk = person("lina", PHONE)
    clerk.open("action-customer_care.care_sanction_action_own")
    clerk.card(fine["number"]).tap()
    clerk.page.wait_for_selector(".o_form_view button[name='action_appeal']")
    clerk.shot(shots / "story3-fine-phone.png")


def test_a_measure_is_finished_on_the_phone(product, person, shots):
    domain = [("user_id.login", "=", "wangqiang"), ("state", "=", "planned")]
    measure = one(product, "wangqiang", "care.improvement", domain, ["name"])
    phone = person("wangqiang", PHONE)
    phone.open("care-improvements")
    phone.card(measure["name"]).tap()
    phone.page.wait_for_selector(".o_form_view")
    phone.settle()
    phone.press("action_start")
    phone.tab("done")
    phone.fill("result", "调度系统已加入一小时前电话确认。")
    phone.shot(shots / "story3-improvement-phone.png")
    phone.press("action_done")
    names = ["state", "result", "check_user_id", "check_date"]
    row = one(
        product, "wangqiang", "care.improvement", [("id", "=", measure["id"])], names
    )
    assert row["state"] == "checking" and row["check_date"], row
    assert row["check_user_id"][1] == "周伟", row


# ---- what managers look at


def test_the_boards_of_a_manager(product, person, shots):
    for size in (DESK, PHONE):
        manager = person("chengang", size)
        manager.open("care-team-board")
        assert manager.page.locator(".o_kanban_group").count() > 1
        if size is DESK:
            manager.shot(shots / "story3-team-desk.png")
        manager.open("care-ageing")
        manager.page.wait_for_selector(".o_pivot th:has-text('李娜')")
        manager.open("care-compliance")
        manager.switch("pivot")
        manager.page.wait_for_selector(".o_pivot th:has-text('P05.08')")
        manager.switch("graph")
        manager.page.wait_for_selector(".o_graph_renderer canvas")


def test_an_indicator_is_defined_in_the_client(product, person, shots):
    manager = person("chengang", DESK)
    manager.open("care-indicators/new")
    manager.fill("name", "投诉按期结案率")
    manager.fill("code", "closed_in_time")
    manager.pick("model_id", "时限事项")
    manager.choose("aggregate", "百分比")
    manager.path("date_field", "due_at")
    manager.rule("domain", "rule_id", "结案")
    manager.rule("numerator_domain", "state", "按期完成")
    manager.choose("period", "滚动区间")
    manager.fill("rolling_months", "2")
    manager.page.locator(".o_form_button_save:visible").click()
    manager.settle()
    row = one(
        product,
        "chengang",
        "care.indicator",
        [("code", "=", "closed_in_time")],
        ["aggregate", "model_name", "date_field", "domain", "numerator_domain"],
    )
    assert (row["aggregate"], row["model_name"]) == ("rate", "care.obligation"), row
    assert row["date_field"] == "due_at", row
    assert "rule_id" in row["domain"] and "met" in row["numerator_domain"], row
    manager.press("action_preview")
    manager.page.wait_for_selector(".modal .o_field_widget[name='preview'] table")
    assert "%" in manager.page.inner_text(".modal")
    manager.shot(shots / "story3-indicator-desk.png")
    manager.open("care-scorecards/new")
    assert manager.field("name").count()
