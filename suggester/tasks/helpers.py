"""Work on many posts: in this process, or by helpers in processes of their own where it is much."""

from __future__ import annotations

import logging
import os
import signal
from collections import deque
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from suggester.encoding.protocol import Encoder
from suggester.engine.reading import Draft, Encode
from suggester.entities import Post
from suggester.store import Store
from suggester.tasks.indexes import Indexes, Ready
from suggester.tasks.readings import draft_of
from suggester.tasks.vectors import Vectoriser

AT_ONCE = 16  # posts in one go: so many are compared with all others together
WORTH_PROCESSES = 600  # posts; to start processes, each with an index of its own, takes some seconds
MOST_PROCESSES = 4
AHEAD = 2  # chunks that each helper is given before what came of the first is taken

LoadEncoder = Callable[[], Encoder]  # can be sent to another process, too
Chunk = TypeVar("Chunk", bound=Collection[int])  # ids of posts
Done = TypeVar("Done")
Errand = TypeVar("Errand")
log = logging.getLogger("suggester.helpers")


@dataclass(frozen=True, slots=True)
class Place:
    """Where all that is known of a site lies; it can be sent to another process."""

    database: str = field(repr=False)  # its address, which may hold a password
    folder: Path
    site_id: int
    stamp: Hashable  # of the index whose rows all go by
    load_encoder: LoadEncoder | None  # None where there is none that fits the index
    processes: int  # that may work on it at once

    def open(self) -> Opened:
        """Open it from another process; IndexRenewed where the index has been replaced by a newer one since."""
        store = Store.open(self.database, self.folder)
        encoder = self.load_encoder() if self.load_encoder else None
        encode = Vectoriser(encoder, store).encode if encoder else None
        ready = Indexes(store).ready(self.site_id)
        if ready.stamp != self.stamp:
            raise IndexRenewed
        return Opened(self, store, ready, encode)


class IndexRenewed(Exception):  # noqa: N818  # nothing went wrong: the work is done where the older index is at hand
    """A helper has another index than whoever asked for help, so that rows would be those of other posts."""


@dataclass(frozen=True, slots=True)
class Opened:
    """All that is known of a site, open in this process."""

    place: Place
    store: Store
    ready: Ready
    encode: Encode | None

    def posts(self, post_ids: Collection[int]) -> list[Post]:
        """Give these posts, those that there are."""
        return self.store.some_posts(self.place.site_id, post_ids)

    def drafts(self, posts: Iterable[Post]) -> list[Draft]:
        """Read posts as those that suggestions are wanted for."""
        return [draft_of(post, self.ready.resolver, self.ready.index.site.lang) for post in posts]


class Helpers(Generic[Chunk, Done]):
    """Does something with chunks of posts, and has helpers do it once there are many posts."""

    def __init__(
        self, do: Callable[[Chunk], Done], begin: Callable[[], Callable[[Chunk], Done]], processes: int
    ) -> None:
        """Take what does a chunk in this process, and what can be sent to another one and gives the like there."""
        self._do, self._begin, self._processes = do, begin, processes
        self._pool: ProcessPoolExecutor | None = None

    @classmethod
    def at(cls, opened: Opened, errand: Errand, do: Callable[[Opened, Errand, Chunk], Done]) -> Self:
        """Do an errand at a site; both the errand and the function that does it can be sent to another process."""
        return cls(partial(do, opened, errand), partial(_elsewhere, opened.place, errand, do), opened.place.processes)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._pool:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def each(self, chunks: Sequence[Chunk]) -> Iterator[Done]:
        """Give what comes of each chunk, in their order.

        What helpers do not do, cannot do because the index is another by now, or leave as they die, is done here.
        """
        if self._pool is None and self._processes > 1 and sum(map(len, chunks)) >= WORTH_PROCESSES:
            self._pool = self._begun()
        return self._handed_out(chunks) if self._pool else map(self._do, chunks)

    def _begun(self) -> ProcessPoolExecutor | None:
        context = get_context("spawn")  # a copy of a process with threads may hang
        try:
            return ProcessPoolExecutor(self._processes, context, _set_up, (self._begin,))
        except (OSError, NotImplementedError) as error:  # as where there is no /dev/shm
            log.warning("No processes can help here (%s); all is done by one", error)
            return None

    def _handed_out(self, chunks: Iterable[Chunk]) -> Iterator[Done]:
        waiting: deque[tuple[Chunk, Future[Done] | None]] = deque()
        for chunk in chunks:
            waiting.append((chunk, self._hand_out(chunk)))
            if len(waiting) > AHEAD * self._processes:
                yield self._taken(*waiting.popleft())
        while waiting:
            yield self._taken(*waiting.popleft())

    def _hand_out(self, chunk: Chunk) -> Future[Done] | None:
        try:
            with _unheard_interrupts():  # it may start a process
                return self._pool.submit(_help, chunk) if self._pool else None
        except (BrokenProcessPool, OSError):  # the latter where no process can be started
            return None

    def _taken(self, chunk: Chunk, handed: Future[Done] | None) -> Done:
        try:
            if handed:
                return handed.result()
        except IndexRenewed:
            log.info("The index was renewed before helpers had opened it; the work is done without them")
        except BrokenProcessPool:
            if self._pool:
                log.warning("A process that helped has ended; perhaps memory is short. Its work is done without it")
            self._pool = None
        return self._do(chunk)


@contextmanager
def _unheard_interrupts() -> Iterator[None]:
    """Let processes that begin meanwhile hear no Ctrl-C: whoever asked is told, and stops them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def use_cores(cores: int) -> None:
    """Let products of matrices use so many cores in this process, 0 for all there are."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    threadpool_limits(cores or None)


def _elsewhere(place: Place, errand: Errand, do: Callable[[Opened, Errand, Chunk], Done]) -> Callable[[Chunk], Done]:
    return partial(do, place.open(), errand)


_helper: Callable[[Any], Any] | None = None  # of a process that helps


def _set_up(begin: Callable[[], Callable[[Any], Any]]) -> None:
    """Set up a process that helps; it uses one core."""
    global _helper
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with, args=(parent_process(),), daemon=True).start()
    use_cores(1)
    try:
        _helper = begin()
    except IndexRenewed:
        _helper = _refuse


def _refuse(_chunk: object) -> None:
    raise IndexRenewed


def _end_with(parent: BaseProcess | None) -> None:
    """End this process as soon as the one that began it is gone, as by kill -9."""
    assert parent is not None
    parent.join()
    os._exit(1)


def _help(chunk: Any) -> Any:  # noqa: ANN401 - whatever the helper takes and gives
    assert _helper is not None
    return _helper(chunk)
