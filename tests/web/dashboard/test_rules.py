from __future__ import annotations

import io
from html import unescape

import pytest

from suggester.entities import Rule
from suggester.tasks.service import Service

from .conftest import HOSTILE, Owner

ALWAYS = {"kind": "always", "phrase": "garden shears", "post": "post-1"}


def kept(service: Service) -> list[Rule]:
    return [Rule(each.kind, each.phrase, each.post, each.other_post, each.number) for each in service.rules(1)]


def test_without_rules_each_section_says_what_it_is_for(owner: Owner):
    page = owner.page("rules")
    assert "wherever the words stand" in page
    assert "They count like its title" in page


@pytest.mark.parametrize(
    ("form", "rule"),
    [
        (ALWAYS, Rule("always", "garden shears", 1)),
        ({"kind": "keyword", "phrase": "secateurs", "post": "1"}, Rule("keyword", "secateurs", 1)),
        ({"kind": "never_target", "post": "https://blog.example/post-6/"}, Rule("never_target", "", 6)),
        ({"kind": "never_source", "post": "post-3"}, Rule("never_source", "", 3)),
        ({"kind": "never_source", "post": "making Marmalade"}, Rule("never_source", "", 3)),
        ({"kind": "never_pair", "post": "2", "other_post": "1"}, Rule("never_pair", "", 2, 1)),
    ],
)
def test_a_rule_is_laid_down_and_taken_out_again(owner: Owner, service: Service, form: dict[str, str], rule: Rule):
    assert owner.post("rules", **form).location == "/dashboard/1/rules"
    assert kept(service) == [rule]
    page = unescape(owner.page("rules"))
    assert (form.get("phrase") or "Never link") in page
    owner.post(f"rules/{service.rules(1)[0].id}/delete")
    assert kept(service) == []


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (ALWAYS | {"post": "no-such-post"}, "No post is called"),
        (ALWAYS | {"phrase": "  "}, "needs a phrase"),
        (ALWAYS | {"kind": "sometimes"}, "There is no rule of kind"),
        ({"kind": "never_pair", "post": "1", "other_post": "1"}, "needs another post"),
    ],
)
def test_a_rule_that_cannot_be_followed_is_refused_in_words(owner: Owner, service: Service, form, said: str):
    answer = owner.post("rules", **form)
    assert answer.status_code in {400, 404}
    assert said in unescape(answer.text)
    assert kept(service) == []


def test_limits_are_kept_and_taken_away(owner: Owner, service: Service):
    owner.post("rules/limits", most_per_run="50", most_per_source="", most_per_target="2")
    assert {rule.kind: rule.number for rule in kept(service)} == {"most_per_run": 50, "most_per_target": 2}
    assert 'value="50"' in owner.page("rules")
    owner.post("rules/limits", most_per_run="", most_per_source="", most_per_target="")
    assert kept(service) == []
    assert owner.post("rules/limits", most_per_run="many").status_code == 400


def test_rules_travel_as_a_table(owner: Owner, service: Service):
    owner.post("rules", **ALWAYS)
    table = owner.get("rules.csv")
    assert table.headers["Content-Disposition"] == 'attachment; filename="rules.csv"'
    file = (io.BytesIO(table.data.replace(b"garden shears", b"shears")), "rules.csv")
    owner.client.post("/dashboard/1/rules/import", data={"csrf": owner.token, "table": file, "whole": "on"})
    assert kept(service) == [Rule("always", "shears", 1)]


def test_titles_in_rules_do_no_harm(owner: Owner, service: Service):
    service.change_rules(1, [Rule("always", "<b>pots</b>", 6), Rule("never_target", post=6)])
    page = owner.page("rules")
    assert "<script>alert" not in page
    assert "<b>pots</b>" not in page
    assert unescape(page).count(HOSTILE) == 2


def test_posts_are_offered_while_one_types_their_title(owner: Owner):
    part = owner.page("posts?post=garden")
    assert 'value="https://blog.example/post-1/">Sharpening garden shears' in part
    assert owner.page("posts?other_post=zebra").strip() == ""
    assert owner.page("posts?post=").strip() == ""
    assert "<script>" not in owner.page("posts?post=shears")
