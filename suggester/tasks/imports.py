"""What other tools know of a site's posts: taken in, looked at before, forgotten again, and what it changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from suggester.entities import Import, PostNumbers, Query, Rule
from suggester.errors import ImportRefused
from suggester.imports.gather import Gathered, Gatherer
from suggester.imports.kinds import KINDS, understand
from suggester.imports.read import File, Read, read
from suggester.imports.tables import Table
from suggester.searchconsole import HEADINGS, SearchConsole
from suggester.store import Store
from suggester.tasks.held import Held
from suggester.tasks.indexes import Indexes
from suggester.tasks.progress import SILENT, Progress
from suggester.tasks.readings import resolver_for
from suggester.tasks.rules import RuleBooks

FIRST, LAST = 4.0, 20.0  # places of what is in striking distance: seen, and below those that nearly all clicks go to
FEWEST_SHOWN = 10  # impressions, so that a place is no chance
DAYS = 90  # of searches that are asked for
LATE = 3  # days until Search Console knows a day
API = "Search Console’s API"


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What was understood of some files, and what is kept of it."""

    imports: tuple[Import, ...]  # one for each kind; their numbers are 0 where nothing was kept
    replaced: tuple[Import, ...]  # whose place they take
    left_out: tuple[str, ...]  # tables that say nothing of posts
    numbers: Mapping[str, Sequence[PostNumbers]]  # by kind
    queries: Mapping[str, Sequence[Query]]
    kept: bool


@dataclass(frozen=True, slots=True)
class Striking:
    """A post that searchers see below the first places: a little more, and many come."""

    post_id: int
    impressions: float  # of what is in that distance
    clicks: float
    position: float  # on average
    query: str  # the one shown most, "" where the imports tell no queries of it
    kind: str  # of the import that says so


@dataclass(frozen=True, slots=True)
class Effects:
    """What the imports of a site change; empty where they change nothing."""

    authority: int = 0  # posts with a weight in link equity
    authority_by: tuple[str, ...] = ()  # kinds of the imports that say so
    keywords: tuple[Rule, ...] = ()
    keywords_by: tuple[str, ...] = ()
    impressions: int = 0  # posts of which it is known how often searchers were shown them
    impressions_by: tuple[str, ...] = ()
    striking: tuple[Striking, ...] = ()


class ImportVerbs:
    """The verbs about imports, as the service has them."""

    store: Store
    rulebooks: RuleBooks
    _indexes: Indexes
    _effects: Held[Effects]

    def take_in(
        self,
        site_id: int,
        files: Iterable[File],
        *,
        kind: str = "",
        dry_run: bool = False,
        progress: Progress = SILENT,
    ) -> TakenIn:
        """Take in the files of other tools, each kind in the place of what was there of it; all of them or none.

        With `dry_run` they are only looked at. Raises ImportRefused where a file is of no known kind, cannot be read,
        or says nothing of any post of this site.
        """
        resolver = resolver_for(self.store, site_id)
        progress.start("read rows")
        try:
            found = read(files, resolver, kind, progress.advance)
        finally:
            progress.finish()
        return self._keep(site_id, found, dry_run)

    def take_in_searches(
        self, site_id: int, console: SearchConsole, property_: str, *, days: int = DAYS, dry_run: bool = False,
        today: date | None = None, progress: Progress = SILENT,
    ) -> TakenIn:  # fmt: skip
        """Take in pages and queries from Search Console itself, of the last days that it knows.

        Raises ImportRefused where Google does not let in, or knows nothing of the property.
        """
        last = (today or datetime.now(UTC).date()) - timedelta(days=LATE)
        first = last - timedelta(days=days - 1)
        resolver = resolver_for(self.store, site_id)
        gathered = []
        for kind, dimensions in (("google_pages", ("page",)), ("google_queries", ("query", "page"))):
            gatherer = Gatherer(kind, resolver)
            rows = console.rows(property_, first, last, dimensions)
            table = Table(f"{API}, {first} to {last}", HEADINGS[dimensions], (), iter(rows))
            progress.start("read rows")
            known = understand(table, kind)
            assert known is not None
            for _ in gatherer.take(known):
                progress.advance(1000)
            progress.finish()
            gathered.append(gatherer.done())
        return self._keep(site_id, Read(tuple(gathered), ()), dry_run)

    def imports(self, site_id: int) -> list[Import]:
        """List what was imported, newest first."""
        return self.store.imports(site_id)

    def impressions(self, site_id: int) -> dict[int, float]:
        """Give how often searchers were shown each post, by post id; empty where no import tells."""
        return self.store.impressions(site_id)

    def forget_import(self, site_id: int, kind: str) -> None:
        """Forget what was imported of a kind; all is as it was before. UnknownImport where there is none."""
        self.store.forget_import(site_id, kind)

    def import_effects(self, site_id: int) -> Effects:
        """Say what the imports of a site change, and by which of them; reckoned once for each import."""
        imported = self.store.imports_stamp(site_id)
        if not imported:
            return Effects()
        stamp = (imported, self.store.rules.stamp(site_id), self._indexes.ready(site_id).stamp)
        held = self._effects.get(site_id, stamp)
        return self._effects.put(site_id, stamp, self._reckoned(site_id)) if held is None else held

    def _reckoned(self, site_id: int) -> Effects:
        keywords = self.rulebooks.queried(site_id)
        told = {each.kind for each in self.store.imports(site_id) if each.queries} if keywords else set()
        return Effects(
            authority=len(self.store.authority(site_id)),
            authority_by=self.store.imports_with(site_id, "authority"),
            keywords=keywords,
            keywords_by=tuple(kind for kind in KINDS if kind in told),
            impressions=len(self.store.impressions(site_id)),
            impressions_by=self.store.imports_with(site_id, "impressions"),
            striking=tuple(self.striking(site_id)),
        )

    def striking(self, site_id: int, most: int | None = None) -> list[Striking]:
        """List the posts that searchers see on places 4 to 20, those shown most first.

        By the place of the page or by those of its queries, whichever tells of more impressions. Posts that may not be
        linked to are left out.
        """
        index = self._indexes.ready(site_id).index
        found = _by_query(self.store.queries_between(site_id, FIRST, LAST, FEWEST_SHOWN))
        for page in _by_page(self.store.imported_posts(site_id)):
            queried = found.get(page.post_id)
            if queried is None or queried.impressions < page.impressions:
                found[page.post_id] = replace(page, query=queried.query if queried else "")
        rows = {post_id: index.row(post_id) for post_id in found}
        open_ = [
            each for each in found.values() if (row := rows[each.post_id]) is not None and index.posts.targets[row]
        ]
        return sorted(open_, key=lambda each: (-each.impressions, each.post_id))[:most]

    def _keep(self, site_id: int, found: Read, dry_run: bool) -> TakenIn:
        if not any(each.posts or each.queries for each in found.found):
            raise ImportRefused(_of_no_post(self.store.site(site_id).url, found.found))
        now = datetime.now(UTC)
        made = [_import(site_id, each, now) for each in found.found]
        kinds = {each.kind for each in made}
        replaced = tuple(each for each in self.store.imports(site_id) if each.kind in kinds)
        if not dry_run:
            both = zip(made, found.found, strict=True)
            made = self.store.put_imports([(each, said.posts, said.queries) for each, said in both])
        return TakenIn(
            imports=tuple(made),
            replaced=replaced,
            left_out=found.left_out,
            numbers={each.kind: each.posts for each in found.found},
            queries={each.kind: each.queries for each in found.found},
            kept=not dry_run,
        )


def best_numbers(imported: Mapping[str, Sequence[PostNumbers]]) -> dict[int, PostNumbers]:
    """Give what searches say of each post: of several imports, the one that saw most of it."""
    found: dict[int, PostNumbers] = {}
    for each in (each for posts in imported.values() for each in posts if each.impressions is not None):
        before = found.get(each.post_id)
        if before is None or (before.impressions or 0) < (each.impressions or 0):
            found[each.post_id] = each
    return found


def _import(site_id: int, found: Gathered, now: datetime) -> Import:
    return Import(
        id=0,
        site_id=site_id,
        kind=found.kind,
        files=found.files,
        at=now,
        rows=found.rows,
        posts=len(found.posts),
        queries=len(found.queries),
        unresolved=found.unresolved,
        examples=found.examples,
        notes=found.notes,
    )


def _of_no_post(url: str, found: Iterable[Gathered]) -> str:
    examples = next((each.examples[0] for each in found if each.examples), "")
    told = f" (the first is {examples})" if examples else ""
    return f"None of the addresses leads to a post of {url}{told}; choose the export of this site, or sync it first."


def _by_query(queries: Iterable[Query]) -> dict[int, Striking]:
    near: dict[int, list[Query]] = defaultdict(list)
    for each in queries:
        near[each.post_id or 0].append(each)
    found = {}
    for post_id, own in near.items():
        shown = sum(each.impressions or 0 for each in own)
        position = sum((each.position or 0) * (each.impressions or 0) for each in own) / shown
        first = max(own, key=lambda each: each.impressions or 0)
        clicks = sum(each.clicks or 0 for each in own)
        found[post_id] = Striking(post_id, shown, clicks, round(position, 1), first.query, first.kind)
    return found


def _by_page(imported: Mapping[str, Sequence[PostNumbers]]) -> list[Striking]:
    found: dict[int, Striking] = {}
    for kind, posts in imported.items():
        for each in posts:
            before = found.get(each.post_id)
            if _is_near(each.position, each.impressions) and (each.impressions or 0) > (
                before.impressions if before else 0
            ):
                place = each.position or 0.0
                found[each.post_id] = Striking(each.post_id, each.impressions or 0, each.clicks or 0, place, "", kind)
    return list(found.values())


def _is_near(position: float | None, shown: float | None) -> bool:
    return position is not None and FIRST <= position <= LAST and (shown or 0) >= FEWEST_SHOWN
