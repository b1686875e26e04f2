"""Which envelopes leave together, and what befalls them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from uuid import uuid4

import pytest

from chassis.messaging.bus import BusDown, Rejected, Unknown, Unroutable
from chassis.messaging.message import Outgoing
from chassis.messaging.shared_messages import MOST_BYTES, SHARED
from chassis.messaging.sharing import ENOUGH, SharingPublisher


class SlowBus:
    """Confirms a message when it is told to."""

    def __init__(self) -> None:
        self.on_the_way: list[tuple[Outgoing, asyncio.Future[None]]] = []
        self.sent: list[Outgoing] = []

    async def publish(self, message: Outgoing, *, within: float) -> None:
        """See `Bus.publish`."""
        confirmed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.sent.append(message)
        self.on_the_way.append((message, confirmed))
        await confirmed

    async def confirm(self, trouble: Exception | None = None) -> None:
        """The oldest one; then lets everybody go on."""
        _, confirmed = self.on_the_way.pop(0)
        if trouble:
            confirmed.set_exception(trouble)
        elif not confirmed.done():
            confirmed.set_result(None)
        await everybody()


class Told:
    """What was said to leave together."""

    def __init__(self) -> None:
        self.shared: list[list[Outgoing]] = []

    def note(self, message: Outgoing, envelopes: Sequence[Outgoing]) -> None:
        """One more shared message."""
        assert message.type == SHARED
        self.shared.append(list(envelopes))


async def everybody() -> None:
    """Lets every task run until it waits."""
    for _ in range(10):
        await asyncio.sleep(0)


def an_envelope(way: str = "billing.rpc", body: bytes = b"{}") -> Outgoing:
    """A request."""
    return Outgoing("billing.rpc", way, "billing.list_charges.v1", uuid4(), body, reply_to="gateway.reply.1")


def sharing() -> tuple[SlowBus, Told, SharingPublisher]:
    """A publisher over a bus that confirms nothing by itself."""
    bus, told = SlowBus(), Told()
    return bus, told, SharingPublisher(bus, told.note)  # type: ignore[arg-type]  # it only publishes


async def leaving(publisher: SharingPublisher, envelopes: Sequence[Outgoing]) -> list[asyncio.Task[None]]:
    """All of them begin to leave, in this order."""
    tasks = [asyncio.create_task(publisher.publish(each, within=5)) for each in envelopes]
    await everybody()
    return tasks


async def test_who_comes_alone_leaves_at_once_and_as_himself() -> None:
    """Again and again."""
    bus, told, publisher = sharing()
    envelopes = [an_envelope() for _ in range(3)]
    for each in envelopes:
        (task,) = await leaving(publisher, [each])
        await bus.confirm()
        await task
    assert (bus.sent, told.shared) == (envelopes, [])


async def test_those_who_come_meanwhile_leave_together_in_the_next_one() -> None:
    """In their order; a last one alone as himself."""
    bus, told, publisher = sharing()
    envelopes = [an_envelope() for _ in range(6)]
    tasks = await leaving(publisher, envelopes[:5])
    assert bus.sent == envelopes[:1]
    await bus.confirm()
    tasks += await leaving(publisher, envelopes[5:])
    await bus.confirm()
    await bus.confirm()
    await asyncio.gather(*tasks)
    assert told.shared == [envelopes[1:5]]
    assert bus.sent[-1] is envelopes[-1]


async def test_as_many_as_are_enough_leave_without_waiting_for_anybody() -> None:
    """So the receiver works while the sender writes. The rest waits for the first one's confirm."""
    bus, told, publisher = sharing()
    envelopes = [an_envelope() for _ in range(1 + 2 * ENOUGH + 3)]
    tasks = await leaving(publisher, envelopes)
    assert told.shared == [envelopes[1 : 1 + ENOUGH], envelopes[1 + ENOUGH : 1 + 2 * ENOUGH]]
    for _ in range(4):
        await bus.confirm()
    await asyncio.gather(*tasks)
    assert told.shared[2] == envelopes[1 + 2 * ENOUGH :]
    assert publisher._on_the_way == {}


async def test_nobody_is_said_to_have_left_before_his_own_message_is_confirmed() -> None:
    """The first one's confirm is not theirs."""
    bus, _, publisher = sharing()
    first, *others = await leaving(publisher, [an_envelope() for _ in range(4)])
    await bus.confirm()
    assert first.done()
    assert not any(each.done() for each in others)
    await bus.confirm()
    assert all(each.done() for each in others)


async def test_another_way_waits_for_nobody() -> None:
    """Each lane of each service, and each reply queue, is a way of its own."""
    bus, _, publisher = sharing()
    one, other = an_envelope("billing.rpc"), an_envelope("identity.rpc")
    await leaving(publisher, [one, other])
    assert bus.sent == [one, other]


async def test_large_bodies_leave_in_more_messages() -> None:
    """A message has a size that every reader accepts; a single large one goes alone."""
    bus, told, publisher = sharing()
    large = an_envelope(body=b" " * (MOST_BYTES + 1))
    halves = [an_envelope(body=b" " * (MOST_BYTES // 2)) for _ in range(3)]
    tasks = await leaving(publisher, [an_envelope(), large, *halves])
    for _ in range(4):
        await bus.confirm()
    await asyncio.gather(*tasks)
    assert bus.sent[1] is large
    assert told.shared == [halves[:2]]
    assert bus.sent[3] is halves[2]


@pytest.mark.parametrize(
    "trouble", [Unroutable("x"), Rejected("x"), BusDown("x"), Unknown("x"), KeyError("x")]
)
async def test_what_befalls_a_message_befalls_all_that_it_holds_and_nobody_else(trouble: Exception) -> None:
    """Each gets an error of his own; who comes later goes on."""
    bus, _, publisher = sharing()
    first, *others = await leaving(publisher, [an_envelope() for _ in range(4)])
    await bus.confirm()
    await bus.confirm(trouble)
    await first
    errors = [each.exception() for each in others]
    assert [type(each) for each in errors] == [type(trouble)] * 3
    assert len({id(each) for each in errors}) == 3
    (next_one,) = await leaving(publisher, [an_envelope()])
    await bus.confirm()
    await next_one


async def test_when_the_first_one_fails_the_next_ones_leave_all_the_same() -> None:
    """His trouble is not theirs."""
    bus, told, publisher = sharing()
    first, *others = await leaving(publisher, [an_envelope() for _ in range(3)])
    await bus.confirm(Unroutable("x"))
    await bus.confirm()
    assert isinstance(first.exception(), Unroutable)
    await asyncio.gather(*others)
    assert len(told.shared) == 1


async def test_who_went_away_does_not_leave_and_holds_nobody_up() -> None:
    """He hung up while he waited, or while he was the first on the way."""
    bus, told, publisher = sharing()
    envelopes = [an_envelope() for _ in range(4)]
    tasks = await leaving(publisher, envelopes)
    tasks[0].cancel()
    tasks[2].cancel()
    await everybody()
    bus.on_the_way.pop(0)
    await bus.confirm()
    await asyncio.gather(tasks[1], tasks[3])
    assert told.shared == [[envelopes[1], envelopes[3]]]


async def test_who_goes_away_while_his_message_is_on_its_way_takes_nobody_with_him() -> None:
    """The message is everybody's."""
    bus, _, publisher = sharing()
    tasks = await leaving(publisher, [an_envelope() for _ in range(3)])
    await bus.confirm()
    tasks[1].cancel()
    await everybody()
    await bus.confirm()
    assert tasks[2].done()
    assert tasks[2].exception() is None


async def test_nothing_is_kept_of_a_way_that_nobody_uses_any_more() -> None:
    """Reply queues have new names at each start of a gateway."""
    bus, _, publisher = sharing()
    for number in range(50):
        tasks = await leaving(publisher, [an_envelope(f"gateway.reply.{number}") for _ in range(3)])
        await bus.confirm()
        await bus.confirm()
        await asyncio.gather(*tasks)
    assert publisher._on_the_way == {}
    assert publisher._tasks == set()
