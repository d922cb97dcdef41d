import pytest

from suggester.content.blocks import read
from suggester.content.links import Address, Resolver, resolve_body
from suggester.entities import Site

POSTS = [
    Address(1, "https://blog.example/2024/05/starter/", ("levain", "old-starter")),
    Address(2, "https://blog.example/bread/Rye-Loaf"),
    Address(3, "https://blog.example/caf%C3%A9/"),
    Address(4, "https://blog.example/日本語/"),
    Address(5, "https://blog.example/?p=5"),
    Address(6, "https://blog.example/"),
    Address(7, "https://blog.example/?book=the-loaf"),
    Address(8, "https://blog.example/twin/"),
    Address(9, "https://blog.example/twin"),
    Address(10, "/2024/05/levain/"),
    Address(11, ""),
]
BASE = "https://blog.example/2024/05/starter/"


@pytest.fixture(scope="module")
def resolver():
    resolver = Resolver(Site("https://blog.example", aliases=("old.example", "http://10.0.0.7:8080")), POSTS)
    resolver.add_redirect("https://blog.example/go/rye", 2)
    resolver.add_redirect("/old.php?id=3", 3)
    resolver.add_redirect("https://blog.example/?p=99", 3)
    resolver.add_redirect("https://short.example/x1", 1)
    return resolver


@pytest.mark.parametrize(
    ("href", "post_id"),
    [
        ("https://blog.example/2024/05/starter/", 1),
        ("https://blog.example/2024/05/starter", 1),
        ("http://blog.example/2024/05/starter/", 1),
        ("HTTPS://WWW.Blog.Example:443/2024/05/Starter/", 1),
        ("//blog.example/2024/05/starter/#more", 1),
        ("/2024/05/starter/?utm_source=x&utm_medium=y#a", 1),
        ("  /2024/05/\nstarter/ ", 1),
        ("\\2024\\05\\starter", 1),
        ("/2024//05/./x/../starter/", 1),
        ("../../../bread/rye-loaf", 2),
        ("#comments", 1),
        ("?replytocom=3", 1),
        ("https://old.example/bread/Rye-Loaf", 2),
        ("http://www.old.example/bread/rye-loaf/", 2),
        ("http://10.0.0.7:8080/bread/Rye-Loaf", 2),
        ("/café/", 3),
        ("/cafe\u0301/", 3),
        ("/caf%c3%a9", 3),
        ("/%E6%97%A5%E6%9C%AC%E8%AA%9E/", 4),
        ("/?p=5", 5),
        ("/?p=2&preview=true", 2),
        ("/index.php?page_id=2", 2),
        ("/?post_type=recipe&p=2#x", 2),
        ("/?book=the-loaf", 7),
        ("/?utm_source=x&book=the-loaf", 7),
        ("/", 6),
        ("https://blog.example", 6),
        ("//#start", 6),
        ("https://blog.example/?utm_campaign=x", 6),
        ("/2024/05/old-starter/", 1),
        ("/2024/05/Old-Starter", 1),
        ("/2024/05/levain/", 10),
        ("/go/rye/", 2),
        ("/old.php?id=3", 3),
        ("/?p=99", 3),
        ("https://short.example/x1", 1),
        ("/2024/05/starter/amp/", 1),
        ("/2024/05/starter/feed/", 1),
        ("/2024/05/starter/comment-page-2/#comment-9", 1),
        ("/2024/05/starter/2/", 1),
    ],
)
def test_it_knows_which_post_a_link_leads_to(resolver, href, post_id):
    assert resolver.resolve(href, BASE) == post_id


@pytest.mark.parametrize(
    "href",
    [
        "",
        "mailto:a@blog.example",
        "tel:+1",
        "javascript:void(0)",
        "data:text/html,x",
        "ftp://blog.example/bread/rye-loaf",
        "https://other.example/bread/rye-loaf",
        "https://blog.example:8443/bread/rye-loaf",
        "https://short.example/x2",
        "/wp-content/uploads/2024/05/starter.jpg",
        "/twin/",
        "/?p=404",
        "/?p=x",
        "/?s=bread",
        "/?cat=3",
        "/2024/05/",
        "/starter/",
        "/old.php?id=4",
        "http://[broken/",
        "https://blog.example:port/",
    ],
)
def test_it_does_not_guess(resolver, href):
    assert resolver.resolve(href, BASE) is None


def test_an_address_that_only_differs_by_case_from_two_posts_is_unclear():
    resolver = Resolver(Site("https://b.example"), [Address(1, "/Rye"), Address(2, "/rye")])
    assert [resolver.resolve(path) for path in ("/Rye", "/rye", "/RYE")] == [1, 2, None]


@pytest.mark.parametrize(
    ("href", "internal"),
    [
        ("/anything/", True),
        ("https://old.example/x", True),
        ("#a", True),
        ("/?s=x", True),
        ("https://other.example/", False),
        ("mailto:a@blog.example", False),
        ("/wp-content/uploads/a.pdf", False),
        ("/wp-admin/", False),
        ("/wp-login.php?x", False),
        ("/wp-json/wp/v2/posts", False),
    ],
)
def test_it_knows_which_links_stay_on_the_site(resolver, href, internal):
    assert resolver.is_internal(href, BASE) is internal


@pytest.mark.parametrize(
    ("href", "post_id", "internal"),
    [
        ("https://b.example/blog/rye/", 1, True),
        ("/blog/rye", 1, True),
        ("/blog/?p=1", 1, True),
        ("/blog", 2, True),
        ("/rye/", None, False),
        ("/?p=1", None, False),
        ("/blogger/", None, False),
        ("wheat", 3, True),
    ],
)
def test_wordpress_may_live_in_a_folder(href, post_id, internal):
    posts = [
        Address(1, "https://b.example/blog/rye/"),
        Address(2, "https://b.example/blog/"),
        Address(3, "/blog/wheat"),
    ]
    resolver = Resolver(Site("https://b.example/blog"), posts)
    assert resolver.resolve(href, "https://b.example/blog/rye") == post_id
    assert resolver.is_internal(href, "https://b.example/blog/rye") is internal


@pytest.mark.parametrize("host", ["xn--bcher-kva.example", "bücher.example", "WWW.BÜCHER.example", "bücher.example."])
def test_international_hosts_are_one_host_however_they_are_written(host):
    resolver = Resolver(Site("https://bücher.example"), [Address(1, "https://xn--bcher-kva.example/a/")])
    assert resolver.resolve(f"https://{host}/a") == 1


def test_a_body_gets_the_targets_of_its_links():
    body = read("<p><a href='/b/'>one</a> <a href='https://x.example/'>two</a> <a href='../a'>three</a></p>")
    resolver = Resolver(
        Site("https://b.example"), [Address(1, "https://b.example/a/"), Address(2, "https://b.example/b/")]
    )
    resolved = resolve_body(body, resolver, "https://b.example/b/")
    assert [link.target for link in resolved.links] == [2, None, 1]
    assert resolved.blocks is body.blocks
