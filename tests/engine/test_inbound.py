"""From a target to its sources: the same suggestions as from each source, and why other posts are no sources."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from suggester.engine import inbound as module
from suggester.engine.inbound import inbound
from suggester.engine.policy import Policy
from suggester.engine.ranker import HAND_SET, Ranker
from suggester.engine.reading import Draft
from suggester.engine.suggest import suggest
from suggester.entities import Inbound, Post, Suggestion, Verdict
from tests.engine.garden import GARDEN, body_of, category, index_of, post
from tests.toys import LetterEncoder

LETTERS = LetterEncoder().encode
SURE = Ranker("sure", 5.0, {"title": 1.0, "title_words": 0.1})  # everything is worth showing
FREE = Policy(links_per_1000=1000, words_between=0, most_shown=100)
FILLER = "and so we went on through that long year with all of its small and its large joys"


def talk(*topics: str) -> str:
    return "<p>" + f" {FILLER} ".join(("We spoke of", *topics, "in the end.")) + "</p>"


DRIP = next(post(*row) for row in GARDEN if row[0] == 3)
PLAIN = post(40, "A dry summer", talk("drip irrigation", "a potting shed", "raised beds"))
LATER = post(41, "What July taught us", talk("rainwater barrels", "drip irrigation"))
ASIDE = post(42, "Our shed", talk("a potting shed", "quince jelly"))
SITE = (*(post(*row) for row in GARDEN if row[0] != 3), DRIP, PLAIN, LATER, ASIDE)


def with_(*changed: Post) -> tuple[Post, ...]:
    posts = {each.id: each for each in SITE} | {each.id: each for each in changed}
    return tuple(posts.values())


def ask(target: int, posts=SITE, policy=FREE, encode=None, gone=(), **options) -> Inbound:
    index = index_of(posts, encode)
    there = {each.id: each for each in posts if each.id not in gone}
    return inbound(
        index.row(target),
        index,
        lambda ids: [there[each] for each in ids if each in there],
        lambda own: body_of(own.content),
        encode,
        policy,
        **{"ranker": SURE} | options,
    )


def outbound(source: Post, posts, policy, encode, ranker) -> dict[int, Suggestion]:
    """What a source is told, far down the list; other targets of the same words are told to the source alone."""
    draft = Draft(source, body_of(source.content), source.lang or "en")
    items = suggest(draft, index_of(posts, encode), encode, policy, limit=100, ranker=ranker).items
    return {item.target_id: replace(item, other_targets=()) for item in items}


def sources(answer: Inbound, shown_only: bool = True) -> list[int]:
    return [item.source_id for item in answer.items if item.shown or not shown_only]


def test_the_posts_that_speak_of_a_target_should_link_to_it():
    answer = ask(3)
    assert (answer.target_id, answer.inbound, answer.orphan) == (3, 0, True)
    assert set(sources(answer)) == {40, 41}
    assert [item.anchor.text for item in answer.items if item.shown] == ["drip irrigation"] * 2
    assert all("drip irrigation" in item.sentence and item.target_id == 3 for item in answer.items if item.shown)


@pytest.mark.parametrize("encode", [None, LETTERS], ids=["words", "letters"])
@pytest.mark.parametrize("ranker", [SURE, HAND_SET], ids=["sure", "hand-set"])
@pytest.mark.parametrize(
    "policy",
    [FREE, Policy(), Policy(links_per_1000=25, words_between=40), Policy(least_score=0.9)],
    ids=["free", "usual", "tight", "strict"],
)
def test_each_is_the_very_suggestion_that_its_source_gets(policy, ranker, encode):
    told = {each.id: outbound(each, SITE, policy, encode, ranker) for each in SITE}
    compared = 0
    for target in (3, 5, 7, 13, 18, 20, 21):
        for item in ask(target, policy=policy, encode=encode, ranker=ranker, limit=50).items:
            assert item == told[item.source_id][target]
            compared += 1
    assert compared > 20


def test_what_ranks_higher_in_the_source_takes_its_words_first():
    twin = post(30, "Drip irrigation", "<p>Another view of holes.</p>")
    both = [ask(target, with_(twin)) for target in (3, 30)]
    assert [len(sources(answer)) for answer in both] in ([2, 0], [0, 2])
    assert sum(answer.dropped.get("words_taken", 0) for answer in both) == 2


@pytest.mark.parametrize(
    ("reason", "changed", "options"),
    [
        ("already_linked", replace(PLAIN, content=PLAIN.content + "<p>See <a href='/3/'>this</a>.</p>"), {}),
        ("already_linked", PLAIN, {"linked": {40, 999}}),
        ("dismissed", PLAIN, {"verdicts": [Verdict(40, 3, "dismissed")]}),
        ("excluded", PLAIN, {"policy": replace(FREE, excluded_targets=frozenset({40, 999}))}),
        (
            "excluded",
            replace(PLAIN, terms=(category("News"),)),
            {"policy": replace(FREE, excluded_terms=frozenset({"category:news"}))},
        ),
        (
            "excluded",
            replace(PLAIN, type="product"),
            {"policy": replace(FREE, post_types=frozenset({"post"}))},
        ),
        ("other_language", replace(PLAIN, lang="de"), {}),
        ("not_published", replace(PLAIN, status="draft"), {}),
        ("not_published", replace(PLAIN, status="private"), {}),
        ("not_published", PLAIN, {"gone": {40}}),
    ],
)
def test_every_reason_to_be_no_source_is_counted(reason, changed, options):
    answer = ask(3, with_(changed), **options)
    assert 40 not in sources(answer, shown_only=False)
    assert 41 in sources(answer, shown_only=False)
    assert answer.dropped[reason] == 1


def test_a_post_that_has_its_fill_of_links_is_no_source():
    full = replace(PLAIN, content=PLAIN.content + "<p>And <a href='/21/'>a shed</a>.</p>")
    answer = ask(3, with_(full), replace(FREE, links_per_1000=10))
    assert 40 not in sources(answer, shown_only=False)
    assert answer.dropped["link_limit_reached"] == 4  # three are full, and in one another link comes first


@pytest.mark.parametrize(
    "verdict",
    [
        Verdict(40, 3, "accepted"),
        Verdict(40, 21, "dismissed"),
        Verdict(41, 21, "dismissed"),
        Verdict(3, 40, "dismissed"),
    ],
)
def test_other_verdicts_silence_no_source(verdict):
    assert 40 in sources(ask(3, verdicts=[verdict]))


def test_a_target_dismissed_for_a_source_leaves_its_words_to_others():
    twin = post(30, "Drip irrigation", "<p>Another view of holes.</p>")
    first = next(target for target in (3, 30) if sources(ask(target, with_(twin))))
    other = 33 - first
    assert 40 in sources(ask(other, with_(twin), verdicts=[Verdict(40, first, "dismissed")]))


@pytest.mark.parametrize(
    ("reason", "changed", "policy"),
    [
        ("not_public", replace(DRIP, status="draft"), FREE),
        ("not_public", replace(DRIP, status="private"), FREE),
        ("not_public", replace(DRIP, protected=True), FREE),
        ("not_public", replace(DRIP, noindex=True), FREE),
        ("excluded", DRIP, replace(FREE, excluded_targets=frozenset({3}))),
        ("excluded", replace(DRIP, type="product"), replace(FREE, post_types=frozenset({"post"}))),
    ],
)
def test_a_target_that_is_never_shown_has_no_sources(reason, changed, policy):
    answer = ask(3, with_(changed), policy)
    assert answer == Inbound(3, 0, orphan=reason == "excluded", dropped={reason: 1})


def test_posts_that_link_to_a_target_are_counted():
    linking = replace(ASIDE, content="<p>See <a href='/3/'>water</a> and <a href='/3/'>more water</a>.</p>")
    answer = ask(3, with_(linking))
    assert (answer.inbound, answer.orphan) == (1, False)
    hidden = replace(linking, status="private")
    assert ask(3, with_(hidden)).orphan


def test_no_more_are_given_than_asked_for_and_the_rest_is_counted():
    everything = ask(3, limit=50)
    answer = ask(3, limit=1)
    assert answer.items == everything.items[:1]
    assert answer.dropped["beyond_limit"] == len(everything.items) - 1
    assert ask(3, limit=0).items == ()


def test_the_shown_come_first_and_each_group_is_ordered_by_score():
    items = ask(3, policy=replace(FREE, least_score=0.9934), limit=50).items
    assert [item.shown for item in items] == sorted((item.shown for item in items), reverse=True)
    for group in (True, False):
        scores = [item.score for item in items if item.shown == group]
        assert scores == sorted(scores, reverse=True)


def test_only_the_most_promising_are_read():
    fetched, read = [], []
    topics = [("drip irrigation", "a hose with small holes"), ("raised beds",), ("quince jelly",)]
    many = [post(100 + at, f"Day {at}", talk(*topics[at % 3], f"topic {at}")) for at in range(360)]
    index = index_of(with_(*many))
    known = {each.id: each for each in with_(*many)}

    def fetch(ids):
        fetched.extend(ids)
        return [known[each] for each in ids]

    def body(own: Post):
        read.append(own.id)
        return body_of(own.content)

    inbound(index.row(3), index, fetch, body, None, FREE)
    assert len(read) == module.LOOKED_AT < len(fetched) <= module.GLANCED_AT
    assert set(read) < set(fetched)


@pytest.mark.parametrize("encode", [None, LETTERS], ids=["words", "letters"])
@pytest.mark.parametrize(
    "posts",
    [
        [post(3, "Alone", "<p>Here.</p>")],
        [post(3, "", ""), post(4, "", "")],
        [post(3, "?!", "<p>!</p>"), post(4, "", "<p>?!</p>")],
        [post(3, "The", "<p>and of the</p>"), post(4, "Of", "<p>the and</p>")],
        [post(3, "堆肥の作り方", "<p>土</p>", lang="ja"), post(4, "春", "<p>堆肥の作り方を読む。</p>", lang="ja")],
    ],
    ids=["one", "blank", "signs", "stop words", "Japanese"],
)
def test_a_site_with_hardly_a_post_gives_an_answer(posts, encode):
    answer = ask(3, posts, encode=encode)
    assert (answer.target_id, answer.orphan) == (3, True)
    assert {item.source_id for item in answer.items} <= {4}


def test_scripts_without_spaces_find_their_sources():
    posts = [
        post(3, "堆肥の作り方", "<p>落ち葉と米ぬかを重ねる。</p>", lang="ja"),
        post(4, "春の庭", "<p>春になったら堆肥の作り方を読み返す。</p>", lang="ja"),
        *(post(number, f"記事{number}", "<p>今日は雨。猫が寝ている。</p>", lang="ja") for number in range(5, 12)),
    ]
    answer = ask(3, posts)
    assert [(item.source_id, item.anchor.text) for item in answer.items if item.shown] == [(4, "堆肥の作り方")]


PIECES = st.sampled_from(
    ["<p>", "</p>", "<a href='/3/'>", "</a>", "<b>", "drip", "irrigation", "drip irrigation", "’s", "&amp;", "\0", "<",
     ">", "トマト", "🌱", "e\u0301", "C++", "AT&T", " ", "\n\n", "a" * 200, "[gallery]", "(", "\\", "*", "title"]
)  # fmt: skip


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PIECES, max_size=20).map(" ".join), st.lists(PIECES, max_size=6).map("".join), st.booleans())
def test_no_title_and_no_content_make_it_fall_over(content, title, embedded):
    encode = LETTERS if embedded else None
    odd = with_(post(3, title, "<p>A hose with small holes.</p>"), post(40, "Odd", content))
    for target in (3, 40):
        answer = ask(target, odd, encode=encode)
        assert all(item.target_id == target != item.source_id for item in answer.items)
        assert all(count > 0 for count in answer.dropped.values())
