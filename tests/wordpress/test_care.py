from __future__ import annotations

import pytest
import responses

from suggester.errors import SiteChanged, WriteAltered
from suggester.wordpress.rest import RestSource

from .fakes import ADA, HOME, FakeSite, entry, gate

PAGE_WITH_MAP = "<p>Where we are.</p><iframe src='/map'></iframe>"


@pytest.fixture
def wire():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as requests:
        yield requests


@pytest.fixture
def site(wire):
    return FakeSite(posts=[entry(1, content=PAGE_WITH_MAP), entry(2)]).serve(wire)


@pytest.fixture
def reader(site):
    return RestSource(HOME, gate=gate(login=ADA))


def posted(site: FakeSite, wire: responses.RequestsMock) -> list[str]:
    return [call.request.url.split("?")[0] for call in wire.calls if call.request.method == "POST"]


@pytest.mark.parametrize(("locks", "told"), [({1: "Grace"}, "Grace"), ({1: ""}, "Somebody"), ({2: "Grace"}, "")])
def test_the_plugin_tells_who_has_a_post_open(site, reader, locks, told):
    site.locks = locks
    assert reader.being_edited(reader.post(1)) == told


@pytest.mark.parametrize(
    ("saved", "told"),
    [
        ("2026-02-28T23:58:00", "Somebody"),
        ("2026-02-28T23:50:00", ""),  # ten minutes ago: they have left
        ("2026-01-02T10:00:00", ""),  # not newer than the post itself
    ],
)
def test_without_the_plugin_a_fresh_autosave_tells_that_somebody_edits(site, reader, saved, told):
    site.autosaves[1] = [{"id": 9, "author": 3, "modified_gmt": saved}]
    assert reader.being_edited(reader.post(1)) == told


def test_the_plugin_is_looked_for_once(site, reader):
    for key in (1, 2):
        reader.being_edited(reader.post(key))
    assert site.paths().count("/link-suggester/v1/locks") == 1


def test_a_login_that_may_post_any_html_writes_at_once(site, wire, reader):
    assert reader.write(1, PAGE_WITH_MAP + "<p>More.</p>").content.endswith("<p>More.</p>")
    assert posted(site, wire) == [f"{HOME}/wp-json/wp/v2/posts/1"]


def test_what_wordpress_would_take_out_is_seen_before_the_post_is_touched(site, wire, reader):
    site.any_html = False
    with pytest.raises(WriteAltered, match="other HTML out of this post"):
        reader.write(1, PAGE_WITH_MAP + "<p>More.</p>")
    assert site.posts[1]["content"] == PAGE_WITH_MAP
    assert site.deleted == ["revisions/900"]


def test_a_post_that_passes_the_filter_is_written(site, wire, reader):
    site.any_html = False
    assert reader.write(2, "<p>New</p>").content == "<p>New</p>"
    assert [address.rpartition("posts/")[2] for address in posted(site, wire)] == ["2/autosaves", "2"]


def test_unsaved_work_of_the_same_login_is_not_written_over(site, wire, reader):
    site.any_html = False
    site.autosaves[2] = [{"id": 9, "author": 1, "modified_gmt": "2026-02-01T00:00:00"}]
    with pytest.raises(WriteAltered, match="unsaved work"):
        reader.write(2, "<p>New</p>")
    assert not posted(site, wire)


def test_a_post_with_another_content_than_was_read_is_left_alone(site, wire, reader):
    with pytest.raises(SiteChanged):
        reader.write(2, "<p>New</p>", instead_of="<p>Something else</p>")
    assert not posted(site, wire)
