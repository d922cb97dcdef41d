from __future__ import annotations

import io
import re
from html import unescape

import pytest

from suggester.content.blocks import read
from suggester.entities import Anchor, Edit, Run
from suggester.tasks.service import Service
from suggester.web.dashboard.edits import raw_of, tokens_of
from tests.toys_source import HOME, ToySource

from .conftest import EDITS, HOSTILE, Owner


def words(page: str) -> list[str]:
    return [unescape(each) for each in re.findall(r'<ins class="new-link"[^>]*>([^<]*)</ins>', page)]


def edits(service: Service, run: Run) -> dict[int, Edit]:
    """The edits of a run, by their source."""
    return {each.source_id: each for each in service.edits(1, run.id, limit=None)[1]}


def test_before_the_first_run_the_list_says_where_to_begin(owner: Owner):
    assert "Start with" in owner.page("runs/")


def test_a_run_says_what_it_would_change(owner: Owner, run: Run):
    page = owner.page(f"runs/{run.id}")
    assert "Apply 1 link …" in page
    assert "Posts that would change</dt><dd>1</dd>" in page
    assert f"runs/{run.id}" in owner.page("runs/")
    assert "1 of 3 links chosen" in owner.page("runs/")


def test_each_change_is_shown_in_its_sentence(owner: Owner, run: Run):
    page = owner.page(f"runs/{run.id}")
    assert words(page) == ["sharpening garden shears", "sharpening garden shears", "oil keep"]
    assert "Prune in winter with clean cuts, after <ins" in page
    assert "<script>alert" not in page
    assert unescape(page).count(HOSTILE) == 1


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("least=0.75", 1),
        ("least=0.25", 2),
        ("text=oranges", 1),
        ("text=pruning", 2),
        ("text=100%25", 0),
        ("chosen=yes", 1),
        ("chosen=no", 2),
        ("state=waiting", 3),
        ("state=applied", 0),
        ("source=4", 1),
        ("target=1", 2),
        ("state=nonsense&least=much&sort=x&page=x", 3),
    ],
)
def test_edits_are_filtered(owner: Owner, run: Run, asked: str, count: int):
    page = owner.page(f"runs/{run.id}?{asked}")
    assert len(words(page)) == count
    assert ("No link fits" in page) is (count == 0)


def test_edits_are_sorted(owner: Owner, run: Run):
    assert words(owner.page(f"runs/{run.id}?sort=anchor"))[0] == "oil keep"
    assert words(owner.page(f"runs/{run.id}?sort=score"))[-1] == "oil keep"


def test_one_edit_is_chosen_and_left_out_again(owner: Owner, service: Service, run: Run):
    edit = edits(service, run)[4]
    answer = owner.post(f"edits/{edit.id}/choose", chosen="yes")
    assert 'hx-swap-oob="true"' in answer.text
    assert "Apply 2 links …" in answer.text
    owner.post(f"edits/{edit.id}/choose")
    assert service.run(1, run.id).counts["chosen"] == 1


@pytest.mark.parametrize(
    ("how", "asked", "chosen"),
    [("sure", "", 1), ("all", "", 3), ("none", "", 0), ("all", "?source=1", 2), ("none", "?least=0.75", 0)],
)
def test_many_edits_are_chosen_at_once(owner: Owner, service: Service, run: Run, how: str, asked: str, chosen: int):
    answer = owner.post(f"runs/{run.id}/choose{asked}", how=how)
    assert answer.location == f"/dashboard/1/runs/{run.id}{asked}"
    assert service.run(1, run.id).counts.get("chosen", 0) == chosen


def test_an_alternative_takes_the_place_of_the_words(owner: Owner, service: Service, run: Run):
    edit = edits(service, run)[4]
    assert 'value="0" dir="auto">garden shears</button>' in owner.page(f"edits/{edit.id}/words")
    card = owner.post(f"edits/{edit.id}/words", alternative="0").text
    assert words(card) == ["garden shears"]
    assert service.edit(1, edit.id).anchor.text == "garden shears"


def test_words_are_picked_in_the_text(owner: Owner, service: Service, run: Run):
    edit = edits(service, run)[2]
    text = "Prune in winter with clean cuts, after sharpening garden shears at the bench."
    start, end = text.index("garden"), text.index(" at the")
    card = owner.post(f"edits/{edit.id}/words", block="0", start=str(start), end=str(end)).text
    assert words(card) == ["garden shears"]
    kept = service.edit(1, edit.id).anchor
    assert (kept.text, kept.before[-11:], kept.after) == ("garden shears", "sharpening ", " at the bench.")


@pytest.mark.parametrize("place", [{"start": "9", "end": "5"}, {"end": "999"}, {"block": "7"}, {"start": "-4"}])
def test_words_that_do_not_stand_there_are_refused(owner: Owner, service: Service, run: Run, place: dict[str, str]):
    edit = edits(service, run)[2]
    answer = owner.post(f"edits/{edit.id}/words", **{"block": "0", "start": "0", "end": "5", **place})
    assert (answer.status_code, "pick the words again" in answer.text) == (409, True)
    assert service.edit(1, edit.id).anchor == edit.anchor


def test_an_edit_whose_text_changed_meanwhile_says_so(owner: Owner, service: Service, run: Run, source: ToySource):
    edit = edits(service, run)[2]
    source.edit(2, content="<p>Something else stands here now.</p>")
    service.refresh(1)
    assert owner.get(f"edits/{edit.id}/words").status_code == 409
    assert "is not as it was" in owner.page(f"edits/{edit.id}/closely")


def test_a_close_look_shows_the_text_before_and_after_and_what_is_written(owner: Owner, service: Service, run: Run):
    page = unescape(owner.page(f"edits/{edits(service, run)[2].id}/closely"))
    before = page.partition("<dt>Before</dt>")[2].partition("<dt>After</dt>")[0]
    assert "after sharpening garden shears at the bench" in before
    assert f'<ins><a href="{HOME}/post-1/">sharpening garden shears</a></ins>' in page


def test_raw_content_is_shown_as_text(owner: Owner, service: Service, run: Run):
    edit = edits(service, run)[1]
    page = owner.page(f"edits/{edit.id}/closely")
    assert '<a href="https' not in page.split('<pre class="raw">')[1]


def test_what_an_edit_changes_is_cut_out_of_the_raw_content():
    content = f"<p>{'x' * 300} after sharpening garden shears at the bench.</p>"
    raw = raw_of(content, EDITS[0].__class__(0, 0, 2, 1, "insert", Anchor("garden shears", " ", " at", 0), "/s/"))
    assert raw
    assert (raw.taken, raw.put) == ("garden shears", '<a href="/s/">garden shears</a>')
    assert len(raw.left) == 120
    assert raw.right.startswith(" at the bench.")


def test_a_text_is_cut_into_words_without_losing_a_character():
    block = read('<p>“Well,” she said – <a href="/x/">never mind</a>; go on!</p>').blocks[0]
    tokens = list(tokens_of(block, 7, 10))
    assert "".join(each.before + each.text + each.after for each in tokens) == block.text
    assert [each.text for each in tokens if each.picked] == ["she"]
    assert [each.text for each in tokens if each.closed] == ["–", "never", "mind"]


def test_a_confirmation_says_how_much_is_written_where(owner: Owner, run: Run):
    owner.post(f"runs/{run.id}/choose", how="all")
    page = owner.page(f"runs/{run.id}/confirm")
    assert "Write 3 links into 3 posts?" in page


def test_a_run_is_started_shown_paused_and_resumed(owner: Owner, service: Service, run: Run):
    assert owner.post(f"runs/{run.id}/start").location == f"/dashboard/1/runs/{run.id}"
    assert "Waiting for its turn" in owner.page(f"runs/{run.id}/progress")
    owner.post(f"runs/{run.id}/pause")
    page = owner.page(f"runs/{run.id}")
    assert "Go on" in page
    assert owner.get(f"runs/{run.id}/progress").headers["HX-Refresh"] == "true"
    owner.post(f"runs/{run.id}/resume")
    assert service.run(1, run.id).state == "queued"


def test_what_cannot_be_done_is_said_with_a_way_back(owner: Owner, run: Run):
    answer = owner.post(f"runs/{run.id}/pause")
    assert (answer.status_code, "is not under way" in answer.text) == (409, True)


def test_a_plan_is_forgotten_a_started_run_is_not(owner: Owner, service: Service, run: Run):
    second = service.make_run(1, EDITS, "orphans")
    assert owner.post(f"runs/{second.id}/delete").location == "/dashboard/1/runs/"
    assert [each.id for each in service.runs(1)] == [run.id]
    owner.post(f"runs/{run.id}/start")
    assert owner.post(f"runs/{run.id}/delete").status_code == 409


def test_runs_of_other_sites_are_not_shown(owner: Owner, service: Service):
    other = service.store.add_site("https://other.example", "https://other.example")
    run = service.make_run(other, EDITS, "orphans")
    edit = service.edits(other, run.id)[1][0]
    for path in (f"runs/{run.id}", f"edits/{edit.id}", f"edits/{edit.id}/words", f"edits/{edit.id}/closely"):
        assert owner.get(path).status_code == 404
    assert owner.post(f"edits/{edit.id}/choose", chosen="yes").status_code == 404
    assert owner.post(f"runs/{run.id}/start").status_code == 404


@pytest.mark.parametrize(
    ("file", "said"), [(None, "No file was chosen"), ((io.BytesIO(b"\xff\xfe\x00"), "t.csv"), "not in UTF-8")]
)
def test_a_file_that_is_no_table_is_refused_in_words(owner: Owner, file, said: str):
    answer = owner.client.post(
        "/dashboard/1/runs/import", data={"csrf": owner.token, **({"table": file} if file else {})}
    )
    assert (answer.status_code, said in answer.text) == (400, True)
