"""Reading what a site answered: JSON as it should be, JSON behind PHP notices, or a page in its place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from suggester.errors import AnswerUnreadable, SiteRefused
from suggester.wordpress.http import Answer

_MOST_STARTS = 50
_LOGIN_FORM = re.compile(r"<input[^>]+type\s*=\s*[\"']?password|wp-login\.php|id=[\"']loginform", re.I)
_GUARD = re.compile(r"just a moment|cf-challenge|captcha|attention required|access denied|firewall|wordfence", re.I)
_PAGE = re.compile(r"^\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body)\b", re.I | re.S)


class RestClosed(SiteRefused):
    """WordPress is there, and its REST API is not for us; XML-RPC may be."""


class Missing(AnswerUnreadable):
    """The REST API has no such route or post."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """An error as the REST API words it."""

    code: str  # "rest_forbidden", "rest_no_route", ...
    message: str


def read_json(answer: Answer) -> Any:  # noqa: ANN401 - JSON
    """The JSON of an answer, also where PHP notices stand before it."""
    text = answer.body.decode("utf-8-sig", errors="replace")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    if looks_like_page(answer):
        raise page_instead(answer)
    found = max(_islands(text), key=lambda island: island[0], default=None)
    if found is None:
        raise AnswerUnreadable(
            f"{answer.url} answered with something that is not JSON; look for PHP errors in the site's error log."
        )
    return found[1]


def complaint(answer: Answer) -> Complaint | None:
    """The error the REST API itself reports in an answer, None where it does not."""
    try:
        body = read_json(answer)
    except (AnswerUnreadable, SiteRefused):
        return None
    if isinstance(body, dict) and isinstance(body.get("code"), str):
        return Complaint(body["code"], str(body.get("message", "")))
    return None


def check(answer: Answer) -> Answer:
    """Give a good answer back, and raise what any other means."""
    if answer.status in (200, 201):
        return answer
    said = complaint(answer)
    if answer.status in (401, 403):
        raise _refusal(answer, said)
    if answer.status in (404, 410):
        raise Missing(f"{answer.url} answered {answer.status} ({said.message if said else 'no such route'}).")
    if looks_like_page(answer):
        raise page_instead(answer)
    raise AnswerUnreadable(f"{answer.url} answered {answer.status} ({said.message if said else 'no reason given'}).")


def looks_like_page(answer: Answer) -> bool:
    """Whether an HTML page came."""
    return bool(_PAGE.match(answer.text[:4096]))


def is_login_wall(answer: Answer) -> bool:
    """Whether the page asks a visitor to log in, or to prove to be no robot."""
    text = answer.text
    return bool(_LOGIN_FORM.search(text)) or (answer.status in (401, 403, 503) and bool(_GUARD.search(text)))


def page_instead(answer: Answer) -> AnswerUnreadable | SiteRefused:
    """The error that fits an HTML page in the place of data."""
    if is_login_wall(answer):
        return SiteRefused(
            f"{answer.url} shows a login or a robot check, not data; let this program pass, or use an export file."
        )
    return AnswerUnreadable(
        f"{answer.url} answered with an HTML page instead of data: a cache or security plugin or a maintenance page "
        "answers in WordPress's place; exempt /wp-json/ from it and try again."
    )


def _refusal(answer: Answer, said: Complaint | None) -> SiteRefused:
    if said is None:
        return SiteRefused(f"{answer.url} answered {answer.status}: a firewall or security plugin keeps us out.")
    return RestClosed(f"{answer.url.split('?')[0]} is closed: {said.message.rstrip('.')} ({said.code}).")


def _islands(text: str) -> Iterator[tuple[int, Any]]:
    """Every object or list that can be read from the first brackets of the text, with its length."""
    decoder = json.JSONDecoder()
    for count, start in enumerate(re.finditer(r"[\[{]", text)):
        if count >= _MOST_STARTS:
            return
        try:
            value, end = decoder.raw_decode(text, start.start())
        except (ValueError, RecursionError):
            continue
        yield end - start.start(), value
