"""The sample site as a WordPress in memory, and a service that refreshes it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from suggester.entities import Post
from suggester.sample import SAMPLE
from suggester.tasks import touched
from suggester.tasks.service import Service
from suggester.wordpress.export import ExportSource
from tests.tasks.test_service import Opener
from tests.toys import LetterEncoder
from tests.toys_source import HOME, ToySource

Shown = dict[int, set[tuple[int, str]]]


def sample() -> list[Post]:
    """The posts of the sample site, at the toy's address."""
    source = ExportSource(SAMPLE)
    old = source.site().url
    posts = [post for page in source.changed() for post in page.posts]
    return [replace(post, url=post.url.replace(old, HOME), content=post.content.replace(old, HOME)) for post in posts]


def opened_over(folder: Path, source: ToySource, database: str = "") -> Service:
    """Open a service over a data folder and the toy."""
    return Service.open(folder, database=database, load_encoder=LetterEncoder, open_source=Opener(source))


POSTS = sample()


@pytest.fixture
def source() -> ToySource:
    return ToySource(POSTS, per_page=20)


@pytest.fixture(scope="session")
def refreshed(tmp_path_factory) -> Path:
    """A data folder in which the sample site was refreshed once; it is copied, never used."""
    folder = tmp_path_factory.mktemp("refreshed")
    opened = opened_over(folder, ToySource(POSTS, per_page=20))
    opened.refresh(opened.connect(HOME).site_id)
    opened.close()
    return folder


@pytest.fixture
def open_service(tmp_path, source) -> Iterator[Callable[[], Service]]:
    opened: list[Service] = []

    def again() -> Service:
        opened.append(opened_over(tmp_path / "data", source))
        return opened[-1]

    yield again
    for service in opened:
        service.close()


@pytest.fixture
def service(open_service) -> Service:
    """A service over an empty data folder."""
    return open_service()


@pytest.fixture
def ready(refreshed, tmp_path, open_service) -> Service:
    """A service by which the sample site was refreshed once."""
    shutil.copytree(refreshed, tmp_path / "data")
    return open_service()


@pytest.fixture
def site_id() -> int:
    return 1


@pytest.fixture(autouse=True)
def ripples(monkeypatch) -> None:
    """Let the sample site be large enough for work in proportion to change."""
    monkeypatch.setattr(touched, "SMALL", 0)


def shown(service: Service, site_id: int) -> Shown:
    """What is shown of each source, as stored: targets and anchors."""
    return {
        post_id: {(one.target_id, one.anchor.text) for one in found.items if one.shown and one.anchor}
        for post_id in sorted(service.store.post_ids(site_id))
        if (found := service.store.stored_suggestions(site_id, post_id))
    }


def made_anew(service: Service, site_id: int) -> Shown:
    """What would be shown of each source, were it asked for now."""
    return {
        found.source_id: {(one.target_id, one.anchor.text) for one in found.items if one.shown and one.anchor}
        for found in service.all_suggestions(site_id)
    }


def kinds(service: Service, site_id: int, after: int = 0) -> list[tuple[str, int | None, int | None]]:
    """What was noticed, without the words."""
    return [(each.kind, each.source_id, each.target_id) for each in service.store.events(site_id, after)]
