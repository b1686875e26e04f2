"""The channel that publishes go over. After trouble a fresh one takes its place, and those still under way on
the old one end in peace.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from aio_pika.abc import AbstractChannel

from chassis.messaging.rabbit.link import CLOSE_WITHIN, CONNECTION_TROUBLE, Link, bounded, is_blocked
from chassis.process.clock import monotonic

KEPT_AFTER_A_NACK_FOR = 1.0  # seconds: a full queue must not cost a channel for each message


class PublishChannel:
    """One channel with confirms. Once retired it closes when the last publish on it has ended."""

    def __init__(self, channel: AbstractChannel) -> None:
        self.channel = channel
        self.opened_at = monotonic()
        self._under_way = 0
        self._retired = False
        self._closing: asyncio.Task[None] | None = None

    @contextmanager
    def in_use(self) -> Iterator[AbstractChannel]:
        """For the time of one publish."""
        self._under_way += 1
        try:
            yield self.channel
        finally:
            self._under_way -= 1
            self._close_if_over()

    def retire(self) -> None:
        """No more publishes are to begin on it."""
        self._retired = True
        self._close_if_over()

    def _close_if_over(self) -> None:
        if self._retired and not self._under_way and self._closing is None:
            self._closing = asyncio.create_task(self._close())

    async def _close(self) -> None:
        with suppress(*CONNECTION_TROUBLE):
            await bounded(self.channel.close(), CLOSE_WITHIN)


class PublishChannels:
    """Hands out the channel of the day."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._current: PublishChannel | None = None
        self._opening = asyncio.Lock()

    async def take(self) -> PublishChannel:
        """A channel to publish on. Raises ConnectionError while there is no connection, or the broker takes
        nothing over it.
        """
        async with self._opening:
            connection = self._link.connection
            if connection is None or await is_blocked(connection):
                raise ConnectionError
            if self._current is None or self._current.channel.is_closed:
                self._current = PublishChannel(
                    await connection.channel(publisher_confirms=True, on_return_raises=True)
                )
            return self._current

    def retire(self, channel: PublishChannel, *, nacked: bool) -> None:
        """After trouble: some brokers refuse a channel for good after one bad publish (ADR 0001)."""
        if nacked and monotonic() - channel.opened_at < KEPT_AFTER_A_NACK_FOR:
            return
        if self._current is channel:
            self._current = None
        channel.retire()
