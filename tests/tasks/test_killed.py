"""A process that is killed in the middle of its work; the next one goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from itertools import takewhile
from pathlib import Path

import pytest

from suggester.store import Store
from suggester.tasks.embed import embed
from suggester.tasks.sync import sync
from tests.toys import LetterEncoder
from tests.toys_source import HOME, ToySource, toy_post

POSTS = [toy_post(number) for number in range(1, 61)]
ROOT = Path(__file__).parents[2]

SLOW_SYNC = """
import sys, time
from pathlib import Path
from suggester.store import Store
from suggester.tasks.sync import sync
from tests.tasks.test_killed import POSTS
from tests.toys_source import ToySource

class Slow(ToySource):
    def changed(self, since=None, cursor=""):
        for page in super().changed(since, cursor):
            print(page.cursor, flush=True)
            time.sleep(0.05)
            yield page

sync(Store.open(sys.argv[1], Path(sys.argv[2])), 1, Slow(POSTS, per_page=5))
"""

SLOW_EMBED = """
import sys, time
from pathlib import Path
from suggester.store import Store
from suggester.tasks import embed
from tests.toys import LetterEncoder

class Slow(LetterEncoder):
    def encode(self, texts):
        print(len(texts), flush=True)
        time.sleep(0.05)
        return super().encode(texts)

embed.BATCH = 8
embed.embed(Store.open(sys.argv[1], Path(sys.argv[2])), 1, Slow())
"""


def run_and_kill(program: str, address: str, folder: Path, lines: int) -> list[str]:
    """Run a program until it has printed so many lines, then kill it so that it can say no last word."""
    with subprocess.Popen(
        [sys.executable, "-c", program, address, str(folder)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdout
        printed = [process.stdout.readline().strip() for _ in range(lines)]
        os.kill(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    return printed


@pytest.fixture
def place(address, tmp_path):
    """Address and folder of a store with a site."""
    store = Store.open(address, tmp_path / "data")
    store.add_site(HOME, HOME, lang="en")
    store.close()
    return address, tmp_path / "data"


@pytest.mark.parametrize("pages", [1, 4, 12])
def test_a_killed_sync_goes_on_loses_nothing_and_doubles_nothing(place, pages):
    run_and_kill(SLOW_SYNC, *place, pages)
    store = Store.open(*place)
    kept = store.post_ids(1)
    assert len(kept) in (5 * (pages - 1), 5 * pages)
    assert store.sync_state(1).cursor == (str(len(kept)) if kept else "")
    source = ToySource(POSTS, per_page=5)
    report = sync(store, 1, source)
    assert list(store.posts(1)) == POSTS
    assert (report.read, report.changed, report.deleted) == (60, 60, 0)
    asked = [question for question in source.asked if question.startswith("changed")]
    assert asked == [f"changed {number}" for number in range(len(kept) + 1, 61, 5)]
    store.close()


def test_a_sync_killed_again_and_again_comes_to_its_end(place):
    for _ in range(5):
        run_and_kill(SLOW_SYNC, *place, 3)
    store = Store.open(*place)
    assert sync(store, 1, ToySource(POSTS, per_page=5)).read == 60
    assert list(store.posts(1)) == POSTS
    store.close()


def test_a_killed_embedding_goes_on_with_what_is_left(place):
    store = Store.open(*place)
    sync(store, 1, ToySource(POSTS))
    run_and_kill(SLOW_EMBED, *place, 4)
    kept = store.count_embeddings("letters")
    assert kept in (24, 32)
    report = embed(store, 1, LetterEncoder())
    assert (report.reused, report.embedded) == (kept, report.texts - kept)
    assert store.count_posts(1).embedded == {"letters": 60}
    store.close()


def test_pages_are_asked_for_in_the_order_of_ids():
    source = ToySource(POSTS, per_page=5)
    cursors = [int(page.cursor) for page in source.changed()]
    assert list(takewhile(lambda number: number <= 60, cursors)) == list(range(5, 61, 5))
