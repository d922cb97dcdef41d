"""`equity`: who holds a site's PageRank, what links would move, and which lift some posts most."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.table import Table

from suggester.cli.base import Desk, hint, tame, terminal, with_options
from suggester.cli.lookup import find_post
from suggester.cli.output import SUGGESTION, of_suggestion, print_json, print_table, table, title
from suggester.cli.progress import Bars
from suggester.content.text import plural
from suggester.errors import RequestError
from suggester.web import equity as told_as
from suggester.web import imports
from suggester.web.answers import Json

if TYPE_CHECKING:
    from suggester.entities import Run
    from suggester.tasks.equity import Lifted
    from suggester.tasks.service import Service

POST = (
    "place", "id", "title", "url", "rank", "received", "passed_on", "per_link", "inbound", "outbound", "words",
    "hoards", "starves", "rank_with_menus", "menus_alone", "above_menus",
)  # fmt: skip
CHANGE = ("id", "title", "url", "before", "after")
PLANNED = ("source.title", "source.url", *SUGGESTION)
STRIKING = ("id", "title", "url", "impressions", "clicks", "position", "query", "inbound", "outbound", "words", "by")
SHOWN = 10  # posts in each table
LIFTED = 20  # posts in striking distance that are lifted together
NOT_STRIKING = (
    "No import says of a post that searchers see it on places 4 to 20; `suggester import --help` lists what tells that."
)


@click.command()
@click.argument("posts", nargs=-1)
@click.option("--lift", is_flag=True, help="Choose the links that lift POSTS most.")
@click.option("--striking", is_flag=True, help="The posts that searchers see on places 4 to 20, as an import tells.")
@click.option(
    "--links", type=click.IntRange(1, 500), default=20, show_default=True, help="With --lift: how many links."
)
@click.option("--per-post", type=click.IntRange(1), default=3, show_default=True, help="Most new links in one post.")
@click.option("--make-run", is_flag=True, help="With --lift: keep the links as a run, to be reviewed and applied.")
@click.option("--run", "run_id", type=int, help="Simulate the links of this run.")
@click.option("--link", "pairs", nargs=2, multiple=True, metavar="SOURCE TARGET", help="Simulate this link.")
@with_options
@click.pass_obj
def equity(
    desk: Desk,
    posts: tuple[str, ...],
    lift: bool,
    striking: bool,
    links: int,
    per_post: int,
    make_run: bool,
    run_id: int | None,
    pairs: tuple[tuple[str, str], ...],
) -> None:
    """Say what each post holds of the site's link equity: its PageRank over the links in bodies.

    A rank of 1 is that of the average post. A post hoards that holds much, links little and is long enough for more
    links. It starves where it is long and hardly anything leads to it. POSTS, by id, address or slug, are shown alone.

    With --lift, the links that lift POSTS most are chosen: each is a suggestion that its source would get itself, and
    taken for its chance to be accepted times what it adds. With --striking, POSTS are those that stand on places 4 to
    20 of search results: a little more, and many readers come. With --run or --link, links are simulated.

    Where the pages were visited (`suggester visit`), a second rank counts the links of menus, lists and footers, too.

    Where an import tells which posts other sites link to, ranks begin there: see `suggester imports`.

    Nothing is written.
    """
    if make_run and not lift:
        raise RequestError("--make-run keeps what --lift chooses; say --lift and name the posts to be lifted.")
    with desk.ask() as service:
        site_id = desk.site_id(service)
        ids = [find_post(service.store, site_id, post) for post in posts]
        if striking:
            ids += [each.post_id for each in service.striking(site_id, LIFTED) if each.post_id not in ids]
        if striking and not lift:
            _striking(desk, service, site_id)
        elif striking and not ids:
            raise RequestError(NOT_STRIKING)
        elif lift:
            _lift(desk, service, site_id, ids, links, per_post, make_run)
        elif run_id is not None or pairs:
            _simulate(desk, service, site_id, run_id, pairs)
        else:
            _list(desk, service, site_id, ids)


def _list(desk: Desk, service: Service, site_id: int, ids: list[int]) -> None:
    weighed = service.equity(site_id)
    told = told_as.equity(service, site_id, weighed)
    if ids:
        told["posts"] = [post for post in told["posts"] if post["id"] in ids]
    if print_json(desk, told, told["posts"], POST):
        return
    if ids or not told["posts"]:
        print_table(desk, _posts(told["posts"], plural(len(told["posts"]), "post")))
        return
    strongest = f"the strongest tenth of the posts holds {told['held_by_strongest_tenth']:.0%} of all rank"
    print_table(desk, _posts(told["posts"][:SHOWN], f"The strongest posts; {strongest}"), "")
    hoards = [post for post in told["posts"] if post["hoards"]]
    starves = sorted((post for post in told["posts"] if post["starves"]), key=lambda post: (-post["words"], post["id"]))
    print_table(desk, _posts(hoards[:SHOWN], f"{plural(len(hoards), 'post')} that could pass on more by further links"))
    kept = "often searched post" if weighed.worth_by else "long post"
    print_table(desk, "", _posts(starves[:SHOWN], f"{plural(len(starves), kept)} that hardly anything leads to"))
    _show_menus(desk, told)
    if weighed.authority_by or weighed.worth_by:
        by = imports.named(dict.fromkeys((*weighed.authority_by, *weighed.worth_by)))
        print_table(desk, "", f"Ranks and what a post is worth go by what was imported: {by}.")
    if starves:
        some = " ".join(str(post["id"]) for post in starves[:3])
        hint(desk, f"Next: suggester equity --lift {some}. --format csv lists all posts.")


def _show_menus(desk: Desk, told: Json) -> None:
    """Show what changes once menus, lists and footers count."""
    if told["menus"] is None:
        hint(desk, "Menus and lists are not counted, as no page was visited yet; `suggester visit` visits them.")
        return
    alone = [post for post in told["posts"] if post["menus_alone"]]
    alone.sort(key=lambda post: (-post["rank_with_menus"], post["id"]))
    above = [post for post in told["posts"] if post["above_menus"]]
    live = "lives" if len(alone) == 1 else "live"
    heading = f"{plural(len(alone), 'post')} that {live} from menus and lists alone: no text links there"
    print_table(desk, "", _posts(alone[:SHOWN], heading))
    heading = f"{plural(len(above), 'post')} among the strongest quarter by texts, but not once menus and lists count"
    print_table(desk, "", _posts(above[:SHOWN], heading))
    pages, day = plural(told["menus"]["pages"], "page"), told["menus"]["visited_at"][:10]
    print_table(desk, "", f"Ranks with menus go by {pages} as visited on {day}; `suggester visit` visits them anew.")


def _striking(desk: Desk, service: Service, site_id: int) -> None:
    told = imports.striking(service, site_id, service.striking(site_id))
    if print_json(desk, told, told["striking"], STRIKING):
        return
    if not told["striking"]:
        print_table(desk, NOT_STRIKING)
        return
    by = imports.named(dict.fromkeys(each["by"] for each in told["striking"]))
    heading = f"{plural(len(told['striking']), 'post')} on places 4 to 20 of search results, by {by}"
    shown = table("#Id", "Title", "#Impressions", "#Place", "Query", "#Links in", heading=heading)
    for post in told["striking"][: 2 * SHOWN]:
        cells = (f"{post['impressions']:,}", f"{post['position']:.1f}", tame(post["query"]), str(post["inbound"]))
        shown.add_row(str(post["id"]), title(post["title"]), *cells)
    print_table(desk, shown)
    hint(desk, "Next: suggester equity --lift --striking. --format csv lists all posts.")


def _posts(posts: list[Json], heading: str) -> Table:
    menus = ["#With menus"] if any(post["rank_with_menus"] is not None for post in posts) else []
    columns = ("#Id", "Title", "#Rank", *menus, "#Each link passes on", "#Links in", "#Out", "#Words")
    shown = table(*columns, heading=heading)
    for post in posts:
        ranks = [f"{post[name]:.2f}" for name in ("rank", "rank_with_menus") if post[name] is not None]
        cells = (*ranks, f"{post['per_link']:.2f}" if post["outbound"] else "–")
        counts = (str(post[name]) for name in ("inbound", "outbound", "words"))
        shown.add_row(str(post["id"]), title(post["title"]), *cells, *counts)
    return shown


def _simulate(
    desk: Desk, service: Service, site_id: int, run_id: int | None, pairs: tuple[tuple[str, str], ...]
) -> None:
    if run_id is not None:
        moved = service.simulate_run(site_id, run_id)
    else:
        ids = [[find_post(service.store, site_id, post) for post in pair] for pair in pairs]
        moved = service.simulate(site_id, [(source, target) for source, target in ids])
    told = told_as.moved(moved)
    if print_json(desk, told, [*told["gain"], *told["lose"]], CHANGE):
        return
    print_table(desk, f"{plural(len(told['links']), 'link')} simulated.", "")
    _show_moved(desk, told)


def _show_moved(desk: Desk, told: Json) -> None:
    if told["gain"]:
        print_table(desk, _changes(told["gain"], "Who gains most"), "")
    if told["lose"]:
        print_table(desk, _changes(told["lose"], "Who loses most"))
    if not told["gain"]:
        print_table(desk, "Nothing would change: these links stand already.")


def _changes(posts: list[Json], heading: str) -> Table:
    shown = table("#Id", "Title", "#Rank today", "#Then", "#Change", heading=heading)
    for post in posts:
        change = post["after"] / post["before"] - 1 if post["before"] else 0
        cells = (f"{post['before']:.2f}", f"{post['after']:.2f}", f"{change:+.0%}")
        shown.add_row(str(post["id"]), title(post["title"]), *cells)
    return shown


def _lift(
    desk: Desk, service: Service, site_id: int, ids: list[int], links: int, per_post: int, make_run: bool
) -> None:
    with Bars(terminal(desk, stderr=True)) as bars:
        found = service.lift(site_id, ids, links=links, per_source=per_post, progress=bars)
    run = service.make_lift_run(site_id, found) if make_run else None
    told = told_as.lifted(service, site_id, found) | ({"run_id": run.id} if run else {})
    if not print_json(desk, told, told["suggestions"], PLANNED):
        _show_lifted(desk, service, site_id, found, told, run)


def _show_lifted(desk: Desk, service: Service, site_id: int, found: Lifted, told: Json, run: Run | None) -> None:
    for item in found.plan.items:
        target, source = (service.card(site_id, each).title for each in (item.target_id, item.source_id))
        print_table(desk, of_suggestion(item, target=target, source=source))
    if not found.plan.items:
        print_table(desk, "No link that fits was found for these posts.")
        return
    print_table(desk, _changes(told["lifted"], f"With {plural(len(found.plan.items), 'link')}, if all are taken"), "")
    if lose := told["moved"]["lose"]:
        print_table(desk, _changes(lose[:5], "Who loses most"))
    if run:
        hint(desk, f"Kept as run {run.id}; review it in the dashboard or with `suggester runs show {run.id}`.")
    else:
        hint(desk, "Nothing was written; --make-run keeps these links, to be reviewed and applied.")
