from datetime import UTC, datetime

import pytest
import responses

from suggester.entities import Post, Term
from suggester.errors import AnswerUnreadable, SiteChanged, SiteRefused, SiteUnreachable
from suggester.wordpress.rest import RestSource

from .fakes import ADA, HOME, FakeSite, entry, gate

TEA = (Term("category", "tea", "Tea & more"),)


@pytest.fixture
def wire():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def source(login=None, **limits):
    return RestSource(HOME, gate=gate(login=login, **limits))


def everything(source, **how):
    return [post.id for page in source.changed(**how) for post in page.posts]


def test_a_visitor_sees_rendered_content_of_published_posts(wire):
    FakeSite(posts=[entry(1), entry(2, status="draft")]).serve(wire)
    assert [post for page in source().changed() for post in page.posts] == [
        Post(
            id=1,
            url=f"{HOME}/post-1/",
            title="Post & 1",
            content="<p>Text 1</p>",
            slug="post-1",
            published=datetime(2026, 1, 1, 10, tzinfo=UTC),
            modified=datetime(2026, 1, 2, 10, tzinfo=UTC),
            terms=TEA,
            raw=False,
        )
    ]


def test_an_editor_sees_raw_content_in_every_status(wire):
    statuses = ["publish", "future", "draft", "pending", "private", "trash"]
    FakeSite(posts=[entry(key, status=status) for key, status in enumerate(statuses, 1)]).serve(wire)
    posts = [post for page in source(ADA).changed() for post in page.posts]
    assert [(post.status, post.raw) for post in posts] == [(status, True) for status in statuses[:-1]]


def test_an_author_sees_what_visitors_see(wire):
    site = FakeSite(posts=[entry(1), entry(2, status="draft")]).serve(wire)
    site.capabilities = ["edit_posts"]
    posts = [post for page in source(ADA).changed() for post in page.posts]
    assert [(post.id, post.raw) for post in posts] == [(1, False)]


def test_all_public_types_are_read_and_the_furniture_is_not(wire):
    site = FakeSite(posts=[entry(1), entry(2, type="page"), entry(3, type="recipe"), entry(4, type="wp_block")]).serve(
        wire
    )
    site.types["recipe"] = {"rest_base": "recipes"}
    assert everything(source()) == [1, 2, 3]


def test_an_editor_is_told_which_types_have_pages(wire):
    site = FakeSite(posts=[entry(1), entry(2, type="hidden")]).serve(wire)
    site.types["hidden"] = {"rest_base": "hidden", "viewable": False}
    assert everything(source(ADA)) == [1]


def test_pages_of_a_hundred_give_every_post_once_and_tell_the_total(wire):
    site = FakeSite(posts=[entry(key) for key in range(1, 351)]).serve(wire)
    pages = list(source().changed())
    assert [post.id for page in pages for post in page.posts] == list(range(1, 351))
    assert {page.total for page in pages} == {350}
    assert site.paths().count("/wp/v2/posts") <= 1 + 4  # the count, and four slices
    assert site.paths().count("/wp/v2/categories") == 1


@pytest.mark.parametrize("stop_after", [1, 2, 3])
def test_a_stopped_pass_goes_on_behind_its_cursor(wire, stop_after):
    FakeSite(posts=[*map(entry, range(1, 251)), entry(900, type="page")]).serve(wire)
    pages = list(source().changed())
    seen = [post.id for page in pages[:stop_after] for post in page.posts]
    assert seen + everything(source(), cursor=pages[stop_after - 1].cursor) == [*range(1, 251), 900]


@pytest.mark.parametrize("cursor", ["", "nonsense", "[]", '{"part": "gone", "last": 5, "offset": 5}'])
def test_an_unknown_cursor_means_the_beginning(wire, cursor):
    FakeSite(posts=[entry(1)]).serve(wire)
    assert everything(source(), cursor=cursor) == [1]


@pytest.mark.parametrize("gone", [[5], list(range(1, 60)), list(range(1, 101)), list(range(50, 160))])
def test_posts_that_vanish_during_the_pass_hide_no_others(wire, gone):
    site = FakeSite(posts=[entry(key) for key in range(1, 301)]).serve(wire)
    found = []
    for page in source().changed():
        found += [post.id for post in page.posts]
        for key in gone:
            site.posts.pop(key, None)
    assert set(range(1, 301)) - set(gone) <= set(found)
    assert len(found) == len(set(found))


def test_posts_edited_or_added_during_the_pass_move_nothing(wire):
    site = FakeSite(posts=[entry(key) for key in range(10, 260)]).serve(wire)
    found = []
    for page in source().changed():
        found += [post.id for post in page.posts]
        site.posts[5] = entry(5)
        site.posts[100]["modified_gmt"] = "2026-05-05T00:00:00"
    assert found == list(range(10, 260))


def test_only_what_changed_is_asked_for(wire):
    old, new, live = entry(1), entry(2, modified_gmt="2026-02-01T00:00:00"), entry(3, date_gmt="2026-02-01T00:00:00")
    site = FakeSite(posts=[old, new, live]).serve(wire)
    since = datetime(2026, 1, 31, tzinfo=UTC)
    assert everything(source(), since=since) == [2, 3]
    assert {query["modified_after"] for _, query in site.calls if "modified_after" in query} == {"2026-01-30T22:59:59Z"}


def test_the_very_second_counts_as_changed(wire):
    FakeSite(posts=[entry(1, modified_gmt="2026-02-01T00:00:00")]).serve(wire)
    assert everything(source(), since=datetime(2026, 2, 1, tzinfo=UTC)) == [1]


def test_wordpress_before_5_7_gives_all_and_we_choose(wire):
    site = FakeSite(posts=[entry(1), entry(2, modified_gmt="2026-02-01T00:00:00")]).serve(wire)
    site.knows_modified_after = False
    assert everything(source(), since=datetime(2026, 1, 31, tzinfo=UTC)) == [2]


def test_the_id_sweep_asks_for_nothing_but_ids(wire):
    site = FakeSite(posts=[*map(entry, range(1, 151)), entry(200, type="page")]).serve(wire)
    assert source().ids() == {*range(1, 151), 200}
    assert {query["_fields"] for path, query in site.calls if path == "/wp/v2/posts"} == {"id"}


def test_single_posts_are_read_whatever_their_type(wire):
    FakeSite(posts=[entry(1), entry(2, type="page"), entry(3, status="draft")]).serve(wire)
    reader = source(ADA)
    assert [post.id for post in reader.posts([3, 99, 2, 1, 2])] == [3, 2, 1]
    assert reader.post(99) is None


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"password": "x"}, "protected"),
        ({"yoast_head_json": {"robots": {"index": "noindex"}}}, "noindex"),
        ({"aioseo_head_json": {"robots": "noindex, nofollow"}}, "noindex"),
        ({"meta": {"rank_math_robots": ["noindex"]}}, "noindex"),
        ({"meta": {"_yoast_wpseo_meta-robots-noindex": "1"}}, "noindex"),
    ],
)
def test_posts_that_want_no_visitors_are_never_targets(wire, fields, reason):
    FakeSite(posts=[entry(1, **fields)]).serve(wire)
    post = source().post(1)
    assert getattr(post, reason)
    assert not post.may_be_target


@pytest.mark.parametrize(
    ("fields", "lang"),
    [({"lang": "de"}, "de"), ({"wpml_current_locale": "pt_BR"}, "pt"), ({"lang": False}, ""), ({}, "")],
)
def test_a_post_says_its_language_where_the_site_has_several(wire, fields, lang):
    FakeSite(posts=[entry(1, **fields)]).serve(wire)
    assert source().post(1).lang == lang


@pytest.mark.parametrize(("login", "lang"), [(None, "en"), (ADA, "de")])
def test_the_site_tells_its_name_language_hosts_and_time_zone(wire, login, lang):
    FakeSite().serve(wire)
    site = source(login).site()
    assert (site.url, site.name, site.lang, site.aliases) == (HOME, "Tea & Co", lang, ("www.blog.example",))
    assert site.time_zone == "Europe/Berlin"


@pytest.mark.parametrize("status", [500, 503])
def test_one_bad_post_does_not_stop_the_others(wire, status):
    site = FakeSite(posts=[entry(key) for key in range(1, 131)]).serve(wire)

    def break_on_57(path, query):
        wanted = query.get("include", "").split(",")
        whole = "include" not in query and query.get("offset") == "0"
        if path == "/wp/v2/posts" and query["_fields"] != "id" and (whole or "57" in wanted):
            return (status, {}, "<html>There has been a critical error on this website.</html>")
        return None

    site.before = break_on_57
    reader = source()
    assert everything(reader) == [key for key in range(1, 131) if key != 57]
    assert list(reader.unreadable) == [57]


def test_a_site_that_can_show_no_post_at_all_is_an_error(wire):
    site = FakeSite(posts=[entry(key) for key in range(1, 31)]).serve(wire)
    site.before = lambda path, query: (500, {}, "") if query.get("_fields", "id") != "id" else None
    with pytest.raises(SiteUnreachable, match="keeps answering 500"):
        everything(source())


def test_a_page_that_is_too_large_is_read_in_smaller_ones(wire):
    FakeSite(posts=[entry(key, content="x" * 10_000) for key in range(1, 41)]).serve(wire)
    reader = source(body=100_000)
    assert everything(reader) == list(range(1, 41))
    assert reader.unreadable == {}


def test_a_plugin_type_that_is_closed_is_passed_over(wire):
    site = FakeSite(posts=[entry(1)]).serve(wire)
    site.types["order"] = {"rest_base": "orders"}
    site.before = lambda path, query: (401, {}, '{"code": "rest_forbidden"}') if path == "/wp/v2/orders" else None
    assert everything(source()) == [1]
    assert source().ids() == {1}


def test_a_password_that_stops_working_is_no_empty_site(wire):
    site = FakeSite(posts=[entry(1)]).serve(wire)
    reader = source(ADA)
    assert reader.ids() == {1}
    site.password = "revoked"
    with pytest.raises(SiteRefused):
        reader.ids()


def test_a_wrong_password_is_refused_though_public_routes_answer(wire):
    FakeSite(posts=[entry(1)]).serve(wire).password = "another"
    with pytest.raises(SiteRefused, match="does not accept the application password of 'ada'"):
        source(ADA).check_login()


def test_the_login_tells_whether_it_edits_others(wire):
    FakeSite().serve(wire)
    account = source(ADA).check_login()
    assert (account.user, account.edits_others, account.roles) == ("Ada", True, ("editor",))


def test_writing_sends_the_content_alone_and_reads_it_back(wire):
    FakeSite(posts=[entry(1)]).serve(wire)
    reader = source(ADA)
    before = reader.post(1)
    after = reader.write(1, "<p>New\r\n</p>", before.modified)
    assert after.content == "<p>New\r\n</p>"
    assert [call.request.body for call in wire.calls if call.request.method == "POST"] == [
        b'{"content": "<p>New\\r\\n</p>"}'
    ]


@pytest.mark.parametrize(
    ("login", "key", "error"),
    [(ADA, 1, SiteChanged), (ADA, 99, SiteChanged), (None, 1, SiteRefused)],
)
def test_writing_is_refused_rather_than_risked(wire, login, key, error):
    FakeSite(posts=[entry(1)]).serve(wire)
    with pytest.raises(error):
        source(login).write(key, "new", datetime(2026, 1, 1, tzinfo=UTC))
    assert not [call for call in wire.calls if call.request.method == "POST"]


def test_a_wordpress_too_old_to_name_fields_is_said_to_be(wire):
    site = FakeSite(posts=[entry(1)]).serve(wire)
    site.before = lambda path, query: (200, {"X-WP-Total": "1"}, '[{"id": 1}]') if path == "/wp/v2/posts" else None
    with pytest.raises(AnswerUnreadable, match=r"5\.3 or later"):
        everything(source())


@pytest.mark.parametrize(
    ("answers", "leads_to"),
    [
        ([(200, "")], f"{HOME}/a/"),
        ([(301, "/b/"), (200, "")], f"{HOME}/b/"),
        ([(301, "https://www.blog.example/b/"), (404, "")], None),
        ([(301, "https://shop.example/x")], "https://shop.example/x"),
        ([(405, ""), (200, "")], f"{HOME}/a/"),
        ([(410, "")], None),
        ([(301, "/a/")] * 6, None),
    ],
)
def test_an_old_address_is_followed_to_where_it_leads_today(wire, answers, leads_to):
    queue = iter(answers)

    def answer(request):
        status, place = next(queue)
        assert "Authorization" not in request.headers
        return (status, {"Location": place} if place else {}, "")

    for method in ("GET", "HEAD"):
        for path in (f"{HOME}/a/", f"{HOME}/b/", "https://www.blog.example/b/"):
            wire.add_callback(method, path, callback=answer)
    assert source(ADA).locate(f"{HOME}/a/") == leads_to
