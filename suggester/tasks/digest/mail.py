"""Email: a digest as a message, and the way to the mail server."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from suggester.errors import ChannelRefused, ChannelUnreachable
from suggester.tasks.digest.means import Means, Smtp
from suggester.tasks.digest.wording import Letter

NAME = "Link suggester"
LATER = range(400, 500)  # what a mail server takes back is worth another try (RFC 5321, 4.2.1)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def message(letter: Letter, key: str, sender: str, to: str, now: datetime) -> EmailMessage:
    """Write a message; sent again it carries the same Message-ID, by which the reader's side can tell."""
    made = EmailMessage()
    domain = sender.rpartition("@")[2]
    made["Subject"] = _one_line(letter.subject)
    made["From"] = Address(NAME, addr_spec=sender)
    made["To"] = Address(addr_spec=to)
    made["Date"] = format_datetime(now)
    made["Message-ID"] = f"<digest-{key}@{domain}>"
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday replies, please
    made.set_content(letter.text, cte="quoted-printable")
    made.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    return made


class Post:
    """An open way to the mail server; a message that one address refuses does not hold up the others."""

    def __init__(self, server: smtplib.SMTP) -> None:
        self._server = server

    def send(self, what: EmailMessage) -> None:
        """Hand one message over; ChannelUnreachable where another try may help, else ChannelRefused."""
        to = what["To"].addresses[0].addr_spec
        try:
            self._server.send_message(what, to_addrs=[to])
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            raise _answered(code, said, "does not take the address; check it for a typing error") from error
        except smtplib.SMTPResponseException as error:
            raise _answered(error.smtp_code, error.smtp_error, "does not take the message; ask who runs it") from error
        except smtplib.SMTPNotSupportedError as error:
            raise ChannelRefused(
                "The mail server knows no such addresses; write the address in plain letters."
            ) from error
        except (OSError, smtplib.SMTPException) as error:
            raise ChannelUnreachable("The mail server broke the connection off; it is tried again later.") from error


@contextmanager
def mail_server(means: Means) -> Iterator[Post]:
    """Open the way to the mail server, encrypted as the settings say, and close it again."""
    if (smtp := means.smtp) is None:
        raise ChannelRefused("No mail server is named; set SUGGESTER_SMTP_HOST and what goes with it, then try again.")
    try:
        server = _connected(smtp, means)
    except smtplib.SMTPAuthenticationError as error:
        raise _answered(
            error.smtp_code, error.smtp_error, "does not take SUGGESTER_SMTP_USER with its password"
        ) from error
    except smtplib.SMTPResponseException as error:
        raise _answered(error.smtp_code, error.smtp_error, "sends us away; ask who runs it") from error
    except smtplib.SMTPNotSupportedError as error:
        raise ChannelRefused(
            f"The mail server {smtp.host} cannot do what SUGGESTER_SMTP_SECURITY and SUGGESTER_SMTP_USER ask for; "
            "set them as its provider says."
        ) from error
    except ssl.SSLError as error:
        raise ChannelRefused(
            f"The certificate of the mail server {smtp.host} cannot be verified, or port {smtp.port} is not the one "
            f"for SUGGESTER_SMTP_SECURITY={smtp.security}; name your own authority by SUGGESTER_CA_FILE if it has one."
        ) from error
    except (OSError, smtplib.SMTPException) as error:
        raise ChannelUnreachable(
            f"The mail server {smtp.host}:{smtp.port} does not answer; check SUGGESTER_SMTP_HOST and _PORT."
        ) from error
    try:
        yield Post(server)
    finally:
        _leave(server)


def _connected(smtp: Smtp, means: Means) -> smtplib.SMTP:
    trusted = ssl.create_default_context(cafile=str(means.ca_file) if means.ca_file else None)
    here = smtp.sender.rpartition("@")[2]  # else Python asks the name server for this machine's name
    if smtp.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            smtp.host, smtp.port, local_hostname=here, timeout=means.patience, context=trusted
        )
    else:
        server = smtplib.SMTP(smtp.host, smtp.port, local_hostname=here, timeout=means.patience)
    try:
        if smtp.security == "starttls":
            server.starttls(context=trusted)
        if smtp.user:
            server.login(smtp.user, smtp.password)
    except BaseException:
        server.close()
        raise
    return server


def _leave(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()


def _answered(code: int, said: bytes | str, what: str) -> ChannelUnreachable | ChannelRefused:
    """Word an answer of the server; its own text is for people, and may say anything."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    sentence = f"The mail server {what} (it says: {code} {_one_line(text)[:160]})."
    return ChannelUnreachable(sentence) if code in LATER else ChannelRefused(sentence)


def _one_line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())
