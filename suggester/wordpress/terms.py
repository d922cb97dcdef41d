"""The names of terms, asked for in bulk and remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from suggester.content.text import plain
from suggester.entities import Term
from suggester.errors import AnswerUnreadable, SiteRefused
from suggester.wordpress.posttypes import PostType, Taxonomy

_AT_ONCE = 100

Json = Mapping[str, Any]
Ask = Callable[[str, Mapping[str, str | int]], Any]
"""(path, parameters) to JSON."""


class Terms:
    """The terms of a site, as far as they have been met."""

    def __init__(self, taxonomies: Mapping[str, Taxonomy], ask: Ask) -> None:
        self.taxonomies = taxonomies
        self._ask = ask
        self._known: dict[tuple[str, int], Term | None] = {}

    def of(self, kind: PostType, items: Sequence[Json]) -> Callable[[Json], tuple[Term, ...]]:
        """Learn the terms of these posts, and give what tells a post's terms."""
        taxonomies = [self.taxonomies[slug] for slug in kind.taxonomies if slug in self.taxonomies]
        for taxonomy in taxonomies:
            self._learn(taxonomy, {key for item in items for key in _ids(item, taxonomy)})

        def terms(item: Json) -> tuple[Term, ...]:
            found = (self._known[taxonomy.slug, key] for taxonomy in taxonomies for key in _ids(item, taxonomy))
            return in_order(term for term in found if term)

        return terms

    def _learn(self, taxonomy: Taxonomy, ids: set[int]) -> None:
        new = sorted(key for key in ids if (taxonomy.slug, key) not in self._known)
        for start in range(0, len(new), _AT_ONCE):
            group = new[start : start + _AT_ONCE]
            self._known.update(dict.fromkeys((taxonomy.slug, key) for key in group))
            for entry in self._entries(taxonomy, group):
                term = Term(taxonomy.slug, str(entry.get("slug") or ""), plain(str(entry.get("name") or "")))
                self._known[taxonomy.slug, int(entry["id"])] = term

    def _entries(self, taxonomy: Taxonomy, group: Sequence[int]) -> list[Json]:
        """Terms are a help, not a need: a taxonomy that is closed to us gives none."""
        query: dict[str, str | int] = {
            "include": ",".join(map(str, group)),
            "per_page": _AT_ONCE,
            "_fields": "id,name,slug",
        }
        try:
            answer = self._ask(taxonomy.path, query)
        except (SiteRefused, AnswerUnreadable):
            return []
        return [entry for entry in answer if "id" in entry] if isinstance(answer, list) else []


def in_order(terms: Iterable[Term]) -> tuple[Term, ...]:
    """Terms in the one order that every source gives them in, so that no post seems changed by another."""
    return tuple(sorted(terms, key=lambda term: (term.taxonomy, term.slug)))


def _ids(item: Json, taxonomy: Taxonomy) -> list[int]:
    value = item.get(taxonomy.field)
    return [key for key in value if isinstance(key, int)] if isinstance(value, list) else []
