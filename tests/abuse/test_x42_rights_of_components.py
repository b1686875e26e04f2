"""X42: whoever has one component's passwords tries another's work, on the servers of the five processes."""

from __future__ import annotations

import aio_pika
import asyncpg
import pytest
from aio_pika.exceptions import AMQPError, ChannelClosed, ChannelInvalidStateError
from pages.town import Town
from support.inside_a_system import broker_as, database_as, server_of

from chassis.security.tokens import new_key
from mypage.local.databases import SERVICES

COMPONENTS = (*SERVICES, "gateway")
ASKED = ("identity", "registration", "billing")
PAIRS = [(mine, other) for mine in SERVICES for other in SERVICES if mine != other]


@pytest.mark.parametrize(("mine", "other"), PAIRS, ids=[f"{a} at {b}" for a, b in PAIRS])
async def test_x42_no_service_opens_anothers_database(settled_town: Town, mine: str, other: str) -> None:
    """With its own role, which works at its own."""
    own = await asyncpg.connect(database_as(settled_town.system, mine, of=mine))
    await own.close()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(database_as(settled_town.system, mine, of=other))


async def test_x42_the_gateway_has_no_role_at_any_database(settled_town: Town) -> None:
    """Nor has it an address of one among what it is told."""
    connection = await asyncpg.connect(server_of(settled_town.system).url())
    roles = [row["rolname"] for row in await connection.fetch("SELECT rolname FROM pg_roles")]
    await connection.close()
    assert {f"mypage_{service}" for service in SERVICES} < set(roles)
    assert not [role for role in roles if "gateway" in role]


async def is_refused(town: Town, user: str, work: str, queue: str) -> bool:
    """Whether the broker says no to that work of the user's, on a channel of its own."""
    async with await aio_pika.connect(broker_as(town.system, user)) as connection:
        channel = await connection.channel()
        try:
            if work == "read":
                await (await channel.get_queue(queue, ensure=False)).get(fail=False)
            elif work == "bind":
                mine = await channel.declare_queue(f"{user}.reply.{new_key()}", exclusive=True)
                await mine.bind("mypage.events", "#")
            elif work == "purge":
                await (await channel.get_queue(queue, ensure=False)).purge()
            elif work == "delete":
                await channel.queue_delete(queue)
            else:
                exchange = await channel.get_exchange(work, ensure=False)
                message = aio_pika.Message(b"{}", type="x", message_id=str(new_key()), user_id=user)
                await exchange.publish(message, queue, timeout=5)
        except (ChannelClosed, ChannelInvalidStateError, AMQPError) as refused:
            return "ACCESS_REFUSED" in str(refused)
    return False


@pytest.mark.parametrize("user", COMPONENTS)
async def test_x42_nobody_reads_or_empties_anothers_queue(settled_town: Town, user: str) -> None:
    """Neither events nor requests, nor dead letters; nor may he bind a queue of his own to hear all."""
    for other in SERVICES:
        if other == user:
            continue
        for queue in (f"{other}.events", f"{other}.events.dead"):
            for work in ("read", "purge", "delete"):
                assert await is_refused(settled_town, user, work, queue), (work, queue)
    assert await is_refused(settled_town, user, "bind", "")


@pytest.mark.parametrize("user", COMPONENTS)
async def test_x42_nobody_says_what_another_says(settled_town: Town, user: str) -> None:
    """Events bear the name of who says them, and only the gateway asks."""
    for other in SERVICES:
        if other != user:
            event = f"{other}.something_happened.v1"
            assert await is_refused(settled_town, user, "mypage.events", event), event
    if user != "gateway":
        for other in set(ASKED) - {user}:
            assert await is_refused(settled_town, user, f"{other}.rpc", f"{other}.rpc"), other
