"""A site of a dozen posts in memory, and runs over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from suggester.entities import Anchor, Plan, Run, Suggestion
from suggester.tasks.pace import Pace
from suggester.tasks.service import Service
from tests.toys import LetterEncoder
from tests.toys_source import HOME, ToySource, toy_post

POSTS = 12


def text(number: int) -> str:
    return f"<p>We feed the sourdough starter of post {number} every day.</p>\n<p>The last words of {number}.</p>"


def anchor(number: int, words: str = "sourdough starter") -> Anchor:
    before, _, after = f"We feed the sourdough starter of post {number} every day.".partition(words)
    return Anchor(words, before[-32:], after[:32], 0)


def suggestion(source: int, target: int, words: str = "sourdough starter", **fields: object) -> Suggestion:
    sentence = f"We feed the sourdough starter of post {source} every day."
    return Suggestion(source, target, anchor(source, words), 0.9, shown=True, sentence=sentence, **fields)


def linked(number: int, target: int, words: str = "sourdough starter") -> str:
    return text(number).replace(words, f'<a href="{HOME}/post-{target}/">{words}</a>')


class Clock:
    """Time that passes only where somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pace(clock: Clock) -> Pace:
    return Pace(clock=clock, sleep=clock.sleep)


@pytest.fixture
def toy() -> ToySource:
    return ToySource([toy_post(number, text(number)) for number in range(1, POSTS + 1)])


@pytest.fixture
def service(toy: ToySource, address: str, tmp_path: Path) -> Iterator[Service]:
    folder = tmp_path / "data"
    opened = Service.open(folder, database=address, load_encoder=LetterEncoder, open_source=lambda url, login: toy)
    opened.sync(opened.connect(HOME).site_id)
    yield opened
    opened.close()


@pytest.fixture
def planned(service: Service) -> Callable[..., Run]:
    def make(*items: Suggestion) -> Run:
        given = items or tuple(suggestion(number, number % POSTS + 1) for number in range(1, POSTS + 1))
        return service.make_run(1, Plan(given, 5, 1, 3, 2, len(given)), "orphans", "Repair")

    return make


@pytest.fixture
def apply(service: Service, pace: Pace) -> Callable[..., Run]:
    return lambda run: service.apply_now(1, run.id, pace=pace)


@pytest.fixture
def undo(service: Service, pace: Pace) -> Callable[..., Run]:
    return lambda run, edit_ids=None: service.undo(1, run.id, edit_ids, pace=pace)


def states(service: Service, run: Run) -> dict[int, tuple[str, str]]:
    return {each.source_id: (each.state, each.why) for each in service.edits(1, run.id, limit=None)[1]}


def contents(toy: ToySource) -> dict[int, str]:
    return {post.id: post.content for post in toy.here.values()}
