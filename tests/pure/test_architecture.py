"""The shape of the code: who may import whom, sizes, and files that nobody loads."""

import ast
import re

import pytest
from conftest import ADDONS, ROOT

MAY_IMPORT = {addon: {addon, "customer_care"} for addon in ADDONS}
PYTHON = sorted(
    path
    for folder in (*ADDONS, "tests", "setup")
    for path in (ROOT / folder).rglob("*.py")
    if "__pycache__" not in path.parts
)
VIEWS = sorted(path for addon in ADDONS for path in (ROOT / addon / "views").glob("*"))
CLOCK = re.compile(r"\b(date|datetime)\.(today|now|utcnow)\(|\btime\.time\(")


def name_of(path):
    return str(path.relative_to(ROOT))


def imported(tree):
    """Yield the dotted name of each absolute import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def classes(tree):
    return (node for node in tree.body if isinstance(node, ast.ClassDef))


def attribute(node, name):
    """Return the value of a class attribute that is a literal, else None."""
    for line in node.body:
        if isinstance(line, ast.Assign) and line.targets[0].id == name:
            return ast.literal_eval(line.value)
    return None


@pytest.mark.parametrize("addon", ADDONS)
def test_addons_meet_in_customer_care_alone(addon):
    found = [
        f"{name_of(path)}: {name}"
        for path in (ROOT / addon).rglob("*.py")
        for name in imported(ast.parse(path.read_text("utf-8")))
        if name.startswith("odoo.addons.")
        and name.split(".")[2] in set(ADDONS) - MAY_IMPORT[addon]
    ]
    assert not found


@pytest.mark.parametrize("addon", ADDONS)
def test_manifest_depends_in_one_direction(addon):
    manifest = ast.literal_eval((ROOT / addon / "__manifest__.py").read_text("utf-8"))
    assert set(manifest["depends"]) & set(ADDONS) <= MAY_IMPORT[addon] - {addon}
    if addon != "customer_care":
        assert "customer_care" in manifest["depends"]


@pytest.mark.parametrize("addon", ADDONS)
def test_data_of_an_addon_names_no_other(addon):
    foreign = "|".join(sorted(set(ADDONS) - MAY_IMPORT[addon]))
    wrong = re.compile(rf"\b({foreign})\.\w+")
    found = [
        f"{name_of(path)}: {match[0]}"
        for pattern in ("*.xml", "*.csv")
        for path in (ROOT / addon).rglob(pattern)
        for match in wrong.finditer(path.read_text("utf-8"))
    ]
    assert not found


@pytest.mark.parametrize("addon", ADDONS)
def test_logic_knows_neither_odoo_nor_the_clock(addon):
    found = []
    for path in (ROOT / addon / "logic").rglob("*.py"):
        text = path.read_text("utf-8")
        names = set(imported(ast.parse(text)))
        found += [name_of(path) for name in names if name.split(".")[0] == "odoo"]
        found += [f"{name_of(path)}: {clock[0]}" for clock in CLOCK.finditer(text)]
    assert not found


def test_files_have_400_lines_at_most():
    sizes = {
        name_of(path): len(path.read_text("utf-8").splitlines()) for path in PYTHON
    }
    assert not {name: size for name, size in sizes.items() if size > 400}


def test_view_files_have_250_lines_at_most():
    sizes = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in VIEWS}
    assert not {name: size for name, size in sizes.items() if size > 250}


def test_functions_have_49_lines_at_most():
    found = {}
    for path in PYTHON:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                size = node.end_lineno - node.lineno + 1
                if size > 49:
                    found[f"{name_of(path)}:{node.name}"] = size
    assert not found


@pytest.mark.parametrize("addon", ADDONS)
def test_one_model_per_file_and_one_file_per_model(addon):
    """A file is called as its model; a model is inherited once in an add-on."""
    seen, found = {}, []
    for path in sorted((ROOT / addon / "models").glob("*.py")):
        for node in classes(ast.parse(path.read_text("utf-8"))):
            inherit = attribute(node, "_inherit")
            model = attribute(node, "_name") or inherit
            if not isinstance(model, str):
                continue
            if model in seen:
                found.append(f"{model} is in {seen[model]} and {path.name}")
            seen[model] = path.name
            if path.stem != model.replace(".", "_"):
                found.append(f"{model} is in {path.name}")
    assert not found


@pytest.mark.parametrize("addon", ADDONS)
def test_every_file_is_loaded(addon):
    """Modules by their package, data files by the manifest."""
    found = []
    for package in ("models", "wizard", "controllers", "report", "tests"):
        init = ROOT / addon / package / "__init__.py"
        if not init.exists():
            continue
        lists = [init, *init.parent.glob("_parts.py")]
        loaded = {
            alias.name
            for path in lists
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        for path in sorted(init.parent.glob("*.py")):
            wanted = package != "tests" or path.stem.startswith("test_")
            if wanted and path.stem != "__init__" and path.stem not in loaded:
                found.append(name_of(path))
    manifest = ast.literal_eval((ROOT / addon / "__manifest__.py").read_text("utf-8"))
    for pattern in ("security/*.csv", "*/*.xml", "*/*/*.xml"):
        for path in sorted((ROOT / addon).glob(pattern)):
            data = str(path.relative_to(ROOT / addon))
            if not data.startswith("static/") and data not in manifest["data"]:
                found.append(name_of(path))
    assert not found
