"""What all visitors share: the running portal, its customers and mails, and a hand on records and parts."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from functools import partial

from journeys.system import Customer, System, some_customers
from journeys.test_parts_that_fail import process_of
from pages.absences import Absences
from pages.town_bills import Bill, bills_of_a_year, plain_bill, write_bills
from support.billing_exports import write_contracts

from chassis.database.db import Database
from mypage.local.postgres import PrivatePostgres

CONTRACTS = 240
NEWEST = "2026/10"
FULL_PAGE = 25
"""Lines of a statement that still fits one printed page."""
MANY_LINES = 301
"""Of each month of a year, more than one document holds."""
DEMO_HOLDER = Customer("12345678", "0748001234", "アイコム　タロウ", 0)
"""Of `make up`'s own sample contracts: a year of charges that look like somebody's."""


class Town:
    """`asked` holds method and path of every request that a visitor made."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.url = system.url
        self.asked: set[tuple[str, str]] = set()
        self.absences = Absences(partial(process_of, system))
        self._customers: Iterator[Customer] = iter(some_customers(CONTRACTS))
        self.member = DEMO_HOLDER
        self.with_full_page = self.new_customer()
        self.without_lines = self.new_customer()
        self.with_gap = self.new_customer()
        self.with_credit = self.new_customer()
        self.with_many_lines = self.new_customer()
        self.with_correction = self.new_customer()
        self.unreachable = self.new_customer()

    def new_customer(self) -> Customer:
        """A contract that nobody else of the town has."""
        return next(self._customers)

    @property
    def holders(self) -> tuple[Customer, ...]:
        """Who has an account before the first visit."""
        unusual = (self.with_full_page, self.without_lines, self.with_gap, self.with_credit)
        return (self.member, *unusual, self.with_many_lines, self.with_correction, self.unreachable)

    async def settle(self) -> None:
        """Contracts for all, and charges for those whose statements are unusual."""
        contracts = write_contracts(self.system.folder / "contracts.csv", some_customers(CONTRACTS))
        await self._runs("contracts", "import", contracts)
        await self._publish(
            "bills",
            [
                plain_bill(self.with_full_page, NEWEST, FULL_PAGE),
                Bill(self.without_lines, NEWEST, ()),
                *(plain_bill(self.with_gap, month, 2) for month in ("2026/06", "2026/09", NEWEST)),
                Bill(self.with_credit, NEWEST, (("光インターネット", "工事費のご返金", -3_000),)),
                *bills_of_a_year(self.with_many_lines, MANY_LINES),
                plain_bill(self.with_correction, NEWEST, 3),
            ],
        )
        await self._publish("corrected", [plain_bill(self.with_correction, NEWEST, 2)])

    async def _publish(self, name: str, bills: list[Bill]) -> None:
        statements, lines = write_bills(self.system.folder, name, bills)
        await self._runs("charges", "import", statements, lines, "--publish")

    async def _runs(self, *command: object) -> None:
        code, out = await self.system.run(*command)
        assert code == 0, out

    async def mail_link(self, customer: Customer, *, after: int = 0) -> str:
        """The 本登録手続きURL of the customer's newest mail, once more than `after` have come."""
        return await self.system.activation_url(customer.email_address, after=after)

    async def code_of_the_desk(self, customer: Customer) -> str:
        """Read out to the customer, once his account is there."""
        for _ in range(100):
            code, out = await self.system.run(
                "desk", "issue-code", customer.customer_number, "--reason", "電話で確認"
            )
            if code == 0:
                return out.splitlines()[0].partition(": ")[2]
            await asyncio.sleep(0.1)
        raise AssertionError(out)

    async def reset_link(self, customer: Customer, *, after: int = 0) -> str:
        """The パスワード再設定URL of his newest mail, as `mail_link`."""
        return await self.system.reset_url(customer.email_address, after=after)

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

    def without(self, service: str) -> AbstractAsyncContextManager[None]:
        """Meanwhile that service answers nobody: its process stands still."""
        return self.absences.without(service)
