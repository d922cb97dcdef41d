"""Words that speak of links, in several languages: those that lead to one, and those for what is linked."""

from __future__ import annotations

from functools import lru_cache

from suggester.engine.words import fold, stemmer

_CUES = {
    "en": "see read review visit check follow called about introduced wrote discussed described announced using via",
    "de": "siehe lies lesen über heißt genannt beschrieben geschrieben namens",
    "fr": "voir lire lisez consultez découvrez intitulé appelé nommé sur écrit",
    "es": "ver lee leer consulta véase titulado llamado sobre escrito escribí",
    "pt": "veja leia ler confira chamado sobre escrevi escrito",
    "it": "vedi leggi leggere consulta chiamato intitolato scritto",
    "nl": "zie lees bekijk over genaamd geschreven",
    "sv": "se läs om kallad skrev",
    "pl": "zobacz przeczytaj sprawdź o nazwie",
}
_NOUNS = {
    "en": "post posts article articles blog series part guide guidelines page tutorial talk story essay interview"
    " overview introduction policy report notes first second third previous last earlier recent next detail wrote",
    "de": "artikel beitrag beiträge serie teil anleitung seite vortrag interview bericht vorigen letzten ersten",
    "fr": "article articles billet série partie guide page présentation rapport premier dernier précédent",
    "es": "artículo artículos entrada serie parte guía página charla informe primer primera anterior última",
    "pt": "artigo artigos post posts série parte guia página palestra episódio primeiro anterior último",
    "it": "articolo articoli serie parte guida pagina rapporto primo precedente ultimo",
    "nl": "artikel artikelen bericht serie deel gids pagina verslag eerste vorige laatste",
    "sv": "artikel inlägg serie del guide sida första förra",
    "pl": "artykuł wpis seria część przewodnik strona pierwszy poprzedni",
}


@lru_cache(maxsize=64)
def cues_of(lang: str) -> frozenset[str]:
    """Give the words of a language that lead to a link."""
    return _set(_CUES, lang)


@lru_cache(maxsize=64)
def nouns_of(lang: str) -> frozenset[str]:
    """Give the words of a language for what is linked, and for which of several."""
    return _set(_NOUNS, lang)


def _set(table: dict[str, str], lang: str) -> frozenset[str]:
    return frozenset(stemmer(lang)(fold(word)) for word in table.get(lang, "").split())
