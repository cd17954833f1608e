"""Sealed at rest: people work with secrets and files of secret customers over every
door, and then neither a dump of the database nor the file store holds one of them.

Clauses P01.20, P04.22, P04.24.
"""

import base64
import os
import pathlib
import subprocess

import pytest

from .conftest import PASSWORD
from .product import DESK, PHONE

NUMBER = "11010519491231002X"
ACCOUNT = "6222021001116245702"
NOTE = "底价七百二十万，付款期九十天"
CONTRACT = "乙方愿意让利百分之十三 contract-marker-90210".encode()
CHATTED = b"chatted-marker-55123 for the eyes of few"
OLDER = b"older-marker-77001 from before it was secret"
CHANGED = b"changed-marker-31337 second edition of the contract"
MARKERS = [NUMBER.encode(), ACCOUNT.encode(), NOTE.encode(), CONTRACT]
MARKERS += [CHATTED, OLDER, CHANGED]
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGP4z8CAB+GTG8HSALfKY52f"
    "TcuYAAAAAElFTkSuQmCC"
)
PEOPLE = f"""
groups = ["customer_care.customer_care_group_user", "base.group_partner_manager"]
group_ids = [env.ref(name).id for name in groups]
users = {{}}
for login, name in [("mijuan", "米娟"), ("luren", "路人")]:
    users[login] = env["res.users"].create({{
        "login": login, "name": name, "password": "{PASSWORD}", "lang": "zh_CN",
        "group_ids": [(6, 0, group_ids)], "tz": "Asia/Shanghai",
    }})
env.cr.execute(\"\"\"INSERT INTO care_clearance
    (user_id, company_id, level, state, vetted, effective_from, valid_from)
    VALUES (%s, %s, 2, 'active', true, '2026-01-01', '2026-01-01')\"\"\",
    [users["mijuan"].id, env.company.id])
open_one = env["res.partner"].create({{"name": "普通客户", "is_company": True}})
secret = env["res.partner"].create(
    {{"name": "密件客户", "is_company": True, "secrecy_own": 2}})
env["ir.attachment"].create({{"name": "older.txt", "raw": {OLDER!r},
    "res_model": "res.partner", "res_id": open_one.id}})
env.cr.commit()
print("IDS", secret.id, open_one.id)
"""


def forms(marker):
    """Return the marker as it may stand in a dump or file: as it is, in hex, in base64
    at each alignment, escaped as JSON."""
    found = {marker, marker.hex().encode(), marker.decode().encode("utf-16-le")}
    for shift in range(3):
        text = base64.b64encode(bytes(shift) + marker)
        found.add(text[4:-4])
    found.add(marker.decode().encode("unicode_escape"))
    return found


def found_in(data):
    """Return the markers that some bytes hold in any form."""
    return [marker for marker in MARKERS if any(form in data for form in forms(marker))]


@pytest.fixture(scope="module")
def ids(product):
    answer = product.shell(PEOPLE)
    [line] = [line for line in answer.splitlines() if line.startswith("IDS")]
    secret, open_one = map(int, line.split()[1:])
    return {"secret": secret, "open": open_one}


def test_the_search_finds_what_is_planted(product, ids):
    """The markers are found where nothing is sealed: the test can fail."""
    assert found_in(b"x" + base64.b64encode(b"ab" + CONTRACT)) == [CONTRACT]
    assert found_in(NOTE.encode().hex().encode()) == [NOTE.encode()]
    assert found_in(store(product)) == [OLDER]


def test_values_and_files_arrive_over_rpc(product, ids):
    def rpc(model, method, *args, **kw):
        return product.rpc("mijuan", PASSWORD, model, method, *args, **kw)

    host = {"res_model": "res.partner", "res_id": ids["secret"]}
    kinds = rpc("care.secret.kind", "search_read", [], ["code"])
    kinds = {kind["code"]: kind["id"] for kind in kinds}
    for code, value in [("bank_account", ACCOUNT), ("negotiation_note", NOTE)]:
        values = host | {"kind_id": kinds[code], "value": value}
        rpc("care.secret.enter", "create", [values])
    file = rpc(
        "ir.attachment",
        "create",
        [host | {"name": "a.txt", "datas": base64.b64encode(CONTRACT).decode()}],
    )
    rpc("ir.attachment", "copy", file)
    rpc("ir.attachment", "write", file, {"datas": base64.b64encode(CHANGED).decode()})
    picture = {"image_1920": base64.b64encode(PNG).decode()}
    rpc("res.partner", "write", [ids["secret"]], picture)
    [[row]] = [rpc("care.secret", "search", [("kind_id", "=", kinds["bank_account"])])]
    shown = rpc("care.secret.show", "create", [{"secret_id": row}])
    assert rpc("care.secret.show", "read", shown, ["value"])[0]["value"] == ACCOUNT
    find = {"kind_id": kinds["bank_account"], "value": ACCOUNT}
    found = rpc("care.secret.find", "create", [find])
    assert rpc("care.secret.find", "action_find", found)["res_id"] == ids["secret"]
    with pytest.raises(RuntimeError):
        product.rpc(
            "luren", PASSWORD, "care.secret.show", "create", [{"secret_id": row}]
        )


def test_a_clerk_enters_and_reveals_at_the_desk(person, product, ids, shots):
    clerk = person("mijuan", DESK)
    clerk.open(f"res.partner/{ids['secret']}")
    clerk.tab("care_secrets")
    clerk.press("action_add_secret")
    clerk.field("kind_id").locator("input").click()
    clerk.page.locator(".o-autocomplete--dropdown-item").first.click()
    clerk.fill("value", NUMBER)
    clerk.press("action_done")
    clerk.tab("care_secrets")
    rows = clerk.page.locator("[name='care_secret_ids'] .o_data_row")
    assert rows.count() == 3
    assert NUMBER not in clerk.page.content()
    clerk.shot(shots / "secrets-desk.png")
    rows.first.locator("button[name='action_reveal']").click()
    clerk.settle()
    shown = clerk.page.locator(".modal [name='value']")
    assert NUMBER in shown.inner_text()
    clerk.shot(shots / "secret-shown-desk.png")
    clerk.page.locator(".modal-footer .btn-primary").click()
    clerk.settle()
    assert NUMBER not in clerk.page.content()


def test_a_clerk_sends_and_opens_a_file_in_the_chatter(person, product, ids, shots):
    clerk = person("mijuan", DESK)
    clerk.open(f"res.partner/{ids['secret']}")
    clerk.page.locator(".o-mail-Chatter-logNote").click()
    clerk.page.locator(".o-mail-Composer-input:visible").fill("见附件")
    clerk.page.locator(".o-mail-Composer input[type=file]").first.set_input_files(
        {"name": "chat.txt", "mimeType": "text/plain", "buffer": CHATTED}
    )
    clerk.page.wait_for_selector(".o-mail-Composer .o-mail-AttachmentContainer")
    clerk.page.locator(".o-mail-Composer-input:visible").press("Control+Enter")
    clerk.page.wait_for_selector(".o-mail-Message .o-mail-AttachmentContainer")
    clerk.shot(shots / "sealed-chatter-desk.png")
    [file] = product.rpc(
        "mijuan",
        PASSWORD,
        "ir.attachment",
        "search",
        [("name", "=", "chat.txt"), ("res_id", "=", ids["secret"])],
    )
    answer = clerk.context.request.get(f"{product.url}/web/content/{file}")
    assert (answer.status, answer.body()) == (200, CHATTED)
    picture = f"{product.url}/web/image/res.partner/{ids['secret']}/image_1920"
    assert clerk.context.request.get(picture).body()[:4] == b"\x89PNG"


def test_a_stranger_gets_nothing(person, product, ids):
    stranger = person("luren", PHONE)
    for path in ("web/content/%s", "care/file/%s"):
        files = product.shell(
            "print('FILES', *env['ir.attachment'].search([('care_sealed', '=', True), "
            "('res_field', '=', False)]).ids)"
        )
        [line] = [line for line in files.splitlines() if line.startswith("FILES")]
        for file in line.split()[1:]:
            answer = stranger.context.request.get(f"{product.url}/{path % file}")
            assert answer.status == 404
            assert not found_in(answer.body())


def test_a_phone_shows_the_secrets(person, ids, shots):
    clerk = person("mijuan", PHONE)
    clerk.open(f"res.partner/{ids['secret']}")
    clerk.tab("care_secrets")
    clerk.shot(shots / "secrets-phone.png")
    clerk.card("••••").first.locator("button[name='action_reveal']").click()
    clerk.settle()
    clerk.shot(shots / "secret-shown-phone.png")


def test_neither_dump_nor_file_store_holds_a_marker(product, ids):
    product.rpc(
        "mijuan",
        PASSWORD,
        "res.partner",
        "write",
        [ids["open"]],
        {
            "secrecy_own": 2,
        },
    )
    product.shell("env['care.file.sealer']._cron_seal()\nenv.cr.commit()\n")
    dump = subprocess.run(
        ["pg_dump", product.database], capture_output=True, check=True
    ).stdout
    assert b"care_secret" in dump
    assert found_in(dump) == []
    assert found_in(store(product)) == []
    assert found_in(product.log.read_bytes()) == []


def store(product):
    """Return the bytes of all files in the file store."""
    data = pathlib.Path(os.environ["CARE_CACHE"], "data", "filestore")
    files = (data / product.database).rglob("*")
    return b"\n".join(path.read_bytes() for path in files if path.is_file())
