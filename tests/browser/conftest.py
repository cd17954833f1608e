import contextlib
import os
import pathlib
import resource
import shutil
import subprocess

import pytest
from playwright.sync_api import sync_playwright

from .product import CHROMIUM_FLAGS, DESK, ROOT, Person, Product, chromium

PASSWORD = "care-browser"


@pytest.fixture(scope="session")
def shots(tmp_path_factory):
    """Folder for screenshots: docs/images with CARE_SCREENSHOTS=1, else a scratch."""
    if os.environ.get("CARE_SCREENSHOTS"):
        return ROOT / "docs" / "images"
    return tmp_path_factory.mktemp("screenshots")


@pytest.fixture(scope="session")
def product():
    """The running product with the demo company, as setup/run shows it."""
    base = os.environ.get("CARE_BROWSER_BASE")
    if not base:
        pytest.skip("setup/test prepares the database of the browser tests")
    name = f"{base}_{os.getpid()}"
    subprocess.run(["createdb", "-T", base, name], check=True)
    data = pathlib.Path(os.environ["CARE_CACHE"], "data", "filestore")
    if (data / base).is_dir():
        shutil.copytree(data / base, data / name, copy_function=os.link)
    try:
        os.environ["CARE_DEMO_PASSWORD"] = PASSWORD
        running = Product(name)
        running.shell((ROOT / "setup" / "demo.py").read_text("utf-8"))
        with running:
            yield running
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            subprocess.run(["dropdb", "--force", name], check=True)
        shutil.rmtree(data / name, ignore_errors=True)


@contextlib.contextmanager
def unlimited_memory():
    """Let children use all addresses: Odoo limits its process, Chromium needs more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


@pytest.fixture(scope="session")
def browser():
    with unlimited_memory(), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=CHROMIUM_FLAGS
        )
        yield browser
        browser.close()


@pytest.fixture
def person(browser, product):
    """Return a function (login, size) that puts somebody at a browser."""
    here = []

    def arrive(login, size=DESK):
        here.append(Person(browser, product, login, PASSWORD, size))
        return here[-1]

    yield arrive
    for someone in here:
        someone.close()
