"""Looks several keys up in one statement (the DataLoader pattern, ADR 0044)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Generic, TypeVar

Key = TypeVar("Key")
Found = TypeVar("Found")


class DataLoader(Generic[Key, Found]):
    """Those who ask in the same turn of the event loop are answered by one look-up. No timer and no memory:
    who comes alone never waits, and nobody is told what was found for somebody who came before.
    """

    def __init__(self, look_up: Callable[[Sequence[Key]], Awaitable[Mapping[Key, Found]]]) -> None:
        """`look_up` finds something for each of the keys, of which none comes twice."""
        self._look_up = look_up
        self._asked: list[tuple[Key, asyncio.Future[Found]]] = []
        self._under_way: set[asyncio.Task[None]] = set()

    async def load(self, key: Key) -> Found:
        """What was found for the key. Raises what the look-up raises; it goes on for the others if this one
        is cancelled.
        """
        loop = asyncio.get_running_loop()
        if not self._asked:
            loop.call_soon(self._start)
        found: asyncio.Future[Found] = loop.create_future()
        self._asked.append((key, found))
        return await found

    def _start(self) -> None:
        asked, self._asked = self._asked, []
        task = asyncio.create_task(self._answer(asked))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _answer(self, asked: Sequence[tuple[Key, asyncio.Future[Found]]]) -> None:
        waiting = [(key, found) for key, found in asked if not found.done()]
        if not waiting:
            return
        try:
            answers = await self._look_up(list({key for key, _ in waiting}))
        except Exception as error:
            for _, found in waiting:
                if not found.done():
                    found.set_exception(error)
            return
        for key, found in waiting:
            if not found.done():
                found.set_result(answers[key])
