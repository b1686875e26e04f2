"""How long a call would wait for its turn, told by those before it."""

from __future__ import annotations

import pytest

from chassis.messaging.pace import Pace


def a_line(steps: int, every: float) -> Pace:
    """It began at 0 and moved so often."""
    pace = Pace()
    pace.begin(0.0)
    for number in range(1, steps + 1):
        pace.step(number * every)
    return pace


@pytest.mark.parametrize(("steps", "every"), [(0, 1.0), (1, 1.0), (7, 10.0), (8, 0.06), (400, 0.001)])
def test_a_few_steps_or_a_short_time_tell_nothing(steps: int, every: float) -> None:
    """Nobody is sent away because the first answer took long, or because many came at one moment."""
    assert a_line(steps, every).time_for(100_000, steps * every) == 0.0


@pytest.mark.parametrize(
    ("steps", "every"), [(8, 0.5), (8, 60.0), (1200, 0.001), (9000, 0.001), (1000, 0.02)]
)
def test_a_steady_line_goes_on_as_it_went(steps: int, every: float) -> None:
    """However long it has been there."""
    assert a_line(steps, every).time_for(10, steps * every) == pytest.approx(10 * every, rel=0.1)


def test_steps_that_come_in_bursts_count_as_the_time_that_they_took_together() -> None:
    """Answers share messages; also in the middle of a burst the line is not much slower."""
    pace = Pace()
    pace.begin(0.0)
    for burst in range(1, 51):
        for _ in range(32):
            pace.step(burst * 0.1)
            if burst >= 10:
                assert pace.time_for(320, burst * 0.1) == pytest.approx(1.0, rel=0.15)


def test_a_line_that_got_slower_is_believed_to_be_slow() -> None:
    """What counts are the last seconds."""
    pace = a_line(1000, 0.001)
    for number in range(1, 201):
        pace.step(1.0 + number * 0.1)
    assert pace.time_for(10, 21.0) == pytest.approx(1.0, rel=0.1)


def test_a_line_that_stands_still_gets_slower() -> None:
    """Nothing moved for nine seconds."""
    assert a_line(10, 0.1).time_for(10, 10.0) == pytest.approx(10.0)


def test_a_new_line_knows_nothing_of_the_one_before() -> None:
    """It was empty meanwhile."""
    pace = a_line(100, 1.0)
    pace.begin(1000.0)
    assert pace.time_for(10, 1001.0) == 0.0
