"""What can be asked of the queue, as the doors ask it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from suggester.tasks.service import Service
from tests.toys import LetterEncoder
from tests.toys_source import HOME, ToySource, toy_post


@pytest.fixture
def source() -> ToySource:
    return ToySource([toy_post(1)])


@pytest.fixture
def service(tmp_path: Path, source: ToySource) -> Iterator[Service]:
    opened = Service.open(tmp_path / "data", load_encoder=LetterEncoder, open_source=lambda _url, _login: source)
    yield opened
    opened.close()


def test_what_the_plugin_tells_waits_to_be_taken_up_within_seconds(service: Service):
    site = service.connect(HOME).site_id
    for number in range(50):
        assert service.add_changes(site, [{"id": number + 1, "kind": "saved"}]) == 1
    (task,) = service.tasks([site])
    assert (task.kind, task.state) == ("changes", "waiting")
    assert timedelta() < task.due_at - task.made_at < timedelta(seconds=5)


def test_where_nothing_was_told_nothing_waits(service: Service):
    site = service.connect(HOME).site_id
    assert service.add_changes(site, []) == 0
    assert service.tasks() == []


def test_what_is_asked_for_waits_once(service: Service):
    site = service.connect(HOME).site_id
    assert [service.let_refresh(site), service.let_refresh(site), service.let_digest_be_told(site)] == [
        True,
        False,
        True,
    ]
    assert {task.kind for task in service.tasks()} == {"refresh", "digest"}


@pytest.mark.parametrize(
    ("told", "taken"), [("Europe/Berlin", "Europe/Berlin"), ("+02:00", ""), ("Mars/Olympus", ""), ("", "")]
)
def test_the_nights_are_in_wordpress_s_own_time_zone(service: Service, source: ToySource, told: str, taken: str):
    source.named = replace(source.named, time_zone=told)
    assert service.settings(service.connect(HOME).site_id).time_zone == taken


def test_an_owner_s_own_time_zone_stays(service: Service, source: ToySource):
    site = service.connect(HOME).site_id
    service.change_settings(site, {"time_zone": "Asia/Tokyo"})
    source.named = replace(source.named, time_zone="Europe/Berlin")
    service.connect(HOME)
    assert service.settings(site).time_zone == "Asia/Tokyo"


def test_the_next_night_is_told_where_there_is_one(service: Service):
    site = service.connect(HOME).site_id
    night = service.next_night(site)
    assert night is not None
    assert timedelta() < night - datetime.now(UTC) <= timedelta(hours=24)
    service.change_settings(site, {"refresh_nightly": False})
    assert service.next_night(site) is None
