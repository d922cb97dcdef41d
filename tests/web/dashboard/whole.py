"""A site of three subjects, an orphan that belongs nowhere, two posts that say the same; and its owner's browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from suggester.entities import Post
from suggester.tasks.service import Service
from suggester.web.app import create_app
from tests.graph.test_clusters import EACH, STRANGER, TOPICS, planted
from tests.toys_service import toy_service
from tests.toys_source import ToySource, toy_post

HOSTILE = "Deeds <script>alert(1)</script> & 'mortgages'"
STRANGER_ID, TWINS = 99, (91, 92)
POSTS = len(TOPICS) * EACH + 3


def site() -> list[Post]:
    """The posts: those of a subject link in a ring, the twins and the stranger are orphans."""
    made = []
    for number, each in enumerate(planted(links=True)):
        after = number // EACH * EACH + (number + 1) % EACH + 1
        text = each.content.replace("='/", "='/post-") + f"<p>Then <a href='/post-{after}/'>the next one</a>.</p>"
        made.append(toy_post(each.id, text, each.title))
    said = "<p>" + TOPICS["bread"] + " bread for a winter morning " * 3 + "</p>"
    twins = [toy_post(number, said, "Bread for a winter morning") for number in TWINS]
    return [replace(each, lang="en") for each in [*made, *twins, toy_post(STRANGER_ID, STRANGER, HOSTILE)]]


def naming_each_other() -> list[Post]:
    """Posts of three subjects whose texts name the next one's title, and link nowhere."""
    made = planted()
    named = [made[number // EACH * EACH + (number + 1) % EACH].title.lower() for number in range(len(made))]
    said = [f"<p>Those who want to go on can read {title}, and what comes behind it.</p>" for title in named]
    posts = [toy_post(each.id, each.content + more, each.title) for each, more in zip(made, said, strict=True)]
    return [replace(each, lang="en") for each in posts]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder: Path = tmp_path_factory.mktemp("whole")
    source = ToySource(site())
    with toy_service(folder / "data", source, suggesting=False) as opened:
        yield opened


@pytest.fixture(scope="module")
def app(service: Service) -> Flask:
    return create_app(service)
