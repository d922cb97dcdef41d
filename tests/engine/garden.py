"""A small blog about a garden and its kitchen, made by hand, and short ways to read and index such posts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from suggester.content.blocks import read
from suggester.content.links import Address, Resolver, resolve_body
from suggester.engine.analysis import Analysis, analyse
from suggester.engine.build import build
from suggester.engine.index import Index
from suggester.engine.passages import texts_of
from suggester.engine.reading import Draft, Encode, Reading
from suggester.entities import Body, Post, Site, Term
from tests.toys import LetterEncoder

HOME = "https://garden.example"
SITE = Site(HOME, "The Garden", "en", ("www.garden.example",))
Row = tuple[int, str, str]  # id, title, html

GARDEN: tuple[Row, ...] = (
    (1, "Start here", "<p>New to the garden? Begin with <a href='/2/'>a compost heap</a> and good seeds.</p>"),
    (2, "Building a compost heap", "<p>Leaves, straw and kitchen scraps make a heap that warms itself in spring.</p>"),
    (3, "Drip irrigation", "<p>A hose with small holes waters each root and wastes nothing in a dry July.</p>"),
    (4, "Sourdough starter", "<p>Flour and water, fed daily, rise within a week. See <a href='/5/'>rye bread</a>.</p>"),
    (5, "Rye bread", "<p>Dark flour, caraway and a long night in the oven give a loaf that keeps for days.</p>"),
    (6, "Pruning apple trees", "<p>Cut dead wood in February, before the buds swell, and leave the spurs alone.</p>"),
    (7, "Slugs", "<p>Copper tape, beer traps and hungry ducks keep them off the lettuce at night.</p>"),
    (8, "Jerusalem artichokes", "<p>Plant the tubers once and you will dig them for ever, so give them a corner.</p>"),
    (9, "Tomato blight", "<p>Brown spots on wet leaves spread in a warm August; burn what is ill.</p>"),
    (10, "Green manure", "<p>Phacelia and clover cover bare soil, and are dug in before they flower.</p>"),
    (11, "Pickled cucumbers", "<p>Vinegar, dill and mustard seed keep the glut of summer crisp until Easter.</p>"),
    (12, "Beekeeping for beginners", "<p>A hive, a veil and a calm morning are enough for the first honey.</p>"),
    (13, "Rainwater barrels", "<p>One roof fills three barrels in a night of rain; put a lid on each.</p>"),
    (14, "Cold frames", "<p>An old window over four boards brings salad through the frost.</p>"),
    (15, "Elderflower cordial", "<p>Pick the umbels in the sun, add lemon and sugar, wait two days and strain.</p>"),
    (16, "Hedgehogs", "<p>A pile of leaves and a gap in the fence bring the best slug hunter there is.</p>"),
    (17, "Chilli harvest", "<p>Thread the pods on a string and hang them over the stove until they rattle.</p>"),
    (18, "Raised beds", "<p>Larch boards, turf upside down and two barrows of loam make a bed in an hour.</p>"),
    (19, "Seed swaps", "<p>Bring beans in an envelope, take home pumpkins; write the year on everything.</p>"),
    (20, "Quince jelly", "<p>Boil the fruit in its skin; the colour comes by itself after forty minutes.</p>"),
    (21, "Potting shed", "<p>A bench, a lamp and a nail for each tool, out of the wind.</p>"),
    (22, "Wild garlic pesto", "<p>Young leaves, walnuts and oil, blended and kept cold under a lid.</p>"),
)  # fmt: skip


def address(post_id: int) -> str:
    """The permalink of a post of the garden."""
    return f"{HOME}/{post_id}/"


def post(post_id: int, title: str, html: str = "", **fields: Any) -> Post:
    """A published post, unless `fields` say otherwise."""
    return Post(post_id, address(post_id), title, html, **fields)


def category(name: str) -> Term:
    return Term("category", name.lower(), name)


def body_of(html: str) -> Body:
    """Read a body, links to /7/ and the like resolved."""
    body = read(html)
    ids = {number for link in body.links if (number := link.href.strip("/").rpartition("/")[2]).isdecimal()}
    return resolve_body(body, Resolver(SITE, [Address(int(number), address(int(number))) for number in ids]), HOME)


def reading(entry: Post | Row, encode: Encode | None = None, lang: str = "en") -> Reading:
    """Read a post as the index takes it in."""
    own = entry if isinstance(entry, Post) else post(*entry)
    body = body_of(own.content)
    texts = texts_of(own.title, body)
    return Reading(own, body, own.lang or lang, texts, encode(texts) if encode else None)


def index_of(entries: Iterable[Post | Row], encode: Encode | None = None, lang: str = "en") -> Index:
    """Index a site of these posts, with the letters as embeddings where an encoder is given."""
    ordered = sorted(entries, key=lambda entry: entry.id if isinstance(entry, Post) else entry[0])
    return build(SITE, [reading(entry, encode, lang) for entry in ordered], LetterEncoder.id if encode else "")


def garden(*more: Post | Row, encode: Encode | None = None) -> Index:
    """The garden's index, with further posts (or others of the same id) put in."""
    entries = {entry[0]: entry for entry in GARDEN} | {one.id if isinstance(one, Post) else one[0]: one for one in more}
    return index_of(entries.values(), encode)


def draft(html: str, post_id: int = 0, title: str = "", lang: str = "en", terms: Sequence[Term] = ()) -> Draft:
    """What a writer has on screen."""
    return Draft(post(post_id, title, html, terms=tuple(terms)), body_of(html), lang)


def analysed(html: str, index: Index, encode: Encode | None = None, **fields: Any) -> Analysis:
    return analyse(draft(html, **fields), index, encode)
