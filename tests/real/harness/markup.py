"""Paragraphs to WordPress content, as the block editor and the classic editor write it."""

from __future__ import annotations

import json
import random
from html import escape
from typing import Any, NamedTuple

PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


class Link(NamedTuple):
    """A link that stands in a post."""

    href: str
    text: str

    def html(self) -> str:
        """The sentence that carries it."""
        return f'We have written about that: <a href="{escape(self.href)}">{escape(self.text)}</a>.'


def block(name: str, html: str, **attributes: Any) -> str:
    """A block with its comments."""
    given = f" {json.dumps(attributes)}" if attributes else ""
    return f"<!-- wp:{name}{given} -->\n{html}\n<!-- /wp:{name} -->"


def paragraph(html: str) -> str:
    """A paragraph block."""
    return block("paragraph", f"<p>{html}</p>")


def listing(items: list[str]) -> str:
    """A list block with its items."""
    inner = "\n\n".join(block("list-item", f"<li>{escape(item)}</li>") for item in items)
    return block("list", f"<ul>{inner}</ul>")


def quote(text: str) -> str:
    """A quote block."""
    return block("quote", f'<blockquote class="wp-block-quote">{paragraph(escape(text))}</blockquote>')


def table(cells: list[str]) -> str:
    """A table of one column."""
    rows = "".join(f"<tr><td>{escape(cell)}</td></tr>" for cell in cells)
    return block("table", f'<figure class="wp-block-table"><table><tbody>{rows}</tbody></table></figure>')


def columns(left: str, right: str) -> str:
    """Two paragraphs side by side."""
    inner = "\n\n".join(
        block("column", f'<div class="wp-block-column">{paragraph(escape(text))}</div>') for text in (left, right)
    )
    return block("columns", f'<div class="wp-block-columns">{inner}</div>')


def heading(text: str) -> str:
    """A heading of the second level."""
    return block("heading", f'<h2 class="wp-block-heading">{escape(text)}</h2>')


def image(caption: str) -> str:
    """A picture with its caption."""
    return block(
        "image",
        f'<figure class="wp-block-image"><img src="{PIXEL}" alt="{escape(caption)}"/>'
        f'<figcaption class="wp-element-caption">{escape(caption)}</figcaption></figure>',
    )


def sentences(text: str) -> list[str]:
    """Its sentences."""
    return [part.strip().rstrip(".") + "." for part in text.split(". ")]


def blocks(paragraphs: list[str], links: list[Link], rng: random.Random) -> str:
    """A post of the block editor: mostly paragraphs, and one or two other blocks."""
    parts = [paragraph(escape(text)) for text in paragraphs]
    parts += [paragraph(link.html()) for link in links]
    text = rng.choice(paragraphs)
    other = rng.choice(paragraphs)
    extras = [listing(sentences(text)), quote(sentences(text)[0]), table(sentences(text)), columns(text, other)]
    extras += [image(sentences(other)[0])]
    for extra in rng.sample(extras, 2):
        parts.insert(rng.randint(1, len(parts)), extra)
    parts.insert(rng.randint(1, len(parts)), heading(sentences(other)[0].rstrip(".")))
    return "\n\n".join(parts)


def classic(paragraphs: list[str], links: list[Link], rng: random.Random) -> str:
    """A post of the classic editor: paragraphs are empty lines, and some HTML stands among them."""
    parts = [text.replace(". ", ". <em>Really.</em> ", 1) for text in paragraphs] + [link.html() for link in links]
    items = "\n".join(f"<li>{text}</li>" for text in sentences(rng.choice(paragraphs)))
    parts.insert(1, f"<ul>\n{items}\n</ul>")
    parts.insert(2, "<!--more-->")
    return "\r\n\r\n".join(parts)
