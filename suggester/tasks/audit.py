"""Audits: a site's links looked at as a whole, kept with their score, and repaired where the faults say how."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from time import monotonic
from typing import Any

from suggester.content.blocks import read
from suggester.content.text import plural
from suggester.engine.policy import Policy
from suggester.engine.reading import Draft
from suggester.engine.standing import Known
from suggester.entities import PUBLISHED, Audit, Edit, Fault, Finding, Reason, Run
from suggester.errors import RequestError
from suggester.graph.audit.corpus import Grounds
from suggester.graph.audit.find import look
from suggester.graph.audit.kinds import KINDS, REPAIRED_BY_RUN
from suggester.store import Store
from suggester.store.audits import FaultRow
from suggester.tasks.audit_calendar import event_of, is_due, next_audit
from suggester.tasks.audit_visits import COUNTS, visit_by_night
from suggester.tasks.indexes import Indexes, Ready
from suggester.tasks.link_changes import SOON, refusal, sentence_of
from suggester.tasks.progress import SILENT, Progress
from suggester.tasks.readings import read_body
from suggester.tasks.runs import RunVerbs

CALENDAR = "calendar"
STAGE = "look through posts"
log = logging.getLogger("suggester.audit")


@dataclass(frozen=True, slots=True)
class AuditReport:
    """An audit just made."""

    audit: Audit  # as it is kept
    findings: tuple[Finding, ...]  # with their faults; those that cost most first, also those without a fault
    unseen: tuple[str, ...]  # kinds that could not be looked for, as no page was visited


class AuditVerbs(RunVerbs):
    """The verbs about audits, as the service has them."""

    store: Store
    _indexes: Indexes
    _policy: Callable[[int], Policy]
    visit: Callable[..., Any]

    def audit(
        self,
        site_id: int,
        progress: Progress = SILENT,
        *,
        visit: bool = False,
        external: bool = False,
        reason: str = "asked",
        visited: str = "",
    ) -> AuditReport:
        """Look at a site's links as a whole and keep what is found, in the place of what the last audit found.

        It goes by the posts as last read and the pages as last visited; `visit` visits them before, `external` asks
        for the addresses of other sites, too; `visited` tells of a visit that was made for it. SiteUnread where no
        post was read yet.
        """
        began = monotonic()
        ready = self._indexes.ready(site_id)
        if visit or external:
            self.visit(site_id, external=external, progress=progress)
        self._note_gone(site_id, ready)
        grounds = self._grounds(site_id, ready)
        found = look(self._drafts(site_id, ready, progress), grounds)
        made = Audit(
            id=0,
            site_id=site_id,
            at=datetime.now(UTC),
            score=round(found.score.score, 1),
            parts={part: round(value, 1) for part, value in found.score.parts.items()},
            counts={each.kind: len(each.faults) for each in found.findings},
            of={each.kind: each.of for each in found.findings},
            costs={each.kind: round(each.cost, 2) for each in found.findings if each.faults},
            reason=reason,
            posts=found.posts,
            links=found.links,
            pages=sum(each.page for each in grounds.visits.values()),
            seconds=round(monotonic() - began, 1),
        )
        last = self.store.last_refresh(site_id) if reason == CALENDAR else None
        word = partial(event_of, refresh_id=last.id, visited=visited) if last else None
        kept = self.store.put_audit(made, {each.kind: each.faults for each in found.findings}, word)
        log.info("audit made", extra={"site": site_id, "reason": reason, "seconds": made.seconds})
        return AuditReport(kept, found.findings, found.unseen)

    def audit_if_due(self, site_id: int, progress: Progress = SILENT) -> Audit | None:
        """Make the audit that the site's calendar wants; a later one tells what changed.

        None where none is due, or the pages that are to be visited before are too many for one night.
        """
        last, settings = self.store.last_audit(site_id), self.store.settings(site_id)
        if not is_due(last, settings.audit_every, datetime.now(UTC)):
            return None
        visited = visit_by_night(self.store, site_id, self.visit, progress) if settings.audit_visits else ""
        return None if visited is None else self.audit(site_id, progress, reason=CALENDAR, visited=visited).audit

    def next_audit(self, site_id: int) -> datetime | None:
        """Say when the next audit comes by itself, with the first night from then on; None where none does."""
        settings = self.store.settings(site_id)
        every = settings.audit_every if settings.refresh_nightly else 0
        return next_audit(self.store.last_audit(site_id), every, datetime.now(UTC))

    def audits(self, site_id: int) -> list[Audit]:
        """List the audits of a site, oldest first."""
        return self.store.audits(site_id)

    def last_audit(self, site_id: int) -> Audit | None:
        """Give the last audit of a site; None where there was none."""
        return self.store.last_audit(site_id)

    def faults(
        self, site_id: int, kind: str, at_most: int | None = None, skip: int = 0, fresh_only: bool = False
    ) -> list[FaultRow]:
        """Give what the last audit found of one kind, those that matter most first."""
        last = self.store.last_audit(site_id)
        return self.store.faults(last.id, kind, at_most, skip, fresh_only) if last else []

    def make_audit_run(self, site_id: int, kind: str, progress: Progress = SILENT) -> Run:
        """Make a run that puts in the right addresses, as the last audit found them, to be reviewed and applied.

        RequestError where there are none, or faults of this kind do not say what to put in.
        """
        if kind not in REPAIRED_BY_RUN:
            names = " or ".join(REPAIRED_BY_RUN)
            raise RequestError(f"Only {names} can be repaired so; the audit says beside each finding what repairs it.")
        faults = [row.fault for row in self.faults(site_id, kind)]
        progress.start("prepare changes", len(faults))
        edits = []
        for edit in self._edits(site_id, faults):
            edits.append(edit)
            progress.advance()
        progress.finish()
        if not edits:
            raise RequestError(
                "The last audit found nothing of this kind; run `suggester audit` if posts have changed."
            )
        return self.make_run(site_id, edits, "links", f"{plural(len(edits), KINDS[kind].one, KINDS[kind].many)}")

    def _edits(self, site_id: int, faults: Sequence[Fault]) -> Iterator[Edit]:
        posts = {post.id: post for post in self.store.some_posts(site_id, {each.post_id for each in faults})}
        for fault in faults:
            if fault.post_id in posts and fault.anchor is not None and fault.url:
                yield _rewrite(fault, posts[fault.post_id].content)

    def _grounds(self, site_id: int, ready: Ready) -> Grounds:
        store = self.store
        heads = store.heads(site_id)
        hidden = frozenset(post_id for post_id, head in heads.items() if head.status not in (PUBLISHED, SOON))
        known = Known(ready.resolver, hidden, store.dead_addresses(site_id), complete=False)
        since = datetime.now(UTC) - COUNTS
        visits = {each.url: each for each in store.visits(site_id) if each.at > since}
        return Grounds(ready.index, self._policy(site_id), known, store.noindex(site_id), visits)

    def _drafts(self, site_id: int, ready: Ready, progress: Progress) -> Iterator[Draft]:
        index = ready.index
        progress.start(STAGE, len(self.store.post_ids(site_id)))
        for post in self.store.posts(site_id):
            if post.status == PUBLISHED:
                row = index.row(post.id)
                lang = str(index.posts.langs[row]) if row is not None else index.site.lang
                yield Draft(post, read_body(post, ready.resolver), lang)
            progress.advance()
        progress.finish()

    def _note_gone(self, site_id: int, ready: Ready) -> None:
        """Let all that goes by dead addresses know those that a visit found, and no post has."""
        gone = [
            each.url
            for each in self.store.visits(site_id)
            if each.outcome == "gone" and not each.external and ready.resolver.is_unknown(each.url)
        ]
        if gone:
            self.store.put_dead_addresses(site_id, gone)


def _rewrite(fault: Fault, content: str) -> Edit:
    assert fault.anchor is not None
    blocks, at = read(content).blocks, fault.anchor.block
    edit = Edit(
        id=0,
        run_id=0,
        source_id=fault.post_id,
        target_id=fault.target_id,
        kind="rewrite",
        anchor=fault.anchor,
        href=fault.url,
        old_href=fault.href,
        score=1.0,
        sentence=sentence_of(blocks[at].text, fault.anchor) if at < len(blocks) else "",
        reasons=(Reason("moved" if fault.kind == "redirected" else fault.kind, fault.note),),
    )
    why = refusal(content, edit)
    return replace(edit, chosen=not why, why=why)
