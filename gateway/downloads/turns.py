"""Who may download just now: a few at once, the others in turn, client by client."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from chassis.messaging.breaker import BulkheadFull
from chassis.messaging.rpc_client import TooBusy
from chassis.messaging.waiting_line import WaitingLine

AT_ONCE = 2  # one asks billing while the press works for the other
MOST_WAITING = 100
MAY_WAIT = 4.0  # seconds


class Turns:
    """Keeps downloads from taking what pages need: a year asks billing a dozen questions."""

    def __init__(
        self, *, at_once: int = AT_ONCE, most_waiting: int = MOST_WAITING, may_wait: float = MAY_WAIT
    ) -> None:
        self._free = at_once
        self._may_wait = may_wait
        self._line: WaitingLine[None] = WaitingLine(at_most=most_waiting, put_back=self._give_back)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """For the length of a download. Raises TooBusy when it does not come in time, or so many wait."""
        if self._free and not self._line:
            self._free -= 1
        else:
            try:
                await self._line.wait(within=self._may_wait)
            except BulkheadFull:
                raise TooBusy("downloads") from None
        try:
            yield
        finally:
            self._give_back(None)

    def _give_back(self, place: None) -> None:
        if self._line:
            self._line.next().set_result(None)
        else:
            self._free += 1


TURNS = web.AppKey("download_turns", Turns)
