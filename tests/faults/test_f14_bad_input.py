"""F14: anything at all may lie in a queue. It is set aside with its reason, and the next message is
handled.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import aio_pika
import pytest
from faults.bad_messages import ALL, MARK, Bad, bad_ones, sent
from faults.checker import at_rest, violations
from faults.conftest import MakePlant
from faults.customers import some_customers
from faults.facts import dead_letters, waiting
from faults.ledger import Ledger
from faults.load import Load, import_customers
from faults.plant import Plant

from chassis.messaging.topology import RETRY, SHORTEST_RETRY, retry_exchange
from messages.identity import NewAccount
from messages.registration import AccountActivated

SET_ASIDE_WITHIN = 40.0  # seconds; ten are the waiting room through which the forged ones come


async def publish(plant: Plant, bads: list[Bad]) -> None:
    """As the component that each of them says it is, or lies to be."""
    for user in {bad.by for bad in bads}:
        async with await aio_pika.connect(plant.servers.amqp_url(user)) as connection:
            channel = await connection.channel()
            for bad in (each for each in bads if each.by == user):
                exchange = await channel.get_exchange(bad.exchange, ensure=False)
                message = aio_pika.Message(
                    bad.body,
                    type=bad.type,
                    content_type=bad.content_type,
                    message_id=bad.message_id or str(uuid4()),
                    user_id=user,
                )
                await exchange.publish(message, bad.routing_key)


async def set_aside(plant: Plant, count: int, within: float) -> None:
    """Waits until there are so many dead letters. Raises TimeoutError."""
    async with asyncio.timeout(within):
        while sum(many for queue, many in (await waiting(plant)).items() if queue.endswith(".dead")) < count:
            await asyncio.sleep(0.1)


def told(headers: Mapping[str, Any]) -> str:
    """Everything that a dead letter says beside its body."""
    return " ".join(f"{key}={value}" for key, value in headers.items())


@pytest.mark.smoke
async def test_what_nobody_can_handle_is_set_aside_with_its_reason_while_customers_come(
    plant: Plant, ledger: Ledger, seed: int, scale: str
) -> None:
    """Every kind of bad message to every service that hears anything, and nobody but an operator notices."""
    rounds = 5 if scale == "full" else 1
    customers = some_customers(30 if scale == "full" else 6, seed=seed)
    await import_customers(plant, customers)
    loop, wanted = asyncio.get_running_loop(), sorted(bad.reason for bad in ALL)
    async with Load(plant, ledger, customers, per_second=5, seed=seed):
        for number in range(rounds):
            began = loop.time()
            await publish(plant, ALL)
            await set_aside(plant, (number + 1) * len(ALL), SET_ASIDE_WITHIN)
            ledger.note("figure", "f14_set_aside", seconds=round(loop.time() - began, 2), messages=len(ALL))
    found = await dead_letters(plant)
    assert sorted(headers["x-error-type"] for _, headers, _ in found) == sorted(wanted * rounds)
    assert not [name for name, headers, _ in found if MARK in told(headers)]
    assert not [name for name, text in plant.logs().items() if MARK in text]
    await at_rest(plant, within=15)
    assert await violations(plant, ledger, customers=customers, dead_letters=len(ALL) * rounds) == []


async def test_a_bad_request_is_answered_as_a_fault_and_stops_nobody(
    plant: Plant, ledger: Ledger, seed: int
) -> None:
    """The caller hears at once that it failed; the next request is answered."""
    outcomes: list[Any] = []
    async with await aio_pika.connect(plant.servers.amqp_url("gateway")) as connection:
        channel = await connection.channel()
        replies = await channel.declare_queue("gateway.reply.test", exclusive=True)
        await replies.bind("mypage.replies", "gateway.reply.test")
        for service in ("identity", "registration", "billing"):
            exchange = await channel.get_exchange(f"{service}.rpc", ensure=False)
            for name, body in (
                (f"{service}.no_such_request.v1", b"{}"),
                ("identity.log_in.v1", MARK.encode()),
            ):
                message = aio_pika.Message(
                    body, type=name, reply_to="gateway.reply.test", user_id="gateway", message_id=str(uuid4())
                )
                await exchange.publish(message, f"{service}.rpc")
                reply = await until_replied(replies)
                outcomes.append(reply.headers["x-outcome"])
                await reply.ack()
    assert outcomes == ["failed"] * 6
    customers = some_customers(2, seed=seed)
    await import_customers(plant, customers)
    async with Load(plant, ledger, customers, per_second=5, seed=seed):
        pass
    await at_rest(plant, within=15)
    assert await violations(plant, ledger, customers=customers) == []


async def until_replied(queue: Any) -> Any:
    """The next message of a queue. Raises TimeoutError."""
    async with asyncio.timeout(SET_ASIDE_WITHIN):
        while (reply := await queue.get(fail=False)) is None:
            await asyncio.sleep(0.05)
    return reply


async def test_without_the_check_of_senders_anybody_may_activate_an_account(
    make_plant: MakePlant, ledger: Ledger, seed: int
) -> None:
    """Billing, which may publish events, says what only registration may say, and identity believes it."""
    plant = await make_plant(guards_off=["sender_check"])
    customers = some_customers(1, seed=seed)
    await import_customers(plant, customers)
    forged = await activated_by_nobody(plant, customers[0].customer_number)
    await publish(plant, [forged])
    await asyncio.sleep(13)  # ten in the waiting room
    found = await violations(plant, ledger, customers=customers)
    assert [each for each in found if each.startswith("I7:") and "missing and has an account" in each]


async def activated_by_nobody(plant: Plant, customer_number: str) -> Bad:
    """An activation that never was, sealed with identity's public key, which is no secret."""
    async with (await plant.database("identity")).transaction() as tx:
        contract_key = await tx.fetchval(
            "SELECT contract_key FROM contracts WHERE customer_number = $1", customer_number
        )
    key = uuid4()
    account = NewAccount.model_validate(
        {"password_hash": "$argon2id$none", "email_address": "thief@example.jp", "nickname": "泥棒"}
    )
    event = AccountActivated.model_validate(
        {
            "registration_key": key,
            "contract_key": contract_key,
            "customer_number": customer_number,
            "account_id": "thief-1",
            "activated_at": "2026-10-05T03:00:00Z",
            "account": plant.sealer().seal(account, to="identity", bound_to=key).model_dump(),
        }
    )
    body, room = event.model_dump_json().encode(), retry_exchange(SHORTEST_RETRY)
    return Bad("billing", "identity.events", "ForgedSender", event.type_name, body, exchange=room)


async def test_without_the_word_that_no_retry_helps_bad_messages_wait_and_come_again(
    make_plant: MakePlant,
) -> None:
    """They are not set aside within seconds, but go round through the waiting rooms for eleven minutes."""
    plant = await make_plant(guards_off=["poison"])
    bads = [bad for bad in bad_ones(sent()) if bad.message_id == "" and bad.by != "billing"]
    await publish(plant, bads)
    with pytest.raises(TimeoutError):
        await set_aside(plant, 1, within=5)
    rooms = await waiting(plant)
    assert rooms[f"{RETRY}.10s"] + rooms[f"{RETRY}.1m"] == len(bads)
