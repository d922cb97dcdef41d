"""A site as a whole: found once, kept, and found anew where the index has changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from suggester.errors import RequestError
from suggester.tasks.service import Service
from tests.graph.test_clusters import planted
from tests.toys import LetterEncoder
from tests.toys_service import toy_service
from tests.toys_source import ToySource, toy_post

from .conftest import Bar

STAGES = [("clusters", None, 0), ("topics", None, 0), ("rivals", None, 0), ("map", None, 0)]


@pytest.fixture
def source() -> ToySource:
    made = [toy_post(each.id, each.content, each.title, str(each.id)) for each in planted()]
    return ToySource([replace(each, lang="en") for each in made])


@pytest.fixture
def service(tmp_path: Path, source: ToySource) -> Iterator[Service]:
    with toy_service(tmp_path / "data", source, suggesting=False) as opened:
        yield opened


def test_a_picture_is_made_once_and_told_of(service: Service, bar: Bar):
    assert service.picture(1) is None
    made = service.make_picture(1, bar)
    assert bar.told == STAGES
    assert len(made.picture.topics) == 3
    assert service.picture(1) is made
    again = Bar()
    assert service.make_picture(1, again) is made
    assert again.told == []


def test_another_process_reads_what_was_kept(service: Service, source: ToySource):
    made = service.make_picture(1)
    other = Service.open(service.folder, load_encoder=LetterEncoder, open_source=lambda *_: source)
    try:
        seen = other.picture(1)
        assert seen
        assert seen.picture.topics == made.picture.topics
        assert seen.picture.places.tolist() == made.picture.places.tolist()
    finally:
        other.close()


def test_an_index_that_was_read_again_has_the_same_picture(service: Service, monkeypatch: pytest.MonkeyPatch):
    made = service.make_picture(1)
    monkeypatch.setattr(service._indexes, "_held", {})
    seen = service.picture(1)
    assert seen
    assert seen.index is service.known(1).index is not made.index
    assert seen.picture is made.picture


def test_links_that_clusters_lack_are_those_of_the_index_that_they_were_found_in(service: Service, source: ToySource):
    found = service.clusters(1)
    assert service.missing_links(1, found).orphans_before
    source.edit(1, title="Bread, altogether")
    service.update(1)
    with pytest.raises(RequestError, match="read anew meanwhile; look at its clusters again"):
        service.missing_links(1, found)


def test_a_site_that_changed_is_looked_at_anew(service: Service, source: ToySource):
    service.make_picture(1)
    source.edit(1, title="Bread, altogether", content="<p>sourdough flour oven crust</p>")
    service.update(1)
    assert service.picture(1) is None
    assert len(service.make_picture(1).picture.places) == len(source.here)


def test_a_damaged_file_is_made_anew(service: Service, source: ToySource):
    service.make_picture(1)
    kept = service.store.shelf.find(1, "picture")
    assert kept
    kept.path.write_bytes(b"torn")
    other = Service.open(service.folder, load_encoder=LetterEncoder, open_source=lambda *_: source)
    try:
        assert other.picture(1) is None
        assert other.make_picture(1).picture.topics
    finally:
        other.close()


def test_a_site_that_is_forgotten_leaves_no_picture(service: Service):
    service.make_picture(1)
    service.remove_site(1)
    assert service.store.shelf.find(1, "picture") is None
