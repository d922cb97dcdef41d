"""A process that was killed in the middle of a run: nothing is left undone, nothing is done twice."""

from __future__ import annotations

import pytest

from suggester.tasks.work import MOVED
from tests.toys_source import HOME

from .conftest import POSTS, contents, linked, suggestion, text


class Killed(BaseException):
    """What kill -9 looks like from inside: nothing behind it happens."""


def killed_behind_a_write(toy, apply, run):
    """Apply a run in a process that is killed right behind its first write."""
    write = toy.write

    def killed(post_id, *given):
        write(post_id, *given)
        raise Killed

    toy.write = killed
    with pytest.raises(Killed):
        apply(run)
    toy.write = write


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
    killed_behind_a_write(toy, apply, run)
    assert service.run(1, run.id).counts == {"writing": 1, "waiting": POSTS - 1, "chosen": POSTS}
    assert undo(run).counts == {"undone": 1, "waiting": POSTS - 1, "chosen": POSTS - 1}
    assert contents(toy)[1] == text(1)


def test_a_post_that_somebody_edited_after_the_process_was_killed_is_looked_into(service, planned, apply, toy):
    run = planned(suggestion(1, 2), suggestion(1, 3, "every day"))
    killed_behind_a_write(toy, apply, run)
    theirs = contents(toy)[1].replace(f'<a href="{HOME}/post-3/">every day</a>', "every day") + "<p>Theirs.</p>"
    toy.edit(1, content=theirs)
    assert apply(run).counts == {"applied": 2}
    assert contents(toy)[1] == theirs.replace("every day", f'<a href="{HOME}/post-3/">every day</a>')
    assert [each.why for each in service.edits(1, run.id, sort="id")[1]] == [MOVED, ""]
