import collections
from datetime import UTC, datetime, timedelta
from xmlrpc import client as rpc

import pytest

from suggester.entities import Post, Site, Term
from suggester.errors import AnswerUnreadable, SiteChanged, SiteRefused, SiteUnreachable
from suggester.wordpress.login import Login
from suggester.wordpress.xmlrpc import XmlRpcSource

from .fakes import ADA, gate, loopback, send

ZERO = rpc.DateTime("00000000T00:00:00Z")
METHODS = "getPosts getPost getPostTypes getProfile getUsersBlogs editPost".split()


def stamp(*moment):
    return rpc.DateTime(datetime(*moment))


def struct(key, **fields):
    return {
        "post_id": str(key),
        "post_title": f"Post &amp; {key}",
        "post_content": f"Text {key}",
        "post_excerpt": "",
        "post_name": f"post-{key}",
        "post_status": "publish",
        "post_type": "post",
        "post_password": "",
        "link": f"http://blog.test/post-{key}/",
        "post_date_gmt": stamp(2026, 1, 1, 10),
        "post_modified_gmt": stamp(2026, 1, 2, 10),
        "terms": [{"term_id": "7", "taxonomy": "category", "slug": "tea", "name": "Tea &amp; more", "count": 3}],
        "custom_fields": [],
        **fields,
    }


class FakeBlog:
    """A WordPress that answers XML-RPC the way a real one does, as far as it is asked here."""

    def __init__(self, *posts):
        self.posts = {int(post["post_id"]): post for post in posts}
        self.calls = []
        self.roles = ["editor"]
        self.front = b'<html lang="en-US"><link rel="EditURI" href="/xmlrpc.php?rsd"></html>'
        self.broken = None
        self.bad = ()

    def __call__(self, handler):
        if handler.command != "POST":
            return send(handler, 200, self.front)
        body = handler.rfile.read(int(handler.headers["content-length"]))
        if self.broken:
            return send(handler, *self.broken)
        args, method = rpc.loads(body)
        self.calls.append((method, args))
        try:
            answer = rpc.dumps((self.answer(method, *args),), methodresponse=True, allow_none=True)
        except rpc.Fault as fault:
            answer = rpc.dumps(fault, methodresponse=True)
        return send(handler, 200, answer.encode())

    def answer(self, method, *args):
        if method == "mt.supportedMethods":
            return [f"wp.{name}" for name in METHODS]
        user, password = args[:2] if method == "wp.getUsersBlogs" else args[1:3]
        if (user, password) != (ADA.user, ADA.password):
            raise rpc.Fault(403, "Incorrect username or password.")
        return getattr(self, method.removeprefix("wp."))(*args[3:])

    def getUsersBlogs(self):
        return [{"blogid": "1", "blogName": "Tea &amp; Co", "url": "http://blog.test/", "isAdmin": True}]

    def getProfile(self):
        return {"user_id": "1", "display_name": "Ada", "roles": self.roles, "registered": stamp(2020, 1, 1)}

    def getPostTypes(self, wanted, fields):
        assert (wanted, fields) == ({"public": True}, [])
        public = {"page": True, "post": True, "attachment": True, "secret": False, "wp_block": False}
        return {name: {"name": name, "public": shown} for name, shown in public.items()}

    def getPosts(self, query, fields):
        kept = [post for key, post in sorted(self.posts.items()) if post["post_type"] == query["post_type"]]
        kept = [post for post in kept if post["post_status"] in query["post_status"].split(",")]
        cut = kept[query["offset"] : query["offset"] + query["number"]]
        if "post_content" in fields and any(int(post["post_id"]) in self.bad for post in cut):
            raise rpc.Fault(500, "There has been a critical error.")
        return [{name: post[name] for name in fields} for post in cut]

    def getPost(self, key, fields):
        if key in self.bad:
            raise rpc.Fault(500, "There has been a critical error.")
        if key not in self.posts:
            raise rpc.Fault(404, "Invalid post ID.")
        return {name: self.posts[key][name] for name in fields}

    def editPost(self, key, change):
        if key not in self.posts:
            raise rpc.Fault(404, "Invalid post ID.")
        lock = change.get("if_not_modified_since")
        if lock and self.posts[key]["post_modified_gmt"].value > lock.value:
            raise rpc.Fault(409, "There is a revision of this post that is more recent.")
        self.posts[key]["post_content"] = change["post_content"]
        return True


@pytest.fixture
def connect():
    """Start a blog and give a source that reads it."""
    running = []

    def start(blog, login=ADA, **limits):
        server = loopback(blog)
        url = server.__enter__()
        running.append(server)
        return XmlRpcSource(url, login, gate=gate(url, login, tries=2, **limits))

    yield start
    for server in running:
        server.__exit__(None, None, None)


def posts(source, **how):
    return [post for page in source.changed(**how) for post in page.posts]


def test_it_gives_the_same_post_as_rest(connect):
    assert posts(connect(FakeBlog(struct(1)))) == [
        Post(
            id=1,
            url="http://blog.test/post-1/",
            title="Post & 1",
            content="Text 1",
            slug="post-1",
            published=datetime(2026, 1, 1, 10, tzinfo=UTC),
            modified=datetime(2026, 1, 2, 10, tzinfo=UTC),
            terms=(Term("category", "tea", "Tea & more"),),
        )
    ]


@pytest.mark.parametrize(
    ("fields", "seen"),
    [
        ({"post_status": "draft", "post_date_gmt": ZERO}, {"status": "draft", "published": None}),
        ({"post_date_gmt": stamp(2099, 1, 1)}, {"status": "future"}),
        ({"post_password": "x"}, {"protected": True}),
        ({"custom_fields": [{"id": "1", "key": "rank_math_robots", "value": "noindex"}]}, {"noindex": True}),
        ({"terms": [{"taxonomy": "language", "slug": "de", "name": "Deutsch"}]}, {"lang": "de", "terms": ()}),
        ({"post_title": ""}, {"title": ""}),
        ({"post_content": "one\r\ntwo <b>&amp;</b> ]]> 😀"}, {"content": "one\r\ntwo <b>&amp;</b> ]]> 😀"}),
        ({"post_content": "bell\x07 rings"}, {"content": "bell rings"}),
    ],
)
def test_a_post_is_read_with_all_that_matters(connect, fields, seen):
    (post,) = posts(connect(FakeBlog(struct(1, **fields))))
    assert {name: getattr(post, name) for name in seen} == seen


def test_all_public_types_are_read_in_pages_and_told_by_ids(connect):
    blog = FakeBlog(
        *[struct(key) for key in range(1, 251)], struct(300, post_type="page"), struct(301, post_type="secret")
    )
    source = connect(blog)
    pages = list(source.changed())
    assert [post.id for page in pages for post in page.posts] == [*range(1, 251), 300]
    assert source.ids() == {*range(1, 251), 300}
    assert [post.id for post in posts(source, cursor=pages[0].cursor)] == [*range(101, 251), 300]


def test_posts_that_vanish_during_the_pass_hide_no_others(connect):
    blog = FakeBlog(*[struct(key) for key in range(1, 251)])
    found = set()
    for page in connect(blog).changed():
        found |= {post.id for post in page.posts}
        for key in range(1, 30):
            blog.posts.pop(key, None)
    assert found == set(range(1, 251))


def test_only_what_changed_is_read_whole(connect):
    new, live = struct(2, post_modified_gmt=stamp(2026, 5, 1)), struct(3, post_date_gmt=stamp(2026, 5, 1))
    blog = FakeBlog(struct(1), new, live)
    assert [post.id for post in posts(connect(blog), since=datetime(2026, 4, 1, tzinfo=UTC))] == [2, 3]
    assert [args[3] for method, args in blog.calls if method == "wp.getPost"] == [2, 3]


def test_one_bad_post_does_not_stop_the_others(connect):
    blog = FakeBlog(*[struct(key) for key in range(1, 31)])
    blog.bad = (17,)
    source = connect(blog)
    assert [post.id for post in posts(source)] == [key for key in range(1, 31) if key != 17]
    assert list(source.unreadable) == [17]


@pytest.mark.parametrize(
    ("fields", "there"), [({}, True), ({"post_status": "trash"}, False), ({"post_type": "attachment"}, False)]
)
def test_single_posts_are_read_where_they_are_content(connect, fields, there):
    source = connect(FakeBlog(struct(1, **fields)))
    assert bool(source.post(1)) is there
    assert [post.id for post in source.posts([5, 1])] == ([1] if there else [])


def test_the_site_and_the_login_are_told(connect):
    source = connect(FakeBlog())
    assert source.site() == Site("http://blog.test", "Tea & Co", "en", ("127.0.0.1",))
    assert source.check_login().edits_others


def test_an_author_is_told_that_only_an_editor_sees_all(connect):
    blog = FakeBlog(struct(1))
    blog.roles = ["author"]
    source = connect(blog)
    assert not source.check_login().edits_others
    with pytest.raises(SiteRefused, match="use the login of an editor"):
        source.ids()


def test_writing_sends_the_content_alone(connect):
    blog = FakeBlog(struct(1))
    source = connect(blog)
    before = source.post(1)
    after = source.write(1, "new\r\n<b>text</b>", before.modified)
    assert after.content == "new\r\n<b>text</b>"
    (change,) = [args[4] for method, args in blog.calls if method == "wp.editPost"]
    assert set(change) <= {"post_content", "if_not_modified_since"}


def test_a_post_changed_meanwhile_is_not_overwritten(connect):
    blog = FakeBlog(struct(1))
    with pytest.raises(SiteChanged, match="changed by somebody else"):
        connect(blog).write(1, "new", datetime(2026, 1, 2, 10, tzinfo=UTC) - timedelta(seconds=1))
    assert blog.posts[1]["post_content"] == "Text 1"
    with pytest.raises(SiteChanged, match="not there any more"):
        connect(blog).write(9, "new")


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><methodResponse>&b;</methodResponse>'


@pytest.mark.parametrize(
    ("broken", "error", "says"),
    [
        ((404, b"<html>Not found"), SiteRefused, "XML-RPC is switched off"),
        ((403, b"<html>Forbidden"), SiteRefused, "XML-RPC is switched off"),
        ((400, b"oops"), AnswerUnreadable, "answered 400"),
        ((503, b"later"), SiteUnreachable, "keeps answering 503"),
        ((200, b"<!DOCTYPE html><html>Maintenance"), AnswerUnreadable, "maintenance page"),
        ((200, b"XML-RPC server accepts POST requests only."), AnswerUnreadable, "answered no XML-RPC"),
        ((200, BOMB), AnswerUnreadable, "declares entities"),
        (
            (200, b"<?xml version='1.0'?><methodResponse><params>"),
            AnswerUnreadable,
            "answered no XML-RPC",
        ),
        ((200, b"<?xml version='1.0'?><methodResponse></methodResponse>"), AnswerUnreadable, "without an end"),
        ((200, b"x" * 300_000), SiteUnreachable, "MB in one answer"),
    ],
)
def test_each_obstacle_has_its_sentence(connect, broken, error, says):
    blog = FakeBlog()
    blog.broken = broken
    with pytest.raises(error, match=says):
        connect(blog, body=200_000).check_login()


def test_a_wrong_password_is_refused(connect):
    with pytest.raises(SiteRefused, match="Incorrect username or password"):
        connect(FakeBlog(), login=Login("ada", "wrong")).check_login()


def test_a_method_that_is_switched_off_is_named(connect, monkeypatch):
    monkeypatch.setattr(f"{__name__}.METHODS", ["getPosts"])
    with pytest.raises(SiteRefused, match=r"switched off \(wp.getProfile\)"):
        connect(FakeBlog()).check_login()


@pytest.mark.parametrize(
    ("front", "endpoint"),
    [
        (b"<html>", "/xmlrpc.php"),
        (b'<link rel="EditURI" type="application/rsd+xml" href="%s/wp/xmlrpc.php?rsd">', "/wp/xmlrpc.php"),
        (b'<link rel="EditURI" href="http://evil.example/xmlrpc.php?rsd">', "/xmlrpc.php"),
    ],
)
def test_the_endpoint_is_found_where_the_site_says(connect, front, endpoint):
    blog = FakeBlog()
    source = connect(blog)
    blog.front = front.replace(b"%s", source.gate.home.encode())
    assert source.endpoint == source.gate.home + endpoint


def test_no_password_goes_over_plain_http():
    source = XmlRpcSource("http://blog.example", ADA)
    source.front = type("Page", (), {"url": "http://blog.example/", "text": "", "headers": {}})()
    with pytest.raises(SiteRefused, match="not sent over plain"):
        source.check_login()


def test_the_repair_of_the_library_touches_nobody_else():
    assert not hasattr(collections, "Iterable")
