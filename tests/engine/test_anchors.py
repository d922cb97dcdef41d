"""The words a link would stand on."""

from __future__ import annotations

import pytest

from suggester.engine.anchors import ALTERNATIVES, Finder
from suggester.engine.policy import Policy
from suggester.entities import Anchor
from tests.engine.garden import analysed, garden, index_of
from tests.toys import LetterEncoder

LETTERS = LetterEncoder().encode
JAPANESE = (
    (1, "堆肥の作り方", ""), (2, "トマト", ""), (3, "パン", ""), (4, "Docker入門", ""), (5, "これから", ""),
    (6, "東京の庭園", ""), (7, "トマト栽培", ""), (8, "ベランダ菜園の始め方", ""),
)  # fmt: skip
KOREAN = ((1, "정원 가꾸기", ""), (2, "정원", ""), (3, "토마토 키우기", ""))
CHINESE = ((1, "阳台种菜", ""), (2, "番茄的种植方法", ""))


def anchors(html, target, index=None, policy=None, encode=None, lang="en"):
    index = garden(encode=encode) if index is None else index
    finder = Finder(analysed(html, index, encode, lang=lang), index, policy or Policy())
    return [placed.anchor.text for placed in finder.find(index.row(target))]


@pytest.mark.parametrize(
    ("text", "target", "expected"),
    [
        ("We laid drip irrigation along the beans.", 3, ["drip irrigation"]),
        ("We laid Drip Irrigation along the beans.", 3, ["Drip Irrigation"]),
        ("Two sourdough starters live in the fridge.", 4, ["sourdough starters"]),  # inflected
        ("I pruned the old apple trees.", 6, ["pruned the old apple trees"]),
        ("There is rainwater in the barrels.", 13, ["rainwater in the barrels"]),
        ("Jerusalem artichokes in the corner.", 8, ["Jerusalem artichokes"]),
        ("Slugs come at night.", 7, ["Slugs"]),
        ("We make wild garlic (pesto) in May.", 22, ["wild garlic"]),
        ("Drip and drip and drip, and Drip.", 3, ["Drip"]),  # said once is enough
        ("Nothing of the kind.", 3, []),
        ("", 3, []),
    ],
)
def test_it_finds_the_words_that_speak_of_the_target(text, target, expected):
    assert anchors(f"<p>{text}</p>", target) == expected


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("We have drip. Irrigation is for July", 3),
        ("We have a potting, shed work", 21),
        ("We like it raised; beds too", 18),
        ("A cold — frames", 14),
        ("Seed (swaps)", 19),
        ("Rye! Bread!", 5),
    ],
)
def test_no_anchor_runs_over_punctuation(text, target):
    for anchor in anchors(f"<p>{text}</p>", target):
        assert anchor.replace(" ", "").isalpha(), anchor


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("Dr. Brown: roses", "Ask Dr. Brown today.", "Dr. Brown"),
        ("Dig, sow, reap", "Remember: dig, sow, reap in turn.", "dig, sow, reap"),
        ("Compost: slow or quick?", "Compost: slow or quick, that is it.", "Compost: slow or quick"),
    ],
)
def test_punctuation_that_the_title_has_too_may_stand_in_an_anchor(title, text, expected):
    assert anchors(f"<p>{text}</p>", 30, garden((30, title, "")))[0] == expected


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("Growing Kew", "We saw the Royal Kew Gardens.", "Royal Kew Gardens"),
    ],
)
def test_a_name_is_taken_whole_where_the_words_stand_for_nothing_else(title, text, expected):
    assert expected in anchors(f"<p>{text}</p>", 30, garden((30, title, "<p>plum queen</p>")))


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("Rainwater barrels (RWB)", "Fill the rainwater barrels (RWB) now.", ["rainwater barrels (RWB)"]),
        (
            "Pruning old apple trees",
            "I pruned the apple trees.",
            ["pruned the apple trees"],
        ),  # all the title has
        ("My Rainwater Barrels", "I wrote “My Rainwater Barrels” in May.", ["My Rainwater Barrels"]),
        ("Barrels for rainwater", "The rainwater was kept in barrels.", []),  # half a sentence
        ("Barrels for rainwater", "We saw a rainwater without barrels.", ["rainwater without barrels"]),  # no article
        ("Barrels for rainwater", "Learn how barrels keep rainwater.", ["Learn how barrels keep rainwater"]),
        ("Barrels for rainwater", "Read the rainwater guide today.", ["Read the rainwater guide"]),
    ],
)
def test_anchors_are_cut_where_an_editor_would_cut(title, text, expected):
    index = garden((30, title, "<p>Rainwater barrels, apple trees.</p>"))
    assert anchors(f"<p>{text}</p>", 30, index) == expected


@pytest.mark.parametrize(
    ("title", "its_text", "text", "expected"),
    [
        ("Integrated pest management", "IPM begins with looking.", "We have practised IPM since last year.", True),
        ("The code of good practice: eggs", "CGP is law.", "We keep to CGP on the farm.", True),
        ("Pest management, integrated", "IPM begins with looking.", "We have practised IPM since last year.", False),
        ("Integrated pest management", "IPM begins with looking.", "We have practised ipm since last year.", False),
        ("Integrated pest management", "Looking comes first.", "We have practised IPM since last year.", False),
        ("Pest management", "PM begins with looking.", "We have practised PM since last year.", False),
    ],
)
def test_an_abbreviation_that_the_target_uses_of_itself_stands_for_its_title(title, its_text, text, expected):
    word = its_text.split()[0]
    others = [(32, "A year of looking", f"<p>A year with {word}.</p>"), (33, "On eggs", f"<p>{word} is for many.</p>")]
    site = garden((30, title, f"<p>{its_text}</p>"), *others)
    found = anchors(f"<p>{text}</p>", 30, site)
    assert (found[:1] == [word]) is expected


@pytest.mark.parametrize("suffix", ["'s", "’s"])
def test_a_possessive_stays_outside_the_link(suffix):
    assert anchors(f"<p>A potting shed{suffix} roof leaks.</p>", 21) == ["potting shed"]


@pytest.mark.parametrize(
    "html",
    [
        "<h2>Drip irrigation</h2>",
        "<p>A <a href='https://shop.example/'>drip irrigation</a> kit.</p>",
        "<p>A <a href='https://shop.example/'>kit of drip</a> irrigation.</p>",
        "<p>A <code>drip irrigation</code> kit.</p>",
        "<pre>drip irrigation</pre>",
        "<p>[drip irrigation] or [gallery title='drip irrigation']</p>",
        "<figure><img src='a.jpg'><figcaption>drip irrigation</figcaption></figure>",
        "<p><button>drip irrigation</button></p>",
    ],
)
def test_no_anchor_stands_where_no_link_may_stand(html):
    assert anchors(html, 3) == []


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        ("<p>drip irrigation</p>", "paragraph"),
        ("<ul><li>drip irrigation</li></ul>", "list_item"),
        ("<blockquote><p>drip irrigation</p></blockquote>", "quote"),
        ("<table><tr><td>drip irrigation</td></tr></table>", "table_cell"),
        ("<p>Use <strong>drip</strong> <em>irrigation</em>.</p>", "paragraph"),
    ],
)
def test_an_anchor_stands_in_any_block_of_prose(html, kind):
    index = garden()
    finder = Finder(analysed(html, index), index, Policy())
    assert [(one.anchor.text, one.anchor.kind) for one in finder.find(index.row(3))] == [("drip irrigation", kind)]


def test_an_anchor_is_quoted_with_what_stands_around_it():
    index = garden()
    html = "<h2>Water</h2><p>In the hottest week of July we laid drip irrigation along the beans and went away.</p>"
    (placed,) = Finder(analysed(html, index), index, Policy()).find(index.row(3))
    before, after = "n the hottest week of July we laid ", " along the beans and went away."
    assert placed.anchor == Anchor("drip irrigation", before[-32:], after[:32], block=1, kind="paragraph")
    assert (placed.block, placed.end - placed.start) == (1, len("drip irrigation"))


def test_the_block_closest_to_the_target_is_preferred():
    html = (
        "<p>Money and taxes: drip irrigation is not free of them, they say.</p>"
        "<p>In a dry July the drip irrigation with its small holes waters each root.</p>"
    )
    index = garden((31, "Dry July", "<p>hose small holes root waste</p>"), (32, "Hose", "<p>dry root small holes</p>"))
    placed = Finder(analysed(html, index), index, Policy()).find(index.row(3))[0]
    assert placed.anchor.block == 1


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("Jerusalem artichokes, Jerusalem Artichokes, the artichokes of Jerusalem, Jerusalem artichoke soup.", 8),
        ("Drip irrigation and drip irrigation and irrigation by drip and then DRIP IRRIGATION.", 3),
        ("Wild garlic pesto, garlic pesto, wild garlic, pesto of wild garlic.", 22),
    ],
)
def test_alternatives_differ_in_words_and_do_not_share_a_place(text, target):
    index = garden()
    placed = Finder(analysed(f"<p>{text}</p>", index), index, Policy()).find(index.row(target))
    assert 1 <= len(placed) <= 1 + ALTERNATIVES
    assert len({one.anchor.text.lower() for one in placed}) == len(placed)
    assert not any(one.overlaps(other) for one in placed for other in placed if one is not other)


@pytest.mark.parametrize(
    ("text", "target", "excluded", "expected"),
    [
        ("the drip irrigation of the shed", 3, {"drip"}, []),
        ("the Drip Irrigation of the shed", 3, {"irrigation"}, []),
        ("the drip irrigation of the shed", 3, {"drip irrigation"}, []),
        ("the drip irrigation of the shed", 3, {"shed"}, ["drip irrigation"]),
        ("the drip irrigation of the shed", 3, {"irrigat"}, ["drip irrigation"]),  # a part of a word is no word
    ],
)
def test_no_anchor_has_an_excluded_word(text, target, excluded, expected):
    assert anchors(f"<p>{text}</p>", target, policy=Policy(excluded_words=frozenset(excluded))) == expected


@pytest.mark.parametrize(
    "title", ["Here", "This page", "Click here", "Read more", "2024", "10", "Home", "Next post", "Go"]
)
def test_a_title_that_says_nothing_is_no_anchor(title):
    assert anchors(f"<p>We tell it all, {title.lower()}, in full: {title}.</p>", 30, garden((30, title, ""))) == []


def test_a_single_word_that_many_posts_have_is_no_anchor():
    many = [(at, f"Plot {at}", "<p>Our garden grows.</p>") for at in range(40, 46)]
    assert anchors("<p>We like our garden in June.</p>", 30, garden((30, "Garden", ""), *many)) == []
    assert anchors("<p>We like our orchard in June.</p>", 30, garden((30, "Orchard", ""), *many)) == ["orchard"]


@pytest.mark.parametrize(
    ("site", "lang", "text", "target", "expected"),
    [
        (JAPANESE, "ja", "今日は堆肥の作り方を学ぶ。", 1, ["堆肥の作り方"]),
        (JAPANESE, "ja", "堆肥の話をしよう。", 1, []),  # “の” is no subject
        (JAPANESE, "ja", "トマトを作る", 2, ["トマト"]),
        (JAPANESE, "ja", "トマトソースを作る", 7, ["トマトソース"]),  # never half a word
        (JAPANESE, "ja", "パンダを見る", 3, []),
        (JAPANESE, "ja", "まずDocker入門から", 4, ["Docker入門"]),
        (JAPANESE, "ja", "これから行く", 5, []),  # grammar alone
        (JAPANESE, "ja", "京の東の京都", 6, []),  # the same characters, other words
        (JAPANESE, "ja", "春のベランダ菜園は楽しい", 8, ["ベランダ菜園"]),
        (KOREAN, "ko", "봄에는 정원 가꾸기가 좋다", 1, ["정원 가꾸기"]),
        (KOREAN, "ko", "정원 가게에 갔다", 1, []),
        (KOREAN, "ko", "정원사가 왔다", 2, []),
        (KOREAN, "ko", "방울토마토 키우기를 시작", 3, ["방울토마토 키우기"]),
        (CHINESE, "zh", "今年我在阳台种菜，很开心。", 1, ["阳台种菜"]),
        (CHINESE, "zh", "我学了番茄的种植方法。", 2, ["番茄的种植方法"]),
    ],
)
def test_scripts_without_spaces_have_whole_words_too(site, lang, text, target, expected):
    assert anchors(f"<p>{text}</p>", target, index_of(site, lang=lang), lang=lang) == expected


def closest(html, index):
    finder = Finder(analysed(html, index, LETTERS), index, Policy())
    (found,) = finder.closest_in_meaning([index.row(30)], LETTERS)
    return [placed.anchor.text for placed in found]


def test_where_no_words_are_shared_the_phrase_closest_in_meaning_is_taken():
    index = garden((30, "qqqq zzzz", ""), (31, "Quiz zap", ""), encode=LETTERS)
    assert closest("<p>The warm soil and the quiz zap of the year.</p>", index) == ["quiz zap"]


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<h2>quiz zap</h2>",
        "<p>the and of</p>",
        "<p>warm moon soil</p>",  # nothing is near
        "<p>a <a href='https://x.example/'>quiz zap</a> here</p>",
    ],
)
def test_where_nothing_is_near_there_is_no_anchor(html):
    assert closest(html, garden((30, "qqqq zzzz", ""), encode=LETTERS)) == []


@pytest.mark.parametrize(
    ("title", "linked", "text", "expected"),
    [
        ("Garden work", "", "all the garden work in June", ["garden work"]),
        ("Garden", "", "Our Garden in June", ["Garden"]),  # a single word where it is written as a name
        ("Garden", "", "our garden in June", []),
        ("Chores", "garden work", "all the garden work in June", ["garden work"]),  # other posts link these words
    ],
)
def test_common_words_may_carry_a_link_where_the_site_itself_calls_the_post_so(title, linked, text, expected):
    many = [(at, f"Plot {at}", "<p>Our garden and its work.</p>") for at in range(40, 56)]
    linking = (60, "Links", f"<p>See <a href='/30/'>{linked}</a>.</p>" if linked else "")
    assert anchors(f"<p>{text}</p>", 30, garden((30, title, ""), linking, *many)) == expected
