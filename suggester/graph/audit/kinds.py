"""The kinds of findings: what each is called, why it matters, what repairs it, and how much it weighs.

Thresholds and their sources:

* Three clicks: no post should be farther from the homepage. Search engines take clicks from the homepage as a sign of
  weight (John Mueller of Google, Webmaster Central hangout of 1 June 2018), and crawlers such as Screaming Frog and
  Sitebulb warn beyond three.
* Links per 1,000 words: those of the site's own settings, 3 to 10 unless changed (see `engine.policy`).
* Three links are never too many, and a text of fewer than 100 words need not link: below that the share of links says
  nothing. Our own choice.
* One target always by the same words: from four sources on. Zyppy's study of 23 million internal links (2022) found
  that pages get more visits from search with every further wording of the anchors that lead to them; the four are our
  own choice.
* Homepage: more than a tenth of the links in texts. Every page leads there by its menu; a link in a text is better
  spent on a post. Our own choice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FARTHEST = 3  # clicks from the homepage
FEWEST_WORDS = 100  # of a text that should link to another post
ALWAYS_ALLOWED = 3  # links in a text, however short it is
SAME_WORDS = 4  # sources of links to one target, all on the same words
HOME_SHARE = 0.1  # of the links in texts, that may lead to the homepage

PARTS: Mapping[str, tuple[float, str]] = {
    "reach": (0.35, "Posts can be found"),
    "working": (0.30, "Links lead where they should"),
    "words": (0.15, "Anchors say where they lead"),
    "spread": (0.20, "Links are spread well"),
}
"""The parts of the score: the share each has in it, and what it is called."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of finding."""

    part: str  # one of PARTS
    weight: float  # how much a share of faults counts, see `score`
    most: float  # the largest share of its part that it can take
    one: str
    many: str
    why: str  # it matters, one sentence
    repair: str  # what to do, in a few words: the text of a button
    command: str  # of the command line, "" where it is repaired in the editor of the post
    page: str = ""  # of the dashboard, an endpoint; "" for the editor, "audit" for a run made of these very faults
    visit: bool = False  # pages have to be visited for it


KINDS: Mapping[str, Kind] = {
    "orphan": Kind(
        "reach", 2.0, 1.0, "orphan", "orphans",
        "Readers and search engines hardly find a post that no other post links to.",
        "Plan links to orphans", "suggester orphans --repair 3 --make-run", "orphans",
    ),
    "nearly_orphan": Kind(
        "reach", 0.5, 0.5, "post with a single link", "posts with a single link",
        "One edit elsewhere makes such a post an orphan, and a single link says little of its weight.",
        "Plan more links", "suggester orphans --nearly --repair 3 --make-run", "nearly",
    ),
    "deep": Kind(
        "reach", 1.0, 0.7, "post more than 3 clicks from the homepage", "posts more than 3 clicks from the homepage",
        "Readers give up before they come so far, and search engines take far away for unimportant.",
        "Find posts that could link there", "suggester inbound {post}", "sources", visit=True,
    ),
    "broken": Kind(
        "working", 20.0, 1.0, "broken link", "broken links",
        "Readers who follow such a link find nothing, and what it could pass on is lost.",
        "Mend links", "suggester links --make-run", "link_changes",
    ),
    "draft_target": Kind(
        "working", 20.0, 1.0, "link to a post that is not published", "links to posts that are not published",
        "Readers who follow such a link find nothing: the post is a draft, private, or planned.",
        "Mend links", "suggester links --make-run", "link_changes",
    ),
    "broken_external": Kind(
        "working", 3.0, 0.4, "broken link to another site", "broken links to other sites",
        "Readers who follow such a link find nothing, and a page with dead sources looks abandoned.",
        "Open the post and change the link", "", visit=True,
    ),
    "redirected": Kind(
        "working", 2.0, 0.5, "link to a redirect", "links to redirects",
        "Each redirect makes readers wait, and it breaks the day somebody clears the redirects away.",
        "Put the final addresses in", "suggester audit --repair redirected", "audit",
    ),
    "plain_http": Kind(
        "working", 2.0, 0.4, "http link on an https site", "http links on an https site",
        "Readers are sent over an unsafe address and a redirect before the page comes.",
        "Put https in", "suggester audit --repair plain_http", "audit",
    ),
    "noindex_target": Kind(
        "working", 1.0, 0.3, "link to a noindex post", "links to noindex posts",
        "Search engines are told to leave such a post out, so the link passes nothing on.",
        "Take noindex off the post, or link to another one", "",
    ),
    "nofollow": Kind(
        "working", 2.0, 0.5, "nofollow link within the site", "nofollow links within the site",
        "It tells search engines not to trust your own page, and what the link could pass on is lost.",
        "Open the post and take nofollow off", "",
    ),
    "empty": Kind(
        "words", 10.0, 0.7, "link without words", "links without words",
        "Nobody sees such a link, and a screen reader reads out its address.",
        "Open the post and take the link out, or give it words", "",
    ),
    "generic": Kind(
        "words", 3.0, 0.8, "link on generic words", "links on generic words",
        "Words such as “click here” tell neither readers nor search engines where the link leads.",
        "Open the post and put the link on words that name the target", "",
    ),
    "two_targets": Kind(
        "words", 2.0, 0.6, "link on words that lead elsewhere, too", "links on words that lead elsewhere, too",
        "The same words lead to another post in other places, so nobody can tell which one they stand for.",
        "Open the post and choose other words", "",
    ),
    "same_anchor": Kind(
        "words", 0.5, 0.3, "post always linked by the same words", "posts always linked by the same words",
        "Other words would tell search engines more of what the post is about.",
        "Look at the words that others could use", "suggester inbound {post}", "sources",
    ),
    "dead_end": Kind(
        "spread", 1.0, 0.8, "dead end", "dead ends",
        "Readers who have come to the end of a post without links leave the site.",
        "Open the post: the panel shows links to set", "suggester suggest {post}",
    ),
    "under_linked": Kind(
        "spread", 0.5, 0.5, "post with few links for its length", "posts with few links for their length",
        "Readers of a long text get too few ways on.",
        "Open the post: the panel shows links to set", "suggester suggest {post}",
    ),
    "over_linked": Kind(
        "spread", 1.0, 0.6, "post with too many links for its length", "posts with too many links for their length",
        "Among so many links none stands out, and each passes less on.",
        "Open the post and keep the best ones", "",
    ),
    "homepage_heavy": Kind(
        "spread", 0.5, 0.3, "link to the homepage too many", "links to the homepage too many",
        "Every page leads to the homepage by its menu; a link in a text is better spent on a post.",
        "Open the post and link to a post instead", "",
    ),
}  # fmt: skip
REPAIRED_BY_RUN = ("redirected", "plain_http")  # the faults themselves say what to put in
