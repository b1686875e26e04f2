"""What an operator does with dead letters: count them, look at them, send them back to work. One connection
per errand.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage, AbstractQueue
from yarl import URL

from chassis.messaging.publisher import PUBLISHER
from chassis.messaging.rabbit.dead_letter import DeadLetter, letter_of
from chassis.messaging.rabbit.link import CLOSE_WITHIN, CONNECT_WITHIN, CONNECTION_TROUBLE, bounded
from chassis.messaging.topology import (
    RETRY_DELAYS,
    SET_ASIDE_MAX_LENGTH,
    SHORTEST_RETRY,
    dead_queue,
    retry_exchange,
)
from chassis.security.trust import believing, trouble_name

_ANSWER_WITHIN = 5.0  # seconds: one question to the broker
_LOOKED_THROUGH = 1000  # letters of each queue
_NEARLY = 0.8  # of the limit


class DeadLettersAway(Exception):
    """The broker is away, or does not let us do this. The text is the class of the trouble alone."""


@dataclass(frozen=True)
class Broker:
    """Where it is, with the operator's user, and whose word it is believed by (None: the system's)."""

    url: str
    ca_file: Path | None = None

    @property
    def user(self) -> str | None:
        """Who logs in."""
        return URL(self.url).user


@dataclass(frozen=True)
class DeadQueue:
    """How many lie in the dead queue of a work queue, and how many of its first thousand died of the delivery
    limit. `oldest` is None when there are none, or another operator has it in hand.
    """

    name: str
    count: int
    over_the_limit: int
    oldest: DeadLetter | None


async def count(broker: Broker, work_queues: Iterable[str]) -> list[DeadQueue]:
    """The dead queue of each work queue. Takes nothing away. Raises DeadLettersAway."""
    found = []
    async with _connected(broker) as connection:
        for work_queue in work_queues:
            async with _channel(connection) as channel:
                queue, lying = await _dead_queue(channel, work_queue)
                letters = await _look_through(
                    queue, work_queue, user=broker.user, at_most=min(lying, _LOOKED_THROUGH)
                )
                over_the_limit = sum(letter.is_over_the_limit for letter in letters)
                found.append(DeadQueue(queue.name, lying, over_the_limit, letters[0] if letters else None))
    return found


async def nearly_full(broker: Broker, work_queues: Iterable[str]) -> dict[str, int]:
    """The dead queues and waiting rooms that are close to their limit, with how many lie there. What they do
    not take stays in hand of the services. Raises DeadLettersAway.
    """
    names = [*map(dead_queue, work_queues), *map(retry_exchange, RETRY_DELAYS)]
    async with _connected(broker) as connection, _channel(connection) as channel:
        counts = {name: await _count(channel, name) for name in names}
    return {name: many for name, many in counts.items() if many >= _NEARLY * SET_ASIDE_MAX_LENGTH}


async def look(broker: Broker, work_queue: str, *, at_most: int) -> list[DeadLetter]:
    """The oldest dead letters. Takes nothing away: they are in our hand for a moment and go back. Raises
    DeadLettersAway.
    """
    async with _connected(broker) as connection, _channel(connection) as channel:
        queue, lying = await _dead_queue(channel, work_queue)
        return await _look_through(queue, work_queue, user=broker.user, at_most=min(lying, at_most))


async def redrive(
    broker: Broker,
    work_queue: str,
    *,
    is_wanted: Callable[[DeadLetter], bool],
    headers: Mapping[str, str | int],
    dry_run: bool,
    moved: Callable[[DeadLetter], None],
) -> None:
    """Sends the wanted letters back to their work queue, where they are after ten seconds; calls `moved`
    after each. A forged one never goes.

    Of every letter the same id, type and body go, with these headers and the name of its first publisher, to
    the shortest waiting room. The broker has confirmed and routed the copy before the letter is acknowledged:
    an end at any moment loses nothing and at worst makes a duplicate, which the inbox eats. Looks at no more
    letters than there were at the start, so what dies again is not moved twice. With `dry_run` only `moved`
    is called. Raises DeadLettersAway; what was moved until then stays moved.
    """
    user = broker.user
    async with _connected(broker) as connection, _channel(connection) as channel:
        queue, lying = await _dead_queue(channel, work_queue)
        # Without `ensure` the broker is asked nothing.
        waiting_room = await channel.get_exchange(retry_exchange(SHORTEST_RETRY), ensure=False)
        for _ in range(lying):
            message = await _take(queue)
            if message is None:
                return
            letter = letter_of(message, work_queue, asked_by=user)
            if not is_wanted(letter) or letter.is_forged:
                continue  # it stays in our hand until the channel closes, or we would be given it again
            if not dry_run:
                said_first = {PUBLISHER: letter.publisher or ""}
                copy = _copy(message, {**headers, **said_first}, user=user)
                await bounded(waiting_room.publish(copy, work_queue, mandatory=True), _ANSWER_WITHIN)
                await bounded(message.ack(), _ANSWER_WITHIN)
            moved(letter)


@asynccontextmanager
async def _connected(broker: Broker) -> AsyncIterator[AbstractConnection]:
    try:
        if not URL(broker.url).host:
            raise ValueError
        call = aio_pika.connect(
            broker.url,
            client_properties={"connection_name": "operator"},
            ssl_context=believing(broker.ca_file) if broker.ca_file else None,
        )
        connection = await bounded(call, CONNECT_WITHIN)
        try:
            yield connection
        finally:
            with suppress(*CONNECTION_TROUBLE):
                await bounded(connection.close(), CLOSE_WITHIN)
    except (*CONNECTION_TROUBLE, ValueError) as error:  # ValueError: that is no address
        raise DeadLettersAway(trouble_name(error)) from None


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


async def _count(channel: AbstractChannel, name: str) -> int:
    """How many are ready in any queue of ours: to ask needs no permission."""
    queue = await bounded(channel.declare_queue(name, passive=True), _ANSWER_WITHIN)
    return queue.declaration_result.message_count or 0


async def _look_through(
    queue: AbstractQueue, work_queue: str, *, user: str | None, at_most: int
) -> list[DeadLetter]:
    """The first letters; they go back when the channel closes."""
    letters: list[DeadLetter] = []
    for _ in range(at_most):
        message = await _take(queue)
        if message is None:
            break
        letters.append(letter_of(message, work_queue, asked_by=user))
    return letters


async def _take(queue: AbstractQueue) -> AbstractIncomingMessage | None:
    """The next one into our hand; None when no more are ready."""
    return await bounded(queue.get(fail=False), _ANSWER_WITHIN)


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
