"""What all visitors share: the running portal, its customers and mails, and a hand on records and parts."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from journeys.system import Customer, System, some_customers
from journeys.test_parts_that_fail import process_of
from support.billing_exports import LINE_HEAD, STATEMENT_HEAD, write_contracts, write_table

from chassis.database.db import Database
from mypage.local.postgres import PrivatePostgres

CONTRACTS = 60
NEWEST = "2026/10"
FULL_PAGE = 25
"""Lines of a statement that still fits one printed page."""
DEMO_HOLDER = Customer("12345678", "0748001234", "アイコム　タロウ", 0)
"""Of `make up`'s own sample contracts: a year of charges that look like somebody's."""


class Town:
    """`asked` holds method and path of every request that a visitor made."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.url = system.url
        self.asked: set[tuple[str, str]] = set()
        self._customers: Iterator[Customer] = iter(some_customers(CONTRACTS))
        self.member = DEMO_HOLDER
        self.with_full_page = self.new_customer()
        self.without_lines = self.new_customer()

    def new_customer(self) -> Customer:
        """A contract that nobody else of the town has."""
        return next(self._customers)

    async def settle(self) -> None:
        """Contracts for all, and charges for the two whose statements are unusual."""
        folder = self.system.folder
        contracts = write_contracts(folder / "contracts.csv", some_customers(CONTRACTS))
        long, bare = (each.customer_number.zfill(10) for each in (self.with_full_page, self.without_lines))
        owed = FULL_PAGE * 300
        statements = write_table(
            folder / "statements.csv",
            STATEMENT_HEAD,
            [
                (long, NEWEST, owed, owed // 10, 0, 0, 0, owed + owed // 10),
                (bare, NEWEST, 0, 0, 0, 0, 0, 0),
            ],
        )
        lines = write_table(
            folder / "lines.csv",
            LINE_HEAD,
            [
                (long, NEWEST, number, "光インターネット", f"オプション第{number}号 月額利用料", "10%", 300)
                for number in range(1, FULL_PAGE + 1)
            ],
        )
        for command in (
            ["contracts", "import", contracts],
            ["charges", "import", statements, lines, "--publish"],
        ):
            code, out = await self.system.run(*command)
            assert code == 0, out

    async def mail_link(self, customer: Customer, *, after: int = 0) -> str:
        """The 本登録手続きURL of the customer's newest mail, once more than `after` have come."""
        return await self.system.activation_url(customer.email_address, after=after)

    async def alter(self, service: str, statement: str, *values: object) -> None:
        """A service's records, for what only time or somebody else's mail server would bring about."""
        server = PrivatePostgres.running_in(self.system.folder / "postgres")
        assert server
        database = await Database.open(server.url(f"mypage_{service}"))
        try:
            async with database.transaction() as tx:
                await tx.execute(statement, *values)
        finally:
            await database.close()

    @asynccontextmanager
    async def without(self, service: str) -> AsyncIterator[None]:
        """Meanwhile that service answers nobody: its process stands still."""
        process = process_of(self.system, service)
        os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(process, signal.SIGCONT)
