"""A part that does not answer is left alone, tried with one call, and asked as before once it answers."""

from __future__ import annotations

import pytest

from chassis.messaging.breaker import MAX_IN_FLIGHT, Breaker, BulkheadFull, CallOutcome, CircuitOpen


def call(breaker: Breaker, outcome: CallOutcome, now: float) -> None:
    """One call from beginning to end."""
    breaker.leave(trial=breaker.enter(now), outcome=outcome, now=now)


def opened(now: float) -> Breaker:
    """A breaker that has just opened."""
    breaker = Breaker()
    for _ in range(5):
        call(breaker, CallOutcome.LATE, now)
    return breaker


def test_five_deadlines_in_a_row_open_it() -> None:
    """Four do not, nor five with an answer between them."""
    breaker = Breaker()
    for outcome in [CallOutcome.LATE] * 4 + [CallOutcome.ANSWERED] + [CallOutcome.LATE] * 4:
        call(breaker, outcome, 0.0)
    assert not breaker.is_open
    call(breaker, CallOutcome.LATE, 0.0)
    with pytest.raises(CircuitOpen):
        breaker.enter(0.5)


def test_more_late_than_answered_among_twenty_calls_opens_it() -> None:
    """Although some are answered."""
    breaker = Breaker()
    for number in range(19):
        call(breaker, CallOutcome.LATE if number % 3 else CallOutcome.ANSWERED, number / 10)
    assert not breaker.is_open
    call(breaker, CallOutcome.LATE, 1.9)
    assert breaker.is_open


def test_what_was_late_ten_seconds_ago_no_longer_counts() -> None:
    """Only the window is judged."""
    breaker = Breaker()
    for number in range(19):
        call(breaker, CallOutcome.LATE if number % 3 else CallOutcome.ANSWERED, number / 10)
    call(breaker, CallOutcome.LATE, 11.0)
    assert not breaker.is_open


def test_after_the_pause_exactly_one_trial_call_passes() -> None:
    """Everybody else keeps hearing no until it has ended."""
    breaker = opened(100.0)
    with pytest.raises(CircuitOpen):
        breaker.enter(100.9)
    assert breaker.enter(101.0)
    with pytest.raises(CircuitOpen):
        breaker.enter(101.1)


def test_a_failed_trial_doubles_the_pause_up_to_ten_seconds() -> None:
    """1, 2, 4, 8, 10, 10."""
    breaker, now = opened(0.0), 0.0
    for pause in (1, 2, 4, 8, 10, 10):
        with pytest.raises(CircuitOpen):
            breaker.enter(now + pause - 0.1)
        now += pause
        call(breaker, CallOutcome.LATE, now)


def test_an_answered_trial_closes_it_with_a_clean_slate() -> None:
    """One late call afterwards does not open it again, and the next pause is the shortest."""
    breaker = opened(0.0)
    call(breaker, CallOutcome.LATE, 1.0)
    call(breaker, CallOutcome.ANSWERED, 3.0)
    call(breaker, CallOutcome.LATE, 3.0)
    assert not breaker.is_open
    for _ in range(4):
        call(breaker, CallOutcome.LATE, 3.0)
    assert breaker.enter(4.0)


def test_a_trial_call_that_tells_nothing_lets_the_next_one_pass_at_once() -> None:
    """The browser hung up, or the message never left: neither good nor bad."""
    breaker = opened(0.0)
    call(breaker, CallOutcome.INCONCLUSIVE, 1.0)
    assert breaker.is_open
    assert breaker.enter(1.0)


def test_a_late_end_of_an_older_call_does_not_lengthen_the_pause() -> None:
    """Only the trial speaks for the present."""
    breaker = Breaker()
    older = breaker.enter(0.0)
    for _ in range(5):
        call(breaker, CallOutcome.LATE, 0.0)
    breaker.leave(trial=older, outcome=CallOutcome.LATE, now=0.9)
    assert breaker.enter(1.0)


def test_the_answer_to_an_older_call_closes_it() -> None:
    """It lives."""
    breaker = Breaker()
    older = breaker.enter(0.0)
    for _ in range(5):
        call(breaker, CallOutcome.LATE, 0.0)
    breaker.leave(trial=older, outcome=CallOutcome.ANSWERED, now=0.1)
    assert not breaker.enter(0.2)


def test_no_more_calls_are_under_way_than_there_are_places() -> None:
    """A call that ends, however it ends, gives its place to the next."""
    breaker = Breaker()
    for _ in range(MAX_IN_FLIGHT):
        breaker.enter(0.0)
    with pytest.raises(BulkheadFull):
        breaker.enter(0.0)
    breaker.leave(trial=False, outcome=CallOutcome.INCONCLUSIVE, now=0.0)
    assert not breaker.enter(0.0)
