"""What is asked, what is not, and what comes of it where the other side means ill."""

from __future__ import annotations

import socket
import ssl
import threading
import time
import tracemalloc

import pytest

from suggester.errors import ConfigError
from suggester.fetching import wire
from suggester.fetching.fetcher import Fetcher, Stopped
from suggester.fetching.ground import Ground, OutOfBounds, Place, UnknownHost
from suggester.fetching.wire import Bounds
from suggester.wordpress.addresses import resolve
from tests.tasks.digest.receivers import make_authority

from .hostile import PAGE, encrypted, hostile

QUICK = Bounds(connect=2.0, whole=0.4, body=64 << 10)
PATIENT = Bounds(connect=5.0, whole=20.0, body=64 << 10)


@pytest.fixture
def server():
    with hostile() as server:
        yield server


def fetcher(server, naps=None, **how):
    sleep = (naps if naps is not None else []).append
    return Fetcher(f"{server.url}/", **{"rest": 0, "external_rest": 0, "sleep": sleep, "bounds": PATIENT, **how})


@pytest.mark.parametrize(
    ("path", "outcome", "status", "error"),
    [
        ("page", "fine", 200, ""),
        ("gzip", "fine", 200, ""),
        ("deflate", "fine", 200, ""),
        ("raw-deflate", "fine", 200, ""),
        ("missing", "gone", 404, "There is no such page on 127.0.0.1 (404)."),
        ("status?410", "gone", 410, "There is no such page on 127.0.0.1 (410)."),
        ("status?403", "closed", 403, "127.0.0.1 does not show this page to programs (403); look at it in a browser."),
        ("status?999", "closed", 999, "127.0.0.1 does not show this page to programs (999); look at it in a browser."),
        ("status?500", "failing", 500, "127.0.0.1 answers with an error (500)."),
        ("status?304", "unread", 304, "127.0.0.1 answers with a status that says nothing (304)."),
        ("go?/page", "fine", 200, ""),
        ("go?/go?/missing", "gone", 404, "There is no such page on 127.0.0.1 (404)."),
        ("go?/go", "circle", 302, "It redirects without saying where to."),
        ("nowhere", "circle", 302, "It redirects without saying where to."),
        ("endless", "circle", 301, "It redirects more than 10 times."),
        ("go?mailto:ann@example.org", "circle", 302, "It redirects to something that is no address of a web page ("),
        ("go?file:///etc/passwd", "circle", 302, "It redirects to something that is no address of a web page ("),
        ("go?//[", "circle", 302, "It redirects to something that is no address of a web page ("),
        ("go?https://other.example/", "left", 302, "This leads to another site (other.example), which is asked only"),
        ("drop", "unreachable", 0, "127.0.0.1 does not answer: the connection is refused or breaks off."),
        ("nonsense", "unreachable", 0, "127.0.0.1 answers with something that no browser understands."),
        ("many-headers", "unreachable", 0, "127.0.0.1 answers with something that no browser understands."),
        ("long-header", "unreachable", 0, "127.0.0.1 answers with something that no browser understands."),
        ("torn-gzip", "fine", 200, "It comes packed, and cannot be unpacked."),
        ("brotli", "fine", 200, "It comes packed in a way that was not asked for (br)."),
        ("short", "fine", 200, "It breaks off half-way."),
        ("chunks-torn", "fine", 200, "It breaks off half-way."),
    ],
)
def test_every_answer_is_told_in_words(server, path, outcome, status, error):
    found = fetcher(server).page(f"{server.url}/{path}")
    assert (found.outcome, found.status) == (outcome, status)
    assert found.error.startswith(error)
    assert bool(found.error) == bool(error)


@pytest.mark.parametrize("path", ["page", "gzip", "deflate", "raw-deflate", "go?/page", "short"])
def test_the_page_comes_whole(server, path):
    assert fetcher(server).page(f"{server.url}/{path}").reply.body == PAGE


def test_a_circle_is_seen_at_once(server):
    assert fetcher(server).page(f"{server.url}/go?/round").error == "It redirects in a circle."
    assert server.paths() == ["/go?/round", "/round"]


def test_who_turns_in_a_circle_for_want_of_a_cookie_is_not_called_broken(server):
    found = fetcher(server).page(f"{server.url}/cookie-wall")
    assert found.outcome == "closed"
    assert found.error.startswith("It redirects in a circle. It may do so only to programs that take no cookies;")


def test_redirects_are_counted_and_followed_to_their_end(server):
    found = fetcher(server).page(f"{server.url}/go?/go?/page")
    assert (found.hops, found.final_url, found.url) == (2, f"{server.url}/page", f"{server.url}/go?/go?/page")


# slow and large


@pytest.mark.parametrize(
    ("path", "outcome", "error"),
    [
        ("silent", "unreachable", "127.0.0.1 did not answer within 0.4 seconds."),
        ("drip-headers", "unreachable", "127.0.0.1 did not answer within 0.4 seconds."),
        ("always-continue", "unreachable", "127.0.0.1 did not answer within 0.4 seconds."),
        ("drip-body", "fine", "It takes longer than 0.4 seconds to arrive."),
    ],
)
def test_whoever_drips_is_hung_up_on(server, path, outcome, error):
    begun = time.monotonic()
    found = fetcher(server, bounds=QUICK).page(f"{server.url}/{path}")
    assert (found.outcome, found.error) == (outcome, error)
    assert time.monotonic() - begun < 4 * QUICK.whole


def test_who_never_ends_encryption_is_hung_up_on():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        begun = time.monotonic()
        url = f"https://127.0.0.1:{listening.getsockname()[1]}/"
        asking = Fetcher(url, rest=0, sleep=[].append, bounds=QUICK)
        assert asking.page(url).error == "127.0.0.1 did not answer within 0.4 seconds."
        assert time.monotonic() - begun < 6 * QUICK.whole


def test_a_gigabyte_is_left_where_it_is(server):
    found = fetcher(server).page(f"{server.url}/gigabyte")
    assert (found.outcome, len(found.reply.body), found.error) == ("fine", 64 << 10, "It is longer than 0.0625 MB.")
    assert server.sent < 64 << 20  # what the two ends of the connection hold


def test_a_bomb_never_goes_off(server):
    asking = fetcher(server)
    tracemalloc.start()
    found = asking.page(f"{server.url}/bomb")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (len(found.reply.body), found.error) == (64 << 10, "It is longer than 0.0625 MB.")
    assert most < 16 << 20  # the packed bomb on the server's side is among it


def test_threads_that_wait_end_when_the_fetcher_is_closed(server):
    asking, ended = Fetcher(f"{server.url}/", rest=60, bounds=PATIENT), []

    def ask():
        with pytest.raises(Stopped):
            asking.page(f"{server.url}/page")
        ended.append(True)

    waiting = threading.Thread(target=ask)
    waiting.start()
    while not server.asked:  # robots.txt; the page itself comes a minute later
        time.sleep(0.01)
    asking.close()
    waiting.join(5)
    assert ended


# where it may go


def test_a_redirect_leads_into_no_private_network(server):
    with hostile() as inside:
        found = fetcher(server, external=True).page(f"{server.url}/go?{inside.url}/page")
        assert (found.outcome, inside.asked) == ("left", [])
        assert found.error == "This leads into a private network (127.0.0.1), which is not asked."


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "::ffff:10.0.0.1",
        "fd00::1",
        "fe80::1%eth0",
        "64:ff9b::a00:1",
        "2002:a00:1::",
    ],
)
def test_no_name_leads_into_a_private_network(address):
    names = {"blog.example": ["93.184.216.34"], "evil.example": [address]}
    ground = Ground("https://blog.example/", external=True, resolve=lambda host: names[host])
    with pytest.raises(OutOfBounds, match="private network"):
        ground.place("https://evil.example/")


@pytest.mark.parametrize("url", ["http://2130706433/", "http://0x7f.1/", "http://127.1/", "http://[::1]/"])
def test_no_odd_way_of_writing_leads_to_this_machine(url):
    own = {"blog.example": ["93.184.216.34"]}
    ground = Ground("https://blog.example/", external=True, resolve=lambda host: own.get(host) or resolve(host))
    with pytest.raises((OutOfBounds, UnknownHost)):
        ground.place(url)


def test_a_name_is_asked_after_once_so_that_it_cannot_lead_elsewhere_later():
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    ground = Ground("https://blog.example/", resolve=lambda host: next(answers))
    assert {ground.place(f"https://blog.example/{each}").ips for each in range(3)} == {("93.184.216.34",)}


def test_of_several_addresses_of_a_name_the_private_ones_are_left_out():
    ground = Ground("https://blog.example/", resolve=lambda host: ["10.0.0.1", "93.184.216.34"])
    assert ground.place("https://blog.example/").ips == ("93.184.216.34",)


def test_the_site_itself_may_be_in_a_private_network_and_nothing_else_there():
    names = {"router.local": ["10.0.0.1"]}
    ground = Ground("http://blog.local:8080/", external=True, resolve=lambda host: names.get(host, ["10.0.0.7"]))
    assert ground.place("http://blog.local:8080/a").ips == ("10.0.0.7",)
    assert ground.place("http://www.blog.local:8080/a").ips == ("10.0.0.7",)
    for url in ("http://router.local/", "http://blog.local:9090/", "http://10.0.0.7/"):
        with pytest.raises(OutOfBounds):
            ground.place(url)


def test_an_own_host_by_name_is_no_way_to_another_private_address():
    names = {"blog.example": ["93.184.216.34"], "old.example": ["10.0.0.1"]}
    ground = Ground("https://blog.example/", ["old.example"], resolve=lambda host: names[host])
    with pytest.raises(OutOfBounds, match="private network"):
        ground.place("https://old.example/")


@pytest.mark.parametrize(
    "url",
    ["ftp://blog.example/", "file:///etc/passwd", "javascript:alert(1)", "gopher://blog.example/", "", "https://"],
)
def test_nothing_but_the_web_is_asked(url):
    with pytest.raises(OutOfBounds, match="no address of a web page"):
        Ground("https://blog.example/", external=True, resolve=lambda host: []).place(url)


def test_the_address_that_was_looked_at_is_the_one_that_is_asked(server):
    port = int(server.url.rpartition(":")[2])
    place = Place("", "http", "name.that.leads.nowhere.example", port, "/page", ("127.0.0.1",))
    assert wire.ask("GET", place, PATIENT, ssl.create_default_context()).body == PAGE
    assert server.headers[-1]["host"] == f"name.that.leads.nowhere.example:{port}"


def test_other_sites_are_not_even_looked_up_unless_asked():
    looked_up = []
    ground = Ground("https://blog.example/", resolve=lambda host: looked_up.append(host) or [])
    with pytest.raises(OutOfBounds, match="another site"):
        ground.place("https://sub.blog.example/")
    assert looked_up == []


def test_an_unknown_host_is_no_crash():
    asking = Fetcher("https://blog.example/", sleep=[].append, resolve=lambda host: [])
    found = asking.page("https://blog.example/x")
    assert (found.outcome, found.status) == ("unreachable", 0)
    assert found.error.startswith("No host named blog.example is known;")


def test_no_login_and_no_cookie_is_sent(server):
    asking = fetcher(server)
    asking.page(f"{server.url.replace('://', '://ann:secret@')}/page")
    asking.page(f"{server.url}/page")
    names = set().union(*server.headers)
    assert names == {"host", "user-agent", "accept", "accept-encoding", "connection"}
    assert server.headers[-1]["user-agent"].startswith("link-suggester/")


def test_a_certificate_that_nobody_vouches_for_is_told(tmp_path):
    authority = make_authority(tmp_path)
    with encrypted(authority) as url:
        found = Fetcher(url, rest=0, sleep=[].append).page(url)
        assert found.outcome == "unreachable"
        assert found.error.startswith("The certificate of localhost cannot be verified (")
        trusting = Fetcher(url, rest=0, sleep=[].append, ca_file=authority).page(url)
        assert (trusting.outcome, trusting.reply.body) == ("fine", PAGE)


def test_an_authority_that_is_no_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match="is not a file"):
        Fetcher("https://blog.example/", ca_file=tmp_path / "none.pem")


# gently


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("page", ["HEAD"]),
        ("head-refused", ["HEAD", "GET"]),
        ("head-denied", ["HEAD", "GET"]),
        ("head-dropped", ["HEAD", "GET"]),
    ],
)
def test_head_comes_first_and_get_where_that_is_refused_or_unclear(server, path, asked):
    assert fetcher(server).check(f"{server.url}/{path}").outcome == "fine"
    assert [method for method, where in server.asked if where == f"/{path}"] == asked


@pytest.mark.parametrize(
    ("busy", "outcome", "waited"),
    [
        ([(429, "7")], "fine", [7.0]),
        ([(503, "3")], "fine", [3.0]),
        ([(503, "")], "fine", [2.0]),
        ([(503, "Thu, 01 Jan 1970 00:00:00 GMT")], "fine", [0.0]),
        ([(429, "3600")], "closed", []),
        ([(503, "nonsense"), (503, "")], "failing", [2.0]),
    ],
)
def test_who_asks_to_wait_is_waited_for_within_reason(server, busy, outcome, waited):
    server.busy, naps = busy, []
    assert fetcher(server, naps).page(f"{server.url}/busy").outcome == outcome
    assert naps[: len(waited)] == waited


def test_requests_to_one_host_keep_their_distance(server):
    naps = []
    asking = fetcher(server, naps, rest=5)
    for _ in range(3):
        asking.page(f"{server.url}/page")
    assert len(naps) == 3  # robots.txt is the first request
    assert all(4 < nap <= 5 for nap in naps)


def test_who_says_that_it_is_too_much_is_asked_more_slowly(server):
    server.busy, naps = [(429, "1")], []
    asking = fetcher(server, naps, rest=0.5)
    asking.page(f"{server.url}/busy")
    asking.page(f"{server.url}/page")
    assert naps[-1] > 0.9


# robots.txt


@pytest.mark.parametrize(
    ("robots", "outcome"),
    [
        ((200, "User-agent: *\nDisallow: /page"), "robots"),
        ((200, "User-agent: *\nDisallow: /"), "robots"),
        ((200, "User-agent: *\nDisallow: /\n\nUser-agent: link-suggester\nAllow: /"), "fine"),
        ((200, "User-agent: *\nDisallow: /wp-admin/"), "fine"),
        ((200, "\ufeffnonsense\x00: \n" * 1000), "fine"),
        ((404, ""), "fine"),
        ((403, "User-agent: *\nDisallow: /"), "fine"),
        ((500, ""), "robots"),
    ],
)
def test_robots_txt_is_honoured(server, robots, outcome):
    server.robots = robots
    found = fetcher(server).page(f"{server.url}/page")
    assert found.outcome == outcome
    assert server.paths() == (["/page"] if outcome == "fine" else [])


def test_a_page_behind_a_redirect_is_asked_only_where_robots_txt_lets_us(server):
    server.robots = (200, "User-agent: *\nDisallow: /page")
    found = fetcher(server).page(f"{server.url}/go?/page")
    assert (found.outcome, found.error) == ("robots", "robots.txt of 127.0.0.1 asks programs not to read this.")
    assert server.paths() == ["/go?/page"]


def test_a_crawl_delay_is_kept(server):
    server.robots, naps = (200, "User-agent: *\nCrawl-delay: 4"), []
    fetcher(server, naps).page(f"{server.url}/page")
    assert [round(nap) for nap in naps] == [4]
