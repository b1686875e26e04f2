"""When a part that does not answer is left alone, when it is asked again, how many calls it gets at once."""

from __future__ import annotations

import pytest

from chassis.messaging.breaker import (
    FEWEST_PLACES,
    LATE_IN_A_ROW,
    MAX_IN_FLIGHT,
    Breaker,
    BulkheadFull,
    CallOutcome,
    CircuitOpen,
)


def call(breaker: Breaker, outcome: CallOutcome, now: float) -> None:
    """One call that ends at once."""
    breaker.leave(breaker.enter(now), outcome, now)


def opened(now: float) -> Breaker:
    """A breaker that has just opened."""
    breaker = Breaker()
    for _ in range(LATE_IN_A_ROW):
        call(breaker, CallOutcome.LATE, now)
    return breaker


@pytest.mark.parametrize(
    "outcome", [CallOutcome.ANSWERED, CallOutcome.INCONCLUSIVE, CallOutcome.LATE, CallOutcome.TOO_MUCH]
)
def test_it_opens_at_the_fifth_silence_in_a_row(outcome: CallOutcome) -> None:
    """Four are bad luck; what proves nothing changes nothing, a sign of life begins the count anew."""
    breaker = Breaker()
    for each in (CallOutcome.LATE,) * 3 + (outcome, CallOutcome.LATE):
        call(breaker, each, 0.0)
    assert breaker.is_open == (outcome is CallOutcome.LATE)
    if breaker.is_open:
        with pytest.raises(CircuitOpen):
            breaker.enter(0.5)


def test_late_calls_do_not_open_it_while_the_other_side_shows_signs_of_life() -> None:
    """Answers to calls that were given up, for example: it is slow, and not dead."""
    breaker = Breaker()
    for number in range(100):
        place = breaker.enter(float(number))
        breaker.heard(number + 0.5)
        breaker.leave(place, CallOutcome.LATE, number + 0.9)
    assert not breaker.is_open
    assert breaker.places == FEWEST_PLACES


@pytest.mark.parametrize("outcome", [CallOutcome.LATE, CallOutcome.TOO_MUCH])
def test_calls_that_were_one_too_many_take_half_of_the_places_once(outcome: CallOutcome) -> None:
    """However many of those that were under way together end like that."""
    breaker = Breaker()
    together = [breaker.enter(0.0) for _ in range(MAX_IN_FLIGHT)]
    breaker.heard(1.0)
    for place in together:
        breaker.leave(place, outcome, 3.0)
    assert breaker.places == MAX_IN_FLIGHT // 2
    call(breaker, CallOutcome.TOO_MUCH, 4.0)
    assert breaker.places == MAX_IN_FLIGHT // 4


def test_answers_open_places_again_step_by_step_and_never_too_many() -> None:
    """Two answers for one place."""
    breaker = opened(0.0)
    call(breaker, CallOutcome.ANSWERED, 1.0)
    assert breaker.places == FEWEST_PLACES
    for number in range(1, 5):
        call(breaker, CallOutcome.ANSWERED, 1.0)
        assert breaker.places == FEWEST_PLACES + (number + 1) // 2
    for _ in range(1000):
        call(breaker, CallOutcome.ANSWERED, 1.0)
    assert breaker.places == MAX_IN_FLIGHT


def test_after_it_has_closed_not_everybody_passes_at_once() -> None:
    """Those who waited would make it late again."""
    breaker = opened(0.0)
    call(breaker, CallOutcome.ANSWERED, 1.0)
    for _ in range(FEWEST_PLACES):
        breaker.enter(1.0)
    with pytest.raises(BulkheadFull):
        breaker.enter(1.0)


def test_after_the_pause_exactly_one_trial_call_passes() -> None:
    """Everybody else keeps hearing no until it has ended."""
    breaker = opened(100.0)
    with pytest.raises(CircuitOpen):
        breaker.enter(100.9)
    assert breaker.enter(101.0).trial
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


@pytest.mark.parametrize("outcome", [CallOutcome.ANSWERED, CallOutcome.TOO_MUCH])
def test_a_trial_with_a_sign_of_life_closes_it_and_the_next_pause_is_the_shortest(
    outcome: CallOutcome,
) -> None:
    """One late call afterwards does not open it again."""
    breaker = opened(0.0)
    call(breaker, CallOutcome.LATE, 1.0)
    call(breaker, outcome, 3.0)
    call(breaker, CallOutcome.LATE, 3.1)
    assert not breaker.is_open
    for _ in range(4):
        call(breaker, CallOutcome.LATE, 3.1)
    assert breaker.enter(4.1).trial


def test_a_trial_call_that_tells_nothing_lets_the_next_one_pass_at_once() -> None:
    """The browser hung up, or the message never left: neither good nor bad."""
    breaker = opened(0.0)
    call(breaker, CallOutcome.INCONCLUSIVE, 1.0)
    assert breaker.is_open
    assert breaker.enter(1.0).trial


def test_a_late_end_of_an_older_call_does_not_lengthen_the_pause() -> None:
    """Only the trial speaks for the present."""
    breaker = Breaker()
    older = breaker.enter(0.0)
    for _ in range(5):
        call(breaker, CallOutcome.LATE, 0.0)
    breaker.leave(older, CallOutcome.LATE, 0.9)
    assert breaker.enter(1.0).trial


def test_the_answer_to_an_older_call_closes_it() -> None:
    """It lives."""
    breaker = Breaker()
    older = breaker.enter(0.0)
    for _ in range(5):
        call(breaker, CallOutcome.LATE, 0.0)
    breaker.leave(older, CallOutcome.ANSWERED, 0.1)
    assert not breaker.enter(0.2).trial


def test_no_more_calls_are_under_way_than_there_are_places() -> None:
    """A call that ends, however it ends, gives its place to the next."""
    breaker = Breaker()
    places = [breaker.enter(0.0) for _ in range(MAX_IN_FLIGHT)]
    with pytest.raises(BulkheadFull):
        breaker.enter(0.0)
    breaker.leave(places[0], CallOutcome.INCONCLUSIVE, 0.0)
    assert not breaker.enter(0.0).trial
