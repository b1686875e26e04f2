"""Says over the broker which keys this process has and uses, and hears what the others say (ADR 0048)."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Protocol

from pydantic import ValidationError

from chassis.messaging.bus import Consumer, Deliver, Delivery, NotPublished
from chassis.messaging.message import Incoming, Outgoing
from chassis.messaging.parsing import MAX_BODY
from chassis.messaging.topology import KEYS, Queue, keys_queue
from chassis.process.clock import monotonic
from chassis.process.logger import Logger
from chassis.process.loops import run_for_ever
from chassis.process.metrics import KEY_MISMATCHES
from chassis.security.key_agreement import KeyAgreement, KeyStatement
from chassis.security.sealing import Sealer, Unsealer
from chassis.security.signing import Signer, Verifier
from chassis.security.tokens import new_key

_log = Logger()

STATED = "keys"  # the type of such a message
STATED_EVERY = 60.0  # seconds
_REMEMBERS = 3.5 * STATED_EVERY
_FIRST_ANSWERS_WITHIN = 0.7  # seconds: whoever has said nothing by then is not there, or of an older release
_LISTENS_WITHIN = 3.0  # seconds, once the broker is there
_AT_MOST_EVERY = 0.2  # seconds, however many ask
_LOOKS_FOR_THE_BUS_EVERY = 0.05  # seconds
_CONFIRMED_WITHIN = 5.0  # seconds


def statement_of_keys(
    component: str,
    *,
    opens: Unsealer | None = None,
    signs: Signer | None = None,
    seals: tuple[Sealer, Iterable[str]] | None = None,
    believes: tuple[Verifier, Iterable[str]] | None = None,
) -> KeyStatement:
    """What this process has to say of the keys that it works with: its own, and those of the recipients for
    whom it seals and of the signers whom it believes.
    """
    sealer, recipients = seals or (None, ())
    verifier, signers = believes or (None, ())
    return KeyStatement(
        component=component,
        instance=new_key().hex,
        opens=opens.key_ids if opens else (),
        signs=(signs.key_id,) if signs else (),
        seals_for={each: sealer.key_id(each) for each in recipients} if sealer else {},
        believes={each: verifier.key_id(each) for each in signers} if verifier else {},
    )


class ListeningBus(Protocol):
    """A bus with senders that the broker has verified, or that says that it has none."""

    @property
    def names_senders(self) -> bool:
        """See `Bus.names_senders`."""

    def is_up(self) -> bool:
        """See `Bus.is_up`."""

    async def publish(self, message: Outgoing, *, within: float) -> None:
        """See `Bus.publish`."""

    async def consume(
        self,
        queue: Queue,
        deliver: Deliver,
        *,
        at_most: int,
        on_lost: Callable[[], None] | None = None,
        needed: bool = True,
    ) -> Consumer:
        """See `Bus.consume`; one that is not needed is no reason not to be ready."""


class KeyProofs:
    """The keys of one process beside those of all others that can be heard.

    A broker whose definitions know of no such statements proves nothing and keeps nobody from working.
    """

    def __init__(self, bus: ListeningBus, own: KeyStatement) -> None:
        self._bus = bus
        self._agreement = KeyAgreement(own, remembers=_REMEMBERS)
        self._asked_by_others = asyncio.Event()
        self._settled_at: float | None = None
        self._said = ""
        self._task: asyncio.Task[None] | None = None
        self._acks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Returns at once."""
        self._task = run_for_ever(self._keep_stating(), name="keys")

    async def stop(self) -> None:
        """Says and hears nothing more."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def problem(self) -> str | None:
        """For the readiness page: keys that never fitted, and for a moment that nobody has answered yet."""
        if wrong := self._agreement.wrong_from_the_start():
            return "; ".join(map(str, wrong))
        if self._waits_for_answers() and (owners := self._agreement.not_heard_of()):
            return f"has not heard yet which keys they have: {', '.join(owners)}"
        return None

    def _waits_for_answers(self) -> bool:
        """Not while there is no broker, of which others speak."""
        if self._settled_at is None:
            return self._bus.is_up()
        return monotonic() < self._settled_at

    async def _keep_stating(self) -> None:
        while True:
            if not self._bus.is_up():
                await asyncio.sleep(_LOOKS_FOR_THE_BUS_EVERY)
                continue
            lost = asyncio.Event()
            try:
                async with asyncio.timeout(_LISTENS_WITHIN):
                    consumer = await self._listen(lost)
            except TimeoutError:
                self._settled_at = monotonic()
                _log.warning("keys.unproved", exchange=KEYS)
                await asyncio.sleep(STATED_EVERY)
                continue
            try:
                await self._state_until(lost)
            finally:
                await consumer.cancel()

    async def _listen(self, lost: asyncio.Event) -> Consumer:
        """Each time in a queue of a new name, as with replies."""
        queue = keys_queue(self._agreement.own.component, new_key().hex[-12:])
        return await self._bus.consume(queue, self._deliver, at_most=100, on_lost=lost.set, needed=False)

    async def _state_until(self, lost: asyncio.Event) -> None:
        await self._state(asks=True)
        if self._settled_at is None:
            self._settled_at = monotonic() + _FIRST_ANSWERS_WITHIN
        while not lost.is_set():
            await asyncio.sleep(_AT_MOST_EVERY)
            waits = [asyncio.ensure_future(each.wait()) for each in (lost, self._asked_by_others)]
            try:
                pause = STATED_EVERY * random.uniform(0.8, 1.2)  # noqa: S311 - jitter is no secret
                await asyncio.wait(waits, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for each in waits:
                    each.cancel()
            self._asked_by_others.clear()
            await self._state(asks=False)

    async def _state(self, *, asks: bool) -> None:
        said = self._agreement.own.model_copy(update={"asks": asks})
        body = said.model_dump_json().encode()
        message = Outgoing(KEYS, "", STATED, new_key(), body, expires_in=STATED_EVERY, mandatory=False)
        with suppress(NotPublished):
            await self._bus.publish(message, within=_CONFIRMED_WITHIN)

    def _deliver(self, delivery: Delivery) -> None:
        acking = asyncio.ensure_future(delivery.ack())
        self._acks.add(acking)
        acking.add_done_callback(self._acks.discard)
        said = self._read(delivery.message)
        own = self._agreement.own
        if said is None or (said.component, said.instance) == (own.component, own.instance):
            return
        if said.asks:
            self._asked_by_others.set()
        self._agreement.hear(said, at=monotonic())
        self._tell_mismatches(said)

    def _read(self, message: Incoming) -> KeyStatement | None:
        """None for what is no statement, or not of the component that it names."""
        try:
            if message.type != STATED or len(message.body) > MAX_BODY:
                return None
            said = KeyStatement.model_validate_json(message.body)
        except ValidationError:
            return None
        if self._bus.names_senders and message.sender != said.component:
            _log.error("keys.forged", sender=message.sender)
            return None
        return said

    def _tell_mismatches(self, said: KeyStatement) -> None:
        """Once for each change."""
        ours = self._agreement.mismatches()
        KEY_MISMATCHES.set(len(ours))
        lines = "; ".join(map(str, ours))
        if lines != self._said:
            self._said = lines
            if ours:
                _log.error("keys.mismatch", problem=lines)
            else:
                _log.info("keys.fit")
        for wrong in self._agreement.used_wrongly_by(said) if said.asks else ():
            _log.warning("keys.used_wrongly", by=said.component, problem=str(wrong))
