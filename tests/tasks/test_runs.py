"""A run against a WordPress in memory: what goes in, what is refused and why, and what comes out again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from suggester.entities import Anchor, Edit, EditFilter, NewText, Plan, Reason, Run, Suggestion
from suggester.errors import (
    AnchorMissing,
    AnswerUnreadable,
    RequestError,
    RunRefused,
    SiteChanged,
    SiteRefused,
    SiteUnreachable,
    UnknownRun,
    WriteAltered,
)
from suggester.tasks.pace import Pace
from suggester.tasks.service import Service
from suggester.tasks.work import ALTERED, MOVED, STUCK
from suggester.wordpress.http import Overloaded
from tests.toys import LetterEncoder
from tests.toys_source import HOME, ToySource, no_answer, toy_post

POSTS = 12


def text(number: int) -> str:
    return f"<p>We feed the sourdough starter of post {number} every day.</p>\n<p>The last words of {number}.</p>"


def anchor(number: int, words: str = "sourdough starter") -> Anchor:
    before, _, after = f"We feed the sourdough starter of post {number} every day.".partition(words)
    return Anchor(words, before[-32:], after[:32], 0)


def suggestion(source: int, target: int, words: str = "sourdough starter", **fields: object) -> Suggestion:
    sentence = f"We feed the sourdough starter of post {source} every day."
    return Suggestion(source, target, anchor(source, words), 0.9, shown=True, sentence=sentence, **fields)


def linked(number: int, target: int, words: str = "sourdough starter") -> str:
    return text(number).replace(words, f'<a href="{HOME}/post-{target}/">{words}</a>')


class Clock:
    """Time that passes only where somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pace(clock: Clock) -> Pace:
    return Pace(clock=clock, sleep=clock.sleep)


@pytest.fixture
def toy() -> ToySource:
    return ToySource([toy_post(number, text(number)) for number in range(1, POSTS + 1)])


@pytest.fixture
def service(toy: ToySource, tmp_path: Path) -> Iterator[Service]:
    opened = Service.open(tmp_path, load_encoder=LetterEncoder, open_source=lambda url, login: toy)
    opened.sync(opened.connect(HOME).site_id)
    yield opened
    opened.close()


@pytest.fixture
def planned(service: Service) -> Callable[..., Run]:
    def make(*items: Suggestion) -> Run:
        given = items or tuple(suggestion(number, number % POSTS + 1) for number in range(1, POSTS + 1))
        return service.make_run(1, Plan(given, 5, 1, 3, 2, len(given)), "orphans", "Repair")

    return make


@pytest.fixture
def apply(service: Service, pace: Pace) -> Callable[..., Run]:
    return lambda run: service.apply_now(1, run.id, pace=pace)


@pytest.fixture
def undo(service: Service, pace: Pace) -> Callable[..., Run]:
    return lambda run, edit_ids=None: service.undo(1, run.id, edit_ids, pace=pace)


def states(service: Service, run: Run) -> dict[int, tuple[str, str]]:
    return {each.source_id: (each.state, each.why) for each in service.edits(1, run.id, limit=None)[1]}


def contents(toy: ToySource) -> dict[int, str]:
    return {post.id: post.content for post in toy.here.values()}


# review


def test_a_plan_becomes_a_run_under_review(service, planned):
    weak = replace(suggestion(2, 3), shown=False)
    run = planned(suggestion(1, 2, reasons=(Reason("orphan", "Nobody links to it."),)), weak)
    assert (run.state, run.kind, run.title, run.counts) == ("planned", "orphans", "Repair", {"waiting": 2, "chosen": 1})
    assert (run.orphans_before, run.orphans_after) == (5, 1)
    total, (first,) = service.edits(1, run.id, limit=1, sort="id")
    assert total == 2
    assert first == Edit(
        id=1,
        run_id=run.id,
        source_id=1,
        target_id=2,
        kind="insert",
        anchor=anchor(1),
        href=f"{HOME}/post-2/",
        score=0.9,
        sentence="We feed the sourdough starter of post 1 every day.",
        reasons=(Reason("orphan", "Nobody links to it."),),
    )


@pytest.mark.parametrize(
    ("wanted", "sources"),
    [
        ({"source_id": 3}, [3]),
        ({"target_id": 3}, [2]),
        ({"least_score": 0.95}, [4]),
        ({"chosen": False}, [5]),
        ({"state": "applied"}, []),
        ({"text": "STARTER OF POST 6"}, [6]),
        ({"text": "post 1", "source_id": 9}, [9]),  # title of its target
        ({"text": "%"}, []),
        ({"sort": "source", "offset": 10}, [11, 12]),
    ],
)
def test_edits_are_found_by_what_one_looks_for(service, planned, wanted, sources):
    items = {number: suggestion(number, number % POSTS + 1) for number in range(1, POSTS + 1)}
    items |= {4: replace(items[4], score=0.97), 5: replace(items[5], shown=False)}
    run = planned(*items.values())
    total, found = service.edits(1, run.id, **wanted)
    assert [each.source_id for each in found] == sources
    assert total == len(sources) + wanted.get("offset", 0)


def test_many_edits_are_chosen_at_once(service, planned):
    run = planned()
    assert service.choose(1, run.id, EditFilter(), chosen=False) == POSTS
    assert service.choose(1, run.id, [1, 2, 999]) == 2
    assert service.run(1, run.id).counts == {"waiting": POSTS, "chosen": 2}


def test_what_is_not_chosen_is_not_dismissed_unless_a_person_says_so(service, planned):
    run = planned()
    service.choose(1, run.id, [1, 2], chosen=False)
    assert service.dismiss(1, run.id, [2, 3, 999]) == 2
    assert [(each.source_id, each.target_id, each.verdict) for each in service.store.verdicts(1)] == [
        (2, 3, "dismissed"),
        (3, 4, "dismissed"),
    ]
    assert [each.id for each in service.edits(1, run.id, chosen=False, sort="id")[1]] == [1, 2, 3]


def test_an_edit_can_be_put_on_other_words_that_stand_there(service, planned):
    run = planned()
    fresh = service.change_anchor(1, 3, anchor(3, "feed"))
    assert (fresh.anchor.text, fresh.sentence) == ("feed", "We feed the sourdough starter of post 3 every day.")
    assert service.edit(1, 3) == fresh
    with pytest.raises(AnchorMissing):
        service.change_anchor(1, 4, anchor(3, "feed"))
    assert service.edits(1, run.id, source_id=4)[1][0].anchor == anchor(4)


def test_a_preview_shows_the_text_before_and_after(service, planned):
    planned()
    shown = service.preview(1, 3)
    assert [(each.text, each.href, each.changed) for each in shown.after] == [
        ("We feed the ", "", False),
        ("sourdough starter", f"{HOME}/post-4/", True),
        (" of post 3 every day.", "", False),
    ]
    assert [each.href for each in shown.before] == ["", "", ""]
    assert shown.problem == ""


def test_a_preview_says_what_is_in_the_way(service, planned, toy):
    planned()
    service.store.put_posts(1, [replace(toy.here[3], content="<p>Something else.</p>")])
    shown = service.preview(1, 3)
    assert "is not as it was" in shown.problem
    assert "".join(each.text for each in shown.after) == "We feed the sourdough starter of post 3 every day."


def test_runs_and_edits_of_other_sites_are_not_found(service, planned):
    planned()
    other = service.store.add_site("https://other.example", "https://other.example")
    for ask in (lambda: service.run(other, 1), lambda: service.edit(other, 1), lambda: service.edits(other, 1)):
        with pytest.raises(UnknownRun):
            ask()


def test_only_a_run_that_was_never_started_can_be_forgotten(service, planned, apply):
    run = planned()
    service.delete_run(1, run.id)
    assert service.runs(1) == []
    applied = apply(planned())
    with pytest.raises(RunRefused, match="undo it"):
        service.delete_run(1, applied.id)


@pytest.mark.parametrize(("kind", "sort"), [("other", "score"), ("orphans", "colour")])
def test_unknown_words_are_named(service, kind, sort):
    with pytest.raises(RequestError, match="other|colour"):
        service.edits(1, service.make_run(1, [], kind).id, sort=sort)


# apply


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


# undo


def test_after_undo_every_post_is_as_it_was(service, planned, apply, undo, toy):
    before = contents(toy)
    items = [suggestion(number, number % POSTS + 1) for number in range(1, POSTS)]
    new = NewText("More on [this] in “our” guide & book.", "our” guide", 1)
    items += [suggestion(1, 7, "every day"), Suggestion(12, 5, None, 0.5, shown=True, new_text=new)]
    run = apply(planned(*items))
    assert run.counts == {"applied": POSTS + 1}
    assert contents(toy)[12].endswith(
        f'The last words of 12. More on &#91;this&#93; in “<a href="{HOME}/post-5/">our” guide</a> &amp; book.</p>'
    )
    assert undo(run).counts == {"undone": POSTS + 1}
    assert service.run(1, run.id).state == "undone"
    assert contents(toy) == before
    assert service.store.verdicts(1) == []


def test_one_edit_can_be_undone_and_the_others_stay(service, planned, apply, undo, toy):
    run = apply(planned(suggestion(1, 2), suggestion(1, 3, "every day"), suggestion(2, 3)))
    after = undo(run, [1])
    assert (after.state, after.counts) == ("done", {"applied": 2, "undone": 1})
    assert contents(toy)[1] == text(1).replace("every day", f'<a href="{HOME}/post-3/">every day</a>')


def test_edits_made_since_stay(planned, apply, undo, toy):
    run = apply(planned())
    toy.edit(3, content="<p>New.</p>" + linked(3, 4).replace("of post", "of this post"))
    undo(run)
    assert contents(toy)[3] == "<p>New.</p>" + text(3).replace("of post", "of this post")


@pytest.mark.parametrize(
    ("change", "state", "why"),
    [
        (lambda toy: toy.edit(3, content=linked(3, 4).replace("starter</a>", "starters</a>")), "kept", "not stand"),
        (lambda toy: toy.edit(3, content=linked(3, 4).replace("<a href", '<a class="x" href')), "kept", "not stand"),
        (lambda toy: toy.edit(3, content=text(3)), "undone", "Somebody had taken the link out already"),
        (lambda toy: toy.trash(3), "kept", "not there any more"),
        (lambda toy: toy.editors.update({3: "Grace"}), "kept", "Grace is editing"),
        (lambda toy: toy.fails.update({"write 3": AnswerUnreadable("It answered 500.")}), "kept", "It answered 500"),
    ],
)  # fmt: skip
def test_undo_says_honestly_what_it_cannot_take_out(service, planned, apply, undo, toy, change, state, why):
    run = apply(planned())
    change(toy)
    before = toy.here.get(3)
    after = undo(run)
    assert after.state == "undone"
    assert states(service, run)[3][0] == state
    assert why in states(service, run)[3][1]
    assert toy.here.get(3) == before
    assert all(content == text(number) for number, content in contents(toy).items() if number != 3)


def test_what_was_kept_can_be_undone_later(service, planned, apply, undo, toy):
    run = apply(planned())
    toy.editors[3] = "Grace"
    undo(run)
    toy.editors.clear()
    assert undo(run).counts == {"undone": POSTS}
    assert contents(toy)[3] == text(3)


def test_there_is_nothing_to_undo_of_a_run_that_put_nothing_in(service, planned, apply, undo, toy):
    toy.here = {key: replace(post, content="<p>All new.</p>") for key, post in toy.here.items()}
    run = apply(planned())
    with pytest.raises(RunRefused, match="nothing to undo"):
        undo(run)


def test_links_that_moved_are_rewritten_or_taken_out_and_put_back_byte_for_byte(service, apply, undo, toy):
    old = (
        '<p>See <a class=x HREF=\'/old/#top\' rel="nofollow">the &amp; old</a> page and <a href="/gone/">this</a>.</p>'
    )
    toy.edit(1, content=old)
    edits = [
        Edit(0, 0, 1, 2, "rewrite", Anchor("the & old", "", "", 0), f"{HOME}/post-2/#top", old_href="/old/#top"),
        Edit(0, 0, 1, None, "unlink", Anchor("this", "", "", 0), "", old_href="/gone/"),
    ]
    run = apply(service.make_run(1, edits, "links", "Moved"))
    assert run.counts == {"applied": 2}
    assert contents(toy)[1] == (
        f"<p>See <a class=x HREF='{HOME}/post-2/#top' rel=\"nofollow\">the &amp; old</a> page and this.</p>"
    )
    assert service.store.verdicts(1) == []
    assert undo(run).counts == {"undone": 2}
    assert contents(toy)[1] == old


def test_a_sentence_goes_to_its_own_paragraph_wherever_that_is_now(service, planned, apply, undo, toy):
    run = planned(Suggestion(1, 5, None, 0.5, shown=True, new_text=NewText("See our guide.", "our guide", 1)))
    toy.edit(1, content="<p>New first words.</p>" + text(1))
    before = contents(toy)[1]
    apply(run)
    assert contents(toy)[1].endswith(f'The last words of 1. See <a href="{HOME}/post-5/">our guide</a>.</p>')
    toy.edit(1, content="<p>Newer.</p>" + contents(toy)[1])
    undo(run)
    assert contents(toy)[1] == "<p>Newer.</p>" + before


def test_a_sentence_is_not_added_to_a_paragraph_that_ends_otherwise_now(service, planned, apply, toy):
    run = planned(Suggestion(1, 5, None, 0.5, shown=True, new_text=NewText("See our guide.", "our guide", 1)))
    toy.edit(1, content=text(1).replace("of 1.", "of one."))
    apply(run)
    assert "does not end as it did" in states(service, run)[1][1]


# a process that was killed


class Killed(BaseException):
    """What kill -9 looks like from inside: nothing behind it happens."""


@pytest.mark.parametrize("moment", ["before the write", "after the write"])
@pytest.mark.parametrize("undoing", [False, True], ids=["applying", "undoing"])
def test_a_killed_process_leaves_nothing_undone_and_nothing_done_twice(
    service, planned, apply, undo, toy, moment, undoing
):
    run = planned()
    verb, during, after = (undo, "undoing", "undone") if undoing else (apply, "applying", "applied")
    if undoing:
        apply(run)
    toy.written.clear()
    write, move = toy.write, service.store.runs.move

    def killed(post_id, *given):
        if post_id == 5:
            service.store.runs.move = lambda *given: True  # the dead take no notes
            if moment == "after the write":
                write(post_id, *given)
            raise Killed
        return write(post_id, *given)

    toy.write = killed
    with pytest.raises(Killed):
        verb(run)
    toy.write, service.store.runs.move = write, move
    assert service.run(1, run.id).state == during
    assert service.store.runs.busy() == [(1, run.id)]
    wanted = {number: text(number) if undoing else linked(number, number % POSTS + 1) for number in toy.here}
    assert verb(run).counts == {after: POSTS}
    assert contents(toy) == wanted
    assert toy.written == list(range(1, POSTS + 1))
    assert service.store.runs.intents(run.id) == []


def test_a_link_that_was_put_in_as_the_process_was_killed_is_undone_with_the_others(service, planned, apply, undo, toy):
    run = planned()
    write = toy.write

    def killed(post_id, *given):
        write(post_id, *given)
        raise Killed

    toy.write = killed
    with pytest.raises(Killed):
        apply(run)
    toy.write = write
    assert service.run(1, run.id).counts == {"writing": 1, "waiting": POSTS - 1, "chosen": POSTS}
    assert undo(run).counts == {"undone": 1, "waiting": POSTS - 1, "chosen": POSTS - 1}
    assert contents(toy)[1] == text(1)


def test_a_post_that_somebody_edited_after_the_process_was_killed_is_looked_into(service, planned, apply, toy):
    run = planned(suggestion(1, 2), suggestion(1, 3, "every day"))
    write = toy.write

    def killed(post_id, *given):
        write(post_id, *given)
        raise Killed

    toy.write = killed
    with pytest.raises(Killed):
        apply(run)
    toy.write = write
    theirs = contents(toy)[1].replace(f'<a href="{HOME}/post-3/">every day</a>', "every day") + "<p>Theirs.</p>"
    toy.edit(1, content=theirs)
    assert apply(run).counts == {"applied": 2}
    assert contents(toy)[1] == theirs.replace("every day", f'<a href="{HOME}/post-3/">every day</a>')
    assert [each.why for each in service.edits(1, run.id, sort="id")[1]] == [MOVED, ""]
