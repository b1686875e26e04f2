"""Who waits for a place, who gets it, and who hears at once that it would come too late."""

from __future__ import annotations

import asyncio

import pytest

from chassis.messaging import lane_places, waiting_line
from chassis.messaging.asking_for import asking_for
from chassis.messaging.breaker import (
    LATE_IN_A_ROW,
    MAX_IN_FLIGHT,
    BulkheadFull,
    CallOutcome,
    CircuitOpen,
    Place,
)
from chassis.messaging.lane_places import LanePlaces

ANSWERED = CallOutcome.ANSWERED


class Lane:
    """A full lane, and a clock that is turned by hand: those who wait look at it when they are told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        for module in (lane_places, waiting_line):
            monkeypatch.setattr(module, "monotonic", lambda: self.now)
        self._time_to_look = asyncio.Event()
        self._wait = asyncio.wait
        monkeypatch.setattr(asyncio, "wait", self._wait_for_turn_or_look)
        self.under_way: list[Place] = []

    async def fill(self, *, most_waiting: int = lane_places.MOST_WAITING) -> None:
        """As many calls under way as there may be."""
        self.places = LanePlaces(most_waiting=most_waiting)
        self.under_way = [await self.places.take(at_most=9) for _ in range(MAX_IN_FLIGHT)]

    async def wait(self, count: int, *, at_most: float = 9.0) -> list[asyncio.Task[Place]]:
        """So many more calls."""
        tasks = [asyncio.create_task(self.places.take(at_most=at_most)) for _ in range(count)]
        await asyncio.sleep(0)
        return tasks

    async def answer(self, count: int, *, every: float) -> None:
        """So many calls end, one after the other."""
        for _ in range(count):
            self.now += every
            self.places.give_back(self.under_way.pop(), ANSWERED)
        for _ in range(5):  # whoever was called up, or sent away, hears of it
            await asyncio.sleep(0)

    async def _wait_for_turn_or_look(self, turns: set[asyncio.Future[Place]], **_: float) -> None:
        told = asyncio.create_task(self._time_to_look.wait())
        await self._wait({*turns, told}, return_when=asyncio.FIRST_COMPLETED)
        told.cancel()

    async def look(self) -> None:
        """Everybody who waits has looked at the line once more."""
        self._time_to_look.set()
        self._time_to_look.clear()
        for _ in range(10):
            await asyncio.sleep(0)


@pytest.fixture
async def lane(monkeypatch: pytest.MonkeyPatch) -> Lane:
    """Every place is taken."""
    found = Lane(monkeypatch)
    await found.fill()
    return found


async def test_a_surge_waits_and_is_served_in_its_order(lane: Lane) -> None:
    """A thousand at once: nobody is sent away by a lane that moves."""
    surge = await lane.wait(1000)
    for served in range(16, 1000, 16):
        await lane.answer(16, every=0.001)
        assert [task.done() for task in surge] == [True] * served + [False] * (1000 - served)
        lane.under_way += [task.result() for task in surge[served - 16 : served]]


async def test_who_will_not_come_to_his_turn_hears_so_soon(lane: Lane) -> None:
    """Ten a second, and only who is called up within five: the first thirty by now, twenty more later."""
    line = await lane.wait(100, at_most=5.0)
    await lane.answer(30, every=0.1)
    assert not any(task.done() for task in line[30:])
    await lane.look()
    sent_away = [task for task in line if task.done() and isinstance(task.exception(), BulkheadFull)]
    assert sent_away == line[50:]
    assert not any(task.done() for task in line[30:50])
    for task in line[30:50]:
        task.cancel()


async def test_nobody_is_sent_away_before_the_line_has_moved_for_a_while(lane: Lane) -> None:
    """A process that begins has other things to do, and a line may become quicker."""
    line = await lane.wait(1000, at_most=1.5)
    lane.now += 0.2
    await lane.answer(20, every=0.0)
    await lane.look()
    assert not any(task.done() for task in line[20:])
    for task in line[20:]:
        task.cancel()


async def test_no_more_wait_than_a_process_can_hold(lane: Lane) -> None:
    """Whoever comes then hears so at once."""
    await lane.fill(most_waiting=10)
    line = await lane.wait(10)
    with pytest.raises(BulkheadFull):
        await lane.places.take(at_most=9)
    for task in line:
        task.cancel()


async def test_a_flood_of_one_client_keeps_no_place_from_another(lane: Lane) -> None:
    """He is called up after one of the flood, and not after all of it."""
    with asking_for(lambda: "flood"):
        flood = await lane.wait(500)
    with asking_for(lambda: "customer"):
        (customer,) = await lane.wait(1)
    await lane.answer(2, every=0.01)
    assert customer.done()
    assert [task.done() for task in flood[:2]] == [True, False]
    for task in flood[1:]:
        task.cancel()


async def test_a_full_line_has_room_for_another_client(lane: Lane) -> None:
    """The last one of the flood hears at once that he waits in vain."""
    await lane.fill(most_waiting=10)
    with asking_for(lambda: "flood"):
        flood = await lane.wait(10)
    with asking_for(lambda: "customer"):
        (customer,) = await lane.wait(1)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert isinstance(flood[-1].exception(), BulkheadFull)
    await lane.answer(2, every=0.01)
    assert customer.done()
    for task in flood[1:]:
        task.cancel()


async def test_a_line_that_was_empty_meanwhile_begins_without_a_past(lane: Lane) -> None:
    """An hour later everything may be different."""
    line = await lane.wait(10)
    await lane.answer(10, every=0.5)
    lane.under_way += [task.result() for task in line]
    lane.now += 3600.0
    again = await lane.wait(500, at_most=1.0)
    await lane.look()
    assert not any(task.done() for task in again)
    for task in again:
        task.cancel()


async def test_who_went_away_leaves_his_place_in_the_line(lane: Lane) -> None:
    """While he waits, and in the moment when it is his turn."""
    first, second, third = await lane.wait(3)
    first.cancel()
    lane.places.give_back(lane.under_way.pop(), ANSWERED)
    second.cancel()
    await asyncio.gather(first, second, return_exceptions=True)
    await asyncio.sleep(0)
    assert await third


async def test_nobody_waits_for_a_part_that_is_left_alone(lane: Lane) -> None:
    """Its silence is told to those in the line, too."""
    line = await lane.wait(LATE_IN_A_ROW + 3)
    for _ in range(LATE_IN_A_ROW):
        lane.places.give_back(lane.under_way.pop(), CallOutcome.LATE)
    outcomes = await asyncio.gather(*line, return_exceptions=True)
    assert [type(each) for each in outcomes] == [Place] * (LATE_IN_A_ROW - 1) + [CircuitOpen] * 4
