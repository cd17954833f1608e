"""Grades in the browser: policy P20 is loaded in the client and grades customers."""

from .product import DESK, PHONE
from .test_story_engines import ask, one


def test_grades_come_with_their_policy(product, person, shots):
    manager = person("chengang", DESK)
    load_policy(product, manager)
    scheme = one(
        product, "chengang", "care.tier.scheme", [("code", "=", "p20_scheme")], ["name"]
    )
    manager.open("care-tier-schemes")
    manager.page.locator(".o_data_row", has_text=scheme["name"]).click()
    manager.page.wait_for_selector(".o_form_view button[name='action_open_evaluation']")
    manager.press("action_open_evaluation")
    manager.press("action_open")
    manager.shot(shots / "story3-evaluation-desk.png")
    evaluation = one(
        product,
        "chengang",
        "care.evaluation",
        [("scheme_id", "=", scheme["id"])],
        ["state", "line_count"],
    )
    assert evaluation["state"] == "pregrading", evaluation
    assert evaluation["line_count"], evaluation
    see_the_customer(product, person("lina", PHONE), shots)


def load_policy(product, manager):
    """The window shows what it would do, and then does it."""
    manager.open("care-policies")
    manager.menu(
        "customer_care.customer_care_policies_menu",
        "customer_care.care_policy_pack_menu",
    )
    manager.page.wait_for_selector(".modal")
    manager.choose("shipped", "P20")
    manager.press("action_preview")
    manager.page.wait_for_selector(".modal .o_data_row")
    domain = [("code", "=", "P20")]
    assert not ask(product, "chengang", "care.policy", domain, ["state"])
    manager.press("action_load")
    manager.press("action_open_policy")
    policy = one(product, "chengang", "care.policy", domain, ["state"])
    assert policy["state"] == "active", policy


def see_the_customer(product, phone, shots):
    """The customer's form has the grade on top, and says what the figures say."""
    customer = one(
        product, "lina", "res.partner", [("name", "=", "浦东加盟店")], ["name"]
    )
    phone.open(f"contacts/{customer['id']}")
    phone.page.locator(".o_button_more:visible").click()
    phone.page.wait_for_selector("button[name='action_view_care_grants']")
    phone.shot(shots / "story3-customer-phone.png")
