"""Limits that all replicas share."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from support.captured_logs import capture_logs

from chassis.database import throttle
from chassis.database.limits import Limit
from chassis.messaging.refusal import Refusal
from chassis.process.metrics import LIMIT_ALARMS, exposition

THREE_A_MINUTE = Limit(3, timedelta(minutes=1))
ONE_AN_HOUR = Limit(1, timedelta(hours=1))


async def test_a_bucket_is_full_after_its_limit_and_says_how_long_to_wait(fresh_database: Any) -> None:
    """Three hits pass, the fourth waits; another bucket does not."""
    database = await fresh_database("chassis")
    async with database.transaction() as tx:
        for _ in range(3):
            assert await throttle.seconds_to_wait(tx, "a", THREE_A_MINUTE) is None
            await throttle.hit(tx, "a")
        wait = await throttle.seconds_to_wait(tx, "a", THREE_A_MINUTE)
        assert wait is not None
        assert 0 < wait <= 60
        assert await throttle.seconds_to_wait(tx, "b", THREE_A_MINUTE) is None
        await throttle.clear(tx, "a")
        assert await throttle.seconds_to_wait(tx, "a", THREE_A_MINUTE) is None


async def test_hits_older_than_the_window_do_not_count(fresh_database: Any) -> None:
    """The window slides."""
    database = await fresh_database("chassis")
    async with database.transaction() as tx:
        for _ in range(3):
            await throttle.hit(tx, "a")
        await tx.execute("UPDATE throttle_hits SET hit_at = now() - interval '61 seconds'")
        assert await throttle.seconds_to_wait(tx, "a", THREE_A_MINUTE) is None


async def test_twenty_at_once_cannot_pass_a_limit_of_three(fresh_database: Any) -> None:
    """Callers of one bucket queue up behind each other."""
    database = await fresh_database("chassis")

    async def attempt() -> bool:
        async with database.transaction() as tx:
            if await throttle.seconds_to_wait(tx, "a", THREE_A_MINUTE) is not None:
                return False
            await throttle.hit(tx, "a")
            return True

    assert sum(await asyncio.gather(*(attempt() for _ in range(20)))) == 3


async def test_the_refusal_names_the_longest_wait_of_all_full_buckets(fresh_database: Any) -> None:
    """Whoever comes back when the first bucket has room must not be sent away by the second."""
    database = await fresh_database("chassis")
    limits = (("a", THREE_A_MINUTE), ("b", ONE_AN_HOUR))
    async with database.transaction() as tx:
        await throttle.refuse_while_full(tx, "too_many", *limits)
        for bucket in ("a", "a", "a", "b"):
            await throttle.hit(tx, bucket)
        with pytest.raises(Refusal) as refused:
            await throttle.refuse_while_full(tx, "too_many", *limits)
    assert refused.value.code == "too_many"
    assert 60 < (refused.value.retry_after_seconds or 0) <= 3600


GROWING = Limit.written("3/24h 1m-15m")


async def _fail(database: Any, *buckets: throttle.Asked) -> None:
    async with database.autocommit() as tx:
        trial = await throttle.begin_trial(tx, "too_many", *buckets)
        await throttle.judge_wrong(tx, trial)


async def _wait(database: Any, *buckets: throttle.Asked) -> int:
    with pytest.raises(Refusal) as refused:
        await _fail(database, *buckets)
    return refused.value.retry_after_seconds or 0


async def _let_pass(database: Any, seconds: float) -> None:
    async with database.autocommit() as tx:
        statement = "UPDATE throttle_hits SET hit_at = hit_at - make_interval(secs => $1)"
        await tx.execute(statement, seconds)


async def test_a_wait_doubles_with_each_failure_up_to_the_longest(fresh_database: Any) -> None:
    """L4: from one minute to a quarter of an hour; after each wait there is one try."""
    database = await fresh_database("chassis")
    for _ in range(3):
        await _fail(database, ("a", GROWING))
    for minutes in (1, 2, 4, 8, 15, 15):
        assert minutes * 60 - 5 <= await _wait(database, ("a", GROWING)) <= minutes * 60
        await _let_pass(database, minutes * 60)
        await _fail(database, ("a", GROWING))


async def test_after_a_wait_of_many_at_once_one_is_let_through(fresh_database: Any) -> None:
    """The others see its trial, and wait for seconds only: it may be right."""
    database = await fresh_database("chassis")
    for _ in range(4):
        await _fail(database, ("a", GROWING))
        await _let_pass(database, 120)
    async with database.autocommit() as tx:
        trial = await throttle.begin_trial(tx, "too_many", ("a", GROWING))
    assert await _wait(database, ("a", GROWING)) <= 10
    async with database.autocommit() as tx:
        await throttle.judge_right(tx, trial)
    await _fail(database, ("a", GROWING))


async def test_a_bucket_of_subjects_counts_each_once(fresh_database: Any) -> None:
    """One household may fail as often as it likes; a fourth subject finds no room, and one of the three
    does.
    """
    database = await fresh_database("chassis")
    for subject in ("x", "x", "x", "x", "y", "z", "x"):
        await _fail(database, throttle.Bucket("crowd", THREE_A_MINUTE, subject))
    assert await _wait(database, throttle.Bucket("crowd", THREE_A_MINUTE, "new")) > 10
    await _fail(database, throttle.Bucket("crowd", THREE_A_MINUTE, "y"))


async def test_tries_of_many_subjects_at_once_cannot_overrun_a_bucket(fresh_database: Any) -> None:
    """They are counted before they are judged."""
    database = await fresh_database("chassis")
    buckets = [throttle.Bucket("crowd", THREE_A_MINUTE, f"s{each}") for each in range(20)]

    async def attempt(bucket: throttle.Bucket) -> bool:
        async with database.autocommit() as tx:
            try:
                await throttle.begin_trial(tx, "too_many", (bucket.subject or "", THREE_A_MINUTE), bucket)
            except Refusal:
                return False
            return True

    assert sum(await asyncio.gather(*(attempt(each) for each in buckets))) == 3


async def test_a_trial_of_a_subject_that_was_counted_long_ago_counts(fresh_database: Any) -> None:
    """Its old hit gives way to the trial; one that still counts stays, whatever becomes of the trial."""
    database = await fresh_database("chassis")
    for subject in ("x", "y", "z"):
        await _fail(database, throttle.Bucket("crowd", THREE_A_MINUTE, subject))
    async with database.autocommit() as tx:
        bucket = throttle.Bucket("crowd", THREE_A_MINUTE, "x")
        await throttle.withdraw(tx, await throttle.begin_trial(tx, "too_many", bucket))
    assert await _wait(database, throttle.Bucket("crowd", THREE_A_MINUTE, "new"))
    await _let_pass(database, 61)
    async with database.autocommit() as tx:
        for subject in ("x", "y", "z"):
            await throttle.begin_trial(tx, "too_many", throttle.Bucket("crowd", THREE_A_MINUTE, subject))
    assert await _wait(database, throttle.Bucket("crowd", THREE_A_MINUTE, "new")) <= 10


async def test_those_who_succeed_make_room_for_as_many_more(fresh_database: Any) -> None:
    """A carrier's network has customers behind it; at most five times as many may fail."""
    database = await fresh_database("chassis")

    def of(subject: str) -> throttle.Bucket:
        return throttle.Bucket("crowd", THREE_A_MINUTE, subject, room_from="welcome")

    async with database.autocommit() as tx:
        for number in range(40):
            await throttle.judge_right(tx, await throttle.begin_trial(tx, "too_many", of(f"good {number}")))
    for number in range(15):
        await _fail(database, of(f"bad {number}"))
    assert await _wait(database, of("one more"))


async def test_a_full_alarm_refuses_nobody_and_is_told(fresh_database: Any) -> None:
    """By a figure for each try, and a few lines of the log a minute."""
    database = await fresh_database("chassis")
    throttle.watch_limits(["alarm_of_a_test"])
    assert b'limit_alarms_total{limit="alarm_of_a_test"} 0.0' in exposition()
    alarm = throttle.Bucket("all", THREE_A_MINUTE, everybody=True, alarm="alarm_of_a_test")
    with capture_logs() as said:
        for _ in range(5):
            await _fail(database, alarm)
    assert LIMIT_ALARMS.labels("alarm_of_a_test")._value.get() == 2
    told = [(each["event"], each["limit"], each["more_than"]) for each in said]
    assert told == [("limit.alarm", "alarm_of_a_test", "3/1m")] * 2


@pytest.mark.parametrize("text", ["5/1h", "5/24h 1m-15m", "100/15m", "1/90s"])
def test_a_limit_is_written_as_it_is_read(text: str) -> None:
    """So that an operator may copy what is shown."""
    assert str(Limit.written(text)) == text


@pytest.mark.parametrize(
    "text", ["", "5", "0/1h", "5/0h", "5/1w", "5/2d", "5 / 1h", "5/1h 1m", "-1/1h", "５/1h"]
)
def test_what_is_no_limit_is_refused(text: str) -> None:
    """A slip in a setting must not switch a limit off."""
    with pytest.raises(ValueError, match=r"must (be written|not look back)"):
        Limit.written(text)
