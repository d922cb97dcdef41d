"""What the parts of a rendered page are for, by their elements, classes and ids: WordPress's own, and common themes'.

Roles are the places of `entities.PLACES`, and three that become one of them once the whole page was seen: "list" (a
list of posts), "meta" (what stands about a post: its date, its terms) and "text" (what a page of a list says itself).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

MOST_WORDS, LONGEST_WORD = 50, 60  # classes of one element that are looked at, and their characters

LOCKED = frozenset({"menu", "widget", "related", "archive", "footer", "list", "meta", "text"})
"""Within these the place stays, whatever stands inside."""
IN_CONTENT = frozenset({"related", "archive", "list", "widget", "menu"})
"""What may stand apart within the content."""

_CONTENT = frozenset(
    (
        "entry-content wp-block-post-content post-content single-content article-content post-body entry-body"
        " post-entry post__content entry__content article__content article-body post-text blog-post-content"
        " page-content td-post-content et_pb_post_content elementor-widget-theme-post-content brxe-post-content"
        " inner-post-entry the-content"
        " woocommerce-product-details__short-description woocommerce-tabs-panel--description"
    ).split()
)
_TEXT = frozenset("archive-description taxonomy-description term-description wp-block-term-description".split())
_LIST = frozenset("wp-block-query wp-block-post-template".split())
_ROLES = (
    (
        "archive",
        r"(?:[\w-]+-)?pagination(?:-[\w-]+)?|posts-navigation|page-numbers|wp-pagenavi|page-links|post-nav-links",
    ),
    ("archive", r"wp-block-(?:latest-posts|archives|categories|tag-cloud|rss)(?:__[\w-]+)?|tagcloud"),
    (
        "related",
        r"(?:[\w-]+[-_])?related(?:[-_][\w-]+)?|relatedposts|jp-relatedposts|yarpp[\w-]*|crp_related|[\w-]*also-like"
        r"|you-may-also[\w-]*|read-(?:next|also)|recommended(?:-posts)?|more-posts|up-?sells|cross-sells"
        r"|wp-block-post-navigation-link|post-navigation|post-nav|single-nav(?:igation)?|nav-single|prev-next"
        r"|nav-(?:previous|next)",
    ),
    (
        "widget",
        r"widget|widgets|widget-area|widget_[\w-]+|sidebar|(?!(?:has|with|no|both|content)-)[\w-]+-sidebar|sidebar-(?:primary|secondary|main|widget[\w-]*)"
        r"|secondary|comments?|comments-area|comment-(?:list|respond|navigation)|commentlist|respond|wp-block-comments"
        r"|wp-block-(?:post-comments[\w-]*|latest-comments|social-links|loginout|search|calendar|tag-cloud)"
        r"|author-(?:box|bio|info)|about-author|sharedaddy|(?:social-)?share(?:-buttons|-links)?|cookie-[\w-]+|popup|modal",
    ),
    ("footer", r"site-footer|page-footer|colophon|footer-(?:widgets?|area|menu|bottom)|footer"),
    (
        "menu",
        r"(?!(?:has|with|without|no|is|js)-)(?:[\w-]+-)?(?:menu|nav|navbar|navigation|breadcrumbs?)|wp-block-page-list"
        r"|breadcrumb-[\w-]+|yoast-breadcrumbs?|skip-link|site-(?:header|branding|title|logo)|masthead"
        r"|wp-block-site-(?:title|logo)|toc|ez-toc[\w-]*|toc_container|lwptoc|wp-block-table-of-contents",
    ),
    (
        "meta",
        r"(?:entry|post)-(?:header|footer|meta|title|info|author|date|terms|tags|categories|excerpt|thumbnail)|cat-links"
        r"|entry-summary|posted-on|byline|tags-links|post-tags|wp-block-post-(?!content|template)[\w-]+|page-header",
    ),
)
_WORDS = tuple((role, re.compile(words)) for role, words in _ROLES)
_ORDER = ("content", "text", "list", "archive", "related", "widget", "footer", "menu", "meta")
_BY_ROLE = {
    "navigation": "menu",
    "menubar": "menu",
    "banner": "menu",
    "complementary": "widget",
    "contentinfo": "footer",
    "search": "widget",
}

_SINGLE = re.compile(r"single|singular|page|(?:page-id|postid|attachmentid)-\d+|attachment")
_LISTING = re.compile(
    r"blog|archive|category|tag|author|date|search|search-results|search-no-results|(?:tax|post-type-archive)(?:-[\w-]+)?"
)


def role_of(name: str, attributes: dict[str, str]) -> str:
    """Say what an element is for; "" where neither its name nor its words tell."""
    if not attributes:
        return "menu" if name == "nav" else ""
    if attributes.get("itemprop", "").lower() == "articlebody":
        return "content"
    words = f"{attributes.get('class', '')} {attributes.get('id', '')}".lower().split()
    told = {_role_of_word(word[:LONGEST_WORD]) for word in words[:MOST_WORDS]}
    for role in _ORDER:
        if role in told:
            return role
    return _BY_ROLE.get(attributes.get("role", "").lower(), "menu" if name == "nav" else "")


@lru_cache(4096)
def _role_of_word(word: str) -> str:
    if word in _CONTENT:
        return "content"
    if word in _TEXT:
        return "text"
    return "list" if word in _LIST else next((role for role, words in _WORDS if words.fullmatch(word)), "")


def role_by_name(name: str, in_main: bool) -> str:
    """Say what an element is for that only its name tells of."""
    if name in ("header", "footer"):
        return "meta" if in_main else {"header": "menu"}.get(name, "footer")
    return "widget" if name == "aside" else ""


def is_item(name: str, attributes: dict[str, str]) -> bool:
    """Whether an element is one post, be it the only one of its page."""
    return name == "article" or not {"hentry", "wp-block-post"}.isdisjoint(attributes.get("class", "").lower().split())


def is_listing(body_classes: Iterable[str]) -> bool | None:
    """Whether WordPress says that a page is a list of posts, by the classes of its body; None where it says nothing."""
    words = [word.lower() for word in body_classes]
    if any(_SINGLE.fullmatch(word) for word in words):
        return False
    return True if any(_LISTING.fullmatch(word) for word in words) else None
