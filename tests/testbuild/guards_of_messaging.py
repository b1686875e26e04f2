"""The guards of messaging, taken out."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from functools import wraps
from typing import Any

from testbuild.patching import replace_in


async def _nothing() -> None:
    return None


def inbox(module: Any) -> None:
    """Every delivery counts as the first one; the entry is made all the same, so that only real repetitions
    do harm.
    """
    original = module.is_first_delivery

    async def always(tx: Any, *, consumer: str, message_id: str) -> bool:
        await original(tx, consumer=consumer, message_id=message_id)
        return True

    module.is_first_delivery = always


def ack_before_commit(module: Any) -> None:
    """An event is acknowledged first and handled afterwards."""
    original = module.Dispatch._handle

    async def acks_first(self: Any, delivery: Any) -> None:
        await delivery.ack()
        await original(self, replace(delivery, ack=_nothing, requeue=_nothing))

    module.Dispatch._handle = acks_first


def delete_before_confirm(module: Any) -> None:
    """The relay deletes its rows and commits, and publishes afterwards."""

    async def deletes_first(self: Any) -> int:
        async with self._outbox.database.transaction() as tx:
            rows = await module._due_rows(tx, ())
            if not rows:
                return 0
            await tx.execute("DELETE FROM outbox WHERE id = ANY($1::bigint[])", [row["id"] for row in rows])
        module.reach("relay.before_publish")
        await asyncio.gather(*(self._publish(row) for row in rows))
        module.reach("relay.after_confirm")
        return len(rows)

    module.Relay.relay_once = deletes_first


def mandatory(module: Any) -> None:
    """What no queue wants counts as published."""
    original = module.RabbitBus.publish

    @wraps(original)
    async def publish(self: Any, message: Any, *, within: float) -> None:
        await original(self, replace(message, mandatory=False), within=within)

    module.RabbitBus.publish = publish


def confirms(module: Any) -> None:
    """A publish that the broker has not answered counts as confirmed; its no, a message returned or refused,
    is still heard.
    """
    original = module.RabbitBus.publish

    @wraps(original)
    async def publish(self: Any, message: Any, *, within: float) -> None:
        with suppress(module.Unknown):
            await original(self, message, within=within)

    module.RabbitBus.publish = publish


def fresh_channel(module: Any) -> None:
    """The channel for publishes is kept after trouble, as long as it is open."""

    def keep(self: Any, channel: Any, *, nacked: bool) -> None:
        return None

    replace_in(module.PublishChannels, "retire", keep)


def sender_check(module: Any) -> None:
    """Consumers believe any publisher."""
    module.RabbitBus.names_senders = property(lambda self: False)


def block_check(module: Any) -> None:
    """Publishes are made whether the broker takes any or not."""

    async def never(connection: Any) -> bool:
        return False

    replace_in(module, "is_blocked", never)


def turns(module: Any) -> None:
    """All who wait are one client: first come, first served."""
    for name in ("join", "leave", "turns_until"):
        original = getattr(module.FairLine, name)

        def of_everybody(self: Any, client: str, item: Any, *, _original: Any = original) -> Any:
            return _original(self, "everybody", item)

        setattr(module.FairLine, name, of_everybody)


def queue_time(module: Any) -> None:
    """A request has its whole time from when it is taken up, however long it waited."""
    replace_in(module.QueueTime, "of", lambda self, caller, sent_at, now: 0.0)


def breaker(module: Any) -> None:
    """Calls are made whether the other side answers or not, and however many are under way."""

    def enter(self: Any, now: float) -> Any:
        self._in_flight += 1
        return module.Place(now, False)

    replace_in(module.Breaker, "enter", enter)


def cancel_noticed(module: Any) -> None:
    """Nobody listens when the broker ends a subscription because its queue was deleted."""
    original = module.RabbitConsumer._consume

    async def consume(self: Any, connection: Any) -> None:
        await original(self, connection)
        (await self._channel.get_underlay_channel()).on_consumer_cancel_callbacks.clear()

    module.RabbitConsumer._consume = consume


def poison(module: Any) -> None:
    """What can never be handled goes up the retry ladder like a passing fault."""
    original = module.SettingAside.bury

    async def tries_again(self: Any, delivery: Any, error: str) -> None:
        climbs = (
            module.attempt_of(delivery.message) <= len(module.RETRY_STEPS)
            and module.key_of(delivery.message) is not None
        )
        await (self.retry if climbs else lambda *arguments: original(self, *arguments))(delivery, error)

    module.SettingAside.bury = tries_again


def patience(module: Any) -> None:
    """While its own database is away an event uses up its attempts."""

    async def at_once(self: Any, message: Any) -> bool:
        await self._run(message)
        return True

    replace_in(module.Dispatch, "_run_patiently", at_once)


_started: list[asyncio.Task[None]] = []


def callback_start(module: Any) -> None:
    """Remembers what a delivery started, for `callback_wait`."""
    original = module.Dispatch._start

    def start(self: Any, work: Any) -> None:
        known = set(self._tasks)
        original(self, work)
        _started.extend(self._tasks - known)

    module.Dispatch._start = start


def callback_wait(module: Any) -> None:
    """Handlers belong to the library's callback task: a connection that is lost cancels them."""
    original = module.RabbitConsumer._on_message

    async def on_message(self: Any, message: Any) -> None:
        await original(self, message)
        own = list(_started)
        _started.clear()
        await asyncio.gather(*own, return_exceptions=False)

    module.RabbitConsumer._on_message = on_message
