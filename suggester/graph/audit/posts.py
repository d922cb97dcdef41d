"""Faults of posts: nobody links to them, they are far away, or they link to nobody, too much or too little."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from suggester.content.text import plural
from suggester.entities import Fault
from suggester.graph.audit.corpus import Corpus, Grounds
from suggester.graph.audit.kinds import ALWAYS_ALLOWED, FARTHEST, FEWEST_WORDS
from suggester.graph.orphans import nearly, orphans


def orphan(corpus: Corpus, grounds: Grounds) -> Iterator[Fault]:
    """Find posts that no other post's body links to."""
    return (Fault("orphan", post_id, "No other post links here.") for post_id in orphans(grounds.index))


def nearly_orphan(corpus: Corpus, grounds: Grounds) -> Iterator[Fault]:
    """Find posts that a single other post links to."""
    told = "A single other post links here."
    return (Fault("nearly_orphan", post_id, told) for post_id in nearly(grounds.index))


def deep(corpus: Corpus, grounds: Grounds) -> Iterator[Fault]:
    """Find posts that no click leads to, and those more than three clicks from the homepage, the farthest first."""
    for post_id in grounds.unreached:
        yield Fault("deep", post_id, "No click from the homepage leads here.")
    far = ((visit.depth or 0, post_id, visit) for post_id, visit in grounds.depths.items())
    for depth, post_id, visit in sorted(
        (each for each in far if each[0] > FARTHEST), key=lambda each: (-each[0], each[1])
    ):
        content = visit.content_depth
        over = "no way over links in texts" if content is None else f"{content} over links in texts alone"
        yield Fault("deep", post_id, f"{depth} clicks from the homepage; {over}.", url=visit.url)


def dead_end(corpus: Corpus, grounds: Grounds) -> Iterator[Fault]:
    """Find posts whose text links to no other page of the site."""
    for each in corpus.measured:
        if not each.internal and each.words >= FEWEST_WORDS:
            yield Fault("dead_end", each.post_id, f"No link to another post in {plural(each.words, 'word')}.")


def under_linked(corpus: Corpus, grounds: Grounds) -> Iterator[Fault]:
    """Find posts with links, but fewer than their length asks for; those with most words to spare first."""
    fewest, _ = grounds.policy.recommended
    found = [
        (each.internal - each.words * fewest / 1000, each)
        for each in corpus.measured
        if 0 < each.internal < int(each.words * fewest / 1000)
    ]
    for _, each in sorted(found, key=lambda one: (one[0], one[1].post_id)):
        needed = int(each.words * fewest / 1000)
        told = f"{plural(each.internal, 'link')} in {plural(each.words, 'word')}; {needed} at least."
        yield Fault("under_linked", each.post_id, told)


def over_linked(corpus: Corpus, grounds: Grounds) -> Iterator[Fault]:
    """Find posts with more links than their length bears; those with most links too many first."""
    _, most = grounds.policy.recommended
    found = []
    for each in corpus.measured:
        room = max(ALWAYS_ALLOWED, ceil(each.words * most / 1000))
        if each.internal > room:
            found.append((room - each.internal, each, room))
    for _, each, room in sorted(found, key=lambda one: (one[0], one[1].post_id)):
        told = f"{plural(each.internal, 'link')} in {plural(each.words, 'word')}; {room} at most."
        yield Fault("over_linked", each.post_id, told)
