"""Email against a real mail server."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest

from suggester.errors import ChannelRefused, ChannelUnreachable
from suggester.tasks.digest.mail import mail_server, message
from suggester.tasks.digest.means import Means, Smtp
from suggester.tasks.digest.wording import Letter

from . import receivers

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
LETTER = Letter("Ein Blog: 2 kaputte Links – “jetzt”", "Grüße\n.\n..punkt am Anfang\n" + "lang " * 400, "<p>Grüße</p>")
SENDER = "links@blog.example"


def send(smtp: Smtp | None, *to: str, letter: Letter = LETTER, **means: object) -> None:
    with mail_server(Means(smtp, patience=2, **means)) as post:
        for address in to:
            post.send(message(letter, "abc", SENDER, address, NOW))


def on(inbox: receivers.Inbox, security: str = "none", **more: str) -> Smtp:
    return Smtp("localhost" if security != "none" else "127.0.0.1", SENDER, inbox.port, security, **more)


def test_a_message_arrives_as_it_was_written(inbox: receivers.Inbox):
    send(on(inbox), "anna@blog.example")
    ((to, got),) = inbox.got
    assert (to, got["From"], got["To"]) == ("anna@blog.example", f"Link suggester <{SENDER}>", "anna@blog.example")
    assert (got["Subject"], got["Message-ID"]) == (LETTER.subject, "<digest-abc@blog.example>")
    assert (got["Auto-Submitted"], got["Date"].datetime) == ("auto-generated", NOW)
    assert got.get_body(("plain",)).get_content().replace("\r\n", "\n").strip() == LETTER.text.strip()
    assert got.get_body(("html",)).get_content().strip() == LETTER.html


def test_a_title_with_a_line_break_becomes_no_header(inbox: receivers.Inbox):
    hostile = Letter("A blog\r\nBcc: eve@evil.example\x00", "text", "html")
    send(on(inbox), "anna@blog.example", letter=hostile)
    ((_, got),) = inbox.got
    assert (got["Subject"], got["Bcc"]) == ("A blog Bcc: eve@evil.example", None)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_the_password_goes_over_an_encrypted_connection_alone(authority: Path, security: str):
    with receivers.mail_server(security, authority) as inbox:
        inbox.password = "hush"
        send(on(inbox, security, user="anna", password="hush"), "anna@blog.example", ca_file=authority)
    assert (inbox.logins, inbox.encrypted) == ([("anna", "hush")], [True])


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_mail_server_that_nobody_vouches_for_gets_nothing(authority: Path, security: str):
    with receivers.mail_server(security, authority) as inbox:
        with pytest.raises(ChannelRefused, match="certificate of the mail server localhost cannot be verified"):
            send(on(inbox, security, user="anna", password="hush"), "anna@blog.example")
    assert (inbox.logins, inbox.got) == ([], [])


def test_a_server_that_does_not_encrypt_is_not_told_the_password(inbox: receivers.Inbox):
    inbox.password = "hush"
    with pytest.raises(ChannelRefused, match="cannot do what SUGGESTER_SMTP_SECURITY"):
        send(on(inbox, "starttls", user="anna", password="hush"), "anna@blog.example")
    assert (inbox.logins, inbox.got) == ([], [])


@pytest.mark.parametrize(
    ("answers", "kind", "told"),
    [
        ({"AUTH": "535 5.7.8 no"}, ChannelRefused, "does not take SUGGESTER_SMTP_USER with its password .*535"),
        ({"AUTH": "454 4.7.0 later"}, ChannelUnreachable, "454 4.7.0 later"),
        ({"MAIL": "550 5.7.1 go away"}, ChannelRefused, "does not take the message; .*550 5.7.1 go away"),
        ({"anna@blog.example": "550 5.1.1 unknown"}, ChannelRefused, "does not take the address; .*unknown"),
        ({"anna@blog.example": "450 4.2.1 greylisted"}, ChannelUnreachable, "greylisted"),
        ({"after": "452 4.3.1 full"}, ChannelUnreachable, "452 4.3.1 full"),
        ({"EHLO": "421 too busy"}, ChannelUnreachable, "mail server"),
        ({"DATA": "421 4.3.2 shutting down"}, ChannelUnreachable, "mail server"),
    ],
)
def test_what_a_mail_server_refuses_is_told_with_what_to_do(inbox: receivers.Inbox, answers, kind, told):
    inbox.answers, inbox.password = answers, "hush"
    with pytest.raises(kind, match=told):
        send(on(inbox, user="anna", password="hush"), "anna@blog.example")
    assert not inbox.got or "after" in answers


def test_one_wrong_address_does_not_hold_up_the_others(inbox: receivers.Inbox):
    inbox.answers = {"wrong@blog.example": "550 unknown"}
    with mail_server(Means(on(inbox), patience=2)) as post:
        with pytest.raises(ChannelRefused):
            post.send(message(LETTER, "abc", SENDER, "wrong@blog.example", NOW))
        post.send(message(LETTER, "abc", SENDER, "anna@blog.example", NOW))
    assert ([to for to, _ in inbox.got], inbox.connections) == (["anna@blog.example"], 1)


def test_a_server_that_says_nothing_is_not_waited_for():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        smtp = Smtp("127.0.0.1", SENDER, silent.getsockname()[1], "none")
        with pytest.raises(ChannelUnreachable, match="does not answer; check SUGGESTER_SMTP_HOST"):
            with mail_server(Means(smtp, patience=0.2)):
                pass


def test_without_a_mail_server_it_says_which_setting_is_missing():
    with pytest.raises(ChannelRefused, match="set SUGGESTER_SMTP_HOST"):
        send(None, "anna@blog.example")


def test_a_port_where_nobody_listens_is_unreachable():
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(ChannelUnreachable):
        send(Smtp("127.0.0.1", SENDER, port, "none"), "anna@blog.example")
