"""Words that say nothing of where a link leads never carry one."""

from __future__ import annotations

import pytest

from suggester.engine.generic import GENERIC, is_generic


@pytest.mark.parametrize(
    "anchor",
    [
        "click here", "Click Here", "click  here", "here", "“here”", "Read more…", "Read more...", "read more »",
        "(link)", "→ here", "this post", "This Article", "learn more", "Home", "part 2", "last week",
        "hier", "hier klicken", "Weiterlesen", "dieser Beitrag", "ici", "cliquez ici", "Lire la suite",
        "aqui", "Leia mais", "saiba mais", "aquí", "haz clic aquí", "LEER MÁS", "qui", "clicca qui", "leggi di più",
        "klik hier", "lees meer", "här", "läs mer", "tutaj", "czytaj więcej", "здесь", "Читать далее", "подробнее",
        "こちら", "ここ", "続きを読む", "この記事", "点击这里", "阅读更多", "여기",
    ],
)  # fmt: skip
def test_courtesy_in_any_language_says_nothing(anchor):
    assert is_generic(anchor)


@pytest.mark.parametrize(
    "anchor",
    [
        "here be dragons",
        "compost heap",
        "reading lamp",
        "click beetles",
        "Artikel 5",
        "ici Londres",
        "堆肥",
        "home brewing",
    ],
)
def test_words_that_name_something_are_not_generic(anchor):
    assert not is_generic(anchor)


def test_the_list_is_kept_as_it_is_compared():
    assert all(words == words.lower().strip() and words for words in GENERIC)
    assert len(GENERIC) > 150
