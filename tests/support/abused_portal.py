"""The whole portal, as it is met by who abuses recovery: five processes over RabbitMQ, and its records."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from journeys.conftest import folder_for_everybody
from journeys.system import Customer, System, some_customers
from pages.town import CONTRACTS, Town
from pages.visitor import Visitor

from chassis.database.db import Database
from mypage.local.postgres import PrivatePostgres
from support.billing_exports import write_contracts

CHANGE = "パスワードを変更する"
NewVisitor = Callable[[], Visitor]


@pytest.fixture(scope="module")
async def town(run_directory: Path) -> AsyncIterator[Town]:
    """The portal, and contracts of nobody who has an account."""
    running = System(folder_for_everybody(run_directory, "abuse"), processes=True, MYPAGE_TRUSTED_PROXIES="1")
    await running.start()
    contracts = write_contracts(running.folder / "contracts.csv", some_customers(CONTRACTS))
    code, out = await running.run("contracts", "import", contracts)
    assert code == 0, out
    yield Town(running)
    assert await running.stop() == 0


_numbers = iter(range(1, 10_000))


@pytest.fixture
async def visitor(town: Town) -> AsyncIterator[NewVisitor]:
    """`visitor()`: another browser in a network of its own."""
    made: list[Visitor] = []

    def make() -> Visitor:
        made.append(Visitor(town, next(_numbers)))
        return made[-1]

    yield make
    await asyncio.gather(*(each.close() for each in made))


async def rows(town: Town, statement: str, *values: object) -> list[tuple[Any, ...]]:
    """Of identity's database."""
    server = PrivatePostgres.running_in(town.system.folder / "postgres")
    assert server
    database = await Database.open(server.url("mypage_identity"))
    try:
        async with database.transaction() as tx:
            return [tuple(row.values()) for row in await tx.fetch(statement, *values)]  # type: ignore[attr-defined]
    finally:
        await database.close()


async def state_of(town: Town, customer: Customer) -> list[tuple[Any, ...]]:
    """Everything about his account, his links and his sessions."""
    statement = """
        SELECT a::text, r::text, s::text FROM accounts a
            LEFT JOIN password_resets r USING (account_key) LEFT JOIN sessions s USING (account_key)
        WHERE account_id_folded = $1 ORDER BY 1, 2, 3
    """
    return await rows(town, statement, customer.account_id)


async def mails_about(town: Town, address: str, subject: str) -> int:
    """How many of them have come."""
    return sum(subject in mail["subject"] for mail in await town.system.mails_to(address))
