"""Policy packs: what is read, what is refused and on which line, what is written."""

import pytest

from customer_care.logic import pack as packs

PACK = """\
format: 1
policy:
  code: T01
  version: 1
  name:
    en_US: Welcome desk
    zh_CN: 接待台
clauses:
  - code: T01.01
    kind: record
    name: Customers are reachable
    text: >-
      Of every customer a telephone number and an address are kept, so that the desk
      can call back.
  - code: T01.02
    kind: guide
    name: Be polite
    text: |-
      Greet.
      Smile.
rules:
  care.requirement:
    - code: t_reachable
      clause: T01.01
      domain: "[('is_company', '=', True)]"
      at_time: '10:00'
      amount: 0.5
      active: true
"""


def refusal(text):
    with pytest.raises(packs.PackError) as caught:
        packs.parse(text)
    return caught.value


def line_of(text, fragment):
    return text[: text.index(fragment)].count("\n") + 1


def test_a_canonical_text_is_written_as_it_was_read():
    assert packs.dump(packs.parse(PACK).data) == PACK


def test_writing_is_stable_for_any_way_of_writing():
    loose = PACK.replace("kind: guide", 'kind: "guide"').replace(
        "desk\n      can", "desk can"
    )
    loose = loose.replace("name: Be polite", "name: {zh_CN: 礼貌, en_US: 'Polite'}")
    once = packs.dump(packs.parse(loose).data)
    assert packs.dump(packs.parse(once).data) == once


def test_every_value_knows_its_line():
    pack = packs.parse(PACK)
    assert pack.line("policy", "version") == 4
    row = ("rules", "care.requirement", 0)
    assert pack.line(*row, "amount") == line_of(PACK, "amount")
    assert pack.line(*row, "amount", 7, "deeper") == line_of(PACK, "amount")
    assert pack.line(*row, "absent") == line_of(PACK, "- code: t_reachable")


@pytest.mark.parametrize(
    ("plain", "value"),
    [
        ("10:00", "10:00"),
        ("yes", "yes"),
        ("2026-01-01", "2026-01-01"),
        ("007", "007"),
        ("7", 7),
        ("-1.5", -1.5),
        ("true", True),
        ("null", None),
        ("'7'", "7"),
        ("9" * 30, "9" * 30),
    ],
)
def test_plain_values_read_as_in_json(plain, value):
    text = PACK.replace("amount: 0.5", f"amount: {plain}")
    row = packs.parse(text).rules["care.requirement"][0]
    assert row["amount"] == value
    assert type(row["amount"]) is type(value)


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("format: 1", "format: 2", "bad_format"),
        ("format: 1\n", "", "missing_key"),
        ("version: 1", "version: '1'", "bad_version"),
        ("version: 1", "version: true", "bad_version"),
        ("version: 1", "version: 0", "bad_version"),
        ("code: T01\n", "code: 'T 1'\n", "bad_code"),
        ("code: T01.02", "code: T01.01", "duplicate_code"),
        ("kind: guide", "kind: law", "bad_kind"),
        ("kind: guide", "kind: guide\n    kind: guide", "duplicate_key"),
        ("kind: guide", "sort: guide", "unknown_key"),
        ("clause: T01.01", "clause: T01.09", "unknown_clause"),
        ("en_US: Welcome", "de_DE: Welcome", "no_english"),
        ("zh_CN: 接待台", "chinese: x", "bad_language"),
        ("zh_CN: 接待台", "zh_CN: 7", "bad_language"),
        ("format: 1", "format: &a 1", "alias"),
        ("name: Be polite", "name: *a", "alias"),
        ("name: Be polite", "name: !!python/object/apply:os.system [ls]", "tag"),
        ("name: Be polite", "name: [[[[[[[[[[[[1]]]]]]]]]]]]", "too_deep"),
        ("name: Be polite", "name: [1]", "bad_value"),
        ("name: Be polite", "? [a, b]\n    : c", "key_not_text"),
        ("clauses:", "---\nclauses:", "several_documents"),
        ("  care.requirement:", "  care.requirement: 5\n  x:", "bad_value"),
    ],
)
def test_what_is_refused_is_named_with_its_line(old, new, kind):
    error = refusal(PACK.replace(old, new, 1))
    assert error.kind == kind
    assert error.line is not None or kind == "missing_key"


def test_the_line_is_the_one_to_correct():
    broken = PACK.replace("kind: guide", "kind: law")
    assert refusal(broken).line == line_of(broken, "kind: law")
    assert refusal(PACK + "\tx").line == PACK.count("\n") + 1


def test_the_billion_laughs_do_not_unfold():
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    assert refusal(bomb).kind == "alias"


def test_a_huge_file_is_refused_before_it_is_read():
    assert refusal("#" * (packs.MAX_BYTES + 1)).kind == "too_large"


def test_text_that_is_not_utf8_is_refused():
    assert refusal(PACK.encode("gb18030")).kind == "not_utf8"


def test_a_byte_order_mark_is_no_error():
    assert packs.parse(b"\xef\xbb\xbf" + PACK.encode()).policy["code"] == "T01"


@pytest.mark.parametrize("text", ["", "[]", "x", "{}", "format: 1", "- 1"])
def test_anything_else_is_refused_without_a_crash(text):
    assert isinstance(refusal(text), packs.PackError)


def test_header_reads_no_clause():
    assert packs.header(PACK)["code"] == "T01"
    assert packs.header(PACK.replace("kind: guide", "kind: ["))["version"] == 1


def test_words_that_agree_are_written_once():
    assert packs.plain_words({"en_US": "x", "zh_CN": "x"}) == "x"
    assert packs.plain_words({"zh_CN": "y", "en_US": "x"}) == {
        "en_US": "x",
        "zh_CN": "y",
    }
    assert packs.plain_words({}) is None


def test_a_fingerprint_tells_an_edit():
    row = packs.parse(PACK).rules["care.requirement"][0]
    assert packs.fingerprint(row) == packs.fingerprint(dict(row))
    assert packs.fingerprint(row) != packs.fingerprint(row | {"amount": 1})


@pytest.mark.parametrize(
    "text",
    [
        "it's",
        "[('a', '=', 'b')]",
        "a: b",
        "# no comment",
        "ends with space ",
        " starts",
        "two\nlines",
        "\nempty first",
        "tab\tinside",
        "中文" * 60,
        "long " * 40,
        "- dash",
        "yes",
        "1e5",
        "~",
        "",
        "quote \" and ' both",
        "line  with   gaps " * 10,
        "trailing\n",
        "  indented\n    more",
    ],
)
def test_any_text_survives_writing_and_reading(text):
    row = {"code": "x", "clause": "T01.01", "note": text}
    data = packs.parse(PACK).data | {"rules": {"care.x": [row]}}
    written = packs.dump(data)
    again = packs.parse(written)
    assert again.rules["care.x"][0]["note"] == text
    assert packs.dump(again.data) == written
