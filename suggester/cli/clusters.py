"""`clusters`: the topics of a site, their pillars, the links they lack, and posts that compete."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.text import Text

from suggester.cli.base import Desk, hint, tame, terminal, with_options
from suggester.cli.output import SUGGESTION, of_suggestion, print_json, print_table, table, title
from suggester.cli.progress import Bars
from suggester.content.text import plural
from suggester.errors import RequestError
from suggester.web import clusters as told_as
from suggester.web import plans
from suggester.web.answers import Json

if TYPE_CHECKING:
    from suggester.tasks.service import Service

POST = ("cluster", "name", "pillar", "id", "title", "url", "likeness", "inbound", "outbound", "words")
RIVALS = ("keep.id", "keep.title", "keep.url", "others.id", "others.title", "likeness_of_words", "likeness_of_meaning",
          "same_text")  # fmt: skip
PLANNED = ("source.title", "source.url", *SUGGESTION)
SHOWN = 4  # posts of a cluster that are named
NOWHERE = 10
COVER = 6  # words that a new pillar is told to cover


@click.command()
@click.option("--cluster", "numbers", type=int, multiple=True, metavar="N", help="Only this cluster; may be repeated.")
@click.option("--missing", is_flag=True, help="Suggest the links that the clusters lack, with their words.")
@click.option("--most", type=click.IntRange(1, 1000), default=50, show_default=True, help="With --missing: most links.")
@click.option("--make-run", is_flag=True, help="With --missing: keep them as a run, to be reviewed and applied.")
@click.option("--duplicates", is_flag=True, help="Show posts that say the same and compete with each other.")
@with_options
@click.pass_obj
def clusters(desk: Desk, numbers: tuple[int, ...], missing: bool, most: int, make_run: bool, duplicates: bool) -> None:
    """Show the topics of a site: which posts belong together, and which of them should lead to the others.

    A pillar covers a whole topic: the posts of its cluster should link to it, and it to them. Purity is the share of
    the links from a cluster's posts that stay within it, beside what links at random would give. Nothing is written.
    """
    if make_run and not missing:
        raise RequestError("--make-run keeps the links that --missing suggests; say both.")
    with desk.ask() as service:
        site_id = desk.site_id(service)
        if duplicates:
            _duplicates(desk, service, site_id)
        elif missing:
            _missing(desk, service, site_id, numbers, most, make_run)
        else:
            _list(desk, service, site_id, numbers)


def _list(desk: Desk, service: Service, site_id: int, numbers: tuple[int, ...]) -> None:
    told = told_as.clusters(service, site_id, service.clusters(site_id))
    if numbers:
        told["clusters"] = [each for each in told["clusters"] if each["number"] in numbers]
        told["nowhere"] = []
    if print_json(desk, told, told_as.of_posts(told), POST):
        return
    if not told["clusters"]:
        print_table(desk, f"No clusters: it takes {told['fewest_posts']} posts with text, and topics that differ.")
    for each in told["clusters"]:
        _show(desk, each, len(each["posts"]) if numbers else SHOWN)
    if told["purity"] is not None and not numbers:
        by_chance = f"{told['purity_by_chance']:.0%}"
        print_table(
            desk, f"{told['purity']:.0%} of the links stay within their cluster; at random it would be {by_chance}."
        )
    if told["nowhere"]:
        names = ", ".join(f"“{tame(post['title'])}”" for post in told["nowhere"][:NOWHERE])
        print_table(desk, f"{plural(len(told['nowhere']), 'post')} of no cluster: {names}.")
    if not told["by_meaning"]:
        hint(desk, "There are no embeddings: posts were compared by their words and terms alone.")
    if told["clusters"]:
        hint(desk, "Next: suggester clusters --missing, or --duplicates.")


def _show(desk: Desk, each: Json, most: int) -> None:
    pure = "no links out" if each["purity"] is None else f"purity {each['purity']:.0%}"
    heading = Text.assemble(
        (f"{each['number']}. {tame(each['name'])}", "bold"), f"  {plural(len(each['posts']), 'post')}, {pure}"
    )
    print_table(desk, heading)
    if each["pillar"]:
        lacking = (len(each["missing"][way]) for way in ("to_pillar", "from_pillar", "within"))
        to, back, within = lacking
        print_table(desk, Text.assemble("   Pillar: ", title(each["pillar"]["title"])))
        print_table(desk, f"   Missing: {plural(to, 'link')} to it, {back} from it, {within} between the others")
    else:
        why = "; ".join(one["text"] for one in each["lacks"])
        cover = ", ".join(each["terms"][:COVER])
        print_table(desk, f"   No pillar: one should cover {tame(cover)}.")
        print_table(
            desk, Text.assemble("   Nearest to it: ", title(each["nearest_to_pillar"]["title"]), f", but {why}")
        )
    for post in each["posts"][:most]:
        print_table(desk, Text.assemble("   · ", tame(post["title"])))
    if len(each["posts"]) > most:
        print_table(desk, Text(f"   and {len(each['posts']) - most} more", "bright_black"))
    print_table(desk, "")


def _missing(desk: Desk, service: Service, site_id: int, numbers: tuple[int, ...], most: int, make_run: bool) -> None:
    found = service.clusters(site_id)
    wanted = [number - 1 for number in numbers] or None
    with Bars(terminal(desk, stderr=True)) as bars:
        made = service.missing_links(site_id, found, wanted, most=most, progress=bars)
    run = service.make_clusters_run(site_id, made) if make_run else None
    told = plans.plan(service, site_id, made) | ({"run_id": run.id} if run else {})
    if print_json(desk, told, told["suggestions"], PLANNED):
        return
    for item in made.items:
        target, source = (service.card(site_id, each).title for each in (item.target_id, item.source_id))
        print_table(desk, of_suggestion(item, target=target, source=source))
    print_table(desk, f"{plural(len(made.items), 'link')} in {plural(made.posts_touched, 'post')}.")
    if run:
        hint(desk, f"Kept as run {run.id}; review it in the dashboard or with `suggester runs show {run.id}`.")
    elif made.items:
        hint(desk, "Nothing was written; --make-run keeps these links, to be reviewed and applied.")


def _duplicates(desk: Desk, service: Service, site_id: int) -> None:
    told = told_as.rivals(service, site_id, service.rivals(site_id))
    if print_json(desk, told, told["rivals"], RIVALS):
        return
    if not told["rivals"]:
        print_table(desk, "No posts compete: none are as alike as the halves of one post.")
        return
    shown = table(
        "Keep", "#Links in", "Competes with it", "#Links in", "#Alike", heading=plural(len(told["rivals"]), "group")
    )
    for each in told["rivals"]:
        alike = f"{each['likeness_of_words']:.0%}"
        keep = (title(each["keep"]["title"]), str(each["keep"]["inbound"]))
        for post in each["others"]:
            shown.add_row(*keep, title(post["title"]), str(post["inbound"]), alike)
            keep, alike = (Text(""), ""), ""
    print_table(desk, shown)
    hint(desk, "Merge them into the one to keep, or tell their subjects apart; then let the others link to it.")
