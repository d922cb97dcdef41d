"""The webhook against a real receiver."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest

from suggester.errors import ChannelRefused, ChannelUnreachable, RequestError
from suggester.tasks.digest import webhook
from suggester.tasks.digest.means import Means
from suggester.tasks.digest.webhook import Receiver, check, new_secret, post, signature
from suggester.wordpress import addresses

from .receivers import Hook, webhook_receiver

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def receiver(hook: Hook, path: str = "/in", secret: str = SECRET) -> Receiver:
    return Receiver(f"http://127.0.0.1:{hook.port}{path}", secret, f"127.0.0.1:{hook.port}")


def send(to: Receiver, ca_file: Path | None = None) -> None:
    post(to, "msg_1", {"text": "Grüße"}, NOW, Means(ca_file=ca_file, patience=2))


def test_the_signature_is_that_of_standard_webhooks():
    """The example of the specification's own libraries."""
    assert signature(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}') == (
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_a_receiver_can_tell_who_sent_it_and_when(hook: Hook):
    send(receiver(hook, "/in?channel=7"))
    ((path, headers, body),) = hook.got
    assert (path, json.loads(body)) == ("/in?channel=7", {"text": "Grüße"})
    signed = f"msg_1.{int(NOW.timestamp())}.".encode() + body
    wanted = hmac.new(base64.b64decode(SECRET.removeprefix("whsec_")), signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == "v1," + base64.b64encode(wanted).decode()
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("msg_1", str(int(NOW.timestamp())))
    assert (headers["host"], headers["content-type"]) == (f"127.0.0.1:{hook.port}", "application/json; charset=utf-8")


def test_a_secret_of_one_s_own_signs_as_it_is_written(hook: Hook):
    send(receiver(hook, secret="my own words"))
    _, headers, body = hook.got[0]
    signed = f"msg_1.{headers['webhook-timestamp']}.".encode() + body
    wanted = base64.b64encode(hmac.new(b"my own words", signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{wanted}"


def test_each_new_secret_is_another():
    assert new_secret() != new_secret()
    assert len(base64.b64decode(new_secret().removeprefix("whsec_"))) == 32


def test_https_is_checked_against_the_host_s_name(authority: Path):
    with webhook_receiver(authority) as hook:
        place = f"localhost:{hook.port}"
        send(Receiver(f"https://{place}/in", SECRET, place), authority)
        with pytest.raises(ChannelRefused, match="certificate of localhost cannot be verified"):
            send(Receiver(f"https://{place}/in", SECRET, place))
        assert len(hook.got) == 1
        assert hook.got[0][1]["host"] == place


@pytest.mark.parametrize(
    ("status", "kind", "told"),
    [
        (301, ChannelRefused, "redirects the webhook"),
        (307, ChannelRefused, "not followed"),
        (400, ChannelRefused, "answers 400 .* check the address"),
        (404, ChannelRefused, "answers 404"),
        (410, ChannelRefused, "still wanted"),
        (408, ChannelUnreachable, "tried again later"),
        (429, ChannelUnreachable, "answers 429"),
        (500, ChannelUnreachable, "answers 500"),
        (503, ChannelUnreachable, "answers 503"),
    ],
)
def test_what_a_receiver_refuses_is_told_with_what_to_do(hook: Hook, status, kind, told):
    hook.status, hook.headers = status, {"Location": "http://127.0.0.1:1/"}
    with pytest.raises(kind, match=told):
        send(receiver(hook, "/in?key=hidden"))
    assert len(hook.got) == 1


@pytest.mark.parametrize(
    "private", ["", "localhost", "127.0.0.1:1", "127.0.0.2", "evil.example:80"], ids=lambda text: text or "nothing"
)
def test_a_private_network_is_not_entered_unless_that_very_host_was_named(hook: Hook, private: str):
    with pytest.raises((ChannelRefused, RequestError)):
        send(Receiver(f"http://127.0.0.1:{hook.port}/", SECRET, private))
    with pytest.raises(ChannelRefused, match=f"in a private network; .*digest_private 127.0.0.1:{hook.port}`"):
        send(Receiver(f"https://127.0.0.1:{hook.port}/", SECRET, private))
    assert hook.got == []


@pytest.mark.parametrize(
    "found",
    [
        ["10.0.0.1"],
        ["192.168.1.1"],
        ["169.254.169.254"],
        ["100.64.0.1"],
        ["0.0.0.0"],
        ["::1"],
        ["fe80::1%eth0"],
        ["fd00::1"],
        ["::ffff:127.0.0.1"],
        ["8.8.8.8", "127.0.0.1"],
    ],
)
def test_a_name_that_stands_for_a_private_address_is_refused(monkeypatch: pytest.MonkeyPatch, found: list[str]):
    monkeypatch.setattr(addresses, "resolve", lambda host: found)
    with pytest.raises(ChannelRefused, match=r"hooks\.example is in a private network"):
        send(Receiver("https://hooks.example/in"))


def test_the_address_that_was_looked_at_is_the_one_spoken_to(hook: Hook, monkeypatch: pytest.MonkeyPatch):
    """A name server that answers otherwise the second time (DNS rebinding) changes nothing."""
    answers = iter([["127.0.0.1"]])
    monkeypatch.setattr(addresses, "resolve", lambda host: next(answers))
    monkeypatch.setattr(socket, "getaddrinfo", _only_numbers(socket.getaddrinfo))
    send(Receiver(f"http://chat.lan:{hook.port}/in", SECRET, "chat.lan"))
    assert hook.got[0][1]["host"] == f"chat.lan:{hook.port}"


def _only_numbers(ask):
    def asked(host, *more, **named):
        assert str(host).replace(".", "").isdigit(), f"asked after {host} again"
        return ask(host, *more, **named)

    return asked


@pytest.mark.parametrize(
    "address",
    [
        "",
        "hooks.example/in",
        "ftp://hooks.example/in",
        "file:///etc/passwd",
        "https://",
        "https://user:word@hooks.example/",
        "https://hooks.example/a b",
        "https://hooks.example/\r\nX: y",
        "https://hooks.example:0/",
        "https://hooks.example:99999/",
        "https://[::1/",
        "https://hooks.example/" + "x" * 2000,
    ],
)
def test_what_is_no_address_is_refused_at_once(address: str):
    with pytest.raises(RequestError, match="no address for a webhook"):
        check(address, "")


def test_plain_http_is_for_a_private_host_that_was_named():
    with pytest.raises(RequestError, match="goes to https://"):
        check("http://hooks.example/in", "")
    check("http://chat.lan:8065/in", "chat.lan:8065")
    check("http://chat.lan/in", "CHAT.lan")
    check("http://[fd00::1]:8065/in", "[fd00::1]:8065")
    with pytest.raises(RequestError):
        check("http://chat.lan:81/in", "chat.lan:8065")


def test_a_receiver_that_says_nothing_is_not_waited_for():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = f"127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(ChannelUnreachable, match=r"127\.0\.0\.1 does not answer"):
            post(Receiver(f"http://{place}/", "", place), "msg_1", {}, NOW, Means(patience=0.2))


def test_a_host_that_nobody_knows_is_tried_again_later(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(addresses, "resolve", lambda host: [])
    with pytest.raises(ChannelUnreachable, match="No host named"):
        send(Receiver("https://nowhere.invalid/in"))


def test_no_error_shows_the_address_that_lets_anybody_post(hook: Hook):
    for status in (302, 404, 500):
        hook.status = status
        with pytest.raises(webhook.ChannelRefused if status != 500 else ChannelUnreachable) as told:
            send(receiver(hook, "/services/T1/B2/hidden?key=hidden"))
        assert "hidden" not in str(told.value)
