"""The page of audits: the score, what to repair, where it is, and the buttons that repair it."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from html import unescape

import pytest

from suggester.entities import Fault
from suggester.tasks.service import Service
from suggester.web.dashboard.audit import PAGE_SIZE
from tests.toys_source import ToySource

from .conftest import HOSTILE, Owner

ASTRAY = "<p>Take <a href='/old-bench/'>the old bench</a> outside, and <a href='/post-3/'>click here</a>.</p>"


@pytest.fixture
def audited(service: Service, source: ToySource) -> Service:
    source.edit(2, content=ASTRAY)
    source.edit(1, old_slugs=("old-bench",))
    service.refresh(1)
    service.audit(1)
    return service


def wait(owner: Owner) -> str:
    """Wait for the job under way; give where it leads."""
    for _ in range(200):
        answer = owner.get("plan")
        if answer.status_code == 302:
            return str(answer.headers["Location"])
        time.sleep(0.05)
    raise AssertionError("the job does not end")


def test_before_the_first_audit_there_is_one_thing_to_do(owner: Owner):
    page = owner.page("audit")
    assert "Audit the site</button>" in page
    assert "of 100" not in page


def test_an_audit_is_made_from_the_page(owner: Owner, service: Service):
    assert owner.post("audit").status_code == 302
    assert wait(owner).endswith("/audit")
    assert service.last_audit(1)
    page = owner.page("audit")
    assert "6 posts with 1 link to each other" in page
    assert re.search(r"\d+ things? found in 6 posts\.", page)


def test_findings_come_most_important_first_each_with_its_repair(owner: Owner, audited: Service):
    page = owner.page("audit")
    titles = [unescape(each) for each in re.findall(r'<a class="title"[^>]*>([^<]*)</a>', page)]
    assert set(titles) == {
        "4 orphans", "1 post with a single link", "1 link to a redirect", "1 link on generic words"
    }  # fmt: skip
    gains = [float(each) for each in re.findall(r"\+([\d.]+) points?<", page)]
    assert gains == sorted(gains, reverse=True)
    for words in ("Plan links to orphans", "Plan more links", "Put the final addresses in", "Show the post"):
        assert f"{words}</" in page
    assert "Not looked for" in page
    assert "Score over time" not in page


def test_the_score_is_plotted_from_the_second_audit_on(owner: Owner, audited: Service, source: ToySource):
    source.edit(2, content="<p>Nothing here.</p>")
    audited.refresh(1)
    audited.audit(1)
    page = owner.page("audit")
    assert "Score over time" in page
    assert "points since" not in page
    assert re.search(r"[+-][\d.]+ since", page)
    assert "1 gone</span>" in page
    assert "1 new</a>" in page
    assert "New</span>" in owner.page("audit/orphan?show=new")


def test_where_the_faults_are_is_listed(owner: Owner, audited: Service):
    page = owner.page("audit/redirected")
    assert "<mark" in page
    assert "the old bench" in page
    assert "Better: " in page
    assert "post.php?post=2&amp;action=edit" in page
    assert "Put the final addresses in</button>" in page
    assert "None found" in owner.page("audit/broken")


def test_a_long_list_is_cut_into_pages(owner: Owner, audited: Service):
    last = audited.last_audit(1)
    assert last
    faults = [Fault("generic", 1 + at % 6, f"Number {at}.") for at in range(2 * PAGE_SIZE + 1)]
    audited.store.put_audit(replace(last, counts={"generic": len(faults)}), {"generic": faults})
    page = owner.page("audit/generic?page=3")
    assert f"Number {2 * PAGE_SIZE}." in page
    assert "Page 3 of 3" in page
    assert "Number 1." not in page


def test_the_repair_of_redirects_is_a_run_to_look_over(owner: Owner, audited: Service):
    assert owner.post("audit/redirected/repair").status_code == 302
    assert re.search(r"/runs/\d+$", wait(owner))
    (edit,) = audited.edits(1, audited.runs(1)[0].id)[1]
    assert (edit.kind, edit.old_href) == ("rewrite", "/old-bench/")


@pytest.mark.parametrize(
    ("method", "path"),
    [("get", "audit/nonsense"), ("get", "audit/deep"), ("post", "audit/orphan/repair"), ("post", "audit/x/repair")],
)
def test_what_there_is_not_is_not_found(owner: Owner, audited: Service, method: str, path: str):
    assert getattr(owner, method)(path).status_code == 404


def test_nothing_of_a_post_is_taken_for_html(owner: Owner, audited: Service):
    page = owner.page("audit/orphan")
    assert "<script>alert" not in page
    assert HOSTILE in unescape(page)


def test_a_form_without_its_token_does_nothing(owner: Owner, service: Service):
    assert owner.client.post("/dashboard/1/audit").status_code in (400, 403)
    assert service.last_audit(1) is None
