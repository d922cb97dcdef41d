"""What carries the word that there is work to whoever is free: huey, on a SQLite file or on Redis.

The messages are all alike and say nothing but "look": what is to be done stands in the store, so that a message that is
lost, or comes twice, loses and doubles nothing, and a Redis that is killed needs no memory.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from huey import Huey, RedisHuey, SqliteHuey  # type: ignore[import-untyped]
from huey.consumer import Consumer, Scheduler  # type: ignore[import-untyped]
from huey.exceptions import ConfigurationError  # type: ignore[import-untyped]
from huey.registry import Message  # type: ignore[import-untyped]
from huey.serializer import Serializer  # type: ignore[import-untyped]

from suggester.errors import ConfigError, QueueUnreachable
from suggester.store.files import make_folder

NAME = "suggester"
FILE = "queue.db"
LONGEST_NAP = 0.5  # seconds between two looks into the SQLite file; Redis wakes its listeners
PATIENCE = 5.0  # seconds that Redis may take for an answer
MOST_MESSAGES = 256  # that wait to be heard, however much there is to do
log = logging.getLogger("suggester.queue")
logging.getLogger("huey").setLevel(logging.CRITICAL)  # what it would say of a Redis that is away, `_Ticker` says once


class Plain(Serializer):  # type: ignore[misc]
    """Writes messages as JSON: huey's own way of writing them could run code when read."""

    def _serialize(self, data: Any) -> bytes:  # noqa: ANN401 - a message, or anything
        return json.dumps([data.id, data.name]).encode() if isinstance(data, Message) else json.dumps(data).encode()

    def _deserialize(self, data: bytes) -> Any:  # noqa: ANN401
        read = json.loads(data)
        if not (isinstance(read, list) and len(read) == 2):
            return read
        empty: dict[str, Any] = dict.fromkeys(Message._fields)
        known = {"id": read[0], "name": read[1], "retries": 0, "retry_delay": 0, "args": (), "kwargs": {}}
        return Message(**empty | known)


def open_huey(queue: str, folder: Path) -> Huey:
    """Open what carries the messages: "" for a SQLite file in the data folder, or the address of a Redis."""
    usual: dict[str, Any] = {"results": False, "serializer": Plain()}
    if not queue:
        return SqliteHuey(NAME, filename=str(make_folder(folder) / FILE), timeout=15, **usual)
    try:
        opened = RedisHuey(NAME, url=_with_patience(queue), **usual)
    except (ConfigurationError, ImportError) as error:
        raise ConfigError(
            "SUGGESTER_QUEUE names a Redis, which needs more than is installed here; "
            "`pip install 'link-suggester[scale]'` installs it."
        ) from error
    except ValueError as error:
        raise ConfigError(f"SUGGESTER_QUEUE cannot be read ({error}); write redis://host:6379/0.") from error
    try:
        opened.storage.conn.ping()
    except Exception as error:  # of a library that need not be there
        raise QueueUnreachable(
            f"The Redis at {_place(queue)} does not answer ({error}); start it, or correct SUGGESTER_QUEUE."
        ) from error
    return opened


class Carrier(Consumer):  # type: ignore[misc]
    """Hears the messages in as many threads as tasks are done at once, and looks after the rest each second.

    The signals of the process stay with whoever it belongs to.
    """

    def __init__(self, huey: Huey, hands: int, work: Callable[[], None], tick: Callable[[], None]) -> None:
        self._tick = tick
        self._message = huey.task(name="work")(work)
        self._running = Thread(target=self.run, name="queue", daemon=True)
        super().__init__(huey, workers=hands, periodic=False, backoff=1.3, max_delay=LONGEST_NAP, scheduler_interval=1)

    def begin(self) -> None:
        """Listen, in threads of its own."""
        self._running.start()

    def end(self, within: float) -> None:
        """Hear no more; tasks under way have so many seconds."""
        self.shutdown_timeout = within
        self.stop(graceful=True)
        self._running.join(1)
        self.huey.storage.close()

    def tell(self, due: int) -> None:
        """Let as many messages be under way as there are tasks."""
        for _ in range(min(due, MOST_MESSAGES) - self.huey.pending_count()):
            self._message()

    def _create_scheduler(self) -> Scheduler:
        return _Ticker(self.huey, self.stop_flag, self._tick)

    def _set_signal_handlers(self) -> None:
        pass


class _Ticker(Scheduler):  # type: ignore[misc]
    """Stands where huey looks for tasks that are due; those that are stand in the store."""

    def __init__(self, huey: Huey, stop_flag: Any, tick: Callable[[], None]) -> None:  # noqa: ANN401 - huey's own
        super().__init__(huey, stop_flag, 1, False)
        self._tick = tick

    def loop(self, now: object = None) -> None:
        """Look once, and rest."""
        try:
            self._tick()
        except Exception as error:  # the store or Redis is away for a while, or worse: the next look may go well
            log.warning("The queue could not be looked after: %s", error)
        self.stop_flag.wait(self.interval)


def _with_patience(address: str) -> str:
    mark = "&" if urlsplit(address).query else "?"
    return f"{address}{mark}socket_timeout={PATIENCE:g}&socket_connect_timeout={PATIENCE:g}"


def _place(address: str) -> str:
    """Give an address without the password in it."""
    parts = urlsplit(address)
    return f"{parts.hostname}:{parts.port or 6379}"
