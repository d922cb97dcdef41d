"""What all commands share: their options, the room of services, and how they fail."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from rich.console import Console

from suggester import logs
from suggester.config import Config
from suggester.errors import SuggesterError

if TYPE_CHECKING:
    from suggester.tasks.service import Service

FORMATS = ("table", "json", "jsonl", "csv")
STOPPED = "Stopped. What was done so far is kept; run the same command again and it goes on from there."
INTERRUPTED = 130  # the exit code shells know for Ctrl-C
Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass
class Desk:
    """What a person chose for this call, and the services at hand."""

    data: Path | None = None  # None: where the settings say
    site: str = ""
    format: str = "table"
    quiet: bool = False
    ca_file: Path | None = None
    config: Config = field(default_factory=Config.here)
    service: Service | None = None  # handed in by tests; otherwise opened when asked for

    @contextmanager
    def open(self, folder: Path | None = None) -> Iterator[Service]:
        """Open the services over the data folder, or over another one with a SQLite file, and close them again."""
        if self.service is not None:
            yield self.service
            return
        from suggester.tasks.digest.means import Means
        from suggester.tasks.service import Service  # loads numpy and the database: not for `--help`

        config = self.config
        logs.set_up(config.log, logging.INFO if config.log == "json" else logging.WARNING)
        service = Service.open(
            folder or self.data or config.data,
            config.encoder,
            config.secret or None,
            database="" if folder else config.database,
            threads=config.threads,
            ca_file=self.ca_file or config.ca_file,
            say=lambda text: hint(self, text),
            means=Means(config.smtp, config.address, self.ca_file or config.ca_file),
        )
        try:
            yield service
        finally:
            service.close()

    @contextmanager
    def ask(self) -> Iterator[Service]:
        """Open the services for one question: each site stays as it was when first asked for, until it is answered."""
        with self.open() as service, service.at_one_moment():
            yield service

    def site_id(self, service: Service) -> int:
        """Give the site meant: the one named, or the only one there is."""
        return service.find_site(self.site).id

    @property
    def cache(self) -> Path:
        """The folder that keeps what `try` and `demo` did."""
        return self.data or self.config.cache


class PoliteGroup(click.Group):
    """A group whose commands fail with one sentence and the error's own exit code."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,  # noqa: ANN401 - click's own
    ) -> click.Context:
        """Read the options; a wrong setting shows here."""
        try:
            return super().make_context(info_name, args, parent, **extra)
        except SuggesterError as error:
            say(str(error))
            raise click.exceptions.Exit(error.exit_code) from error

    def invoke(self, ctx: click.Context) -> object:
        """Run the command chosen."""
        try:
            return super().invoke(ctx)
        except SuggesterError as error:
            say(str(error))
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            say(f"\n{STOPPED}")
            ctx.exit(INTERRUPTED)


def with_options(command: Command) -> Command:
    """Add the options that stand before or behind any command."""
    folder = click.Path(file_okay=False, path_type=Path)
    file = click.Path(exists=True, dir_okay=False, path_type=Path)
    for option in (
        click.option("--quiet", "-q", is_flag=True, default=None, help="No progress, no hints.", **_keep("quiet")),
        click.option("--format", type=click.Choice(FORMATS), help="How answers are printed.", **_keep("format")),
        click.option("--site", metavar="SITE", help="Which site: its number, address or host.", **_keep("site")),
        click.option("--data", type=folder, help="Data folder, instead of the usual one.", **_keep("data")),
        click.option("--ca-file", type=file, help="Certificate authority of your own.", **_keep("ca_file")),
    ):
        command = option(command)
    return command


def _keep(name: str) -> dict[str, Any]:
    """Let an option put its value on the desk, where it was given."""

    def keep(ctx: click.Context, _option: click.Parameter, value: object) -> None:
        desk = ctx.ensure_object(Desk)
        if value is not None:
            setattr(desk, name, value)

    return {"callback": keep, "expose_value": False}


def say(text: str) -> None:
    """Tell the person something that is no answer: on stderr, so that answers can be piped."""
    click.echo(tame(text), err=True)


def tame(text: str) -> str:
    """Take out what would steer the terminal; titles and messages come from anywhere."""
    return "".join(char for char in text if char == "\n" or unicodedata.category(char) != "Cc")


def hint(desk: Desk, text: str) -> None:
    """Tell what could be done next, unless quiet was asked for."""
    if not desk.quiet:
        say(text)


def terminal(desk: Desk, stderr: bool = False) -> Console:
    """Make a console that prints tables, or on stderr progress."""
    return Console(stderr=stderr, quiet=desk.quiet and stderr, highlight=False, emoji=False, markup=False)
