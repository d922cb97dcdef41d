"""How many of a site's own links come back once they are hidden, beside simpler tools asked for the same ones."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import TYPE_CHECKING

from suggester.content.text import find_anchor
from suggester.engine.build import build
from suggester.engine.candidates import left_out
from suggester.engine.index import NO_DATE, Index
from suggester.engine.policy import Policy
from suggester.engine.ranker import Ranker
from suggester.engine.reading import Draft, Encode, Reading
from suggester.engine.suggest import suggest
from suggester.entities import Link, Suggestion, Suggestions
from suggester.errors import TooFewLinks
from suggester.evaluate.figures import Answer, Band, Figures, alike, figures, reliability
from suggester.evaluate.hiding import OwnLinks, deal, own_links, robbed
from suggester.evaluate.rivals import LIST, Floats, NearestByWords, best, same_tags, words_of
from suggester.tasks.index import stored
from suggester.tasks.progress import SILENT, Progress
from suggester.tasks.readings import read_posts

if TYPE_CHECKING:
    from suggester.tasks.service import Service

NEEDED = 25  # posts with links of their own; of fewer, a fifth says nothing
SHARE = 0.2  # of them that lose their links
OURS, BUNDLED, TFIDF, SAME_TAG = "ours", "bundled", "tfidf", "same_tag"
HIDDEN, HELD_OUT = "hidden", "held_out"
Answers = dict[str, list[Answer]]


@dataclass(frozen=True, slots=True)
class Setting:
    """What answers go by."""

    index: Index  # of the site as if the links had never been set
    encode: Encode | None
    policy: Policy
    drafts: Mapping[int, Reading]  # the posts that lost links


@dataclass(frozen=True, slots=True)
class Part:
    """What came back of one part of the hidden links."""

    name: str  # HIDDEN: drawn by the seed; HELD_OUT: no training of the site's own has ever seen it
    sources: int  # posts that lost links
    targets: int  # posts that these links led to, counted for each source
    figures: dict[str, Figures]  # tool -> figure -> value
    bands: list[Band]  # of our scores


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How good the suggestions are on a site of one's own, and at which settings that was found."""

    url: str
    encoder: str  # "" where suggestions go by words alone
    ranker: str
    own_ranker: bool  # it was trained on this very site, the held-out part left out
    least_score: float
    removed: bool  # whether the words that carried the links were cut out, too
    share: float
    seed: int
    posts: int
    linking: int  # posts with links of their own to other posts
    links: int
    parts: list[Part]
    seconds: float = 0.0
    at: str = ""  # when, ISO 8601; written by who keeps it


@dataclass
class _Hidden:
    """One part on its way: its posts as they are without their links."""

    drafts: dict[int, Reading] = field(default_factory=dict)
    texts: list[tuple[int, str, str]] = field(default_factory=list)


def evaluate(
    service: Service,
    site_id: int,
    *,
    removed: bool = False,
    share: float = SHARE,
    seed: int = 0,
    progress: Progress = SILENT,
) -> Evaluation:
    """Hide a share of a site's own links, and then those held out from training, and count what comes back.

    TooFewLinks where the site has fewer than `NEEDED` posts with links of their own.
    """
    began = monotonic()
    links = find_links(service, site_id, progress)
    dealt = deal(links)
    rankers = _rankers(service, site_id)
    parts = []
    for name, sources in ((HIDDEN, dealt.some(share, seed)), (HELD_OUT, dealt.held_out)):
        if sources:
            setting, texts = without(service, site_id, links, sources, removed=removed, progress=progress)
            parts.append(_part(name, setting, texts, links, rankers, removed, progress))
    made = service.meta(site_id)
    return Evaluation(
        url=service.store.site(site_id).url,
        encoder=made.encoder,
        ranker=made.ranker,
        own_ranker=BUNDLED in rankers,
        least_score=service.settings(site_id).least_score,
        removed=removed,
        share=share,
        seed=seed,
        posts=len(service.store.post_ids(site_id)),
        linking=len(links),
        links=sum(map(len, links.values())),
        parts=parts,
        seconds=round(monotonic() - began, 1),
    )


def find_links(service: Service, site_id: int, progress: Progress = SILENT, needed: int = NEEDED) -> OwnLinks:
    """Find the links that the authors of a site set; TooFewLinks where fewer than `needed` posts have any."""
    service.known(site_id)  # SiteUnread where there is nothing yet
    links = own_links(_counted(read_posts(service.store, site_id), len(service.store.post_ids(site_id)), progress))
    if len(links) < needed:
        raise TooFewLinks(
            f"{needed} posts with links of their own to other posts are needed to count by or to learn from, and there "
            f"{'is' if len(links) == 1 else 'are'} {len(links)}; set some links first, then ask again."
        )
    return links


def _counted(readings: Iterator[Reading], total: int, progress: Progress) -> Iterator[Reading]:
    progress.start("read", total)
    try:
        for reading in readings:
            yield reading
            progress.advance()
    finally:
        progress.finish()


def without(
    service: Service,
    site_id: int,
    links: OwnLinks,
    sources: Collection[int],
    *,
    removed: bool = False,
    progress: Progress = SILENT,
) -> tuple[Setting, list[tuple[int, str, str]]]:
    """Index a site as if some of its posts had never had their links; give the texts of all posts, too."""
    known = service.known(site_id)
    encoder_id = known.index.encoder_id if known.encode else ""
    hidden = _Hidden()
    readings = robbed(
        stored(service.store, site_id, encoder_id, progress),
        links,
        sources,
        removed=removed,
        encode=known.encode,
        see=lambda reading: hidden.drafts.update({reading.post.id: reading}),
    )
    index = build(known.index.site, _noting(readings, hidden), encoder_id)
    policy = Policy.of(service.settings(site_id))
    return Setting(index, known.encode, policy, hidden.drafts), hidden.texts


def _noting(readings: Iterator[Reading], hidden: _Hidden) -> Iterator[Reading]:
    for reading in readings:
        hidden.texts.append(words_of(reading))
        yield reading


def truths(setting: Setting, links: OwnLinks) -> dict[int, dict[int, list[Link]]]:
    """Give the links that may come back, by source and target; what the site's owner leaves out is not sought."""
    closed = {int(setting.index.posts.ids[row]) for row in left_out(setting.index, setting.policy)}
    found: dict[int, dict[int, list[Link]]] = {}
    for source, draft in setting.drafts.items():
        if setting.policy.excludes(draft.post):
            continue
        standing = {link.target for link in draft.body.links}
        for link in links[source]:
            if link.target is not None and link.target not in closed | standing:
                found.setdefault(source, {}).setdefault(link.target, []).append(link)
    return found


def _rankers(service: Service, site_id: int) -> dict[str, Ranker]:
    own, bundled = service.ranker(site_id), service.rankers.bundled
    return {OURS: own} | ({} if own == bundled else {BUNDLED: bundled})


def _part(
    name: str,
    setting: Setting,
    texts: list[tuple[int, str, str]],
    links: OwnLinks,
    rankers: Mapping[str, Ranker],
    removed: bool,
    progress: Progress,
) -> Part:
    truth = truths(setting, links)
    answers: Answers = {tool: [] for tool in (*rankers, TFIDF, SAME_TAG)}
    progress.start("suggest", len(truth))
    try:
        words = NearestByWords(texts)
        for source, targets in truth.items():
            for tool, ranker in rankers.items():
                answers[tool].append(answer(setting, source, targets, ranker, places=not removed))
            for tool, scores in (
                (TFIDF, words.scores(source)),
                (SAME_TAG, same_tags(setting.index, source)),
            ):
                standing = {link.target for link in setting.drafts[source].body.links if link.target}
                ranked = best(scores, setting.index, {source, *standing})
                answers[tool].append(
                    Answer(frozenset(targets), ranked, newer(setting.index, source, (*ranked, *targets)))
                )
            progress.advance()
    finally:
        progress.finish()
    told = {tool: figures(own) for tool, own in answers.items() if own}
    count = sum(map(len, truth.values()))
    return Part(name, len(truth), count, told, reliability(answers[OURS]))


def _rival(setting: Setting, source: int, targets: Collection[int], scores: Floats) -> Answer:
    standing = {link.target for link in setting.drafts[source].body.links if link.target is not None}
    ranked = best(scores, setting.index, {source, *standing})
    return Answer(frozenset(targets), ranked, newer(setting.index, source, (*ranked, *targets)))


def answer(
    setting: Setting, source: int, targets: Mapping[int, Sequence[Link]], ranker: Ranker, places: bool = True
) -> Answer:
    """Ask for the suggestions of a post as its author saw the site on the day it was published."""
    draft = setting.drafts[source]
    asked = Draft(draft.post, draft.body, draft.lang)
    policy = replace(setting.policy, written_today=False)
    found = suggest(asked, setting.index, setting.encode, policy, (), LIST, ranker)
    ranked = tuple(item.target_id for item in found.items)
    late = newer(setting.index, source, (*ranked, *targets))
    return Answer(
        truth=frozenset(targets),
        ranked=ranked,
        newer=late,
        scores=tuple(item.score for item in found.items),
        shown=frozenset(item.target_id for item in found.items if item.shown),
        on_place=tuple(_places(found, draft, targets, late)) if places else (),
    )


def newer(index: Index, source: int, targets: Collection[int]) -> frozenset[int]:
    """Give the targets published after a source."""
    own = _day(index, source)
    return frozenset(
        each for each in targets if own is not None and (day := _day(index, each)) is not None and day > own
    )


def _day(index: Index, post_id: int) -> int | None:
    row = index.row(post_id)
    day = NO_DATE if row is None else int(index.posts.days[row])
    return None if day == NO_DATE else day


def _places(
    found: Suggestions, draft: Reading, targets: Mapping[int, Sequence[Link]], late: frozenset[int]
) -> Iterator[tuple[bool, float]]:
    """Say of each hidden target among the first ten whether its anchor is on the very words, and how alike they are."""
    old = [item for item in found.items if item.target_id not in late][:10]
    for item in old:
        if item.target_id in targets and item.anchor:
            own = targets[item.target_id]
            on = any(_on_place(item, link, draft) for link in own)
            yield on, max(alike(item.anchor.text, link.anchor) for link in own)


def _on_place(item: Suggestion, link: Link, draft: Reading) -> bool:
    if item.anchor is None or item.anchor.block != link.block:
        return False
    text = next(block.text for block in draft.body.blocks if block.index == link.block)
    at = find_anchor(text, item.anchor)
    return 0 <= at < link.end and link.start < at + len(item.anchor.text)
