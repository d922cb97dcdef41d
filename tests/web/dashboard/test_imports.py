from __future__ import annotations

import io
from html import unescape

from suggester.content.sheets import from_csv
from suggester.imports.written import COLUMNS
from suggester.tasks.service import Service
from tests.toys_source import HOME

from .conftest import Owner

PAGES = (
    "Top pages,Clicks,Impressions,CTR,Position\n"
    f"{HOME}/post-4/,12,400,3%,8.5\n{HOME}/post-2/,1,50,2%,31\n{HOME}/gone/,1,1,1%,1\n"
)
HTMX = {"HX-Request": "true"}


def send(owner: Owner, path: str, *texts: str, **more: object):
    files = [(io.BytesIO(text.encode()), f"{number}.csv") for number, text in enumerate(texts)]
    headers = HTMX | {"X-CSRF-Token": owner.token}
    return owner.client.post(f"/dashboard/1/{path}", data={"files": files}, headers=headers, **more)


def test_without_imports_the_page_says_where_files_are_found(owner: Owner):
    page = unescape(owner.page("imports"))
    assert "Drop files here" in page
    assert "Screaming Frog" in page
    assert "What the imports change" not in page
    assert "Nearly at the top" not in page


def test_files_are_looked_at_before_they_are_kept(owner: Owner, service: Service):
    part = unescape(send(owner, "imports/look", PAGES).text)
    assert "This is what the file says" in part
    assert "3 rows, 2 posts, 1 address of no post" in part
    assert f"{HOME}/gone/" in part
    assert service.imports(1) == []


def test_files_are_kept_shown_with_what_they_change_and_forgotten(owner: Owner, service: Service):
    assert send(owner, "imports", PAGES).headers["HX-Redirect"] == "/dashboard/1/imports"
    assert [each.kind for each in service.imports(1)] == ["google_pages"]
    page = unescape(owner.page("imports"))
    assert "Google Search Console: pages (2 posts): taken in." in page
    assert "Orphans are listed by how often searchers are shown them (Google Search Console: pages)." in page
    assert "Nearly at the top" in page
    assert "place 8.5" in page
    assert "takes the place of what was imported on" in unescape(send(owner, "imports/look", PAGES).text)
    owner.post("imports/google_pages/forget")
    assert service.imports(1) == []
    assert owner.post("imports/google_pages/forget").status_code == 400


def test_what_is_not_understood_takes_the_place_of_what_was_looked_at(owner: Owner):
    answer = send(owner, "imports/look", "a,b\n1,2\n")
    assert answer.status_code == 200
    assert "its columns are “a”, “b”" in unescape(answer.text)
    assert "Take it in" not in answer.text
    assert "No file was chosen" in unescape(send(owner, "imports/look").text)
    assert send(owner, "imports", "a,b\n1,2\n").status_code == 400


def test_files_may_be_larger_than_other_bodies_but_not_endless(owner: Owner):
    owner.client.application.config["MAX_CONTENT_LENGTH"] = 1000
    assert "This is what the file says" in unescape(send(owner, "imports/look", PAGES + " \n" * 1000).text)
    too_large = unescape(send(owner, "imports/look", PAGES + " \n" * 3000).text)
    assert "suggester import FILE" in too_large


def test_hostile_names_and_queries_do_no_harm(owner: Owner, service: Service):
    hostile = '"<script>alert(1)</script> pots"'
    text = f"Query,Page,Clicks,Impressions,CTR,Position\n{hostile},{HOME}/post-6/,3,600,5%,6\n"
    part = send(owner, "imports/look", text).text
    assert "<script>alert" not in part
    send(owner, "imports", text)
    assert "<script>alert" not in owner.page("imports")


def test_nobody_sends_files_without_the_token_of_the_page(owner: Owner, service: Service):
    sent = {"csrf": "wrong", "files": [(io.BytesIO(PAGES.encode()), "a.csv")]}
    assert owner.client.post("/dashboard/1/imports", data=sent).status_code == 400
    assert service.imports(1) == []


def test_tables_are_taken_away_and_no_cell_is_a_formula(owner: Owner):
    for what, columns in COLUMNS.items():
        table = owner.get(f"exports/{what}.csv")
        assert table.headers["Content-Disposition"] == f'attachment; filename="{what}.csv"'
        assert table.text.removeprefix("\ufeff").partition("\n")[0] == ",".join(columns)
        cells = [cell for row in from_csv(table.text) for cell in row.values()]
        assert not any(cell.startswith(("=", "+", "@")) for cell in cells)
    assert owner.get("exports/secrets.csv").status_code == 400


def test_orphans_are_listed_by_impressions_where_they_are_known(owner: Owner, service: Service):
    assert "Most searched" not in owner.page("orphans")
    orphans = [card.id for card in service.orphans(1)]
    send(owner, "imports", f"Top pages,Clicks,Impressions,CTR,Position\n{HOME}/post-{orphans[-1]}/,12,400,3%,8.5\n")
    page = unescape(owner.page("orphans"))
    assert "shown 400 times to searchers" in page
    assert "Google Search Console: pages" in page
    titles = [service.card(1, each).title for each in (orphans[-1], orphans[0])]
    assert page.index(f">{titles[0]}</a>") < page.index(f">{titles[1]}</a>")
    newest = unescape(owner.page("orphans?sort=newest"))
    assert "Most searched" in newest
