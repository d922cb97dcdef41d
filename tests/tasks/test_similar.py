"""Posts that say nearly the same as one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from suggester.errors import ModelMissing, RequestError, SiteUnread, UnknownPost
from suggester.tasks.service import Service
from tests.toys_service import toy_service
from tests.toys_source import HOME, ToySource, toy_post

TEXTS = {1: "aaab", 2: "aabb", 3: "abbb", 4: "bbbb", 5: "zzzz", 6: "aaab"}


@pytest.fixture
def source():
    posts = [toy_post(number, f"<p>{text}</p>", title=text, slug=f"post-{number}") for number, text in TEXTS.items()]
    posts[1] = replace(posts[1], content=f'<p>aabb</p><p><a href="{HOME}/post-1/">aaab</a></p>')
    return ToySource([*posts[:5], replace(posts[5], status="draft")])


@pytest.fixture
def service(address, tmp_path, source):
    with toy_service(tmp_path / "data", source, database=address) as opened:
        yield opened


def test_the_most_alike_come_first_and_drafts_not_at_all(service):
    found = service.similar(1, 1)
    assert [each.card.id for each in found] == [2, 3, 4, 5]
    assert [each.linked for each in found] == [True, False, False, False]
    assert 1 >= found[0].likeness > found[-1].likeness
    assert [each.card.id for each in service.similar(1, 1, at_most=1)] == [2]


def test_a_draft_can_be_compared_with_what_is_published(service):
    assert service.similar(1, 6)[0].card.id == 1
    assert service.similar(1, 6)[0].likeness == 1


def test_a_post_that_is_not_there_is_named(service):
    with pytest.raises(UnknownPost):
        service.similar(1, 99)


def test_a_post_that_was_not_embedded_yet_says_so(service):
    service.store.put_posts(1, [toy_post(7)])
    with pytest.raises(SiteUnread, match="has not been embedded yet; run `suggester sync`"):
        service.similar(1, 7)


def test_without_an_encoder_nothing_can_be_compared(address, tmp_path, source):
    def missing():
        raise ModelMissing("no runtime")

    opened = Service.open(tmp_path / "data", database=address, load_encoder=missing, open_source=lambda *_: source)
    opened.sync(opened.connect(HOME).site_id)
    with pytest.raises(RequestError, match="has no encoder"):
        opened.similar(1, 1)
    opened.close()
