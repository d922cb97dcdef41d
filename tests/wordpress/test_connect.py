import pytest
import responses

from suggester.errors import ConfigError, NotWordPress, SiteRefused, SiteUnreachable
from suggester.wordpress.connect import (
    authorise_url,
    check_login,
    find_authorise_url,
    is_file,
    open_source,
    read_authorisation,
)
from suggester.wordpress.export import ExportSource
from suggester.wordpress.login import Login

from .fakes import ADA, HOME, FakeSite, entry, loopback, returned, send
from .test_xmlrpc import FakeBlog, struct

CLOSED = b'{"code": "rest_disabled", "message": "The REST API is disabled."}'
FRONT = b'<html><link rel="stylesheet" href="/wp-content/a.css"><link rel="EditURI" href="/xmlrpc.php?rsd"></html>'


@pytest.fixture
def wire():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


class ClosedRest(FakeBlog):
    """A blog whose REST API is closed and whose XML-RPC is not."""

    api = (401, CLOSED)

    def __call__(self, handler):
        if "wp-json" in handler.path or "rest_route" in handler.path:
            return send(handler, *self.api)
        self.front = FRONT
        return super().__call__(handler)


def test_rest_is_taken_where_it_is_open(wire):
    FakeSite(posts=[entry(1)]).serve(wire)
    said = []
    source = open_source(HOME, say=said.append)
    assert (source.name, source.ids(), said) == ("rest", {1}, [])
    assert check_login(open_source(HOME, ADA)).user == "Ada"


def test_a_login_that_may_not_edit_others_is_said_aloud(wire):
    FakeSite(posts=[entry(1)]).serve(wire).capabilities = []
    said = []
    assert open_source(HOME, ADA, said.append).name == "rest"
    assert "Ada may not edit everybody's posts" in said[0]


@pytest.mark.parametrize(
    "api", [(401, CLOSED), (403, b"<html>Forbidden"), (404, b"<html>"), (200, b"<html>Home</html>")]
)
def test_xml_rpc_is_taken_and_said_aloud_where_rest_is_closed(api):
    blog = ClosedRest(struct(1))
    blog.api = api
    said = []
    with loopback(blog) as url:
        source = open_source(url, ADA, said.append)
        assert (source.name, source.ids()) == ("xmlrpc", {1})
    assert len(said) == 1
    assert "read over XML-RPC instead" in said[0]


def test_without_a_login_a_closed_site_says_what_would_help():
    with loopback(ClosedRest(struct(1))) as url:
        with pytest.raises(SiteRefused, match=r"Connect with an application password .* or use an export file"):
            open_source(url)


def test_a_wrong_login_at_a_closed_site_is_refused_for_both_reasons():
    with loopback(ClosedRest(struct(1))) as url:
        with pytest.raises(SiteRefused, match=r"rest_disabled.*XML-RPC does not help either: .*Incorrect username"):
            open_source(url, Login("ada", "wrong"))


def test_xml_rpc_is_taken_where_the_server_drops_the_header_with_the_password():
    class Dropping(ClosedRest):
        def __call__(self, handler):
            index = b'{"namespaces": ["wp/v2"], "home": "http://blog.test"}'
            self.api = (200, index) if handler.path == "/wp-json/" else (401, b'{"code": "rest_not_logged_in"}')
            return super().__call__(handler)

    with loopback(Dropping(struct(1))) as url:
        assert open_source(url, ADA).name == "xmlrpc"


def test_what_is_no_wordpress_is_not_asked_over_xml_rpc():
    with loopback(lambda handler: send(handler, 200, b"<html>Hello</html>")) as url:
        with pytest.raises(NotWordPress):
            open_source(url, ADA)


def test_an_unknown_host_is_named():
    with pytest.raises(SiteUnreachable, match=r"No host named no-such-host\.invalid is known"):
        open_source("https://no-such-host.invalid")


def test_a_file_is_opened_as_an_export(tmp_path):
    path = tmp_path / "anything"
    path.touch()
    source = open_source(str(path))
    assert isinstance(source, ExportSource)
    with pytest.raises(SiteRefused, match="needs no login"):
        check_login(source)


@pytest.mark.parametrize("typed", ["missing.xml", "missing.xml.gz", "folder/missing.zip", "/no/such/thing", "./thing"])
def test_a_missing_file_is_not_taken_for_a_host(typed):
    with pytest.raises(ConfigError, match="There is no file"):
        is_file(typed)


@pytest.mark.parametrize(("typed", "says"), [(".", "is a folder; name the file in it"), ("x" * 300, "too long")])
def test_what_can_be_neither_a_file_nor_a_host_is_said_to_be_none(typed, says):
    with pytest.raises(ConfigError, match=says):
        is_file(typed)


@pytest.mark.parametrize(
    ("success", "kept"), [("https://tool.example/back", True), ("http://127.0.0.1:8765/back", False), ("", False)]
)
def test_wordpress_is_asked_for_a_password_on_its_own_page(success, kept):
    url = authorise_url("blog.example/wp/", "Link suggester & co", success)
    assert url.startswith("https://blog.example/wp/wp-admin/authorize-application.php?app_name=Link+suggester+%26+co")
    assert returned(url).get("success_url") == ([success] if kept else None)


def test_the_page_the_site_names_itself_comes_first():
    page = "https://blog.example/core/wp-admin/authorize-application.php"
    assert authorise_url(HOME, "x", page=page) == f"{page}?app_name=x"


def test_a_site_is_looked_at_before_anybody_is_asked_for_a_password():
    with loopback(ClosedRest(struct(1))) as url:
        assert find_authorise_url(url, "x") == f"{url}/wp-admin/authorize-application.php?app_name=x"
    with loopback(lambda handler: send(handler, 200, b"<html>Hello</html>")) as url, pytest.raises(NotWordPress):
        find_authorise_url(url, "x")


def test_what_wordpress_sends_back_is_a_login():
    back = "https://tool.example/back?site_url=https%3A%2F%2Fblog.example&user_login=ada&password=abcd+efgh"
    assert read_authorisation(back) == ("https://blog.example", ADA)


@pytest.mark.parametrize(
    ("query", "says"),
    [("success=false", "not approved"), ("", "no application password"), ("site_url=x&user_login=a", "no application")],
)
def test_a_person_who_says_no_is_understood(query, says):
    with pytest.raises(SiteRefused, match=says):
        read_authorisation(f"https://tool.example/back?{query}")


def test_the_password_shows_in_no_representation():
    assert repr(ADA) == "Login(user='ada')"
