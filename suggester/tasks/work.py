"""A run at work, applied or undone: post by post, each written once, read back, and none twice.

What is about to be written is kept before it is, with the post's whole content and a hash of the new one. A process
that was killed leaves that behind; the next one looks what stands in the post and knows how far the write came.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from suggester.entities import Post, Run
from suggester.errors import (
    AnswerUnreadable,
    SiteChanged,
    SiteError,
    SiteRefused,
    SiteUnreachable,
    WriteAltered,
)
from suggester.store import Intent, Store
from suggester.tasks.changing import stands
from suggester.tasks.drafts import GONE, Draft, Outcomes, Site, to_apply, to_undo
from suggester.tasks.pace import Pace
from suggester.tasks.progress import SILENT, Progress
from suggester.tasks.readings import resolver_for
from suggester.tasks.sweep import NO_POSTS
from suggester.wordpress.http import Overloaded
from suggester.wordpress.source import Source

READS = 4  # of a post that others go on changing
WRITES = 3  # of a post that WordPress could not save
ASKED = 3  # times for a post that WordPress could not show
BAD_POSTS = 5  # in a row; then it is the site, not the posts
FIRST_REST, LONGEST_REST, NAP = 2.0, 60.0, 0.5  # seconds
MOVED = "The post changed while it was written; compare its revisions in WordPress."
ALTERED = (
    "WordPress changed other parts of the post as it saved it, so the original was put back; look for a plugin that "
    "filters content, or use the login of a user who may post any HTML."
)
STUCK = (
    "WordPress changed other parts of the post as it saved it, and would not take the original back; restore the "
    "revision before this one in WordPress."
)
T = TypeVar("T")


class Halted(Exception):
    """The run was paused by somebody, or the program is to end."""


class Work:
    """One run being applied or undone; `go` raises Halted where it was stopped, SiteError where the site fails it."""

    def __init__(
        self,
        store: Store,
        run: Run,
        open_source: Callable[[], Source],
        *,
        pace: Pace,
        progress: Progress = SILENT,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._store, self._runs, self._run = store, store.runs, run
        self._open_source = open_source
        self._pace, self._progress, self._stopping = pace, progress, stopping
        self._undo = run.state == "undoing"
        self._yes, self._no = ("undone", "kept") if self._undo else ("applied", "refused")
        self._bad: list[tuple[int, Outcomes]] = []  # posts in a row that WordPress could not show or save

    def go(self) -> None:
        """Do all that is left to do."""
        self._source = self._ask(self._open_source)
        self._site = Site(partial(self._runs.heads, self._run.site_id), resolver_for(self._store, self._run.site_id))
        for left in self._runs.intents(self._run.id):
            self._take_up(left)
        sources = self._runs.sources(self._run.id, self._undo)
        self._progress.start("undo" if self._undo else "apply", len(sources))
        try:
            for source_id in sources:
                self._steer()
                self._one(source_id)
                self._progress.advance()
        except SiteError:
            self._postpone()
            raise
        finally:
            self._progress.finish()
        self._forgive()

    # one post

    def _one(self, source_id: int) -> None:
        """Write one post; a bad one does not stop the others, many in a row do."""
        try:
            outcomes, fresh = self._carefully(source_id)
        except (SiteRefused, Overloaded, AnswerUnreadable) as error:
            state = "kept" if self._undo else "failed"
            edits = self._runs.to_do(self._run.id, source_id, self._undo)
            self._bad.append((source_id, {each.id: (state, str(error)) for each in edits}))
            if len(self._bad) >= BAD_POSTS:
                raise
            return
        self._forgive()
        self._settle(source_id, outcomes, fresh)

    def _carefully(self, source_id: int) -> tuple[Outcomes, Post | None]:
        for _ in range(READS):
            post = self._read(source_id)
            refusal = self._refusal(post)
            edits = self._runs.to_do(self._run.id, source_id, self._undo)
            if post is None or refusal:
                return {each.id: (self._no, refusal) for each in edits}, None
            draft = to_undo(post, edits) if self._undo else self._to_apply(post)
            if not draft.edits:
                return draft.outcomes, None
            try:
                return self._written(post, draft)
            except SiteChanged:
                continue
            except WriteAltered as error:
                return draft.outcomes | {each.id: (self._no, str(error)) for each in draft.edits}, None
        return {each.id: (self._no, "Others go on changing the post; try again later.") for each in edits}, None

    def _to_apply(self, post: Post) -> Draft:
        edits = self._runs.to_do(self._run.id, post.id)
        return to_apply(post, edits, self._runs.tried(each.id for each in edits), self._site)

    def _refusal(self, post: Post | None) -> str:
        """Say why a post is not touched now, "" where it may be."""
        if post is None or post.status in NO_POSTS:
            return GONE
        if not post.raw:
            raise SiteRefused("Writing needs the application password of a user who may edit everybody's posts.")
        if who := self._ask(partial(self._source.being_edited, post)):
            return f"{who} is editing the post right now; try again later."
        return ""

    def _written(self, post: Post, draft: Draft) -> tuple[Outcomes, Post | None]:
        ids = tuple(each.id for each in draft.edits)
        meant = Intent(post.id, self._undo, ids, post.content, hash_of(draft.content))
        self._rest(self._pace.due())
        self._runs.begin(self._run.id, meant, draft.edits)
        stored = self._write(post, draft.content)
        if stored.content != draft.content:
            return self._put_back(post, draft, stored)
        seen = self._read(post.id)
        if seen is None:
            return draft.outcomes | dict.fromkeys(ids, (self._no, GONE)), None
        if seen.content == draft.content:
            return draft.outcomes | dict.fromkeys(ids, (self._yes, "")), seen
        return draft.outcomes | self._as_it_stands(seen, draft), seen

    def _write(self, post: Post, content: str) -> Post:
        """Write, again where it is sure that nothing was written; give the post as WordPress has it then."""
        for left in reversed(range(WRITES)):
            began = self._pace.clock()
            try:
                stored = self._source.write(post.id, content, post.modified, post.content)
                self._pace.wrote(self._pace.clock() - began)
                return stored
            except (SiteChanged, WriteAltered, SiteRefused):
                raise
            except SiteError as error:
                self._pace.strained(self._pace.clock() - began)
                seen = self._read(post.id)
                if seen is not None and seen.content == content:
                    return seen
                if seen is None or seen.content != post.content:
                    raise SiteChanged(MOVED) from error
                if not left:
                    raise Overloaded(str(error)) from error  # the post can be read: the site is there
                self._rest(max(self._pace.due(), FIRST_REST))
        raise AssertionError("the last write either ends well or raises")

    def _put_back(self, post: Post, draft: Draft, stored: Post) -> tuple[Outcomes, Post | None]:
        """Give the post its original content again, where WordPress made something else of ours."""
        try:
            back = self._source.write(post.id, post.content, None, stored.content)
        except SiteError:
            back = stored
        if back.content == post.content:
            return draft.outcomes | {each.id: (self._no, ALTERED) for each in draft.edits}, back
        told = self._as_it_stands(back, draft)
        return draft.outcomes | {key: (state, STUCK) for key, (state, _) in told.items()}, back

    def _as_it_stands(self, seen: Post, draft: Draft) -> Outcomes:
        """Say of each edit whether it is in a content that is not quite what was written."""
        outcomes = Outcomes()
        for each in draft.edits:
            done = stands(seen.content, each) != self._undo
            outcomes[each.id] = (self._yes, "") if done else (self._no, MOVED)
        return outcomes

    # what a process left behind

    def _take_up(self, left: Intent) -> None:
        """See how far a write came whose end nobody saw; what was not written stays to be done."""
        seen = self._read(left.source_id)
        edits = self._runs.some(left.edit_ids)
        if seen is None or seen.content == left.before:
            self._settle(left.source_id, {} if left.undo else {each.id: ("waiting", "") for each in edits}, None)
            return
        whole = hash_of(seen.content) == left.after_hash
        done = {each.id for each in edits if whole or stands(seen.content, each) != left.undo}
        outcomes = Outcomes()
        for each in edits:
            if each.id in done:
                outcomes[each.id] = "undone" if left.undo else "applied", "" if whole else MOVED
            elif not left.undo:
                outcomes[each.id] = "waiting", ""
        self._settle(left.source_id, outcomes, seen if done else None)

    # asking and resting

    def _read(self, post_id: int) -> Post | None:
        return self._ask(partial(self._shown, post_id))

    def _shown(self, post_id: int) -> Post | None:
        post = self._source.post(post_id)
        if post is None and post_id in self._source.unreadable:
            raise Overloaded(self._source.unreadable[post_id])
        return post

    def _ask(self, question: Callable[[], T]) -> T:
        """Ask again where the site is busy or away; SiteUnreachable where it stays away."""
        rest, waited, left = FIRST_REST, 0.0, ASKED
        while True:
            try:
                return question()
            except Overloaded:
                left -= 1
                if not left:
                    raise
            except SiteUnreachable as error:
                if waited >= self._pace.patience:
                    away = f"The site has been away for {waited / 60:.0f} minutes ({error})"
                    raise SiteUnreachable(f"{away} Resume the run when it is back.") from error
            self._rest(rest)
            waited, rest = waited + rest, min(2 * rest, LONGEST_REST)

    def _rest(self, seconds: float) -> None:
        """Wait, in naps, so that a pause is heard."""
        until = self._pace.clock() + seconds
        while (left := until - self._pace.clock()) > 0:
            self._pace.sleep(min(left, NAP))
            self._steer()

    def _steer(self) -> None:
        if self._stopping() or self._runs.state(self._run.id) != self._run.state:
            raise Halted

    def _forgive(self) -> None:
        """Write down the bad posts: the site itself is well."""
        for source_id, outcomes in self._bad:
            self._settle(source_id, outcomes, None)
        self._bad.clear()

    def _postpone(self) -> None:
        """Leave the bad posts to be done: it is the site that is not well."""
        for source_id, outcomes in self._bad:
            self._settle(source_id, {} if self._undo else dict.fromkeys(outcomes, ("waiting", "")), None)

    def _settle(self, source_id: int, outcomes: Outcomes, fresh: Post | None) -> None:
        self._runs.settle(self._run.site_id, self._run.id, source_id, outcomes, fresh)


def hash_of(content: str) -> bytes:
    """Hash a post's content."""
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).digest()


class Rehearsal(Work):
    """The same without writing anything: what would become of each edit."""

    def __init__(self, store: Store, run: Run, open_source: Callable[[], Source], *, progress: Progress) -> None:
        super().__init__(store, run, open_source, pace=Pace(patience=0.0), progress=progress)
        self.outcomes = Outcomes()

    def _written(self, post: Post, draft: Draft) -> tuple[Outcomes, Post | None]:
        return draft.outcomes | {each.id: (self._yes, "") for each in draft.edits}, None

    def _settle(self, source_id: int, outcomes: Outcomes, fresh: Post | None) -> None:
        self.outcomes |= outcomes

    def _take_up(self, left: Intent) -> None:
        """Leave it to the real one."""

    def _steer(self) -> None:
        """Nothing stops this from outside."""
