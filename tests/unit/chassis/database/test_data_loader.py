"""Who is looked up together, and what befalls those who are."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from chassis.database.data_loader import DataLoader


class LookUps:
    """Finds "found KEY" for each key, when it is told to."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.may_answer = asyncio.Event()
        self.trouble: Exception | None = None

    async def look_up(self, keys: Sequence[str]) -> Mapping[str, str]:
        """As `DataLoader` wants it."""
        self.asked.append(sorted(keys))
        await self.may_answer.wait()
        if self.trouble:
            raise self.trouble
        return {key: f"found {key}" for key in keys}


async def everybody() -> None:
    """Lets every task run until it waits."""
    for _ in range(10):
        await asyncio.sleep(0)


async def loading(loader: DataLoader[str, str], *keys: str) -> list[asyncio.Task[str]]:
    """All of them begin in one turn of the loop."""
    tasks = [asyncio.create_task(loader.load(key)) for key in keys]
    await everybody()
    return tasks


async def test_those_who_ask_in_one_turn_are_looked_up_together() -> None:
    """Each gets his own; two who ask for the same cost one key."""
    look_ups = LookUps()
    tasks = await loading(DataLoader(look_ups.look_up), "taro", "hanako", "taro")
    assert look_ups.asked == [["hanako", "taro"]]
    look_ups.may_answer.set()
    assert await asyncio.gather(*tasks) == ["found taro", "found hanako", "found taro"]


async def test_who_comes_later_waits_for_no_earlier_look_up_and_gets_none_of_its_answers() -> None:
    """What was found before may not be so any more."""
    look_ups = LookUps()
    loader = DataLoader(look_ups.look_up)
    tasks = await loading(loader, "taro")
    tasks += await loading(loader, "taro")
    assert look_ups.asked == [["taro"], ["taro"]]
    look_ups.may_answer.set()
    await asyncio.gather(*tasks)


async def test_trouble_is_everybodys_who_was_looked_up() -> None:
    """And of nobody who comes later."""
    look_ups = LookUps()
    loader = DataLoader(look_ups.look_up)
    tasks = await loading(loader, "taro", "hanako")
    look_ups.trouble = ConnectionError("x")
    look_ups.may_answer.set()
    for task in tasks:
        with pytest.raises(ConnectionError):
            await task
    look_ups.trouble = None
    assert await loader.load("taro") == "found taro"


async def test_who_goes_away_takes_nobody_with_him() -> None:
    """Before the look-up began, he is not in it; later, the others' goes on."""
    look_ups = LookUps()
    loader = DataLoader(look_ups.look_up)
    gone = asyncio.create_task(loader.load("gone"))
    stays = asyncio.create_task(loader.load("stays"))
    await asyncio.sleep(0)
    gone.cancel()
    leaves, stays_too = await loading(loader, "leaves", "stays too")
    assert look_ups.asked[0] == ["stays"]
    leaves.cancel()
    look_ups.may_answer.set()
    assert await asyncio.gather(stays, stays_too) == ["found stays", "found stays too"]
    assert leaves.cancelled()


async def test_nobody_is_looked_up_when_all_went_away() -> None:
    """The database is spared."""
    look_ups = LookUps()
    gone = asyncio.create_task(DataLoader(look_ups.look_up).load("gone"))
    await asyncio.sleep(0)
    gone.cancel()
    await everybody()
    assert look_ups.asked == []
