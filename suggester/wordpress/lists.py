"""The lists of posts that REST offers, walked through whatever single posts do to the site."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from suggester.entities import Post
from suggester.errors import AnswerUnreadable, SiteError, SiteRefused
from suggester.wordpress.answers import Missing, check, read_json
from suggester.wordpress.dates import to_iso
from suggester.wordpress.fields import Json
from suggester.wordpress.http import Answer, Overloaded, Params
from suggester.wordpress.posttypes import EDITABLE_STATUSES, PostType
from suggester.wordpress.walk import Slice

PAGE = 100  # the most WordPress gives at once
_SMALLER = {100: 20, 20: 5, 5: 1}
_HOPELESS = 10  # posts in a row that cannot be read: then it is the site, not the posts
_CLOCK_CHANGE = timedelta(hours=1, seconds=1)
"""`modified_after` leaves out its own second, and compares local clock times, of which autumn has one hour twice."""

Ask = Callable[[str, Params], Answer]
"""(path, parameters) to an answer, whatever its status."""


@dataclass(frozen=True, slots=True)
class Part:
    """One list to walk through: the posts of a type that a query selects."""

    key: str
    kind: PostType
    query: Mapping[str, str | int]
    keep: Callable[[Post], bool] = lambda post: True


def parts(kinds: Iterable[PostType], since: datetime | None = None) -> Iterator[Part]:
    """The lists that hold what changed at or after `since`; None: everything."""
    for kind in kinds:
        query: dict[str, str | int] = {"orderby": "id", "order": "asc"}
        if kind.raw:
            query |= {"context": "edit", "status": ",".join(EDITABLE_STATUSES)}
        if since is None:
            yield Part(kind.slug, kind, query)
            continue
        after = to_iso(since - _CLOCK_CHANGE)
        yield Part(f"{kind.slug} modified", kind, {**query, "modified_after": after}, _modified_from(since))
        # a scheduled post that goes live keeps its old time of change
        yield Part(f"{kind.slug} published", kind, {**query, "after": after}, _published_from(since))


class Lists:
    """Reads slices of the lists, and single posts where a whole slice is too much for the site."""

    def __init__(self, ask: Ask, fields: Callable[[PostType], str]) -> None:
        self._ask = ask
        self._fields = fields
        self._failed_in_a_row = 0
        self.unreadable: dict[int, str] = {}  # posts that the site cannot show, and what it said

    def count(self, part: Part) -> int:
        """How many posts a list holds."""
        answer = self._get(part, {"per_page": 1, "_fields": "id"})
        return (_total(answer) or 0) if answer else 0

    def posts(self, part: Part) -> Callable[[int, int], Slice[Json]]:
        """What fetches a list's posts, slice by slice."""

        def fetch(offset: int, size: int) -> Slice[Json]:
            try:
                return _slice(self._get(part, _cut(offset, size) | {"_fields": self._fields(part.kind)}))
            except (Overloaded, AnswerUnreadable):
                light = self.ids(part)(offset, size)
                items = self.by_ids(part, [key for key, _ in light.items], _SMALLER[PAGE])
                read = {int(item["id"]): item for item in items}
                return Slice([(key, read[key]) for key, _ in light.items if key in read], light.total)

        return fetch

    def ids(self, part: Part) -> Callable[[int, int], Slice[int]]:
        """What fetches a list's post ids, slice by slice."""

        def fetch(offset: int, size: int) -> Slice[int]:
            found = _slice(self._get(part, _cut(offset, size) | {"_fields": "id"}))
            return Slice([(key, key) for key, _ in found.items], found.total)

        return fetch

    def by_ids(self, part: Part, ids: Sequence[int], size: int = PAGE) -> list[Json]:
        """Read posts by their ids, in ever smaller groups where the site cannot, leaving out what it never can."""
        items: list[Json] = []
        for start in range(0, len(ids), size):
            group = ids[start : start + size]
            include = ",".join(map(str, group))
            query: dict[str, str | int] = {"include": include, "per_page": PAGE, "_fields": self._fields(part.kind)}
            try:
                items += [item for _, item in _slice(self._get(part, query)).items]
                self._take_back(group)
            except (Overloaded, AnswerUnreadable) as error:
                if len(group) == 1:
                    self._give_up(group[0], error)
                else:
                    items += self.by_ids(part, group, _SMALLER[size])
        return items

    def _take_back(self, group: Iterable[int]) -> None:
        self._failed_in_a_row = 0
        for key in group:
            self.unreadable.pop(key, None)

    def _give_up(self, post_id: int, error: SiteError) -> None:
        self._failed_in_a_row += 1
        if self._failed_in_a_row >= _HOPELESS:
            raise error
        self.unreadable[post_id] = str(error)

    def _get(self, part: Part, params: Params) -> Answer | None:
        """An answer about a list; None where a type of some plugin is not for us."""
        try:
            return check(self._ask(part.kind.path, {**part.query, **params}))
        except (SiteRefused, Missing):
            if part.kind.raw or part.kind.slug in ("post", "page"):
                raise
            return None


def _cut(offset: int, size: int) -> dict[str, str | int]:
    return {"offset": offset, "per_page": size}


def _modified_from(since: datetime) -> Callable[[Post], bool]:
    return lambda post: post.modified is None or post.modified >= since


def _published_from(since: datetime) -> Callable[[Post], bool]:
    return lambda post: post.published is None or post.published >= since


def _total(answer: Answer) -> int | None:
    said = answer.headers.get("x-wp-total", "")
    return int(said) if said.isdecimal() else None


def _slice(answer: Answer | None) -> Slice[Json]:
    if answer is None:
        return Slice((), 0)
    items = read_json(answer)
    if not isinstance(items, list) or not all(isinstance(item, dict) and "id" in item for item in items):
        raise AnswerUnreadable(f"{answer.url} did not answer with a list of posts; look for a plugin that changes it.")
    total = _total(answer)
    if total is None and not items:
        total = 0  # a proxy took the header away: read on until nothing comes
    return Slice([(int(item["id"]), item) for item in items], total)
