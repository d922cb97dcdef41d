"""Read the plain texts under posts/ and turn each into the content WordPress would store.

A file holds the posts of one category. `=== slug` starts a post; `name: value` lines follow, then an empty line
and the body, pieces parted by empty lines. A piece is a paragraph unless it starts with `## ` (its id may follow:
`## words (#id)`), `- `, `1. `, `> `, `| `, `!` (image), `[` alone (shortcode) or a code fence. Inside a piece,
inline HTML stays as it is, and

    [words](@slug)     is a link to a post by its full address
    [words](?p=slug)   is a link to it by number
    [words](address)   is a link as written
    {words}(slug)      are words that deserve a link and have none
    {words}(slug!)     are such words, and no editor would hesitate
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

HOME = "https://backplot.example"
UPLOADS = f"{HOME}/wp-content/uploads"

_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_MENTION = re.compile(r"\{([^}]+)\}\(([\w-]+)(!?)\)")


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that deserve a link to another post and have none."""

    words: str
    target: str  # slug
    clear: bool  # whether any editor would make that link at once


@dataclass(frozen=True, slots=True)
class Text:
    """One post as written under posts/."""

    slug: str
    fields: Mapping[str, str]  # the header lines: title, date, category, tags, status ...
    body: str

    @property
    def url(self) -> str:
        """Its permalink."""
        return f"{HOME}/{self.slug}/"

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """The links it lacks."""
        return tuple(Mention(words, target, bool(mark)) for words, target, mark in _MENTION.findall(self.body))

    def content(self, ids: Mapping[str, int]) -> str:
        """The body as WordPress stores it: with block comments, or without for posts of the classic editor."""
        pieces = [_piece(piece) for piece in _pieces(self.body)]
        if self.fields.get("editor") == "classic":
            pieces = [_classic(piece) for piece in pieces]
        return _inline("\n\n".join(pieces), ids)


def read(folder: Path) -> list[Text]:
    """All posts of the folder, oldest first."""
    texts = [_text(chunk) for file in sorted(folder.glob("*.txt")) for chunk in _chunks(file)]
    return sorted(texts, key=lambda text: (text.fields["date"], text.slug))


def _chunks(file: Path) -> list[str]:
    return re.split(r"^=== ", file.read_text(encoding="utf-8"), flags=re.M)[1:]


def _text(chunk: str) -> Text:
    head, _, body = chunk.partition("\n\n")
    slug, *lines = head.splitlines()
    fields = dict(line.split(": ", 1) for line in lines)
    return Text(slug.strip(), fields, body.strip())


def _pieces(body: str) -> list[str]:
    return [piece.strip("\n") for piece in re.split(r"\n{2,}", body)]


def _inline(text: str, ids: Mapping[str, int]) -> str:
    def link(found: re.Match[str]) -> str:
        return f'<a href="{_href(found[2], ids)}">{found[1]}</a>'

    return _LINK.sub(link, _MENTION.sub(r"\1", text))


def _href(address: str, ids: Mapping[str, int]) -> str:
    if address.startswith("?p="):
        return f"/?p={ids[address[3:]]}"
    return f"{HOME}/{address[1:]}/" if address.startswith("@") else address


def _classic(piece: str) -> str:
    bare = re.sub(r'<!-- /?wp:.*?-->\n?| class="[^"]*"', "", piece).strip()
    return re.sub(r"\A<p>(.*)</p>\Z", r"\1", bare)


def _piece(piece: str) -> str:
    for mark, write in _WRITERS.items():
        if re.match(mark, piece):
            return write(piece)
    return _block("paragraph", f"<p>{piece}</p>")


def _block(name: str, inner: str, attributes: str = "") -> str:
    return f"<!-- wp:{name} {attributes + ' ' if attributes else ''}-->\n{inner}\n<!-- /wp:{name} -->"


def _heading(piece: str) -> str:
    head, _, name = piece.removesuffix(")").partition(" (#")
    marks, _, words = head.partition(" ")
    level = len(marks)
    attributes = "" if level == 2 else f'{{"level":{level}}}'
    named = f' id="{name}"' if name else ""
    return _block("heading", f'<h{level} class="wp-block-heading"{named}>{words}</h{level}>', attributes)


def _list(piece: str) -> str:
    ordered = piece[0] != "-"
    tag = "ol" if ordered else "ul"
    words = [line.partition(" ")[2] for line in piece.splitlines()]
    items = "\n\n".join(_block("list-item", f"<li>{item}</li>") for item in words)
    return _block("list", f'<{tag} class="wp-block-list">{items}</{tag}>', '{"ordered":true}' if ordered else "")


def _quote(piece: str) -> str:
    *lines, cite = (line[2:] for line in piece.splitlines())
    said = _block("paragraph", f"<p>{' '.join(lines)}</p>")
    return _block("quote", f'<blockquote class="wp-block-quote">{said}<cite>{cite}</cite></blockquote>')


def _table(piece: str) -> str:
    head, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in piece.splitlines())
    body = "".join(_row(row, "td") for row in rows)
    table = f"<table><thead>{_row(head, 'th')}</thead><tbody>{body}</tbody></table>"
    return _block("table", f'<figure class="wp-block-table">{table}</figure>')


def _row(cells: list[str], tag: str) -> str:
    return f"<tr>{''.join(f'<{tag}>{cell}</{tag}>' for cell in cells)}</tr>"


def _image(piece: str) -> str:
    file, alt, caption = (part.strip() for part in piece[1:].split("|"))
    figure = (
        f'<figure class="wp-block-image size-large"><img src="{UPLOADS}/{file}" alt="{alt}"/>'
        f'<figcaption class="wp-element-caption">{caption}</figcaption></figure>'
    )
    return _block("image", figure, '{"sizeSlug":"large","linkDestination":"none"}')


def _shortcode(piece: str) -> str:
    return _block("shortcode", piece)


def _code(piece: str) -> str:
    return _block("code", f'<pre class="wp-block-code"><code>{html.escape(piece[4:-4], quote=False)}</code></pre>')


_WRITERS: dict[str, Callable[[str], str]] = {
    r"#{2,4} ": _heading,
    r"- |1\. ": _list,
    r"> ": _quote,
    r"\|": _table,
    r"!": _image,
    r"\[[^\]]+\]\Z": _shortcode,
    r"```": _code,
}
