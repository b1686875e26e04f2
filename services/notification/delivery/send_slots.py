"""One after the other, unless somebody takes too long (ADR 0019)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

SLOT_AT_MOST = 0.5  # seconds: a relay that takes longer for its 250 holds up nobody else's mail


class SendSlot:
    """The turn of one mail at the final dot."""

    def __init__(self, patience: asyncio.TimerHandle) -> None:
        self._patience = patience

    def keep(self) -> None:
        """The relay has answered: from now on the slot is kept until the end is stored, however long the
        database is away. The next mail would only be one more to be doubled by a crash.
        """
        self._patience.cancel()


class SendSlots:
    """At most one holder of the slot at a time. After `at_most` seconds without the relay's answer the next
    one may begin, although the one before has not ended.
    """

    def __init__(self, at_most: float) -> None:
        self._at_most = at_most
        self._taken = asyncio.Lock()

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[SendSlot]:
        """Waits for the slot and has it for the block."""
        await self._taken.acquire()
        is_mine = True

        def pass_on() -> None:
            nonlocal is_mine
            if is_mine:
                is_mine = False
                self._taken.release()

        patience = asyncio.get_running_loop().call_later(self._at_most, pass_on)
        try:
            yield SendSlot(patience)
        finally:
            patience.cancel()
            pass_on()
