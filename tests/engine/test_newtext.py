"""A sentence to add, where none of the words that stand there fit."""

from __future__ import annotations

import pytest

from suggester.engine.anchors import Finder
from suggester.engine.newtext import FEWEST_WORDS, SEE_ALSO, propose
from suggester.engine.policy import Policy
from suggester.entities import NewText
from tests.engine.garden import analysed, garden
from tests.toys import LetterEncoder

LETTERS = LetterEncoder().encode
LONG = "<p>" + " ".join(["word"] * FEWEST_WORDS) + "</p>"


def proposed(html=LONG, title="Drip irrigation", lang="en", row=2, encode=None):
    index = garden(encode=encode)
    text = analysed(html, index, encode, lang=lang)
    return propose(text, Finder(text, index, Policy()), row, title)


@pytest.mark.parametrize(
    ("lang", "title", "sentence", "anchor"),
    [
        ("en", "Drip irrigation", "See also: Drip irrigation.", "Drip irrigation"),
        ("en", "Why dig?", "See also: Why dig?", "Why dig?"),
        ("en", "Dig!", "See also: Dig!", "Dig!"),
        ("en", "Dig on…", "See also: Dig on…", "Dig on…"),
        ("en", "All done.", "See also: All done.", "All done"),
        ("de", "Warum graben?", "Siehe auch: Warum graben?", "Warum graben?"),
        ("fr", "Le compost", "Voir aussi : Le compost.", "Le compost"),
        ("es", "¿Por qué?", "Véase también: ¿Por qué?", "¿Por qué?"),
        ("ja", "堆肥の作り方", "関連記事：堆肥の作り方。", "堆肥の作り方"),
        ("ja", "堆肥とは？", "関連記事：堆肥とは？", "堆肥とは？"),
        ("zh", "阳台种菜。", "另请参阅：阳台种菜。", "阳台种菜"),
        ("xx", "Dig", "See also: Dig.", "Dig"),  # better English than nothing
        ("", "Dig", "See also: Dig.", "Dig"),
    ],
)
def test_the_sentence_is_in_the_drafts_language_and_ends_once(lang, title, sentence, anchor):
    assert proposed(title=title, lang=lang) == NewText(sentence, anchor, block=0, kind="paragraph")


@pytest.mark.parametrize("lang", SEE_ALSO)
def test_the_anchor_stands_in_the_sentence_in_every_language(lang):
    found = proposed(lang=lang)
    assert found.anchor in found.sentence
    assert found.sentence.startswith(SEE_ALSO[lang])


@pytest.mark.parametrize("title", ["", "...", "。", " "])
def test_a_title_without_words_gets_no_sentence(title):
    assert proposed(title=title) is None


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<p>Too short.</p>",
        LONG.replace("p>", "h2>"),
        f"<ul><li>{LONG[3:-4]}</li></ul>",
        LONG.replace("p>", "blockquote>"),
        LONG.replace("p>", "pre>"),
    ],
)
def test_only_a_paragraph_of_some_length_is_followed_by_a_sentence(html):
    assert proposed(html) is None


@pytest.mark.parametrize(("title", "row", "block"), [("Drip irrigation", 2, 1), ("Sourdough starter", 3, 2)])
def test_it_goes_behind_the_paragraph_closest_to_the_target(title, row, block):
    filler = " ".join(["and then of the"] * 5)
    html = (
        f"<h2>Drip irrigation Sourdough starter</h2><p>Drip irrigation {filler} drip irrigation, irrigation.</p>"
        f"<p>Sourdough starter {filler} sourdough starter, starter, sourdough.</p>"
    )
    assert proposed(html, title, row=row).block == block


def test_with_an_encoder_the_paragraph_closest_in_meaning_is_taken():
    far, near = "zzzz qqqq xxxx " * 20, "drip irrigation " * 20
    assert proposed(f"<p>{far}</p><p>{near}</p>", encode=LETTERS).block == 1
    assert proposed(f"<p>{near}</p><p>{far}</p>", encode=LETTERS).block == 0
