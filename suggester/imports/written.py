"""Tables as other tools read them: under the headings of Screaming Frog's exports, filled with what is known here."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from suggester.content.sheets import Cell

INLINKS = (
    "Type", "Source", "Destination", "Size (Bytes)", "Alt Text", "Anchor", "Status Code", "Status", "Follow", "Target",
    "Rel", "Path Type", "Link Path", "Link Position", "Link Origin",
)  # fmt: skip
INTERNAL = (
    "Address", "Content Type", "Status Code", "Status", "Indexability", "Indexability Status", "Title 1",
    "Title 1 Length", "Word Count", "Crawl Depth", "Link Score", "Inlinks", "Unique Inlinks", "Outlinks",
    "Unique Outlinks", "External Outlinks", "Language", "Last Modified", "Clicks", "Impressions", "CTR", "Position",
)  # fmt: skip
ORPHANS = ("URL", "Source", "Title 1", "Word Count", "Inlinks", "Clicks", "Impressions", "Position")
SUGGESTIONS = ("Source", "Destination", "Anchor", "Sentence", "Type", "Score", "Shown", "Reasons")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "inlinks": INLINKS,
    "internal": INTERNAL,
    "orphans": ORPHANS,
    "suggestions": SUGGESTIONS,
}
MEANINGS: Mapping[str, str] = {
    "inlinks": "Every link in the text of posts, under the headings of Screaming Frog’s all_inlinks",
    "internal": "Every post with its links and searches, under the headings of internal_all",
    "orphans": "Posts that no other post links to, those that searchers see most first",
    "suggestions": "The suggestions that are kept, with the words of each link",
}
_KINDS = {200: "OK", 404: "Not Found"}


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link as it stands in a post."""

    source: str  # address
    href: str  # as written
    target: str  # address that it leads to
    anchor: str
    rel: tuple[str, ...]
    status: int | None  # of the target, None where that is not known


def link_row(link: LinkRow) -> list[Cell]:
    """Write a link under INLINKS."""
    rel = " ".join(link.rel)
    status = _KINDS.get(link.status or 0)
    follow = "false" if "nofollow" in link.rel else "true"
    return [
        "Hyperlink", link.source, link.target, None, None, link.anchor, link.status, status, follow, None, rel,
        path_type(link.href), None, "Content", "HTML",
    ]  # fmt: skip


def path_type(href: str) -> str:
    """Say how an address is written, in Screaming Frog's words."""
    try:
        parts = urlsplit(href.strip())
    except ValueError:
        return ""
    if parts.scheme:
        return "Absolute"
    if parts.netloc:
        return "Protocol-Relative"
    return "Root-Relative" if parts.path.startswith("/") else "Path-Relative"


def link_score(rank: float, strongest: float) -> int:
    """Bring a rank to Screaming Frog's scale, 1 to 100 and logarithmic; 100 is the strongest post."""
    if strongest <= 0:
        return 0
    return max(1, round(100 * math.log1p(max(0.0, rank)) / math.log1p(strongest)))
