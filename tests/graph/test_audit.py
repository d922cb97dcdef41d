"""The findings of an audit: each finds its faults and nothing else, and the score says what they cost."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from suggester.content.blocks import read
from suggester.content.links import Address, Resolver, resolve_body
from suggester.engine.policy import Policy
from suggester.engine.reading import Draft
from suggester.engine.standing import Known
from suggester.entities import FINDING_KINDS, PUBLISHED, Fault, Finding, Post, Visit
from suggester.graph.audit.corpus import Grounds
from suggester.graph.audit.find import Found, look
from suggester.graph.audit.kinds import KINDS, PARTS
from suggester.graph.audit.score import scored, with_costs
from tests.engine.garden import HOME, SITE, index_of, post

NOW = datetime(2026, 11, 21, tzinfo=UTC)
FILLER = "Soil is made of sand, silt, clay and all that ever lived in it, and it takes its time to become good. "


def words(count: int) -> str:
    """So many words of text."""
    plain = (FILLER * (count // 20 + 1)).split()
    return f"<p>{' '.join(plain[:count])}</p>"


def link(post_id: int, anchor: str = "", **attributes: str) -> str:
    more = "".join(f" {name}='{value}'" for name, value in attributes.items())
    return f"<p>See <a href='{HOME}/{post_id}/'{more}>{anchor or f'the tale of {post_id}'}</a> for it.</p>"


def audited(posts: Iterable[Post], visits: Iterable[Visit] = (), policy: Policy | None = None, **known: Any) -> Found:
    """Audit a site of these posts."""
    listed = sorted(posts, key=lambda each: each.id)
    resolver = Resolver(SITE, [Address(each.id, each.url, each.old_slugs) for each in listed])
    hidden = frozenset(each.id for each in listed if each.status not in (PUBLISHED, "future"))
    drafts = [
        Draft(each, resolve_body(read(each.content), resolver, each.url), each.lang or "en")
        for each in listed
        if each.status == PUBLISHED
    ]
    grounds = Grounds(
        index_of(listed),
        policy or Policy(),
        Known(resolver, hidden, complete=False, **known),
        noindex={each.id for each in listed if each.noindex},
        visits={each.url: each for each in visits},
    )
    return look(drafts, grounds)


def of_kind(found: Found, kind: str) -> tuple[Fault, ...]:
    return next(each.faults for each in found.findings if each.kind == kind)


def places(found: Found, kind: str) -> list[tuple[int, str]]:
    """Post and words of each fault."""
    return [(fault.post_id, fault.anchor.text if fault.anchor else "") for fault in of_kind(found, kind)]


def visit(url: str, **fields: Any) -> Visit:
    usual: dict[str, Any] = {"status": 200, "final_url": url, "hops": 0, "error": "", "at": NOW}
    return Visit(url, **usual | fields)


def chain(*contents: str, **fields: Any) -> list[Post]:
    """Posts 1, 2, ... of these contents."""
    return [post(at, f"Tale {at}", content, **fields) for at, content in enumerate(contents, 1)]


def test_a_site_without_faults_has_a_full_score():
    both = link(2, "the second tale") + link(3, "the third tale")
    posts = chain(both, link(1, "the first one") + link(3, "number three"), link(1, "how it began") + link(2, "then"))
    found = audited(posts)
    assert {each.kind: each.faults for each in found.findings if each.faults} == {}
    assert (found.score.score, found.posts, found.links) == (100.0, 3, 6)
    assert set(found.score.parts) == set(PARTS)
    assert found.unseen == ("deep", "broken_external")


def test_orphans_and_nearly_orphans_are_found_by_the_posts_that_link_to_them():
    found = audited(chain(link(2), link(3), link(2), words(10)))
    assert [fault.post_id for fault in of_kind(found, "orphan")] == [1, 4]
    assert [fault.post_id for fault in of_kind(found, "nearly_orphan")] == [3]


@pytest.mark.parametrize(
    ("content", "dead_end"),
    [
        (words(120), True),
        (words(99), False),
        (words(120) + link(2), False),
        (words(120) + "<p><a href='#top'>up</a></p>", True),
        (words(120) + link(1), True),
        (words(120) + "<p><a href='https://other.example/'>elsewhere</a></p>", True),
        (words(120) + f"<p><a href='{HOME}/category/soil/'>all of soil</a></p>", False),
    ],
)
def test_dead_ends_link_to_no_other_page_of_the_site(content: str, dead_end: bool):
    assert bool(places(audited(chain(content, words(5))), "dead_end")) == dead_end


@pytest.mark.parametrize(
    ("count", "links", "kind"),
    [
        (1000, 2, "under_linked"),
        (1000, 3, ""),
        (1000, 0, ""),
        (600, 1, ""),
        (700, 1, "under_linked"),
        (50, 3, ""),
        (50, 4, "over_linked"),
        (1000, 10, ""),
        (1000, 12, "over_linked"),
    ],
)
def test_links_are_counted_by_the_length_of_the_text(count: int, links: int, kind: str):
    some = "".join(f"<p><a href='{HOME}/{at}/'>{at}</a></p>" for at in range(2, 2 + links))
    found = audited([*chain(words(count - links) + some), *(post(at, f"Tale {at}") for at in range(2, 15))])
    assert {each for each in ("under_linked", "over_linked") if places(found, each)} == ({kind} if kind else set())


def test_how_many_links_a_text_bears_is_the_owner_s_to_say():
    some = "".join(f"<p><a href='{HOME}/{at}/'>{at}</a></p>" for at in range(2, 8))
    posts = [*chain(words(994) + some), *(post(at, f"Tale {at}") for at in range(2, 8))]
    assert places(audited(posts, policy=Policy(links_per_1000=4.0)), "over_linked") == [(1, "")]


@pytest.mark.parametrize(
    ("href", "kind", "better"),
    [
        ("/2/", "", ""),
        (f"{HOME}/2/#end", "", ""),
        ("http://garden.example/2/", "plain_http", f"{HOME}/2/"),
        ("http://garden.example/2/#end", "plain_http", f"{HOME}/2/#end"),
        ("http://garden.example/category/soil/", "plain_http", f"{HOME}/category/soil/"),
        ("http://other.example/2/", "", ""),
        ("/old-name/", "redirected", f"{HOME}/2/"),
        ("http://garden.example/old-name/#end", "redirected", f"{HOME}/2/#end"),
        ("https://www.garden.example/2/", "redirected", f"{HOME}/2/"),
        ("/?p=2", "redirected", f"{HOME}/2/"),
        ("/nothing/", "broken", ""),
        ("http://garden.example/nothing/", "broken", ""),
        ("/unknown/", "", ""),
        ("/3/", "draft_target", ""),
        ("http://garden.example/3/", "draft_target", ""),
        ("/4/", "noindex_target", ""),
    ],
)
def test_a_link_that_leads_astray_has_one_fault_and_its_remedy(href: str, kind: str, better: str):
    posts = [
        post(1, "One", f"<p>Go <a href='{href}'>this way</a> now.</p>"),
        post(2, "Two", old_slugs=("old-name",)),
        post(3, "Three", status="draft"),
        post(4, "Four", noindex=True),
    ]
    found = audited(posts, dead={"/nothing/"})
    of_links = ("broken", "draft_target", "redirected", "plain_http", "noindex_target", "nofollow", "empty", "generic")
    faults = [fault for each in of_links for fault in of_kind(found, each)]
    assert [(fault.kind, fault.url, fault.href) for fault in faults] == ([(kind, better, href)] if kind else [])


@pytest.mark.parametrize(
    ("fields", "kind", "better"),
    [
        ({}, "", ""),
        ({"status": 404, "outcome": "gone", "error": "Nothing is there."}, "broken", ""),
        ({"status": 500, "outcome": "failing"}, "broken", ""),
        ({"status": 403, "outcome": "closed"}, "", ""),
        ({"status": 0, "outcome": "robots"}, "", ""),
        ({"hops": 1, "final_url": f"{HOME}/category/earth/"}, "redirected", f"{HOME}/category/earth/#all"),
        ({"hops": 2, "final_url": f"{HOME}/category/earth/", "outcome": "circle"}, "broken", ""),
    ],
)
def test_a_visit_says_more_of_addresses_that_are_no_post_s(fields: dict[str, Any], kind: str, better: str):
    html = f"<p>All of <a href='{HOME}/category/soil/#all'>the soil</a> here.</p>"
    found = audited(chain(html), [visit(f"{HOME}/category/soil/", **fields)])
    faults = [fault for each in ("broken", "redirected") for fault in of_kind(found, each)]
    assert [(fault.kind, fault.url) for fault in faults] == ([(kind, better)] if kind else [])


def test_what_a_visit_found_counts_more_than_what_the_sync_remembers():
    found = audited(chain("<p>Go <a href='/back/'>there</a>.</p>"), [visit(f"{HOME}/back/")], dead={"/back/"})
    assert places(found, "broken") == []


def test_links_to_other_sites_are_broken_where_a_visit_found_nothing():
    hrefs = ("https://a.example/x", "https://b.example/", "https://c.example/")
    html = "".join(f"<p>At <a href='{href}#part'>{href[8]}</a>.</p>" for href in hrefs)
    unasked = audited(chain(html))
    gone = visit(hrefs[0], status=404, outcome="gone", error="Nothing is there.", external=True)
    asked = audited(chain(html), [gone, visit(hrefs[1], external=True)])
    assert "broken_external" in unasked.unseen
    assert [(fault.anchor and fault.anchor.text, fault.note) for fault in of_kind(asked, "broken_external")] == [
        ("a", "Nothing is there.")
    ]


def test_posts_far_from_the_homepage_are_found_by_clicks():
    posts = chain(*[link(2)] * 6)
    depths = [(1, 0, 0), (2, 1, 1), (3, 3, 3), (4, 4, 6), (5, 7, None)]
    visits = [
        visit(f"{HOME}/{at}/", depth=depth, content_depth=content, post_id=at, page=True)
        for at, depth, content in depths
    ]
    found = audited(posts, [*visits, visit(f"{HOME}/6/", post_id=6, page=True), visit(f"{HOME}/feed/")])
    assert [(fault.post_id, fault.note) for fault in of_kind(found, "deep")] == [
        (6, "No click from the homepage leads here."),
        (5, "7 clicks from the homepage; no way over links in texts."),
        (4, "4 clicks from the homepage; 6 over links in texts alone."),
    ]


def test_a_page_that_asks_search_engines_to_stay_away_is_known_by_its_visit():
    found = audited(chain(link(2), ""), [visit(f"{HOME}/2/", noindex=True, post_id=2, page=True)])
    assert places(found, "noindex_target") == [(1, "the tale of 2")]


def test_nofollow_counts_within_the_site_alone():
    html = link(2, "here it goes", rel="noopener nofollow") + "<p><a href='https://x.example/' rel='nofollow'>x</a></p>"
    assert places(audited(chain(html, "")), "nofollow") == [(1, "here it goes")]


def test_words_that_say_nothing_and_links_without_words_are_found():
    html = link(2, "click here") + f"<p>Look <a href='{HOME}/2/'></a> there.</p>" + link(2, "a good guide to soil")
    found = audited(chain(html, ""))
    assert places(found, "generic") == [(1, "click here")]
    assert places(found, "empty") == [(1, "")]


def test_words_stand_for_the_post_that_most_links_on_them_lead_to():
    posts = chain(
        link(3, "compost"), link(3, "Compost"), link(4, "compost"), link(3, "click here"), link(4, "click here")
    )
    found = audited(posts)
    assert places(found, "two_targets") == [(3, "compost")]
    assert of_kind(found, "two_targets")[0].note == "2 other links on these words lead to “Tale 3”."


def test_the_same_words_in_another_language_may_lead_elsewhere():
    posts = [
        post(1, "One", link(3, "Kontakt"), lang="de"),
        post(2, "Two", link(4, "Kontakt"), lang="cs"),
        *(post(at, f"Tale {at}") for at in (3, 4)),
    ]
    assert places(audited(posts), "two_targets") == []


@pytest.mark.parametrize(
    ("anchors", "always"),
    [
        (["my soil"] * 4, True),
        (["my soil"] * 3, False),
        (["my soil"] * 3 + ["My Soil"], True),
        (["my soil"] * 4 + ["the ground"], False),
    ],
)
def test_a_post_always_linked_by_the_same_words_is_found(anchors: list[str], always: bool):
    posts = [post(9, "Nine"), *chain(*(link(9, anchor) for anchor in anchors))]
    assert places(audited(posts), "same_anchor") == ([(9, "my soil")] if always else [])


@pytest.mark.parametrize(("others", "heavy"), [(9, False), (8, True)])
def test_links_to_the_homepage_are_too_many_above_a_tenth(others: int, heavy: bool):
    posts = [
        post(1, "One", f"<p>Back <a href='{HOME}/'>to the beginning</a>.</p>"),
        *(post(at, f"Tale {at}", link(at + 1)) for at in range(2, 2 + others)),
        post(2 + others, "Last"),
    ]
    assert places(audited(posts), "homepage_heavy") == ([(1, "to the beginning")] if heavy else [])


def test_posts_that_readers_do_not_see_are_not_looked_at():
    posts = [post(1, "One", words(200)), post(2, "Two", link(1, "click here") + words(200), status="draft")]
    found = audited(posts)
    assert (found.posts, places(found, "generic"), places(found, "dead_end")) == (1, [], [(1, "")])


def finding(kind: str, faults: int, of: int) -> Finding:
    return Finding(kind, tuple(Fault(kind, at, "") for at in range(faults)), of)


def test_the_score_is_the_mean_of_its_parts():
    found = scored([finding("orphan", 1, 10), finding("broken", 0, 100), finding("generic", 10, 100)])
    assert found.parts == {"reach": pytest.approx(81.0), "working": 100.0, "words": pytest.approx(78.32)}
    assert found.score == pytest.approx((0.35 * 81 + 0.3 * 100 + 0.15 * 78.32) / 0.8)


def test_a_reader_who_follows_twenty_links_meets_a_broken_one_by_the_score_s_own_chance():
    assert scored([finding("broken", 5, 100)]).score == pytest.approx(100 * 0.95**20)


def test_findings_come_by_what_they_cost():
    told = with_costs([finding("generic", 30, 100), finding("broken", 2, 100), finding("orphan", 0, 10)])
    assert [each.kind for each in told] == ["broken", "generic", "orphan"]
    without = scored([finding("generic", 30, 100), finding("broken", 0, 100), finding("orphan", 0, 10)]).score
    assert told[0].cost == pytest.approx(without - scored(told).score)
    assert told[-1].cost == 0


def test_a_site_on_which_all_is_wrong_has_a_score_of_nothing():
    found = scored([finding(kind, 10, 10) for kind in KINDS])
    assert (found.parts["reach"], found.parts["working"]) == (0, 0)
    assert found.score < 2


def test_a_single_dead_link_to_another_site_does_not_hide_the_rest():
    told = with_costs([finding("broken_external", 1, 1), finding("redirected", 5, 100)])
    assert scored(told).parts["working"] > 50
    assert all(each.cost > 1 for each in told)


def test_a_site_without_posts_is_well():
    assert audited([]).score.score == 100.0


def test_every_kind_is_told_in_full():
    assert sorted(KINDS) == sorted(FINDING_KINDS)
    for kind in KINDS.values():
        assert kind.part in PARTS
        assert kind.why.endswith(".")
        assert kind.repair
    assert sum(share for share, _ in PARTS.values()) == pytest.approx(1)
