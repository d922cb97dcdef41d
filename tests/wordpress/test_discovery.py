import pytest
import responses

from suggester.errors import AnswerUnreadable, NotWordPress, SiteRefused, SiteUnreachable
from suggester.wordpress.answers import RestClosed
from suggester.wordpress.discovery import Root
from suggester.wordpress.rest import RestSource

from .fakes import ADA, HOME, FakeSite, entry, gate

INDEX = '{"name": "Tea", "home": "https://blog.example", "namespaces": ["wp/v2"]}'
WORDPRESS = '<html><link rel="stylesheet" href="https://blog.example/wp-content/themes/x/style.css"></html>'
DISABLED = '{"code": "rest_disabled", "message": "The REST API is disabled.", "data": {"status": 401}}'


@pytest.fixture
def wire():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def source(home=HOME, login=None):
    return RestSource(home, gate=gate(home, login=login))


@pytest.mark.parametrize(
    ("home", "root"),
    [
        ("https://blog.example", "https://blog.example/wp-json/"),
        ("https://blog.example", "https://blog.example/?rest_route=/"),
        ("https://blog.example", "https://blog.example/index.php?rest_route=/"),
        ("https://blog.example", "https://blog.example/index.php/wp-json/"),
        ("https://blog.example", "https://blog.example/api-wp-json/"),
        ("https://shop.example/blog", "https://shop.example/blog/wp-json/"),
        ("https://shop.example/blog", "https://shop.example/blog/?rest_route=/"),
    ],
)
def test_the_api_is_found_where_the_front_page_says(wire, home, root):
    FakeSite(home, root, posts=[entry(1), entry(2)]).serve(wire)
    reader = source(home)
    assert [post.id for page in reader.changed() for post in page.posts] == [1, 2]
    assert reader.root.url == root


@pytest.mark.parametrize(
    ("home", "root"),
    [
        ("https://blog.example", "https://blog.example/wp-json/"),
        ("https://blog.example", "https://blog.example/?rest_route=/"),
        ("https://shop.example/blog", "https://shop.example/blog/wp-json/"),
        ("https://shop.example/blog", "https://shop.example/blog/?rest_route=/"),
    ],
)
def test_the_api_is_found_where_the_front_page_hides_it(wire, home, root):
    FakeSite(home, root, posts=[entry(1), entry(2)]).serve(wire).front = WORDPRESS
    assert source(home).ids() == {1, 2}


def test_the_link_header_is_enough(wire):
    wire.get(HOME, headers={"Link": '<https://blog.example/hidden/>; rel="https://api.w.org/"'}, body="<html>")
    wire.get("https://blog.example/hidden/", body=INDEX)
    assert source().root.url == "https://blog.example/hidden/"


def test_a_site_that_moved_to_https_and_www_is_found(wire):
    wire.get("http://blog.example", status=301, headers={"Location": "https://www.blog.example/"})
    wire.get(
        "https://www.blog.example/", body='<link rel="https://api.w.org/" href="http://www.blog.example/wp-json/">'
    )
    wire.get("https://www.blog.example/wp-json/", body=INDEX)
    assert source("http://blog.example", ADA).root.url == "https://www.blog.example/wp-json/"


def test_an_api_declared_on_another_host_is_not_believed(wire):
    wire.get(HOME, body='<link rel="https://api.w.org/" href="https://evil.example/wp-json/">')
    wire.get(f"{HOME}/wp-json/", body=INDEX)
    assert source(login=ADA).root.url == f"{HOME}/wp-json/"


def test_the_password_is_not_sent_to_a_site_without_https(wire):
    wire.get("http://blog.example", body=WORDPRESS)
    with pytest.raises(SiteRefused, match="set up https"):
        _ = source("http://blog.example", ADA).root


@pytest.mark.parametrize(
    ("front", "api", "error", "says"),
    [
        ((200, "<html><h1>Hello</h1></html>"), (404, "<html>"), NotWordPress, "not a WordPress site"),
        ((404, "<html>"), (404, "<html>"), NotWordPress, "answered 404"),
        ((200, '{"hello": "world"}'), (200, '{"hello": "world"}'), NotWordPress, "not a WordPress site"),
        ((401, "Unauthorized"), (401, "Unauthorized"), SiteRefused, "log in"),
        ((200, "<form><input type='password'></form>"), (404, ""), SiteRefused, "log in"),
        ((403, "<title>Just a moment...</title>"), (403, "<html>Just a moment"), SiteRefused, "log in"),
        ((200, WORDPRESS), (401, DISABLED), RestClosed, "rest_disabled"),
        ((200, WORDPRESS), (403, "<html>Forbidden"), RestClosed, "status 403"),
        ((200, WORDPRESS), (404, "<html>"), RestClosed, "is closed"),
        (
            (200, f'{WORDPRESS}<link rel="https://api.w.org/" href="{HOME}/wp-json/">'),
            (200, "<!DOCTYPE html><h1>Maintenance</h1>"),
            AnswerUnreadable,
            "maintenance page",
        ),
        ((503, "<html>Briefly unavailable"), (503, ""), SiteUnreachable, "keeps answering 503"),
        ((302, "https://login.example/"), (404, ""), SiteRefused, "leads away to login.example"),
    ],
)
def test_each_obstacle_has_its_sentence(wire, front, api, error, says):
    wire.get(HOME, status=front[0], body=front[1], headers={"Location": front[1]} if front[0] == 302 else {})
    for address in (f"{HOME}/wp-json/", f"{HOME}/?rest_route=/", f"{HOME}/index.php?rest_route=/"):
        wire.get(address, status=api[0], body=api[1])
    with pytest.raises(error, match=says):
        _ = source().root


@pytest.mark.parametrize(
    ("root", "address"),
    [
        ("https://blog.example/wp-json/", "https://blog.example/wp-json/wp/v2/posts"),
        ("https://blog.example/?rest_route=/", "https://blog.example/?rest_route=/wp/v2/posts"),
        ("https://blog.example/index.php?rest_route=/", "https://blog.example/index.php?rest_route=/wp/v2/posts"),
        ("https://blog.example/?lang=de&rest_route=/", "https://blog.example/?lang=de&rest_route=/wp/v2/posts"),
    ],
)
def test_routes_are_addressed_with_any_kind_of_permalinks(root, address):
    assert Root(root, {}).address("/wp/v2/posts") == address


@pytest.mark.parametrize(
    ("authentication", "page"),
    [
        (
            {"application-passwords": {"endpoints": {"authorization": "https://x/wp/wp-admin/a.php"}}},
            "https://x/wp/wp-admin/a.php",
        ),
        ([], ""),
        (None, ""),
    ],
)
def test_the_page_that_gives_passwords_is_known_where_there_is_one(authentication, page):
    assert Root(HOME, {"authentication": authentication}).authorise_page == page


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "ftp://blog.example",
        "https://",
        "not a site",
        "http://[::1",
        "https://x:99999",
        "https://blog..example",
        f"https://{'x' * 64}.example",
    ],
)
def test_what_is_no_address_is_said_to_be_none(typed):
    with pytest.raises(NotWordPress, match="is not a web address"):
        RestSource(typed)


@pytest.mark.parametrize(
    ("typed", "home"),
    [
        ("blog.example", "https://blog.example"),
        (" https://Blog.example/ ", "https://blog.example"),
        ("https://user:secret@blog.example/x/?a=1#b", "https://blog.example/x"),
        ("localhost:8080", "http://localhost:8080"),
        ("http://[::1]:81/", "http://[::1]:81"),
    ],
)
def test_what_people_type_is_completed(typed, home):
    assert RestSource(typed).gate.home == home
