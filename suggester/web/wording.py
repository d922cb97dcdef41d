"""How scores, places and reasons are put into words, on the page and in the terminal alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from suggester.content.text import find_anchor
from suggester.entities import Anchor, Suggestion
from suggester.web.answers import confidence

SCORES = {"high": "Strong", "medium": "Good", "low": "Possible"}
WEAK = "Weak"

DROPPED = {  # the engine's reasons; one it does not know yet is shown as it is
    "already_linked": "already linked from the post",
    "dismissed": "dismissed by you before",
    "excluded": "excluded by your settings",
    "itself": "the post itself",
    "link_limit_reached": "more links than the text can bear",
    "no_anchor_found": "no words here that a link could stand on",
    "not_public": "not open to every reader",
    "nothing_similar": "nothing in common",
    "other_language": "in another language",
    "beyond_limit": "further down the list",
    "ruled_out": "ruled out by your rules",
    "too_close_to_another_link": "too close to another link",
    "unsure": "too unsure",
    "weak_words": "no words here that say enough of it",
    "words_taken": "its words carry another link",
}
SOURCES = DROPPED | {  # the same where sources are sought for a target
    "already_linked": "linking here already",
    "dismissed": "dismissed by you for this post",
    "link_limit_reached": "with more links than their text can bear",
    "no_anchor_found": "without words that a link could stand on",
    "not_public": "this post is not open to every reader",
    "not_published": "not published",
    "too_close_to_another_link": "too close to another link there",
    "weak_words": "without words that say enough of this post",
    "words_taken": "where the words carry another link",
    "same_words": "where only words stand that lead here already",
    "run_full": "left over when the run was full",
}
UNREMARKABLE = {"itself"}
NO_EXPLANATION = {"beyond_limit"}  # of why not even the best were good enough


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence cut in three, so that its anchor can be highlighted."""

    before: str
    anchor: str
    after: str


def score(item: Suggestion) -> str:
    """Say a suggestion's score in a word."""
    word = confidence(item.score)
    return SCORES[word] if item.shown or word != "low" else WEAK


def marked(item: Suggestion) -> Marked:
    """Cut the sentence of a suggestion around its anchor; new text is cut the same way."""
    if item.anchor is None:
        new = item.new_text
        return _cut(new.sentence, new.sentence.find(new.anchor), new.anchor) if new else Marked("", "", item.sentence)
    return around(item.sentence, item.anchor)


def around(sentence: str, anchor: Anchor) -> Marked:
    """Cut a sentence around an anchor; where it does not stand there, show what stood around it."""
    at = find_anchor(sentence, anchor)
    return Marked(anchor.before, anchor.text, anchor.after) if at < 0 else _cut(sentence, at, anchor.text)


def dropped(reasons: Mapping[str, int], words: Mapping[str, str] = DROPPED) -> list[tuple[str, int]]:
    """Put into words why candidates fell away, the most frequent reason first."""
    ordered = sorted(reasons.items(), key=lambda each: (-each[1], each[0]))
    return [
        (words.get(code, code.replace("_", " ")), count)
        for code, count in ordered
        if count and code not in UNREMARKABLE
    ]


def nothing(reasons: Mapping[str, int], words: Mapping[str, str] = DROPPED) -> str:
    """Say in one sentence why there is nothing to suggest."""
    told = dropped({code: count for code, count in reasons.items() if code not in NO_EXPLANATION}, words)
    if not told:
        return "Nothing to suggest: the post has no text that a link could stand in, or no other post comes near it."
    return "Nothing to suggest: " + ", ".join(f"{text} ({count:,})" for text, count in told[:3]) + "."


def _cut(sentence: str, at: int, anchor: str) -> Marked:
    if at < 0:
        return Marked(sentence, "", "")
    return Marked(sentence[:at], anchor, sentence[at + len(anchor) :])
