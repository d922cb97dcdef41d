"""Work on many posts, done by helpers in processes of their own."""

from __future__ import annotations

import logging
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from suggester.engine.policy import Policy
from suggester.engine.rules import Rules
from suggester.entities import Rule
from suggester.sample import SAMPLE
from suggester.tasks import helpers
from suggester.tasks.helpers import Helpers, IndexRenewed
from suggester.tasks.service import Service
from tests.toys import LetterEncoder

CHUNKS = [[3, 4], [5], [], [6, 7, 8], [9], [10], [11], [12, 13]]
HERE = os.getpid()


@pytest.fixture(autouse=True)
def always_helped(monkeypatch) -> None:
    monkeypatch.setattr(helpers, "WORTH_PROCESSES", 1)


def told(by: str, chunk: list[int]) -> tuple[str, list[int], bool]:
    """Say who did it, with what, and whether elsewhere."""
    return by, [2 * each for each in chunk], os.getpid() != HERE


def fatal(chunk: list[int]) -> tuple[str, list[int], bool]:
    """Do as `told`, unless told of the post 6, by which the process dies."""
    if 6 in chunk:
        os.kill(os.getpid(), signal.SIGKILL)
    return told("there", chunk)


def begin():
    return partial(told, "there")


def begin_fatally():
    return fatal


def begin_badly():
    raise OSError("There is no memory left.")


def begin_later():
    raise IndexRenewed


def helped(begun, processes=2) -> list[tuple[str, list[int], bool]]:
    with Helpers(partial(told, "here"), begun, processes) as many:
        return list(many.each(CHUNKS))


def doubled() -> list[list[int]]:
    return [[2 * each for each in chunk] for chunk in CHUNKS]


def test_helpers_do_each_chunk_once_and_what_comes_of_them_keeps_its_order():
    done = helped(begin)
    assert [numbers for _, numbers, _ in done] == doubled()
    assert {by for by, _, _ in done} == {"there"}


@pytest.mark.parametrize("processes", [1, 0])
def test_with_one_process_all_is_done_here(processes):
    assert {(by, elsewhere) for by, _, elsewhere in helped(begin, processes)} == {("here", False)}


def test_few_posts_are_not_worth_helpers(monkeypatch):
    monkeypatch.setattr(helpers, "WORTH_PROCESSES", 20)
    assert {by for by, _, _ in helped(begin)} == {"here"}


@pytest.mark.parametrize("begun", [begin_fatally, begin_badly])
def test_what_helpers_leave_that_died_is_done_here(begun, caplog):
    with caplog.at_level(logging.WARNING, "suggester.helpers"):
        done = helped(begun)
    assert [numbers for _, numbers, _ in done] == doubled()
    assert done[3][0] == "here"
    assert len([record for record in caplog.records if "has ended" in record.message]) == 1


def test_helpers_that_find_a_newer_index_leave_the_work_to_whoever_asked(caplog):
    with caplog.at_level(logging.INFO, "suggester.helpers"):
        done = helped(begin_later)
    assert done == [told("here", chunk) for chunk in CHUNKS]
    assert "The index was renewed" in caplog.text


@pytest.mark.parametrize("error", [PermissionError("/dev/shm"), NotImplementedError("no sem_open")])
def test_where_no_processes_can_help_all_is_done_here(monkeypatch, caplog, error):
    def refuses(*_):
        raise error

    monkeypatch.setattr(helpers, "ProcessPoolExecutor", refuses)
    with caplog.at_level(logging.WARNING, "suggester.helpers"):
        assert {by for by, _, _ in helped(begin)} == {"here"}
    assert "No processes can help here" in caplog.text


def test_where_no_process_can_be_started_all_is_done_here(monkeypatch):
    def refuses(*_):
        raise BlockingIOError("Resource temporarily unavailable")

    monkeypatch.setattr(helpers.ProcessPoolExecutor, "submit", refuses)
    assert {by for by, _, _ in helped(begin)} == {"here"}


def test_whoever_stops_leaves_no_helpers_behind():
    with Helpers(partial(told, "here"), begin, 2) as many:
        next(many.each(CHUNKS))
        assert len(multiprocessing.active_children()) == 2
    assert not multiprocessing.active_children()


ENDLESS = """
import sys, time
from functools import partial
from tests.tasks.test_helpers import begin_endlessly
from suggester.tasks import helpers
helpers.WORTH_PROCESSES = 1
if __name__ == "__main__":
    with helpers.Helpers(print, begin_endlessly, 2) as many:
        list(many.each([[1], [2]]))
"""


def begin_endlessly():
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    return endless


def endless(_chunk):
    time.sleep(600)


def test_helpers_end_with_whoever_was_killed_that_began_them(tmp_path: Path):
    script = tmp_path / "endless.py"
    script.write_text(ENDLESS)
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True, env=env) as begun:
        assert begun.stdout
        assert [begun.stdout.readline() for _ in range(2)] == ["begun\n"] * 2
        begun.kill()
        assert begun.communicate(timeout=60) == ("", None)  # which ends with the last of them


@pytest.mark.parametrize("after", [0.0, 0.2, 0.6])
def test_helpers_that_begin_hear_no_ctrl_c(tmp_path: Path, after: float):
    script = tmp_path / "endless.py"
    script.write_text(ENDLESS.replace("list(many", "print('begins', flush=True) or list(many"))
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    piped = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "env": env}
    with subprocess.Popen([sys.executable, script], process_group=0, **piped) as begun:
        assert begun.stdout
        assert begun.stdout.readline() == "begins\n"
        time.sleep(after)
        os.killpg(begun.pid, signal.SIGINT)
        time.sleep(0.2)
        begun.kill()
        told = begun.communicate()[1]
    assert "spawn_main" not in told


def test_the_rules_of_a_site_travel_to_helpers():
    laid_down = (Rule("never_pair", post=1, other_post=2), Rule("keyword", post=3, phrase="sharp shears"))
    policy = pickle.loads(pickle.dumps(Policy(rules=Rules(laid_down))))
    assert policy.rules.closed_to(1) == {2}
    assert policy.rules.phrases_for(3) == ["sharp shears"]


def test_suggestions_made_by_helpers_are_the_same(sample_service: Service, monkeypatch):
    site_id = sample_service.find_site("").id
    by_helpers = list(sample_service.all_suggestions(site_id))
    monkeypatch.setattr(helpers, "WORTH_PROCESSES", 1000)
    assert by_helpers == list(sample_service.all_suggestions(site_id))


def test_a_place_is_opened_with_the_very_index_that_was_asked_about(sample_service: Service):
    site_id = sample_service.find_site("").id
    place = sample_service._opened(site_id, sample_service._indexes.ready(site_id)).place
    opened = pickle.loads(pickle.dumps(place)).open()
    assert opened.ready.index.post_ids == sample_service.known(site_id).index.post_ids
    opened.store.close()
    with pytest.raises(IndexRenewed):
        replace(place, stamp=(0, 0, 0)).open()


def test_a_refresh_with_helpers_keeps_the_same_suggestions(sample_service: Service, tmp_path: Path):
    helped = Service.open(tmp_path, load_encoder=LetterEncoder, threads=2)
    site_id = helped.connect(str(SAMPLE)).site_id
    helped.refresh(site_id)
    kept = [
        [store.stored_suggestions(site_id, post_id) for post_id in sorted(store.post_ids(site_id))]
        for store in (helped.store, sample_service.store)
    ]
    helped.close()
    assert kept[0] == kept[1]
