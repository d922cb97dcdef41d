"""Answers that are under way while the site is read anew."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from suggester.entities import Suggestions
from suggester.tasks.service import Service
from suggester.web.app import create_app
from tests.toys_service import toy_service
from tests.toys_source import ToySource, toy_post

SITE, SOURCE, GONE = 1, 1, 2
TITLE = "Sharpening garden shears"
TEXT = "<p>Prune in winter, and learn sharpening garden shears before you start.</p>"


@pytest.fixture
def source() -> ToySource:
    posts = [toy_post(SOURCE, TEXT), toy_post(GONE, title=TITLE), *map(toy_post, range(3, 9))]
    return ToySource([replace(each, lang="en") for each in posts])


@pytest.fixture
def service(tmp_path: Path, source: ToySource) -> Iterator[Service]:
    with toy_service(tmp_path, source) as opened:
        yield opened


@pytest.fixture
def client(service: Service) -> FlaskClient:
    client = create_app(service).test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {service.new_key(SITE)}"
    return client


def test_a_post_that_goes_while_an_answer_is_made_spoils_it_not(
    service: Service, source: ToySource, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    make = service.suggestions

    def and_read_anew(*wanted: Any, **more: Any) -> Suggestions:  # noqa: ANN401 - whatever is asked
        made = make(*wanted, **more)
        source.trash(GONE)
        with ThreadPoolExecutor(1) as worker:
            worker.submit(service.update, SITE).result()
        monkeypatch.undo()
        return made

    monkeypatch.setattr(service, "suggestions", and_read_anew)
    titles = []
    for _ in range(2):
        answer = client.get(f"/v1/posts/{SOURCE}/suggestions")
        assert answer.status_code == 200
        titles.append([each["target"]["title"] for each in answer.json["suggestions"]])
    assert titles[0][0] == TITLE
    assert TITLE not in titles[1]
