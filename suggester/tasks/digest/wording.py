"""A digest in words: as an email, and as the JSON that a chat shows and a program reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from suggester.content.text import plural
from suggester.tasks.digest.findings import ORDER, Digest, Finding, cut

LONGEST_SUBJECT = 150
LONGEST_SECTION = 2900  # characters; a section of Slack's may have 3,000
IN_A_CHAT = 4  # findings of each kind


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of finding is told."""

    one: str
    many: str
    short: str  # in a subject
    shorts: str
    why: str  # what it means and what to do, a sentence
    page: str  # of the dashboard, "" for the one of nights
    action: str
    colour: str  # "bad", "warn", "good" or ""


KINDS = {
    "broken": Kind(
        "link broke", "links broke", "broken link", "broken links",
        "Readers who follow them find nothing. Look them over and mend them all at once.",
        "links", "Mend links", "bad",
    ),
    "orphaned": Kind(
        "post became an orphan", "posts became orphans", "new orphan", "new orphans",
        "No other post links there, so readers and search engines hardly find them.",
        "orphans", "Repair orphans", "warn",
    ),
    "audited": Kind(
        "audit was made", "audits were made", "new audit", "new audits",
        "The links of the whole site were looked at, as they are from time to time.",
        "audit", "Open the audit", "",
    ),
    "appeared": Kind(
        "new suggestion", "new suggestions", "new suggestion", "new suggestions",
        "Links that would help your readers; they are waiting in the editor of each post.",
        "", "Look at the night", "",
    ),
    "linked": Kind(
        "orphan got its first link", "orphans got their first link", "orphan repaired", "orphans repaired",
        "They can be found from another post now.",
        "orphans?show=nearly", "Give them more links", "good",
    ),
    "died": Kind(
        "suggestion is gone", "suggestions are gone", "suggestion gone", "suggestions gone",
        "The words were edited, the link was made, or the post is not published any more. There is nothing to do.",
        "", "Look at the night", "",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One finding in words: a sentence in which two posts may be named."""

    before: str
    first: str  # title of the post it is about
    first_url: str
    between: str = ""
    second: str = ""
    second_url: str = ""
    note: str = ""  # a sentence more, "" for none

    @property
    def plain(self) -> str:
        """The sentence, without its addresses."""
        return f"{self.before}{_quoted(self.first)}{self.between}{_quoted(self.second)}".strip()


@dataclass(frozen=True, slots=True)
class Section:
    """All findings of one kind."""

    kind: Kind
    heading: str
    lines: tuple[Line, ...]
    more: int  # that are counted but not named
    url: str  # of the page where something can be done, "" where no address is known


@dataclass(frozen=True, slots=True)
class Letter:
    """An email, before it has a sender and a receiver."""

    subject: str
    text: str
    html: str


def letter(digest: Digest, pages: str, test: bool = False) -> Letter:
    """Write a digest as an email; `pages` is where the dashboard of the site is found, "" for nowhere."""
    sections = list(sections_of(digest, pages))
    known = {"digest": digest, "sections": sections, "pages": pages, "test": test, "headline": headline(digest)}
    subject = cut(f"{digest.site or digest.site_url}: {headline(digest)}", LONGEST_SUBJECT)
    text = _templates().get_template("digest.txt").render(known)
    html = _templates().get_template("digest.html").render(known)
    return Letter(f"[Test] {subject}" if test else subject, text, html)


def payload(digest: Digest, pages: str, test: bool = False) -> dict[str, Any]:
    """Write a digest for a webhook: `text` and `blocks` as chats know them, `digest` with all its fields."""
    name = digest.site or digest.site_url
    head = cut(f"{'Test: ' if test else ''}{name}: {headline(digest)}", LONGEST_SUBJECT)
    blocks: list[dict[str, Any]] = [{"type": "header", "text": {"type": "plain_text", "text": head, "emoji": False}}]
    for section in sections_of(digest, pages):
        told = {"type": "mrkdwn", "text": _chat_section(section), "verbatim": True}
        blocks.append({"type": "section", "text": told})
    if pages:
        told = {"type": "mrkdwn", "text": f"{_chat_link(f'{pages}/nights', 'Open the dashboard')}", "verbatim": True}
        blocks.append({"type": "context", "elements": [told]})
    full = {"type": "test" if test else "digest", "page": f"{pages}/nights" if pages else "", **digest.as_json()}
    return {"text": _chat(head), "blocks": blocks, "digest": full}


def headline(digest: Digest) -> str:
    """Say in a few words what happened, the most urgent first."""
    counts = digest.counts
    found = [plural(counts[kind], KINDS[kind].short, KINDS[kind].shorts) for kind in ORDER if counts.get(kind)]
    return ", ".join(found) or "nothing new"


def sections_of(digest: Digest, pages: str) -> Iterator[Section]:
    """Put the findings into words, kind by kind, the most urgent first."""
    for name in ORDER:
        if count := digest.counts.get(name, 0):
            kind, found = KINDS[name], digest.of_kind(name)
            url = f"{pages}/{kind.page or 'nights'}" if pages else ""
            heading = plural(count, kind.one, kind.many)
            yield Section(kind, heading, tuple(map(line, found)), count - len(found), url)


def line(found: Finding) -> Line:
    """Put one finding into words."""
    source, target = found.source or "a post without a title", found.target or "a post without a title"
    if found.kind == "broken":
        words = f" has a link on “{found.anchor}” to {found.href}" if found.anchor else f" has a link to {found.href}"
        return Line("", source, found.source_url, words, note=found.why)
    if found.kind == "audited":
        return Line(found.why, "", "")
    if found.kind == "appeared":
        words = f" on the words “{found.anchor}”" if found.anchor else ""
        return Line("", source, found.source_url, f" could link{words} to ", target, found.target_url, found.why)
    if found.kind == "died":
        return Line("", source, found.source_url, " → ", target, found.target_url, found.why)
    if found.kind == "linked" and found.source:
        return Line("", target, found.target_url, " is linked to from ", source, found.source_url)
    return Line("", target, found.target_url, note=found.why)


def web(url: str) -> str:
    """Give an address that a reader may open; anything but http and https is left out."""
    return url if url.lower().startswith(("https://", "http://")) else ""


@cache
def _templates() -> Environment:
    made = Environment(
        loader=PackageLoader("suggester.tasks.digest"),
        autoescape=lambda name: bool(name and name.endswith(".html")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"web": web, "plural": plural, "quoted": _quoted}
    return made


def _quoted(title: str) -> str:
    return f"“{title}”" if title else ""


def _chat_section(section: Section) -> str:
    """Write a section in Slack's own marks."""
    shown = section.lines[:IN_A_CHAT]
    lines = [f"*{section.heading}*", *(f"• {_chat_line(each)}" for each in shown)]
    if more := section.more + len(section.lines) - len(shown):
        lines.append(f"… and {more:,} more.")
    if section.url:
        lines.append(_chat_link(section.url, section.kind.action))
    text = lines[0]
    for each in lines[1:]:
        text = f"{text}\n{each}" if len(text) + len(each) < LONGEST_SECTION else text
    return text


def _chat_line(told: Line) -> str:
    first, second = _chat_link(told.first_url, told.first), _chat_link(told.second_url, told.second)
    note = f" _{_chat(told.note)}_" if told.note else ""
    return f"{_chat(told.before)}{first}{_chat(told.between)}{second}{note}"


def _chat_link(url: str, text: str) -> str:
    safe = web(url).replace("|", "%7C").replace(">", "%3E").replace("<", "%3C").replace(" ", "%20")
    return f"<{safe}|{_chat(text)}>" if safe and text else _chat(text)


def _chat(text: str) -> str:
    """Escape what Slack reads as its own marks, so that no title calls a whole channel."""
    marks: Mapping[str, str] = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
    return "".join(marks.get(char, char) for char in text)
