"""What the owner lays down about links: the list of rules, new ones, and tables of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from suggester.content.text import plural
from suggester.engine.index import Card
from suggester.entities import Rule
from suggester.errors import RequestError
from suggester.store import Head
from suggester.tasks.rules import LIMITING
from suggester.tasks.whichpost import WhichPost
from suggester.web.dashboard.door import dashboard
from suggester.web.dashboard.uploads import table_sent
from suggester.web.room import service

MOST_SHOWN = 200  # of each section, so that the page stays quick
MOST_FOUND = 8  # posts offered while one types
SECTIONS = {  # its kinds of rules
    "always": ("always",),
    "keyword": ("keyword",),
    "never": ("never_target", "never_source", "never_pair"),
}


@dataclass(frozen=True, slots=True)
class Section:
    """The rules of one section that fit the search."""

    total: int
    rules: tuple[Rule, ...]  # as many as are shown


@dashboard.get("/<int:site_id>/rules")
def rules(site_id: int) -> str:
    """Show the rules."""
    text = request.args.get("text", "").strip()
    every = service().rules(site_id)
    heads = service().heads(site_id, _posts(every))
    found = [rule for rule in every if _fits(rule, text.casefold(), heads)]
    sections = {
        name: Section(len(own), tuple(own[:MOST_SHOWN]))
        for name, kinds in SECTIONS.items()
        for own in [[rule for rule in found if rule.kind in kinds]]
    }
    limits = {rule.kind: rule.number for rule in every if rule.kind in LIMITING}
    return render_template(
        "dashboard/rules.html", sections=sections, limits=limits, heads=heads, text=text, count=len(every)
    )


@dashboard.post("/<int:site_id>/rules")
def add_rule(site_id: int) -> AnyResponse:
    """Lay down a rule."""
    form = request.form
    rule = Rule(
        kind=form.get("kind", ""),
        phrase=form.get("phrase", ""),
        post=_meant(site_id, form.get("post", "").strip()),
        other_post=_meant(site_id, form.get("other_post", "").strip()),
        any_case="any_case" in form,
        inflected="inflected" in form,
    )
    service().change_rules(site_id, [rule])
    return _back(site_id, "The rule holds from the next suggestion on.")


@dashboard.post("/<int:site_id>/rules/<int:rule_id>/delete")
def delete_rule(site_id: int, rule_id: int) -> AnyResponse:
    """Take a rule out."""
    service().change_rules(site_id, remove=[rule_id])
    return _back(site_id, "The rule is gone.")


@dashboard.post("/<int:site_id>/rules/limits")
def keep_limits(site_id: int) -> AnyResponse:
    """Lay down how many links a run may add; an empty field is no limit."""
    given = {kind: request.form.get(kind, "").strip() for kind in LIMITING}
    if wrong := [text for text in given.values() if text and not (text.isascii() and text.isdecimal())]:
        raise RequestError(f"{wrong[0]!r} is no whole number; write one, or leave the field empty for no limit.")
    before = [rule.id for rule in service().rules(site_id) if rule.kind in LIMITING]
    new = [Rule(kind=kind, number=int(text[:12])) for kind, text in given.items() if text]
    service().change_rules(site_id, new, before)
    return _back(site_id, "The limits hold from the next plan on.")


@dashboard.get("/<int:site_id>/rules.csv")
def export_rules(site_id: int) -> AnyResponse:
    """Give the rules as a table for a spreadsheet."""
    answer = Response(service().export_rules(site_id), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="rules.csv"'
    return answer


@dashboard.post("/<int:site_id>/rules/import")
def import_rules(site_id: int) -> AnyResponse:
    """Take a table of rules in, beside those there are or instead of them."""
    after = service().import_rules(site_id, table_sent(), whole="whole" in request.form)
    return _back(site_id, f"The table was taken in; there are {plural(len(after), 'rule')} now.")


@dashboard.get("/<int:site_id>/posts")
def find_posts(site_id: int) -> str:
    """Offer posts by the words of their titles, while somebody types."""
    text = (request.args.get("post") or request.args.get("other_post") or "").casefold().split()
    return render_template("dashboard/parts/posts.html", cards=_titled(site_id, text) if text else [])


def _meant(site_id: int, text: str) -> int | None:
    """Find the post that somebody means by its title, id, address or slug; None where nothing was said."""
    if not text:
        return None
    titled = [card.id for card in _titled(site_id, text.casefold().split()) if card.title.casefold() == text.casefold()]
    return titled[0] if len(titled) == 1 else WhichPost(service().store, site_id).known(text)


def _titled(site_id: int, words: list[str]) -> list[Card]:
    index = service().known(site_id).index
    titles = enumerate(index.posts.titles)
    rows = [row for row, title in titles if all(word in title.casefold() for word in words)]
    shortest = sorted(rows, key=lambda row: len(index.posts.titles[row]))[:MOST_FOUND]
    return [index.card_at(row, inbound=0) for row in shortest]


def _posts(every: Iterable[Rule]) -> set[int]:
    return {post for rule in every for post in (rule.post, rule.other_post) if post is not None}


def _fits(rule: Rule, text: str, heads: dict[int, Head]) -> bool:
    named = (heads[post].title for post in (rule.post, rule.other_post) if post in heads)
    return not text or any(text in each.casefold() for each in (rule.phrase, *named))


def _back(site_id: int, said: str) -> AnyResponse:
    flash(said, "good")
    return redirect(url_for("dashboard.rules", site_id=site_id))
