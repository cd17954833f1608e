"""The linters as tests: ruff, pylint-odoo, XML, translations, shell scripts."""

import re
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from lxml import etree

ROOT = Path(__file__).resolve().parents[2]
ADDONS = sorted(path.parent for path in ROOT.glob("*/__manifest__.py"))
XML_FILES = sorted(
    path for addon in ADDONS for path in addon.rglob("*.xml") if path.is_file()
)
PO_FILES = sorted(path for addon in ADDONS for path in addon.glob("i18n/*.po"))


def _is_bash(path):
    return b"bash" in path.read_bytes().split(b"\n", 1)[0]


SCRIPTS = sorted(
    path
    for folder in ("setup", ".ci")
    for path in (ROOT / folder).rglob("*")
    if path.suffix == ".sh" or (path.is_file() and _is_bash(path))
)
LANGUAGES = ("zh_CN", "zh_TW")
# %s, %(name)s, %d, %% of Python and {name}, %(name)s of the client
_PLACEHOLDER = re.compile(r"%\(\w+\)[sdfr]|%[sdr]|\{\w*\}|\$\{[^}]*\}")


def _name(path):
    return str(path.relative_to(ROOT))


def _run(*command):
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


def test_ruff_check():
    _run(sys.executable, "-m", "ruff", "check", "--no-cache", ".")


def test_ruff_format():
    _run(sys.executable, "-m", "ruff", "format", "--no-cache", "--check", ".")


def test_pylint_odoo():
    # The add-ons have a README.md; missing-readme looks for a README.rst.
    options = ["--rcfile=pyproject.toml", "--disable=missing-readme", "-sn"]
    addons = [_name(addon) for addon in ADDONS]
    _run(sys.executable, "-m", "pylint", *options, *addons)


def test_spelling():
    _run(sys.executable, "-m", "codespell_lib", ".")


@pytest.mark.parametrize("path", XML_FILES, ids=_name)
def test_xml_is_well_formed(path):
    etree.parse(path)


@pytest.mark.parametrize("addon", ADDONS, ids=_name)
def test_languages_are_there(addon):
    for language in LANGUAGES:
        assert (addon / "i18n" / f"{language}.po").is_file(), language


@pytest.mark.parametrize("path", PO_FILES, ids=_name)
def test_translations_are_complete(path):
    faults = []
    for entry in polib.pofile(path):
        if entry.obsolete:
            continue
        said = f"line {entry.linenum}: {entry.msgid[:60]!r}"
        if entry.fuzzy:
            faults.append(f"{said} is fuzzy")
        elif not entry.msgstr.strip():
            faults.append(f"{said} has no translation")
        elif sorted(_PLACEHOLDER.findall(entry.msgid)) != sorted(
            _PLACEHOLDER.findall(entry.msgstr)
        ):
            faults.append(f"{said} has other placeholders than its translation")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("path", SCRIPTS, ids=_name)
def test_shell_script_parses(path):
    _run("bash", "-n", str(path))
