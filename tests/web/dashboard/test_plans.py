from __future__ import annotations

import re
import time

import pytest

from suggester.tasks.service import Service
from suggester.web.dashboard.jobs import Jobs, Outcome
from suggester.web.dashboard.plans import KEY
from tests.toys_source import ToySource

from .conftest import Owner

SECONDS = 60


def led_to(owner: Owner) -> str:
    """Wait as the page does until a plan is ready, and give the address it leads to."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        answer = owner.get("plan/progress", headers={"HX-Request": "true"})
        if "HX-Redirect" in answer.headers:
            return answer.headers["HX-Redirect"]
        time.sleep(0.02)
    raise TimeoutError


def test_the_repair_of_all_orphans_becomes_a_run_to_look_over(owner: Owner, service: Service):
    assert owner.post("repair", links="2").location == "/dashboard/1/plan"
    address = led_to(owner)
    run = service.runs(1)[0]
    assert address == f"/dashboard/1/runs/{run.id}"
    assert (run.kind, run.state, run.title) == ("orphans", "planned", "Repair of all orphans")
    total, edits = service.edits(1, run.id)
    assert total
    assert all(edit.kind in ("insert", "append") for edit in edits)
    page = owner.client.get(address).text
    assert "Orphans, before and after" in page
    assert "sharpening garden shears" in page


def test_one_post_can_be_planned_for_alone(owner: Owner, service: Service):
    owner.post("repair", target="1")
    led_to(owner)
    run = service.runs(1)[0]
    assert {edit.target_id for edit in service.edits(1, run.id)[1]} == {1}
    assert run.kind == "inbound"


def test_nearly_orphans_get_more_links(owner: Owner, service: Service, source: ToySource):
    source.edit(5, content='<p>Tomatoes want sun. <a href="/post-1/">Shears</a> do not.</p>')
    service.refresh(1)
    assert 'name="show" value="nearly"' in owner.page("orphans?show=nearly")
    owner.post("repair", show="nearly")
    led_to(owner)
    run = service.runs(1)[0]
    assert {edit.target_id for edit in service.edits(1, run.id)[1]} == {1}
    assert run.title == "More links to nearly-orphans"


def test_what_could_not_be_repaired_is_said_with_the_reasons(owner: Owner):
    owner.post("repair")
    page = owner.client.get(led_to(owner)).text
    assert re.search(r"For \d posts? no link was found: [a-z ]+ \(\d\)", page)


def test_links_that_lead_astray_become_a_run(owner: Owner, service: Service, source: ToySource):
    source.rename(3, "marmalade")
    service.refresh(1)
    owner.post("links")
    address = led_to(owner)
    page = owner.client.get(address).text
    assert "1 link change" in page
    assert "<del>/post-3/</del> <ins>" in page
    assert address in owner.page("links")


def test_a_site_without_links_that_lead_astray_is_told_so(owner: Owner):
    owner.post("links")
    assert led_to(owner) == "/dashboard/1/links"
    assert "No link leads astray" in owner.page("links")


def test_a_run_is_tried_without_writing(owner: Owner, source: ToySource, run):
    owner.post(f"runs/{run.id}/rehearse")
    assert led_to(owner) == f"/dashboard/1/runs/{run.id}"
    assert "Tried without writing: 1 link would go in, 0 would not." in owner.page(f"runs/{run.id}")
    assert source.written == []


def test_without_a_plan_under_way_its_page_leads_on(owner: Owner):
    assert owner.get("plan").location == "/dashboard/1/orphans"


def test_a_plan_under_way_is_shown_and_can_be_stopped(owner: Owner):
    jobs = owner.client.application.extensions.setdefault(KEY, Jobs())

    def work(job) -> Outcome:
        job.start("suggest", 400)
        while True:
            job.advance(0)
            time.sleep(0.01)

    job = jobs.begin(1, "Repair of all orphans", work)
    while job.total is None:
        time.sleep(0.01)
    page = owner.page("plan")
    assert "0 of 400 posts" in page
    assert '<progress max="400" value="0"' in page
    assert owner.post("plan/stop").location == "/dashboard/1/orphans"
    assert led_to(owner) == "/dashboard/1/orphans"


@pytest.mark.parametrize("links", ["0", "99", "many"])
def test_any_number_of_links_is_brought_into_bounds(owner: Owner, links: str):
    assert owner.post("repair", links=links).status_code == 302
    led_to(owner)
