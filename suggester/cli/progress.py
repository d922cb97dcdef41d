"""Progress bars, on stderr and only where a person looks."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)


class Bars:
    """A bar for each stage of the work, one below the other."""

    def __init__(self, console: Console) -> None:
        self._bars = Progress(
            SpinnerColumn(finished_text="[green]✓[/]"),
            TextColumn("{task.description:<12}"),
            BarColumn(bar_width=32),
            MofNCompleteColumn(),
            TimeRemainingColumn(elapsed_when_finished=True),
            console=console,
            disable=not console.is_terminal,
        )
        self._stage: TaskID | None = None

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def start(self, stage: str, total: int | None = None) -> None:
        """Begin a stage; `total` is None where nobody knows yet how much it is."""
        self._stage = self._bars.add_task(stage.capitalize(), total=total)

    def advance(self, count: int = 1) -> None:
        """Note that so much more is done."""
        if self._stage is not None:
            self._bars.advance(self._stage, count)

    def finish(self) -> None:
        """End the stage."""
        if self._stage is not None:
            done = self._bars.tasks[-1].completed
            self._bars.update(self._stage, total=done or 1, completed=done or 1)
            self._stage = None
