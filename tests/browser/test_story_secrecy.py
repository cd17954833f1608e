"""Secrecy in the browser: an assistant is cleared, a customer becomes secret, she asks
to read him and is let in for a time, and everybody sees no more than that.

Values and files that are sealed at rest: test_at_rest.py.
"""

import re
from datetime import datetime, timedelta, timezone

import pytest

from .conftest import PASSWORD
from .product import DESK, PHONE
from .test_story_engines import ask, one

CUSTOMER = "华信商贸有限公司"
NEUTRAL = re.compile("保密|Restricted")


def test_somebody_is_cleared(product, person, shots):
    """The officer asks for the proofs; the assistant signs with her finger and takes
    the training; the officer adds the check, and the clearance runs."""
    officer = person("hejing", DESK)
    officer.open("care-clearances/new")
    officer.pick("user_id", "孙梅")
    officer.field("level_choice").locator("input").first.check()
    officer.press("action_submit")
    refused = officer.page.locator(".modal")
    assert refused.locator(".modal-body").inner_text().count("\n") >= 3
    refused.locator(".modal-footer .btn-primary").click()
    officer.press("action_ask_proofs")
    prove(product, person("sunmei", PHONE), shots)
    officer.open("care-clearance-proofs")
    check = re.compile("背景|background check")
    officer.page.locator(".o_control_panel button", has_text=check).first.click()
    officer.pick("user_id", "孙梅")
    officer.field("file").locator("input[type=file]").set_input_files(
        {"name": "审查.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 1"}
    )
    officer.settle()
    officer.press("action_confirm")
    domain = [("user_id.login", "=", "sunmei")]
    clearance = one(product, "hejing", "care.clearance", domain, ["is_running"])
    assert not clearance["is_running"]
    officer.open(f"care-clearances/{clearance['id']}")
    officer.press("action_submit")
    officer.shot(shots / "secrecy-clearance-desk.png")
    clearance = one(product, "hejing", "care.clearance", domain, ["is_running"])
    assert clearance["is_running"]


def prove(product, phone, shots):
    """Sign the agreement and answer the training, on a phone."""
    phone.open("confidentiality-agreement")
    phone.field("agreed").locator("input").check()
    phone.sign("signature")
    phone.shot(shots / "secrecy-agreement-phone.png")
    phone.press("action_sign")
    domain = [("user_id.login", "=", "sunmei"), ("kind", "=", "nda")]
    proof = one(product, "sunmei", "care.clearance.proof", domain, ["signed_name"])
    assert proof["signed_name"] == "孙梅"
    domain = [("user_id.login", "=", "sunmei"), ("kind", "=", "training")]
    before = ask(product, "sunmei", "care.clearance.proof", domain, [])
    phone.open("confidentiality-agreement")
    phone.press("action_train")
    phone.page.wait_for_selector(".o_survey_form")
    answer(product, phone.page)
    phone.shot(shots / "secrecy-training-phone.png")
    proofs = ask(product, "sunmei", "care.clearance.proof", domain, ["is_valid"])
    assert len(proofs) == len(before) + 1
    assert all(proof["is_valid"] for proof in proofs)


def answer(product, page):
    """Tick the right answers, as whoever has read the agreement does."""
    page.locator("button[value=start]:not(.disabled)").click()
    page.wait_for_selector(".js_question-wrapper:visible")
    right = [
        ("is_correct", "=", True),
        ("question_id.survey_id.certification", "=", True),
    ]
    for row in ask(product, "admin", "survey.question.answer", right, ["question_id"]):
        page.locator(f"label:has(input[value='{row['id']}'])").first.click()
    page.locator("button[value=finish]:visible").click()
    page.locator(".modal .btn-primary:visible").click()
    page.wait_for_selector(".o_survey_finished")


def test_a_customer_becomes_secret_and_is_read_by_leave(product, person, shots):
    """Raised at once, unknown to whoever is not cleared, opened for a time, closed."""
    domain = [("name", "=", CUSTOMER)]
    customer = one(product, "sunmei", "res.partner", domain, ["name"])
    assistant = person("sunmei", DESK)
    manager = person("wuting", DESK)
    manager.open(f"contacts/{customer['id']}")
    manager.field("secrecy_choice").locator(".o_selection_badge").nth(2).click()
    manager.page.locator(".o_form_button_save:visible").click()
    manager.settle()
    assert (
        one(product, "wuting", "res.partner", domain, ["secrecy_level"])[
            "secrecy_level"
        ]
        == 2
    )
    unknown(product, assistant, customer)
    request = ask_to_read(product, assistant)
    let_in(product, person("chengang", DESK), request)
    assistant.open(f"contacts/{customer['id']}")
    assistant.page.locator(".o_breadcrumb", has_text=CUSTOMER).wait_for()
    officer = person("hejing", DESK)
    officer.open(f"contacts/{customer['id']}")
    officer.page.locator(".o_button_more:visible").click()
    officer.press("action_open_access_log")
    officer.page.locator(
        ".o_data_row, .o_group_header", has_text="孙梅"
    ).first.wait_for()
    officer.shot(shots / "secrecy-readers-desk.png")
    revoke(product, officer, request)
    # her window is still open: nothing more comes out of it
    assistant.page.reload()
    assistant.settle()
    assert CUSTOMER not in assistant.page.locator("body").inner_text()
    unknown(product, assistant, customer)


def unknown(product, someone, customer):
    """Neither the list, its search, a call nor the address tell of the customer."""
    assert not ask(product, "sunmei", "res.partner", [("id", "=", customer["id"])], [])
    someone.open("contacts")
    someone.page.locator(".o_searchview_input").fill("华信")
    someone.page.keyboard.press("Enter")
    someone.settle()
    assert not someone.page.locator(
        ".o_kanban_record:not(.o_kanban_ghost), .o_data_row", has_text=CUSTOMER
    ).count()
    someone.page.goto(f"{product.url}/odoo/contacts/{customer['id']}")
    someone.settle()
    assert CUSTOMER not in someone.page.locator("body").inner_text()


def ask_to_read(product, someone):
    """She writes whom she looks for in her own words and hands it in."""
    someone.open("my-access-requests/new")
    someone.fill("what", CUSTOMER)
    someone.fill("purpose", "处理客户来电")
    someone.fill("reason", "客户来电追问货款，需核对联系人。")
    someone.press("action_submit")
    domain = [("what", "=", CUSTOMER)]
    request = one(product, "sunmei", "care.access.request", domain, ["state"])
    assert request["state"] == "submitted"
    return request["id"]


def let_in(product, general, request):
    """The general manager says which record is meant, and approves."""
    general.open(f"care-access-requests/{request}")
    general.press("action_link")
    box = general.field("record_ref")
    box.locator("select, input").first.click()
    if box.locator("select").count():
        box.locator("select").select_option("res.partner")
    else:
        general.page.locator(
            ".o_select_menu_item", has_text=re.compile("联系人|Contact")
        ).first.click()
    general.settle()
    box.locator(".o_field_many2one_selection input, input").last.fill(CUSTOMER)
    general.page.locator(
        ".o-autocomplete--dropdown-item:not(.o_m2o_dropdown_option)", has_text=CUSTOMER
    ).first.click()
    general.press("action_confirm")
    general.press("action_view_approvals")
    general.press("action_approve")
    row = one(
        product, "sunmei", "care.access.request", [("id", "=", request)], ["state"]
    )
    assert row["state"] == "granted", row


def revoke(product, officer, request):
    """The officer ends the access and says why."""
    domain = [("request_id", "=", request)]
    grant = one(product, "hejing", "care.access.grant", domain, ["is_running"])
    assert grant["is_running"]
    officer.open(f"care-grants/{grant['id']}")
    officer.press("action_revoke")
    officer.fill("reason", "事情已办完。")
    officer.press("action_confirm")
    assert not one(product, "hejing", "care.access.grant", domain, ["is_running"])[
        "is_running"
    ]


def test_a_link_to_what_is_hidden_is_neutral(product, person, shots):
    """A clerk's visit leads to a secret one: the form opens, says nothing, saves."""
    domain = [("state", "=", "planned"), ("partner_id.name", "=", "海康社区超市")]
    visit = one(product, "zhouwei", "visit.visit", domain, [])["id"]

    def call(method, *args):
        return product.rpc("zhouwei", PASSWORD, "visit.visit", method, *args)

    at = (datetime.now(timezone.utc) + timedelta(days=90)).strftime("%Y-%m-%d 02:00:00")
    call("write", [visit], {"next_planned_at": at})
    following = call("action_book_next", [visit])["res_id"]
    call("write", [following], {"secrecy_choice": "2", "goal": "密谈"})
    clerk = person("lina", DESK)
    clerk.open(f"visits/{visit}")
    clerk.page.locator(".nav-link:visible").last.wait_for()
    for tab in clerk.page.locator(".o_notebook .nav-link:visible").all():
        tab.click()
        if clerk.page.locator("[name='next_visit_id']:visible").count():
            break
    shown = clerk.page.locator(".o_field_widget[name='next_visit_id']:visible")
    assert NEUTRAL.search(
        shown.locator("input").input_value()
        if shown.locator("input").count()
        else shown.inner_text()
    )
    clerk.shot(shots / "secrecy-link-desk.png")
    clerk.fill("needs", "夏季冷柜三台。")
    clerk.page.locator(".o_form_button_save:visible").click()
    clerk.settle()
    assert not clerk.page.locator(".modal").count()
    [row] = call("read", [visit], ["needs", "next_visit_id"])
    assert row["needs"] == "夏季冷柜三台。" and row["next_visit_id"][0] == following


def test_a_secret_file_does_not_leave_by_mail(product):
    """The contract of a secret customer goes to nobody outside without a disclosure."""
    domain = [("name", "=", "年度供货合同.pdf"), ("res_model", "=", "res.partner")]
    file = one(product, "wuting", "ir.attachment", domain, ["res_id"])
    outsider = product.rpc(
        "wuting",
        PASSWORD,
        "res.partner",
        "create",
        {"name": "外人", "email": "outsider@outside.example"},
    )
    with pytest.raises(RuntimeError) as refusal:
        product.rpc(
            "wuting",
            PASSWORD,
            "res.partner",
            "message_post",
            [outsider],
            body="请查收",
            partner_ids=[outsider],
            attachment_ids=[file["id"]],
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
    assert "outsider@outside.example" in str(refusal.value)
