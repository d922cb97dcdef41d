"""The post types and taxonomies a site offers over REST."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from suggester.errors import AnswerUnreadable
from suggester.wordpress.posttypes import PostType, Taxonomy, content_first, is_content

_HIDDEN_TAXONOMIES = frozenset(("nav_menu", "link_category", "post_format"))


def post_types(listing: object, capabilities: Collection[str] = ()) -> tuple[PostType, ...]:
    """Read the answer of /wp/v2/types; raw where the capabilities allow to edit everybody's posts of the type."""
    found = [
        PostType(slug, _path(slug, entry), _names(entry.get("taxonomies")), _may_edit(entry, capabilities))
        for slug, entry in _entries(listing)
        if is_content(slug) and entry.get("viewable", True)
    ]
    if not found:
        raise AnswerUnreadable("WordPress shows no post types over REST; look for a plugin that hides them.")
    return tuple(sorted(found, key=lambda kind: content_first(kind.slug)))


def taxonomies(listing: object) -> dict[str, Taxonomy]:
    """Read the answer of /wp/v2/taxonomies."""
    return {
        slug: Taxonomy(slug, _path(slug, entry), str(entry.get("rest_base") or slug))
        for slug, entry in _entries(listing)
        if slug not in _HIDDEN_TAXONOMIES and not slug.startswith("wp_")
    }


def _entries(listing: object) -> Iterator[tuple[str, Mapping[str, object]]]:
    if isinstance(listing, dict):
        for slug, entry in listing.items():
            if isinstance(entry, dict) and "(" not in str(entry.get("rest_base")):
                yield str(slug), entry


def _path(slug: str, entry: Mapping[str, object]) -> str:
    return f"/{entry.get('rest_namespace') or 'wp/v2'}/{entry.get('rest_base') or slug}"


def _names(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _may_edit(entry: Mapping[str, object], capabilities: Collection[str]) -> bool:
    mapped = entry.get("capabilities")
    names = mapped if isinstance(mapped, dict) else {}
    return all(str(names.get(need, need)) in capabilities for need in ("edit_posts", "edit_others_posts"))
