"""X40: somebody who has a component's password speaks at the broker of the five processes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aio_pika
import pytest
from abuse.conftest import EnterFrom
from aio_pika.abc import AbstractIncomingMessage
from journeys.system import Customer, System
from pages.catalogue.steps import activate, go_on_to_menu, log_in_as, register
from pages.town import Town
from support.inside_a_system import broker_as, every_row

import messages
from chassis.messaging.parsing import MAX_BODY
from chassis.messaging.topology import EVENTS, OPERATOR
from chassis.security.tokens import new_key

ACTIVATED = "registration.account_activated.v1"
REGISTERED = "registration.provisionally_registered.v1"
PUBLISHED = "billing.statement_published.v1"
SOON = 30  # seconds: a bound on waiting, nothing else
ONLY_COUNTED = ("outbox", "inbox", "throttle_hits", "sessions", "audit_entries")
"""Tables that grow and shrink whatever is said."""


@dataclass(frozen=True)
class Said:
    """An event as it goes over the broker. Without a `route` it goes by its type."""

    type: str
    message_id: str
    body: bytes
    route: str = ""

    @property
    def publisher(self) -> str:
        """Who says such things."""
        return self.type.partition(".")[0]


@asynccontextmanager
async def listening(system: System) -> AsyncIterator[list[Said]]:
    """Every event of the block, as the broker's administrator hears it."""
    heard: list[Said] = []

    async def note(message: AbstractIncomingMessage) -> None:
        heard.append(Said(message.type or "", message.message_id or "", message.body))

    async with await aio_pika.connect(broker_as(system)) as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue(exclusive=True)
        await queue.bind(EVENTS, "#")
        await queue.consume(note, no_ack=True)
        yield heard


async def say(system: System, messages: Sequence[Said], *, by: str | None = None) -> None:
    """In that order, each by whoever says such things, or by somebody else."""
    for said in messages:
        user = by or said.publisher
        async with await aio_pika.connect(broker_as(system, user)) as connection:
            exchange = await (await connection.channel()).get_exchange(EVENTS, ensure=False)
            message = aio_pika.Message(
                said.body,
                type=said.type,
                message_id=said.message_id,
                content_type="application/json",
                delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
                user_id=user,
            )
            await exchange.publish(message, said.route or said.type)


async def ready_in(system: System, queue: str, *, user: str | None = None) -> int:
    """How many lie there."""
    async with await aio_pika.connect(broker_as(system, user)) as connection:
        declared = await (await connection.channel()).declare_queue(queue, passive=True)
        return declared.declaration_result.message_count or 0


async def until_dead(system: System, queue: str, number: int) -> None:
    """So many are dead letters of that queue, and none of it waits or goes round any more."""
    async with asyncio.timeout(SOON):
        while await ready_in(system, f"{queue}.dead", user=OPERATOR) != number:
            await asyncio.sleep(0.1)
    assert await ready_in(system, queue) == 0


async def state_of(system: System) -> dict[str, str]:
    """What the services hold, but for what is only counted."""
    found = await every_row(system)
    return {table: rows for table, rows in found.items() if table.partition(".")[2] not in ONLY_COUNTED}


async def until_settled(system: System) -> dict[str, str]:
    """The state, once all that was said is handled."""
    async with asyncio.timeout(SOON):
        while True:
            before = await state_of(system)
            await asyncio.sleep(0.5)
            if await state_of(system) == before:
                return before


async def a_whole_walk(town: Town, enter_from: EnterFrom, number: int) -> tuple[Customer, list[Said]]:
    """From 仮登録 to the menu, and all that was said of it."""
    visitor = enter_from(number)
    async with listening(town.system) as heard:
        customer = await activate(visitor, town.new_customer())
        await go_on_to_menu(visitor)
        async with asyncio.timeout(SOON):
            while not any(said.type == "identity.account_created.v1" for said in heard):
                await asyncio.sleep(0.1)
        await until_settled(town.system)
    return customer, heard


async def test_x40_what_was_said_once_changes_nothing_when_it_is_said_again(
    fresh_town: Town, enter_from: EnterFrom
) -> None:
    """Twice, backwards, and with new ids, as somebody says it who has each component's password."""
    town, system = fresh_town, fresh_town.system
    customer, heard = await a_whole_walk(town, enter_from, 661)
    assert {ACTIVATED, REGISTERED} <= {said.type for said in heard}
    before = await until_settled(system)
    mails = len(await system.mails_to(customer.email_address))
    again = [Said(said.type, said.message_id, said.body) for said in heard]
    renamed = [Said(said.type, str(new_key()), said.body) for said in heard if said.type != REGISTERED]
    await say(system, [*again, *reversed(again), *reversed(renamed), *renamed])
    after = await until_settled(system)
    accounts = {name: rows for name, rows in after.items() if not name.startswith("notification.")}
    assert accounts == {name: rows for name, rows in before.items() if name in accounts}
    assert len(await system.mails_to(customer.email_address)) == mails
    await log_in_as(enter_from(662), customer)


async def test_x40_no_event_holds_anything_that_opens_an_account(
    fresh_town: Town, enter_from: EnterFrom
) -> None:
    """Nor a word of the customer: what is for one service alone travels sealed."""
    customer, heard = await a_whole_walk(fresh_town, enter_from, 663)
    link = await fresh_town.mail_link(customer)
    hidden = (
        customer.password,
        link.rpartition("/")[2],
        customer.phone_number,
        customer.holder_kana,
        customer.email_address,
        "カナリア",
        "argon2",
    )
    for said in heard:
        text = said.body.decode() + json.dumps(json.loads(said.body), ensure_ascii=False)
        assert not [word for word in hidden if word in text], said.type


async def test_x40_one_component_cannot_say_what_another_says(
    fresh_town: Town, enter_from: EnterFrom
) -> None:
    """An account is opened at registration's word alone; whoever else brings it is refused at the broker."""
    _, heard = await a_whole_walk(fresh_town, enter_from, 664)
    [activated] = [said for said in heard if said.type == ACTIVATED]
    before = await until_settled(fresh_town.system)
    for liar in ("billing", "notification", "identity", "gateway", OPERATOR):
        with pytest.raises(aio_pika.exceptions.AMQPError):
            await say(fresh_town.system, [activated], by=liar)
    assert await until_settled(fresh_town.system) == before


SAMPLE = json.loads((Path(messages.__file__).parent / "samples" / f"{ACTIVATED}.json").read_text("utf-8"))
FORGED = json.dumps(SAMPLE | {"account_id": "forged-01"}).encode()
"""Of the right shape, but sealed by nobody who could."""
BODIES = {
    "no JSON": b"\xff\xfe{",
    "nothing": b"",
    "another shape": b"[1, 2, 3]",
    "fields of another type": b'{"registration_key": 7}',
    "a seal of nobody's": FORGED,
    "oversized": b'{"x": "' + b"x" * (MAX_BODY + 1) + b'"}',
    "deep": b"[" * 20_000 + b"]" * 20_000,
}


def poison() -> list[Said]:
    """Whatever can never be handled."""
    new = [Said(ACTIVATED, str(new_key()), body) for body in BODIES.values()]
    return [
        *new,
        Said("registration.account_activated.v99", str(new_key()), FORGED, ACTIVATED),
        Said("registration.never_heard_of.v1", str(new_key()), FORGED, ACTIVATED),
        Said(ACTIVATED, "no id of ours", FORGED),
        Said(ACTIVATED, "", FORGED),
    ]


async def test_x40_poison_is_set_aside_once_and_the_others_go_on(
    fresh_town: Town, enter_from: EnterFrom
) -> None:
    """A dead letter for each, with its reason, and never a loop; a customer registers meanwhile."""
    system = fresh_town.system
    before = await ready_in(system, "identity.events.dead", user=OPERATOR)
    await say(system, poison())
    in_anothers_name = Said(PUBLISHED, str(new_key()), b"{}", ACTIVATED)
    await say(system, [in_anothers_name], by="registration")
    customer = await register(enter_from(665), fresh_town.new_customer())
    assert await fresh_town.mail_link(customer)
    await until_dead(system, "identity.events", before + len(poison()) + 1)
    code, out = await system.run("dead", "show", "identity.events", "--json")
    assert code == 0, out
    errors = {each["error"] for each in json.loads(out)}
    assert {"NoEnvelope", "UnknownType", "DoesNotFitItsType", "BrokenSeal", "ForgedSender"} <= errors
    after = await every_row(system)
    assert "forged-01" not in "".join(after.values())
