"""A run against a WordPress in memory: what goes in, and what is refused and why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from suggester.entities import EditFilter
from suggester.errors import (
    AnswerUnreadable,
    RunRefused,
    SiteChanged,
    SiteRefused,
    SiteUnreachable,
    WriteAltered,
)
from suggester.tasks.work import ALTERED, STUCK
from suggester.wordpress.http import Overloaded
from tests.toys_source import HOME, no_answer

from .conftest import POSTS, contents, linked, states, suggestion, text


def test_applied_links_are_all_that_changes(service, planned, apply, toy):
    run = apply(planned())
    assert (run.state, run.error, run.counts) == ("done", "", {"applied": POSTS})
    assert contents(toy) == {number: linked(number, number % POSTS + 1) for number in range(1, POSTS + 1)}
    assert toy.written == list(range(1, POSTS + 1))


def test_all_edits_of_a_post_are_written_at_once(planned, apply, toy):
    apply(planned(suggestion(1, 2), suggestion(1, 3, "every day")))
    assert toy.written == [1]
    assert contents(toy)[1] == linked(1, 2).replace("every day", f'<a href="{HOME}/post-3/">every day</a>')


def test_only_what_is_chosen_is_applied(service, planned, apply, toy):
    run = planned()
    service.choose(1, run.id, EditFilter(), chosen=False)
    service.choose(1, run.id, [7])
    assert apply(run).counts == {"waiting": POSTS - 1, "applied": 1}
    assert toy.written == [7]


def test_a_rehearsal_says_what_would_be_and_writes_nothing(service, planned, toy):
    run = planned()
    toy.edit(2, content="<p>All new.</p>")
    told = service.rehearse(1, run.id)
    assert [key for key, (state, _) in told.items() if state == "refused"] == [2]
    assert toy.written == []
    assert service.run(1, run.id) == run


def test_applied_links_count_as_accepted_and_are_known_before_the_next_refresh(service, planned, apply, toy):
    apply(planned())
    said = {(each.source_id, each.target_id, each.verdict) for each in service.store.verdicts(1)}
    assert (3, 4, "accepted") in said
    assert len(said) == POSTS
    assert service.store.post(1, 3).content == linked(3, 4)
    assert {each.post_id for each in service.store.waiting_changes(1, 100)} == set(toy.here)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda toy: toy.edit(3, content=text(3).replace("of post", "of that post")), "is not as it was"),
        (lambda toy: toy.edit(3, content=text(3).replace("sourdough starter", "dough")), "is not as it was"),
        (lambda toy: toy.edit(3, content=linked(3, 9)), "already carries a link"),
        (lambda toy: toy.edit(3, content=text(3) + f'<p><a href="{HOME}/post-4/">x</a></p>'), "to “Post 4” already"),
        (lambda toy: toy.edit(3, status="trash"), "in the trash"),
        (lambda toy: toy.trash(3), "not there any more"),
        (lambda toy: toy.editors.update({3: "Grace"}), "Grace is editing the post right now"),
    ],
)  # fmt: skip
def test_a_conflict_is_refused_and_said_and_the_others_go_on(service, planned, apply, toy, change, why):
    run = planned()
    change(toy)
    before = toy.here.get(3)
    assert apply(run).counts == {"applied": POSTS - 1, "refused": 1}
    state, told = states(service, run)[3]
    assert state == "refused"
    assert why in told
    assert toy.here.get(3) == before


def test_a_change_elsewhere_in_the_post_does_no_harm(planned, apply, toy):
    run = planned()
    changed = "<p>New first words.</p>" + text(3) + "<p>And more.</p>"
    toy.edit(3, content=changed)
    apply(run)
    assert contents(toy)[3] == "<p>New first words.</p>" + linked(3, 4) + "<p>And more.</p>"


def test_no_link_is_put_in_to_a_post_that_is_not_published_any_more(service, planned, apply, toy):
    run = planned()
    service.store.put_posts(1, [replace(toy.here[4], status="draft")])
    apply(run)
    assert states(service, run)[3][0] == "refused"
    assert "not published any more" in states(service, run)[3][1]


def test_a_link_leads_to_where_its_target_is_now(service, planned, apply, toy, undo):
    run = planned()
    service.store.put_posts(1, [replace(toy.here[4], url=f"{HOME}/moved/")])
    apply(run)
    assert f'<a href="{HOME}/moved/">sourdough starter</a>' in contents(toy)[3]
    undo(run)
    assert contents(toy)[3] == text(3)


def test_somebody_who_saves_at_the_same_moment_is_not_overwritten(service, planned, apply, toy):
    run = planned()
    write, theirs = toy.write, text(3).replace("last words", "very last words")

    def raced(post_id, content, since=None, instead_of=None):
        if post_id == 3 and toy.here[3].content == text(3):
            toy.edit(3, content=theirs)
        return write(post_id, content, since, instead_of)

    toy.write = raced
    assert apply(run).counts == {"applied": POSTS}
    assert contents(toy)[3] == linked(3, 4).replace("last words", "very last words")


def test_a_post_that_others_never_leave_alone_is_given_up(service, planned, apply, toy):
    toy.fails["write 3"] = SiteChanged("Changed.")
    run = apply(planned())
    assert run.counts == {"applied": POSTS - 1, "refused": 1}
    assert "Others go on changing" in states(service, run)[3][1]


@pytest.mark.parametrize(
    ("question", "error", "state"),
    [
        ("write 3", AnswerUnreadable("It answered 500."), "failed"),
        ("write 3", Overloaded("It keeps answering 429."), "failed"),
        ("write 3", SiteUnreachable("The line dropped."), "failed"),
        ("write 3", SiteRefused("Not for you."), "failed"),
        ("write 3", WriteAltered("It would take HTML out."), "refused"),
        ("post 3", Overloaded("It keeps answering 500."), "failed"),
        ("being_edited 3", AnswerUnreadable("No JSON."), "failed"),
    ],
)
def test_one_bad_post_does_not_stop_the_others(service, planned, apply, toy, question, error, state):
    toy.fails[question] = error
    run = apply(planned())
    assert run.state == "done"
    assert states(service, run)[3] == (state, str(error))
    assert run.counts == {"applied": POSTS - 1, state: 1}
    del toy.fails[question]
    assert apply(run).counts == {"applied": POSTS}
    assert contents(toy)[3] == linked(3, 4)


def test_a_write_that_landed_though_wordpress_said_otherwise_is_not_made_twice(service, planned, apply, toy):
    write = toy.write

    def grumbling(post_id, *given):
        write(post_id, *given)
        if post_id == 3:
            raise AnswerUnreadable("It answered 500.")
        return toy.here[post_id]

    toy.write = grumbling
    assert apply(planned()).counts == {"applied": POSTS}
    assert toy.written.count(3) == 1


def test_a_write_that_lands_after_it_was_given_up_is_found_by_the_next_try(service, planned, apply, toy):
    toy.fails["write 3"] = AnswerUnreadable("It answered 504.")
    run = apply(planned())
    del toy.fails["write 3"]
    toy.edit(3, content=linked(3, 4))
    assert apply(run).counts == {"applied": POSTS}
    assert 3 not in toy.written


def test_a_site_that_goes_away_pauses_the_run_and_says_so(service, planned, apply, toy, clock):
    run = planned()
    toy.fails |= {f"post {number}": no_answer() for number in range(5, 13)}
    paused = apply(run)
    assert (paused.state, paused.counts) == ("paused", {"applied": 4, "waiting": POSTS - 4, "chosen": POSTS - 4})
    assert paused.error.startswith("The site has been away for 5 minutes")
    assert clock.now > 300
    toy.fails.clear()
    assert apply(run).counts == {"applied": POSTS}
    assert toy.written == list(range(1, POSTS + 1))


def test_a_site_that_is_away_for_a_moment_is_waited_for(planned, apply, toy, clock, pace):
    run = planned()
    toy.fails["post 5"] = no_answer()
    sleep = clock.sleep

    def until_it_is_back(seconds):
        sleep(seconds)
        if clock.now > 60:
            toy.fails.clear()

    pace.sleep = until_it_is_back
    assert apply(run).counts == {"applied": POSTS}


def test_many_bad_posts_in_a_row_are_the_site_and_lose_nothing(planned, apply, toy):
    run = planned()
    toy.fails |= {f"write {number}": SiteRefused("The password was revoked.") for number in range(4, 13)}
    paused = apply(run)
    assert (paused.state, paused.error) == ("paused", "The password was revoked.")
    assert paused.counts.get("failed") is None
    toy.fails.clear()
    assert apply(run).counts == {"applied": POSTS}


def test_a_site_read_without_a_login_is_not_written_to(service, planned, apply, toy):
    run = planned()
    toy.here = {key: replace(post, raw=False) for key, post in toy.here.items()}
    paused = apply(run)
    assert paused.state == "paused"
    assert "application password" in paused.error


def test_where_wordpress_filters_the_original_is_put_back(service, planned, apply, toy):
    run = planned()
    toy.edit(3, content=text(3) + "<iframe></iframe>")
    before = contents(toy)[3]
    toy.stores = lambda content: content if content == before else content.replace("<iframe></iframe>", "")
    assert apply(run).counts == {"applied": POSTS - 1, "refused": 1}
    assert states(service, run)[3] == ("refused", ALTERED)
    assert contents(toy)[3] == before


def test_where_even_the_original_is_filtered_it_is_said(service, planned, apply, toy):
    run = planned()
    toy.edit(3, content=text(3) + "<iframe></iframe>")
    toy.stores = lambda content: content.replace("<iframe></iframe>", "")
    assert apply(run).counts == {"applied": POSTS - 1, "refused": 1}
    assert states(service, run)[3] == ("refused", STUCK)
    assert contents(toy)[3] == text(3)


def test_a_pause_is_heard_behind_the_post_at_hand(service, planned, apply, toy):
    run = planned()
    write = toy.write

    def then_pause(post_id, *given):
        if post_id == 5:
            service.pause(1, run.id)
        return write(post_id, *given)

    toy.write = then_pause
    paused = apply(run)
    assert (paused.state, paused.counts["applied"]) == ("paused", 5)
    assert service.resume(1, run.id).state == "queued"
    assert apply(run).counts == {"applied": POSTS}
    assert toy.written == list(range(1, POSTS + 1))


def test_ctrl_c_pauses(service, planned, apply, toy):
    run = planned()
    write = toy.write

    def stopped(post_id, *given):
        if post_id == 5:
            raise KeyboardInterrupt
        return write(post_id, *given)

    toy.write = stopped
    with pytest.raises(KeyboardInterrupt):
        apply(run)
    assert service.run(1, run.id).state == "paused"
    toy.write = write
    assert apply(run).counts == {"applied": POSTS}


def test_writes_are_rationed(planned, apply, clock, toy):
    apply(planned())
    assert clock.now == pytest.approx((POSTS - 1) / 2, abs=0.01)


def test_a_site_that_is_overloaded_gets_ever_longer_rests(planned, apply, clock, toy):
    toy.fails |= {f"write {number}": Overloaded("429") for number in (3, 4, 5)}
    apply(planned())
    assert clock.now > 60


@pytest.mark.parametrize(
    ("verb", "state", "said"),
    [("pause", "planned", "not under way"), ("resume", "planned", "not paused"), ("start_undo", "planned", "only one")],
)
def test_a_run_says_why_it_cannot_be_steered_so(service, planned, verb, state, said):
    run = planned()
    with pytest.raises(RunRefused, match=said):
        getattr(service, verb)(1, run.id)
    assert service.run(1, run.id).state == state
