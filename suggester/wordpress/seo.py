"""How the known SEO plugins say that a post wants no visitors from search engines."""

from __future__ import annotations

from collections.abc import Mapping

YOAST = "_yoast_wpseo_meta-robots-noindex"
RANK_MATH = "rank_math_robots"
SEOPRESS = "_seopress_robots_index"
AIOSEO = "_aioseo_noindex"

REST_FIELDS = (
    "yoast_head_json.robots",
    "aioseo_head_json.robots",
    f"meta.{YOAST}",
    f"meta.{RANK_MATH}",
    f"meta.{SEOPRESS}",
)


def noindex_meta(meta: Mapping[str, object]) -> bool:
    """Whether a post's custom fields ask search engines to stay away."""
    return (
        str(meta.get(YOAST, "")) == "1"
        or "noindex" in str(meta.get(RANK_MATH, ""))
        or str(meta.get(SEOPRESS, "")) == "yes"
        or str(meta.get(AIOSEO, "")) == "1"
    )


def noindex_heads(item: Mapping[str, object]) -> bool:
    """Whether the head that an SEO plugin shows in REST asks search engines to stay away."""
    heads = (item.get("yoast_head_json"), item.get("aioseo_head_json"))
    return any("noindex" in str(head.get("robots", "")) for head in heads if isinstance(head, Mapping))
