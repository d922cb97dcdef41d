"""A blog whose readers click, by hand: five posts, of which a few links are ours."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from suggester.entities import Clicked, Counting, Post, Verdict
from suggester.tasks.clicks import months_until
from suggester.tasks.service import Service
from tests.toys import LetterEncoder
from tests.toys_source import HOME, ToySource, toy_post

NOW = datetime.now(UTC)
LAST, BEFORE = months_until(NOW, 2)[::-1]
BEGAN = NOW - timedelta(days=200)
OLD, YOUNG = NOW - timedelta(days=400), NOW - timedelta(days=10)
HOSTILE = "<script>alert(1)</script> & co"


def linking(number: int, targets: dict[int, str], **fields: object) -> Post:
    """A post with links on words; it was changed long ago, unless told otherwise."""
    links = " ".join(f"<p>Go on to <a href='/post-{target}/'>{words}</a>.</p>" for target, words in targets.items())
    return replace(toy_post(number, links), **({"published": OLD, "modified": OLD} | fields))  # type: ignore[arg-type]


def posts() -> list[Post]:
    """Post 1 holds three links, one of them ours; 2 was changed lately; 3 holds one link alone."""
    return [
        linking(1, {2: "the starter", 3: "click here", 4: "how long dough rises"}),
        linking(2, {3: "rye", 4: "scales", 5: "salt"}, modified=YOUNG),
        linking(3, {4: "proof"}),
        linking(4, {}, title=HOSTILE),
        linking(5, {}),
    ]


def serve(folder: Path) -> Service:
    """Open a service that has read the blog; link 1 to 4 is of ours, accepted fifty days ago."""
    source = ToySource(posts())
    opened = Service.open(folder, load_encoder=LetterEncoder, open_source=lambda *_: source)
    opened.update(opened.connect(HOME).site_id)
    opened.add_verdict(1, Verdict(1, 4, "accepted", "how long dough rises", NOW - timedelta(days=50)))
    opened.add_verdict(1, Verdict(5, 1, "accepted", "gone again", NOW - timedelta(days=50)))
    return opened


def clicked(source: int, target: int, clicks: int, anchor: str = "", month: str = LAST) -> Clicked:
    """Clicks as the plugin tells them."""
    return Clicked(source, f"{HOME}/post-{target}/", month, clicks, anchor)


def count(service: Service) -> None:
    """Let the plugin have counted for two hundred days: nobody followed 1 to 3, nor 2 to 5."""
    lines = [
        clicked(1, 2, 4, "the starter"),
        clicked(1, 2, 4, "the starter", BEFORE),
        clicked(1, 4, 12, "how long dough rises"),
        clicked(2, 3, 20, "rye"),
        clicked(2, 4, 20, "scales"),
        clicked(3, 4, 9, "Proof"),
        Clicked(1, f"{HOME}/category/bread/", LAST, 5, "all breads"),
    ]
    service.take_clicks(1, "batch-one", lines, Counting(counts=True, since=BEGAN))
