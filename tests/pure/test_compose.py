"""docker-compose.yml names only what exists: paths, modules, options, variables."""

import importlib.util
import re
import subprocess
from configparser import ConfigParser
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text("utf-8")
COMPOSE = yaml.safe_load(TEXT)
SERVICES = COMPOSE["services"]
DOCKER = ROOT / "setup" / "docker"
ODOO_SERVICES = ("init", "web", "cron")


@cache
def odoo_file(name):
    """Return the text of a file of Odoo's, found without importing Odoo."""
    folder = importlib.util.find_spec("odoo").submodule_search_locations[0]
    return Path(folder, name).read_text("utf-8")


def binds(service):
    """Return (source, target) of the mounts that name a path of the clone."""
    pairs = (volume.split(":")[:2] for volume in SERVICES[service].get("volumes", []))
    return [pair for pair in pairs if pair[0].startswith(".")]


def inside_clone(path):
    """Turn a path inside a container into the clone's, None for others."""
    prefix = "/mnt/customer-care/"
    return ROOT / path.removeprefix(prefix) if path.startswith(prefix) else None


def settings():
    """Return the options of the configuration file of the containers."""
    parser = ConfigParser(interpolation=None)
    parser.read(DOCKER / "odoo.conf")
    return dict(parser["options"])


@pytest.mark.parametrize("service", SERVICES)
def test_mounted_paths_exist(service):
    for source, _target in binds(service):
        assert (ROOT / source).exists(), source


@pytest.mark.parametrize("service", SERVICES)
def test_named_volumes_networks_and_secrets_are_declared(service):
    definition = SERVICES[service]
    volumes = {volume.split(":")[0] for volume in definition.get("volumes", [])}
    assert {v for v in volumes if not v.startswith(".")} <= COMPOSE["volumes"].keys()
    assert set(definition["networks"]) <= COMPOSE["networks"].keys()
    assert set(definition.get("secrets", [])) <= COMPOSE["secrets"].keys()
    assert set(definition.get("depends_on", {})) <= SERVICES.keys()


def test_each_service_but_the_one_that_ends_has_a_healthcheck():
    without = {name for name in SERVICES if "healthcheck" not in SERVICES[name]}
    assert without == {"init"}


def test_health_scripts_exist_and_know_the_service():
    for service in ("web", "cron", "backup"):
        _cmd, script, word = SERVICES[service]["healthcheck"]["test"]
        text = inside_clone(script).read_text("utf-8")
        assert re.search(rf"^ *{word}\)", text, re.M)


def test_image_is_built_from_files_that_exist():
    for service in ODOO_SERVICES:
        context = ROOT / SERVICES[service]["build"]["context"]
        dockerfile = (context / "Dockerfile").read_text("utf-8")
        assert dockerfile.splitlines()[2] == "FROM odoo:19.0"
        for source in re.findall(r"^COPY (\S+)", dockerfile, re.M):
            assert (context / source).is_file(), source
        entry = re.search(r'^ENTRYPOINT \["(.+?)"\]', dockerfile, re.M)[1]
        assert inside_clone(entry).stat().st_mode & 0o111, entry


def test_secrets_are_files_that_the_script_makes(tmp_path):
    subprocess.run([ROOT / "setup" / "secrets", tmp_path], check=True)
    for secret in COMPOSE["secrets"].values():
        assert (tmp_path / secret["file"]).stat().st_size > 20
    before = (tmp_path / "secrets" / "db_password").read_text()
    subprocess.run([ROOT / "setup" / "secrets", tmp_path], check=True)
    assert (tmp_path / "secrets" / "db_password").read_text() == before
    assert "/secrets/" in (ROOT / ".gitignore").read_text().splitlines()


def test_scripts_read_only_secrets_their_containers_have():
    for service, scripts in {
        **dict.fromkeys(ODOO_SERVICES, ("entry.sh", "health.sh")),
        "init": ("entry.sh", "first_login.py"),
        "db": ("postgres.sh",),
        "backup": ("backup.sh", "health.sh"),
    }.items():
        text = "".join((DOCKER / script).read_text("utf-8") for script in scripts)
        named = set(re.findall(r"(?:\$secrets/|secrets / \"|secrets\}/)(\w+)", text))
        assert named <= set(SERVICES[service]["secrets"]), service


def test_secret_of_the_database_server_is_one_it_has():
    path = SERVICES["db"]["environment"]["POSTGRES_PASSWORD_FILE"]
    assert Path(path).name in SERVICES["db"]["secrets"]


def test_options_on_command_lines_are_odoos():
    text = odoo_file("tools/config.py")
    lines = [word for name in ODOO_SERVICES for word in SERVICES[name]["command"]]
    lines.append((DOCKER / "entry.sh").read_text("utf-8"))
    options = {o for line in lines for o in re.findall(r"(?<=\s)--[a-z-]+", f" {line}")}
    assert {"--workers", "--no-http", "--load-language"} <= options
    for option in options:
        assert re.search(rf"""["']{option}["']""", text), option


def test_settings_are_odoos():
    text = odoo_file("tools/config.py")
    for name in settings():
        assert re.search(rf"""dest=["']{name}["']|["']--{name}["']""", text) or (
            re.search(rf"""["']--{name.replace("_", "-")}["']""", text)
        ), name


def test_settings_match_the_services():
    options = settings()
    assert options["db_host"] in SERVICES
    assert options["addons_path"].split(",")[-1] in dict(map(reversed, binds("web")))
    postgres = (DOCKER / "postgres.sh").read_text("utf-8")
    assert f"CREATE ROLE {options['db_user']} " in postgres
    assert f"CREATE DATABASE {options['db_name']} " in postgres
    # Live updates need worker processes and their own port behind the proxy.
    proxy = (DOCKER / "Caddyfile").read_text("utf-8")
    assert f"/websocket* web:{options['gevent_port']}" in proxy
    assert f"reverse_proxy web:{options['http_port']}" in proxy


def test_web_runs_no_jobs_and_cron_serves_no_pages():
    assert "--max-cron-threads=0" in SERVICES["web"]["command"]
    assert "--no-http" in SERVICES["cron"]["command"]


def test_backups_have_a_place_of_their_own_and_both_keys():
    service = SERVICES["backup"]
    (script,) = service["entrypoint"]
    assert inside_clone(script).stat().st_mode & 0o111
    text = inside_clone(script).read_text("utf-8")
    (folder,) = re.findall(r"CARE_BACKUP_DIR:-(.+?)\}", text)
    places = dict(volume.split(":")[1::-1] for volume in service["volumes"])
    assert places[folder] == "backups"
    assert {"backup_key", "care_master_key"} <= set(service["secrets"])
    assert "backup_key" not in SERVICES["web"]["secrets"]
    assert folder in (ROOT / "setup" / "Dockerfile").read_text("utf-8")


def test_companion_modules_exist():
    names = (ROOT / "setup" / "modules.txt").read_text("utf-8").splitlines()
    for name in names:
        if not name.startswith("#"):
            assert odoo_file(f"addons/{name}/__manifest__.py"), name


def test_postgres_is_16_or_newer():
    assert int(SERVICES["db"]["image"].removeprefix("postgres:")) >= 16


def test_variables_are_documented_and_used():
    named = set(re.findall(r"\$\{(\w+)", TEXT))
    readme = (ROOT / "setup" / "README.md").read_text("utf-8")
    for variable in named:
        assert f"`{variable}`" in readme, variable
    proxy = (DOCKER / "Caddyfile").read_text("utf-8")
    wanted = set(re.findall(r"\{\$(\w+)", proxy))
    assert wanted <= SERVICES["proxy"]["environment"].keys()
