"""What changed in WordPress over the day, and what a refresh makes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from suggester.entities import Event, Refresh, Rule, Verdict
from suggester.store import Change, Ripple
from suggester.tasks import touched
from tests.tasks.refresh.conftest import POSTS, kinds, made_anew, shown

NOW = datetime(2026, 5, 5, tzinfo=UTC)
LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)
BY_ID = {post.id: post for post in POSTS}


def a_pair(service, site_id) -> tuple[int, int]:
    """A source with one shown suggestion, and its target, to which nothing else is shown; the surest there is."""
    pairs = [
        (score, source, target) for source, target, score, is_shown in service.store.suggested(site_id) if is_shown
    ]
    sources, targets = [source for _, source, _ in pairs], [target for *_, target in pairs]
    alone = [each for each in pairs if sources.count(each[1]) == targets.count(each[2]) == 1]
    return max(alone)[1:]


def test_a_first_refresh_makes_the_suggestions_of_every_published_post_and_tells_no_event(ready, site_id):
    assert shown(ready, site_id) == made_anew(ready, site_id)
    done = ready.store.last_refresh(site_id)
    assert (done.whole, done.renewed, done.read) == (True, len(made_anew(ready, site_id)), len(POSTS))
    assert done.appeared == sum(map(len, shown(ready, site_id).values())) > 30
    assert done.seconds.keys() == {"sync", "embed", "index", "check", "renew"}
    assert ready.store.events(site_id) == []


def test_a_refresh_after_nothing_happened_makes_nothing_anew(ready, site_id, source):
    before = shown(ready, site_id)
    done = ready.refresh(site_id, reason="night").kept
    assert (done.renewed, done.appeared, done.died, done.whole, done.reason) == (0, 0, 0, False, "night")
    assert shown(ready, site_id) == before
    assert ready.store.events(site_id) == []


def test_only_what_changes_touch_is_made_anew(ready, site_id, source):
    source.edit(POSTS[3].id, content=POSTS[3].content + "<p>Leaf mould takes two years.</p>")
    done = ready.refresh(site_id).kept
    assert 1 <= done.renewed < 20
    assert not done.whole
    assert shown(ready, site_id)[POSTS[3].id] == made_anew(ready, site_id)[POSTS[3].id]


def test_the_suggestions_to_a_deleted_post_die_at_once_and_once(ready, site_id, source):
    one, target = a_pair(ready, site_id)
    source.trash(target)
    ready.refresh(site_id)
    ready.refresh(site_id)
    assert ready.store.suggestions_to(site_id, target) == []
    died = [each for each in ready.store.events(site_id) if each.kind == "died" and each.target_id == target]
    assert [each.source_id for each in died] == [one]
    assert died[0].what["target"] == BY_ID[target].title
    assert died[0].what["why"] == "The post it led to is gone, or readers cannot see it any more."


def test_the_suggestions_of_a_deleted_post_go_with_it(ready, site_id, source):
    one, target = a_pair(ready, site_id)
    source.trash(one)
    ready.refresh(site_id)
    assert ready.store.stored_suggestions(site_id, one) is None
    assert ("died", one, target) in kinds(ready, site_id)
    assert all(one not in pair[:2] for pair in ready.store.suggested(site_id))


@pytest.mark.parametrize("status", ["draft", "private"])
def test_a_post_that_is_hidden_is_suggested_no_more_and_gets_no_suggestions(ready, site_id, source, status):
    one, target = a_pair(ready, site_id)
    source.edit(target, status=status)
    ready.refresh(site_id)
    assert ready.store.suggestions_to(site_id, target) == []
    assert ready.store.stored_suggestions(site_id, target) is None
    assert ("died", one, target) in kinds(ready, site_id)
    source.edit(target, status="publish")
    ready.refresh(site_id)
    assert ("appeared", one, target) in kinds(ready, site_id)
    assert shown(ready, site_id)[target] == made_anew(ready, site_id)[target]


def test_a_suggestion_whose_words_are_gone_dies(ready, site_id, source):
    one, target = a_pair(ready, site_id)
    ((_, words),) = shown(ready, site_id)[one]
    source.edit(one, content=BY_ID[one].content.replace(words, "something else"))
    ready.refresh(site_id)
    told = [each for each in ready.store.events(site_id) if (each.kind, each.source_id) == ("died", one)]
    now = shown(ready, site_id)[one]
    assert [each.what["why"] for each in told] == (
        [] if target in dict(now) else ["The words it stood on are not there any more."]
    )
    assert (target, words) not in now


def test_a_suggestion_that_became_a_link_is_not_told_as_dead(ready, site_id, source):
    one, target = a_pair(ready, site_id)
    ((_, words),) = shown(ready, site_id)[one]
    linked = BY_ID[one].content.replace(words, f'<a href="{BY_ID[target].url}">{words}</a>', 1)
    source.edit(one, content=linked)
    ready.refresh(site_id)
    assert target not in dict(shown(ready, site_id)[one])
    assert ("died", one, target) not in kinds(ready, site_id)


def test_a_dismissed_suggestion_goes_with_the_next_refresh_and_is_not_told(ready, site_id):
    one, target = a_pair(ready, site_id)
    ready.add_verdict(site_id, Verdict(one, target, "dismissed"))
    done = ready.refresh(site_id).kept
    assert done.renewed == 1
    assert target not in dict(shown(ready, site_id)[one])
    assert kinds(ready, site_id) == [] or ("died", one, target) not in kinds(ready, site_id)


def test_a_renamed_post_is_still_suggested_and_links_to_it_are_not_broken(ready, site_id, source):
    one, target = a_pair(ready, site_id)
    old = BY_ID[target].url
    source.rename(target, "under-a-new-name")
    source.redirects[old] = source.here[target].url
    ready.refresh(site_id)
    assert target in dict(shown(ready, site_id)[one])
    assert [each for each in kinds(ready, site_id) if each[0] in ("broken", "orphaned")] == []


def test_links_to_a_post_that_is_gone_break_and_are_told_once(ready, site_id, source):
    target = 49
    linking = {post.id for post in POSTS if BY_ID[target].slug in post.content or f"?p={target}" in post.content}
    source.trash(target)
    for _ in range(3):
        ready.refresh(site_id)
    broken = [each for each in ready.store.events(site_id) if each.kind == "broken"]
    assert sorted(each.source_id for each in broken) == sorted({each.source_id for each in broken})
    assert {each.source_id for each in broken} <= linking
    assert len(broken) >= 2
    assert all(each.what["href"] and each.what["anchor"] and each.what["source"] for each in broken)


def test_a_post_that_loses_its_last_link_is_told_as_an_orphan_and_again_when_it_is_linked(ready, site_id, source):
    index = ready.known(site_id).index
    inbound = index.inbound().tolist()
    row = next(row for row in range(len(index)) if inbound[row] == 1 and index.posts.targets[row])
    target = int(index.posts.ids[row])
    linking = int(index.posts.ids[index.links[:, [row]].tocoo().row[0]])
    content = source.here[linking].content
    source.edit(linking, content="<p>Nothing stands here any more.</p>")
    ready.refresh(site_id)
    assert ("orphaned", None, target) in kinds(ready, site_id)
    source.edit(linking, content=content)
    ready.refresh(site_id)
    ready.refresh(site_id)
    of_target = [each for each in kinds(ready, site_id) if each[2] == target and each[0] in ("orphaned", "linked")]
    assert of_target == [("orphaned", None, target), ("linked", linking, target)]


def test_a_new_post_is_suggested_where_its_title_stands(ready, site_id, source):
    old = POSTS[10]
    text = f"{old.content}<p>All about it is in Soaking Parsnip Seed Overnight, a page of its own.</p>"
    source.edit(old.id, content=text)
    ready.refresh(site_id)
    fresh = replace(
        old,
        id=9000,
        title="Soaking Parsnip Seed Overnight",
        slug="soaking-parsnip-seed",
        url=old.url.rstrip("/") + "-soaking/",
        content="<p>Parsnip seed soaked overnight comes up in half the time, if it is fresh.</p>",
    )
    source.add(fresh)
    ready.refresh(site_id)
    assert fresh.id in dict(shown(ready, site_id)[old.id])
    assert ("appeared", old.id, fresh.id) in kinds(ready, site_id)


CHOICES = {
    "settings": lambda service, site_id, target: service.change_settings(site_id, {"excluded_posts": [target]}),
    "rules": lambda service, site_id, target: service.change_rules(site_id, [Rule("never_target", post=target)]),
}


@pytest.mark.parametrize("choose", CHOICES.values(), ids=CHOICES)
def test_what_the_owner_chooses_touches_every_suggestion(ready, site_id, choose):
    one, target = a_pair(ready, site_id)
    choose(ready, site_id, target)
    done = ready.refresh(site_id).kept
    assert done.renewed == len(shown(ready, site_id))
    assert shown(ready, site_id) == made_anew(ready, site_id)
    assert target not in dict(shown(ready, site_id)[one])


def test_choices_that_touch_no_suggestion_make_none_anew(ready, site_id):
    ready.change_settings(site_id, {"refresh_at": "04:15"})
    assert ready.refresh(site_id).kept.renewed == 0


def test_much_change_makes_everything_anew(ready, site_id, source):
    for post in POSTS[:14]:
        source.edit(post.id, title=f"{post.title}, once more")
    done = ready.refresh(site_id).kept
    assert done.whole
    assert shown(ready, site_id) == made_anew(ready, site_id)


def test_little_change_adds_up_until_everything_is_made_anew(ready, site_id, source):
    whole = []
    for night in range(5):
        for post in POSTS[3 * night : 3 * night + 3]:
            source.edit(post.id, title=f"{post.title}, once more")
        whole.append(ready.refresh(site_id).kept.whole)
    assert whole == [False, False, False, False, True]


@pytest.mark.parametrize(
    ("nights", "worn"),
    [
        ([(20, 1), (20, 2)], True),
        ([(20, 1), (20, 1)], False),  # one in twenty
        ([(20, 9), (19, 9)], False),  # too few to go by
        ([(20, 1), None, (20, 9)], False),  # before everything was made anew
    ],
)
def test_where_turns_show_that_scores_drifted_everything_is_made_anew(nights, worn):
    blank = Refresh(1, 1, NOW, NOW, False, "night")
    past = [
        replace(blank, whole=True) if turns is None else replace(blank, sampled=turns[0], differing=turns[1])
        for turns in nights
    ]
    assert touched.is_worn(past, 0, 1000) is worn


def test_everybody_has_a_turn(ready, site_id, source, monkeypatch):
    monkeypatch.setattr(touched, "CHANGED", 9)
    monkeypatch.setattr(touched, "FEWEST_TURNS", 30)
    before = {post_id: known.made_at for post_id, known in ready.store.watched(site_id).items() if known.made_at}
    for night in range(4):
        source.edit(POSTS[0].id, title=f"Title {night}")
        ready.refresh(site_id)
    after = {post_id: known.made_at for post_id, known in ready.store.watched(site_id).items() if known.made_at}
    assert all(after[post_id] > made for post_id, made in before.items())


def test_a_small_site_is_made_anew_as_soon_as_anything_changed(ready, site_id, source, monkeypatch):
    monkeypatch.setattr(touched, "SMALL", 100)
    source.edit(POSTS[0].id, title="Another title")
    assert ready.refresh(site_id).kept.whole
    assert not ready.refresh(site_id).kept.whole


def test_a_full_refresh_makes_everything_anew(ready, site_id):
    done = ready.refresh(site_id, full=True).kept
    assert (done.whole, done.read) == (True, len(POSTS))
    assert done.renewed == len(shown(ready, site_id))
    assert (done.appeared, done.died) == (0, 0)


def test_a_sync_leaves_the_stored_suggestions_as_they_are_and_the_next_refresh_takes_them_up(ready, site_id, source):
    one, target = a_pair(ready, site_id)
    source.trash(target)
    ready.update(site_id)
    assert target in dict(shown(ready, site_id)[one])
    ready.refresh(site_id)
    assert target not in dict(shown(ready, site_id)[one])
    assert ("died", one, target) in kinds(ready, site_id)


def test_what_is_shown_after_a_day_is_what_a_full_refresh_would_show(ready, site_id, source):
    source.trash(POSTS[5].id)
    source.edit(POSTS[7].id, title="Something else entirely", content="<p>Nothing of the garden, but the sea.</p>")
    source.edit(POSTS[20].id, content=f"{POSTS[20].content}<p>More of it, and of slugs and snails.</p>")
    done = ready.refresh(site_id).kept
    kept, anew = shown(ready, site_id), made_anew(ready, site_id)
    assert not done.whole
    assert done.renewed < len(anew) / 2
    assert kept.keys() == anew.keys()
    assert sum(kept[source_id] != anew[source_id] for source_id in anew) <= 0.05 * len(anew)


def test_changes_that_are_told_are_taken_up_without_asking_for_all_posts(ready, site_id, source):
    victim, target = a_pair(ready, site_id)
    source.edit(victim, content=f"<p>{BY_ID[victim].title}, in few words.</p>")
    source.asked.clear()
    ready.store.add_changes(site_id, [Change(victim, "saved")])
    done = ready.refresh(site_id, reason="changes").kept
    assert source.asked == ["site", f"posts {victim}"]
    assert (done.read, done.changed, done.whole) == (1, 1, False)
    assert target not in {each.target_id for each in ready.store.stored_suggestions(site_id, victim).items}


def test_what_was_noticed_long_ago_is_forgotten_but_not_while_somebody_waits_for_a_change(ready, site_id):
    store = ready.store
    number = store.begin_refresh(site_id, "night", False, LONG_AGO)
    told = [Event(site_id, number, kind, 1, None, {}, LONG_AGO) for kind in ("broken", "orphaned")]
    store.save_ripple(site_id, number, Ripple(events=told))
    store.end_refresh(number, LONG_AGO)
    ready.refresh(site_id, reason="changes")
    assert [each.kind for each in store.events(site_id)] == ["broken", "orphaned"]
    ready.refresh(site_id, reason="night")
    assert [each.kind for each in store.events(site_id)] == ["orphaned"]  # the newest one always stays
