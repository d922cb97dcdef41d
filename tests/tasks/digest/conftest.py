"""A site whose refreshes noticed something, and those who want to hear of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from suggester.entities import Event
from suggester.store import Store
from suggester.store.suggestions import Ripple
from suggester.tasks.digest.means import Means, Smtp
from suggester.tasks.service import Service
from tests.toys import LetterEncoder
from tests.toys_source import HOME, ToySource, toy_post

from .receivers import Hook, Inbox, mail_server, make_authority, webhook_receiver

AT = datetime(2026, 11, 21, 3, 30, tzinfo=UTC)
WORDS = {
    "source": "Baking day",
    "source_url": f"{HOME}/baking-day/",
    "target": "Sourdough",
    "target_url": f"{HOME}/sourdough/",
}
Notice = Callable[..., None]


def event(kind: str, source: int | None = 1, target: int | None = 2, **what: object) -> Event:
    return Event(1, 1, kind, source, target, WORDS | what, AT)


def notice_in(store: Store) -> Notice:
    """Give a refresh that notices what it is told to."""

    def notice(*events: Event) -> None:
        refresh_id = store.begin_refresh(1, "night", False, AT)
        store.save_ripple(1, refresh_id, Ripple(events=[replace(each, refresh_id=refresh_id) for each in events]))
        store.end_refresh(refresh_id, AT)

    return notice


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with mail_server() as running:
        yield running


@pytest.fixture
def hook() -> Iterator[Hook]:
    with webhook_receiver() as running:
        yield running


@pytest.fixture
def service(tmp_path: Path, inbox: Inbox) -> Iterator[Service]:
    """The real service over a toy of a site, with a mail server."""
    means = Means(Smtp("127.0.0.1", "links@blog.example", inbox.port, "none"), "https://links.example", patience=2)
    source = ToySource([toy_post(1), toy_post(2)])
    opened = Service.open(tmp_path / "data", load_encoder=LetterEncoder, open_source=lambda *_: source, means=means)
    opened.connect(HOME)
    yield opened
    opened.close()


@pytest.fixture
def notice(service: Service) -> Notice:
    return notice_in(service.store)


@pytest.fixture
def to_hook(service: Service, hook: Hook) -> Hook:
    """The receiver of webhooks, as the place where digests of the site go."""
    place = f"127.0.0.1:{hook.port}"
    service.change_digest_wish(1, {"webhook": f"http://{place}/in?key=hidden", "private": place})
    return hook
