"""Words: what counts as one, how it is folded, where it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suggester.engine.words import SNOWBALL, Word, fold, stemmer, stop_words, terms, words


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("en", "Running runners' gardens", ["run", "runner", "garden"]),
        ("de", "Gärten Häuser", ["gart", "haus"]),
        ("fr", "les plantes plantées", ["le", "plant", "plant"]),
        ("es", "jardines jardín", ["jardin", "jardin"]),
        ("ru", "садов сады", ["сад", "сад"]),
        ("ar", "الحدائق", ["حدايق"]),
        ("hi", "बागवानी", ["बागवान"]),
        ("pl", "ogrodu ogrody", ["ogrodu", "ogrody"]),  # no stemmer: words as they are
        ("xx", "Running", ["running"]),
        ("", "Running", ["running"]),
    ],
)
def test_words_are_reduced_to_their_stems_in_their_language(lang, text, expected):
    assert terms(text, lang) == expected


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("fr", "l'eau", ["l", "eau"]),
        ("fr", "d’Alerte", ["d", "alert"]),
        ("fr", "aujourd'hui", ["aujourd", "hui"]),
        ("it", "dell'orto", ["dell", "orto"]),
        ("en", "the gardener's", ["the", "garden"]),
        ("en", "John’s", ["john"]),
        ("en", "IT'S", ["it"]),
        ("en", "don't we've", ["don't", "we'v"]),
        ("en", "'quoted'", ["quot"]),
    ],
)
def test_elisions_end_a_word_and_possessives_belong_to_it(lang, text, expected):
    assert terms(text, lang) == expected
    assert [word.term for word in words(text, lang)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C++ and C#.", ["c++", "and", "c#"]),
        ("AT&T, R&D", ["at&t", "r&d"]),
        ("node.js .NET", ["node.js", "net"]),
        ("version 3.5.", ["version", "3.5"]),
        ("an e-mail", ["an", "e-mail"]),
        ("the U.S. post", ["the", "u.s", "post"]),
        ("bees--and honey", ["bees", "and", "honey"]),
        ("wait...then dig", ["wait", "then", "dig"]),
        ("wait…then dig", ["wait", "then", "dig"]),
        ("dig -- or not", ["dig", "or", "not"]),
        ("snake_case", ["snake_case"]),
        ("_soil_", ["soil"]),
        ("🌱 soil 🌱", ["soil"]),
        ("", []),
        ("… — !", []),
    ],
)
def test_signs_within_a_word_belong_to_it_and_others_part_words(text, expected):
    assert terms(text, "") == expected
    assert [word.term for word in words(text, "")] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("堆肥の作り方", ["堆肥", "肥の", "の作", "作り", "り方"]),
        ("堆", ["堆"]),
        ("สวนผัก", ["สว", "วน", "นผ", "ผั", "ัก"]),
        ("정원 가꾸기", ["정원", "가꾸", "꾸기"]),
        ("Docker入門", ["docker", "入門"]),
        ("堆肥-コンポスト", ["堆肥", "コン", "ンポ", "ポス", "スト"]),
        ("第2回 node.js勉強会", ["第", "2", "回", "node.js", "勉強", "強会"]),
    ],
)
def test_scripts_without_spaces_are_counted_by_pairs_of_characters(text, expected):
    assert terms(text, "ja") == expected


def test_in_a_script_without_spaces_every_character_is_a_word_with_its_place():
    assert words("Docker入門", "ja") == [
        Word("docker", 0, 6, False),
        Word("入", 6, 7, False),
        Word("門", 7, 8, False),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ＡＢＣ", "abc"),
        ("ﬁne", "fine"),
        ("caf\u0065\u0301", "caf\u00e9"),
        ("Don’t", "don't"),
        ("ｶﾞｰﾃﾞﾝ", "ガーデン"),
        ("PLAIN", "plain"),
    ],
)
def test_variants_of_the_same_word_are_folded_into_one(text, expected):
    assert fold(text) == expected


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("hi", "बागवानी के लिए", ["बागवानी", "के", "लिए"]),
        ("he", "שָׁלוֹם", ["שָׁלוֹם"]),
        ("fr", "cafe\u0301 noir", ["cafe\u0301", "noir"]),
        ("ta", "தோட்டம்", ["தோட்டம்"]),
    ],
)
def test_accents_and_vowel_signs_written_apart_stay_with_their_letter(lang, text, expected):
    assert [text[word.start : word.end] for word in words(text, lang)] == expected


@pytest.mark.parametrize(
    ("lang", "text", "telling"),
    [
        ("en", "The best of the beans", ["best", "beans"]),
        ("en", "it's what you don't", []),
        ("de", "die Bohnen und der Kohl", ["Bohnen", "Kohl"]),
        ("fr", "le jardin d’hiver", ["jardin", "hiver"]),
        ("xx", "the beans", ["the", "beans"]),  # no list: every word may tell
    ],
)
def test_stop_words_are_marked_in_their_language(lang, text, telling):
    assert [text[word.start : word.end] for word in words(text, lang) if not word.stop] == telling


@pytest.mark.parametrize("word", ["research", "system", "home", "work"])
def test_the_list_of_stop_words_leaves_words_that_carry_meaning(word):
    assert word not in stop_words("en")


@pytest.mark.parametrize("lang", sorted(SNOWBALL))
def test_every_stemmer_that_is_named_exists(lang):
    assert stemmer(lang)("a") == "a"


@given(st.text(max_size=200), st.sampled_from(["en", "fr", "ja", "th", "hi", ""]))
def test_every_word_stands_where_it_says_and_in_order(text, lang):
    places = [(word.start, word.end) for word in words(text, lang)]
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert all(left[1] <= right[0] for left, right in zip(places, places[1:], strict=False))


@given(
    st.lists(st.sampled_from(["soil", "l'eau", "C++", "it's", "don’t", "a--b", "e-mail", "Über", "नमी"]), max_size=9)
)
def test_counting_and_placing_see_the_same_words(chosen):
    text = " ".join(chosen)
    assert [word.term for word in words(text, "en")] == terms(text, "en")


@given(st.text(alphabet="abÀé0_+#&.-'’ sstl\u0301नी", max_size=60))
def test_a_character_of_another_script_behind_it_changes_nothing_in_a_text(text):
    assert words(f"{text} 堆", "en")[:-1] == words(text, "en")
    assert terms(f"{text} 堆", "en")[:-1] == terms(text, "en")
