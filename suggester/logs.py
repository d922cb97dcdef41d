"""What the program says while it runs: for people as text, for programs as one JSON object a line.

An event is a few fixed words and named facts: `log.info("digest sent", extra={"site": 3, "tries": 1})`. Only facts of
the kinds below leave, so that no title, text, key or password can; whatever else a message holds is cleaned first.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

from suggester.errors import SuggesterError

NAME = "suggester"
REQUESTS = "suggester.requests"  # one line for each is for programs alone
FIELDS = frozenset(
    "site task reason seconds read changed deleted embedded renewed appeared died broken orphaned linked channel tries"
    " given_up error worker run method route status count posts waiting".split()
)
"""Facts that may stand in a line; each is a number, a yes or no, or a word of ours."""
LONGEST_MESSAGE = 600
LONGEST_WORD = 60
_WORD = re.compile(r"[\w./<>:-]*")
_ADDRESS = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*://)(?:[^\s/@'\"<>]*@)?(?P<rest>[^\s?#'\"<>]*)(?:[?#][^\s'\"<>]*)?", re.I
)
_SECRETS = (
    re.compile(r"(?i)\b(?:bearer|basic)\s+[\w+/=.~-]+"),
    re.compile(r"\b(?:sug_|whsec_)[\w+/=-]+"),
    re.compile(r"\b(?:[A-Za-z0-9]{4} ){5}[A-Za-z0-9]{4}\b"),  # an application password as WordPress shows it
    re.compile(r"(?i)\b(?:token|key|password|secret|signature|code)=[^\s&]+"),
)
_HOOK = re.compile(r"(/services/|/hooks?/|/webhooks?/|/workflows/)[^\s'\"<>]*", re.I)
_TITLE = re.compile(r"[“\"«][^”\"»]*[”\"»]|(?<!\w)'[^']*'(?!\w)")
_MAIL = re.compile(r"[^\s@<>]+@(?=[\w-]+\.[\w.-]+)")


def set_up(form: str, level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """Let the program's events go to stderr, as "text" or as "json"; called again it replaces what was set up."""
    handler = _Stderr() if stream is None else logging.StreamHandler(stream)
    handler.setFormatter(Lines() if form == "json" else Words())
    root = logging.getLogger()
    for former in [each for each in root.handlers if isinstance(each.formatter, Words)]:
        root.removeHandler(former)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger(NAME).setLevel(level)
    logging.getLogger(REQUESTS).setLevel(level if form == "json" else max(level, logging.WARNING))


class Words(logging.Formatter):
    """One line for people."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the moment, how grave it is, what happened, and the facts."""
        at = datetime.fromtimestamp(record.created, UTC)
        told = " ".join(f"{name}={value}" for name, value in facts_of(record).items())
        where = " ".join(trace_of(record.exc_info[2])) if record.exc_info and record.exc_info[2] else ""
        parts = (f"{at:%Y-%m-%d %H:%M:%S}Z", record.levelname.lower(), message_of(record), told, where)
        return "  ".join(part for part in parts if part)


class Lines(Words):
    """One JSON object for programs."""

    def format(self, record: logging.LogRecord) -> str:
        """Write `at`, `level`, `logger`, `event`, the facts, and for an error `where` it came from."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": message_of(record),
            **facts_of(record),
        }
        if record.exc_info and record.exc_info[2]:
            line["where"] = list(trace_of(record.exc_info[2]))
        return json.dumps(line, ensure_ascii=False)


def message_of(record: logging.LogRecord) -> str:
    """Give the message without what must not be in it; of an exception its kind, and what it says where it is ours."""
    text = clean(record.getMessage())
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        said = f": {clean(str(error))}" if isinstance(error, SuggesterError) else _system_says(error)
        text = f"{text} ({type(error).__name__}{said})"
    return text[:LONGEST_MESSAGE]


def facts_of(record: logging.LogRecord) -> dict[str, Any]:
    """Give the named facts of an event that may leave: numbers, yes or no, and short words without spaces."""
    return {name: value for name, value in vars(record).items() if name in FIELDS and _harmless(value)}


def clean(text: str) -> str:
    """Take out of a text what is nobody's business: passwords and queries of addresses, keys, quoted titles."""
    text = _ADDRESS.sub(lambda found: found["scheme"] + _HOOK.sub(r"\1…", found["rest"]), text)
    for secret in _SECRETS:
        text = secret.sub("…", text)
    return " ".join(_TITLE.sub("“…”", _MAIL.sub("…@", text)).split())


def trace_of(trace: TracebackType) -> Iterator[str]:
    """Say where an error came from, as file, line and function; what the code was working on is left out."""
    for frame in traceback.extract_tb(trace)[-12:]:
        yield f"{'/'.join(frame.filename.replace(chr(92), '/').split('/')[-2:])}:{frame.lineno}:{frame.name}"


def _harmless(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= LONGEST_WORD and bool(_WORD.fullmatch(value)) and clean(value) == value
    return isinstance(value, bool | int | float)


def _system_says(error: BaseException) -> str:
    """What the operating system says of an error is a phrase of its own; any other error may quote what it met."""
    said = error.strerror if isinstance(error, OSError) else ""
    return f": {said}" if said and isinstance(said, str) else ""


class _Stderr(logging.StreamHandler[TextIO]):
    """Writes to where stderr is at that moment."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr
