"""A random sample of the suggestions that a site would be shown, each in its context, for a person to judge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from suggester.content.text import find_anchor, sentence_around
from suggester.engine.index import Card
from suggester.engine.passages import PROSE
from suggester.entities import PUBLISHED, Anchor, Body, Suggestion
from suggester.errors import SiteUnread
from suggester.tasks.progress import SILENT, Progress
from suggester.tasks.status import Meta

if TYPE_CHECKING:
    from suggester.tasks.service import Service

MOST_ASKED = 1_500  # posts; of a larger site a random part is asked, so that each suggestion stays equally likely
PER_POST = 8  # as many as the editor asks for
BEGINNING = 320  # characters of the target's text, and then to the end of the sentence
HEADING = "heading"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a paragraph."""

    text: str
    kind: str = ""  # "anchor", "link" for words that carry one today, or "" for the rest


@dataclass(frozen=True, slots=True)
class Shown:
    """A suggestion that is shown unasked, with what an editor looks at before saying yes or no."""

    suggestion: Suggestion
    source: Card
    target: Card
    heading: str  # the one above the paragraph, "" where there is none
    paragraph: tuple[Piece, ...]
    begins: str  # the first sentences of the target


@dataclass(frozen=True, slots=True)
class Sample:
    """What was drawn, and from how many."""

    url: str
    name: str
    made: Meta
    least_score: float  # from which suggestions are shown
    seed: int
    posts: int  # published ones of the site
    asked: int  # of them, for their suggestions
    shown: int  # suggestions that these are shown
    items: tuple[Shown, ...]


def draw(service: Service, site_id: int, count: int, seed: int = 0, progress: Progress = SILENT) -> Sample:
    """Draw `count` of the suggestions that a site is shown, each as likely as any other; the same for the same seed.

    SiteUnread where no published post was read yet.
    """
    dice = Random(seed)
    published = [post.id for post in service.store.posts(site_id) if post.status == PUBLISHED]
    asked = dice.sample(published, min(len(published), MOST_ASKED))
    found = list(_shown(service, site_id, asked, progress))
    if not published:
        raise SiteUnread("No published post was read yet; run `suggester sync`, then ask again.")
    row = service.store.site(site_id)
    return Sample(
        url=row.url,
        name=row.name,
        made=service.meta(site_id),
        least_score=service.settings(site_id).least_score,
        seed=seed,
        posts=len(published),
        asked=len(asked),
        shown=len(found),
        items=tuple(in_context(service, site_id, each) for each in dice.sample(found, min(count, len(found)))),
    )


def in_context(service: Service, site_id: int, item: Suggestion) -> Shown:
    """Put a suggestion that has an anchor into its paragraph, and say how its target begins."""
    known = service.known(site_id)
    source, target = service.store.some_posts(site_id, [item.source_id]), service.store.post(site_id, item.target_id)
    body = known.draft(source[0]).body
    return Shown(
        suggestion=item,
        source=service.card(site_id, item.source_id),
        target=service.card(site_id, item.target_id),
        heading=_heading(body, item.anchor) if item.anchor else "",
        paragraph=tuple(_pieces(body, item.anchor)) if item.anchor else (),
        begins=_beginning(known.draft(target).body),
    )


def _shown(service: Service, site_id: int, asked: list[int], progress: Progress) -> Iterator[Suggestion]:
    progress.start("suggest", len(asked))
    try:
        for post_id in asked:
            found = service.suggestions(site_id, post_id, PER_POST)
            yield from (item for item in found.items if item.shown and item.anchor)
            progress.advance()
    finally:
        progress.finish()


def _heading(body: Body, anchor: Anchor) -> str:
    above = (block.text for block in reversed(body.blocks[: anchor.block]) if block.kind == HEADING)
    return next(above, "")


def _pieces(body: Body, anchor: Anchor) -> Iterator[Piece]:
    """Cut the block of an anchor at its links and at the anchor."""
    text = body.blocks[anchor.block].text
    at = find_anchor(text, anchor)
    marks = [(link.start, link.end, "link") for link in body.links if link.block == anchor.block]
    if at >= 0:
        marks.append((at, at + len(anchor.text), "anchor"))
    end = 0
    for start, behind, kind in sorted(marks):
        if start < end or start == behind:
            continue
        if start > end:
            yield Piece(text[end:start])
        yield Piece(text[start:behind], kind)
        end = behind
    if text[end:]:
        yield Piece(text[end:])


def _beginning(body: Body) -> str:
    """Give the first sentences of a post."""
    texts: list[str] = []
    for block in body.blocks:
        if block.kind in PROSE and block.kind != HEADING and block.text:
            texts.append(block.text)
        if sum(map(len, texts)) > BEGINNING:
            break
    text = " ".join(texts)
    if len(text) <= BEGINNING:
        return text
    end = sentence_around(text, BEGINNING, BEGINNING)[1]
    return text[:end] if end <= 2 * BEGINNING else text[:BEGINNING].rstrip() + " …"
