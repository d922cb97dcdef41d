"""What an editor who knows about search engines would insist on, as settings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules for what is shown. The defaults are common practice: 3 to 10 links per 1,000 words."""

    least_score: float = 0.2  # below it nothing is shown unasked; see benchmarks/README.md
    links_per_1000: float = 10.0  # existing internal links count
    recommended_per_1000: float = 3.0  # fewer than this is worth a remark
    words_between: int = 12  # between two links in a block
    most_shown: int = 12  # in one post, however long
    orphan_lift: float = 0.03  # added to the score of a post nobody links to, when ordering what is shown
    same_language: bool = True
    excluded_targets: frozenset[int] = frozenset()  # ids of posts
    excluded_terms: frozenset[str] = frozenset()  # "category:News", as in `Index.term_names`
    excluded_words: frozenset[str] = frozenset()  # no anchor may contain one of these; lower case

    def room(self, words: int, links: int) -> int:
        """How many links a post of so many words, with so many internal links, may still get."""
        allowed = int(words * self.links_per_1000 / 1000)
        return max(0 if links else 1, min(self.most_shown, allowed - links))
