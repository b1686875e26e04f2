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


@pytest.mark.parametrize("steps", [0, 1, 7])
def test_a_few_steps_tell_nothing(steps: int) -> None:
    """Nobody is sent away because the first answer took long."""
    assert a_line(steps, 10.0).time_for(1000, 100.0) == 0.0


@pytest.mark.parametrize(("steps", "every"), [(8, 0.5), (64, 0.001), (128, 0.1), (1000, 0.02)])
def test_a_steady_line_goes_on_as_it_went(steps: int, every: float) -> None:
    """However long it has been there."""
    pace = a_line(steps, every)
    assert pace.time_for(10, steps * every) == pytest.approx(10 * every)


def test_steps_that_come_in_bursts_count_as_the_time_that_they_took_together() -> None:
    """Answers share messages."""
    pace = Pace()
    pace.begin(0.0)
    for burst in range(1, 5):
        for _ in range(32):
            pace.step(burst * 0.1)
    assert pace.time_for(320, 0.4) == pytest.approx(1.0)


def test_a_line_that_got_slower_is_believed_to_be_slow() -> None:
    """What counts are the last steps."""
    pace = a_line(1000, 0.001)
    for number in range(1, 201):
        pace.step(1.0 + number * 0.1)
    assert pace.time_for(10, 21.0) == pytest.approx(1.0)


def test_a_line_that_stands_still_gets_slower() -> None:
    """Nothing moved for nine seconds."""
    pace = a_line(10, 0.1)
    assert pace.time_for(10, 10.0) == pytest.approx(10.0)


def test_a_new_line_knows_nothing_of_the_one_before() -> None:
    """It was empty meanwhile."""
    pace = a_line(100, 1.0)
    pace.begin(1000.0)
    assert pace.time_for(10, 1000.0) == 0.0
