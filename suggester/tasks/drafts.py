"""What becomes of a post's content when edits are applied to it or taken out: worked out before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from suggester.content.blocks import read
from suggester.content.links import Resolver
from suggester.entities import PUBLISHED, Edit, Post
from suggester.errors import ContentError
from suggester.store import Head
from suggester.tasks.changing import changed, stands, taken_out
from suggester.tasks.readings import read_body

Outcomes = dict[int, tuple[str, str]]
"""For each edit the state it gets, and one sentence why where it could not be done."""

GONE = "The post is not there any more, or is in the trash."


@dataclass(frozen=True, slots=True)
class Draft:
    """A content to write, the edits that it makes, and what became of those that it does not."""

    content: str
    edits: tuple[Edit, ...]
    outcomes: Outcomes


@dataclass(frozen=True, slots=True)
class Site:
    """What is known of the posts that links may lead to."""

    heads: Callable[[Iterable[int]], Mapping[int, Head]]
    resolver: Resolver


def to_apply(post: Post, edits: Iterable[Edit], tried: set[int], site: Site) -> Draft:
    """Make the edits that can still be made; one that landed though WordPress did not say so counts as applied."""
    wanted = list(edits)
    heads = site.heads(each.target_id for each in wanted if each.target_id is not None)
    content, made, outcomes = post.content, [], Outcomes()
    for edit in wanted:
        if edit.id in tried and stands(content, edit):
            outcomes[edit.id] = "applied", ""
            continue
        try:
            content, done = _made(replace(post, content=content), edit, heads, site.resolver)
            made.append(done)
        except ContentError as error:
            outcomes[edit.id] = "refused", str(error)
    return Draft(content, tuple(made), outcomes)


def to_undo(post: Post, edits: Iterable[Edit]) -> Draft:
    """Take the edits out, the last one first, so that each is found as it was left."""
    content, out, outcomes = post.content, [], Outcomes()
    for edit in sorted(edits, key=lambda each: each.id, reverse=True):
        try:
            content = taken_out(content, edit)
            out.append(edit)
        except ContentError as error:
            outcomes[edit.id] = _not_out(content, edit, str(error))
    return Draft(content, tuple(out), outcomes)


def _made(post: Post, edit: Edit, heads: Mapping[int, Head], resolver: Resolver) -> tuple[str, Edit]:
    if edit.kind not in ("insert", "append"):
        return changed(post.content, edit)
    head = heads.get(edit.target_id) if edit.target_id is not None else None
    if edit.target_id is not None and (head is None or head.status != PUBLISHED):
        raise ContentError("The post that the link would lead to is not published any more; ask for suggestions again.")
    if head and any(link.target == head.id for link in read_body(post, resolver).links):
        raise ContentError(f"The post links to “{head.title}” already.")
    return changed(post.content, replace(edit, href=head.url) if head else edit)


def _not_out(content: str, edit: Edit, why: str) -> tuple[str, str]:
    if edit.kind in ("insert", "append") and all(link.href != edit.href for link in read(content).links):
        return "undone", "Somebody had taken the link out already."
    return "kept", why
