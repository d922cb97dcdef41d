"""The nouns of the project: plain frozen values that every room shares.

Only this file and `errors` may be imported from everywhere. See the table of words in the README.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import unquote

PUBLISHED = "publish"
PROBLEMS = ("broken", "redirected", "draft_target", "empty", "generic", "two_targets")
CHANGE_KINDS = ("insert", "append", "rewrite", "unlink")
EDIT_STATES = ("waiting", "writing", "applied", "refused", "failed", "undone", "kept")
RUN_KINDS = ("orphans", "inbound", "links", "csv", "equity", "clusters")
RULE_KINDS = (
    "always", "keyword", "never_target", "never_source", "never_pair", "most_per_run", "most_per_source",
    "most_per_target",
)  # fmt: skip
EVENT_KINDS = ("appeared", "died", "broken", "orphaned", "linked", "audited")
FINDING_KINDS = (
    "orphan", "nearly_orphan", "deep", "broken", "broken_external", "redirected", "draft_target", "noindex_target",
    "plain_http", "nofollow", "empty", "generic", "two_targets", "same_anchor", "dead_end", "under_linked",
    "over_linked", "homepage_heavy",
)  # fmt: skip
OUTCOMES = ("fine", "gone", "closed", "failing", "unreachable", "circle", "left", "robots", "unread")
PLACES = ("content", "menu", "widget", "related", "archive", "footer")
RUN_STATES = ("planned", "queued", "applying", "paused", "done", "undoing", "undone")


@dataclass(frozen=True, slots=True)
class Site:
    """One WordPress installation we read."""

    url: str  # home address as WordPress gives it, without a trailing slash
    name: str = ""
    lang: str = ""  # primary language subtag ("en", "pt"), "" where unknown
    aliases: tuple[str, ...] = ()  # further hosts ("www.blog.example") under which the same site answers
    time_zone: str = field(default="", repr=False, compare=False)  # as in Europe/Berlin, where WordPress says one


@dataclass(frozen=True, slots=True)
class Term:
    """A category, a tag, or a term of any other public taxonomy."""

    taxonomy: str  # WordPress's own slug: "category", "post_tag", ...
    slug: str
    name: str

    @property
    def key(self) -> str:
        """Taxonomy and slug, as settings name a term: "category:news"; the same however the slug is written."""
        return f"{self.taxonomy}:{unquote(self.slug).lower()}"


@dataclass(frozen=True, slots=True)
class Post:
    """One entry of any public type (posts, pages, products ...), as WordPress gave it.

    `content` is what WordPress stores where `raw` is true (block comments, shortcodes); only such content may
    be written back. Otherwise it is the rendered HTML.
    """

    id: int  # unique within a site, over all types
    url: str  # the permalink, absolute
    title: str  # plain text, entities decoded
    content: str
    type: str = "post"
    status: str = PUBLISHED
    slug: str = ""
    excerpt: str = ""
    published: datetime | None = None  # UTC
    modified: datetime | None = None  # UTC
    terms: tuple[Term, ...] = ()
    lang: str = ""  # as declared by the site for this post; "" where it must be detected
    raw: bool = True
    protected: bool = False  # asks the reader for a password
    noindex: bool = False  # asks search engines to stay away
    old_slugs: tuple[str, ...] = ()  # slugs under which WordPress still redirects here

    @property
    def may_be_target(self) -> bool:
        """Whether a suggestion may lead here: published, open to everybody, and meant to be found."""
        return self.status == PUBLISHED and not self.protected and not self.noindex and bool(self.url)


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a post's body with its own text."""

    index: int  # counted over all blocks of the body, whether or not a link may stand in them
    kind: str  # one of `content.blocks.KINDS`: "paragraph", "list_item", "quote", "table_cell", "heading", "code", ...
    text: str  # plain text: entities decoded, tags gone, each run of white space folded into one space
    linkable: bool  # whether a link may stand here at all
    closed: tuple[tuple[int, int], ...] = ()  # spans of `text` where no link may stand: links, code, shortcodes


@dataclass(frozen=True, slots=True)
class Link:
    """An `<a>` that stands in a post's body today."""

    href: str  # as written, entities decoded
    anchor: str  # plain text, white space folded
    block: int  # index of the block that holds it
    start: int  # place of the anchor in the block's text
    end: int
    rel: tuple[str, ...] = ()  # lower case
    target: int | None = None  # id of the post it leads to, where that is known


@dataclass(frozen=True, slots=True)
class Body:
    """A post's content, read: its blocks and the links that stand in them, in order."""

    blocks: tuple[Block, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Anchor:
    """The words that carry, or would carry, a link: a text quote, as in W3C web annotations.

    The quote is found again after the writer has typed elsewhere in the post; offsets would not be.
    """

    text: str
    before: str  # up to 32 characters to the left in the block's text, "" at the start of a block
    after: str  # up to 32 characters to the right
    block: int  # index of the block in the body as it was read
    kind: str = "paragraph"  # kind of that block


@dataclass(frozen=True, slots=True)
class NewText:
    """A sentence to add, with its link, where none of the words that stand there fit. Always marked as new."""

    sentence: str
    anchor: str  # the words of `sentence` that carry the link
    block: int  # index of the block after whose last sentence it goes
    kind: str = "paragraph"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a suggestion is made; something a person can check."""

    code: str  # "title_mentioned", "anchor_in_use", "similar_text", "same_category", "orphan", ...
    text: str  # one short sentence in English
    value: float | None = None  # the feature behind it, where there is one


@dataclass(frozen=True, slots=True)
class OtherTarget:
    """Another post that the words of a suggestion could lead to just as well."""

    target_id: int
    score: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A link that could be: source, anchor, target, score and reasons."""

    source_id: int
    target_id: int
    anchor: Anchor | None  # None where no words fit; `new_text` then says what to add
    score: float  # 0 to 1: how likely an editor would accept it
    shown: bool  # whether the policy lets it be shown unasked
    sentence: str = ""  # the sentence around the anchor
    reasons: tuple[Reason, ...] = ()
    alternatives: tuple[Anchor, ...] = ()  # other words for the same target, best first
    new_text: NewText | None = None
    other_targets: tuple[OtherTarget, ...] = ()  # best first


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a link that stands in a post's body."""

    kind: str  # one of PROBLEMS
    href: str
    anchor: Anchor  # the words it stands on; "" where there are none
    text: str  # one short sentence in English
    target_id: int | None = None
    url: str | None = None  # where it should lead instead


@dataclass(frozen=True, slots=True)
class LinkReport:
    """The links that stand in a post's body, counted and looked through."""

    words: int = 0
    internal: int = 0  # to pages of the same site
    external: int = 0
    per_1000: float = 0.0  # internal links for each thousand words
    recommended: tuple[float, float] = (3.0, 10.0)  # the fewest and the most of them
    inbound: int | None = None  # posts that link here; None for a post that is not in the index
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What we propose for one post, best first, and why the rest fell away."""

    source_id: int
    items: tuple[Suggestion, ...]
    dropped: dict[str, int] = field(default_factory=dict)  # reason -> how many candidates it removed
    links: LinkReport = LinkReport()  # those that stand in the post today


@dataclass(frozen=True, slots=True)
class Inbound:
    """Which posts should link to one, best first, and why others fell away."""

    target_id: int
    inbound: int  # posts that link to it today
    orphan: bool
    items: tuple[Suggestion, ...] = ()  # each from another source
    dropped: dict[str, int] = field(default_factory=dict)  # reason -> how many sources it removed; or the target


@dataclass(frozen=True, slots=True)
class Settings:
    """What a site's owner decides of its suggestions."""

    post_types: tuple[str, ...] = ()  # types to suggest for and to lead to; () for all
    excluded_posts: tuple[int, ...] = ()  # never targets, and they get no suggestions
    excluded_terms: tuple[str, ...] = ()  # the same for all posts of a term: "category:news", taxonomy and slug
    excluded_words: tuple[str, ...] = ()  # no anchor may contain one of these
    links_per_1000: float = 10.0  # words; those that stand there count
    least_score: float = 0.2  # below it nothing is shown unasked
    refresh_nightly: bool = True  # the service refreshes it every night by itself
    refresh_at: str = "03:30"  # hour and minute of the night, or up to an hour later: see tasks/queue/nights.py
    time_zone: str = ""  # as in Europe/Berlin; "" for UTC
    audit_every: int = 3  # months from one audit to the next that is made by itself; 0 for none
    audit_visits: bool = True  # such an audit visits the pages before, some each night


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing a site's owner laid down about links.

    always           link `phrase` to `post`, wherever it stands in a post as whole words
    keyword          `post` wants to be found by `phrase`, as by its title
    never_target     no suggestion leads to `post`
    never_source     `post` gets no suggestions
    never_pair       `post` gets none that leads to `other_post`
    most_per_run     a run adds at most `number` links
    most_per_source  ... and so many to one post
    most_per_target  ... and so many that lead to one post
    """

    kind: str  # one of RULE_KINDS
    phrase: str = ""
    post: int | None = None
    other_post: int | None = None
    number: int | None = None
    any_case: bool = False  # "always" and "keyword": capitals do not count
    inflected: bool = False  # the same: other forms of its words count too
    id: int = 0  # 0 until the store counts it


@dataclass(frozen=True, slots=True)
class QueriedRule(Rule):
    """A keyword that nobody laid down: an imported query; it is never stored as a rule."""

    by: str = ""  # the tool that told it, as people call it


@dataclass(frozen=True, slots=True)
class Limits:
    """How many links a run may add at most; None for as many as there are."""

    per_run: int | None = None
    per_source: int | None = None
    per_target: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person said of a suggestion."""

    source_id: int
    target_id: int
    verdict: str  # "accepted" or "dismissed"
    anchor: str = ""
    at: datetime | None = None  # UTC


@dataclass(frozen=True, slots=True)
class Plan:
    """Which links would repair a site's orphans, assigned over the whole site, before anybody decided anything."""

    items: tuple[Suggestion, ...]
    orphans_before: int
    orphans_after: int
    nearly_before: int  # posts with one inbound link
    nearly_after: int
    posts_touched: int  # sources that would get a link
    unrepaired: dict[int, str] = field(default_factory=dict)  # orphan -> code of the reason
    dropped: dict[str, int] = field(default_factory=dict)  # reason -> how many candidates it removed


@dataclass(frozen=True, slots=True)
class Edit:
    """One link put in, rewritten or taken out, in one post: what a run is made of."""

    id: int  # 0 until the store counts it
    run_id: int
    source_id: int
    target_id: int | None
    kind: str  # one of CHANGE_KINDS
    anchor: Anchor  # the words; for "append" those within the new sentence, and the block that it goes to
    href: str  # where the link leads afterwards, "" for "unlink"
    old_href: str = ""  # "rewrite" and "unlink": as it stood before
    old_tag: str = ""  # the same for the opening tag, so that undo puts it back byte for byte
    new_text: NewText | None = None  # "append"
    score: float = 0.0
    sentence: str = ""  # the sentence around the anchor
    reasons: tuple[Reason, ...] = ()
    alternatives: tuple[Anchor, ...] = ()  # other words for the same target, best first
    chosen: bool = True  # whether the person wants it applied
    state: str = "waiting"  # one of EDIT_STATES
    why: str = ""  # one sentence, where it was refused, failed or kept


@dataclass(frozen=True, slots=True)
class EditFilter:
    """Which edits of a run are meant; each field narrows, as far as it is given."""

    state: str | None = None  # one of EDIT_STATES
    source_id: int | None = None
    target_id: int | None = None
    chosen: bool | None = None
    text: str = ""  # stands in the anchor, the sentence, or a title
    least_score: float = 0.0


@dataclass(frozen=True, slots=True)
class Run:
    """One bulk change of a site: the edits it makes, under review, applied, or undone."""

    id: int
    site_id: int
    kind: str  # one of RUN_KINDS
    state: str  # one of RUN_STATES
    created_at: datetime  # UTC
    changed_at: datetime  # UTC
    title: str = ""
    orphans_before: int = 0
    orphans_after: int = 0  # as planned
    counts: dict[str, int] = field(default_factory=dict)  # edits by state, and "chosen": those waiting to be applied
    error: str = ""  # why it is paused, and what to do


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the text around an edit."""

    text: str
    href: str = ""  # where it leads, "" where it carries no link
    changed: bool = False  # whether the edit changes it


@dataclass(frozen=True, slots=True)
class Preview:
    """The text around an edit, before and after it."""

    edit_id: int
    kind: str  # of the block
    before: tuple[Segment, ...]
    after: tuple[Segment, ...]
    problem: str = ""  # why it could not be applied to the post as last read; "" where it could


@dataclass(frozen=True, slots=True)
class Event:
    """Something a refresh noticed, told once.

    appeared  a suggestion is shown that was not shown before
    died      one that was shown is not shown any more
    broken    a link leads to a post that is gone or hidden, or to an address at which WordPress finds nothing
    orphaned  a post lost the last link to it, or was published without one
    linked    an orphan got its first link
    audited   the audit that was due was made; `what` has "score", "before" and the like
    """

    site_id: int
    refresh_id: int
    kind: str  # one of EVENT_KINDS
    source_id: int | None
    target_id: int | None
    what: Mapping[str, Any]  # in words: "source", "source_url", "target", "target_url", "anchor", "href", "why"
    at: datetime  # UTC
    id: int = 0  # counted by the store, upwards


@dataclass(frozen=True, slots=True)
class Refresh:
    """One refresh of a site, as kept; one that was stopped goes on under its own number."""

    id: int
    site_id: int
    started_at: datetime  # UTC
    ended_at: datetime | None  # None: under way, or stopped
    whole: bool  # every suggestion was to be renewed
    reason: str  # "night", "changes" or "asked"
    read: int = 0  # posts
    changed: int = 0
    deleted: int = 0
    embedded: int = 0  # texts
    renewed: int = 0  # sources whose suggestions were made anew
    appeared: int = 0  # suggestions
    died: int = 0
    seconds: Mapping[str, float] = field(default_factory=dict)  # by stage: sync, embed, index, renew, check
    error: str = ""  # why it failed, and what to do
    sampled: int = 0  # sources that nothing touched, renewed in turn
    differing: int = 0  # those of them that were shown something else than before


@dataclass(frozen=True, slots=True)
class Import:
    """What was taken in from the files of another tool; a later one of the same kind takes its place."""

    id: int  # 0 until the store counts it
    site_id: int
    kind: str  # one of `imports.kinds.KINDS`
    files: tuple[str, ...]  # their names
    at: datetime  # UTC
    rows: int  # that could be read
    posts: int  # of the site of which it says something
    queries: int = 0
    unresolved: int = 0  # addresses that lead to no post of the site
    examples: tuple[str, ...] = ()  # some of them
    notes: tuple[str, ...] = ()  # what was left out and why, one sentence each


@dataclass(frozen=True, slots=True)
class PostNumbers:
    """What an import says of one post; None for what it does not tell."""

    post_id: int
    weight: float | None = None  # a number of the owner's own, on any scale
    domains: float | None = None  # other sites that link to it
    links: float | None = None  # links from other sites
    clicks: float | None = None  # of searchers
    impressions: float | None = None  # how often searchers were shown it
    position: float | None = None  # among the results, on average; 1 is the first
    inlinks: float | None = None  # links within the site, menus included, as the tool counted them


@dataclass(frozen=True, slots=True)
class Query:
    """What people search for when they are shown a post, or words for which it is meant."""

    query: str
    post_id: int | None = None  # None where the tool does not say which post was shown
    clicks: float | None = None
    impressions: float | None = None
    position: float | None = None  # 1 is the first
    kind: str = ""  # of the import that says so


@dataclass(frozen=True, slots=True)
class Visit:
    """One address that was asked for, as a visitor of the site finds it.

    fine         a page or file came, after `hops` redirects
    gone         404 or 410
    closed       401, 403, 429 or the like: a person may see it, a program may not
    failing      any other status that is an error
    unreachable  nobody answered: unknown host, no connection, too slow, a wrong certificate
    circle       redirects without an end, or one that leads nowhere
    left         not asked: another site, a private network, or an address that is none
    robots       not asked: robots.txt of that site forbids it
    unread       something answered that could not be read
    """

    url: str  # without the part of the page it names
    status: int  # the last one, 0 where nobody answered
    final_url: str  # where redirects led, `url` itself where there were none
    hops: int  # redirects followed
    error: str  # what is wrong, in one sentence; "" where nothing is
    at: datetime  # UTC
    depth: int | None = None  # clicks from the homepage over all links; None for an address that was only checked
    content_depth: int | None = None  # ... over links in content alone; None where they do not lead there
    noindex: bool = False  # the page asks search engines to stay away
    canonical: str = ""  # the address that the page names as its own, "" where it names none
    post_id: int | None = None  # the post that `final_url` is of, where that is known
    external: bool = False  # of another site
    outcome: str = "fine"  # one of OUTCOMES
    title: str = ""  # of the page, plain text
    page: bool = False  # whether its links were read

    @property
    def broken(self) -> bool:
        """Whether a link to it leads nowhere."""
        return self.outcome in ("gone", "failing", "unreachable", "circle")


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link on a rendered page.

    content  in the text of the page itself
    menu     in navigation: menus, headers, breadcrumbs
    widget   in a sidebar or another box beside the text
    related  in a list of related posts, or to the next and the previous one
    archive  in a list of posts (home, category, date ...), or to another page of it
    footer   at the end of every page
    """

    page: str  # the address at which the page was found, after redirects
    href: str  # absolute, without the part of the page it names
    place: str  # one of PLACES
    anchor: str  # plain text, white space folded; the description of the picture where there is no text
    rel: tuple[str, ...] = ()  # lower case
    target: int | None = None  # id of the post it leads to, where that is known


@dataclass(frozen=True, slots=True)
class Tour:
    """One walk over the pages of a site as a visitor sees them, under way, stopped, or ended."""

    started_at: datetime  # UTC
    since: datetime  # UTC; answers older than this are asked for anew
    ended_at: datetime | None = None  # None: under way, or stopped
    external: bool = False  # whether addresses of other sites are checked too
    most_pages: int = 0
    pages: int = 0  # visited so far
    checked: int = 0  # further addresses, so far
    notes: tuple[str, ...] = ()  # what went otherwise than wished, and what to do


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that an audit found: a link where it stands, or a post."""

    kind: str  # one of FINDING_KINDS
    post_id: int  # the post that it stands in, or that it is about
    note: str  # what is wrong, one short sentence in English
    target_id: int | None = None  # the post that the link leads to, where that is known
    href: str = ""  # of the link, as written
    anchor: Anchor | None = None  # the words of the link; "" where there are none
    url: str = ""  # where the link should lead instead, "" where that is not known


@dataclass(frozen=True, slots=True)
class Finding:
    """All faults of one kind that an audit found."""

    kind: str  # one of FINDING_KINDS
    faults: tuple[Fault, ...]
    of: int  # posts, links or targets among which they were looked for
    cost: float = 0.0  # points of the score that are lost by it: so many more if there were none


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit of a site's links came to, as kept; its faults are kept beside it until the next one."""

    id: int  # 0 until the store counts it
    site_id: int
    at: datetime  # UTC
    score: float  # 0 to 100
    parts: Mapping[str, float]  # of the score, 0 to 100 each; only those that could be judged
    counts: Mapping[str, int]  # faults by kind, for all kinds that could be looked for; 0 where there is none
    of: Mapping[str, int] = field(default_factory=dict)  # by kind, the posts or links among which they were looked for
    costs: Mapping[str, float] = field(default_factory=dict)  # by kind, the points of the score that it costs
    fresh: Mapping[str, int] = field(default_factory=dict)  # by kind, faults that the last audit had not found
    gone: Mapping[str, int] = field(default_factory=dict)  # by kind, those it had found that are no more
    reason: str = "asked"  # or "calendar"
    posts: int = 0  # looked at
    links: int = 0  # in them, within the site
    pages: int = 0  # pages that a visit had read, 0 where there was none
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Clicked:
    """How often readers followed one link in a month; nothing of who they were."""

    source_id: int
    href: str  # absolute, without the part of the page it names
    month: str  # as in "2026-11", by the clock of the site; "" for several together
    clicks: int
    anchor: str = ""  # of the first link to this address in the post
    target_id: int | None = None  # the post that it leads to, where that is known


@dataclass(frozen=True, slots=True)
class Counting:
    """Whether a site's plugin counts clicks, as it last said."""

    counts: bool
    since: datetime | None  # UTC; when it was switched on last
    until: datetime | None = None  # UTC; when it was switched off
