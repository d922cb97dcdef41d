"""Synthetic posts for the measurements of speed: real paragraphs, shuffled into as many posts as are wanted.

The paragraphs are those of the English sites of a bench folder, or of the sample site where none is given; their text
is only ever written to the work folder. Each post leans on a few real ones, so that words are as frequent, and
as much alike from post to post, as on a real site; it has a title, categories, tags, a date and three links.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path
from random import Random
from typing import Any

from suggester.content import blocks
from suggester.entities import Post, Site, Term
from suggester.sample import SAMPLE
from suggester.wordpress.export import ExportSource

SITE = Site("https://speed.example", "Speed", "en")
LEANS_ON = 4  # real posts
NEARBY = 60  # in the list of all posts: they are of one site, and often of one time
LINKS = 3
CATEGORIES, TAGS = 20, 200
FEWEST_WORDS = 8  # of a paragraph
BEGAN = datetime(2010, 1, 1, tzinfo=UTC)
SENTENCE = re.compile(r"(?<=[.!?]) +(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Original:
    """A real post: what synthetic ones are made of."""

    title: str
    paragraphs: tuple[str, ...]


def originals(bench: Path | None) -> list[Original]:
    """Read the posts to make others of."""
    contents = _of_bench(bench) if bench else _of_sample()
    read = (Original(title, tuple(_paragraphs(content))) for title, content in contents)
    return [each for each in read if each.title and each.paragraphs]


class Writer:
    """Makes up posts and drafts; the same ones for the same seed."""

    def __init__(self, made_of: Sequence[Original], seed: int = 0) -> None:
        self._made_of = made_of
        self._dice = Random(seed)

    def posts(self, count: int, words: int) -> Iterator[Post]:
        """Give posts of about so many words, which link to each other."""
        for number in range(1, count + 1):
            models = self._models()
            paragraphs = [escape(text, quote=False) for text in self._prose(models, words)]
            for place in range(min(LINKS, len(paragraphs))):
                paragraphs[place] = self._linked(paragraphs[place], self._dice.randint(1, count))
            published = BEGAN + timedelta(hours=number)
            yield Post(
                id=number,
                url=address(number),
                title=self._title(models),
                content="\n\n".join(f"<!-- wp:paragraph -->\n<p>{p}</p>\n<!-- /wp:paragraph -->" for p in paragraphs),
                slug=f"post-{number}",
                published=published,
                modified=published,
                terms=self._terms(),
            )

    def draft(self, words: int) -> tuple[str, str]:
        """Give title and content of a text that no post has: sentences put together anew."""
        models = self._models()
        sentences = [sentence for model in models for text in model.paragraphs for sentence in SENTENCE.split(text)]
        self._dice.shuffle(sentences)
        paragraphs: list[str] = []
        length = 0
        while length < words:
            some = [self._dice.choice(sentences) for _ in range(self._dice.randint(2, 5))]
            length += sum(len(sentence.split()) for sentence in some)
            paragraphs.append(f"<p>{escape(' '.join(some), quote=False)}</p>")
        return self._title(models), "\n".join(paragraphs)

    def _models(self) -> list[Original]:
        first = self._dice.randrange(len(self._made_of))
        near = range(max(0, first - NEARBY), min(len(self._made_of), first + NEARBY))
        return [self._made_of[first], *(self._made_of[self._dice.choice(near)] for _ in range(LEANS_ON - 1))]

    def _prose(self, models: Sequence[Original], words: int) -> Iterator[str]:
        paragraphs = [text for model in models for text in model.paragraphs]
        length = 0
        while length < words:
            text = " ".join(self._dice.choice(paragraphs).split()[: words - length])
            length += len(text.split())
            yield text

    def _title(self, models: Sequence[Original]) -> str:
        first, second = models[0].title.split(), models[1].title.split()
        return " ".join(first[: (len(first) + 1) // 2] + second[len(second) // 2 :])

    def _linked(self, paragraph: str, target: int) -> str:
        words = paragraph.split()
        at = self._dice.randrange(max(1, len(words) - 3))
        words[at] = f'<a href="{address(target)}">{words[at]}'
        end = min(at + 2, len(words) - 1)
        words[end] += "</a>"
        return " ".join(words)

    def _terms(self) -> tuple[Term, ...]:
        numbers = [("category", self._dice.randrange(CATEGORIES)), ("post_tag", self._dice.randrange(TAGS))]
        return tuple(Term(kind, f"{kind}-{number}", f"{kind} {number}") for kind, number in numbers)


def address(number: int) -> str:
    """Give the permalink of a post."""
    return f"{SITE.url}/post-{number}/"


def write_export(posts: Iterable[Post], path: Path) -> None:
    """Write posts as a WordPress export file."""
    with path.open("w", encoding="utf-8") as out:
        out.write(
            '<?xml version="1.0" encoding="UTF-8" ?>\n<rss version="2.0" '
            'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/">\n'
            f"<channel><title>{SITE.name}</title><link>{SITE.url}</link><language>{SITE.lang}</language>"
            f"<wp:wxr_version>1.2</wp:wxr_version><wp:base_blog_url>{SITE.url}</wp:base_blog_url>\n"
        )
        out.writelines(map(_item, posts))
        out.write("</channel></rss>\n")


def _item(post: Post) -> str:
    date = post.published or BEGAN
    terms = "".join(
        f'<category domain="{term.taxonomy}" nicename="{term.slug}"><![CDATA[{term.name}]]></category>'
        for term in post.terms
    )
    return (
        f"<item><title><![CDATA[{_cdata(post.title)}]]></title><link>{post.url}</link>"
        f"<pubDate>{format_datetime(date)}</pubDate><content:encoded><![CDATA[{_cdata(post.content)}]]></content:encoded>"
        f"<wp:post_id>{post.id}</wp:post_id><wp:post_date_gmt>{date:%Y-%m-%d %H:%M:%S}</wp:post_date_gmt>"
        f"<wp:post_name>{post.slug}</wp:post_name><wp:status>publish</wp:status><wp:post_type>post</wp:post_type>"
        f"{terms}</item>\n"
    )


def _cdata(text: str) -> str:
    return text.replace("]]>", "]]]]><![CDATA[>")


def _paragraphs(content: str) -> list[str]:
    read = (block.text for block in blocks.read(content).blocks if block.kind == "paragraph")
    return [text for text in read if len(text.split()) >= FEWEST_WORDS]


def _of_sample() -> Iterator[tuple[str, str]]:
    for page in ExportSource(SAMPLE).changed():
        yield from ((post.title, post.content) for post in page.posts)


def _of_bench(bench: Path) -> Iterator[tuple[str, str]]:
    for file in sorted((bench / "sites").glob("*.posts.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            posts: list[dict[str, Any]] = [json.loads(line) for line in lines]
        yield from ((post["title"], post["html"]) for post in posts if post["lang"] == SITE.lang)
