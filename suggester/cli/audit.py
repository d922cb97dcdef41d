"""`audit`: what is wrong with a site's links as a whole, why it matters, and what repairs it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click
from rich.text import Text

from suggester.cli.base import Desk, hint, tame, terminal, with_options
from suggester.cli.output import print_json, print_table, table, title
from suggester.cli.progress import Bars
from suggester.content.text import plural
from suggester.entities import FINDING_KINDS, Audit
from suggester.errors import RequestError
from suggester.graph.audit.kinds import KINDS, PARTS, REPAIRED_BY_RUN
from suggester.web import audits as told_as
from suggester.web.answers import Json

if TYPE_CHECKING:
    from suggester.tasks.service import Service

FAULT = (
    "kind", "post.id", "post.title", "post.url", "anchor.text", "href", "url", "target.id", "target.title", "note",
    "fresh",
)  # fmt: skip
COLOURS = {"good": "green", "fair": "yellow", "poor": "red"}
SHOWN = 40  # faults of a kind that are listed; JSON and CSV have them all


@click.command()
@click.option("--visit", is_flag=True, help="Visit the pages before: click depth, redirects, what menus link to.")
@click.option("--external", is_flag=True, help="Ask for the addresses of other sites, too.")
@click.option(
    "--only", "kinds", multiple=True, metavar="KIND", type=click.Choice(FINDING_KINDS), help="List this kind."
)
@click.option("--last", is_flag=True, help="Show the last audit, and make none.")
@click.option("--history", is_flag=True, help="List all audits with their scores, and make none.")
@click.option(
    "--repair", type=click.Choice(REPAIRED_BY_RUN), help="Make a run that puts in the right addresses; makes no audit."
)
@with_options
@click.pass_obj
def audit(
    desk: Desk, visit: bool, external: bool, kinds: tuple[str, ...], last: bool, history: bool, repair: str | None
) -> None:
    """Look at the links of a site as a whole: a score from 0 to 100, what is wrong, why it matters, what repairs it.

    Goes by the posts as last read; with --visit also by the pages as visitors find them. Writes nothing to WordPress.

    \b
      suggester audit
      suggester audit --only broken --format csv
      suggester audit --visit
      suggester audit --repair redirected
    """
    if (last or history or repair) and (visit or external):
        raise RequestError("--visit and --external go with a new audit; leave --last, --history and --repair out.")
    with desk.open() as service:
        site_id = desk.site_id(service)
        if repair:
            _repair(desk, service, site_id, repair)
        elif history:
            _history(desk, service.audits(site_id))
        else:
            _show(desk, service, site_id, _made(desk, service, site_id, last, visit, external), kinds)


def _made(desk: Desk, service: Service, site_id: int, last: bool, visit: bool, external: bool) -> Audit:
    if not last:
        with Bars(terminal(desk, stderr=True)) as bars:
            return service.audit(site_id, bars, visit=visit, external=external).audit
    if (found := service.last_audit(site_id)) is None:
        raise RequestError("This site was never audited; run `suggester audit`.")
    return found


def _show(desk: Desk, service: Service, site_id: int, made: Audit, kinds: Sequence[str]) -> None:
    if desk.format != "table":
        told = told_as.whole(service, site_id, made, kinds)
        print_json(desk, told, [fault for each in told["findings"] for fault in each["faults"]], FAULT)
        return
    if kinds:
        for each in told_as.whole(service, site_id, made, kinds)["findings"]:
            _list(desk, each)
    else:
        _overview(desk, service, site_id, made)


def _overview(desk: Desk, service: Service, site_id: int, made: Audit) -> None:
    name = service.store.site(site_id).name or service.store.site(site_id).url
    grade = told_as.grade(made.score)
    head = Text.assemble(
        title(name), "  ", (f"{made.score:.0f} of 100", f"bold {COLOURS[grade]}"), _since(service, made)
    )
    parts = " · ".join(f"{PARTS[part][1]} {value:.0f}" for part, value in made.parts.items())
    print_table(desk, head, Text(parts, "bright_black"), "")
    listed = [line for line in told_as.lines_of(made) if line.count]
    if not listed:
        print_table(desk, "Nothing is wrong, as far as was looked.")
    found = table("#Points", "#Found", "What", "Why it matters", "What repairs it")
    for line in listed:
        what = Text.assemble(line.card.one if line.count == 1 else line.card.many, _news(line.news))
        repair = line.card.command if "{" not in line.card.command else line.card.command.format(post="ID")
        found.add_row(f"{line.cost:.1f}", f"{line.count:,}", what, line.card.why, repair or line.card.repair)
    if listed:
        print_table(desk, found)
        hint(desk, f"List the posts with --only, as in: suggester audit --last --only {listed[0].kind}")
    if missing := told_as.unseen(made):
        names = ", ".join(KINDS[kind].many for kind in missing)
        hint(desk, f"Not looked for without visiting pages: {names}; `suggester audit --visit --external` does.")


def _since(service: Service, made: Audit) -> str:
    earlier = [each for each in service.audits(made.site_id) if each.id < made.id]
    if not earlier:
        return ""
    return f"  {made.score - earlier[-1].score:+.1f} since {earlier[-1].at:%Y-%m-%d}"


def _news(news: str) -> str:
    return f" ({news})" if news else ""


def _list(desk: Desk, told: Json) -> None:
    found = table("#Id", "Post", "Words", "Leads to", "Why", heading=told["heading"])
    for fault in told["faults"][:SHOWN]:
        words = (fault["anchor"] or {}).get("text", "")
        cells = (words or ("(no words)" if fault["href"] else ""), fault["href"], fault["note"])
        found.add_row(str(fault["post"]["id"]), title(fault["post"]["title"]), *(Text(tame(cell)) for cell in cells))
    print_table(desk, found if told["faults"] else f"{told['heading'].capitalize()}.", "")
    if (more := len(told["faults"]) - SHOWN) > 0:
        hint(desk, f"… and {more:,} more; --format csv lists them all.")
    if told["faults"]:
        hint(desk, f"{told['why']} What repairs it: {told['command'] or told['repair']}")


def _repair(desk: Desk, service: Service, site_id: int, kind: str) -> None:
    with Bars(terminal(desk, stderr=True)) as bars:
        run = service.make_audit_run(site_id, kind, bars)
    told = {"run": run.id, "title": run.title, "edits": sum(run.counts.values()) - run.counts.get("chosen", 0)}
    if not print_json(desk, told, [told]):
        print_table(desk, f"{run.title}: kept as run {run.id}.")
    hint(desk, f"Nothing is written yet; review it in the dashboard or with `suggester runs show {run.id}`.")


def _history(desk: Desk, audits: Sequence[Audit]) -> None:
    told = [{"at": f"{each.at:%Y-%m-%dT%H:%M:%S+00:00}", "score": each.score, **dict(each.counts)} for each in audits]
    if print_json(desk, {"audits": told}, told):
        return
    if not audits:
        print_table(desk, "This site was never audited; run `suggester audit`.")
        return
    found = table("Made", "#Score", "#Faults", "#New", "#Gone", heading=plural(len(audits), "audit"))
    for each in reversed(audits):
        sums = (sum(some.values()) for some in (each.counts, each.fresh, each.gone))
        found.add_row(f"{each.at:%Y-%m-%d %H:%M}", f"{each.score:.1f}", *(f"{count:,}" for count in sums))
    print_table(desk, found)
