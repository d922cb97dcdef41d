"""What an editor who knows about search engines would insist on, as settings."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from suggester.engine.rules import NO_RULES, Rules
from suggester.engine.words import fold
from suggester.entities import Post, Settings, Term


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules for what is shown. The defaults are common practice: 3 to 10 links per 1,000 words."""

    least_score: float = 0.2  # below it nothing is shown unasked; see benchmarks/README.md
    least_accepted: float = 0.65  # of an anchor: below it nothing is shown unasked, however likely the target
    least_offered: float = 0.1  # score from which a link is offered in bulk; unchosen there where it would not be shown
    links_per_1000: float = 10.0  # existing internal links count
    recommended_per_1000: float = 3.0  # fewer than this is worth a remark
    words_between: int = 12  # between two links in a block
    most_shown: int = 12  # in one post, however long
    orphan_lift: float = 0.03  # added to the score of a post nobody links to, when ordering what is shown
    same_language: bool = True
    written_today: bool = False  # judge as for a post written today; else as on the day on which it was published
    post_types: frozenset[str] = frozenset()  # types to suggest for and to lead to; none stands for all
    excluded_targets: frozenset[int] = frozenset()  # ids of posts; they get no suggestions either
    excluded_terms: frozenset[str] = frozenset()  # "category:news", as `Term.key`; the same for all their posts
    excluded_words: frozenset[str] = frozenset()  # no anchor may contain one of these; lower case
    rules: Rules = NO_RULES

    @classmethod
    def of(cls, settings: Settings, rules: Rules = NO_RULES) -> Policy:
        """Give the rules of a site whose owner decided so."""
        return cls(
            least_score=settings.least_score,
            links_per_1000=settings.links_per_1000,
            post_types=frozenset(settings.post_types),
            excluded_targets=frozenset(settings.excluded_posts),
            excluded_terms=frozenset(_key(name) for name in settings.excluded_terms),
            excluded_words=frozenset(fold(word).strip() for word in settings.excluded_words) - {""},
            rules=rules,
        )

    def excludes(self, post: Post) -> bool:
        """Whether a post gets no suggestions."""
        return self.leaves_out(post.id, post.type, [term.key for term in post.terms])

    def leaves_out(self, post_id: int, kind: str, terms: Collection[str]) -> bool:
        """Whether a post of this id, type and terms (by their keys) has no part in suggestions."""
        of_type = not self.post_types or kind in self.post_types
        return not of_type or post_id in self.excluded_targets or not self.excluded_terms.isdisjoint(terms)

    @property
    def recommended(self) -> tuple[float, float]:
        """The fewest and the most links that a thousand words should carry."""
        return min(self.recommended_per_1000, self.links_per_1000), self.links_per_1000

    def room(self, words: int, links: int) -> int:
        """How many links a post of so many words, with so many internal links, may still get."""
        allowed = int(words * self.links_per_1000 / 1000)
        return max(0 if links else 1, min(self.most_shown, allowed - links))


def _key(name: str) -> str:
    taxonomy, _, slug = name.partition(":")
    return Term(taxonomy, slug, "").key
