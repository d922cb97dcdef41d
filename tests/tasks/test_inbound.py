"""Which posts should link to one, asked of the service over a site that is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from suggester.entities import Inbound, Verdict
from suggester.errors import SiteUnread, UnknownPost
from suggester.tasks.service import Service
from tests.toys import LetterEncoder
from tests.toys_source import HOME, ToySource, toy_post

POSTS = [
    replace(toy_post(number, f"<p>{text}</p>", title, f"post-{number}"), lang="en")
    for number, title, text in (
        (1, "Sharpening garden shears", "A whetstone and a little oil keep the blades keen for pruning."),
        (2, "Pruning apple trees", "Prune in winter with clean cuts, after sharpening garden shears at the bench."),
        (3, "Making marmalade", "Seville oranges boil until the peel is soft and the sugar sets on a plate."),
        (4, "A winter's list", "Oil the door, then try sharpening garden shears, then boil oranges all day."),
        (5, "Growing tomatoes", "Tomatoes want sun, a deep pot and a stake before the first fruit sets."),
    )
]


@pytest.fixture
def source():
    return ToySource(POSTS)


@pytest.fixture
def service(address, tmp_path, source):
    opened = Service.open(
        tmp_path / "data", database=address, load_encoder=LetterEncoder, open_source=lambda *_: source
    )
    yield opened
    opened.close()


@pytest.fixture
def site_id(service):
    return service.connect(HOME).site_id


@pytest.fixture
def ready(service, site_id):
    service.refresh(site_id)
    return service


def sources(found: Inbound) -> set[int]:
    return {item.source_id for item in found.items}


def test_posts_that_speak_of_an_orphan_should_link_to_it(ready, site_id):
    found = ready.inbound(site_id, 1)
    assert (found.target_id, found.inbound, found.orphan) == (1, 0, True)
    assert {2, 4} <= sources(found)
    assert {item.target_id for item in found.items} == {1}


def test_it_is_what_each_source_is_told(ready, site_id):
    for target in range(1, 6):
        for item in ready.inbound(site_id, target, limit=50).items:
            items = ready.suggestions(site_id, item.source_id, limit=50).items
            told = next(each for each in items if each.target_id == target)
            assert replace(told, other_targets=(), score=item.score, shown=item.shown) == item


def test_a_post_that_is_not_there_is_named_with_what_to_do(ready, site_id):
    with pytest.raises(UnknownPost, match="Post 99 is not in the index; run `suggester sync`"):
        ready.inbound(site_id, 99)


def test_before_the_first_sync_there_is_nothing_to_ask(service, site_id):
    with pytest.raises(SiteUnread):
        service.inbound(site_id, 1)


def test_what_the_owner_leaves_out_is_neither_source_nor_target(ready, site_id):
    ready.change_settings(site_id, {"excluded_posts": [2]})
    found = ready.inbound(site_id, 1)
    assert (2 in sources(found), found.dropped["excluded"]) == (False, 1)
    assert ready.inbound(site_id, 2) == Inbound(2, 0, True, (), {"excluded": 1})


def test_a_draft_is_no_target_and_no_source(service, site_id, source):
    source.edit(2, status="draft")
    service.refresh(site_id)
    assert service.inbound(site_id, 2) == Inbound(2, 0, False, (), {"not_public": 1})
    found = service.inbound(site_id, 1)
    assert (2 in sources(found), found.dropped["not_published"]) == (False, 1)


def test_dismissed_for_one_source_it_is_still_suggested_to_others(ready, site_id):
    ready.add_verdict(site_id, Verdict(2, 1, "dismissed"))
    found = ready.inbound(site_id, 1)
    assert (2 in sources(found), 4 in sources(found), found.dropped["dismissed"]) == (False, True, 1)


def test_a_link_that_was_accepted_is_not_suggested_again_before_the_next_sync(ready, site_id):
    ready.add_verdict(site_id, Verdict(2, 1, "accepted"))
    found = ready.inbound(site_id, 1)
    assert (2 in sources(found), found.dropped["already_linked"]) == (False, 1)


def test_once_the_post_was_read_again_its_own_text_says_whether_it_links(ready, site_id):
    long_ago = ready.store.sync_state(site_id).synced_at - timedelta(hours=1)
    ready.add_verdict(site_id, Verdict(2, 1, "accepted", at=long_ago))
    assert 2 in sources(ready.inbound(site_id, 1))


def test_a_source_that_is_gone_since_the_index_was_built_falls_away(ready, site_id):
    ready.store.delete_posts(site_id, [2])
    found = ready.inbound(site_id, 1)
    assert (2 in sources(found), found.dropped["not_published"]) == (False, 1)


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_no_more_are_given_than_asked_for(ready, site_id, limit):
    assert len(ready.inbound(site_id, 1, limit).items) <= limit
