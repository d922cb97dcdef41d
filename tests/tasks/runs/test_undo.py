"""What a run put in comes out again, and nothing else does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from suggester.entities import Anchor, Edit, NewText, Suggestion
from suggester.errors import (
    AnswerUnreadable,
    RunRefused,
)
from tests.toys_source import HOME

from .conftest import POSTS, contents, linked, states, suggestion, text


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
