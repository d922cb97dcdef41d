from __future__ import annotations

import pytest

from suggester.tasks.pace import LONGEST_REST, Pace


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_first_write_waits_for_nothing():
    assert Pace(clock=Clock()).due() <= 0


@pytest.mark.parametrize(
    ("took", "rest"),
    [(0.1, 0.4), (0.25, 0.25), (3.0, 3.0), (100.0, LONGEST_REST)],
    ids=["quick", "half of the time", "slow: as long as it took", "very slow"],
)
def test_a_site_rests_between_writes_at_least_as_long_as_it_worked(took, rest):
    pace = Pace(per_second=2, clock=Clock())
    pace.wrote(took)
    assert pace.due() == pytest.approx(rest)


def test_a_site_that_says_it_is_too_much_gets_longer_rests_until_it_is_well_again():
    pace = Pace(per_second=2, clock=Clock())
    rests = []
    for verb in [pace.strained] * 10 + [pace.wrote] * 30:
        verb(0.0)
        rests.append(pace.due())
    assert rests[:3] == [1, 2, 4]
    assert max(rests) == LONGEST_REST
    assert rests[-1] == 0.5
