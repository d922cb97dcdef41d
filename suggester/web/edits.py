"""Runs and their edits as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from suggester.entities import Edit, Run
from suggester.web.answers import Json, moment

if TYPE_CHECKING:
    from suggester.store import Head


def of_run(run: Run) -> Json:
    """Word a run."""
    return {
        "id": run.id,
        "kind": run.kind,
        "state": run.state,
        "title": run.title,
        "created_at": moment(run.created_at),
        "changed_at": moment(run.changed_at),
        "orphans_before": run.orphans_before,
        "orphans_after": run.orphans_after,
        "counts": run.counts,
        "error": run.error,
    }


def of_edit(edit: Edit, heads: Mapping[int, Head]) -> Json:
    """Word an edit, with the posts that it is between."""
    return {
        "id": edit.id,
        "kind": edit.kind,
        "state": edit.state,
        "chosen": edit.chosen,
        "why": edit.why,
        "source": _of_post(edit.source_id, heads, ""),
        "target": None if edit.target_id is None else _of_post(edit.target_id, heads, edit.href),
        "anchor": asdict(edit.anchor),
        "new_text": edit.new_text and asdict(edit.new_text),
        "href": edit.href,
        "old_href": edit.old_href,
        "sentence": edit.sentence,
        "score": round(edit.score, 4),
        "reasons": [asdict(reason) for reason in edit.reasons],
    }


def _of_post(post_id: int, heads: Mapping[int, Head], url: str) -> Json:
    head = heads.get(post_id)
    return {"id": post_id, "title": head.title if head else "", "url": head.url if head else url}
