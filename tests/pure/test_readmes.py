"""The READMEs name nothing that the code does not have, and stay short.

Whatever stands between backticks must be a menu path, file, command, route, model,
XML id, method, field, code or environment variable that exists. Beside them lie the
fragments of news, one sentence each.
"""

import ast
import csv
import re
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest
from conftest import ADDONS, ROOT

LIMITS = {f"{addon}/README.md": 120 for addon in ADDONS} | {"README.md": 150}
LIMITS["customer_care/README.md"] = 240  # the engines and all their models
LIMITS["customer_care/CUSTOMERS.md"] = 160  # what is kept of customers
READMES = [name for name in LIMITS if (ROOT / name).exists()]
SKIPPED = {"__pycache__", ".git", "i18n"}
SPAN = re.compile(r"`([^`\n]+)`")
FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
IDENTIFIER = re.compile(r"\w+")
CALL = re.compile(r"(?:([a-z_.]+)\.)?(\w+)\([\w, ]*\)")
ROUTE_PART = re.compile(r"<[^>]*>")
VARIABLE = re.compile(r"([A-Z][A-Z_]{3,})(=\S*)?")
FRAGMENT = re.compile(r"\+[a-z0-9-]+\.(feature|fix|security|removal)\.md")
MENU = " > "


def files(*patterns, folders=(*ADDONS, "tests", "setup")):
    return sorted(
        path
        for folder in folders
        for pattern in patterns
        for path in (ROOT / folder).rglob(pattern)
        if not SKIPPED & set(path.parts) and path.name != Path(__file__).name
    )


# ---- what the code has


@cache
def python():
    """Return (methods, names, words): functions of classes, all that is defined, and
    all strings that are written as literals."""
    methods, names, words = set(), set(), set()
    for path in files("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                names.add(node.name)
            if isinstance(node, ast.ClassDef):
                methods |= {n.name for n in node.body if hasattr(n, "args")}
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names.add(node.id)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                words.add(node.value)
    return methods, names, words


@cache
def models():
    """Return {model: add-on} of the models kept as records, and {model: [(its parents,
    its methods)]} of all, one pair for each class."""
    stored, known = {}, {}
    for path in files("*.py", folders=ADDONS):
        for node in ast.parse(path.read_text("utf-8")).body:
            if not isinstance(node, ast.ClassDef):
                continue
            named = {
                line.targets[0].id: ast.literal_eval(line.value)
                for line in node.body
                if isinstance(line, ast.Assign)
                and line.targets[0].id in ("_name", "_inherit")
            }
            parents = named.get("_inherit", [])
            parents = [parents] if isinstance(parents, str) else parents
            name = named.get("_name") or (parents or [None])[0]
            methods = {n.name for n in node.body if isinstance(n, ast.FunctionDef)}
            for parent in parents:
                known.setdefault(parent, [])
            known.setdefault(name, []).append((parents, methods))
            bases = [ast.unparse(base) for base in node.bases]
            if "models.Model" in bases and name not in parents:
                stored[name] = path.relative_to(ROOT).parts[0]
    return stored, known


def has_method(model, method):
    return any(
        method in methods
        or any(has_method(parent, method) for parent in parents if parent != model)
        for parents, methods in models()[1].get(model, ())
    )


@cache
def data():
    """Return (XML ids as addon.name, values of fields) of all records."""
    ids, values = set(), set()
    for path in files("*.xml"):
        addon = path.relative_to(ROOT).parts[0]
        for node in ElementTree.parse(path).getroot().iter():
            if node.tag in ("record", "template", "menuitem"):
                ids.add(f"{addon}.{node.get('id')}")
            elif node.tag == "field" and node.text:
                values.add(node.text.strip())
    for path in files("*.csv", folders=ADDONS):
        with path.open(encoding="utf-8") as lines:
            addon = path.relative_to(ROOT).parts[0]
            ids |= {
                f"{addon}.{row['id']}" for row in csv.DictReader(lines) if "id" in row
            }
    return ids, values


@cache
def pack_codes():
    text = "\n".join(path.read_text("utf-8") for path in files("packs/*.yaml"))
    return set(re.findall(r"\b(?:code|gate): (\S+)", text))


@cache
def menu_paths():
    """Return every menu as the tuple of names that lead to it."""
    items = {}
    for path in files("*menus.xml", folders=ADDONS):
        addon = path.relative_to(ROOT).parts[0]
        for node in ElementTree.parse(path).getroot().iter("menuitem"):
            parent = node.get("parent") or ""
            if parent and "." not in parent:
                parent = f"{addon}.{parent}"
            items[f"{addon}.{node.get('id')}"] = (parent, node.get("name"))

    def names(xml_id):
        parent, name = items[xml_id]
        return (*(names(parent) if parent else ()), name)

    return {names(xml_id) for xml_id in items}


@cache
def routes():
    words = python()[2]
    return {ROUTE_PART.sub("<>", word) for word in words if word.startswith("/")}


@cache
def settings():
    scripts = [path for path in (ROOT / "setup").rglob("*") if path.is_file()]
    tests = files("*.py", folders=("tests",))
    compose = ROOT / "docker-compose.yml"
    return "\n".join(
        path.read_text("utf-8", "ignore") for path in [*scripts, *tests, compose]
    )


# ---- what a README says


def is_menu(text):
    """Tell whether the names follow each other in the menus, from the app or a section
    down: `Configuration > Roles`."""
    wanted = tuple(text.split(MENU))
    return any(path in (wanted, (path[0], *wanted)) for path in menu_paths())


def is_path(text, folder):
    pattern = re.sub(r"(^|/)[A-Z]+$", r"\1*", text)  # tests/bench/FILE
    found = [base.glob(pattern.strip("/")) for base in (ROOT, ROOT / folder)]
    return any(any(paths) for paths in found)


def is_command(text, folder):
    """Tell whether a script of ours has the options, and the files are there. What
    stands behind setup/odoo and setup/pg are the options of others."""
    script, *words = text.split()
    if not is_path(script, folder) or "/" not in script:
        return False
    source = (ROOT / script).read_text("utf-8")
    foreign = Path(script).name in ("odoo", "pg")
    return all(
        (foreign or word in source)
        if word.startswith("--")
        else "/" not in word or is_path(word, folder)
        for word in words
    )


def is_call(text):
    match = CALL.fullmatch(text)
    if not match:
        return False
    model, method = match.groups()
    return has_method(model, method) if model else method in python()[0]


def is_dotted(text):
    ids, values = data()
    return text in models()[1].keys() | ids | values | pack_codes()


def is_word(text):
    """A name defined in Python, an XML id, a code, or a value a field may have."""
    methods, names, words = python()
    if text.startswith(("_", "action_")):
        return text in methods | names
    ids, values = data()
    bare = {xml_id.split(".", 1)[1] for xml_id in ids}
    return text in names | words | bare | values | pack_codes() | set(ADDONS)


def is_variable(text):
    match = VARIABLE.fullmatch(text)
    return bool(match) and re.search(rf"\b{match[1]}\b", settings()) is not None


def exists(text, folder):
    if MENU in text:
        return is_menu(text)
    if text.startswith("/"):
        return any(route.startswith(text) for route in routes())
    if VARIABLE.fullmatch(text):
        return is_variable(text)
    if "(" in text:
        return is_call(text)
    if " " in text:
        return is_command(text, folder) or (text,) in menu_paths()
    if "/" in text:
        return is_path(text, folder)
    if IDENTIFIER.fullmatch(text):
        return is_word(text) or (text,) in menu_paths()
    if text.startswith("--"):
        return text in settings()
    return is_dotted(text) or any(path.name == text for path in repository())


@cache
def repository():
    return [*files("*"), *ROOT.glob("*")]


@pytest.mark.parametrize("name", READMES)
def test_all_that_is_named_exists(name):
    text = FENCE.sub("", (ROOT / name).read_text("utf-8"))
    folder = Path(name).parent
    spans = sorted(set(SPAN.findall(text)))
    assert spans
    assert [span for span in spans if not exists(span, folder)] == []


@pytest.mark.parametrize("name", READMES)
def test_length(name):
    assert len((ROOT / name).read_text("utf-8").splitlines()) <= LIMITS[name]


@pytest.mark.parametrize("addon", ADDONS)
def test_every_model_is_described(addon):
    texts = [path.read_text("utf-8") for path in (ROOT / addon).glob("*.md")]
    spans = set(SPAN.findall("\n".join(texts)))
    ours = {model for model, owner in models()[0].items() if owner == addon}
    assert ours
    assert sorted(ours - spans) == []


@pytest.mark.parametrize("addon", ADDONS)
def test_each_fragment_of_news_is_a_line_that_is_found(addon):
    fragments = sorted((ROOT / addon / "newsfragments").glob("*"))
    assert [path.name for path in fragments if not FRAGMENT.fullmatch(path.name)] == []
    for path in fragments:
        assert re.fullmatch(r"[A-Z].*\.\n", path.read_text("utf-8")), path.name


@pytest.mark.parametrize(
    "made_up",
    [
        "Configuration > Dead line rules",
        "Complaints > Roles",
        "care.obligations",
        "_obligation_customer()",
        "care.rule._resolve_or_raise()",
        "care.duty._resolve_or_raise()",
        "_obligation_customer",
        "action_vanish",
        "complaint_vanish",
        "customer_care.care_duty_menus",
        "P05.10",
        "setup/walk",
        "setup/test --quickly",
        "customer_care/models/care_dutys.py",
        "/complaint/trace/",
        "CARE_NOTHING=1",
        "duties.py",
    ],
)
def test_a_made_up_name_is_found_out(made_up):
    assert not exists(made_up, Path("customer_care"))
