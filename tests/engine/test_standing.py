from __future__ import annotations

from dataclasses import replace

import pytest

from suggester.content.blocks import read
from suggester.content.links import Address, Resolver, resolve_body
from suggester.engine.index import Index
from suggester.engine.policy import Policy
from suggester.engine.reading import Draft
from suggester.engine.standing import Known, report
from suggester.entities import Anchor, Post, Problem
from tests.engine.garden import HOME, SITE, garden, index_of

OLD = "old-heap"
DATED = f"{HOME}/2024/05"
BASE = f"{HOME}/99/"


def resolver() -> Resolver:
    addresses = [Address(number, f"{HOME}/{number}/", (OLD,) if number == 2 else ()) for number in (*range(1, 23), 99)]
    made = Resolver(SITE, addresses)
    made.add_redirect("/go/rye", 5)
    return made


def report_on(html: str, index: Index | None = None, post_id: int = 99, **known: object):
    own = Post(post_id, BASE, "On screen", html)
    where = known.pop("resolver", None) or resolver()
    draft = Draft(own, resolve_body(read(html), where, BASE), "en")
    return report(draft, index or garden(), Policy(), Known(where, **known))


def problems(html: str, **known: object) -> list[tuple[str, str]]:
    return [(each.kind, each.anchor.text) for each in report_on(html, **known).problems]


def test_links_are_counted_by_where_they_lead():
    html = (
        "<p>One <a href='/2/'>heap</a>, <a href='/nowhere/'>two</a>, <a href='https://other.example/'>three</a>,"
        " <a href='mailto:a@garden.example'>four</a>, <a href='/wp-content/uploads/a.pdf'>five</a>,"
        " <a href='#top'>six</a>, <a href='/99/#end'>seven</a> and eight.</p>"
    )
    found = report_on(html)
    assert (found.words, found.internal, found.external, found.per_1000) == (10, 2, 1, 200.0)
    assert (found.recommended, found.inbound) == ((3.0, 10.0), None)


@pytest.mark.parametrize(("post_id", "inbound"), [(2, 1), (3, 0), (0, None), (99, None)])
def test_it_says_how_many_posts_link_here_where_the_post_is_known(post_id, inbound):
    assert report_on("<p>Words.</p>", post_id=post_id).inbound == inbound


def test_a_text_without_words_has_no_share_of_links():
    assert report_on("").per_1000 == 0.0


@pytest.mark.parametrize(
    ("href", "url"),
    [
        (f"/{OLD}/", f"{HOME}/2/"),
        (f"/{OLD}/#turning", f"{HOME}/2/#turning"),
        ("http://garden.example/2/", f"{HOME}/2/"),
        ("HTTP://garden.example/2", f"{HOME}/2/"),
        ("https://www.garden.example/2/", f"{HOME}/2/"),
        ("/?p=2", f"{HOME}/2/"),
        ("/index.php?page_id=2", f"{HOME}/2/"),
        ("/go/rye", f"{HOME}/5/"),
    ],
)
def test_a_link_that_gets_there_on_a_detour_is_told_the_straight_way(href, url):
    (problem,) = report_on(f"<p>Turn the <a href='{href}'>compost heap</a> now.</p>").problems
    assert (problem.kind, problem.href, problem.url) == ("redirected", href, url)
    assert problem.anchor == Anchor("compost heap", "Turn the ", " now.", 0)
    assert problem.text.endswith("link to the post itself.")


@pytest.mark.parametrize(
    "href",
    ["/2/", "/2", "../2/", f"{HOME}/2/?utm_source=x", "//garden.example/2/", "/2/#more", "/2/feed/", "/2/2/"],
)
def test_a_link_that_leads_straight_to_a_post_is_fine(href):
    assert problems(f"<p>Turn the <a href='{href}'>compost heap</a>.</p>") == []


def test_where_addresses_are_plain_the_plain_address_is_no_detour():
    where = Resolver(SITE, [Address(2, f"{HOME}/?p=2")])
    index = index_of([Post(2, f"{HOME}/?p=2", "Heap", "<p>Leaves.</p>")])
    assert problems("<p><a href='/?p=2&x=1#a'>heap</a></p>", index=index, resolver=where) == []


def test_an_address_at_which_wordpress_found_nothing_is_broken():
    html = "<p>See <a href='/gone/'>the old bed</a> and <a href='/list/?x=1#a'>the list</a>.</p>"
    assert problems(html) == []
    assert problems(html, dead={"/gone/"}) == [("broken", "the old bed")]
    assert problems(html, dead={"/list/?x=1"}) == [("broken", "the list")]


def dated_site() -> dict[str, object]:
    posts = [Post(number, f"{DATED}/bed-{number}/", f"Bed {number}", "<p>Loam.</p>") for number in (1, 2, 3)]
    return {"index": index_of(posts), "resolver": Resolver(SITE, [Address(each.id, each.url) for each in posts])}


@pytest.mark.parametrize(
    ("href", "found"),
    [
        (f"{DATED}/bed-7/", ["broken"]),
        ("/2019/12/31/first-frost", ["broken"]),
        (f"{DATED}/bed-2/", []),
        (f"{DATED}/", []),
        (f"{DATED}/31/", []),
        (f"{DATED}/feed/", []),
        (f"{DATED}/page/2/", []),
        (f"{DATED}/bed-2/a-picture/", []),
        (f"{DATED}/plan.pdf", []),
        (f"{DATED}/bed-7/?preview=true", ["broken"]),
        ("/category/beds/", []),
        ("/author/anna/", []),
        ("/?s=beds", []),
        ("/?p=77", []),
        ("/feed/", []),
        ("/wp-admin/post.php?post=4", []),
        ("/wp-content/uploads/2024/05/bed.jpg", []),
        ("https://other.example/2024/05/bed-7/", []),
        ("mailto:anna@garden.example", []),
        ("#beds", []),
        ("", []),
    ],
)
def test_only_what_is_surely_the_address_of_a_post_can_be_broken(href, found):
    html = f"<p>See <a href='{href}'>the old bed</a> there.</p>"
    assert [kind for kind, _ in problems(html, **dated_site())] == found
    assert problems(html, **dated_site(), complete=False) == []


def test_an_address_that_two_posts_share_is_not_called_broken():
    twins = Resolver(SITE, [Address(1, f"{DATED}/twin/"), Address(2, f"{DATED}/twin")])
    assert problems(f"<p><a href='{DATED}/twin/'>x</a></p>", index=dated_site()["index"], resolver=twins) == []


def test_a_post_that_readers_cannot_see_is_told():
    (problem,) = report_on("<p>See <a href='/?p=9'>blight</a>.</p>", hidden={9}).problems
    assert problem == Problem(
        "draft_target",
        "/?p=9",
        Anchor("blight", "See ", ".", 0),
        "“Tomato blight” is not published, so readers cannot see it.",
        9,
    )


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>Read <a href='/2/'>here</a>.</p>", [("generic", "here")]),
        ("<p>Read <a href='/2/'>Click here!</a>.</p>", [("generic", "Click here!")]),
        ("<p>Read <a href='https://other.example/'>here</a>.</p>", []),
        ("<p>Read <a href='#top'>here</a>.</p>", []),
        ("<p><a href='/2/'>here</a> or <a href='/3/'>here</a></p>", [("generic", "here"), ("generic", "here")]),
        ('<div class="wp-block-button"><a href="/2/">Read more</a></div>', []),
    ],
)
def test_words_that_say_nothing_of_the_target_are_told(html, found):
    assert problems(html) == found


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>A <a href='/2/'>Heap</a>, a <a href='/3/'>heap</a>.</p>", [("two_targets", "heap")]),
        ("<p>A <a href='/2/'>heap</a>, a <a href='/2/#x'>heap</a>.</p>", []),
        ("<p>A <a href='/2/'>heap</a>, a <a href='https://other.example'>heap</a>.</p>", []),
        ("<p>A <a href='/2/'>heap</a>, a <a href='/nowhere/'>heap</a>.</p>", []),
    ],
)
def test_the_same_words_for_two_targets_are_told(html, found):
    assert problems(html) == found
    assert all("Building a compost heap" in each.text for each in report_on(html).problems)


@pytest.mark.parametrize(
    ("link", "empty"),
    [
        ("<a href='/2/'></a>", True),
        ("<a href='/2/' target='_blank' rel='noopener'> &nbsp;</a>", True),
        ("<a href='/2/'><strong></strong><br></a>", True),
        ("<a href='https://other.example/'></a>", True),
        ("<a href='/2/'><img src='/a.jpg'></a>", False),
        ("<a href='/2/'><svg><path/></svg></a>", False),
        ("<a href='/2/'><i class='icon-heap'></i></a>", False),
        ("<a href='/2/' class='button'></a>", False),
        ("<a href='/2/' aria-label='Heap'></a>", False),
        ("<a href='/2/'>[icon name=heap]</a>", False),
        ("<a name='here'></a>", False),
        ("<a href='/2/'>", False),
    ],
)
def test_a_link_without_words_or_image_is_told(link, empty):
    html = f"<p>Before <a href='/3/'>drip irrigation</a> {link} comes after.</p>"
    assert [kind for kind, _ in problems(html)] == (["empty"] if empty else [])


def test_problems_come_in_the_order_of_the_text():
    html = "<p><a href='/?p=3'>here</a> and <a href='/gone/'>there</a></p><p><a href='/2/'></a></p>"
    found = report_on(html, dead={"/gone/"}).problems
    assert [each.kind for each in found] == ["redirected", "generic", "broken", "empty"]


def test_the_owner_s_limit_is_what_is_recommended():
    assert Policy(links_per_1000=8.0).recommended == (3.0, 8.0)
    assert replace(Policy(), links_per_1000=2.0).recommended == (2.0, 2.0)
