"""The page Clicks: off, just switched on, and with a quarter of clicks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from suggester.entities import Counting
from suggester.tasks.service import Service
from suggester.web.app import create_app
from tests.tasks.clicked import BEGAN, NOW, clicked, count, serve

from .conftest import Owner


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    opened = serve(tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture
def app(service: Service) -> Flask:
    return create_app(service)


def test_before_counting_the_page_says_how_to_switch_it_on(owner: Owner):
    page = owner.page("clicks")
    assert "Counting is off" in page
    assert "tick “Count clicks on internal links”" in page
    assert "<figure" not in page


def test_just_switched_on_it_says_so_and_claims_nothing(owner: Owner, service: Service):
    since = NOW - timedelta(days=2)
    service.take_clicks(1, "batch-one", [], Counting(counts=True, since=since))
    page = owner.page("clicks")
    assert f"Counting began on {since.day} {since:%b %Y}." in page
    assert "No click was told yet" in page
    until = since + timedelta(days=90)
    assert f"Dead weight is told from {until.day} {until:%b %Y} on" in owner.page("clicks?show=dead")
    assert "No anchor stands out yet" in owner.page("clicks?show=anchors")


def test_links_that_are_followed_are_listed_with_both_ends(owner: Owner, service: Service):
    count(service)
    page = owner.page("clicks")
    listed = re.findall(r'<q class="title" dir="auto">([^<]+)</q>', page)
    assert listed == ["rye", "scales", "how long dough rises", "Proof", "the starter", "all breads"]
    assert page.count("Added by us") == 1
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; co" in page
    assert "<script>alert" not in page
    assert '<th scope="row">Links added by us</th>' in page
    assert "In posts that hold both" in page


def test_anchors_and_dead_weight_have_lists_of_their_own(owner: Owner, service: Service):
    count(service)
    assert "13.3 expected" in owner.page("clicks?show=anchors")
    page = owner.page("clicks?show=dead")
    assert re.findall(r'<q class="title" dir="auto">([^<]+)</q>', page) == ["click here"]
    assert "20 on 2 other links" in page
    assert "95 % certain" in page


def test_switched_off_again_it_says_when_and_shows_what_was_counted(owner: Owner, service: Service):
    count(service)
    service.take_clicks(1, "batch-off", [], Counting(counts=False, since=BEGAN, until=NOW))
    page = owner.page("clicks?months=12")
    assert f"was switched off on {NOW.day} {NOW:%b %Y}" in page
    assert "rye" in page
    assert "Dead weight is told while clicks are counted." in owner.page("clicks?show=dead")


@pytest.mark.parametrize("asked", ["?show=nonsense", "?months=7", "?page=x", "?page=99", "?months=36&page=2"])
def test_an_odd_address_shows_a_page_all_the_same(owner: Owner, service: Service, asked: str):
    count(service)
    assert owner.get(f"clicks{asked}").status_code == 200


def test_a_long_list_comes_in_pages(owner: Owner, service: Service):
    lines = [replace(clicked(1, 2, 1), href=f"https://blog.example/tag/{number}/") for number in range(60)]
    service.take_clicks(1, "batch-one", lines, Counting(counts=True, since=BEGAN))
    assert "Page 2 of 3" in owner.page("clicks?page=2")
    assert 'href="/dashboard/1/clicks?page=3"' in owner.page("clicks?page=2")
