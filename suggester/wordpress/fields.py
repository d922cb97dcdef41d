"""A post as REST words it, and the `Post` it means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from suggester.content.text import plain
from suggester.entities import Post, Term
from suggester.errors import AnswerUnreadable
from suggester.wordpress import seo
from suggester.wordpress.dates import from_gmt
from suggester.wordpress.languages import primary
from suggester.wordpress.posttypes import PostType, Taxonomy

_ALWAYS = ("id", "date_gmt", "modified_gmt", "slug", "status", "type", "link", "lang", "wpml_current_locale")
_RENDERED = ("title", "content", "excerpt")
_RAW = ("title.raw", "content.raw", "content.protected", "excerpt.raw", "password")

Json = Mapping[str, Any]


def wanted(kind: PostType, taxonomies: Mapping[str, Taxonomy]) -> str:
    """The `_fields` that are read of a post of this type."""
    terms = [taxonomies[slug].field for slug in kind.taxonomies if slug in taxonomies]
    return ",".join([*_ALWAYS, *(_RAW if kind.raw else _RENDERED), *terms, *seo.REST_FIELDS])


def to_post(item: Json, kind: PostType, terms: tuple[Term, ...]) -> Post:
    """Read one post out of the JSON."""
    if not isinstance(item.get("content"), dict):
        raise AnswerUnreadable(
            f"WordPress gave post {item.get('id')} without its content; update WordPress (5.3 or later is needed)."
        )
    form = "raw" if kind.raw else "rendered"
    meta = item.get("meta")
    return Post(
        id=int(item["id"]),
        url=str(item.get("link") or ""),
        title=plain(_part(item, "title", form)),
        content=_part(item, "content", form),
        type=str(item.get("type") or kind.slug),
        status=str(item.get("status") or "publish"),
        slug=str(item.get("slug") or ""),
        excerpt=plain(_part(item, "excerpt", form)),
        published=from_gmt(item.get("date_gmt")),
        modified=from_gmt(item.get("modified_gmt")),
        terms=terms,
        lang=primary(item.get("lang")) or primary(item.get("wpml_current_locale")),
        raw=kind.raw,
        protected=bool(item["content"].get("protected") or item.get("password")),
        noindex=seo.noindex_heads(item) or (isinstance(meta, dict) and seo.noindex_meta(meta)),
    )


def _part(item: Json, name: str, form: str) -> str:
    part = item.get(name)
    value = part.get(form) if isinstance(part, dict) else None
    return value if isinstance(value, str) else ""
