import pytest

from suggester.content.blocks import read
from suggester.content.text import anchor_at, plain, plural, sentence_around
from suggester.entities import Anchor


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("Rye &amp; <em>Wheat</em>&nbsp;", "Rye & Wheat"),
        ("a\n\nb", "a b"),
        ("<p>a</p><p>b</p>", "a b"),
        ("5 < 6", "5 < 6"),
        ("<script>x</script>", ""),
        ("", ""),
    ],
)
def test_titles_become_one_line_of_plain_text(html, text):
    assert plain(html) == text


@pytest.mark.parametrize(
    ("text", "words", "sentence"),
    [
        ("It rained. We baked rye bread. It was good.", "rye", "We baked rye bread."),
        ("It rained. We baked rye bread. It was good.", "rained", "It rained."),
        ("It rained. We baked rye bread. It was good", "good", "It was good"),
        ("Why? We baked! Really…  Yes.", "baked", "We baked!"),
        (
            "We met Dr. Rye at 5 p.m. in Wheat St. today. Then home.",
            "Wheat",
            "We met Dr. Rye at 5 p.m. in Wheat St. today.",
        ),
        ("Version 2.5 of Node.js is out. Install it.", "is", "Version 2.5 of Node.js is out."),
        ("See J. R. Rye, e.g. his bread. Or not.", "his", "See J. R. Rye, e.g. his bread."),
        ("He said “bake it.” Then he left.", "left", "Then he left."),
        ("雨が降った。パンを焼いた！美味しい？", "パン", "パンを焼いた！"),
        ("「焼いた。」と言った。終わり", "言", "と言った。"),
        ("أمطرت. هل خبزنا؟ نعم.", "خبزنا", "هل خبزنا؟"),
        ("बारिश हुई। रोटी बनी।", "रोटी", "रोटी बनी।"),
        ("It rained. We baked.", "rained. We", "It rained. We baked."),
        ("no end at all", "end", "no end at all"),
    ],
)
def test_it_finds_the_sentence_around_some_words(text, words, sentence):
    at = text.index(words)
    start, end = sentence_around(text, at, at + len(words))
    assert text[start:end] == sentence


def test_an_anchor_quotes_what_stands_around_it():
    block = read("<p>one</p><ul><li>The rye starter that we fed every single day is now alive and well.").blocks[1]
    assert anchor_at(block, 4, 15) == Anchor("rye starter", "The ", " that we fed every single day is", 1, "list_item")
    assert anchor_at(block, 0, 3) == Anchor("The", "", " rye starter that we fed every s", 1, "list_item")


@pytest.mark.parametrize(("count", "text"), [(0, "0 posts"), (1, "1 post"), (2, "2 posts"), (12345, "12,345 posts")])
def test_a_number_comes_with_its_noun(count, text):
    assert plural(count, "post") == text
