"""What the owner lays down holds, for links from a post and to it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suggester.content.blocks import read
from suggester.content.insert import insert
from suggester.engine.inbound import inbound
from suggester.engine.phrases import Rolled, hashes_of
from suggester.engine.policy import Policy
from suggester.engine.rules import PLACES, Rules
from suggester.engine.suggest import suggest
from suggester.engine.words import words
from suggester.entities import Limits, Rule, Settings, Verdict
from tests.content.test_any_string import strings

from .garden import GARDEN, body_of, draft, garden, post

BEANS = "<p>Bread needs beans: the <em>runner beans</em> of my aunt, and a fig tree. {}</p>".format(
    "All else is a matter of taste, of patience and of the weather, as every cook will say. " * 20
)


def suggested(*rules, html=BEANS, post_id=0, index=None, verdicts=(), **fields):
    policy = Policy.of(Settings(**fields), Rules(rules))
    return suggest(draft(html, post_id), index or garden(), None, policy, verdicts)


def shown(found):
    return [(one.target_id, one.anchor.text) for one in found.items if one.shown]


def test_a_phrase_is_linked_to_the_post_the_owner_wants_before_all_else():
    found = suggested(Rule("always", "fig tree", 20), html=RYE.replace("Eat", "A fig tree bears", 1))
    assert shown(found) == [(20, "fig tree"), (5, "Rye bread")]
    first = found.items[0]
    assert (first.score, first.reasons[0].code, first.reasons[0].text) == (
        1.0,
        "rule",
        "Your rules always link “fig tree” to it.",
    )
    assert '<a href="/q/">fig tree</a>' in insert(BEANS, first.anchor, "/q/")


@pytest.mark.parametrize(
    ("rule", "text", "anchor"),
    [
        (Rule("always", "fig tree", 20), "A fig tree.", "fig tree"),
        (Rule("always", "  fig   tree ", 20), "A fig\n tree.", "fig tree"),
        (Rule("always", "fig tree", 20), "A Fig tree.", None),
        (Rule("always", "fig tree", 20, any_case=True), "A FIG Tree.", "FIG Tree"),
        (Rule("always", "fig tree", 20), "Two fig trees.", None),
        (Rule("always", "fig tree", 20, inflected=True), "Two Fig trees.", "Fig trees"),
        (Rule("always", "fig", 20), "A figment of configs.", None),
        (Rule("always", "fig", 20), "The fig's leaf.", "fig"),
        (Rule("always", ".NET", 20), "We use .NET here.", ".NET"),
        (Rule("always", ".NET", 20), "We use NET here.", None),
        (Rule("always", "C++", 20), "We use C++ here.", "C++"),
        (Rule("always", "C", 20), "We use C++ here.", None),
        (Rule("always", "of the", 20), "Out of the box.", "of the"),
        (Rule("always", "無花果の木", 20), "庭に無花果の木がある。", "無花果の木"),
        (Rule("always", "Straße", 20, any_case=True), "An der STRASSE.", None),
        (Rule("always", "fig tree", 20), "A <code>fig tree</code>.", None),
        (Rule("always", "fig tree", 20), "A <b>fig</b> tree.", "fig tree"),
        (Rule("always", "fig tree", 99), "A fig tree.", None),
    ],
)
def test_a_phrase_counts_as_whole_words_as_its_rule_says(rule, text, anchor):
    found = suggested(rule, html=f"<p>{text}</p>")
    by_rule = [one for one in found.items if any(reason.code == "rule" for reason in one.reasons)]
    assert [one.anchor.text for one in by_rule if one.shown] == ([anchor] if anchor else [])


def test_the_longer_of_two_phrases_goes_first():
    rules = Rule("always", "beans", 3), Rule("always", "runner beans", 20)
    html = BEANS.replace("needs beans", "needs little")
    assert shown(suggested(*rules, html=html)) == [(20, "runner beans")]
    assert shown(suggested(*rules))[:2] == [(20, "runner beans"), (3, "beans")]


@pytest.mark.parametrize(
    ("html", "fields", "why"),
    [
        (BEANS.replace("Bread", "<a href='/20/'>Jelly</a>"), {}, "already_linked"),
        (BEANS, {"excluded_posts": (20,)}, "excluded"),
        (BEANS, {"excluded_words": ("fig",)}, "no_anchor_found"),
    ],
)
def test_a_rule_does_not_override_what_keeps_posts_sound(html, fields, why):
    found = suggested(Rule("always", "fig tree", 20), html=html, **fields)
    assert 20 not in [target for target, _ in shown(found)]


def test_a_rule_obeys_the_number_of_links_a_text_may_carry():
    html = "<p>A fig tree, a pear and a <a href='/3/'>hose</a>.</p>"
    assert suggested(Rule("always", "fig tree", 20), html=html).dropped["link_limit_reached"] >= 1


def test_a_rule_does_not_lead_to_another_language_or_to_what_is_not_public():
    for other in (post(20, "Gelée de coing", "<p>Faire bouillir.</p>", lang="fr"), post(20, "Draft", status="draft")):
        assert shown(suggested(Rule("always", "fig tree", 20), index=garden(other))) == []


def test_a_dismissed_target_stays_away_from_its_source_whatever_the_rule():
    rule, said = Rule("always", "fig tree", 20), [Verdict(1, 20, "dismissed")]
    assert (20, "fig tree") in shown(suggested(rule, post_id=1))
    assert (20, "fig tree") not in shown(suggested(rule, post_id=1, verdicts=said))


RYE = "<p>Rye bread, rye bread and rye bread again, with caraway and dark flour. {}</p>".format("Eat. " * 300)


@pytest.mark.parametrize(
    ("rule", "away"),
    [
        (Rule("never_target", post=5), True),
        (Rule("never_pair", post=1, other_post=5), True),
        (Rule("never_pair", post=2, other_post=5), False),
        (Rule("never_pair", post=5, other_post=1), False),
        (Rule("never_source", post=5), False),
        (Rule("never_target", post=1), False),
    ],
)
def test_what_the_owner_rules_out_is_not_suggested(rule, away):
    found = suggested(rule, html=RYE, post_id=1)
    assert (5 not in [one.target_id for one in found.items]) == away
    assert bool(found.dropped.get("ruled_out")) == away


def test_a_post_that_may_not_be_a_source_gets_no_suggestions_but_stays_a_target():
    found = suggested(Rule("never_source", post=1), html=RYE, post_id=1)
    assert (found.items, found.dropped) == ((), {"ruled_out": 1})
    assert suggested(Rule("never_source", post=5), html=RYE, post_id=1).items


LEVAIN = "<p>Our levain boulanger wants flour and water daily. {}</p>".format("Mix it well. " * 60)


def test_a_post_is_found_by_its_keywords():
    assert 4 not in [target for target, _ in shown(suggested(html=LEVAIN))]
    found = suggested(Rule("keyword", "levain boulanger", 4), html=LEVAIN)
    assert (4, "levain boulanger") in shown(found)
    told = next(one for one in found.items if one.target_id == 4).reasons
    assert [reason.code for reason in told][:1] == ["keyword"]
    assert "title_mentioned" not in [reason.code for reason in told]


def sources_for(target, *rules):
    texts = [
        *GARDEN,
        (30, "A day in June", BEANS),
        (31, "July", LEVAIN),
        (32, "May", LEVAIN),
    ]
    posts = {each[0]: post(*each) for each in texts}
    index = garden(*texts)
    policy = Policy.of(Settings(), Rules(rules))
    fetch = lambda ids: [posts[one] for one in ids]  # noqa: E731
    return inbound(index.row(target), index, fetch, lambda one: body_of(one.content), None, policy)


@pytest.mark.parametrize(
    ("rule", "source", "words"),
    [
        (Rule("always", "fig tree", 20), 30, "fig tree"),
        (Rule("keyword", "levain boulanger", 4), 31, "levain boulanger"),
    ],
)
def test_sources_are_found_by_what_the_owner_laid_down(rule, source, words):
    before = sources_for(rule.post)
    assert (source, words) not in [(one.source_id, one.anchor and one.anchor.text) for one in before.items]
    found = sources_for(rule.post, rule)
    assert (found.items[0].source_id, found.items[0].anchor.text) == (source, words)
    assert found.items[0].shown or rule.kind == "keyword"


def test_who_may_not_link_is_no_source():
    always = Rule("always", "fig tree", 20)
    for rule in (Rule("never_source", post=30), Rule("never_pair", post=30, other_post=20)):
        found = sources_for(20, always, rule)
        assert (30 in [one.source_id for one in found.items], found.dropped["ruled_out"]) == (False, 1)
    assert sources_for(20, always, Rule("never_target", post=20)).dropped == {"ruled_out": 1}
    assert 30 in [one.source_id for one in sources_for(20, always, Rule("never_target", post=30)).items]


def test_the_strictest_of_several_limits_holds():
    rules = Rules([Rule("most_per_run", number=9), Rule("most_per_run", number=5), Rule("most_per_target", number=2)])
    assert (rules.limits, Rules().limits) == (Limits(5, None, 2), Limits())


def test_the_same_phrase_stands_only_where_no_link_does():
    text = read("<p>A <a href='/x'>fig tree</a> and a fig tree.</p>").blocks[0]
    found = suggested(Rule("always", "fig tree", 20), html="<p>A <a href='/x'>fig tree</a> and a fig tree.</p>")
    assert found.items[0].anchor.before == text.text[: text.text.rindex("fig")]


PHRASES = ["one", "rye starter", "R&D", "日本語", "two one", "<b>", "e\u0301", ".NET", "https"]


@given(strings, st.sampled_from(PHRASES))
@settings(max_examples=300, deadline=None)
def test_in_any_text_a_phrase_is_found_just_where_it_stands_and_a_link_may(html, phrase):
    blocks = [block for block in read(html).blocks if block.text]
    own = [words(block.text, "en") for block in blocks]
    hashed = Rolled(hashes_of([word.term for each in own for word in each]))
    for one in Rules([Rule("always", phrase, 1)]).said_in(blocks, own, hashed, "en", {1: 0}.get):
        block = blocks[one.block]
        assert block.linkable
        assert block.text[one.start : one.end] == phrase
        assert not any(one.start < end and start < one.end for start, end in block.closed)


def test_a_phrase_that_stands_everywhere_takes_no_longer():
    html = f"<p>{'of the ' * 5000}</p>"
    blocks = read(html).blocks
    own = [words(block.text, "en") for block in blocks]
    hashed = Rolled(hashes_of([word.term for each in own for word in each]))
    rules = Rules([Rule("always", "the", 1), Rule("always", "of the", 1), Rule("keyword", "of", 1)])
    assert len(rules.said_in(blocks, own, hashed, "en", {1: 0}.get)) == 3 * PLACES
