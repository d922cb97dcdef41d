"""A site about a garden, kept by the real service over a toy of a WordPress, and its owner's browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from suggester.entities import Anchor, Edit, Reason, Run
from suggester.tasks.service import Service
from suggester.web.app import create_app
from tests.toys_service import toy_service
from tests.toys_source import HOME, ToySource, toy_post

HOSTILE = "<script>alert(1)</script> \"shears\" & 'pots'"
TEXTS = {
    1: ("Sharpening garden shears", "A whetstone and a little oil keep the blades keen for pruning."),
    2: ("Pruning apple trees", "Prune in winter with clean cuts, after sharpening garden shears at the bench."),
    3: ("Making marmalade", "Seville oranges boil until the peel is soft and the sugar sets on a plate."),
    4: ("A winter’s list", "Oil the door, then try sharpening garden shears, then boil oranges all day."),
    5: ("Growing tomatoes", 'Tomatoes want sun. <a href="/post-3/">Marmalade</a> does not.'),
    6: (HOSTILE, "Nothing stands here but a <b>bold</b> word about pots."),
}
POSTS = [
    replace(toy_post(number, f"<p>{text}</p>", title, f"post-{number}"), lang="en")
    for number, (title, text) in TEXTS.items()
]
TOKEN = re.compile(r'name="csrf" value="([\w-]+)"')


class Owner:
    """A browser that is signed in, and sends the token that stands in the pages."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client = client
        self.token = token

    def get(self, path: str, **more: object):
        return self.client.get(f"/dashboard/1/{path}", **more)

    def page(self, path: str) -> str:
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def post(self, path: str, **fields: object):
        return self.client.post(f"/dashboard/1/{path}", data={"csrf": self.token, **fields})


def insert(source: int, target: int, anchor: Anchor, **more: object) -> Edit:
    return replace(
        Edit(0, 0, source, target, "insert", anchor, f"{HOME}/post-{target}/", score=0.8, sentence=TEXTS[source][1]),
        **more,
    )


EDITS = (
    insert(2, 1, Anchor("sharpening garden shears", "with clean cuts, after ", " at the bench.", 0)),
    insert(
        4,
        1,
        Anchor("sharpening garden shears", "Oil the door, then try ", ", then boil oranges", 0),
        score=0.4,
        chosen=False,
        reasons=(Reason("title_mentioned", "The title of the target stands in the text."),),
        alternatives=(Anchor("garden shears", "then try sharpening ", ", then boil oranges", 0),),
    ),
    insert(1, 6, Anchor("oil keep", "A whetstone and a little ", " the blades keen", 0), score=0.2, chosen=False),
)


@pytest.fixture
def source() -> ToySource:
    return ToySource(POSTS)


@pytest.fixture
def service(tmp_path: Path, source: ToySource) -> Iterator[Service]:
    with toy_service(tmp_path / "data", source) as opened:
        yield opened


@pytest.fixture
def app(service: Service) -> Flask:
    return create_app(service)


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    """A browser that nobody let in."""
    return app.test_client()


@pytest.fixture
def owner(app: Flask, service: Service) -> Owner:
    return signed_in(app, service)


def signed_in(app: Flask, service: Service) -> Owner:
    """The browser of the owner of the first site."""
    client = app.test_client()
    assert client.get(f"/dashboard/sign-in?token={service.sign_in_link([1])}").status_code == 302
    token = TOKEN.search(client.get("/dashboard/1/").text)
    assert token
    return Owner(client, token[1])


@pytest.fixture
def run(service: Service) -> Run:
    """A run of three links under review."""
    return service.make_run(1, EDITS, "orphans", "Repair")
