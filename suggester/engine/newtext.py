"""A short sentence to add where none of the words that stand there fit, in the post's own language."""

from __future__ import annotations

from suggester.engine.analysis import Analysis
from suggester.engine.anchors import Finder
from suggester.entities import NewText

SEE_ALSO = {
    "en": "See also: ",
    "de": "Siehe auch: ",
    "fr": "Voir aussi : ",
    "es": "Véase también: ",
    "pt": "Veja também: ",
    "it": "Vedi anche: ",
    "nl": "Zie ook: ",
    "pl": "Zobacz też: ",
    "sv": "Se även: ",
    "da": "Se også: ",
    "no": "Se også: ",
    "nb": "Se også: ",
    "fi": "Katso myös: ",
    "cs": "Viz také: ",
    "hu": "Lásd még: ",
    "ro": "Vezi și: ",
    "tr": "Ayrıca bakınız: ",
    "ru": "См. также: ",
    "uk": "Див. також: ",
    "el": "Δείτε επίσης: ",
    "he": "ראו גם: ",
    "ar": "انظر أيضًا: ",
    "ja": "関連記事：",
    "zh": "另请参阅：",
    "ko": "함께 보기: ",
    "id": "Lihat juga: ",
    "vi": "Xem thêm: ",
}
FEWEST_WORDS = 20  # a block must be a paragraph of some length to be followed by such a sentence


def propose(text: Analysis, finder: Finder, row: int, title: str) -> NewText | None:
    """Propose a sentence behind the paragraph closest to the target; None where no paragraph is fit."""
    near = finder.nearness(row)
    fit = [
        at
        for at, block in enumerate(text.blocks)
        if block.linkable and block.kind == "paragraph" and len(text.words[at]) >= FEWEST_WORDS
    ]
    anchor = title.rstrip(".。 ")
    if not fit or not anchor:
        return None
    block = text.blocks[max(fit, key=lambda at: float(near[at]))]
    stop = "" if anchor[-1:] in "?!？！…" else "。" if text.draft.lang in ("ja", "zh") else "."
    sentence = SEE_ALSO.get(text.draft.lang, SEE_ALSO["en"]) + anchor + stop
    return NewText(sentence, anchor, block.index, block.kind)
