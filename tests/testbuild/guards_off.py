"""Each guard of the product, and how the test build takes it out. The fault suite must turn red then, or it proves nothing (D12)."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import wraps
from typing import Any


async def _nothing() -> None:
    return None


class _Rewritten:
    """A transaction that changes a piece of every statement. Raises LookupError for a statement without it: the guard has moved."""

    def __init__(self, tx: Any, old: str, new: str) -> None:
        self._tx, self._old, self._new = tx, old, new

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._tx, name)

        def run(statement: str, *values: Any) -> Any:
            if self._old not in statement:
                raise LookupError(f"the test build finds no {self._old!r} in this statement any more")
            return method(statement.replace(self._old, self._new), *values)

        return run


def inbox(module: Any) -> None:
    """Every delivery counts as the first one; the entry is made all the same, so that only real repetitions do harm."""
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
        await original(self, replace(delivery, ack=_nothing, dead_letter=_nothing, requeue=_nothing))

    module.Dispatch._handle = acks_first


def delete_before_confirm(module: Any) -> None:
    """The relay deletes its rows and commits, and publishes afterwards."""

    async def deletes_first(self: Any) -> int:
        async with self._outbox.database.transaction() as tx:
            rows = await module._due_rows(tx)
            if not rows:
                return 0
            await tx.execute("DELETE FROM outbox WHERE id = ANY($1::bigint[])", [row["id"] for row in rows])
        module.reach("relay.before_publish")
        await asyncio.gather(*(self._publish(row) for row in rows))
        module.reach("relay.after_confirm")
        return len(rows)

    module.Relay.relay_once = deletes_first


def _published_with(**changed: Any) -> Callable[[Any], None]:
    def change(module: Any) -> None:
        original = module.RabbitBus.publish

        @wraps(original)
        async def publish(self: Any, message: Any, *, within: float) -> None:
            await original(self, replace(message, **changed), within=within)

        module.RabbitBus.publish = publish

    return change


def confirms(module: Any) -> None:
    """A publish that the broker has not answered counts as confirmed; its no, a message returned or refused, is still heard."""
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

    _replace(module.PublishChannels, "retire", keep)


def mail_lease(module: Any) -> None:
    """A mail that somebody is sending is taken all the same."""
    original = module.Mails.claim_one

    async def claim_any(self: Any, **_: Any) -> Any:
        return await original(module.Mails(_Rewritten(self._tx, "lease_until <= now()", "true")))

    module.Mails.claim_one = claim_any


def end_retry(module: Any) -> None:
    """A mail's end is stored at the first try, or not at all."""

    async def once(service: Any, mail: Any, state: str, event: Any) -> None:
        async with service.database.transaction() as tx:
            if await module.Mails(tx).end(mail.mail_key, attempt=mail.attempts, state=state) and mail.kind is module.MailKind.ACTIVATION:
                await service.outbox.add(tx, event)

    _replace(module, "_end", once)


def expire(module: Any) -> None:
    """A connection to a server that takes no writes stays in the pool."""

    async def keep(self: Any) -> None:
        return None

    _replace(module.asyncpg.Pool, "expire_connections", keep)


def side_by_side(module: Any) -> None:
    """Mails leave one after the other."""
    _replace(module, "AT_ONCE", 1)


def sender_check(module: Any) -> None:
    """Consumers believe any publisher."""
    module.RabbitBus.names_senders = property(lambda self: False)


def block_check(module: Any) -> None:
    """Publishes are made whether the broker takes any or not."""

    async def never(connection: Any) -> bool:
        return False

    _replace(module, "is_blocked", never)


def breaker(module: Any) -> None:
    """Calls are made whether the other side answers or not, and however many are under way."""

    def enter(self: Any, now: float) -> bool:
        self._under_way += 1
        return False

    _replace(module.Breaker, "enter", enter)


def clamp(module: Any) -> None:
    """Registration believes any clock: the mail was sent when notification says so."""
    original = module.ProvisionalAccount.with_mail_sent

    def believes(self: Any, sent_at: Any, now: Any) -> Any:
        changed = original(self, sent_at, now)
        return changed if changed is self else replace(changed, mail_sent_at=sent_at)

    module.ProvisionalAccount.with_mail_sent = believes


def one_clock(module: Any) -> None:
    """Signed statements are judged by the clock of whoever reads them, and not by the database's."""
    original = module.Verifier.verify

    @wraps(original)
    def verify(self: Any, *arguments: Any, now: Any, **options: Any) -> Any:
        from chassis.clock import SystemClock

        return original(self, *arguments, now=SystemClock().now(), **options)

    module.Verifier.verify = verify


def cancel_noticed(module: Any) -> None:
    """Nobody listens when the broker ends a subscription because its queue was deleted."""
    original = module.RabbitConsumer._consume

    async def consume(self: Any, connection: Any) -> None:
        await original(self, connection)
        (await self._channel.get_underlay_channel()).on_consumer_cancel_callbacks.clear()

    module.RabbitConsumer._consume = consume


def redriver(module: Any) -> None:
    """Identity is told of an activation once and never again."""

    async def rests(service: Any) -> None:
        return None

    _replace(module, "redrive", rests)


def drain(module: Any) -> None:
    """SIGTERM ends the process at once, whatever it has in hand."""

    async def until_killed() -> None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, os._exit, 0)
        await asyncio.Event().wait()

    _replace(module, "until_stopped", until_killed)


def row_lock(module: Any) -> None:
    """A registration's row is read without locking it, and two registrations of one contract do not wait for each other."""
    original = module.lock

    async def lock(tx: Any, registration_key: Any) -> Any:
        return await original(_Rewritten(tx, " FOR UPDATE", ""), registration_key)

    async def lock_contract(tx: Any, contract_key: Any) -> None:
        return None

    _replace(module, "lock", lock)
    _replace(module, "lock_contract", lock_contract)


def poison(module: Any) -> None:
    """What can never be handled goes up the retry ladder like a passing fault."""
    original = module.Dispatch._bury

    async def tries_again(self: Any, delivery: Any, error: str) -> None:
        climbs = module._attempt(delivery.message) <= len(module.LADDER) and module.key_of(delivery.message) is not None
        await (self._retry if climbs else lambda *arguments: original(self, *arguments))(delivery, error)

    module.Dispatch._bury = tries_again


def patience(module: Any) -> None:
    """While its own database is away an event uses up its attempts."""

    async def at_once(self: Any, message: Any) -> bool:
        await self._run(message)
        return True

    _replace(module.Dispatch, "_run_patiently", at_once)


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


def _replace(owner: Any, name: str, new: Any) -> None:
    """Raises AttributeError for a name that is gone: a guard that has moved must not silently stay on."""
    getattr(owner, name)
    setattr(owner, name, new)


_DISPATCH, _PUBLISHING = "chassis.dispatch", "chassis.rabbit.publishing"

GUARDS: dict[str, list[tuple[str, Callable[[Any], None]]]] = {
    "ack_before_commit": [(_DISPATCH, ack_before_commit)],
    "block_check": [("chassis.rabbit.link", block_check)],
    "breaker": [("chassis.breaker", breaker)],
    "callback_task": [(_DISPATCH, callback_start), ("chassis.rabbit.consuming", callback_wait)],
    "cancel_noticed": [("chassis.rabbit.consuming", cancel_noticed)],
    "clamp": [("services.registration.domain", clamp)],
    "confirms": [(_PUBLISHING, confirms)],
    "delete_before_confirm": [("chassis.outbox", delete_before_confirm)],
    "drain": [("chassis.runner", drain)],
    "fresh_channel": [("chassis.rabbit.channels", fresh_channel)],
    "end_retry": [("services.notification.handlers", end_retry)],
    "expire": [("chassis.db", expire)],
    "inbox": [("chassis.inbox", inbox)],
    "mail_lease": [("services.notification.repository", mail_lease)],
    "mandatory": [(_PUBLISHING, _published_with(mandatory=False))],
    "one_clock": [("chassis.signing", one_clock)],
    "patience": [(_DISPATCH, patience)],
    "poison": [(_DISPATCH, poison)],
    "redriver": [("services.registration.reactions", redriver)],
    "row_lock": [("services.registration.repository", row_lock)],
    "side_by_side": [("services.notification.handlers", side_by_side)],
    "sender_check": [(_PUBLISHING, sender_check)],
}
"""What may stand in TESTBUILD_GUARD_OFF: a name, and what is changed in which module."""
