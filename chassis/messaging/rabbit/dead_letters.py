"""What an operator does with dead letters: count them, look at them, send them back to work. One connection
per errand.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage, AbstractQueue
from yarl import URL

from chassis.messaging.rabbit.link import CLOSE_WITHIN, CONNECT_WITHIN, CONNECTION_TROUBLE, bounded
from chassis.messaging.topology import SHORTEST_RETRY, dead_queue, retry_exchange

_ANSWER_WITHIN = 5.0  # seconds: one question to the broker


class DeadLettersAway(Exception):
    """The broker is away, or does not let us do this. The text is the class of the trouble alone."""


@dataclass(frozen=True)
class DeadLetter:
    """A message that could not be handled, as it lies there. Anything in it may be somebody's secret."""

    message_id: str = field(repr=False)
    type: str = field(repr=False)
    sender: str | None
    headers: Mapping[str, str | int] = field(repr=False)
    died_at: datetime | None  # where the broker noted it
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class DeadQueue:
    """How many lie in the dead queue of a work queue. `oldest` is None when there are none, or another
    operator has it in hand.
    """

    name: str
    count: int
    oldest: DeadLetter | None


async def count(url: str, work_queues: Iterable[str]) -> list[DeadQueue]:
    """The dead queue of each work queue. Takes nothing away. Raises DeadLettersAway."""
    found = []
    async with _broker(url) as connection:
        for work_queue in work_queues:
            async with _channel(connection) as channel:
                queue, lying = await _dead_queue(channel, work_queue)
                first = await _take(queue) if lying else None
                found.append(DeadQueue(queue.name, lying, _letter(first, work_queue) if first else None))
    return found


async def look(url: str, work_queue: str, *, at_most: int) -> list[DeadLetter]:
    """The oldest dead letters. Takes nothing away: they are in our hand for a moment and go back. Raises
    DeadLettersAway.
    """
    letters: list[DeadLetter] = []
    async with _broker(url) as connection, _channel(connection) as channel:
        queue, lying = await _dead_queue(channel, work_queue)
        for _ in range(min(lying, at_most)):
            message = await _take(queue)
            if message is None:
                break
            letters.append(_letter(message, work_queue))
    return letters


async def redrive(
    url: str,
    work_queue: str,
    *,
    is_wanted: Callable[[DeadLetter], bool],
    headers: Mapping[str, str | int],
    dry_run: bool,
    moved: Callable[[DeadLetter], None],
) -> None:
    """Sends the wanted letters back to their work queue, where they are after ten seconds; calls `moved`
    after each.

    Of every letter the same id, type and body go, with these headers, to the shortest waiting room. The
    broker has confirmed and routed the copy before the letter is acknowledged: an end at any moment loses
    nothing and at worst makes a duplicate, which the inbox eats. Looks at no more letters than there were at
    the start, so what dies again is not moved twice. With `dry_run` only `moved` is called. Raises
    DeadLettersAway; what was moved until then stays moved.
    """
    async with _broker(url) as connection, _channel(connection) as channel:
        queue, lying = await _dead_queue(channel, work_queue)
        # Without `ensure` the broker is asked nothing.
        waiting_room = await channel.get_exchange(retry_exchange(SHORTEST_RETRY), ensure=False)
        for _ in range(lying):
            message = await _take(queue)
            if message is None:
                return
            letter = _letter(message, work_queue)
            if not is_wanted(letter):
                continue  # it stays in our hand until the channel closes, or we would be given it again
            if not dry_run:
                copy = _copy(message, headers, user=URL(url).user)
                await bounded(waiting_room.publish(copy, work_queue, mandatory=True), _ANSWER_WITHIN)
                await bounded(message.ack(), _ANSWER_WITHIN)
            moved(letter)


@asynccontextmanager
async def _broker(url: str) -> AsyncIterator[AbstractConnection]:
    try:
        if not URL(url).host:
            raise ValueError
        connection = await bounded(
            aio_pika.connect(url, client_properties={"connection_name": "operator"}), CONNECT_WITHIN
        )
        try:
            yield connection
        finally:
            with suppress(*CONNECTION_TROUBLE):
                await bounded(connection.close(), CLOSE_WITHIN)
    except (*CONNECTION_TROUBLE, ValueError) as error:  # ValueError: that is no address
        raise DeadLettersAway(type(error).__name__) from None


@asynccontextmanager
async def _channel(connection: AbstractConnection) -> AsyncIterator[AbstractChannel]:
    """A channel with confirms. When it closes, the broker puts back what was taken and not acknowledged."""

    async def opened() -> AbstractChannel:
        return await connection.channel(publisher_confirms=True, on_return_raises=True)

    async def closed() -> None:
        await channel.close()

    channel = await bounded(opened(), _ANSWER_WITHIN)
    try:
        yield channel
    finally:
        with suppress(*CONNECTION_TROUBLE):
            await bounded(closed(), CLOSE_WITHIN)


async def _dead_queue(channel: AbstractChannel, work_queue: str) -> tuple[AbstractQueue, int]:
    """The dead queue and how many lie there. It must exist: the definitions made it."""
    queue = await bounded(channel.declare_queue(dead_queue(work_queue), passive=True), _ANSWER_WITHIN)
    return queue, queue.declaration_result.message_count or 0


async def _take(queue: AbstractQueue) -> AbstractIncomingMessage | None:
    """The next one into our hand; None when no more are ready."""
    return await bounded(queue.get(fail=False), _ANSWER_WITHIN)


def _letter(message: AbstractIncomingMessage, work_queue: str) -> DeadLetter:
    return DeadLetter(
        message_id=message.message_id or "",
        type=message.type or "",
        sender=message.user_id,
        headers={key: value for key, value in message.headers.items() if isinstance(value, str | int)},
        died_at=_died_at(message, work_queue),
        body=message.body,
    )


def _died_at(message: AbstractIncomingMessage, work_queue: str) -> datetime | None:
    """The broker's note of the last death in that queue; the waiting rooms' notes beside it tell of retries
    only.
    """
    noted: Any = message.headers.get("x-death")
    for death in noted if isinstance(noted, list) else ():
        if (
            isinstance(death, dict)
            and death.get("queue") == work_queue
            and isinstance(death.get("time"), datetime)
        ):
            at: datetime = death["time"]
            return at if at.tzinfo else at.replace(tzinfo=UTC)
    return None


def _copy(
    message: AbstractIncomingMessage, headers: Mapping[str, str | int], *, user: str | None
) -> aio_pika.Message:
    return aio_pika.Message(
        message.body,
        content_type=message.content_type,
        type=message.type,
        message_id=message.message_id,
        headers=dict(headers),
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        user_id=user,
    )
