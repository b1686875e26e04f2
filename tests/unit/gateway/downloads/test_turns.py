"""Downloads take turns."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from chassis.messaging.asking_for import asking_for
from chassis.messaging.rpc_client import TooBusy
from gateway.downloads.turns import Turns


class Visitors:
    """Who comes, works until told to end, and in which order they worked."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.worked: list[str] = []
        self.may_end = asyncio.Event()

    async def come(self, client: str, name: str = "") -> None:
        with asking_for(lambda: client):
            async with self.turns.turn():
                self.worked.append(name or client)
                await self.may_end.wait()

    async def start(self, *clients: str) -> list[asyncio.Task[None]]:
        tasks = []
        for client in clients:
            tasks.append(asyncio.create_task(self.come(client)))
            for _ in range(3):
                await asyncio.sleep(0)
        return tasks


async def test_so_many_work_at_once_and_the_others_after_them() -> None:
    """Never more than two."""
    visitors = Visitors(Turns(at_once=2))
    tasks = await visitors.start(*"abcde")
    assert visitors.worked == ["a", "b"]
    visitors.may_end.set()
    await asyncio.gather(*tasks)
    assert sorted(visitors.worked) == list("abcde")


async def test_a_flood_of_one_client_makes_another_wait_for_one_turn_of_his() -> None:
    """Clients take turns."""
    visitors = Visitors(Turns(at_once=1))
    tasks = await visitors.start("flood", "flood", "flood", "flood", "other")
    visitors.may_end.set()
    await asyncio.gather(*tasks)
    assert visitors.worked.index("other") == 2


async def test_who_is_one_too_many_hears_so_at_once() -> None:
    """And of those who wait, the last of whoever has the most makes room for another client."""
    visitors = Visitors(Turns(at_once=1, most_waiting=2))
    tasks = await visitors.start("flood", "flood", "flood", "flood")
    with pytest.raises(TooBusy):
        await tasks[3]
    tasks += await visitors.start("other")
    with pytest.raises(TooBusy):
        await tasks[2]
    visitors.may_end.set()
    await asyncio.gather(tasks[0], tasks[1], tasks[4])
    assert visitors.worked == ["flood", "flood", "other"]


async def test_whose_turn_does_not_come_in_time_hears_so_and_takes_no_place() -> None:
    """The next one is served."""
    visitors = Visitors(Turns(at_once=1, may_wait=0.01))
    tasks = await visitors.start("a", "b")
    with pytest.raises(TooBusy):
        await tasks[1]
    visitors.may_end.set()
    await tasks[0]
    await visitors.come("c")
    assert visitors.worked == ["a", "c"]


async def test_who_goes_away_takes_no_place_not_even_at_the_moment_of_his_turn() -> None:
    """Waiting, working, or called up just now."""
    turns = Turns(at_once=1)
    visitors = Visitors(turns)
    working, waiting, called = await visitors.start("a", "b", "c")
    waiting.cancel()
    with suppress(asyncio.CancelledError):
        await waiting
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working  # now it is the turn of c, which does not know yet
    called.cancel()
    with suppress(asyncio.CancelledError):
        await called
    visitors.may_end.set()
    await asyncio.wait_for(visitors.come("d"), 5)
    assert visitors.worked[-1] == "d"
