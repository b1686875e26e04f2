"""No page and no clean-up reads a whole table, so that a million customers are served as a thousand are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from itertools import count
from typing import Any

import pytest
from support.billing_harness import an_assertion
from support.explained_database import ExplainedDatabase
from support.many_rows import many_rows
from support.notification_harness import a_provisional_registration, a_service
from support.notification_harness import received as delivery
from support.smtp_relay import Relay
from test_round_trips import HARNESSES, PATHS

from chassis.database.db import Database
from chassis.messaging.memory import MemoryBus
from chassis.messaging.outbox import Outbox
from chassis.messaging.outbox import Relay as OutboxRelay
from messages.topology import TOPOLOGY
from mypage.local.postgres import PrivatePostgres
from services.billing import app as billing
from services.billing.notices.announce_published_months import announce_published_months
from services.identity import app as identity
from services.notification import app as notification
from services.notification.delivery.delivery_loop import delivery_loop
from services.notification.orders.on_provisionally_registered import on_provisionally_registered
from services.registration import app as registration

SMALL = {"published_months", "publication_actions", "outbox"}  # twelve rows a year; what waits to be said
_number = count(1)

Periodics = Mapping[str, tuple[float, Callable[[Any], Awaitable[None]]]]
OF_THEMSELVES: dict[str, Periodics] = {
    "identity": identity.PERIODIC,
    "registration": registration.PERIODIC,
    "billing": billing.PERIODIC,
    "notification": notification.PERIODIC,
}
CASES = [(service, name) for service, table in OF_THEMSELVES.items() for name in table]


Explained = Callable[[str], Awaitable[tuple[Database, ExplainedDatabase]]]


@pytest.fixture(scope="module")
async def large_templates(
    postgres: PrivatePostgres, template_of: Callable[[str], Awaitable[Database]]
) -> Callable[[str], Awaitable[str]]:
    """Names of databases with many rows, each made at its first use."""
    made: set[str] = set()

    async def name_of(service: str) -> str:
        name = f"large_{service}"
        if service not in made:
            made.add(service)
            server = await template_of(service)
            async with server.own_connection() as connection:
                await connection.execute(f"CREATE DATABASE {name} TEMPLATE template_{service}")
            await server.close()
            database = await Database.open(postgres.url(name))
            async with database.own_connection() as connection:
                await connection.execute(many_rows(service))
            await database.close()
        return name

    return name_of


@pytest.fixture
async def explained(
    postgres: PrivatePostgres, large_templates: Callable[[str], Awaitable[str]]
) -> AsyncIterator[Explained]:
    """`await explained("billing")`: a database of that service, and the same one that tells of its plans."""
    opened: list[Database] = []

    async def make(service: str) -> tuple[Database, ExplainedDatabase]:
        name = f"explained_{next(_number)}"
        server = await Database.open(postgres.url())
        async with server.own_connection() as connection:
            await connection.execute(f"CREATE DATABASE {name} TEMPLATE {await large_templates(service)}")
        await server.close()
        plain = await Database.open(postgres.url(name))
        telling = await ExplainedDatabase.open(postgres.url(name))
        assert isinstance(telling, ExplainedDatabase)
        opened.extend((plain, telling))
        return plain, telling

    yield make
    for database in opened:
        await database.close()


def large(whole: Mapping[str, str]) -> dict[str, str]:
    """Those that grow with the number of customers."""
    return {table: statement for table, statement in whole.items() if table not in SMALL}


@pytest.mark.parametrize("name", PATHS)
async def test_a_page_reads_no_whole_table(explained: Explained, name: str) -> None:
    """Each path of test_round_trips.py."""
    walk, service, _, _ = PATHS[name]
    plain, database = await explained(service)
    await walk(HARNESSES[service](plain), HARNESSES[service](database), 1)
    assert large(database.whole) == {}


async def test_many_lists_at_once_read_no_whole_table(explained: Explained) -> None:
    """Customers who come in the same moment are one statement."""
    plain, database = await explained("billing")
    await HARNESSES["billing"](plain).given_charges(["2020-07"])
    lists = [an_assertion(f"4050{number:04}") for number in range(64)]
    await asyncio.gather(*map(HARNESSES["billing"](database).listed, lists))
    assert large(database.whole) == {}


@pytest.mark.parametrize(("service", "name"), CASES)
async def test_what_a_service_does_by_itself_reads_no_whole_table(
    explained: Explained, service: str, name: str
) -> None:
    """Clean-ups, notices, redrives, and senders that look around."""
    _, database = await explained(service)
    at_work = a_service(database, "smtp://127.0.0.1:9") if service == "notification" else None
    await OF_THEMSELVES[service][name][1](at_work or HARNESSES[service](database).service)
    assert large(database.whole) == {}


async def test_a_published_month_is_announced_without_reading_a_whole_table(explained: Explained) -> None:
    """A step of the walk through twenty thousand subscribers, in the midst of it."""
    _, database = await explained("billing")
    harness = HARNESSES["billing"](database)
    await harness.run("""
        INSERT INTO published_months (billing_month, announced_to)
        VALUES (date_trunc('month', now()), '80000000-0000-0000-0000-000000000000')
    """)
    database.whole.clear()
    await announce_published_months(harness.service)
    assert large(database.whole) == {}
    assert await harness.run("SELECT FROM outbox")


async def test_a_mail_and_an_event_read_no_whole_table(explained: Explained) -> None:
    """Ordered, claimed, sent, told of, published."""
    _, database = await explained("notification")
    relay = Relay()
    service = a_service(database, await relay.start())
    await on_provisionally_registered(service, a_provisional_registration(), delivery())
    await delivery_loop(service)
    assert len(relay.accepted) == 1
    assert await OutboxRelay(Outbox(database), MemoryBus(TOPOLOGY)).relay_once() == 1
    assert large(database.whole) == {}
    await relay.stop()
