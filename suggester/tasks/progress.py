"""How long work tells how far it is."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Whoever wants to show how far a task is."""

    def start(self, stage: str, total: int | None = None) -> None:
        """A stage begins: "read", "look up", "embed", "apply" ..., with so many things to do, where that is known."""
        ...

    def advance(self, n: int = 1) -> None:
        """So many more things are done."""
        ...

    def finish(self) -> None:
        """The stage is over."""
        ...


class Silent:
    """Shows nothing."""

    def start(self, stage: str, total: int | None = None) -> None:
        """Say nothing."""

    def advance(self, n: int = 1) -> None:
        """Say nothing."""

    def finish(self) -> None:
        """Say nothing."""


SILENT = Silent()
