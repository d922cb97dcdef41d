"""A WordPress in memory: posts that are edited, renamed, trashed; answers that fail when told to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from suggester.entities import Post, Site
from suggester.errors import SiteChanged, SiteError, SiteUnreachable
from suggester.wordpress.source import Page, check_unchanged

HOME = "https://blog.example"
FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def toy_post(number: int, content: str = "", title: str = "", slug: str = "") -> Post:
    """A published post whose text names its number."""
    slug = slug or f"post-{number}"
    return Post(
        id=number,
        url=f"{HOME}/{slug}/",
        title=title or f"Post {number}",
        content=content or f"<p>The text of post number {number}, about {slug.replace('-', ' ')}.</p>",
        slug=slug,
        published=FIRST_DAY + timedelta(days=number),
        modified=FIRST_DAY + timedelta(days=number),
    )


class ToySource:
    """Implements `Source`; each question asked is kept in `asked`."""

    def __init__(self, posts: Sequence[Post] = (), name: str = "rest", per_page: int = 10) -> None:
        self.name = name
        self.here = {post.id: post for post in posts}
        self.per_page = per_page
        self.asked: list[str] = []
        self.redirects: dict[str, str] = {}  # address -> where it leads
        self.fails: dict[str, SiteError] = {}  # question, as in `asked` -> its answer
        self.lists: Callable[[], set[int] | None] = lambda: set(self.here)
        self.unreadable: dict[int, str] = {}
        self.editors: dict[int, str] = {}  # post -> who has it open
        self.stores: Callable[[str], str] = lambda content: content  # what WordPress makes of a content
        self.written: list[int] = []  # posts, in order
        self.named = Site(HOME, "A blog", "en")

    def edit(self, number: int, **news: object) -> None:
        now = datetime.now(UTC).replace(microsecond=0)  # as exact as WordPress
        self.here[number] = replace(self.here[number], modified=now, **news)

    def add(self, *posts: Post) -> None:
        self.here |= {post.id: replace(post, modified=datetime.now(UTC)) for post in posts}

    def trash(self, *numbers: int) -> None:
        for number in numbers:
            del self.here[number]

    def rename(self, number: int, slug: str) -> None:
        self.edit(number, slug=slug, url=f"{HOME}/{slug}/")

    def site(self) -> Site:
        self._ask("site")
        return self.named

    def changed(self, since: datetime | None = None, cursor: str = "") -> Iterator[Page]:
        last = int(cursor or 0)
        wanted = sorted(post.id for post in self.here.values() if since is None or post.modified >= since)
        ahead = [number for number in wanted if number > last]
        for first in range(0, len(ahead), self.per_page):
            some = ahead[first : first + self.per_page]
            self._ask(f"changed {some[0]}")
            yield Page(tuple(self.here[number] for number in some), str(some[-1]), len(wanted))

    def ids(self) -> set[int] | None:
        self._ask("ids")
        return self.lists()

    def post(self, post_id: int) -> Post | None:
        self._ask(f"post {post_id}")
        return self.here.get(post_id)

    def posts(self, post_ids: Sequence[int]) -> tuple[Post, ...]:
        self._ask(f"posts {' '.join(map(str, post_ids))}")
        return tuple(self.here[number] for number in post_ids if number in self.here)

    def locate(self, url: str) -> str | None:
        self._ask(f"locate {url}")
        return self.redirects.get(url)

    def being_edited(self, post: Post) -> str:
        self._ask(f"being_edited {post.id}")
        return self.editors.get(post.id, "")

    def write(
        self,
        post_id: int,
        content: str,
        unless_changed_since: datetime | None = None,
        instead_of: str | None = None,
    ) -> Post:
        self._ask(f"write {post_id}")
        if post_id not in self.here:
            raise SiteChanged(f"Post {post_id} is not there any more; sync the site.")
        check_unchanged(self.here[post_id], unless_changed_since, instead_of)
        self.written.append(post_id)
        self.edit(post_id, content=self.stores(content))
        return self.here[post_id]

    def _ask(self, question: str) -> None:
        self.asked.append(question)
        if question in self.fails:
            raise self.fails[question]


def no_answer() -> SiteUnreachable:
    return SiteUnreachable("The site does not answer; try again later.")
