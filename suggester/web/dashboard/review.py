"""What a review shows: how a run stands, which edits are asked for, and each edit as people read it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from suggester.entities import EDIT_STATES, Anchor, Edit, Run
from suggester.errors import SiteUnread
from suggester.graph.orphans import orphans
from suggester.store import Head
from suggester.web import wording
from suggester.web.dashboard import words
from suggester.web.room import service
from suggester.web.wording import Marked

SORTS = {
    "score": "Surest",
    "target": "Target",
    "source": "Source",
    "anchor": "Words",
    "state": "State",
    "id": "As planned",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which edits the visitor wants to see, and in which order."""

    text: str = ""
    least: str = "0"
    state: str = ""
    chosen: str = ""  # "yes", "no", or "" for both
    source: int | None = None
    target: int | None = None
    sort: str = "score"
    page: int = 1

    @classmethod
    def of_request(cls) -> Asked:
        """Read the address of the page."""
        given = request.args
        return cls(
            text=given.get("text", "").strip(),
            least=least if _is_share(least := given.get("least", "0")) else "0",
            state=state if (state := given.get("state", "")) in EDIT_STATES else "",
            chosen=chosen if (chosen := given.get("chosen", "")) in ("yes", "no") else "",
            source=given.get("source", type=int),
            target=given.get("target", type=int),
            sort=sort if (sort := given.get("sort", "")) in SORTS else "score",
            page=max(1, given.get("page", 1, type=int)),
        )

    @property
    def wanted(self) -> dict[str, Any]:
        """The same as the service takes it."""
        return {
            "state": self.state or None,
            "source_id": self.source,
            "target_id": self.target,
            "chosen": {"yes": True, "no": False}.get(self.chosen),
            "text": self.text,
            "least_score": float(self.least),
        }

    @property
    def narrows(self) -> bool:
        """Whether some edits may be left out."""
        return any((self.text, self.least != "0", self.state, self.chosen, self.source, self.target))

    def address(self, site_id: int, run_id: int, page: int = 1, endpoint: str = "review") -> str:
        """Give the address of a page that shows the same edits."""
        given: dict[str, Any] = {
            "text": self.text,
            "least": self.least if self.least != "0" else "",
            "state": self.state,
            "chosen": self.chosen,
            "source": self.source,
            "target": self.target,
            "sort": self.sort if self.sort != "score" else "",
            "page": page if page > 1 else None,
        }
        kept = {name: value for name, value in given.items() if value}
        return url_for(f"dashboard.{endpoint}", site_id=site_id, run_id=run_id, **kept)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a run stands, in numbers."""

    chosen: int  # links that would be written
    posts: int  # into so many posts
    done: int  # links that are through with what is under way
    total: int  # of so many
    orphans_after: int
    counts: dict[str, int]

    @property
    def undoable(self) -> int:
        """Links that stand in posts by this run."""
        return self.counts.get("applied", 0) + self.counts.get("kept", 0)


@dataclass(frozen=True, slots=True)
class EditCard:
    """An edit as the page shows it."""

    edit: Edit
    marked: Marked
    source: Head | None
    target: Head | None
    can_choose: bool
    can_undo: bool

    @property
    def state(self) -> str:
        """The state of the edit, in words."""
        return words.EDIT_STATES[self.edit.state]

    @property
    def other_words(self) -> tuple[tuple[int, Anchor], ...]:
        """The alternatives that are other words, numbered."""
        told = {self.edit.anchor.text}
        found = []
        for number, each in enumerate(self.edit.alternatives):
            if each.text not in told:
                found.append((number, each))
                told.add(each.text)
        return tuple(found)


def standing_of(site_id: int, run: Run) -> Standing:
    """Count what a run would do, or has done."""
    counts, runs = run.counts, service().store.runs
    undoing = run.state == "undoing"
    done = sum(counts.get(each, 0) for each in (("undone", "kept") if undoing else ("applied", "refused", "failed")))
    ahead = counts.get("applied", 0) if undoing else counts.get("chosen", 0)
    after = _orphans_after(site_id, run) if run.state == "planned" and run.kind == "orphans" else run.orphans_after
    return Standing(counts.get("chosen", 0), len(runs.sources(run.id)), done, done + ahead, after, counts)


def _orphans_after(site_id: int, run: Run) -> int:
    """Count the orphans that would be left with what is chosen now; as planned where the site has no index."""
    try:
        alone = set(orphans(service().known(site_id).index))
    except SiteUnread:
        return run.orphans_after
    return max(0, run.orphans_before - len(alone & service().store.runs.targets(run.id)))


def cards_of(site_id: int, run: Run, edits: Sequence[Edit]) -> list[EditCard]:
    """Put edits into the shape that the page shows, with the titles of their posts."""
    heads = service().heads(site_id, set(_posts(edits)))
    steady = run.state in ("planned", "paused", "done", "undone")
    return [
        EditCard(
            edit=each,
            marked=marked(each),
            source=heads.get(each.source_id),
            target=heads.get(each.target_id) if each.target_id is not None else None,
            can_choose=each.state == "waiting" and run.state in ("planned", "paused"),
            can_undo=steady and each.state in ("applied", "kept"),
        )
        for each in edits
    ]


def card_of(site_id: int, edit: Edit) -> EditCard:
    """Put one edit into the shape that the page shows."""
    return cards_of(site_id, service().run(site_id, edit.run_id), [edit])[0]


def marked(edit: Edit) -> Marked:
    """Cut the sentence of an edit around its words."""
    if edit.new_text is not None:
        return wording.around(edit.new_text.sentence, Anchor(edit.new_text.anchor, "", "", edit.new_text.block))
    return wording.around(edit.sentence, edit.anchor)


def _posts(edits: Iterable[Edit]) -> Iterable[int]:
    for each in edits:
        yield each.source_id
        if each.target_id is not None:
            yield each.target_id


def _is_share(text: str) -> bool:
    try:
        return 0 <= float(text) <= 1
    except ValueError:
        return False
