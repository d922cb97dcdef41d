"""The pages that show a site as a whole: its link equity, clusters, map, and how links are spread."""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from flask import Flask

from suggester.entities import Visit
from suggester.graph.clusters import find_clusters
from suggester.graph.layout import lay_out
from suggester.graph.spread import spread_of
from suggester.graph.strength import pagerank
from suggester.tasks.pictures import Pictures
from suggester.tasks.service import Service
from suggester.web import link_map
from suggester.web.app import create_app
from suggester.web.dashboard import link_map as map_page
from suggester.web.dashboard.navigation import NAVIGATION, menu
from tests.graph.test_clusters import EACH
from tests.toys_pages import visited
from tests.toys_service import toy_service
from tests.toys_source import ToySource

from .conftest import Owner, signed_in
from .whole import POSTS, STRANGER_ID, TWINS, app, naming_each_other, service

__all__ = ["app", "service"]
SECONDS = 20


def finished(owner: Owner, job_page: str) -> str:
    """Wait for a job, and say where it leads."""
    for _ in range(10 * SECONDS):
        answer = owner.get(job_page, headers={"HX-Request": "true"})
        if leads := answer.headers.get("HX-Redirect"):
            return leads
        time.sleep(0.1)
    raise AssertionError("the job did not end")


# the menu


def test_the_menu_shows_the_pages_that_there_are_in_groups(owner: Owner, app: Flask):
    page = owner.page("equity")
    shown = re.findall(r'href="/dashboard/1/([\w-]*/?)"(?: aria-current="page")?>', page.partition("</nav>")[0])
    there = [entry for group in menu(app.view_functions) for entry in group.entries]
    assert len(set(shown)) == len(there)
    assert {"equity", "clusters", "map", "spread"} <= set(shown)
    assert page.count('aria-current="page"') == 1 + page.partition("</nav>")[2].count('aria-current="page"')


def test_pages_that_do_not_exist_are_left_out_with_their_groups():
    found = menu({"dashboard.overview", "dashboard.map"})
    assert [(group.name, [entry.name for entry in group.entries]) for group in found] == [
        ("", ["Overview"]),
        ("The whole site", ["Map"]),
    ]
    assert menu({f"dashboard.{entry.endpoint}" for group in NAVIGATION for entry in group.entries}) == NAVIGATION


# link equity


def test_the_strongest_posts_are_listed_with_what_they_hold(owner: Owner, service: Service):
    weighed = service.equity(1)
    best = int(np.argmax(weighed.equity.ranks))
    page = owner.page("equity")
    assert page.index(weighed.index.posts.titles[best]) < page.index("Page 1 of 2")
    assert f'<span class="figure">{weighed.equity.ranks[best]:.2f}</span>' in page
    assert f'<span class="figure">{int(weighed.equity.starves.sum())}</span>' in page


@pytest.mark.parametrize("show", ["hoards", "starves"])
def test_who_hoards_and_who_starves_is_listed(owner: Owner, service: Service, show: str):
    weighed = service.equity(1)
    rows = np.flatnonzero(getattr(weighed.equity, show)).tolist()
    page = owner.page(f"equity?show={show}")
    listed = {int(each) for each in re.findall(r'type="checkbox" name="target" value="(\d+)"', page)}
    assert listed == {int(weighed.index.posts.ids[row]) for row in rows}


def test_before_a_visit_the_page_says_what_makes_one(owner: Owner):
    page = owner.page("equity")
    assert "<code>suggester visit</code>" in page
    assert "Menus alone" not in page


def test_posts_that_menus_alone_hold_and_those_that_texts_hold_more_are_listed(owner: Owner, service: Service):
    index, ranks = service.known(1).index, service.equity(1).equity.ranks
    (stranger, strong) = index.row(STRANGER_ID), int(np.argmax(ranks))
    urls = index.posts.urls
    weakest = [urls[row] for row in np.argsort(ranks)[: len(ranks) // 2] if index.inbound()[row]]
    menu = [(each, "menu") for each in (urls[stranger], *weakest)]
    with visited(service, 1, {url: menu for url in urls}):
        page = owner.page("equity")
        assert "as visited" in page
        assert f"{len(urls)} pages" in page
        menus = service.with_menus(1, service.equity(1))
        assert f"{menus.found.ranks[strong]:.2f} with menus" in page
        listed = re.findall(r'name="target" value="(\d+)"', owner.page("equity?show=menus_alone").partition("found")[2])
        assert listed == [str(STRANGER_ID)]
        page = owner.page("equity?show=above_menus").partition('id="found"')[2]
        listed = re.findall(r'name="target" value="(\d+)"', page)
        assert str(index.posts.ids[strong]) in listed
        assert sorted(map(int, listed)) == index.posts.ids[menus.found.above_menus].tolist()


def test_tenths_of_all_rank_are_a_whole(owner: Owner):
    page = owner.page("equity")
    shares = [float(each) for each in re.findall(r'scope="row">[\w]+</th><td class="number">(\d+) %', page)]
    assert len(shares) == 10
    assert sum(shares) == pytest.approx(100, abs=5)


def test_posts_are_lifted_by_a_run_that_tells_who_gains(owner: Owner, service: Service):
    answer = owner.post("equity/lift", target=["1"], links="10")
    assert answer.headers["Location"].endswith("/plan")
    leads = finished(owner, "plan/progress")
    assert "/runs/" in leads
    run = service.runs(1)[0]
    assert run.kind == "equity"
    page = owner.client.get(leads).text
    assert "Who gains and who loses link equity" in page
    assert "Lift of posts" in page
    _, edits = service.edits(1, run.id, limit=None)
    service.choose(1, run.id, [edit.id for edit in edits], chosen=True)
    moved = service.simulate_run(1, run.id)
    row = moved.index.row(1)
    part = owner.get(f"runs/{run.id}/equity", headers={"HX-Request": "true"}).text
    assert "Posts that are lifted" in part
    assert f'<td class="number">{moved.change.after[row]:.2f}</td>' in part
    assert moved.change.after[row] > moved.change.before[row]
    assert "<html" not in part
    assert "<html" in owner.page(f"runs/{run.id}/equity")


def test_nothing_is_lifted_before_posts_are_chosen(owner: Owner):
    answer = owner.post("equity/lift")
    assert answer.headers["Location"].endswith("equity?show=starves")
    assert "Choose the posts to lift first" in owner.page("equity?show=starves")


# clusters


def test_clusters_are_listed_with_pillars_and_missing_links(owner: Owner, service: Service):
    found = service.clusters(1)
    page = owner.page("clusters")
    for topic in found.topics:
        assert f"/dashboard/1/clusters/{topic.number + 1}" in page
        assert topic.named.name in page
    assert page.count("None yet") == sum(topic.pillar is None for topic in found.topics)


def test_a_cluster_is_shown_with_its_posts_and_what_it_lacks(owner: Owner, service: Service):
    found = service.clusters(1)
    topic = found.topics[0]
    page = owner.page("clusters/1")
    assert all(f'/post-{found.index.posts.ids[row]}/"' in page for row in topic.members)
    assert f'<span class="figure">{len(topic.within)}</span>' in page
    assert owner.get("clusters/77").status_code == 404


def test_where_no_post_has_words_for_the_links_that_clusters_lack_it_is_said(owner: Owner, service: Service):
    before = len(service.runs(1))
    owner.post("clusters/links", links="20", number="1")
    leads = finished(owner, "plan/progress")
    assert leads == "/dashboard/1/clusters"
    assert "No post has words" in owner.client.get(leads).text
    assert len(service.runs(1)) == before


def test_the_links_that_clusters_lack_become_a_run(tmp_path: Path):
    with toy_service(tmp_path, ToySource(naming_each_other()), suggesting=False) as service:
        owner = signed_in(create_app(service), service)
        owner.post("clusters/links", links="20", number="1")
        leads = finished(owner, "plan/progress")
        (run,) = service.runs(1)
        assert leads == f"/dashboard/1/runs/{run.id}"
        assert (run.kind, run.counts["waiting"] > 0) == ("clusters", True)
        members = {service.clusters(1).index.posts.ids[row] for row in service.clusters(1).topics[0].members}
        assert {edit.source_id for edit in service.edits(1, run.id, limit=None)[1]} <= members


def test_posts_that_belong_nowhere_are_shown_as_plain_text(owner: Owner):
    page = owner.page("clusters?show=nowhere")
    assert "Deeds &lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_posts_that_compete_stand_side_by_side_with_what_to_do(owner: Owner):
    page = owner.page("clusters?show=competing")
    part = page.partition('class="panel rivals"')[2]
    assert all(f"/post-{number}/" in part for number in TWINS)
    assert part.index("Keep") < part.index("Merge")
    assert "nearly word for word" in part


# the map


def unpacked(data: bytes) -> dict[str, object]:
    """Read the bytes as the browser does."""
    length = int.from_bytes(data[:4], "little")
    head, at = json.loads(data[4 : 4 + length]), 4 + length
    found: dict[str, object] = dict(head)
    posts, links = head["posts"], head["links"]
    columns = [("ids", "<u4", posts), ("ranks", "<f4", posts), ("x", "<u2", posts), ("y", "<u2", posts)]
    columns += [("cluster", "<u2", posts), ("counts", "<u2", posts), ("targets", "<u2", links), ("marks", "u1", posts)]
    for name, kind, count in columns:
        found[name] = np.frombuffer(data, kind, count, at)
        at += found[name].nbytes
    assert at == len(data)
    return found


def test_the_bytes_of_the_map_say_what_the_graph_says(owner: Owner, service: Service):
    owner.page("map")
    index = service.known(1).index
    clusters = find_clusters(index)
    found = unpacked(owner.get("map/data").data)
    assert found["posts"] == found["of"] == POSTS == len(index)
    assert found["ids"].tolist() == index.posts.ids.tolist()
    assert found["titles"] == list(index.posts.titles)
    assert found["ranks"].tolist() == pytest.approx((pagerank(index.links, close=1e-9) * POSTS).tolist(), rel=1e-4)
    assert (found["cluster"].astype(int) - 1).tolist() == clusters.of.tolist()
    sources = np.repeat(np.arange(POSTS), found["counts"])
    assert {*zip(sources.tolist(), found["targets"].tolist(), strict=True)} == {
        *zip(*map(np.ndarray.tolist, index.links.nonzero()), strict=True)
    }
    places = np.stack([found["x"], found["y"]], axis=1) / 65535 * 2 - 1
    assert np.abs(places * found["reach"] - lay_out(index, clusters)).max() < 1e-4
    orphans = {card.id for card in service.orphans(1)}
    assert (
        {int(each) for each in found["ids"][found["marks"] & link_map.ORPHAN > 0]} == orphans == {*TWINS, STRANGER_ID}
    )


def test_the_map_is_sent_again_only_where_it_changed(owner: Owner):
    owner.page("map")
    first = owner.get("map/data")
    again = owner.get("map/data", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")


def test_of_a_larger_site_the_strongest_posts_are_on_the_map(owner: Owner, service: Service):
    owner.page("map")
    seen, ranks = service.picture(1), service.equity(1).equity.ranks
    assert seen
    found = unpacked(link_map.packed(seen, ranks, most=10))
    assert (found["posts"], found["of"]) == (10, POSTS)
    assert min(found["ranks"]) >= np.sort(ranks)[::-1][9] - 1e-6
    assert max(found["targets"], default=0) < 10


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("", POSTS),
        ("?text=winter+morning", 2),
        ("?orphans=yes", 3),
        ("?cluster=-1", 3),
        ("?text=nothing+like+it", 0),
        ("?cluster=2&sort=title", EACH),
        ("?sort=nonsense&page=2&cluster=999", 0),
    ],
)
def test_the_list_beside_the_map_goes_by_the_form(owner: Owner, asked: str, count: int):
    said = re.search(r'role="status">([\d,]+) posts?</p>', owner.page(f"map{asked}"))
    assert said
    assert int(said[1]) == count


def test_a_post_is_shown_beside_the_map_with_its_numbers(owner: Owner, service: Service):
    owner.page("map")
    part = owner.page("map/1")
    index, ranks = service.known(1).index, service.equity(1).equity.ranks
    assert f"{ranks[index.row(1)]:.2f}" in part
    assert f"place {int((ranks > ranks[index.row(1)]).sum()) + 1} of {POSTS}" in part
    assert "orphans/1/sources" in part
    assert "map/1/targets" in part
    assert owner.get("map/1/targets").status_code == 200
    assert owner.get("map/12345").status_code == 404


def test_a_large_site_is_looked_at_aside(owner: Owner, service: Service, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(map_page, "AT_ONCE", 0)
    monkeypatch.setattr(service, "pictures", Pictures(service.store))
    service.store.shelf.remove(1, "picture")
    page = owner.page("clusters")
    assert "The site is looked at as a whole" in page
    assert finished(owner, "look?page=clusters") == "/dashboard/1/clusters"
    assert "Belong nowhere" in owner.page("clusters")


# the spread


def test_bars_say_how_links_are_spread(owner: Owner, service: Service):
    spread = spread_of(service.known(1).index)
    page = owner.page("spread")
    for name, count in spread.inbound:
        assert f'<th scope="row">{name}</th><td class="number">{count}' in page
    assert "Not known yet: the pages have to be visited once" in page


def test_clicks_are_told_once_pages_were_visited(owner: Owner, service: Service):
    at = datetime(2026, 11, 20, tzinfo=UTC)
    visits = [
        Visit(
            f"https://blog.example/post-{post}/",
            200,
            f"https://blog.example/post-{post}/",
            0,
            "",
            at,
            depth,
            content,
            post_id=post,
        )
        for post, depth, content in ((1, 1, 1), (2, 2, None), (3, 5, 3))
    ]
    service.store.put_visits(1, visits)
    page = owner.page("spread")
    assert "Clicks from the homepage" in page
    assert "Not known yet" not in page
    assert f'<th scope="row">never</th><td class="number">{POSTS - 3}' in page
