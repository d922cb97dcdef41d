"""The settings a machine gives to the program; no other file reads the environment.

Each comes from a variable SUGGESTER_<NAME>. A wrong one is named, with what would be right.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from platformdirs import user_cache_path, user_data_path

from suggester.errors import ConfigError
from suggester.tasks.digest.means import PORTS, Smtp

APP = "link-suggester"
PREFIX = "SUGGESTER_"
LARGEST_PORT = 65_535
MEGABYTE = 1024 * 1024
LOGS = ("text", "json")
_MAIL = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+")
_HERE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Config:
    """What is not said on the command line."""

    data: Path  # the data folder, all there is to back up
    cache: Path  # what `try` and `demo` keep; may be deleted at any time
    encoder: str = "bundled"  # or the name or path of a sentence-transformers model
    threads: int = 0  # for the encoder; 0 for as many as there are cores
    secret: str = field(default="", repr=False)  # encrypts passwords, instead of a file in `data`
    host: str = "127.0.0.1"
    port: int = 8765
    ca_file: Path | None = None  # a certificate authority of your own, PEM
    max_body_mb: int = 8  # of one request
    url: str = ""  # where browsers find the service, e.g. behind a proxy; "" for http://host:port
    writes_per_minute: int = 120  # posts that a run writes, at most
    database: str = field(default="", repr=False)  # postgresql://… for many machines; "" for a file in `data`
    queue: str = field(default="", repr=False)  # redis://… for workers on many machines; "" for a file in `data`
    workers: int = 1  # sites refreshed at once by `serve`, or by one `worker`
    task_minutes: int = 180  # that a refresh may take; then it is ended, and goes on later where it was
    smtp: Smtp | None = None  # the mail server for digests; None where none is named
    metrics_token: str = field(default="", repr=False)  # lets other machines read /metrics; "" for this one alone
    log: str = "text"  # or "json", one object a line

    @classmethod
    def here(cls) -> Config:
        """Read the settings of this process."""
        return cls.from_env(os.environ)

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Config:
        """Read the settings; a wrong one is named."""
        return cls(
            data=_folder(env, "DATA", user_data_path(APP, appauthor=False)),
            cache=_folder(env, "CACHE", user_cache_path(APP, appauthor=False)),
            encoder=_text(env, "ENCODER") or cls.encoder,
            threads=_whole(env, "THREADS", cls.threads, 0, 1024),
            secret=_secret(env, "SECRET"),
            host=_text(env, "HOST") or cls.host,
            port=_whole(env, "PORT", cls.port, 1, LARGEST_PORT),
            ca_file=_file(env, "CA_FILE"),
            max_body_mb=_whole(env, "MAX_BODY_MB", cls.max_body_mb, 1, 1024),
            url=_address(env, "URL"),
            writes_per_minute=_whole(env, "WRITES_PER_MINUTE", cls.writes_per_minute, 1, 6000),
            database=_database(env),
            queue=_queue(env),
            workers=_whole(env, "WORKERS", cls.workers, 1, 64),
            task_minutes=_whole(env, "TASK_MINUTES", cls.task_minutes, 1, 10_000),
            smtp=_smtp(env),
            metrics_token=_secret(env, "METRICS_TOKEN"),
            log=_one_of(env, "LOG", cls.log, LOGS),
        )

    @property
    def address(self) -> str:
        """Where browsers find the service, as far as this machine knows."""
        return self.url or f"http://{self.host}:{self.port}"

    @property
    def max_body(self) -> int:
        """The largest request in bytes."""
        return self.max_body_mb * MEGABYTE


def _text(env: Mapping[str, str], name: str) -> str:
    return env.get(PREFIX + name, "").strip()


def _address(env: Mapping[str, str], name: str) -> str:
    text = _text(env, name)
    if text and not text.startswith(("https://", "http://")):
        raise ConfigError(f"{PREFIX}{name} is {text!r}; write an address as in https://links.example.")
    return text.rstrip("/")


def _queue(env: Mapping[str, str]) -> str:
    """Read the address of a Redis; it may hold a password, so that it is never shown."""
    text = _secret(env, "QUEUE")
    if text and not text.startswith(("redis://", "rediss://", "unix://")):
        raise ConfigError(f"{PREFIX}QUEUE names no Redis; write an address as in redis://host:6379/0, or leave it out.")
    return text


def _database(env: Mapping[str, str]) -> str:
    """Read the address of a database; it may hold a password, so that it is never shown."""
    address = _secret(env, "DATABASE")
    if address and not re.match(r"postgres(ql)?(\+psycopg)?://", address):
        raise ConfigError(
            f"{PREFIX}DATABASE is no address of a PostgreSQL database; write postgresql://user:password@host/name, or "
            "nothing for a SQLite file in the data folder."
        )
    return address


def _whole(env: Mapping[str, str], name: str, usual: int, least: int, most: int) -> int:
    text = _text(env, name) or str(usual)
    if not text.isdecimal() or not least <= int(text) <= most:
        raise ConfigError(f"{PREFIX}{name} is {text!r}; write a whole number from {least} to {most}.")
    return int(text)


def _one_of(env: Mapping[str, str], name: str, usual: str, choices: Collection[str]) -> str:
    text = _text(env, name).lower() or usual
    if text not in choices:
        raise ConfigError(f"{PREFIX}{name} is {text!r}; write one of {', '.join(choices)}.")
    return text


def _smtp(env: Mapping[str, str]) -> Smtp | None:
    if not (host := _text(env, "SMTP_HOST")):
        return None
    user, sender = _text(env, "SMTP_USER"), _text(env, "SMTP_FROM")
    sender = sender or (user if "@" in user else "")
    if not _MAIL.fullmatch(sender):
        raise ConfigError(f"{PREFIX}SMTP_FROM is {sender!r}; write the address that digests come from, as a@b.example.")
    security = _one_of(env, "SMTP_SECURITY", "starttls", PORTS)
    port = _whole(env, "SMTP_PORT", PORTS[security], 1, LARGEST_PORT)
    password = _secret(env, "SMTP_PASSWORD")
    if password and security == "none" and host not in _HERE:
        raise ConfigError(f"{PREFIX}SMTP_SECURITY is none, which would show the password; write starttls or tls.")
    return Smtp(host, sender, port, security, user, password)


def _folder(env: Mapping[str, str], name: str, usual: Path) -> Path:
    path = Path(_text(env, name) or usual).expanduser()
    if path.exists() and not path.is_dir():
        raise ConfigError(f"{PREFIX}{name} is {path}, which is a file; name a folder, or a place where to make one.")
    return path


def _file(env: Mapping[str, str], name: str) -> Path | None:
    text = _text(env, name)
    if text and not Path(text).is_file():
        raise ConfigError(f"{PREFIX}{name} is {text}, which is not a file; name a file of certificates in PEM.")
    return Path(text) if text else None


def _secret(env: Mapping[str, str], name: str) -> str:
    """Read a secret from NAME, or from the file that NAME_FILE points at."""
    file = _text(env, f"{name}_FILE")
    if not file:
        return _text(env, name)
    try:
        secret = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{PREFIX}{name}_FILE points at {file}, which cannot be read: {error}.") from error
    if not secret:
        raise ConfigError(f"{PREFIX}{name}_FILE points at {file}, which is empty; write the secret into it.")
    return secret
