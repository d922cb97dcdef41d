"""What can be done with runs, short of writing to WordPress: make, list, review and steer them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial

from suggester.content.blocks import read
from suggester.content.text import sentence_around
from suggester.entities import (
    RUN_KINDS,
    Anchor,
    Edit,
    EditFilter,
    NewText,
    Plan,
    Post,
    Preview,
    Run,
    Suggestion,
)
from suggester.errors import ContentError, RequestError, RunRefused, SuggesterError, SyncRunning
from suggester.store import Head, Store
from suggester.tasks import runsheet
from suggester.tasks.changing import changed, place_of, tail_of
from suggester.tasks.drafts import Outcomes
from suggester.tasks.pace import Pace
from suggester.tasks.progress import SILENT, Progress
from suggester.tasks.runsheet import Wish
from suggester.tasks.segments import around
from suggester.tasks.work import Halted, Rehearsal, Work
from suggester.wordpress.source import Source

APPLY = "apply"  # the lock under which a site is written to
FINISHED = ("done", "undone")
STOPPED = "Stopped by a person; resume it to go on."


class RunVerbs:
    """The verbs of bulk work, as the service has them."""

    store: Store
    source_of: Callable[[int], Source]

    def make_run(self, site_id: int, plan_or_edits: Plan | Iterable[Edit], kind: str, title: str = "") -> Run:
        """Keep a plan, or edits, as a run under review; the edits' own numbers do not count."""
        if kind not in RUN_KINDS:
            raise RequestError(f"A run is of kind {', '.join(RUN_KINDS)}, not {kind!r}.")
        self.store.site(site_id)
        if not isinstance(plan_or_edits, Plan):
            return self.store.runs.add(site_id, kind, title, plan_or_edits, 0, 0)
        plan = plan_or_edits
        edits = self._edits_of(site_id, plan.items)
        return self.store.runs.add(site_id, kind, title, edits, plan.orphans_before, plan.orphans_after)

    def runs(self, site_id: int) -> list[Run]:
        """List the runs of a site, newest first."""
        return self.store.runs.every(site_id)

    def run(self, site_id: int, run_id: int) -> Run:
        """Give one run; UnknownRun where the site has none of this number."""
        return self.store.runs.one(site_id, run_id)

    def edits(
        self,
        site_id: int,
        run_id: int,
        *,
        state: str | None = None,
        source_id: int | None = None,
        target_id: int | None = None,
        chosen: bool | None = None,
        text: str = "",
        least_score: float = 0.0,
        sort: str = "score",
        offset: int = 0,
        limit: int | None = 50,
    ) -> tuple[int, tuple[Edit, ...]]:
        """Count the edits of a run that fit, and give some of them; `limit` None gives all."""
        self.run(site_id, run_id)
        which = EditFilter(state, source_id, target_id, chosen, text, least_score)
        return self.store.runs.edits(run_id, which, sort, offset, limit)

    def edit(self, site_id: int, edit_id: int) -> Edit:
        """Give one edit; UnknownRun where no run of the site has it."""
        return self.store.runs.edit(site_id, edit_id)

    def heads(self, site_id: int, post_ids: Iterable[int]) -> dict[int, Head]:
        """Give titles and addresses of posts, by id; those that are not in the corpus are left out."""
        return self.store.runs.heads(site_id, post_ids)

    def choose(self, site_id: int, run_id: int, which: Iterable[int] | EditFilter, chosen: bool = True) -> int:
        """Choose edits that wait to be applied, or let them be; return how many of them there were."""
        self.run(site_id, run_id)
        return self.store.runs.choose(run_id, which, chosen)

    def dismiss(self, site_id: int, run_id: int, edit_ids: Iterable[int]) -> int:
        """Let edits that wait be, and never suggest them again; not choosing an edit alone says nothing of it."""
        self.run(site_id, run_id)
        return self.store.runs.dismiss(site_id, run_id, edit_ids)

    def change_anchor(self, site_id: int, edit_id: int, anchor: Anchor) -> Edit:
        """Put an edit on other words of the same post, once they are proved to carry the link there.

        ContentError where they do not, as the post was last read; RunRefused where the edit waits no longer.
        """
        edit = self.edit(site_id, edit_id)
        if edit.state != "waiting" or edit.kind not in ("insert", "append"):
            raise RunRefused("Only a link that was not put in yet can get other words; undo it first.")
        fresh = _on_words(edit, anchor, self.store.post(site_id, edit.source_id))
        self.store.runs.reword(fresh)
        return fresh

    def preview(self, site_id: int, edit_id: int) -> Preview:
        """Show the text around an edit before and after it, as the post was last read."""
        edit = self.edit(site_id, edit_id)
        content = self.store.post(site_id, edit.source_id).content
        problem = ""
        if edit.state in ("waiting", "refused", "failed"):
            try:
                changed(content, edit)
            except ContentError as error:
                problem = str(error)
        return around(read(content), edit, problem)

    # steering

    def start(self, site_id: int, run_id: int) -> Run:
        """Queue a run for the worker inside `serve`; a finished one tries again what was refused or failed."""
        run = self.run(site_id, run_id)
        if run.state in FINISHED:
            self.store.runs.retry(run_id)
        self._move(run, "queued", ("planned", *FINISHED), "is under way already")
        return self.run(site_id, run_id)

    def pause(self, site_id: int, run_id: int, why: str = STOPPED) -> Run:
        """Let a run stop behind the post it is at."""
        self._move(self.run(site_id, run_id), "paused", ("queued", "applying", "undoing"), "is not under way", why)
        return self.run(site_id, run_id)

    def resume(self, site_id: int, run_id: int) -> Run:
        """Let a paused run go on: applying, or undoing where it was at that."""
        state = "undoing" if self.store.runs.is_leaving(run_id) else "queued"
        self._move(self.run(site_id, run_id), state, ("paused",), "is not paused")
        return self.run(site_id, run_id)

    def rehearse(self, site_id: int, run_id: int, progress: Progress = SILENT) -> Outcomes:
        """Say for each chosen edit that waits what would become of it now; nothing is written."""
        work = Rehearsal(self.store, self.run(site_id, run_id), partial(self.source_of, site_id), progress=progress)
        work.go()
        return work.outcomes

    def apply_now(self, site_id: int, run_id: int, progress: Progress = SILENT, *, pace: Pace | None = None) -> Run:
        """Apply the chosen edits of a run here and now; a finished one tries again what was refused or failed.

        Whatever stops it is told by the run's state and error; SyncRunning where another run of the site is under way.
        """
        with self.store.lock(site_id, APPLY):
            run = self.run(site_id, run_id)
            if run.state == "undoing" or self.store.runs.is_leaving(run_id):
                raise RunRefused(f"Run {run_id} is being undone; `suggester undo {run_id}` goes on with that.")
            if run.state in FINISHED:
                self.store.runs.retry(run_id)
            self._move(run, "applying", ("planned", "queued", "applying", "paused", *FINISHED), "cannot be applied now")
            return self._carry_out(site_id, run_id, progress, pace)

    def start_undo(self, site_id: int, run_id: int, edit_ids: Iterable[int] | None = None) -> Run:
        """Let the worker inside `serve` take the links of a run out again, all or some."""
        run = self.run(site_id, run_id)
        if run.state not in ("done", "paused", "undone"):
            raise RunRefused(f"Run {run_id} is {run.state}; only one that is done or paused can be undone.")
        if not self.store.runs.leave(run_id, edit_ids):
            raise RunRefused("None of these links stands in a post by this run; there is nothing to undo.")
        self._move(run, "undoing", ("done", "paused", "undone"), "cannot be undone now")
        return self.run(site_id, run_id)

    def undo(
        self,
        site_id: int,
        run_id: int,
        edit_ids: Iterable[int] | None = None,
        progress: Progress = SILENT,
        *,
        pace: Pace | None = None,
    ) -> Run:
        """Take the links of a run out again here and now, all or some; edits made in the posts since stay."""
        with self.store.lock(site_id, APPLY):
            if self.run(site_id, run_id).state != "undoing":
                self.start_undo(site_id, run_id, edit_ids)
            return self._carry_out(site_id, run_id, progress, pace)

    def busy_runs(self) -> list[tuple[int, int]]:
        """Give site and number of the runs that wait for a worker, or were left by one, oldest first."""
        return self.store.runs.busy()

    def take_up(self, site_id: int, run_id: int, pace: Pace, stopping: Callable[[], bool]) -> Run | None:
        """Do what a run waits for, as the worker does; None where another process is at it."""
        try:
            with self.store.lock(site_id, APPLY):
                self.store.runs.move(run_id, "applying", ("queued",))
                if self.store.runs.state(run_id) not in ("applying", "undoing"):
                    return None
                return self._carry_out(site_id, run_id, SILENT, pace, stopping)
        except SyncRunning:
            return None

    # tables

    def export_csv(self, site_id: int, run_id: int) -> str:
        """Write a run as CSV, one row an edit, to be looked through in a spreadsheet."""
        _, edits = self.edits(site_id, run_id, limit=None)
        ids = {each.source_id for each in edits} | {each.target_id for each in edits if each.target_id is not None}
        return runsheet.written(edits, self.heads(site_id, ids))

    def import_csv(self, site_id: int, text: str) -> Run:
        """Take an exported CSV back in: what is chosen, and other words; rows that were deleted are not chosen.

        CsvRefused names the rows that are wrong; then nothing is changed.
        """
        rows = runsheet.read_rows(text)
        run = self.run(site_id, self.edit(site_id, rows[0].edit_id).run_id)
        edits = {each.id: each for each in self.edits(site_id, run.id, limit=None)[1]}
        posts = {each.id: each for each in self.store.some_posts(site_id, {each.source_id for each in edits.values()})}
        wanted = runsheet.wishes(rows, edits, posts)
        self.store.runs.take(run.id, [each.edit.id for each in wanted if each.chosen], self._reworded(wanted, posts))
        return self.run(site_id, run.id)

    def delete_run(self, site_id: int, run_id: int) -> None:
        """Forget a run that was only planned."""
        run = self.run(site_id, run_id)
        if run.state != "planned":
            raise RunRefused(f"Run {run_id} has been started, so it is kept; undo it to take its links out.")
        self.store.runs.remove(run_id)

    def _carry_out(
        self,
        site_id: int,
        run_id: int,
        progress: Progress,
        pace: Pace | None,
        stopping: Callable[[], bool] = lambda: False,
    ) -> Run:
        """Work until all is done; what stops it leaves the run paused, or, where it is only this process, as it is."""
        run = self.run(site_id, run_id)
        source = partial(self.source_of, site_id)
        work = Work(self.store, run, source, pace=pace or Pace(), progress=progress, stopping=stopping)
        try:
            work.go()
        except Halted:
            return self.run(site_id, run_id)
        except BaseException as error:
            self.store.runs.move(run_id, "paused", (run.state,), _why(error))
            if isinstance(error, SuggesterError):
                return self.run(site_id, run_id)
            raise
        after = "done" if run.state == "applying" or self.run(site_id, run_id).counts.get("applied") else "undone"
        self.store.runs.move(run_id, after, (run.state,))
        return self.run(site_id, run_id)

    def _move(self, run: Run, state: str, only_from: tuple[str, ...], otherwise: str, error: str = "") -> None:
        if not self.store.runs.move(run.id, state, only_from, error):
            raise RunRefused(f"Run {run.id} {otherwise} (it is {run.state}); look at `suggester runs show {run.id}`.")

    def _edits_of(self, site_id: int, items: Iterable[Suggestion]) -> list[Edit]:
        """Make the edits; what leads from or to a post that went since it was suggested is left out."""
        found = list(items)
        heads = self.heads(site_id, {post_id for each in found for post_id in (each.source_id, each.target_id)})
        there = (each for each in found if each.source_id in heads and each.target_id in heads)
        made = (edit_of(each, heads[each.target_id].url) for each in there)
        return [self._placed(site_id, each) for each in made if each]

    def _placed(self, site_id: int, edit: Edit) -> Edit:
        """Keep how the block ends that a sentence is to be added to, so that it is known again."""
        if edit.new_text is None:
            return edit
        tail = tail_of(read(self.store.post(site_id, edit.source_id).content), edit.new_text)
        return replace(edit, anchor=replace(edit.anchor, before=tail))

    def _reworded(self, wanted: Iterable[Wish], posts: Mapping[int, Post]) -> list[Edit]:
        return [_on_words(each.edit, each.words, posts[each.edit.source_id]) for each in wanted if each.words]


def edit_of(item: Suggestion, href: str) -> Edit | None:
    """Make an edit of a suggestion; None where it names neither words nor a sentence to add."""
    new = item.new_text if item.anchor is None else None
    anchor = _anchor_of(new) if new else item.anchor
    if anchor is None:
        return None
    return Edit(
        id=0,
        run_id=0,
        source_id=item.source_id,
        target_id=item.target_id,
        kind="append" if new else "insert",
        anchor=anchor,
        href=href,
        new_text=new,
        score=item.score,
        sentence=new.sentence if new else item.sentence,
        reasons=item.reasons,
        alternatives=item.alternatives,
        chosen=item.shown,
    )


def _on_words(edit: Edit, anchor: Anchor, post: Post) -> Edit:
    """Put an edit on other words of its post; ContentError where they cannot carry the link."""
    fresh = replace(edit, anchor=anchor, kind="insert", new_text=None)
    changed(post.content, fresh)
    block, start, end = place_of(read(post.content), anchor)
    first, last = sentence_around(block.text, start, end)
    return replace(fresh, sentence=block.text[first:last])


def _anchor_of(new: NewText) -> Anchor:
    return Anchor(new.anchor, "", "", new.block, new.kind)


def _why(error: BaseException) -> str:
    if isinstance(error, SuggesterError):
        return str(error)
    if isinstance(error, KeyboardInterrupt):
        return STOPPED
    return "Something went wrong inside the program; its log says what. Resume the run to go on."
