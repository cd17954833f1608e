"""Policy packs: read one YAML text with line numbers, check its shape, write it again.
A pack is {format, policy: {code, version, name, trade, addons, acknowledge_days,
replaces}, clauses: [{code, kind, name, text}], rules: {model: [{code, clause, ...}]}}.
What a rule may hold is known to the ORM side; only its code and clause are looked at.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import Any

import yaml

FORMAT = 1
MAX_BYTES = 1_000_000
MAX_DEPTH = 10
KINDS = (
    "record",
    "deadline",
    "duty",
    "approval",
    "right",
    "rate",
    "score",
    "sanction",
    "guide",
)
POLICY_KEYS = ("code", "version", "name", "trade", "addons", "acknowledge_days")
POLICY_KEYS += ("replaces",)
CLAUSE_KEYS = ("code", "kind", "name", "text")
_ADDON = re.compile(r"[a-z][a-z0-9_]{0,63}")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LANG = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?(@[a-z]+)?")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,10})?")
_LONG = 72

Path = tuple[str | int, ...]


class PackError(ValueError):
    """Why a pack is refused: `kind` names the sentence, `values` fill it in."""

    def __init__(self, kind: str, line: int | None = None, **values: Any) -> None:
        super().__init__(kind, line, values)
        self.kind = kind
        self.line = line
        self.values = values

    def __str__(self) -> str:
        shown = ", ".join(f"{key}={value}" for key, value in self.values.items())
        return f"line {self.line}: {self.kind} {shown}".rstrip()


@dataclass
class Pack:
    """One read pack: plain data and the line each value stands on."""

    data: dict[str, Any]
    lines: dict[Path, int] = field(default_factory=dict)
    # add-ons the pack speaks of that are not installed; filled in by the loader
    missing: frozenset[str] = frozenset()

    def line(self, *path: str | int) -> int | None:
        """Return the line of `path`, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)

    def fail(self, kind: str, *path: str | int, **values: Any) -> PackError:
        return PackError(kind, self.line(*path), **values)

    @property
    def policy(self) -> dict[str, Any]:
        return self.data["policy"]

    @property
    def clauses(self) -> list[dict[str, Any]]:
        return self.data["clauses"]

    @property
    def rules(self) -> dict[str, list[dict[str, Any]]]:
        return self.data.get("rules", {})


# ------------------------------------------------------------------- reading


def parse(source: str | bytes) -> Pack:
    """Return the pack in `source`.

    :raise PackError: too large, not YAML, with anchors, tags, duplicate keys, or not
        of the shape of a pack
    """
    text = _decode(source)
    _check_events(text)
    lines: dict[Path, int] = {}
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    pack = Pack(_build(node, (), lines) if node else None, lines)
    _check_shape(pack)
    return pack


def header(text: str) -> dict[str, Any]:
    """Return the `policy` part of a pack without reading its clauses."""
    head = re.split(r"(?m)^clauses:", text, maxsplit=1)[0]
    _check_events(head)
    node = yaml.compose(head, Loader=yaml.SafeLoader)
    data = _build(node, (), {}) if node else None
    policy = data.get("policy") if isinstance(data, dict) else None
    if not isinstance(policy, dict):
        raise PackError("missing_key", 1, key="policy")
    return policy


def _decode(source: str | bytes) -> str:
    raw = source.encode() if isinstance(source, str) else source
    if len(raw) > MAX_BYTES:
        raise PackError("too_large", None, limit=MAX_BYTES // 1000)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise PackError("not_utf8", line) from error


def _check_events(text: str) -> None:
    """Refuse what is no plain data: aliases (a few lines can unfold to gigabytes),
    tags (they call code in other readers), deep nesting, several documents."""
    depth = documents = 0
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            line = event.start_mark.line + 1
            documents += isinstance(event, yaml.DocumentStartEvent)
            if documents > 1:
                raise PackError("several_documents", line)
            if getattr(event, "anchor", None):
                raise PackError("alias", line)
            if getattr(event, "tag", None):
                raise PackError("tag", line, tag=event.tag)
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                raise PackError("too_deep", line, limit=MAX_DEPTH)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or str(error)
        raise PackError("syntax", mark and mark.line + 1, reason=reason) from error


def _build(node: yaml.Node, path: Path, lines: dict[Path, int]) -> Any:
    """Return `node` as plain data, noting the line of each value in `lines`."""
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return [_build(n, (*path, i), lines) for i, n in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        return _build_mapping(node, path, lines)
    return _scalar(node)


def _build_mapping(
    node: yaml.MappingNode, path: Path, lines: dict[Path, int]
) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise PackError("key_not_text", line)
        key = key_node.value
        if key in result:
            raise PackError("duplicate_key", line, key=key)
        result[key] = _build(value_node, (*path, key), lines)
        lines[(*path, key)] = line
    return result


def _scalar(node: yaml.ScalarNode) -> Any:
    """Read a plain scalar as JSON would: `10:00`, `yes` and dates stay text."""
    text = node.value
    if node.style is not None:
        return text
    if text in ("", "null", "~"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return text


# ------------------------------------------------------------------ checking


def _check_shape(pack: Pack) -> None:
    if not isinstance(pack.data, dict):
        raise PackError("not_mapping", 1, key="pack")
    _check_keys(pack, (), ("format", "policy", "clauses", "rules"))
    for key, kind in (("format", int), ("policy", dict), ("clauses", list)):
        if key not in pack.data:
            raise PackError("missing_key", 1, key=key)
        if not isinstance(pack.data[key], kind):
            raise pack.fail("bad_value", key, key=key)
    if pack.data["format"] != FORMAT:
        raise pack.fail("bad_format", "format", known=FORMAT)
    _check_policy(pack)
    codes = _check_clauses(pack)
    _check_rules(pack, codes)


def _check_policy(pack: Pack) -> None:
    _check_keys(pack, ("policy",), POLICY_KEYS)
    for key in ("code", "version", "name"):
        if pack.policy.get(key) is None:
            raise pack.fail("missing_key", "policy", key=key)
    _check_code(pack, ("policy",))
    version = pack.policy["version"]
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise pack.fail("bad_version", "policy", "version")
    for key in ("name", "trade"):
        _check_words(pack, ("policy", key), pack.policy.get(key))
    addons = pack.policy.get("addons") or []
    if not isinstance(addons, list) or not all(
        isinstance(name, str) and _ADDON.fullmatch(name) for name in addons
    ):
        raise pack.fail("bad_addons", "policy", "addons")
    if not isinstance(pack.policy.get("replaces") or "", str):
        raise pack.fail("bad_replaces", "policy", "replaces")
    days = pack.policy.get("acknowledge_days")
    if days is not None and (type(days) is not int or not 0 <= days <= 3650):
        raise pack.fail("bad_days", "policy", "acknowledge_days")


def _check_clauses(pack: Pack) -> set[str]:
    seen: set[str] = set()
    for index, clause in enumerate(pack.clauses):
        path = ("clauses", index)
        if not isinstance(clause, dict):
            raise pack.fail("not_mapping", *path, key="clauses")
        _check_keys(pack, path, CLAUSE_KEYS)
        _check_code(pack, path, seen)
        if clause.get("kind") not in KINDS:
            raise pack.fail("bad_kind", *path, "kind", known=", ".join(KINDS))
        if clause.get("name") is None:
            raise pack.fail("missing_key", *path, key="name")
        for key in ("name", "text"):
            _check_words(pack, (*path, key), clause.get(key))
    if not seen:
        raise pack.fail("no_clause", "clauses")
    return seen


def _check_rules(pack: Pack, clauses: set[str]) -> None:
    rules = pack.data.get("rules", {})
    if not isinstance(rules, dict):
        raise pack.fail("not_mapping", "rules", key="rules")
    for model, rows in rules.items():
        if not isinstance(rows, list) or not rows:
            raise pack.fail("bad_value", "rules", model, key=model)
        seen: set[str] = set()
        for index, row in enumerate(rows):
            path = ("rules", model, index)
            if not isinstance(row, dict):
                raise pack.fail("not_mapping", *path, key=model)
            _check_code(pack, path, seen)
            if row.get("clause") not in clauses:
                raise pack.fail(
                    "unknown_clause", *path, "clause", clause=row.get("clause")
                )


def _check_code(pack: Pack, path: Path, seen: set[str] | None = None) -> None:
    holder = pack.data
    for step in path:
        holder = holder[step]
    code = holder.get("code")
    if code is None:
        raise pack.fail("missing_key", *path, key="code")
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise pack.fail("bad_code", *path, "code", code=code)
    if seen is not None:
        if code in seen:
            raise pack.fail("duplicate_code", *path, "code", code=code)
        seen.add(code)


def _check_keys(pack: Pack, path: Path, known: tuple[str, ...]) -> None:
    holder = pack.data
    for step in path:
        holder = holder[step]
    for key in holder:
        if key not in known:
            raise pack.fail("unknown_key", *path, key, key=key, known=", ".join(known))


def _check_words(pack: Pack, path: Path, value: Any) -> None:
    """Words are one text, or one text per language with en_US among them."""
    if value is None or isinstance(value, str):
        return
    if not isinstance(value, dict):
        raise pack.fail("bad_value", *path, key=path[-1])
    for lang, text in value.items():
        if not _LANG.fullmatch(lang) or not isinstance(text, str):
            raise pack.fail("bad_language", *path, lang, lang=lang)
    if "en_US" not in value:
        raise pack.fail("no_english", *path, key=path[-1])


def words(value: str | dict[str, str] | None) -> dict[str, str]:
    """Return translated words as {lang: text}.

    >>> words("Case")
    {'en_US': 'Case'}
    """
    if isinstance(value, dict):
        return value
    return {"en_US": value} if value else {}


def plain_words(texts: dict[str, str]) -> str | dict[str, str] | None:
    """Return {lang: text} in its shortest form, en_US first.

    >>> plain_words({"zh_CN": "x", "en_US": "x"})
    'x'
    """
    if not any(texts.values()):
        return None
    if len(set(texts.values())) == 1:
        return next(iter(texts.values()))
    return {lang: texts[lang] for lang in sorted(texts) if texts[lang]}


# ------------------------------------------------------------------- writing


class _Dumper(yaml.SafeDumper):
    """Writes texts as a reader likes them: long ones as blocks, no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)


def _represent_text(dumper: yaml.Dumper, text: str) -> yaml.ScalarNode:
    style = None
    if "\n" in text:
        style = "|"
    elif len(text) > _LONG and " " in text:
        style = ">"
    elif "'" in text:
        style = '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _represent_number(dumper: yaml.Dumper, number: float) -> yaml.ScalarNode:
    if number == int(number):
        return dumper.represent_int(int(number))
    text = f"{number:.10f}".rstrip("0")
    return dumper.represent_scalar("tag:yaml.org,2002:float", text)


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(float, _represent_number)


def dump(data: dict[str, Any]) -> str:
    """Return `data` as the canonical text of a pack.

    Keys stay in the order given; only keys without a value are left out.
    """
    return yaml.dump(
        _without_empty(data),
        Dumper=_Dumper,
        allow_unicode=True,
        default_flow_style=False,
        sort_keys=False,
        width=80,
    )


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {key: _without_empty(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item not in (None, {}, [])}
    if isinstance(value, list):
        return [_without_empty(item) for item in value]
    return value


def digest(source: str | bytes) -> str:
    """Return the digest that tells whether a file is the one that was loaded."""
    raw = source.encode() if isinstance(source, str) else source
    return hashlib.sha256(raw).hexdigest()


def fingerprint(row: dict[str, Any]) -> str:
    """Return the digest that tells whether a row was edited since it was loaded."""
    return hashlib.sha256(dump(row).encode()).hexdigest()
