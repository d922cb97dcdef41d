"""Which queries are words by which a post wants to be found, beside those that its owner laid down."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from suggester.engine.words import SPACELESS, TOKEN
from suggester.entities import QueriedRule, Query
from suggester.imports.kinds import KINDS

OF_A_POST = 10  # queries; the first ones bring nearly all that is shown
OF_A_SITE = 10_000
FEWEST_SHOWN = 10  # impressions; rarer queries are chance
FURTHEST = 20.0  # place among the results; a post behind the second page is not what people look for
MOST_OF_IT = 0.5  # of the impressions of a query, so that its post is the one that it is about
FEWEST_WORDS = 2  # one word alone stands in too many posts that mean something else by it
FEWEST_SIGNS = 4  # the same, in scripts without spaces
LONGEST = 80  # characters
MEANT = ("ahrefs_opportunities", "table_queries")  # kinds that name the post that a query is for
_OPERATORS = re.compile(r'\b(?:site|inurl|intitle|related|cache|filetype):|["*|]|https?://|www\.|\.(?:com|net|org)\b')
_SPACELESS = re.compile(f"[{SPACELESS}]")


def keywords(queries: Iterable[Query]) -> tuple[QueriedRule, ...]:
    """Choose the queries that count like the title of their post; as rules of kind "keyword", the most shown first.

    A query belongs to the post that most searchers were shown for it, where that one is the clear first.
    """
    listed = [each for each in queries if each.post_id is not None and _is_phrase(each.query)]
    owners = _owners(listed)
    taken: dict[int, int] = defaultdict(int)
    found: dict[str, QueriedRule] = {}
    for each in sorted(listed, key=lambda one: (one.kind not in MEANT, -(one.impressions or 0), one.query)):
        key, post_id = each.query.casefold(), each.post_id or 0
        if key in found or len(found) == OF_A_SITE or taken[post_id] == OF_A_POST:
            continue
        if each.kind in MEANT or (owners.get(key) == post_id and _is_telling(each)):
            taken[post_id] += 1
            tool = KINDS[each.kind].name.partition(":")[0] if each.kind in KINDS else ""
            found[key] = QueriedRule("keyword", each.query, post_id, any_case=True, inflected=True, by=tool)
    return tuple(found.values())


def _is_telling(query: Query) -> bool:
    return (query.impressions or 0) >= FEWEST_SHOWN and (query.position is None or query.position <= FURTHEST)


def _is_phrase(query: str) -> bool:
    if len(query) > LONGEST or _OPERATORS.search(query.casefold()):
        return False
    own = TOKEN.findall(query)
    if _SPACELESS.search(query):
        return sum(map(len, own)) >= FEWEST_SIGNS
    return len(own) >= FEWEST_WORDS


def _owners(listed: Iterable[Query]) -> dict[str, int]:
    shown: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for each in listed:
        shown[each.query.casefold()][each.post_id or 0] += each.impressions or 0
    return dict(_clear_firsts(shown))


def _clear_firsts(shown: dict[str, dict[int, float]]) -> Iterator[tuple[str, int]]:
    for query, posts in shown.items():
        post_id, most = max(posts.items(), key=lambda each: (each[1], -each[0]))
        if most > MOST_OF_IT * sum(posts.values()):
            yield query, post_id
