"""Words that must never carry a link, because they say nothing of where it leads."""

from __future__ import annotations

from suggester.engine.words import fold

_PHRASES = """
click|next|previous|continue
click here|here|read more|more|learn more|see more|see here|find out more|continue reading|read this|full post
this|that|it|this post|this article|this page|this link|link|links|article|post|page|blog|blog post|website|site
home|homepage|check it out|check this out|previous post|last post|next post|earlier post|recent post|last week
last month|last year|part 1|part 2|part 3|part one|part two|details|more details|more information|info|source|via
update|updated|announced|announcement|introduction|conclusion|summary|overview|example|examples|documentation|docs
download|watch|listen|wrote|written|written about|talked about|mentioned|blogged|blogged about|posted|posted about
said|read|see|look|guide
hier|hier klicken|mehr|mehr lesen|weiterlesen|dieser artikel|dieser beitrag|artikel|beitrag|seite
ici|cliquez ici|lire la suite|en savoir plus|cet article|ce billet|billet|lien|suite
aqui|clique aqui|leia mais|saiba mais|saber mais|este artigo|este post|artigo|artigos|neste artigo|neste post
aquí|haz clic aquí|leer más|más información|este artículo|esta entrada|artículo|entrada
qui|clicca qui|leggi di più|questo articolo|articolo
klik hier|lees meer|dit artikel
här|klicka här|läs mer
tutaj|kliknij tutaj|czytaj więcej|więcej
здесь|тут|читать далее|подробнее|статья
こちら|ここ|この記事|記事|続きを読む|詳細|詳しくはこちら|前回|次回|前回の記事
点击这里|这里|阅读更多|更多|本文
여기|더 보기
"""


def is_generic(anchor: str) -> bool:
    """Whether an anchor says nothing of its target, in any of the languages we know such words of."""
    return " ".join(fold(anchor).split()).strip(" .,:;!?…»«\"'“”()[]>→") in GENERIC


GENERIC = frozenset(fold(words) for line in _PHRASES.split("\n") for words in line.split("|") if words)
