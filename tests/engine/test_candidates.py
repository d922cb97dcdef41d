"""Which posts are judged at all, and why the others fell away."""

from __future__ import annotations

import random

import numpy as np
import pytest

from suggester.engine.analysis import analyse
from suggester.engine.candidates import (
    ALREADY_LINKED,
    DISMISSED,
    EXCLUDED,
    ITSELF,
    MOST,
    NOT_PUBLIC,
    OTHER_LANGUAGE,
    find,
)
from suggester.engine.policy import Policy
from suggester.engine.rankerfile import bundled
from tests.engine.garden import GARDEN, category, draft, garden, index_of, post
from tests.toys import LetterEncoder

LETTERS = LetterEncoder().encode
HTML = "<p>Our drip irrigation is fed by rainwater barrels beside the potting shed.</p>"
DRIP = next(row for row in GARDEN if row[0] == 3)


def found(html=HTML, index=None, policy=None, dismissed=(), **fields):
    index = garden() if index is None else index
    candidates = find(analyse(draft(html, **fields), index, None), index, policy or Policy(), dismissed)
    return [index.post_ids[row] for row in candidates.rows], dict(candidates.dropped)


def test_posts_that_the_text_speaks_of_are_candidates():
    ids, dropped = found()
    assert {3, 13, 21} <= set(ids)
    assert dropped == {}


@pytest.mark.parametrize(
    ("reason", "entry", "html", "options"),
    [
        (ITSELF, post(*DRIP), HTML, {"post_id": 3}),
        (ALREADY_LINKED, post(*DRIP), HTML + "<p>See <a href='/3/'>this</a>.</p>", {}),
        (ALREADY_LINKED, post(*DRIP), HTML + "<h2>See <a href='/3/'>this</a></h2>", {}),
        (DISMISSED, post(*DRIP), HTML, {"dismissed": {3}}),
        (NOT_PUBLIC, post(*DRIP, status="draft"), HTML, {}),
        (NOT_PUBLIC, post(*DRIP, status="private"), HTML, {}),
        (NOT_PUBLIC, post(*DRIP, protected=True), HTML, {}),
        (NOT_PUBLIC, post(*DRIP, noindex=True), HTML, {}),
        (OTHER_LANGUAGE, post(*DRIP, lang="de"), HTML, {}),
        (EXCLUDED, post(*DRIP), HTML, {"policy": Policy(excluded_targets=frozenset({3, 999}))}),
        (
            EXCLUDED,
            post(*DRIP, terms=(category("News"), category("Water"))),
            HTML,
            {"policy": Policy(excluded_terms=frozenset({"category:news", "category:gone"}))},
        ),
        (EXCLUDED, post(*DRIP, type="page"), HTML, {"policy": Policy(post_types=frozenset({"post", "recipe"}))}),
    ],
)
def test_every_reason_to_fall_away_is_counted(reason, entry, html, options):
    ids, dropped = found(html, garden(entry), **options)
    assert 3 not in ids
    assert dropped == {reason: 1}


def test_a_category_that_every_post_carries_can_be_excluded_too():
    index = index_of([post(*row, terms=(category("News"),)) for row in GARDEN])
    ids, dropped = found(index=index, policy=Policy(excluded_terms=frozenset({"category:news"})))
    assert ids == []
    assert dropped[EXCLUDED] > 3


@pytest.mark.parametrize(
    ("draft_lang", "post_lang", "policy", "kept"),
    [
        ("en", "en", Policy(), True),
        ("en", "de", Policy(), False),
        ("en", "de", Policy(same_language=False), True),
        ("", "de", Policy(), True),  # nobody knows what the draft is written in
    ],
)
def test_targets_are_of_the_drafts_language_where_it_is_known(draft_lang, post_lang, policy, kept):
    ids, _ = found(index=garden(post(*DRIP, lang=post_lang)), policy=policy, lang=draft_lang)
    assert (3 in ids) == kept


def test_one_post_falls_away_for_one_reason_only():
    html = HTML + "<p><a href='/3/'>this</a></p>"
    policy = Policy(excluded_targets=frozenset({3}))
    _, dropped = found(html, garden(post(*DRIP, status="draft")), policy, {3}, post_id=3)
    assert dropped == {ITSELF: 1}


def test_a_draft_that_shares_nothing_with_the_site_has_no_candidates():
    assert found("<p>Zyx wvut srq.</p>") == ([], {})
    assert found("") == ([], {})


def test_every_feature_has_one_finite_value_for_each_candidate():
    index = garden(encode=LETTERS)
    candidates = find(analyse(draft(HTML, post_id=1), index, LETTERS), index, Policy(), ())
    assert len(candidates.rows) > 10
    for name, values in candidates.features.items():
        assert values.shape == candidates.rows.shape, name
        assert np.isfinite(values).all(), name


def test_no_more_are_judged_however_large_the_site_is():
    chance = random.Random(7)
    vocabulary = [f"{a}{b}{c}an" for a in "bcdfghklmnp" for b in "aeiou" for c in "bdfgklmnprst"]

    def text(count):
        return " ".join(chance.choices(vocabulary, k=count))

    site = [post(at, text(3), f"<p>{text(40)} <a href='/{chance.randrange(1, 2000)}/'>{text(1)}</a></p>")
            for at in range(1, 2_001)]  # fmt: skip
    index = index_of(site)
    ids, dropped = found(f"<p>{text(3_000)}</p>", index, policy=Policy(excluded_targets=frozenset({5})))
    assert 100 < len(ids) <= MOST == 300
    assert sum(dropped.values()) <= 1


def test_only_what_the_ranker_weighs_is_measured_and_what_finding_and_reasons_take():
    index = garden()
    text = analyse(draft(HTML), index, LETTERS)
    whole = find(text, index, Policy(), ())
    some = find(text, index, Policy(), (), {"block_share", "newer"})
    assert some.rows.tolist() == whole.rows.tolist()
    assert {"block_share", "newer", "words", "inbound", "same_terms"} <= set(some.features)
    assert not {"posts_between", "mentions", "near_neighbours", "far_in_time"} & set(some.features)
    for name, values in some.features.items():
        assert values.tolist() == whole.features[name].tolist(), name


def test_a_ranker_puts_candidates_in_the_same_order_whether_or_not_other_features_are_measured():
    index = garden()
    text = analyse(draft(HTML), index, LETTERS)
    ranker = bundled()
    whole, some = find(text, index, Policy(), ()), find(text, index, Policy(), (), ranker.weights)
    assert ranker.probabilities(some.features).tolist() == ranker.probabilities(whole.features).tolist()
