"""What a night's changes touch: which suggestions have to be made anew, and what happened to posts and links.

The suggestions of a source are made anew where

* its own text, its links, or anything else changed that they were made by (see `made_by`);
* one that is shown leads to a post that changed, is gone or hidden, or that many more or fewer posts link to;
* a post that changed could now be among those shown: it is looked for as the bulk plan looks for sources, by rare
  words in common and by meaning (see `engine.scout`), and the source's own ranking then decides;
* it is its turn: some sources that nothing touched are made anew each time, those first that have waited longest.

What a change moves for the whole site (how rare words are, how many posts there are) moves every score a little. The
turns tell how much: where too many of them show something else than before, or a fifth of the posts has changed since
everything was made anew, everything is.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log1p

import numpy as np

from suggester.content.links import Resolver
from suggester.engine.scout import scout
from suggester.entities import PUBLISHED, Refresh
from suggester.store import Store, Watched, path_of
from suggester.store.posts import Head
from suggester.store.suggestions import OBSERVED
from suggester.tasks.pieces import Kept
from suggester.tasks.readings import remembering

SCOUTED = 6  # sources of each changed post that are looked at, unless they are made anew anyway
SHIFTED = 0.25  # of the logarithm of the posts that link to a target: 3 to 4, 7 to 10
TURNS = 400  # of so many sources one is made anew in turn, each time
FEWEST_TURNS = 4
SMALL = 100  # posts; on a site of no more everything is made anew as soon as anything changed
CHANGED = 0.2  # of the posts, since everything was made anew: then it is again
DRIFTED = 0.05  # of the sources whose turn came; where more show something else, everything is made anew
FEWEST_SEEN = 40  # turns from which their share is believed
LOOKED_BACK = 400  # refreshes
SOON = "future"  # status of a post that publishes itself at its time: links to it may stay

Suggested = tuple[int, int, float, bool]  # source, target, score, shown


@dataclass(frozen=True, slots=True)
class Touched:
    """What has to be made anew, and why."""

    whole: bool  # everything
    surely: frozenset[int]
    perhaps: Mapping[int, frozenset[int]]  # source -> posts that could now be among its suggestions
    turns: frozenset[int]


@dataclass(frozen=True, slots=True)
class Compared:
    """A site's posts as the last refresh knew them, and as they are."""

    before: Mapping[int, Watched]
    now: Mapping[int, Watched]  # in the order of the index's rows
    published: frozenset[int]

    @property
    def gone(self) -> set[int]:
        """Posts that are no more."""
        return self.before.keys() - self.now.keys()

    @property
    def hidden(self) -> set[int]:
        """Posts to which suggestions could lead, and cannot any more."""
        return {post_id for post_id, known in self._both() if known.target and not self.now[post_id].target}

    @property
    def changed(self) -> set[int]:
        """Posts that are new or other than they were."""
        same = {post_id for post_id, known in self._both() if known.hash == self.now[post_id].hash}
        return self.now.keys() - same

    @property
    def relinked(self) -> set[int]:
        """Posts whose links lead elsewhere, though the posts themselves may be the same."""
        links = ((post_id, known, self.now[post_id]) for post_id, known in self._both())
        return {post_id for post_id, was, is_ in links if (was.links, was.broken) != (is_.links, is_.broken)}

    @property
    def shifted(self) -> set[int]:
        """Posts to which notably more, or fewer, posts link."""
        counts = ((post_id, known.inbound, self.now[post_id].inbound) for post_id, known in self._both())
        return {post_id for post_id, was, is_ in counts if abs(log1p(is_) - log1p(was)) >= SHIFTED}

    def news(self) -> list[Watched]:
        """What is to be written down of the posts."""
        return [
            post
            for post_id, post in self.now.items()
            if (known := self.before.get(post_id)) is None
            or any(getattr(known, name) != getattr(post, name) for name in OBSERVED)
        ]

    def _both(self) -> Iterator[tuple[int, Watched]]:
        return ((post_id, known) for post_id, known in self.before.items() if post_id in self.now)


def compare(store: Store, site_id: int, kept: Kept, resolver: Resolver) -> Compared:
    """Compare a site's posts with what the last refresh knew of them."""
    before, heads = store.watched(site_id), store.heads(site_id)
    index, facts = kept.index, [json.loads(each) for each in kept.pieces.facts]
    ids, inbound = index.posts.ids.tolist(), index.inbound().tolist()
    broken = _Broken(store, site_id, resolver, before, heads)
    now: dict[int, Watched] = {}
    for row, (post_id, fact) in enumerate(zip(ids, facts, strict=True)):
        leads_to = index.links.indices[index.links.indptr[row] : index.links.indptr[row + 1]]
        now[post_id] = Watched(
            post_id=post_id,
            hash=bytes(kept.pieces.hashes[row]),
            title=fact["title"],
            url=fact["url"],
            target=fact["target"],
            inbound=inbound[row],
            links=tuple(sorted(index.posts.ids[leads_to].tolist())),
            broken=broken.of(post_id, fact["url"], fact["links"]) if fact["published"] else (),
        )
    published = frozenset(post_id for post_id, head in heads.items() if head.status == PUBLISHED)
    return Compared(before, now, published & now.keys())


class _Broken:
    """Tells links that lead to a post that is gone or hidden, or to an address at which WordPress finds nothing."""

    def __init__(
        self, store: Store, site_id: int, resolver: Resolver, before: Mapping[int, Watched], heads: Mapping[int, Head]
    ) -> None:
        self._before, self._resolver, self._follow = before, resolver, remembering(resolver.resolve)
        seen = (PUBLISHED, SOON)
        self._hidden = frozenset(post_id for post_id, head in heads.items() if head.status not in seen)
        gone = (known for post_id, known in before.items() if post_id not in heads)
        self._dead = store.dead_addresses(site_id) | {path_of(known.url) for known in gone if known.url}

    def of(self, post_id: int, url: str, links: Sequence[Sequence[str]]) -> tuple[str, ...]:
        """Give the links of a post that lead nowhere; one that did goes on to, while it stands and fits no post."""
        known = self._before.get(post_id)
        before = known.broken if known else ()
        return tuple(dict.fromkeys(href for href, *_ in links if self._is_broken(href, url, before)))

    def _is_broken(self, href: str, url: str, before: Collection[str]) -> bool:
        target = self._follow(href, url)
        if target is not None:
            return target in self._hidden
        if not self._dead and not before:
            return False
        return href in before or path_of(self._resolver.address(href, url)) in self._dead


def touched(
    compared: Compared,
    made_by: Mapping[int, str],
    suggested: Iterable[Suggested],
    least_score: float,
    kept: Kept,
    past: Sequence[Refresh] | None,
    whole: bool,
) -> Touched:
    """Say what has to be made anew; `made_by` says of each published post what its suggestions would be made by.

    `past` are the refreshes before, newest first; None where all that was found to be made anew is on its way.
    """
    before = compared.before
    stale = {post_id for post_id, by in made_by.items() if post_id not in before or before[post_id].made_by != by}
    stale |= {post_id for post_id, known in before.items() if known.made_by and post_id not in made_by}
    changed, news = compared.changed, compared.changed | compared.gone | compared.relinked
    worn = past is not None and is_worn(past, len(changed) + len(compared.gone), len(made_by))
    if whole or worn or (news and len(made_by) <= SMALL):
        return Touched(whole=True, surely=frozenset(made_by) | stale - compared.gone, perhaps={}, turns=frozenset())
    elsewhere = changed | compared.gone | compared.hidden | compared.shifted
    surely = stale | (compared.relinked & made_by.keys()) | _failing(suggested, elsewhere, least_score)
    surely = {post_id for post_id in surely if post_id in compared.now}
    perhaps = _scouted(changed, kept, surely, made_by.keys())
    waiting = [post_id for post_id in made_by if post_id not in surely]
    count = max(FEWEST_TURNS, len(made_by) // TURNS) if news else 0
    turns = sorted(waiting, key=lambda post_id: (_age(before[post_id]), post_id))[:count]
    perhaps = {source: targets for source, targets in perhaps.items() if source not in turns}
    return Touched(whole=False, surely=frozenset(surely), perhaps=perhaps, turns=frozenset(turns))


def is_worn(past: Sequence[Refresh], changed: int, posts: int) -> bool:
    """Say whether so much has changed since everything was made anew that it should be again; newest first."""
    since: list[Refresh] = []
    for one in past:
        if one.whole and not one.error:
            break
        since.append(one)
    changed += sum(one.changed + one.deleted for one in since)
    sampled, differing = sum(one.sampled for one in since), sum(one.differing for one in since)
    drifted = sampled >= FEWEST_SEEN and differing > DRIFTED * sampled
    return drifted or changed >= max(1, CHANGED * posts)


def _failing(suggested: Iterable[Suggested], elsewhere: Collection[int], least_score: float) -> set[int]:
    """Check every stored suggestion: give the sources of which one that is shown does not hold as it stands."""
    return {
        source
        for source, target, score, shown in suggested
        if shown and (target in elsewhere or score < round(least_score, 4))
    }


def _scouted(
    changed: Collection[int], kept: Kept, surely: Collection[int], made: Collection[int]
) -> dict[int, frozenset[int]]:
    """Find the sources that could lead to posts that are new or other than they were."""
    index = kept.index
    rows = [row for post_id in sorted(changed) if (row := index.row(post_id)) is not None and index.posts.targets[row]]
    targets = np.array(rows, np.int64)
    found: dict[int, set[int]] = defaultdict(set)
    for target, sources in zip(rows, scout(targets, index, SCOUTED), strict=True):
        for source in index.posts.ids[sources].tolist():
            if source in made and source not in surely:
                found[source].add(int(index.posts.ids[target]))
    return {source: frozenset(targets) for source, targets in found.items()}


def _age(known: Watched) -> float:
    return known.made_at.timestamp() if known.made_at else 0.0
