"""Secrets and titles are fed through every door and every failure; none of them stands in the log."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from suggester import logs
from suggester.errors import SiteUnreachable
from suggester.tasks.digest.means import Means, Smtp
from suggester.tasks.service import Service
from suggester.web.app import create_app
from suggester.wordpress.login import Login
from tests.tasks.digest.receivers import mail_server, webhook_receiver
from tests.toys import LetterEncoder
from tests.toys_source import HOME, ToySource, toy_post

TITLE, CONTENT = "Unspeakable marmalade", "Confidential oranges"
PASSWORD, TOKEN, SECRET, HOOK, KEY = (
    "PASSw0rd-of-mail",
    "t0ken-of-metrics",
    "s3cret-of-hook",
    "T0/B0/path-of-hook",
    "sug_k3y",
)
APPLICATION = "abcd EFGH 1234 ijkl MNOP qrst"
UNSPEAKABLE = (
    TITLE,
    CONTENT,
    "marmalade",
    "oranges",
    PASSWORD,
    TOKEN,
    SECRET,
    HOOK,
    KEY,
    APPLICATION,
    "needle",
    "anna@",
)


@pytest.fixture(params=["json", "text"])
def told(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    stream, root = io.StringIO(), logging.getLogger()
    before, level = list(root.handlers), root.level
    logs.set_up(request.param, logging.DEBUG, stream)
    yield stream
    root.handlers, root.level = before, level
    for name in (logs.NAME, logs.REQUESTS):
        logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.fixture
def source() -> ToySource:
    return ToySource([toy_post(1, f"<p>{CONTENT}.</p>", TITLE), toy_post(2), toy_post(3)])


@pytest.fixture
def service(tmp_path: Path, source: ToySource) -> Iterator[Service]:
    opened = Service.open(tmp_path / "data", load_encoder=LetterEncoder, open_source=lambda *_: source)
    opened.connect(HOME, Login("anna", APPLICATION))
    yield opened
    opened.close()


def test_nothing_unspeakable_leaves(told: io.StringIO, service: Service, source: ToySource):
    _refresh_well_and_badly(service, source)
    _tell_well_and_badly(service)
    _knock_at_every_door(service)
    said = told.getvalue()
    assert [word for word in UNSPEAKABLE if word in said] == []
    assert "refresh ended" in said
    assert "refresh failed" in said
    assert "digest sent" in said
    assert "digest not sent" in said
    assert "unexpected (KeyError)" in said
    if said.startswith("{"):
        assert all(json.loads(line)["at"] for line in said.splitlines())
        assert '"event": "request"' in said


def _refresh_well_and_badly(service: Service, source: ToySource) -> None:
    service.refresh(1)
    source.edit(1, content=f'<p>{CONTENT} <a href="/nowhere/?needle=1">{TITLE}</a></p>')
    source.trash(2)
    service.refresh(1)
    for question in ("site", "changed", "ids"):
        source.fails[question] = SiteUnreachable(
            f"https://anna:{PASSWORD}@blog.example/?needle={TOKEN} says “{TITLE}”."
        )
    source.lists = lambda: 1 / 0  # type: ignore[assignment, return-value]
    for _ in range(2):
        with pytest.raises((SiteUnreachable, ZeroDivisionError)):
            service.refresh(1)
        source.fails.clear()


def _tell_well_and_badly(service: Service) -> None:
    with mail_server() as inbox, webhook_receiver() as hook:
        smtp = Smtp("127.0.0.1", "links@blog.example", inbox.port, "none", "anna", PASSWORD)
        service.means = Means(smtp, patience=2)
        place, inbox.password = f"127.0.0.1:{hook.port}", "another"
        wish = {"webhook": f"http://{place}/services/{HOOK}?needle=1", "private": place, "secret": SECRET}
        service.change_digest_wish(1, {"emails": ["anna@blog.example"], **wish})
        hook.status = 500
        service.test_digest(1)
        assert service.tell_digest(1)
        inbox.password, hook.status = PASSWORD, 200
        service.send_digests(1)
        service.means = replace(service.means, smtp=None)
        service.test_digest(1)


def _knock_at_every_door(service: Service) -> None:
    client = create_app(service, metrics_token=TOKEN).test_client()
    client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    client.get("/metrics?needle=1", headers={"Authorization": f"Bearer {KEY}"})
    client.get(f"/{TITLE}?needle={KEY}")
    client.get(f"/dashboard/sign-in?token={TOKEN}")
    client.get(f"/dashboard/sign-in?token={service.sign_in_link([1])}")
    client.get(f"/dashboard/1/orphans?text={TITLE}")
    key = {"Authorization": f"Bearer {service.new_key(1)}"}
    client.post("/v1/posts/1/suggestions", json={"title": TITLE, "content": CONTENT}, headers=key)
    client.put("/v1/credentials", json={"user": "anna", "password": APPLICATION}, headers=key)
    service.suggestions = service.orphans = lambda *_a, **_k: {}[TITLE]  # type: ignore[assignment, index, method-assign]
    client.get("/v1/orphans", headers=key)
