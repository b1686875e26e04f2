"""Who may download just now: a few at once, the others in turn, client by client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chassis.messaging.asking_for import asked_for
from chassis.messaging.fair_line import FairLine
from chassis.messaging.rpc_client import TooBusy

AT_ONCE = 2  # one asks billing while the press works for the other
MOST_WAITING = 100
MAY_WAIT = 4.0  # seconds


class Turns:
    """Keeps downloads from taking what pages need: a year asks billing a dozen questions. Clients take turns,
    so that a flood of one makes nobody else wait for more than a turn of his.
    """

    def __init__(
        self, *, at_once: int = AT_ONCE, most_waiting: int = MOST_WAITING, may_wait: float = MAY_WAIT
    ) -> None:
        self._free = at_once
        self._most_waiting = most_waiting
        self._may_wait = may_wait
        self._line: FairLine[asyncio.Future[None]] = FairLine()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """For the length of a download. Raises TooBusy when it does not come in time, or so many wait."""
        await self._take()
        try:
            yield
        finally:
            self._free += 1
            self._call_up()

    async def _take(self) -> None:
        if self._free and not self._line:
            self._free -= 1
            return
        client, turn = asked_for(), asyncio.get_running_loop().create_future()
        if len(self._line) >= self._most_waiting:
            self._make_room(client)
        self._line.join(client, turn)
        try:
            await asyncio.wait({turn}, timeout=self._may_wait)
        except asyncio.CancelledError:
            self._withdraw(client, turn)
            raise
        if not turn.done():
            self._line.leave(client, turn)
            raise TooBusy("downloads")
        turn.result()

    def _make_room(self, client: str) -> None:
        last = self._line.make_room(client)
        if last is None:
            raise TooBusy("downloads")
        last.set_exception(TooBusy("downloads"))

    def _withdraw(self, client: str, turn: asyncio.Future[None]) -> None:
        """He went away, maybe at the very moment of his turn: then it is the next one's."""
        if not turn.done():
            self._line.leave(client, turn)
        elif turn.exception() is None:
            self._free += 1
            self._call_up()

    def _call_up(self) -> None:
        while self._free and self._line:
            self._free -= 1
            self._line.next().set_result(None)
