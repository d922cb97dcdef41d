"""`rules`: what the owner of a site lays down about links."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.text import Text

from suggester.cli.base import Desk, hint, tame, with_options
from suggester.cli.output import print_json, print_table, table
from suggester.content.text import plural
from suggester.entities import RULE_KINDS, Rule
from suggester.errors import RequestError
from suggester.web import answers

if TYPE_CHECKING:
    from suggester.tasks.service import Service

MEANINGS = {
    "always": "link “{phrase}” to {post}",
    "keyword": "{post} wants to be found by “{phrase}”",
    "never_target": "nothing leads to {post}",
    "never_source": "{post} gets no suggestions",
    "never_pair": "{post} does not link to {other_post}",
    "most_per_run": "a run adds at most {number} links",
    "most_per_source": "a run adds at most {number} to one post",
    "most_per_target": "a run adds at most {number} that lead to one post",
}


@click.group(invoke_without_command=True)
@with_options
@click.pass_context
def rules(context: click.Context) -> None:
    """List the rules of a site, or change them."""
    if context.invoked_subcommand is None:
        context.invoke(list_)


@rules.command("list")
@with_options
@click.pass_obj
def list_(desk: Desk) -> None:
    """List the rules of a site."""
    with desk.open() as service:
        site_id = desk.site_id(service)
        _show(desk, service, site_id, service.rules(site_id))


@rules.command()
@click.argument("kind", type=click.Choice(RULE_KINDS))
@click.argument("values", nargs=-1)
@click.option("--any-case", is_flag=True, help="Capitals of the phrase do not count.")
@click.option("--inflected", is_flag=True, help="Other forms of the phrase's words count too.")
@with_options
@click.pass_obj
def add(desk: Desk, kind: str, values: tuple[str, ...], any_case: bool, inflected: bool) -> None:
    """Add a rule of KIND; a post is named by its id, address or slug.

    \b
      suggester rules add always "sourdough starter" keep-a-starter --any-case
      suggester rules add keyword levain keep-a-starter
      suggester rules add never_target imprint
      suggester rules add never_source imprint
      suggester rules add never_pair first-loaf imprint
      suggester rules add most_per_run 300
    """
    with desk.open() as service:
        site_id = desk.site_id(service)
        rule = _rule(service, site_id, kind, values, any_case, inflected)
        _show(desk, service, site_id, service.change_rules(site_id, [rule]))


@rules.command()
@click.argument("ids", metavar="RULE...", nargs=-1, type=int, required=True)
@with_options
@click.pass_obj
def remove(desk: Desk, ids: tuple[int, ...]) -> None:
    """Take rules out, by their numbers."""
    with desk.open() as service:
        site_id = desk.site_id(service)
        if unknown := sorted(set(ids) - {rule.id for rule in service.rules(site_id)}):
            raise RequestError(f"There is no rule {unknown[0]}; `suggester rules` lists them.")
        _show(desk, service, site_id, service.change_rules(site_id, remove=ids))


@rules.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", "whole", is_flag=True, help="Instead of the rules there are, not beside them.")
@with_options
@click.pass_obj
def import_(desk: Desk, file: Path, whole: bool) -> None:
    """Take rules in from a CSV file, all of them or none.

    Columns: kind, phrase, post, other_post, number, options (any_case, inflected). `rules export` writes such a file.
    """
    try:
        text = file.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RequestError(f"{file} is not UTF-8; save it as “CSV UTF-8” and import it again.") from error
    with desk.open() as service:
        site_id = desk.site_id(service)
        _show(desk, service, site_id, service.import_rules(site_id, text, whole=whole))


@rules.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
@with_options
@click.pass_obj
def export(desk: Desk, file: Path | None) -> None:
    """Write the rules as CSV into FILE, or to the terminal."""
    with desk.open() as service:
        site_id = desk.site_id(service)
        text, count = service.export_rules(site_id), len(service.rules(site_id))
    if file is None:
        click.echo(text.encode(), nl=False)
        return
    try:
        file.write_text("\ufeff" + text, "utf-8")  # spreadsheets know by the mark that it is UTF-8
    except OSError as error:
        raise RequestError(f"{file} cannot be written ({error.strerror}); name another file.") from error
    hint(desk, f"{plural(count, 'rule')} written to {file}.")


def _rule(service: Service, site_id: int, kind: str, values: Sequence[str], any_case: bool, inflected: bool) -> Rule:
    from suggester.tasks.rules import LIMITING, SPOKEN
    from suggester.tasks.whichpost import WhichPost

    needed = 2 if kind in SPOKEN or kind == "never_pair" else 1
    if len(values) != needed:
        raise RequestError(f"A rule of kind {kind} takes {plural(needed, 'value')}; see `suggester rules add --help`.")
    which = WhichPost(service.store, site_id)
    if kind in LIMITING:
        return Rule(kind, number=int(values[0]) if values[0].isascii() and values[0].isdecimal() else 0)
    if kind in SPOKEN:
        return Rule(kind, values[0], which.known(values[1]), any_case=any_case, inflected=inflected)
    posts = [which.known(value) for value in values]
    return Rule(kind, post=posts[0], other_post=posts[1] if needed == 2 else None)


def _show(desk: Desk, service: Service, site_id: int, stored: Sequence[Rule]) -> None:
    told = answers.rules(stored)
    if print_json(desk, told, told["rules"]):
        return
    if not stored:
        print_table(desk, "No rules yet; `suggester rules add --help` shows what there is.")
        return
    wanted = {post for rule in stored for post in (rule.post, rule.other_post) if post is not None}
    titles = {post.id: f"“{post.title}” ({post.id})" for post in service.store.some_posts(site_id, wanted)}
    shown = table("#No.", "Kind", "Rule")
    for rule in stored:
        shown.add_row(str(rule.id), rule.kind, Text(tame(_in_words(rule, titles))))
    print_table(desk, shown)


def _in_words(rule: Rule, titles: dict[int, str]) -> str:
    post, other = (titles.get(each or 0, f"post {each}, which is gone") for each in (rule.post, rule.other_post))
    said = MEANINGS[rule.kind].format(phrase=rule.phrase, post=post, other_post=other, number=rule.number)
    extra = [name for name, on in (("in any case", rule.any_case), ("in any form", rule.inflected)) if on]
    return f"{said}, {' and '.join(extra)}" if extra else said
