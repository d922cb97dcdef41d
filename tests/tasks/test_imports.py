"""What imports change on the sample site, and that nothing is left of one that is forgotten."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date

import networkx
import numpy as np
import pytest

from suggester.content.sheets import from_csv, to_csv
from suggester.entities import QueriedRule, Rule
from suggester.errors import ImportRefused, RequestError
from suggester.graph.flow import DAMPING
from suggester.imports.written import INLINKS, INTERNAL
from suggester.searchconsole import HEADINGS
from suggester.tasks.imports import DAYS
from suggester.tasks.service import Service

SITE = 1
PAGES = "Top pages,Clicks,Impressions,CTR,Position\n"
QUERIES = "Query,Page,Clicks,Impressions,CTR,Position\n"
LINKS = "Target page,Incoming links,Linking sites\n"


@pytest.fixture
def service(sample_service: Service) -> Iterator[Service]:
    yield sample_service
    for each in sample_service.imports(SITE):
        sample_service.forget_import(SITE, each.kind)
    for rule in sample_service.rules(SITE):
        sample_service.change_rules(SITE, remove=[rule.id])


def take_in(service: Service, *texts: str, dry_run: bool = False):
    files = [(f"{number}.csv", io.BytesIO(text.encode())) for number, text in enumerate(texts)]
    return service.take_in(SITE, files, dry_run=dry_run)


def address(service: Service, post_id: int) -> str:
    return service.card(SITE, post_id).url


def orphans(service: Service) -> list[int]:
    return [card.id for card in service.orphans(SITE)]


def test_what_is_only_looked_at_is_not_kept(service: Service):
    weak = orphans(service)[-1]
    found = take_in(service, f"{PAGES}{address(service, weak)},1,90,1%,8\n", dry_run=True)
    assert (found.kept, found.imports[0].kind, found.imports[0].posts) == (False, "google_pages", 1)
    assert service.imports(SITE) == []
    assert service.impressions(SITE) == {}


def test_a_file_of_another_site_is_refused_and_nothing_is_kept(service: Service):
    with pytest.raises(ImportRefused, match=r"None of the addresses .* \(the first is https://other.example/a/\)"):
        take_in(service, f"{PAGES}https://other.example/a/,1,90,1%,8\n")
    with pytest.raises(ImportRefused, match="no known kind"):
        take_in(service, f"{PAGES}{address(service, orphans(service)[0])},1,9,1%,8\n", "a,b\n1,2\n")
    assert service.imports(SITE) == []


def test_orphans_are_listed_by_how_often_searchers_are_shown_them(service: Service):
    before = orphans(service)
    take_in(service, f"{PAGES}{address(service, before[-1])},1,90,1%,8\n{address(service, before[1])},1,40,1%,8\n")
    assert orphans(service) == [
        before[-1],
        before[1],
        *(each for each in before if each not in (before[-1], before[1])),
    ]
    service.forget_import(SITE, "google_pages")
    assert orphans(service) == before


def test_ranks_begin_where_other_sites_link_as_a_well_kept_library_says(service: Service):
    plain = service.equity(SITE)
    ids = plain.index.posts.ids.tolist()
    assert plain.authority_by == ()
    take_in(service, f"{LINKS}{address(service, ids[3])},50,9\n{address(service, ids[7])},50,1\n")
    weighed = service.equity(SITE)
    assert weighed.authority_by == ("google_links",)
    graph = networkx.from_scipy_sparse_array(
        plain.index.links.astype(bool).astype(float), create_using=networkx.DiGraph
    )
    begin = {row: 1 / len(ids) for row in range(len(ids))}
    begin[3] += 0.9
    begin[7] += 0.1
    known = networkx.pagerank(graph, DAMPING, begin, max_iter=2000, tol=1e-13, weight=None)
    expected = np.array([known[row] for row in range(len(ids))]) * len(ids)
    assert weighed.equity.ranks == pytest.approx(expected, abs=1e-5)
    assert weighed.equity.ranks[3] > plain.equity.ranks[3]
    before = service.simulate(SITE, [(ids[3], ids[0])]).change.before
    assert before == pytest.approx(weighed.equity.ranks, abs=1e-6)
    service.forget_import(SITE, "google_links")
    assert service.equity(SITE).equity.ranks.tolist() == plain.equity.ranks.tolist()


def test_lifts_go_by_where_readers_come_in(service: Service):
    ids = service.equity(SITE).index.posts.ids.tolist()
    wanted = orphans(service)[:1]
    plain = service.lift(SITE, wanted, links=1)
    take_in(service, f"{LINKS}{address(service, ids[3])},50,9\n")
    lifted = service.lift(SITE, wanted, links=1)
    assert lifted.moved.change.before.tolist() != plain.moved.change.before.tolist()
    assert lifted.moved.change.before == pytest.approx(service.equity(SITE).equity.ranks, abs=1e-6)


def suggested(service: Service) -> list[str]:
    return [repr(service.suggestions(SITE, post_id)) for post_id in sorted(service.store.post_ids(SITE))[:6]]


def test_queries_count_like_titles_and_say_so_until_they_are_forgotten(service: Service):
    before = suggested(service)
    post, item = next(
        (post, item)
        for post in service.store.posts(SITE)
        for item in service.suggestions(SITE, post.id, 30).items
        if item.anchor and not item.shown
    )
    target = item.target_id
    words = item.anchor.text
    if " " not in words:
        words = f"{words} {item.anchor.after.split()[0]}"
    take_in(service, f'{QUERIES}"{words}",{address(service, target)},5,500,1%,9\n')
    told = service.import_effects(SITE)
    assert [(rule.phrase, rule.post) for rule in told.keywords] == [(words, target)]
    assert told.keywords_by == ("google_queries",)
    again = service.suggestions(SITE, post.id, 30)
    reasons = [reason for each in again.items if each.target_id == target for reason in each.reasons]
    assert f"Searchers are shown it for “{words}”, says Google Search Console." in [each.text for each in reasons]
    score = next(each.score for each in again.items if each.target_id == target)
    assert score > item.score
    service.forget_import(SITE, "google_queries")
    assert suggested(service) == before


def test_queries_go_into_plans_and_never_over_what_the_owner_laid_down(service: Service):
    target = orphans(service)[0]
    take_in(service, f"{QUERIES}rye starter,{address(service, target)},5,500,1%,9\n")
    assert service.rulebooks.of(SITE).phrases_for(target) == ["rye starter"]
    other = orphans(service)[1]
    service.change_rules(SITE, [Rule("keyword", "Rye starter", other)])
    assert service.rulebooks.of(SITE).phrases_for(target) == []
    assert not any(isinstance(rule, QueriedRule) for rule in service.rules(SITE))


def test_stored_suggestions_depend_on_imported_queries_and_are_renewed_by_the_next_refresh(service: Service):
    def depends() -> str:
        return service._means(SITE, service._indexes.ready(SITE)).common

    before = depends()
    take_in(service, f"{QUERIES}rye starter,{address(service, orphans(service)[0])},5,500,1%,9\n")
    assert depends() != before
    service.forget_import(SITE, "google_queries")
    assert depends() == before


def test_posts_in_striking_distance_are_listed_by_the_larger_number(service: Service):
    first, second, third, far = orphans(service)[:4]
    take_in(
        service,
        f"{PAGES}{address(service, first)},1,90,1%,8\n{address(service, second)},1,900,1%,19.5\n"
        f"{address(service, far)},1,5000,1%,21\n{address(service, third)},1,9,1%,8\n",
        f"{QUERIES}rye starter,{address(service, first)},5,400,1%,9\nrye bread,{address(service, first)},5,100,1%,4\n"
        f"rye,{address(service, first)},5,4000,1%,2\n",
    )
    found = service.striking(SITE)
    assert [(each.post_id, each.impressions, each.query) for each in found] == [
        (second, 900, ""),
        (first, 500, "rye starter"),
    ]
    assert found[1].position == 8.0
    assert service.striking(SITE, 1) == found[:1]


class Console:
    """What Search Console's API would give."""

    def __init__(self, page: str) -> None:
        self.page = page
        self.asked: list[tuple[object, ...]] = []

    def rows(self, *asked: object) -> Iterator[list[str]]:
        self.asked.append(asked)
        names = {"page": self.page, "query": "rye starter"}
        yield [*(names[each] for each in asked[3]), "3.000000", "1200.000000", "0.002500", "8.250000"]  # type: ignore[attr-defined]


def test_search_console_itself_tells_pages_and_queries(service: Service):
    post_id = orphans(service)[0]
    console = Console(address(service, post_id))
    found = service.take_in_searches(SITE, console, "sc-domain:x", today=date(2026, 11, 21))  # type: ignore[arg-type]
    assert [each.kind for each in found.imports] == ["google_pages", "google_queries"]
    assert [asked[1:3] for asked in console.asked] == [(date(2026, 8, 21), date(2026, 11, 18))] * 2
    assert (console.asked[0][2] - console.asked[0][1]).days == DAYS - 1  # type: ignore[operator]
    assert [asked[3] for asked in console.asked] == list(HEADINGS)
    assert service.impressions(SITE) == {post_id: 1200}
    (query,) = service.store.queries(SITE)
    assert (query.query, query.post_id, query.impressions, query.position) == ("rye starter", post_id, 1200, 8.25)


def exported(service: Service, what: str) -> list[dict[str, str]]:
    found = service.export(SITE, what)
    return from_csv(to_csv(found.columns, found.rows))


def test_links_are_exported_so_that_the_import_understands_them(service: Service):
    rows = exported(service, "inlinks")
    assert set(rows[0]) == set(INLINKS)
    assert {row["Type"] for row in rows} == {"Hyperlink"}
    assert {"200"} == {row["Status Code"] for row in rows if row["Status Code"]}
    assert {row["Link Position"] for row in rows} == {"Content"}
    table = service.export(SITE, "inlinks")
    found = take_in(service, to_csv(table.columns, table.rows), dry_run=True)
    assert found.imports[0].kind == "frog_inlinks"
    counted = {each.post_id: each.inlinks for each in found.numbers["frog_inlinks"]}
    index = service.known(SITE).index
    whole = np.asarray(index.links.sum(axis=0)).ravel().tolist()
    assert counted == {post_id: count for post_id, count in zip(index.post_ids, whole, strict=True) if count}


def test_posts_are_exported_with_what_searches_tell(service: Service):
    post_id = orphans(service)[0]
    take_in(service, f"{PAGES}{address(service, post_id)},4,80,5%,8.5\n")
    rows = exported(service, "internal")
    assert set(rows[0]) == set(INTERNAL)
    own = next(row for row in rows if row["Address"] == address(service, post_id))
    assert [own[name] for name in ("Clicks", "Impressions", "CTR", "Position", "Inlinks")] == [
        "4",
        "80",
        "0.05",
        "8.5",
        "0",
    ]
    assert max(int(row["Link Score"]) for row in rows) == 100
    listed = exported(service, "orphans")
    assert [row["URL"] for row in listed] == [address(service, each) for each in orphans(service)]
    assert listed[0]["Source"] == "WordPress, Search Console"


def test_kept_suggestions_are_exported(service: Service):
    rows = exported(service, "suggestions")
    stored = service.store.some_suggestions(SITE, service.store.post_ids(SITE))
    assert len(rows) == sum(map(len, stored.values())) > 0
    assert {row["Type"] for row in rows} <= {"Link", "New text"}
    assert all(row["Source"].startswith("https://") and row["Anchor"] and row["Reasons"] for row in rows)
    with pytest.raises(RequestError, match="There is no export 'x'"):
        service.export(SITE, "x")
