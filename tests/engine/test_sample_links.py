"""How many of the links that a careful gardener would set on the sample site are suggested."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace

import pytest

from suggester.content.links import Address, Resolver
from suggester.encoding import load
from suggester.encoding.protocol import Encoder
from suggester.engine.build import build
from suggester.engine.inbound import inbound
from suggester.engine.index import Index
from suggester.engine.passages import texts_of
from suggester.engine.policy import Policy
from suggester.engine.rankerfile import bundled
from suggester.engine.reading import Draft, Encode, Reading
from suggester.engine.suggest import suggest
from suggester.entities import Suggestions
from suggester.sample import EXPECTED, SAMPLE
from suggester.tasks.readings import draft_of
from suggester.wordpress.export import ExportSource

ASKED = 8


class SampleSite:
    """The sample site, read from its export file as any other."""

    def __init__(self) -> None:
        source = ExportSource(SAMPLE)
        self.site = source.site()
        self.posts = sorted((post for page in source.changed() for post in page.posts), key=lambda post: post.id)
        addresses = [Address(post.id, post.url, post.old_slugs) for post in self.posts]
        self._resolver = Resolver(self.site, addresses)
        self.id_of = {post.slug: post.id for post in self.posts}
        self.drafts: dict[int, Draft] = {post.id: draft_of(post, self._resolver, self.site.lang) for post in self.posts}

    def index(self, encoder: Encoder | None) -> Index:
        return build(self.site, [self._reading(draft, encoder) for draft in self.drafts.values()],
                     encoder.id if encoder else "")  # fmt: skip

    @staticmethod
    def _reading(draft: Draft, encoder: Encoder | None) -> Reading:
        texts = texts_of(draft.post.title, draft.body)
        return Reading(draft.post, draft.body, draft.lang, texts, encoder.encode(texts) if encoder else None)

    def expected(self, clear_only: bool = True) -> dict[int, set[int]]:
        """The targets that a careful gardener would link to, or only those that must be found: source -> targets."""
        wanted: dict[int, set[int]] = defaultdict(set)
        for link in json.loads(EXPECTED.read_text("utf-8")):
            if link["clear"] or not clear_only:
                wanted[self.id_of[link["source"]]].add(self.id_of[link["target"]])
        return wanted

    def answers(self, index: Index, encode: Encode | None) -> dict[int, Suggestions]:
        policy, ranker = Policy(written_today=True), bundled()
        return {
            source: suggest(draft, index, encode, policy, limit=ASKED, ranker=ranker)
            for source, draft in self.drafts.items()
        }

    def share_found(self, answers: dict[int, Suggestions]) -> float:
        """Share of the expected targets among the suggestions of their sources."""
        wanted = [(source, target) for source, targets in self.expected().items() for target in targets]
        given = {(item.source_id, item.target_id) for answer in answers.values() for item in answer.items}
        return sum(pair in given for pair in wanted) / len(wanted)

    def share_right(self, answers: dict[int, Suggestions]) -> tuple[int, float]:
        """How many are shown for sources with expected links, and the share of them that is expected."""
        wanted = self.expected(clear_only=False)
        shown = [item for source in wanted for item in answers[source].items if item.shown]
        return len(shown), sum(item.target_id in wanted[item.source_id] for item in shown) / len(shown)


@pytest.fixture(scope="module")
def sample() -> SampleSite:
    return SampleSite()


@pytest.fixture(scope="module")
def on_words(sample) -> dict[int, Suggestions]:
    return sample.answers(sample.index(None), None)


@pytest.fixture(scope="module")
def encoded(sample) -> dict[int, Suggestions]:
    encoder = load()
    return sample.answers(sample.index(encoder), encoder.encode)


def test_words_alone_find_most_of_the_expected_links(sample, on_words):
    assert sample.share_found(on_words) > 0.72


@pytest.mark.slow
def test_with_the_bundled_encoder_more_are_found(sample, encoded):
    assert sample.share_found(encoded) > 0.75


@pytest.mark.slow
def test_more_than_four_in_five_of_those_shown_unasked_are_expected(sample, encoded):
    shown, right = sample.share_right(encoded)
    assert shown > 25
    assert right > 0.8


def test_no_suggestion_leads_to_a_hidden_post_or_to_one_linked_already(sample, on_words):
    public = {post.id for post in sample.posts if post.may_be_target}
    for source, answer in on_words.items():
        linked = {link.target for link in sample.drafts[source].body.links}
        assert {item.target_id for item in answer.items} <= public - linked - {source}


def test_the_sources_of_a_post_would_get_the_same_suggestions_for_it_today(sample):
    index, compared = sample.index(None), 0
    posts = {post.id: post for post in sample.posts}
    told = {
        (item.source_id, item.target_id): replace(item, other_targets=())
        for draft in sample.drafts.values()
        for item in suggest(draft, index, None, Policy(written_today=True), limit=len(posts)).items
    }
    for row, target in enumerate(index.post_ids):
        answer = inbound(
            row,
            index,
            lambda ids: [posts[each] for each in ids],
            lambda own: sample.drafts[own.id].body,
            None,
            Policy(),
        )
        assert [told[item.source_id, target] for item in answer.items] == list(answer.items)
        compared += len(answer.items)
    assert compared > 300


def test_every_anchor_stands_in_the_post_as_quoted(sample, on_words):
    for source, answer in on_words.items():
        blocks = {block.index: block.text for block in sample.drafts[source].body.blocks}
        for anchor in (each for item in answer.items for each in (item.anchor, *item.alternatives) if each):
            assert anchor.before + anchor.text + anchor.after in blocks[anchor.block]
