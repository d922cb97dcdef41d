"""From a draft to its suggestions: order, rules, reasons for silence, and that nothing makes it fall over."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from suggester.engine.policy import Policy
from suggester.engine.ranker import Ranker
from suggester.engine.suggest import (
    ANCHOR_TAKEN,
    BEYOND_LIMIT,
    LIMIT_REACHED,
    NO_ANCHOR,
    TOO_CLOSE,
    UNSURE,
    suggest,
)
from suggester.entities import Suggestions, Verdict
from tests.engine.garden import GARDEN, draft, garden, index_of, post
from tests.toys import LetterEncoder

LETTERS = LetterEncoder().encode
PLAIN, EMBEDDED = garden(), garden(encode=LETTERS)
SURE = Ranker("sure", 5.0, {"title": 1.0, "title_words": 0.1})  # everything is worth showing
FREE = Policy(links_per_1000=1000, words_between=0, most_shown=100)
TOPICS = ("drip irrigation", "a potting shed", "raised beds", "cold frames", "rainwater barrels", "quince jelly")
FILLER = "and so we went on through that long year with all of its small and its large joys"


def talk(*topics: str, between: str = FILLER) -> str:
    return "<p>" + f" {between} ".join(("We spoke of", *topics, "in the end.")) + "</p>"


def ask(html, index=PLAIN, policy=FREE, encode=None, **options):
    ranker, limit, verdicts = (options.pop(name, default) for name, default in
                               (("ranker", SURE), ("limit", 20), ("verdicts", ())))  # fmt: skip
    return suggest(draft(html, **options), index, encode, policy, verdicts, limit, ranker)


def shown(suggestions: Suggestions) -> list[int]:
    return [item.target_id for item in suggestions.items if item.shown]


def anchor_of(suggestions: Suggestions, target: int) -> str | None:
    item = next(item for item in suggestions.items if item.target_id == target)
    return item.anchor and item.anchor.text


def test_every_topic_of_the_text_is_suggested_on_its_own_words():
    answer = ask(talk(*TOPICS))
    assert set(shown(answer)) == {3, 21, 18, 14, 13, 20}
    assert [anchor_of(answer, target) for target in (3, 21, 18)] == ["drip irrigation", "potting shed", "raised beds"]


@pytest.mark.parametrize("encode", [None, LETTERS], ids=["words", "letters"])
@pytest.mark.parametrize("index", [PLAIN, EMBEDDED], ids=["plain", "embedded"])
@pytest.mark.parametrize(
    "html",
    [
        "",
        "<p></p>",
        "<figure><img src='a.jpg' alt='drip irrigation'></figure>",
        "<!-- wp:image --><figure><img src='a.jpg'></figure><!-- /wp:image -->",
        "<p>?</p>",
        "<p>📷</p>",
    ],
)
def test_a_draft_without_words_has_no_suggestions(html, index, encode):
    assert ask(html, index, encode=encode).items == ()


@pytest.mark.parametrize("encode", [None, LETTERS], ids=["words", "letters"])
@pytest.mark.parametrize("entries", [[], [(1, "Alone", "<p>Here.</p>")], [(1, "", "")]], ids=["empty", "one", "blank"])
def test_a_site_with_hardly_a_post_gives_an_answer(entries, encode):
    answer = ask(talk(*TOPICS), index_of(entries, encode), encode=encode)
    assert answer.source_id == 0
    assert len(answer.items) <= len(entries)


def test_the_same_text_is_answered_with_and_without_an_encoder():
    for index, encode in ((PLAIN, None), (PLAIN, LETTERS), (EMBEDDED, None), (EMBEDDED, LETTERS)):
        assert {3, 21, 18, 14, 13, 20} <= set(shown(ask(talk(*TOPICS), index, encode=encode)))


def test_an_encoder_is_not_asked_where_the_index_has_no_vectors():
    encoder = LetterEncoder()
    ask(talk(*TOPICS), PLAIN, encode=encoder.encode)
    assert encoder.seen == []


@pytest.mark.parametrize(("index", "encode"), [(PLAIN, None), (EMBEDDED, LETTERS)], ids=["words", "letters"])
def test_asked_twice_it_answers_the_same(index, encode):
    html = talk(*TOPICS) + talk("slugs", "an apple tree")
    assert ask(html, index, encode=encode) == ask(html, index, encode=encode)


@pytest.mark.parametrize(
    ("policy", "links", "count"),
    [
        (Policy(links_per_1000=10, words_between=0), 0, 1),
        (Policy(links_per_1000=20, words_between=0), 0, 2),
        (Policy(links_per_1000=30, words_between=0), 0, 4),
        (Policy(links_per_1000=30, words_between=0), 2, 2),  # existing links count
        (Policy(links_per_1000=30, words_between=0), 9, 0),
        (Policy(links_per_1000=0, words_between=0), 0, 1),  # one link does no harm where there is none
        (Policy(links_per_1000=1000, words_between=0, most_shown=3), 0, 3),
    ],
)
def test_so_many_links_are_shown_as_the_length_allows(policy, links, count):
    standing = "".join(f"<p><a href='/{target}/'>x</a></p>" for target in range(1, 1 + links) if target != 3)
    html = talk(*TOPICS) + standing
    answer = ask(html, policy=policy)
    words = 120
    assert 100 < len(html.split()) < 160
    assert (len(shown(answer)), words) == (count, words)
    assert answer.dropped.get(LIMIT_REACHED, 0) > 0


@pytest.mark.parametrize(
    ("words", "links", "room"),
    [(0, 0, 1), (99, 0, 1), (100, 0, 1), (300, 0, 3), (300, 2, 1), (300, 3, 0), (300, 9, 0), (9_000, 0, 12), (0, 1, 0)],
)
def test_the_room_for_links_follows_from_words_and_links(words, links, room):
    assert Policy().room(words, links) == room


def test_links_that_stand_near_each_other_are_not_shown_in_one_block():
    policy = Policy(links_per_1000=1000, words_between=12)
    near = ask(talk("drip irrigation", "raised beds", between="and"), policy=policy)
    assert (len(shown(near)), near.dropped[TOO_CLOSE]) == (1, 1)
    assert len(shown(ask(talk("drip irrigation", "raised beds"), policy=policy))) == 2
    assert len(shown(ask("<p>drip irrigation</p><p>raised beds</p>", policy=policy))) == 2


def test_a_link_that_stands_there_keeps_its_distance_too():
    policy = Policy(links_per_1000=1000, words_between=12)
    outside = "<p>Our <a href='https://shop.example/'>hose</a> for drip irrigation.</p>"
    answer = ask(outside, policy=policy)
    assert (shown(answer), answer.dropped[TOO_CLOSE]) == ([], 1)
    assert shown(ask(outside.replace("for", FILLER), policy=policy)) == [3]


def test_one_anchor_never_leads_to_two_targets():
    twin = garden((30, "Drip irrigation", "<p>Another view of holes.</p>"))
    answer = ask("<p>We like drip irrigation. Drip irrigation!</p>", twin)
    assert len(shown(answer)) == 1
    assert answer.dropped[ANCHOR_TAKEN] == 1


def test_every_target_is_suggested_once():
    answer = ask("<p>drip irrigation</p>" * 5 + talk(*TOPICS) * 3)
    targets = [item.target_id for item in answer.items]
    assert len(set(targets)) == len(targets)


def test_the_better_of_two_targets_gets_the_words_and_an_orphan_comes_first_among_the_shown():
    linked = post(31, "Links", "<p>See <a href='/3/'>water</a> and <a href='/21/'>tools</a>.</p>")
    index = garden(linked)
    html = talk("drip irrigation", "raised beds")
    lifted = ask(html, index, Policy(links_per_1000=1000, orphan_lift=0.5))
    level = ask(html, index, Policy(links_per_1000=1000, orphan_lift=0.0), ranker=Ranker("inbound", 2, {"inbound": 1}))
    assert (shown(lifted), shown(level)) == ([18, 3], [3, 18])
    assert len({item.score for item in lifted.items if item.shown}) == 1  # the lift is no part of the score


@pytest.mark.parametrize(("least", "count"), [(0.0, 2), (0.9, 2), (0.999, 0)])
def test_below_the_least_score_nothing_is_shown_unasked(least, count):
    answer = ask(talk("drip irrigation", "raised beds"), policy=Policy(links_per_1000=1000, least_score=least))
    assert len(shown(answer)) == count
    assert answer.dropped.get(UNSURE, 0) == (0 if count else len(answer.items))
    assert {item.target_id for item in answer.items} >= {3, 18}  # who asks sees them


def test_the_shown_come_first_and_each_group_is_ordered_by_score():
    answer = ask(talk(*TOPICS), policy=Policy(links_per_1000=20, words_between=0, orphan_lift=0), ranker=SURE)
    assert [item.shown for item in answer.items] == sorted((item.shown for item in answer.items), reverse=True)
    for group in (True, False):
        scores = [item.score for item in answer.items if item.shown == group]
        assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("limit", [0, 1, 3])
def test_no_more_are_given_than_asked_for_and_the_rest_is_counted(limit):
    everything = len(ask(talk(*TOPICS), limit=50).items)
    answer = ask(talk(*TOPICS), limit=limit)
    assert (len(answer.items), answer.dropped[BEYOND_LIMIT]) == (limit, everything - limit)


@pytest.mark.parametrize(
    ("verdict", "silent"),
    [
        (Verdict(9, 3, "dismissed"), True),
        (Verdict(9, 3, "accepted"), False),
        (Verdict(8, 3, "dismissed"), False),  # of another source
        (Verdict(9, 13, "dismissed"), False),
    ],
)
def test_what_was_dismissed_for_this_source_stays_silent(verdict, silent):
    answer = ask(talk(*TOPICS), post_id=9, verdicts=[verdict])
    assert (3 not in [item.target_id for item in answer.items]) == silent
    assert answer.dropped.get("dismissed", 0) == int(silent or verdict == Verdict(9, 13, "dismissed"))


def test_a_verdict_on_one_unsaved_draft_does_not_silence_the_others():
    answer = ask(talk(*TOPICS), post_id=0, verdicts=[Verdict(0, 3, "dismissed")])
    assert 3 in [item.target_id for item in answer.items]


def test_a_target_without_words_for_it_gets_a_sentence_to_add():
    index = garden(
        (30, "Zinnias", "<p>umbrella teapot lantern</p>"), (31, "Lamps", "<p>umbrella teapot lantern candle</p>")
    )
    answer = ask(f"<p>{FILLER} {FILLER} with umbrella, with teapot, with lantern.</p>", index)
    item = next(item for item in answer.items if item.target_id == 30)
    assert (item.anchor, item.shown, item.new_text.sentence) == (None, False, "See also: Zinnias.")
    assert answer.dropped[NO_ANCHOR] >= 1


def test_words_in_code_tell_what_a_draft_is_about_and_carry_no_link():
    (item,) = ask("<pre>drip irrigation</pre>").items
    assert (item.target_id, item.anchor, item.shown) == (3, None, False)


@pytest.mark.parametrize(("index", "encode"), [(PLAIN, None), (EMBEDDED, LETTERS)], ids=["words", "letters"])
def test_a_post_of_the_index_is_no_target_of_its_own(index, encode):
    for own_id, title, html in GARDEN:
        answer = ask(html, index, encode=encode, post_id=own_id, title=title)
        assert own_id not in [item.target_id for item in answer.items]
        assert answer.source_id == own_id


def quotes_stand(suggestions: Suggestions, html: str) -> None:
    blocks = {block.index: block for block in draft(html).body.blocks}
    for item in suggestions.items:
        for anchor in (*([item.anchor] if item.anchor else []), *item.alternatives):
            block = blocks[anchor.block]
            assert anchor.before + anchor.text + anchor.after in block.text
            assert anchor.kind == block.kind
            assert block.linkable
        assert item.anchor is None or item.anchor.text in item.sentence
        assert not item.shown or item.anchor
        assert 0 <= item.score <= 1


@pytest.mark.parametrize(("index", "encode"), [(PLAIN, None), (EMBEDDED, LETTERS)], ids=["words", "letters"])
def test_every_quoted_anchor_stands_in_its_block_as_quoted(index, encode):
    html = (
        talk(*TOPICS) + "<ul><li>Slugs &amp; <b>rye</b> bread</li></ul>" + talk("pruned apple trees", "chilli harvest")
    )
    answer = ask(html, index, encode=encode)
    assert sum(item.anchor is not None for item in answer.items) > 8
    quotes_stand(answer, html)


def test_a_draft_of_two_megabytes_is_answered():
    html = (talk(*TOPICS) + f"<p>{FILLER} {FILLER}.</p>") * 3_000
    assert len(html) > 2_000_000
    answer = ask(html, EMBEDDED, Policy(), encode=LETTERS)
    assert {3, 21, 18} <= set(shown(answer))
    assert len(shown(answer)) <= Policy().most_shown


PIECES = st.sampled_from(
    [
        "<p>", "</p>", "<ul><li>", "</li></ul>", "<h2>", "</h2>", "<a href='/3/'>", "<a href='https://x.example/'>",
        "</a>", "<b>", "</b>", "<table><tr><td>", "</table>", "<!-- wp:paragraph -->", "[gallery]", "<pre>", "</pre>",
        "drip irrigation", "Jerusalem artichokes", "slugs", "’s", "'s ", ". ", ", ", "&amp;", "&nbsp;", "\0", "<", ">",
        "堆肥の作り方", "トマト", "สวน", "정원", "🌱", "e\u0301", "नमी", "C++", "AT&T", " ", "\n\n", "a" * 200, "1 2 3",
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(max_size=200)),
    st.sampled_from(["en", "ja", "de", "th", "", "xx"]),
    st.booleans(),
)
def test_no_draft_makes_it_fall_over(html, lang, embedded):
    answer = ask(html, EMBEDDED if embedded else PLAIN, encode=LETTERS if embedded else None, lang=lang, post_id=5)
    quotes_stand(answer, html)
    assert all(count > 0 for count in answer.dropped.values())


RAISED = ((31, "Raised beds", "<p>Larch boards hold the loam.</p>"), (32, "Raised beds", "<p>Loam in an old bath.</p>"))


def test_the_words_of_a_suggestion_can_lead_to_the_targets_that_came_too_late():
    answer = ask(talk("raised beds"), garden(*RAISED))
    first = next(item for item in answer.items if item.shown and item.anchor.text == "raised beds")
    rivals = {18, 31, 32} - {first.target_id}
    assert {other.target_id for other in first.other_targets} == rivals
    scores = {item.target_id: item.score for item in answer.items}
    assert [other.score for other in first.other_targets] == sorted((scores[one] for one in rivals), reverse=True)
    assert all(item.other_targets == () for item in answer.items if item is not first)


def test_a_target_that_is_too_unsure_is_no_other_target():
    answer = ask(talk("raised beds"), garden(*RAISED), Policy(least_score=1.0, links_per_1000=1000))
    assert all(item.other_targets == () for item in answer.items)
