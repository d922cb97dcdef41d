"""A made-up site: 48 posts on gardening that name each other by their titles, mostly with a link."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

from suggester.entities import Post, Term
from suggester.tasks.service import Service
from tests.toys import LetterEncoder
from tests.toys_source import HOME, ToySource, toy_post

WORKS = ("Pruning", "Watering", "Feeding", "Grafting", "Potting", "Mulching")
PLANTS = ("apple trees", "old roses", "tomatoes", "figs", "peas", "leeks", "sage", "lilies")
TITLES = {1 + at: f"{work} {plant}" for at, (work, plant) in enumerate((w, p) for p in PLANTS for w in WORKS)}
WORDS = (
    "spade rain clay frost basket ladder morning shadow bucket gravel sparrow fence lantern gate market brush cellar"
    " kettle barrow slate moss copper twine thistle pollen orchard hedge puddle candle granite"
).split()
LINKS = 3


def slug_of(number: int) -> str:
    return TITLES[number].lower().replace(" ", "-")


def orchard(links: int = LINKS) -> list[Post]:
    """The same posts each time; each links to `links` others and names one more that it does not link to."""
    dice = Random(11)
    return [_post(number, links, dice) for number in TITLES]


def _post(number: int, links: int, dice: Random) -> Post:
    others = dice.sample([each for each in TITLES if each != number], LINKS + 1)
    texts = [f"{TITLES[number]} takes a {' and a '.join(dice.sample(WORDS, 5))}, which is all one wants for it."]
    for at, other in enumerate(others):
        named = TITLES[other].lower()
        if at < links:
            named = f'<a href="{HOME}/{slug_of(other)}/">{named}</a>'
        texts.append(f"Once the {dice.choice(WORDS)} is in, and {' or '.join(dice.sample(WORDS, 4))}, {named} is next.")
    content = "".join(f"<p>{text}</p>\n" for text in texts)
    tag = Term("post_tag", WORKS[(number - 1) % len(WORKS)].lower(), WORKS[(number - 1) % len(WORKS)])
    return replace(toy_post(number, content, TITLES[number], slug_of(number)), lang="en", terms=(tag,))


def serve(folder: Path, posts: list[Post]) -> Service:
    """The real service over these posts, read."""
    source = ToySource(posts)
    service = Service.open(folder, load_encoder=LetterEncoder, open_source=lambda *_: source)
    service.refresh(service.connect(HOME).site_id)
    return service
