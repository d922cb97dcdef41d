import ssl
import subprocess
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests
import responses

from suggester.errors import ConfigError, SiteRefused, SiteUnreachable
from suggester.wordpress.http import Gate, Overloaded, retry_after

from .fakes import ADA, HOME, gate, loopback, send

NOW = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("Fri, 20 Nov 2026 08:31:00 GMT", 60.0),
        ("Fri, 20 Nov 2026 08:00:00 GMT", 0.0),
        ("", None),
        ("soon", None),
        ("-5", None),
    ],
)
def test_it_reads_both_forms_of_retry_after(header, seconds):
    assert retry_after(header, NOW) == seconds


@responses.activate
@pytest.mark.parametrize(
    ("answers", "naps"),
    [
        ([200], []),
        ([503, 200], [1.0]),
        ([429, 502, 504, 200], [1.0, 2.0, 4.0]),
        ([500, 200], [1.0]),
        ([requests.ConnectionError("refused"), 200], [1.0]),
        ([requests.ReadTimeout("slow"), requests.ConnectTimeout("slow"), 200], [1.0, 2.0]),
    ],
)
def test_it_tries_again_with_growing_pauses(answers, naps):
    for answer in answers:
        how = {"status": answer} if isinstance(answer, int) else {"body": answer}
        responses.get(HOME, **how)
    slept = []
    assert gate(naps=slept).get(HOME).status == 200
    assert slept == naps


@responses.activate
def test_it_waits_as_long_as_it_is_asked_to():
    responses.get(HOME, status=429, headers={"Retry-After": "11"})
    responses.get(HOME)
    slept = []
    gate(naps=slept).get(HOME)
    assert slept == [11.0]


@responses.activate
def test_it_does_not_wait_for_hours():
    responses.get(HOME, status=503, headers={"Retry-After": "7200"})
    with pytest.raises(SiteUnreachable, match="asks to wait 7200 seconds"):
        gate().get(HOME)


@responses.activate
@pytest.mark.parametrize(
    ("answer", "error", "says"),
    [
        ({"status": 503}, Overloaded, "keeps answering 503"),
        ({"status": 500}, Overloaded, "error log"),
        ({"body": requests.ReadTimeout()}, Overloaded, "did not answer in time"),
        ({"body": requests.ConnectionError("refused")}, SiteUnreachable, "does not answer"),
        ({"body": requests.ConnectionError("NameResolutionError")}, SiteUnreachable, "No host named blog.example"),
        ({"body": requests.exceptions.SSLError("self-signed")}, SiteRefused, "certificate of blog.example"),
        ({"body": requests.exceptions.ChunkedEncodingError()}, SiteUnreachable, "broke off"),
    ],
)
def test_every_failure_is_one_clear_sentence(answer, error, says):
    responses.get(HOME, **answer)
    with pytest.raises(error, match=says) as raised:
        gate().get(HOME)
    assert "\n" not in str(raised.value)


@responses.activate
@pytest.mark.parametrize(
    ("answer", "sent"),
    [({"status": 500}, 1), ({"status": 502}, 1), ({"body": requests.ReadTimeout()}, 1), ({"status": 503}, 2)],
)
def test_what_may_have_been_carried_out_is_not_sent_twice(answer, sent):
    responses.post(HOME, **answer)
    try:
        gate(login=ADA).ask("POST", HOME, data=b"{}")
    except SiteUnreachable:
        pass
    assert len(responses.calls) == sent


@responses.activate
@pytest.mark.parametrize(
    ("home", "carries"),
    [
        ("https://blog.example", True),
        ("http://127.0.0.1:8080", True),
        ("http://localhost", True),
        ("http://blog.local", True),
        ("http://blog.test", True),
        ("http://blog.example", False),
        ("http://192.168.1.5", False),
    ],
)
def test_the_password_leaves_only_encrypted_or_at_home(home, carries):
    responses.get(home)
    if carries:
        gate(home, login=ADA).get(home)
        assert responses.calls[0].request.headers["Authorization"].startswith("Basic ")
    else:
        with pytest.raises(SiteRefused, match="not sent over plain http"):
            gate(home, login=ADA).get(home)
        assert not responses.calls


@responses.activate
def test_the_password_is_never_sent_to_another_host():
    with pytest.raises(SiteRefused, match="not part of"):
        gate(login=ADA).get("https://evil.example/wp-json/")
    assert not responses.calls


@responses.activate
@pytest.mark.parametrize("secret", ["abcd efgh", "Basic "])
def test_the_password_shows_in_no_message(secret):
    responses.get(HOME, status=503)
    with pytest.raises(SiteUnreachable) as raised:
        gate(login=ADA).get(HOME)
    assert secret not in str(raised.value) + repr(ADA) + repr(gate(login=ADA))


@responses.activate
@pytest.mark.parametrize(
    ("home", "there"),
    [
        ("http://blog.example", "https://blog.example/"),
        ("https://blog.example", "https://www.blog.example/"),
        ("https://www.blog.example", "https://blog.example/"),
        ("https://blog.example", "/wp/"),
    ],
)
def test_it_follows_redirects_within_the_site(home, there):
    responses.get(home, status=301, headers={"Location": there})
    responses.get(requests.compat.urljoin(home, there), body="here")
    assert gate(home).get(home).text == "here"


@responses.activate
@pytest.mark.parametrize(
    "there",
    [
        "https://other.example/",
        "http://127.0.0.1/",
        "http://169.254.169.254/",
        "https://blog.example:8443/",
        "file:///etc/passwd",
    ],
)
def test_it_never_follows_a_redirect_to_another_host(there):
    responses.get(HOME, status=302, headers={"Location": there})
    with pytest.raises(SiteRefused, match="leads away"):
        gate().get(HOME)
    assert len(responses.calls) == 1


@responses.activate
def test_it_follows_no_redirect_into_a_private_network():
    responses.get(HOME, status=301, headers={"Location": "https://www.blog.example/"})
    addresses = {"blog.example": ["93.184.216.34"], "www.blog.example": ["10.0.0.5"]}
    with pytest.raises(SiteRefused, match="private network"):
        Gate(HOME, resolve=addresses.__getitem__).get(HOME)


@responses.activate
def test_a_circle_of_redirects_ends():
    responses.get(HOME, status=302, headers={"Location": HOME})
    with pytest.raises(SiteUnreachable, match="in a circle"):
        gate().get(HOME)


@responses.activate
def test_it_says_who_is_asking():
    responses.get(HOME)
    gate().get(HOME)
    assert "link-suggester" in responses.calls[0].request.headers["User-Agent"]


def drip(handler):
    handler.send_response(200)
    handler.end_headers()
    for _ in range(200):
        handler.wfile.write(b"x")
        time.sleep(0.02)


def gush(handler):
    handler.send_response(200)
    handler.end_headers()
    for _ in range(200):
        handler.wfile.write(b"x" * 65536)


def hang(handler):
    time.sleep(1.0)


def bomb(handler):
    import gzip

    send(handler, 200, gzip.compress(b"0" * 8_000_000), content_encoding="gzip")


def cut(handler):
    handler.send_response(200)
    handler.send_header("content-length", "1000")
    handler.end_headers()
    handler.wfile.write(b"half")


@pytest.mark.parametrize(
    ("respond", "limits", "says"),
    [
        (drip, {"whole": 0.3}, "took longer than"),
        (gush, {"body": 1 << 20}, "more than 1 MB"),
        (bomb, {"body": 1 << 20}, "more than 1 MB"),
        (hang, {"read": 0.2, "tries": 1}, "did not answer in time"),
        (cut, {"tries": 2}, "broke off"),
    ],
)
def test_it_is_bounded_in_time_and_size(respond, limits, says):
    with loopback(respond) as url:
        began = time.monotonic()
        with pytest.raises(SiteUnreachable, match=says):
            gate(url, **limits).get(url)
        assert time.monotonic() - began < 2


def test_of_a_front_page_the_beginning_will_do():
    with loopback(gush) as url:
        assert len(gate(url, body=1 << 20).ask("GET", url, enough=100_000).body) < 300_000


def test_a_refused_connection_is_said_to_be_one():
    with loopback(hang) as url:
        pass
    with pytest.raises(SiteUnreachable, match="does not answer; check that the address"):
        gate(url, tries=1).get(url)


@pytest.fixture(scope="module")
def own_authority(tmp_path_factory):
    """An HTTPS server with a certificate that no public authority knows."""
    folder = tmp_path_factory.mktemp("tls")
    key, cert = folder / "key.pem", folder / "cert.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "2"]
    subprocess.run(
        [*made, "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True
    )

    class Hello(BaseHTTPRequestHandler):
        def do_GET(self):
            send(self, 200, b"hello")

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hello)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.handle_error = lambda *args: None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://localhost:{server.server_address[1]}", cert
    server.shutdown()
    server.server_close()


def test_a_certificate_of_ones_own_authority_is_accepted_where_it_is_named(own_authority):
    url, cert = own_authority
    assert Gate(url, ca_file=cert).get(url).text == "hello"


def test_a_certificate_nobody_vouches_for_is_refused(own_authority):
    url, _ = own_authority
    with pytest.raises(SiteRefused, match="certificate of localhost cannot be verified"):
        gate(url).get(url)


def test_a_missing_certificate_file_is_named():
    with pytest.raises(ConfigError, match=r"nowhere\.pem is not a file"):
        Gate(HOME, ca_file="nowhere.pem")
