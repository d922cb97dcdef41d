"""The posts of the test site: three hundred ordinary ones, and one of each kind that has ever made trouble."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from . import odd, prose
from .markup import Link, blocks, classic
from .written import Written, permalink

FIRST_ID = 1000
LINK_FORMS: tuple[Callable[[str, str, Written, str], str], ...] = (
    lambda url, path, post, structure: url + permalink(post, structure),
    lambda url, path, post, structure: path + permalink(post, structure),
    lambda url, path, post, structure: f"{url}/?p={post.id}",
    lambda url, path, post, structure: url.removeprefix("http:") + permalink(post, structure),
    lambda url, path, post, structure: url + permalink(post, structure).rstrip("/") + "#more",
)


@dataclass
class Library:
    """What stands on one test site."""

    url: str
    path: str  # "" or "/blog"
    structure: str  # the permalinks' form
    posts: list[Written] = field(default_factory=list)

    def href(self, post: Written, form: int = 0) -> str:
        """The address of a post in one of the forms that writers use."""
        return LINK_FORMS[form % len(LINK_FORMS)](self.url, self.path, post, self.structure)

    def of_type(self, *types: str) -> list[Written]:
        """The posts of these types."""
        return [post for post in self.posts if post.type in types]


def library(url: str, path: str, structure: str, count: int = 300) -> Library:
    """Make the posts of a site; the same ones each time."""
    site = Library(url, path, structure)
    rng = random.Random(7)
    topics = prose.topics()
    plan = [(topic, aspect) for aspect in range(len(prose.ASPECTS)) for topic in topics][:count]
    bare = [_bare(number, topic, aspect) for number, (topic, aspect) in enumerate(plan)]
    for number, (topic, _) in enumerate(plan):
        others = [other for other in topics if other.craft == topic.craft and other != topic]
        paragraphs = [prose.paragraph(topic, others, rng) for _ in range(rng.randint(4, 8))]
        links = _links(site, bare, number, rng)
        dress = classic if number % 10 in (5, 6) else blocks
        site.posts.append(bare[number].with_content(dress(paragraphs, links, rng)))
    site.posts += odd.posts(site.href, bare)
    return site


def _bare(number: int, topic: prose.Topic, aspect: int) -> Written:
    kind = {7: "page", 8: "recipe"}.get(number % 10, "post")
    title = prose.title(topic, aspect)
    terms = {"course": [topic.craft]} if kind == "recipe" else {"category": [topic.craft], "post_tag": [topic.words[0]]}
    return Written(
        id=FIRST_ID + number,
        type=kind,
        title=title,
        slug=title.lower().replace(":", "").replace(" ", "-"),
        date=f"2024-{1 + number // 28 % 12:02d}-{1 + number % 28:02d} 08:{number % 60:02d}:00",
        terms={} if kind == "page" else terms,
    )


def _links(site: Library, bare: list[Written], number: int, rng: random.Random) -> list[Link]:
    """One to three links to posts of the same craft, from two posts in five, in all forms by turns."""
    if number % 5 > 1:
        return []
    craft = number // 10 % 6
    near = [post for place, post in enumerate(bare) if place // 10 % 6 == craft and place != number]
    chosen = rng.sample(near, min(len(near), rng.randint(1, 3)))
    return [Link(site.href(post, number // 5 + place), post.title) for place, post in enumerate(chosen)]
