"""The steps of `docker compose up`, taken by hand: the same scripts in the same order, without a container."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
import requests
import yaml

from suggester.config import Config

from .harness.core import get_core
from .harness.database import Database
from .harness.service import Service
from .harness.website import WordPress

ROOT = Path(__file__).parents[2]
DOCKER = ROOT / "docker"
EXPORT = ROOT / "suggester/sample/sample.xml"
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())


class Composed(NamedTuple):
    """What `docker compose up` leaves behind."""

    wordpress: WordPress
    handover: Path
    data: Path
    said: str  # of the step that connects


def run(step: str, wordpress: WordPress, handover: Path, data: Path) -> str:
    """Take a step as its container would: its entry point, the folders where they lie here."""
    inside = {"/docker": DOCKER, "/var/www/html": wordpress.wordpress, "/sample.xml": EXPORT, "/handover": handover}
    command = list(COMPOSE["services"][step]["entrypoint"])
    for name, folder in inside.items():
        command = [str(folder) + part.removeprefix(name) if part.startswith(name) else part for part in command]
    env = os.environ | {"SITE_URL": wordpress.url, "ADMIN_USER": "nell", "ADMIN_PASSWORD": "a plot of one's own"}
    env |= {"SUGGESTER_DATA": str(data), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, wordpress.complaints() + done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def composed(place: Path, database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composed]:
    """All steps over a WordPress as the image has it: files and an empty database."""
    wordpress = WordPress(
        get_core("trixie"), database, place / "docker", permalinks="", must_use=("quiet.php",), installed=False
    )
    wordpress.copy_plugin(ROOT / "wp_plugin", "link-suggester")
    handover, data = tmp_path_factory.mktemp("handover"), tmp_path_factory.mktemp("data")
    try:
        run("set-up", wordpress, handover, data)
        wordpress.start()
        yield Composed(wordpress, handover, data, run("connect", wordpress, handover, data))
    finally:
        wordpress.kill()


def test_compose_sets_up_a_connected_wordpress(composed: Composed):
    wordpress, handover, data, said = composed
    assert f"{wordpress.url}/wp-admin/" in said
    assert sorted(file.name for file in handover.iterdir()) == ["key"]
    headers = {"Authorization": f"Bearer {(handover / 'key').read_text()}"}
    service = Service(data)
    try:
        service.start()
        status = requests.get(f"{service.url}/v1/status", headers=headers, timeout=10).json()
    finally:
        service.stop()
    assert status["site"] == {"url": wordpress.url, "name": "The Back Plot"} | status["site"]
    assert status["posts"] > 60
    assert wordpress.php("return is_plugin_active( 'link-suggester/link-suggester.php' );") is True
    assert requests.get(f"{wordpress.url}/slugs/", timeout=10).ok
    assert wordpress.complaints() == ""


def test_a_second_start_changes_nothing(composed: Composed, tmp_path: Path):
    count = "return (int) wp_count_posts()->publish;"
    before = composed.wordpress.php(count)
    (tmp_path / "key").write_text("kept")
    run("set-up", composed.wordpress, tmp_path, tmp_path)
    assert composed.wordpress.php(count) == before
    assert [file.name for file in tmp_path.iterdir()] == ["key"]


def test_what_compose_mounts_is_there():
    mounts = {mount.split(":")[0] for service in COMPOSE["services"].values() for mount in service.get("volumes", ())}
    for mount in mounts:
        assert mount in COMPOSE["volumes"] or (ROOT / mount).exists(), mount


def given(service: dict[str, Any]) -> dict[str, str]:
    """The settings that compose gives a service where .env says nothing."""
    env = {name: re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", str(value)) for name, value in service["environment"].items()}
    return {name: value for name, value in env.items() if name.startswith("SUGGESTER_")}


def test_what_compose_sets_are_settings_that_the_program_takes(tmp_path: Path):
    ours = {name: service for name, service in COMPOSE["services"].items() if service["image"] == "link-suggester"}
    assert ours.keys() == {"connect", "suggester", "worker", "web-1", "web-2"}
    for service in ours.values():
        config = Config.from_env(given(service) | {"SUGGESTER_DATA": str(tmp_path)})
        names = {re.sub("_SMTP_.*", "_SMTP", name).removeprefix("SUGGESTER_").lower() for name in given(service)}
        assert all(hasattr(config, name) for name in names)


def test_the_dashboard_s_button_leads_to_a_published_port():
    config = Config.from_env(given(COMPOSE["services"]["suggester"]))
    published = [port.replace("${DASHBOARD_PORT:-8765}", "8765") for port in COMPOSE["services"]["wordpress"]["ports"]]
    assert f"127.0.0.1:{urlsplit(config.url).port}:{config.port}" in published
    assert COMPOSE["services"]["suggester"]["network_mode"] == "service:wordpress"
    assert config.host == "0.0.0.0"  # what is published arrives at the container's own address


def test_the_profile_scale_has_all_that_many_machines_need_and_the_usual_one_nothing_of_it():
    scale = {name: service for name, service in COMPOSE["services"].items() if service.get("profiles") == ["scale"]}
    assert scale.keys() == {"postgres", "redis", "worker", "web-1", "web-2", "proxy"}
    env = [given(scale[name]) for name in ("worker", "web-1", "web-2")]
    assert env[0] == env[1] == env[2]
    assert [scale[name]["command"] for name in ("worker", "web-1")] == [["worker"], ["serve", "--no-worker"]]
    upstream = re.findall(r"server (\S+):8765", (DOCKER / "nginx.conf").read_text())
    assert upstream == ["web-1", "web-2"]
    assert all("healthcheck" in scale[name] for name in ("postgres", "redis", "worker", "proxy"))


def test_what_the_image_copies_is_there_and_let_through():
    let_through = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = [line.split()[1:-1] for line in (ROOT / "Dockerfile").read_text().splitlines() if line.startswith("COPY ")]
    names = {name for names in copied for name in names if not name.startswith(("--", "/"))}
    assert names == let_through
    assert all((ROOT / name).exists() for name in names)
