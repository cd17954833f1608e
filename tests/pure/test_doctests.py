"""Every example in a docstring of `logic/` holds."""

import doctest
import importlib

import pytest
from conftest import ADDONS, ROOT

MODULES = [
    f"{addon}.logic.{path.stem}"
    for addon in ADDONS
    for path in sorted((ROOT / addon / "logic").glob("*.py"))
    if path.stem != "__init__"
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_of(name):
    assert not doctest.testmod(importlib.import_module(name)).failed
