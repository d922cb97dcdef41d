"""Words that tell where links stand, in several languages: what leads to one, what is linked, what ends a phrase."""

from __future__ import annotations

from functools import lru_cache

from suggester.engine.words import fold, stemmer

_CUES = {
    "en": "see read review visit check follow called about introduced wrote discussed described announced using via"
    " learn find get explore discover apply refer watch browse consult covered explained shared published mentioned",
    "de": "siehe lies lesen über heißt genannt beschrieben geschrieben namens"
    " erfahren erfahre entdecken vorgestellt erklärt",
    "fr": "voir lire lisez consultez découvrez intitulé appelé nommé sur écrit"
    " apprenez renseignez visitez présenté expliqué",
    "es": "ver lee leer consulta véase titulado llamado sobre escrito escribí"
    " aprende descubre visita publicado expliqué",
    "pt": "veja leia ler confira chamado sobre escrevi escrito aprenda descubra saiba acesse publiquei expliquei falei",
    "it": "vedi leggi leggere consulta chiamato intitolato scritto scopri visita spiegato pubblicato",
    "nl": "zie lees bekijk over genaamd geschreven ontdek leer bezoek besproken",
    "sv": "se läs om kallad skrev upptäck besök beskrev",
    "pl": "zobacz przeczytaj sprawdź o nazwie dowiedz poznaj odwiedź opisałem",
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
_CLAUSES = {
    "en": "i we he she they it you is are was were am be been has have had will would can could should do does did but"
    " because although while won't can't don't doesn't didn't isn't aren't wasn't weren't",
    "de": "ich wir er sie ihr ist sind war waren bin wird werden wurde hat haben hatte kann können aber weil obwohl",
    "fr": "je nous il elle ils elles on vous est sont était étaient suis sera avons avez ont avait mais parce lorsque",
    "es": "yo nosotros él ella ellos es son era eran soy fue fueron hemos han había pero porque aunque cuando",
    "pt": "eu nós ele ela eles elas você é são era eram sou foi foram temos tinha mas porque embora quando",
    "it": "io noi lui lei loro è sono era erano fu abbiamo hanno aveva ma perché quando",
    "nl": "ik wij we hij zij is zijn was waren ben wordt worden heeft hebben had maar omdat hoewel",
    "sv": "jag vi han hon de är var blir har hade kan men eftersom medan",
    "pl": "ja my on ona oni jest są był była były będzie ale ponieważ kiedy",
}


@lru_cache(maxsize=64)
def cues_of(lang: str) -> frozenset[str]:
    """Give the words of a language that lead to a link."""
    return _set(_CUES, lang)


@lru_cache(maxsize=64)
def nouns_of(lang: str) -> frozenset[str]:
    """Give the words of a language for what is linked, and for which of several."""
    return _set(_NOUNS, lang)


@lru_cache(maxsize=64)
def clauses_of(lang: str) -> frozenset[str]:
    """Give the words of a language that no phrase has inside: subjects, verbs without which there is no sentence."""
    return _set(_CLAUSES, lang)


def _set(table: dict[str, str], lang: str) -> frozenset[str]:
    return frozenset(stemmer(lang)(fold(word)) for word in table.get(lang, "").split())
