"""How long a request waited, told by two clocks that need not agree."""

from __future__ import annotations

import pytest

from chassis.messaging.queue_time import QueueTime


@pytest.mark.parametrize("ahead", [0.0, 600.0, -600.0, 1e9, -1e9])
def test_what_a_request_took_longer_than_the_quickest_it_waited_whatever_the_clocks_say(ahead: float) -> None:
    """The caller's clock runs ahead or behind by any time."""
    times = QueueTime()
    assert times.of("gateway.1", 0.0 + ahead, 0.01) == 0.0
    assert times.of("gateway.1", 1.0 + ahead, 3.01) == pytest.approx(2.0, abs=1e-5)


def test_each_caller_has_a_clock_of_its_own() -> None:
    """One caller's requests say nothing about another's."""
    times = QueueTime()
    times.of("gateway.1", 0.0, 1000.0)
    assert times.of("gateway.2", 900.0, 1000.0) == 0.0
    assert times.of("gateway.1", 1.0, 1003.0) == pytest.approx(2.0)


def test_a_first_request_that_waited_is_corrected_by_the_next_quicker_one() -> None:
    """Until then it is given its whole time."""
    times = QueueTime()
    assert times.of("gateway.1", 0.0, 2.0) == 0.0
    assert times.of("gateway.1", 2.0, 2.0) == 0.0
    assert times.of("gateway.1", 3.0, 5.0) == pytest.approx(2.0)


def test_a_backlog_does_not_count_as_usual_within_a_minute() -> None:
    """An overload is not made invisible by lasting."""
    times = QueueTime()
    times.of("gateway.1", 0.0, 0.0)
    waited = [times.of("gateway.1", second - 2.0, float(second)) for second in range(3, 60)]
    assert waited == [pytest.approx(2.0)] * 57


def test_clocks_that_drift_apart_are_forgotten_within_minutes() -> None:
    """A caller's machine that was put to sleep, for one."""
    times = QueueTime()
    times.of("gateway.1", 0.0, 0.0)
    for second in range(1, 200):
        waited = times.of("gateway.1", float(second), second + 30.0)
    assert waited == 0.0


def test_callers_that_have_gone_are_not_remembered_for_ever() -> None:
    """Every start of a gateway is a new caller."""
    times = QueueTime()
    for number in range(10_000):
        times.of(f"gateway.{number}", 0.0, float(number))
    assert len(times._quickest) <= 600
