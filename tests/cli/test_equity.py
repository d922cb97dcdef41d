"""`equity` and `clusters` over the sample site: tables, JSON, CSV, and runs."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pytest
from click.testing import CliRunner, Result

from suggester.cli import main
from suggester.cli.base import Desk
from suggester.content.sheets import from_csv
from suggester.engine.index import Index
from suggester.errors import RequestError
from suggester.tasks.service import Service
from tests.toys_pages import visited


def run(service: Service, *args: str) -> Result:
    return CliRunner().invoke(main, args, obj=Desk(service=service))


def told(service: Service, *args: str) -> dict[str, object]:
    return json.loads(run(service, *args, "--format", "json").stdout)


def test_equity_is_told_strongest_first(sample: Service):
    answer = told(sample, "equity")
    ranks = [post["rank"] for post in answer["posts"]]
    assert ranks == sorted(ranks, reverse=True)
    assert sum(ranks) == pytest.approx(len(ranks), abs=0.1)
    shown = run(sample, "equity").stdout
    assert "could pass on more" in shown
    assert "hardly anything leads to" in shown


def test_equity_goes_to_a_spreadsheet(sample: Service):
    rows = from_csv(run(sample, "equity", "--format", "csv").stdout)
    assert len(rows) == len(told(sample, "equity")["posts"])
    assert {"place", "rank", "hoards", "starves"} <= rows[0].keys()


@pytest.fixture
def menus(sample: Service) -> Iterator[int]:
    """The sample site as its readers see it: every page links to one orphan in its menu; gives that orphan."""
    weighed = sample.equity(1)
    index = weighed.index
    row = int(np.flatnonzero(index.posts.targets & (index.inbound() == 0))[0])
    home = sample.store.site(1).url + "/"
    menu = [(index.posts.urls[row], "menu"), (home, "menu")]
    pages = {url: [*menu, *_texts(index, at)] for at, url in enumerate(index.posts.urls)}
    with visited(sample, 1, pages | {home: menu[:1]}):
        yield int(index.posts.ids[row])


def _texts(index: Index, row: int) -> list[tuple[str, str]]:
    return [(index.posts.urls[to], "content") for to in index.links[row].indices]


def test_what_menus_make_of_it_is_told(sample: Service, menus: int):
    answer = told(sample, "equity")
    posts = {post["id"]: post for post in answer["posts"]}
    assert posts[menus]["menus_alone"]
    assert [each["id"] for each in answer["posts"] if each["menus_alone"]] == [menus]
    assert posts[menus]["rank_with_menus"] == max(post["rank_with_menus"] for post in posts.values())
    assert sum(post["rank_with_menus"] for post in posts.values()) == pytest.approx(len(posts), abs=0.1)
    pages = {"pages": len(posts) + 1, "posts": len(posts), "visited_at": "2026-11-20T04:00:00+00:00"}
    assert answer["menus"].items() >= (pages | {"menus_alone": 1}).items()
    shown = run(sample, "equity").stdout
    assert "1 post that lives from menus and lists alone" in shown
    assert "as visited on 2026-11-20" in shown
    rows = from_csv(run(sample, "equity", "--format", "csv").stdout)
    assert {row["id"]: row["menus_alone"] for row in rows}[str(menus)] == "yes"
    assert float(rows[0]["rank_with_menus"]) == answer["posts"][0]["rank_with_menus"]


def test_before_a_visit_it_is_said_what_makes_one(sample: Service):
    answer = told(sample, "equity")
    assert answer["menus"] is None
    assert {post["rank_with_menus"] for post in answer["posts"]} == {None}
    shown = run(sample, "equity")
    assert "`suggester visit` visits them" in shown.stderr
    assert "With menus" not in shown.stdout


def test_some_posts_are_shown_alone(sample: Service):
    some = [post["id"] for post in told(sample, "equity")["posts"][:2]]
    answer = told(sample, "equity", *map(str, some))
    assert [post["id"] for post in answer["posts"]] == some
    assert "2 posts" in run(sample, "equity", *map(str, some)).stdout


def test_a_link_is_simulated(sample: Service):
    posts = told(sample, "equity")["posts"]
    strong, weak = str(posts[0]["id"]), str(posts[-1]["id"])
    answer = told(sample, "equity", "--link", strong, weak)
    assert answer["gain"][0]["id"] == posts[-1]["id"]
    assert "Who loses most" in run(sample, "equity", "--link", strong, weak).stdout


def test_posts_are_lifted_and_the_links_kept_as_a_run(sample: Service):
    weak = [str(post["id"]) for post in told(sample, "equity")["posts"] if post["starves"]]
    answer = told(sample, "equity", "--lift", *weak, "--links", "2", "--make-run")
    assert answer["links"] == 2
    assert sum(post["after"] for post in answer["lifted"]) > sum(post["before"] for post in answer["lifted"])
    assert sample.run(sample.find_site("").id, answer["run_id"]).kind == "equity"
    assert run(sample, "equity", "--run", str(answer["run_id"])).exit_code == 0
    shown = run(sample, "equity", "--lift", *weak, "--links", "2")
    assert "if all are taken" in shown.stdout
    assert "Nothing was written" in shown.stderr


@pytest.mark.parametrize("args", [["equity", "--make-run"], ["equity", "--lift"], ["clusters", "--make-run"]])
def test_what_is_wanted_must_be_said(sample: Service, args):
    assert run(sample, *args).exit_code == RequestError.exit_code


def test_clusters_are_told_with_their_posts(sample: Service):
    answer = told(sample, "clusters")
    numbers = [cluster["number"] for cluster in answer["clusters"]]
    assert numbers == list(range(1, len(numbers) + 1))
    assert 0 < answer["purity_by_chance"] < answer["purity"] <= 1
    assert all(cluster["pillar"] or cluster["lacks"] for cluster in answer["clusters"])
    shown = run(sample, "clusters").stdout
    assert "stay within their cluster" in shown
    assert answer["clusters"][0]["name"] in shown
    one = run(sample, "clusters", "--cluster", "1").stdout
    assert all(post["title"] in one for post in answer["clusters"][0]["posts"])


def test_clusters_go_to_a_spreadsheet_post_by_post(sample: Service):
    rows = from_csv(run(sample, "clusters", "--format", "csv").stdout)
    answer = told(sample, "clusters")
    assert len(rows) == sum(len(cluster["posts"]) for cluster in answer["clusters"]) + len(answer["nowhere"])


def test_missing_links_come_with_their_words(sample: Service):
    answer = told(sample, "clusters", "--missing", "--most", "4", "--make-run")
    assert 0 < answer["links"] <= 4
    assert all(item["anchor"]["text"] in item["sentence"] for item in answer["suggestions"])
    assert sample.run(sample.find_site("").id, answer["run_id"]).kind == "clusters"
    assert "Nothing was written" in run(sample, "clusters", "--missing", "--most", "2").stderr


def test_posts_that_compete_are_told_as_far_as_there_are_any(sample: Service):
    assert told(sample, "clusters", "--duplicates")["rivals"] == []
    assert "No posts compete" in run(sample, "clusters", "--duplicates").stdout
